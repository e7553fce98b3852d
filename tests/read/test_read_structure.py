"""The parts of a paper: headings, reference lists, captions and tables, each kept where it belongs."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from read_pdfs import HEIGHT, SONG, Print, column, fill, fill_hanzi, latin, pdf, song
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from pipeline.read import marks, read_bytes
from pipeline.read.layout import NO_INK, Line
from pipeline.read.repair import Ledger, plain
from pipeline.read.weave import Block, weave
from pipeline.records import Float, Paper, Reference

HANZI = "褪黑素可以降低老年大鼠肝脏的氧化应激水平并恢复多种清除自由基的酶的活性从而保护细胞膜的完整性和线粒体的功能"
# left edge, right edge, distance from the page's top
Drawn = tuple[float, float, float]


def prose(n: int, y: float = 100, x: float = 72, room: float = 450) -> list[Print]:
    """`n` paragraphs of hanzi, each two lines and a bit."""
    out: list[Print] = []
    for _ in range(n):
        lines = fill_hanzi(HANZI + HANZI[:40] + "。", room)
        out += column(x, y, lines, hanzi=True, indent=20)
        y += 14 * len(lines)
    return out


def below(prints: Sequence[Print]) -> float:
    """The baseline under the last line."""
    return max(y for _, y, *_ in prints) + 14


def ruled(pages: Sequence[Sequence[Print]], rules: Sequence[Drawn], page: int = 0) -> Paper:
    """The paper of these prints, with rules drawn on one page."""
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, HEIGHT), invariant=1)
    for number, prints in enumerate(pages):
        for x, y, text, size, font in prints:
            canvas.setFont(font, size)
            canvas.drawString(x, HEIGHT - y, text)
        for x0, x1, y in rules if number == page else ():
            canvas.line(x0, HEIGHT - y, x1, HEIGHT - y)
        canvas.showPage()
    canvas.save()
    return read_bytes(out.getvalue(), "made.pdf", "made")


def paper(*pages: Sequence[Print]) -> Paper:
    """The paper of these pages of prints."""
    return read_bytes(pdf(pages), "made.pdf", "made")


def listed(*lines: str, label: str = "参考文献", hang: float = 0, size: float = 12) -> Paper:
    """A paper with a reference list of these lines; those that begin with a blank stand in by `hang` points."""
    page = prose(6)
    y = below(page) + 10
    page.append(song(72, y, label, size))
    for k, line in enumerate(lines, 1):
        page.append(song(72 + (hang if line.startswith(" ") else 0), y + 4 + 12 * k, line.strip(), 9))
    return paper(page)


# --- reference lists ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "two"), [("[1]", "[2]"), ("［1］", "［2］"), ("(1)", "(2)"), ("1.", "2."), ("1", "2"), ("1、", "2、")]
)
def test_entries_have_their_number(one: str, two: str) -> None:
    """Each form of number begins an entry, and a year or a count at the start of a later line begins none."""
    made = listed(
        f"{one} Wang A, Li B. Melatonin in the liver of rats. Journal of Made Things,",
        "2019, 12(3): 45-51.",
        f"{two} Zhao C. A trial in",
        "12 patients. Made Letters, 2020, 1: 1-9.",
    )
    assert [(r.number, r.text) for r in made.references] == [
        (1, "Wang A, Li B. Melatonin in the liver of rats. Journal of Made Things, 2019, 12(3): 45-51."),
        (2, "Zhao C. A trial in 12 patients. Made Letters, 2020, 1: 1-9."),
    ]
    assert "Wang" not in made.text
    assert "参考文献" not in made.text


@pytest.mark.parametrize(
    "label",
    ["参考文献", "参 考 文 献", "[参考文献]", "参考文献 (References)", "参考文献：", "References", "REFERENCES"],
)
def test_forms_of_the_heading(label: str) -> None:
    """The list is found under each form of its heading."""
    made = listed("[1] 王某. 褪黑素[J]. 2019.", "[2] 李某. 大鼠[J]. 2020.", label=label)
    assert [r.number for r in made.references] == [1, 2]


def test_a_list_behind_its_label() -> None:
    """The first entry may stand behind the label on its line."""
    made = listed("[2] 李某. 大鼠[J]. 2020.", label="参考文献：[1] 王某. 褪黑素[J]. 2019.", size=9)
    assert [(r.number, r.text) for r in made.references] == [(1, "王某. 褪黑素[J]. 2019."), (2, "李某. 大鼠[J]. 2020.")]


def test_entries_run_over_columns_and_pages() -> None:
    """An entry goes on at the top of the next page, and is boxed there."""
    page = prose(14)
    page += [
        song(72, 720, "参考文献", 12),
        latin(72, 740, "[1] Wang A. Melatonin in the liver of aged rats and in the", 9),
    ]
    made = paper(page, [latin(90, 80, "kidney. Made Letters, 2019.", 9), latin(72, 92, "[2] Li B. Rats. 2020.", 9)])
    assert [r.text for r in made.references] == [
        "Wang A. Melatonin in the liver of aged rats and in the kidney. Made Letters, 2019.", "Li B. Rats. 2020.",
    ]  # fmt: skip
    assert made.references[0].box_pages == (1, 2)
    assert made.references[0].page == 1
    assert made.references[0].boxes is not None
    assert made.references[0].boxes[0][0] > 80  # the number is no part of the text


def test_entries_in_two_languages_are_one() -> None:
    """The English form of an entry under the Chinese one belongs to it."""
    made = listed(
        "[1] 王某, 李某. 褪黑素对大鼠肝脏的作用[J]. 某某杂志, 2019, 1: 1-5.",
        "  Wang M, Li M. Effect of melatonin on the liver of rats. Made Journal, 2019, 1: 1-5.",
        "[2] 赵某. 大鼠[J]. 2020.",
        hang=14,
    )
    assert [r.number for r in made.references] == [1, 2]
    assert made.references[0].text.endswith(
        "1-5. Wang M, Li M. Effect of melatonin on the liver of rats. Made Journal, 2019, 1: 1-5."
    )


def test_entries_without_numbers() -> None:
    """In a list without numbers an entry begins where a line stands at the edge, the others being set in."""
    made = listed(
        "Li B, Zhao C, Qian D, Sun E. A long title of a paper that tells about melatonin in the liver of aged rats",
        " and also of mice. Made Letters, 2020, 2: 1-9.",
        "Wang A. Melatonin and the numbers of mitochondria in cells of the liver, the kidney and the brain of old rats",
        " under stress. Journal of Made Things, 2019, 12: 45-51.",
        label="References",
        hang=20,
    )
    assert [r.number for r in made.references] == [None, None]
    assert [r.text.split(",")[0].split(".")[0] for r in made.references] == ["Li B", "Wang A"]


def test_what_stands_behind_the_list_is_no_entry() -> None:
    """An advertisement and a date under the list are neither entries nor prose; an abstract there is prose."""
    page = [song(150, 90, "褪黑素对大鼠肝脏的作用", 18), *prose(6, 130)]
    y = below(page)
    page += [song(72, y + 10, "参考文献", 12), song(72, y + 26, "[1] 王某. 褪黑素[J]. 2019.", 9)]
    page += [song(72, y + 38, "[2] 李某. 大鼠[J]. 2020.", 9), song(72, y + 90, "检索本刊的两种方式：", 10)]
    page += [song(72, y + 104, "1. 打开首页并点击。", 9), song(72, y + 116, "(收稿日期：2020-01-01)", 9)]
    page += [
        latin(72, y + 160, "Effects of Made Things", 14, bold=True),
        latin(72, y + 190, "Abstract: Rats slept.", 10),
    ]
    made = paper(page)
    assert [(r.number, r.text) for r in made.references] == [(1, "王某. 褪黑素[J]. 2019."), (2, "李某. 大鼠[J]. 2020.")]
    assert "检索" not in made.text
    assert "收稿" not in made.text
    assert made.text.split("\n")[-2:] == ["Effects of Made Things", "Abstract: Rats slept."]


def test_a_list_goes_on_behind_what_interrupts_it() -> None:
    """A note in the midst of the list ends an entry and not the list."""
    made = listed("[1] 王某. 褪黑素[J]. 2019.", "", "", "作者简介：王某，男。", "", "", "[2] 李某. 大鼠[J]. 2020.")
    assert [r.text for r in made.references] == ["王某. 褪黑素[J]. 2019.", "李某. 大鼠[J]. 2020."]


def test_the_word_in_a_sentence_begins_no_list() -> None:
    """参考文献 within a paragraph is prose, and what follows it too."""
    page = prose(4)
    page += column(72, below(page), fill_hanzi("参考文献[1]认为" + HANZI * 2 + "。", 450), hanzi=True, indent=20)
    made = paper(page)
    assert made.references == ()
    assert "参考文献[1]认为褪黑素" in made.text


# --- headings -------------------------------------------------------------------------------------------------------


def headed(*heads: tuple[str, float]) -> list[tuple[str, int]]:
    """Titles and levels of the sections of a paper with these headings, each above a paragraph."""
    pages: list[list[Print]] = []
    for text, size in heads:
        pages.append([*prose(2, 120), song(72, 240, text, size), *prose(2, 270)])
    return [(s.title.replace(" ", ""), s.level) for s in paper(*pages).document.sections]


@pytest.mark.parametrize(
    "heads",
    [
        [("1 引言", 1), ("1.1 背景", 2), ("1.1.1 大鼠", 3), ("2 方法", 1), ("2.1 材料", 2)],
        [("一、引言", 1), ("（一）背景", 2), ("（二）目的", 2), ("二、方法", 1), ("（一）材料", 2)],
        [("一、引言", 1), ("（一）背景", 2), ("1. 大鼠", 3), ("2. 小鼠", 3), ("（二）目的", 2), ("1. 肝脏", 3)],
        [("第一章 引言", 1), ("1.1 背景", 2), ("第二章 方法", 1), ("2.1 材料", 2)],
    ],
)
def test_levels_of_numbered_headings(heads: list[tuple[str, int]]) -> None:
    """Each kind of number has the level at which it first came, in body type too."""
    assert headed(*((text, 10.0) for text, _ in heads)) == [(text.replace(" ", ""), level) for text, level in heads]


def test_a_second_title_in_smaller_type() -> None:
    """The title in the other language may be set much smaller than the first; names of authors are none."""
    front = [
        song(150, 80, "褪黑素抗氧化作用的研究进展", 16),
        latin(150, 104, "Antioxidant Actions of Melatonin", 12, bold=True),
    ]
    front.append(latin(200, 124, "Zhang San, Li Si, Wang Wu", 12))
    abstract = [song(72, 150, "摘要：" + HANZI[:36], 10), song(72, 164, HANZI[:40] + "。", 10)]
    made = paper([*front, *abstract, *prose(6, 200)])
    titles = [s.title for s in made.document.sections if s.level == 0]
    assert titles == ["褪黑素抗氧化作用的研究进展", "Antioxidant Actions of Melatonin"]
    assert "Zhang" not in made.text


@pytest.mark.parametrize("text", ["4πrFDc", "4 种细胞之间的规则如下：", "3mg of it", "2,3-二磷酸"])
def test_what_is_no_numbered_heading(text: str) -> None:
    """A formula, a line that leads to a list, a dose and a name begin with a number, too."""
    assert marks.numbered(text) is None


def test_a_slip_in_the_count_is_a_heading_where_it_is_set_as_one() -> None:
    """A number that comes twice counts when its line is set as its peers are, and not in body type."""
    assert headed(("1 引言", 13), ("2 方法", 13), ("2 讨论", 13)) == [("1引言", 1), ("2方法", 1), ("2讨论", 1)]
    assert headed(("1 引言", 13), ("2 方法", 13), ("2 只大鼠", 10)) == [("1引言", 1), ("2方法", 1)]


def test_large_type_in_a_sentence_is_no_heading() -> None:
    """A line in larger type that holds the end of a sentence is text."""
    assert headed(("1 引言", 13), ("的作用。而大鼠的", 13)) == [("1引言", 1)]


def test_two_titles_and_two_abstracts() -> None:
    """Title, abstract and key words in both languages have their sections; what stands between them goes."""
    page = [song(150, 90, "褪黑素对大鼠肝脏的作用", 18), song(200, 112, "王某，李某", 10)]
    page += [song(72, 140, "摘要：" + HANZI[:30] + "。", 9), song(72, 154, "关键词：褪黑素；肝脏", 9)]
    page += [latin(100, 190, "Effects of Melatonin on the Liver", 16, bold=True), latin(200, 210, "WANG Mou", 10)]
    page += [
        latin(72, 230, "Abstract: Melatonin protects the liver.", 9),
        latin(72, 244, "Key words: melatonin; liver", 9),
    ]
    page += [song(72, 280, "1 引言", 12), *prose(3, 300)]
    made = paper(page, prose(8))
    assert [(s.title, s.level) for s in made.document.sections] == [
        ("褪黑素对大鼠肝脏的作用", 0), ("摘要", 1), ("关键词", 1),
        ("Effects of Melatonin on the Liver", 0), ("Abstract", 1), ("Key words", 1), ("1 引言", 1),
    ]  # fmt: skip
    assert "WANG" not in made.text
    assert "王某" not in made.text


def test_two_abstracts_side_by_side() -> None:
    """Abstracts in two columns are read one after the other, each with its key words."""
    english = fill(f"Abstract: {'Melatonin lowers the stress in the liver of aged rats. ' * 6}".split(), 220, 9)
    page = [song(150, 90, "褪黑素对大鼠肝脏的作用", 18)]
    page += column(60, 130, fill_hanzi(f"摘要：{HANZI * 2}。", 220, 9, 0), 9, 12, hanzi=True)
    page += column(320, 130, english, 9, 12)
    page += [song(60, 240, "关键词：褪黑素；肝脏", 9), latin(320, 240, "Key words: melatonin; liver", 9)]
    half = fill_hanzi(HANZI * 4 + "。", 220)
    page += [song(60, 290, "1 引言", 12), *column(60, 310, half, hanzi=True), *column(320, 290, half, hanzi=True)]
    made = paper(page)
    sections = [s.title for s in made.document.sections]
    assert sorted(sections) == sorted(["褪黑素对大鼠肝脏的作用", "摘要", "关键词", "Abstract", "Key words", "1 引言"])
    assert f"摘要：{HANZI * 2}。" in made.text.split("\n")
    assert " ".join(english) in made.text.split("\n")


def test_a_licence_before_the_first_heading_is_left_out() -> None:
    """Short lines between key words and the first heading go; an introduction there stays."""
    front = [song(72, 100, "关键词", 12), song(72, 116, "褪黑素，肝脏", 10)]
    licence = [
        latin(72, 150, "Copyright 2020 by the authors.", 10),
        latin(72, 163, "This work is licensed to all.", 10),
    ]
    head = [song(72, 230, "1 引言", 12), *prose(6, 250)]
    assert "licensed" not in paper([*front, *licence, *head]).text
    assert paper([*front, *prose(1, 150), *head]).text.count(HANZI) == 7


# --- paragraphs -----------------------------------------------------------------------------------------------------


def test_a_short_line_ends_its_paragraph_in_flush_hanzi() -> None:
    """Where lines end flush, a line with room left ends its paragraph without a full stop; ragged Latin goes on."""
    page = prose(6)
    y = below(page)
    page += [song(72, y, "甲医生问病人服用何药"), song(72, y + 14, "病人答道" + HANZI[:30] + "。")]
    assert "甲医生问病人服用何药" in paper(page).text.split("\n")
    ragged = [
        latin(72, 100 + 14 * k, line) for k, line in enumerate(["Melatonin lowers the", "oxidative stress in rats."])
    ]
    assert paper(ragged).text == "Melatonin lowers the oxidative stress in rats."


def test_larger_type_within_a_sentence_does_not_part_it() -> None:
    """A full line that a formula makes larger stands in the midst of its paragraph."""
    lines = fill_hanzi(HANZI * 6 + "。", 450)
    page = column(72, 100, lines, hanzi=True, indent=20)
    x, y, text, _, font = page[3]
    page[3] = (x, y, text[: int(len(text) * 10 / 12)], 12, font)
    assert len(paper([*page, *prose(8, below(page))]).text.split("\n")) == 9


@pytest.mark.parametrize("formula", ["dX = a (b + c) Xmax  (3.1)", "Jflux = kcat", "α + β − γ"])
def test_displayed_formulas_are_left_out(formula: str) -> None:
    """A formula between two parts of a paragraph is no prose; what stands behind it goes on."""
    page = prose(4)
    y = below(page)
    page += [latin(250, y + 10, formula)]
    made = paper([*page, *prose(2, y + 40)])
    assert formula[:3] not in made.text
    assert len(made.text.split("\n")) == 6


# --- captions -------------------------------------------------------------------------------------------------------


def test_a_caption_in_two_languages_is_one_float() -> None:
    """The caption under a figure leaves the prose, in both languages."""
    page = prose(3)
    y = below(page)
    page += [song(240, y + 60, "图1 褪黑素的作用", 9), latin(240, y + 72, "Fig. 1 Effects of melatonin", 9)]
    page += prose(3, y + 100)
    made = paper(page)
    assert [(f.kind, f.number, f.label, f.caption) for f in made.floats] == [
        ("figure", 1, "图1", "图1 褪黑素的作用\nFig. 1 Effects of melatonin")
    ]
    assert made.floats[0].box_pages == (1, 1)
    assert "图1" not in made.text


def test_a_sentence_that_names_a_figure_is_no_caption() -> None:
    """A paragraph under a heading that begins with 图2 stays."""
    page = [
        song(72, 100, "1 引言", 12),
        *column(72, 130, fill_hanzi("图2为" + HANZI * 2 + "。", 450), hanzi=True, indent=20),
    ]
    made = paper([*page, *prose(3, 220)])
    assert made.floats == ()
    assert f"图2为{HANZI}" in made.text


def test_a_paragraph_runs_on_behind_a_caption_and_a_table() -> None:
    """A sentence broken by a table at the head of the next page is one paragraph."""
    text = HANZI * 4 + "。"
    lines = fill_hanzi(text, 450)
    top = column(72, 700, lines[:2], hanzi=True, indent=20)
    table = [song(240, 80, "表1 剂量", 9)]
    table += [song(x, 100 + 14 * k, f"甲{k}", 9) for k in range(3) for x in (80, 250, 420)]
    rest = column(72, 170, lines[2:], hanzi=True)
    made = paper([*prose(8), *top], [*table, *rest, *prose(3, 250)])
    assert text in made.text.split("\n")
    assert made.floats[0].rows == tuple((f"甲{k}",) * 3 for k in range(3))


@pytest.mark.parametrize(
    ("text", "passing"),
    [
        ("图2为细胞", True),
        ("Figure 5 shows rats", True),
        ("图2 细胞", False),
        ("图2. 细胞", False),
        ("Fig. 5 Rats", False),
    ],
)
def test_forms_of_a_name_in_passing(text: str, passing: bool) -> None:
    """A figure's number with a verb right behind it may begin a sentence; a caption has a gap or mark there."""
    assert marks.caption(text)
    assert marks.names_in_passing(text) is passing


