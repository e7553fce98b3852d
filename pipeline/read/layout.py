"""From glyphs to lines in reading order.

1. Glyphs on one baseline make runs; a wide gap ends a run.
2. Lines at a page's edge that come back at the same height on other pages are furniture (running heads, page numbers).
3. A page is cut into columns where white space runs down it with text on both sides; what crosses it cuts the columns
   into bands, read one after the other, each column of a band from top to bottom.
4. In a column the runs of one baseline are a line again; raised or lowered glyphs join the line that they belong to.

Nothing here looks at what a text says, apart from comparing lines at the edges of pages with one another.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from rapidfuzz.fuzz import ratio

from pipeline.read.glyphs import Glyph, Sheet
from pipeline.read.repair import PUT_IN, Traced, is_wide

# In ems of the type at hand.
RUN_GAP = 1.0  # a gap that ends a run
WORD_GAP = 0.17  # a gap between Latin letters that is a space
SAME_BASE = 0.22  # how far baselines of one line may differ
RAISED = 0.12  # how far above the line's baseline a raised glyph stands
SMALLER = 0.85  # type of this share of the line's size, or less, may be a superscript

# A gutter counts when this many lines stand on both sides of it, and when the lines there fill their columns.
GUTTER_LINES = 4
GUTTER_FILL = 0.6
NARROWEST = 90.0  # points: no column is narrower

# Furniture stands within this share of the page's height from its edge.
EDGE_ZONE = 0.13
SAME_HEIGHT = 3.0  # points
ALIKE = 72.0  # of 100

_DIGITS = re.compile(r"\d+")
_BOLD = re.compile(r"bold|black|heavy|semibold|demi|hei(?!ght)|-b$|,b$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ink:
    """A character on the page; letters of one glyph share its width. `raised`: 1 above the line, -1 below, else 0."""

    text: str
    x0: float
    x1: float
    raised: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of print: its text, the ink of each character, and where it stands.

    `text.at` numbers `inks`. `column` is the left and right edge of the text around it; `block` numbers the column of a
    band of a page, in reading order: lines of one block stand below each other. `size` is that of most of its type, in
    points; `gaps` counts the gaps wider than an em.
    """

    text: Traced
    inks: tuple[Ink, ...]
    page: int
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    size: float
    bold: bool
    block: int
    column: tuple[float, float]
    gaps: int = 0

    @property
    def words(self) -> str:
        return self.text.text


@dataclass(frozen=True, slots=True)
class _Run:
    glyphs: tuple[Glyph, ...]
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    size: float

    @property
    def text(self) -> str:
        return "".join(g.text for g in self.glyphs)


@dataclass(frozen=True, slots=True)
class Pages:
    """The lines of all pages in reading order, the size of the body type, and what was left out."""

    lines: tuple[Line, ...]
    body_size: float
    repairs: tuple[str, ...]
    blank: tuple[int, ...]  # pages without text


def arrange(sheets: Sequence[Sheet]) -> Pages:
    """The lines of a paper in reading order, without running heads, feet, page numbers and text that runs upwards."""
    repairs: set[str] = set()
    runs_of: list[list[_Run]] = []
    for sheet in sheets:
        upright = [g for g in sheet.glyphs if g.upright and g.size > 1]
        kept = _without_overprint(upright)
        if len(kept) != len(upright):
            repairs.add("overprint")
        runs_of.append(_runs(kept))
    body = _body_size(runs_of)
    furniture = _furniture(sheets, runs_of, body)
    lines: list[Line] = []
    block = 0
    for sheet, runs in zip(sheets, runs_of, strict=True):
        rest = [r for k, r in enumerate(runs) if (sheet.number, k) not in furniture]
        for column in _columns(rest, body):
            made = _lines(column, block)
            lines += made
            block += 1
    blank = tuple(s.number for s, runs in zip(sheets, runs_of, strict=True) if not runs)
    return Pages(tuple(lines), body, tuple(sorted(repairs)), blank)


# --- runs -----------------------------------------------------------------------------------------------------------


