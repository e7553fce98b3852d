"""Exports: what was written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.console import out
from pipeline.store import RunFolder


def exported(run: RunFolder, path: Path, files: Mapping[Path, bytes]) -> None:
    """How much of a run was written, and where to."""
    read = sum(d.id in run.texts for d in run.documents)
    out(f"{read} documents, {len(run.mentions)} mentions, {len(run.claims)} claims")
    if not files:
        out("nothing written: this format lays records over texts, and no paper has one")
        return
    where = path if path in files else f"{path}: {', '.join(sorted(p.name for p in files)[:4])}"
    more = len(files) - 4 if path not in files else 0
    out(f"written to {where}{f' and {more} more' if more > 0 else ''}")
    for beside in sorted(p for p in files if path in files and p != path):
        out(f"and {beside}")
