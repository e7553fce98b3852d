"""Tables as rows of cells, from lines of print and drawn rules.

Chinese journals set tables with three horizontal rules (三线表) and no vertical ones. Columns are told by rules that
are drawn cell by cell, else by white space down the table; rows by rules, else by the distance of the baselines: the
lines of one cell stand closer than rows do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from pipeline.read.glyphs import Rule
from pipeline.read.layout import Leaf, Line
from pipeline.read.repair import PUT_IN

Cell = tuple[Line, ...]
Rows = tuple[tuple[Cell, ...], ...]

JOINED = 3.0  # points between pieces of one rule, drawn cell by cell
SAME_HEIGHT = 1.5  # points
SAME_EDGE = 6.0  # points
SHORTEST = 0.2  # of the table's width: shorter rules underline words
EDGE_ZONE = 0.14  # of the page's height: rules of running heads and feet stand there
MOST_CROSSED = 8  # lines that may run over two columns
MOST_JOINTS = 2000  # more are a drawing
# In ems of the table's type.
CELL_GAP = 0.45  # white space between cells; that between words is narrower
SAME_BASE = 0.3  # baselines that far apart are one
WITHIN_CELL = 1.6  # the most that lines of one cell stand apart
OVERLAPPING = 0.8  # lines closer than this stand side by side: cells centred on the height of their row
WIDER = 1.15  # rows stand this much further apart than lines of a cell


@dataclass(frozen=True, slots=True)
class Ruling:
    """A rule from `x0` to `x1` at height `y`, and where the pieces meet that it is drawn in."""

    x0: float
    x1: float
    y: float
    joints: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters `[start, end)` of a line that stand together."""

    line: Line
    start: int
    end: int
    x0: float
    x1: float


@dataclass(slots=True)
class _Row:
    """What stands on one baseline, by column."""

    base: float
    cells: dict[int, list[_Piece]]


def whole(rules: Sequence[Rule]) -> list[Ruling]:
    """Rules of a page from top to bottom, those drawn in pieces as one."""
    out: list[Ruling] = []
    for rule in sorted(rules, key=lambda r: (round(r.y), r.x0)):
        last = out[-1] if out else None
        if last and abs(rule.y - last.y) <= SAME_HEIGHT and -JOINED <= rule.x0 - last.x1 <= JOINED:
            joint = (last.x1 + rule.x0) / 2
            out[-1] = Ruling(last.x0, max(last.x1, rule.x1), last.y, (*last.joints, joint))
        else:
            out.append(Ruling(rule.x0, rule.x1, rule.y))
    return sorted(out, key=lambda r: (r.y, r.x0))


def alike(a: Ruling, b: Ruling) -> bool:
    """Whether two rules are as long and stand one below the other."""
    return abs(a.x0 - b.x0) < SAME_EDGE and abs(a.x1 - b.x1) < SAME_EDGE


def rows(lines: Sequence[Line], rules: Sequence[Ruling]) -> Rows:
    """The cells of a table that these lines of one page and the rules among them make; empty without two columns.

    Each cell has the parts of lines that stand in it, from top to bottom; all rows have as many cells.
    """
    if not lines:
        return ()
    size = median(line.size for line in lines)
    pieces = [piece for line in lines for piece in _pieces(line, size)]
    bounds = _drawn(pieces, rules) or _white(pieces, size)
    if not pieces or not bounds:
        return ()
    printed = _baselines(pieces, bounds, size)
    made = []
    for group in _grouped(printed, [r.y for r in rules], size, len(bounds) + 1):
        cells = []
        for column in range(len(bounds) + 1):
            inside = [piece for row in group for piece in row.cells.get(column, ())]
            cells.append(tuple(replace(p.line, text=p.line.text[p.start : p.end]) for p in inside))
        made.append(tuple(cells))
    return tuple(made)


# --- where a table stands -------------------------------------------------------------------------------------------


