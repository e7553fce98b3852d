"""`lexicon`: names to add to a lexicon, and what is wrong in one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.shell import AsJson, Debug, Guarded, Lexicon, RunArgument, app
from pipeline.errors import DataError, OutputError, UsageError

Checked = Annotated[
    Path | None,
    typer.Option("--lexicon", metavar="DIR", help="A folder of your own lexicon tables; without it, the project's."),
]

_lexicon = typer.Typer(no_args_is_help=True, help="Names to add to a lexicon, and what is wrong in one.")
app.add_typer(_lexicon, name="lexicon")


@_lexicon.command("suggest", cls=Guarded, epilog="Example: pipeline lexicon suggest runs/papers --out new.tsv")
def _suggest(
    folder: RunArgument,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The sheet; without it, to standard output.")
    ] = None,
    least: Annotated[int, typer.Option("--min", metavar="N", min=1, help="Only names of at least N mentions.")] = 1,
    lexicon: Lexicon = None,
    debug: Debug = False,
) -> None:
    """List names that a run found and no lexicon has, best first, as a sheet in which a curator marks the good ones."""
    del debug
    lexicon_suggest(folder, out=out, least=least, lexicon=lexicon)


@_lexicon.command("add", cls=Guarded, epilog="Example: pipeline lexicon add new.tsv --to my-lexicon")
def _add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A sheet of suggestions, with y in `accept`.")],
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="The lexicon folder that they go to.")],
    debug: Debug = False,
) -> None:
    """Take the accepted lines of a sheet into a lexicon folder of your own."""
    del debug
    lexicon_add(file, to=to)


@_lexicon.command("check", cls=Guarded, epilog="Example: pipeline lexicon check --lexicon my-lexicon")
def _check(
    lexicon: Checked = None,
    ids: Annotated[
        Path | None,
        typer.Option("--ids", metavar="DIR", help="Tables of public identifiers (id, name, synonyms) to hold ours to."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Find duplicates, clashes, bad identifiers and names that are never found; exit 1 where there are such."""
    del debug
    raise typer.Exit(lexicon_check(lexicon=lexicon, ids=ids))


@_lexicon.command("stats", cls=Guarded, epilog="Example: pipeline lexicon stats --json")
def _stats(
    lexicon: Checked = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Count concepts, names and identifiers of the project's lexicon, or of your own."""
    del debug
    lexicon_stats(lexicon=lexicon, as_json=as_json)


def lexicon_suggest(folder: str, *, out: Path | None = None, least: int = 1, lexicon: Path | None = None) -> None:
    """Write the sheet of a run's suggestions, or print it. Raises UsageError, DataError, OutputError."""
    from pipeline import console
    from pipeline.console import curation
    from pipeline.curate import sheet
    from pipeline.curate.suggest import suggest
    from pipeline.files import replace_all
    from pipeline.knowledge import load
    from pipeline.store import read_run

    found = read_run(folder)
    if out is not None and sheet.in_use(out):
        raise OutputError(f"{out}: lines are marked in it, or it is no sheet; give another --out")
    suggestions = suggest(found.mentions, found.glosses, found.texts, load(lexicon), least=least)
    text = sheet.written(suggestions)
    if out is None:
        console.out(text.rstrip("\n"))
        return
    replace_all({out: text.encode()})
    curation.suggested(suggestions, out)


def lexicon_add(file: Path, *, to: Path) -> None:
    """Add a sheet's accepted lines to a lexicon folder. Raises UsageError, DataError, OutputError."""
    from pipeline.console import curation
    from pipeline.curate.add import add
    from pipeline.curate.sheet import read_sheet
    from pipeline.curate.tables import read_table
    from pipeline.files import replace_all

    accepted = read_sheet(file)
    if not accepted:
        raise UsageError(f"{file}: no line is accepted; write y into the column `accept` of those that you want")
    done = add(accepted, tuple(map(read_table, sorted(to.glob("*.tsv")))), file.name)
    replace_all({to / name: data for name, data in done.files.items()})
    curation.added(done, to)


def lexicon_check(*, lexicon: Path | None = None, ids: Path | None = None) -> int:
    """Print the faults of a lexicon folder, or of the project's; the exit code. Raises UsageError, DataError."""
    from pipeline.console import curation
    from pipeline.curate import check
    from pipeline.curate.tables import read_folder
    from pipeline.knowledge import LEXICON, load

    tables = read_folder(lexicon or LEXICON)
    records = None if ids is None else check.read_records(ids)
    behind = () if lexicon is None else read_folder(LEXICON)
    refused: DataError | None = None
    look_up = None
    try:
        look_up = check.finder(load(lexicon), (*tables, *behind))
    except DataError as e:
        refused = e
    faults = check.check(tables, records, look_up)
    severe = any(f.severe for f in faults)
    if refused and not severe:  # what it tells is of files that nobody asked about
        raise refused
    curation.lexicon_faults(faults, tables, searched=look_up is not None)
    return 1 if severe else 0


def lexicon_stats(*, lexicon: Path | None = None, as_json: bool = False) -> None:
    """Print the figures of a lexicon folder, or of the project's. Raises UsageError, DataError."""
    from dataclasses import asdict

    from pipeline import console
    from pipeline.console import curation
    from pipeline.curate.stats import stats
    from pipeline.curate.tables import read_folder
    from pipeline.knowledge import LEXICON

    figures = stats(read_folder(lexicon or LEXICON))
    if as_json:
        console.json(asdict(figures))
    else:
        curation.lexicon_figures(figures)
