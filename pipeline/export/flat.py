"""The records of a run as flat rows, for tables that hold no lists: shared by the CSV and SQLite exports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.records import Claim, Mention
from pipeline.store import RunFolder


def by_id(mentions: Iterable[Mention]) -> dict[str, Mention]:
    """Mentions by id."""
    return {m.id: m for m in mentions}


def titles(run: RunFolder) -> dict[str, str]:
    """The title of each document, its id where it has none."""
    return {d.id: d.title or d.id for d in run.documents}


def via_names(claim: Claim, mentions: Mapping[str, Mention]) -> list[str]:
    """What the subject acts by way of, as written."""
    return [mentions[m].text for m in claim.via if m in mentions]
