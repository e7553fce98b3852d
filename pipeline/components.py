"""The house as parts of a spaCy pipeline: a tokenizer, `claim_mentions` and `claim_claims`; see docs/spacy.md.

spaCy takes seconds to import: nothing that a command needs may import this module. And every `nlp` of anyone imports
it, to see what is on offer: the house, which is heavy too, is imported by the parts that are built.

What is kept in a Doc is plain data, so that it goes to disk and between processes; records and spans are made of it
when they are asked for.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import orjson
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup, Token
from spacy.util import DummyTokenizer, filter_spans, get_words_and_spaces, registry
from spacy.vocab import Vocab

from pipeline.knowledge import load
from pipeline.records import Claim, Document, Gloss, Mention, Paper, Word
from pipeline.schema import from_json

if TYPE_CHECKING:
    from pipeline.house import Tagged

# `from __future__ import annotations` is left out: spaCy checks a config by the annotations of its factory.
Engine = Literal["jieba", "rjieba"]
"""as `pipeline.segment.words` has them"""
MENTIONS = "mentions"
"""the key in `doc.spans`"""
TOKENIZER = "claim_pipeline.Words.v1"


class Rooms:
    """A house for the parts of one `nlp`, and what it made of the last text: the parts ask for the same in turn.

    Pickled, it is its settings; a worker builds its own. Raises UsageError and DataError as the house does.
    """

    def __init__(self, lexicon: str | None, segmenter: Engine) -> None:
        from pipeline.house import House

        self.settings = (lexicon, segmenter)
        self._house = House(load(Path(lexicon) if lexicon else None), segmenter=segmenter)
        self._last: tuple[Paper, Tagged] | None = None

    def __reduce__(self) -> tuple[type["Rooms"], tuple[str | None, Engine]]:
        return Rooms, self.settings

    def tag(self, text: str) -> tuple[Paper, "Tagged"]:
        """The text as a paper without headings, and what stands in it. Its id is the beginning of its digest."""
        last = self._last
        if last is not None and last[0].text == text:
            return last
        digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        paper = Paper(Document(digest[:12], "", digest, "ok", None, (), None, (), None), text)
        self._last = paper, self._house.tag(paper)
        return self._last

    def words(self, text: str) -> list[Word]:
        """The text's words."""
        return list(self._house.words(*self.tag(text)))

    def claims(self, text: str) -> tuple[tuple[Mention, ...], tuple[Claim, ...]]:
        """The text's mentions and claims."""
        paper, tagged = self.tag(text)
        return tagged.mentions, self._house.claims(paper, tagged)


def _rooms(nlp: Language, lexicon: str | None, segmenter: Engine) -> Rooms:
    """The rooms of a part that this `nlp` has already, where they are of these settings; else new ones."""
    parts = [getattr(nlp, "tokenizer", None), *(pipe for _, pipe in nlp.components)]
    for part in parts:
        if isinstance(part, WordTokenizer | MentionTagger) and part.rooms.settings == (lexicon, segmenter):
            return part.rooms
    return Rooms(lexicon, segmenter)


# -- what a Doc and its spans can be asked -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DocClaim:
    """A claim, and where its parts stand in the Doc; an implicit subject stands in an earlier sentence."""

    record: Claim
    subject: Span
    object: Span
    trigger: Span
    sentence: Span
    via: tuple[Span, ...]


def _key(of: Doc | Span, name: str) -> Any:
    # As spaCy itself has it for a value of that name.
    return ("._.", name, of.start_char, of.end_char) if isinstance(of, Span) else ("._.", name, None, None)


def _keep(of: Doc | Span, name: str, data: object) -> None:
    # As bytes: lists may come back from disk as tuples.
    of.doc.user_data[_key(of, name)] = orjson.dumps(data)


def _kept(of: Doc | Span, name: str) -> Any:
    return orjson.loads(of.doc.user_data.get(_key(of, name), b"[]"))


def _names(span: Span) -> tuple[str, ...]:
    return tuple(_kept(span, "names"))


def _candidates(span: Span) -> tuple[str, ...]:
    return tuple(_kept(span, "candidates"))


def _glosses(doc: Doc) -> tuple[Gloss, ...]:
    return tuple(from_json(Gloss, g) for g in _kept(doc, "glosses"))


def _claims(doc: Doc) -> tuple[DocClaim, ...]:
    made = []
    for kept in _kept(doc, "claims"):
        record = from_json(Claim, kept["record"])
        subject, target, *via = (_span(doc, *place) for place in kept["places"])
        trigger = _span(doc, record.trigger.start, record.trigger.end, record.relation)
        sentence = _span(doc, record.evidence.start, record.evidence.end)
        made.append(DocClaim(record, subject, target, trigger, sentence, tuple(via)))
    return tuple(made)


