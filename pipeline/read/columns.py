"""Columns that stand side by side on the lines of a dump, as `pdftotext -layout` sets them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from pipeline.read import marks

AT_LEAST = 5  # lines in the right column
BOTH = 3  # lines with text on both sides of a gutter: the columns' lines may stand at different heights
SHARE = 0.15  # of a page's lines
PROSE = 24  # columns of type that a line of prose takes at least: cells of a table are shorter
SLACK = 6  # the first line of a paragraph stands in by this much at most

_WIDE = re.compile("[\u2e80-\uff60\uffe0-\uffff]")
_FILLER = "\x00"
_GAP = re.compile(" {2,}")
_RAISED = re.compile(r"\[\d{1,3}(?:[,，\-–~]\d{1,3})*\]")


def unrolled(page: str) -> str:
    """A page's text with its columns one below the other, and raised citation marks in the line that they belong to."""
    rows = page.expandtabs(8).replace("\u3000", "  ").split("\n")
    if not any(_GAP.search(row.strip()) for row in rows):
        return page
    # Editors count a hanzi as two columns, PDF tools as one character.
    wide = [_WIDE.sub(rf"\g<0>{_FILLER}", row) for row in rows]
    rows = max((_lowered(rows), _lowered(wide)), key=_support)
    return "\n".join(_columns(rows)).replace(_FILLER, "")


def _columns(rows: Sequence[str]) -> list[str]:
    gutter = _gutter(rows)
    if gutter is None:
        return list(rows)
    out: list[str] = []
    left: list[str] = []
    right: list[str] = []

    def flush() -> None:
        for column in (left, right):
            out.extend(_columns(_lowered(column)))
            column.clear()

    for row in rows:
        cut = _cut(row, gutter)
        if cut is None:  # set across both columns: parts what stands above it from what stands below
            flush()
            out.append(row)
        else:
            # A paragraph's indent is that within its column.
            left.append(row[:cut].rstrip())
            right.append(" " * max(0, cut - gutter) + row[cut:].rstrip())
    flush()
    return out


def _support(rows: Sequence[str]) -> int:
    """How many rows have text that begins at the gutter."""
    gutter = _gutter(rows)
    return sum(gap.end() == gutter for row in rows for gap in _GAP.finditer(row.rstrip())) if gutter else 0


def _gutter(rows: Sequence[str]) -> int | None:
    """Where the right column begins: where text begins behind a gap again and again, with prose on both sides."""
    filled = [row.rstrip() for row in rows if row.strip()]
    starts = Counter(gap.end() for row in filled for gap in _GAP.finditer(row) if gap.end() > PROSE // 2)
    # Of a body and its indents, or a list's numbers and its entries, the column begins with the leftmost.
    for start in sorted(start for start, count in starts.most_common(4) if count >= AT_LEAST):
        cuts = [(row, cut) for row in filled if (cut := _cut(row, start)) is not None]
        parted = [(row[:cut].strip(), row[cut:].strip()) for row, cut in cuts]
        left, right = [a for a, _ in parted if a], [b for _, b in parted if b]
        both = sum(bool(a and b) for a, b in parted)
        if both < BOTH or len(right) < max(AT_LEAST, SHARE * len(filled)) or len(left) < SHARE * len(filled):
            continue
        if min(median(map(marks.columns, left)), median(map(marks.columns, right))) >= PROSE:
            return start
    return None


def _cut(row: str, gutter: int) -> int | None:
    """Where a row is cut into its columns; None for a row that runs across."""
    text = row.rstrip()
    if len(text) <= gutter and not text[gutter - 1 : gutter].strip():
        return gutter
    if not text[:gutter].strip():
        return min(gutter, len(text) - len(text.lstrip()))
    for gap in _GAP.finditer(text):
        # The left column's text may run a little over the gutter, and the right one's stand in.
        if gap.end() >= gutter and gap.start() <= gutter + SLACK and text[: gap.start()].strip():
            return gap.end() if gap.end() <= gutter + SLACK else gutter if gap.start() <= gutter else gap.end()
    return len(text) if len(text) <= gutter + 1 else None


def _lowered(rows: Sequence[str]) -> list[str]:
    """The rows, with raised citation marks that stand in a row of their own put into the gaps left for them.

    Where the text goes on behind the mark in the next row (`模型   [27-33]`, below it `   ；也有`), the rows are one.
    """
    out: list[str] = []
    k = 0
    while k < len(rows):
        row = rows[k].rstrip()
        following = rows[k + 1].rstrip() if k + 1 < len(rows) else ""
        found = list(_RAISED.finditer(row))
        if found and not _RAISED.sub("", row).strip() and following:
            lowered = following
            for mark in found:
                at = lowered[mark.start() : mark.end()]
                if at.strip() or len(at) < len(mark.group()):
                    break
                lowered = lowered[: mark.start()] + mark.group() + lowered[mark.end() :]
            else:
                out.append(_tight(lowered))
                k += 2
                continue
        indent = len(following) - len(following.lstrip())
        if found and found[-1].end() == len(row) and following and len(row) - 1 <= indent <= len(row) + SLACK:
            out.append(_tight(row + following.lstrip()))
            k += 2
            continue
        out.append(row)
        k += 1
    return out


def _tight(row: str) -> str:
    """A row without the gap before its citation marks, which is put behind them: what follows keeps its place."""
    return re.sub(rf"(?<=\S)( +)({_RAISED.pattern})", r"\2\1", row)
