"""What all commands share: the program that they are commands of, how their errors end, their common options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from pipeline.console import problem, trace, warn
from pipeline.errors import DataError, PipelineError
from pipeline.version import VERSION

if TYPE_CHECKING:
    from pipeline.house import House
    from pipeline.store import RunFolder

INTERRUPTED = 130
DEBUG = "pipeline.debug"


class Guarded(TyperCommand):
    """A command whose errors end in one line and the exit code that `docs/records.md` gives them."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; errors become exit codes."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except KeyboardInterrupt:
            problem("interrupted")
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:  # `pipeline schema | head`: typer knows what to do
            raise
        except Exception as e:
            if ctx.meta.get(DEBUG):
                trace(e)
            if isinstance(e, PipelineError):
                for line in e.faults if isinstance(e, DataError) else [str(e)]:
                    problem(line)
                raise typer.Exit(e.exit_code) from None
            problem(f"{type(e).__name__}: {e}; this is a bug: run with --debug for the trace")
            raise typer.Exit(1) from None


def _note_debug(ctx: typer.Context, value: bool) -> bool:
    """Typer's contexts share `meta`, so the option works before and behind the command."""
    ctx.meta[DEBUG] = value or ctx.meta.get(DEBUG, False)
    return value


def _say_version(value: bool) -> None:
    if value:
        typer.echo(f"pipeline {VERSION}")
        raise typer.Exit


Debug = Annotated[bool, typer.Option("--debug", callback=_note_debug, help="Show the whole trace of an error.")]
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="A run folder, or its URL.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")]
Lexicon = Annotated[
    Path | None,
    typer.Option("--lexicon", metavar="DIR", help="A folder of your own lexicon tables; they win where names clash."),
]
ReaderName = Annotated[
    str,
    typer.Option("--reader", metavar="auto|pdfplumber|pdfium", help="What reads PDFs; auto takes the better one."),
]

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Claim records from Chinese and English biomedical review papers: who acts on what, and where it is said."""


def build(lexicon: Path | None) -> House:
    """The house. Raises DataError, UsageError for a wrong lexicon."""
    from pipeline.house import House
    from pipeline.knowledge import load

    return House(load(lexicon))


def opened(folder: str) -> RunFolder:
    """The run of that folder or URL, with a warning where it is not finished. Raises UsageError, DataError."""
    from pipeline.store import read_run

    found = read_run(folder)
    if found.run.state != "finished":
        warn(f"{folder}: this run is {found.run.state}, not finished")
    return found
