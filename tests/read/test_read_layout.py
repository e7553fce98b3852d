"""Reading order: columns and what stands amid them, turned pages, and what is no part of the text."""

from __future__ import annotations

import io
import re

import pytest
from read_pdfs import HEIGHT, WIDTH, Print, column, fill, latin, pdf, song, width
from reportlab.pdfgen.canvas import Canvas

from pipeline.read import pdf as pdfs
from pipeline.read import read_bytes
from pipeline.read.pdf import READERS, Reader
from pipeline.records import Paper

PROSE = (
    "Melatonin lowers the level of oxidative stress in the liver of aged rats and restores the activity of several "
    "enzymes that remove free radicals from the cell"
)
WORDS = PROSE.split()
BOTH = pytest.mark.parametrize("reader", [r for r in READERS if r != "auto"])


def sentences(n: int, first: int = 0) -> list[str]:
    """Words of `n` sentences, each with a number of its own so that order can be told."""
    return [w for k in range(first, first + n) for w in (f"Sentence{k}", *WORDS[:-1], f"{WORDS[-1]}.")]


def paper(pages: list[list[Print]], reader: Reader = "auto") -> Paper:
    return read_bytes(pdf(pages), "made.pdf", "made", reader)


def columns(words: list[str], lefts: list[float], room: float, top: float, size: float = 9) -> list[Print]:
    """Running text in columns of one height."""
    lines = fill(words, room, size)
    height = -(-len(lines) // len(lefts))
    parts = [lines[k * height : (k + 1) * height] for k in range(len(lefts))]
    return [p for x, part in zip(lefts, parts, strict=True) for p in column(x, top, part, size=size, step=12)]


@BOTH
@pytest.mark.parametrize("head", [0, 3])
def test_three_columns(reader: Reader, head: int) -> None:
    """Three columns are read one after the other, also under text that runs across them."""
    across = column(40, 60, fill(sentences(head, 100), 515), step=14)
    page = [*across, *columns(sentences(16), [40, 220, 400], 160, 130)]
    made = paper([page], reader)
    assert made.text.replace("\n", " ") == " ".join([*sentences(head, 100), *sentences(16)])


@BOTH
def test_a_page_mixes_one_and_two_columns(reader: Reader) -> None:
    """Two columns, then text across the page, then two columns again."""
    upper = columns(sentences(8), [54, 310], 230, 60)
    middle = column(54, 300, fill(sentences(3, 20), 486, 9), size=9, step=12)
    lower = columns(sentences(8, 40), [54, 310], 230, 400)
    made = paper([[*upper, *middle, *lower]], reader)
    assert made.text.replace("\n", " ") == " ".join([*sentences(8), *sentences(3, 20), *sentences(8, 40)])


@BOTH
def test_two_abstracts_side_by_side(reader: Reader) -> None:
    """Each abstract is read whole, label first, before what stands under both."""
    title = latin((WIDTH - width("Two Texts Beside Each Other", 18)) / 2, 60, "Two Texts Beside Each Other", 18)
    left = column(54, 100, fill(["Abstract:", *sentences(4)], 230, 9), size=9, step=12)
    right = column(310, 100, fill(["Summary:", *sentences(4, 10)], 230, 9), size=9, step=12)
    below = columns(sentences(10, 30), [54, 310], 230, 320)
    made = paper([[title, *left, *right, *below]], reader)
    assert re.findall(r"Sentence\d+|Abstract|Summary", made.text) == [
        "Abstract", *(f"Sentence{k}" for k in range(4)), "Summary", *(f"Sentence{k}" for k in range(10, 14)),
        *(f"Sentence{k}" for k in range(30, 40)),
    ]  # fmt: skip


def drawn(rotate: int = 0, slanted: str = "", margin: str = "") -> bytes:
    """A page of running text with a `slanted` and a `margin` text, or all of it turned by hand."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
    for number in range(3):
        lines = fill(sentences(6, 10 * number), 450 - 20 * number)
        canvas.saveState()
        if rotate:
            canvas.translate(WIDTH if rotate == 90 else 0, 0 if rotate == 90 else HEIGHT)
            canvas.rotate(rotate)
        for k, line in enumerate(lines):
            canvas.setFont("Helvetica", 10)
            canvas.drawString(72, (WIDTH if rotate else HEIGHT) - 100 - 9 * number - 14 * k, line)
        canvas.restoreState()
        if slanted:
            canvas.saveState()
            canvas.translate(150, 300)
            canvas.rotate(45)
            canvas.setFont("Helvetica", 40)
            canvas.drawString(0, 0, slanted)
            canvas.restoreState()
        if margin:
            canvas.saveState()
            canvas.translate(20, 300)
            canvas.rotate(90)
            canvas.setFont("Helvetica", 9)
            canvas.drawString(0, 0, margin)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return out.getvalue()


ALL = " ".join(w for number in range(3) for w in sentences(6, 10 * number))


@BOTH
@pytest.mark.parametrize(("slanted", "margin"), [("DRAFT COPY", ""), ("", "arXiv 1234 all rights reserved")])
def test_watermarks_and_margin_text_are_left_out(reader: Reader, slanted: str, margin: str) -> None:
    """Text that runs across the page or up its margin is no part of what is read."""
    assert read_bytes(drawn(0, slanted, margin), "made.pdf", "made", reader).text.replace("\n", " ") == ALL


@BOTH
@pytest.mark.parametrize("rotate", [90, -90])
def test_a_page_whose_text_runs_sideways(reader: Reader, rotate: int) -> None:
    """A page set sideways (a wide page on a tall sheet) is read as if turned, and its boxes are those of the sheet."""
    data = drawn(rotate)
    made = read_bytes(data, "made.pdf", "made", reader)
    assert made.text.replace("\n", " ") == ALL
    assert "turned-page" in made.document.repairs
    start = made.text.index("oxidative")
    place = made.place(start, start + len("oxidative"))
    (box,) = place.boxes or ()
    sheet = next(pdfs.sheets(data, "made.pdf", reader))
    inside = [
        g for g in sheet.glyphs
        if box[0] <= (g.x0 + g.x1) / 2 <= box[2] and box[1] <= (g.top + g.bottom) / 2 <= box[3] and g.text.strip()
    ]  # fmt: skip
    assert box[3] - box[1] > box[2] - box[0]
    assert sorted(g.text for g in inside) == sorted("oxidative")


@BOTH
def test_a_figure_amid_a_column(reader: Reader) -> None:
    """A paragraph that a figure interrupts goes on behind it; the caption stands apart."""
    lines = fill(sentences(12), 230, 9)
    upper, lower = lines[:10], lines[10:24]
    caption = [latin(54, 380, "Figure 1. The rate of melatonin in rats of all ages", 8)]
    right = column(310, 60, lines[24:], size=9, step=12)
    page = [*column(54, 60, upper, size=9, step=12), *caption, *column(54, 410, lower, size=9, step=12), *right]
    made = paper([page], reader)
    assert made.text == " ".join(sentences(12))
    assert [f.label for f in made.floats] == ["Figure 1"]


@BOTH
def test_a_numbered_list_keeps_its_gaps_in_one_column(reader: Reader) -> None:
    """Near miss: numbers set apart from their items are no column."""
    items = [fill(sentences(2, 10 * k), 400) for k in range(6)]
    page: list[Print] = []
    y = 60.0
    for k, item in enumerate(items):
        page.append(latin(54, y, f"({k + 1})"))
        page += column(100, y, item)
        y += 14 * len(item)
    text = paper([page], reader).text
    assert re.findall(r"\((\d)\) Sentence(\d+)", text) == [(str(k + 1), str(10 * k)) for k in range(6)]


@BOTH
def test_a_line_in_pieces_is_one_line(reader: Reader) -> None:
    """Lines that a lowered mark breaks all at one place, as formulas do, are no two columns."""
    page: list[Print] = []
    for k in range(9):
        left = fill(WORDS, 240)[0]
        page += [latin(72, 80 + 14 * k, f"{k} {left}"), latin(72 + width(f"{k} {left}"), 83 + 14 * k, f"x{k}", 6)]
        page.append(latin(72 + width(f"{k} {left}") + 9, 80 + 14 * k, "and restores it in the liver of aged rats"))
    text = paper([page], reader).text
    assert re.findall(r"(\d) Melatonin|x(\d) and", text) == [m for k in "012345678" for m in ((k, ""), ("", k))]


@BOTH
def test_a_tall_bracket_is_of_its_line(reader: Reader) -> None:
    """A bracket set higher than the text does not make the line one of large type, which a formula would be."""
    before = column(72, 80, fill(sentences(3), 450))
    y = before[-1][1] + 14
    line = [latin(72, y, "It fell by"), latin(122, y + 2, "(", 15), latin(127, y, "0.2 to 0.3")]
    line.append(latin(176, y + 2, ")", 15))
    rest = column(72, y + 14, fill(sentences(3, 10), 450))
    text = paper([[*before, *line, latin(184, y, "in the rats and"), *rest]], reader).text
    assert "It fell by (0.2 to 0.3) in the rats and Sentence10" in text


@BOTH
def test_a_gap_behind_the_number_of_a_heading_is_a_space(reader: Reader) -> None:
    """A quarter em between number and hanzi, which is no space within a line."""
    body = [song(72, 120 + 14 * k, "褪黑素可以降低老年大鼠肝脏的氧化应激水平，并恢复多种酶的活性。") for k in range(4)]
    head = [latin(72, 90, "1.1", 12), song(72 + width("1.1", 12) + 3, 90, "抗氧化作用", 12)]
    line = [song(72, 200, "用药"), latin(94.5, 200, "30"), song(94.5 + width("30") + 2.5, 200, "天后恢复。")]
    text = paper([[*head, *body, *line]], reader).text
    assert text.startswith("1.1 抗氧化作用\n")
    assert text.endswith("用药30天后恢复。")
