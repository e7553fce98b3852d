"""One paper through cache and house: only what has changed is worked, and what comes of it is the same."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from builders import FakeHouse, FakeWorker

from pipeline.cache import KINDS, Cache
from pipeline.errors import BrokenInput
from pipeline.inputs import Input, gather
from pipeline.keys import Keys, keys_for
from pipeline.outcome import Outcome
from pipeline.reuse import reused
from pipeline.settings import Settings
from pipeline.work import Ahead, PaperWorker, Read

TEXT = "甲药止痛。\n另一句。"


class Desk:
    """A worker with a cache, and what it has to work."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(cache=str(folder / "cache"))
        self.keys = keys_for(self.settings)
        self.house = FakeHouse()
        self.guard_reads = 0

    def paper(self, name: str, text: str = TEXT) -> Input:
        """A file with that text."""
        path = self.folder / f"{name}.txt"
        path.write_text(text, encoding="utf-8")
        (source,) = gather([path])
        return source

    def work(self, source: Input, keys: Keys | None = None, **settings: object) -> Outcome:
        """What comes of it, in a worker made anew; `calls` has what the house was asked."""
        worker = FakeWorker(replace(self.settings, **settings), keys or self.keys)  # type: ignore[arg-type]
        self.house = worker.house  # type: ignore[assignment]
        return worker.work(source)

    @property
    def calls(self) -> list[str]:
        """What the house was asked the last time."""
        return self.house.calls


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk of its own."""
    return Desk(tmp_path)


def test_an_unchanged_paper_is_not_worked(desk: Desk) -> None:
    """The second time all comes from the cache, and is the same; neither worker nor look-up asks for a house."""
    source = desk.paper("a")
    first = desk.work(source)
    assert (first.reused, desk.calls) == ("", ["tag", "claims"])
    again = desk.work(source)
    assert (again.reused, desk.calls) == ("claims", [])
    assert again.share == first.share
    known = reused(source, desk.keys, Cache(Path(desk.settings.cache or "")))
    assert known == again


def test_a_renamed_paper_is_not_worked(desk: Desk) -> None:
    """The same bytes under another name: the same records, with that name in them."""
    first = desk.work(desk.paper("a"))
    source = desk.paper("乙 {2}")
    other = desk.work(source)
    assert (other.reused, desk.calls) == ("claims", [])
    assert orjson.loads(other.share.document)["id"] == "乙 {2}"
    mentions = [orjson.loads(row) for row in other.share.tables[1].splitlines()]
    assert {m["doc"] for m in mentions} == {"乙 {2}"}
    assert desk.work(source, anew=True).share == other.share != first.share
    assert b"~doc~" not in first.share.document + b"".join(first.share.tables)


def test_changed_bytes_are_worked(desk: Desk) -> None:
    """Another text under the same name."""
    desk.work(desk.paper("a"))
    changed = desk.work(desk.paper("a", TEXT + "药。"))
    assert (changed.reused, desk.calls) == ("", ["tag", "claims"])


@pytest.mark.parametrize(
    ("part", "reached", "calls"), [("claims", "tag", ["claims"]), ("tag", "read", ["tag", "claims"])]
)
def test_work_begins_where_something_changed(desk: Desk, part: str, reached: str, calls: list[str]) -> None:
    """Other claim rules cost the claims; another lexicon the tags as well; the reading stays."""
    source = desk.paper("a")
    first = desk.work(source)
    keys = replace(desk.keys, claims="0" * 64, tag="0" * 64 if part == "tag" else desk.keys.tag)
    again = desk.work(source, keys)
    assert (again.reused, desk.calls) == (reached, calls)
    assert again.share == first.share


def test_a_trigger_of_the_paper_costs_its_tags(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What tagging reads of the triggers in a paper is in its key."""
    source = desk.paper("a")
    desk.work(source)
    keys = replace(desk.keys, claims="0" * 64)
    monkeypatch.setattr(FakeHouse, "triggers_in", lambda _self, _paper: ["止 changed"])
    assert (desk.work(source, keys).reused, desk.calls) == ("read", ["tag", "claims"])


def test_force_works_anew(desk: Desk) -> None:
    """All of it, and what comes of it takes the place of what was kept."""
    source = desk.paper("a")
    first = desk.work(source)
    assert (desk.work(source, anew=True).share, desk.calls) == (first.share, ["tag", "claims"])


def test_without_a_cache_nothing_is_kept(desk: Desk) -> None:
    """Nothing is written, and the outcome is the same."""
    source = desk.paper("a")
    first = desk.work(source, cache=None)
    assert not (desk.folder / "cache").exists()
    assert desk.work(source).share == first.share


def test_a_torn_entry_is_made_anew(desk: Desk) -> None:
    """Entries that were cut short are worked again, and whole again afterwards."""
    source = desk.paper("a")
    first = desk.work(source)
    for entry in (desk.folder / "cache").rglob("*"):
        if entry.is_file():
            entry.write_bytes(entry.read_bytes()[:-1])
    again = desk.work(source)
    assert (again.reused, again.share) == ("", first.share)
    assert desk.work(source).reused == "claims"


