"""The command line: typer shells over plain functions.

What is heavy (spaCy, jieba, pdfplumber, rapidfuzz, rich) is imported inside the commands that need it, so that `--help`
and `--version` answer at once.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from pipeline.console import problem, trace
from pipeline.errors import DataError, OutputError, PipelineError, ThresholdMissed, UsageError
from pipeline.settings import DOC_SECONDS, PAGE_SECONDS
from pipeline.version import VERSION

if TYPE_CHECKING:
    from pipeline.check import GoldDocument
    from pipeline.house import House
    from pipeline.job import Job
    from pipeline.records import Claim, Mention, Sentence
    from pipeline.run import Summary
    from pipeline.store import RunFolder

INTERRUPTED = 130
ALL_ERRORS = -1
DEBUG = "pipeline.debug"


class Guarded(TyperCommand):
    """A command whose errors end in one line and the exit code that `docs/records.md` gives them."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; errors become exit codes."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except KeyboardInterrupt:
            problem("interrupted")
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:  # `pipeline schema | head`: typer knows what to do
            raise
        except Exception as e:
            if ctx.meta.get(DEBUG):
                trace(e)
            if isinstance(e, PipelineError):
                for line in e.faults if isinstance(e, DataError) else [str(e)]:
                    problem(line)
                raise typer.Exit(e.exit_code) from None
            problem(f"{type(e).__name__}: {e}; this is a bug: run with --debug for the trace")
            raise typer.Exit(1) from None


class WithErrors(Guarded):
    """A command whose `--errors` may stand without its number, which typer has no word for."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments, after giving a bare `--errors` its number."""
        following = [*args[1:], ""]
        bare = (a == "--errors" and not n.isdecimal() for a, n in zip(args, following, strict=True))
        return super().parse_args(ctx, [f"{a}={ALL_ERRORS}" if b else a for a, b in zip(args, bare, strict=True)])


def _note_debug(ctx: typer.Context, value: bool) -> bool:
    """Typer's contexts share `meta`, so the option works before and behind the command."""
    ctx.meta[DEBUG] = value or ctx.meta.get(DEBUG, False)
    return value


def _say_version(value: bool) -> None:
    if value:
        typer.echo(f"pipeline {VERSION}")
        raise typer.Exit


Debug = Annotated[bool, typer.Option("--debug", callback=_note_debug, help="Show the whole trace of an error.")]
Lexicon = Annotated[
    Path | None,
    typer.Option("--lexicon", metavar="DIR", help="A folder of your own lexicon tables; they win where names clash."),
]

Checked = Annotated[
    Path | None,
    typer.Option("--lexicon", metavar="DIR", help="A folder of your own lexicon tables; without it, the project's."),
]

