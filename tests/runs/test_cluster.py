"""Runs on Dask: a scheduler and workers that are processes of their own, and a cluster that a run starts itself."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import psutil
import pytest
from fake_run import COMMAND

pytest.importorskip("distributed", reason="the extra dask is not installed")

import fake_far
from distributed import KilledWorker

from pipeline import job
from pipeline.engine import cluster as module
from pipeline.engine.cluster import Cluster, Hands
from pipeline.errors import DataError, PipelineError, UsageError
from pipeline.inputs import Input, gather
from pipeline.job import Job, run_job
from pipeline.keys import keys_for
from pipeline.outcome import Outcome, unpack
from pipeline.run import Summary, Watches
from pipeline.settings import Settings
from pipeline.store import read_run

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
PAPERS = 10
SLOW = 0.2
ENV = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests", HERE)))}
BOUND = ("--host", "127.0.0.1", "--no-dashboard")


class Machines:
    """A scheduler and its workers, as somebody starts them who has a cluster."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.folder = folder
        file = folder / "scheduler.json"
        self.scheduler = self._start("dask_scheduler", *BOUND, "--port", "0", "--scheduler-file", str(file))
        wait_for(lambda: file.exists() and file.read_bytes().endswith(b"}"))
        self.address = str(orjson.loads(file.read_bytes())["address"])
        self.workers: list[psutil.Popen] = []
        for _ in range(workers):
            self.add()

    def add(self) -> None:
        """One worker more."""
        worker = self._start(
            "dask_worker", self.address, *BOUND, "--no-nanny", "--nthreads", "1",
            "--local-directory", str(self.folder), "--death-timeout", "60",
        )  # fmt: skip
        self.workers.append(worker)

    def _start(self, program: str, *args: str) -> psutil.Popen:
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, "-m", f"distributed.cli.{program}", *args]
            return psutil.Popen(command, cwd=self.folder, env=ENV, stdout=log, stderr=log)

    def hands(self) -> list[psutil.Process]:
        """Processes of ours on the workers, and what they have started."""
        return [child for worker in self.workers if worker.is_running() for child in below(worker)]

    def close(self) -> None:
        """End them all."""
        ours = [p for machine in (*self.workers, self.scheduler) for p in below(machine)]
        for machine in (*self.workers, self.scheduler):
            machine.kill()
            machine.wait()
        wait_for(lambda: not alive(ours))


