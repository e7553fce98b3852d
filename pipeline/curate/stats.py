"""What a lexicon holds, in numbers: by table, by type and by vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.curate.tables import Line, Table, form_faults
from pipeline.errors import DataError
from pipeline.fold import has_hanzi


@dataclass(frozen=True, slots=True)
class Count:
    """A part of a lexicon: lines, names, and how many lines have which name, and an identifier of which vocabulary.

    `names` counts every spelling that is written, `chinese` and `english` lines with such a name that is no
    abbreviation, in whatever column.
    """

    concepts: int
    names: int
    chinese: int
    english: int
    both: int
    identified: int
    vocabularies: dict[str, int]


@dataclass(frozen=True, slots=True)
class Stats:
    """The counts of a lexicon: by file, by type or word table, and of all of it."""

    files: dict[str, Count]
    kinds: dict[str, Count]
    all: Count


def stats(tables: Iterable[Table]) -> Stats:
    """The counts of these tables. Raises DataError where one is of a wrong form."""
    listed = tuple(tables)
    faults = form_faults(listed)
    if faults:
        raise DataError(faults)
    lines = [line for table in listed for line in table.lines]
    files = dict.fromkeys(line.file for line in lines)
    kinds = dict.fromkeys(line.kind for line in lines)
    return Stats(
        {file: _count(line for line in lines if line.file == file) for file in files},
        {kind: _count(line for line in lines if line.kind == kind) for kind in kinds},
        _count(lines),
    )


def _count(lines: Iterable[Line]) -> Count:
    concepts = names = chinese = english = both = identified = 0
    vocabularies: Counter[str] = Counter()
    for line in lines:
        zh = any(map(has_hanzi, line.full))
        en = not all(map(has_hanzi, line.full))
        concepts += 1
        names += len({name for name, _ in line.names})
        chinese += zh
        english += en
        both += zh and en
        identified += bool(line.id)
        if line.id:
            vocabularies[line.id.partition(":")[0]] += 1
    return Count(concepts, names, chinese, english, both, identified, dict(vocabularies.most_common()))
