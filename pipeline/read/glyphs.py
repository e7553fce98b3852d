"""From a PDF's bytes to glyphs: the one module of the reading room that touches a PDF library.

All lengths are PDF points; `top` and `bottom` count down from the page's top; pages count from 1.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.errors import BrokenInput, UnsupportedInput

# How far into a file its magic number may stand, and how near its end the pointer to its table of objects must stand.
MAGIC_WITHIN = 1024
TAIL = 4096
# A rule is a drawn line or a flat box: at most this high.
RULE_HEIGHT = 3.0


@dataclass(frozen=True, slots=True)
class Glyph:
    """A printed character (a ligature is one glyph with several letters): its text, box, font and baseline.

    `size` is the font size in points; `base` is the distance of the baseline from the page's top, without text rise;
    `page` counts from 1. `upright` is False for text that runs up or down the page.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    font: str
    page: int
    base: float
    upright: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line drawn on the page, from `x0` to `x1` at height `y`."""

    x0: float
    x1: float
    y: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its size, its glyphs in the order of the file, the horizontal rules and the boxes of pictures on it."""

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...] = ()
    pictures: tuple[tuple[float, float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """All pages of a PDF, and what had to be repaired in the file itself before it opened."""

    sheets: tuple[Sheet, ...]
    repairs: tuple[str, ...] = ()


def is_pdf(data: bytes) -> bool:
    """Whether the bytes say that they are a PDF, whatever the file is called."""
    return b"%PDF-" in data[:MAGIC_WITHIN]


def mend_file(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The file with the pointer to its object table on a line of its own, and the names of the repairs made.

    CNKI's writer puts `startxref 2519368` on one line, where a line end is due. The same length, so that offsets hold.
    """
    mended = re.sub(rb"startxref[ \t](?=\d)", b"startxref\n", data)
    return mended, ("startxref",) if mended != data else ()


def scan(data: bytes, name: str) -> Scan:
    """All glyphs of a PDF; `name` is what errors call it.

    Raises BrokenInput for a file that is cut short or cannot be read, UnsupportedInput for one that needs a password.
    """
    import pdfplumber  # 0.4 s: only when there is a PDF to read
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    if b"startxref" not in data[-TAIL:] and b"%%EOF" not in data[-TAIL:]:
        # pdfminer would rebuild the table of objects and silently give the pages that are still there.
        raise BrokenInput(f"{name}: this PDF is cut short (its end is missing): fetch it again")
    data, repairs = mend_file(data)
    try:
        with pdfplumber.open(io.BytesIO(data), password="") as pdf:
            if not pdf.pages:
                raise BrokenInput(f"{name}: this PDF has no pages: fetch it again")
            return Scan(tuple(_sheets(pdf.pages)), repairs)
    except BrokenInput:
        raise
    except Exception as error:  # a hostile file can raise anything below: KeyError, RecursionError, struct.error ...
        causes = {type(cause) for cause in (error, *error.args, error.__cause__, error.__context__)}
        if PDFPasswordIncorrect in causes:
            raise UnsupportedInput(
                f"{name}: this PDF needs a password: save a copy without one and read that"
            ) from error
        reason = error.args[0] if isinstance(error, PdfminerException) and error.args else error
        told = " ".join(str(reason).split())[:120]
        raise BrokenInput(
            f"{name}: this PDF cannot be read ({type(reason).__name__}{': ' if told else ''}{told}): "
            "open it in a viewer and print it to a new PDF, or fetch it again"
        ) from error


def _sheets(pages: Iterable[Any]) -> Iterator[Sheet]:
    for number, page in enumerate(pages, 1):
        height = float(page.height)
        glyphs = tuple(_glyph(char, number, height) for char in page.chars if char["text"])
        flat = [*page.lines, *(r for r in page.rects if abs(r["bottom"] - r["top"]) <= RULE_HEIGHT)]
        rules = sorted(
            {
                (round(float(r["x0"]), 1), round(float(r["x1"]), 1), round(float(r["top"]), 1))
                for r in flat
                if r["x1"] - r["x0"] > 5 and abs(r["bottom"] - r["top"]) <= RULE_HEIGHT
            },
            key=lambda r: (r[2], r[0]),
        )
        pictures = tuple((float(i["x0"]), float(i["top"]), float(i["x1"]), float(i["bottom"])) for i in page.images)
        yield Sheet(number, float(page.width), height, glyphs, tuple(Rule(*r) for r in rules), pictures)
        page.close()  # pdfplumber keeps all that it parsed of a page until told


def _glyph(char: dict[str, Any], number: int, height: float) -> Glyph:
    size = float(char["size"])
    upright = bool(char["upright"])
    # The text matrix holds the baseline; the box does not, as fonts differ in their descent.
    base = height - float(char["matrix"][5]) if upright else float(char["bottom"])
    if not float(char["top"]) - size <= base <= float(char["bottom"]) + size:
        base = float(char["bottom"])  # a page box that does not start at 0, or a turned page
    return Glyph(
        char["text"], float(char["x0"]), float(char["top"]), float(char["x1"]), float(char["bottom"]),
        size, char["fontname"], number, base, upright,
    )  # fmt: skip