@pytest.mark.parametrize(
    ("text", "kind", "number", "label", "continued"),
    [
        ("图1 作用", "figure", 1, "图1", False), ("表 2 剂量", "table", 2, "表2", False),
        ("Table 3. Doses", "table", 3, "Table 3", False), ("Fig. 4 Rats", "figure", 4, "Fig. 4", False),
        ("续表2", "table", 2, "表2", True), ("表2(续)", "table", 2, "表2", True), ("续表", "table", None, "", True),
        ("Continued", "table", None, "", True), ("Table 3 (continued)", "table", 3, "Table 3", True),
    ],
)  # fmt: skip
def test_forms_of_captions(text: str, kind: str, number: int | None, label: str, continued: bool) -> None:
    """What each form of caption names."""
    assert marks.caption(text) == marks.Caption(kind, number, label, continued)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["图1所示", "表2中的药物", "图表说明", "Figures are red", "Tablets 5 mg", "图3(d)是"])
def test_near_captions(text: str) -> None:
    """Words that only look like a caption are none."""
    assert marks.caption(text) is None


def test_a_text_file_has_no_boxes() -> None:
    """Captions, tables and references of lines without ink come apart from the prose, without pages."""

    def line(text: str) -> Line:
        return Line(plain(text), NO_INK, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, False, 0, (0.0, 0.0))

    cells = tuple(tuple((line(text),) for text in row) for row in (("药", "mg"), ("甲", "5")))
    blocks = [
        Block("paragraph", (line("褪黑素。"),)), Block("caption", (line("表1 剂量"),)),
        Block("table", (line("药 mg"), line("甲 5")), rows=cells),
        Block("reference", (line("[1] Wang A. A signifi-"), line("cant one."))),
    ]  # fmt: skip
    woven = weave(blocks, {}, Ledger())
    assert woven.text == "褪黑素。"
    assert woven.floats == (Float("", "table", 1, "表1", "表1 剂量", (("药", "mg"), ("甲", "5")), None, None, None),)
    assert woven.references == (Reference("", 1, "Wang A. A significant one.", None, None, None),)


