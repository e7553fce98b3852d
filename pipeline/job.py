"""A whole run, from what the user asked for: what the command line, a watch, and anyone's script call."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

from pipeline.cache import Cache, default_folder
from pipeline.engine import ENGINES, Engine, EngineName
from pipeline.errors import UsageError
from pipeline.inputs import READABLE, Input, gather, safe_name, shown
from pipeline.keys import READ_LIBRARIES, TAG_LIBRARIES, Keys, keys_for
from pipeline.places import is_url, plain
from pipeline.run import Summary, Watch, Watches, look_up_in, run
from pipeline.settings import DOC_SECONDS, PAGE_SECONDS, READERS, SEGMENTERS, Reader, Settings
from pipeline.shelf import shelf_at
from pipeline.versions import installed
from pipeline.writer import RunWriter, new_run

if TYPE_CHECKING:
    from pipeline.journal import Journal

MOST_SECONDS = 100_000.0
N = TypeVar("N", bound=str)


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be run, and how. Paths may be URLs; `doc_timeout` and `page_timeout` are seconds, 0 for any.

    `cache` is a folder, None for that of the user; `keep` says whether there is to be a cache at all, `force` whether
    all is to be worked anew. `jobs` 0 is a worker for each core.
    """

    paths: tuple[str, ...]
    out: str | None = None
    lexicon: str | None = None
    reader: str = "auto"
    segmenter: str = "jieba"
    page_timeout: float = PAGE_SECONDS
    doc_timeout: float = DOC_SECONDS
    jobs: int = 0
    engine: str = "processes"
    scheduler: str | None = None
    cache: Path | None = None
    keep: bool = True
    force: bool = False
    log_file: Path | None = None
    profile: bool = False

    @property
    def folder(self) -> str:
        """Where the run goes."""
        return self.out or default_out(self.paths[0])

    @property
    def workers(self) -> int:
        """How many papers are worked at once."""
        return self.jobs or cores()

    def settings(self) -> Settings:
        """The options of the work on a paper. Raises UsageError."""
        cache = str((self.cache or default_folder()).absolute()) if self.keep else None
        lexicon = None if self.lexicon is None else os.path.abspath(self.lexicon)
        for option, folder in (("--lexicon", lexicon), ("--cache", cache)):
            if folder is not None and shown(folder) != folder:
                raise UsageError(f"{option} {shown(folder)}: its name is no UTF-8; rename the folder")
        for option, seconds in (("--page-timeout", self.page_timeout), ("--doc-timeout", self.doc_timeout)):
            if not 0 <= seconds <= MOST_SECONDS:
                raise UsageError(f"{option} {seconds:g}: give 0 to {MOST_SECONDS:g} seconds; 0 is for any time")
        return Settings(
            lexicon=lexicon,
            reader=reader_named(self.reader),
            segmenter=_one_of(SEGMENTERS, "--segmenter", self.segmenter, "segmenter"),
            page_seconds=self.page_timeout,
            cache=cache,
            anew=self.force,
            profile=self.profile,
        )

    def engine_name(self) -> EngineName:
        """Who works the papers. Raises UsageError."""
        name = _one_of(ENGINES, "--engine", self.engine, "engine")
        if self.scheduler and name != "dask":
            raise UsageError("--scheduler: only --engine dask has one")
        return name

    def options(self) -> dict[str, tuple[str, ...]]:
        """What was asked for, as `run.json` tells it."""
        return {
            "paths": tuple(map(shown, self.paths)),
            "out": (shown(self.folder),),
            "lexicon": () if self.lexicon is None else (shown(self.lexicon),),
            "reader": (self.reader,),
            "segmenter": (self.segmenter,),
            "page_timeout": (f"{self.page_timeout:g}",),
            "doc_timeout": (f"{self.doc_timeout:g}",),
            "jobs": (str(self.workers),),
        }


