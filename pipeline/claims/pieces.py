"""A sentence as a row of typed pieces: what the grammar's patterns are written over.

A piece is a noun phrase (one mention, or several in a list), a trigger, or a function word (preposition, passive mark,
negation …). Words that say nothing to the grammar (adverbs, organs, numbers) are left out of the row; the text keeps
them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.errors import DataError
from pipeline.records import RELATIONS, Mention, Relation

# The kinds of pieces, and the letter each has in a row: patterns are regular expressions over these letters.
CODES: dict[str, str] = {
    "NP": "N", "V": "V", "CAUSV": "C", "AMBI": "W", "INTR": "I", "SYM": "S", "NOUN": "F", "AGENT": "K",
    "DUI": "o", "BEI": "b", "TONG": "t", "YU": "y", "ZAI": "z", "LOC": "l", "SHI": "s", "DE": "d", "YOU": "h",
    "CHAIN": "c", "TREAT": "r", "AFTER": "f", "GROUP": "g", "LIGHT": "u", "COP": "e", "AND": "&", "SUCH": "~",
    "ETC": "*", "CMP": "m", "PRON": "p", "LACK": "k", "NEG": "n", "HEDGE": "q", "AHEDGE": "Q", "ANEG": "!", "ASK": "x",
    "TELL": "T", "THAN": "<", "SUI": "j", "COMMA": ",", "STOP": ";",
    "OF": "d", "BY": "t", "BE": "e", "REL": "R", "PREP": "z", "ING": "G", "PPART": "P", "OPEN": "(", "CLOSE": ")",
    "EFF": "E", "THING": "X", "OTHER": "v",
}  # fmt: skip
# Names for several kinds at once, for patterns.
CLASSES: dict[str, str] = {"VERB": "VWC", "CHANGE": "IW", "ANYV": "VWCIF", "CAUSE": "sC"}
_RELATIONS: dict[str, Relation] = {relation: relation for relation in RELATIONS}


def relation_named(name: str) -> Relation:
    """The relation that a rule file names. Raises DataError for one that does not exist."""
    try:
        return _RELATIONS[name]
    except KeyError:
        raise DataError([f"no relation is called {name!r}"]) from None


@dataclass(slots=True)
class Piece:
    """A typed stretch `[start, end)` of the text. `members` are the mentions of a noun phrase, in order."""

    kind: str
    start: int
    end: int
    text: str
    members: tuple[Mention, ...] = ()
    senses: Mapping[str, Relation] = field(default_factory=dict)
    """kind of the trigger table -> relation"""

    shadow: bool = False
    """for a noun phrase: a verb that the tables do not know stands before it in its clause"""

    lead: bool = False
    """for a trigger: a noun that is no mention stands before it in its clause, and may be its subject"""

    sign: int = 0
    """for a noun phrase of a change (`loss of A`, `A knockdown`, `increased A`): -1 or 1, else 0"""

    respective: bool = False
    """for a trigger: 分别 stands before it, so that the first acts on the first"""

    signs: Mapping[str, int] = field(default_factory=dict)
    """for a list of changes (A升高和B降低): mention id -> -1 or 1"""

    @property
    def code(self) -> str:
        return CODES[self.kind]


def row(pieces: Sequence[Piece]) -> str:
    """The pieces' letters, one each."""
    return "".join([CODES[p.kind] for p in pieces])
