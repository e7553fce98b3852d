"""A store of what the stages made, on disk, by key: a key is the digest of all that the entry depends on.

An entry is a file: a head line (what it is, its key, the length and sha256 of what follows), then the bytes. It is
written beside and renamed, and on reading all of the head is held against the bytes, so that what is torn, stale,
changed or from elsewhere counts as not there. Entries hold JSON and text and are only ever parsed as such.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from time import time
from typing import Literal, NamedTuple

from pipeline.errors import OutputError, UsageError

Kind = Literal["read", "tag", "claims"]
KINDS: tuple[Kind, ...] = ("read", "tag", "claims")
MAGIC = b"claim-pipeline-cache-1"
_OURS = re.compile(r"[0-9a-f]{64}(\.[0-9]+)?")
# What a writer left that was killed; a living one is done with its file in seconds.
STALE_SECONDS = 3600.0


class Filled(NamedTuple):
    """How many entries there are, and their bytes on disk."""

    entries: int
    bytes: int


class Cache:
    """Entries in a folder that is made when first written to; any number of processes may use it at once.

    Writing never fails: `trouble` says why nothing can be written (a full disk, a folder that is read-only), empty
    while all is well.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trouble = ""

    def get(self, kind: Kind, key: str) -> bytes | None:
        """The entry, None where there is none that is whole."""
        try:
            data = self._path(kind, key).read_bytes()
        except OSError:
            return None
        head, _, body = data.partition(b"\n")
        return body if head == _head(kind, key, body) else None

    def has(self, kind: Kind, key: str) -> bool:
        """Whether there is such an entry, whole or not."""
        return self._path(kind, key).exists()

    def put(self, kind: Kind, key: str, body: bytes) -> None:
        """Keep an entry. Where the folder cannot be written to, nothing is kept, and `trouble` says so."""
        if self.trouble:
            return
        try:
            try:
                self._write(kind, key, body)
            except FileNotFoundError:  # the cache was just cleared
                self._write(kind, key, body)
        except OSError as e:
            self.trouble = f"{self.folder}: nothing is kept for later runs ({e.strerror or e})"

    def _write(self, kind: Kind, key: str, body: bytes) -> None:
        path = self._path(kind, key)
        beside = self.folder / "new" / f"{key}.{os.getpid()}"
        try:
            if not beside.parent.is_dir():
                self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                beside.parent.mkdir(exist_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(_head(kind, key, body) + b"\n" + body)
            beside.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            raise

    def size(self) -> dict[Kind, Filled]:
        """How much there is of each kind."""
        found: dict[Kind, Filled] = {}
        for kind in KINDS:
            sizes = list(map(_size, _files(self.folder / kind)))
            found[kind] = Filled(len(sizes), sum(sizes))
        return found

    def clear(self) -> Filled:
        """Remove all entries; how much that was. Other files in the folder stay. Raises OutputError."""
        entries = freed = 0
        try:
            for name in (*KINDS, "new"):
                for entry in _files(self.folder / name):
                    freed += _size(entry)
                    entry.unlink(missing_ok=True)
                    entries += name != "new"
                for folder in (*(self.folder / name).glob("[0-9a-f][0-9a-f]"), self.folder / name):
                    with contextlib.suppress(OSError):  # not empty: a run may just put something there
                        folder.rmdir()
        except OSError as e:
            raise OutputError(f"{self.folder}: cannot be cleared ({e.strerror or e})") from e
        return Filled(entries, freed)

    def tidy(self) -> None:
        """Remove what writers left that were killed."""
        for left in _files(self.folder / "new"):
            with contextlib.suppress(OSError):
                if time() - left.stat().st_mtime > STALE_SECONDS:
                    left.unlink()

    def _path(self, kind: Kind, key: str) -> Path:
        return self.folder / kind / key[:2] / key


def default_folder() -> Path:
    """Where entries are kept that no option says a place for: `$XDG_CACHE_HOME` or `~/.cache`, and `claim-pipeline`.

    Raises UsageError where nobody knows of a home.
    """
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        base = os.path.expanduser("~/.cache")
    if not os.path.isabs(base):
        raise UsageError("no home folder to keep work in: give --cache DIR, or --no-cache")
    return Path(base) / "claim-pipeline"


def _head(kind: Kind, key: str, body: bytes) -> bytes:
    return b"%s %s %s %d %s" % (MAGIC, kind.encode(), key.encode(), len(body), sha256(body).hexdigest().encode())


def _files(folder: Path) -> Iterator[Path]:
    """Our files under a folder: what has another name is somebody's own."""
    for base, _, names in os.walk(folder):
        for name in filter(_OURS.fullmatch, names):
            yield Path(base, name)


def _size(file: Path) -> int:
    """Its bytes; 0 where another has just removed it."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
