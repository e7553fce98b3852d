"""Runs: how one goes on, what came of it, what took time, what the cache holds."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Literal

from pipeline.cache import Filled, Kind
from pipeline.console import err, out, safe, warn
from pipeline.console.figures import FigureTable
from pipeline.inputs import Input
from pipeline.kinds import MENTION_TYPES, RELATIONS
from pipeline.outcome import STAGES, Failure, Outcome, Stage
from pipeline.run import MANY, Summary

if TYPE_CHECKING:
    from rich.progress import Progress

Loudness = Literal[-1, 0, 1]
# Papers after which the rate is worth a forecast.
SOME = 3
SLOWEST_RULES = 15


class RunView:
    """How a run goes on: a bar on a terminal, else a line a paper. A `pipeline.run.Watch`; use it in a `with`.

    `loudness`: -1 tells only what went wrong, 1 also the stages, and what became of workers.
    """

    def __init__(self, papers: int, *, loudness: Loudness = 0, debug: bool = False) -> None:
        self._papers = papers
        self._loudness = loudness
        self._debug = debug
        self._done = self._worked = 0
        self._began = monotonic()
        self._troubles: set[str] = set()
        self._progress: Progress | None = None
        if sys.stderr.isatty() and loudness == 0:
            self._progress = _bar(papers)
            (self._task,) = self._progress.task_ids

    def __enter__(self) -> RunView:
        if self._progress:
            self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._progress:
            self._progress.stop()

    def begin(self, source: Input) -> None:
        """A paper is taken up."""
        if self._progress:
            self._progress.update(self._task, paper=safe(source.id))

    def stage(self, source: Input, name: Stage) -> None:
        """The paper enters a stage."""
        if self._progress:
            self._progress.update(self._task, paper=safe(source.id), stage=name)
        elif self._loudness > 0:
            err(f"{source.id}: {name}")

    def again(self, source: Input, reason: str) -> None:
        """A paper is tried once more."""
        if self._loudness >= 0:
            self._line(f"{source.id}: the process that worked it died ({reason}); trying once more")

    def end(self, outcome: Outcome) -> None:
        """The paper is done."""
        row = outcome.row
        self._done += 1
        self._worked += outcome.reused != "claims"
        if outcome.failure:
            self._line(f"[{self._done}/{self._papers}] failed: {_failed(outcome.failure)}")
        elif self._progress is None and self._loudness >= 0:
            self._line(f"[{self._done}/{self._papers}] {_in_short(outcome)}{self._forecast()}")
        for warning in row.warnings if self._loudness >= 0 else ():
            self._line(f"{row.doc}: {warning}")
        for trouble in outcome.troubles:
            if trouble not in self._troubles:
                self._troubles.add(trouble)
                warn(trouble)
        if outcome.trace and self._debug:
            err(outcome.trace.rstrip("\n"))
        if self._progress:
            self._progress.update(self._task, advance=1, rate=self._forecast().removeprefix("; "))

    def _forecast(self) -> str:
        """Papers a minute, and the time that is left at that rate; nothing where there is nothing to go by."""
        elapsed = monotonic() - self._began
        left = self._papers - self._done
        if self._worked < SOME or not left:
            return ""
        return f"; {self._done * 60 / elapsed:.0f} papers/min, {_time(left * elapsed / self._done)} left"

    def _line(self, text: str) -> None:
        if self._progress:
            self._progress.console.print(safe(text), soft_wrap=True)
        else:
            err(text)


def _bar(papers: int) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.fields[paper]}", markup=False),
        TextColumn("{task.fields[stage]}", style="dim", markup=False),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}", markup=False),
        console=Console(file=sys.stderr, markup=False, emoji=False, highlight=False),
        transient=True,
    )
    bar.add_task("", total=papers, paper="", stage="", rate="")
    return bar


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _failed(failure: Failure) -> str:
    return f"{' '.join(failure.path.split())}: {failure.message} ({failure.error} in {failure.stage})"


def _in_short(outcome: Outcome) -> str:
    row = outcome.row
    pages = f"{row.pages} pages, " if row.pages else ""
    took = "unchanged" if outcome.reused == "claims" else f"{sum(row.seconds.values()):.1f} s"
    return f"{row.doc}: {pages}{sum(row.mentions.values())} mentions, {sum(row.claims.values())} claims, {took}"


def summary(done: Summary) -> None:
    """What came of a run: a table by paper, one of claims by relation, and what failed."""
    read = [p for p in done.papers if not p.failed]
    papers = FigureTable("Papers", ("paper", "pages", *MENTION_TYPES, "mentions", "claims", "seconds"))
    count = done.documents - len(done.failures)
    if done.documents <= MANY:
        for n, p in enumerate(read, 1):
            _add_paper(papers, p.doc, p.pages, p.mentions, p.claims, sum(p.seconds.values()), end=n == len(read))
    mentions, by_relation = done.by_kind["mentions"], done.by_kind["claims"]
    _add_paper(papers, f"{count} papers", done.sums["pages"], mentions, by_relation, done.seconds, end=False)
    papers.show()
    out("")
    claims = FigureTable("Claims", ("relation", "claims", "negated", "hedged"))
    counts = [done.by_kind[column] for column in ("claims", "negated", "hedged")]
    shown = [r for r in RELATIONS if counts[0][r]]
    for n, relation in enumerate(shown, 1):
        claims.add(relation, *(c[relation] for c in counts), end=n == len(shown))
    claims.add("all", *(c.total() for c in counts))
    claims.show()
    same, opposite = done.sums["corroborations"], done.sums["conflicts"]
    out(f"pairs of claims: {same} say the same in two languages, {opposite} the opposite")
    stages = ", ".join(f"{stage} {s:.1f}" for stage, s in done.by_kind["seconds"].items())
    out(f"\n{done.seconds:.1f} s" + (f" ({stages})" if stages else ""))
    if done.cached:
        out(f"{done.cached} of {done.documents} papers are as they were: taken from the cache")
    if done.failures:
        out(f"{len(done.failures)} failed:")
        for failure in done.failures:
            out(f"  {_failed(failure)}")
    if done.interrupted:
        out("interrupted: what was done until then is written; the same command goes on from there")
    out(f"written to {done.folder}")


def _add_paper(
    table: FigureTable, name: str, pages: int, mentions: Mapping[str, int], claims: Mapping[str, int], seconds: float,
    *, end: bool,
) -> None:  # fmt: skip
    by_type = (mentions.get(t, 0) for t in MENTION_TYPES)
    total = sum(mentions.values())
    table.add(name, pages or "-", *by_type, total, sum(claims.values()), f"{seconds:.1f}", end=end)


def profile(done: Summary) -> None:
    """What took time: the slowest papers by stage, and the slowest rules."""
    rows = [(taken, row) for taken, _, row in sorted(done.slowest, reverse=True) if taken]
    stages = [s for s in STAGES if any(s in row.seconds for _, row in rows)]
    out("")
    papers = FigureTable("Slowest papers", ("paper", "pages", *stages, "seconds"))
    for taken, row in rows:
        papers.add(row.doc, row.pages or "-", *(f"{row.seconds.get(s, 0):.2f}" for s in stages), f"{taken:.2f}")
    papers.show()
    out("")
    whole = sum(done.rules.values())
    rules = FigureTable("Slowest rules", ("rule", "seconds", "share"))
    for name, seconds in done.rules.most_common(SLOWEST_RULES):
        rules.add(name, f"{seconds:.3f}", f"{seconds / whole:.1%}" if whole else "-")
    rules.show()


def cache_size(folder: str, kinds: Mapping[Kind, Filled]) -> None:
    """What a cache holds, by stage."""
    table = FigureTable("", ("stage", "entries", "MB"))
    for n, (kind, filled) in enumerate(kinds.items(), 1):
        table.add(kind, filled.entries, f"{filled.bytes / 1e6:.1f}", end=n == len(kinds))
    table.add("all", sum(f.entries for f in kinds.values()), f"{sum(f.bytes for f in kinds.values()) / 1e6:.1f}")
    table.show()
    out(f"in {folder}")


def cache_cleared(folder: str, freed: Filled) -> None:
    """What was removed from a cache."""
    out(f"{freed.entries} entries removed, {freed.bytes / 1e6:.1f} MB, from {folder}")


def watching(folders: Sequence[str], seconds: float) -> None:
    """Folders are watched."""
    err(f"watching {', '.join(folders)}: looking every {seconds:g} s; Ctrl-C ends it")


def round_done(done: Summary) -> None:
    """What came of a round of a watch, in a line."""
    new = done.documents - done.cached
    failed = f", {len(done.failures)} failed" if done.failures else ""
    claims = done.by_kind["claims"].total()
    out(f"{done.documents} papers ({new} worked{failed}), {claims} claims in {done.folder}")
