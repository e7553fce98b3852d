"""Mutated PDFs through the public door: each is read or refused with a clear line; none crashes or hangs.

`python benchmarks/mutate.py [PDF...] [--count 300] [--seed 7]`; without PDFs, those of the corpus and of the shared
material, none over `--most-bytes`. Each mutant has random bytes changed, a stretch cut out, a stretch repeated or put
elsewhere, the end cut off, or a number in it changed; one to four of these. Same seed, same mutants. Those that come to
no good are kept in `--keep`. A reading process that dies of a file is the guard's to tell in a line: such lines are
counted beside. Exit 1 where one took over `--seconds`, or ended as an error that is no clear line.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import local
from time import perf_counter

from pipeline.errors import InputError
from pipeline.guard import Guard

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
FOLDERS = (ROOT / "corpus", SHARED / "papers", SHARED / "real")
SECONDS = 30.0
DEATHS = re.compile("breaks the reader|too much memory|takes longer")  # as the guard words it
LINE = 400  # characters that a clear line has at most, the file's name apart


def flip(data: bytes, chance: random.Random) -> bytes:
    """Up to 40 bytes changed."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 40)):
        out[chance.randrange(len(out))] = chance.randrange(256)
    return bytes(out)


def stretch(data: bytes, chance: random.Random) -> tuple[int, int]:
    """A stretch of a file, more often short than long."""
    length = min(len(data) - 1, int(2 ** chance.uniform(0, 17)))
    start = chance.randrange(len(data) - length)
    return start, start + length


def cut(data: bytes, chance: random.Random) -> bytes:
    a, b = stretch(data, chance)
    return data[:a] + data[b:]


def repeat(data: bytes, chance: random.Random) -> bytes:
    a, b = stretch(data, chance)
    return data[:b] + data[a:b] * chance.randint(1, 5) + data[b:]


def move(data: bytes, chance: random.Random) -> bytes:
    """A stretch printed over another one."""
    a, b = stretch(data, chance)
    at = chance.randrange(len(data))
    return data[:at] + data[a:b] + data[at + b - a :]


def end(data: bytes, chance: random.Random) -> bytes:
    """The file cut short."""
    return data[: chance.randrange(len(data) // 10, len(data))]


def number(data: bytes, chance: random.Random) -> bytes:
    """Some of the numbers outside of streams changed: references, lengths, sizes."""
    found = [m.span() for m in re.finditer(rb"(?<=[ /\[])\d{1,9}(?=[ \]/\r\n])", data)]
    if not found:
        return flip(data, chance)
    for a, b in sorted(chance.sample(found, min(len(found), chance.randint(1, 8))), reverse=True):
        value = chance.choice([0, -1, 1, 2**31 - 1, 2**40, chance.randrange(10**6), int(data[a:b]) + 1])
        data = data[:a] + str(value).encode() + data[b:]
    return data


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (flip, cut, repeat, move, end, number)


def mutant(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """A mutated file, and what was done to it."""
    done = chance.choices(MUTATIONS, weights=(3, 2, 2, 2, 1, 3), k=chance.randint(1, 4))
    for mutate in done:
        data = mutate(data, chance)
    return data, "+".join(mutate.__name__ for mutate in done)


def tried(guard: Guard, path: Path, most: float) -> tuple[str, str]:
    """What became of a file, as a class to count (in capitals: no good) and a line to show."""
    start = perf_counter()
    try:
        paper = guard.read(path, "mutant")
    except InputError as error:
        line = str(error)
        label = f"refused: {type(error).__name__}"
        if "\n" in line or not line.startswith(f"{path}: ") or len(line) > len(str(path)) + LINE:
            label = "UNCLEAR"
    except Exception as error:
        label, line = "CRASHED", f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    else:
        line = "; ".join(paper.document.warnings)
        label = "read in part" if line else "read"
    took = perf_counter() - start
    return "HUNG" if took > most else label, f"{took:.1f} s {line.replace(str(path), path.name)}"


def papers(most: int) -> list[Path]:
    found = sorted(path for folder in FOLDERS for path in folder.glob("*.pdf"))
    return [path for path in found if path.stat().st_size <= most]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("pdfs", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--most-bytes", type=int, default=1_500_000)
    parser.add_argument("--keep", type=Path, help="a folder for the mutants that came to no good")
    parser.add_argument("--show", action="store_true", help="a line for each mutant")
    options = parser.parse_args(arguments)
    pdfs = options.pdfs or papers(options.most_bytes)
    if not pdfs:
        parser.error("no PDFs")
    sources = [path.read_bytes() for path in pdfs]
    counts: Counter[str] = Counter()
    died = 0
    start = perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder, ExitStack() as guards, ThreadPoolExecutor(options.processes) as pool,
    ):  # fmt: skip
        own = local()

        def one(k: int) -> tuple[str, str, str]:
            if not hasattr(own, "guard"):
                own.guard = guards.enter_context(Guard(page_seconds=options.seconds / 3))
            chance = random.Random(f"{options.seed} {k}")
            data, done = mutant(sources[k % len(sources)], chance)
            path = Path(folder) / f"{k:04d}-{pdfs[k % len(pdfs)].stem}.pdf"
            path.write_bytes(data)
            label, line = tried(own.guard, path, options.seconds)
            if label.isupper() and options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / path.name).write_bytes(data)
            path.unlink()
            return label, path.name, f"{done}: {line}"

        for label, name, line in pool.map(one, range(options.count)):
            counts[label] += 1
            died += DEATHS.search(line) is not None
            if options.show or label.isupper():
                print(f"{label}\t{name}\t{line}", flush=True)
    bad = sum(count for label, count in counts.items() if label.isupper())
    print(f"{options.count} mutants of {len(pdfs)} PDFs, seed {options.seed}, {perf_counter() - start:.0f} s")
    for label, count in counts.most_common():
        print(f"{count:6} {label}")
    print(f"{died:6} of them with a reading process that died or was ended\n{bad:6} came to no good")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