def below(process: psutil.Process) -> list[psutil.Process]:
    """All that a process has started that is still there."""
    try:
        return list(process.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def alive(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Those that still run."""
    return [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def wait_for(true: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A scheduler and two workers, for all tests here."""
    found = Machines(tmp_path_factory.mktemp("dask"), 2)
    yield found
    found.close()


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers that take a moment each, in a folder of their own; runs have a fake house and reader."""
    (tmp_path / "papers").mkdir()
    for n in range(PAPERS):
        (tmp_path / f"papers/p{n:02}.txt").write_text(f"wait {SLOW}\n甲药止痛{n}。" + "药痛。" * n, encoding="utf-8")
    monkeypatch.setattr(job, "engine_of", fake_far.engine_of)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    monkeypatch.setenv("PYTHONPATH", ENV["PYTHONPATH"])
    monkeypatch.chdir(tmp_path)


class Told:
    """A watch that does something when so many papers are done."""

    def __init__(self, papers: int = 0, then: Callable[[], None] = lambda: None) -> None:
        self.done: list[Outcome] = []
        self._papers = papers
        self._then = then

    def begin(self, source: Input) -> None:
        """A paper is taken up."""

    def stage(self, source: Input, name: str) -> None:
        """A paper enters a stage."""

    def again(self, source: Input, reason: str) -> None:
        """A paper is tried once more."""

    def end(self, outcome: Outcome) -> None:
        """A paper is done."""
        self.done.append(outcome)
        if len(self.done) == self._papers:
            self._then()


def work(out: str, scheduler: str | None = None, *, told: Told | None = None, **options: Any) -> Summary:
    """A run on Dask without a cache."""
    asked = Job(("papers",), out, engine="dask", scheduler=scheduler, jobs=2, keep=False, **options)
    return run_job(asked, lambda _: nullcontext(Watches([told] if told else [])))


def files(out: str) -> Mapping[str, bytes]:
    """All files of a run folder but run.json."""
    found = {str(f.relative_to(out)): f.read_bytes() for f in Path(out).rglob("*") if f.is_file()}
    assert orjson.loads(found.pop("run.json"))["state"] == "finished"
    return found


@pytest.fixture
def wanted(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, bytes]:
    """The files of an undisturbed run of one worker."""
    from pipeline.engine.processes import Processes

    with monkeypatch.context() as patch:
        patch.setattr(job, "engine_of", lambda _job, settings, keys: Processes(settings, keys, 1, 0, COMMAND))
        run_job(Job(("papers",), "wanted", keep=False), lambda _: nullcontext(Watches(())))
    return files("wanted")


def test_a_cluster_gives_the_bytes_of_one_worker(machines: Machines, wanted: Mapping[str, bytes]) -> None:
    """Papers that are done in another order, by others, leave the same files; then nothing of ours is left there."""
    done = work("run", machines.address)
    assert (done.documents, done.failures) == (PAPERS, ())
    assert files("run") == wanted
    wait_for(lambda: not machines.hands())


def test_a_cluster_of_this_machine(wanted: Mapping[str, bytes]) -> None:
    """Without an address a cluster is started, and ended."""
    before = set(below(psutil.Process()))
    work("run")
    assert files("run") == wanted
    # multiprocessing's own helper stays as long as this process.
    begun = [p for p in set(below(psutil.Process())) - before if "resource_tracker" not in str(p.cmdline())]
    wait_for(lambda: not alive(begun))


def test_the_house_itself(machines: Machines, tmp_path: Path) -> None:
    """The real house and reader, by the command line: the same bytes as with --jobs 1, claims among them."""
    texts = tmp_path / "texts"
    texts.mkdir()
    for n in range(6):
        said = f"Curcumin decreases TNF-α in mice of group {n}.\n姜黄素显著降低大鼠血清IL-6水平，第{n}组。\n"
        (texts / f"t{n}.txt").write_text(said * (n + 1), encoding="utf-8")
    for out, options in {"one": ("--jobs", "1"), "far": ("--engine", "dask", "--scheduler", machines.address)}.items():
        done = command(sys.executable, "-m", "pipeline", "run", "texts", "--out", out, "--no-cache", "-q", *options)
        assert (done.returncode, done.stderr) == (0, "")
    assert files("far") == files("one")
    assert read_run("far").claims
    wait_for(lambda: not machines.hands())


def command(*args: str) -> subprocess.CompletedProcess[str]:
    """A command to its end."""
    return subprocess.run(args, capture_output=True, text=True, timeout=300, check=False)


def test_a_worker_that_is_killed(machines: Machines, wanted: Mapping[str, bytes]) -> None:
    """kill -9 of a Dask worker that is at a paper: the others work what it had, and its processes go with it."""
    victim = machines.workers[0]
    ours: list[psutil.Process] = []

    def kill() -> None:
        wait_for(lambda: below(victim))
        ours.extend(below(victim))
        victim.kill()

    told = Told(2, kill)
    done = work("run", machines.address, told=told)
    victim.wait()
    machines.workers.remove(victim)
    machines.add()
    assert (done.documents, done.failures) == (PAPERS, ())
    assert sorted(o.row.doc for o in told.done) == [f"p{n:02}" for n in range(PAPERS)]
    assert files("run") == wanted
    assert ours
    wait_for(lambda: not alive(ours))
    wait_for(lambda: not machines.hands())


def test_a_paper_that_kills_its_process(machines: Machines) -> None:
    """It costs that paper two tries and a failure record, and no Dask worker; one that takes too long is ended."""
    Path("papers/die.txt").write_text("die")
    Path("papers/hang.txt").write_text("hang")
    done = work("run", machines.address, doc_timeout=10.0)
    assert {f.path: f.error for f in done.failures} == {"papers/die.txt": "WorkerDied", "papers/hang.txt": "TooSlow"}
    assert done.documents == PAPERS + 2
    assert all(worker.is_running() for worker in machines.workers)


def test_workers_that_die_of_a_paper() -> None:
    """A paper that takes one Dask worker after another down fails, in a line."""

    class Lost:
        def result(self) -> bytes:
            worker: Any = SimpleNamespace(address="tcp://127.0.0.1:1")
            raise KilledWorker("p00", worker, 4)

        def release(self) -> None:
            pass

    settings = Settings()
    engine = Cluster(settings, keys_for(settings), 1)
    (source,) = gather(["papers/p00.txt"])
    outcome = engine._outcome(Lost(), source)  # type: ignore[arg-type]
    assert outcome.failure is not None
    assert outcome.failure.error == "WorkerDied"
    assert "\n" not in outcome.failure.message


# what cannot be worked


def test_an_address_where_nobody_is() -> None:
    """One line, exit 2, and soon; nothing of distributed's own."""
    began = time.monotonic()
    done = command(
        sys.executable, "-m", "pipeline", "run", "papers", "--out", "run", "--engine", "dask", "--scheduler",
        "tcp://127.0.0.1:1",
    )  # fmt: skip
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "--scheduler tcp://127.0.0.1:1: no Dask scheduler answers" in done.stderr
    assert time.monotonic() - began < 25
    assert not list(Path().glob("run/*.jsonl"))


@pytest.mark.parametrize("address", ["nonsense://x:1", "tcp://127.0.0.1", "tcp://nowhere.invalid:1", "a b"])
def test_an_address_that_is_none(address: str) -> None:
    """What is no address, or of a machine that does not exist, is told as well."""
    with pytest.raises(UsageError, match="--scheduler") as caught:
        work("run", address)
    assert "\n" not in str(caught.value)


def test_a_cluster_of_another_version(machines: Machines) -> None:
    """Workers whose code, rules or lexicon are others than the run's say so, and work nothing."""
    settings = Settings()
    engine = Cluster(settings, replace(keys_for(settings), claims="other"), 1, machines.address)
    with pytest.raises(UsageError, match="other code, libraries, rules or lexicons") as caught:
        list(engine.outcomes(gather(["papers"]), lambda _: None, Told()))
    engine.close()
    assert "\n" not in str(caught.value)
    wait_for(lambda: not machines.hands())


def test_a_cluster_that_cannot_take_the_work(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the workers do not know this package, or not as it is here, that is told in a line."""
    settings = Settings()
    engine = Cluster(settings, keys_for(settings), 1, machines.address)
    monkeypatch.setattr(engine._hands, "_order", b'[{"strange": 1}, {}, 0, []]')
    with pytest.raises(UsageError, match="install claim-pipeline there"):
        list(engine.outcomes(gather(["papers"]), lambda _: None, Told()))
    engine.close()


def test_all_faults_of_a_lexicon_come_back(machines: Machines, tmp_path: Path) -> None:
    """What a worker finds wrong in data files is told as it is without Dask."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/x.tsv").write_text("no\theader\n")
    settings = Settings(lexicon=str(tmp_path / "mine"))
    engine = Cluster(settings, keys_for(settings), 1, machines.address)
    with pytest.raises(DataError) as caught:
        list(engine.outcomes(gather(["papers"]), lambda _: None, Told()))
    engine.close()
    assert all("x.tsv" in fault for fault in caught.value.faults)


def test_a_missing_extra() -> None:
    """Without distributed, --engine dask is one line that names the extra."""
    code = "import sys; sys.modules['distributed'] = None; from pipeline.cli import main; main()"
    done = command(sys.executable, "-c", code, "run", "papers", "--out", "run", "--engine", "dask")
    assert (done.returncode, done.stderr) == (2, "error: --engine dask: not installed; install the extra [dask]\n")


def test_a_cluster_that_goes_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker for a time, then no scheduler in mid-run: a line each, that says how to go on."""
    (tmp_path / "dask").mkdir()
    alone = Machines(tmp_path / "dask", 0)
    try:
        with monkeypatch.context() as patch:
            patch.setattr(module, "LOOK_SECONDS", 0.1)
            patch.setattr(module, "ALONE_SECONDS", 0.3)
            with pytest.raises(PipelineError, match="has had no worker"):
                work("run", alone.address)
        alone.add()
        with pytest.raises(PipelineError, match="does not go on") as caught:
            work("run", alone.address, told=Told(2, alone.scheduler.kill))
        assert "\n" not in str(caught.value)
    finally:
        alone.close()


# Ctrl-C


@pytest.mark.parametrize("far", [False, True])
def test_ctrl_c(far: bool, machines: Machines, wanted: Mapping[str, bytes], tmp_path: Path) -> None:
    """Ctrl-C, which a terminal sends to all that was started: what is done is written, and nothing is left behind."""
    options = ["--scheduler", machines.address] if far else ["--jobs", "2"]
    args = [sys.executable, str(HERE / "fake_far.py"), "run", "papers", "--out", "run", "--engine", "dask", *options]
    process = psutil.Popen(
        args, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    heard = [process.stderr.readline() for _ in range(2)]
    ours = below(process)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Traceback" not in said, said
    assert all(line.startswith("[") for line in (*heard, *said.splitlines())), said
    run = read_run("run")
    assert run.run.state == "interrupted"
    assert 2 <= len(run.documents) < PAPERS
    wait_for(lambda: not alive(ours))
    wait_for(lambda: not machines.hands())
    work("run", machines.address)
    assert files("run") == wanted


# a worker's side


def test_processes_that_nobody_asks_for_are_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Dask worker keeps a process for the next paper, and ends it when none comes: the run may be gone for ever."""
    settings = Settings()
    (source,) = gather(["papers/p00.txt"])

    async def live() -> None:
        hands = Hands(settings, keys_for(settings), 0, COMMAND)
        hands.setup(None)
        before = set(below(psutil.Process()))
        for _ in range(2):
            said = hands.work(source)
            assert unpack(said[1:]).row.doc == "p00"
        (kept,) = alive(set(below(psutil.Process())) - before)
        hands._end_idle()
        assert alive([kept])
        monkeypatch.setattr(module, "IDLE_SECONDS", 0)
        hands._end_idle()
        assert not alive([kept])
        hands.teardown(None)

    asyncio.run(live())
