"""Each repair on a small PDF of its own: its text, its name in the record, the way back to the glyphs, a near miss."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Literal

import pdfplumber
import pytest
from read_pdfs import Shown, beside, shown_pdf

from pipeline.read import read_bytes
from pipeline.read.repair import FOUNDER, RADICALS
from pipeline.records import Paper

Reader = Literal["pdfplumber", "pdfium"]
READERS: tuple[Reader, ...] = ("pdfplumber", "pdfium")
BACK = {letter: hanzi for hanzi, letter in FOUNDER.items()}

both = pytest.mark.parametrize("reader", READERS)


def read_made(data: bytes, reader: Reader) -> Paper:
    """A made PDF as one of the readers reads it."""
    return read_bytes(data, "made.pdf", "made", reader)


def founder(word: str) -> str:
    """A word as a Founder font's text layer has it."""
    return "".join(BACK[ch] for ch in word)


def prose(*lines: str | Sequence[str] | Sequence[Shown], x: float = 72, step: float = 16) -> list[Shown]:
    """Lines under one another, each a text, a list of glyphs, or prints set one behind the other."""
    out: list[Shown] = []
    for k, line in enumerate(lines):
        y = 100 + k * step
        if line and all(isinstance(part, Shown) for part in line):
            first, *rest = [Shown(x, y, s.text, s.size, s.rise, s.mode, s.spacing) for s in line]  # type: ignore[union-attr]
            out += beside(first, *rest)
        else:
            out.append(Shown(x, y, line))  # type: ignore[arg-type]
    return out


def run(text: Sequence[str], **how: float) -> Shown:
    """A print whose place `prose` settles."""
    return Shown(0, 0, text, **how)  # type: ignore[arg-type]


def up(text: Sequence[str]) -> Shown:
    """A superscript."""
    return run(text, size=6, rise=4)


def down(text: Sequence[str]) -> Shown:
    """A subscript."""
    return run(text, size=6, rise=-2)


def cropped(data: bytes, paper: Paper, words: str, shift: tuple[float, float] = (0, 0)) -> str:
    """The glyphs whose middle lies within the boxes of `words`, from left to right; blanks left out.

    `shift` takes a glyph's place as pdfplumber has it to that on the page as displayed.
    """
    start = paper.text.index(words)
    place = paper.place(start, start + len(words))
    assert place.boxes is not None
    assert place.box_pages is not None
    out = ""
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for number, (x0, top, x1, bottom) in zip(place.box_pages, place.boxes, strict=True):
            inside = []
            for char in pdf.pages[number - 1].chars:
                x, y = (char["x0"] + char["x1"]) / 2 + shift[0], (char["top"] + char["bottom"]) / 2 + shift[1]
                if x0 <= x <= x1 and top <= y <= bottom:
                    inside.append((x, char["text"]))
            out += "".join(text for _, text in sorted(inside))
    return "".join(out.split())


