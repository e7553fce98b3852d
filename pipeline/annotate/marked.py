"""A document as annotation tools see it: one text, sentences and mentions as spans, claims hung on their triggers.

A claim is more than an arrow between two mentions: it has a trigger, sometimes a way (`via`), sometimes a subject that
stands in another sentence or nowhere. So it is a span of its own, where its trigger stands, with arrows to its
mentions: an event with roles in brat, a span with slots in INCEpTION, a region with relations in Label Studio.

`start`, `end` count Unicode characters of the text, end exclusive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.records import RELATIONS, Certainty, Lang, MentionType, Relation

ROLES = ("subject", "object", "via")


@dataclass(frozen=True, slots=True)
class Cut:
    """A sentence's place, id and language."""

    id: str
    lang: Lang
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MentionMark:
    """A mention. `where` says in which file, line or task it was read; empty for what we made."""

    start: int
    end: int
    type: MentionType
    where: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class ClaimMark:
    """A claim, at its trigger. `subject`, `object` and `via` are places in the document's list of mentions.

    `subject_name` stands in for a subject that is no mention of the document, `via_names` for a way that is none.
    `trigger` is None where it is the text that the span covers.
    """

    start: int
    end: int
    relation: Relation
    subject: int | None
    object: int | None
    via: tuple[int, ...] = ()
    negated: bool = False
    certainty: Certainty = "asserted"
    implicit: bool = False
    citations: tuple[int, ...] = ()
    model: tuple[str, ...] = ()
    subject_name: str = ""
    via_names: tuple[str, ...] = ()
    trigger: str | None = None
    where: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Marked:
    """A document. `cuts` rise and do not overlap; `where` names the file that it was read from."""

    id: str
    text: str
    cuts: tuple[Cut, ...]
    mentions: tuple[MentionMark, ...]
    claims: tuple[ClaimMark, ...]
    aliases: tuple[tuple[str, ...], ...] = ()
    where: str = field(default="", compare=False)


@dataclass(slots=True)
class Findings:
    """What reading gathered: `faults` no gold can be made of, `remarks` are things that were passed over."""

    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def ends_of(links: Iterable[tuple[str, int]]) -> tuple[int | None, int | None, tuple[int, ...]]:
    """Subject, object and via of a claim's arrows, each a role and a mention's place.

    Raises ValueError for a role that there is not, and for two subjects or objects.
    """
    by_role: dict[str, list[int]] = {role: [] for role in ROLES}
    for role, place in links:
        if role not in by_role:
            raise ValueError(f"no role {role!r} (there are {', '.join(ROLES)})")
        by_role[role].append(place)
    for role in ("subject", "object"):
        if len(by_role[role]) > 1:
            raise ValueError(f"{len(by_role[role])} times {role}; make a claim for each")
    subject, target = (by_role[role][0] if by_role[role] else None for role in ("subject", "object"))
    return subject, target, tuple(by_role["via"])


def relation_named(name: str | None) -> Relation:
    """The relation of that name. Raises ValueError for one that there is not."""
    relation = next((r for r in RELATIONS if r == name), None)
    if relation is None:
        raise ValueError(f"no relation {name!r} (there are {', '.join(RELATIONS)})")
    return relation


def certainty_named(name: str | None) -> Certainty:
    """The certainty of that name; asserted where none is given. Raises ValueError for one that there is not."""
    if name not in (None, "", "asserted", "hedged"):
        raise ValueError(f"certainty cannot be {name!r}")
    return "hedged" if name == "hedged" else "asserted"


def subject_named(names: Sequence[str]) -> str:
    """The name of a subject that is no mention; empty where none is written. Raises ValueError for several."""
    if len(names) > 1:
        raise ValueError(f"{len(names)} names of a subject ({', '.join(names)}); make a claim for each")
    return "".join(names)
