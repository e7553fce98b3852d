"""Reading PDFs: order, structure, furniture, and the way back to the page."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from functools import lru_cache
from pathlib import Path

import pytest
from read_pdfs import WIDTH, Print, column, fill, fill_hanzi, latin, pdf, song, width

from pipeline.read import pdf as pdfs
from pipeline.read import read, read_bytes
from pipeline.read.glyphs import Glyph
from pipeline.records import Paper

SHARED = Path(__file__).parents[3] / "shared" / "papers"
PROSE = (
    "Melatonin lowers the level of oxidative stress in the liver of aged rats and restores the activity of several "
    "enzymes that remove free radicals from the cell"
)
WORDS = PROSE.split()
HANZI = "褪黑素可以降低老年大鼠肝脏的氧化应激水平并恢复多种清除自由基的酶的活性从而保护细胞膜的完整性和线粒体的功能"


HEADS = ["1 Sleep", "2 Inflammation", "3 Glucose metabolism", "4 What is known"]


def sentences(n: int) -> list[str]:
    """Words of `n` sentences, each with a number of its own so that order can be told."""
    return [w for k in range(n) for w in (f"Sentence{k}", *WORDS[:-1], f"{WORDS[-1]}.")]


def paper(pages: list[list[Print]]) -> Paper:
    return read_bytes(pdf(pages), "made.pdf", "made")


@lru_cache(maxsize=4)
def glyphs_of(made: bytes) -> dict[int, list[Glyph]]:
    """The glyphs of a PDF, by page."""
    return {s.number: list(s.glyphs) for s in pdfs.sheets(made, "made.pdf", "pdfplumber")}


def read_back(made: bytes, text: Paper, start: int, end: int) -> str:
    """The glyphs within the boxes of a span, from left to right, box after box."""
    sheets = glyphs_of(made)
    place = text.place(start, end)
    out = ""
    for (x0, top, x1, bottom), page in zip(place.boxes or (), place.box_pages or (), strict=True):
        inside = [
            g
            for g in sheets[page]
            if x0 - 0.05 <= (g.x0 + g.x1) / 2 <= x1 + 0.05 and top - 1 <= (g.top + g.bottom) / 2 <= bottom + 1
        ]
        out += "".join(g.text for g in sorted(inside, key=lambda g: g.x0) if not g.text.isspace())
    return out


def two_columns(n: int) -> list[Print]:
    """A full-width title and two columns under it that hold one running text."""
    lines = fill(sentences(n), 220)
    half = (len(lines) + 1) // 2
    title = "A Title Across Both Columns of the Page"
    head = latin((WIDTH - width(title, 18)) / 2, 90, title, 18, bold=True)
    return [head, *column(54, 130, lines[:half]), *column(320, 130, lines[half:])]


def test_one_column_is_one_paragraph() -> None:
    """Lines of a paragraph become one line of the text, with a space between Latin words."""
    text = paper([column(72, 100, fill(sentences(3), 450))]).text
    assert text == " ".join(sentences(3))


def test_hanzi_lines_join_without_a_space() -> None:
    """Hanzi lines are joined as they are, and an indented line after a full stop opens a new paragraph."""
    one, two = HANZI + "。", HANZI[10:] + HANZI + "。"
    first, second = fill_hanzi(one, 300), fill_hanzi(two, 300)
    page = column(72, 100, first, hanzi=True, indent=20)
    page += column(72, 100 + 14 * len(first), second, hanzi=True, indent=20)
    assert paper([page]).text.split("\n") == [one, two]


def test_columns_are_read_one_after_the_other() -> None:
    """Under a full-width title the left column comes before the right one, and a sentence runs over between them."""
    made = paper([two_columns(12)])
    title, *rest = made.text.split("\n")
    assert title == "A Title Across Both Columns of the Page"
    assert " ".join(rest) == " ".join(sentences(12))
    assert made.document.title == title
    assert made.document.sections[0].level == 0


def test_a_paragraph_runs_over_a_page() -> None:
    """A paragraph that runs over a page is one line, and running heads and page numbers are no part of it."""
    lines = fill(sentences(8), 450)
    half = len(lines) // 2
    pages = []
    for number, part in enumerate((lines[:half], lines[half:]), 1):
        head = latin(72, 40, "Journal of Made Things 2020", 8)
        foot = latin(290, 810, str(number), 8)
        pages.append([head, *column(72, 90, part), foot])
    assert paper(pages).text == " ".join(sentences(8))


def test_furniture_is_told_by_recurrence_not_by_words() -> None:
    """Heads that differ between left and right pages go; a heading at the top of a page stays."""
    pages = []
    for number in range(1, 5):
        name = "Zhang et al." if number % 2 else "A review of made things"
        body = column(72, 112, fill(sentences(4), 450))
        pages.append([latin(72, 40, name, 8), latin(72, 84, HEADS[number - 1], 12, bold=True), *body])
    made = paper(pages)
    assert "Zhang" not in made.text
    assert "A review of made things" not in made.text
    assert [s.title for s in made.document.sections] == HEADS


def test_hyphens_at_line_ends() -> None:
    """A word broken at a line's end is mended; a hyphen of the name stays."""
    lines = [
        "The treatment of aged rats with the compound at this dose was found to signifi-",
        "cantly lower the amount of the cytokine that is called IL-1 in the literature, as L-",
        "TAMS did, and it is a well-",
        "known effect.",
    ]
    text = paper([column(72, 100, lines)]).text
    assert "signifi" + "cantly lower" in text
    assert "as L-TAMS did" in text
    assert "a well-known effect." in text


