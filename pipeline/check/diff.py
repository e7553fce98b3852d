"""Two runs of the same papers: which records both have, which changed, which only one has; with gold, for the better?

Records are told apart by their place and content, never by their ids, which shift when one is added. Where the text of
a paper differs, the second run's is aligned to the first's, so that what only moved is no change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from pipeline.check.align import Span, name, overlap, squeeze
from pipeline.check.causes import Finding
from pipeline.check.compare import MAIN, Comparison, same_subject, strictly
from pipeline.check.counts import counts_json
from pipeline.check.gold import GoldDocument
from pipeline.check.intervals import Intervals, differences, intervals_json
from pipeline.check.match import Pairs, in_stages, kept, overlapping
from pipeline.check.score import SAME_TEXT, Report, evaluate
from pipeline.check.sides import Of, Side, SideClaim, claim_line, system_side
from pipeline.records import Claim, Mention, by_document

Which = Literal["changed", "first", "second"]
Records = tuple[Sequence[Mention], Sequence[Claim]]


@dataclass(frozen=True, slots=True)
class RunRecords:
    """What is compared of a run: texts by document, and its records."""

    texts: Mapping[str, str]
    mentions: Sequence[Mention]
    claims: Sequence[Claim]


@dataclass(frozen=True, slots=True)
class Change:
    """A record that is not the same in both runs: only one has it (`which`), or both, with other `fields`."""

    doc: str
    of: Of
    which: Which
    first: Mention | Claim | None
    second: Mention | Claim | None
    fields: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that made it, each once, the first run's first."""
        return tuple(dict.fromkeys(record.rule for record in (self.first, self.second) if record is not None))


@dataclass(frozen=True, slots=True)
class Verdict:
    """A record of the gold that one run has right and the other has not, or an extra that only one run has.

    `gold` is None for extras. `cause` says what is wrong in the run that has it wrong. `first`, `second` are what the
    runs say there, None where nothing.
    """

    doc: str
    of: Of
    better: bool
    gold: str | None
    first: str | None
    second: str | None
    cause: str
    sentence_id: str | None
    sentence: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """Both runs against gold, over the documents that both have, and what differs; the worse before the better.

    `differences` are the intervals of the second's figures less the first's.
    """

    first: Report
    second: Report
    differences: Intervals
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """What changed. `same` has, by document, how many mentions and claims are the same; `moved` whose text differs."""

    documents: tuple[str, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    moved: tuple[str, ...]
    same: Mapping[str, Mapping[Of, int]]
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]
    judged: Judged | None = None


def diff(first: RunRecords, second: RunRecords, gold: Iterable[GoldDocument] = ()) -> Diff:
    """Compare two runs; with `gold`, judge what differs in the documents that both runs and the gold have."""
    documents = tuple(doc for doc in first.texts if doc in second.texts)
    ours, theirs = _records(first), _records(second)
    same: dict[str, dict[Of, int]] = {}
    links: dict[str, dict[Of, Pairs]] = {}
    changes: list[Change] = []
    warnings: list[str] = []
    for doc in documents:
        text = squeeze(first.texts[doc]).text
        sides = (
            system_side(first.texts[doc], *ours(doc), text),
            system_side(second.texts[doc], *theirs(doc), text),
        )
        if sides[1].share < SAME_TEXT:
            warnings.append(f"{doc}: only {sides[1].share:.0%} of its text is in both; are they the same paper?")
        links[doc] = {"mention": _mention_links(*sides), "claim": _claim_links(*sides)}
        found = tuple(_changes(doc, links[doc], sides, ours(doc), theirs(doc)))
        changed = {of: sum(c.of == of and c.which == "changed" for c in found) for of in links[doc]}
        same[doc] = {of: len(pairs) - changed[of] for of, pairs in links[doc].items()}
        changes += found
    gold = tuple(gold)
    warnings += (f"{g.id}: gold, but not in both runs; left out" for g in gold if g.id not in links)
    common = tuple(g for g in gold if g.id in links)
    judged = _judged(first, second, common, links) if common else None
    if judged:
        warnings += dict.fromkeys((*judged.first.warnings, *judged.second.warnings))
    return Diff(
        documents,
        tuple(doc for doc in first.texts if doc not in second.texts),
        tuple(doc for doc in second.texts if doc not in first.texts),
        tuple(doc for doc in documents if first.texts[doc] != second.texts[doc]),
        same,
        tuple(changes),
        tuple(warnings),
        judged,
    )


def _records(run: RunRecords) -> Callable[[str], Records]:
    mentions, claims = by_document(run.mentions), by_document(run.claims)
    return lambda doc: (mentions.get(doc, ()), claims.get(doc, ()))


# -- which record is which ---------------------------------------------------------------------------------------------