# --- tables ---------------------------------------------------------------------------------------------------------


def tabled(cells: Sequence[tuple[float, float, str]], rules: Sequence[Drawn]) -> Float:
    """The float of a table with these cells, `(x, y below the caption, text)`, and rules, among prose."""
    page = prose(3)
    y = below(page) + 20
    page.append(song(240, y, "表1 药物的剂量", 9))
    page += [song(x, y + dy, text, 8) for x, dy, text in cells]
    bottom = y + max(dy for _, dy, _ in cells)
    page += prose(3, bottom + 40)
    made = ruled([page], [(x0, x1, y + dy) for x0, x1, dy in rules])
    assert len(made.floats) == 1
    assert all(text not in made.text for *_, text in cells if len(text) > 1 and text not in HANZI)
    return made.floats[0]


THREE_LINES = [(72.0, 522.0, 6.0), (72.0, 522.0, 24.0), (72.0, 522.0, 90.0)]
PLAIN = [(90, 18, "药物"), (250, 18, "剂量(mg/kg)"), (430, 18, "动物")]


def test_three_line_table() -> None:
    """Rows by baselines, columns by white space; an empty cell stays empty."""
    cells = [*PLAIN, (90, 40, "甲素"), (250, 40, "10"), (430, 40, "大鼠"), (90, 58, "乙素"), (430, 58, "小鼠")]
    cells += [(90, 76, "丙素"), (250, 76, "5"), (430, 76, "兔")]
    assert tabled(cells, THREE_LINES).rows == (
        ("药物", "剂量(mg/kg)", "动物"), ("甲素", "10", "大鼠"), ("乙素", "", "小鼠"), ("丙素", "5", "兔"),
    )  # fmt: skip