def drawn_rules(leaves: Sequence[Leaf]) -> dict[int, list[Ruling]]:
    """The rules of each page, pieces joined, without those of running heads and feet.

    Those stand at the same height near the edge of several pages, and are as long on each.
    """
    pages = {leaf.number: whole(leaf.rules) for leaf in leaves}
    edge: Counter[tuple[int, int]] = Counter()
    for leaf in leaves:
        edge.update({_at(r) for r in pages[leaf.number] if not _inner(r, leaf)})
    return {leaf.number: [r for r in pages[leaf.number] if _inner(r, leaf) or edge[_at(r)] < 2] for leaf in leaves}


def _at(rule: Ruling) -> tuple[int, int]:
    return round(rule.y / SAME_EDGE), round((rule.x1 - rule.x0) / SAME_EDGE)


def _inner(rule: Ruling, leaf: Leaf) -> bool:
    return EDGE_ZONE * leaf.height < rule.y < (1 - EDGE_ZONE) * leaf.height


def frame(above: Line, rules: Sequence[Ruling], reach: float, parted: Callable[[Ruling, Ruling], bool]) -> list[Ruling]:
    """The rules of the table under a line (the last of its caption): from the first within `reach` points to the last.

    `parted` says of two rules whether what stands between them belongs to no table.
    """
    a, b = above.column
    under = [r for r in rules if r.y > above.base and r.x0 < max(b, above.x1) and r.x1 > min(a, above.x0)]
    if not under or under[0].y - above.bottom > reach:
        return []
    out = under[:1]
    for rule in under[1:]:
        # Rules under a head over some columns are shorter: they stand between others.
        if alike(rule, out[0]):
            if parted(out[-1], rule):
                break
            out.append(rule)
    return out


def within(frame_rules: Sequence[Ruling], rules: Sequence[Ruling]) -> list[Ruling]:
    """The rules of a page that belong to a table: also shorter ones, such as those under a head over some columns."""
    if not frame_rules:
        return []
    first, last = frame_rules[0], frame_rules[-1]
    shortest = SHORTEST * (first.x1 - first.x0)
    return [
        r for r in rules
        if first.y <= r.y <= last.y and r.x1 - r.x0 >= shortest
        and r.x0 > first.x0 - SAME_EDGE and r.x1 < first.x1 + SAME_EDGE
    ]  # fmt: skip


def inside(line: Line, frame_rules: Sequence[Ruling]) -> bool:
    """Whether a line stands between the first and the last of these rules."""
    first, last = frame_rules[0], frame_rules[-1]
    return first.y < line.base < last.y and first.x0 - SAME_EDGE < (line.x0 + line.x1) / 2 < first.x1 + SAME_EDGE


# --- columns --------------------------------------------------------------------------------------------------------


def _pieces(line: Line, size: float) -> list[_Piece]:
    """A line's words, and hanzi that stand together."""
    out: list[_Piece] = []
    text, left, right = line.text.text, line.inks.left.tolist(), line.inks.right.tolist()
    for k, source in enumerate(line.text.at):
        if source == PUT_IN or text[k].isspace():
            continue
        x0, x1 = left[source], right[source]
        last = out[-1] if out else None
        if last and last.end == k and x0 - last.x1 <= CELL_GAP * size:
            out[-1] = _Piece(line, last.start, k + 1, last.x0, max(last.x1, x1))
        else:
            out.append(_Piece(line, k, k + 1, x0, x1))
    return out


def _drawn(pieces: Sequence[_Piece], rules: Sequence[Ruling]) -> list[float]:
    """Where the pieces of rules that are drawn cell by cell meet, if the text keeps to it."""
    drawn = [r.joints for r in rules if r.joints]
    found = sorted(x for joints in drawn for x in joints)
    bounds: list[float] = []
    for x in found if len(found) <= MOST_JOINTS else ():
        if (not bounds or x - bounds[-1] > SAME_EDGE) and 2 * sum(abs(o - x) < SAME_EDGE for o in found) > len(drawn):
            bounds.append(x)
    crossing = sum(any(p.x0 + 2 < x < p.x1 - 2 for x in bounds) for p in pieces)
    return bounds if crossing <= 0.1 * len(pieces) else []