def test_an_entry_that_is_none_is_made_anew(desk: Desk) -> None:
    """An entry that is whole and holds something else, from another program's hand, is not trusted."""
    source = desk.paper("a")
    first = desk.work(source)
    cache = Cache(Path(desk.settings.cache or ""))
    for kind in KINDS:
        for entry in (cache.folder / kind).rglob("*"):
            if entry.is_file():
                cache.put(kind, entry.name, b'{"document": 3}')
    again = desk.work(source)
    assert (again.reused, again.share, again.failure) == ("", first.share, None)


@pytest.mark.parametrize("body", [b"{", b'{"a": 1}', b"[1]", b"null"])
def test_words_of_the_lexicon_that_are_none_are_made_anew(desk: Desk, body: bytes) -> None:
    """What claims need of the lexicon is taken for it only where it is a list of words, and mended where it is not."""
    assert desk.settings.cache
    cache = Cache(Path(desk.settings.cache))
    cache.put("tag", desk.keys.names(), body)
    with PaperWorker(desk.settings, desk.keys) as worker:
        assert worker.rules is worker.house
        kept = cache.get("tag", desk.keys.names())
    assert kept is not None
    assert "curcumin" in orjson.loads(kept)
    with PaperWorker(desk.settings, desk.keys) as worker:
        assert "house" not in vars(worker)
        assert worker.rules is not None
        assert "house" not in vars(worker)


def test_failures_are_tried_again(desk: Desk) -> None:
    """What could not be read, or met a bug, is not kept; the failure names the stage, and holds no stand-in."""
    for text, stage, error in (("broken", "read", "BrokenInput"), ("crash", "tag", "RuntimeError")):
        source = desk.paper(text, text)
        for _ in range(2):
            outcome = desk.work(source)
            assert outcome.failure is not None
            assert (outcome.failure.stage, outcome.failure.error) == (stage, error)
            assert outcome.failure.path == source.shown
            assert "~" not in outcome.failure.message
            assert len(orjson.loads(outcome.share.document)["sha256"]) == 64


def test_a_page_lost_to_time_is_tried_again(desk: Desk) -> None:
    """A paper that lost a page, which a busy machine may have done, is read again the next time."""
    source = desk.paper("a", "slow药止痛")
    desk.work(source)
    assert desk.work(source).reused == ""


def test_a_cache_that_cannot_be_written_is_told(desk: Desk) -> None:
    """The paper is worked all the same."""
    (desk.folder / "cache").write_text("a file in the way")
    outcome = desk.work(desk.paper("a"))
    assert outcome.failure is None
    assert "nothing is kept for later runs" in outcome.troubles[0]
    assert desk.calls == ["tag", "claims"]


def test_a_file_that_is_gone_fails(desk: Desk) -> None:
    """Between listing and working; one line, no digest."""
    source = desk.paper("a")
    source.path.unlink()
    outcome = desk.work(source)
    assert outcome.failure is not None
    assert (outcome.failure.error, outcome.failure.stage) == ("FileNotFoundError", "read")
    assert orjson.loads(outcome.share.document)["sha256"] == ""


def test_what_is_read_ahead_is_taken_once(desk: Desk) -> None:
    """Papers to come are read in order, a broken one too; what has changed since, or is none of them, is not had."""
    sources = [desk.paper(name) for name in "abcd"]
    read: list[str] = []

    def reading(source: Input) -> Read | None:
        read.append(source.id)
        if source.id == "b":
            raise BrokenInput("get it again")
        return Read(b"{}", True, f"digest of {source.id}")

    ahead = Ahead(sources[:3], reading)
    assert ahead.take(sources[0], "digest of a") == Read(b"{}", True, "digest of a")
    assert ahead.take(sources[0], "digest of a") is None
    with pytest.raises(BrokenInput):
        ahead.take(sources[1], "digest of b")
    assert ahead.take(sources[2], "another digest") is None
    assert ahead.take(sources[3], "digest of d") is None
    ahead.stop(lambda: None)
    assert read == ["a", "b", "c"]


def test_reading_ahead_stops(desk: Desk) -> None:
    """What is being read, which may be long, is ended, and nothing is read after it; what was read can be taken."""
    sources = [desk.paper(name) for name in "abc"]
    begun, closed = threading.Event(), threading.Event()
    read: list[str] = []

    def reading(source: Input) -> Read | None:
        read.append(source.id)
        if source.id == "b":
            begun.set()
            assert closed.wait(10)
            raise BrokenInput("the reader was closed")
        return Read(b"{}", True, "digest")

    ahead = Ahead(sources, reading)
    assert begun.wait(10)
    ahead.stop(closed.set)
    assert read == ["a", "b"]
    assert ahead.take(sources[0], "digest") is not None
    assert ahead.take(sources[1], "digest") is None
    assert ahead.take(sources[2], "digest") is None
