"""Reading Markdown as PDF converters write it, and leaving plain text alone that only looks like it."""

from __future__ import annotations

import pytest

from pipeline.read import read_bytes
from pipeline.read.markdown import is_markdown, markdown, maths
from pipeline.records import Paper

ZH = "褪黑素可以降低老年大鼠肝脏的氧化应激水平，并恢复多种酶的活性"


def paper(text: str, name: str = "made.md") -> Paper:
    return read_bytes(text.encode(), name, "made")


def prose(text: str) -> list[str]:
    return paper(text).text.split("\n")


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (r"\alpha", "α"), (r"\mathrm { A p o E }", "ApoE"), (r"( P { < } 0 . 0 5 )", "(P<0.05)"),
        (r"1 0 0 ~ \mu \mathrm { g / m L }", "100 μg/mL"), (r"{ \sf H } _ { 2 } { \sf O } _ { 2 }", "H2O2"),
        (r"\mathbf { G } _ { 0 } { \sim } \mathbf { G } _ { 1 }", "G0~G1"), (r"0 . 1 \%", "0.1%"),
        (r"\mathrm { C a } ^ { 2 + }", "Ca2+"), (r"3 7 ^ { \circ } \mathrm { C }", "37°C"),
        (r"\frac{1}{2}", "1/2"), (r"\text{mRNA level}", "mRNA level"), (r"\operatorname{Bax}", "Bax"),
    ],
)  # fmt: skip
def test_maths_noise(formula: str, said: str) -> None:
    """What a PDF-to-Markdown tool took for a formula is read as the characters that it stands for."""
    assert maths(formula) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (r"褪黑素（ $\mathrm { 1 0 ~ m g / k g }$ ）有效。", "褪黑素（10 mg/kg）有效。"),
        (r"有差异 $( P { < } 0 . 0 5 )$ 。", "有差异 (P<0.05)。"),
        (r"血清 $\mathrm{Ca}^{2+}$ 升高。", "血清 Ca2+ 升高。"),
        (r"抑制凋亡$^{[1,2]}$。", "抑制凋亡[1,2]。"),
        (r"抑制凋亡$^{1-3}$。", "抑制凋亡[1-3]。"),
        (r"抑制凋亡${ } ^ { [ 5 ] }$。", "抑制凋亡[5]。"),
        ("抑制凋亡<sup>[1,2]</sup>。", "抑制凋亡[1,2]。"),
        ("It lowers stress<sup>1,2</sup> in rats.", "It lowers stress[1,2] in rats."),
        ("有 10<sup>6</sup> 个细胞，Ca<sup>2+</sup>升高。", "有 106 个细胞，Ca2+升高。"),
        ("每 cm<sup>2</sup> 有 CO<sub>2</sub>。", "每 cm2 有 CO2。"),
        (r"It is so [\[1\]](#page-3-0) in rats.", "It is so [1] in rats."),
        (r"It is so \[1, 2\] in rats.", "It is so [1,2] in rats."),
        ("It is so[^3] in rats.", "It is so[3] in rats."),
        ("**褪黑素**降低*E. coli*的活性，__有效__。", "褪黑素降低E. coli的活性，有效。"),
        ("***S. aureus*** was killed, _B. subtilis_ was not.", "S. aureus was killed, B. subtilis was not."),
        (r"ApoE\*小鼠，1\~2 次，gene\_a。", "ApoE*小鼠，1~2 次，gene_a。"),
        ("P&lt;0.05&nbsp;&amp; more.", "P<0.05 & more."),
        ("见[附件](https://example.org/a_b)与<https://example.org>。", "见附件与https://example.org。"),
        (r"\(\beta\)-胡萝卜素与\(P<0.05\)。", "β-胡萝卜素与P<0.05。"),
        ("> 褪黑素有效。", "褪黑素有效。"),
        ('<span id="page-1-0"></span>褪黑素有效。', "褪黑素有效。"),
    ],
)  # fmt: skip
def test_marks_go(written: str, said: str) -> None:
    """Formulas, raised citations, stress, escapes, entities and links are read as what they show."""
    assert prose(f"# 题目\n\n{written}\n") == ["题目", said]


@pytest.mark.parametrize(
    "text",
    [
        "A*B*C 与 2*3 的比值，*P<0.05，**P<0.01，与对照组相比差异显著。",
        "gene_a_1 and snake_case_name were used, P < 0.05 * and P < 0.01 ** in all.",
        "It costs $5 and the other $6, or $7-$8 in all.",
        "#1 样品与#2 样品不同，第#3号也是。",
        "当 a<b 且 c>d 时，5'-AMP 与 3\"-端 <5 岁者不同。",
        "浓度为 [5] 与 (6)，~10 次，^2，见 a|b 与 x|y。",
        "1. 褪黑素有效。",
        "AT&T 与 R&D 均有效。",
    ],
)
def test_plain_text_is_left_alone(text: str) -> None:
    """Stars, underscores, dollars, hashes and angle brackets of plain text stay as they are, in Markdown too."""
    assert not is_markdown(text)
    assert markdown(text) == text
    assert paper(text, "made.txt").text == text