def _white(pieces: Sequence[_Piece], size: float) -> list[float]:
    """The middles of the white strips that run down the table; a few lines may cross them (a head over two columns)."""
    lines: dict[int, list[tuple[float, float]]] = {}
    for p in sorted(pieces, key=lambda p: p.x0):
        spans = lines.setdefault(round(p.line.base / (SAME_BASE * size)), [])
        if spans and p.x0 - spans[-1][1] < CELL_GAP * size:
            spans[-1] = (spans[-1][0], max(spans[-1][1], p.x1))
        else:
            spans.append((p.x0, p.x1))
    counts = sorted(len(spans) for spans in lines.values())
    parted = [n for n in counts if n > 1]
    if len(parted) < 2:
        return []
    usual = parted[int(0.75 * (len(parted) - 1))]
    best: list[float] = []
    for crossed in range(1 + min(len(counts) // 6, MOST_CROSSED)):
        strips = _strips([s for spans in lines.values() for s in spans], crossed, CELL_GAP * size)
        if len(strips) > len(best):
            best = strips
        if len(best) + 1 >= usual:
            break
    return best


def _strips(spans: Sequence[tuple[float, float]], crossed: int, narrowest: float) -> list[float]:
    """Middles of the strips that at most `crossed` spans cover, between others."""
    edges = sorted([(a, 1) for a, _ in spans] + [(b, -1) for _, b in spans])
    out: list[float] = []
    depth, since = 0, float("-inf")
    started = False
    for x, step in edges:
        was, depth = depth, depth + step
        if was > crossed >= depth:
            since = x
        elif was <= crossed < depth:
            if started and x - since >= narrowest:
                out.append((since + x) / 2)
            started = True
    return out


def _column(piece: _Piece, bounds: Sequence[float]) -> int:
    return sum((piece.x0 + piece.x1) / 2 > x for x in bounds)


# --- rows -----------------------------------------------------------------------------------------------------------


def _baselines(pieces: Sequence[_Piece], bounds: Sequence[float], size: float) -> list[_Row]:
    out: list[_Row] = []
    for piece in sorted(pieces, key=lambda p: p.line.base):
        if not out or piece.line.base - out[-1].base > SAME_BASE * size:
            out.append(_Row(piece.line.base, {}))
        cell = out[-1].cells.setdefault(_column(piece, bounds), [])
        if cell and cell[-1].line is piece.line:
            last = cell[-1]
            cell[-1] = _Piece(piece.line, last.start, piece.end, last.x0, piece.x1)
        else:
            cell.append(piece)
    return out


def _grouped(printed: Sequence[_Row], rules: Sequence[float], size: float, columns: int) -> list[list[_Row]]:
    """Baselines that are lines of one row together."""
    steps = sorted(b.base - a.base for a, b in pairwise(printed))
    close = 0.0  # the distance of lines of one cell, 0 where nothing tells it from that of rows
    for one, two in pairwise(steps):
        if one <= WITHIN_CELL * size and two >= WIDER * one:
            close = one
    ruled = [any(a.base < y < b.base for y in rules) for a, b in pairwise(printed)]
    grid = sum(ruled) >= max(3, 0.34 * len(printed))  # a rule under each row
    out = [[printed[0]]]
    for (a, b), rule in zip(pairwise(printed), ruled, strict=True):
        step = b.base - a.base
        wide = min(len(a.cells), len(b.cells)) >= 0.5 * columns and 0 in a.cells and 0 in b.cells
        if rule:
            together = False
        elif grid or step < OVERLAPPING * size:
            together = True
        elif close:
            together = step <= close and not wide
        else:
            together = step <= WITHIN_CELL * size and 0 not in b.cells and len(b.cells) < 0.5 * columns
        if together:
            out[-1].append(b)
        else:
            out.append([b])
    return out
