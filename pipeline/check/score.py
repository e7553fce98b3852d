"""Counts of what a run got right, and the figures made of them: counts are summed over documents, then divided once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pipeline.check.align import overlap
from pipeline.check.gold import GoldDocument
from pipeline.check.match import Pairs, kept, matching, overlapping
from pipeline.check.sides import GoldSide, Side, SideClaim, gold_side, system_side
from pipeline.errors import UsageError
from pipeline.records import MENTION_TYPES, RELATIONS, Claim, Mention

# Measured on ten papers: of two different ones at most 0.32 of one stands in the other, of one read twice 0.99.
SAME_TEXT = 0.7
ATTRIBUTES = ("negated", "certainty", "citations", "model")
# The figures of a report. The looser ones (`any`) say where the losses are: in the type, the relation, the subject.
FIGURES = (
    "mention", "mention_strict", "mention_any_type",
    "claim", "claim_strict", "claim_any_relation", "claim_any_subject",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counts:
    """Pairs found, records of the run, records of the gold."""

    tp: int = 0
    system: int = 0
    gold: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.tp + other.tp, self.system + other.system, self.gold + other.gold)

    @property
    def p(self) -> float:
        """Precision, 0 where the run says nothing."""
        return self.tp / self.system if self.system else 0.0

    @property
    def r(self) -> float:
        """Recall, 0 where there is nothing to find."""
        return self.tp / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.p * self.r / (self.p + self.r) if self.tp else 0.0


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the matched claims have an attribute right."""

    right: int = 0
    of: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.right + other.right, self.of + other.of)

    @property
    def value(self) -> float | None:
        """The share, None of nothing."""
        return self.right / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Error:
    """A record that only one side has, and its sentence: the gold's where it can be told, else None.

    `rule` is the rule that made an extra one.
    """

    doc: str
    kind: Literal["miss", "extra"]
    of: Literal["mention", "claim"]
    what: str
    sentence_id: str | None
    sentence: str | None
    rule: str | None


@dataclass(frozen=True, slots=True)
class Score:
    """The counts of one document, or of several summed. `relations` has those that occur on either side."""

    figures: Mapping[str, Counts] = field(default_factory=lambda: dict.fromkeys(FIGURES, Counts()))
    types: Mapping[str, Counts] = field(default_factory=lambda: dict.fromkeys(MENTION_TYPES, Counts()))
    relations: Mapping[str, Counts] = field(default_factory=dict)
    attributes: Mapping[str, Share] = field(default_factory=lambda: dict.fromkeys(ATTRIBUTES, Share()))

    def __add__(self, other: Score) -> Score:
        relations = {r: None for r in RELATIONS if r in self.relations or r in other.relations}
        return Score(
            {k: self.figures[k] + other.figures[k] for k in FIGURES},
            {t: self.types[t] + other.types[t] for t in MENTION_TYPES},
            {r: self.relations.get(r, Counts()) + other.relations.get(r, Counts()) for r in relations},
            {a: self.attributes[a] + other.attributes[a] for a in ATTRIBUTES},
        )


@dataclass(frozen=True, slots=True)
class Report:
    """Scores by document in the order of the gold, their sum, and every miss and extra."""

    total: Score
    documents: Mapping[str, Score]
    errors: tuple[Error, ...]
    warnings: tuple[str, ...]


def evaluate(
    gold: Iterable[GoldDocument],
    texts: Mapping[str, str],
    mentions: Iterable[Mention],
    claims: Iterable[Claim],
) -> Report:
    """Score a run's records against gold. A gold document without a text counts as missed, and is warned of.

    Documents of the run that have no gold count for nothing.
    """
    said = _by_doc(mentions)
    claimed = _by_doc(claims)
    documents: dict[str, Score] = {}
    errors: list[Error] = []
    warnings: list[str] = []
    total = Score()
    for document in gold:
        doc, ours = document.id, gold_side(document)
        if doc in texts:
            theirs = system_side(texts[doc], said.get(doc, ()), claimed.get(doc, ()), ours.text)
            if theirs.share < SAME_TEXT:
                share = f"{theirs.share:.0%}"
                warnings.append(f"{doc}: only {share} of the gold text is in the run's; are they the same paper?")
        else:
            theirs = Side()
            warnings.append(f"{doc}: not in the run, all of it counts as missed")
        documents[doc], wrong = compare(doc, ours, theirs)
        errors.extend(wrong)
        total += documents[doc]
    return Report(total, documents, tuple(errors), tuple(warnings))


