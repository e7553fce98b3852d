"""`report`: a run as a folder that opens in any browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.shell import Debug, Guarded, RunArgument, app, opened
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.report.make import Pages


@app.command("report", cls=Guarded, epilog="Example: pipeline report runs/papers")
def _report(
    folder: RunArgument,
    out: Annotated[
        str | None, typer.Option("--out", metavar="DIR", help="The report's folder; without it, RUN-report.")
    ] = None,
    pages: Annotated[
        str,
        typer.Option(
            "--pages", metavar="claims|all|none", help="Pages to make pictures of: those with claims, all, none."
        ),
    ] = "claims",
    papers: Annotated[
        Path | None,
        typer.Option("--papers", metavar="DIR", help="Where the PDFs are now, if they were moved since the run."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Write a run as pages for the browser: claims beside the pages that they came from, papers, a graph."""
    del debug
    from pipeline.places import here

    report(folder, out=None if out is None else here(out), pages=pages, papers=papers)


def report(folder: str, *, out: Path | None = None, pages: str = "claims", papers: Path | None = None) -> None:
    """Write a run's report and say where. Raises UsageError, DataError, OutputError."""
    from pipeline.console import report as console
    from pipeline.report.make import write

    chosen = _pages(pages)
    if papers is not None and not papers.is_dir():
        raise UsageError(f"{papers}: no such folder; --papers takes the folder that the PDFs are in")
    target = out or _beside(folder)
    found = opened(folder)
    with console.drawing(len(found.texts)) as on_paper:
        done = write(found, target, _title(folder), pages=chosen, papers=papers, on_paper=on_paper)
    console.written(done)


def _pages(name: str) -> Pages:
    from pipeline.report.make import PAGES

    found = next((p for p in PAGES if p == name), None)
    if found is None:
        raise UsageError(f"--pages {name}: give one of {', '.join(PAGES)}")
    return found


def _title(folder: str) -> str:
    """The run's name: the last part of its path or URL."""
    from pipeline.places import is_url

    return folder.rstrip("/").rpartition("/")[2] if is_url(folder) else Path(folder).resolve().name


def _beside(folder: str) -> Path:
    """The report's folder beside the run's. Raises UsageError for a run behind a URL: there is no beside."""
    from pipeline.places import is_url, plain

    if is_url(folder):
        raise UsageError(f"{folder}: the report of a run behind a URL needs --out, a folder here")
    path = Path(plain(folder))
    path = path if path.name not in ("", "..") else path.resolve()
    if not path.name:
        raise UsageError(f"{folder}: there is no beside; tell with --out where the report goes")
    return path.with_name(f"{path.name}-report")
