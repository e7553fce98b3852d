"""Split a paper's prose into sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.fold import lang_of
from pipeline.records import Paper, Sentence

_END = re.compile(r"[。！？!?]+[”’」』）)\"']*|\.(?=\s|$|[\"”’)\]]|[A-Z]|\[\d)|[;；](?=\s*$)")
# A period after these ends no sentence.
_NO_END = re.compile(
    r"(?:^|[\s(（\[])(?:"
    r"e\.g|i\.e|et al|al|vs|cf|approx|ca|Figs?|Tabs?|Refs?|Nos?|Eqs?|Dr|Prof|Mr|Mrs|St|spp?|subsp|var|cv|Vol|pp|ed|"
    r"Ltd|Inc|Co|resp|etc(?=\.,)|[A-Z])$"
)
_OPEN, _CLOSE = "(（[【", ")）]】"
# No author's sentence is longer: what is, is a table or a list that lost its ends.
_LONGEST = 2000
_PAUSES = ("；", ";", "，", ", ", "、", " ")


def _cuts(text: str) -> Iterator[int]:
    """Where sentences end in a paragraph."""
    depth = 0
    scanned = 0
    for match in _END.finditer(text):
        for ch in text[scanned : match.start()]:
            depth = max(0, depth + (ch in _OPEN) - (ch in _CLOSE))
        scanned = match.start()
        end = match.end()
        if match.group()[0] == ".":
            before = text[max(0, match.start() - 12) : match.start()]
            after = text[end : end + 1]
            if _NO_END.search(before) or (before[-1:].isdigit() and after.isdigit()):
                continue
            # `p38.The` is an end where a space was lost; `U.S.A` and `v1.A` are not.
            closed = before[-1:] in ")]）］" and after.isupper()
            if (
                after.isalpha()
                and not closed
                and not (before[-1:].isalpha() and before[-2:-1].isalpha() and after.isupper())
            ):
                continue
            rest = text[end:].lstrip()
            if rest[:1].islower():
                continue
        # Chinese full stops end a sentence even in an unclosed bracket; the others not within a short one.
        if depth and match.group()[0] != "。" and _closes_soon(text, end):
            continue
        while end < len(text) and text[end] in '”’」』"':
            end += 1
        depth, scanned = 0, end
        yield end


def _shortened(text: str, ends: list[int]) -> Iterator[int]:
    """The ends, and more of them at pauses where a sentence is over-long: the claims room takes its square."""
    a = 0
    for b in ends:
        while b - a > _LONGEST:
            found = (text.rfind(mark, a, a + _LONGEST) for mark in _PAUSES)
            a = next((i + 1 for i in found if i > a), a + _LONGEST)
            yield a
        yield b
        a = b


def _closes_soon(text: str, at: int) -> bool:
    close = min((i for i in (text.find(c, at) for c in _CLOSE) if i >= 0), default=-1)
    opened = min((i for i in (text.find(c, at) for c in _OPEN) if i >= 0), default=len(text))
    return 0 <= close < opened and close - at < 80


_CITED = re.compile(r"\s*(?:\[\d+(?:\s*[-–,，~]\s*\d+)*\]\s*)+")


def sentences(paper: Paper) -> tuple[Sentence, ...]:
    """The sentences of the prose, in order; a heading is a sentence of its own, marked as such."""
    headings = {s.start: s for s in paper.document.sections}
    found: list[Sentence] = []
    section: str | None = None
    at = 0
    for number, line in enumerate(paper.text.split("\n")):
        base, at = at, at + len(line) + 1
        head = headings.get(base)
        if head is not None and base + len(line.rstrip()) <= base + len(head.title) + 1:
            section = head.title
            ends = [len(line)]
        else:
            head = None
            ends = list(_cuts(line))
            if not ends or ends[-1] < len(line):
                ends.append(len(line))
        a = 0
        for b in _shortened(line, ends):
            # Citation marks after the full stop belong to the sentence before it.
            cited = _CITED.match(line, b)
            if cited and b < len(line):
                b = cited.end()
            if b <= a:
                continue
            piece = line[a:b]
            lead = len(piece) - len(piece.lstrip())
            start, end = base + a + lead, base + a + len(piece.rstrip())
            a = b
            if start < end:
                text = paper.text[start:end]
                found.append(Sentence(start, end, text, lang_of(text), section, head is not None, number))
    return tuple(found)