# What is printed, what is read, words of the latter, what is printed in their box, and the name of the repair.
# One printed line is a case; a name of None is a near miss, which must stay as printed.
Case = tuple[Sequence[str], str, str, str, str | None]
CHARACTERS: list[Case] = [
    (["研究表明", *founder("Theoretical"), "模型有用"], "研究表明Theoretical模型有用", "Theoretical",
     founder("Theoretical"), "founder-latin"),
    ("症狀与性狀一字不改", "症狀与性狀一字不改", "性狀", "性狀", None),
    ("受体ＮＭＤＡ与１２只大鼠", "受体NMDA与12只大鼠", "受体NMDA", "受体ＮＭＤＡ", "full-width"),
    ("药物（甲）有效：无害！", "药物（甲）有效：无害！", "（甲）", "（甲）", None),
    ("⼼⼒衰竭与⻓期⾷用", "心力衰竭与长期食用", "心力", "⼼⼒", "radicals"),
    ("心力衰竭与長期食用", "心力衰竭与長期食用", "長期", "長期", None),
    ("加入\uf90a\uf967等", "加入金不等", "金不", "\uf90a\uf967", "radicals"),
    (["t", "h", "e", " ", "e", "ﬀ", "e", "c", "t", " ", "o", "f", " ", "ﬁ", "s", "h", " ", "o", "i", "l"],
     "the effect of fish oil", "effect", "eﬀect", "ligatures"),
    (["o", "ffi", "c", "e", " ", "h", "o", "u", "r", "s"], "office hours", "office", "office", None),
    ("每日给药10㎎两次", "每日给药10mg两次", "10mg", "10㎎", "ligatures"),
    ("丹参酮Ⅱ对Ⅲ型胶原有效", "丹参酮II对III型胶原有效", "丹参酮II", "丹参酮Ⅱ", "roman-numerals"),
    ("步骤①和步骤②不变", "步骤①和步骤②不变", "①", "①", None),
    ("the sig\u00adnal was low", "the signal was low", "signal", "sig\u00adnal", "soft-hyphens"),
    ("levels of IL\u00ad6 rose", "levels of IL-6 rose", "IL-6", "IL\u00ad6", "hyphens"),
    ("大鼠\u200b的\u2060肝脏\ufeff重量", "大鼠的肝脏重量", "的肝脏", "的\u2060肝脏", "invisible"),
    ("检测TGF-\uf062的水平", "检测TGF-β的水平", "TGF-β", "TGF-\uf062", "private-use"),
    ("检测\ue123的水平", "检测\ufffd的水平", "\ufffd", "\ue123", "private-use"),
    ("\uf063\uf065\uf06c\uf06c\uf020\uf03d\uf031", "cell =1", "cell", "\uf063\uf065\uf06c\uf06c", "private-use"),
    ("检测TGF-β的水平", "检测TGF-β的水平", "TGF-β", "TGF-β", None),
    ("浓度为100 µM以上", "浓度为100 μM以上", "100 μM", "100µM", "ligatures"),
]  # fmt: skip
SPACES: list[Case] = [
    ("grafts of B M S C s are used", "grafts of BMSCs are used", "BMSCs", "BMSCs", "letter-spacing"),
    ("rich in vitamins A B C too", "rich in vitamins A B C too", "A B C", "ABC", None),
    ("an aspar ta te receptor here", "an aspartate receptor here", "aspartate", "aspartate", "letter-spacing"),
    ("as t umo r necrosis factor", "as tumor necrosis factor", "tumor", "tumor", "letter-spacing"),
    ("the p value of a t test was low", "the p value of a t test was low", "a t test", "attest", None),
    ("细胞的 分 化 ， 还 可 以提高", "细胞的分化，还可以提高", "分化，还可以", "分化，还可以", "hanzi-spacing"),
    ("关键词 神经 肝脏 记忆", "关键词 神经 肝脏 记忆", "神经 肝脏", "神经肝脏", None),
    ("血清TNF- α与IL - 6升高", "血清TNF-α与IL-6升高", "TNF-α", "TNF-α", "symbol-spacing"),
    ("共5 - 10 mg与pre- and post-test", "共5 - 10 mg与pre- and post-test", "5 - 10", "5-10", None),
    ("显著降低(p < 0. 05)了", "显著降低(p < 0.05)了", "0.05", "0.05", "symbol-spacing"),
    ("in group 5. 3 rats died here", "in group 5. 3 rats died here", "5. 3", "5.3", None),
    ("作用显著[ 1 , 2 ]。", "作用显著[1,2]。", "[1,2]", "[1,2]", "citation-spacing"),
]  # fmt: skip


@both
@pytest.mark.parametrize(("printed", "text", "words", "glyphs", "name"), CHARACTERS + SPACES)
def test_a_line(printed: Sequence[str], text: str, words: str, glyphs: str, name: str | None, reader: Reader) -> None:
    """A printed line is read as it was meant, its record names the repair, and the box leads back to the glyphs."""
    data = shown_pdf([prose("本段有一句话，说的是大鼠。", printed)])
    paper = read_made(data, reader)
    assert text in paper.text
    # PDFium takes ligatures apart itself, and tells nobody.
    named = () if name == "ligatures" and "ﬁ" in printed and reader == "pdfium" else (name,)
    assert set(paper.document.repairs) >= set(filter(None, named))
    assert name is not None or paper.document.repairs == ()
    assert cropped(data, paper, words) == glyphs