def _mention_links(first: Side, second: Side) -> Pairs:
    one, other = first.mentions, second.mentions
    near = overlapping([m.span for m in one], [m.span for m in other])

    def placed(i: int, j: int) -> bool:
        return one[i].span == other[j].span

    def typed(i: int, j: int) -> bool:
        return one[i].type == other[j].type

    return in_stages(near, (lambda i, j: placed(i, j) and typed(i, j), placed, typed, lambda _i, _j: True))


def _claim_links(first: Side, second: Side) -> Pairs:
    one, other = first.claims, second.claims
    near = overlapping([c.object for c in one], [c.object for c in other])

    def alike(i: int, j: int) -> bool:
        return not _claim_fields(one[i], other[j])

    def placed(i: int, j: int) -> bool:
        return one[i].object == other[j].object and _one_subject(one[i], other[j])

    def related(i: int, j: int) -> bool:
        return one[i].relation == other[j].relation

    def agreed(i: int, j: int) -> bool:
        return same_subject(one[i], other[j])

    together = kept(near, lambda i, j: overlap(one[i].sentence, other[j].sentence))
    stages = (
        alike, lambda i, j: placed(i, j) and related(i, j), placed,
        lambda i, j: agreed(i, j) and related(i, j), agreed, related,
    )  # fmt: skip
    return in_stages(together, stages)


def _one_subject(one: SideClaim, other: SideClaim) -> bool:
    """Whether two claims have one subject: at one place, or elsewhere by the same name."""
    if one.subject is not None and one.subject == other.subject:
        return True
    return name(one.subject_text) == name(other.subject_text)


def _claim_fields(one: SideClaim, other: SideClaim) -> tuple[str, ...]:
    """The fields in which two claims at one place differ."""
    same = {
        "subject": _one_subject(one, other),
        "relation": one.relation == other.relation,
        "object": one.object == other.object,
        "negated": one.negated == other.negated,
        "certainty": one.certainty == other.certainty,
        "trigger": name(one.trigger) == name(other.trigger),
        "via": tuple(map(name, one.via)) == tuple(map(name, other.via)),
        "citations": one.citations == other.citations,
        "model": one.model == other.model,
        "rule": one.rule == other.rule,
    }
    return tuple(field for field, kept_ in same.items() if not kept_)


def _mention_fields(one: Mention, other: Mention, spans: tuple[Span | None, Span | None]) -> tuple[str, ...]:
    same = {
        "span": spans[0] == spans[1],
        "type": one.type == other.type,
        "concept_id": one.concept_id == other.concept_id,
        "rule": one.rule == other.rule,
    }
    return tuple(field for field, kept_ in same.items() if not kept_)


def _changes(
    doc: str, links: Mapping[Of, Pairs], sides: tuple[Side, Side], ours: Records, theirs: Records
) -> Iterator[Change]:
    """What is not the same in a document: claims, then mentions; changed, then of one run only."""
    (mentions, claims), (other_mentions, other_claims) = ours, theirs
    said = [_claim_fields(sides[0].claims[i], sides[1].claims[j]) for i, j in links["claim"].items()]
    yield from _listed(doc, "claim", links["claim"], said, claims, other_claims)
    seen = [
        _mention_fields(mentions[i], other_mentions[j], (sides[0].mentions[i].span, sides[1].mentions[j].span))
        for i, j in links["mention"].items()
    ]
    yield from _listed(doc, "mention", links["mention"], seen, mentions, other_mentions)


def _listed(
    doc: str,
    of: Of,
    pairs: Pairs,
    fields: Sequence[tuple[str, ...]],
    one: Sequence[Mention | Claim],
    other: Sequence[Mention | Claim],
) -> Iterator[Change]:
    hit = frozenset(pairs.values())
    for (i, j), differ in zip(pairs.items(), fields, strict=True):
        if differ:
            yield Change(doc, of, "changed", one[i], other[j], differ)
    yield from (Change(doc, of, "first", record, None) for i, record in enumerate(one) if i not in pairs)
    yield from (Change(doc, of, "second", None, record) for j, record in enumerate(other) if j not in hit)


# -- for the better or the worse ---------------------------------------------------------------------------------------


def _judged(
    first: RunRecords, second: RunRecords, gold: Sequence[GoldDocument], links: Mapping[str, Mapping[Of, Pairs]]
) -> Judged:
    one, other = (evaluate(gold, run.texts, run.mentions, run.claims) for run in (first, second))
    verdicts: list[Verdict] = []
    for n, found in enumerate(one.comparisons):
        both = (found, other.comparisons[n])
        wrong = (one.findings[n], other.findings[n])
        for of, pairs in links[found.doc].items():
            back = {j: i for i, j in pairs.items()}
            verdicts += _verdicts(of, both, wrong, pairs, better=True)
            verdicts += _verdicts(of, both[::-1], wrong[::-1], back, better=False)
    order = {"claim": 0, "mention": 1}
    verdicts.sort(key=lambda v: (v.better, order[v.of]))
    scores = [tuple(report.documents.values()) for report in (one, other)]
    return Judged(one, other, differences(*scores), tuple(verdicts))


