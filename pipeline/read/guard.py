"""A reader in a process of its own, so that no file can take the run down with it or hold it up for ever.

The child (`pipeline.read.child`) reads one file after another and says when it begins a page. Where a page takes too
long, or the child dies of it (a fault in a PDF library, too much memory), a new child reads the file again without
that page, and the paper's record has a warning.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from time import monotonic
from types import TracebackType
from typing import IO, Any, Literal, NamedTuple

from pipeline.errors import BrokenInput
from pipeline.read.pdf import Reader
from pipeline.records import Paper

# A file that loses more pages than this is no paper that can be read.
MOST_LOST = 3
_HEAD = 8  # bytes that tell a message's length


class Task(NamedTuple):
    """A file to read; `lost` maps the numbers of pages to leave out to what happened on them."""

    path: str
    doc_id: str
    reader: Reader
    lost: dict[int, str]


class At(NamedTuple):
    """The child begins a page, or, with page 0, puts the paper together; it may take so many times the usual."""

    page: int
    patience: float


class _End(NamedTuple):
    """How a child ended, or was ended, over a file."""

    kind: Literal["slow", "died"]
    said: str


class Guard:
    """Reads files in a child process; one at a time, the child is kept. Use as a context manager, or `close`.

    `page_seconds` is the time that a page may take, 0 for any.
    """

    def __init__(self, reader: Reader = "auto", page_seconds: float = 60.0) -> None:
        self.reader = reader
        self.page_seconds = page_seconds
        self._child: subprocess.Popen[bytes] | None = None
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
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()

    def read(self, path: Path, doc_id: str) -> Paper:
        """As `pipeline.read.read`. Raises BrokenInput also where the file takes too long or breaks the reader."""
        lost: dict[int, str] = {}
        died: set[int] = set()
        while True:
            page, outcome = self._try(Task(str(path), doc_id, self.reader, lost))
            if isinstance(outcome, Paper):
                return outcome
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
        if self._child is None or self._child.poll() is not None:
            self.close()
            # -P: a file called like one of our libraries in the working directory is not imported.
            command = [sys.executable, "-P", "-m", "pipeline.read.child"]
            self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment())
        return self._child

    def _try(self, task: Task) -> tuple[int, Paper | Exception | _End]:
        """The page that the child was last on, and the paper, its error, or what happened to the child."""
        child = self._start()
        assert child.stdin is not None
        assert child.stdout is not None
        page, patience = 0, 1.0
        try:
            send(child.stdin, task)
        except BrokenPipeError:
            return page, self._ended()
        while True:
            limit = self.page_seconds * patience if self.page_seconds > 0 else None
            try:
                message = receive(child.stdout, limit)
            except TimeoutError:
                self.close()
                return page, _End("slow", f"takes longer than {self.page_seconds * patience:g} s")
            except EOFError:
                return page, self._ended()
            if not isinstance(message, At):
                return page, message
            page, patience = message

    def _ended(self) -> _End:
        """How the child ended, in words."""
        child = self._child
        code = child.wait() if child is not None else 0
        self.close()
        return _End("died", "needs too much memory" if code == MEMORY else f"breaks the reader, exit {code}")


MEMORY = 77
"""The exit code of a child that ran out of memory."""


def _environment() -> dict[str, str]:
    """Ours, with the way to this package: the child must import the same one."""
    here = str(Path(__file__).resolve().parents[2])
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def send(pipe: IO[bytes], message: Any) -> None:
    """Write a message."""
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    pipe.write(len(data).to_bytes(_HEAD, "little") + data)
    pipe.flush()


def receive(pipe: IO[bytes], seconds: float | None = None) -> Any:
    """Read a message. Raises EOFError at the end, TimeoutError where nothing comes for that long."""
    length = int.from_bytes(_exactly(pipe, _HEAD, seconds), "little")
    return pickle.loads(_exactly(pipe, length, seconds))


def _exactly(pipe: IO[bytes], count: int, seconds: float | None) -> bytes:
    parts: list[bytes] = []
    with DefaultSelector() as selector:
        selector.register(pipe, EVENT_READ)
        end = None if seconds is None else monotonic() + seconds
        while count:
            left = None if end is None else max(0.0, end - monotonic())
            if not selector.select(left):
                raise TimeoutError
            part = os.read(pipe.fileno(), min(count, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            count -= len(part)
    return b"".join(parts)
