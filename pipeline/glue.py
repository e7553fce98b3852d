"""Small words that scans glue to their neighbours: `ofautophagy`, `expressionof`, `inthe` are cut apart again.

Only a word that nothing knows is cut, and only into words that are known, so that `together` and `resistin` stay whole.
Offsets are those of the text as it stands: nothing is put in or taken out.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.knowledge import Knowledge

_LATIN = re.compile(r"[A-Za-z]{3,}")
# What may be cut off in front of any known word, and behind one. `in`, `on`, `to`, `as` begin and end too many words
# (inactive, globulin): they are cut from other small words only.
_FRONT = ("that", "with", "from", "were", "which", "and", "the", "was", "of", "by")
_BACK = ("that", "with", "from", "were", "which", "and", "the", "was", "of")
_SMALL = frozenset({
    "a", "an", "and", "as", "at", "both", "by", "for", "from", "in", "is", "it", "its", "not", "of",
    "on", "or", "that", "the", "their", "these", "this", "to", "was", "were", "which", "with",
})  # fmt: skip


class Glue:
    """Cuts glued words; built once from the knowledge."""

    def __init__(self, knowledge: Knowledge) -> None:
        known = {*_SMALL, *knowledge.latin_words}
        for table in ("words", "cues", "aspects", "heads", "affixes", "triggers"):
            for r in knowledge.tables[table]:
                if r["lang"] == "en" and r["kind"] != "frame":
                    for w in _LATIN.findall(r["word"].lower()):
                        stem = w.removesuffix("e")
                        known |= {w, w + "s", stem + "ed", stem + "ing"}
        self._known = frozenset(known)
        self.split = lru_cache(maxsize=65536)(self._split)

    def _split(self, word: str) -> tuple[int, ...]:
        """Where `word` (letters only) falls apart: the offsets of its parts but the first; () for a whole word."""
        low = word.lower()
        if len(low) < 4 or low in self._known or not low.isalpha():
            return ()
        for small in sorted(_SMALL, key=len, reverse=True):
            if low.startswith(small) and low[len(small) :] in _SMALL and len(low) >= 4 and small != "a":
                return (len(small),)
        for small in _FRONT:
            rest = low[len(small) :]
            if low.startswith(small) and len(rest) >= 3 and rest in self._known and (len(rest) >= 4 or rest in _SMALL):
                return (len(small),)
        for small in _BACK:
            rest = low[: -len(small)]
            if low.endswith(small) and len(rest) >= 4 and rest in self._known:
                return (len(rest),)
        return ()
