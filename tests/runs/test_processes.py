"""Worker processes: what one that dies, hangs or does not start costs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pipeline.engine.processes import Processes
from pipeline.errors import PipelineError, UsageError
from pipeline.inputs import Input, gather
from pipeline.keys import keys_for
from pipeline.outcome import Failure, Outcome, Stage, failed
from pipeline.settings import Settings

COMMAND = (sys.executable, str(Path(__file__).with_name("fake_process.py")))
SETTINGS = Settings()


class Seen:
    """A watch that keeps what it is told."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.stages: list[str] = []
        self.tried_again: list[str] = []

    def begin(self, source: Input) -> None:
        """A paper is taken up."""
        self.begun.append(source.id)

    def stage(self, source: Input, name: Stage) -> None:
        """A paper enters a stage."""
        self.stages.append(f"{source.id} {name}")

    def again(self, source: Input, reason: str) -> None:
        """A paper is tried once more."""
        self.tried_again.append(f"{source.id} {reason}")


@pytest.fixture(autouse=True)
def path(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake worker finds the tests' builders."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))


@pytest.fixture
def seen() -> Seen:
    """A watch."""
    return Seen()


def papers(folder: Path, **texts: str) -> tuple[Input, ...]:
    """Files with these texts."""
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return gather([folder])


def worked(
    sources: tuple[Input, ...], seen: Seen, jobs: int = 2, doc_seconds: float = 0, command: tuple[str, ...] = COMMAND
) -> dict[str, Outcome]:
    """What comes of each, by id."""
    engine = Processes(SETTINGS, keys_for(SETTINGS), jobs, doc_seconds, command)
    try:
        return {o.row.doc: o for o in engine.outcomes(sources, lambda _: None, seen)}
    finally:
        engine.close()


def test_papers_are_worked_by_several(tmp_path: Path, seen: Seen) -> None:
    """Every paper once, whatever the number of workers, with the same bytes; stages are told."""
    sources = papers(tmp_path, **{f"p{n}": f"甲药止痛{n}" for n in range(7)})
    one = worked(sources, seen, jobs=1)
    assert sorted(one) == [f"p{n}" for n in range(7)]
    assert seen.begun == sorted(one)
    assert [s for s in seen.stages if s.startswith("p3")] == ["p3 read", "p3 segment", "p3 tag", "p3 claims"]
    three = worked(sources, seen, jobs=3)
    assert {doc: o.share for doc, o in three.items()} == {doc: o.share for doc, o in one.items()}


def test_a_worker_that_dies_costs_one_more_try(tmp_path: Path, seen: Seen) -> None:
    """The paper is worked by another worker; nobody else notices."""
    marker = tmp_path / "died"
    sources = papers(tmp_path, a="甲药止痛", b=f"die once {marker}\n甲药止痛", c="甲药止痛")
    outcomes = worked(sources, seen)
    assert [o.failure for o in outcomes.values()] == [None] * 3
    assert seen.tried_again == ["b exit -9"]
    assert sorted(seen.begun) == ["a", "b", "b", "c"]


@pytest.mark.parametrize(("order", "reason"), [("die", "exit -9"), ("exit 3", "exit 3")])
def test_a_paper_that_kills_its_workers_fails(tmp_path: Path, seen: Seen, order: str, reason: str) -> None:
    """Twice is enough: a failure record that names the stage; the others are worked."""
    outcomes = worked(papers(tmp_path, a="甲药止痛", b=order, c="甲药止痛"), seen)
    failure = outcomes["b"].failure
    assert failure is not None
    assert (failure.stage, failure.error) == ("tag", "WorkerDied")
    assert reason in failure.message
    assert outcomes["a"].failure is None
    assert outcomes["c"].failure is None
    assert seen.tried_again == [f"b {reason}"]


def test_a_paper_that_hangs_fails(tmp_path: Path, seen: Seen) -> None:
    """After --doc-timeout, without another try; the others are worked."""
    outcomes = worked(papers(tmp_path, a="甲药止痛", b="hang", c="甲药止痛"), seen, doc_seconds=1.5)
    failure = outcomes["b"].failure
    assert failure is not None
    assert (failure.stage, failure.error) == ("tag", "TooSlow")
    assert "--doc-timeout" in failure.message
    assert seen.tried_again == []
    assert [outcomes[doc].failure for doc in "ac"] == [None, None]


def test_a_worker_that_does_not_start_ends_the_run(tmp_path: Path, seen: Seen) -> None:
    """Each paper would meet it: told at once, in a line."""
    with pytest.raises(PipelineError, match="does not start"):
        worked(papers(tmp_path, a="x"), seen, command=(*COMMAND, "no library"))


def test_other_code_or_lexicons_end_the_run(tmp_path: Path, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker whose keys are not the run's does not work for it."""
    keys = keys_for(SETTINGS)
    monkeypatch.setattr(type(keys), "__eq__", lambda _one, _other: True)
    engine = Processes(SETTINGS, type(keys)("0", "0", "0", "0", {}), 1, 0, COMMAND)
    try:
        with pytest.raises(UsageError, match="other code, libraries, rules or lexicons"):
            list(engine.outcomes(papers(tmp_path, a="x"), lambda _: None, seen))
    finally:
        engine.close()


def test_what_is_known_needs_no_worker(tmp_path: Path, seen: Seen) -> None:
    """Outcomes that the look-up has are passed on, and no process is started for them."""
    sources = papers(tmp_path, a="x", b="y")
    known = failed("a", Failure("a", "read", "E", "m"))
    engine = Processes(SETTINGS, keys_for(SETTINGS), 2, 0, ("/no/such/program",))
    assert list(engine.outcomes(sources, lambda _: known, seen)) == [known, known]
    engine.close()


class Impatient(Seen):
    """A watch whose user presses Ctrl-C when the first paper is being tagged."""

    def stage(self, source: Input, name: Stage) -> None:
        """A paper enters a stage."""
        super().stage(source, name)
        if name == "tag":
            raise KeyboardInterrupt


def test_an_engine_is_kept_and_ends_what_it_started(tmp_path: Path, seen: Seen) -> None:
    """Two rounds are worked by the same process; it is gone when the engine is closed, in the midst of work as well."""
    (tmp_path / "hanging").mkdir()
    hanging = papers(tmp_path / "hanging", z="hang")
    sources = papers(tmp_path / "hanging" / "..", a="甲药止痛", b="甲药止痛")[:2]
    engine = Processes(SETTINGS, keys_for(SETTINGS), 1, 0, COMMAND)
    pids = []
    for _ in range(2):
        assert len(list(engine.outcomes(sources, lambda _: None, seen))) == 2
        pids.append([w.process.pid for w in engine._workers])
    assert pids[0] == pids[1]
    with pytest.raises(KeyboardInterrupt):
        list(engine.outcomes(hanging, lambda _: None, Impatient()))
    engine.close()
    for pid in pids[0]:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
