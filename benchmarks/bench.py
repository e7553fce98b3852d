"""`make bench`: pages a second and peak memory of the whole job beside the glue script, on the same PDFs in one run.

Each is a process of its own, started cold and told to read all papers, the house with one worker and an empty cache; of
`--repeat` runs, in turn, the fastest counts.
Seconds are from its start to its end, imports and building included; peak memory is the largest resident set that the
kernel saw in it. The files are read once before, so that neither waits for the disk.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
FOLDERS = (SHARED / "papers", SHARED / "real")
SOME_FAILED = 4


@dataclass(frozen=True, slots=True)
class Measured:
    """What one process did: seconds from start to end and by stage, peak resident memory in MiB, what it made."""

    name: str
    seconds: float
    peak_mib: float
    pages: int
    papers: int
    failed: int
    mentions: int
    claims: int
    stages: dict[str, float]

    @property
    def pages_a_second(self) -> float:
        """Pages that were read, by the seconds of the whole job."""
        return self.pages / self.seconds


def spend(command: Sequence[str]) -> tuple[float, float, str]:
    """Run a command to its end: seconds, peak MiB, standard output. Raises SystemExit if it fails."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        start = perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=err, text=True)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode not in (0, SOME_FAILED):
            raise SystemExit(f"{' '.join(command[:4])} … ended with {process.returncode}: {err.read()[-2000:]}")
        # The kernel counts in KiB on Linux, in bytes on macOS.
        unit = 2**20 if sys.platform == "darwin" else 2**10
        return seconds, usage.ru_maxrss / unit, out.read()


def house(papers: Sequence[str], folder: Path) -> Measured:
    """The whole job, `pipeline run`, in one process; what it made is read from its `run.json`."""
    run = folder / "house"
    options = ["--out", str(run), "--jobs", "1", "--cache", str(folder / "cache")]
    seconds, peak, _ = spend([sys.executable, "-m", "pipeline", "run", *papers, *options])
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    counts, stages = record["counts"], dict(record["seconds"])
    whole = stages.pop("all")
    stages = {"start": seconds - whole, **stages, "write": whole - sum(stages.values())}
    return Measured(
        "pipeline run", seconds, peak, counts["pages"], counts["documents"], counts["failed"],
        counts["mentions"], counts["claims"], stages,
    )  # fmt: skip


def glue(papers: Sequence[str], folder: Path) -> Measured:
    """The glue script, on the same papers."""
    command = [sys.executable, "-m", "benchmarks.glue", *papers, "--out", str(folder / "glue")]
    seconds, peak, said = spend(command)
    record = json.loads(said.splitlines()[-1])
    counts, stages = record["counts"], dict(record["seconds"])
    # What Python takes before the script's first line belongs to the start, as it does for the house.
    stages = {"start": seconds - sum(stages.values()) + stages.pop("build"), **stages}
    return Measured(
        "glue script", seconds, peak, counts["pages"], len(papers), len(record["failed"]),
        counts["mentions"], counts["claims"], stages,
    )  # fmt: skip


def table(measured: Sequence[Measured]) -> str:
    """The figures as a table in plain text, one line for each process."""
    lines = [
        f"{'':14}{'papers':>8}{'pages':>7}{'seconds':>9}{'pages/s':>9}{'peak MiB':>10}{'mentions':>10}{'claims':>8}"
    ]
    for m in measured:
        papers = f"{m.papers - m.failed}/{m.papers}"
        lines.append(
            f"{m.name:14}{papers:>8}{m.pages:7}{m.seconds:9.1f}{m.pages_a_second:9.2f}{m.peak_mib:10.0f}"
            f"{m.mentions:10}{m.claims:8}"
        )
    lines.append("")
    lines.extend(
        f"{m.name:14}seconds by stage: " + ", ".join(f"{stage} {s:.1f}" for stage, s in m.stages.items())
        for m in measured
    )
    return "\n".join(lines)


def main() -> None:
    """Measure both in turn, print the table, and write the figures where `--json` says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--papers", type=Path, nargs="+", metavar="PATH", help="PDFs [default: ../shared, or corpus/]")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each; the fastest counts [default: 1]")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here as well")
    options = parser.parse_args()
    folders = [folder for folder in FOLDERS if folder.is_dir()] or [ROOT / "corpus"]
    papers = options.papers or [p for folder in folders for p in sorted(folder.glob("*.pdf"))]
    missing = [str(p) for p in papers if not p.is_file()]
    if missing or not papers:
        parser.error(f"no such file: {', '.join(missing)}" if missing else "no PDF in corpus/: give --papers")
    for paper in papers:
        paper.read_bytes()
    names = [str(p.resolve()) for p in papers]
    runs: dict[str, list[Measured]] = {}
    for _ in range(max(1, options.repeat)):
        for once in (glue, house):
            with tempfile.TemporaryDirectory() as folder:
                measured = once(names, Path(folder))
            runs.setdefault(measured.name, []).append(measured)
    best = [min(of_one, key=lambda m: m.seconds) for of_one in runs.values()]
    script, job = best
    ratio = job.pages_a_second / script.pages_a_second
    print(table(best))
    print(f"\npages a second, pipeline run / glue script: {ratio:.2f}")
    if options.json:
        figures = {
            "ratio": round(ratio, 3),
            "python": platform.python_version(),
            "machine": platform.machine(),
            "cores": os.cpu_count(),
            "papers": [p.name for p in papers],
            "runs": [{**asdict(m), "pages_a_second": m.pages_a_second} for m in best],
        }
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
