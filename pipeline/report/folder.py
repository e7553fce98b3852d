"""Report folders: written beside, then put in their place whole."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import orjson

from pipeline.errors import OutputError
from pipeline.version import VERSION
from pipeline.writer import PROGRAM

# The file that says that a folder is a report, and may go when a new one comes.
MARK = "report.json"


def _is_report(folder: Path) -> bool:
    with contextlib.suppress(OSError, ValueError):
        head = orjson.loads((folder / MARK).read_bytes())
        return isinstance(head, dict) and head.get("program") == PROGRAM and head.get("kind") == "report"
    return False


@contextlib.contextmanager
def made_whole(folder: Path) -> Iterator[Path]:
    """A new empty folder that takes the place of `folder` when all went well; else nothing is changed.

    Raises OutputError where something else stands there, or it cannot be written.
    """
    # A link to a report stays a link: what it leads to is replaced.
    folder = Path(os.path.realpath(folder))
    if os.path.lexists(folder) and not _is_report(folder) and not (folder.is_dir() and not any(folder.iterdir())):
        raise OutputError(f"{folder}: not empty and no report; give another --out, or empty it yourself")
    new, old = (folder.with_name(f".{folder.name}.{os.getpid()}.{what}") for what in ("new", "old"))
    try:
        try:
            new.mkdir(parents=True)
            head = {"program": PROGRAM, "kind": "report", "version": VERSION}
            (new / MARK).write_bytes(orjson.dumps(head, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
            yield new
            _swap(new, folder, old)
        except OSError as e:
            raise OutputError(f"{folder}: cannot be written ({e.strerror or e}); give another --out") from e
    finally:
        for leftover in (new, old):
            shutil.rmtree(leftover, ignore_errors=True)


def _swap(new: Path, folder: Path, old: Path) -> None:
    """Put the new folder where the old one stands; folders cannot be replaced in one step everywhere."""
    if folder.exists():
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
