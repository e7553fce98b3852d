"""The one module that reads run folders; `docs/records.md` says what is in them, `pipeline.writer` writes them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
import orjson

from pipeline.errors import DataError, OutputError, UsageError
from pipeline.outcome import Failure
from pipeline.records import Claim, Document, Evidence, Float, Gloss, Mention, Reference, Trigger
from pipeline.schema import from_json
from pipeline.shelf import TEXTS, Shelf, shelf_at
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
    made = RunFolder(run, documents, texts, glosses, mentions, claims, references, floats, failures)
    if misfits := list(_misfits(made)):
        raise DataError([f"{fault}; run the pipeline on it again" for fault in misfits])
    return made


def check_spares(out: Path, runs: Iterable[str | Path]) -> None:
    """Raise OutputError where writing to `out` would replace a file of one of these runs."""
    place = out.resolve()
    for run in runs:
        folder = Path(run).resolve()
        if place in {folder / name for name in FILES} or folder / TEXTS in (place, place.parent):
            raise OutputError(f"{out}: is a file of the run {run}; give another --out")


def _misfits(run: RunFolder) -> Iterator[str]:
    """What does not hold between records that are each well formed: such a folder was changed, or is half written.

    A line for each kind of fault and, of spans, for each document: one change may move all of them.
    """
    ids = {
        "documents.jsonl": [d.id for d in run.documents],
        "mentions.jsonl": [m.id for m in run.mentions],
        "claims.jsonl": [c.id for c in run.claims],
    }
    for name, given in ids.items():
        yield from _told(name, "is there twice", (i for i, count in Counter(given).items() if count > 1))
    papers = {
        "glosses.jsonl": [g.doc for g in run.glosses],
        "mentions.jsonl": [m.doc for m in run.mentions],
        "claims.jsonl": [c.doc for c in run.claims],
        "references.jsonl": [r.doc for r in run.references],
        "floats.jsonl": [f.doc for f in run.floats],
    }
    for name, named_papers in papers.items():
        lost = (doc for doc in dict.fromkeys(named_papers) if doc not in run.texts)
        yield from _told(name, "has no text in this run", lost)
    mentions, claims = set(ids["mentions.jsonl"]), set(ids["claims.jsonl"])
    named = (m for c in run.claims for m in (c.subject.mention, c.object.mention, *c.via) if m not in mentions)
    yield from _told("claims.jsonl", "is not in mentions.jsonl", dict.fromkeys(named))
    linked = (other for c in run.claims for other in (*c.corroborates, *c.conflicts) if other not in claims)
    yield from _told("claims.jsonl", "is named but not there", dict.fromkeys(linked))
    yield from _told("mentions.jsonl", "has not a page for each box", (m.id for m in run.mentions if _unpaged(m)))
    unpaged = (c.id for c in run.claims if _unpaged(c.evidence))
    yield from _told("claims.jsonl", "has not a page for each box", unpaged)
    moved: dict[str, list[str]] = defaultdict(list)
    spans: list[tuple[str, str, Mention | Evidence | Trigger]] = [(m.doc, m.id, m) for m in run.mentions]
    spans += [(c.doc, c.id, part) for c in run.claims for part in (c.evidence, c.trigger)]
    for doc, record, span in spans:
        if doc in run.texts and run.texts[doc][span.start : span.end] != span.text:
            moved[doc].append(record)
    for doc, records_of in moved.items():
        yield from _told(
            text_name(doc),
            "is not where it says (line ends changed, or a byte order mark added?)",
            dict.fromkeys(records_of),
        )


def _told(where: str, what: str, found: Iterable[str]) -> Iterator[str]:
    """One line about all records with a fault, naming the first; none where there are none."""
    first, *others = [*found] or [""]
    if first:
        yield f"{where}: {first} {what}{f', and {len(others)} more' if others else ''}"


def _unpaged(span: Mention | Evidence) -> bool:
    return len(span.boxes or ()) != len(span.box_pages or ())


def _table(record: type[R], shelf: Shelf, name: str, faults: list[str]) -> tuple[R, ...]:
    """The records of a file. What msgspec refuses is read again by reflection, which is slow and tells every fault."""
    try:
        data = shelf.read(name)
    except OSError as e:
        if name in ADDED and isinstance(e, FileNotFoundError):
            return ()
        faults.append(f"{name}: {e.strerror or e}")
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
