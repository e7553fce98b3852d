"""Figures and tables: their captions, the lines of tables, and the words in figures, which are no prose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from pipeline.read import marks, tables
from pipeline.read.layout import Line
from pipeline.read.setting import SAME_SIZE, Body, heading_like, on_page, small
from pipeline.read.tables import Ruling
from pipeline.read.weave import Block

CAPTION_LINES = 8
MOST_RULES = 60  # a page with more has a drawing on it


@dataclass(slots=True)
class Apart:
    """Lines by their numbers: those of captions, each with the number of its caption's first line; the tables by their
    first lines; `drop`: the other lines of tables, and those in figures."""

    captions: dict[int, int] = field(default_factory=dict)
    tables: dict[int, Block] = field(default_factory=dict)
    drop: set[int] = field(default_factory=set)

    @property
    def kept(self) -> set[int]:
        """The lines at which captions and tables stand."""
        return self.captions.keys() | self.tables.keys()


def find(
    lines: Sequence[Line], body: Body, rules: dict[int, list[Ruling]], text_like: Sequence[bool]
) -> Apart:  # fmt: skip
    """The figures and tables among the lines of a paper; `rules` by page, `text_like` as `reads_as_text` has it."""
    search = _Search(lines, body, rules, text_like)
    search.captions()
    for k in sorted(set(search.found.captions.values())):
        named = marks.caption(lines[k].words)
        if named and named.kind == "table":
            search.table_under(k)
        else:
            search.figure_above(k)
    search.nameless_tables()
    search.found.drop -= search.found.kept
    return search.found


@dataclass(frozen=True, slots=True)
class _Search:
    lines: Sequence[Line]
    body: Body
    rules: dict[int, list[Ruling]]
    text_like: Sequence[bool]
    found: Apart = field(default_factory=Apart)

    def captions(self) -> None:
        """The lines of captions: one that has the form of a caption and is set as one, and what goes on as it does."""
        captions = self.found.captions
        for k, line in enumerate(self.lines):
            named = None if k in captions else marks.caption(line.words)
            if named is None or not self._is_caption(k):
                continue
            captions[k] = k
            for j in range(k + 1, min(k + CAPTION_LINES, len(self.lines))):
                under_head = named.kind == "table" and self._ruled_between(self.lines[j - 1], self.lines[j])
                if under_head or not self._goes_on(line, j):
                    break
                captions[j] = k

    def _is_caption(self, k: int) -> bool:
        """Whether a line that has the form of a caption is set as one, and does not begin a paragraph: `图5为…`."""
        line, body = self.lines[k], self.body
        before = self.lines[k - 1] if k else None
        apart = before is None or before.block != line.block or line.base - before.base > 1.35 * body.leading
        set_off = line.bold or small(line, body)
        centred = line.x0 - line.column[0] > 3 * body.size
        if not (apart or set_off or centred or k - 1 in self.found.captions):
            return False
        if before is not None and not apart and not set_off and not marks.ends_clause(before.words):
            return False
        full = line.x1 > line.column[1] - 2 * line.size or marks.ends_sentence(line.words)
        return set_off or not (self.text_like[k] and full and marks.names_in_passing(line.words))

    def _goes_on(self, first: Line, j: int) -> bool:
        """Whether line `j` belongs to the caption that begins with `first`."""
        a, b = self.lines[j - 1], self.lines[j]
        is_small = small(first, self.body)
        near = b.block == a.block and 0 < b.base - a.base <= 1.9 * max(a.size, b.size)
        alike = abs(b.size - first.size) <= SAME_SIZE * first.size and (is_small or b.bold == first.bold)
        if not near or not alike or b.gaps or marks.caption(b.words):
            return False
        ended = marks.ends_sentence(a.words) or a.x1 < a.column[1] - 3 * a.size
        return is_small or not (self.text_like[j] and ended)

    def _ruled_between(self, a: Line, b: Line) -> bool:
        return any(a.base < rule.y < b.base for rule in self.rules.get(a.page, ()))

    def figure_above(self, k: int) -> None:
        """The words in the figure above a caption: up to the next line of running text."""
        for j in range(k - 1, -1, -1):
            if j in self.found.captions:
                continue
            line = self.lines[j]
            if line.page != self.lines[k].page or self.text_like[j] or heading_like(line, self.body):
                break
            self.found.drop.add(j)

    def table_under(self, k: int) -> None:
        """The table under a caption: what its rules frame, else down to the next line of running text."""
        captions = self.found.captions
        last = max(j for j, first in captions.items() if first == k)
        if last + 1 in captions:
            return  # the caption in the other language stands between
        page = self.lines[k].page
        here, drawn = on_page(self.lines, page), self.rules.get(page, ())
        frame = tables.frame(self.lines[last], drawn, 6 * self.body.leading, partial(self._parted, here))
        own = [j for j in here if j not in captions and tables.inside(self.lines[j], frame)] if len(frame) > 1 else []
        framed = set(own)
        notes: list[int] = []
        before = self.lines[own[-1] if own else last]
        for j in range(last + 1, here.stop):
            line = self.lines[j]
            if j in captions or j in framed:
                continue
            if self.text_like[j] or heading_like(line, self.body):
                break
            if not framed:
                own.append(j)
            elif (
                line.block == before.block and line.base > frame[-1].y
                and line.base - before.base < 3 * self.body.leading
            ):  # fmt: skip
                notes.append(j)  # under the last rule
                before = line
            else:
                break
        self._add(own, tables.within(frame, drawn), notes)

    def _parted(self, here: Sequence[int], top: Ruling, bottom: Ruling) -> bool:
        """Whether running text or a caption stands between two rules of a page."""
        between = [j for j in here if tables.inside(self.lines[j], (top, bottom))]
        wide = 0.85 * self.body.measure
        running = [j for j in between if self.text_like[j] and self.lines[j].x1 - self.lines[j].x0 > wide]
        return len([j for j in running if not self.lines[j].gaps]) >= 3 or any(
            j in self.found.captions for j in between
        )

    def nameless_tables(self) -> None:
        """Tables without a caption: two columns or more between rules of one length."""
        for page, drawn in self.rules.items():
            long = [r for r in drawn if r.x1 - r.x0 > 0.5 * self.body.measure]
            if not 2 <= len(long) <= MOST_RULES:
                continue
            here = [j for j in on_page(self.lines, page) if j not in self.found.captions and j not in self.found.drop]
            for k, first in enumerate(long):
                frame = [first, *(rule for rule in long[k + 1 :] if tables.alike(rule, first))]
                own = [j for j in here if tables.inside(self.lines[j], frame)]
                if any((self.text_like[j] and not self.lines[j].gaps) or j in self.found.tables for j in own):
                    continue
                inner = tables.within(frame, drawn)
                made = tables.rows([self.lines[j] for j in own], inner)
                several = sum(sum(bool(cell) for cell in row) > 1 for row in made)
                if len(made) > 1 and several > 0.6 * len(made) and _has_heads(made):
                    self._add(own, inner)

    def _add(self, own: Sequence[int], rules: Sequence[Ruling], notes: Sequence[int] = ()) -> None:
        if not own:
            return
        own = sorted(own)
        inner = [self.lines[j] for j in own]
        under = tuple(self.lines[j] for j in notes)
        self.found.tables[own[0]] = Block("table", tuple(inner), rows=tables.rows(inner, rules), notes=under)
        self.found.drop.update(own, notes)


_SAYS = re.compile("[\u3400-\u9fff]{2}|[A-Za-z]{3}")


def _has_heads(rows: Sequence[Sequence[Sequence[Line]]]) -> bool:
    """Whether most cells of the first row or the first column are words: a table's heads, not the scales of a graph."""
    for cells in (rows[0], [row[0] for row in rows]):
        filled = ["".join(line.words for line in cell) for cell in cells if cell]
        if 2 * sum(bool(_SAYS.search(cell)) for cell in filled) > len(filled):
            return True
    return False
