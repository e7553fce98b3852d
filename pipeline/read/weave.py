"""From blocks of lines to one text with its sections and its way back to the page: lines joined, hyphens settled.

Here offsets come into being; nothing moves them afterwards.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from pipeline.read import marks
from pipeline.read.layout import Line
from pipeline.read.repair import PUT_IN, Ledger, Traced, hanzi_meets_latin, is_wide, spaces, writes_apart
from pipeline.records import Document, Float, FloatKind, LineBox, Paper, Place, Reference, Section

Kind = Literal["title", "heading", "paragraph", "caption", "table", "reference"]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together: one line of the text (title, heading of a level, paragraph), or what stands apart
    from it: a caption, a table without its caption, an entry of the reference list with its number.

    `label` is the part of a paragraph's beginning that names a section of its own, as 摘要 in `摘要：…`. `rows` has the
    cells of a table, each with its lines or parts of lines, `notes` what is printed under it.
    """

    kind: Kind
    lines: tuple[Line, ...]
    level: int = 0
    label: str = ""
    rows: tuple[tuple[tuple[Line, ...], ...], ...] = ()
    notes: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Woven:
    """The text, its sections, the boxes of its characters, and what stands apart, yet without the document's id."""

    text: str
    sections: tuple[Section, ...]
    lines: tuple[LineBox, ...]
    references: tuple[Reference, ...] = ()
    floats: tuple[Float, ...] = ()

    def paper(self, document: Document) -> Paper:
        """The paper of that document record."""
        references = tuple(replace(r, doc=document.id) for r in self.references)
        floats = tuple(replace(f, doc=document.id) for f in self.floats)
        return Paper(document, self.text, self.lines, references, floats)


# Words that keep their hyphen when a line ends behind it, unless the paper writes them in one elsewhere.
_BEFORE = """
anti non self well long short high low cross half all dose time age end co over under semi meta up down post pre intra
inter blood brain gene drug wild double single three two first second third one cell stress free fat water lipid calcium
light heat life health risk case follow mid late early full large small new old red white body heart
"""
_AFTER = """
induced mediated dependent related associated like type term based treated derived specific positive negative free
binding regulated activated stimulated deficient resistant sensitive targeted containing linked coupled rich fed
lowering producing inflammatory oxidative apoptotic apoptosis barrier blind controlled old receptor activating protein
scavenging transferase synthase reductase kinase tocopherol aminobutyric lipoic threonate carnitine aspartate
"""
_KEEP_BEFORE, _KEEP_AFTER = frozenset(_BEFORE.split()), frozenset(_AFTER.split())
_TAIL = re.compile(r"([A-Za-z]+)-$")
_FRONT = re.compile(r"^([A-Za-z]+)")
_WORD = re.compile(r"[A-Za-z]{2,}(?:-[A-Za-z]{2,})*")
_NO_SPACE_BEFORE = re.compile(r"^(?:\[\d|[,.;:!?)\]}%，。；：、！？）】》”’/+]|-[A-Za-z])")


def vocabulary(lines: Iterable[Line]) -> Counter[str]:
    """How often each Latin word, in lower case, stands within a line (at a line's ends it may be half a word)."""
    text = "\n".join(["", *(line.words for line in lines), ""])
    whole = (m for m in _WORD.finditer(text) if text[m.start() - 1] != "\n" and text[m.end()] != "\n")
    return Counter(m.group().lower() for m in whole)


def join(before: Traced, after: Traced, words: Mapping[str, int], ledger: Ledger) -> Traced:
    """Two lines of a paragraph as one: a space between Latin words, none beside hanzi, `signifi-|cantly` mended."""
    if not before.text:
        return after
    cut, space = _seam(before.text, after.text, words, ledger)
    head = before[:-1] if cut else before
    return head + Traced(" ", (PUT_IN,)) + after if space else head + after


def _seam(a: str, b: str, words: Mapping[str, int], ledger: Ledger, apart: bool | None = None) -> tuple[bool, bool]:
    """Whether the hyphen that line `a` ends with goes, and whether a space comes before `b`."""
    if not a or not b:
        return False, False
    if apart and hanzi_meets_latin(a, b):
        ledger.names.add("hanzi-latin-spacing")
        return False, True
    last, first = a[-1], b[0]
    if last == "-":
        tail, front = _TAIL.search(a), _FRONT.match(b)
        broken = bool(tail and front and _is_broken(a, tail[1], front[1], words))
        if broken:
            ledger.names.add("hyphenation")
        return broken, False
    beside = is_wide(last) or is_wide(first) or last in "/(（[“‘" or last.isspace() or first.isspace()
    return False, not (beside or _NO_SPACE_BEFORE.match(b))


