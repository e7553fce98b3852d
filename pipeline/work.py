"""One paper, from its bytes to its records: each stage out of the cache, or worked where its input has changed.

A `PaperWorker` lives in a process of its own, for any number of papers. What it needs (the house, the reading process)
it makes when a paper first asks for it, and keeps. While the house is built, and the first papers are worked, those to
come are read ahead; after that the reading process waits, so that one worker keeps one core busy.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import orjson

from pipeline.cache import Cache
from pipeline.errors import DataError, Fault, InputError, UnsupportedInput, UsageError
from pipeline.inputs import READABLE, Input
from pipeline.keys import Keys
from pipeline.outcome import Failure, Outcome, Reused, Stage, failed, outcome_of, pack, stand_in
from pipeline.places import fetch, is_url
from pipeline.records import Result
from pipeline.reuse import known_of
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.guard import Guard
    from pipeline.house import House, Tagged
    from pipeline.records import Paper, Sentence

OnStage = Callable[[Stage], None]


class Read(NamedTuple):
    """A paper as `pipeline.codec` writes it, whether it has all of its pages, and the sha256 of its file."""

    body: bytes
    whole: bool
    file: str


class Ahead:
    """Reads papers, in their order, in a thread of its own: while the house is built, and the first ones are worked."""

    def __init__(self, sources: Sequence[Input], read: Callable[[Input], Read | None]) -> None:
        self._read = read
        self._made: dict[str, Future[Read | None]] = {source.id: Future() for source in sources}
        self._stopped = False
        self._thread = threading.Thread(target=self._go, args=(sources,), daemon=True)
        self._thread.start()

    def take(self, source: Input, file: str) -> Read | None:
        """The paper, waiting for it where it is still to come; None for one that is not of these, or has changed.

        Raises what reading it raised.
        """
        made = self._made.pop(source.id, None)
        read = made.result() if made is not None else None
        return read if read is not None and read.file == file else None

    def stop(self, close: Callable[[], None]) -> None:
        """Read no more. `close` ends what is being read: it may be long, and is not the paper that somebody waits for.

        What was read until then can still be taken.
        """
        self._stopped = True
        if self._thread.is_alive():
            close()
            self._thread.join()

    def _go(self, sources: Sequence[Input]) -> None:
        for source, made in zip(sources, tuple(self._made.values()), strict=True):
            try:
                made.set_result(None if self._stopped else self._read(source))
            except BaseException as e:
                if self._stopped:
                    made.set_result(None)
                else:
                    made.set_exception(e)


class PaperWorker:
    """Works papers. `keys` are those of `settings`. Use as a context manager, or `close`."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self.settings = settings
        self.keys = keys
        self.cache = Cache(Path(settings.cache)) if settings.cache else None
        self._ahead: Ahead | None = None
        self.built: Callable[[], None] | None = None  # called when the house stands

    def __enter__(self) -> PaperWorker:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the reading process."""
        if self._ahead is not None:
            self._ahead.stop(self._close_guard)
            self._ahead = None
        self._close_guard()

    def _close_guard(self) -> None:
        """End the reading process; the next paper that is to be read has another."""
        guard = self.__dict__.pop("guard", None)
        if guard is not None:
            guard.close()

    def work(self, source: Input, on_stage: OnStage | None = None, coming: Sequence[Input] = ()) -> Outcome:
        """What comes of a paper; whatever goes wrong with it is in the outcome. `coming` may be read ahead."""
        stage: Stage = "read"

        def enter(name: Stage) -> None:
            nonlocal stage
            stage = name
            if on_stage:
                on_stage(name)

        digest = ""
        try:
            if not source.readable:
                suffix = Path(source.place).suffix or "a file without suffix"
                raise UnsupportedInput(f"{suffix} is not read; convert it to {', '.join(READABLE)}")
            data = fetch(source.place)
            digest = sha256(data).hexdigest()
            outcome = self._work(source, data, digest, enter, coming)
        except InputError as e:
            reason = " ".join(str(e).split())
            return failed(source.id, Failure(source.shown, stage, type(e).__name__, reason), digest)
        except OSError as e:
            reason = f"cannot be opened ({e.strerror or e})"
            return failed(source.id, Failure(source.shown, stage, type(e).__name__, reason), digest)
        except (UsageError, DataError):  # no paper's fault: it would meet them all
            raise
        except Exception as e:  # whatever it is, the other papers go on; --debug shows the trace
            error, trace = (e.error, e.trace) if isinstance(e, Fault) else (type(e).__name__, traceback.format_exc())
            reason = " ".join(str(e).split()) or "no message"
            failure = Failure(source.shown, stage, error, f"{reason}; a bug: run with --debug for the trace")
            return failed(source.id, failure, digest, trace)
        trouble = self.cache.trouble if self.cache else ""
        return replace(outcome, troubles=(trouble,)) if trouble else outcome

    @cached_property
    def guard(self) -> Guard:
        """The reading process."""
        from pipeline.guard import Guard

        return Guard(self.settings.reader, self.settings.page_seconds)

    @cached_property
    def house(self) -> House:
        """The house. Raises UsageError, DataError where its knowledge is wrong or not that of the keys."""
        from pipeline.house import House
        from pipeline.knowledge import load

        knowledge = load(Path(self.settings.lexicon) if self.settings.lexicon else None)
        self._make_sure(knowledge.digests)
        if self.cache and (self.settings.anew or self._latin_words() is None):
            self.cache.put("tag", self.keys.names(), orjson.dumps(sorted(knowledge.latin_words)))
        house = House(knowledge, segmenter=self.settings.segmenter)
        house.build()
        if self.built:
            self.built()
        return house

    @cached_property
    def rules(self) -> House:
        """A house that finds claims where what is tagged is known: without a lexicon, if a run before made that of it.

        Raises as `house` does.
        """
        from pipeline.house import House
        from pipeline.knowledge import load_rules

        words = None
        if "house" not in self.__dict__ and not self.settings.anew:
            words = self._latin_words()
        if words is None:
            return self.house
        knowledge = load_rules(words)
        self._make_sure(knowledge.digests)
        return House(knowledge, segmenter=self.settings.segmenter)

    def _latin_words(self) -> frozenset[str] | None:
        """Those of the lexicon's names, where a run before has left them whole."""
        body = self.cache.get("tag", self.keys.names()) if self.cache else None
        with suppress(ValueError):  # whole, and yet no words: they are made anew
            words = orjson.loads(body or b"null")
            if isinstance(words, list) and all(isinstance(word, str) for word in words):
                return frozenset(words)
        return None

    def _make_sure(self, digests: Mapping[str, str]) -> None:
        """Raise UsageError where files are not those of the keys."""
        if any(self.keys.knowledge.get(name) != digest for name, digest in digests.items()):
            raise UsageError("lexicon or rule files have changed since the run began, or differ here: run it again")

    def _build(self, source: Input, digest: str, coming: Sequence[Input]) -> None:
        """Build the house; where reading is to be done, the reading process is not left to wait meanwhile."""
        if self._is_read(digest):
            return
        _ = self.guard
        # What is behind a URL is fetched once, when it is its turn.
        here = [s for s in (source, *coming) if not is_url(s.place)]
        self._ahead = Ahead(here, self._read_unless_known)
        _ = self.house

    def _read_unless_known(self, source: Input) -> Read | None:
        try:
            data = fetch(source.place)
            digest = sha256(data).hexdigest()
            return None if self._is_read(digest) else self._read(source, data, digest)
        except OSError:  # told when it is the paper's turn
            return None

    def _is_read(self, digest: str) -> bool:
        return self.cache is not None and not self.settings.anew and self.cache.has("read", self.keys.reading(digest))

    def _work(self, source: Input, data: bytes, digest: str, enter: OnStage, coming: Sequence[Input]) -> Outcome:
        if self.cache and not self.settings.anew:
            known = known_of(digest, source, self.keys, self.cache)
            if known:
                return known
        seconds: dict[str, float] = {}
        clock = perf_counter()

        def done(stage: Stage) -> None:
            nonlocal clock
            now = perf_counter()
            seconds[stage] = now - clock
            clock = now

        if "house" not in self.__dict__:
            # The time that this takes is the start's, not the paper's.
            self._build(source, digest, coming)
            clock = perf_counter()
        enter("read")
        paper, was_read, whole = self._paper(source, data, digest)
        # What time or a crash took a page from may come out whole the next time: nothing of it is kept.
        cache = self.cache if whole else None
        done("read")
        enter("segment")
        cut = self.rules.sentences(paper)
        done("segment")
        enter("tag")
        tagged, was_tagged = self._tagged(paper, cut, digest, cache)
        done("tag")
        enter("claims")
        rules: dict[str, float] = {}
        claims = self.rules.claims(paper, tagged, rules if self.settings.profile else None)
        done("claims")
        reached: Reused = "tag" if was_tagged else "read" if was_read else ""
        made = outcome_of(Result(paper, tagged.glosses, tagged.mentions, claims))
        if cache:
            cache.put("claims", self.keys.result(digest), pack(replace(made, reused="claims")))
        named = made.named(source.id, source.shown, digest)
        return replace(named, row=replace(named.row, seconds=seconds), reused=reached, rules=rules)

    def _paper(self, source: Input, data: bytes, digest: str) -> tuple[Paper, bool, bool]:
        """The paper, whether it was there already, and whether it has all of its pages. Raises InputError."""
        from pipeline.codec import paper_from_json

        found = self._ahead.take(source, digest) if self._ahead else None
        known = None
        if found is None and self.cache and not self.settings.anew:
            known = self.cache.get("read", self.keys.reading(digest))
        if known is not None:
            with suppress(ValueError):  # whole, and yet no paper: it is read anew
                return self._named(paper_from_json(known), digest), True, True
        if found is None:
            if self._ahead:
                self._ahead.stop(self._close_guard)
            found = self._read(source, data, digest)
        return self._named(paper_from_json(found.body), digest), False, found.whole

    @staticmethod
    def _named(paper: Paper, digest: str) -> Paper:
        return replace(paper, document=replace(paper.document, path=stand_in(digest, "path")))

    def _read(self, source: Input, data: bytes, digest: str) -> Read:
        """The paper as the reading process gives it, under the stand-in of its id. Raises InputError."""
        # What the reader is told of the name is its kind; its errors begin with it.
        name = stand_in(digest, "path") + Path(source.place).suffix
        try:
            body, whole = self.guard.read_json(data, name, stand_in(digest, "doc"))
        except InputError as e:
            raise type(e)(str(e).removeprefix(f"{name}: ")) from e
        if whole and self.cache:
            self.cache.put("read", self.keys.reading(digest), body)
        return Read(body, whole, digest)

    def _tagged(self, paper: Paper, cut: tuple[Sentence, ...], digest: str, cache: Cache | None) -> tuple[Tagged, bool]:
        """What stands in the paper, and whether that was known already."""
        from pipeline.codec import tags_from_json, tags_to_json
        from pipeline.house import Tagged

        if cache is None:
            return self.house.tag(paper, cut), False
        key = self.keys.tagging(digest, self.rules.triggers_in(paper))
        if not self.settings.anew and (body := cache.get("tag", key)):
            with suppress(ValueError):  # whole, and yet no tags: they are made anew
                return Tagged(cut, *tags_from_json(body, paper)), True
        tagged = self.house.tag(paper, cut)
        cache.put("tag", key, tags_to_json(tagged.glosses, tagged.mentions, tagged.words))
        return tagged, False
