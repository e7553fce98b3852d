"""The one module that knows the order of the stages: read, segment, tag, claims."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from pipeline.claims import Claims
from pipeline.knowledge import Knowledge
from pipeline.read import read
from pipeline.records import Paper, Result, Sentence
from pipeline.segment.sentences import sentences
from pipeline.segment.words import Engine, Segmenter
from pipeline.tag import Tagger
from pipeline.trace import Trace

OnStage = Callable[[str], None]


def _silent(_stage: str) -> None:
    """Tell nobody."""


@contextmanager
def _no_collection() -> Iterator[None]:
    """Look for no garbage meanwhile: half a million tables that all stay are gone through again and again (0.5 s)."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class House:
    """The stages, built once from the knowledge; works any number of papers, and keeps nothing of one for the next.

    `reader` reads a file as `pipeline.read.read` does; a run gives one that is guarded. `segmenter` is the engine that
    cuts Chinese words. Raises UsageError for one that is not installed.
    """

    def __init__(
        self, knowledge: Knowledge, reader: Callable[[Path, str], Paper] = read, segmenter: Engine = "jieba"
    ) -> None:
        self._read = reader
        with _no_collection():
            self._claims = Claims(knowledge)
            words = Segmenter(((word, "v") for word in self._claims.vocabulary), segmenter)
            self._tagger = Tagger(knowledge, words.cut)

    def work(self, path: Path, doc_id: str, on_stage: OnStage | None = None) -> Result:
        """All that the stages make of one paper. Raises InputError where it cannot be read."""
        tell = on_stage or _silent
        seconds: dict[str, float] = {}
        clock = perf_counter()

        def done(stage: str) -> None:
            nonlocal clock
            now = perf_counter()
            seconds[stage] = now - clock
            clock = now

        tell("read")
        paper = self._read(path, doc_id)
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
        return self._read(path, doc_id)

    def sentences(self, paper: Paper) -> tuple[Sentence, ...]:
        """The paper's sentences, in order."""
        return sentences(paper)

    def trace(self, paper: Paper, index: int) -> Trace:
        """The sentence of that number (from 0) as it goes through the house; the paper before it gives its subject."""
        cut = sentences(paper)
        _, mentions, words = self._tagger.tag(paper, cut)
        return self._claims.trace(paper, cut, mentions, words, index)
