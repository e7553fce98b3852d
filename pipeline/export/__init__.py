"""A run in the formats of other tools: a module for each, `files(run, out)` gives the bytes of each file to write.

Exports open no file and print nothing. What a format cannot hold is in `docs/export.md`, with the mapping of relations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal

from pipeline.errors import OutputError, UsageError
from pipeline.store import RunFolder


@dataclass(frozen=True, slots=True)
class Format:
    """A format: whether it is one file or a folder of several, what makes it, and the extra that this needs."""

    name: str
    shape: Literal["file", "folder"]
    module: str
    extra: str | None = None


FORMATS: Mapping[str, Format] = {
    f.name: f
    for f in (
        Format("csv", "folder", "sheets"),
        Format("parquet", "folder", "parquet", extra="parquet"),
        Format("sqlite", "file", "sqlite"),
        Format("duckdb", "file", "duck", extra="duckdb"),
        Format("bioc", "file", "biocs", extra="bioc"),
        Format("pubannotation", "folder", "pubannotation"),
        Format("indra", "file", "indra"),
        Format("kgx", "folder", "kgx"),
        Format("jsonld", "file", "jsonld"),
    )
}


def format_of(name: str) -> Format:
    """The format of that name. Raises UsageError, with all names, for one that there is not."""
    try:
        return FORMATS[name]
    except KeyError:
        raise UsageError(f"--to {name}: no such format; take one of {', '.join(FORMATS)}") from None


def files(run: RunFolder, wanted: Format, out: Path) -> dict[Path, bytes]:
    """Every file of an export to `out` and its bytes. Raises UsageError where a library is missing."""
    try:
        module = import_module(f"pipeline.export.{wanted.module}")
    except ModuleNotFoundError as e:
        if wanted.extra is None:
            raise
        raise UsageError(
            f"--to {wanted.name} needs {e.name}, which is not installed: pip install 'claim-pipeline[{wanted.extra}]'"
        ) from e
    made: dict[Path, bytes] = module.files(run, out)
    return made


def check_free(wanted: Format, out: Path, *, force: bool) -> None:
    """Raise OutputError where an export to `out` would write over something, unless told to."""
    file = wanted.shape == "file"
    try:
        there = out.exists()
        full = there and (file or not out.is_dir() or any(out.iterdir()))
    except OSError as e:
        raise OutputError(f"{out}: cannot be written ({e.strerror or e})") from e
    if there and out.is_dir() == file:
        stands, is_one = ("a folder", "one file") if file else ("a file", "a folder")
        raise OutputError(f"{out}: {stands} stands there, and {wanted.name} is {is_one}; give another --out")
    if full and not force:
        raise OutputError(f"{out}: is there already; give --force to replace it, or another --out")


def check_alone(wanted: Format, out: Path, made: Mapping[Path, bytes], *, force: bool) -> None:
    """Raise OutputError where what is `made` would stand among files of others, or replace one beside `out`.

    A folder that holds what is no part of the export is refused even with `force`: it would look like a part of it.
    """
    others = sorted(p for p in made if wanted.shape == "file" and p != out and p.exists() and not force)
    if others:
        raise OutputError(f"{others[0]}: is there already; give --force to replace it, or another --out")
    if wanted.shape == "folder" and out.is_dir():
        strangers = sorted(p.name for p in out.iterdir() if p not in made and not p.name.startswith("."))
        if strangers:
            raise OutputError(f"{out}: holds {strangers[0]}, no part of this export; remove it, or give another --out")
