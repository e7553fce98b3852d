"""Who works the papers: this process (`serial`), processes of this machine (`processes`), a Dask cluster (`cluster`).

An engine takes inputs and gives outcomes as they are done, in any order; it is kept for as many rounds as there are.
The work itself is `pipeline.work`'s, and what comes of a paper is the same, byte for byte, whoever works it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, Protocol

from pipeline.inputs import Input
from pipeline.outcome import Outcome, Stage

EngineName = Literal["processes", "serial", "dask"]
ENGINES: tuple[EngineName, ...] = ("processes", "serial", "dask")
# What comes of an input without working it, None where it is to be worked.
LookUp = Callable[[Input], Outcome | None]


class Watch(Protocol):
    """Who is told how the work goes on."""

    def begin(self, source: Input) -> None:
        """A paper is taken up."""

    def stage(self, source: Input, name: Stage) -> None:
        """A paper enters a stage."""

    def again(self, source: Input, reason: str) -> None:
        """A paper is tried once more, for that reason."""


class Engine(Protocol):
    """Works papers; `close` ends what it started."""

    def outcomes(self, sources: Iterable[Input], look_up: LookUp, watch: Watch) -> Iterator[Outcome]:
        """What comes of each input, in the order in which they are done."""

    def close(self) -> None:
        """End all that the engine started, whatever it is at."""
