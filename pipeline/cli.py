"""The command line: typer shells over plain functions.

What is heavy (spaCy, jieba, pdfplumber, rapidfuzz, rich) is imported inside the commands that need it, so that `--help`
and `--version` answer at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from pipeline.errors import DataError, OutputError, PipelineError, ThresholdMissed, UsageError
from pipeline.version import VERSION

if TYPE_CHECKING:
    from pipeline.check import GoldDocument
    from pipeline.house import House
    from pipeline.read.pdf import Reader
    from pipeline.records import Claim, Mention, Paper, Sentence
    from pipeline.segment.words import Engine
    from pipeline.store import RunFolder

INTERRUPTED = 130
PAGE_SECONDS = 60.0
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
            _problem("interrupted")
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:  # `pipeline schema | head`: typer knows what to do
            raise
        except Exception as e:
            if ctx.meta.get(DEBUG):
                _trace(e)
            if isinstance(e, PipelineError):
                for line in e.faults if isinstance(e, DataError) else [str(e)]:
                    _problem(line)
                raise typer.Exit(e.exit_code) from None
            _problem(f"{type(e).__name__}: {e}; this is a bug: run with --debug for the trace")
            raise typer.Exit(1) from None


class WithErrors(Guarded):
    """A command whose `--errors` may stand without its number, which typer has no word for."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments, after giving a bare `--errors` its number."""
        following = [*args[1:], ""]
        bare = (a == "--errors" and not n.isdecimal() for a, n in zip(args, following, strict=True))
        return super().parse_args(ctx, [f"{a}={ALL_ERRORS}" if b else a for a, b in zip(args, bare, strict=True)])


def _problem(message: str) -> None:
    from pipeline.console import problem

    problem(message)


def _trace(error: BaseException) -> None:
    from pipeline.console import trace

    trace(error)


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
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="PDF and text files, and folders of them.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="RUN", help="The run folder; without it, runs/<name of the first path>."),
    ] = None,
    lexicon: Lexicon = None,
    reader: ReaderName = "auto",
    segmenter: SegmenterName = "jieba",
    page_timeout: Annotated[
        float, typer.Option("--page-timeout", metavar="SECONDS", min=0, help="The most that a page may take; 0: any.")
    ] = PAGE_SECONDS,
    debug: Debug = False,
) -> None:
    """Read papers and write their mentions and claims into a run folder."""
    del debug
    code = run(
        paths,
        out=out,
        lexicon=lexicon,
        reader=reader,
        segmenter=segmenter,
        page_timeout=page_timeout,
        debug=ctx.meta[DEBUG],
    )
    raise typer.Exit(code)


