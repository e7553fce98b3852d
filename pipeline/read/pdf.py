"""A PDF to its lines in reading order: which reader reads which page, and what becomes of pages that none can read.

`auto` reads with PDFium; pages that come out as noise, or not at all, are read again with pdfplumber; and what then is
still noise, or a picture of a page, by OCR where that is installed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.errors import BrokenInput
from pipeline.read import layout, noise, ocr
from pipeline.read.glyphs import Sheet, sheet
from pipeline.read.layout import Pages
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
    lost: Mapping[int, str] | None = None
    on_page: OnPage | None = None

    def begin(self, page: int, patience: float = 1) -> bool:
        """Tell of a page, and how many times the usual it may take; whether it is to be read."""
        if self.on_page:
            self.on_page(page, patience)
        return page not in (self.lost or {})

    def end(self) -> None:
        """Tell that all pages are read, and the paper is put together."""
        if self.on_page:
            self.on_page(0, LAST_PATIENCE)


def pages(data: bytes, name: str, how: Watched) -> tuple[Pages, str, tuple[str, ...]]:
    """The pages of a PDF, who read them, and a warning for each kind of page that is missing.

    Raises BrokenInput, UnsupportedInput as the readers do.
    """
    found, used = _read(data, name, how)
    verdicts = {s.number: _judge(s) for s in found}
    by = {used}
    bad = {n for n, v in verdicts.items() if v.kind == "noise"} | {s.number for s in found if s.fault}
    bad -= (how.lost or {}).keys()
    if bad and how.reader == "auto" and used == "pdfium":
        again = {s.number: s for s in _second(data, name, bad, how)}
        better = {n for n, s in again.items() if _judge(s).kind == "good"}
        found = [again[s.number] if s.number in better else s for s in found]
        verdicts.update({n: _judge(again[n]) for n in better})
        by |= {"pdfplumber"} if better else set()
    # A blank page costs OCR nothing; a page whose text was turned to curves looks as blank as that.
    wanted = {s.number for s in found if verdicts[s.number].kind != "good" and not s.fault} - (how.lost or {}).keys()
    if wanted and ocr.available():
        found = [_recognised(data, s, how) if s.number in wanted else s for s in found]
        by.add("ocr")
    else:
        # Noise is worse than nothing: claims would be made of it.
        found = [s if verdicts[s.number].kind != "noise" else _without_text(s) for s in found]
    how.end()
    arranged = layout.arrange(found)
    return arranged, "+".join(sorted(by)), _warnings(found, verdicts, wanted, how)


def sheets(data: bytes, name: str, reader: str, how: Watched | None = None) -> Iterator[Sheet]:
    """The pages of a PDF as one of the readers gives them, and those that `how` leaves out without their text."""
    how = how or Watched()
    # Half a second and a tenth to import: only when there is a PDF to read.
    if reader == "pdfplumber":
        from pipeline.read import plumber

        return plumber.sheets(data, name, how.begin)
    from pipeline.read import pdfium

    return pdfium.sheets(data, name, how.begin)


def _read(data: bytes, name: str, how: Watched) -> tuple[list[Sheet], str]:
    if how.reader != "auto":
        return list(sheets(data, name, how.reader, how)), how.reader
    try:
        return list(sheets(data, name, "pdfium", how)), "pdfium"
    except BrokenInput:
        return list(sheets(data, name, "pdfplumber", how)), "pdfplumber"


def _second(data: bytes, name: str, numbers: Collection[int], how: Watched) -> list[Sheet]:
    """Those pages by the other reader; none where it cannot read the file."""
    from pipeline.read import plumber

    try:
        return [s for s in plumber.sheets(data, name, lambda n: n in numbers and how.begin(n)) if s.number in numbers]
    except BrokenInput:
        return []


def _judge(page: Sheet) -> Verdict:
    return noise.judge(page.text, _covered(page))


def _covered(page: Sheet) -> float:
    """The share of a page that its largest picture covers."""
    whole = max(page.width * page.height, 1.0)
    return min(1.0, max(((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in page.pictures), default=0.0) / whole)


def _recognised(data: bytes, page: Sheet, how: Watched) -> Sheet:
    """The page with the text that OCR finds on its picture."""
    from pipeline.read import pdfium

    how.begin(page.number, OCR_PATIENCE)
    picture, dpi = pdfium.picture(data, page.number, ocr.DPI)
    glyphs = ocr.read_page(picture, dpi)
    return sheet(page.number, page.width, page.height, glyphs, page.rules, page.pictures, ("ocr",), page.fault)


def _without_text(page: Sheet) -> Sheet:
    return sheet(page.number, page.width, page.height, (), page.rules, page.pictures, page.repairs, page.fault)


def _warnings(
    found: Sequence[Sheet], verdicts: Mapping[int, Verdict], wanted: Collection[int], how: Watched
) -> tuple[str, ...]:
    """One line for each reason that pages are missing for, with their numbers and what to do."""
    told: dict[str, list[int]] = defaultdict(list)
    for page in found:
        verdict = verdicts[page.number]
        if page.number in (how.lost or {}):
            told[f"left out: it {(how.lost or {})[page.number]}"].append(page.number)
        elif page.fault:
            told[f"left out: {page.fault}"].append(page.number)
        elif page.number in wanted and "ocr" not in page.repairs:
            reason = (
                f"its text layer is noise ({verdict.reason})" if verdict.kind == "noise" else "no text on it (scanned?)"
            )
            told[f"left out: {reason}; for OCR: {ocr.INSTALL}"].append(page.number)
    return tuple(f"page {', '.join(map(str, numbers))} {reason}" for reason, numbers in told.items())
