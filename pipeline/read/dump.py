"""A text file's lines with what they tell of each other: the width that they fill, gaps, indents, hard line ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from pipeline.read import marks
from pipeline.read.layout import Line
from pipeline.read.repair import Traced

# A text is wrapped when this share of its longer lines ends in mid-sentence.
WRAPPED = 0.4
# A line of less than this share of the width of the lines around it is short.
SHORT = 0.62
NEAR = 8  # lines on each side that tell the width
INDENTS = (2, 8)  # columns that the first line of a paragraph stands in by


@dataclass(frozen=True, slots=True)
class Dump:
    """The lines of a text; for each its width and the width that the lines around it fill, in columns of type.

    `measure` is the width that most lines fill. `loose` are lines with more blank lines above than those around them;
    `indented` stand in as paragraphs begin.
    `wrapped`: the lines are those of a page rather than paragraphs or sentences.
    """

    rows: Sequence[Line]
    widths: Sequence[int]
    near: Sequence[int]
    measure: float
    loose: frozenset[int]
    indented: frozenset[int]
    wrapped: bool

    def words(self, k: int) -> str:
        return self.rows[k].words.strip()

    def short(self, k: int) -> bool:
        return self.widths[k] < SHORT * self.near[k]


def survey(rows: Sequence[Line]) -> Dump:
    widths = [marks.columns(r.words) for r in rows]
    near = [_near(widths, k) for k in range(len(rows))]
    loose = frozenset(
        k for k, row in enumerate(rows)
        if k and row.page == rows[k - 1].page
        and row.gaps > median(r.gaps for r in rows[max(1, k - NEAR) : k + NEAR + 1])
    )  # fmt: skip
    measure = median(near) if near else 0
    return Dump(rows, widths, near, measure, loose, _indented(rows, widths), _is_wrapped(rows, widths))


def _is_wrapped(rows: Sequence[Line], widths: Sequence[int]) -> bool:
    long = [k for k in range(len(rows)) if widths[k] >= 24 and not rows[k].block]
    if len(long) < 3:
        return False
    broken = sum(not marks.ends_clause(rows[k].words) for k in long)
    # Paragraphs that an OCR left without their full stops are far longer than a line of print.
    return broken >= WRAPPED * len(long) and median(widths[k] for k in long) <= 140


def _near(widths: Sequence[int], k: int) -> int:
    """The width that lines around the k-th fill: the smaller of those before and after, as columns may change."""
    # Last lines of paragraphs, headings and furniture say nothing of the width.
    sides = (widths[max(0, k - NEAR) : k + 1], widths[k : k + NEAR + 1])
    long = [sorted(w for w in side if 2 * w >= max(side)) for side in sides]
    return min(side[int(0.75 * (len(side) - 1))] for side in long)


def _indented(rows: Sequence[Line], widths: Sequence[int]) -> frozenset[int]:
    """Lines that stand in by the first line's indent of a paragraph, in a text that keeps such indents."""
    long = [k for k in range(len(rows)) if 2 * widths[k] >= max(widths[max(0, k - NEAR) : k + NEAR + 1])]
    found = {
        k for i, k in enumerate(long)
        if INDENTS[0] <= rows[k].x0 - median(rows[j].x0 for j in long[max(0, i - NEAR) : i + NEAR + 1]) <= INDENTS[1]
    }  # fmt: skip
    return frozenset(found) if 0.01 * len(long) < len(found) < 0.4 * len(long) else frozenset()


def whole_labels(rows: Sequence[Line]) -> list[Line]:
    """The rows, a label that was broken into its hanzi put together: `摘`, `要：…`."""
    out: list[Line] = []
    for row in rows:
        last = out[-1].words.strip() if out else ""
        if len(last) == 1 and "\u4e00" <= last <= "\u9fff":
            whole = last + row.words.strip()
            if (marks.label(whole) and len(whole) < 6) or marks.run_in(whole):
                first = Traced(last, out[-1].text.strip().at[:1])
                out[-1] = replace(row, text=first + row.text.strip(), gaps=out[-1].gaps)
                continue
        out.append(row)
    return out


def starts_part(row: Line) -> bool:
    return bool(row.block) or marks.label(row.words) is not None or marks.run_in(row.words) is not None


def full(text: Dump, a: int, b: int) -> bool:
    """Whether the first word of `b` would have had no room behind `a`."""
    words = text.words(b)
    first = words.split(" ")[0] if words[:1].isascii() else words[:2]
    return text.widths[a] + min(marks.columns(first), 12) + 2 >= text.near[a]