@app.command("eval", cls=WithErrors, epilog="Example: pipeline eval runs/papers gold/ --errors 20")
def _eval(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
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


_lexicon = typer.Typer(no_args_is_help=True, help="Names to add to a lexicon, and what is wrong in one.")
app.add_typer(_lexicon, name="lexicon")


@_lexicon.command("suggest", cls=Guarded, epilog="Example: pipeline lexicon suggest runs/papers --out new.tsv")
def _suggest(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
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


def build(
    lexicon: Path | None, reader: Callable[[Path, str], Paper] | None = None, segmenter: Engine = "jieba"
) -> tuple[House, Mapping[str, str]]:
    """The house, and the sha256 of each file of its knowledge.

    Raises DataError, UsageError for a wrong lexicon or a segmenter that is not installed.
    """
    from pipeline.house import House
    from pipeline.knowledge import load
    from pipeline.read import read

    knowledge = load(lexicon)
    return House(knowledge, reader or read, segmenter), knowledge.digests


def reader_named(name: str) -> Reader:
    """The reader of that name. Raises UsageError."""
    from pipeline.read.pdf import READERS

    for reader in READERS:
        if name == reader:
            return reader
    raise UsageError(f"--reader {name}: no such reader (there are {', '.join(READERS)})")


def segmenter_named(name: str) -> Engine:
    """The segmenter of that name. Raises UsageError."""
    from pipeline.segment.words import ENGINES

    for engine in ENGINES:
        if name == engine:
            return engine
    raise UsageError(f"--segmenter {name}: no such segmenter (there are {', '.join(ENGINES)})")


def run(
    paths: Sequence[Path],
    *,
    out: Path | None = None,
    lexicon: Path | None = None,
    reader: str = "auto",
    segmenter: str = "jieba",
    page_timeout: float = PAGE_SECONDS,
    debug: bool = False,
) -> int:
    """Run the house over files and folders; the exit code. Raises UsageError, DataError, OutputError."""
    from pipeline import console
    from pipeline.inputs import gather, shown
    from pipeline.read.guard import Guard
    from pipeline.run import run as run_papers
    from pipeline.run import versions
    from pipeline.store import RunWriter, new_run

    inputs = gather(paths)
    folder = out or default_out(paths[0])
    options = {
        "paths": tuple(map(shown, paths)),
        "out": (shown(folder),),
        "lexicon": () if lexicon is None else (shown(lexicon),),
        "reader": (reader,),
        "segmenter": (segmenter,),
        "page_timeout": (f"{page_timeout:g}",),
    }
    engine = segmenter_named(segmenter)
    # The guard's process starts while the house is built.
    with Guard(reader_named(reader), page_timeout) as guard:
        house, digests = build(lexicon, guard.read, engine)
        head = new_run(options, dict(digests), versions())
        writer = RunWriter(folder, head)
        with console.RunView(len(inputs), debug=debug) as view:
            summary = run_papers(inputs, house=house, writer=writer, head=head, watch=view)
    console.summary(summary)
    if summary.interrupted:
        return INTERRUPTED
    return 4 if summary.failures else 0


def default_out(first: Path) -> Path:
    """Where a run goes that was not told: `runs/` and the first path's name, without suffix where it is a file."""
    whole = first.absolute()
    return Path("runs", (whole.resolve().name if whole.is_dir() else whole.stem) or "all")


def evaluate(
    folder: Path,
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
        console.report(report, errors=errors, oracle=oracle)
    if missed:
        raise ThresholdMissed("; ".join(missed))


def _on_gold_mentions(found: RunFolder, gold: Sequence[GoldDocument]) -> tuple[tuple[Mention, ...], tuple[Claim, ...]]:
    """The gold's mentions in the texts of a run, and the claims between them, by that run's lexicon."""
    from pipeline.check import gold_mentions
    from pipeline.records import Paper

    lexicon = found.run.options.get("lexicon", ())
    house, _ = build(Path(lexicon[0]) if lexicon else None)
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
    from functools import partial

    from pipeline import console
    from pipeline.inputs import gather
    from pipeline.read import read

    if find is not None and sentence is not None:
        raise UsageError("--find and --sentence: give one of them")
    if file.is_dir():
        raise UsageError(f"{file}: a folder; inspect takes one file")
    (source,) = gather([file])
    house, _ = build(lexicon, partial(read, reader=reader_named(reader)))
    paper = house.read(source.path, source.id)
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


def lexicon_suggest(folder: Path, *, out: Path | None = None, least: int = 1, lexicon: Path | None = None) -> None:
    """Write the sheet of a run's suggestions, or print it. Raises UsageError, DataError, OutputError."""
    from pipeline import console
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
    console.suggested(suggestions, out)


def lexicon_add(file: Path, *, to: Path) -> None:
    """Add a sheet's accepted lines to a lexicon folder. Raises UsageError, DataError, OutputError."""
    from pipeline import console
    from pipeline.curate.add import add
    from pipeline.curate.sheet import read_sheet
    from pipeline.curate.tables import read_table, replace_all

    accepted = read_sheet(file)
    if not accepted:
        raise UsageError(f"{file}: no line is accepted; write y into the column `accept` of those that you want")
    done = add(accepted, tuple(map(read_table, sorted(to.glob("*.tsv")))), file.name)
    replace_all({to / name: data for name, data in done.files.items()})
    console.added(done, to)


def lexicon_check(*, lexicon: Path | None = None, ids: Path | None = None) -> int:
    """Print the faults of a lexicon folder, or of the project's; the exit code. Raises UsageError, DataError."""
    from pipeline import console
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
    console.lexicon_faults(faults, tables, searched=look_up is not None)
    return 1 if severe else 0


def lexicon_stats(*, lexicon: Path | None = None, as_json: bool = False) -> None:
    """Print the figures of a lexicon folder, or of the project's. Raises UsageError, DataError."""
    from dataclasses import asdict

    from pipeline import console
    from pipeline.curate.stats import stats
    from pipeline.curate.tables import read_folder
    from pipeline.knowledge import LEXICON

    figures = stats(read_folder(lexicon or LEXICON))
    if as_json:
        console.json(asdict(figures))
    else:
        console.lexicon_figures(figures)


def main() -> None:
    """The console script. A terminal that cannot show a character gets its escape, not a crash."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    app(prog_name="pipeline")
