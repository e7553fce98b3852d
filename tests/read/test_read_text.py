"""Reading text files: encodings, dumps of PDFs, a paragraph a line, Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Indel
from read_dumps import SOURCES, Made, beside, loose, made, paged, rows, spaced, wrap

from pipeline.errors import BrokenInput, UnsupportedInput
from pipeline.read import read_bytes
from pipeline.read.running import NOTE
from pipeline.records import Paper

ZH = "褪黑素可以降低老年大鼠肝脏的氧化应激水平，并恢复多种酶的活性"


def paper(text: str, encoding: str = "utf-8") -> Paper:
    return read_bytes(text.encode(encoding), "made.txt", "made")


ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "gbk", "big5",
)  # fmt: skip
SIMPLE = f"{ZH}。\nMelatonin lowers oxidative stress in aged rats.\n"
TRADITIONAL = "褪黑素由松果體分泌，能夠調節動物的睡眠與體溫，並減輕老年大鼠肝臟裡的氧化壓力和發炎反應。\n"


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings(encoding: str, end: str) -> None:
    """The same text in each encoding, with each kind of line end, gives the same prose."""
    text = TRADITIONAL if encoding == "big5" else SIMPLE
    assert paper(text.replace("\n", end), encoding).text == text.strip()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8", "gb18030"])
def test_hanzi_alone(encoding: str) -> None:
    """A text without any Latin letter, line end or blank has its encoding told apart by its hanzi."""
    assert paper(ZH, encoding).text == ZH


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_cut_file(encoding: str) -> None:
    """The end of a file cut within its last character leaves out that character only."""
    text = (TRADITIONAL if encoding == "big5" else f"Melatonin lowers stress.\n{ZH}").strip()
    assert read_bytes(text.encode(encoding)[:-1], "made.txt", "made").text == text[:-1]


def test_traditional_text_in_gb18030() -> None:
    """Traditional hanzi in GB18030, and Greek and marks in an English text, are not taken for Big5."""
    assert paper(TRADITIONAL, "gb18030").text == TRADITIONAL.strip()
    english = "The level of α, β, γ, δ, κ and μ rose, as it did before. " * 4
    assert paper(english, "gb18030").text == english.strip()
    assert paper(TRADITIONAL, "gb18030").document.warnings == ("read as gb18030",)


def test_damaged_text() -> None:
    """Single bad bytes in UTF-8 are left out with a warning; NULs for lost letters go; other bytes are refused."""
    made = read_bytes(f"{ZH}。".encode()[:30] + b"\xff" + f"{ZH * 3}。".encode()[30:], "made.txt", "made")
    assert made.text == f"{ZH * 3}。"
    assert made.document.warnings == ("read as damaged utf-8 (1 bad bytes left out)",)
    assert read_bytes(f"{ZH}\0\0\0\0降低。".encode(), "made.txt", "made").text == f"{ZH}降低。"
    with pytest.raises(BrokenInput, match=r"neither UTF-8 .* nor GB18030"):
        read_bytes(b"Melatonin \xff\xfe\xff lowers \xff stress.", "made.txt", "made")
    with pytest.raises(UnsupportedInput, match="not a text"):
        read_bytes(bytes(range(256)) * 4, "made.txt", "made")


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


KINDS: dict[str, Callable[[Made], str]] = {
    "80 columns": lambda made: paged(list(rows(made, 80))),
    "40 columns": lambda made: paged(list(rows(made, 40))),
    "no blank lines": lambda made: paged(list(rows(made, 80, gaps=False))),
    "no form feeds": lambda made: paged(list(rows(made, 80)), feed="\n\n"),
    "a blank line between all lines": lambda made: loose(paged(list(rows(made, 72)), feed="")),
    "indents": lambda made: paged(list(rows(made, 76, indent=4))),
    "two columns": lambda made: paged(beside(list(rows(made, 44, indent=4)))),
    "two columns, hanzi two wide": lambda made: paged(beside(list(rows(made, 44, indent=4)), padded=False)),
    "broken words": lambda made: paged(list(rows(made, 80, hyphens=True))),
    "loose hanzi": lambda made: paged([spaced(row) for row in rows(made, 80)]),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.stem)
def test_dumps_of_papers(source: Path, kind: str) -> None:
    """A paper's prose comes back from each kind of dump: its characters, its paragraphs and its reference list."""
    paper_made = made(source)
    got = paper(KINDS[kind](paper_made))
    expected = [re.sub(r"\s", "", part) for part in paper_made.prose]
    found = [re.sub(r"\s", "", line) for line in got.text.split("\n")]
    assert Indel.normalized_similarity("".join(expected), "".join(found)) >= 0.998
    assert sum(part in found for part in expected) >= (0.92 if "indents" in kind else 0.8) * len(expected)
    assert [r.number for r in got.references] == list(range(1, 1 + len(got.references)))
    assert len(got.references) == len([kind for kind, _ in paper_made.parts if kind == "reference"])


PARAGRAPH = ZH * 4 + "。"


