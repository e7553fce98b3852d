"""`eval`: a run beside gold; `diff`: two runs; `agree`: two golds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli import shell
from pipeline.cli.shell import AsJson, Debug, Guarded, RunArgument, app
from pipeline.errors import ThresholdMissed, UsageError

if TYPE_CHECKING:
    from pipeline.check import GoldDocument, Report
    from pipeline.check.intervals import Intervals
    from pipeline.records import Claim, Mention
    from pipeline.store import RunFolder

ALL_ERRORS = -1


class WithErrors(Guarded):
    """A command whose `--errors` may stand without its number, which typer has no word for."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments, after giving a bare `--errors` its number."""
        following = [*args[1:], ""]
        bare = (a == "--errors" and not n.isdecimal() for a, n in zip(args, following, strict=True))
        return super().parse_args(ctx, [f"{a}={ALL_ERRORS}" if b else a for a, b in zip(args, bare, strict=True)])


@app.command("eval", cls=WithErrors, epilog="Example: pipeline eval runs/papers gold/ --errors 20")
def _eval(
    folder: RunArgument,
    gold: Annotated[list[Path], typer.Argument(metavar="GOLD", help="Gold files <doc>.jsonl, and folders of them.")],
    as_json: AsJson = False,
    errors: Annotated[
        int | None,
        typer.Option(
            "--errors",
            metavar="[N]",
            min=ALL_ERRORS,
            help="List misses and extras: all, or the first N claims and mentions.",
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
    by: Annotated[
        list[str] | None,
        typer.Option("--by", metavar="section|lang|length|relation", help="Figures by that as well; may be repeated."),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write a page of all errors beside the gold, by their cause."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Score a run against gold: precision, recall and F1 of mentions and claims, and why what is wrong is wrong."""
    del debug
    evaluate(
        folder,
        gold,
        as_json=as_json,
        errors=errors,
        split=split,
        thresholds=thresholds(fail_under),
        oracle=oracle,
        by=by or (),
        html=html,
    )


@app.command("diff", cls=Guarded, epilog="Example: pipeline diff runs/before runs/after --gold gold/")
def _diff(
    first: Annotated[str, typer.Argument(metavar="RUN1", help="The run before: a folder, or its URL.")],
    second: Annotated[str, typer.Argument(metavar="RUN2", help="The run after.")],
    gold: Annotated[
        list[Path] | None,
        typer.Option("--gold", metavar="GOLD", help="Gold that says what got better or worse; may be repeated."),
    ] = None,
    split: Annotated[
        str | None, typer.Option("--split", metavar="PART", help="Only the gold of that part of split.json.")
    ] = None,
    show: Annotated[
        int, typer.Option("--show", metavar="N", min=0, help="List so many changes of each kind; --json has all.")
    ] = 20,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Tell what changed between two runs of the same papers, and with gold whether for the better."""
    del debug
    difference(first, second, gold=gold or (), split=split, show=show, as_json=as_json)


@app.command("agree", cls=WithErrors, epilog="Example: pipeline agree gold/anna gold/ben --errors")
def _agree(
    first: Annotated[Path, typer.Argument(metavar="GOLD1", help="Gold of the one annotator: a file or a folder.")],
    second: Annotated[Path, typer.Argument(metavar="GOLD2", help="Gold of the other, of the same sentences.")],
    as_json: AsJson = False,
    errors: Annotated[
        int | None,
        typer.Option(
            "--errors", metavar="[N]", min=ALL_ERRORS, help="List what they disagree on: all, or the first N."
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """Tell how far two annotators agree: F1, Cohen's kappa and Krippendorff's alpha."""
    del debug
    agreement(first, second, as_json=as_json, errors=errors)


def evaluate(
    folder: str,
    gold: Sequence[Path],
    *,
    as_json: bool = False,
    errors: int | None = None,
    split: str | None = None,
    thresholds: Mapping[str, float] | None = None,
    oracle: bool = False,
    by: Sequence[str] = (),
    html: Path | None = None,
) -> None:
    """Score a run folder against gold and print it; with `html` write the page of its errors there as well.

    Raises UsageError, DataError, OutputError, ThresholdMissed (after printing). With `oracle` the claims are those that
    the house finds between the gold's mentions, in the run's texts.
    """
    from dataclasses import asdict

    from pipeline import check, console
    from pipeline.check.intervals import intervals, intervals_json
    from pipeline.check.slices import FACETS
    from pipeline.console import scores

    unknown = [facet for facet in by if facet not in FACETS]
    if unknown:
        raise UsageError(f"--by: no {unknown[0]!r} (there are {', '.join(FACETS)})")
    documents = check.load(gold, split)
    found = shell.opened(folder)
    mentions, claims = _on_gold_mentions(found, documents) if oracle else (found.mentions, found.claims)
    sections = {document.id: document.sections for document in found.documents}
    report = check.evaluate(documents, found.texts, mentions, claims, sections)
    missed = check.below(report, thresholds or {})
    sure = intervals(tuple(report.documents.values()))
    for warning in report.warnings:
        console.warn(warning)
    if as_json:
        chosen = report.errors if errors in (None, ALL_ERRORS) else report.errors[:errors]
        listed = {} if errors is None else {"errors": [asdict(e) for e in chosen]}
        marked = {"gold_mentions": True} if oracle else {}
        console.json({**marked, **check.as_json(report), "intervals": intervals_json(sure), **listed})
    else:
        scores.report(report, sure, by=by, errors=errors, oracle=oracle)
    if html is not None:
        between = ", claims found between the gold's mentions" if oracle else ""
        _write_page(html, report, sure, f"{folder}: {', '.join(map(str, gold))}{between}")
    if missed:
        raise ThresholdMissed("; ".join(missed))


def _write_page(file: Path, report: Report, sure: Intervals, title: str) -> None:
    from pipeline import console
    from pipeline.check.page import page
    from pipeline.files import replace_all

    # A folder's name may hold bytes that are no UTF-8.
    replace_all({file: page(report, sure, title).encode(errors="replace")})
    console.err(f"{len(report.errors)} errors: {file}")


def _on_gold_mentions(found: RunFolder, gold: Sequence[GoldDocument]) -> tuple[tuple[Mention, ...], tuple[Claim, ...]]:
    """The gold's mentions in the texts of a run, and the claims between them, by that run's lexicon."""
    from pipeline.check import gold_mentions
    from pipeline.records import Paper

    lexicon = found.run.options.get("lexicon", ())
    house = shell.build(Path(lexicon[0]) if lexicon else None)
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


def difference(
    first: str,
    second: str,
    *,
    gold: Sequence[Path] = (),
    split: str | None = None,
    show: int = 20,
    as_json: bool = False,
) -> None:
    """Compare two run folders and print it. Raises UsageError, DataError."""
    from pipeline import check, console
    from pipeline.check import diff
    from pipeline.console import comparisons

    if split is not None and not gold:
        raise UsageError("--split says which gold to take; give --gold as well")
    documents = check.load(gold, split) if gold else ()
    runs = (shell.opened(first), shell.opened(second))
    before, after = (diff.RunRecords(run.texts, run.mentions, run.claims) for run in runs)
    found = diff.diff(before, after, documents)
    if not found.documents:
        raise UsageError(f"{first} and {second} have no paper in common")
    for warning in found.warnings:
        console.warn(warning)
    if as_json:
        console.json({"first": first, "second": second, **diff.as_json(found)})
    else:
        comparisons.diff(found, (first, second), show)


def agreement(first: Path, second: Path, *, as_json: bool = False, errors: int | None = None) -> None:
    """Compare two golds and print it. Raises UsageError, DataError."""
    from dataclasses import asdict

    from pipeline import check, console
    from pipeline.check import agree
    from pipeline.console import comparisons

    found = agree.agree(check.load([first]), check.load([second]))
    if not found.total.sentences["compared"]:
        raise UsageError(f"{first} and {second} have no sentence in common")
    if as_json:
        chosen = found.disagreements if errors in (None, ALL_ERRORS) else found.disagreements[:errors]
        listed = {} if errors is None else {"disagreements": [asdict(d) for d in chosen]}
        console.json({**agree.as_json(found), **listed})
    else:
        comparisons.agree(found, errors=errors)


def thresholds(text: str | None) -> dict[str, float]:
    """`claim=0.5,mention=0.8` as figure -> least F1. Raises UsageError where it is not of that form."""
    found: dict[str, float] = {}
    for part in (text or "").split(","):
        if not part.strip():
            continue
        figure, _, value = part.partition("=")
        try:
            least = float(value)
        except ValueError:
            least = math.nan
        if math.isnan(least):  # no figure would be under it
            raise UsageError(f"--fail-under: {part.strip()!r} is not of the form claim=0.5")
        found[figure.strip()] = least
    if text is not None and not found:
        raise UsageError("--fail-under: no threshold given (wanted: claim=0.5,mention=0.8)")
    return found
