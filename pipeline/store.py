"""The one module that writes and reads run folders; `docs/records.md` says what is in them.

Files are replaced whole: written beside under a temporary name, synced, renamed. `run.json` says whether the run was
finished; it is written first, so that a folder that cannot be written is known before hours of work, and last.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

import orjson

from pipeline.errors import DataError, OutputError, UsageError
from pipeline.inputs import Input
from pipeline.records import Claim, Document, Failure, Float, Gloss, Mention, Reference, Result
from pipeline.schema import from_json
from pipeline.version import VERSION

FORMAT = 1
PROGRAM = "claim-pipeline"
State = Literal["running", "finished", "interrupted"]

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Run:
    """A run: the program and what it was given, what came of it, and how long each stage took in seconds.

    `knowledge` maps each lexicon and rule file to the sha256 of its bytes, `versions` each library to its version.
    """

    format: int
    program: str
    version: str
    state: State
    options: dict[str, tuple[str, ...]] = field(default_factory=dict)
    knowledge: dict[str, str] = field(default_factory=dict)
    engine: str = "serial"
    versions: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()


# The files of a run folder, by name, and the record that a line of each holds (`run.json` is one record).
FILES: dict[str, type] = {
    "run.json": Run,
    "documents.jsonl": Document,
    "glosses.jsonl": Gloss,
    "mentions.jsonl": Mention,
    "claims.jsonl": Claim,
    "references.jsonl": Reference,
    "floats.jsonl": Float,
    "failures.jsonl": Failure,
}
TABLES = ("glosses.jsonl", "mentions.jsonl", "claims.jsonl", "references.jsonl", "floats.jsonl")
# Files that a folder of this format may lack, since earlier versions wrote none.
ADDED = frozenset({"references.jsonl", "floats.jsonl"})


@dataclass(frozen=True, slots=True)
class _Finished:
    """A paper's share of each file, in bytes: small, and whatever cannot be written is known at once."""

    document: bytes
    text: bytes | None
    tables: dict[str, bytes]
    failure: bytes


class RunWriter:
    """Takes papers as they come; `finish` writes the folder. What is in it depends on the papers, not on their order.

    Opening checks that the folder can be written and is ours to write. Raises OutputError where it is not.
    """

    def __init__(self, folder: Path, run: Run) -> None:
        self.folder = folder
        self._papers: dict[str, _Finished] = {}
        self._old = _claim_folder(folder)
        with _told(folder):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "texts").mkdir(exist_ok=True)
            _replace(folder / "run.json", _pretty(replace(run, state="running")))

    def add(self, result: Result) -> None:
        """Keep a paper's records. Raises ValueError for text that no UTF-8 file can hold."""
        document = result.paper.document
        rows = (result.glosses, result.mentions, result.claims, result.paper.references, result.paper.floats)
        try:
            tables = {name: _lines(r) for name, r in zip(TABLES, rows, strict=True)}
            self._papers[document.id] = _Finished(_line(document), result.paper.text.encode(), tables, b"")
        except (TypeError, UnicodeEncodeError) as e:
            raise ValueError(f"text that UTF-8 cannot hold: {e}") from e

    def fail(self, source: Input, failure: Failure) -> None:
        """Keep what is known of a paper that could not be read."""
        document = Document(source.id, source.shown, digest(source.path), "failed", None, (), None, (), None)
        self._papers[source.id] = _Finished(_line(document), None, {}, _line(failure))

    def finish(self, run: Run) -> None:
        """Write all files; texts of an earlier run here go, if that run names them. Raises OutputError."""
        papers = [self._papers[i] for i in sorted(self._papers)]
        with _told(self.folder):
            for doc_id, paper in self._papers.items():
                if paper.text is not None:
                    _replace(_text_path(self.folder, doc_id), paper.text)
            _replace(self.folder / "documents.jsonl", b"".join(p.document for p in papers))
            for name in TABLES:
                _replace(self.folder / name, b"".join(p.tables.get(name, b"") for p in papers))
            _replace(self.folder / "failures.jsonl", b"".join(p.failure for p in papers))
            for doc_id in self._old - {i for i, p in self._papers.items() if p.text is not None}:
                _text_path(self.folder, doc_id).unlink(missing_ok=True)
            _replace(self.folder / "run.json", _pretty(run))


