"""The folder that a run's files stand in: here; `urlshelf` has that behind a URL.

Files are prepared in a folder of their own (`bench`) and then put in their places one by one, each whole or not at all.
A run that writes holds the folder's lock, which the system takes from a process that dies.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
from pathlib import Path
from typing import Protocol

from pipeline.errors import OutputError
from pipeline.places import is_url, plain

LOCK = ".lock"
BENCH = ".new"
TEXTS = "texts"
DOCUMENTS = "documents.jsonl"


class Shelf(Protocol):
    """What a run wants of the place that it writes to. Names are relative paths with `/`; all may raise OSError."""

    name: str

    def hold(self) -> Path:
        """Make the folder where there is none, lock it, and give an empty folder to prepare files in.

        Raises OutputError where another run holds it.
        """

    def names(self) -> list[str]:
        """The entries of the folder, none where it does not exist. Raises OutputError where a file stands there."""

    def read(self, name: str) -> bytes:
        """A file's bytes."""

    def put(self, name: str, prepared: Path) -> None:
        """Put a prepared file in its place, and take it off the bench; one that is there already just stays."""

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""

    def release(self) -> None:
        """Clear the bench and give up the lock."""


def shelf_at(place: str) -> Shelf:
    """The folder of that path or URL. Raises UsageError for a URL that nothing here can open."""
    if not is_url(place):
        return LocalShelf(Path(plain(place)))
    from pipeline.urlshelf import UrlShelf

    return UrlShelf(place)


class LocalShelf:
    """A folder here."""

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        self._folder = folder
        self._lock: int | None = None

    def hold(self) -> Path:
        """As `Shelf.hold`."""
        (self._folder / TEXTS).mkdir(parents=True, exist_ok=True)
        self._lock = self._locked()
        bench = self._folder / BENCH
        if bench.exists():  # of a run that was killed
            shutil.rmtree(bench)
        (bench / TEXTS).mkdir(parents=True)
        return bench

    def _locked(self) -> int:
        """The open file that holds the lock. Raises OutputError where another process has it."""
        path = self._folder / LOCK
        while True:
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                # A lock of the process, not of the file: no child keeps it alive.
                fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as e:
                holder = os.pread(lock, 20, 0).decode("ascii", "replace").strip()
                os.close(lock)
                if e.errno not in (errno.EACCES, errno.EAGAIN):
                    raise
                raise OutputError(
                    f"{self.name}: another run (process {holder or 'unknown'}) is writing there; wait for it, "
                    "or give another --out"
                ) from None
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(lock), os.stat(path)):
                    os.ftruncate(lock, 0)
                    os.pwrite(lock, b"%d\n" % os.getpid(), 0)
                    return lock
            os.close(lock)  # whoever had it has just removed it

    def names(self) -> list[str]:
        """As `Shelf.names`."""
        if self._folder.is_file():
            raise OutputError(f"{self.name}: a file stands there; give another --out")
        try:
            return os.listdir(self._folder)
        except FileNotFoundError:
            return []

    def read(self, name: str) -> bytes:
        """As `Shelf.read`."""
        return (self._folder / name).read_bytes()

    def put(self, name: str, prepared: Path) -> None:
        """As `Shelf.put`."""
        place = self._folder / name
        if _same(place, prepared):
            prepared.unlink()
            return
        with prepared.open("rb+") as file:
            os.fsync(file.fileno())
        prepared.replace(place)

    def remove(self, name: str) -> None:
        """As `Shelf.remove`."""
        (self._folder / name).unlink(missing_ok=True)

    def release(self) -> None:
        """As `Shelf.release`."""
        if self._lock is not None:
            shutil.rmtree(self._folder / BENCH, ignore_errors=True)
            with contextlib.suppress(OSError):  # the folder is gone, or has become read-only
                (self._folder / LOCK).unlink()
            os.close(self._lock)
            self._lock = None


def _same(place: Path, prepared: Path) -> bool:
    """Whether the file that is there holds these bytes."""
    try:
        if place.stat().st_size != prepared.stat().st_size:
            return False
        with place.open("rb") as old, prepared.open("rb") as new:
            while block := old.read(1 << 20):
                if block != new.read(1 << 20):
                    return False
        return True
    except FileNotFoundError:
        return False