ReaderName = Annotated[
    str,
    typer.Option("--reader", metavar="auto|pdfplumber|pdfium", help="What reads PDFs; auto takes the better one."),
]

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

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Claim records from Chinese and English biomedical review papers: who acts on what, and where it is said."""


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


@app.command("eval", cls=WithErrors, epilog="Example: pipeline eval runs/papers gold/ --errors 20")
def _eval(
    folder: Annotated[str, typer.Argument(metavar="RUN", help="A run folder, or its URL.")],
    gold: Annotated[list[Path], typer.Argument(metavar="GOLD", help="Gold files <doc>.jsonl, and folders of them.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    errors: Annotated[
        int | None,
        typer.Option(
            "--errors", metavar="[N]", help="List misses and extras: all, or the first N claims and mentions."
        ),
    ] = None,
    split: Annotated[
        str | None, typer.Option("--split", metavar="PART", help="Only the documents of that part of split.json.")
    ] = None,
    fail_under: Annotated[
        str | None,
        typer.Option(
            "--fail-under", metavar="claim=0.5,mention=0.8", help="Exit 3 where an F1 is under its threshold."
        ),
    ] = None,
    oracle: Annotated[
        bool,
        typer.Option("--gold-mentions", help="Find the claims anew, between the gold's mentions: what the rules lose."),
    ] = False,
    debug: Debug = False,
) -> None:
    """Score a run against gold: precision, recall and F1 of mentions and claims."""
    del debug
    evaluate(
        folder, gold, as_json=as_json, errors=errors, split=split, thresholds=thresholds(fail_under), oracle=oracle
    )


@app.command("inspect", cls=Guarded, epilog="Example: pipeline inspect paper.pdf --find TNF-α")
def _inspect(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A PDF or text.")],
    find: Annotated[
        str | None, typer.Option("--find", metavar="TEXT", help="The first sentence that holds this text.")
    ] = None,
    sentence: Annotated[
        int | None,
        typer.Option("--sentence", metavar="N", help="The sentence of that number, counted from 0 as in the list."),
    ] = None,
    lexicon: Lexicon = None,
    reader: ReaderName = "auto",
    debug: Debug = False,
) -> None:
    """Show one sentence as it goes through the house; without --find or --sentence, list the sentences."""
    del debug
    inspect(file, find=find, sentence=sentence, lexicon=lexicon, reader=reader)


@app.command("schema", cls=Guarded, epilog="Example: pipeline schema claims > claim.schema.json")
def _schema(
    record: Annotated[
        str | None, typer.Argument(metavar="RECORD", help="One record's only: claims, mentions, run …")
    ] = None,
    debug: Debug = False,
) -> None:
    """Print the JSON Schema of the records that a run leaves."""
    del debug
    schema(record)


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


_lexicon = typer.Typer(no_args_is_help=True, help="Names to add to a lexicon, and what is wrong in one.")
app.add_typer(_lexicon, name="lexicon")


@_lexicon.command("suggest", cls=Guarded, epilog="Example: pipeline lexicon suggest runs/papers --out new.tsv")
def _suggest(
    folder: Annotated[str, typer.Argument(metavar="RUN", help="A run folder, or its URL.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The sheet; without it, to standard output.")
    ] = None,
    least: Annotated[int, typer.Option("--min", metavar="N", min=1, help="Only names of at least N mentions.")] = 1,
    lexicon: Lexicon = None,
    debug: Debug = False,
) -> None:
    """List names that a run found and no lexicon has, best first, as a sheet in which a curator marks the good ones."""
    del debug
    lexicon_suggest(folder, out=out, least=least, lexicon=lexicon)


@_lexicon.command("add", cls=Guarded, epilog="Example: pipeline lexicon add new.tsv --to my-lexicon")
def _add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A sheet of suggestions, with y in `accept`.")],
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="The lexicon folder that they go to.")],
    debug: Debug = False,
) -> None:
    """Take the accepted lines of a sheet into a lexicon folder of your own."""
    del debug
    lexicon_add(file, to=to)


@_lexicon.command("check", cls=Guarded, epilog="Example: pipeline lexicon check --lexicon my-lexicon")
def _check(
    lexicon: Checked = None,
    ids: Annotated[
        Path | None,
        typer.Option("--ids", metavar="DIR", help="Tables of public identifiers (id, name, synonyms) to hold ours to."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Find duplicates, clashes, bad identifiers and names that are never found; exit 1 where there are such."""
    del debug
    raise typer.Exit(lexicon_check(lexicon=lexicon, ids=ids))


@_lexicon.command("stats", cls=Guarded, epilog="Example: pipeline lexicon stats --json")
def _stats(
    lexicon: Checked = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    debug: Debug = False,
) -> None:
    """Count concepts, names and identifiers of the project's lexicon, or of your own."""
    del debug
    lexicon_stats(lexicon=lexicon, as_json=as_json)


def build(lexicon: Path | None) -> House:
    """The house. Raises DataError, UsageError for a wrong lexicon."""
    from pipeline.house import House
    from pipeline.knowledge import load

    return House(load(lexicon))


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


