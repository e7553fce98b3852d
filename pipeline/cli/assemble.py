"""`assemble`: what several runs say, as statements with their evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.shell import AsJson, Debug, Guarded, app, opened
from pipeline.places import here


@app.command("assemble", cls=Guarded, epilog="Example: pipeline assemble runs/papers --out statements.jsonl")
def _assemble(
    folders: Annotated[list[str], typer.Argument(metavar="RUN...", help="Run folders, or their URLs.")],
    out: Annotated[
        str | None, typer.Option("--out", metavar="FILE", help="Write the statements there, one a line, as JSON.")
    ] = None,
    as_json: AsJson = False,
    min_papers: Annotated[
        int, typer.Option("--min-papers", metavar="N", min=1, help="Only statements that N papers or more make.")
    ] = 1,
    contradictions: Annotated[
        bool, typer.Option("--contradictions", help="All contradictions with all their sentences, and nothing else.")
    ] = False,
    top: Annotated[
        int, typer.Option("--top", metavar="N", min=0, help="Show the first N statements and contradictions.")
    ] = 10,
    debug: Debug = False,
) -> None:
    """Put what papers and sentences say alike into one statement, with all that speaks for it and against it."""
    del debug
    file = None if out is None else here(out)
    assemble(folders, out=file, as_json=as_json, min_papers=min_papers, contradictions=contradictions, top=top)


def assemble(
    folders: list[str],
    *,
    out: Path | None = None,
    as_json: bool = False,
    min_papers: int = 1,
    contradictions: bool = False,
    top: int = 10,
) -> None:
    """Print the statements of runs, or write them to a file. Raises UsageError, DataError, OutputError."""
    from dataclasses import asdict

    import orjson

    from pipeline import console
    from pipeline.assemble import Source, assemble_runs, figures, of_papers
    from pipeline.console import statements
    from pipeline.files import replace_all
    from pipeline.places import one_of_each
    from pipeline.store import check_spares

    if out is not None:
        check_spares(out, folders)
    runs = [(folder, opened(folder)) for folder in one_of_each(folders)]
    whole = assemble_runs([Source(name, r.claims, r.mentions, r.documents) for name, r in runs])
    found = of_papers(whole, min_papers)
    if out is not None:
        replace_all({out: b"".join(orjson.dumps(s) + b"\n" for s in found.statements)})
    if as_json:
        console.json(asdict(figures(found)))
    elif contradictions:
        statements.contradictions(found)
    else:
        statements.summary(found, top)
    if out is not None and not as_json:
        statements.written(found, out)