class Works:
    """The engine of a job, kept for as many rounds as there are. Use as a context manager."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.settings = job.settings()
        job.engine_name()
        self.keys = keys_for(self.settings)
        self._engine: Engine | None = None
        if self.settings.cache:
            Cache(Path(self.settings.cache)).tidy()

    def __enter__(self) -> Works:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the engine."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def round(self, inputs: Sequence[Input], watch: Watch) -> Summary:
        """Work these inputs into the job's folder. Raises UsageError, DataError, OutputError."""
        versions = installed((*READ_LIBRARIES, *TAG_LIBRARIES, "spacy"))
        head = new_run(self.job.options(), self.keys.knowledge, versions, self.job.engine)
        engine = self.engine
        with (
            _journal(self.job.log_file) as journal,
            RunWriter(shelf_at(self.job.folder), head) as writer,
            terminated_as_interrupted(),
        ):
            watches: list[Watch] = [watch]
            if journal:
                journal.started(head, len(inputs))
                watches.append(journal)
            summary = run(
                inputs, engine=engine, look_up=look_up_in(self.settings, self.keys), writer=writer, head=head,
                watch=Watches(watches), hurry=self.close,
            )  # fmt: skip
            if journal:
                journal.finished(summary)
        return summary

    @property
    def engine(self) -> Engine:
        """The engine; nothing is started before there is something to work."""
        if self._engine is None:
            self._engine = engine_of(self.job, self.settings, self.keys)
        return self._engine

    def outdated(self) -> bool:
        """Whether rules or lexicons have changed since the engine was made; if so, the next round makes another."""
        keys = keys_for(self.settings)
        if keys == self.keys:
            return False
        self.close()
        self.keys = keys
        return True


def engine_of(job: Job, settings: Settings, keys: Keys) -> Engine:
    """The engine that a job asks for. Raises UsageError."""
    name = job.engine_name()
    if name == "dask":
        from pipeline.engine.cluster import Cluster

        return Cluster(settings, keys, job.workers, job.scheduler, job.doc_timeout)
    if name == "serial":
        from pipeline.engine.serial import Serial
        from pipeline.work import PaperWorker

        return Serial(PaperWorker(settings, keys))
    from pipeline.engine.processes import Processes

    return Processes(settings, keys, job.workers, job.doc_timeout)


def run_job(job: Job, view: Callable[[int], AbstractContextManager[Watch]]) -> Summary:
    """Run a job; `view` makes the watch that is told how it goes, from the number of papers.

    Raises UsageError, DataError, OutputError.
    """
    inputs = gather(job.paths)
    with Works(job) as works, view(len(inputs)) as watch:
        return works.round(inputs, watch)


def reader_named(name: str) -> Reader:
    """The reader of that name. Raises UsageError."""
    return _one_of(READERS, "--reader", name, "reader")


def default_out(first: str) -> str:
    """Where a run goes that was not told: `runs/` and the first path's name, without suffix where it is a file."""
    if is_url(first):
        # Whether it is a folder only its listing tells, so by its name: the kinds of papers are files.
        name = first.rstrip("/").rpartition("/")[2]
        stem, dot, kind = name.rpartition(".")
        return str(Path("runs", safe_name(stem if f"{dot}{kind}".lower() in READABLE else name)))
    whole = Path(plain(first)).absolute()
    return str(Path("runs", (whole.resolve().name if whole.is_dir() else whole.stem) or "all"))


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _one_of(names: Sequence[N], option: str, name: str, what: str) -> N:
    for known in names:
        if name == known:
            return known
    raise UsageError(f"{option} {name}: no such {what} (there are {', '.join(names)})")


def _journal(file: Path | None) -> AbstractContextManager[Journal | None]:
    if file is None:
        return nullcontext()
    from pipeline.journal import Journal

    return Journal(file)


@contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """Meanwhile, a SIGTERM (a scheduler's, a shutdown's) is a Ctrl-C: what is done is written."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:  # not the main thread: whoever runs us there has signals of their own
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
