"""The engine that works in this process: for debuggers and profilers, and for calling the run as a function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from pipeline.engine import LookUp, Watch
from pipeline.inputs import Input
from pipeline.outcome import Outcome
from pipeline.work import PaperWorker


class Serial:
    """One paper after another. A paper that brings the process down, or hangs, does so."""

    def __init__(self, worker: PaperWorker) -> None:
        self._worker = worker

    def outcomes(self, sources: Iterable[Input], look_up: LookUp, watch: Watch) -> Iterator[Outcome]:
        """As `Engine.outcomes`."""
        for source in sources:
            known = look_up(source)
            if known is None:
                watch.begin(source)
                known = self._worker.work(source, partial(watch.stage, source))
            yield known

    def close(self) -> None:
        """As `Engine.close`."""
        self._worker.close()