def test_form_feeds_tell_heads_and_feet() -> None:
    """What comes back at the edges of pages goes; a sentence that begins alike stays."""
    body = wrap(PARAGRAPH, 60)
    pages = ["\n".join(["褪黑素与大鼠", *body, "褪黑素如何起效", str(n), "某某学报"]) for n in (11, 12, 13)]
    pages[1] = pages[1].replace(body[1], f"{body[1]}\n褪黑素与大鼠的肝。")
    got = paper("\f".join(pages)).text
    assert "褪黑素与大鼠的肝。" in got
    assert not re.search("某某学报|11|12|13|褪黑素如何起效", got)


def test_notes_on_the_paper() -> None:
    """Dates, funds, addresses and licence within a sentence go; sentences that speak of such things stay."""
    body = wrap(PARAGRAPH, 60)
    notes = ["收稿日期：2020-01-02；修回日期：2020-03-04", "基金项目：某某基金(12345678)", "E-mail: a@example.org"]
    got = paper("\n".join([*body, *body[:2], "", *notes, "", *body[2:], *body])).text
    assert got.replace("\n", "") == PARAGRAPH * 3
    kept = f"收稿日期与基金项目{ZH}。\n通讯作者{ZH}。"
    assert paper(kept).text == kept


def test_raised_citations_of_layout_dumps() -> None:
    """Citation marks that stand in a row of their own go back into the gap that was left for them."""
    rows_of = [
        "          [1,2]",
        "褪黑素降低氧化应激      ，并保护肝脏的线粒体",
        "褪黑素还抑制凋亡    [4]",
        "                   。其余不变。",
    ]
    assert (
        paper("\n".join(rows_of)).text == "褪黑素降低氧化应激[1,2]，并保护肝脏的线粒体褪黑素还抑制凋亡[4]。其余不变。"
    )


def test_a_table_of_cells_is_no_column() -> None:
    """Cells side by side in a dump are rows of a table under its caption, and are not read column by column."""
    cells = [f"组别{k}          {k}.5±0.1          {k}.7±0.2" for k in range(1, 12)]
    body = wrap(PARAGRAPH, 60)
    got = paper("\n".join([*body, "", "表1 各组的酶", *cells, "", *body, *body]))
    assert got.text.replace("\n", "") == PARAGRAPH * 3
    assert got.floats[0].rows[0] == ("组别1", "1.5±0.1", "1.7±0.2")
    assert len(got.floats[0].rows) == 11


def test_captions_and_figures_in_text() -> None:
    """A caption amid a sentence stands apart from it with its figure's words; a sentence on a figure is prose."""
    body = wrap(PARAGRAPH, 60)
    got = paper("\n".join([*body, *body[:2], "", "肝脏", "线粒体", "", "图1 褪黑素的作用", "", *body[2:], *body]))
    assert got.text.replace("\n", "") == PARAGRAPH * 3
    assert [(f.kind, f.number, f.caption) for f in got.floats] == [("figure", 1, "图1 褪黑素的作用")]
    about = wrap(f"图1为褪黑素的作用，{PARAGRAPH}", 60)
    got = paper("\n".join([*body, *about, *body]))
    assert "图1为褪黑素的作用，" in got.text
    assert got.floats == ()


def test_numbered_headings() -> None:
    """Headings follow in number, in figures and in hanzi; a line that begins with a number is none."""
    body = wrap(PARAGRAPH, 60)
    for heads in (["1 引言", "1.1 作用", "1.2 机制", "2 结论"], ["一、引言", "（一）作用", "（二）机制", "二、结论"]):
        text = [line for head in heads for line in (head, *body[:-1], body[-1], "5 只大鼠", *body)]
        got = paper("\n".join(text))
        assert [s.title for s in got.document.sections] == heads
        assert [s.level for s in got.document.sections] == [1, 2, 2, 1]


def test_reference_entries() -> None:
    """Entries run over lines, with their numbers on lines of their own; a list of another kind behind them is none."""
    body = wrap(PARAGRAPH, 60)
    listed = ["[1]", "", "Smith J, Jones A. A paper on melatonin in the liver of rats and"]
    listed += [
        "mice. Some Journal, 2001.",
        "",
        "[2]",
        "",
        "李四. 一篇文章[J]. 某刊, 2002.",
        "",
        "1. 请打开网页",
        "",
        "2. 请下载",
    ]
    got = paper("\n".join([*body, *body, "", "参考文献", *listed]))
    assert got.text.replace("\n", "") == PARAGRAPH * 2
    assert [(r.number, r.text) for r in got.references] == [
        (1, "Smith J, Jones A. A paper on melatonin in the liver of rats and mice. Some Journal, 2001."),
        (2, "李四. 一篇文章[J]. 某刊, 2002."),
    ]


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
    assert got == "骨髓间充质干细胞(BMSCs) 的分化，还可以 [1,2]。维生素 A B C 也是。"


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


@pytest.mark.parametrize(("line", "is_note"), [("ISSN 1000-2000", True), ("ISSN:2190-1123", True), ("issn.", False)])
def test_an_issn_has_a_number(line: str, is_note: bool) -> None:
    """A line that has no more than the letters is prose that was broken there."""
    assert (NOTE.match(line) is not None) == is_note


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
