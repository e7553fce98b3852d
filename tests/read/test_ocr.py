"""OCR: what the recogniser says about pixels, as glyphs in points; with the extra installed, a page all the way."""

from __future__ import annotations

import pytest
from read_pdfs import latin, pdf, song

from pipeline.errors import UnsupportedInput
from pipeline.read import ocr
from pipeline.read.glyphs import UP, UPRIGHT
from pipeline.read.ocr import Read, edges, glyphs

Corners = list[tuple[float, float]]


def corners(left: float, right: float) -> Corners:
    return [(left, 0), (right, 0), (right, 20), (left, 20)]


def line(text: str, x0: float, middle: float, step: float = 20, height: float = 20) -> Read:
    """A recognised line of characters `step` pixels apart, in a box of that height about `middle`."""
    spread = tuple((x0 + k * step, x0 + (k + 1) * step) for k in range(len(text)))
    return Read(text, spread, middle - height / 2, middle + height / 2)


@pytest.mark.parametrize(
    ("text", "parts", "expected"),
    [
        ("ab", [("a", corners(10, 20)), ("b", corners(22, 30))], ((10, 20), (22, 30))),
        # A blank, which has no box of its own, fills the gap.
        ("a b", [("a", corners(10, 20)), ("b", corners(26, 30))], ((10, 20), (20, 26), (26, 30))),
        # A word with one box is divided.
        ("ab c", [("ab", corners(10, 20)), ("c", corners(24, 30))], ((10, 15), (15, 20), (20, 24), (24, 30))),
        # No boxes at all: the line is divided.
        ("abcd", [], ((10, 15), (15, 20), (20, 25), (25, 30))),
        # A part that is not in the text is passed over, and what lacks a box at the ends takes what is left.
        ("abc", [("x", corners(0, 5)), ("b", corners(18, 22))], ((10, 18), (18, 22), (22, 30))),
        # Boxes that run into one another leave no negative width.
        ("a b", [("a", corners(10, 28)), ("b", corners(26, 30))], ((10, 28), (28, 28), (26, 30))),
    ],
)
def test_edges(text: str, parts: list[tuple[str, Corners]], expected: tuple[tuple[float, float], ...]) -> None:
    """Each character has its edges, whatever the recogniser has boxes for."""
    assert edges(text, parts, 10, 30) == expected


def test_points() -> None:
    """Pixels become points: at 144 dots an inch, half as many."""
    first, second = glyphs([line("肝脏", 100, 50)], 144)
    assert (first.text, first.x0, first.x1) == ("肝", 50, 60)
    assert second.x0 == 60
    assert first.top < 25 < first.base < first.bottom
    assert first.turn == UPRIGHT


def test_gaps_between_letters_are_no_blanks() -> None:
    """Boxes are drawn around the ink of letters: they are closed up, but for the blanks that were recognised."""
    read = Read("ab c", ((10, 14), (17, 21), (21, 30), (30, 34)), 0, 20)
    made = glyphs([read], 72)
    assert [(g.text, g.x0, g.x1) for g in made] == [("a", 10, 17), ("b", 17, 21), (" ", 21, 30), ("c", 30, 34)]


def test_sizes_of_one_type_are_one() -> None:
    """Boxes that waver about one size give one; a heading keeps its own."""
    body = [line("褪黑素是激素的一种", 100, 100 + 40 * k, 20 + 0.4 * k, 20 + k) for k in range(5)]
    heading = line("结果与讨论", 100, 20, 30, 31)
    sizes = [glyph.size for glyph in glyphs([heading, *body], 144)]
    assert len(set(sizes[5:])) == 1
    assert sizes[0] > 1.3 * sizes[5]


def test_latin_is_as_large_as_the_hanzi_beside_it() -> None:
    """The box of a Latin line, which has room for its letters' descent, tells the same size as a line of hanzi."""
    made = glyphs([line("褪黑素是激素的一种", 100, 100), line("melatonin", 100, 140, 9, 24)], 144)
    assert made[0].size == made[-1].size


def test_spaced_hanzi_are_no_larger() -> None:
    """Hanzi set apart, as in a letter-spaced line, take their size from the box."""
    (first, *_) = glyphs([line("摘要与关键词", 100, 100, 40, 21)], 144)
    assert first.size <= 11.5


def test_pieces_of_a_line_share_a_baseline() -> None:
    """A line that was cut into pieces is level again; the line below it is not drawn into it."""
    left, right, below = line("大鼠肝脏损伤", 100, 100), line("的保护作用", 300, 102), line("大鼠肝脏损伤", 100, 130)
    made = glyphs([left, right, below], 144)
    assert made[0].base == made[6].base
    assert made[-1].base > made[0].base + 10


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("肝脏,肾脏;心脏", "肝脏，肾脏；心脏"),
        ("肝脏,", "肝脏，"),
        ("IL-6,TNF", "IL-6,TNF"),
        ("肝脏, liver", "肝脏, liver"),
        ("P<0.05;肝", "P<0.05;肝"),
    ],
)
def test_marks_between_hanzi_are_wide(text: str, expected: str) -> None:
    """Narrow marks between hanzi are a recogniser's habit; beside Latin and numbers they stay."""
    assert "".join(glyph.text for glyph in glyphs([line(text, 100, 100)], 144)) == expected


def test_text_up_the_page() -> None:
    """A line that stands is marked, so that layout leaves it out."""
    (glyph, *_) = glyphs([Read("收稿", ((0, 5), (5, 10)), 0, 200, upright=False)], 144)
    assert glyph.turn == UP


def test_nothing_recognised() -> None:
    """A blank picture has no glyphs."""
    assert glyphs([], 150) == []


@pytest.mark.skipif(ocr.available(), reason="the extra is installed")
def test_without_the_extra() -> None:
    """Where the extra is missing, one line says what to install."""
    import numpy as np

    with pytest.raises(UnsupportedInput, match=r"pip install .*\[ocr\]") as caught:
        ocr.read_page(np.full((10, 10, 3), 255, np.uint8), 150)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not ocr.available(), reason="needs the extra: pip install '.[ocr]'")
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_a_page_is_read_with_boxes(mode: str) -> None:
    """A rendered page comes back as printed, each glyph near where it was printed."""
    import pypdfium2

    said = "Melatonin lowers oxidative stress in the liver of aged rats."
    data = pdf([[latin(72, 100, said, 12), song(72, 130, "褪黑素减轻老年大鼠肝脏的氧化应激。", 12)]])
    with pypdfium2.PdfDocument(data) as document:
        image = document[0].render(scale=ocr.DPI / 72).to_pil().convert(mode)
    made = ocr.read_page(image, ocr.DPI)
    text = "".join(glyph.text for glyph in made)
    assert said in text
    first = made[text.index("M")]
    assert first.x0 == pytest.approx(72, abs=4)
    assert first.base == pytest.approx(100, abs=2)
    assert first.size == pytest.approx(12, abs=2.5)  # by the height of one line of Latin; hanzi tell it better
    assert made[text.index("褪")].size == pytest.approx(12, abs=1)