@pytest.mark.parametrize(
    "reader",
    READERS,
)
def test_maths_letters(reader: Reader) -> None:
    """Letters of a formula that have code points of their own, beyond the basic plane, are letters."""
    data = shown_pdf([prose("本段有一句话，说的是大鼠。", "其中变量𝑃与𝛼都小于𝟎")])
    paper = read_made(data, reader)
    assert "其中变量P与α都小于0" in paper.text
    assert paper.document.repairs == ("maths-letters",)
    assert cropped(data, paper, "变量P与α") == "变量𝑃与𝛼"


@both
@pytest.mark.parametrize(
    ("startxref", "end", "names"),
    [
        (b"startxref ", b"%%EOF\nKDAuto\n", ("startxref", "trailing-junk")),
        (b"startxref ", b"%%EOF\n", ("startxref",)),
        (b"startxref\n", b"%%EOF\r\nxyz", ("trailing-junk",)),
        (b"startxref\n", b"%%EOF\r\n\0\0", ()),
    ],
)
def test_the_end_of_the_file(startxref: bytes, end: bytes, names: tuple[str, ...], reader: Reader) -> None:
    """CNKI's pointer on one line and words behind the end of the file are mended; a plain end is left alone."""
    data = shown_pdf([prose("大鼠的肝脏重量降低。")], startxref=startxref, end=end)
    paper = read_made(data, reader)
    assert paper.text == "大鼠的肝脏重量降低。"
    assert paper.document.repairs == names
    plain = shown_pdf([prose("大鼠的肝脏重量降低。")])
    assert cropped(plain, paper, "肝脏") == "肝脏"


@both
@pytest.mark.parametrize(
    ("one", "two", "text", "glyphs"),
    [
        ("the rats of this group were signifi-", "cantly heavier than those of the other", "significantly", None),
        ("the rats of this group were signifi\u00ad", "cantly heavier than those of the other", "significantly", None),
        ("the rats of this group were given L-", "TAMS with water and with their food", "L-TAMS", "L-TAMS"),
        ("the rats of this group had a high IL-", "1β in serum and in the brain as well", "IL-1β", "IL-1β"),
    ],
)
def test_hyphens_at_line_ends(one: str, two: str, text: str, glyphs: str | None, reader: Reader) -> None:
    """A word broken at a line's end is whole again, a name keeps its hyphen, and both lines are in the boxes."""
    data = shown_pdf([prose(one, two)])
    paper = read_made(data, reader)
    assert text in paper.text
    assert ("hyphenation" in paper.document.repairs) == (glyphs is None)
    # The hyphen of a mended word is no part of it, and not in its boxes.
    assert cropped(data, paper, text) == (glyphs or text)
    start = paper.text.index(text)
    assert len(paper.place(start, start + len(text)).boxes or ()) == 2


@both
def test_letters_set_wide(reader: Reader) -> None:
    """Letters that the file itself sets apart are a word, and the words beside them stay words."""
    data = shown_pdf([prose([run("of the "), run("BMSCs", spacing=3), run(" are used in rats")])])
    paper = read_made(data, reader)
    assert paper.text == "of the BMSCs are used in rats"
    assert paper.document.repairs == ("letter-spacing",)
    assert cropped(data, paper, "BMSCs") == "BMSCs"


@both
def test_a_line_set_wide(reader: Reader) -> None:
    """Where all letters of a line stand apart, only its blanks are blanks; digits of a list are left apart."""
    wide = run("the effect of BMSCs in the old rats", spacing=3)
    data = shown_pdf([prose("some of the rats lived on and were", [wide], "with doses of 1 2 3 in vitamins A B C")])
    paper = read_made(data, reader)
    assert "the effect of BMSCs in the old rats" in paper.text
    assert "doses of 1 2 3 in vitamins A B C" in paper.text
    assert cropped(data, paper, "of BMSCs in") == "ofBMSCsin"


