"""What a run's user settled that shapes its records, as it is handed to every process that works papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reader = Literal["auto", "pdfplumber", "pdfium"]
Segmenter = Literal["jieba", "rjieba"]
READERS: tuple[Reader, ...] = ("auto", "pdfplumber", "pdfium")
SEGMENTERS: tuple[Segmenter, ...] = ("jieba", "rjieba")
PAGE_SECONDS = 60.0
DOC_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Options of the work on a paper. `lexicon` is a folder, `page_seconds` the most that a page may take (0: any).

    `cache` is the folder of the cache, None for none; `anew` puts new entries in the place of those that are there.
    `profile` takes the time of each rule.
    """

    lexicon: str | None = None
    reader: Reader = "auto"
    segmenter: Segmenter = "jieba"
    page_seconds: float = PAGE_SECONDS
    cache: str | None = None
    anew: bool = False
    profile: bool = False
