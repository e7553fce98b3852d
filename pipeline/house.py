"""The one module that knows how the stages behind reading follow each other: segment, tag, claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.claims import Claims
from pipeline.fold import fold
from pipeline.knowledge import WORD_TABLES, Knowledge, no_collection
from pipeline.records import MENTION_TYPES, Claim, Gloss, Mention, Paper, Sentence, Word
from pipeline.segment.sentences import sentences
from pipeline.segment.words import Engine, Segmenter, check_engine
from pipeline.trace import Trace
from pipeline.triggers import TriggersRead

if TYPE_CHECKING:
    from pipeline.tag import Tagger

# What the tagging room gives as part of speech to the names that it makes one word of.
_NAMED = frozenset([*MENTION_TYPES, *WORD_TABLES])


@dataclass(frozen=True, slots=True)
class Tagged:
    """What stands in a paper. `words` holds those of each sentence, and mentions are words of their own."""

    sentences: tuple[Sentence, ...]
    glosses: tuple[Gloss, ...]
    mentions: tuple[Mention, ...]
    words: tuple[tuple[Word, ...], ...]


class House:
    """The stages, each built from the knowledge when it is first asked for; keeps nothing of one paper for the next.

    Who has the mentions already needs the claims room alone. `segmenter` is the engine that cuts Chinese words. Raises
    UsageError for one that is not installed.
    """

    def __init__(self, knowledge: Knowledge, segmenter: Engine = "jieba") -> None:
        check_engine(segmenter)
        self._knowledge = knowledge
        self._engine: Engine = segmenter

    @cached_property
    def _claims(self) -> Claims:
        with no_collection():
            return Claims(self._knowledge)

    @cached_property
    def _segmenter(self) -> Segmenter:
        with no_collection():
            return Segmenter(((word, "v") for word in self._knowledge.kept_whole()), self._engine)

    @cached_property
    def _tagger(self) -> Tagger:
        from pipeline.tag import Tagger

        with no_collection():
            return Tagger(self._knowledge, self._segmenter.cut)

    def build(self) -> None:
        """Build all rooms now."""
        _ = self._claims, self._tagger

    def sentences(self, paper: Paper) -> tuple[Sentence, ...]:
        """The paper's sentences, in order."""
        return sentences(paper)

    def tag(self, paper: Paper, cut: tuple[Sentence, ...] | None = None) -> Tagged:
        """What stands in a paper that is read already; `cut` has its sentences, where they are known."""
        cut = sentences(paper) if cut is None else cut
        return Tagged(cut, *self._tagger.tag(paper, cut))

    def triggers_in(self, paper: Paper) -> list[str]:
        """What the tagging room reads of the triggers that stand in a paper: with its text, all that it has of them."""
        return self._triggers.in_text(fold(paper.text))

    @cached_property
    def _triggers(self) -> TriggersRead:
        return TriggersRead(self._knowledge.tables["triggers"])

    def words(self, paper: Paper, tagged: Tagged) -> Iterator[Word]:
        """The paper's words, those within names and phrases too, in order; none goes over a mention's end.

        Their texts are folded (細胞 is 细胞), as the tagging room's are.
        """
        plain = fold(paper.text)
        for words in tagged.words:
            for word in words:
                if word.pos in _NAMED:
                    yield from self._segmenter.cut(plain, word.start, word.end)
                else:
                    yield word

    def claims(self, paper: Paper, tagged: Tagged, clock: dict[str, float] | None = None) -> tuple[Claim, ...]:
        """What the paper says of its mentions, in order; to `clock` are added the seconds that each rule takes."""
        self._claims.clock = clock
        return self._claims.find(paper, tagged.sentences, tagged.mentions, tagged.words)

    def claims_of(self, paper: Paper, mentions: Sequence[Mention]) -> tuple[Claim, ...]:
        """What the paper says of mentions that are given, in the order of their text, and not those found here."""
        cut = sentences(paper)
        return self._claims.find(paper, cut, mentions, self._tagger.words(paper, cut, mentions))

    def trace(self, paper: Paper, index: int) -> Trace:
        """The sentence of that number (from 0) as it goes through the house; the paper before it gives its subject."""
        tagged = self.tag(paper)
        return self._claims.trace(paper, tagged.sentences, tagged.mentions, tagged.words, index)
