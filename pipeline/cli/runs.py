"""`run`, `watch`, `cache`: working papers, and what is kept of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.shell import DEBUG, INTERRUPTED, Debug, Guarded, Lexicon, ReaderName, app
from pipeline.errors import UsageError
from pipeline.settings import DOC_SECONDS, PAGE_SECONDS

if TYPE_CHECKING:
    from pipeline.job import Job
    from pipeline.run import Summary

SegmenterName = Annotated[
    str,
    typer.Option(
        "--segmenter",
        metavar="jieba|rjieba",
        help="What cuts Chinese words; rjieba (extra fast) gives the same, faster.",
    ),
]

PageTimeout = Annotated[
    float, typer.Option("--page-timeout", metavar="SECONDS", min=0, help="The most that a page may take; 0: any.")
]
DocTimeout = Annotated[
    float, typer.Option("--doc-timeout", metavar="SECONDS", min=0, help="The most that a paper may take; 0: any.")
]
Jobs = Annotated[
    int, typer.Option("--jobs", "-j", metavar="N", min=0, help="Papers worked at once; without it, one for each core.")
]
EngineOption = Annotated[
    str,
    typer.Option("--engine", metavar="processes|serial|dask", help="Who works: processes here, this one, a cluster."),
]
Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="The Dask scheduler; without it, a cluster is started here."),
]
CacheDir = Annotated[
    Path | None,
    typer.Option("--cache", metavar="DIR", help="Where work is kept for later runs; without it, the user's cache."),
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Keep nothing for later runs, and use nothing of earlier.")]
Force = Annotated[bool, typer.Option("--force", help="Work all papers anew, whatever is kept of them.")]
LogFile = Annotated[
    Path | None, typer.Option("--log-file", metavar="FILE", help="Append what happens to FILE, as JSON lines.")
]
Profile = Annotated[bool, typer.Option("--profile", help="Show the slowest papers and rules at the end.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Tell of every stage.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Tell only what went wrong.")]
Out = Annotated[
    str | None,
    typer.Option("--out", metavar="RUN", help="The run folder; without it, runs/<name of the first path>."),
]


@app.command("run", cls=Guarded, epilog="Example: pipeline run papers/ --out runs/papers")
def _run(
    ctx: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="PDF and text files, folders of them, URLs.")],
    out: Out = None,
    lexicon: Lexicon = None,
    reader: ReaderName = "auto",
    segmenter: SegmenterName = "jieba",
    page_timeout: PageTimeout = PAGE_SECONDS,
    doc_timeout: DocTimeout = DOC_SECONDS,
    jobs: Jobs = 0,
    engine: EngineOption = "processes",
    scheduler: Scheduler = None,
    cache: CacheDir = None,
    no_cache: NoCache = False,
    force: Force = False,
    log_file: LogFile = None,
    profile: Profile = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Read papers and write their mentions and claims into a run folder."""
    del debug
    from pipeline.job import Job

    job = Job(
        tuple(paths), out, _text(lexicon), reader, segmenter, page_timeout, doc_timeout, jobs, engine, scheduler, cache,
        not no_cache, force, log_file, profile,
    )  # fmt: skip
    raise typer.Exit(run(job, verbose=verbose, quiet=quiet, debug=ctx.meta[DEBUG]))


@app.command("watch", cls=Guarded, epilog="Example: pipeline watch inbox/ --out runs/inbox")
def _watch(
    ctx: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="FOLDER", help="Folders, here or behind URLs.")],
    out: Out = None,
    every: Annotated[
        float, typer.Option("--every", metavar="SECONDS", min=0.05, help="How often to look for papers.")
    ] = 5.0,
    lexicon: Lexicon = None,
    reader: ReaderName = "auto",
    segmenter: SegmenterName = "jieba",
    page_timeout: PageTimeout = PAGE_SECONDS,
    doc_timeout: DocTimeout = DOC_SECONDS,
    jobs: Jobs = 0,
    cache: CacheDir = None,
    log_file: LogFile = None,
    verbose: Verbose = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Work papers as they arrive in a folder, until Ctrl-C."""
    del debug
    from pipeline.job import Job

    job = Job(
        tuple(paths), out, _text(lexicon), reader, segmenter, page_timeout, doc_timeout, jobs, cache=cache,
        log_file=log_file,
    )  # fmt: skip
    watch(job, every=every, verbose=verbose, quiet=quiet, debug=ctx.meta[DEBUG])


_cache = typer.Typer(no_args_is_help=True, help="What is kept of papers for later runs.")
app.add_typer(_cache, name="cache")


@_cache.command("size", cls=Guarded, epilog="Example: pipeline cache size")
def _size(cache: CacheDir = None, debug: Debug = False) -> None:
    """Show how much is kept, and where."""
    del debug
    cache_size(cache)


@_cache.command("clear", cls=Guarded, epilog="Example: pipeline cache clear")
def _clear(cache: CacheDir = None, debug: Debug = False) -> None:
    """Remove all that is kept; the next run works every paper anew."""
    del debug
    cache_clear(cache)


def run(job: Job, *, verbose: bool = False, quiet: bool = False, debug: bool = False) -> int:
    """Run a job and print what came of it; the exit code. Raises UsageError, DataError, OutputError."""
    from functools import partial

    from pipeline.console import runs
    from pipeline.job import run_job

    if verbose and quiet:
        raise UsageError("--verbose and --quiet: give one of them")
    loudness: runs.Loudness = 1 if verbose else -1 if quiet else 0
    done = run_job(job, partial(runs.RunView, loudness=loudness, debug=debug))
    if not quiet:
        runs.summary(done)
    if job.profile:
        runs.profile(done)
    return _code(done)


def watch(job: Job, *, every: float, verbose: bool = False, quiet: bool = False, debug: bool = False) -> None:
    """Work papers as they arrive, until a Ctrl-C. Raises UsageError, DataError, OutputError, KeyboardInterrupt."""
    from functools import partial

    from pipeline.console import runs, warn
    from pipeline.watch import watch as rounds

    loudness: runs.Loudness = 1 if verbose else -1 if quiet else 0
    runs.watching(job.paths, every)
    for done in rounds(job, partial(runs.RunView, loudness=loudness, debug=debug), every, warn):
        runs.round_done(done)
        if done.interrupted:
            raise KeyboardInterrupt


def _code(done: Summary) -> int:
    if done.interrupted:
        return INTERRUPTED
    return 4 if done.failures else 0


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


def cache_size(folder: Path | None = None) -> None:
    """Print what a cache holds."""
    from pipeline.cache import Cache, default_folder
    from pipeline.console import runs

    cache = Cache(folder or default_folder())
    runs.cache_size(str(cache.folder), cache.size())


def cache_clear(folder: Path | None = None) -> None:
    """Empty a cache. Raises OutputError."""
    from pipeline.cache import Cache, default_folder
    from pipeline.console import runs

    cache = Cache(folder or default_folder())
    runs.cache_cleared(str(cache.folder), cache.clear())
