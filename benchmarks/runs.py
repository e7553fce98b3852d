"""Runs that people rely on, measured: reruns, workers, memory, the same bytes, broken-off runs.

`python benchmarks/runs.py [--only reruns,workers,memory,bytes,broken] [PDF...]`; without PDFs, those of ../shared, else
of the corpus. All seconds are of whole processes, from start to end, on a warm disk.

- reruns: a first run with an empty cache, an unchanged one, one with a changed trigger and one with a new trigger
- workers: 200 papers (copies with changed bytes) by one worker and by two
- memory: 2,000 texts by one worker: resident memory (all processes, each its part of what they share) after 200 and
  at the end, and the time that papers took at first and at last
- bytes: sha256 of all files but run.json, for one worker, two, Dask, this process, and the papers in another order
- broken: kill -9 at 20 seeded moments, and a full disk at 5 sizes, each with a rerun that is held to an undisturbed one
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

import orjson
import psutil

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
SEED = 20261121


def run(papers: Sequence[str], out: Path, *options: str, home: Path = ROOT) -> float:
    """`pipeline run` to its end: seconds. Raises SystemExit where it ends with another code than 0."""
    began = time.perf_counter()
    process = start(papers, out, *options, home=home)
    _, said = process.communicate()
    seconds = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(f"pipeline run ended with {process.returncode}: {said[-2000:]}")
    return seconds


def start(papers: Sequence[str], out: Path, *options: str, home: Path = ROOT) -> subprocess.Popen[str]:
    """The same, still going on."""
    command = [sys.executable, "-m", "pipeline", "run", *papers, "--out", str(out), "-q", *options]
    return subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": str(home)}, cwd=home, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def digest(folder: Path) -> str:
    """The sha256 of all files of a run folder but run.json, with their names."""
    total = hashlib.sha256()
    for file in sorted(f for f in folder.rglob("*") if f.is_file() and f.name != "run.json"):
        total.update(f"{file.relative_to(folder)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def counts(out: Path) -> dict[str, int]:
    """What run.json counts."""
    return dict(orjson.loads((out / "run.json").read_bytes())["counts"])


def reruns(papers: Sequence[str], folder: Path) -> None:
    """The first run, an unchanged one, and runs with changed triggers."""
    home = folder / "home"
    shutil.copytree(ROOT / "pipeline", home / "pipeline")
    one = ("--jobs", "1")
    run(papers, folder / "warm", *one, "--no-cache", home=home)  # so that its modules are compiled
    first = []
    for n in range(3):
        cache = folder / f"cache{n}"
        first.append(run(papers, folder / "run", *one, "--cache", str(cache), home=home))
    same = [run(papers, folder / "run", *one, "--cache", str(cache), home=home) for _ in range(7)]
    whole = min(first)
    print(f"first run {whole:.2f} s, unchanged {min(same):.3f} s: {whole / min(same):.1f} times faster")
    table = home / "pipeline/rules/triggers-zh.tsv"
    text = table.read_text(encoding="utf-8")
    changes = {
        "a trigger of another relation": text.replace("诱导\tincreases", "诱导\tregulates"),
        "a new trigger, in no paper": text + "摄光化\tincreases\tva\tbench\n",
        "a new trigger, in the papers": text + "提示了\tincreases\tva\tbench\n",
    }
    for name, changed in changes.items():
        took = []
        for n in range(3):
            table.write_text(text, encoding="utf-8")
            copy = folder / f"copy{n}"
            shutil.copytree(cache, copy)
            table.write_text(changed, encoding="utf-8")
            took.append(run(papers, folder / "run", *one, "--cache", str(copy), home=home))
            shutil.rmtree(copy)
        print(f"{name}: {min(took):.2f} s, {whole / min(took):.1f} times faster")


def copies(papers: Sequence[str], folder: Path, count: int) -> list[str]:
    """So many papers, copies with changed bytes."""
    folder.mkdir()
    made = []
    for n, paper in enumerate(islice(cycle(map(Path, papers)), count)):
        tail = f"\n%{n}\n" if paper.suffix == ".pdf" else f"\n{n}。\n"
        made.append(folder / f"{n:04}{paper.suffix}")
        made[-1].write_bytes(paper.read_bytes() + tail.encode())
    return [str(path) for path in made]


def workers(papers: Sequence[str], folder: Path) -> None:
    """One worker and two."""
    copies(papers, folder / "papers", 200)
    took = {}
    for jobs in (1, 2):
        cache = ("--cache", str(folder / f"cache{jobs}"))
        took[jobs] = run([str(folder / "papers")], folder / "run", "--jobs", str(jobs), *cache)
        print(f"200 papers, {counts(folder / 'run')['pages']} pages, {jobs} workers: {took[jobs]:.1f} s")
    print(f"two workers: {took[1] / took[2]:.2f} times as fast as one")
    again = min(run([str(folder / "papers")], folder / "run", *cache) for _ in range(3))
    print(f"unchanged: {again:.2f} s, {took[2] / again:.0f} times faster than two workers the first time")


def memory(_papers: Sequence[str], folder: Path) -> None:
    """2,000 texts by one worker."""
    texts = sorted(map(str, (SHARED / "unlabelled").glob("*.txt")))
    if not texts:
        print("memory: no ../shared/unlabelled here")
        return
    copies(texts, folder / "papers", 2000)
    log = folder / "log.jsonl"
    process = start([str(folder / "papers")], folder / "run", "--jobs", "1", "--no-cache", "--log-file", str(log))
    at: dict[int, tuple[float, dict[str, float]]] = {}
    began, done = time.perf_counter(), 0
    while process.poll() is None:
        time.sleep(0.2)
        if log.exists():
            done = sum(1 for line in log.read_bytes().split(b"\n") if b'"event":"done"' in line)
        mark = max((m for m in (200, 400, 1000, 1950) if done >= m), default=0)
        if mark and mark not in at:
            with _gone():
                at[mark] = time.perf_counter() - began, _resident(process.pid)
    for mark, (seconds, shares) in sorted(at.items()):
        parts = ", ".join(f"{name} {mib:.0f}" for name, mib in shares.items())
        print(f"after {mark:4} papers, {seconds:6.1f} s: {sum(shares.values()):.0f} MiB ({parts})")
    ends = [orjson.loads(line)["time"] for line in log.read_bytes().splitlines() if b'"event":"done"' in line]
    times = [_seconds(t) for t in ends]
    early, late = times[400] - times[200], times[-1] - times[-201]
    print(f"papers 201-400 took {early:.1f} s, the last 200 {late:.1f} s")


@contextmanager
def _gone() -> Iterator[None]:
    """A process may end while it is looked at."""
    try:
        yield
    except psutil.NoSuchProcess:
        return


def _resident(pid: int) -> dict[str, float]:
    """MiB of each process of a run: its own pages, and its part of those that it shares."""
    top = psutil.Process(pid)
    names = ["run", "worker", "reader"]
    family = [top, *top.children(recursive=True)]
    return {name: p.memory_full_info().pss / 2**20 for name, p in zip(names, family, strict=False)}


def _seconds(stamp: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(stamp).timestamp()


def same_bytes(papers: Sequence[str], folder: Path) -> None:
    """Every engine, and the papers in another order."""
    ways: dict[str, tuple[Sequence[str], tuple[str, ...]]] = {
        "one worker": (papers, ("--jobs", "1")),
        "two workers": (papers, ("--jobs", "2")),
        "Dask, two workers": (papers, ("--engine", "dask", "--jobs", "2")),
        "this process": (papers, ("--engine", "serial")),
        "another order": (papers[::-1], ("--jobs", "2")),
    }
    seen = set()
    for name, (given, options) in ways.items():
        run(given, folder / "run", *options, "--no-cache")
        seen.add(digest(folder / "run"))
        print(f"{name:18} {digest(folder / 'run')}")
        shutil.rmtree(folder / "run")
    print("all the same" if len(seen) == 1 else "NOT THE SAME")


def broken(papers: Sequence[str], folder: Path) -> None:
    """kill -9 and full disks."""
    run(papers, folder / "undisturbed", "--no-cache")
    wanted = digest(folder / "undisturbed")
    whole = run(papers, folder / "timed", "--cache", str(folder / "other"))
    dice = random.Random(SEED)
    equal = 0
    for n in range(20):
        out, cache = folder / f"killed{n}", ("--cache", str(folder / f"cache{n}"))
        process = start(papers, out, *cache)
        time.sleep(dice.uniform(0.02, whole))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        run(papers, out, *cache)
        equal += digest(out) == wanted
        shutil.rmtree(out)
    print(f"kill -9 at 20 moments of {whole:.1f} s: {equal} reruns equal")
    needed = sum(f.stat().st_size for f in (folder / "undisturbed").rglob("*") if f.is_file()) // 1024
    equal = tried = 0
    for share in (0.05, 0.25, 0.5, 0.75, 0.95):
        small = folder / f"small{share}"
        small.mkdir()
        with _mounted(small, int(needed * share)) as mounted:
            if not mounted:
                continue
            tried += 1
            process = start(papers, small / "run", "--cache", str(small / "cache"))
            _, said = process.communicate()
            errors = [line for line in said.splitlines() if line.startswith("error: ")]
            if process.returncode != 2 or len(errors) != 1:
                print(f"at {share:.0%}: exit {process.returncode}, {said}")
            subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
            run(papers, small / "run", "--cache", str(small / "cache"))
            equal += digest(small / "run") == wanted
    print(f"disk full at {tried} sizes: {equal} reruns equal" if tried else "disk full: nothing can be mounted here")


@contextmanager
def _mounted(place: Path, kib: int) -> Iterator[bool]:
    """A file system of so many KiB; False where none can be mounted."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(place)]
    mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(place)], check=True)


PARTS: dict[str, Callable[[Sequence[str], Path], None]] = {
    "reruns": reruns,
    "bytes": same_bytes,
    "broken": broken,
    "workers": workers,
    "memory": memory,
}


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("papers", nargs="*", metavar="PDF")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, joined by commas [default: all]")
    options = parser.parse_args()
    chosen = options.only.split(",")
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))} (there are {', '.join(PARTS)})")
    folders = [f for f in (SHARED / "papers", SHARED / "real") if f.is_dir()] or [ROOT / "corpus"]
    papers = options.papers or [str(p) for folder in folders for p in sorted(folder.glob("*.pdf"))]
    papers = [str(Path(p).resolve()) for p in papers]
    for name in chosen:
        with tempfile.TemporaryDirectory() as folder:
            print(f"-- {name}", flush=True)
            PARTS[name](papers, Path(folder))


if __name__ == "__main__":
    main()
