"""Reports: how the making of one goes on, and what came of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.console import out, safe, warn

if TYPE_CHECKING:
    from pipeline.report.make import Written

# Papers without a picture that are named; of more, their number is told, and the report names them.
NAMED = 5


@contextmanager
def drawing(papers: int) -> Iterator[Callable[[str], None]]:
    """A bar on a terminal while papers are drawn; what it gives is told each paper that is done.

    Elsewhere nothing is told till the end.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = TextColumn("{task.description}", markup=False), BarColumn(bar_width=30), MofNCompleteColumn()
    console = Console(file=sys.stderr, markup=False, emoji=False, highlight=False)
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=papers)
        yield lambda doc: progress.update(task, advance=1, description=safe(doc))


def written(done: Written) -> None:
    """What a report holds, what it lacks, and how to open it."""
    for note in done.notes[:NAMED]:
        warn(note)
    if len(done.notes) > NAMED:
        warn(f"and {len(done.notes) - NAMED} more, which the report's overview lists")
    out(f"{done.claims} claims of {done.papers} papers, {done.pictures} page pictures")
    out(f"open {done.folder / 'index.html'} in a browser")