@pytest.mark.parametrize(("indent", "paragraphs"), [(20.0, 2), (0.0, 1)])
def test_a_paragraph_behind_a_displayed_formula(indent: float, paragraphs: int) -> None:
    """A formula may end a sentence: an indented line behind it begins a paragraph, a flush one goes on."""
    first = fill_hanzi(HANZI * 3 + "可以表示为", 450)
    last = fill_hanzi("若将每一个细胞看作一个点，" + HANZI + "。", 450, indent=2 if indent else 0)
    page = column(72, 100, first, hanzi=True, indent=20)
    y = 100 + 14 * len(first)
    page += [latin(200, y + 16, "x = a + b"), latin(480, y + 16, "(1)")]
    page += column(72, y + 46, last, hanzi=True, indent=indent)
    made = paper([*page, *prose(3, y + 46 + 14 * len(last))])
    assert "x = a" not in made.text
    assert made.text.index("若将") - made.text.index("可以表示为") == 5 + (paragraphs - 1)


def test_labels_of_a_figure_are_no_prose() -> None:
    """Two labels far apart on a line as wide as the column, in body type, above a caption."""
    upper = prose(3)
    y = below(upper) + 20
    labels = [latin(72 if k < 3 else 500, y + 20 * (k % 3), f"0.{k}") for k in range(6)]
    made = paper([*upper, *labels, song(220, y + 80, "图1 大鼠的剂量曲线", 9), *prose(3, y + 110)])
    assert "0." not in made.text
    assert [f.label for f in made.floats] == ["图1"]


