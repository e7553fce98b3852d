"""A run's evaluation: scores by document and by slice, every miss and extra with its cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.check.causes import CAUSES, Finding, Kind, findings
from pipeline.check.compare import FIGURES, Comparison, compare
from pipeline.check.counts import Score, counts_json, score_of
from pipeline.check.gold import GoldDocument
from pipeline.check.sides import Of, Side, gold_side, system_side
from pipeline.check.slices import Slices, headings, slices
from pipeline.errors import UsageError
from pipeline.records import Claim, Mention, Section, by_document

# Measured on ten papers: of two different ones at most 0.32 of one stands in the other, of one read twice 0.99.
SAME_TEXT = 0.7

Causes = Mapping[Of, Mapping[str, Mapping[Kind, int]]]


@dataclass(frozen=True, slots=True)
class Error:
    """A record that only one side has, and its sentence: the gold's where it can be told, else None.

    `cause` is a name of `CAUSES`, `rule` the rule that made an extra one.
    """

    doc: str
    kind: Kind
    of: Of
    what: str
    sentence_id: str | None
    sentence: str | None
    rule: str | None
    cause: str


@dataclass(frozen=True, slots=True)
class Report:
    """Scores by document in the order of the gold, their sum, and every miss and extra.

    `comparisons` are what they were made of, a document each, and `findings` what is wrong in each of those.
    """

    total: Score
    documents: Mapping[str, Score]
    errors: tuple[Error, ...]
    warnings: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    findings: tuple[tuple[Finding, ...], ...]

    @property
    def slices(self) -> Slices:
        """The counts by facet and slice."""
        return slices(self.comparisons)

    @property
    def causes(self) -> Causes:
        """How many misses, extras and near matches each cause has, in the order of `CAUSES`."""
        counted = Counter((f.of, f.cause, kind) for found in self.findings for f in found for kind in f.counts)
        causes: dict[Of, dict[str, dict[Kind, int]]] = {"claim": {}, "mention": {}}
        kinds: tuple[Kind, ...] = ("miss", "extra", "near")
        for cause in CAUSES:
            numbers = {kind: counted[cause.of, cause.name, kind] for kind in kinds}
            if any(numbers.values()):
                causes[cause.of][cause.name] = numbers
        return causes


def evaluate(
    gold: Iterable[GoldDocument],
    texts: Mapping[str, str],
    mentions: Iterable[Mention],
    claims: Iterable[Claim],
    sections: Mapping[str, Iterable[Section]] | None = None,
) -> Report:
    """Score a run's records against gold. A gold document without a text counts as missed, and is warned of.

    Documents of the run that have no gold count for nothing. Without `sections` no sentence has a heading.
    """
    said = by_document(mentions)
    claimed = by_document(claims)
    comparisons: list[Comparison] = []
    warnings: list[str] = []
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
        found = headings(ours.sentences, theirs, texts.get(doc, ""), (sections or {}).get(doc, ()))
        comparisons.append(compare(doc, ours, theirs, found, in_run=doc in texts))
    return _report(comparisons, warnings)


def _report(comparisons: Iterable[Comparison], warnings: Iterable[str]) -> Report:
    kept = tuple(comparisons)
    documents = {c.doc: score_of(c) for c in kept}
    wrong = tuple(map(findings, kept))
    errors = tuple(error for c, found in zip(kept, wrong, strict=True) for error in _errors(c, found))
    return Report(sum(documents.values(), Score()), documents, errors, tuple(warnings), kept, wrong)


def _errors(found: Comparison, wrong: Iterable[Finding]) -> Iterable[Error]:
    """The misses and extras, claims before mentions, misses before extras, in the order of each side."""
    listed = tuple(wrong)
    for of in ("claim", "mention"):
        for kind in ("miss", "extra"):
            for f in sorted(
                (f for f in listed if f.of == of and kind in f.counts),
                key=lambda f: (f.gold if kind == "miss" else f.system) or 0,
            ):
                yield _error(found, f, kind)


def _error(found: Comparison, f: Finding, kind: Kind) -> Error:
    side, index = (found.gold, f.gold) if kind == "miss" else (found.system, f.system)
    record = side.record(f.of, index or 0)
    sentence = found.gold.sentence_at(record.place)
    return Error(
        doc=found.doc,
        kind=kind,
        of=f.of,
        what=record.shown,
        sentence_id=sentence.id if sentence else None,
        sentence=sentence.text if sentence else None,
        rule=record.rule,
        cause=f.cause,
    )


def below(report: Report, thresholds: Mapping[str, float]) -> tuple[str, ...]:
    """Figures whose F1 is under its threshold, in words. Raises UsageError for a figure that does not exist."""
    unknown = [k for k in thresholds if k.replace("-", "_") not in FIGURES]
    if unknown:
        raise UsageError(f"--fail-under: no figure {unknown[0]!r} (there are {', '.join(FIGURES)})")
    found = ((k, report.total.figures[k.replace("-", "_")].f1, least) for k, least in thresholds.items())
    return tuple(f"{k} F1 {f1:.3f} is under {least:g}" for k, f1, least in found if f1 < least)


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain data: figures to three places, `documents` the same by document, `by` by facet and slice."""
    documents = {doc: _score_json(score) for doc, score in report.documents.items()}
    by = {
        facet: {label: {k: counts_json(c) for k, c in figures.items()} for label, figures in found.items()}
        for facet, found in report.slices.items()
    }
    warnings = list(report.warnings)
    return {
        **_score_json(report.total), "documents": documents, "by": by, "causes": report.causes, "warnings": warnings,
    }  # fmt: skip


def _score_json(score: Score) -> dict[str, Any]:
    shares = {a: None if s.value is None else round(s.value, 3) for a, s in score.attributes.items()}
    return {
        **{k: counts_json(c) for k, c in score.figures.items()},
        "types": {t: counts_json(c) for t, c in score.types.items()},
        "relations": {r: counts_json(c) for r, c in score.relations.items()},
        "attributes": shares,
    }
