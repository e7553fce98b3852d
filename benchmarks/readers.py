"""The two readers beside each other: do they agree, how fast is reading, and what does a long paper add to memory?

`python benchmarks/readers.py [PDF...] [--repeat 3] [--show 10]`; without PDFs, those of the shared material.

1. Agreement: the text by pdfplumber and by PDFium, blanks apart: similarity (Indel) and the pieces that differ.
2. Speed, in one run and process, files read beforehand, the fastest of `--repeat` turns in CPU seconds (all three keep
   one core busy): pages a second by `auto`, by pdfplumber's `extract_text` and by PDFium's `get_text_range`.
3. Memory: what reading a paper of 500 pages, made by joining the given ones, adds to a process that has read a short
   one, at its peak.

Exit 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from itertools import cycle
from pathlib import Path
from time import perf_counter, process_time

import pdfplumber
import pypdfium2
from rapidfuzz.distance import Indel

from pipeline.read import read_bytes
from pipeline.read.mend import mend

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
FOLDERS = (SHARED / "papers", SHARED / "real")

ALIKE = 0.999
TIMES_PLUMBER = 5.0  # as fast as pdfplumber, at least
TIMES_PDFIUM = 4.0  # the time of bare PDFium, at most
ADDED_MIB = 150.0
LONG = 500  # pages

# A fresh process: memory after a short paper, then the peak while a long one is read. Linux counts the peak in KiB.
MEMORY = """
import resource, sys
from pathlib import Path
import psutil
from pipeline.read import read_bytes
short, long = (Path(name).read_bytes() for name in sys.argv[1:])
read_bytes(short, "short.pdf", "short")
here = psutil.Process()
before = here.memory_info().rss
paper = read_bytes(long, "long.pdf", "long")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(paper.document.pages, before, max(peak, here.memory_info().rss))
"""


def bare(text: str) -> str:
    """A text without its blanks."""
    return "".join(text.split())


def differing(a: str, b: str) -> list[tuple[str, str]]:
    """The pieces that differ, with a few characters around them."""
    codes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return [
        (f"{a[max(0, i - 6) : i]}«{a[i:j]}»{a[j : j + 6]}", f"«{b[k:m]}»")
        for tag, i, j, k, m in codes if tag != "equal"
    ]  # fmt: skip


def by_lines(a: str, b: str) -> list[tuple[str, str]]:
    """As `differing`, paragraph by paragraph first: the comparison by characters is for short texts."""
    ours, theirs = a.split("\n"), b.split("\n")
    codes = SequenceMatcher(None, [bare(x) for x in ours], [bare(x) for x in theirs], autojunk=False).get_opcodes()
    return [
        piece
        for tag, i, j, k, m in codes if tag != "equal"
        for piece in differing(bare("".join(ours[i:j])), bare("".join(theirs[k:m])))
    ]  # fmt: skip


def agreement(pdfs: Sequence[Path], show: int) -> bool:
    """Whether the readers agree on all papers; told paper by paper."""
    good = True
    print("agreement of pdfplumber and pdfium, blanks apart")
    for path in pdfs:
        data = path.read_bytes()
        one, two = (read_bytes(data, path.name, path.stem, reader).text for reader in ("pdfplumber", "pdfium"))
        alike = Indel.normalized_similarity(bare(one), bare(two))
        good = good and alike >= ALIKE
        print(f"  {path.name:32} {alike:.5f}  {len(bare(one))} and {len(bare(two))} characters", flush=True)
        for ours, theirs in by_lines(one, two)[:show]:
            print(f"      {ours[:100]}  |  {theirs[:100]}")
    return good


def by_plumber(data: bytes, name: str) -> int:
    with pdfplumber.open(io.BytesIO(mend(data, name)[0])) as document:
        for page in document.pages:
            page.extract_text()
            page.close()
        return len(document.pages)


def by_pdfium(data: bytes, _: str) -> int:
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            page.get_textpage().get_text_range()
        return len(document)


def by_us(data: bytes, name: str) -> int:
    return read_bytes(data, name, "x").document.pages or 0


def speed(pdfs: Sequence[Path], repeat: int) -> bool:
    """Whether reading is as fast as the bars want; told reader by reader."""
    files = [(path.read_bytes(), path.name) for path in pdfs]
    readers: dict[str, Callable[[bytes, str], int]] = {
        "auto": by_us, "pdfplumber extract_text": by_plumber, "pypdfium2 get_text_range": by_pdfium,
    }  # fmt: skip
    best: dict[str, float] = {}
    pages = {name: reader(*files[0]) for name, reader in readers.items()}  # imports, tables
    for _ in range(repeat):
        for name, reader in readers.items():
            gc.collect()
            start = process_time()
            pages[name] = sum(reader(*file) for file in files)
            best[name] = min(best.get(name, float("inf")), process_time() - start)
    ours, plumber, pdfium = best.values()
    print(f"speed, the fastest of {repeat}")
    for name, seconds in best.items():
        print(f"  {name:32} {pages[name] / seconds:8.1f} pages a second  ({pages[name]} pages in {seconds:.2f} s)")
    print(f"  {plumber / ours:.1f} times pdfplumber's speed (bar {TIMES_PLUMBER:g} at least), "
          f"{ours / pdfium:.1f} times PDFium's time (bar {TIMES_PDFIUM:g} at most)")  # fmt: skip
    return plumber / ours >= TIMES_PLUMBER and ours / pdfium <= TIMES_PDFIUM


def joined(pdfs: Sequence[Path], pages: int) -> bytes:
    """One PDF of so many pages, those of the given ones over and over."""
    with pypdfium2.PdfDocument.new() as out:
        for path in cycle(pdfs):
            with pypdfium2.PdfDocument(path.read_bytes()) as source:
                out.import_pages(source, list(range(min(len(source), pages - len(out)))))
            if len(out) >= pages:
                break
        buffer = io.BytesIO()
        out.save(buffer)
        return buffer.getvalue()


def memory(pdfs: Sequence[Path]) -> bool:
    """Whether a long paper adds no more than the bar allows; told in a line."""
    with tempfile.TemporaryDirectory() as folder:
        short, long = Path(folder, "short.pdf"), Path(folder, "long.pdf")
        short.write_bytes(min((path.read_bytes() for path in pdfs), key=len))
        long.write_bytes(joined(pdfs, LONG))
        size = long.stat().st_size / 2**20
        start = perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", MEMORY, str(short), str(long)], cwd=ROOT, capture_output=True, text=True,
            check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"the process that reads {LONG} pages ended with {done.returncode}: {done.stderr[-1000:]}")
        count, before, peak = map(int, done.stdout.split())
    added = (peak - before) / 2**20
    print(f"memory: {count} pages ({size:.0f} MiB of PDF) add {added:.0f} MiB to {before / 2**20:.0f} MiB, "
          f"in {perf_counter() - start:.0f} s (bar {ADDED_MIB:g} MiB)")  # fmt: skip
    return added < ADDED_MIB


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("pdfs", nargs="*", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--show", type=int, default=10, help="differing pieces to show of each paper")
    parser.add_argument("--only", choices=["agreement", "speed", "memory"])
    options = parser.parse_args(arguments)
    pdfs = options.pdfs or sorted(path for folder in FOLDERS for path in folder.glob("*.pdf"))
    parts: dict[str, Callable[[], bool]] = {
        "agreement": lambda: agreement(pdfs, options.show),
        "speed": lambda: speed(pdfs, options.repeat),
        "memory": lambda: memory(pdfs),
    }
    missed = [name for name, part in parts.items() if options.only in (None, name) and not part()]
    print(f"missed: {', '.join(missed)}" if missed else "all bars held")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