def test_a_note_under_a_table_stays_with_it() -> None:
    """Small type under the last rule is neither prose nor a row, nor lost."""
    note = "注：剂量均按每天每千克体重计"
    cells = [*PLAIN, *((x, 40 + 18 * k, f"值{k}{x}") for k in range(3) for x in (90, 250, 430)), (72, 100, note)]
    made = tabled(cells, THREE_LINES)
    assert (len(made.rows), made.note) == (4, note)


@pytest.mark.parametrize("centred", [True, False])
def test_cells_of_several_lines(centred: bool) -> None:
    """Lines of a cell are joined, whether the others stand at its middle or at its top."""
    at = 44.5 if centred else 40
    cells = [*PLAIN, (90, at, "甲素"), (250, 40, "每天清晨一次"), (250, 49, "各十毫克"), (430, at, "大鼠")]
    cells += [(90, 70, "乙素"), (250, 70, "五毫克"), (430, 70, "小鼠")]
    rows = tabled(cells, THREE_LINES).rows
    assert rows[1:] == (("甲素", "每天清晨一次各十毫克", "大鼠"), ("乙素", "五毫克", "小鼠"))


def test_close_rows_stay_apart() -> None:
    """Rows that stand as close as lines of a paragraph are no cell of several lines."""
    cells = [*PLAIN, *((x, 36 + 10 * k, f"值{k}{x}") for k in range(5) for x in (90, 250, 430))]
    assert len(tabled(cells, THREE_LINES).rows) == 6


