"""The closed sets of words that records use, apart from the records: who only counts needs no more."""

from __future__ import annotations

from typing import Literal

MentionType = Literal["compound", "protein", "effect"]
Relation = Literal["increases", "decreases", "improves", "treats", "regulates", "binds", "associated_with"]

MENTION_TYPES: tuple[MentionType, ...] = ("compound", "protein", "effect")
RELATIONS: tuple[Relation, ...] = (
    "increases", "decreases", "improves", "treats", "regulates", "binds", "associated_with",
)  # fmt: skip
