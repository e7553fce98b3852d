"""The lexicon and the rule tables, read once and checked: knowledge as data.

All faults of all files are gathered and told at once (`DataError`), each as `file:line: reason`.
"""

from __future__ import annotations

import gc
import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.errors import DataError, UsageError
from pipeline.fold import has_hanzi, keys_of, squeeze_cased
from pipeline.records import RELATIONS, MentionType
from pipeline.variants import respelled

HERE = Path(__file__).parent
LEXICON = HERE / "lexicon"
RULES = HERE / "rules"

TYPE_OF_TABLE: dict[str, MentionType] = {"compounds": "compound", "proteins": "protein", "effects": "effect"}
WORD_TABLES = ("anatomy", "organisms", "microbes")
COLUMNS = ("id", "en", "zh", "synonyms", "abbreviations", "source")
_LATIN = re.compile(r"[A-Za-z]{3,}")
VOCABULARIES = ("CHEBI", "HGNC", "MESH", "GO", "DOID", "HP")


class Concept(NamedTuple):
    """What a name stands for. `kind` is a mention type, or the word table that it comes from."""

    id: str | None
    name: str
    kind: str
    names: tuple[str, ...]
    abbreviations: tuple[str, ...]
    source: str
    user: bool = False


@dataclass(frozen=True)
class Row:
    """A line of a rule table."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


Named = tuple[Concept, str, bool]
"""a name: what it stands for, as it is written, whether its case matters"""
Index = dict[str, list[Named]]


def index_of(named: Iterable[Named]) -> Index:
    """Names by the key that they are looked up by, in their order; a concept's own name once."""
    index: Index = {}
    listed = list(named)
    _, keys = keys_of([name for _, name, _ in listed])
    for entry, key in zip(listed, keys, strict=True):
        known = index.get(key)
        if known is None:
            index[key] = [entry]
        elif not any(concept is entry[0] and name == entry[1] for concept, name, _ in known):
            known.append(entry)
    return index


@dataclass(frozen=True)
class Knowledge:
    """All that the rules know. `digests` maps each file's name to the sha256 of its bytes."""

    concepts: tuple[Concept, ...]
    tables: dict[str, tuple[Row, ...]]
    grammars: dict[str, dict[str, Any]]
    digests: dict[str, str] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> Index:
        """Look-up key -> (concept, name, case matters), the preferred concept first: the user's, then in file order."""
        named = [
            (concept, name, cased and not has_hanzi(name))
            for concept in sorted(self.concepts, key=lambda c: not c.user)
            for names, cased in ((concept.names, False), (concept.abbreviations, True))
            for name in names
        ]
        index = index_of(named)
        self._add_variants(index, named)
        return index

    def _add_variants(self, index: Index, named: Iterable[Named]) -> None:
        """Names as other regions and spellings write them; one that two concepts would share is left out."""
        full = [(concept, name) for concept, name, cased in named if not cased]
        forms = respelled([name for _, name in full], self.spellings(), lowered=True)
        made = index_of((full[i][0], form, False) for i, form in forms)
        for key, hits in made.items():
            if key not in index and all(concept is hits[0][0] for concept, _, _ in hits):
                index[key] = hits[:1]

    @cached_property
    def latin_words(self) -> frozenset[str]:
        """The words of three Latin letters or more that names are made of, in lower case."""
        names = "\n".join(name for concept in self.concepts for name in concept.names)
        return frozenset(map(str.lower, set(_LATIN.findall(names))))

    def spellings(self) -> list[tuple[str, str]]:
        """(part of a name, what others write for it): the regional words, and spellings both ways."""
        rows = self.tables["variants"]
        pairs = [(r["word"], r["variant"]) for r in rows if r["kind"] in ("regional", "spelling")]
        return pairs + [(r["variant"], r["word"]) for r in rows if r["kind"] == "spelling"]

    def listed(self, kind: str) -> frozenset[str]:
        """The words of a plain list (`lists-*.tsv`)."""
        return frozenset(r["word"] for r in self.tables["lists"] if r["kind"] == kind)

    def kept_whole(self) -> tuple[str, ...]:
        """Chinese words that are cut as one: verbs, links and cues, each once, in the order of their tables."""
        rows = (r for table in ("words", "cues", "triggers") for r in self.tables[table] if r["lang"] == "zh")
        words = (r["word"] for r in rows if r["kind"] != "frame")
        return tuple(dict.fromkeys(w for w in words if 2 <= len(w) <= 5 and "…" not in w))

    def words(self, table: str, **where: str) -> tuple[str, ...]:
        """The `word` column of a rule table, of the rows that have these cells, longest first."""
        rows = [r for r in self.tables[table] if all(r[k] == v for k, v in where.items())]
        return tuple(sorted({r["word"] for r in rows}, key=lambda w: (-len(w), w)))


