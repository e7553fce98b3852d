"""A PDF to its lines in reading order: which reader reads which page, and what becomes of pages that none can read.

`auto` reads with PDFium; pages that come out as noise, or not at all, are read again with pdfplumber; and what then is
still noise, or a picture of a page, by OCR where that is installed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from pipeline.errors import BrokenInput
from pipeline.read import glyphs, layout, noise, ocr
from pipeline.read.glyphs import Sheet
from pipeline.read.layout import Page, Pages
from pipeline.read.noise import Verdict

Reader = Literal["auto", "pdfplumber", "pdfium"]
READERS: tuple[Reader, ...] = ("auto", "pdfplumber", "pdfium")


OnPage = Callable[[int, float], None]
"""Told the number of each page as it is begun, 0 for the paper as a whole, and how many times the usual it may take."""

OCR_PATIENCE = 5.0
LAST_PATIENCE = 3.0


@dataclass(frozen=True, slots=True)
class Watched:
    """How to read: with which reader, without which pages and why, and who is told of each page as it is begun."""

    reader: Reader = "auto"
    lost: Mapping[int, str] = field(default_factory=dict)
    on_page: OnPage | None = None

    def begin(self, page: int, patience: float = 1) -> bool:
        """Tell of a page, and how many times the usual it may take; whether it is to be read."""
        if self.on_page:
            self.on_page(page, patience)
        return page not in self.lost

    def end(self) -> None:
        """Tell that all pages are read, and the paper is put together."""
        if self.on_page:
            self.on_page(0, LAST_PATIENCE)


class _State(NamedTuple):
    """What a page's text is worth, and why it could not be read, if so."""

    verdict: Verdict
    fault: str


def pages(data: bytes, name: str, how: Watched) -> tuple[Pages, str, tuple[str, ...]]:
    """The pages of a PDF, who read them, and a warning for each kind of page that is missing.

    Raises BrokenInput, UnsupportedInput as the readers do.
    """
    taken: dict[int, Page] = {}
    states: dict[int, _State] = {}

    def take(sheet: Sheet) -> None:
        verdict = noise.judge(sheet.text, _covered(sheet))
        states[sheet.number] = _State(verdict, sheet.fault)
        # Noise is worse than nothing: claims would be made of it.
        taken[sheet.number] = layout.take(
            sheet if verdict.kind != "noise" else sheet.only(np.zeros_like(sheet.visible))
        )

    used = {_read(data, name, how, take)}
    bad = {number for number, state in states.items() if state.fault or state.verdict.kind == "noise"} - how.lost.keys()
    if bad and how.reader == "auto" and used == {"pdfium"}:
        for sheet in _second(data, name, bad, how):
            if not sheet.fault and noise.judge(sheet.text, _covered(sheet)).kind == "good":
                take(sheet)
                used.add("pdfplumber")
    # A blank page costs OCR nothing; a page whose text was turned to curves looks as blank as that.
    wanted = {number for number, s in states.items() if s.verdict.kind != "good" and not s.fault} - how.lost.keys()
    if wanted and ocr.available():
        for number in sorted(wanted):
            taken[number] = layout.take(_recognised(data, number, taken[number], how))
            used.add("ocr")
        wanted = set()
    how.end()
    pages = [taken[number] for number in sorted(taken)]
    return layout.arrange(pages), "+".join(sorted(used)), _warnings(states, wanted, how)


def sheets(data: bytes, name: str, reader: str, how: Watched | None = None) -> Iterator[Sheet]:
    """The pages of a PDF as one of the readers gives them, and those that `how` leaves out without their text."""
    how = how or Watched()
    # Half a second and a tenth to import: only when there is a PDF to read.
    if reader == "pdfplumber":
        from pipeline.read import plumber

        return plumber.sheets(data, name, how.begin)
    from pipeline.read import pdfium

    return pdfium.sheets(data, name, how.begin)


def _read(data: bytes, name: str, how: Watched, take: Callable[[Sheet], None]) -> str:
    """Read all pages; the reader that has read them."""
    if how.reader != "auto":
        for sheet in sheets(data, name, how.reader, how):
            take(sheet)
        return how.reader
    try:
        for sheet in sheets(data, name, "pdfium", how):
            take(sheet)
    except BrokenInput:
        for sheet in sheets(data, name, "pdfplumber", how):
            take(sheet)
        return "pdfplumber"
    return "pdfium"


def _second(data: bytes, name: str, numbers: Collection[int], how: Watched) -> list[Sheet]:
    """Those pages by the other reader; none where it cannot read the file."""
    from pipeline.read import plumber

    try:
        return [s for s in plumber.sheets(data, name, lambda n: n in numbers and how.begin(n)) if s.number in numbers]
    except BrokenInput:
        return []


def _covered(page: Sheet) -> float:
    """The share of a page that its largest picture covers."""
    whole = max(page.width * page.height, 1.0)
    return min(1.0, max(((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in page.pictures), default=0.0) / whole)


def _recognised(data: bytes, number: int, page: Page, how: Watched) -> Sheet:
    """The page with the text that OCR finds on its picture."""
    from pipeline.read import pdfium

    how.begin(number, OCR_PATIENCE)
    picture, dpi = pdfium.picture(data, number, ocr.DPI)
    _, width, height = page.frame
    return glyphs.sheet(number, width, height, ocr.read_page(picture, dpi), page.rules, page.pictures, ("ocr",))


def _warnings(states: Mapping[int, _State], wanted: Collection[int], how: Watched) -> tuple[str, ...]:
    """One line for each reason that pages are missing for, with their numbers and what to do."""
    told: dict[str, list[int]] = defaultdict(list)
    for number, (verdict, fault) in sorted(states.items()):
        if number in how.lost:
            told[f"left out: it {how.lost[number]}"].append(number)
        elif fault:
            told[f"left out: {fault}"].append(number)
        elif number in wanted:
            reason = (
                f"its text layer is noise ({verdict.reason})" if verdict.kind == "noise" else "no text on it (scanned?)"
            )
            told[f"left out: {reason}; for OCR: {ocr.INSTALL}"].append(number)
    return tuple(f"page {', '.join(map(str, numbers))} {reason}" for reason, numbers in told.items())
