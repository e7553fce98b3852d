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
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import accumulate, pairwise
from operator import or_
from statistics import median
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.fuzz import ratio

from pipeline.read.glyphs import (
    ASCENT,
    DESCENT,
    DOWN,
    OVER,
    SLANTED,
    UP,
    UPRIGHT,
    Area,
    Codes,
    Flags,
    Floats,
    Rule,
    Sheet,
    letters,
)
from pipeline.read.repair import PUT_IN, SYMBOL, WIDE_BOUNDS, Traced

# In ems of the type at hand.
RUN_GAP = 1.0  # a gap that ends a run
WORD_GAP = 0.17  # a gap between Latin letters that is a space
MIXED_GAP = 0.4  # a gap between Latin and hanzi that is one: typesetters themselves put a quarter there
NUMBER_GAP = 0.2  # a gap behind the number that a line begins with
SAME_BASE = 0.22  # how far baselines of one line may differ
RAISED = 0.12  # how far above the line's baseline a raised glyph stands
LOWERED = 0.05
TOUCHES = 0.6  # a gap that raised and lowered type may leave
SMALLER = 0.85  # type of this share of the line's size, or less, may be a superscript
TELLING = 3  # hanzi that tell a line's size
OVERPRINT = 0.12  # how near a glyph stands to the one printed on the same place

# A gutter counts when this many lines stand on both sides of it, and when the lines there fill their columns.
GUTTER_LINES = 4
GUTTER_FILL = 0.6
NARROWEST = 90.0  # points: no column is narrower
FRONT_PAGES = 2  # which may have abstracts side by side
FRONT_GAP = 2.0  # ems of white space under them
HEIGHT_BITS = 2  # to the point
MOST_BITS = 40_000

# Furniture stands within this share of the page's height from its edge.
EDGE_ZONE = 0.13
EDGE_ROWS = 4
SAME_HEIGHT = 3.0  # points
ALIKE = 72.0  # of 100

# Invisible text is left out where at least this share of the page's glyphs can be seen.
SEEN = 0.3
# A page is turned when this share of its glyphs runs another way.
TURNED = 0.7

_DIGITS = re.compile(r"\d+")
# Pieces of tall brackets that say nothing: one piece of each is the bracket.
_PIECES = frozenset(chr(code) for code, said in SYMBOL.items() if not said)
_LINE_NUMBER = re.compile(r"\d{1,2}(?:[.．]\d{0,2}){0,3}(?=[^\d.．])")


class Ink(NamedTuple):
    """A character on the page. `raised`: 1 above the line, -1 below, else 0."""

    text: str
    x0: float
    x1: float
    raised: int = 0


class Inks(Sequence[Ink]):
    """The ink of a line: a character, its left and its right edge, and whether it is raised, column by column."""

    __slots__ = ("left", "raised", "right", "text")

    def __init__(self, text: str, left: Floats, right: Floats, raised: bytes = b"") -> None:
        self.text, self.left, self.right = text, left, right
        self.raised = raised  # 0 on the line, 1 above, 2 below; empty when all is on the line

    def __len__(self) -> int:
        return len(self.text)

    @overload
    def __getitem__(self, at: int) -> Ink: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Ink]: ...
    def __getitem__(self, at: int | slice) -> Ink | Sequence[Ink]:
        if isinstance(at, slice):
            return [self[k] for k in range(*at.indices(len(self)))]
        up = self.raised[at] if self.raised else 0
        return Ink(self.text[at], float(self.left[at]), float(self.right[at]), -1 if up == 2 else up)

    def up(self) -> frozenset[int]:
        """The numbers of the raised characters."""
        return frozenset(k for k, up in enumerate(self.raised) if up == 1)