_OF_DOC: dict[str, dict[str, Any]] = {
    "glosses": {"getter": _glosses},
    "claims": {"getter": _claims},
    "mentions_moved": {"default": 0},
}
_OF_SPAN: dict[str, dict[str, Any]] = {
    "concept_name": {"default": None},
    "names": {"getter": _names},
    "rule": {"default": None},
    "candidates": {"getter": _candidates},
}


def register_extensions() -> None:
    """Make `doc._.claims` and the others known; building a component does so, and docs from disk need it by itself.

    Raises ValueError where one of the names is taken by somebody else.
    """
    for of, extensions in ((Doc, _OF_DOC), (Span, _OF_SPAN)):
        for name, how in extensions.items():
            ours = (how.get("default"), None, how.get("getter"), None)
            if not of.has_extension(name):
                of.set_extension(name, **how)
            elif of.get_extension(name) != ours:
                raise ValueError(f"{of.__name__}._.{name} is somebody else's: claim_mentions cannot work beside it")


def _span(doc: Doc, start: int, end: int, label: str = "", kb_id: str = "", span_id: str = "") -> Span:
    """The tokens that hold these characters."""
    span = doc.char_span(start, end, label, kb_id=kb_id, alignment_mode="expand", span_id=span_id)
    if span is None:
        raise ValueError(f"no tokens at characters {start} to {end} of the Doc")
    return span


def _mention_span(doc: Doc, mention: Mention) -> Span:
    return _span(doc, mention.start, mention.end, mention.type.upper(), mention.concept_id or "", mention.id)


# -- tokens ------------------------------------------------------------------------------------------------------------


class WordTokenizer(DummyTokenizer):
    """Words of Chinese and English text; no mention's end is inside one."""

    def __init__(self, vocab: Vocab, rooms: Rooms) -> None:
        self.vocab = vocab
        self.rooms = rooms

    def __call__(self, text: str) -> Doc:
        """The text's words as a Doc."""
        words, spaces = get_words_and_spaces([text[w.start : w.end] for w in self.rooms.words(text)], text)
        return Doc(self.vocab, words=words, spaces=spaces)


def word_tokenizer(lexicon: str | None = None, segmenter: Engine = "jieba") -> Callable[[Language], WordTokenizer]:
    """The tokenizer `claim_pipeline.Words.v1` of a config; `lexicon` and `segmenter` as for `claim_mentions`."""

    def create(nlp: Language) -> WordTokenizer:
        return WordTokenizer(nlp.vocab, Rooms(lexicon, segmenter))

    return create


registry.tokenizers(TOKENIZER, func=word_tokenizer)


def _split(doc: Doc, ends: Iterable[int]) -> None:
    """Split the tokens that one of these character offsets lies inside; tags and entity go to each part.

    spaCy's own splitting leaves the next token's tags on a new one, spans of `doc.spans` on tokens that have moved on,
    and rows too many in the tensor: all this is put right.
    """
    starts = [token.idx for token in doc]
    cuts: dict[int, list[int]] = {}
    for end in sorted(set(ends)):
        i = bisect_right(starts, end) - 1
        if 0 < end - starts[i] < len(doc[i]):
            cuts.setdefault(i, []).append(end - starts[i])
    if not cuts:
        return
    parsed, sentences = doc.has_annotation("DEP"), doc.has_annotation("SENT_START")
    groups = {
        key: (dict(group.attrs), [(s.start, s.end, s.label, s.kb_id, s.id) for s in group])
        for key, group in doc.spans.items()
    }
    with doc.retokenize() as retokenizer:
        for i, at in cuts.items():
            token = doc[i]
            parts = [token.text[a:b] for a, b in zip([0, *at], [*at, len(token)], strict=True)]
            heads: list[Token | tuple[Token, int]] = [(token, n) for n in range(len(parts))]
            if parsed:
                heads = [token.head, *((token, 0) for _ in at)]
            retokenizer.split(token, parts, heads, _attributes(token, len(parts), parsed))
    if doc.tensor.size:
        doc.tensor = doc.tensor[: len(doc)]
    # How many tokens more there are before each that was split, and behind the last.
    added = [0, *accumulate(map(len, cuts.values()))]
    split = list(cuts)
    if not parsed:
        for i, before, after in zip(split, added, added[1:], strict=False):
            for token in doc[i + before + 1 : i + after + 1]:
                token.is_sent_start = False if sentences else None
    for key, (attrs, spans) in groups.items():
        moved = [(a + added[bisect_left(split, a)], b + added[bisect_left(split, b)], *rest) for a, b, *rest in spans]
        again = [Span(doc, a, b, label, kb_id=kb_id, span_id=span_id) for a, b, label, kb_id, span_id in moved]
        doc.spans[key] = SpanGroup(doc, name=key, attrs=attrs, spans=again)


