"""A reader in a process of its own, so that no file can take the run down with it or hold it up for ever.

The child (`pipeline.read.child`) reads one file after another and says when it begins a page. Where a page takes too
long, or the child dies of it (a fault in a PDF library, too much memory), a new child reads the file again without
that page, and the paper's record has a warning.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Literal, NamedTuple

import orjson

from pipeline.channel import environment, receive, send
from pipeline.codec import paper_from_json
from pipeline.errors import INPUT_ERRORS, BrokenInput, Fault
from pipeline.records import Paper
from pipeline.settings import PAGE_SECONDS, Reader

# A file that loses more pages than this is no paper that can be read.
MOST_LOST = 3
# What the child says: a page is begun, the paper is done, it cannot be read, the reader has a fault.
PAGE, DONE, REFUSED, FAULT = b"P", b"D", b"R", b"F"
MEMORY = 77
"""The exit code of a child that ran out of memory."""


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read; `lost` maps the numbers of pages to leave out to what happened on them."""

    path: str
    doc_id: str
    reader: Reader
    lost: dict[int, str]

    def to_json(self) -> bytes:
        """As JSON."""
        return orjson.dumps([self.path, self.doc_id, self.reader, sorted(self.lost.items())])

    @classmethod
    def from_json(cls, data: bytes) -> Task:
        """The task again."""
        path, doc_id, reader, lost = orjson.loads(data)
        return cls(path, doc_id, reader, dict(lost))


class _End(NamedTuple):
    """How a child ended, or was ended, over a file."""

    kind: Literal["slow", "died"]
    said: str


class Guard:
    """Reads files in a child process; one at a time, the child is kept. Use as a context manager, or `close`.

    `page_seconds` is the time that a page may take, 0 for any.
    """

    def __init__(self, reader: Reader = "auto", page_seconds: float = PAGE_SECONDS) -> None:
        self.reader = reader
        self.page_seconds = page_seconds
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._life = Lock()  # a child begins, or is killed for good
        self._reading = Lock()
        self._start()

    def __enter__(self) -> Guard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def process(self) -> int | None:
        """The number of the child's process, None when there is none."""
        return self._child.pid if self._child is not None else None

    def close(self) -> None:
        """End the child, and read no more; what it is just reading, for another thread, cannot be read."""
        with self._life:
            self._closed = True
            if self._child is not None:
                self._child.kill()
        # Its pipes are closed by who waits at them: one that is closed by another is waited at for ever.
        with self._reading:
            self._end()

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()

    def read(self, path: Path, doc_id: str) -> Paper:
        """As `pipeline.read.read`. Raises BrokenInput also where the file takes too long or breaks the reader."""
        body, _ = self.read_json(path.read_bytes(), str(path), doc_id)
        return paper_from_json(body)

    def read_json(self, data: bytes, path: str, doc_id: str) -> tuple[bytes, bool]:
        """The same for a file's bytes: the paper as `pipeline.codec` writes it, and whether no page was left out."""
        with self._reading:
            return self._read(data, path, doc_id)

    def _read(self, data: bytes, path: str, doc_id: str) -> tuple[bytes, bool]:
        lost: dict[int, str] = {}
        died: set[int] = set()
        while True:
            page, outcome = self._try(Task(path, doc_id, self.reader, lost), data)
            if isinstance(outcome, bytes):
                return outcome, not lost
            if isinstance(outcome, Exception):
                raise outcome
            if outcome.kind != "slow" and page not in died:
                died.add(page)  # whatever it died of may be none of the file's doing
                continue
            if page == 0 or len(lost) >= MOST_LOST or page in lost:
                where = f"page {page}" if page else "the whole of it"
                raise BrokenInput(
                    f"{path}: this file cannot be read ({where} {outcome.said}): "
                    "open it in a viewer and print it to a new PDF, or raise --page-timeout"
                )
            lost[page] = outcome.said

    def _start(self) -> subprocess.Popen[bytes]:
        with self._life:
            if self._closed:
                raise BrokenInput("not read: the reader was closed")
            if self._child is None or self._child.poll() is not None:
                self._end()
                # -P: a file called like one of our libraries in the working directory is not imported.
                command = [sys.executable, "-P", "-m", "pipeline.read.child"]
                self._child = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
                )
            return self._child

    def _try(self, task: Task, data: bytes) -> tuple[int, bytes | Exception | _End]:
        """The page that the child was last on, and the paper, its error, or what happened to the child."""
        child = self._start()
        assert child.stdin is not None
        assert child.stdout is not None
        page, patience = 0, 1.0
        try:
            send(child.stdin, b"T", task.to_json())
            send(child.stdin, b"B", data)
        except BrokenPipeError:
            return page, self._ended()
        while True:
            limit = self.page_seconds * patience if self.page_seconds > 0 else None
            try:
                kind, body = receive(child.stdout, limit)
            except TimeoutError:
                self._end()
                return page, _End("slow", f"takes longer than {self.page_seconds * patience:g} s")
            except EOFError:
                return page, self._ended()
            if kind == DONE:
                return page, body
            if kind == REFUSED:
                name, message = orjson.loads(body)
                return page, INPUT_ERRORS[name](message)
            if kind == FAULT:
                return page, Fault(*orjson.loads(body))
            page, patience = orjson.loads(body)

    def _ended(self) -> _End:
        """How the child ended, in words."""
        child = self._child
        code = child.wait() if child is not None else 0
        self._end()
        return _End("died", "needs too much memory" if code == MEMORY else f"breaks the reader, exit {code}")