def _verdicts(
    of: Of,
    both: tuple[Comparison, ...],
    wrong: tuple[tuple[Finding, ...], ...],
    links: Pairs,
    *,
    better: bool,
) -> Iterator[Verdict]:
    """What the first of `both` has wrong and the second right, or nearer to it.

    `links` goes from the first's records to the second's. With `better` the first is the first run; else they were
    swapped.
    """
    bad, good = both
    right, was = _right(of, good), _right(of, bad)
    extras = frozenset(f.system for f in wrong[1] if f.of == of and "extra" in f.counts)
    told: set[int | None] = set()
    for f in wrong[0]:
        if f.of != of or f.gold is None or not {"miss", "near"} & set(f.counts):
            continue
        if f.gold in right and right[f.gold].strict > (was[f.gold].strict if f.gold in was else -1):
            told.add(f.system)
            yield _verdict(of, both, f, f.gold, right[f.gold].record, better=better)
    for f in wrong[0]:
        if f.of == of and "extra" in f.counts and f.system is not None and f.system not in told:
            instead = links.get(f.system)
            if instead not in extras:
                yield _verdict(of, both, f, None, instead, better=better)


class _Right(NamedTuple):
    """A run's record that is matched with one of the gold, and whether strictly."""

    record: int
    strict: bool


def _right(of: Of, found: Comparison) -> dict[int, _Right]:
    """What of the gold a run has."""
    if of == "mention":
        spans = [[m.span for m in side.mentions] for side in (found.gold, found.system)]
        return {i: _Right(j, spans[0][i] == spans[1][j]) for i, j in found.nearest[of].items()}
    return {i: _Right(j, strictly(found.gold.claims[i], found.system.claims[j])) for i, j in found.nearest[of].items()}


def _verdict(
    of: Of, both: tuple[Comparison, ...], f: Finding, gold: int | None, right: int | None, *, better: bool
) -> Verdict:
    bad, good = both
    said = [_shown(of, bad.system, f.system), _shown(of, good.system, right)]
    first, second = said if better else said[::-1]
    record = bad.system.record(of, f.system or 0) if gold is None else bad.gold.record(of, gold)
    sentence = bad.gold.sentence_at(record.place)
    return Verdict(
        doc=bad.doc,
        of=of,
        better=better,
        gold=_shown(of, bad.gold, gold),
        first=first,
        second=second,
        cause=f.cause,
        sentence_id=sentence.id if sentence else None,
        sentence=sentence.text if sentence else None,
    )


def _shown(of: Of, side: Side, index: int | None) -> str | None:
    return None if index is None else side.record(of, index).shown


def as_json(found: Diff) -> dict[str, Any]:
    """The comparison as plain data. Records are named by their ids in their own run, and by their place there."""
    said: dict[str, Any] = {
        "documents": {doc: dict(found.same[doc]) for doc in found.documents},
        "only_first": list(found.only_first),
        "only_second": list(found.only_second),
        "other_text": list(found.moved),
        "changes": [_change_json(c) for c in found.changes],
        "warnings": list(found.warnings),
    }
    if found.judged is None:
        return said
    one, other = found.judged.first, found.judged.second
    figures = {
        figure: {"first": counts_json(one.total.figures[figure]), "second": counts_json(other.total.figures[figure])}
        for figure in MAIN
    }
    differ = intervals_json(found.judged.differences)
    return {**said, "figures": figures, "differences": differ, "judged": [asdict(v) for v in found.judged.verdicts]}


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "doc": change.doc,
        "of": change.of,
        "which": change.which,
        "fields": list(change.fields),
        "rules": list(change.rules),
        "first": _record_json(change.first),
        "second": _record_json(change.second),
    }


def _record_json(record: Mention | Claim | None) -> dict[str, Any] | None:
    if record is None:
        return None
    place = record.evidence if isinstance(record, Claim) else record
    return {"id": record.id, "start": place.start, "end": place.end, "shown": shown(record), "rule": record.rule}


def shown(record: Mention | Claim) -> str:
    """A record in a line."""
    if isinstance(record, Mention):
        concept = f", {record.concept_id}" if record.concept_id else ""
        return f"{record.text} ({record.type}{concept})"
    return claim_line(record.subject.text, record.relation, record.object.text, record.negated, record.certainty)
