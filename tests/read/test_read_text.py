"""Reading text files: encodings, dumps of PDFs, a paragraph a line, Markdown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.read import marks, read_bytes
from pipeline.read.text import maths
from pipeline.records import Paper

ZH = "褪黑素可以降低老年大鼠肝脏的氧化应激水平，并恢复多种酶的活性"


def paper(text: str, encoding: str = "utf-8") -> Paper:
    return read_bytes(text.encode(encoding), "made.txt", "made")


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most `columns` columns of type, as a page has them: a hanzi counts two, Latin words stay whole."""
    lines = [""]
    for piece in re.findall(r"[A-Za-z0-9().,-]+ ?|.", text):
        if marks.columns(lines[-1] + piece.rstrip()) > columns:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines if line.strip()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_encodings(encoding: str) -> None:
    """The same text in each encoding gives the same prose."""
    text = f"{ZH}。\nMelatonin lowers oxidative stress in aged rats.\n"
    assert paper(text, encoding).text == text.strip()


def test_a_sentence_a_line_stays() -> None:
    """Lines that end their sentence are paragraphs."""
    lines = [f"{ZH}{k}。" for k in range(5)]
    assert paper("\n".join(lines)).text.split("\n") == lines


def test_a_broken_paragraph_line_is_joined() -> None:
    """A line that ends in mid-sentence goes on in the next one."""
    assert paper(f"{ZH}\n而且安全。\n{ZH}。").text.split("\n") == [f"{ZH}而且安全。", f"{ZH}。"]


def dump(blank_between: bool) -> str:
    """A dump of a PDF: hard line ends, a running head and a page number in mid-sentence, headings, references."""
    body = [f"第{k}段。" + ZH * 3 + "。" for k in range(4)]
    rows = ["褪黑素研究进展", "", f"摘 要：{ZH * 2}。", "", "1 引言"]
    rows += [*wrap(body[0], 60), *wrap(body[1], 60)[:2]]
    rows += ["", "", "张三 等", "", "DOI: 10.1/x 17 某某学报", "", "http://example.org/x", ""]
    rows += [*wrap(body[1], 60)[2:], "2 作用", *wrap(body[2], 60), *wrap(body[3], 60)]
    rows += ["参考文献", "[1] Smith J. A paper. 2001.", "[2] 李四. 一篇文章. 2002."]
    return "\n\n".join(r for r in rows if r) if blank_between else "\n".join(rows)


@pytest.mark.parametrize("blank_between", [False, True])
def test_a_dump_gives_its_prose(blank_between: bool) -> None:
    """Hard line ends, running heads in mid-sentence and references go; headings and title stay."""
    made = paper(dump(blank_between))
    assert "".join(f"第{k}段。{ZH * 3}。" for k in range(2)) in made.text.replace("\n", "")
    assert not re.search("张三|DOI|http|Smith|李四|参考文献", made.text)
    assert [(s.title, s.level) for s in made.document.sections] == [
        ("褪黑素研究进展", 0), ("摘要", 1), ("1 引言", 1), ("2 作用", 1),
    ]  # fmt: skip
    assert made.document.title == "褪黑素研究进展"


def test_wrapped_english_is_mended() -> None:
    """Lines of English are joined with a space, and words broken at a line's end are mended."""
    text = (
        "The compound is thought to keep up both the shape and the number of every mitochon-\n"
        "dria and it is given to patients whose nerves have been harmed by diabetes or by various\n"
        "causes, as IL-\n1 and TNF-\nα are lowered in the serum of the patients who were treated with\nthe compound.\n"
    )
    got = paper(text).text
    assert "\n" not in got
    assert "every mitochondria and it is" in got
    assert "as IL-1 and TNF-α are" in got


