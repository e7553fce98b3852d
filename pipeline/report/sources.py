"""Where the PDFs of a run are now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pipeline.places import fetch, is_url
from pipeline.records import Document


def pdf_of(document: Document, papers: Path | None) -> tuple[bytes | None, str]:
    """The bytes of a document's PDF, or None and why there are none.

    It is looked for under its path as the run was given it, and in `papers` by as much of that path as is there; only a
    file with the bytes that were read will do, since its boxes are of no other.
    """
    other = ""
    for place in _places(document.path, papers):
        try:
            data = fetch(place)
        except OSError:
            continue
        if hashlib.sha256(data).hexdigest() == document.sha256:
            return data, ""
        other = place
    if other:
        return None, f"{other} has changed since the run; run the pipeline on it again"
    return None, f"{document.path} is not there; tell where it is now with --papers DIR"


def _places(path: str, papers: Path | None) -> Iterator[str]:
    """The paths under which a file may stand, each once."""
    found = [path]
    if papers is not None:
        parts = PurePosixPath(path.split("://", 1)[-1]).parts
        tails = (parts[n:] for n in range(len(parts)) if parts[n] != "/")
        # What leads out of the folder is no place in it.
        found = [str(papers.joinpath(*tail)) for tail in tails if ".." not in tail] + found
    return iter(p for p in dict.fromkeys(found) if p and (not is_url(p) or p == path))