def test_raised_citations_join_their_line() -> None:
    """A raised [1,2] stays where it stands, and a raised 2+ joins its ion."""
    start = 72.0
    page: list[Print] = []
    for k in range(4):
        y = 100 + 14.0 * k
        one = "The level of Ca"
        page.append(latin(start, y, one))
        x = start + width(one)
        page.append(latin(x, y - 3.5, "2+", 6))
        x += width("2+", 6)
        two = " in the mitochondria of the treated cells rose again"
        page.append(latin(x, y, two))
        x += width(two)
        page.append(latin(x, y - 3.5, f"[{k},{k + 1}]", 6))
        x += width(f"[{k},{k + 1}]", 6)
        page.append(latin(x, y, ". It fell later in all of these cells."))
    text = paper([page]).text
    for k in range(4):
        assert f"The level of Ca2+ in the mitochondria of the treated cells rose again[{k},{k + 1}]. It fell" in text


def test_raised_numbers_become_citations() -> None:
    """Where a paper cites by bare raised numbers, they stand in brackets in the text, and a charge stays as it is."""
    page: list[Print] = []
    for k in range(1, 6):
        y = 100 + 14.0 * k
        one = "褪黑素可以降低大鼠肝脏的氧化应激水平"
        page.append(song(72, y, one))
        page.append(latin(72 + 10.0 * len(one), y - 4, f"{k},{k + 1}", 6))
        page.append(song(72 + 10.0 * len(one) + width(f"{k},{k + 1}", 6), y, "，并保护线粒体的功能。"))
    made = paper([page])
    assert "水平[1,2]，并保护" in made.text
    assert "raised-citations" in made.document.repairs


def test_headings_have_levels_and_offsets() -> None:
    """Sections carry the heading's text, level and offset, and end where the next one begins."""
    body = fill(sentences(2), 450)
    page: list[Print] = []
    y = 80.0
    for head, size in (("1 Introduction", 12), ("1.1 A part of it", 11), ("2 Results", 12)):
        page.append(latin(72, y, head, size, bold=True))
        page += column(72, y + 20, body)
        y += 40 + 14 * len(body)
    made = paper([page])
    sections = made.document.sections
    assert [(s.title, s.level) for s in sections] == [("1 Introduction", 1), ("1.1 A part of it", 2), ("2 Results", 1)]
    assert all(made.text.startswith(s.title, s.start) for s in sections)
    assert [s.end for s in sections] == [*(s.start for s in sections[1:]), len(made.text)]


def test_references_and_footnotes_are_no_prose() -> None:
    """The reference list is cut off, and small type apart from the text at the foot of a page is left out."""
    page = column(72, 100, fill(sentences(4), 450))
    page.append(latin(72, 780, "Received 2020-01-01, accepted 2020-02-02", 7.5))
    last = column(72, 100, fill(sentences(4), 450))
    last.append(latin(72, 400, "References", 12, bold=True))
    last += column(72, 420, ["[1] Smith J. A paper. Journal, 2001, 1(1): 1-2.", "[2] Li L. Another one. 2002."], 9)
    text = paper([page, last]).text
    assert "Received" not in text
    assert "Smith" not in text
    assert "References" not in text


