"""How statements about the same two concepts stand to one another: implied, of one direction, opposite."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from pipeline.assemble.records import Contradiction, Statement
from pipeline.claims.meet import SYMMETRIC, agree, conflict, is_condition, leaves_some
from pipeline.records import Claim, Relation

# What each relation implies. `treats` may be said of a use that changes nothing.
IMPLIED: Mapping[Relation, frozenset[Relation]] = {
    "increases": frozenset({"regulates", "associated_with"}),
    "decreases": frozenset({"regulates", "associated_with"}),
    "improves": frozenset({"regulates", "associated_with"}),
    "regulates": frozenset({"associated_with"}),
    "treats": frozenset({"associated_with"}),
    "binds": frozenset({"associated_with"}),
}


@dataclass(slots=True)
class _Links:
    general: list[str] = field(default_factory=list)
    specific: list[str] = field(default_factory=list)
    agrees: list[str] = field(default_factory=list)
    contradicts: list[str] = field(default_factory=list)


def linked(
    statements: Sequence[Statement], claims: Mapping[str, Sequence[Claim]]
) -> tuple[tuple[Statement, ...], tuple[Contradiction, ...]]:
    """The statements with their links, in their order, and the contradictions. `claims` are those of each, by its id.

    Only statements about the same two concepts are linked: of two concepts nothing tells which is the more general.
    """
    groups: dict[frozenset[str], list[Statement]] = defaultdict(list)
    for statement in statements:
        groups[frozenset((statement.subject.key, statement.object.key))].append(statement)
    treated = {s.object.key for s in statements if s.relation == "treats" and not s.negated}
    links = {s.id: _Links() for s in statements}
    found: list[tuple[Statement, Statement]] = []
    for group in groups.values():
        for one, other in combinations(group, 2):
            turned = one.subject.key != other.subject.key
            for more, less in ((one, other), (other, one)):
                if implies(more, less) and not (turned and SYMMETRIC.isdisjoint((one.relation, other.relation))):
                    links[more.id].general.append(less.id)
                    links[less.id].specific.append(more.id)
            if turned:
                continue
            condition = is_condition(one.object.concept_id or "", one.object.key in treated)
            here, there = _spokesman(claims[one.id]), _spokesman(claims[other.id])
            if conflict(here, there, condition):
                found.append((one, other))
                links[one.id].contradicts.append(other.id)
                links[other.id].contradicts.append(one.id)
            elif agree(here, there, condition):
                links[one.id].agrees.append(other.id)
                links[other.id].agrees.append(one.id)
    nth = {s.id: n for n, s in enumerate(statements)}
    made = tuple(_with(s, links[s.id], nth) for s in statements)
    found.sort(key=lambda pair: (nth[pair[0].id], nth[pair[1].id]))
    return made, tuple(_contradiction(*pair) for pair in found)


def implies(more: Statement, less: Statement) -> bool:
    """Whether who says the one says the other, of the same two concepts; what is not regulated is not increased."""
    if more.negated != less.negated:
        return False
    if more.negated:
        more, less = less, more
    return less.relation in IMPLIED.get(more.relation, frozenset())


def _spokesman(claims: Sequence[Claim]) -> Claim:
    """The claim that a statement is held against others by: one that denies in full (不能完全消除 does not)."""
    return next((c for c in claims if not c.negated or not leaves_some(c)), claims[0])


def _with(statement: Statement, links: _Links, nth: Mapping[str, int]) -> Statement:
    def ordered(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(ids, key=nth.__getitem__))

    return replace(
        statement,
        general=ordered(links.general),
        specific=ordered(links.specific),
        agrees=ordered(links.agrees),
        contradicts=ordered(links.contradicts),
    )


def _contradiction(one: Statement, other: Statement) -> Contradiction:
    papers = tuple(p for p in one.papers if p in other.papers)
    models = tuple(m for m in one.models if m in other.models)
    return Contradiction(one.id, other.id, "direction" if one.negated == other.negated else "denied", papers, models)
