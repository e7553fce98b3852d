"""Two forms of one text: squeezed to what counts, and aligned, so that spans of one can be carried to the other."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Squeezed:
    """A text in NFKC without white space. `text[k]` came from character `at[k]`; `at` never falls."""

    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> Span | None:
        """`[start, end)` of the text as it stands, as a span of the squeezed one; None where nothing of it is left."""
        a, b = bisect_left(self.at, start), bisect_left(self.at, end)
        return (a, b) if a < b else None


@lru_cache(maxsize=65536)
def _squeeze_char(ch: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", ch) if not c.isspace())


def squeeze(text: str) -> Squeezed:
    """`text` as texts are compared: NFKC, a character at a time, without white space."""
    parts = [_squeeze_char(ch) for ch in text]
    return Squeezed("".join(parts), tuple(i for i, part in enumerate(parts) for _ in part))


def name(text: str) -> str:
    """A name as names are compared: squeezed, in lower case."""
    return squeeze(text).text.lower()


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where each character of one text stands in another: `to[k]`, or None. `share` of the other is found in it."""

    to: tuple[int | None, ...]
    share: float

    def carry(self, span: Span | None) -> Span | None:
        """A span of the one text as a span of the other; None where it is lost, or torn too far apart to mean it.

        Torn: the ends are more than twice as far apart as they were, and four more. A few characters of a lost passage
        always find a partner somewhere.
        """
        if span is None:
            return None
        hits = [t for t in self.to[slice(*span)] if t is not None]
        if not hits:
            return None
        start, last = min(hits), max(hits)
        return (start, last + 1) if last - start < 2 * (span[1] - span[0]) + 4 else None


def align(gold: str, system: str) -> Alignment:
    """Align two squeezed texts by their longest common subsequence; from `system` to `gold`.

    rapidfuzz's Indel edit operations (Hyyrö 2004, bit-parallel): exact, where difflib drops what is out of its blocks.
    """
    from rapidfuzz.distance import Indel

    to: list[int | None] = [None] * len(system)
    for block in Indel.editops(gold, system).as_matching_blocks():
        to[block.b : block.b + block.size] = range(block.a, block.a + block.size)
    found = len(to) - to.count(None)
    return Alignment(tuple(to), found / len(gold) if gold else 1.0)


def overlap(one: Span | None, other: Span | None) -> bool:
    """Whether two spans share a character; a lost span (None) shares none."""
    return one is not None and other is not None and one[0] < other[1] and other[0] < one[1]
