"""`export`: a run in the formats of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.shell import Debug, Guarded, RunArgument, app, opened
from pipeline.places import here


@app.command("export", cls=Guarded, epilog="Example: pipeline export runs/papers --to sqlite --out papers.db")
def _export(
    folder: RunArgument,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="FORMAT",
            help="csv, parquet, sqlite, duckdb, bioc, pubannotation, indra, kgx or jsonld.",
        ),
    ],
    out: Annotated[
        str,
        typer.Option("--out", metavar="PATH", help="The file; for csv, parquet, pubannotation and kgx the folder."),
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace an export that is there already.")] = False,
    debug: Debug = False,
) -> None:
    """Write a run in a format of another tool."""
    del debug
    export(folder, to=to, out=here(out), force=force)


def export(folder: str, *, to: str, out: Path, force: bool = False) -> None:
    """Write a run in that format to a file or folder, and print what is in it.

    Raises UsageError for no such format, a missing library or what is no run; OutputError where `out` is taken.
    """
    from pipeline import export as exports
    from pipeline.console.export import exported
    from pipeline.files import replace_all
    from pipeline.store import check_spares

    wanted = exports.format_of(to)
    check_spares(out, [folder])
    exports.check_free(wanted, out, force=force)
    run = opened(folder)
    made = exports.files(run, wanted, out)
    exports.check_alone(wanted, out, made, force=force)
    replace_all(made)
    exported(run, out, made)