def _is_broken(line: str, tail: str, front: str, words: Mapping[str, int]) -> bool:
    """Whether a hyphen at a line's end only breaks a word: the paper's own writing decides, then the pieces."""
    before = line[: -len(tail) - 1][-2:]
    if not (tail.islower() or (tail[0].isupper() and tail[1:].islower())) or not front.islower():
        return False  # L-|TAMS, IL-|beta, DKK-|related
    whole, parted = words.get((tail + front).lower(), 0), words.get(f"{tail}-{front}".lower(), 0)
    if whole != parted:
        return whole > parted
    if before and (before[-1] in "-/" or before[-1].isdigit() or "α" <= before[-1] <= "ω"):
        return False  # a chain of hyphens: γ-amino-|butyric, N-acetyl-|cysteine
    # A short capitalised piece may be a name (Wnt-|dependent), but not where a sentence begins.
    if tail[0].isupper() and len(tail) <= 3 and before and before.rstrip()[-1:] not in (".", ":", "("):
        return False
    if len(tail) < 2:
        return False
    return tail.lower() not in _KEEP_BEFORE and front not in _KEEP_AFTER


def weave(blocks: Sequence[Block], words: Mapping[str, int], ledger: Ledger) -> Woven:
    """One text of the blocks, a block a line; sections by its headings; and a LineBox for each line of print in it.

    Captions, tables and references are kept apart. A table belongs to the caption before it; a caption that names the
    same figure or table as the one before it is that in another language.
    """
    apart = writes_apart("\n".join(line.words for block in blocks for line in block.lines))
    texts: list[str] = []
    heads: list[tuple[str, int, int]] = []
    boxes: list[LineBox] = []
    floats = _Floats()
    references: list[Reference] = []
    at = 0
    for block in blocks:
        if block.kind == "table":
            cells = (tuple(_joined(cell, words, ledger, apart).text for cell in row) for row in block.rows)
            note = _joined(block.notes, words, ledger, apart).text
            floats.table(tuple(cells), (*block.lines, *block.notes), note)
            continue
        whole = _joined(block.lines, words, ledger, apart)
        if not whole.text:
            continue
        if block.kind == "caption":
            floats.caption(whole, block.lines)
            continue
        if block.kind == "reference":
            references.append(_reference(whole, block.lines))
            continue
        if block.kind in ("title", "heading"):
            heads.append((whole.text, block.level, at))
        elif block.label:
            run = marks.run_in(whole.text)  # the label as it stands now, blanks within it mended
            if run is not None:
                label = whole.text[: whole.text.index(run[1]) + len(run[1])]
                closing = whole.text[len(label) : len(label) + 1]
                title = label + closing if closing in marks.CLOSERS and label != run[1] else label
                heads.append((title, block.level, at))
        boxes += _boxes(whole, block.lines, at)
        texts.append(whole.text)
        at += len(whole.text) + 1
    joined = "\n".join(texts)
    ends = [*(start for _, _, start in heads[1:]), len(joined)][: len(heads)]
    sections = tuple(Section(title, level, start, end) for (title, level, start), end in zip(heads, ends, strict=True))
    return Woven(joined, sections, tuple(boxes), tuple(references), tuple(floats.made))


def _joined(lines: Sequence[Line], words: Mapping[str, int], ledger: Ledger, apart: bool | None) -> Traced:
    """The lines as one text, its spaces repaired. Its sources number the inks of all lines, one line after another."""
    parts: list[str] = []
    at: list[int] = []
    shift = 0
    for line in lines:
        text = line.text.strip()
        if text.text:
            if parts:
                cut, space = _seam(parts[-1], text.text, words, ledger, apart)
                if cut:
                    parts[-1] = parts[-1][:-1]
                    at.pop()
                elif space:
                    parts.append(" ")
                    at.append(PUT_IN)
            parts.append(text.text)
            at += [s + shift if s != PUT_IN else s for s in text.at] if shift else text.at
        shift += len(line.inks)
    return spaces(Traced("".join(parts), tuple(at)), words, ledger, apart).strip()


# --- what stands apart from the prose -------------------------------------------------------------------------------


def _reference(text: Traced, lines: Sequence[Line]) -> Reference:
    found = marks.entry(text.text)
    body = text[found.length :].strip() if found else text
    place = _place(_line_boxes(body, lines))
    return Reference("", found.number if found else None, body.text, place.page, place.boxes, place.box_pages)


