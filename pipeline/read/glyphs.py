"""Glyphs: what both PDF readers (`pdfium`, `plumber`) give, page by page, and all that the rooms behind them see.

All lengths are PDF points; `top` and `bottom` count down from the top of the page as a viewer shows it, turned and
cropped; pages count from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
Codes = NDArray[np.uint32]

# Fonts disagree about how deep and high they are, so that all glyphs get the same share of their size: that of hanzi.
ASCENT = 0.86
DESCENT = 0.2

UPRIGHT, UP, OVER, DOWN, SLANTED = range(5)
"""Which way a glyph's text runs: to the right, up the page, to the left (upside down), down the page, or neither."""


class Glyph(NamedTuple):
    """A printed character (a ligature makes one for each of its letters): its text, box, size and baseline.

    `base` is the distance of the baseline from the page's top, text rise and all. `heavy`: set in bold. `turn` is
    UPRIGHT, UP, OVER, DOWN or SLANTED.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    size: float
    heavy: bool = False
    turn: int = UPRIGHT
    visible: bool = True


class Rule(NamedTuple):
    """A horizontal line drawn on the page, from `x0` to `x1` at height `y`."""

    x0: float
    x1: float
    y: float


Area = tuple[float, float, float, float]

# A rule is a drawn line or a flat box: at most this high, at least this long, in points.
RULE_HEIGHT = 3.0
RULE_LENGTH = 5.0


def rules(drawn: Iterable[Area]) -> tuple[Rule, ...]:
    """Those of the boxes of a page's strokes that are rules, each once, from top to bottom."""
    found = {
        (round(x0, 1), round(x1, 1), round(top, 1))
        for x0, top, x1, bottom in drawn
        if bottom - top <= RULE_HEIGHT and x1 - x0 > RULE_LENGTH
    }
    return tuple(Rule(*r) for r in sorted(found, key=lambda r: (r[2], r[0])))


_LAST_BLANK = 0x3000
_BLANK = np.array([chr(code).isspace() for code in range(_LAST_BLANK + 2)])


def codes(text: str) -> Codes:
    """The numbers of the characters of a text in Unicode."""
    return np.frombuffer(text.encode("utf-32-le"), "<u4")


def letters(codes: Codes) -> str:
    """The text of these characters."""
    return codes.astype("<u4").tobytes().decode("utf-32-le")


@dataclass(frozen=True, eq=False)
class Sheet:
    """A page: its size, its glyphs column by column in the order of the file, its horizontal rules and its pictures.

    `text[i]` is the character of glyph `i`, spaces among them; the arrays have its other fields at `[i]`. `repairs`
    names what the reader itself has put right; `fault` says why the page could not be read, if so.
    """

    number: int
    width: float
    height: float
    text: str
    x0: Floats
    top: Floats
    x1: Floats
    bottom: Floats
    base: Floats
    size: Floats
    heavy: Flags
    turn: Bytes
    visible: Flags
    rules: tuple[Rule, ...] = ()
    pictures: tuple[Area, ...] = ()
    repairs: tuple[str, ...] = ()
    fault: str = ""

    @property
    def glyphs(self) -> Iterator[Glyph]:
        """The glyphs one by one: handy, and slow."""
        columns = (self.x0, self.top, self.x1, self.bottom, self.base, self.size, self.heavy, self.turn, self.visible)
        return (Glyph(*row) for row in zip(self.text, *(c.tolist() for c in columns), strict=True))

    @cached_property
    def codes(self) -> Codes:
        """The number of each character in Unicode."""
        return codes(self.text)

    @cached_property
    def inked(self) -> Flags:
        """Which glyphs leave ink: all but blanks."""
        return ~_BLANK[np.minimum(self.codes, len(_BLANK) - 1)]

    def only(self, keep: Flags) -> Sheet:
        """The page with the glyphs that `keep` marks."""
        if bool(keep.all()):
            return self
        return replace(
            self, text=letters(self.codes[keep]),
            x0=self.x0[keep], top=self.top[keep], x1=self.x1[keep], bottom=self.bottom[keep], base=self.base[keep],
            size=self.size[keep], heavy=self.heavy[keep], turn=self.turn[keep], visible=self.visible[keep],
        )  # fmt: skip


def sheet(
    number: int, width: float, height: float, glyphs: Sequence[Glyph], rules: Sequence[Rule] = (),
    pictures: Sequence[Area] = (), repairs: Sequence[str] = (), fault: str = "",
) -> Sheet:  # fmt: skip
    """A page of these glyphs; one with several letters becomes as many, each with its share of the width."""
    glyphs = [part for g in glyphs for part in _letters(g)]
    text, *columns = zip(*glyphs, strict=True) if glyphs else [()] * len(Glyph._fields)
    x0, top, x1, bottom, base, size = (np.array(c, np.float32) for c in columns[:6])
    return Sheet(
        number, width, height, "".join(text), x0, top, x1, bottom, base, size,
        np.array(columns[6], np.bool_), np.array(columns[7], np.uint8), np.array(columns[8], np.bool_),
        tuple(rules), tuple(pictures), tuple(repairs), fault,
    )  # fmt: skip


def _letters(glyph: Glyph) -> Iterator[Glyph]:
    count = len(glyph.text)
    step = (glyph.x1 - glyph.x0) / max(count, 1)
    if count == 1:
        yield glyph
        return
    for k, ch in enumerate(glyph.text):
        yield glyph._replace(text=ch, x0=glyph.x0 + k * step, x1=glyph.x0 + (k + 1) * step)


_BOLD = re.compile(r"bold|black|heavy|semibold|demi|hei(?!ght)|-b$|,b$", re.IGNORECASE)


def is_bold(font: str) -> bool:
    """Whether a font's name says that it is bold; 黑体 (Hei) is what Chinese print has for it."""
    return bool(_BOLD.search(font))


# How far from straight a text may run, as a slope.
LEVEL = 0.1


def directions(x: Floats, y: Floats) -> Bytes:
    """Which way texts run whose next glyphs stand at (x, y) from their last, y counting up."""
    turn = np.full(len(x), SLANTED, np.uint8)
    level, steep = np.abs(y) <= LEVEL * np.abs(x), np.abs(x) <= LEVEL * np.abs(y)
    # Steep first: what goes nowhere at all counts as level.
    turn[steep] = np.where(y[steep] > 0, UP, DOWN)
    turn[level] = np.where(x[level] > 0, UPRIGHT, OVER)
    return turn
