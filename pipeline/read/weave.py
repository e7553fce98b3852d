"""From blocks of lines to one text with its sections and its way back to the page: lines joined, hyphens settled.

Here offsets come into being; nothing moves them afterwards.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.read import marks
from pipeline.read.layout import Ink, Line
from pipeline.read.repair import PUT_IN, Ledger, Traced, is_wide, spaces
from pipeline.records import LineBox, Section

Kind = Literal["title", "heading", "paragraph", "caption"]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that make one line of the text: a heading of a level, a paragraph, or a caption.

    `label` is the part of a paragraph's beginning that names a section of its own, as 摘要 in `摘要：…`.
    """

    kind: Kind
    lines: tuple[Line, ...]
    level: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Woven:
    """The text, its sections, and the boxes of its characters."""

    text: str
    sections: tuple[Section, ...]
    lines: tuple[LineBox, ...]


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
    words: Counter[str] = Counter()
    for line in lines:
        text = line.words
        words.update(m.group().lower() for m in _WORD.finditer(text) if m.start() > 0 and m.end() < len(text))
    return words


def join(before: Traced, after: Traced, words: Mapping[str, int], ledger: Ledger) -> Traced:
    """Two lines of a paragraph as one: a space between Latin words, none beside hanzi, `signifi-|cantly` mended."""
    if not before.text:
        return after
    if not after.text:
        return before
    a, b = before.text, after.text
    tail, front = _TAIL.search(a), _FRONT.match(b)
    if tail and front:
        if _is_broken(a, tail[1], front[1], words):
            ledger.names.add("hyphenation")
            return before[: len(a) - 1] + after
        return before + after
    last, first = a[-1], b[0]
    if (
        is_wide(last) or is_wide(first) or last in "-/(（[“‘" or _NO_SPACE_BEFORE.match(b)
        or last.isspace() or first.isspace()
    ):  # fmt: skip
        return before + after
    return before + Traced(" ", (PUT_IN,)) + after


def _is_broken(line: str, tail: str, front: str, words: Mapping[str, int]) -> bool:
    """Whether a hyphen at a line's end only breaks a word: the paper's own writing decides, then the pieces."""
    before = line[: -len(tail) - 1][-2:]
    # A short capitalised piece may be a name (Wnt-|dependent), but not where a sentence begins.
    opens = len(tail) > 3 or not before or before.rstrip()[-1:] in (".", ":", "(")
    if not (tail.islower() or (tail[0].isupper() and tail[1:].islower() and opens)) or not front.islower():
        return False  # L-|TAMS, IL-|beta, DKK-|related
    before = before[-1:]
    if before and (before in "-/" or before.isdigit() or "α" <= before <= "ω"):
        return False  # a chain of hyphens: γ-amino-|butyric, N-acetyl-|cysteine
    whole, parted = words.get((tail + front).lower(), 0), words.get(f"{tail}-{front}".lower(), 0)
    if whole != parted:
        return whole > parted
    if len(tail) < 2:
        return False
    return tail.lower() not in _KEEP_BEFORE and front not in _KEEP_AFTER


def weave(blocks: Sequence[Block], words: Mapping[str, int], ledger: Ledger) -> Woven:
    """One text of the blocks, a block a line; sections by its headings; and a LineBox for each line of print in it."""
    texts: list[str] = []
    heads: list[tuple[str, int, int]] = []
    boxes: list[LineBox] = []
    at = 0
    for block in blocks:
        inks: list[tuple[Line, Ink]] = []
        whole = Traced("", ())
        for line in block.lines:
            shift = len(inks)
            text = Traced(line.text.text, tuple(s if s == PUT_IN else s + shift for s in line.text.at))
            inks += [(line, ink) for ink in line.inks]
            whole = join(whole, text.strip(), words, ledger)
        whole = spaces(whole, words, ledger).strip()
        if not whole.text:
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
        boxes += _boxes(whole, inks, at)
        texts.append(whole.text)
        at += len(whole.text) + 1
    joined = "\n".join(texts)
    ends = [*(start for _, _, start in heads[1:]), len(joined)][: len(heads)]
    sections = tuple(Section(title, level, start, end) for (title, level, start), end in zip(heads, ends, strict=True))
    return Woven(joined, sections, tuple(boxes))


def _boxes(text: Traced, inks: Sequence[tuple[Line, Ink]], offset: int) -> list[LineBox]:
    """A LineBox for each line of print that the text runs over."""
    if not inks:
        return []
    boxes: list[LineBox] = []
    start = 0
    edges: list[tuple[float, float]] = []
    current: Line | None = None
    for k, source in enumerate(text.at):
        if source == PUT_IN:
            edge = edges[-1][1] if edges else 0.0
            edges.append((edge, edge))
            continue
        line, ink = inks[source]
        if current is not None and line is not current:
            # A space put in between two lines stays with the line before it.
            boxes.append(_box(current, offset + start, edges))
            start, edges = k, []
        current = line
        edges.append((round(ink.x0, 2), round(ink.x1, 2)))
    if current is not None:
        boxes.append(_box(current, offset + start, edges))
    return boxes


def _box(line: Line, start: int, edges: Sequence[tuple[float, float]]) -> LineBox:
    return LineBox(start, start + len(edges), line.page, round(line.top, 2), round(line.bottom, 2), tuple(edges))
