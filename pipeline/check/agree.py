"""How far two annotators agree on the same sentences.

No F1, and no figure over characters, depends on which of them is the first. Kappas over claims do only where claims of
one sentence could be paired in several ways.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.check.align import overlap, squeeze
from pipeline.check.causes import Finding, findings
from pipeline.check.compare import MAIN, Comparison, compare, same_subject
from pipeline.check.counts import Score, score_of
from pipeline.check.gold import GoldDocument, GoldSentence
from pipeline.check.kappa import Coefficient, Table, alpha, kappa
from pipeline.check.match import in_stages, kept, overlapping
from pipeline.check.sides import Of, Side, gold_side

NO_MENTION = "none"
SENTENCES = ("compared", "only_first", "only_second", "other_text")


@dataclass(frozen=True, slots=True)
class Agreement:
    """The counts of one document, or of several summed. Tables count by (first's, second's) category.

    `types` is over the characters of the sentences, white space left out, the type of the mention that each is in, or
    `none`. `relation` is over claims that agree in all else, `negated` and `certainty` over claims that agree.
    `sentences` counts those compared, those that only one has, and those of one id whose texts are not the same.
    """

    score: Score = field(default_factory=Score)
    types: Table = field(default_factory=Counter)
    relation: Table = field(default_factory=Counter)
    negated: Table = field(default_factory=Counter)
    certainty: Table = field(default_factory=Counter)
    sentences: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(
            self.score + other.score,
            self.types + other.types,
            self.relation + other.relation,
            self.negated + other.negated,
            self.certainty + other.certainty,
            self.sentences + other.sentences,
        )

    @property
    def kappas(self) -> Mapping[str, Coefficient]:
        """Cohen's kappa of each table."""
        tables = {"types": self.types, "relation": self.relation, "negated": self.negated, "certainty": self.certainty}
        return {of: kappa(table) for of, table in tables.items()}

    @property
    def alpha(self) -> Coefficient:
        """Krippendorff's alpha of the types of characters. Raises UsageError where its package is not installed."""
        return alpha(self.types)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What the two say of one thing, None where one says nothing. `cause` is a name of `CAUSES`."""

    doc: str
    of: Of
    cause: str
    sentence_id: str | None
    sentence: str | None
    first: str | None
    second: str | None


@dataclass(frozen=True, slots=True)
class Agreed:
    """The agreement of two golds: all, by document, and what they disagree on; `notes` tell what was not compared."""

    total: Agreement
    documents: Mapping[str, Agreement]
    disagreements: tuple[Disagreement, ...]
    notes: tuple[str, ...]


def agree(first: Sequence[GoldDocument], second: Sequence[GoldDocument]) -> Agreed:
    """Compare two golds in the documents and sentences that both have: those of one text, of one id if they can."""
    others = {document.id: document for document in second}
    ids = {document.id for document in first}
    documents: dict[str, Agreement] = {}
    found: list[Disagreement] = []
    notes = [f"{d.id}: only in the first" for d in first if d.id not in others]
    notes += [f"{d.id}: only in the second" for d in second if d.id not in ids]
    for one in first:
        if one.id in others:
            paired, sentences, told = _paired(one, others[one.id])
            comparison = _compared(one, others[one.id], paired)
            documents[one.id] = replace(_agreement(comparison), sentences=sentences)
            found += (_disagreement(comparison, f) for f in findings(comparison))
            notes += told
    return Agreed(sum(documents.values(), Agreement()), documents, tuple(found), tuple(notes))


def _paired(
    one: GoldDocument, other: GoldDocument
) -> tuple[list[tuple[GoldSentence, GoldSentence]], Counter[str], list[str]]:
    """The sentences that both have, in the first's order; the counts, and what is not compared in words."""
    ours, theirs = one.sentences, other.sentences
    texts = [[squeeze(s.text).text for s in sentences] for sentences in (ours, theirs)]
    places: dict[str, list[int]] = {}
    for j, text in enumerate(texts[1]):
        places.setdefault(text, []).append(j)
    candidates = [places.get(text, []) for text in texts[0]]
    pairs = in_stages(candidates, (lambda i, j: ours[i].id == theirs[j].id, lambda _i, _j: True))
    hit = frozenset(pairs.values())
    left = {s.id: None for i, s in enumerate(ours) if i not in pairs}
    right = {s.id: None for j, s in enumerate(theirs) if j not in hit}
    other_text = [i for i in left if i in right]
    lists = {
        "only in the first": [i for i in left if i not in right],
        "only in the second": [i for i in right if i not in left],
        "of another text": other_text,
    }
    notes = [f"{one.id}: {_counted(ids)} {what}: {_some(ids)}" for what, ids in lists.items() if ids]
    numbers = (len(pairs), *map(len, lists.values()))
    counts = Counter(dict(zip(SENTENCES, numbers, strict=True)))
    return [(ours[i], theirs[j]) for i, j in pairs.items()], counts, notes


