"""Boxes: over all words of the papers' texts, the share whose boxes, cropped from the page, give the word back.

`python benchmarks/boxes.py [PDF...] [--reader auto] [--show 20]`; without PDFs, those of the shared material. A word is
a run of Latin letters and digits, or two hanzi of a run of them. The page is read again by pdfplumber, whatever read it
for the pipeline, with nothing of ours between: the characters whose middle lies in the box, from left to right. Both
sides are compared without blanks and hyphens, after NFKC, and without the brackets that a raised citation gets. Exit 1
below the bar.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pdfplumber

from pipeline.read import read_bytes
from pipeline.read.mend import mend
from pipeline.read.repair import FOUNDER, SYMBOL
from pipeline.records import Box, Paper

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
FOLDERS = (SHARED / "papers", SHARED / "real")
BAR = 0.995

_WORD = re.compile("[A-Za-z0-9\u0370-\u03ff]+|[\u3400-\u9fff]{1,2}")
# Blanks, hyphens, what leaves no ink, and the brackets of raised citations.
_LEFT_OUT = re.compile(
    "[\\s\\-\u00ad\u2010\u2011\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2060-\u2064\ufeff\ufffe\\[\\]]"
)


@dataclass(frozen=True, slots=True)
class Miss:
    """A word whose boxes hold something else."""

    paper: str
    page: int
    boxes: tuple[Box, ...]
    word: str
    found: str

    @property
    def kind(self) -> str:
        """In what way they differ."""
        if not self.found:
            return "nothing there"
        if sorted(self.found) == sorted(self.word):
            return "another order"
        if self.word in self.found:
            return "more than the word"
        if self.found in self.word:
            return "less than the word"
        return "something else" if not set(self.found) & set(self.word) else "some of it"


def same(text: str) -> str:
    """A text as it is compared."""
    text = "".join(SYMBOL.get(ord(ch), FOUNDER.get(ch, ch)) for ch in text)
    return _LEFT_OUT.sub("", unicodedata.normalize("NFKC", text))


def words(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each word."""
    return (match.span() for match in _WORD.finditer(text))


class Pages:
    """The characters of a PDF by page and by strips of ten points of height, as pdfplumber gives them."""

    def __init__(self, data: bytes, name: str) -> None:
        self._strips: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
        with pdfplumber.open(io.BytesIO(mend(data, name)[0])) as document:
            for number, page in enumerate(document.pages, 1):
                x0, top = (float(edge) for edge in page.bbox[:2])
                for char in page.chars:
                    middle = (char["x0"] + char["x1"]) / 2 - x0, (char["top"] + char["bottom"]) / 2 - top
                    self._strips[number, int(middle[1] // 10)].append({"text": char["text"], "at": middle})
                page.close()

    def inside(self, page: int, box: Box) -> str:
        """The characters whose middle lies in a box, from left to right; those printed twice on one place once."""
        x0, top, x1, bottom = box
        found = [
            (char["at"], char["text"]) for strip in range(int(top // 10), int(bottom // 10) + 1)
            for char in self._strips.get((page, strip), ())
            if x0 <= char["at"][0] <= x1 and top <= char["at"][1] <= bottom
        ]  # fmt: skip
        found.sort()
        kept: list[tuple[tuple[float, float], str]] = []
        for at, text in found:
            if not any(t == text and abs(a[0] - at[0]) < 0.6 and abs(a[1] - at[1]) < 0.6 for a, t in kept[-4:]):
                kept.append((at, text))
        return "".join(text for _, text in kept)


def misses(paper: Paper, pages: Pages, name: str) -> tuple[int, list[Miss]]:
    """How many words a paper has, and those whose boxes do not give them back."""
    count, out = 0, []
    for start, end in words(paper.text):
        count += 1
        word, place = paper.text[start:end], paper.place(start, end)
        boxes = tuple(zip(place.box_pages or (), place.boxes or (), strict=True))
        found = same("".join(pages.inside(page, box) for page, box in boxes))
        if found != same(word):
            out.append(Miss(name, place.page or 0, place.boxes or (), same(word), found))
    return count, out


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("pdfs", nargs="*", type=Path)
    parser.add_argument("--reader", default="auto", choices=["auto", "pdfplumber", "pdfium"])
    parser.add_argument("--show", type=int, default=3, help="misses to show of each kind")
    options = parser.parse_args(arguments)
    pdfs = options.pdfs or sorted(path for folder in FOLDERS for path in folder.glob("*.pdf"))
    total = 0
    missed: list[Miss] = []
    for path in pdfs:
        data = path.read_bytes()
        paper = read_bytes(data, path.name, path.stem, options.reader)
        count, here = misses(paper, Pages(data, path.name), path.name)
        total += count
        missed += here
        print(f"{path.name:32} {count:7} words  {1 - len(here) / max(count, 1):8.4%} give their text back", flush=True)
    share = 1 - len(missed) / max(total, 1)
    print(f"{'all':32} {total:7} words  {share:8.4%} give their text back (bar {BAR:.1%})")
    for kind, times in Counter(miss.kind for miss in missed).most_common():
        print(f"{times:6} {kind}")
        for miss in [miss for miss in missed if miss.kind == kind][: options.show]:
            print(f"       {miss.paper} page {miss.page} {miss.boxes}: {miss.word!r}, there {miss.found!r}")
    return 0 if share >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
