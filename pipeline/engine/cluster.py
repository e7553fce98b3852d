"""The engine of a Dask cluster: one that runs already, or one of this machine that is started for the run.

Each thread of a Dask worker has a worker process of ours (`processes`), so that a paper that kills or hangs its
process costs that paper here as well, and never the Dask worker. Where a Dask worker itself is lost, its papers go to
others. Papers, lexicon and cache must be found under the same paths or URLs everywhere, and this package be installed
on scheduler and workers; that code and knowledge are the same is made sure of.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing import resource_tracker
from threading import Lock
from time import monotonic
from typing import Any
from uuid import uuid4

import orjson

from pipeline.engine import LookUp, Watch
from pipeline.engine.messages import OUTCOME, REFUSED, refusal, refused
from pipeline.engine.processes import COMMAND, Processes
from pipeline.errors import PipelineError, UsageError
from pipeline.inputs import Input
from pipeline.keys import Keys
from pipeline.outcome import Failure, Outcome, Stage, failed, pack, unpack
from pipeline.places import is_url
from pipeline.schema import from_json
from pipeline.settings import Settings

try:
    from distributed import Client, Future, KilledWorker, LocalCluster, WorkerPlugin, get_worker, wait
    from tornado.ioloop import PeriodicCallback
except ImportError:
    raise UsageError("--engine dask: not installed; install the extra [dask]") from None

# Papers under way for each thread of the cluster: enough that none waits, few enough that memory stays flat.
AHEAD = 3
CONNECT_SECONDS = 5.0
# How often it is looked whether there are workers, and how long there may be none: new ones take time to start.
LOOK_SECONDS = 5.0
ALONE_SECONDS = 120.0
# A process that no paper came to for that long is ended: whoever started it may be gone without a word.
IDLE_SECONDS = 120.0
# These tell of each connection that breaks, with traces; here the user is told in a line.
LOGGERS = ("asyncio", "distributed", "distributed.client", "tornado.application")


class Hands(WorkerPlugin):
    """What a Dask worker keeps between the papers of a run: worker processes of ours that nobody is using just now."""

    def __init__(self, settings: Settings, keys: Keys, doc_seconds: float, command: Sequence[str]) -> None:
        # What goes over the wire is plain: a worker of another version must be able to say so.
        self._order = orjson.dumps([settings, keys, doc_seconds, command])
        self.name = f"claim-pipeline-{uuid4().hex}"

    def setup(self, worker: Any) -> None:
        """Called on the worker when it gets the plugin. Raises ValueError where it is of another version."""
        del worker
        settings, keys, self._doc_seconds, self._command = orjson.loads(self._order)
        self._settings = from_json(Settings, settings)
        self._keys = from_json(Keys, keys)
        self._lock = Lock()
        self._busy: set[_Hand] = set()
        self._idle: list[tuple[float, _Hand]] = []
        self._over = False
        self._sweep = PeriodicCallback(self._end_idle, IDLE_SECONDS / 2 * 1000)
        self._sweep.start()

    def teardown(self, worker: Any) -> None:
        """Called on the worker when it ends, or when the run does: whatever is under way has nobody to go to."""
        del worker
        self._sweep.stop()
        with self._lock:
            self._over = True
            idle, self._idle = self._idle, []
            for hand in self._busy:
                hand.kill()
        for _, hand in idle:
            hand.close()

    def work(self, source: Input) -> bytes:
        """What comes of a paper, or why none can be worked here: a letter that says which, and JSON."""
        with self._lock:
            hand = self._idle.pop()[1] if self._idle else self._new()
            self._busy.add(hand)
        kept = False
        try:
            (outcome,) = hand.outcomes([source], lambda _: None, _Unseen(self))
            kept = True
            return OUTCOME + pack(outcome)
        except PipelineError as e:
            return REFUSED + refusal(e)
        finally:
            with self._lock:
                self._busy.discard(hand)
                kept = kept and not self._over
                if kept:
                    self._idle.append((monotonic(), hand))
            if not kept:
                hand.close()

    def is_over(self) -> bool:
        """Whether the run has ended."""
        return self._over

    def _new(self) -> _Hand:
        # Not the command of whoever asks: each machine has a Python of its own.
        return _Hand(self._settings, self._keys, 1, self._doc_seconds, self._command or COMMAND)

    def _end_idle(self) -> None:
        with self._lock:
            now = monotonic()
            old = [hand for since, hand in self._idle if now - since >= IDLE_SECONDS]
            self._idle = [(since, hand) for since, hand in self._idle if hand not in old]
        for hand in old:
            hand.close()


class _Hand(Processes):
    """A worker process of ours, which another thread than the one that uses it may kill."""

    def kill(self) -> None:
        """Kill what works now; the thread that waits for it hears of it."""
        for worker in tuple(self._workers):
            with suppress(ProcessLookupError):
                os.killpg(worker.process.pid, signal.SIGKILL)


class _Unseen:
    """A watch on a Dask worker: it tells nobody, and lets no paper be tried again when the run is over."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    def begin(self, source: Input) -> None:
        """A paper is taken up."""

    def stage(self, source: Input, name: Stage) -> None:
        """A paper enters a stage."""

    def again(self, source: Input, reason: str) -> None:
        """A paper is tried once more. Raises PipelineError where nobody waits for it."""
        if self._hands.is_over():
            raise PipelineError(f"{source.id}: the run has ended ({reason})")


