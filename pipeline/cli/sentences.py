"""`inspect` and `schema`: one sentence's way through the house, and the form of the records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import shell
from pipeline.cli.shell import Debug, Guarded, Lexicon, ReaderName, app
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.records import Sentence


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
    house = shell.build(lexicon)
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
