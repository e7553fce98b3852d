"""Gold and run as two sides of one comparison: spans in the squeezed gold text, names as names are compared."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pipeline.check.align import Span, align, name, squeeze
from pipeline.check.gold import GoldClaim, GoldDocument
from pipeline.records import Certainty, Claim, Lang, Mention, MentionType, Relation

Of = Literal["mention", "claim"]


def claim_line(subject: str, relation: str, target: str, negated: bool, certainty: str) -> str:
    """A claim in a line."""
    marks = (" (negated)" if negated else "") + (" (hedged)" if certainty == "hedged" else "")
    return f"{subject} -{relation}-> {target}{marks}"


@dataclass(frozen=True, slots=True)
class SideMention:
    """A mention. `span` is None where the gold text does not have it; `rule` is None in gold."""

    span: Span | None
    type: MentionType
    text: str
    rule: str | None = None

    @property
    def shown(self) -> str:
        """The mention in a line."""
        return f"{self.text} ({self.type})"

    @property
    def place(self) -> Span | None:
        """Where it stands; for its sentence."""
        return self.span


@dataclass(frozen=True, slots=True)
class SideClaim:
    """A claim. `names` are all that its subject goes by in the document; spans are None where the text is lost.

    `said` is the sentence as that side has it.
    """

    subject: Span | None
    names: frozenset[str]
    relation: Relation
    object: Span | None
    negated: bool
    certainty: Certainty
    citations: tuple[int, ...]
    model: frozenset[str]
    sentence: Span | None
    subject_text: str
    object_text: str
    trigger: str
    via: tuple[str, ...]
    said: str
    rule: str | None = None

    @property
    def shown(self) -> str:
        """The claim in a line."""
        return claim_line(self.subject_text, self.relation, self.object_text, self.negated, self.certainty)

    @property
    def place(self) -> Span | None:
        """Where its sentence stands."""
        return self.sentence


@dataclass(frozen=True, slots=True)
class SideSentence:
    """A sentence of the gold text as it stands, and its place in the squeezed text."""

    span: Span
    id: str
    text: str
    lang: Lang


@dataclass(frozen=True, slots=True)
class Side:
    """What one side says of a document. `share` of the gold text stands in its text.

    `at` has, for each character of the gold text, where it stands in the side's own text, None where it does not.
    """

    mentions: tuple[SideMention, ...] = ()
    claims: tuple[SideClaim, ...] = ()
    share: float = 1.0
    at: tuple[int | None, ...] = ()

    def record(self, of: Of, index: int) -> SideMention | SideClaim:
        """The mention or claim of that index."""
        return self.claims[index] if of == "claim" else self.mentions[index]

    def has(self, span: Span) -> bool:
        """Whether any of that span of the gold text stands in the side's text."""
        return any(at is not None for at in self.at[slice(*span)])


@dataclass(frozen=True, slots=True)
class GoldSide(Side):
    """Gold of a document, with the squeezed text that the spans of both sides count in."""

    text: str = ""
    sentences: tuple[SideSentence, ...] = ()

    def index_at(self, span: Span | None) -> int | None:
        """The index of the sentence that the span begins in."""
        if span is None or not self.sentences:
            return None
        return max(0, bisect_right(self.sentences, span[0], key=lambda s: s.span[0]) - 1)

    def sentence_at(self, span: Span | None) -> SideSentence | None:
        """The sentence that the span begins in."""
        index = self.index_at(span)
        return None if index is None else self.sentences[index]


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
        claims.extend(_gold_claim(claim, spans, groups, whole, sentence.text) for claim in sentence.claims)
        sentences.append(SideSentence(whole, sentence.id, sentence.text, sentence.lang))
        parts.append(squeezed.text)
        base = whole[1]
    return GoldSide(tuple(mentions), tuple(claims), text="".join(parts), sentences=tuple(sentences))


def _gold_claim(
    claim: GoldClaim, spans: dict[str, Span], groups: Iterable[frozenset[str]], sentence: Span, said: str
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
        subject_text=claim.subject_text,
        object_text=claim.object_text,
        trigger=claim.trigger,
        via=claim.via,
        said=said,
    )


def system_side(text: str, mentions: Iterable[Mention], claims: Iterable[Claim], gold_text: str) -> Side:
    """A run's records of one document as a side; `gold_text` is the gold side's squeezed text."""
    squeezed = squeeze(text)
    alignment = align(gold_text, squeezed.text)

    def carried(start: int, end: int) -> Span | None:
        return alignment.carry(squeezed.span(start, end))

    at: list[int | None] = [None] * len(gold_text)
    for k, place in enumerate(alignment.to):
        if place is not None:
            at[place] = squeezed.at[k]
    texts: dict[str, str] = {}
    spans: dict[str, Span | None] = {}
    names: dict[str, frozenset[str]] = {}
    seen: list[SideMention] = []
    for m in mentions:
        spans[m.id] = carried(m.start, m.end)
        texts[m.id] = m.text
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
            subject_text=c.subject.text,
            object_text=c.object.text,
            trigger=c.trigger.text,
            via=tuple(texts.get(mention, mention) for mention in c.via),
            said=c.evidence.text,
            rule=c.rule,
        )
        for c in claims
    )
    return Side(tuple(seen), said, alignment.share, tuple(at))
