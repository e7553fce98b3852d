"""How a paper is set: the size, line distance and width of its body type, and what that tells of a line."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.read import marks
from pipeline.read.layout import Line, Pages

INKED = 0.6  # of a line's width is ink where it is text, and not two labels far apart
SAME_SIZE = 0.06
FLUSH_LINES = 12  # as many lines must end flush for the text to be set so


@dataclass(frozen=True, slots=True)
class Body:
    """How the body of the paper is set: size, line distance and line width in points; whether its lines end flush."""

    size: float
    leading: float
    measure: float
    flush: bool


def measured(pages: Pages) -> Body:
    """How the body of these pages is set."""
    size = pages.body_size
    main = [x for x in pages.lines if abs(x.size - size) <= SAME_SIZE * size] or list(pages.lines)
    steps = Counter(
        round(b.base - a.base, 0)
        for a, b in pairwise(main)
        if a.block == b.block and 0.8 * size < b.base - a.base < 3 * size
    )
    widths = Counter(round((x.x1 - x.x0) / 6) * 6 for x in main if x.x1 - x.x0 > 8 * size)
    leading = steps.most_common(1)[0][0] if steps else 1.5 * size
    measure = float(widths.most_common(1)[0][0]) if widths else 20 * size
    flush = sum(x.x1 > x.column[1] - size for x in main)
    return Body(size, leading, measure, flush >= max(FLUSH_LINES, 0.6 * len(main)))


def reads_as_text(lines: Sequence[Line], body: Body) -> list[bool]:
    """Which lines look like running text: body size, no wide gaps, as wide as the column or the end of what is."""
    flags: list[bool] = []
    left = 0.0
    for k, line in enumerate(lines):
        wide = line.x1 - line.x0 >= 0.7 * body.measure and (not line.gaps or _inked(line) >= INKED)
        fits = abs(line.size - body.size) <= SAME_SIZE * body.size and line.gaps <= (1 if wide else 0)
        before = lines[k - 1] if k else None
        after_text = (
            before is not None and flags[-1] and before.block == line.block
            and line.base - before.base <= 1.35 * body.leading and abs(line.x0 - left) < body.size
        )  # fmt: skip
        sentence = marks.ends_sentence(line.words) and len(line.words) > 8 and -1 < (line.x0 - left) / body.size < 2.6
        flags.append(fits and (wide or after_text or sentence))
        if flags[-1] and wide:
            left = line.column[0]
    return flags


def _inked(line: Line) -> float:
    """The share of a line's width that its characters take."""
    return float((line.inks.right - line.inks.left).sum()) / max(line.x1 - line.x0, 1.0)


def heading_like(line: Line, body: Body) -> bool:
    """Whether a line is a label, or a numbered heading that is set apart from the body."""
    if marks.label(line.words):
        return True
    head = marks.numbered(line.words)
    return head is not None and (line.bold or line.size > (1 + SAME_SIZE / 2) * body.size)


def small(line: Line, body: Body) -> bool:
    """Whether a line is set in smaller type than the body."""
    return line.size < (1 - SAME_SIZE / 2) * body.size


def on_page(lines: Sequence[Line], page: int) -> range:
    """The numbers of a page's lines."""
    return range(bisect_left(lines, page, key=_page), bisect_right(lines, page, key=_page))


def _page(line: Line) -> int:
    return line.page