class _Floats:
    """Figures and tables as their captions and cells come."""

    def __init__(self) -> None:
        self.made: list[Float] = []
        self._open: int | None = None  # the table whose caption came last

    def caption(self, text: Traced, lines: Sequence[Line]) -> None:
        found = marks.caption(text.text)
        kind: FloatKind = found.kind if found else "figure"
        number, label = (found.number, found.label) if found else (None, "")
        if found and found.continued:
            same = [k for k, f in enumerate(self.made) if f.kind == kind and number in (None, f.number)]
            if same:
                self._open = same[-1]
                return
        place = _place(_line_boxes(text, lines))
        last = self.made[-1] if self.made else None
        if last and number is not None and (last.kind, last.number) == (kind, number) and last.label != label:
            self.made[-1] = _with(last, place, caption=f"{last.caption}\n{text.text}")
        else:
            self.made.append(Float("", kind, number, label, text.text, (), place.page, place.boxes, place.box_pages))
        self._open = len(self.made) - 1 if kind == "table" else None

    def table(self, rows: tuple[tuple[str, ...], ...], lines: Sequence[Line], note: str) -> None:
        place = _place([_span(line, line.x0, line.x1) for line in lines])
        if self._open is None:
            self.made.append(Float("", "table", None, "", "", rows, place.page, place.boxes, place.box_pages, note))
            return
        last = self.made[self._open]
        more = rows[1:] if last.rows and rows[:1] == last.rows[:1] else rows  # a table that goes on repeats its head
        notes = "\n".join(filter(None, (last.note, note)))
        self.made[self._open] = _with(last, place, rows=last.rows + more, note=notes)
        self._open = None


def _with(one: Float, place: Place, **changed: Any) -> Float:
    """The float with changed fields, and with the boxes of `place` behind its own."""
    if one.boxes is None or one.box_pages is None or place.boxes is None or place.box_pages is None:
        return replace(one, **changed)
    return replace(one, boxes=one.boxes + place.boxes, box_pages=one.box_pages + place.box_pages, **changed)


# --- the way back to the page ---------------------------------------------------------------------------------------


def _place(boxes: Sequence[LineBox]) -> Place:
    if not boxes:
        return Place()
    return Place(boxes[0].page, tuple(b.box(b.start, b.end) for b in boxes), tuple(b.page for b in boxes))


def _line_boxes(text: Traced, lines: Sequence[Line]) -> list[LineBox]:
    """A box for each line of print that the text runs over, from its first to its last character there."""
    sources = [source for source in text.at if source != PUT_IN]
    boxes: list[LineBox] = []
    shift = start = 0
    for line in lines:
        end = shift + len(line.inks)
        stop = bisect_left(sources, end, start)
        if stop > start:
            first, last = sources[start] - shift, sources[stop - 1] - shift
            boxes.append(_span(line, float(line.inks.left[first]), float(line.inks.right[last])))
        start, shift = stop, end
    return boxes


def _span(line: Line, x0: float, x1: float) -> LineBox:
    return LineBox(
        0, 1, line.page, round(line.top, 2), round(line.bottom, 2), array("f", (x0,)), array("f", (x1,)),
        line.turn, line.extent,
    )  # fmt: skip


def _boxes(text: Traced, lines: Sequence[Line], offset: int) -> list[LineBox]:
    """A LineBox for each line of print that the text runs over; the sources number the inks of all lines."""
    if not any(line.inks for line in lines):
        return []  # a text file
    sources = np.array(text.at, np.int64)
    # What a repair put in stays with the line before it, and has the right edge of what it follows.
    owned = np.maximum(np.maximum.accumulate(sources), 0)
    right = np.concatenate([line.inks.right for line in lines])[owned]
    left = np.where(sources == PUT_IN, right, np.concatenate([line.inks.left for line in lines])[owned])
    ends = np.cumsum([len(line.inks) for line in lines])
    width, lefts, rights = left.itemsize, left.tobytes(), right.tobytes()
    boxes: list[LineBox] = []
    start = 0
    for line, stop in zip(lines, np.searchsorted(owned, ends).tolist(), strict=True):
        if stop > start:
            piece = slice(width * start, width * stop)
            boxes.append(
                LineBox(
                    offset + start, offset + stop, line.page, round(line.top, 2), round(line.bottom, 2),
                    array("f", lefts[piece]), array("f", rights[piece]), line.turn, line.extent,
                )
            )  # fmt: skip
        start = stop
    return boxes
