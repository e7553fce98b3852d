"""What assembling makes: statements, each with all that speaks for it, and the links between them.

Order of the fields is that of `statements.jsonl` (`docs/assemble.md`): it holds still.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.records import Certainty, Claim, Document, Lang, Mention, MentionType, Relation

Opposition = Literal["direction", "denied"]


@dataclass(frozen=True, slots=True)
class Source:
    """The records of a run, under the name that evidence will give it. Of `documents` the sha256 tell same files."""

    run: str
    claims: Sequence[Claim]
    mentions: Sequence[Mention]
    documents: Sequence[Document] = ()


@dataclass(frozen=True, slots=True)
class Agent:
    """A concept that papers speak of. `key` is the same wherever the concept is, and begins with its type.

    `name` is the lexicon's, or the one that the papers use most; `zh` and `en` are its names in both languages, where
    known. `names` has all that the papers call it, the most used first.
    """

    key: str
    type: MentionType
    concept_id: str | None
    name: str
    zh: str | None
    en: str | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Support:
    """A claim as evidence of a statement: where it stands, and how it puts it.

    `paper` is the document, or the first of those that are one paper in several files; `copies` has the claims that say
    this in the other files, as `run` and claim id. `start`, `end`, `page` and `text` are of the sentence; `subject`,
    `trigger` and `object` are the words of this claim.
    """

    run: str
    doc: str
    paper: str
    claim: str
    certainty: Certainty
    model: tuple[str, ...]
    citations: tuple[int, ...]
    subject: str
    trigger: str
    object: str
    start: int
    end: int
    text: str
    section: str | None
    lang: Lang
    page: int | None
    copies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """What one or many sentences say: `subject` –`relation`→ `object`, or (`negated`) that it is not so.

    `id` is a digest of just that. `papers` and `sentences` count what differs; `certainty` and `models` count evidence,
    that which names no model in none. `general` and `specific` are statements that this one implies, and that imply it;
    `agrees` those of the same direction by another relation, `contradicts` those that say the opposite.
    """

    id: str
    subject: Agent
    relation: Relation
    object: Agent
    negated: bool
    papers: tuple[str, ...]
    sentences: int
    certainty: dict[str, int]
    models: dict[str, int]
    evidence: tuple[Support, ...]
    general: tuple[str, ...] = ()
    specific: tuple[str, ...] = ()
    agrees: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two statements that say the opposite of each other, the one with more evidence first.

    `by` tells whether they give opposite directions or one denies the other. `papers` are those that say both, `models`
    what both were seen in, as written: without such, the two may well be true side by side.
    """

    one: str
    other: str
    by: Opposition
    papers: tuple[str, ...]
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assembly:
    """The statements of some runs, those of most papers first, and the contradictions among them."""

    statements: tuple[Statement, ...]
    contradictions: tuple[Contradiction, ...]

    def by_id(self) -> dict[str, Statement]:
        """The statements by their ids."""
        return {s.id: s for s in self.statements}

    def by_claim(self) -> dict[tuple[str, str], Statement]:
        """The statement of each claim, by the claim's run and id; claims of repeated files have theirs as well."""
        return {at: s for s in self.statements for e in s.evidence for at in ((e.run, e.claim), *e.copies)}