def _counted(ids: Sequence[str]) -> str:
    return f"{len(ids)} sentence{'' if len(ids) == 1 else 's'}"


def _some(ids: Sequence[str], most: int = 5) -> str:
    return ", ".join(ids[:most]) + (", …" if len(ids) > most else "")


def _compared(
    one: GoldDocument, other: GoldDocument, paired: Iterable[tuple[GoldSentence, GoldSentence]]
) -> Comparison:
    """Both golds of a document in the sentences that they share, with the aliases of both."""
    pairs = tuple(paired)
    aliases = (*one.aliases, *other.aliases)
    ours = gold_side(GoldDocument(one.id, tuple(s for s, _ in pairs), aliases))
    theirs = gold_side(GoldDocument(one.id, tuple(s for _, s in pairs), aliases))
    return compare(one.id, ours, replace(theirs, at=tuple(range(len(theirs.text)))))


def _agreement(found: Comparison) -> Agreement:
    ours, theirs = found.gold.claims, found.system.claims
    near = overlapping([c.object for c in ours], [c.object for c in theirs])
    ends = kept(near, lambda i, j: overlap(ours[i].sentence, theirs[j].sentence) and same_subject(ours[i], theirs[j]))
    # Claims of one relation first: two that say A raises and lowers B are not to be paired across.
    related = in_stages(ends, (lambda i, j: ours[i].relation == theirs[j].relation, lambda _i, _j: True))
    same = [(ours[i], theirs[j]) for i, j in found.nearest["claim"].items()]
    return Agreement(
        score_of(found),
        Counter(zip(_character_types(found.gold, found), _character_types(found.system, found), strict=True)),
        Counter((str(ours[i].relation), str(theirs[j].relation)) for i, j in related.items()),
        Counter((_yes(a.negated), _yes(b.negated)) for a, b in same),
        Counter((str(a.certainty), str(b.certainty)) for a, b in same),
    )


def _yes(negated: bool) -> str:
    return "negated" if negated else "plain"


def _character_types(side: Side, found: Comparison) -> list[str]:
    """For each character of the sentences, the type of the mention that it is in."""
    types = [NO_MENTION] * len(found.gold.text)
    for mention in side.mentions:
        if mention.span is not None:
            start, end = mention.span
            types[start:end] = [str(mention.type)] * (end - start)
    return types


def _disagreement(found: Comparison, f: Finding) -> Disagreement:
    """A finding as what both say; what it names beside a miss or an extra agrees with something else already."""
    first = None if f.gold is None or f.counts == ("extra",) else found.gold.record(f.of, f.gold)
    second = None if f.system is None or f.counts == ("miss",) else found.system.record(f.of, f.system)
    record = first or second
    sentence = found.gold.sentence_at(record.place if record else None)
    return Disagreement(
        doc=found.doc,
        of=f.of,
        cause=f.cause,
        sentence_id=sentence.id if sentence else None,
        sentence=sentence.text if sentence else None,
        first=first.shown if first else None,
        second=second.shown if second else None,
    )


def as_json(found: Agreed) -> dict[str, Any]:
    """The agreement as plain data, figures to three places."""
    documents = {doc: _agreement_json(agreement) for doc, agreement in found.documents.items()}
    return {**_agreement_json(found.total), "documents": documents, "notes": list(found.notes)}


def _agreement_json(found: Agreement) -> dict[str, Any]:
    figures = found.score.figures
    counts = {
        k: {"f1": round(c.f1, 3), "both": c.tp, "first": c.gold, "second": c.system}
        for k, c in ((k, figures[k]) for k in MAIN)
    }
    shares = {a: found.score.attributes[a].value for a in ("citations", "model")}
    return {
        "sentences": {k: found.sentences[k] for k in SENTENCES},
        **counts,
        "kappa": {of: _coefficient_json(c) for of, c in found.kappas.items()},
        "alpha": {"types": _coefficient_json(found.alpha)},
        "same": {a: None if value is None else round(value, 3) for a, value in shares.items()},
    }


def _coefficient_json(c: Coefficient) -> dict[str, Any]:
    shown: dict[str, Any] = {"value": None if c.value is None else round(c.value, 3), "of": c.of}
    return shown if c.why is None else {**shown, "why": c.why}
