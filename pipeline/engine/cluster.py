"""The engine of a Dask cluster: one that runs already, or one of this machine that is started for the run.

Each thread of a Dask worker has a worker process of ours (`processes`), so that a paper that kills or hangs its
process costs that paper here as well, and never the Dask worker. Where a Dask worker itself is lost, its papers go to
others. Papers, lexicon and cache must be found under the same paths or URLs everywhere; that code and knowledge are the
same is made sure of.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from queue import Empty, SimpleQueue
from typing import Any

from pipeline.engine import LookUp, Watch
from pipeline.engine.processes import Processes
from pipeline.errors import PipelineError, UsageError
from pipeline.inputs import Input
from pipeline.keys import Keys, digest_of
from pipeline.outcome import Failure, Outcome, Stage, failed, pack, unpack
from pipeline.settings import Settings

try:
    from distributed import Client, Future, KilledWorker, LocalCluster, WorkerPlugin, get_worker, wait
except ImportError:
    raise UsageError("--engine dask: not installed; install the extra [dask]") from None

# Papers under way for each thread of the cluster: enough that none waits, few enough that memory stays flat.
AHEAD = 3
CONNECT_SECONDS = 30


class Hands(WorkerPlugin):
    """What a Dask worker keeps between papers: worker processes of ours that nobody is using just now."""

    def __init__(self, settings: Settings, keys: Keys, doc_seconds: float) -> None:
        self._settings = settings
        self._keys = keys
        self._doc_seconds = doc_seconds
        self.name = f"claim-pipeline-{digest_of(repr(settings), repr(keys), repr(doc_seconds))[:16]}"

    def setup(self, worker: Any) -> None:
        """Called on the worker when it gets the plugin."""
        del worker
        self._idle: SimpleQueue[Processes] = SimpleQueue()

    def teardown(self, worker: Any) -> None:
        """Called on the worker when it ends."""
        del worker
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    def work(self, source: Input) -> bytes:
        """What comes of a paper. Raises PipelineError where none can be worked here."""
        try:
            hand = self._idle.get_nowait()
        except Empty:
            hand = Processes(self._settings, self._keys, 1, self._doc_seconds)
        try:
            (outcome,) = hand.outcomes([source], lambda _: None, _Silent())
        except BaseException:
            hand.close()
            raise
        self._idle.put(hand)
        return pack(outcome)


class Cluster:
    """A Dask cluster at `scheduler`, or without one a cluster of `jobs` workers here. Raises UsageError."""

    def __init__(self, settings: Settings, keys: Keys, jobs: int, scheduler: str | None, doc_seconds: float) -> None:
        self._hands = Hands(settings, keys, doc_seconds)
        self._jobs = jobs
        self._scheduler = scheduler
        self._cluster: LocalCluster | None = None
        self._client: Client | None = None

    def outcomes(self, sources: Iterable[Input], look_up: LookUp, watch: Watch) -> Iterator[Outcome]:
        """As `Engine.outcomes`. Raises UsageError where the cluster is not there, or is not like us."""
        queue = deque(sources)
        under_way: dict[Future[bytes], Input] = {}
        try:
            while queue or under_way:
                while queue and len(under_way) < self._room():
                    source = queue.popleft()
                    if (known := look_up(source)) is not None:
                        yield known
                        continue
                    watch.begin(source)
                    future = self._connected().submit(_work, self._hands.name, source.to_json(), pure=False)
                    under_way[future] = source
                if under_way:
                    ended, _ = wait(list(under_way), return_when="FIRST_COMPLETED")
                    for future in ended:
                        yield _outcome(future, under_way.pop(future))
        finally:
            if under_way:
                self._connected().cancel(list(under_way))

    def close(self) -> None:
        """As `Engine.close`."""
        client, self._client = self._client, None
        cluster, self._cluster = self._cluster, None
        if client is not None:
            if cluster is None:  # others go on using it
                client.unregister_worker_plugin(self._hands.name)
            client.close()
        if cluster is not None:
            cluster.close()

    def _room(self) -> int:
        """How many papers may be under way; looked up each time, as workers come and go."""
        threads = sum(self._client.nthreads().values()) if self._client is not None else self._jobs
        return AHEAD * max(1, threads)

    def _connected(self) -> Client:
        if self._client is None:
            if self._scheduler is None:
                # Nobody else's business: neither a dashboard nor another address than this machine's own.
                self._cluster = LocalCluster(
                    n_workers=self._jobs, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
                )
            try:
                self._client = Client(self._scheduler or self._cluster, timeout=CONNECT_SECONDS)
            except (OSError, ValueError) as e:
                raise UsageError(f"--scheduler {self._scheduler}: no Dask scheduler answers there ({e})") from e
            self._client.register_plugin(self._hands)
        return self._client


def _work(hands: str, source: list[str | bool]) -> bytes:
    """The task: runs on a Dask worker."""
    plugin = get_worker().plugins[hands]
    assert isinstance(plugin, Hands)
    return plugin.work(Input.from_json(source))


def _outcome(future: Future[bytes], source: Input) -> Outcome:
    try:
        return unpack(future.result())
    except PipelineError:
        raise
    except KilledWorker as e:
        message = f"the Dask workers that work it die of it ({e}): give them more memory, or take the paper out"
        return failed(source.id, Failure(source.shown, "read", "WorkerDied", " ".join(message.split())))


class _Silent:
    """Tells nobody."""

    def begin(self, source: Input) -> None:
        """A paper is taken up."""

    def stage(self, source: Input, name: Stage) -> None:
        """A paper enters a stage."""

    def again(self, source: Input, reason: str) -> None:
        """A paper is tried once more."""