def _by_doc(records: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for record in records:
        found.setdefault(record.doc, []).append(record)
    return found


def compare(doc: str, gold: GoldSide, system: Side) -> tuple[Score, tuple[Error, ...]]:
    """Score one document, and list what only one side has."""
    figures: dict[str, Counts] = {}
    mention_pairs, types = _compare_mentions(gold, system, figures)
    claim_pairs = _compare_claims(gold, system, figures)
    matched = [(gold.claims[i], system.claims[j]) for i, j in claim_pairs.items()]
    score = Score(figures, types, _relations(gold, system, matched), _attributes(matched))
    return score, (*_claim_errors(doc, gold, system, claim_pairs), *_mention_errors(doc, gold, system, mention_pairs))


def _compare_mentions(gold: GoldSide, system: Side, figures: dict[str, Counts]) -> tuple[Pairs, dict[str, Counts]]:
    """Adds the mention figures; the pairs of the overlap match, and its counts by type."""
    ours, theirs = gold.mentions, system.mentions
    sizes = (len(theirs), len(ours))
    near = overlapping([m.span for m in ours], [m.span for m in theirs])
    typed = kept(near, lambda i, j: ours[i].type == theirs[j].type)
    pairs = matching(typed)
    strict = matching(kept(typed, lambda i, j: ours[i].span == theirs[j].span))
    figures["mention"] = Counts(len(pairs), *sizes)
    figures["mention_strict"] = Counts(len(strict), *sizes)
    figures["mention_any_type"] = Counts(len(matching(near)), *sizes)
    # Pairs never cross types, so the largest matching is the largest in each type.
    found = Counter(ours[i].type for i in pairs)
    in_gold, in_run = Counter(m.type for m in ours), Counter(m.type for m in theirs)
    return pairs, {t: Counts(found[t], in_run[t], in_gold[t]) for t in MENTION_TYPES}


def _compare_claims(gold: GoldSide, system: Side, figures: dict[str, Counts]) -> Pairs:
    """Adds the claim figures; the pairs of the plain claim match."""
    ours, theirs = gold.claims, system.claims
    sizes = (len(theirs), len(ours))
    near = overlapping([c.object for c in ours], [c.object for c in theirs])

    def related(i: int, j: int) -> bool:
        return ours[i].relation == theirs[j].relation

    def paired(i: int, j: int) -> bool:
        return overlap(ours[i].sentence, theirs[j].sentence) and _same_subject(ours[i], theirs[j])

    def strictly(i: int, j: int) -> bool:
        a, b = ours[i], theirs[j]
        return (a.object, a.negated, a.certainty) == (b.object, b.negated, b.certainty)

    ends = kept(near, paired)
    full = kept(ends, related)
    pairs = matching(full)
    figures["claim"] = Counts(len(pairs), *sizes)
    figures["claim_strict"] = Counts(len(matching(kept(full, strictly))), *sizes)
    figures["claim_any_relation"] = Counts(len(matching(ends)), *sizes)
    figures["claim_any_subject"] = Counts(len(matching(kept(near, related))), *sizes)
    return pairs


def _same_subject(gold: SideClaim, system: SideClaim) -> bool:
    return overlap(gold.subject, system.subject) or not gold.names.isdisjoint(system.names)


def _relations(gold: GoldSide, system: Side, matched: Iterable[tuple[SideClaim, SideClaim]]) -> dict[str, Counts]:
    found = Counter(g.relation for g, _ in matched)
    in_gold, in_run = Counter(c.relation for c in gold.claims), Counter(c.relation for c in system.claims)
    return {r: Counts(found[r], in_run[r], in_gold[r]) for r in RELATIONS if in_gold[r] or in_run[r]}


def _attributes(matched: Iterable[tuple[SideClaim, SideClaim]]) -> dict[str, Share]:
    pairs = list(matched)
    return {a: Share(sum(getattr(g, a) == getattr(s, a) for g, s in pairs), len(pairs)) for a in ATTRIBUTES}


def _claim_errors(doc: str, gold: GoldSide, system: Side, pairs: Pairs) -> Iterable[Error]:
    hit = frozenset(pairs.values())
    for i, claim in enumerate(gold.claims):
        if i not in pairs:
            yield _error(doc, gold, "miss", "claim", claim.shown, claim.sentence, None)
    for j, claim in enumerate(system.claims):
        if j not in hit:
            yield _error(doc, gold, "extra", "claim", claim.shown, claim.sentence, claim.rule)


def _mention_errors(doc: str, gold: GoldSide, system: Side, pairs: Pairs) -> Iterable[Error]:
    hit = frozenset(pairs.values())
    for i, mention in enumerate(gold.mentions):
        if i not in pairs:
            yield _error(doc, gold, "miss", "mention", f"{mention.text} ({mention.type})", mention.span, None)
    for j, mention in enumerate(system.mentions):
        if j not in hit:
            yield _error(doc, gold, "extra", "mention", f"{mention.text} ({mention.type})", mention.span, mention.rule)


def _error(
    doc: str,
    gold: GoldSide,
    kind: Literal["miss", "extra"],
    of: Literal["mention", "claim"],
    what: str,
    span: tuple[int, int] | None,
    rule: str | None,
) -> Error:
    sentence = gold.sentence_at(span)
    if sentence is None:
        return Error(doc, kind, of, what, None, None, rule)
    return Error(doc, kind, of, what, sentence.id, sentence.text, rule)


def below(report: Report, thresholds: Mapping[str, float]) -> tuple[str, ...]:
    """Figures whose F1 is under its threshold, in words. Raises UsageError for a figure that does not exist."""
    unknown = [k for k in thresholds if k.replace("-", "_") not in FIGURES]
    if unknown:
        raise UsageError(f"--fail-under: no figure {unknown[0]!r} (there are {', '.join(FIGURES)})")
    found = ((k, report.total.figures[k.replace("-", "_")].f1, least) for k, least in thresholds.items())
    return tuple(f"{k} F1 {f1:.3f} is under {least:g}" for k, f1, least in found if f1 < least)


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain data: figures to three places, `documents` the same by document."""
    documents = {doc: _score_json(score) for doc, score in report.documents.items()}
    return {**_score_json(report.total), "documents": documents, "warnings": list(report.warnings)}


def _score_json(score: Score) -> dict[str, Any]:
    shares = {a: None if s.value is None else round(s.value, 3) for a, s in score.attributes.items()}
    return {
        **{k: _counts_json(c) for k, c in score.figures.items()},
        "types": {t: _counts_json(c) for t, c in score.types.items()},
        "relations": {r: _counts_json(c) for r, c in score.relations.items()},
        "attributes": shares,
    }


def _counts_json(c: Counts) -> dict[str, float]:
    figures: dict[str, float] = {"p": round(c.p, 3), "r": round(c.r, 3), "f1": round(c.f1, 3)}
    return {**figures, "tp": c.tp, "system": c.system, "gold": c.gold}
