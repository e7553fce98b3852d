"""Gold that hypothesis makes: what a gold file may hold at its worst, in the order that importing gives."""

from __future__ import annotations

from hypothesis import strategies as st

from pipeline.check.align import squeeze
from pipeline.check.gold import GoldClaim, GoldDocument, GoldMention, GoldSentence
from pipeline.records import MENTION_TYPES, RELATIONS

# Astral letters, quotes, what parts names and numbers in a cell, what ends a line or stands in no XML.
LETTERS = "甲乙 药酶aB1𝛽𠮷\"'\\|;；,，:：\t\n\r\x00\x1f\x85\u2028\ufeff\uffff[]#T"
texts = st.text(LETTERS, max_size=8)
names = st.text(LETTERS, min_size=1, max_size=8).filter(lambda name: not name.startswith("m"))


@st.composite
def mentions(draw: st.DrawFn, text: str) -> tuple[GoldMention, ...]:
    """Mentions of a text, in its order, that do not overlap and hold something to see."""
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False) if squeeze(text[a:b]).text]
    kinds = draw(st.lists(st.sampled_from(MENTION_TYPES), min_size=len(spans), max_size=len(spans)))
    return tuple(
        GoldMention(f"m{n}", text[a:b], kind, a, b)
        for n, ((a, b), kind) in enumerate(zip(spans, kinds, strict=True), 1)
    )


@st.composite
def claims(draw: st.DrawFn, text: str, own: tuple[GoldMention, ...]) -> GoldClaim:
    """A claim between mentions of a sentence, or with a subject that stands elsewhere or nowhere."""
    target = draw(st.sampled_from(own))
    subject = draw(st.none() | st.sampled_from(own))
    a, b = sorted(draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    way = st.sampled_from([m.text for m in own]) | names
    return GoldClaim(
        subject=subject.id if subject else None,
        subject_text=subject.text if subject else draw(names),
        subject_implicit=draw(st.booleans()) if subject else True,
        relation=draw(st.sampled_from(RELATIONS)),
        object=target.id,
        object_text=target.text,
        trigger=draw(st.just(text[a:b]) | texts),
        negated=draw(st.booleans()),
        certainty=draw(st.sampled_from(("asserted", "hedged"))),
        via=tuple(draw(st.lists(way, max_size=3))),
        citations=tuple(draw(st.lists(st.integers(0, 400), max_size=4))),
        model=tuple(draw(st.lists(texts, max_size=3))),
    )


@st.composite
def documents(draw: st.DrawFn) -> GoldDocument:
    """A document of a few sentences; triggers, subjects and mentions are shared at will."""
    ids = draw(st.lists(st.text(LETTERS, max_size=4), min_size=1, max_size=4, unique=True))
    made = []
    for n in ids:
        text = draw(st.text(LETTERS, max_size=24))
        own = draw(mentions(text))
        said = draw(st.lists(claims(text, own), max_size=4)) if own else []
        made.append(GoldSentence("d", n, text, draw(st.sampled_from(("zh", "en"))), own, tuple(said)))
    aliases = draw(st.lists(st.lists(texts, max_size=3).map(tuple), max_size=3))
    return GoldDocument("d", tuple(made), tuple(aliases))
