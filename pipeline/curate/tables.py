"""Lexicon tables line by line, with the numbers of their lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.fold import has_hanzi, name_key, spell_greek, squeeze_cased
from pipeline.knowledge import COLUMNS, TYPE_OF_TABLE, VOCABULARIES, WORD_TABLES

# What a table may hold, by what its name begins with, and back.
KIND_OF_STEM: dict[str, str] = {**TYPE_OF_TABLE, **{stem: stem for stem in WORD_TABLES}}
STEM_OF_KIND = {kind: stem for stem, kind in KIND_OF_STEM.items()}
NAME_COLUMNS = ("en", "zh", "synonyms", "abbreviations")


@dataclass(frozen=True, slots=True)
class Line:
    """A concept's line of a lexicon table, cells as written. `kind` is a mention type or a word table; 1 is the header.

    `file` is the file's name without its folder.
    """

    file: str
    number: int
    kind: str
    id: str
    en: str
    zh: str
    synonyms: tuple[str, ...]
    abbreviations: tuple[str, ...]
    source: str

    @property
    def place(self) -> str:
        """`file:line`, as faults name it."""
        return f"{self.file}:{self.number}"

    @property
    def full(self) -> tuple[str, ...]:
        """The names that are no abbreviations, as often as they are written."""
        return tuple(n for n in (self.en, self.zh, *self.synonyms) if n)

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Each name with the column that it stands in."""
        cells = (("en", (self.en,)), ("zh", (self.zh,)), ("synonyms", self.synonyms))
        every = (*cells, ("abbreviations", self.abbreviations))
        return tuple((name, column) for column, names in every for name in names if name)


@dataclass(frozen=True, slots=True)
class Table:
    """A lexicon table: its lines, its header, its bytes on disk, and what is wrong with its form, by line."""

    path: Path
    kind: str
    header: tuple[str, ...]
    data: bytes
    lines: tuple[Line, ...]
    faults: tuple[tuple[int, str], ...]


def split(cell: str) -> tuple[str, ...]:
    """The names of a cell, which bars part."""
    return tuple(s for s in (p.strip() for p in cell.split("|")) if s)


def line_of(cells: Mapping[str, str], file: str, number: int, kind: str) -> Line:
    """A line of its cells by column."""
    cell = {column: cells[column].strip() for column in COLUMNS}
    synonyms, abbreviations = split(cell["synonyms"]), split(cell["abbreviations"])
    return Line(file, number, kind, cell["id"], cell["en"], cell["zh"], synonyms, abbreviations, cell["source"])


class Index:
    """Where names stand, found as the tagging room finds them: by look-up key, short forms with their case too."""

    def __init__(self) -> None:
        self._at: dict[str, list[tuple[Line, str, bool]]] = {}

    def add(self, line: Line, name: str, column: str) -> None:
        """Keep a name of a line."""
        self._at.setdefault(name_key(name), []).append((line, name, _cased(name, column)))

    def find(self, name: str, column: str) -> Iterator[tuple[Line, str]]:
        """The lines that have this name, with the name as it stands there, in the order in which they were added."""
        cased = _cased(name, column)
        for line, written, also_cased in self._at.get(name_key(name), ()):
            # The short form CAT and the name cat go side by side: what is written as in the text wins.
            if not (cased or also_cased) or _cased_key(name) == _cased_key(written):
                yield line, written


def _cased(name: str, column: str) -> bool:
    return column == "abbreviations" and not has_hanzi(name)


def _cased_key(name: str) -> str:
    return spell_greek(squeeze_cased(name))


def also(name: str, other: Line, written: str) -> str:
    """That a name is in another line too, as what, and of which type."""
    as_what = f" as {written!r}" if written != name else ""
    return f"{name!r} is also in {other.place}{as_what}, a name of {STEM_OF_KIND[other.kind]}"


def form_faults(tables: Iterable[Table]) -> list[str]:
    """What is wrong with the form of tables, each as `file:line: reason`."""
    return [f"{table.path.name}:{number}: {reason}" for table in tables for number, reason in table.faults]


def line_faults(line: Line) -> Iterator[str]:
    """Why the program would refuse this line, its identifier aside."""
    if not line.full:
        yield "neither an English nor a Chinese name"
    if not line.source:
        yield "no source"
    for name, _ in line.names:
        if not (name[0].isalnum() or squeeze_cased(name)):
            yield f"nothing to match in {name!r}"