def test_columns_by_rules_drawn_cell_by_cell() -> None:
    """Where the rules of a table are drawn in pieces, their joints part the columns, however narrow the space."""
    rules = [(x0, x1, y) for y in (6, 24, 90) for x0, x1 in ((72, 200), (200.4, 300), (300.4, 522))]
    cells = [
        (90, 18, "药物"),
        (210, 18, "剂量"),
        (310, 18, "动物"),
        (90, 40, "甲素"),
        (202, 40, "一二三四五六七八九十一二"),
    ]
    cells += [(302, 40, "大鼠和小鼠"), (90, 60, "乙素"), (202, 60, "五"), (310, 60, "小鼠")]
    assert tabled(cells, rules).rows[1] == ("甲素", "一二三四五六七八九十一二", "大鼠和小鼠")


def test_a_rule_under_each_row() -> None:
    """In a grid all that stands between two rules is one row."""
    rules = [(72.0, 522.0, dy) for dy in (6.0, 24.0, 48.0, 72.0, 96.0)]
    cells = list(PLAIN)
    for k in range(3):
        y = 34 + 24 * k
        cells += [
            (90, y, f"甲{k}"),
            (250, y, "每天"),
            (430, y, "大"),
            (90, y + 9, "素"),
            (250, y + 9, "一次"),
            (430, y + 9, "鼠"),
        ]
    assert tabled(cells, rules).rows[1:] == tuple((f"甲{k}素", "每天一次", "大鼠") for k in range(3))


