"""One sentence as it goes through the house: what `pipeline inspect` shows."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import Claim, Mention, Sentence, Trigger, Word


@dataclass(frozen=True, slots=True)
class TriggerSeen:
    """A trigger of the sentence: its sense, and what came of it.

    `rule` is the rule that fitted, or None; `outcome` says in words why it made a claim or none.
    """

    trigger: Trigger
    kind: str
    relation: str | None
    rule: str | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Trace:
    """A sentence and what each room made of it. `pieces` is the row of typed pieces that the grammar reads."""

    sentence: Sentence
    words: tuple[Word, ...]
    mentions: tuple[Mention, ...]
    pieces: tuple[tuple[str, str], ...]
    """(kind, text) of each piece, in order"""
    triggers: tuple[TriggerSeen, ...]
    claims: tuple[Claim, ...]