def test_a_converter_s_page() -> None:
    """Headings have levels; images, tables, comments, display formulas, rules and notes are no prose."""
    made = paper(
        "# 褪黑素研究进展\n\n摘要：褪黑素降低 $\\mathrm { A p o E }$ 的表达（ $( P { < } 0 . 0 5 )$ ）。\n\n"
        "## 1 引言\n\n<!-- image -->\n\n"
        f"**{ZH}**<sup>1,2</sup>。\n\n![](images/a.jpg)\n\n图1 褪黑素的作用\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        f"$$\nE = m c ^ 2\n$$\n\n### **1.1 作用**\n\n---\n\n{ZH}[^a]。\n\n[^a]: 一条注。\n\n"
        "```python\nprint(1)\n```\n\n## 参考文献\n\n[1] 李四. 一篇文章[J]. 某刊, 2002.\n\n[2] Smith J. A paper.\n"
    )
    assert made.text.split("\n") == [
        "褪黑素研究进展", "摘要：褪黑素降低 ApoE 的表达（P<0.05）。", "1 引言", f"{ZH}[1,2]。", "1.1 作用", f"{ZH}。",
    ]  # fmt: skip
    assert [(s.title, s.level) for s in made.document.sections] == [
        ("褪黑素研究进展", 0), ("摘要", 1), ("1 引言", 1), ("1.1 作用", 2),
    ]  # fmt: skip
    assert [(r.number, r.text) for r in made.references] == [
        (1, "李四. 一篇文章[J]. 某刊, 2002."), (2, "Smith J. A paper."),
    ]  # fmt: skip
    assert [(f.kind, f.caption) for f in made.floats if f.caption] == [("figure", "图1 褪黑素的作用")]
    assert "markdown" in made.document.repairs


@pytest.mark.parametrize(
    "table",
    [
        "| 组别 | SOD(U/mL) |\n|:--|--:|\n| 对照 | 12.5 |\n| 模型 | 8.1 |",
        (
            "<table><thead><tr><th>组别</th><th>SOD(U/mL)</th></tr></thead><tbody><tr><td>对照</td><td>12.5</td></tr>"
            "<tr><td>模型</td><td>8.1</td></tr></tbody></table>"
        ),
        (
            "<html><body><table><tr><td>组别</td><td rowspan=1>SOD(U/mL)</td></tr>\n<tr><td>对照</td><td>12.5</td></tr>"
            "<tr><td>模型</td><td>8.1</td></tr></table></body></html>"
        ),
    ],
)
def test_tables_are_rows(table: str) -> None:
    """A pipe table and an HTML table are rows of cells under their caption, and no prose."""
    made = paper(f"# 题目\n\n{ZH}，见表1。\n\n表1 各组的酶\n\n{table}\n\n{ZH}。\n")
    assert made.text.split("\n") == ["题目", f"{ZH}，见表1。", f"{ZH}。"]
    (found,) = made.floats
    assert (found.kind, found.caption) == ("table", "表1 各组的酶")
    assert found.rows == (("组别", "SOD(U/mL)"), ("对照", "12.5"), ("模型", "8.1"))


def test_a_paragraph_over_a_page_break() -> None:
    """A paragraph that a page break, a figure or a table interrupts is one paragraph."""
    table = "| a | b |\n|---|---|\n| 1 | 2 |"
    for between in ("-----", "{3}------------", "<!-- page break -->", "![](a.png)", table):
        assert prose(f"# 题目\n\n{ZH}，\n\n{between}\n\n而且安全。\n\n{ZH}。") == [
            "题目",
            f"{ZH}，而且安全。",
            f"{ZH}。",
        ]


def test_lists_stay_items() -> None:
    """The items of numbered and bulleted lists are paragraphs of their own."""
    got = prose(f"# 题目\n\n如下：\n\n1. {ZH}。\n2. {ZH}。\n\n- {ZH}。\n- {ZH}。\n")
    assert got[1:] == ["如下：", f"1. {ZH}。", f"2. {ZH}。", f"- {ZH}。", f"- {ZH}。"]


def test_a_whole_text_in_a_fence() -> None:
    """A fence round the whole of a Markdown text is a mark of the tool's and no code."""
    assert prose(f"```markdown\n# 题目\n\n{ZH}。\n```\n") == ["题目", f"{ZH}。"]


def test_markdown_by_content() -> None:
    """A text file that holds Markdown is read as Markdown, whatever its name."""
    assert paper(f"## 1 引言\n\n**{ZH}**。\n\n## 2 作用\n\n{ZH}。", "made.txt").text.split("\n") == [
        "1 引言", f"{ZH}。", "2 作用", f"{ZH}。",
    ]  # fmt: skip


def test_front_matter_of_markdown() -> None:
    """Authors and addresses between a title and its abstract are left out."""
    got = prose(
        "某某学报 2020, 12(3): 1-9\n\n# 褪黑素研究进展\n\n张三<sup>1</sup>，李四<sup>2*</sup>\n\n"
        f"1 某某大学医学院，北京 100000\n\n**摘要：** {ZH}。\n\n**关键词：** 褪黑素；大鼠\n\n"
        "# Advances in Melatonin Research\n\nZhang San, Li Si\n\n**Abstract:** It lowers stress.\n\n## 1 引言\n\n"
        f"{ZH}。\n"
    )
    assert got == [
        "褪黑素研究进展", f"摘要：{ZH}。", "关键词：褪黑素；大鼠", "Advances in Melatonin Research",
        "Abstract: It lowers stress.", "1 引言", f"{ZH}。",
    ]  # fmt: skip