def digest(path: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A run as read back. `texts` maps document ids to texts; papers that failed have none."""

    run: Run
    documents: tuple[Document, ...]
    texts: dict[str, str]
    glosses: tuple[Gloss, ...]
    mentions: tuple[Mention, ...]
    claims: tuple[Claim, ...]
    references: tuple[Reference, ...]
    floats: tuple[Float, ...]
    failures: tuple[Failure, ...]


def read_run(folder: Path) -> RunFolder:
    """Read a run folder.

    Raises UsageError where it is none or of another format, DataError with all faults of its records.
    """
    run_file = folder / "run.json"
    if not folder.is_dir() or not run_file.is_file():
        raise UsageError(
            f"{folder}: no run folder (no run.json in it); make one with `pipeline run PATH... --out {folder}`"
        )
    head = _head(run_file)
    if head is None or head.get("format") != FORMAT:
        raise UsageError(f"{folder}: a run of another version ({_version(head)}); run the pipeline on it again")
    faults: list[str] = []
    run = _record(Run, run_file.read_bytes(), "run.json:1", faults)
    documents = _table(Document, folder, "documents.jsonl", faults)
    glosses = _table(Gloss, folder, "glosses.jsonl", faults)
    mentions = _table(Mention, folder, "mentions.jsonl", faults)
    claims = _table(Claim, folder, "claims.jsonl", faults)
    references = _table(Reference, folder, "references.jsonl", faults)
    floats = _table(Float, folder, "floats.jsonl", faults)
    failures = _table(Failure, folder, "failures.jsonl", faults)
    texts: dict[str, str] = {}
    for document in documents:
        if document.status == "failed":
            continue
        try:
            texts[document.id] = _text_path(folder, document.id).read_bytes().decode()
        except (OSError, UnicodeDecodeError, ValueError) as e:
            faults.append(f"texts/{document.id}.txt: {e}")
    if faults or run is None:
        raise DataError(faults)
    return RunFolder(run, documents, texts, glosses, mentions, claims, references, floats, failures)


def _table(record: type[R], folder: Path, name: str, faults: list[str]) -> tuple[R, ...]:
    try:
        data = (folder / name).read_bytes()
    except OSError as e:
        if name in ADDED and isinstance(e, FileNotFoundError):
            return ()
        faults.append(f"{name}: {e.strerror}")
        return ()
    # Not splitlines: a text may hold line ends of its own (U+2028), which JSON does not escape.
    rows = ((number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip())
    made = (_record(record, line, f"{name}:{number}", faults) for number, line in rows)
    return tuple(m for m in made if m is not None)


def _record(record: type[R], line: bytes, where: str, faults: list[str]) -> R | None:
    try:
        return from_json(record, orjson.loads(line))
    except ValueError as e:
        faults.append(f"{where}: {e}")
        return None


def _claim_folder(folder: Path) -> set[str]:
    """Document ids of the run that the folder holds, none for a new one. Raises OutputError where it is not ours."""
    if folder.is_file():
        raise OutputError(f"{folder}: a file stands there; give another --out")
    with _told(folder):
        if not folder.exists() or all(entry.name.startswith(".") for entry in folder.iterdir()):
            return set()
    head = _head(folder / "run.json")
    if head is None:
        raise OutputError(f"{folder}: not empty and no run folder; give another --out, or empty it yourself")
    if head.get("format", 0) > FORMAT:
        raise OutputError(f"{folder}: written by a newer version ({_version(head)}); give another --out")
    return set(_old_ids(folder / "documents.jsonl"))


def _head(run_file: Path) -> dict[str, Any] | None:
    """What `run.json` holds, if it is one of ours: an object with a version of the program."""
    try:
        head = orjson.loads(run_file.read_bytes())
    except (OSError, ValueError):
        return None
    ours = isinstance(head, dict) and isinstance(head.get("version"), str) and isinstance(head.get("format", 0), int)
    return head if ours else None


def _version(head: dict[str, Any] | None) -> str:
    return "unknown" if head is None else f"{head['version']}, format {head.get('format', 0)}"


def _old_ids(documents: Path) -> Iterator[str]:
    """Ids of an earlier run's documents: lenient, since an older version may have written other fields."""
    try:
        lines = documents.read_bytes().split(b"\n")
    except OSError:
        return
    for line in lines:
        with contextlib.suppress(ValueError):
            row = orjson.loads(line)
            if isinstance(row, dict) and isinstance(row.get("id"), str) and row["id"] == Path(row["id"]).name:
                yield row["id"]


def _text_path(folder: Path, doc_id: str) -> Path:
    """Where a document's text stands. Raises ValueError for an id that leads out of the folder."""
    if doc_id != Path(doc_id).name or doc_id in ("", ".", ".."):
        raise ValueError(f"{doc_id!r} cannot be a file name")
    return folder / "texts" / f"{doc_id}.txt"


def _line(record: Any) -> bytes:
    return orjson.dumps(record) + b"\n"


def _lines(records: Iterable[Any]) -> bytes:
    return b"".join(map(_line, records))


def _pretty(run: Run) -> bytes:
    return orjson.dumps(run, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _replace(path: Path, data: bytes) -> None:
    """Put `data` in the place of `path`, whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    """An operating system's refusal as one line for the user."""
    try:
        yield
    except OSError as e:
        raise OutputError(f"{folder}: cannot be written ({e.strerror or e}); give another --out") from e


def new_run(options: dict[str, tuple[str, ...]], knowledge: dict[str, str], versions: dict[str, str]) -> Run:
    """The head of a run that begins now."""
    return Run(FORMAT, PROGRAM, VERSION, "running", options, knowledge, "serial", versions)