def test_a_paragraph_goes_on_behind_a_figure() -> None:
    """A sentence that a figure interrupts is one; the words in the figure are left out, its caption stands apart."""
    lines = fill(sentences(6), 450)
    half = len(lines) // 2 - 1  # in mid-sentence
    top = column(72, 100, lines[:half])
    y = 100 + 14.0 * half
    figure = [
        latin(200, y + 30, "Liver", 8),
        latin(300, y + 50, "Brain", 8),
        latin(190, y + 90, "Figure 1. Organs of the rat", 9),
    ]
    rest = column(72, y + 120, lines[half:])
    made = paper([[*top, *figure, *rest]])
    assert made.text.split("\n") == [" ".join(sentences(6))]
    assert [f.caption for f in made.floats] == ["Figure 1. Organs of the rat"]


def test_table_rows_are_no_prose() -> None:
    """Rows of a table under its caption are left out."""
    page = column(72, 100, fill(sentences(3), 450))
    y = 100 + 14.0 * len(page)
    page.append(latin(72, y + 10, "Table 1. Doses", 9))
    for k in range(4):
        page += [latin(x, y + 26 + 12 * k, f"box{k}", 9) for x in (72, 220, 400)]
    page += column(72, y + 100, fill(sentences(3), 450))
    made = paper([page])
    assert "box" not in made.text
    assert "Table 1" not in made.text
    assert made.floats[0].rows == tuple((f"box{k}",) * 3 for k in range(4))


def test_fake_bold_is_printed_once() -> None:
    """Glyphs printed twice on the same place are read once."""
    line = "Melatonin lowers oxidative stress."
    made = paper([[latin(72, 100, line), latin(72.3, 100, line)]])
    assert made.text == line
    assert "overprint" in made.document.repairs


@pytest.mark.parametrize(("x", "y"), [(72, 100), (54, 300)])
def test_boxes_read_back_as_the_word(x: float, y: float) -> None:
    """The glyphs within a word's boxes are the word."""
    made = pdf([[*two_columns(12)], column(x, y, fill(sentences(5), 450))])
    text = read_bytes(made, "made.pdf", "made")
    for word in re.finditer(r"\S+", text.text):
        assert read_back(made, text, *word.span()) == word.group()


def test_boxes_cross_lines() -> None:
    """A span over a line's end has a box for each line."""
    made = paper([column(72, 100, fill(sentences(3), 450))])
    place = made.place(0, len(made.text))
    assert place.boxes is not None
    assert len(place.boxes) == len(fill(sentences(3), 450))
    assert place.page == 1


@pytest.mark.skipif(not (SHARED / "l-tams.pdf").exists(), reason="the shared papers are not here")
def test_boxes_of_a_real_paper_read_back() -> None:
    """On a typeset two-column paper with raised citations, the boxes of Latin words hold their glyphs."""
    path = SHARED / "l-tams.pdf"
    text = read(path, "l-tams")
    made = path.read_bytes()
    sheets = list(pdfs.sheets(made, "l-tams.pdf", "pdfplumber"))
    assert text.document.pages == len(sheets)
    by_page = {s.number: list(s.glyphs) for s in sheets}
    words = list(re.finditer(r"[A-Za-z][A-Za-z0-9]+", text.text))
    wrong = []
    for word in words:
        place = text.place(*word.span())
        got = "".join(
            g.text
            for (x0, top, x1, bottom), page in zip(place.boxes or (), place.box_pages or (), strict=True)
            for g in sorted(by_page[page], key=lambda g: g.x0)
            if x0 < (g.x0 + g.x1) / 2 < x1 and top < (g.top + g.bottom) / 2 < bottom
        )
        if unicodedata.normalize("NFKC", got).replace("-", "") != word.group():
            wrong.append((word.group(), got))
    assert len(wrong) <= 0.005 * len(words), wrong


@pytest.mark.skipif(not (SHARED / "l-tams.pdf").exists(), reason="the shared papers are not here")
@pytest.mark.parametrize("name", ["l-tams", "alc"])
def test_a_dump_gives_the_prose_of_its_pdf(name: str) -> None:
    """The text dump and the PDF of a paper give the same prose, titles and captions aside."""
    one, two = read(SHARED / f"{name}.pdf", name), read(SHARED / f"{name}.txt", name)
    plain = [re.sub(r"\s", "", p.text) for p in (one, two)]
    titles = [re.sub(r"\s", "", s.title) for s in two.document.sections]
    assert all(t in plain[0] for t in titles)
    assert abs(len(plain[0]) - len(plain[1])) < 40


def test_what_few_papers_need_is_not_imported_for_all() -> None:
    """The reading room starts fast: the second reader, and what reads texts, wait until there is a use for them."""
    code = "import sys, pipeline.read; print({'pdfplumber', 'pdfminer', 'pipeline.read.text'} & set(sys.modules))"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert made.stdout == "set()\n"