VARIANTS = ("regional", "spelling", "written", "dropped")
HOMONYMS = ("usual", "open")
# The rule tables, one file for each language (`triggers-zh.tsv`): their columns, and what their cells may hold.
LANGS = ("zh", "en")
TABLES: dict[str, dict[str, Callable[[str], bool] | None]] = {
    "affixes": {"word": None, "kind": None, "type": None, "source": None},
    "aspects": {"word": None, "kind": None, "source": None},
    "heads": {"word": None, "kind": None, "source": None},
    "lists": {"word": None, "kind": None, "source": None},
    "words": {"word": None, "kind": None, "source": None},
    "triggers": {"word": None, "relation": lambda r: r in RELATIONS, "kind": None, "source": None},
    "cues": {"word": None, "kind": None, "source": None},
    "variants": {"word": None, "variant": None, "kind": VARIANTS.__contains__, "source": None},
    "homonyms": {"word": None, "meanings": None, "kind": HOMONYMS.__contains__, "source": None},
}
GRAMMARS = ("claims-zh", "claims-en")


def _table(path: Path, data: bytes, columns: Iterable[str], faults: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of the lines of a tab-separated table, its header first; faults of form are added to `faults`.

    Nothing comes of a table that is not UTF-8, or lacks one of `columns`.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        faults.append(f"{path.name}:1: not UTF-8")
        return
    lines = text.splitlines()
    header = lines[0].split("\t") if lines else []
    missing = [c for c in columns if c not in header]
    if missing:
        faults.append(f"{path.name}:1: the header lacks {', '.join(missing)}")
        return
    yield 1, header
    for number, line in enumerate(lines[1:], 2):
        if not line or line.isspace() or line.startswith("# "):
            continue
        cells = line.split("\t")
        if len(cells) != len(header):
            faults.append(f"{path.name}:{number}: {len(cells)} cells where the header has {len(header)}")
            continue
        yield number, list(map(str.strip, cells))


def _rules(
    path: Path,
    lang: str,
    columns: Mapping[str, Callable[[str], bool] | None],
    digests: dict[str, str],
    faults: list[str],
) -> Iterator[Row]:
    """The rows of a rule table, with their language as a cell more."""
    data = path.read_bytes()
    digests[f"rules/{path.name}"] = hashlib.sha256(data).hexdigest()
    checks = [(column, good) for column, good in columns.items() if good is not None]
    lines = _table(path, data, columns, faults)
    _, header = next(lines, (1, []))
    for number, cells in lines:
        row = Row(path.name, number, {**dict(zip(header, cells, strict=True)), "lang": lang})
        if not row["word"]:
            faults.append(f"{path.name}:{number}: no word")
        if not row["source"]:
            faults.append(f"{path.name}:{number}: no source for {row['word']!r}")
        for column, good in checks:
            if not good(row[column]):
                faults.append(f"{path.name}:{number}: {column} cannot be {row[column]!r}")
        yield row


def _regional(tables: dict[str, tuple[Row, ...]]) -> dict[str, tuple[Row, ...]]:
    """The tables with the Chinese words of other regions as rows of their own: 透過 for 通过, 訊號通路 for 信号通路."""
    variants = tables["variants"]
    pairs = [(r["word"], r["variant"]) for r in variants if r["kind"] == "regional" and r["lang"] == "zh"]
    more = dict(tables)
    for name, rows in tables.items():
        if name in ("variants", "homonyms"):
            continue
        known = {r["word"] for r in rows}
        chinese = [r for r in rows if r["lang"] == "zh"]
        made = [(chinese[i], word) for i, word in respelled([r["word"] for r in chinese], pairs) if word not in known]
        more[name] = rows + tuple(Row(r.file, r.line, {**r.cells, "word": word}) for r, word in made)
    return more


def _split(cell: str) -> tuple[str, ...]:
    if "|" not in cell:
        return (cell,) if cell else ()
    return tuple(filter(None, map(str.strip, cell.split("|"))))


def _concepts(path: Path, kind: str, user: bool, digests: dict[str, str], faults: list[str]) -> Iterator[Concept]:
    """The lines of a lexicon table."""
    data = path.read_bytes()
    digests[("user/" if user else "lexicon/") + path.name] = hashlib.sha256(data).hexdigest()
    lines = _table(path, data, COLUMNS, faults)
    _, header = next(lines, (1, list(COLUMNS)))
    in_order = itemgetter(*map(header.index, COLUMNS))
    for number, cells in lines:
        identifier, en, zh, synonyms, abbreviations, source = in_order(cells)
        names = tuple(dict.fromkeys(filter(None, (en, zh, *_split(synonyms)))))
        shorts = _split(abbreviations)
        if not names:
            faults.append(f"{path.name}:{number}: neither an English nor a Chinese name")
            continue
        if not source:
            faults.append(f"{path.name}:{number}: no source for {names[0]!r}")
        if identifier and identifier.partition(":")[0] not in VOCABULARIES:
            known = ", ".join(VOCABULARIES)
            faults.append(f"{path.name}:{number}: {identifier!r} is of no vocabulary that we know ({known})")
        bad = [n for n in (*names, *shorts) if not (n[0].isalnum() or squeeze_cased(n))]
        if bad:
            faults.append(f"{path.name}:{number}: nothing to match in {bad[0]!r}")
            continue
        yield Concept(identifier or None, en or zh, kind, names, shorts, source, user)


@contextmanager
def no_collection() -> Iterator[None]:
    """Look for no garbage meanwhile: half a million things that all stay are gone through again and again (0.5 s)."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@no_collection()
def load(user: Path | None = None, lexicon: Path = LEXICON, rules: Path = RULES) -> Knowledge:
    """Read the lexicon, the rules, and a user's own lexicon folder, which wins where names clash.

    Raises DataError with all faults of all files; UsageError where the user's folder holds no table.
    """
    faults: list[str] = []
    concepts: list[Concept] = []
    digests: dict[str, str] = {}
    for folder, own in ((user, True), (lexicon, False)):
        if folder is None:
            continue
        if not folder.is_dir():
            raise UsageError(f"{folder}: no such lexicon folder")
        found = False
        for path in sorted(p for p in folder.glob("*.tsv") if not p.name.startswith(".")):
            stem = path.name.split("-")[0].split(".")[0]
            kind = TYPE_OF_TABLE.get(stem) or (stem if stem in WORD_TABLES else None)
            if kind is None:
                stems = ", ".join((*TYPE_OF_TABLE, *WORD_TABLES))
                faults.append(f"{path.name}:1: the file's name says no type: begin it with {stems}")
                continue
            found = True
            concepts += _concepts(path, kind, own, digests, faults)
        if own and not found and not faults:
            raise UsageError(f"{folder}: no lexicon table (compounds*.tsv, proteins*.tsv, effects*.tsv) in it")
    tables, grammars = _rule_files(rules, digests, faults)
    if faults:
        raise DataError(faults)
    return Knowledge(tuple(concepts), tables, grammars, dict(sorted(digests.items())))


@no_collection()
def load_rules(latin_words: frozenset[str], rules: Path = RULES) -> Knowledge:
    """The knowledge without its lexicon, but for the Latin words of its names: all that the claims room asks for.

    Raises DataError with all faults of all files.
    """
    faults: list[str] = []
    digests: dict[str, str] = {}
    tables, grammars = _rule_files(rules, digests, faults)
    if faults:
        raise DataError(faults)
    knowledge = Knowledge((), tables, grammars, dict(sorted(digests.items())))
    knowledge.__dict__["latin_words"] = latin_words
    return knowledge


def _rule_files(
    rules: Path, digests: dict[str, str], faults: list[str]
) -> tuple[dict[str, tuple[Row, ...]], dict[str, dict[str, Any]]]:
    """The tables and the grammars; digests and faults are added to those given."""
    tables: dict[str, tuple[Row, ...]] = {}
    for name, columns in TABLES.items():
        tables[name] = tuple(
            row for lang in LANGS for row in _rules(rules / f"{name}-{lang}.tsv", lang, columns, digests, faults)
        )
    tables = _regional(tables)
    grammars: dict[str, dict[str, Any]] = {}
    for name in GRAMMARS:
        path = rules / f"{name}.toml"
        data = path.read_bytes()
        digests[f"rules/{path.name}"] = hashlib.sha256(data).hexdigest()
        try:
            grammars[name] = tomllib.loads(data.decode("utf-8"))
        except tomllib.TOMLDecodeError as e:
            faults.append(f"{path.name}: {e}")
    return tables, grammars
