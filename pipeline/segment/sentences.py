"""Split a paper's prose into sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.fold import lang_of
from pipeline.records import Paper, Sentence

_END = re.compile(
    r"[。！？!?｡]+[”’」』）)\"']*|．(?!\d)|\.(?=\s|$|[\"”’)\]]|[A-Z\u4e00-\u9fff¹²³⁰-⁹]|\[\d"
    r"|\d{1,3}(?:[,，\-–]\d{1,3})*(?:\s+[A-Z]|$))|[;；](?=\s*$)"
)
# A period after these ends no sentence.
_NO_END = re.compile(
    r"(?:^|[\s(（\[])(?:"
    r"e\.g|i\.e|vs|cf|approx|ca|Figs?|Tabs?|Refs?|Nos?|Eqs?|Sect?|Chap|Suppl?|Ext|Dr|Prof|Mr|Mrs|Ms|St|subsp|var|cv|Vol"
    r"|pp|ed|eds|resp|etc(?=\.,))$"
)
# Nor after these, unless what follows begins a sentence: an initial, `vitamin C. The`; `et al. In`; `i.p. The`.
_MAY_END = re.compile(
    r"(?:^|[\s(（\[])(?:et al|al|spp?|Ltd|Inc|Co|[A-Z])$|(?<![A-Za-z])(?:[A-Z]\.)+[A-Z]$|(?<![A-Za-z])[a-z]\.[a-z]$"
)
_BEGINS = re.compile(
    r"(?:The|This|These|Those|They|There|Then|Thus|That|Their|It|Its|In|We|Our|A|An|As|At|By|For|From|He|She|Here|However"
    r"|Moreover|Furthermore|Therefore|Meanwhile|Additionally|Although|While|When|If|Both|After|Among|On|To|With|Such)\s"
)
# An initial beside hanzi, which no space parts from it, and the name that must follow: `但M. Emin Yilmaz等人`.
_INITIAL = re.compile(r"(?:^|[\u3400-\u9fff，、；：。（])(?:[A-Z]\.\s?)*[A-Z]$")
_NAME = re.compile(r"(?:[A-Z]\.\s?)*[A-Z][a-z]+(?:\s(?:[A-Z]\.\s?)*[A-Z][a-z]+)?\s?(?:等|和|与|[A-Z]|\[\d)")
# Names that begin with a small letter: mTOR, p53, miR-21, α-SMA.
_SMALL = re.compile(r"[a-zα-ω]{0,3}[A-Z\d]|[α-ω]")
# The number of a heading, list item or figure, or a name's initial: `1．材料`, `图2．机制`, `(Roxb.)DC．又名`.
_NUMBER = re.compile(r"(?:^|[\s(（图表])\d{1,2}$|(?:^|[\s)）.．])[A-Z][A-Za-z]?$")
_IN_ADDRESS = re.compile(r"[a-z\d=&-]")
_HAN = re.compile("[\u3400-\u9fff]")
_OPEN, _CLOSE = "(（[【", ")）]】"
_BRACKET = re.compile(f"[{re.escape(_OPEN + _CLOSE)}]")
# No author's sentence is longer: what is, is a table or a list that lost its ends.
_LONGEST = 2000
_PAUSES = ("；", ";", "，", ", ", "、", " ")


def _cuts(text: str) -> Iterator[int]:
    """Where sentences end in a paragraph."""
    depth = 0
    scanned = 0
    for match in _END.finditer(text):
        for bracket in _BRACKET.findall(text, scanned, match.start()):
            depth = depth + 1 if bracket in _OPEN else max(0, depth - 1)
        scanned = match.start()
        end = match.end()
        mark = match.group()[0]
        if mark == "." and not _ends(text, match.start()):
            continue
        if mark == "．" and _NUMBER.search(_before(text, match.start())):
            continue
        if mark in "!?" and _IN_ADDRESS.match(text, end):
            continue
        # Chinese full stops end a sentence even in an unclosed bracket; the others not within a short one.
        if depth and mark not in "。｡．" and _closes_soon(text, end):
            continue
        while end < len(text) and text[end] in '”’」』"':
            end += 1
        depth, scanned = 0, end
        yield end


def _before(text: str, at: int) -> str:
    """The last characters before `at`, where a pattern's `^` is the beginning of the text."""
    return text[:at] if at <= 8 else "\0" + text[at - 8 : at]


def _ends(text: str, at: int) -> bool:
    """Whether the period at `at` ends a sentence."""
    before, after = text[max(0, at - 12) : at], text[at + 1 : at + 2]
    rest = text[at + 1 : at + 40].lstrip()
    last = before[-1:]
    if _NO_END.search(before) or (_MAY_END.search(before) and not _BEGINS.match(rest)):
        return False
    if _INITIAL.search(before) and _NAME.match(rest):
        return False
    if after.isdigit():  # raised citation marks behind a word: `apoptosis.1,2 The`
        return before[-3:].isalpha() or last == ")"
    if _HAN.match(after):
        return bool(_HAN.match(last)) or last in ")]）］”"
    if after.isascii() and after.isalpha():
        # `p38.The` and `cells.We` are ends where a space was lost; `U.S.A`, `v1.A` and `p53.R` are not.
        closed = last in ")]）］" and after.isupper()
        letters = before[-2:].isalpha() and len(before) > 1 and after.isupper()
        symbol = last.isalnum() and len(before) > 1 and (before[-2].isalnum() or before[-2] == "-")
        symbol = symbol and after.isupper() and rest[1:2].islower()
        return closed or letters or symbol
    return not rest[:1].islower() or bool(_SMALL.match(rest) and len(before) > 2 and before[-2:].isalnum())


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


_CITED = re.compile(
    r"\s*(?:\[\d+(?:\s*[-–,，~]\s*\d+)*\]\s*)+|[¹²³⁰-⁹,，–-]+|(?<=\.)\d{1,3}(?:[,，–-]\d{1,3})*(?=\s+[A-Z]|$)"
)


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