def test_spaced_letters_and_citations() -> None:
    """Letter-spaced abbreviations, citations with blanks and blanks between hanzi are mended, lists are not."""
    got = paper("骨髓间充质干细胞(B M S C s ) 的 分 化 ， 还可以 [ 1 , 2 ]。维生素 A B C 也是。").text
    assert got == "骨髓间充质干细胞(BMSCs ) 的分化，还可以 [1,2]。维生素 A B C 也是。"


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (r"\alpha", "α"), (r"\mathrm { A p o E }", "ApoE"), (r"( P { < } 0 . 0 5 )", "(P<0.05)"),
        (r"1 0 0 ~ \mu \mathrm { g / m L }", "100 μg/mL"), (r"{ \sf H } _ { 2 } { \sf O } _ { 2 }", "H2O2"),
        (r"\mathbf { G } _ { 0 } { \sim } \mathbf { G } _ { 1 }", "G0~G1"), (r"0 . 1 \%", "0.1%"),
        (r"\mathrm { C a } ^ { 2 + }", "Ca2+"), (r"3 7 ^ { \circ } \mathrm { C }", "37°C"),
    ],
)  # fmt: skip
def test_maths_noise(formula: str, said: str) -> None:
    """What a PDF-to-Markdown tool took for a formula is read as the characters that it stands for."""
    assert maths(formula) == said


def test_markdown() -> None:
    """Headings have levels, and images, tables and maths noise are gone."""
    made = paper(
        "# 褪黑素研究进展\n\n摘要：褪黑素降低 $\\mathrm { A p o E }$ 的表达（ $( P { < } 0 . 0 5 )$ ）。\n\n"
        "## 1 引言\n\n"
        f"**{ZH}**<sup>1,2</sup>。\n\n![](images/a.jpg)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n### 1.1 作用\n\n{ZH}。\n"
    )
    assert made.text.split("\n") == [
        "褪黑素研究进展", "摘要：褪黑素降低 ApoE 的表达（P<0.05）。", "1 引言", f"{ZH}[1,2]。", "1.1 作用", f"{ZH}。",
    ]  # fmt: skip
    assert [s.level for s in made.document.sections] == [0, 1, 1, 2]


def test_key_words_stay_apart() -> None:
    """A line of key words ends without a full stop and does not run into the text."""
    text = f"摘要：{ZH}。\n关键词：褪黑素；大鼠；肝脏\n{ZH}。"
    assert paper(text).text == text


def test_labels_in_brackets() -> None:
    """A label that opens a paragraph begins a section, whose title is the label as it stands."""
    made = paper(f"[摘 要] {ZH}。\n【关键词】 褪黑素；大鼠\n{ZH}。")
    assert [s.title for s in made.document.sections] == ["[摘要]", "【关键词】"]
    assert all(made.text.startswith(s.title, s.start) for s in made.document.sections)


def test_languages_by_share() -> None:
    """The larger language comes first, and a few letters make no language."""
    assert paper(f"{ZH}。ALC。").document.langs == ("zh",)
    assert paper("Melatonin lowers oxidative stress. 褪黑素降低氧化应激。").document.langs == ("en", "zh")


def test_text_has_no_boxes() -> None:
    """Text input has neither pages nor boxes."""
    made = paper(f"{ZH}。")
    assert made.lines == ()
    assert made.document.pages is None
    assert made.place(0, 3).boxes is None


words_zh = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=14, max_size=60)
words_en = st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=9), min_size=6, max_size=12)
sentence = st.one_of(words_zh.map(lambda s: s + "。"), words_en.map(lambda ws: f"Then {' '.join(ws)}."))


@settings(max_examples=60, deadline=None)
@given(st.lists(sentence, min_size=2, max_size=16, unique=True), st.integers(1, 4), st.integers(36, 90))
def test_ordinary_prose_survives(found: list[str], each: int, columns: int) -> None:
    """However prose is wrapped, all its characters but blanks come through in order, and titles stand in it."""
    paragraphs = ["".join(found[k : k + each]) for k in range(0, len(found), each)]
    for text in ("\n".join(paragraphs), "\n\n".join("\n".join(wrap(p, columns)) for p in paragraphs)):
        made = paper(text)
        assert re.sub(r"\s", "", made.text) == re.sub(r"\s", "", text)
        assert all(line.strip() for line in made.text.split("\n"))
        assert all(made.text.startswith(s.title, s.start) for s in made.document.sections)
