"""The one module that knows the order of the stages: read, segment, tag, claims."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from pipeline.claims import Claims
from pipeline.fold import fold
from pipeline.knowledge import WORD_TABLES, Knowledge, no_collection
from pipeline.records import MENTION_TYPES, Claim, Gloss, Mention, Paper, Result, Sentence, Word
from pipeline.segment.sentences import sentences
from pipeline.segment.words import Engine, Segmenter, check_engine
from pipeline.trace import Trace

if TYPE_CHECKING:
    from pipeline.tag import Tagger

OnStage = Callable[[str], None]
# What the tagging room gives as part of speech to the names that it makes one word of.
_NAMED = frozenset([*MENTION_TYPES, *WORD_TABLES])


def _silent(_stage: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """What stands in a paper. `words` holds those of each sentence, and mentions are words of their own."""

    sentences: tuple[Sentence, ...]
    glosses: tuple[Gloss, ...]
    mentions: tuple[Mention, ...]
    words: tuple[tuple[Word, ...], ...]


class House:
    """The stages, built once from the knowledge; works any number of papers, and keeps nothing of one for the next.

    `reader` reads a file in place of `pipeline.read.read`; a run gives one that is guarded. `segmenter` is the engine
    that cuts Chinese words. A room is built when it is first asked for something: who has the mentions already needs
    the claims room alone. Raises UsageError for an engine that is not installed.
    """

    def __init__(
        self, knowledge: Knowledge, reader: Callable[[Path, str], Paper] | None = None, segmenter: Engine = "jieba"
    ) -> None:
        check_engine(segmenter)
        self._knowledge, self._reader, self._engine = knowledge, reader, segmenter

    @cached_property
    def _claims(self) -> Claims:
        with no_collection():
            return Claims(self._knowledge)

    @cached_property
    def _segmenter(self) -> Segmenter:
        with no_collection():
            return Segmenter(((word, "v") for word in self._claims.vocabulary), self._engine)

    @cached_property
    def _tagger(self) -> Tagger:
        from pipeline.tag import Tagger

        with no_collection():
            return Tagger(self._knowledge, self._segmenter.cut)

    def warm(self) -> None:
        """Build all rooms now, and not with the first paper: before papers are timed."""
        _ = self._claims, self._tagger

    def tag(self, paper: Paper) -> Tagged:
        """What stands in a paper that is read already."""
        cut = sentences(paper)
        return Tagged(cut, *self._tagger.tag(paper, cut))

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

    def claims(self, paper: Paper, tagged: Tagged) -> tuple[Claim, ...]:
        """What the paper says of its mentions, in order."""
        return self._claims.find(paper, tagged.sentences, tagged.mentions, tagged.words)

    def claims_of(self, paper: Paper, mentions: Sequence[Mention]) -> tuple[Claim, ...]:
        """What the paper says of mentions that are given, in the order of their text, and not those found here."""
        cut = sentences(paper)
        return self._claims.find(paper, cut, mentions, self._tagger.words(paper, cut, mentions))

    def work(self, path: Path, doc_id: str, on_stage: OnStage | None = None) -> Result:
        """All that the stages make of one paper. Raises InputError where it cannot be read."""
        self.warm()
        tell = on_stage or _silent
        seconds: dict[str, float] = {}
        clock = perf_counter()

        def done(stage: str) -> None:
            nonlocal clock
            now = perf_counter()
            seconds[stage] = now - clock
            clock = now

        tell("read")
        paper = self.read(path, doc_id)
        done("read")
        tell("segment")
        cut = sentences(paper)
        done("segment")
        tell("tag")
        glosses, mentions, words = self._tagger.tag(paper, cut)
        done("tag")
        tell("claims")
        claims = self._claims.find(paper, cut, mentions, words)
        done("claims")
        return Result(paper, glosses, mentions, claims, seconds)

    def read(self, path: Path, doc_id: str) -> Paper:
        """The paper as read. Raises InputError."""
        if self._reader is not None:
            return self._reader(path, doc_id)
        # The reading room takes as long to import as all the others: a run reads in another process.
        from pipeline.read import read

        return read(path, doc_id)

    def sentences(self, paper: Paper) -> tuple[Sentence, ...]:
        """The paper's sentences, in order."""
        return sentences(paper)

    def trace(self, paper: Paper, index: int) -> Trace:
        """The sentence of that number (from 0) as it goes through the house; the paper before it gives its subject."""
        tagged = self.tag(paper)
        return self._claims.trace(paper, tagged.sentences, tagged.mentions, tagged.words, index)