class Cluster:
    """A Dask cluster at `scheduler`, or without one a cluster of `jobs` workers here; `close` it at the end.

    `doc_seconds` is the most that a paper may take, 0 for any; `command` starts a worker process of ours, where it is
    not to be that of `processes`.
    """

    def __init__(
        self, settings: Settings, keys: Keys, jobs: int, scheduler: str | None = None, doc_seconds: float = 0,
        command: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self._hands = Hands(settings, keys, doc_seconds, command)
        self._jobs = jobs
        self._scheduler = scheduler
        self._cluster: LocalCluster | None = None
        self._client: Client | None = None
        self._levels: dict[str, int] = {}

    def outcomes(self, sources: Iterable[Input], look_up: LookUp, watch: Watch) -> Iterator[Outcome]:
        """As `Engine.outcomes`.

        Raises UsageError where the cluster is not there or not like us, PipelineError where it goes away.
        """
        queue = deque(sources)
        under_way: dict[Future[bytes], Input] = {}
        try:
            while queue or under_way:
                room = self._room() if queue else 0
                while queue and len(under_way) < room:
                    source = queue.popleft()
                    if (known := look_up(source)) is not None:
                        yield known
                        continue
                    watch.begin(source)
                    under_way[self._submit(source)] = source
                for future in self._ended(list(under_way)) if under_way else ():
                    source = under_way.pop(future)
                    yield self._outcome(future, source)
        finally:
            if under_way and self._client is not None:
                with suppress(Exception):  # it may be the scheduler's end that brought us here
                    self._client.cancel(list(under_way), force=True)

    def close(self) -> None:
        """As `Engine.close`."""
        client, self._client = self._client, None
        cluster, self._cluster = self._cluster, None
        # What cannot be reached any more has nothing left to be closed.
        if client is not None:
            if cluster is None:  # others go on using it
                with suppress(Exception):
                    client.unregister_worker_plugin(self._hands.name)
            with suppress(Exception):
                client.close()
        if cluster is not None:
            with suppress(Exception):
                cluster.close()
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)
        self._levels = {}

    def _connected(self) -> Client:
        if self._client is None:
            self._levels = {name: logging.getLogger(name).level for name in LOGGERS}
            for name in self._levels:
                logging.getLogger(name).setLevel(logging.CRITICAL + 1)
            if self._scheduler is None:
                self._cluster = _started(self._jobs)
            self._client = self._found()
            try:
                self._client.register_plugin(self._hands)
            except Exception as e:  # whatever it is that the workers raise: of their import of this module, say
                raise UsageError(
                    f"the Dask workers cannot work ({type(e).__name__}: {e}): install claim-pipeline there, "
                    "of the same version as here"
                ) from e
        return self._client

    def _found(self) -> Client:
        try:
            return Client(self._scheduler or self._cluster, timeout=CONNECT_SECONDS)
        except (OSError, ValueError) as e:
            why = " ".join(str(e).split())
        # The client that came to nothing has a thread, which ends when it is collected: not in the midst of the next's
        # start, whose lock it wants.
        gc.collect()
        raise UsageError(f"--scheduler {self._scheduler}: no Dask scheduler answers there ({why})")

    def _room(self) -> int:
        """How many papers may be under way; looked up each time, as workers come and go."""
        if self._client is None:
            return AHEAD * self._jobs
        with self._there():
            return AHEAD * max(1, sum(map(int, self._client.nthreads().values())))

    def _submit(self, source: Input) -> Future[bytes]:
        client = self._connected()
        # Workers stand in folders of their own.
        place = source.place if is_url(source.place) else os.path.abspath(source.place)
        task = replace(source, place=place).to_json()
        with self._there():
            return client.submit(_work, self._hands.name, task, key=f"{source.id}-{uuid4().hex}")

    def _ended(self, under_way: list[Future[bytes]]) -> list[Future[bytes]]:
        """Those that have ended, at least one. Raises PipelineError where there is nobody to work them."""
        client = self._connected()
        alone = monotonic()
        while True:
            with self._there():
                with suppress(TimeoutError):
                    return list(wait(under_way, timeout=LOOK_SECONDS, return_when="FIRST_COMPLETED").done)
                if client.nthreads():
                    alone = monotonic()
            if monotonic() - alone >= ALONE_SECONDS:
                raise PipelineError(
                    f"the Dask cluster has had no worker for {ALONE_SECONDS:g} s: start some, and run again; "
                    "what is done is kept"
                )

    def _outcome(self, future: Future[bytes], source: Input) -> Outcome:
        with self._there():
            try:
                said = future.result()
            except KilledWorker as e:
                message = f"the Dask workers that work it die of it ({e}): give them more memory, or take the paper out"
                return failed(source.id, Failure(source.shown, "read", "WorkerDied", " ".join(message.split())))
            finally:
                future.release()
        kind, body = said[:1], said[1:]
        if kind == OUTCOME:
            return unpack(body)
        raise refused(body, "a Dask worker cannot work: ")

    @contextmanager
    def _there(self) -> Iterator[None]:
        """What Dask raises where its scheduler goes away, as one line for the user."""
        try:
            yield
        except PipelineError:
            raise
        except Exception as e:
            raise PipelineError(
                f"the Dask cluster does not go on ({type(e).__name__}: {e}): see to it, and run again; "
                "what is done is kept"
            ) from e


def _started(jobs: int) -> LocalCluster:
    """A cluster of this machine. Nobody else's business: it has no other address than this machine's own."""
    # Ctrl-C at the terminal is this process's alone: threads and processes begin with what is blocked where they are
    # started, so that those of the cluster never hear of it. One that comes meanwhile is heard here right after.
    resource_tracker.ensure_running()  # where multiprocessing starts it, it unblocks SIGINT
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        return LocalCluster(
            n_workers=jobs, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False}, silence_logs=logging.CRITICAL,
        )  # fmt: skip
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _work(hands: str, source: list[str | bool]) -> bytes:
    """The task: runs on a Dask worker."""
    plugin = get_worker().plugins[hands]
    assert isinstance(plugin, Hands)
    return plugin.work(Input.from_json(source))
