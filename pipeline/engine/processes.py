"""The engine of worker processes on this machine.

A worker that dies costs its paper one more try in a new one, then a failure record; one that takes too long over a
paper is killed, and the paper fails. Each worker leads a process group of its own, so that its reading process goes
with it, and Ctrl-C at the terminal is this process's alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from selectors import EVENT_READ, DefaultSelector
from time import monotonic

import orjson

from pipeline.channel import environment, receive, send
from pipeline.engine import LookUp, Watch
from pipeline.engine.messages import HELLO, OUTCOME, REFUSED, STAGE, TASK, UP, refused
from pipeline.errors import PipelineError
from pipeline.inputs import Input
from pipeline.keys import Keys
from pipeline.outcome import STAGES, Failure, Outcome, Stage, failed, unpack
from pipeline.settings import Settings

COMMAND = (sys.executable, "-P", "-m", "pipeline.engine.process")
# A worker that has begun a message and does not end it in that time is stuck.
MESSAGE_SECONDS = 60.0
# What a worker may need before its first paper: rooms are built, a file is fetched.
START_SECONDS = 300.0
# Papers that each worker hears of beforehand, to read them ahead when it starts.
AHEAD = 12


@dataclass(slots=True)
class _Worker:
    """A worker process and what it is at."""

    process: subprocess.Popen[bytes]
    up: bool = False
    source: Input | None = None
    stage: Stage = "read"
    ends: float = 0.0
    worked: int = 0


class Processes:
    """Up to `jobs` workers, started as there is work. `doc_seconds` is the most that a paper may take, 0 for any."""

    def __init__(
        self, settings: Settings, keys: Keys, jobs: int, doc_seconds: float = 0, command: Sequence[str] = COMMAND
    ) -> None:
        self._hello = orjson.dumps([settings, keys])
        self._jobs = jobs
        self._doc_seconds = doc_seconds
        self._command = command
        self._workers: list[_Worker] = []
        self._selector = DefaultSelector()

    def outcomes(self, sources: Iterable[Input], look_up: LookUp, watch: Watch) -> Iterator[Outcome]:
        """As `Engine.outcomes`. Raises UsageError, DataError where a worker says that no paper can be worked."""
        queue = iter(sources)
        waiting: deque[Input] = deque()
        tried: set[str] = set()
        more = True
        while True:
            # Papers to work: those that each worker hears of beforehand at first, then as many as there are hands.
            wanted = self._jobs if self._is_warm() else self._jobs * AHEAD
            while more and len(waiting) < wanted:
                source = next(queue, None)
                if source is None:
                    more = False
                elif (known := look_up(source)) is not None:
                    yield known
                else:
                    waiting.append(source)
            while waiting and (worker := self._free()) is not None:
                self._give(worker, waiting, watch)
            if not waiting and not any(w.source for w in self._workers):
                return
            for worker in self._ready():
                source = worker.source
                outcome, reason = self._hear(worker, watch)
                if outcome is not None:
                    yield outcome
                elif reason and source is not None:
                    if source.id in tried:
                        yield _died(source, worker.stage, reason)
                    else:
                        tried.add(source.id)
                        watch.again(source, reason)
                        waiting.appendleft(source)
            yield from self._overdue()

    def close(self) -> None:
        """As `Engine.close`."""
        for worker in tuple(self._workers):
            self._end(worker)
        self._selector.close()

    def _is_warm(self) -> bool:
        return any(worker.worked for worker in self._workers)

    def _free(self) -> _Worker | None:
        """A worker without a paper, a new one if need be; None where all have one."""
        for worker in self._workers:
            if worker.source is None:
                return worker
        if len(self._workers) >= self._jobs:
            return None
        process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), start_new_session=True
        )
        worker = _Worker(process)
        self._workers.append(worker)
        assert process.stdout is not None
        self._selector.register(process.stdout, EVENT_READ, worker)
        self._say(worker, HELLO, self._hello)
        return worker

    def _give(self, worker: _Worker, waiting: deque[Input], watch: Watch) -> None:
        source = waiting.popleft()
        worker.source, worker.stage = source, "read"
        # Its own time begins with its first stage: a worker may have to be built first.
        worker.ends = monotonic() + START_SECONDS + self._doc_seconds
        # Every worker reads ahead papers of its own: those after the ones that the others are given first.
        coming = () if worker.worked else islice(waiting, self._jobs - 1, None, self._jobs)
        watch.begin(source)
        self._say(worker, TASK, orjson.dumps([s.to_json() for s in (source, *islice(coming, AHEAD))]))

    def _say(self, worker: _Worker, kind: bytes, body: bytes) -> None:
        assert worker.process.stdin is not None
        with suppress(BrokenPipeError):  # it is dead, which is heard of at its other end
            send(worker.process.stdin, kind, body)

    def _ready(self) -> list[_Worker]:
        """The workers that have something to say, or have died; none where a paper's time is over before."""
        ends = [w.ends for w in self._workers if w.source] if self._doc_seconds else []
        left = max(0.0, min(ends) - monotonic()) if ends else None
        return [key.data for key, _ in self._selector.select(left)]

    def _hear(self, worker: _Worker, watch: Watch) -> tuple[Outcome | None, str]:
        """What a worker says: an outcome, or how it ended; neither where it only tells how it goes on."""
        assert worker.process.stdout is not None
        try:
            kind, body = receive(worker.process.stdout, MESSAGE_SECONDS)
        except EOFError:
            return None, self._end(worker, died=True)
        except TimeoutError:
            return None, self._end(worker)
        if kind == UP:
            worker.up = True
        elif kind == STAGE and worker.source is not None:
            if body == b"read":
                worker.ends = monotonic() + self._doc_seconds
            worker.stage = _STAGES[body]
            watch.stage(worker.source, worker.stage)
        elif kind == OUTCOME:
            worker.source = None
            worker.worked += 1
            return unpack(body), ""
        elif kind == REFUSED:
            raise refused(body)
        return None, ""

    def _overdue(self) -> Iterator[Outcome]:
        if not self._doc_seconds:
            return
        now = monotonic()
        for worker in tuple(self._workers):
            source = worker.source
            if source is not None and now >= worker.ends:
                self._end(worker)
                message = f"takes longer than {self._doc_seconds:g} s: raise --doc-timeout, or take the paper out"
                yield failed(source.id, Failure(source.shown, worker.stage, "TooSlow", message))

    def _end(self, worker: _Worker, *, died: bool = False) -> str:
        """End a worker and its reading process; how it ended, in words. `died`: it is ending by itself."""
        process = worker.process
        assert process.stdin is not None
        assert process.stdout is not None
        if died:
            with suppress(subprocess.TimeoutExpired):  # it closed its output and goes on: stuck
                process.wait(MESSAGE_SECONDS)
        code = process.poll()
        with suppress(ProcessLookupError):  # its reading process as well
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._workers.remove(worker)
        self._selector.unregister(process.stdout)
        with suppress(BrokenPipeError):
            process.stdin.close()
        process.stdout.close()
        if died and not worker.up and code is not None and code > 0:
            raise PipelineError(f"a worker process does not start (exit {code}): what it said stands above")
        return "stuck" if code is None else f"exit {code}"


_STAGES: dict[bytes, Stage] = {stage.encode(): stage for stage in STAGES}


def _died(source: Input, stage: Stage, reason: str) -> Outcome:
    message = (
        f"the process that works it dies of it ({reason}), twice: "
        "give it more memory, or take the paper out and send it to us"
    )
    return failed(source.id, Failure(source.shown, stage, "WorkerDied", message))