def _without_overprint(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Glyphs without those printed a second time on (nearly) the same place, as a cheap bold."""
    seen: dict[tuple[str, int, int], list[Glyph]] = defaultdict(list)
    kept = []
    for g in glyphs:
        if g.text.isspace():
            kept.append(g)
            continue
        near = max(0.6, 0.12 * g.size)
        cx, cy = int(g.x0 // 4), int(g.base // 4)
        if any(
            abs(o.x0 - g.x0) < near and abs(o.base - g.base) < near
            for dx in (-1, 0, 1) for dy in (-1, 0, 1) for o in seen.get((g.text, cx + dx, cy + dy), ())
        ):  # fmt: skip
            continue
        seen[g.text, cx, cy].append(g)
        kept.append(g)
    return kept


def _runs(glyphs: Sequence[Glyph]) -> list[_Run]:
    """Glyphs of one baseline, from left to right, cut at wide gaps; sorted from top to bottom."""
    strips: list[list[Glyph]] = []
    for g in sorted(glyphs, key=lambda g: g.base):
        if strips and g.base - strips[-1][0].base <= 0.1 * max(g.size, strips[-1][0].size):
            strips[-1].append(g)
        else:
            strips.append([g])
    runs: list[_Run] = []
    for strip in strips:
        strip.sort(key=lambda g: (g.x0, g.x1))
        start = 0
        edge: float | None = None
        for k, g in enumerate(strip):
            if g.text.isspace():
                continue
            if edge is not None and g.x0 - edge > RUN_GAP * g.size:
                _add_run(runs, strip[start:k])
                start = k
            edge = g.x1 if edge is None or k == start else max(edge, g.x1)
        _add_run(runs, strip[start:])
    runs.sort(key=lambda r: (r.top, r.x0))
    return runs


def _add_run(runs: list[_Run], glyphs: Sequence[Glyph]) -> None:
    inked = [g for g in glyphs if not g.text.isspace()]
    if not inked:
        return
    a, b = glyphs.index(inked[0]), len(glyphs) - glyphs[::-1].index(inked[-1])
    size = Counter(round(g.size, 1) for g in inked).most_common(1)[0][0]
    main = [g for g in inked if g.size >= SMALLER * size] or inked
    runs.append(_Run(
        tuple(glyphs[a:b]), min(g.x0 for g in inked), min(g.top for g in main), max(g.x1 for g in inked),
        max(g.bottom for g in main), median(g.base for g in main), size,
    ))  # fmt: skip


def _body_size(runs_of: Iterable[Sequence[_Run]]) -> float:
    """The size of the body type: the largest that sets a quarter of the text (a reference list may be longer)."""
    count: Counter[float] = Counter()
    for runs in runs_of:
        for run in runs:
            count[round(run.size * 2) / 2] += len(run.glyphs)
    total = sum(count.values())
    usual = max(count, key=lambda s: count[s], default=10.0)
    return max((s for s, n in count.items() if n >= 0.25 * total), default=usual)


# --- running heads, feet, page numbers ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _EdgeRow:
    page: int
    runs: tuple[int, ...]
    text: str
    base: float
    size: float
    gap: float  # to the next row towards the body, in points
    depth: int  # how many rows stand between it and the page's edge


def _rows(runs: Sequence[_Run]) -> list[list[int]]:
    """Runs that stand side by side, as rows from top to bottom."""
    rows: list[list[int]] = []
    # The larger type first, so that raised and lowered marks find their line.
    for k in sorted(range(len(runs)), key=lambda k: (-runs[k].size, runs[k].top)):
        centre = (runs[k].top + runs[k].bottom) / 2
        for row in rows:
            main = runs[row[0]]
            if main.top - 0.3 * main.size * (runs[k].size < main.size) <= centre <= main.bottom:
                row.append(k)
                break
        else:
            rows.append([k])
    return sorted(rows, key=lambda row: runs[row[0]].top)


def _furniture(sheets: Sequence[Sheet], runs_of: Sequence[Sequence[_Run]], body: float) -> set[tuple[int, int]]:
    """(page, run) of running heads and feet: what comes back at the same height near the edge of other pages.

    Coming back at the same height is not enough, as the first line of the body does so too. A head or foot also says
    the same thing as on another page (numbers aside), or counts the pages, or is set apart from the body by a gap or a
    rule and in another size of type.
    """
    out: set[tuple[int, int]] = set()
    for towards in (1, -1):
        found: list[_EdgeRow] = []
        for sheet, runs in zip(sheets, runs_of, strict=True):
            rows = _rows(runs)
            if towards < 0:
                rows.reverse()
            for depth, row in enumerate(rows[:4]):
                base = median(runs[k].base for k in row)
                far = base > EDGE_ZONE * sheet.height if towards > 0 else base < (1 - EDGE_ZONE) * sheet.height
                if far:
                    break
                inner = rows[depth + 1] if depth + 1 < len(rows) else []
                gap = 999.0
                if inner:
                    if towards > 0:
                        gap = min(runs[k].top for k in inner) - max(runs[k].bottom for k in row)
                    else:
                        gap = min(runs[k].top for k in row) - max(runs[k].bottom for k in inner)
                y = max(runs[k].bottom for k in row) if towards > 0 else min(runs[k].top for k in row)
                if any(abs(rule.y - y) < body and rule.x1 - rule.x0 > 0.4 * sheet.width for rule in sheet.rules):
                    gap = 999.0
                text = " ".join(runs[k].text.strip() for k in sorted(row, key=lambda k: runs[k].x0))
                found.append(_EdgeRow(sheet.number, tuple(row), text, base, max(runs[k].size for k in row), gap, depth))
        out |= _recurring(found, body, len(sheets))
    return out


def _recurring(rows: Sequence[_EdgeRow], body: float, pages: int) -> set[tuple[int, int]]:
    out: set[tuple[int, int]] = set()
    marked: set[int] = set()
    for k, row in enumerate(rows):
        mates = [o for o in rows if o.page != row.page and abs(o.base - row.base) <= SAME_HEIGHT]
        words = _DIGITS.sub("#", row.text)
        # Large type is a heading, unless it says the very same.
        alike = ALIKE if row.size <= 1.04 * body else 100.0
        same = [o for o in mates if ratio(words, _DIGITS.sub("#", o.text)) >= alike]
        peers = [o for o in mates if abs(o.size - row.size) <= 0.04 * row.size and o.gap > 0.9 * body]
        counting = [o for o in mates if _counts(row, o)]
        apart = row.gap > 0.9 * body
        other_type = abs(row.size - body) > 0.04 * body
        if (
            (same and (apart or other_type or len(same) >= 2))
            or (counting and apart and (other_type or len(row.text) <= 12) and row.size <= 1.04 * body)
            or (apart and other_type and row.size <= 1.04 * body and len(peers) >= max(1, 0.4 * (pages - 1)))
        ):
            marked.add(k)
    # Furniture is what stands outermost: a row that is none ends it.
    for page in {r.page for r in rows}:
        for k in sorted((k for k, r in enumerate(rows) if r.page == page), key=lambda k: rows[k].depth):
            if k not in marked:
                break
            out |= {(page, run) for run in rows[k].runs}
    return out


def _counts(a: _EdgeRow, b: _EdgeRow) -> bool:
    """Whether both hold a number that differs as the pages do."""
    ours, theirs = _DIGITS.findall(a.text), _DIGITS.findall(b.text)
    return any(
        len(x) < 6 and len(y) < 6 and int(x) - int(y) == a.page - b.page and x != y
        for x in (*ours[:1], *ours[-1:]) for y in (*theirs[:1], *theirs[-1:])
    )  # fmt: skip


# --- columns --------------------------------------------------------------------------------------------------------


def _columns(runs: Sequence[_Run], body: float) -> list[list[_Run]]:
    """Runs of a page, or of a part of one, as columns in reading order."""
    if not runs:
        return []
    gutter = _gutter(runs, body)
    if gutter is None:
        return [list(runs)]
    left, right = gutter
    margin = 1.5 * body
    across = [r for r in runs if r.x0 < left - margin and r.x1 > right + margin]
    # What stands beside a run across the page (a label, a raised mark) is of the same line.
    heights = [(o.top - 0.3 * o.size, o.bottom) for o in across]
    spanning = [r for r in runs if any(a <= (r.top + r.bottom) / 2 <= b for a, b in heights)]
    spans = _bands(spanning)
    middle = (left + right) / 2
    own = {id(r) for r in spanning}
    sides = [r for r in runs if id(r) not in own]
    # The short last line of a text across the page stands on one side only: it belongs to the text above it.
    grown = True
    while grown:
        grown = False
        for k, (top, bottom, inside) in enumerate(spans):
            for r in sides:
                step = (r.top - bottom) / r.size
                near = -0.3 <= step < 0.8 and abs(r.size - inside[-1].size) < 0.05 * r.size
                beside = any(
                    o is not r and o.top < r.bottom - 1 and o.bottom > r.top + 1
                    and (o.x0 + o.x1 > 2 * middle) != (r.x0 + r.x1 > 2 * middle) for o in sides
                )  # fmt: skip
                if near and not beside and r.x0 < middle:
                    spans[k] = (top, max(bottom, r.bottom), [*inside, r])
                    sides.remove(r)
                    grown = True
                    break
    out: list[list[_Run]] = []
    floor = float("-inf")
    for top, bottom, inside in [*spans, (float("inf"), float("inf"), [])]:
        band = [r for r in sides if floor <= (r.top + r.bottom) / 2 < top]
        for part in ([r for r in band if r.x0 + r.x1 < 2 * middle], [r for r in band if r.x0 + r.x1 >= 2 * middle]):
            out += _columns(part, body)
        if inside:
            out.append(inside)
        floor = min(top, (top + bottom) / 2)
    return out


def _bands(spanning: Sequence[_Run]) -> list[tuple[float, float, list[_Run]]]:
    bands: list[tuple[float, float, list[_Run]]] = []
    for r in sorted(spanning, key=lambda r: r.top):
        if bands and r.top - bands[-1][1] < 1.5 * r.size:
            top, bottom, inside = bands[-1]
            bands[-1] = (top, max(bottom, r.bottom), [*inside, r])
        else:
            bands.append((r.top, r.bottom, [r]))
    return bands


def _gutter(runs: Sequence[_Run], body: float) -> tuple[float, float] | None:
    """The white strip between two columns (left and right edge), or None where the text has one column."""
    x_min, x_max = min(r.x0 for r in runs), max(r.x1 for r in runs)
    if x_max - x_min < 2 * NARROWEST:
        return None
    best: tuple[float, float, float] | None = None
    for x in sorted({round(r.x0) for r in runs}):
        if not x_min + NARROWEST < x < x_max - NARROWEST:
            continue
        left = [r for r in runs if r.x1 <= x - 0.5 * body]
        right = [r for r in runs if r.x0 >= x - 1]
        crossing = _spans(r for r in runs if r.x1 > x - 0.5 * body and r.x0 < x - 1)
        both = _minus(_meet(_spans(left), _spans(right)), crossing)
        height = sum(b - a for a, b in both)
        if height < GUTTER_LINES * body:
            continue
        inside_left = [r for r in left if _touches(r, both)]
        inside_right = [r for r in right if _touches(r, both)]
        edge = max(r.x1 for r in inside_left)
        if _fill(inside_left, x_min, edge) < GUTTER_FILL or _fill(inside_right, x, x_max) < GUTTER_FILL:
            continue
        if best is None or height > best[0] * 1.02:
            best = (height, edge, float(x))
    return None if best is None else (best[1], best[2])


def _fill(runs: Sequence[_Run], a: float, b: float) -> float:
    """How much of the width from `a` to `b` the typical row of these runs covers."""
    rows: dict[int, float] = defaultdict(float)
    for r in runs:
        rows[round(r.base / 4)] += r.x1 - r.x0
    # Weighted by width: formulas and figures leave many short rows that say nothing of the column.
    widths, half = sorted(rows.values()), sum(rows.values()) / 2
    for width in widths:
        half -= width
        if half <= 0:
            return width / max(b - a, 1.0)
    return 0.0


def _spans(runs: Iterable[_Run]) -> list[tuple[float, float]]:
    """Heights covered by the runs, as sorted intervals that do not meet."""
    out: list[tuple[float, float]] = []
    for a, b in sorted((r.top, r.bottom) for r in runs):
        if out and a <= out[-1][1]:
            out[-1] = (out[-1][0], max(b, out[-1][1]))
        else:
            out.append((a, b))
    return out


def _meet(one: Sequence[tuple[float, float]], two: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(max(a, c), min(b, d)) for a, b in one for c, d in two if max(a, c) < min(b, d)]


def _minus(one: Iterable[tuple[float, float]], holes: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    out = []
    for a, b in one:
        for c, d in holes:
            if d <= a or c >= b:
                continue
            if c > a:
                out.append((a, c))
            a = max(a, d)
        if a < b:
            out.append((a, b))
    return out


def _touches(run: _Run, intervals: Iterable[tuple[float, float]]) -> bool:
    middle = (run.top + run.bottom) / 2
    return any(a <= middle <= b for a, b in intervals)


# --- lines ----------------------------------------------------------------------------------------------------------


def _lines(runs: Sequence[_Run], block: int) -> list[Line]:
    """The runs of one column as lines, from top to bottom."""
    rows: list[list[_Run]] = []
    for r in sorted(runs, key=lambda r: (-r.size, -len(r.glyphs))):
        home: tuple[float, list[_Run]] | None = None
        for row in rows:
            main = row[0]
            if abs(r.base - main.base) <= SAME_BASE * main.size:
                far = abs(r.base - main.base)
            elif (
                r.size <= SMALLER * main.size
                and main.top - 0.25 * main.size <= (r.top + r.bottom) / 2 <= main.bottom + 0.1 * main.size
            ):
                far = abs(r.base - main.base) + 0.5 * main.size
            else:
                continue
            beside = min(max(r.x0 - o.x1, o.x0 - r.x1) for o in row)
            if r.size <= SMALLER * main.size and beside > 1.5 * main.size and far > SAME_BASE * main.size:
                continue
            if home is None or far < home[0]:
                home = (far, row)
        if home is None:
            rows.append([r])
        else:
            home[1].append(r)
    rows.sort(key=lambda row: (row[0].base, row[0].x0))
    made = [_line(row, block) for row in rows]
    return _with_columns(made)


def _line(row: Sequence[_Run], block: int) -> Line:
    main = row[0]
    glyphs = sorted((g for r in row for g in r.glyphs), key=lambda g: (g.x0, g.x1))
    big = [g for g in glyphs if not g.text.isspace() and g.size >= SMALLER * main.size]
    text: list[str] = []
    at: list[int] = []
    inks: list[Ink] = []
    last: Glyph | None = None
    blank = False
    gaps = 0
    for g in glyphs:
        if g.text.isspace():
            blank = blank or last is not None
            continue
        if last is not None:
            gap = g.x0 - last.x1
            latin = not is_wide(g.text[0]) and not is_wide(last.text[-1])
            if gap > RUN_GAP * main.size:
                gaps += 1
            if blank or (latin and gap > WORD_GAP * main.size) or gap > RUN_GAP * main.size:
                text.append(" ")
                at.append(PUT_IN)
        raised = 0
        if g.size < SMALLER * main.size:
            up = main.base - _foot(g)
            raised = 1 if up > RAISED * main.size else -1 if up < -0.05 * main.size else 0
        letters = g.text
        step = (g.x1 - g.x0) / len(letters)
        for k, ch in enumerate(letters):
            at.append(len(inks))
            inks.append(Ink(ch, g.x0 + k * step, g.x0 + (k + 1) * step, raised))
            text.append(ch)
        last, blank = g, False
    heavy = sum(bool(_BOLD.search(g.font)) for g in big)
    return Line(
        Traced("".join(text), tuple(at)), tuple(inks), main.glyphs[0].page,
        min(r.x0 for r in row), min(g.top for g in big), max(r.x1 for r in row), max(g.bottom for g in big),
        main.base, main.size, heavy > 0.8 * len(big), block, (0.0, 0.0), gaps,
    )  # fmt: skip


def _foot(g: Glyph) -> float:
    """The baseline that a glyph seems to stand on, text rise and all."""
    # A rise moves the box and not the matrix; type is about 0.2 em deep.
    return min(g.base, g.bottom - 0.2 * g.size)


def _with_columns(lines: Sequence[Line]) -> list[Line]:
    """Lines with the left and right edge of the text around them: the lines near by in about the same size of type."""
    out = []
    for k, line in enumerate(lines):
        near = [o for o in lines[max(0, k - 8) : k + 9] if abs(o.size - line.size) <= 0.06 * line.size]
        out.append(replace(line, column=(min(o.x0 for o in near), max(o.x1 for o in near))))
    return out
