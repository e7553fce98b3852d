"""An assembly in numbers, and a part of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import get_args

from pipeline.assemble.records import Assembly
from pipeline.kinds import RELATIONS
from pipeline.records import Certainty


@dataclass(frozen=True, slots=True)
class Figures:
    """What an assembly holds. `claims` are the evidence, those that only repeat it in another file left out.

    `certainty` and `models` count claims, `relations` statements; `hedged_only` are statements that nobody asserts.
    `refinements` are pairs of a more specific and a more general statement; `agreements`, `contradictions` pairs too.
    """

    papers: int
    claims: int
    statements: int
    several_sentences: int
    several_papers: int
    negated: int
    hedged_only: int
    certainty: dict[str, int]
    relations: dict[str, int]
    models: dict[str, int]
    refinements: int
    agreements: int
    contradictions: int


def figures(found: Assembly) -> Figures:
    """The numbers of an assembly; models the most named first."""
    made = found.statements
    certainty: Counter[str] = Counter()
    models: Counter[str] = Counter()
    for s in made:
        certainty.update(s.certainty)
        models.update(s.models)
    relations = Counter(s.relation for s in made)
    return Figures(
        papers=len({paper for s in made for paper in s.papers}),
        claims=sum(len(s.evidence) for s in made),
        statements=len(made),
        several_sentences=_count(s.sentences > 1 for s in made),
        several_papers=_count(len(s.papers) > 1 for s in made),
        negated=_count(s.negated for s in made),
        hedged_only=_count(not s.certainty["asserted"] for s in made),
        certainty={kind: certainty[kind] for kind in get_args(Certainty)},
        relations={relation: relations[relation] for relation in RELATIONS},
        models=dict(sorted(models.items(), key=lambda m: (-m[1], m[0]))),
        refinements=sum(len(s.general) for s in made),
        agreements=sum(len(s.agrees) for s in made) // 2,
        contradictions=len(found.contradictions),
    )


def _count(yes: Iterable[bool]) -> int:
    return sum(yes)


def of_papers(found: Assembly, least: int) -> Assembly:
    """The statements that this many papers or more make, and the contradictions that as many speak in.

    A statement of fewer papers stays where another contradicts it and they have as many between them. Links to
    statements that are left out go with them.
    """
    by_id = found.by_id()
    conflicts = tuple(c for c in found.contradictions if len({*by_id[c.one].papers, *by_id[c.other].papers}) >= least)
    kept = {s.id for s in found.statements if len(s.papers) >= least} | {i for c in conflicts for i in (c.one, c.other)}

    def still(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(i for i in ids if i in kept)

    statements = tuple(
        replace(
            s,
            general=still(s.general),
            specific=still(s.specific),
            agrees=still(s.agrees),
            contradicts=still(s.contradicts),
        )
        for s in found.statements
        if s.id in kept
    )
    return Assembly(statements, conflicts)
