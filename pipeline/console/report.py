"""Reports: how the making of one goes on, and what came of it."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from pipeline.console import out, safe, warn

if TYPE_CHECKING:
    from rich.progress import Progress

    from pipeline.report.make import Written

# Papers without a picture that are named; of more, their number is told, and the report names them.
NAMED = 5


class ReportView:
    """A bar on a terminal while papers are drawn; use it in a `with`. Elsewhere nothing is told till the end."""

    def __init__(self, papers: int) -> None:
        self._progress: Progress | None = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            self._progress = Progress(
                TextColumn("{task.description}", markup=False), BarColumn(bar_width=30), MofNCompleteColumn(),
                console=Console(file=sys.stderr, markup=False, emoji=False, highlight=False), transient=True,
            )  # fmt: skip
            self._task = self._progress.add_task("", total=papers)

    def __enter__(self) -> ReportView:
        if self._progress:
            self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._progress:
            self._progress.stop()

    def end(self, doc: str) -> None:
        """A paper is done."""
        if self._progress:
            self._progress.update(self._task, advance=1, description=safe(doc))


def written(done: Written) -> None:
    """What a report holds, what it lacks, and how to open it."""
    for note in done.notes[:NAMED]:
        warn(note)
    if len(done.notes) > NAMED:
        warn(f"and {len(done.notes) - NAMED} more, which the report's overview lists")
    out(f"{done.claims} claims of {done.papers} papers, {done.pictures} page pictures")
    out(f"open {done.folder / 'index.html'} in a browser")