def test_a_continued_table_is_one() -> None:
    """续表1 on the next page adds its rows, without the head that it repeats."""
    page = [*prose(8), song(240, 560, "表1 剂量", 9)]
    page += [
        song(x, 580 + 16 * k, t, 8)
        for k, row in enumerate((("药物", "剂量"), ("甲", "5")))
        for x, t in zip((90, 300), row, strict=True)
    ]
    more = [song(240, 80, "续表1", 9)]
    more += [
        song(x, 100 + 16 * k, t, 8)
        for k, row in enumerate((("药物", "剂量"), ("乙", "6")))
        for x, t in zip((90, 300), row, strict=True)
    ]
    made = paper(page, [*more, *prose(6, 160)])
    assert [f.rows for f in made.floats] == [(("药物", "剂量"), ("甲", "5"), ("乙", "6"))]
    assert set(made.floats[0].box_pages or ()) == {1, 2}


def test_a_table_without_a_caption() -> None:
    """Columns between two rules of one length are a table; a paragraph between two rules is prose."""
    page = prose(3)
    y = below(page)
    cells = [
        song(x, y + 20 + 16 * k, t, 8) for k in range(3) for x, t in ((90, f"规则{k}"), (200, "细胞保持原来的状态"))
    ]
    rules = [(72.0, 522.0, y + 8), (72.0, 522.0, y + 60)]
    made = ruled([[*page, *cells, *prose(3, y + 90)]], rules)
    assert [(f.kind, f.number, f.rows) for f in made.floats] == [
        ("table", None, tuple((f"规则{k}", "细胞保持原来的状态") for k in range(3)))
    ]
    boxed = [song(90, y + 20 + 14 * k, f"医生{k}：" + HANZI[:20] + "。", 8) for k in range(3)]
    made = ruled([[*page, *boxed, *prose(3, y + 90)]], rules)
    assert made.floats == ()
    assert "医生1" in made.text


