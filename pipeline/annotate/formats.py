"""Which tool writes which files, and whose files a path holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, get_args

from pipeline.annotate import brat
from pipeline.annotate.marked import Findings, Marked
from pipeline.errors import DataError, UsageError

Format = Literal["brat", "label-studio", "inception"]
FORMATS: tuple[Format, ...] = get_args(Format)
_NAMED: dict[str, Format] = {name: name for name in FORMATS}


def format_named(name: str) -> Format:
    """The format of that name. Raises UsageError for one that does not exist."""
    if name not in _NAMED:
        raise UsageError(f"no annotation format {name!r} (there are {', '.join(FORMATS)})")
    return _NAMED[name]


def files_of(documents: Iterable[Marked], to: Format, *, suggested: bool) -> dict[str, bytes]:
    """The files of a folder that a tool takes, by name; `suggested` where a run found it all, and nobody looked.

    Raises UsageError where the tool's library is not installed.
    """
    if to == "label-studio":
        from pipeline.annotate import label_studio

        return label_studio.files_of(documents, suggested=suggested)
    made: dict[str, bytes] = {}
    if to == "inception":
        from pipeline.annotate import inception

        made |= inception.project_files()
        for marked in documents:
            made |= inception.files_of(marked)
    else:
        made |= brat.configuration()
        for marked in documents:
            made |= brat.files_of(marked)
    return made


def read_marked(path: Path, kind: Format | None, findings: Findings, by: str | None = None) -> Iterator[Marked]:
    """The documents of a tool's file or folder; without `kind`, the tool is guessed by the files.

    Raises UsageError where there are none, or those of several tools, DataError where a file is not what it should be.
    """
    kind, files = _found(path, kind)
    if by is not None and kind != "label-studio":
        raise UsageError("--by is for Label Studio's files; here it says nothing")
    faults: list[str] = []
    for file in files:
        try:
            yield from _read(file, kind, findings, by)
        except DataError as e:
            faults += e.faults
    findings.faults[:0] = faults


def _read(file: Path, kind: Format, findings: Findings, by: str | None) -> Iterator[Marked]:
    if kind == "brat":
        yield brat.read(file, findings)
    elif kind == "inception":
        from pipeline.annotate import inception

        yield from inception.read(file, findings)
    else:
        from pipeline.annotate import label_studio

        yield from label_studio.read(file, findings, by)


def _found(path: Path, kind: Format | None) -> tuple[Format, list[Path]]:
    """Whose files a path holds, and which."""
    by_kind: dict[Format, list[Path]] = {}
    try:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
        for file in sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]:
            tool = _tool_of(file)
            if tool is not None:
                by_kind.setdefault(tool, []).append(file)
    except OSError as e:
        raise UsageError(f"{path}: cannot be read ({e.strerror or e})") from e
    if kind is None and len(by_kind) > 1:
        raise UsageError(f"{path}: files of {' and '.join(sorted(by_kind))}; say which with --from")
    kind = kind or next(iter(by_kind), None)
    if kind is None or kind not in by_kind:
        wanted = "<doc>.ann of brat, <doc>.xmi or a zip of INCEpTION, a JSON export of Label Studio"
        raise UsageError(f"{path}: nothing{f' of {kind}' if kind else ''} to import (wanted: {wanted})")
    return kind, by_kind[kind]


def _tool_of(file: Path) -> Format | None:
    if file.suffix == ".ann":
        return "brat"
    if file.suffix in (".xmi", ".zip"):
        return "inception"
    if file.suffix != ".json" or file.name.endswith((brat.RECORD, ".aliases.json")) or file.name == "layers.json":
        return None
    # A CAS in JSON begins with what says so; a list of tasks never does.
    with file.open("rb") as opened:
        return "inception" if b'"%TYPES"' in opened.read(4096) else "label-studio"