def id_fault(identifier: str) -> str | None:
    """Why this can be no identifier of a vocabulary that we know; None for a good one, and for none."""
    vocabulary, _, number = identifier.partition(":")
    if identifier and vocabulary not in VOCABULARIES:
        return f"{identifier!r} is of no vocabulary that we know ({', '.join(VOCABULARIES)})"
    if identifier and not fits(vocabulary, number):
        return f"{identifier!r} has not the form of a {vocabulary} identifier ({SHAPES[vocabulary]})"
    return None


# Identifiers of each vocabulary, `9` for a digit, dots for any number of them.
SHAPES: dict[str, str] = {
    "CHEBI": "CHEBI:9…",
    "HGNC": "HGNC:9…",
    "MESH": "MESH:D999999, MESH:D999999999, or C in D's place",
    "GO": "GO:9999999",
    "DOID": "DOID:9…",
    "HP": "HP:9999999",
}


def fits(vocabulary: str, number: str) -> bool:
    """Whether `number`, what stands behind the colon, is one that the vocabulary gives out."""
    if vocabulary == "MESH":
        return number[:1] in ("C", "D") and _digits(number[1:]) and len(number) in (7, 10)
    if vocabulary in ("GO", "HP"):
        return _digits(number) and len(number) == 7
    # The later numbers of DOID begin with zeros (DOID:0050830), those of CHEBI and HGNC never do.
    return _digits(number) and (vocabulary == "DOID" or not number.startswith("0"))


def _digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def read_table(path: Path) -> Table:
    """A lexicon table. Lines of a wrong form are left out, and told in `faults`. Raises UsageError if it is no file."""
    stem = path.name.split("-")[0].split(".")[0]
    kind = KIND_OF_STEM.get(stem, "")
    faults: list[tuple[int, str]] = []
    if not kind:
        faults.append((1, f"the file's name says no type: begin it with {', '.join(KIND_OF_STEM)}"))
    data = read_bytes(path)
    text = ""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        faults.append((1, "not UTF-8; save it as UTF-8"))
    rows = text.splitlines()
    header = tuple(c.strip() for c in rows[0].split("\t")) if rows else ()
    missing = [c for c in COLUMNS if c not in header]
    if missing and not faults:
        faults.append((1, f"the header lacks {', '.join(missing)}"))
    lines: list[Line] = []
    for number, row in enumerate(rows[1:], 2):
        if missing or not kind or not row.strip() or row.startswith("# "):
            continue
        cells = row.split("\t")
        if len(cells) != len(header):
            faults.append((number, f"{len(cells)} cells where the header has {len(header)}"))
            continue
        lines.append(line_of(dict(zip(header, cells, strict=True)), path.name, number, kind))
    return Table(path, kind, header, data, tuple(lines), tuple(faults))


def read_folder(folder: Path) -> tuple[Table, ...]:
    """The tables of a lexicon folder, by name. Raises UsageError where there is none."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such lexicon folder")
    tables = tuple(map(read_table, sorted(folder.glob("*.tsv"))))
    if not tables:
        raise UsageError(f"{folder}: no lexicon table (compounds*.tsv, proteins*.tsv, effects*.tsv) in it")
    return tables


def read_bytes(path: Path) -> bytes:
    """A file's bytes. Raises UsageError where it cannot be opened."""
    try:
        return path.read_bytes()
    except OSError as e:
        raise UsageError(f"{path}: cannot be read ({e.strerror or e})") from e


def grown(table: Table | None, rows: Iterable[Mapping[str, str]]) -> bytes:
    """The bytes of a table with more lines at its end, its own left as they are; without a table, of a new one."""
    header: Sequence[str] = COLUMNS if table is None else table.header
    data = b"" if table is None else table.data
    end = b"\r\n" if b"\r\n" in data else b"\n"
    lines = ["\t".join(row.get(column, "") for column in header).encode() for row in rows]
    if table is None:
        lines.insert(0, "\t".join(header).encode())
    elif not data.endswith(b"\n"):
        data += end
    return data + b"".join(line + end for line in lines)
