"""The folder of a run behind a URL."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import md5
from pathlib import Path
from typing import Any

from pipeline.errors import OutputError
from pipeline.places import as_os_error, file_system
from pipeline.shelf import BENCH, DOCUMENTS, TEXTS

# Requests under way: as many as botocore keeps connections.
AT_ONCE = 10


class UrlShelf:
    """A folder behind a URL. It knows no locks: two runs into one such folder are the users' to keep apart.

    Texts are sent several at once, and all of them before anything that is put after them. Meanwhile the documents that
    they belong to stand in the folder's own bench, so that a run that is killed leaves no text that nothing names.
    """

    def __init__(self, url: str) -> None:
        self.name = url.rstrip("/")
        self._system, self._path = file_system(self.name)
        self._bench: Path | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._sent: list[Future[None]] = []
        # The tags of the texts that are there already, once texts are put.
        self._tags: dict[str, str] | None = None

    def hold(self) -> Path:
        """As `Shelf.hold`."""
        self._bench = Path(tempfile.mkdtemp(prefix="claim-pipeline-"))
        (self._bench / TEXTS).mkdir()
        return self._bench

    def names(self) -> list[str]:
        """As `Shelf.names`."""
        entries = self._entries("")
        if any(entry["type"] == "file" and str(entry["name"]) == self._path for entry in entries):
            raise OutputError(f"{self.name}: a file stands there; give another --out")
        return [name for entry in entries if (name := self._within(entry))]

    def read(self, name: str) -> bytes:
        """As `Shelf.read`."""
        with as_os_error(self.name):
            return bytes(self._system.cat_file(f"{self._path}/{name}"))

    def put(self, name: str, prepared: Path) -> None:
        """As `Shelf.put`."""
        if name.startswith(f"{TEXTS}/"):
            self._put_text(name, prepared)
            return
        self._settle()
        self._send(name, prepared)
        prepared.unlink()
        if name == DOCUMENTS and self._tags is not None:
            self.remove(f"{BENCH}/{DOCUMENTS}")

    def remove(self, name: str) -> None:
        """As `Shelf.remove`."""
        with as_os_error(self.name), contextlib.suppress(FileNotFoundError):
            self._system.rm_file(f"{self._path}/{name}")

    def release(self) -> None:
        """As `Shelf.release`."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
        if self._bench is not None:
            shutil.rmtree(self._bench, ignore_errors=True)
            self._bench = None

    def _put_text(self, name: str, prepared: Path) -> None:
        if self._tags is None:
            assert self._bench is not None
            there = self._entries(TEXTS)
            self._tags = {f"{TEXTS}/{self._within(entry)}": str(entry.get("ETag", "")).strip('"') for entry in there}
            self._send(f"{BENCH}/{DOCUMENTS}", self._bench / DOCUMENTS)
        # S3 tags what is put in one piece so, unless it encrypts it by a key of its own: then all is sent.
        if self._tags.get(name) == md5(prepared.read_bytes(), usedforsecurity=False).hexdigest():
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(AT_ONCE)
        self._sent.append(self._pool.submit(self._send, name, prepared))

    def _settle(self) -> None:
        """Wait for what is being sent."""
        sent, self._sent = self._sent, []
        for future in sent:
            future.result()

    def _send(self, name: str, prepared: Path) -> None:
        with as_os_error(self.name):
            self._system.put_file(str(prepared), f"{self._path}/{name}")

    def _entries(self, folder: str) -> list[dict[str, Any]]:
        """What stands in a folder of this one, nothing where there is none."""
        try:
            with as_os_error(self.name):
                return list(self._system.ls(f"{self._path}/{folder}".rstrip("/"), detail=True))
        except FileNotFoundError:
            return []

    def _within(self, entry: dict[str, Any]) -> str:
        """An entry's name in its folder; empty for what only stands for the folder, as consoles leave it."""
        name = str(entry["name"])
        return "" if name.endswith("/") and entry["type"] == "file" else name.rstrip("/").rpartition("/")[2]
