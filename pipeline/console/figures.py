"""Tables of figures: names to the left, numbers to the right, in plain characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from pipeline.console import out


class FigureTable:
    """A table that is printed when it is whole. The first column holds names, the others numbers."""

    def __init__(self, title: str, columns: Sequence[str]) -> None:
        self._title = title
        # A head of several lines stands over its numbers.
        self._heads = [column.split("\n") for column in columns]
        self._rows: list[tuple[str, ...] | None] = []

    def add(self, *cells: object, end: bool = False) -> None:
        """Add a row; `end` leaves a line blank behind it."""
        self._rows.append(tuple(map(str, cells)))
        if end:
            self._rows.append(None)

    def show(self) -> None:
        """Print it."""
        depth = max(map(len, self._heads))
        heads = [[head[line] if line < len(head) else "" for head in self._heads] for line in range(depth)]
        widths = [max(map(_width, column)) for column in zip(*heads, *filter(None, self._rows), strict=True)]
        if self._title:
            out(self._title)
        for head in heads:
            out(_line(head, widths))
        out("─" * (sum(widths) + 2 * (len(widths) - 1)))
        for row in self._rows:
            out(_line(row, widths) if row else "")


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (" " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True))
    row = cells[0] + first + "".join(f"  {pad}{cell}" for pad, cell in zip(others, cells[1:], strict=True))
    return row.rstrip()


def _width(text: str) -> int:
    """The columns that a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in text)
