"""What goes along with a document through a tool that has no word for it, and what stands in for it when it is lost."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Any

from pipeline.annotate.marked import Cut, Marked
from pipeline.errors import DataError
from pipeline.fold import lang_of
from pipeline.records import Lang
from pipeline.schema import from_json


@dataclass(frozen=True, slots=True)
class Record:
    """What a tool has no word for, and carries along: sentences, aliases, and characters that it could not show.

    Each of `sentences` is (id, lang, start, end); each of `blanks` is (place, character) where the text has a blank.
    """

    doc: str
    sentences: tuple[tuple[str, Lang, int, int], ...]
    aliases: tuple[tuple[str, ...], ...]
    blanks: tuple[tuple[int, str], ...] = ()


def record_of(marked: Marked, unfit: re.Pattern[str] | None = None) -> tuple[Record, str]:
    """What goes along with a document, and its text with a blank for each character that is `unfit`.

    Line ends between sentences stay.
    """
    cuts = tuple((c.id, c.lang, c.start, c.end) for c in marked.cuts)
    starts = [cut.start for cut in marked.cuts]
    blanks: list[tuple[int, str]] = []
    letters = list(marked.text)
    for match in () if unfit is None else unfit.finditer(marked.text):
        at = match.start()
        within = marked.cuts[max(0, bisect_right(starts, at) - 1)]
        if match.group() != "\n" or within.start <= at < within.end:
            blanks.append((at, match.group()))
            letters[at] = " "
    return Record(marked.id, cuts, marked.aliases, tuple(blanks)), "".join(letters)


def with_record(text: str, value: Any) -> tuple[str, Record]:
    """The text as it was, and the record that went along with it. Raises ValueError for one that does not fit."""
    record = from_json(Record, value)
    ends = [n for _, _, start, end in record.sentences for n in (start, end)]
    if ends != sorted(ends) or ends[-1:] > [len(text)] or any(n < 0 for n in ends[:1]):
        raise ValueError("its sentences are not those of the text")
    letters = list(text)
    for place, character in record.blanks:
        if not 0 <= place < len(letters) or len(character) != 1:
            raise ValueError("its blanks are not those of the text")
        letters[place] = character
    return "".join(letters), record


def cuts_of(record: Record) -> tuple[Cut, ...]:
    """The sentences of a record."""
    return tuple(Cut(*cells) for cells in record.sentences)


def line_cuts(text: str) -> tuple[Cut, ...]:
    """A sentence a line, for a text without a record; blank lines are none."""
    spans: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        if line.strip():
            spans.append((at, at + len(line.removesuffix("\r"))))
        at += len(line) + 1
    return tuple(Cut(f"S{n:03d}", lang_of(text[a:b]), a, b) for n, (a, b) in enumerate(spans))


def by_lines(marked: Marked) -> Marked:
    """The document with each sentence on a line of its own, and nothing between them.

    Raises DataError for a mark that stands in no sentence, or runs over the end of one.
    """
    starts = [cut.start for cut in marked.cuts]
    cuts: list[Cut] = []
    at = 0
    for cut in marked.cuts:
        cuts.append(replace(cut, start=at, end=at + cut.end - cut.start))
        at = cuts[-1].end + 1

    def moved(mark: Any) -> Any:
        n = bisect_right(starts, mark.start) - 1
        if n < 0 or mark.end > marked.cuts[n].end:
            raise DataError([f"{marked.id}: {marked.text[mark.start : mark.end]!r} stands in no one sentence"])
        by = cuts[n].start - starts[n]
        return replace(mark, start=mark.start + by, end=mark.end + by)

    text = "\n".join(marked.text[c.start : c.end] for c in marked.cuts)
    mentions, claims = tuple(map(moved, marked.mentions)), tuple(map(moved, marked.claims))
    return Marked(marked.id, text, tuple(cuts), mentions, claims, marked.aliases)
