"""Folding: text as names are compared, with the way back to the text as it stands.

Folding is one character to one character, so that offsets never move: width, case, traditional hanzi, look-alike Greek
and hyphens. Squeezing then drops what writers put in or leave out at will (blanks, hyphens) and keeps a map.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import opencc

from pipeline.records import Lang

HYPHENS = frozenset("-‐‑‒–—−－﹣")  # noqa: RUF001  # the look-alikes are the point
# Letters that papers use for one another: micro sign, eszett for beta, Greek variants.
SAME = {
    "µ": "μ", "ß": "β", "ϵ": "ε", "ɑ": "α", "∂": "δ", "к": "κ", "ϰ": "κ", "а": "α", "∝": "α", "′": "'", "’": "'",  # noqa: RUF001
    "‘": "'", "粘": "黏", "甙": "苷", "醯": "酰", "矽": "硅", "睪": "睾", "痺": "痹",
}  # fmt: skip
GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "kappa": "κ",
    "lambda": "λ", "theta": "θ", "omega": "ω", "sigma": "σ", "tau": "τ",
}  # fmt: skip


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=65536)
def fold_char(ch: str) -> str:
    """One character as names are compared, case kept: always one character."""
    if ch < "\x80":
        return ch
    if ch in HYPHENS:
        return "-"
    ch = SAME.get(ch, ch)
    norm = unicodedata.normalize("NFKC", ch)
    if len(norm) == 1:
        ch = SAME.get(norm, norm)
    if "\u3400" <= ch <= "\u9fff":
        simple = _converter().convert(ch)
        if len(simple) == 1:
            ch = SAME.get(simple, simple)
    return ch


class _Folds(dict[int, str]):
    """A table for `str.translate`, filled as characters are met: the folding is asked for once a character."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = fold_char(chr(code))
        return folded


class _Squeezes(dict[int, str | None]):
    """The same, with nothing for what does not tell names apart."""

    def __missing__(self, code: int) -> str | None:
        ch = fold_char(chr(code))
        kept = self[code] = None if _is_loose(ch) else ch
        return kept


def _is_loose(ch: str) -> bool:
    return ch != "\n" and (ch == "-" or ch.isspace())


_FOLDS, _SQUEEZES = _Folds(), _Squeezes()


def fold(text: str) -> str:
    """`text` as names are compared, case kept; the same length."""
    return text if text.isascii() else text.translate(_FOLDS)


def lower(text: str) -> str:
    """Lower case that never changes the length."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


@dataclass(frozen=True, slots=True)
class Squeezed:
    """Folded text without blanks and hyphens. `cased[k]` came from `text[at[k]]`; `low` is its lower case."""

    cased: str
    low: str
    at: tuple[int, ...]


def squeeze(text: str) -> Squeezed:
    """Fold, and drop what does not tell names apart. Line ends stay: no name runs over a paragraph's end."""
    folded = fold(text)
    loose = frozenset(filter(_is_loose, set(folded)))
    at = tuple(i for i, c in enumerate(folded) if c not in loose) if loose else tuple(range(len(folded)))
    cased = squeeze_cased(text)
    return Squeezed(cased, lower(cased), at)


def squeeze_cased(name: str) -> str:
    """A name folded and squeezed, case kept."""
    return name.translate(_SQUEEZES)


def spell_greek(low: str) -> str:
    """A squeezed name in lower case, with Greek letters for their names."""
    for word, letter in GREEK.items():
        low = low.replace(word, letter)
    return low


@lru_cache(maxsize=16384)
def name_key(name: str) -> str:
    """A name as it is looked up: folded, squeezed, lower case, Greek letters as letters."""
    return spell_greek(lower(squeeze_cased(name)))


def keys_of(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """`squeeze(name).low` and `name_key(name)` of many names, in two goes: line ends stay, so they part the names.

    What is all ASCII goes by itself: `str.translate` is thirty times as fast with it.
    """
    plain = [name for name in names if name.isascii()]
    others = [name for name in names if not name.isascii()]
    plain_lows, plain_keys = _keys_of(plain)
    other_lows, other_keys = _keys_of(others)
    if len(plain_lows) != len(plain) or len(other_lows) != len(others):
        return [lower(squeeze_cased(name)) for name in names], [name_key(name) for name in names]
    lows, keys = (iter(other_lows), iter(plain_lows)), (iter(other_keys), iter(plain_keys))
    return [next(lows[name.isascii()]) for name in names], [next(keys[name.isascii()]) for name in names]


def _keys_of(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """The same, of names of one sort; more of them where a name holds a line end."""
    if not names:
        return [], []
    joined = lower(squeeze_cased("\n".join(names)))
    return joined.split("\n"), spell_greek(joined).split("\n")


def is_latin(ch: str) -> bool:
    """Whether `ch` can continue a name in Latin script: letters with accents, Greek, digits."""
    return ch.isalnum() and not is_hanzi(ch)


def is_hanzi(ch: str) -> bool:
    return "\u4e00" <= ch <= "\u9fff" or "\u3400" <= ch <= "\u4dbf"


_HANZI = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
# Words, not symbols: `inhibits`, `Curcumin`; not `NGF`, `TrkB`.
_LATIN_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Z]?[a-z]{2,}(?![A-Za-z0-9])")


def has_hanzi(text: str) -> bool:
    return _HANZI.search(text) is not None


def lang_of(text: str) -> Lang:
    """`zh` where hanzi carry the text, else `en`: a hanzi counts for about two letters of Latin words."""
    hanzi = len(_HANZI.findall(text))
    latin = sum(map(len, _LATIN_WORD.findall(text)))
    return "zh" if hanzi and hanzi * 2.5 >= latin else "en"
