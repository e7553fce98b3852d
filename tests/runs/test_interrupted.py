"""Runs that are broken off: what is written, what is left behind, and that a rerun ends as if nothing had been."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import orjson
import pytest

from pipeline.store import read_run

HERE = Path(__file__).parent
SLOW = 0.05
PAPERS = 16


class Place:
    """A folder of papers, each of which takes a moment, a cache, and runs into `run`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "papers").mkdir()
        for n in range(PAPERS):
            (folder / f"papers/p{n:02}.txt").write_text(f"wait {SLOW}\n甲药止痛{n}。" + "药痛。" * n, encoding="utf-8")
        self.env = {
            **os.environ,
            "XDG_CACHE_HOME": str(folder / "cache"),
            "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), str(HERE.parent)]),
        }

    def start(self, *args: str, out: str = "run", jobs: int = 2) -> subprocess.Popen[str]:
        """A run that goes on."""
        command = [sys.executable, str(HERE / "fake_run.py"), "run", "papers", "--out", out, "--jobs", str(jobs), *args]
        return subprocess.Popen(
            command, cwd=self.folder, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip

    def run(self, *args: str, out: str = "run", code: int = 0) -> str:
        """A run to its end; what it said on standard error."""
        process = self.start(*args, out=out)
        _, said = process.communicate(timeout=60)
        assert process.returncode == code, said
        return said

    def files(self, out: str = "run") -> Mapping[str, bytes]:
        """All files of a run folder but run.json, hidden ones too."""
        run = self.folder / out
        found = {str(f.relative_to(run)): f.read_bytes() for f in run.rglob("*") if f.is_file()}
        assert orjson.loads(found.pop("run.json"))["state"] == "finished"
        return found

    def is_left(self) -> list[str]:
        """Worker processes of this folder's runs that are still there."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes()
                here = os.readlink(process / "cwd") == str(self.folder)
            except OSError:
                continue
            if here and b"fake_process" in command:
                found.append(process.name)
        return found


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A folder of its own."""
    return Place(tmp_path)


def wait_for(true: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def done_papers(place: Place) -> int:
    """How many papers the cache has the records of."""
    return sum(1 for path in (place.folder / "cache").rglob("claims/*/*") if path.is_file())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_writes_what_is_done(place: Place, number: signal.Signals) -> None:
    """Ctrl-C or a SIGTERM: exit 130, a folder that can be read, a word on how to go on; the rerun works the rest."""
    process = place.start()
    wait_for(lambda: done_papers(place) >= 4)
    process.send_signal(number)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "the same command goes on from there" in said
    back = read_run(place.folder / "run")
    assert back.run.state == "interrupted"
    assert 2 <= len(back.documents) < PAPERS
    assert back.run.counts["documents"] == len(back.documents)
    wait_for(lambda: not place.is_left(), 5)
    told = place.run()
    assert told.count("unchanged") >= len(back.documents)
    place.run("--no-cache", out="undisturbed")
    assert place.files() == place.files("undisturbed")


def test_interrupted_among_papers_from_the_cache(tmp_path: Path) -> None:
    """Where nothing is waited for, Ctrl-C may come at any moment: what is written is whole papers."""
    place = Place(tmp_path)
    for n in range(300):
        (tmp_path / f"papers/q{n:03}.txt").write_text(f"甲药止痛{n}。" + "药痛。" * 40, encoding="utf-8")
    place.run()
    dice = random.Random(20261121)
    cut = 0
    for n in range(8):
        process = place.start(out=f"cut{n}")
        head = tmp_path / f"cut{n}/run.json"
        wait_for(head.exists)
        time.sleep(dice.uniform(0, 0.15))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        if orjson.loads(head.read_bytes())["state"] == "interrupted":
            cut += 1
            back = read_run(tmp_path / f"cut{n}")
            assert back.run.counts["documents"] == len(back.documents) == len(back.texts)
    assert cut


def test_killed_at_any_moment(place: Place) -> None:
    """kill -9 of the run alone, at seeded moments: no worker stays, and a rerun leaves the bytes of one undisturbed."""
    started = time.monotonic()
    place.run(out="undisturbed")
    whole = time.monotonic() - started
    wanted = place.files("undisturbed")
    dice = random.Random(20261121)
    killed = 0
    for _ in range(8):
        # Anew, so that there is something to be killed at.
        process = place.start("--force")
        time.sleep(dice.uniform(0, 0.9 * whole))
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        wait_for(lambda: not place.is_left(), 5)
        if dice.random() < 0.4:
            place.run()
            assert place.files() == wanted
    assert killed >= 4
    place.run()
    assert place.files() == wanted


def test_two_runs_into_one_folder(place: Place) -> None:
    """The second says who is there and stops, with what is there untouched; when the first is killed it may go on."""
    process = place.start()
    wait_for(lambda: (place.folder / "run/.lock").exists() and (place.folder / "run/run.json").exists())
    said = place.run(code=2)
    assert f"another run (process {process.pid}) is writing there" in said
    assert "Traceback" not in said
    process.kill()
    process.communicate()
    place.run()
    assert not (place.folder / "run/.lock").exists()
    assert not (place.folder / "run/.new").exists()


def test_papers_gone_since_a_killed_run(place: Place) -> None:
    """Texts that a run put in place before it was killed go with their papers."""
    place.run()
    new = place.folder / "run/.new"
    (new / "texts").mkdir(parents=True)
    (new / "documents.jsonl").write_bytes((place.folder / "run/documents.jsonl").read_bytes())
    (place.folder / "run/documents.jsonl").unlink()
    (place.folder / "papers/p03.txt").unlink()
    place.run()
    place.run("--no-cache", out="undisturbed")
    assert place.files() == place.files("undisturbed")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system takes root")
@pytest.mark.parametrize("kib", [24, 64, 160])
def test_a_full_disk(place: Place, kib: int) -> None:
    """One line and exit 2 where the run cannot be written; with room, the same bytes as undisturbed."""
    full = place.folder / "full"
    full.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(full)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        said = place.run(out="full/run", code=2)
        errors = [line for line in said.splitlines() if line.startswith("error: ")]
        assert len(errors) == 1
        assert "cannot be written (No space left on device)" in errors[0]
        assert "Traceback" not in said
        subprocess.run(["mount", "-o", "remount,size=8m", str(full)], check=True)
        place.run(out="full/run")
        place.run("--no-cache", out="undisturbed")
        assert place.files("full/run") == place.files("undisturbed")
    finally:
        subprocess.run(["umount", "-l", str(full)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system takes root")
def test_a_full_cache(place: Place) -> None:
    """A run whose cache has no room is a run without a cache, and says so once."""
    small = place.folder / "cache"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(small)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        said = place.run()
        assert said.count("nothing is kept for later runs (No space left on device)") == 1
        place.run("--no-cache", out="undisturbed")
        assert place.files() == place.files("undisturbed")
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_a_read_only_folder(place: Place) -> None:
    """One line, exit 2."""
    if os.geteuid() == 0:
        said = place.run(out="/proc/run", code=2)
    else:
        place.folder.chmod(0o500)
        said = place.run(code=2)
        place.folder.chmod(0o700)
    assert "cannot be written" in said
    assert said.count("\n") == 1
