"""The log of a run as JSON lines: one event a line, written as it happens, for machines and for afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson

from pipeline.errors import OutputError
from pipeline.inputs import Input
from pipeline.outcome import Outcome, Stage
from pipeline.run import Summary
from pipeline.writer import Run


class Journal:
    """Appends to a file. A `pipeline.run.Watch`. Raises OutputError where the file cannot be written."""

    def __init__(self, file: Path) -> None:
        self._name = file
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._file = file.open("ab")
        except OSError as e:
            raise OutputError(f"{file}: cannot be written ({e.strerror or e}); give another --log-file") from e

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if error is not None:
            self._note("ended", error=type(error).__name__, message=str(error))
        self._file.close()

    def started(self, head: Run, papers: int) -> None:
        """A run begins."""
        self._note("run", version=head.version, options=head.options, engine=head.engine, papers=papers)

    def finished(self, done: Summary) -> None:
        """A run has ended, and its files are written."""
        state = "interrupted" if done.interrupted else "finished"
        seconds = {stage: round(s, 4) for stage, s in done.by_kind["seconds"].items()}
        self._note(
            state, documents=done.documents, cached=done.cached, failed=len(done.failures), stages=seconds,
            seconds=round(done.seconds, 4),
        )  # fmt: skip

    def begin(self, source: Input) -> None:
        """A paper is taken up."""
        self._note("begin", doc=source.id, path=source.shown)

    def stage(self, source: Input, name: Stage) -> None:
        """A paper enters a stage."""
        self._note("stage", doc=source.id, stage=name)

    def again(self, source: Input, reason: str) -> None:
        """A paper is tried once more."""
        self._note("again", doc=source.id, reason=reason)

    def end(self, outcome: Outcome) -> None:
        """A paper is done."""
        row = outcome.row
        seconds = {stage: round(s, 4) for stage, s in row.seconds.items()}
        self._note(
            "failed" if outcome.failure else "done", doc=row.doc, reused=outcome.reused, pages=row.pages,
            mentions=sum(row.mentions.values()), claims=sum(row.claims.values()), seconds=seconds,
            warnings=row.warnings, failure=outcome.failure, trace=outcome.trace, troubles=outcome.troubles,
        )  # fmt: skip

    def _note(self, event: str, **what: Any) -> None:
        line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **what}
        try:
            self._file.write(orjson.dumps(line, default=str) + b"\n")
            self._file.flush()
        except OSError as e:
            raise OutputError(f"{self._name}: cannot be written ({e.strerror or e}); give another --log-file") from e
