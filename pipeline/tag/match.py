"""Find the lexicon's names in a text: on characters, with one automaton, the longest name first.

Matching is on folded, squeezed text (see `pipeline.fold`), so that `IL - 1β`, `IL-1β` and `IL1β` are one name; where a
name begins and ends is checked on the text as it stands: `HO-1` is not found in `HO-10`, nor `TNF-α` in `sTNF-α`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from pipeline.fold import GREEK, Squeezed, has_hanzi, is_hanzi, is_latin, lower, squeeze_cased
from pipeline.knowledge import Concept, Index, Named, index_of

# Letters that print and OCR put for the Greek ones in symbols (`IFN-y`, `NF-kB`, `TNF-a`).
_start = attrgetter("start")
SLIPS = {"γ": ("y", "r"), "κ": ("k",), "α": ("a",), "β": ("b",)}


class Hit(NamedTuple):
    """A name found at `[start, end)`. `concept` is None for a name that only its shape or the paper itself gives."""

    start: int
    end: int
    kind: str
    concept: Concept | None
    rule: str
    rank: int = 0

    @property
    def length(self) -> int:
        return self.end - self.start


def _case_fits(written: str, name: str) -> bool:
    """Whether a short form stands as it is written in the lexicon, a leading capital or all capitals aside."""
    own = squeeze_cased(name)
    if _GREEK.search(own) and not _GREEK.search(written):
        written = _GREEK_WORD.sub(lambda m: GREEK[m.group().lower()], written)
    return written == own or (len(own) > 3 and (written == own.upper() or written == own[0].upper() + own[1:]))


ROMAN = {"ⅰ": "i", "ⅱ": "ii", "ⅲ": "iii", "ⅳ": "iv", "ⅴ": "v", "ⅵ": "vi"}  # noqa: RUF001  # small numerals
ONE_SIGN = {many: one for one, many in ROMAN.items()}
_ONE_SIGN = re.compile("[" + "".join(ROMAN) + "]")
_LETTER = re.compile("[a-z]")
_GREEK = re.compile("[" + "".join(GREEK.values()) + "]")
_GREEK_WORD = re.compile("|".join(sorted(GREEK, key=len, reverse=True)), re.IGNORECASE)
_ROMAN_TAIL = re.compile(r"(?<=[^a-z])(?:iii|ii|iv|vi|v|i)(?=$|[^a-z])")
_SIGN = re.compile("[iv" + "".join(GREEK.values()) + "".join(ROMAN) + "]")


def _varies(key: str) -> bool:
    """Whether a name may look otherwise than its key: it has Greek letters, or a number in Roman ones, or is none."""
    if key.isascii():
        return not key.isalpha() and (not key or _ROMAN_TAIL.search(key) is not None)
    return _SIGN.search(key) is not None


def _forms(name: str, low: str, key: str) -> set[str]:
    """What a name may look like in squeezed text in lower case; `low` is as it is written, `key` as it is looked up."""
    forms = {low, key} if low else set()
    signs = not low.isascii()
    roman = signs and _ONE_SIGN.search(low) is not None
    if roman or _LETTER.search(low):
        # Ⅱ and II are the same number.
        if roman:
            forms |= {form.replace(one, many) for form in forms for one, many in ROMAN.items() if one in form}
        forms |= {_ROMAN_TAIL.sub(lambda m: ONE_SIGN[m.group()], form) for form in forms if _ROMAN_TAIL.search(form)}
    if signs and _GREEK.search(low) and not has_hanzi(name):
        forms |= {low.replace(letter, word) for word, letter in GREEK.items() if letter in low}
    return forms


class Matcher:
    """All names of a list of concepts. Build once, use for any number of texts; holds no state of a text."""

    def __init__(self, names: Iterable[Named] | Index, rule: str, rank: int = 0) -> None:
        """`names` may be an index of them, as `Knowledge.by_key` is."""
        self._rule, self._rank = rule, rank
        entries: dict[str, list[Named]] = {}

        def add(form: str, entry: Named) -> None:
            # A new list: the index's own are not ours to change.
            entries[form] = [*entries.get(form, ()), entry]

        for key, named in (names if isinstance(names, Mapping) else index_of(names)).items():
            if key:
                entries[key] = [*entries[key], *named] if key in entries else named
            varied = _varies(key)
            for entry in named:
                concept, name, cased = entry
                if varied:
                    for form in _forms(name, lower(squeeze_cased(name)), key) - {key}:
                        add(form, entry)
                if cased and len(name) > 3:
                    for slip in _slips(name):
                        add(lower(squeeze_cased(slip)), (concept, slip, True))
        self._entries = entries
        # An automaton of whole names takes four times as long to build as one of their heads: four characters, or six
        # where these are ASCII, which tell less. How long the names are that go on behind a head is kept apart.
        heads: set[str] = set()
        self._sizes: dict[str, list[int]] = {}
        for form in entries:
            head = form[:4]
            if head.isascii():
                head = form[:6]
            heads.add(head)
            size = len(form)
            if size > len(head) and size not in (sizes := self._sizes.setdefault(head, [])):
                sizes.append(size)
        self._heads = AhoCorasick(heads, store_patterns=False) if heads else None
        # A paper says the same names again and again.
        self._concept_of = lru_cache(maxsize=8192)(self._fitting)

    def _places(self, low: str) -> list[tuple[int, int]]:
        """(end, start) of every name in squeezed text, in order."""
        if self._heads is None:
            return []
        places = []
        entries, sizes_of, whole = self._entries, self._sizes, len(low)
        for _, start, end in self._heads.find_matches_as_indexes(low, overlapping=True):
            head = low[start:end]
            if head in entries:
                places.append((end, start))
            places += [
                (start + size, start)
                for size in sizes_of.get(head, ())
                if start + size <= whole and low[start : start + size] in entries
            ]
        places.sort()
        return places

    def find(self, text: str, squeezed: Squeezed) -> list[Hit]:
        """Every name in the text that begins and ends where a name may, overlapping ones too."""
        hits: list[Hit] = []
        # A plural s or 类 taken in: the name that is spelt so goes before it.
        longer: list[Hit] = []
        low, cased, at, concept_of = squeezed.low, squeezed.cased, squeezed.at, self._concept_of
        for b, a in self._places(low):
            start, end = at[a], at[b - 1] + 1
            end = _boundary(text, start, end)
            if end < 0:
                continue
            concept = concept_of(low[a:b], cased[a:b])
            if concept is not None:
                taken = longer if end > at[b - 1] + 1 else hits
                taken.append(Hit(start, end, concept.kind, concept, self._rule, self._rank))
        return hits + longer

    def _fitting(self, form: str, written: str) -> Concept | None:
        """What a name stands for as it is written in the text; None where it needs another case."""
        fitting = [
            (squeeze_cased(name) == written, concept)
            for concept, name, needs_case in self._entries[form]
            if not needs_case or _case_fits(written, name)
        ]
        # EGFR and eGFR: the name as it is written goes before the same letters in another case.
        return max(fitting, key=lambda f: f[0])[1] if fitting else None


# Where a name would end inside a word: 抗肿瘤药|理作用, 便秘症|状, 糖尿病|变.
_GOES_ON = {"药": "理效用性代大研管杂学院局界文房", "症": "状", "病": "变理原"}


def _boundary(text: str, start: int, end: int) -> int:
    """The end of the name (a plural `s` taken in), or -1 where `[start, end)` begins or ends inside a word."""
    first, last = text[start], text[end - 1]
    after = text[end] if end < len(text) else " "
    if not (is_hanzi(first) and is_hanzi(last)):
        end = _latin_boundary(text, start, end)
        if end < 0:
            return -1
        first, last = text[start], text[end - 1]
        after = text[end] if end < len(text) else " "
    if after in _GOES_ON.get(last, ""):
        return -1
    if after == "类" and is_hanzi(last) and not text.startswith("类似", end):
        return end + 1
    return end


def _latin_boundary(text: str, start: int, end: int) -> int:
    """The same for a name that begins or ends with a letter or digit."""
    first, last = text[start], text[end - 1]
    before = text[start - 1] if start else " "
    if is_latin(before) and is_latin(first):
        if before.isnumeric():
            if before.isascii() and not _apart(text, start):
                return -1
        elif not (
            first.isupper() and before.islower() and text[start : start + 2].isupper() and _glued_before(text, start)
        ):
            return -1
    after = text[end] if end < len(text) else " "
    if after.islower() and (last.isupper() or last.isdigit() or after == "m") and _GLUED_AFTER.match(text, end):
        return end
    if is_latin(after) and is_latin(last):
        if last.isalpha() and after == "s" and not is_latin(text[end + 1] if end + 1 < len(text) else " "):
            return end + 1
        if text.startswith("es", end) and not is_latin(text[end + 2] if end + 2 < len(text) else " "):
            return end + 2
        return -1
    # A number goes on: `IL-1` in `IL-1 0` is not, but `IL-1` in `IL-1.5` and `HO-1` in `HO-1-2` are cut names.
    if last.isdigit() and after in ".-" and end + 1 < len(text) and text[end + 1].isdigit() and after == ".":
        return -1
    return end


def _slips(name: str) -> set[str]:
    """A symbol as scans garble it: `IFN-y`, `NF-kB`, `Bc1-2`, `IL-lβ`."""
    slips = {name.replace(letter, other) for letter, others in SLIPS.items() if letter in name for other in others}
    if ("1" in name or "l" in name) and any(c.isdigit() for c in name):
        slips |= {name.replace("1", "l"), name.replace("l", "1", 1)}
    return slips - {name}


# Small words that scans glue to a symbol: `ofFOXO3`, `HCCand`.
_GLUED_BEFORE = re.compile(r"(?:^|[^A-Za-z])(?:of|by|in|the|and|with|for|to|that|on|as|is|from|or|was|both|via)$")
_GLUED_AFTER = re.compile(
    r"(?:and|or|in|was|is|were|by|with|as|on|to|of|are|could|can|may|protein|gene|expression|mice)(?![A-Za-z])|mRNA"
)


def _glued_before(text: str, start: int) -> bool:
    return _GLUED_BEFORE.search(text, max(0, start - 8), start) is not None


def _apart(text: str, start: int) -> bool:
    """Whether a digit before a Latin name is a citation or count of its own rather than part of the name."""
    return start >= 2 and unicodedata.category(text[start - 2])[0] in "LZP" and is_hanzi(text[start - 2])


def begun_in(hits: Sequence[Hit], start: int, end: int) -> Sequence[Hit]:
    """Those of `hits`, which are in order, that begin in `[start, end)`."""
    first = bisect_left(hits, start, key=_start)
    return hits[first : bisect_left(hits, end, first, key=_start)]


def longest(hits: Sequence[Hit]) -> list[Hit]:
    """Hits that do not overlap, in order: higher rank first, then longer, then earlier."""
    taken: list[Hit] = []
    knot: list[Hit] = []
    reach = -1
    for hit in sorted(hits, key=_start):
        start, end = hit[:2]
        if start >= reach:
            taken += knot if len(knot) < 2 else _settled(knot)
            knot, reach = [hit], end
        else:
            knot.append(hit)
            reach = max(reach, end)
    return taken + (knot if len(knot) < 2 else _settled(knot))


def joined(found: list[Hit], more: Iterable[Hit]) -> list[Hit]:
    """The longest of both; what was found, as it is, where there is no more."""
    new = list(more)
    return longest([*found, *new]) if new else found


def _settled(hits: Sequence[Hit]) -> list[Hit]:
    """The same for a knot of hits, each of which overlaps another."""
    taken: list[Hit] = []
    left = sorted(hits, key=lambda h: (-h.rank, h.start - h.end, h.start, h.kind))
    while left:
        best, *others = left
        taken.append(best)
        left = [h for h in others if h.end <= best.start or best.end <= h.start]
    return sorted(taken, key=_start)