NO_INK = Inks("", np.zeros(0, np.float32), np.zeros(0, np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line of print: its text, the ink of each character, and where it stands.

    `text.at` numbers `inks`. `column` is the left and right edge of the text around it; `block` numbers the column of a
    band of a page, in reading order: lines of one block stand below each other. `size` is that of most of its type, in
    points; `gaps` counts the gaps wider than an em. `turn` is the way that the page's text runs: all lengths are those
    of the page turned upright, and `extent` is its width and height as it is shown.
    """

    text: Traced
    inks: Inks
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
    turn: int = UPRIGHT
    extent: tuple[float, float] = (0.0, 0.0)

    @property
    def words(self) -> str:
        return self.text.text


@dataclass(frozen=True, eq=False)
class _Print:
    """The inked glyphs of a page, run by run, each run from left to right, column by column.

    `spaced` has the glyphs before which a space stands in their run, `blank` marks those where the file has one. `wide`
    glyphs are as wide as a hanzi, a `letter` is one of A to Z.
    """

    text: str
    codes: Codes
    x0: Floats
    x1: Floats
    base: Floats
    size: Floats
    heavy: Flags
    blank: Flags
    spaced: list[int]
    wide: Flags
    letter: Flags


class _Run(NamedTuple):
    """Glyphs `a` to `b` of a page's print, which stand side by side on one baseline.

    `even`: all are of one size; `bold` is the share of them that is.
    """

    ink: _Print
    a: int
    b: int
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    size: float
    even: bool
    bold: float

    @property
    def text(self) -> str:
        return _spaced(self.ink.text[self.a : self.b], np.flatnonzero(self.ink.blank[self.a : self.b]).tolist())

    @property
    def runs(self) -> tuple[_Run, ...]:
        """The run itself, as a chain of one."""
        return (self,)


@dataclass(frozen=True, slots=True)
class Pages:
    """The lines of all pages in reading order, the size of the body type, what else is there, what was repaired."""

    lines: tuple[Line, ...]
    body_size: float
    leaves: tuple[Leaf, ...]
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page without its text: its height as it is read (turned upright), and its rules."""

    number: int
    height: float
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A page taken apart into runs: `frame` is the way its text runs, and its width and height as it is shown."""

    number: int
    width: float
    height: float
    frame: tuple[int, float, float]
    rules: tuple[Rule, ...]
    pictures: tuple[Area, ...]
    runs: list[_Run]
    repairs: frozenset[str]


def take(sheet: Sheet) -> Page:
    """A page's runs, without what nobody sees of it; much smaller than its glyphs."""
    repairs = set(sheet.repairs)
    frame, upright = _upright(_shown(sheet, repairs), repairs)
    runs = _runs(upright, repairs)
    return Page(
        sheet.number, upright.width, upright.height, frame, upright.rules, upright.pictures, runs, frozenset(repairs)
    )


def arrange(pages: Sequence[Page]) -> Pages:
    """The lines of a paper in reading order, without running heads, feet, page numbers and text that runs upwards.

    The pages' runs are used up.
    """
    body = _body_size(pages)
    furniture = _furniture(pages, body)
    lines: list[Line] = []
    leaves: list[Leaf] = []
    block = 0
    for page in pages:
        rest = [r for k, r in enumerate(page.runs) if k not in furniture[page.number]]
        leaves.append(Leaf(page.number, page.height, page.rules))
        page.runs.clear()
        for column in _columns(_chains(rest), body, page):
            lines += _lines([r for chain in column for r in chain.runs], body, block, page)
            block += 1
    repairs = set[str]().union(*(page.repairs for page in pages))
    return Pages(tuple(lines), body, tuple(leaves), tuple(sorted(repairs)))


# --- what there is to read ------------------------------------------------------------------------------------------


def _shown(sheet: Sheet, repairs: set[str]) -> Sheet:
    """The page without what no reader of it sees: text off the page, and invisible text beside visible."""
    x, y = (sheet.x0 + sheet.x1) / 2, (sheet.top + sheet.bottom) / 2
    on = (sheet.size > 1) & (x >= 0) & (x <= sheet.width) & (y >= 0) & (y <= sheet.height)
    if bool((sheet.inked & ~on).any()):
        repairs.add("off-page")
    if not _PIECES.isdisjoint(sheet.text):
        # The lower pieces of a tall bracket would make a line of their own, and take what is lowered beside them.
        on &= np.fromiter((ch not in _PIECES for ch in sheet.text), np.bool_, len(sheet.text))
    seen = sheet.inked & on & sheet.visible
    hidden = sheet.inked & on & ~sheet.visible
    # All of it hidden: the text layer of a scan.
    if bool(hidden.any()) and int(seen.sum()) >= SEEN * int((seen | hidden).sum()):
        repairs.add("invisible-text")
        on &= sheet.visible
    return sheet.only(on)


def _upright(sheet: Sheet, repairs: set[str]) -> tuple[tuple[int, float, float], Sheet]:
    """The page with its text upright and nothing that runs another way; and how it was turned."""
    counts = np.bincount(sheet.turn[sheet.inked], minlength=SLANTED + 1)
    turn = int(counts[:SLANTED].argmax()) if len(sheet.text) else UPRIGHT
    if counts[turn] < TURNED * counts.sum():
        turn = UPRIGHT
    frame = turn, sheet.width, sheet.height
    sheet = sheet.only(sheet.turn == turn)
    if turn == UPRIGHT:
        return frame, sheet
    repairs.add("turned-page")
    x0, top, x1, bottom = sheet.x0, sheet.top, sheet.x1, sheet.bottom
    width, height = sheet.width, sheet.height
    if turn == UP:
        x0, top, x1, bottom, width, height = height - bottom, x0, height - top, x1, height, width
    elif turn == DOWN:
        x0, top, x1, bottom, width, height = top, width - x1, bottom, width - x0, height, width
    elif turn == OVER:
        x0, top, x1, bottom = width - x1, height - bottom, width - x0, height - top
    base = bottom - DESCENT * sheet.size
    return frame, replace(
        sheet, width=width, height=height, x0=x0, x1=x1, base=base,
        top=base - ASCENT * sheet.size, bottom=base + DESCENT * sheet.size, rules=(), pictures=(),
    )  # fmt: skip


# --- runs -----------------------------------------------------------------------------------------------------------


def _runs(sheet: Sheet, repairs: set[str]) -> list[_Run]:
    """Glyphs of one baseline, from left to right, cut at wide gaps; sorted from top to bottom."""
    if not sheet.inked.any():
        return []
    strip = _strips(sheet)
    # What stands on the very same place keeps the order of the file.
    order = np.lexsort((sheet.x1, sheet.x0, strip))
    inked = order[sheet.inked[order]]
    blank = np.diff(np.flatnonzero(sheet.inked[order]), prepend=-1) > 1
    keep = ~_overprinted(sheet, inked)
    if not keep.all():
        repairs.add("overprint")
        inked, blank = inked[keep], blank[keep]
    strip, size = strip[inked], sheet.size[inked]
    x0, x1 = sheet.x0[inked], sheet.x1[inked]
    # The right edge of all that stands before on the strip; strips lie far apart on this scale.
    away = strip * 1e6
    edge = np.maximum.accumulate(x1 + away)
    gap = np.empty(len(inked))
    gap[0], gap[1:] = 0.0, x0[1:] + away[1:] - edge[:-1]
    opens = np.ones(len(inked), np.bool_)
    opens[1:] = (strip[1:] != strip[:-1]) | (gap[1:] > RUN_GAP * size[1:])
    starts = np.flatnonzero(opens)
    ends = np.append(starts[1:], len(inked))
    codes = sheet.codes[inked]
    text = letters(codes)
    smallest, largest = np.minimum.reduceat(size, starts), np.maximum.reduceat(size, starts)
    wide = _WIDE[np.minimum(codes, len(_WIDE) - 1)]
    room = np.zeros(len(inked))
    room[1:] = _ROOM[wide[1:].astype(np.intp) + wide[:-1]]
    blank &= ~opens
    apart = ~opens & (blank | (gap > room * np.repeat(largest, ends - starts)))
    letter = ((codes | 0x20) - ord("a")) < 26
    spaced = _closed(letter, apart, blank, opens)
    if spaced is not apart and (spaced != apart).any():
        repairs.add("letter-spacing")
    for a, b in zip(starts.tolist(), ends.tolist(), strict=True):
        number = _LINE_NUMBER.match(text, a, b)
        if number and wide[number.end()] and gap[number.end()] > NUMBER_GAP * size[a]:
            spaced[number.end()] = True
    heavy = sheet.heavy[inked]
    ink = _Print(
        text, codes, x0, x1, sheet.base[inked], size, heavy, blank, np.flatnonzero(spaced).tolist(), wide, letter
    )
    bold = np.add.reduceat(heavy, starts, dtype=np.intp) / (ends - starts)
    left, right = np.minimum.reduceat(x0, starts), np.maximum.reduceat(x1, starts)
    columns = (starts, ends, left, right, largest, ink.base[starts], largest - smallest, bold)
    runs = []
    for a, b, start, end, main, base, uneven, share in zip(*(c.tolist() for c in columns), strict=True):
        even = uneven < 0.05
        if not even:
            # Formulas are set a little larger than the text that they stand in: of that the hanzi tell.
            sizes = np.round(size[a:b][wide[a:b]] if wide[a:b].sum() >= TELLING else size[a:b], 1)
            values, counts = np.unique(sizes, return_counts=True)
            main = float(values[counts.argmax()])
            base = float(np.median(ink.base[a:b][size[a:b] >= SMALLER * main]))
        runs.append(_Run(
            ink, a, b, start, base - ASCENT * main, end, base + DESCENT * main, base, round(main, 1), even, share
        ))  # fmt: skip
    runs.sort(key=lambda r: (r.top, r.x0))
    return runs


# The gap that is a space between two narrow characters, a narrow and a wide one, two wide ones.
_ROOM = np.array([WORD_GAP, MIXED_GAP, np.inf])


_WIDE = np.zeros(0x10000, np.bool_)  # by code
for _first, _end in zip(WIDE_BOUNDS[::2], WIDE_BOUNDS[1::2], strict=True):
    _WIDE[_first:_end] = True


def _strips(sheet: Sheet) -> NDArray[np.float64]:
    """The number of the strip of the page that each glyph stands on: glyphs whose baselines hardly differ."""
    bases, which = np.unique(sheet.base, return_inverse=True)
    largest = np.zeros(len(bases), np.float32)
    np.maximum.at(largest, which, sheet.size)
    number, first, em = -1, -1e9, 0.0
    numbers = []
    for base, size in zip(bases.tolist(), largest.tolist(), strict=True):
        if base - first > 0.1 * max(size, em):
            number, first, em = number + 1, base, size
        numbers.append(number)
    return np.array(numbers, np.float64)[which]


def _overprinted(sheet: Sheet, inked: NDArray[np.intp]) -> Flags:
    """Which of these glyphs are printed a second time on (nearly) the same place, as a cheap bold."""
    again = np.zeros(len(inked), np.bool_)
    codes = sheet.codes[inked].astype(np.int64)
    x, y, near = sheet.x0[inked], sheet.base[inked], np.maximum(0.6, OVERPRINT * sheet.size[inked])
    step = 2 * float(near.max())
    place = codes << 40
    # In order of character, strip and place on it; two that are near may stand on the edge of two strips, but not of
    # two strips that lie half a strip lower.
    for shift in (0.0, step / 2):
        key = place + (((y + shift + 1e4) // step).astype(np.int64) << 22) + ((x + 1e4) * 16).astype(np.int64)
        order = np.argsort(key, kind="stable")
        close = (np.diff(key[order]) >> 22 == 0) & (np.diff(x[order]) < near[order][1:])
        for k in np.flatnonzero(close).tolist():
            a, b = sorted((int(order[k]), int(order[k + 1])), key=lambda g: int(inked[g]))
            if abs(x[a] - x[b]) < near[b] and abs(y[a] - y[b]) < near[b]:
                again[b] = True
    return again


def _spaced(text: str, before: Sequence[int]) -> str:
    """The text with a space before each of these characters."""
    if not before:
        return text
    cuts = [0, *before, len(text)]
    return " ".join(text[a:b] for a, b in pairwise(cuts))


def _body_size(pages: Iterable[Page]) -> float:
    """The size of the body type: the largest that sets a quarter of the text (a reference list may be longer)."""
    count: Counter[float] = Counter()
    for page in pages:
        for run in page.runs:
            count[round(run.size * 2) / 2] += run.b - run.a
    total = sum(count.values())
    usual = max(count, key=lambda s: count[s], default=10.0)
    return max((s for s, n in count.items() if n >= 0.25 * total), default=usual)


# --- running heads, feet, page numbers ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _EdgeRow:
    page: int
    runs: tuple[int, ...]
    text: str
    words: str  # the text without its numbers
    numbers: frozenset[str]  # the first and the last
    base: float
    size: float
    gap: float  # to the next row towards the body, in points
    depth: int  # how many rows stand between it and the page's edge


def _rows_at_edge(page: Page, towards: int) -> list[list[int]]:
    """Runs near the top (1) or the foot (-1) of a page that stand side by side, as rows from the edge inwards."""
    runs = page.runs
    # The runs are sorted by their tops. A little of the body, too: how far it is from the edge tells furniture.
    reach = 2 * EDGE_ZONE * page.height
    near = [k for k, r in enumerate(runs) if (r.top < reach if towards > 0 else r.bottom > page.height - reach)]
    if not near and runs:
        near = [0] if towards > 0 else [len(runs) - 1]
    rows: list[list[int]] = []
    # The larger type first, so that raised and lowered marks find their line.
    for k in sorted(near, key=lambda k: (-runs[k].size, runs[k].top)):
        centre = (runs[k].top + runs[k].bottom) / 2
        for row in rows:
            main = runs[row[0]]
            if main.top - 0.3 * main.size * (runs[k].size < main.size) <= centre <= main.bottom:
                row.append(k)
                break
        else:
            rows.append([k])
    return sorted(rows, key=lambda row: towards * runs[row[0]].top)


def _furniture(pages: Sequence[Page], body: float) -> defaultdict[int, set[int]]:
    """By page the runs of running heads and feet: what comes back at the same height near the edge of other pages.

    Coming back at the same height is not enough, as the first line of the body does so too. A head or foot also says
    the same thing as on another page (numbers aside), or counts the pages, or is set apart from the body by a gap or a
    rule and in another size of type.
    """
    out: defaultdict[int, set[int]] = defaultdict(set)
    for towards in (1, -1):
        found: list[_EdgeRow] = []
        for sheet in pages:
            runs = sheet.runs
            rows = _rows_at_edge(sheet, towards)
            for depth, row in enumerate(rows[:EDGE_ROWS]):
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
                text = " ".join(runs[k].text for k in sorted(row, key=lambda k: runs[k].x0))
                numbers = _DIGITS.findall(text)
                found.append(_EdgeRow(
                    sheet.number, tuple(row), text, _DIGITS.sub("#", text), frozenset((*numbers[:1], *numbers[-1:])),
                    base, max(runs[k].size for k in row), gap, depth,
                ))  # fmt: skip
        for edge in _recurring(found, body, len(pages)):
            out[edge.page].update(edge.runs)
    return out


def _recurring(rows: Sequence[_EdgeRow], body: float, pages: int) -> list[_EdgeRow]:
    out: list[_EdgeRow] = []
    marked: set[int] = set()
    for k, row in enumerate(rows):
        mates = [o for o in rows if o.page != row.page and abs(o.base - row.base) <= SAME_HEIGHT]
        # Large type is a heading, unless it says the very same.
        alike = ALIKE if row.size <= 1.04 * body else 100.0
        same = [o for o in mates if ratio(row.words, o.words, score_cutoff=alike) >= alike]
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
            out.append(rows[k])
    return out


def _counts(a: _EdgeRow, b: _EdgeRow) -> bool:
    """Whether both hold a number that differs as the pages do."""
    return any(
        len(x) < 6 and len(y) < 6 and int(x) - int(y) == a.page - b.page and x != y
        for x in a.numbers for y in b.numbers
    )  # fmt: skip


# --- columns --------------------------------------------------------------------------------------------------------


class _Chain(NamedTuple):
    """Runs of one line that raised or lowered ones join, `[Ca`, `2+`, `]`; the box and the type of all."""

    runs: tuple[_Run, ...]
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    size: float


def _chains(runs: Sequence[_Run]) -> list[_Run | _Chain]:
    """Runs that touch each other, one of them small, as one; what stands across a page in pieces is seen to do so."""
    order = sorted(range(len(runs)), key=lambda k: runs[k].x0)
    lefts = [runs[k].x0 for k in order]
    home = list(range(len(runs)))

    def root(k: int) -> int:
        while home[k] != k:
            home[k] = k = home[home[k]]
        return k

    for k, r in enumerate(runs):
        for j in order[bisect_left(lefts, r.x1 - 0.5 * r.size) : bisect_right(lefts, r.x1 + TOUCHES * r.size)]:
            o = runs[j]
            if j == k or not (o.size <= SMALLER * r.size or r.size <= SMALLER * o.size):
                continue
            big, small = (r, o) if r.size >= o.size else (o, r)
            if big.top - 0.25 * big.size <= (small.top + small.bottom) / 2 <= big.bottom + 0.1 * big.size:
                home[root(j)] = root(k)
    joined: dict[int, list[_Run]] = defaultdict(list)
    for k, r in enumerate(runs):
        joined[root(k)].append(r)
    return [_chain(group) if len(group) > 1 else group[0] for group in joined.values()]


def _chain(runs: Sequence[_Run]) -> _Chain:
    # The box in height is that of the type that most of it is set in.
    main = max(runs, key=lambda r: (r.b - r.a) * r.size)
    return _Chain(
        tuple(runs), min(r.x0 for r in runs), main.top, max(r.x1 for r in runs), main.bottom, main.base, main.size
    )


_Piece = _Run | _Chain


def _columns(runs: Sequence[_Piece], body: float, page: Page) -> list[list[_Piece]]:
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
    taken = reduce(or_, (_bits(o.top - 0.3 * o.size, o.bottom) for o in across), 0)
    spanning = [r for r in runs if taken >> _middle(r) & 1]
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
                if not -0.3 <= step < 0.8 or abs(r.size - inside[-1].size) >= 0.05 * r.size or r.x0 >= middle:
                    continue
                beside = any(
                    o is not r and o.top < r.bottom - 1 and o.bottom > r.top + 1
                    and (o.x0 + o.x1 > 2 * middle) != (r.x0 + r.x1 > 2 * middle) for o in sides
                )  # fmt: skip
                if not beside:
                    spans[k] = (top, max(bottom, r.bottom), [*inside, r])
                    sides.remove(r)
                    grown = True
                    break
    out: list[list[_Piece]] = []
    floor = float("-inf")
    cuts = [(y, y, list[_Piece]()) for y in _cuts(sides, middle, body, page)]
    for top, bottom, inside in [*sorted([*spans, *cuts], key=lambda s: s[:2]), (float("inf"), float("inf"), [])]:
        band = [r for r in sides if floor <= (r.top + r.bottom) / 2 < top]
        for part in ([r for r in band if r.x0 + r.x1 < 2 * middle], [r for r in band if r.x0 + r.x1 >= 2 * middle]):
            out += _columns(part, body, page)
        if inside:
            out.append(inside)
        floor = min(top, (top + bottom) / 2)
    return out


def _cuts(sides: Sequence[_Piece], middle: float, body: float, page: Page) -> list[float]:
    """Heights where two columns end and two others begin, though no text runs across: a rule does, or white space.

    Of white space only on the first pages, where titles and abstracts stand; elsewhere it is that of figures.
    """
    if not sides:
        return []
    left, right = min(r.x0 for r in sides) + body, max(r.x1 for r in sides) - body
    cuts = [rule.y for rule in page.rules if rule.x0 < left and rule.x1 > right]
    cuts = [y for y in cuts if not any(r.top + 1 < y < r.bottom - 1 for r in sides)]
    if page.number <= FRONT_PAGES:
        covered = sorted((r.top, r.bottom) for r in sides)
        foot = covered[0][1]
        for top, bottom in covered:
            if top - foot > FRONT_GAP * body and not any(a[1] < top and a[3] > foot for a in page.pictures):
                cuts.append((top + foot) / 2)
            foot = max(foot, bottom)
    # A rule or gap with both columns on either side of it.
    return [
        y
        for y in cuts
        if all(
            _on_both(part, middle)
            for part in ([r for r in sides if r.bottom < y + 1], [r for r in sides if r.top > y - 1])
        )
    ]


def _on_both(runs: Sequence[_Piece], middle: float) -> bool:
    return any(r.x1 < middle for r in runs) and any(r.x0 > middle for r in runs)


def _bands(spanning: Sequence[_Piece]) -> list[tuple[float, float, list[_Piece]]]:
    bands: list[tuple[float, float, list[_Piece]]] = []
    for r in sorted(spanning, key=lambda r: r.top):
        if bands and r.top - bands[-1][1] < 1.5 * r.size:
            top, bottom, inside = bands[-1]
            bands[-1] = (top, max(bottom, r.bottom), [*inside, r])
        else:
            bands.append((r.top, r.bottom, [r]))
    return bands


def _gutter(runs: Sequence[_Piece], body: float) -> tuple[float, float] | None:
    """The white strip between two columns (left and right edge), or None where the text has one column."""
    x_min, x_max = min(r.x0 for r in runs), max(r.x1 for r in runs)
    if x_max - x_min < 2 * NARROWEST:
        return None
    masks = [_bits(r.top, r.bottom) for r in runs]
    middles = [_middle(r) for r in runs]
    by_right, by_left = (
        sorted(range(len(runs)), key=lambda k: runs[k].x1),
        sorted(range(len(runs)), key=lambda k: runs[k].x0),
    )
    # What stands left of the n-th right edge, and right of the n-th left edge.
    before = list(accumulate((masks[k] for k in by_right), or_, initial=0))
    behind = list(accumulate((masks[k] for k in reversed(by_left)), or_, initial=0))
    rights, lefts = [runs[k].x1 for k in by_right], [runs[k].x0 for k in by_left]
    least = GUTTER_LINES * body * HEIGHT_BITS
    best: tuple[float, float, float] | None = None
    for x in sorted({round(r.x0) for r in runs}):
        if not x_min + NARROWEST < x < x_max - NARROWEST:
            continue
        ended, opened = bisect_right(rights, x - 0.5 * body), bisect_left(lefts, x - 1)
        both = before[ended] & behind[len(runs) - opened]
        if both.bit_count() < max(least, best[0] * 1.02 if best else 0):
            continue
        crossing = set(by_right[ended:]) - set(by_left[opened:])
        both &= ~reduce(or_, (masks[k] for k in crossing), 0)
        height = both.bit_count()
        if height < least or (best is not None and height <= best[0] * 1.02):
            continue
        inside_left = [runs[k] for k in by_right[:ended] if both >> middles[k] & 1]
        inside_right = [runs[k] for k in by_left[opened:] if both >> middles[k] & 1]
        if not inside_left or not inside_right:
            continue
        edge = max(r.x1 for r in inside_left)
        if _fill(inside_left, x_min, edge) >= GUTTER_FILL and _fill(inside_right, x, x_max) >= GUTTER_FILL:
            best = (height, edge, float(x))
    return None if best is None else (best[1], best[2])


def _bits(top: float, bottom: float) -> int:
    """The heights between two as the bits of a number, HEIGHT_BITS to the point."""
    first, last = max(0, round(HEIGHT_BITS * top)), min(round(HEIGHT_BITS * bottom), MOST_BITS)
    return (1 << last) - (1 << first) if last > first else 0


def _middle(run: _Piece) -> int:
    return max(0, min(round(HEIGHT_BITS * (run.top + run.bottom) / 2), MOST_BITS))


def _fill(runs: Sequence[_Piece], a: float, b: float) -> float:
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


# --- lines ----------------------------------------------------------------------------------------------------------


def _lines(runs: Sequence[_Run], body: float, block: int, page: Page) -> list[Line]:
    """The runs of one column as lines, from top to bottom."""
    rows: list[list[_Run]] = []  # by their baselines
    bases: list[float] = []
    reach = 1.5 * max((r.size for r in runs), default=0.0)
    # Body type first: a tall bracket stands in its line, not the line in the bracket's.
    for r in sorted(runs, key=lambda r: (abs(r.size - body) > 0.06 * body, -r.size, r.a - r.b)):
        home: tuple[float, list[_Run]] | None = None
        for row in rows[bisect_left(bases, r.base - reach) : bisect_right(bases, r.base + reach)]:
            main = row[0]
            if abs(r.base - main.base) <= SAME_BASE * main.size:
                far = abs(r.base - main.base)
            elif _leans_on(r, main):
                far = abs(r.base - main.base) + 0.5 * main.size
            else:
                continue
            beside = min(max(r.x0 - o.x1, o.x0 - r.x1) for o in row)
            # What is lowered far, under a tall bracket, stands right beside its line; the rest somewhere near it.
            low = (r.top + r.bottom) / 2 > main.bottom + 0.1 * main.size
            if r.size <= SMALLER * main.size and beside > (0.5 if low else 1.5) * main.size and (
                low or far > SAME_BASE * main.size
            ):  # fmt: skip
                continue
            if home is None or far < home[0]:
                home = (far, row)
        if home is None:
            place = bisect_right(bases, r.base)
            rows.insert(place, [r])
            bases.insert(place, r.base)
        else:
            home[1].append(r)
    rows.sort(key=lambda row: (row[0].base, row[0].x0))
    mixed = iter(_composed([row for row in rows if len(row) > 1 or not row[0].even]))
    ways = [_plain(row[0]) if len(row) == 1 and row[0].even else next(mixed) for row in rows]
    lines = zip(rows, ways, _edges(rows), strict=True)
    return [_line(row, how, block, page, column) for row, how, column in lines]


def _leans_on(r: _Run, main: _Run) -> bool:
    """Whether a raised or lowered run, or a tall bracket, is of the line of `main`."""
    if r.size <= SMALLER * main.size:
        return main.top - 0.25 * main.size <= (r.top + r.bottom) / 2 <= main.bottom + 0.3 * main.size
    return r.size > 1.06 * main.size and r.b - r.a <= 2 and r.top <= (main.top + main.bottom) / 2 <= r.bottom


def _edges(rows: Sequence[Sequence[_Run]]) -> list[tuple[float, float]]:
    """The left and right edge of the text around each row: the rows near by in about the same size of type."""
    sizes, lefts = [row[0].size for row in rows], [min(r.x0 for r in row) for row in rows]
    rights = [max(r.x1 for r in row) for row in rows]
    out = []
    for k, size in enumerate(sizes):
        a, b = max(0, k - 8), k + 9
        low, high = 0.94 * size, 1.06 * size
        if min(sizes[a:b]) >= low and max(sizes[a:b]) <= high:
            out.append((min(lefts[a:b]), max(rights[a:b])))
            continue
        near = [j for j in range(a, min(b, len(rows))) if low <= sizes[j] <= high]
        out.append((min(lefts[j] for j in near), max(rights[j] for j in near)))
    return out


_Set = tuple[Inks, list[int], int, float]
"""How a line is set: its ink; where spaces stand in it; how many gaps it has; the share in bold."""


def _line(row: Sequence[_Run], how: _Set, block: int, page: Page, column: tuple[float, float]) -> Line:
    main = row[0]
    turn, *extent = page.frame
    inks, spaces, gaps, heavy = how
    return Line(
        _traced(inks.text, spaces), inks, page.number, min(r.x0 for r in row), main.top, max(r.x1 for r in row),
        main.bottom, main.base, main.size, heavy > 0.8, block, column, gaps, turn, (extent[0], extent[1]),
    )  # fmt: skip


def _plain(run: _Run) -> _Set:
    """How a line is set that is one run of one size of type."""
    ink, a, b = run.ink, run.a, run.b
    text = ink.text[a:b]
    first, last = bisect_left(ink.spaced, a), bisect_left(ink.spaced, b)
    return Inks(text, ink.x0[a:b], ink.x1[a:b]), [k - a for k in ink.spaced[first:last]], 0, run.bold


def _closed(letter: Flags, spaced: Flags, blank: Flags, opens: Flags) -> Flags:
    """Where spaces stand, without those between letters that are set wide, in print that has its blanks as glyphs."""
    lone = spaced & ~blank
    if not lone.any() or not blank.any():
        return spaced
    edge = spaced | opens
    # A letter alone before the gap, and one behind it.
    lone[1:] &= edge[:-1]
    lone[:-1] &= edge[1:]
    lone[1:] &= letter[1:] & letter[:-1]
    return spaced & ~lone


def _composed(rows: Sequence[Sequence[_Run]]) -> list[_Set]:
    """How lines of several runs or sizes of type are set: all those of a column at once, glyph by glyph."""
    if not rows:
        return []
    ink = rows[0][0].ink
    counts = np.array([sum(r.b - r.a for r in row) for row in rows], np.intp)
    ends = np.cumsum(counts)
    starts = ends - counts
    line = np.repeat(np.arange(len(rows)), counts)
    at = np.concatenate([np.arange(r.a, r.b) for row in rows for r in sorted(row, key=lambda r: r.x0)])
    at = at[np.lexsort((ink.x1[at], ink.x0[at], line))]
    em, main = np.array([(row[0].size, row[0].base) for row in rows])[line].T
    left, right, base, size = (column[at].astype(np.float64) for column in (ink.x0, ink.x1, ink.base, ink.size))
    blank, wide = ink.blank[at], ink.wide[at]
    opens = np.zeros(len(at), np.bool_)
    opens[starts] = True
    gap, room = np.zeros(len(at)), np.zeros(len(at))
    gap[1:] = left[1:] - right[:-1]
    gap[opens] = 0.0
    room[1:] = np.array([WORD_GAP, MIXED_GAP, RUN_GAP])[wide[1:].astype(np.intp) + wide[:-1]]
    spaced = (blank | (gap > room * em)) & ~opens
    # In a line without blanks all spaces are gaps.
    printed = np.logical_or.reduceat(blank, starts)[line]
    spaced = _closed(ink.letter[at], spaced, blank | ~printed, opens)
    large = size >= SMALLER * em
    up = np.where(main - base > RAISED * em, 1, np.where(base - main > LOWERED * em, 2, 0))
    raised = np.where(large, 0, up).astype(np.uint8).tobytes()
    gaps = np.add.reduceat(gap > RUN_GAP * em, starts, dtype=np.intp)
    bold = np.add.reduceat(ink.heavy[at] & large, starts, dtype=np.intp)
    heavy = bold / np.maximum(np.add.reduceat(large, starts, dtype=np.intp), 1)
    text, x0, x1 = letters(ink.codes[at]), ink.x0[at], ink.x1[at]
    out: list[_Set] = []
    for a, b, wider, share in zip(starts.tolist(), ends.tolist(), gaps.tolist(), heavy.tolist(), strict=True):
        inks = Inks(text[a:b], x0[a:b], x1[a:b], raised[a:b] if raised[a:b].strip(b"\0") else b"")
        out.append((inks, np.flatnonzero(spaced[a:b]).tolist(), wider, share))
    return out


_COUNT = tuple(range(256))


def _traced(text: str, before: Sequence[int]) -> Traced:
    """The text with a space before each of these characters, and the way back to them."""
    if not before:
        return Traced(text, _COUNT[: len(text)] if len(text) <= len(_COUNT) else tuple(range(len(text))))
    at = list(range(len(text)))
    for cut in reversed(before):
        at.insert(cut, PUT_IN)
    return Traced(_spaced(text, before), tuple(at))
