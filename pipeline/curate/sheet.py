"""The sheet of suggestions: written for a curator, who marks lines in a spreadsheet or an editor, and read again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from pipeline.curate.suggest import Suggestion
from pipeline.curate.tables import read_bytes
from pipeline.errors import DataError
from pipeline.knowledge import COLUMNS

MADE_OF = ("accept", "type", *COLUMNS)
ABOUT = ("count", "papers", "rules", "known", "note", "contexts")
YES = frozenset({"y", "yes", "x", "1", "是", "√"})
NO = frozenset({"", "n", "no", "0", "否", "×"})
# A source names this many papers.
_PAPERS = 3


def written(suggestions: Iterable[Suggestion]) -> str:
    """The sheet as text: tab-separated with a header; a cell that holds a quote is quoted as spreadsheets do it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter="\t", lineterminator="\n")
    writer.writerow((*MADE_OF, *ABOUT))
    for s in suggestions:
        source = "; ".join((*s.papers[:_PAPERS], *(["…"] if len(s.papers) > _PAPERS else [])))
        line = ("", s.type, s.id, s.en, s.zh, "|".join(s.synonyms), "|".join(s.abbreviations), source)
        about = (s.count, len(s.papers), ", ".join(s.rules), s.known, s.note, " ‖ ".join(s.contexts))
        writer.writerow((*line, *about))
    return buffer.getvalue()


def read_sheet(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The accepted lines of a sheet, by number, with their cells by column, blanks as single ones.

    UTF-8, or UTF-16 with its mark, as spreadsheets save it. Raises UsageError where the file cannot be opened,
    DataError for what is no sheet of suggestions and for marks that say neither yes nor no.
    """
    data = read_bytes(path)
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise DataError([f"{path.name}:1: not UTF-8; save it as UTF-8"]) from None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t")
    header = [cell.strip() for cell in next(reader, [])]
    missing = [column for column in MADE_OF if column not in header]
    if missing:
        raise DataError([f"{path.name}:1: no sheet of suggestions: the header lacks {', '.join(missing)}"])
    faults: list[str] = []
    accepted: list[tuple[int, dict[str, str]]] = []
    for cells in reader:
        where = f"{path.name}:{reader.line_num}"
        # Spreadsheets leave out empty cells at the end of a line.
        if not any(map(str.strip, cells)):
            continue
        if len(cells) > len(header):
            faults.append(f"{where}: {len(cells)} cells where the header has {len(header)}")
            continue
        row = dict.fromkeys(header, "") | dict(zip(header, (" ".join(c.split()) for c in cells), strict=False))
        mark = row["accept"].lower()
        if mark in YES:
            accepted.append((reader.line_num, row))
        elif mark not in NO:
            faults.append(f"{where}: accept is {row['accept']!r}; write y, or leave it empty")
    if faults:
        raise DataError(faults)
    return accepted


def in_use(path: Path) -> bool:
    """Whether a file is a sheet that someone has begun to mark, or no sheet at all: neither may be written over."""
    if not path.exists():
        return False
    try:
        return bool(read_sheet(path))
    except DataError:
        return True