@both
def test_blanks_between_hanzi_and_latin(reader: Reader) -> None:
    """A gap of the typesetter's between hanzi and Latin is no blank; a printed one stays, and two of them are one."""
    data = shown_pdf([prose([run("给予"), run("ALC", spacing=0.1), run("的大鼠")], "而  ALC  对大鼠有 DHA 的作用")])
    paper = read_made(data, reader)
    assert paper.text.replace("\n", "") == "给予ALC的大鼠而 ALC 对大鼠有 DHA 的作用"
    assert cropped(data, paper, "ALC 对") == "ALC对"
    wide = shown_pdf([[Shown(72, 100, "给予"), Shown(94.5, 100, "ALC"), Shown(112, 100, "的大鼠")]])
    assert read_made(wide, reader).text == "给予ALC的大鼠"


@both
@pytest.mark.parametrize(
    ("line", "last", "text"),
    [
        pytest.param("再用ALC和DHA治疗", "给予 ALC 的大鼠", "给予ALC的大鼠", id="added"),
        pytest.param("再用 ALC 和 DHA 治疗", "给予的 DHA|和此药", "DHA 和此药", id="lost"),
        pytest.param("再用 ALC 和DHA治疗", "给予 ALC 的大鼠", "给予 ALC 的大鼠", id="both ways"),
    ],
)
def test_the_papers_habit_between_hanzi_and_latin(line: str, last: str, text: str, reader: Reader) -> None:
    """A stray blank goes, and one lost at a line's end comes back, where the rest of the paper writes in one way."""
    lines = [f"{line}，" * 2 for _ in range(4)]
    data = shown_pdf([prose(*lines, *(part.rjust(24, "甲") for part in last.split("|")[:-1]), last.split("|")[-1])])
    paper = read_made(data, reader)
    assert text in paper.text
    assert ("hanzi-latin-spacing" in paper.document.repairs) == (text not in last)
    assert cropped(data, paper, text) == text.replace(" ", "")


@both
def test_scripts(reader: Reader) -> None:
    """Superscripts and subscripts stand on the line, as characters and as raised type."""
    raised = [run("内流的Ca"), up("2+"), run("与H"), down("2"), run("O"), down("2"), run("及10"), up("-6"), run(" mol")]
    data = shown_pdf([prose(raised, "外流的Mg²⁺与CO₂及10⁻³ mol")])
    paper = read_made(data, reader)
    assert paper.text == "内流的Ca2+与H2O2及10-6 mol外流的Mg2+与CO2及10-3 mol"
    assert "superscripts" in paper.document.repairs
    assert "raised-citations" not in paper.document.repairs
    assert cropped(data, paper, "Ca2+") == "Ca2+"
    assert cropped(data, paper, "Mg2+与CO2") == "Mg²⁺与CO₂"


@both
def test_raised_citations(reader: Reader) -> None:
    """Raised numbers behind prose are citation marks in brackets; raised brackets stay; powers and charges are none."""
    bare = [run("镁能改善大鼠的记忆"), up("1,2"), run("，其浓度为10"), up("2"), run(" g/m"), up("2"), run("以上。")]
    isotope = [run("另有实验采用"), up("131"), run("I标记的IL-6"), up("3"), run("等等。")]
    data = shown_pdf([prose(bare, isotope)])
    paper = read_made(data, reader)
    assert paper.text == "镁能改善大鼠的记忆[1,2]，其浓度为102 g/m2以上。另有实验采用131I标记的IL-6[3]等等。"
    assert "raised-citations" in paper.document.repairs
    assert cropped(data, paper, "记忆[1,2]") == "记忆1,2"
    data = shown_pdf([prose([run("镁能改善大鼠的记忆"), up("[1,2]"), run("，并有"), up("[3]"), run("其他作用。")])])
    paper = read_made(data, reader)
    assert paper.text == "镁能改善大鼠的记忆[1,2]，并有[3]其他作用。"
    assert "raised-citations" not in paper.document.repairs
    assert cropped(data, paper, "[1,2]") == "[1,2]"


