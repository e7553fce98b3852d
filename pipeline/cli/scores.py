"""`eval`: a run beside gold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli import shell
from pipeline.cli.shell import AsJson, Debug, Guarded, RunArgument, app
from pipeline.errors import ThresholdMissed, UsageError

if TYPE_CHECKING:
    from pipeline.check import GoldDocument
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
