"""Accepted suggestions into a lexicon of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.curate.tables import (
    NAME_COLUMNS,
    STEM_OF_KIND,
    Index,
    Line,
    Table,
    also,
    form_faults,
    grown,
    id_fault,
    line_faults,
    line_of,
    split,
)
from pipeline.errors import DataError
from pipeline.knowledge import COLUMNS

# The table of a lexicon that accepted lines of a type go to.
TABLE = "{stem}-added.tsv"


@dataclass(frozen=True, slots=True)
class Added:
    """What comes of it: new bytes of each table by file name, the lines that are new in them, and those left out."""

    files: dict[str, bytes]
    lines: tuple[Line, ...]
    skipped: tuple[str, ...]


def add(accepted: Sequence[tuple[int, Mapping[str, str]]], tables: Sequence[Table], sheet: str) -> Added:
    """Accepted lines of a sheet of that name, by number, behind what a lexicon's tables hold.

    A line is left out where a full name of it is in the lexicon with that type. Raises DataError with all faults: of
    the tables, and of lines without a type, name or source, with a bad identifier, or with a name that is another's.
    """
    faults = form_faults(tables)
    index = Index()
    for line in (line for table in tables for line in table.lines):
        for name, column in line.names:
            index.add(line, name, column)
    by_name = {table.path.name: table for table in tables}
    following = {name: len(table.data.decode("utf-8", "replace").splitlines()) + 1 for name, table in by_name.items()}
    rows: dict[str, list[dict[str, str]]] = {}
    new: list[Line] = []
    skipped: list[str] = []
    for number, row in accepted:
        where, kind = f"{sheet}:{number}", row["type"].lower()
        if kind not in STEM_OF_KIND:
            reason = f"{row['type']!r} is no type" if kind else "no type"
            faults.append(f"{where}: {reason} (there are {', '.join(STEM_OF_KIND)})")
            continue
        file = TABLE.format(stem=STEM_OF_KIND[kind])
        line = line_of(row, file, following.setdefault(file, 2), kind)
        wrong = [r for r in (*line_faults(line), id_fault(line.id)) if r]
        if wrong:
            faults += [f"{where}: {reason}" for reason in wrong]
            continue
        there = [(name, column, *found) for name, column in line.names for found in index.find(name, column)]
        own = [(name, other) for name, column, other, _ in there if other.kind == kind and column != "abbreviations"]
        if own:
            skipped.append(f"{where}: {own[0][0]!r} is already in {own[0][1].place}")
            continue
        if there:
            faults += dict.fromkeys(f"{where}: {also(name, other, as_what)}" for name, _, other, as_what in there)
            continue
        for name, column in line.names:
            index.add(line, name, column)
        following[file] += 1
        new.append(line)
        rows.setdefault(file, []).append(_cells(row))
    if faults:
        raise DataError(faults)
    return Added({file: grown(by_name.get(file), more) for file, more in rows.items()}, tuple(new), tuple(skipped))


def _cells(row: Mapping[str, str]) -> dict[str, str]:
    """The cells of a lexicon line, its names each once."""
    cells = {column: row[column].strip() for column in COLUMNS}
    seen = {cells["en"], cells["zh"]}
    for column in NAME_COLUMNS[2:]:
        names = [name for name in dict.fromkeys(split(cells[column])) if column == "abbreviations" or name not in seen]
        cells[column] = "|".join(names)
    return cells
