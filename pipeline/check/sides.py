"""Gold and run as two sides of one comparison: spans in the squeezed gold text, names as names are compared."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.check.align import Span, align, name, squeeze
from pipeline.check.gold import GoldClaim, GoldDocument
from pipeline.records import Certainty, Claim, Mention, MentionType, Relation


@dataclass(frozen=True, slots=True)
class SideMention:
    """A mention. `span` is None where the gold text does not have it; `rule` is None in gold."""

    span: Span | None
    type: MentionType
    text: str
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class SideClaim:
    """A claim. `names` are all that its subject goes by in the document; spans are None where the text is lost."""

    subject: Span | None
    names: frozenset[str]
    relation: Relation
    object: Span | None
    negated: bool
    certainty: Certainty
    citations: tuple[int, ...]
    model: frozenset[str]
    sentence: Span | None
    shown: str
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class SideSentence:
    """A sentence of the gold text as it stands, and its place in the squeezed text."""

    span: Span
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Side:
    """What one side says of a document. `share` of the gold text stands in its text."""

    mentions: tuple[SideMention, ...] = ()
    claims: tuple[SideClaim, ...] = ()
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class GoldSide(Side):
    """Gold of a document, with the squeezed text that the spans of both sides count in."""

    text: str = ""
    sentences: tuple[SideSentence, ...] = ()

    def sentence_at(self, span: Span | None) -> SideSentence | None:
        """The sentence that the span begins in."""
        if span is None or not self.sentences:
            return None
        index = bisect_right(self.sentences, span[0], key=lambda s: s.span[0]) - 1
        return self.sentences[max(0, index)]


def gold_side(gold: GoldDocument) -> GoldSide:
    """Gold as a side. The sentences, squeezed and joined, are the text that the comparison counts in."""
    groups = [frozenset(map(name, group)) for group in gold.aliases]
    parts: list[str] = []
    sentences: list[SideSentence] = []
    mentions: list[SideMention] = []
    claims: list[SideClaim] = []
    base = 0
    for sentence in gold.sentences:
        squeezed = squeeze(sentence.text)
        whole = (base, base + len(squeezed.text))
        spans: dict[str, Span] = {}
        for m in sentence.mentions:
            local = squeezed.span(m.start, m.end)
            if local is not None:  # the loader refuses mentions of white space
                spans[m.id] = (local[0] + base, local[1] + base)
                mentions.append(SideMention(spans[m.id], m.type, m.text))
        claims.extend(_gold_claim(claim, spans, groups, whole) for claim in sentence.claims)
        sentences.append(SideSentence(whole, sentence.id, sentence.text))
        parts.append(squeezed.text)
        base = whole[1]
    return GoldSide(tuple(mentions), tuple(claims), text="".join(parts), sentences=tuple(sentences))


def _gold_claim(
    claim: GoldClaim, spans: dict[str, Span], groups: Iterable[frozenset[str]], sentence: Span
) -> SideClaim:
    names = frozenset({name(claim.subject_text)})
    for group in groups:
        if names & group:
            names |= group
    return SideClaim(
        subject=spans.get(claim.subject) if claim.subject else None,
        names=names,
        relation=claim.relation,
        object=spans.get(claim.object),
        negated=claim.negated,
        certainty=claim.certainty,
        citations=tuple(sorted(claim.citations)),
        model=frozenset(map(name, claim.model)),
        sentence=sentence,
        shown=_shown(claim.subject_text, claim.relation, claim.object_text, claim.negated, claim.certainty),
    )


def system_side(text: str, mentions: Iterable[Mention], claims: Iterable[Claim], gold_text: str) -> Side:
    """A run's records of one document as a side; `gold_text` is the gold side's squeezed text."""
    squeezed = squeeze(text)
    alignment = align(gold_text, squeezed.text)

    def carried(start: int, end: int) -> Span | None:
        return alignment.carry(squeezed.span(start, end))

    spans: dict[str, Span | None] = {}
    names: dict[str, frozenset[str]] = {}
    seen: list[SideMention] = []
    for m in mentions:
        spans[m.id] = carried(m.start, m.end)
        names[m.id] = frozenset(map(name, (m.text, m.concept_name or m.text, *m.names)))
        seen.append(SideMention(spans[m.id], m.type, m.text, m.rule))
    said = tuple(
        SideClaim(
            subject=spans.get(c.subject.mention),
            names=names.get(c.subject.mention, frozenset())
            | {name(c.subject.text), name(c.subject.concept_name or c.subject.text)},
            relation=c.relation,
            object=spans.get(c.object.mention),
            negated=c.negated,
            certainty=c.certainty,
            citations=tuple(sorted(c.citations)),
            model=frozenset(map(name, c.model)),
            sentence=carried(c.evidence.start, c.evidence.end),
            shown=_shown(c.subject.text, c.relation, c.object.text, c.negated, c.certainty),
            rule=c.rule,
        )
        for c in claims
    )
    return Side(tuple(seen), said, alignment.share)


def _shown(subject: str, relation: str, target: str, negated: bool, certainty: str) -> str:
    marks = (" (negated)" if negated else "") + (" (hedged)" if certainty == "hedged" else "")
    return f"{subject} -{relation}-> {target}{marks}"
