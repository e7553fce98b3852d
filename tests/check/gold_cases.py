"""Small golds and runs for the evaluator's tests: by hand from words, and drawn at random for the properties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from builders import claim, mention
from hypothesis import strategies as st

from pipeline.check.diff import RunRecords
from pipeline.check.gold import GoldClaim, GoldDocument, GoldMention, GoldSentence
from pipeline.check.score import Report, evaluate
from pipeline.records import MENTION_TYPES, RELATIONS, Claim, Mention, MentionType, Relation

Words = Mapping[str, MentionType]
Said = tuple[str, Relation, str] | tuple[str, Relation, str, Mapping[str, Any]]


def gold_sentence(text: str, words: Words, *claims: Said, id: str = "S1", doc: str = "d") -> GoldSentence:  # noqa: A002
    """A sentence of gold. Each word is a mention where it first stands; a claim's subject that is none is left out."""
    mentions = {w: GoldMention(w, w, kind, text.index(w), text.index(w) + len(w)) for w, kind in words.items()}
    made = tuple(_gold_claim(mentions, *said) for said in claims)
    return GoldSentence(doc, id, text, "en" if text.isascii() else "zh", tuple(mentions.values()), made)


def _gold_claim(
    mentions: Mapping[str, GoldMention], subject: str, relation: Relation, target: str, more: Mapping[str, Any] = {}
) -> GoldClaim:
    inside = subject in mentions
    made = GoldClaim(
        subject if inside else None, subject, not inside, relation, target, target, "使", False, "asserted", (), (), ()
    )
    return replace(made, **more)


def run_of(text: str, words: Words, *claims: Said, doc: str = "d") -> RunRecords:
    """A run of one document. Each word is a mention where it first stands in the text."""
    mentions = {w: mention(doc, text, text.index(w), text.index(w) + len(w), kind) for w, kind in words.items()}
    made = [_claim(text, mentions, n, *said) for n, said in enumerate(claims, 1)]
    return RunRecords({doc: text}, tuple(mentions.values()), tuple(made))


def _claim(
    text: str,
    mentions: Mapping[str, Mention],
    number: int,
    subject: str,
    relation: Relation,
    target: str,
    more: Mapping[str, Any] = {},
) -> Claim:
    made = claim(text, mentions[subject], relation, mentions[target], number)
    return replace(made, trigger=replace(made.trigger, text="使"), **more)


def evaluated(gold: Sequence[GoldSentence] | GoldSentence, run: RunRecords, *aliases: tuple[str, ...]) -> Report:
    """The evaluation of a run of one document."""
    sentences = (gold,) if isinstance(gold, GoldSentence) else tuple(gold)
    return evaluate((GoldDocument(sentences[0].doc, sentences, aliases),), run.texts, run.mentions, run.claims)


# At random: lines of ten hanzi, mentions and claims of either side wherever they fall.

LINES = ["".join(chr(0x4E00 + 37 * n + k) for k in range(10)) for n in range(5)]
_marks = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4), st.sampled_from(MENTION_TYPES)), max_size=4)
_sayings = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(RELATIONS[:2]), st.integers(0, 3), st.booleans(), st.booleans()),
    max_size=4,
)
_line = st.tuples(_marks, _sayings)


def _flat(marks: list[tuple[int, int, MentionType]]) -> list[tuple[int, int, MentionType]]:
    flat: list[tuple[int, int, MentionType]] = []
    for start, length, kind in sorted(marks):
        if not flat or start >= flat[-1][1]:
            flat.append((start, min(10, start + length), kind))
    return flat


@st.composite
def golds(draw: st.DrawFn, doc: str = "d") -> GoldDocument:
    """Gold of a document of up to four lines."""
    sentences: list[GoldSentence] = []
    for number, text in enumerate(LINES[: draw(st.integers(1, 4))]):
        marks, sayings = draw(_line)
        spans = _flat(marks)
        mentions = tuple(GoldMention(f"m{n}", text[a:b], kind, a, b) for n, (a, b, kind) in enumerate(spans))
        said = [
            GoldClaim(
                mentions[s].id, mentions[s].text, False, relation, mentions[o].id, mentions[o].text, "使", no,
                "hedged" if maybe else "asserted", (), (), (),
            )
            for s, relation, o, no, maybe in sayings
            if max(s, o) < len(mentions) and s != o
        ]  # fmt: skip
        sentences.append(GoldSentence(doc, f"S{number}", text, "zh" if number % 2 else "en", mentions, tuple(said)))
    return GoldDocument(doc, tuple(sentences))


@st.composite
def runs(draw: st.DrawFn, doc: str = "d") -> RunRecords:
    """A run of the same lines, of which it may lack some, and have one that no gold has."""
    lines = draw(st.lists(st.sampled_from(range(5)), min_size=1, max_size=5, unique=True).map(sorted))
    text = "\n".join(LINES[n] for n in lines)
    mentions: list[Mention] = []
    claims: list[Claim] = []
    for place in range(len(lines)):
        base = 11 * place
        marks, sayings = draw(_line)
        own = [mention(doc, text, base + a, base + b, kind) for a, b, kind in _flat(marks)]
        for s, relation, o, no, maybe in sayings:
            if max(s, o) < len(own) and s != o:
                said = claim(text, own[s], relation, own[o], len(claims) + 1)
                claims.append(replace(said, negated=no, certainty="hedged" if maybe else "asserted"))
        mentions += own
    return RunRecords({doc: text}, tuple(mentions), tuple(claims))
