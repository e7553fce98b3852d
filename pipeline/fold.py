"""Folding: text as names are compared, with the way back to the text as it stands.

Folding is one character to one character, so that offsets never move: width, case, traditional hanzi, look-alike Greek and
hyphens. Squeezing then drops what writers put in or leave out at will (blanks, hyphens) and keeps a map.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import opencc

from pipeline.records import Lang

HYPHENS = frozenset("-‐‑‒–—−－﹣")
# Letters that papers use for one another: micro sign, eszett for beta, Greek variants.
SAME = {"µ": "μ", "ß": "β", "ϵ": "ε", "ɑ": "α", "∂": "δ", "к": "κ", "ϰ": "κ", "а": "α", "∝": "α", "′": "'", "’": "'", "‘": "'", "粘": "黏", "甙": "苷"}
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


def fold(text: str) -> str:
    """`text` as names are compared, case kept; the same length."""
    return text if text.isascii() else "".join(map(fold_char, text))


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
    at = tuple(i for i, c in enumerate(folded) if c == "\n" or not (c == "-" or c.isspace()))
    cased = "".join(folded[i] for i in at)
    return Squeezed(cased, lower(cased), at)


def name_key(name: str) -> str:
    """A name as it is looked up: folded, squeezed, lower case, Greek letters as letters."""
    low = squeeze(name).low
    for word, letter in GREEK.items():
        if word in low:
            low = low.replace(word, letter)
    return low


def is_latin(ch: str) -> bool:
    """Whether `ch` can continue a name in Latin script: letters with accents, Greek, digits."""
    return ch.isalnum() and not is_hanzi(ch)


def is_hanzi(ch: str) -> bool:
    return "\u4e00" <= ch <= "\u9fff" or "\u3400" <= ch <= "\u4dbf"


def has_hanzi(text: str) -> bool:
    return any(map(is_hanzi, text))


def lang_of(text: str) -> Lang:
    """`zh` where hanzi carry the text, else `en`: a hanzi counts for about two Latin letters."""
    hanzi = sum(map(is_hanzi, text))
    latin = sum(c.isascii() and c.isalpha() for c in text)
    return "zh" if hanzi and hanzi * 2.5 >= latin else "en"
