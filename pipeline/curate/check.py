"""What is wrong in a lexicon: duplicates, clashes, bad identifiers, names that are never found.

Identifiers are held against names of record as `check-ids` of the annotation kit does: an identifier fits if one of the
line's names is among the names that its vocabulary gives it, letters and digits alone compared.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Literal

from pipeline.curate.tables import Index, Line, Table, also, id_fault, line_faults
from pipeline.errors import DataError, UsageError
from pipeline.fold import has_hanzi, squeeze, squeeze_cased
from pipeline.knowledge import Knowledge
from pipeline.tag.match import Matcher, longest

FaultKind = Literal["form", "identifier", "duplicate", "clash", "unreachable", "script", "repeated", "unknown"]
# What makes `lexicon check` fail. The others cost nothing but a reader's time.
SEVERE: tuple[FaultKind, ...] = ("form", "identifier", "duplicate", "clash", "unreachable")
MILD: tuple[FaultKind, ...] = ("script", "repeated", "unknown")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong with a line of a table."""

    file: str
    line: int
    kind: FaultKind
    reason: str

    @property
    def severe(self) -> bool:
        """Whether the lexicon does not do what it says, as opposed to saying it untidily."""
        return self.kind in SEVERE


# Where a name leads: the line that the room takes it for, or why it is never found.
Lookup = Callable[[str], Line | str]


def check(
    tables: Sequence[Table],
    records: Mapping[str, frozenset[str]] | None = None,
    look_up: Lookup | None = None,
) -> tuple[Fault, ...]:
    """The faults of these tables, by file and line.

    `records` maps each public identifier to the keys (`record_key`) of its names; without it only the identifiers' form
    is checked. `look_up` says what a name is found as; without it nothing is said of names that are never found.
    """
    lines = [line for table in tables for line in table.lines]
    faults = {Fault(t.path.name, number, "form", reason) for t in tables for number, reason in t.faults}
    faults.update(Fault(line.file, line.number, "form", reason) for line in lines for reason in line_faults(line))
    faults.update(_identifiers(lines, records))
    faults.update(_scripts(lines))
    shared, lost = _shared(lines)
    faults.update(shared)
    if look_up is not None:
        faults.update(_unreachable(lines, look_up, lost))
    return tuple(sorted(faults))


def _identifiers(lines: Iterable[Line], records: Mapping[str, frozenset[str]] | None) -> Iterator[Fault]:
    for line in lines:
        reason = id_fault(line.id)
        if reason:
            yield Fault(line.file, line.number, "identifier", reason)
        elif line.id and records is not None:
            known = records.get(line.id)
            if known is None:
                yield Fault(line.file, line.number, "unknown", f"{line.id} is not in the tables of identifiers")
            elif line.full and known.isdisjoint(record_key(name) for name, _ in line.names):
                reason = f"none of the names of {line.full[0]!r} is one that {line.id} has of record"
                yield Fault(line.file, line.number, "identifier", reason)


def _scripts(lines: Iterable[Line]) -> Iterator[Fault]:
    for line in lines:
        if has_hanzi(line.en):
            yield Fault(line.file, line.number, "script", f"hanzi in the English name {line.en!r}")
        if line.zh and not has_hanzi(line.zh):
            yield Fault(line.file, line.number, "script", f"no hanzi in the Chinese name {line.zh!r}")


def _shared(lines: Sequence[Line]) -> tuple[set[Fault], set[tuple[str, str]]]:
    """Names that stand more than once; and where (`file:line`, name) the later of two lines loses its name."""
    faults: set[Fault] = set()
    lost: set[tuple[str, str]] = set()
    index = Index()
    for line in lines:
        for name, column in line.names:
            for other, written in index.find(name, column):
                if other is line:
                    # A symbol may be both the English name and the short form: each is matched in its own way.
                    if name == written and line.full.count(name) != 1:
                        faults.add(Fault(line.file, line.number, "repeated", f"{name!r} is written twice"))
                    continue
                lost.add((line.place, name))
                kind: FaultKind = "duplicate" if other.kind == line.kind else "clash"
                faults.add(Fault(line.file, line.number, kind, also(name, other, written)))
                break
            index.add(line, name, column)
    return faults, lost


def _unreachable(lines: Iterable[Line], look_up: Lookup, lost: set[tuple[str, str]]) -> Iterator[Fault]:
    for line in lines:
        for name, _ in line.names:
            if (line.place, name) in lost:
                continue
            found = look_up(name)
            if isinstance(found, str):
                yield Fault(line.file, line.number, "unreachable", f"{name!r} is never found: {found}")
            elif found is not line:
                reason = f"{name!r} is read as {found.full[0]!r}, {found.place}"
                yield Fault(line.file, line.number, "unreachable", reason)


def finder(knowledge: Knowledge, tables: Iterable[Table]) -> Lookup:
    """The tagging room's own search, over a name that stands alone.

    `tables` are those that `knowledge` was loaded from, in the same order: the user's, then the project's.
    """
    lines = [line for table in tables for line in table.lines]
    line_of_concept: dict[int, Line] = {id(c): line for c, line in zip(knowledge.concepts, lines, strict=True)}
    matcher = Matcher(chain.from_iterable(knowledge.by_key.values()), "lexicon")
    vague = {row["word"]: f"{row.file}:{row.line}" for row in knowledge.tables["aspects"] if row["kind"] == "vague"}

    def look_up(name: str) -> Line | str:
        if name in vague:
            return f"a vague word ({vague[name]})"
        hits = longest(matcher.find(name, squeeze(name)))
        whole = squeeze_cased(name)
        # The hyphen of `HCO3-` is no part of the match, and none of the name's letters.
        hit = next((h for h in hits if squeeze_cased(name[h.start : h.end]) == whole), None)
        if hit is None or hit.concept is None:
            parts = ", ".join(repr(name[h.start : h.end]) for h in hits)
            return f"only {parts} in it is" if parts else "no text can hold it as it is written"
        return line_of_concept[id(hit.concept)]

    return look_up


def record_key(name: str) -> str:
    """A name as names of record are compared: letters and digits alone, in lower case."""
    return _NO_KEY.sub("", name.lower())


_NO_KEY = re.compile(r"[^a-z0-9\u0370-\u03ff\u4e00-\u9fff]")


def read_records(folder: Path) -> dict[str, frozenset[str]]:
    """Names of record by public identifier, as keys, from a folder of tables `*.tsv`, `*.tsv.gz`.

    Columns `id`, `name` and `synonyms` (parted by bars); see the annotation kit's `ids/`. Raises UsageError where there
    is no such table, DataError for one that cannot be read.
    """
    paths = sorted([*folder.glob("*.tsv"), *folder.glob("*.tsv.gz")])
    if not paths:
        raise UsageError(f"{folder}: no tables of identifiers (*.tsv, *.tsv.gz) in it")
    records: dict[str, frozenset[str]] = {}
    faults: list[str] = []
    for path in paths:
        try:
            with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as f:
                header = f.readline().rstrip("\n").split("\t")
                if header[:3] != ["id", "name", "synonyms"]:
                    faults.append(f"{path.name}:1: the header is not id, name, synonyms")
                    continue
                for line in f:
                    identifier, _, names = line.rstrip("\n").partition("\t")
                    keys = {record_key(n) for n in names.replace("\t", "|").split("|") if n}
                    records[identifier] = records.get(identifier, frozenset()) | keys
        except (OSError, EOFError, UnicodeDecodeError, zlib.error) as e:
            faults.append(f"{path.name}:1: cannot be read ({e})")
    if faults:
        raise DataError(faults)
    return records
