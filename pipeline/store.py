"""The one module that reads run folders; `docs/records.md` says what is in them, `pipeline.writer` writes them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
import orjson

from pipeline.errors import DataError, UsageError
from pipeline.outcome import Failure
from pipeline.records import Claim, Document, Float, Gloss, Mention, Reference
from pipeline.schema import from_json
from pipeline.shelf import Shelf, shelf_at
from pipeline.writer import FORMAT, Run, head_of, text_name, version_of

R = TypeVar("R")

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
# Files that a folder of this format may lack, since earlier versions wrote none.
ADDED = frozenset({"references.jsonl", "floats.jsonl"})


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


def read_run(folder: str | Path) -> RunFolder:
    """Read a run folder, by its path or URL.

    Raises UsageError where it is none or of another format, DataError with all faults of its records.
    """
    shelf = shelf_at(str(folder))
    try:
        whole = shelf.read("run.json")
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(
            f"{folder}: no run folder (no run.json in it); make one with `pipeline run PATH... --out {folder}`"
        ) from None
    except OSError as e:
        raise UsageError(f"{folder}: cannot be read ({e.strerror or e})") from None
    head = head_of(whole)
    if head is None or head.get("format") != FORMAT:
        raise UsageError(f"{folder}: a run of another version ({version_of(head)}); run the pipeline on it again")
    faults: list[str] = []
    run = _record(Run, whole, "run.json:1", faults)
    documents = _table(Document, shelf, "documents.jsonl", faults)
    glosses = _table(Gloss, shelf, "glosses.jsonl", faults)
    mentions = _table(Mention, shelf, "mentions.jsonl", faults)
    claims = _table(Claim, shelf, "claims.jsonl", faults)
    references = _table(Reference, shelf, "references.jsonl", faults)
    floats = _table(Float, shelf, "floats.jsonl", faults)
    failures = _table(Failure, shelf, "failures.jsonl", faults)
    texts: dict[str, str] = {}
    for document in documents:
        if document.status == "failed":
            continue
        try:
            texts[document.id] = shelf.read(text_name(document.id)).decode()
        except (OSError, UnicodeDecodeError, ValueError) as e:
            faults.append(f"texts/{document.id}.txt: {e}")
    if faults or run is None:
        raise DataError(faults)
    return RunFolder(run, documents, texts, glosses, mentions, claims, references, floats, failures)


def _table(record: type[R], shelf: Shelf, name: str, faults: list[str]) -> tuple[R, ...]:
    """The records of a file. What msgspec refuses is read again by reflection, which is slow and tells every fault."""
    try:
        data = shelf.read(name)
    except OSError as e:
        if name in ADDED and isinstance(e, FileNotFoundError):
            return ()
        faults.append(f"{name}: {e.strerror}")
        return ()
    with suppress(msgspec.MsgspecError, UnicodeDecodeError):
        return tuple(msgspec.json.Decoder(record).decode_lines(data))
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