def evaluate(
    folder: str,
    gold: Sequence[Path],
    *,
    as_json: bool = False,
    errors: int | None = None,
    split: str | None = None,
    thresholds: Mapping[str, float] | None = None,
    oracle: bool = False,
) -> None:
    """Score a run folder against gold and print it. Raises UsageError, DataError, ThresholdMissed (after printing).

    With `oracle` the claims are those that the house finds between the gold's mentions, in the run's texts.
    """
    from dataclasses import asdict

    from pipeline import check, console
    from pipeline.console import scores
    from pipeline.store import read_run

    documents = check.load(gold, split)
    found = read_run(folder)
    mentions, claims = _on_gold_mentions(found, documents) if oracle else (found.mentions, found.claims)
    report = check.evaluate(documents, found.texts, mentions, claims)
    missed = check.below(report, thresholds or {})
    if found.run.state != "finished":
        console.warn(f"{folder}: this run is {found.run.state}, not finished")
    for warning in report.warnings:
        console.warn(warning)
    if as_json:
        chosen = report.errors if errors in (None, ALL_ERRORS) else report.errors[:errors]
        listed = {} if errors is None else {"errors": [asdict(e) for e in chosen]}
        marked = {"gold_mentions": True} if oracle else {}
        console.json({**marked, **check.as_json(report), **listed})
    else:
        scores.report(report, errors=errors, oracle=oracle)
    if missed:
        raise ThresholdMissed("; ".join(missed))


def _on_gold_mentions(found: RunFolder, gold: Sequence[GoldDocument]) -> tuple[tuple[Mention, ...], tuple[Claim, ...]]:
    """The gold's mentions in the texts of a run, and the claims between them, by that run's lexicon."""
    from pipeline.check import gold_mentions
    from pipeline.records import Paper

    lexicon = found.run.options.get("lexicon", ())
    house = build(Path(lexicon[0]) if lexicon else None)
    documents = {d.id: d for d in found.documents}
    mentions: list[Mention] = []
    claims: list[Claim] = []
    for document in gold:
        text = found.texts.get(document.id)
        if text is None:
            continue
        given = gold_mentions(document, text, (m for m in found.mentions if m.doc == document.id))
        mentions += given
        claims += house.claims_of(Paper(documents[document.id], text), given)
    return tuple(mentions), tuple(claims)


def thresholds(text: str | None) -> dict[str, float]:
    """`claim=0.5,mention=0.8` as figure -> least F1. Raises UsageError where it is not of that form."""
    found: dict[str, float] = {}
    for part in (text or "").split(","):
        if not part.strip():
            continue
        figure, _, value = part.partition("=")
        try:
            found[figure.strip()] = float(value)
        except ValueError:
            raise UsageError(f"--fail-under: {part.strip()!r} is not of the form claim=0.5") from None
    if text is not None and not found:
        raise UsageError("--fail-under: no threshold given (wanted: claim=0.5,mention=0.8)")
    return found


def inspect(
    file: Path,
    *,
    find: str | None = None,
    sentence: int | None = None,
    lexicon: Path | None = None,
    reader: str = "auto",
) -> None:
    """Print one sentence's way through the house. Raises UsageError, InputError, DataError."""
    from pipeline.console import sentences as console
    from pipeline.inputs import gather
    from pipeline.job import reader_named
    from pipeline.read import read

    if find is not None and sentence is not None:
        raise UsageError("--find and --sentence: give one of them")
    if file.is_dir():
        raise UsageError(f"{file}: a folder; inspect takes one file")
    (source,) = gather([file])
    house = build(lexicon)
    paper = read(source.path, source.id, reader_named(reader))
    sentences = house.sentences(paper)
    if find is None and sentence is None:
        console.sentence_list(sentences)
        return
    if sentence is not None:
        if not 0 <= sentence < len(sentences):
            raise UsageError(f"--sentence {sentence}: {file} has sentences 0 to {len(sentences) - 1}")
        numbers = [sentence]
    else:
        numbers = _holding(find or "", sentences)
        if not numbers:
            raise UsageError(f"--find {find}: in no sentence of {file}; `pipeline inspect {file}` lists them")
    console.inspection(numbers[0], house.trace(paper, numbers[0]), numbers[1:])


def _holding(text: str, sentences: Sequence[Sentence]) -> list[int]:
    """Numbers of the sentences that hold `text`, width, case, blanks and hyphens apart."""
    from pipeline.fold import squeeze

    wanted = squeeze(text).low
    return [n for n, s in enumerate(sentences) if wanted in squeeze(s.text).low] if wanted else []


