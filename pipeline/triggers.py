"""What the tagging room reads of the triggers, which are the claims room's: which words are verbs, and act on things.

The cache asks for it: a trigger that is not in a paper, or that has become another relation of its kind, changes
nothing in what is tagged there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.knowledge import Row

# What the phrases of effects are found behind: verbs of these relations act on something.
ACTING_ZH = ("increases", "decreases", "improves", "regulates")
ACTING_EN = (*ACTING_ZH, "treats")
_LATIN = re.compile("[a-z]{3,}")
# The part of an English verb that all its forms share is at least its word less two letters (modif|ies).
_TAIL = 2


class TriggersRead:
    """Tells of a text what tagging depends on of the triggers that stand in it. Built once from their table."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = [(row["lang"] == "en", _shared(row["word"], row["lang"]), _read_of(row)) for row in rows]

    def in_text(self, plain: str) -> list[str]:
        """What is read of each trigger of which a part stands in the folded text, in the order of the table."""
        low = plain.lower()
        found: list[str] = []
        for english, parts, read in self._rows:
            text = low if english else plain
            for part in parts:
                if part in text:
                    found.append(read)
                    break
        return found


def _read_of(row: Row) -> str:
    acting = row["relation"] in (ACTING_ZH if row["lang"] == "zh" else ACTING_EN)
    return f"{row['lang']} {row['word']} {row['kind']} {acting:d}"


def _shared(word: str, lang: str) -> tuple[str, ...]:
    """Texts of which one is in every text in which a part of the trigger stands, in whatever form.

    A part is enough: each word of an English trigger is known to be one, and glued words are cut there.
    """
    if lang == "zh":
        return (word.partition("…")[0],)
    parts = {*word.lower().split(), *_LATIN.findall(word.lower())}
    return tuple(sorted(part[: max(3, len(part) - _TAIL)] for part in parts))
