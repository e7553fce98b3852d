"""The command line: typer shells over plain functions, a module for each group of commands.

What is heavy (spaCy, jieba, pdfplumber, rapidfuzz, rich) is imported inside the commands that need it, so that `--help`
and `--version` answer at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from pipeline.cli import annotate, assemble, curation, export, report, runs, scores, sentences, shell
from pipeline.cli.shell import app

__all__ = [
    "annotate", "app", "assemble", "curation", "export", "main", "report", "runs", "scores", "sentences", "shell",
]  # fmt: skip

# The commands as `--help` groups them, in this order.
PANELS = {
    "Papers": ("run", "watch", "cache"),
    "Read and correct": ("report", "inspect", "annotate", "lexicon"),
    "Measure": ("eval", "diff", "agree"),
    "Take away": ("assemble", "export", "schema"),
}


def _arrange() -> None:
    panel_of = {name: panel for panel, names in PANELS.items() for name in names}
    order = list(panel_of)
    for listed in (app.registered_commands, app.registered_groups):
        listed.sort(key=lambda one: order.index(one.name or ""))
        for one in listed:
            one.rich_help_panel = panel_of[one.name or ""]


_arrange()


def main() -> None:
    """The console script. A terminal that cannot show a character gets its escape, not a crash."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    _only_called(sys.argv[1:])
    app(prog_name="pipeline")


def _only_called(args: Sequence[str]) -> None:
    """Leave the other commands out where one is called: typer makes them all, and each option takes its time."""
    called = next((a for a in args if not a.startswith("-")), None)
    if any(command.name == called for command in app.registered_commands):
        app.registered_commands = [c for c in app.registered_commands if c.name == called]
        app.registered_groups = []