def test_a_table_in_a_column_leaves_the_other_alone() -> None:
    """A table at the foot of the left column takes no line of the right one; its note goes."""
    half = fill_hanzi(HANZI * 15 + "。", 220)
    left = column(60, 120, half[:30], hanzi=True)
    table = [song(130, 560, "表1 剂量", 9)]
    table += [song(x, 580 + 16 * k, f"{t}{k}", 8) for k in range(3) for x, t in ((80, "甲"), (200, "乙"))]
    note = song(60, 634, "注：甲与乙相比。", 8)
    right = column(320, 120, half, hanzi=True)
    made = ruled([[*left, *table, note, *right]], [(60, 280, 566), (60, 280, 620)])
    assert made.floats[0].rows == tuple((f"甲{k}", f"乙{k}") for k in range(3))
    assert "注：" not in made.text
    assert "".join(half) in made.text


def test_rules_of_running_heads_make_no_table() -> None:
    """Rules at the head and foot of every page frame no table, whatever stands between them."""
    pages = [
        [song(x, 200 + 20 * k, f"{p}标{k}", 8) for k in range(3) for x in (90, 300)] + prose(6, 300) for p in "甲乙"
    ]
    plain = paper(*pages).floats
    assert ruled(pages, [(72, 522, 60), (72, 522, 780)]).floats == plain == ()


def test_texts_of_floats_and_references_are_repaired() -> None:
    """Words broken at a line's end are mended in captions, cells and entries as they are in prose."""
    words = (
        "melatonin lowers the oxidative stress that is found in the mitochondria of the liver of aged rats and signifi-"
    )
    page = prose(8)
    y = below(page)
    page += [latin(72, y + 30, f"Figure 1. {words[30:]}", 9), latin(72, y + 41, "cantly so in mice", 9)]
    page += [
        song(72, y + 80, "参考文献", 12),
        latin(72, y + 96, f"[1] {words}", 9),
        latin(72, y + 108, "cantly so. 2019.", 9),
    ]
    made = paper(page)
    assert made.floats[0].caption.endswith("rats and significantly so in mice")
    assert made.references[0].text.endswith("rats and significantly so. 2019.")