@both
def test_raised_marks_of_authors(reader: Reader) -> None:
    """The raised numbers behind authors' names are those of their institutes, not citations."""
    authors = [run("张大山"), up("1"), run("，李小河"), up("2,3"), run("，王一林"), up("1,4")]
    data = shown_pdf([prose(authors, "本文讨论镁对大鼠的作用。")])
    assert "[" not in read_made(data, reader).text


@both
@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_turned_pages(rotate: int, reader: Reader) -> None:
    """A page with /Rotate reads like any other; its boxes are those of the page as displayed."""
    lines = prose("大鼠的肝脏重量降低，", "小鼠的心脏重量升高。")
    paper = read_made(shown_pdf([lines], rotate=rotate), reader)
    assert paper.text == "大鼠的肝脏重量降低，小鼠的心脏重量升高。"
    upright = shown_pdf([lines])
    plain = read_made(upright, reader)
    for words in ("肝脏", "心脏重量"):
        assert cropped(upright, paper, words) == words
        start = paper.text.index(words)
        here, there = paper.place(start, start + 2).boxes, plain.place(start, start + 2).boxes
        assert here is not None
        assert there is not None
        assert here[0] == pytest.approx(there[0], abs=0.5)


@both
def test_a_page_box_that_does_not_start_at_nought(reader: Reader) -> None:
    """Boxes count from the corner of the page that is shown, wherever the file puts it."""
    data = shown_pdf([prose("大鼠的肝脏重量降低。")], origin=(100, 50), margin=20)
    paper = read_made(data, reader)
    assert paper.text == "大鼠的肝脏重量降低。"
    assert cropped(data, paper, "肝脏", shift=(-120, 30)) == "肝脏"


@both
def test_overprint(reader: Reader) -> None:
    """Text printed twice on nearly the same place is read once; the same words beside each other are read twice."""
    once = [Shown(72, 100, "大鼠的肝脏"), Shown(72, 120, "小鼠小鼠的肝脏")]
    data = shown_pdf([[*once, Shown(72.3, 100, "大鼠的肝脏")]])
    paper = read_made(data, reader)
    assert paper.text.count("大鼠的肝脏") == 1
    assert "小鼠小鼠的肝脏" in paper.text
    assert paper.document.repairs == ("overprint",)
    assert cropped(shown_pdf([once]), paper, "鼠的肝") == "鼠的肝"
    assert read_made(shown_pdf([once]), reader).document.repairs == ()


@both
def test_invisible_text(reader: Reader) -> None:
    """Text without ink is left out beside visible text, and kept where it is all that there is."""
    seen = prose("大鼠的肝脏重量在给药之后降低，", "小鼠的心脏重量在给药之后升高。")
    hidden = Shown(72, 400, "此句无墨。", mode=3)
    data = shown_pdf([[*seen, hidden]])
    paper = read_made(data, reader)
    assert paper.text == "大鼠的肝脏重量在给药之后降低，小鼠的心脏重量在给药之后升高。"
    assert "invisible-text" in paper.document.repairs
    assert cropped(data, paper, "肝脏重量") == "肝脏重量"
    alone = shown_pdf([[hidden]])
    paper = read_made(alone, reader)
    assert paper.text == "此句无墨。"
    assert paper.document.repairs == ()
    assert cropped(alone, paper, "无墨") == "无墨"


def test_radicals_map_to_hanzi() -> None:
    """The radicals of the supplement stand for unified ideographs."""
    assert all("\u2e80" <= radical <= "\u2ef3" and "\u4e00" <= hanzi <= "\u9fff" for radical, hanzi in RADICALS.items())
    assert RADICALS["⻢"] == "马"
    assert RADICALS["⻰"] == "龙"
    assert RADICALS["⺠"] == "民"
