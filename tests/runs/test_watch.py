"""Papers worked as they arrive."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from builders import FakeWorker
from test_processes import Seen

from pipeline import job as jobs
from pipeline.engine.serial import Serial
from pipeline.errors import UsageError
from pipeline.job import Job
from pipeline.outcome import Outcome
from pipeline.store import read_run
from pipeline.watch import watch


class Told(Seen):
    """A watch that a run takes."""

    def end(self, outcome: Outcome) -> None:
        """A paper is done."""


WARNINGS: list[str] = []


class Over(Exception):
    """The script has no more steps."""


def rounds(job: Job, *steps: Callable[[], object]) -> list[tuple[int, int]]:
    """(papers, papers that were worked) of each round, while one step after another is done between two looks."""
    script = iter(steps)

    def wait(_seconds: float) -> None:
        step = next(script, None)
        if step is None:
            raise Over
        step()

    found: list[tuple[int, int]] = []
    made = watch(job, lambda _papers: nullcontext(Told()), 1.0, WARNINGS.append, wait)
    try:
        found.extend((done.documents, done.documents - done.cached) for done in made)
    except Over:
        return found
    raise AssertionError("a watch ended by itself")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, to be watched by a serial engine with a fake house."""
    monkeypatch.setattr(jobs, "engine_of", lambda _job, settings, keys: Serial(FakeWorker(settings, keys)))
    (tmp_path / "in").mkdir()
    return tmp_path


def job(folder: Path) -> Job:
    """What is to be done with its papers."""
    return Job((str(folder / "in"),), out=str(folder / "run"), cache=folder / "cache")


def nothing() -> None:
    """Nothing happens."""


def test_papers_are_worked_as_they_arrive(folder: Path) -> None:
    """Each when it stands unchanged between two looks; what was worked is not worked again."""
    one, two = folder / "in/a.txt", folder / "in/b.txt"
    assert rounds(
        job(folder), nothing, lambda: one.write_text("药止痛"), nothing, nothing, lambda: two.write_text("药"), nothing
    ) == [(1, 1), (2, 1)]  # fmt: skip
    assert [d.id for d in read_run(folder / "run").documents] == ["a", "b"]


def test_a_file_that_grows_is_left_until_it_is_whole(folder: Path) -> None:
    """A paper that is still being copied is no paper yet; the others are not held up."""
    one, two = folder / "in/a.txt", folder / "in/b.txt"

    def grow() -> None:
        with two.open("a") as file:
            file.write("药痛")

    two.write_text("药")
    one.write_text("药止痛")
    assert rounds(job(folder), grow, grow, grow, nothing, nothing) == [(1, 1), (2, 1)]
    assert read_run(folder / "run").texts["b"] == "药" + "药痛" * 3


def test_papers_that_change_or_go(folder: Path) -> None:
    """A changed paper is worked again; one that is gone is gone from the run."""
    one, two = folder / "in/a.txt", folder / "in/b.txt"
    one.write_text("药止痛")
    two.write_text("药")
    assert rounds(
        job(folder), nothing, lambda: one.write_text("药止痛痛"), nothing, two.unlink, nothing
    ) == [(2, 2), (1, 0), (2, 1), (1, 0)]  # fmt: skip
    assert list(read_run(folder / "run").texts) == ["a"]


def test_changed_rules_are_a_reason(folder: Path) -> None:
    """A lexicon that changes between two looks is used from then on."""
    own = folder / "own"
    own.mkdir()
    table = own / "compounds.tsv"
    table.write_text("one")
    (folder / "in/a.txt").write_text("药止痛")
    asked = Job((str(folder / "in"),), out=str(folder / "run"), lexicon=str(own), cache=folder / "cache")
    assert rounds(asked, nothing, lambda: table.write_text("two"), nothing) == [(1, 1), (1, 1)]


def test_rules_and_papers_that_change_together(folder: Path) -> None:
    """A paper that comes while a lexicon is edited is worked by the new one, in one round."""
    own = folder / "own"
    own.mkdir()
    table = own / "compounds.tsv"
    table.write_text("one")
    one, two = folder / "in/a.txt", folder / "in/b.txt"
    one.write_text("药止痛")
    asked = Job((str(folder / "in"),), out=str(folder / "run"), lexicon=str(own), cache=folder / "cache")

    def both() -> None:
        two.write_text("药")
        table.write_text("two")

    assert rounds(asked, nothing, both, nothing, nothing) == [(1, 1), (1, 1), (2, 1)]


def test_a_look_that_fails_is_not_the_end(folder: Path) -> None:
    """A folder that is away for a moment is told, and looked for again."""
    (folder / "in/a.txt").write_text("药止痛")
    WARNINGS.clear()
    away = folder / "away"
    steps = [nothing, lambda: (folder / "in").rename(away), lambda: away.rename(folder / "in"), nothing, nothing]
    (folder / "in/b.txt").write_text("药")
    assert rounds(job(folder), *steps) == [(2, 2)]
    assert [w.rpartition("; ")[2] for w in WARNINGS] == ["looking again in 1 s"]


def test_a_folder_that_is_not_there(folder: Path) -> None:
    """It is told as for a run, rather than waited for."""
    with pytest.raises(UsageError, match="no such file or folder"):
        rounds(Job((str(folder / "nowhere"),)), nothing)