def _attributes(token: Token, parts: int, parsed: bool) -> dict[str | int, list[Any]]:
    """What each part of a token is given of it."""
    same = {
        "TAG": token.tag,
        "POS": token.pos,
        "MORPH": str(token.morph),
        "ENT_TYPE": token.ent_type,
        "ENT_KB_ID": token.ent_kb_id,
        "ENT_ID": token.ent_id,
    }
    attributes: dict[str | int, list[Any]] = {name: [value] * parts for name, value in same.items()}
    attributes["DEP"] = [token.dep_, *["dep" if parsed else ""] * (parts - 1)]
    return attributes


# -- components --------------------------------------------------------------------------------------------------------


class MentionTagger:
    """Sets `doc.spans["mentions"]`, `doc._.glosses`, and what is known of each span; see `claim_mentions`."""

    def __init__(self, rooms: Rooms, split_tokens: bool, set_ents: bool) -> None:
        register_extensions()
        self.rooms = rooms
        self._split_tokens = split_tokens
        self._set_ents = set_ents

    def __call__(self, doc: Doc) -> Doc:
        """The Doc, with its mentions."""
        _, tagged = self.rooms.tag(doc.text)
        if self._split_tokens:
            _split(doc, (k for m in tagged.mentions for k in (m.start, m.end)))
        spans = [_mention_span(doc, m) for m in tagged.mentions]
        doc.spans[MENTIONS] = spans
        moved = 0
        for span, m in zip(spans, tagged.mentions, strict=True):
            moved += (span.start_char, span.end_char) != (m.start, m.end)
            span._.concept_name = m.concept_name
            span._.rule = m.rule
            _keep(span, "names", m.names)
            _keep(span, "candidates", m.candidates)
        doc._.mentions_moved = moved
        _keep(doc, "glosses", tagged.glosses)
        if self._set_ents:
            _set_entities(doc, spans)
        return doc


def _set_entities(doc: Doc, spans: Sequence[Span]) -> None:
    """The mentions as entities, and of those that were there the ones beside them."""
    flat = filter_spans(spans)
    taken = {i for s in flat for i in range(s.start, s.end)}
    doc.set_ents([*flat, *(e for e in doc.ents if taken.isdisjoint(range(e.start, e.end)))])


class ClaimFinder:
    """Sets `doc._.claims`; see `claim_claims`."""

    def __init__(self, rooms: Rooms) -> None:
        register_extensions()
        self._rooms = rooms

    def __call__(self, doc: Doc) -> Doc:
        """The Doc, with its claims."""
        mentions, claims = self._rooms.claims(doc.text)
        places = {m.id: (m.start, m.end, m.type.upper(), m.concept_id or "", m.id) for m in mentions}
        kept = [
            {"record": c, "places": [places[i] for i in (c.subject.mention, c.object.mention, *c.via)]} for c in claims
        ]
        _keep(doc, "claims", kept)
        return doc


@Language.factory(
    "claim_mentions",
    assigns=[
        "doc.spans",
        "doc._.glosses",
        "doc._.mentions_moved",
        "span._.concept_name",
        "span._.names",
        "span._.rule",
    ],
    default_config={"lexicon": None, "segmenter": "jieba", "split_tokens": True, "set_ents": False},
)
def claim_mentions(
    nlp: Language,
    name: str,  # noqa: ARG001 (spaCy gives it)
    lexicon: str | None,
    segmenter: Engine,
    split_tokens: bool,
    set_ents: bool,
) -> MentionTagger:
    """Names of compounds, proteins and effects, as spans.

    `lexicon` is a folder of one's own tables beside the project's, `segmenter` the engine that cuts Chinese words.
    With `split_tokens`, a token that a mention ends inside is split; without, the span takes the whole token in.
    `set_ents` writes `doc.ents` too. Raises UsageError and DataError for a lexicon that cannot be read.
    """
    return MentionTagger(_rooms(nlp, lexicon, segmenter), split_tokens, set_ents)


@Language.factory("claim_claims", requires=["doc.spans"], assigns=["doc._.claims"])
def claim_claims(nlp: Language, name: str) -> ClaimFinder:  # noqa: ARG001 (spaCy gives it)
    """Claims between the mentions of the `claim_mentions` before it, by its lexicon."""
    tagger = next((pipe for _, pipe in nlp.components if isinstance(pipe, MentionTagger)), None)
    return ClaimFinder(tagger.rooms if tagger else _rooms(nlp, None, "jieba"))