def schema(record: str | None = None) -> None:
    """Print the JSON Schema of all records by file name, or of one. Raises UsageError for one that does not exist."""
    from pipeline import console
    from pipeline.schema import schema_of
    from pipeline.store import FILES

    if record is None:
        console.json({name: schema_of(kind) for name, kind in FILES.items()})
        return
    wanted = record.removesuffix(".jsonl").removesuffix(".json").lower()
    for name, kind in FILES.items():
        if wanted in (name.partition(".")[0], kind.__name__.lower()):
            console.json(schema_of(kind))
            return
    raise UsageError(f"{record}: no such record (there are {', '.join(n.partition('.')[0] for n in FILES)})")


def lexicon_suggest(folder: str, *, out: Path | None = None, least: int = 1, lexicon: Path | None = None) -> None:
    """Write the sheet of a run's suggestions, or print it. Raises UsageError, DataError, OutputError."""
    from pipeline import console
    from pipeline.console import curation
    from pipeline.curate import sheet
    from pipeline.curate.suggest import suggest
    from pipeline.curate.tables import replace_all
    from pipeline.knowledge import load
    from pipeline.store import read_run

    found = read_run(folder)
    if out is not None and sheet.in_use(out):
        raise OutputError(f"{out}: lines are marked in it, or it is no sheet; give another --out")
    suggestions = suggest(found.mentions, found.glosses, found.texts, load(lexicon), least=least)
    text = sheet.written(suggestions)
    if out is None:
        console.out(text.rstrip("\n"))
        return
    replace_all({out: text.encode()})
    curation.suggested(suggestions, out)


def lexicon_add(file: Path, *, to: Path) -> None:
    """Add a sheet's accepted lines to a lexicon folder. Raises UsageError, DataError, OutputError."""
    from pipeline.console import curation
    from pipeline.curate.add import add
    from pipeline.curate.sheet import read_sheet
    from pipeline.curate.tables import read_table, replace_all

    accepted = read_sheet(file)
    if not accepted:
        raise UsageError(f"{file}: no line is accepted; write y into the column `accept` of those that you want")
    done = add(accepted, tuple(map(read_table, sorted(to.glob("*.tsv")))), file.name)
    replace_all({to / name: data for name, data in done.files.items()})
    curation.added(done, to)


def lexicon_check(*, lexicon: Path | None = None, ids: Path | None = None) -> int:
    """Print the faults of a lexicon folder, or of the project's; the exit code. Raises UsageError, DataError."""
    from pipeline.console import curation
    from pipeline.curate import check
    from pipeline.curate.tables import read_folder
    from pipeline.knowledge import LEXICON, load

    tables = read_folder(lexicon or LEXICON)
    records = None if ids is None else check.read_records(ids)
    behind = () if lexicon is None else read_folder(LEXICON)
    refused: DataError | None = None
    look_up = None
    try:
        look_up = check.finder(load(lexicon), (*tables, *behind))
    except DataError as e:
        refused = e
    faults = check.check(tables, records, look_up)
    severe = any(f.severe for f in faults)
    if refused and not severe:  # what it tells is of files that nobody asked about
        raise refused
    curation.lexicon_faults(faults, tables, searched=look_up is not None)
    return 1 if severe else 0


def lexicon_stats(*, lexicon: Path | None = None, as_json: bool = False) -> None:
    """Print the figures of a lexicon folder, or of the project's. Raises UsageError, DataError."""
    from dataclasses import asdict

    from pipeline import console
    from pipeline.console import curation
    from pipeline.curate.stats import stats
    from pipeline.curate.tables import read_folder
    from pipeline.knowledge import LEXICON

    figures = stats(read_folder(lexicon or LEXICON))
    if as_json:
        console.json(asdict(figures))
    else:
        curation.lexicon_figures(figures)


def main() -> None:
    """The console script. A terminal that cannot show a character gets its escape, not a crash."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    _only_called(sys.argv[1:])
    app(prog_name="pipeline")


def _only_called(args: Sequence[str]) -> None:
    """Leave the other commands out where one is called: typer makes them all, and each option takes its time."""
    called = next((a for a in args if not a.startswith("-")), None)
    if any(command.name == called for command in app.registered_commands):
        app.registered_commands = [c for c in app.registered_commands if c.name == called]
        app.registered_groups = []
