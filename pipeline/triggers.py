"""What the tagging room reads of the triggers, which are the claims room's: which words are verbs, and act on things.

The cache asks for it: a trigger that is not in a paper, or that has become another relation of its kind, changes
nothing in what is tagged there.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.knowledge import Row

# What the phrases of effects are found behind: verbs of these relations act on something.
ACTING_ZH = ("increases", "decreases", "improves", "regulates")
ACTING_EN = (*ACTING_ZH, "treats")
# The part of an English verb that all its forms share is at least its word less two letters (modif|ies).
_TAIL = 2


def triggers_read(rows: Iterable[Row], plain: str) -> list[str]:
    """Of each trigger that stands in the folded text what tagging depends on, in the order of the table."""
    low = plain.lower()
    found: list[str] = []
    for row in rows:
        word, lang = row["word"], row["lang"]
        if _shared(word, lang) in (low if lang == "en" else plain):
            acting = row["relation"] in (ACTING_ZH if lang == "zh" else ACTING_EN)
            found.append(f"{lang} {word} {row['kind']} {acting:d}")
    return found


def _shared(word: str, lang: str) -> str:
    """A text that is in every text in which the trigger stands, in whatever form."""
    if lang == "zh":
        return word.partition("…")[0]
    first = word.lower().split()[0]
    return first[: max(3, len(first) - _TAIL)]
