"""The run: each input through an engine, what came of it to the store, and a summary."""

from __future__ import annotations

import heapq
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Protocol

from pipeline.cache import Cache
from pipeline.engine import Engine, LookUp
from pipeline.engine import Watch as EngineWatch
from pipeline.inputs import Input
from pipeline.keys import Keys
from pipeline.outcome import Failure, Outcome, PaperRow, Stage
from pipeline.places import is_url
from pipeline.reuse import reused
from pipeline.settings import Settings
from pipeline.writer import Run, RunWriter

# Papers whose rows a summary keeps: beyond this many it has sums alone, so that memory stays flat.
MANY = 40
SLOWEST = 10
_SUMS = ("pages", "references", "floats", "glosses", "corroborations", "conflicts")
_BY_KIND = ("mentions", "claims", "negated", "hedged", "seconds")


class Watch(EngineWatch, Protocol):
    """Who is told how a run goes on."""

    def end(self, outcome: Outcome) -> None:
        """A paper is done."""


class Watches:
    """Several watches as one."""

    def __init__(self, watches: Sequence[Watch]) -> None:
        self._watches = watches

    def begin(self, source: Input) -> None:
        """A paper is taken up."""
        for watch in self._watches:
            watch.begin(source)

    def stage(self, source: Input, name: Stage) -> None:
        """A paper enters a stage."""
        for watch in self._watches:
            watch.stage(source, name)

    def again(self, source: Input, reason: str) -> None:
        """A paper is tried once more."""
        for watch in self._watches:
            watch.again(source, reason)

    def end(self, outcome: Outcome) -> None:
        """A paper is done."""
        for watch in self._watches:
            watch.end(outcome)


@dataclass(slots=True)
class Summary:
    """A run in short: sums over all papers, the papers themselves where they are few, what failed, seconds in all.

    `cached` counts the papers of which nothing was worked; `slowest` has the papers that took longest, `rules` the
    seconds of each rule where they were asked for.
    """

    folder: str
    papers: list[PaperRow] = field(default_factory=list)
    failed: dict[str, Failure] = field(default_factory=dict)
    documents: int = 0
    cached: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    sums: Counter[str] = field(default_factory=Counter)
    by_kind: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in _BY_KIND})
    slowest: list[tuple[float, str, PaperRow]] = field(default_factory=list)
    rules: Counter[str] = field(default_factory=Counter)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What failed, in the order of document ids."""
        return tuple(self.failed[doc] for doc in sorted(self.failed))

    def add(self, outcome: Outcome) -> None:
        """Count a paper in."""
        row = outcome.row
        self.documents += 1
        if outcome.failure:
            self.failed[row.doc] = outcome.failure
        self.cached += outcome.reused == "claims"
        if len(self.papers) < MANY:
            self.papers.append(row)
        for name in _SUMS:
            self.sums[name] += getattr(row, name)
        for name, counter in self.by_kind.items():
            counter.update(getattr(row, name))
        self.rules.update(outcome.rules)
        taken = sum(row.seconds.values())
        keep = heapq.heappush if len(self.slowest) < SLOWEST else heapq.heappushpop
        keep(self.slowest, (taken, row.doc, row))


def run(
    inputs: Sequence[Input], *, engine: Engine, look_up: LookUp, writer: RunWriter, head: Run, watch: Watch,
    hurry: Callable[[], None] | None = None,
) -> Summary:  # fmt: skip
    """Work all inputs and write the run folder; `head` is the run's record, still without counts, seconds, failures.

    What one paper raises becomes its failure record; the others go on. A KeyboardInterrupt ends the run early: `hurry`
    is called, to end what is still at work, and what is done is written. Raises OutputError where it cannot be.
    """
    began = perf_counter()
    summary = Summary(writer.shelf.name)
    try:
        for outcome in engine.outcomes(inputs, look_up, watch):
            with held():
                writer.add(outcome.row.doc, outcome.share)
                summary.add(outcome)
            watch.end(outcome)
    except KeyboardInterrupt:
        summary.interrupted = True
        if hurry:
            hurry()
    summary.papers.sort(key=lambda row: row.doc)
    summary.seconds = perf_counter() - began
    writer.finish(_tail(head, summary))
    return summary


@contextmanager
def held() -> Iterator[None]:
    """Meanwhile an interruption waits: what is done together is done or not."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def look_up_in(settings: Settings, keys: Keys) -> LookUp:
    """How a run finds what was worked before: not what is to be worked anew, nor what first has to be fetched."""
    if settings.cache is None or settings.anew:
        return lambda _source: None
    cache = Cache(Path(settings.cache))
    return lambda source: None if is_url(source.place) else reused(source, keys, cache)


def _tail(head: Run, summary: Summary) -> Run:
    counts = {
        "documents": summary.documents,
        "failed": len(summary.failures),
        "cached": summary.cached,
        **{name: summary.sums[name] for name in _SUMS},
        "mentions": summary.by_kind["mentions"].total(),
        "claims": summary.by_kind["claims"].total(),
    }
    seconds = {stage: round(s, 3) for stage, s in summary.by_kind["seconds"].items()}
    return replace(
        head,
        state="interrupted" if summary.interrupted else "finished",
        counts=counts,
        seconds={**seconds, "all": round(summary.seconds, 3)},
        failures=summary.failures,
    )
