"""One document's two sides held against each other: which records are paired, under each measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.check.align import overlap
from pipeline.check.match import Pairs, kept, matching, overlapping
from pipeline.check.sides import GoldSide, Of, Side, SideClaim

# The looser measures (`any`) say where the losses are: in the type, the relation, the subject.
MENTION_FIGURES = ("mention", "mention_strict", "mention_any_type")
CLAIM_FIGURES = ("claim", "claim_strict", "claim_any_relation", "claim_any_subject")
FIGURES = (*MENTION_FIGURES, *CLAIM_FIGURES)
# What the guidelines score by.
MAIN = ("mention", "mention_strict", "claim", "claim_strict")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A document's two sides and, by figure, the pairs: index of the gold's record -> index of the run's.

    `nearest` are the pairs by which errors are told: as many as those of `mention` and `claim`, but strict ones first.
    `headings` has, for each sentence of the gold, the chapter that it stands in in the run's text; None where it is in
    none, or the run does not have the sentence. `in_run` is false for a document that the run lacks.
    """

    doc: str
    gold: GoldSide
    system: Side
    pairs: Mapping[str, Pairs]
    nearest: Mapping[Of, Pairs]
    headings: tuple[str | None, ...] = ()
    in_run: bool = True


def compare(
    doc: str, gold: GoldSide, system: Side, headings: tuple[str | None, ...] = (), *, in_run: bool = True
) -> Comparison:
    """Pair one document's records under every measure."""
    headings = headings or (None,) * len(gold.sentences)
    mentions, claims = _mention_candidates(gold, system), _claim_candidates(gold, system)
    pairs = {figure: matching(candidates) for figure, candidates in (mentions | claims).items()}
    nearest: dict[Of, Pairs] = {
        "mention": matching(mentions["mention"], pairs["mention_strict"]),
        "claim": matching(claims["claim"], pairs["claim_strict"]),
    }
    return Comparison(doc, gold, system, pairs, nearest, headings, in_run)


def same_subject(one: SideClaim, other: SideClaim) -> bool:
    """Whether the subjects agree: their spans overlap, or they share a name."""
    return overlap(one.subject, other.subject) or not one.names.isdisjoint(other.names)


def strictly(one: SideClaim, other: SideClaim) -> bool:
    """Whether two claims that agree do so strictly."""
    return (one.object, one.negated, one.certainty) == (other.object, other.negated, other.certainty)


def _mention_candidates(gold: GoldSide, system: Side) -> dict[str, list[list[int]]]:
    ours, theirs = gold.mentions, system.mentions
    near = overlapping([m.span for m in ours], [m.span for m in theirs])
    typed = kept(near, lambda i, j: ours[i].type == theirs[j].type)
    strict = kept(typed, lambda i, j: ours[i].span == theirs[j].span)
    return dict(zip(MENTION_FIGURES, (typed, strict, near), strict=True))


def _claim_candidates(gold: GoldSide, system: Side) -> dict[str, list[list[int]]]:
    ours, theirs = gold.claims, system.claims
    near = overlapping([c.object for c in ours], [c.object for c in theirs])

    def related(i: int, j: int) -> bool:
        return ours[i].relation == theirs[j].relation

    def paired(i: int, j: int) -> bool:
        return overlap(ours[i].sentence, theirs[j].sentence) and same_subject(ours[i], theirs[j])

    ends = kept(near, paired)
    full = kept(ends, related)
    strict = kept(full, lambda i, j: strictly(ours[i], theirs[j]))
    return dict(zip(CLAIM_FIGURES, (full, strict, ends, kept(near, related)), strict=True))
