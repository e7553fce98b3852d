"""Short forms and their long forms, after Schwartz and Hearst (A simple algorithm for identifying abbreviation
definitions in biomedical text, PSB 2003).

Theirs takes the nearest letters that fit, read from the right. Here all ways to lay the letters of the short form over
the words are weighed, so that the beginnings of words go before letters within them: `TTF-1` is the `thyroid
transcription factor 1`, not the `transcription factor 1`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from pipeline.fold import GREEK, fold

_SHORT = re.compile(
    r"\[?[A-Za-z0-9\u0370-\u03ff]"
    r"(?:[A-Za-z0-9\u0370-\u03ff\-–/.·’'*+²⁺ⅠⅡⅢⅣ ]|\((?:[A-Z]{1,3}|[a-z\d]|\d?[+-])\)|,(?=\d)){0,14}\]?"
)
_POINTER = re.compile(
    r"[=<>≤≥±%~∶]|\d\s*(?:mg|kg|g|mL|ml|μg|μmol|mmol|d|h|min)\b|"
    r"^[nPpr]$|^(?:[Ff]igs?|Figure|图|表|Tables?|see|见|vs|No|Ref)\b|^[IVX]+$|^[ⅠⅡⅢⅣⅤⅥ]+$|^[a-z]{1,2}$"
)
# What begins with a number: 6-OHDA, 5-HT, 25(OH)D3, 4EBP1; not 10 MPa, 2019, 3M.
_NUMBERED = re.compile(r"\d+(?:,\d+)*['’]?(?:-(?=[A-Za-z]*[A-Z])|\([A-Z]|[A-Z]{2})")
_SMALL_P = re.compile(r"p\d{2,3}")
_UNIT = re.compile(r"\d+(?:[kM]?(?:Hz|Pa|Da)|IU|CFU|[MGk]y|KDa|KD)\b")
# Vitamin, astragaloside: words, in which a short form has no part.
_WORD = re.compile(r"(?<![A-Za-z0-9\u0370-\u03ff-])[A-Z]?[a-z]{4,}(?![A-Za-z0-9\u0370-\u03ff])")

_TOKEN = re.compile(r"[^\s\-–/()\[\]'’]+")
_SMALL = frozenset([
    "a", "an", "and", "as", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with", "de", "type", "like",
])  # fmt: skip
_NO_START = frozenset([
    "a", "an", "the", "of", "and", "or", "with", "for", "to", "by", "on", "at", "from", "as", "is", "are", "was",
    "were", "be", "been", "we", "our", "that", "which", "this", "these", "those", "such", "both", "then", "than",
    "into", "via", "using", "called", "termed", "named", "it", "its", "their",
])  # fmt: skip
_GREEK_NAMES = {letter: name for name, letter in GREEK.items()}
# What a letter of the short form costs: at the beginning of a word, right behind the letter before it, within a word;
# and what each word costs that has no part in the short form.
_RUN, _INSIDE, _SKIPPED, _SKIPPED_SMALL = 0.3, 1.0, 1.0, 0.1
_MOST, _MOST_OF_TWO = 0.8, 1.0


@lru_cache(maxsize=4096)
def short_form(text: str) -> bool:
    """Whether `text` looks like an abbreviation: short, with a capital, a Greek letter or a digit among letters."""
    text = text.strip()
    if len(text) == 1:
        return text.isupper()
    if not _SHORT.fullmatch(text) or _POINTER.search(text) or len(text.split()) > 2 or _WORD.search(text):
        return False
    if _SMALL_P.fullmatch(text):
        return True
    if text[0].isdigit() and (not _NUMBERED.match(text) or _UNIT.match(text)):
        return False
    return any(c.isupper() or "\u0370" <= c <= "\u03ff" for c in text)


def _letters(short: str) -> str:
    """The letters of a short form that its long form must hold, in lower case."""
    short = fold(short)
    if len(short) > 2 and short.endswith("s") and short[-2].isupper():
        short = short[:-1]
    # OH is hydroxy in the names of compounds: 6-OHDA.
    short = re.sub(r"(?<=\d)[-(]?OH\)?", "H", short)
    return "".join(c.lower() for c in short if c.isalnum())


@lru_cache(maxsize=4096)
def long_form(short: str, before: str) -> int | None:
    """Where in `before` the long form of `short` begins, None if none fits; it runs to the end of `before`."""
    letters = _letters(short)
    if not letters or len(before) > 300:
        return None
    low = fold(before).lower()
    if len(low) != len(before):
        return None
    best = _laid(letters, low)
    if best is None and len(letters) > 2 and letters[-1].isdigit():
        # MCP-1, monocyte chemoattractant protein: the number is left out at times.
        bare = letters.rstrip("0123456789")
        best = _laid(bare, low, most=0.35) if len(bare) > 1 else None
    if best is None:
        return None
    start = before.rfind(" ", 0, best) + 1
    found = before[start:]
    words = len(found.split())
    n = len(letters)
    if words > min(n + 5, n * 2) or len(found.strip()) <= len(short):
        return None
    # `CAT activity (CAT)` defines nothing.
    if re.search(rf"(?<![A-Za-z0-9]){re.escape(short)}(?![A-Za-z0-9])", found):
        return None
    return start


def _laid(letters: str, low: str, most: float = _MOST) -> int | None:
    """Where the cheapest way begins to lay `letters` over `low`, the shortest among equals."""
    tokens = [m.span() for m in _TOKEN.finditer(low)][-3 * len(letters) - 12 :]
    if not tokens:
        return None
    starts = [a for a, _ in tokens]
    costs = [_SKIPPED_SMALL if low[a:b] in _SMALL or not low[a].isalnum() else _SKIPPED for a, b in tokens]
    sums = [0.0]
    for cost in costs:
        sums.append(sums[-1] + cost)
    # state: position -> (cost, where it began)
    state: dict[int, tuple[float, int]] = {}
    first = letters[0]
    for k, (a, b) in enumerate(tokens):
        if _begins(low, a, first) and low[a:b] not in _NO_START:
            state[a] = (0.0, k)
    for ch in letters[1:]:
        ahead: dict[int, tuple[float, int]] = {}
        for p in _places(low, ch, starts[0]):
            k = bisect_right(starts, p) - 1
            initial = starts[k] == p
            if p >= tokens[k][1] or (ch.isdigit() and not initial and low[p - 1].isdigit() and p - 1 not in state):
                continue
            choice: tuple[float, int] | None = None
            for q, (cost, begun) in state.items():
                if q >= p:
                    continue
                j = bisect_right(starts, q) - 1
                step = cost + (0.0 if initial else _RUN if p == q + 1 or ch.isdigit() else _INSIDE)
                step += sums[k] - sums[j + 1] if k > j else 0.0
                if choice is None or (step, -begun) < (choice[0], -choice[1]):
                    choice = (step, begun)
            if choice is not None:
                ahead[p] = choice
        state = ahead
        if not state:
            return None
    best: tuple[float, int] | None = None
    for q, (cost, begun) in state.items():
        j = bisect_right(starts, q) - 1
        total = cost + sums[-1] - sums[j + 1]
        if best is None or (total, -begun) < (best[0], -best[1]):
            best = (total, begun)
    limit = _MOST_OF_TWO if len(letters) <= 2 and most == _MOST else most * len(letters)
    if best is None or best[0] > limit + 1e-9:
        return None
    return starts[best[1]]


def _begins(low: str, at: int, letter: str) -> bool:
    return low[at] == letter or (letter in _GREEK_NAMES and low.startswith(_GREEK_NAMES[letter], at))


def _places(low: str, letter: str, start: int) -> list[int]:
    """Where `letter` stands in `low` from `start` on; a Greek letter also where its name does."""
    names = (letter, _GREEK_NAMES[letter]) if letter in _GREEK_NAMES else (letter,)
    places = []
    for name in names:
        at = low.find(name, start)
        while at >= 0:
            places.append(at)
            at = low.find(name, at + 1)
    return places
