"""The one module that writes run folders; `docs/records.md` says what is in them, `pipeline.store` reads them.

Files are replaced whole: prepared beside, synced, renamed. `run.json` says whether the run was finished; it is written
first, so that a folder that cannot be written is known before hours of work, and last.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path
from typing import Any, BinaryIO, Literal

import orjson

from pipeline.errors import OutputError
from pipeline.outcome import TABLES, Failure, Share
from pipeline.shelf import BENCH, Shelf
from pipeline.version import VERSION

FORMAT = 1
PROGRAM = "claim-pipeline"
State = Literal["running", "finished", "interrupted"]


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


# The files that papers have a share in, in the order in which they are put in their places.
SHARED = ("documents.jsonl", *TABLES, "failures.jsonl")


class RunWriter:
    """Takes papers as they come and keeps nothing of them in memory; `finish` puts the files in their places.

    What is in them depends on the papers, not on their order. Opening checks that the folder can be written, is ours to
    write and nobody else's just now. Raises OutputError where it is not. Use as a context manager, or `close`.
    """

    def __init__(self, shelf: Shelf, run: Run) -> None:
        self.shelf = shelf
        # What came of each paper: its id, its bytes in each file, whether it has a text. To be in here is to be in the
        # run: what an interruption cut off before is cut away.
        self._came: list[tuple[str, tuple[int, ...], bool]] = []
        looked_at = _claim_folder(shelf)
        self._old = set(_old_ids(shelf))
        self._before: bytes | None = None
        self._files: dict[str, BinaryIO] = {}
        with self._told():
            self._bench = shelf.hold()
            with contextlib.suppress(FileNotFoundError):
                self._before = shelf.read("run.json")
            if self._before != looked_at:  # a run has ended between that look and the lock
                self._old |= set(_old_ids(shelf))
            self._files = {name: (self._bench / name).open("wb") for name in SHARED}
            self._put_head(_pretty(replace(run, state="running")))

    def __enter__(self) -> RunWriter:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the folder up; what was not finished is gone, and a run that was here before is what it was."""
        if self._before is not None:
            with contextlib.suppress(OSError):
                self._put_head(self._before)
            self._before = None
        for file in self._files.values():
            with contextlib.suppress(OSError):  # on a full disk closing fails as writing did
                file.close()
        self.shelf.release()

    def add(self, doc_id: str, share: Share) -> None:
        """Keep a paper's share of the files. Raises OutputError."""
        parts = (share.document, *share.tables, share.failure)
        with self._told():
            for file, part in zip(self._files.values(), parts, strict=True):
                file.write(part)
            if share.text is not None:
                (self._bench / text_name(doc_id)).write_bytes(share.text)
        self._came.append((doc_id, tuple(map(len, parts)), share.text is not None))

    def finish(self, run: Run) -> None:
        """Put all files in place; texts of an earlier run here go, if that run names them. Raises OutputError."""
        with self._told():
            for column, file in enumerate(self._files.values()):
                file.flush()
                file.truncate(sum(sizes[column] for _, sizes, _ in self._came))
                file.close()
            self._sort()
            texts = {doc_id for doc_id, _, has_text in self._came if has_text}
            self._before = None
            # Texts first: whatever this is broken off at, the next run finds the ids of all texts that there may be.
            for doc_id in sorted(texts):
                self.shelf.put(text_name(doc_id), self._bench / text_name(doc_id))
            for doc_id in sorted(self._old - texts):
                self.shelf.remove(text_name(doc_id))
            for name in SHARED:
                self.shelf.put(name, self._bench / name)
            self._put_head(_pretty(run))

    def _sort(self) -> None:
        """Bring the papers of each file into the order of their ids."""
        order = sorted(range(len(self._came)), key=lambda i: self._came[i][0])
        if order == list(range(len(order))):
            return
        for column, name in enumerate(SHARED):
            sizes = [sizes[column] for _, sizes, _ in self._came]
            starts = list(accumulate(sizes, initial=0))
            old, new = self._bench / name, self._bench / f"{name}.sorted"
            with old.open("rb") as source, new.open("wb") as target:
                for i in order:
                    source.seek(starts[i])
                    target.write(source.read(sizes[i]))
            new.replace(old)

    def _put_head(self, head: bytes) -> None:
        prepared = self._bench / "run.json"
        prepared.write_bytes(head)
        self.shelf.put("run.json", prepared)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """An operating system's refusal as one line for the user."""
        try:
            yield
        except OSError as e:
            self.close()
            raise OutputError(
                f"{self.shelf.name}: cannot be written ({e.strerror or e}); make room, or give another --out"
            ) from e


def _claim_folder(shelf: Shelf) -> bytes | None:
    """The `run.json` of the run that the folder holds, if there is one. Raises OutputError where it is not ours."""
    try:
        visible = [name for name in shelf.names() if not name.startswith(".")]
    except OSError as e:
        raise OutputError(f"{shelf.name}: cannot be written ({e.strerror or e}); give another --out") from None
    whole: bytes | None = None
    with contextlib.suppress(OSError):
        whole = shelf.read("run.json")
    head = None if whole is None else head_of(whole)
    # A run that was killed over its very first file leaves nothing but the folder of its texts.
    if head is None and visible not in ([], ["texts"]):
        raise OutputError(f"{shelf.name}: not empty and no run folder; give another --out, or empty it yourself")
    if head is not None and head.get("format", 0) > FORMAT:
        raise OutputError(f"{shelf.name}: written by a newer version ({version_of(head)}); give another --out")
    return whole


def head_of(data: bytes) -> dict[str, Any] | None:
    """What `run.json` holds, if it is one of ours: an object with a version of the program."""
    try:
        head = orjson.loads(data)
    except ValueError:
        return None
    ours = isinstance(head, dict) and isinstance(head.get("version"), str) and isinstance(head.get("format", 0), int)
    return head if ours else None


def version_of(head: dict[str, Any] | None) -> str:
    return "unknown" if head is None else f"{head['version']}, format {head.get('format', 0)}"


def _old_ids(shelf: Shelf) -> Iterator[str]:
    """Ids of an earlier run's documents, and of one that was killed while it put its files in place.

    Lenient, since an older version may have written other fields.
    """
    lines: list[bytes] = []
    for name in ("documents.jsonl", f"{BENCH}/documents.jsonl"):
        with contextlib.suppress(OSError):
            lines += shelf.read(name).split(b"\n")
    for line in lines:
        with contextlib.suppress(ValueError):
            row = orjson.loads(line)
            if isinstance(row, dict) and isinstance(row.get("id"), str):
                text_name(row["id"])  # not of one that leads out of the folder
                yield row["id"]


def text_name(doc_id: str) -> str:
    """Where a document's text stands in the folder. Raises ValueError for an id that leads out of it."""
    if doc_id != Path(doc_id).name or doc_id in ("", ".", ".."):
        raise ValueError(f"{doc_id!r} cannot be a file name")
    return f"texts/{doc_id}.txt"


def _pretty(run: Run) -> bytes:
    return orjson.dumps(run, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def new_run(
    options: dict[str, tuple[str, ...]], knowledge: dict[str, str], versions: dict[str, str], engine: str = "serial"
) -> Run:
    """The head of a run that begins now."""
    return Run(FORMAT, PROGRAM, VERSION, "running", options, knowledge, engine, versions)
