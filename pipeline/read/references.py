"""The reference list: where it stands, where it ends, and which lines make an entry.

An entry is told by its number, in the form that the first one has, or, in a list without numbers, by how its lines are
set in. What stands behind or within the list and is set otherwise (biographies, dates, advertisements) is none of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from pipeline.read import marks
from pipeline.read.layout import Line

SAME_SIZE = 0.06
EARLIEST = 0.15  # of the lines of the paper: no list begins before
SKIPPED = 3  # numbers that the list may leave out
FAR = 2.0  # a line this many times the usual distance below the last one is no part of its entry


@dataclass(frozen=True, slots=True)
class Listed:
    """The entries of a paper's reference lists, and the numbers of all lines that stand from the first heading on."""

    entries: tuple[tuple[Line, ...], ...]
    span: range


@dataclass(frozen=True, slots=True)
class _Setting:
    """How a list is set: the form of its numbers, None without; size and line distance in points; see `_hanging`."""

    form: marks.Form | None
    size: float
    step: float
    hanging: float


def find(lines: Sequence[Line], taken: Collection[int], size: float) -> Listed:
    """The reference lists of a paper: from the first heading of one to the end, or to an abstract behind it.

    `taken` are lines of captions and tables, `size` is that of the body type in points. `lines` must be in reading
    order; what comes of a list without a heading is prose.
    """
    heads = [k for k in range(int(EARLIEST * len(lines)), len(lines)) if k not in taken and _is_head(lines[k])]
    heads = [k for k in heads if _begins(lines, k, taken)] or heads[-1:]
    if not heads:
        return Listed((), range(0))
    start = heads[0]
    end = _end(lines, start, size)
    heads = [k for k in heads if k < end]
    entries: list[tuple[Line, ...]] = []
    for head, until in pairwise([*heads, end]):
        own = [lines[k] for k in range(head + 1, until) if k not in taken]
        entries += _entries(own if marks.label(lines[head].words) else [_behind(lines[head]), *own])
    return Listed(tuple(entries), range(start, end))


def _is_head(line: Line) -> bool:
    run = marks.run_in(line.words)
    return marks.label(line.words) == "references" or bool(
        run and run[0] == "references" and marks.entry(_behind(line).words)
    )


def _behind(line: Line) -> Line:
    """The line without the label that it begins with."""
    run = marks.run_in(line.words)
    if not run:
        return line
    cut = line.words.index(run[1]) + len(run[1])
    while cut < len(line.words) and line.words[cut] in " :：]］】〕":
        cut += 1
    return replace(line, text=line.text[cut:])


def _begins(lines: Sequence[Line], head: int, taken: Collection[int]) -> bool:
    """Whether an entry stands under a heading: a first number, or a year."""
    if not marks.label(lines[head].words):
        return True
    under = [k for k in range(head + 1, min(head + 5, len(lines))) if k not in taken]
    return any((e := marks.entry(lines[k].words)) is not None and e.number <= 1 + SKIPPED for k in under)


def _end(lines: Sequence[Line], start: int, size: float) -> int:
    """Where what stands behind the lists begins: the title above an abstract, or the abstract."""
    for k in range(start + 1, len(lines)):
        run = marks.run_in(lines[k].words)
        if marks.label(lines[k].words) == "abstract" or (run and run[0] == "abstract"):
            while k - 1 > start and lines[k - 1].size > 1.15 * size:
                k -= 1
            return k
    return len(lines)


def _entries(own: Sequence[Line]) -> list[tuple[Line, ...]]:
    """The entries among the lines of one list."""
    if not own:
        return []
    found = [marks.entry(line.words) for line in own]
    form = next((e.form for e in found[:4] if e), None)
    starts = [k for k, e in enumerate(found) if e and e.form == form]
    sizes = Counter(round(own[k].size, 1) for k in starts or range(len(own)))
    size = sizes.most_common(1)[0][0]
    steps = [b.base - a.base for a, b in pairwise(own) if a.block == b.block and 0 < b.base - a.base < 4 * size]
    setting = _Setting(form, size, median(steps) if steps else 1.3 * size, _hanging(own, starts))
    entries: list[list[Line]] = []
    number = 0
    closed = False  # behind an entry: nothing goes on until the next number
    for line, entry in zip(own, found, strict=True):
        last = entries[-1][-1] if entries else None
        if _opens(last, line, entry, number, setting, closed):
            entries.append([line])
            number, closed = entry.number if entry and form is not None else 0, False
        elif last is not None and not closed and _goes_on(last, line, setting):
            entries[-1].append(line)
        else:
            closed = bool(entries)
    return [tuple(e) for e in entries]


def _hanging(own: Sequence[Line], starts: Sequence[int]) -> float:
    """How far later lines of an entry are set in against its first line, in ems; 0 where they are not told apart."""
    if starts:
        opening = set(starts)
        rest = [
            (own[k + 1].x0 - own[k].x0) / own[k].size
            for k in starts
            if k + 1 < len(own) and k + 1 not in opening and own[k].block == own[k + 1].block
        ]
        return median(rest) if rest else 0.0
    # Without numbers: lines stand at two distances from the edge, and what follows a full line goes on with it.
    insets = [_inset(line) for line in own]
    after = [insets[k + 1] for k in range(len(own) - 1) if _full(own[k])]
    if not after or max(insets) - min(insets) < 0.8:
        return 0.0
    return max(insets) if median(after) >= 0.8 else -max(insets)


def _inset(line: Line) -> float:
    return (line.x0 - line.column[0]) / line.size


def _full(line: Line) -> bool:
    return line.x1 > line.column[1] - 2 * line.size


def _opens(
    last: Line | None, line: Line, entry: marks.Entry | None, number: int, setting: _Setting, closed: bool
) -> bool:
    """Whether a line is the first of an entry, `last` being the line of the list before it."""
    if abs(line.size - setting.size) > SAME_SIZE * setting.size:
        return False
    if setting.form is None:
        if last is None or closed:
            return last is None
        if not _goes_on(last, line, replace(setting, hanging=0.0)):
            return False
        if abs(setting.hanging) >= 0.8:
            return (_inset(line) < 0.5 * abs(setting.hanging)) == (setting.hanging > 0)
        return marks.ends_sentence(last.words) and not _full(last)
    if entry is None or entry.form != setting.form:
        return False
    if setting.hanging > 0.5 and _inset(line) > 0.7 * setting.hanging:
        return False
    if number < entry.number <= number + 1 + SKIPPED:
        return True
    # A mark in brackets is a number even where the count is out; `12 patients` and `1998. Nature` are none.
    return entry.form in ("[]", "()") and last is not None and not closed


def _goes_on(a: Line, b: Line, setting: _Setting) -> bool:
    """Whether `b` belongs to the entry whose last line is `a`."""
    if abs(b.size - setting.size) > SAME_SIZE * setting.size or (b.bold and not a.bold):
        return False
    if a.block == b.block:
        if not 0 < b.base - a.base <= FAR * setting.step:
            return False
        if setting.hanging > 0.5 and _inset(b) < 0.3 * setting.hanging:
            return False
    return not (marks.run_in(b.words) or marks.label(b.words))
