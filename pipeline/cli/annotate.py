"""`annotate`: claims to annotation tools, and corrected ones back as gold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.shell import Debug, Guarded, app, opened
from pipeline.errors import DataError, OutputError, UsageError

if TYPE_CHECKING:
    from pipeline.annotate import Marked
    from pipeline.check import GoldDocument

_annotate = typer.Typer(no_args_is_help=True, help="Claims to annotation tools, and corrected ones back as gold.")
app.add_typer(_annotate, name="annotate")


@_annotate.command("export", cls=Guarded, epilog="Example: pipeline annotate export runs/papers --to brat --out marks")
def _export(
    source: Annotated[
        str, typer.Argument(metavar="RUN|GOLD", help="A run folder; or a gold file, or a folder of them.")
    ],
    to: Annotated[str, typer.Option("--to", metavar="brat|label-studio|inception", help="The tool.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder for its files.")],
    docs: Annotated[
        list[str] | None, typer.Option("--doc", metavar="ID", help="Only this paper; may be given several times.")
    ] = None,
    debug: Debug = False,
) -> None:
    """Write papers with their mentions and claims as the files of an annotation tool."""
    del debug
    annotate_export(source, to=to, out=out, docs=docs or ())


@_annotate.command("import", cls=Guarded, epilog="Example: pipeline annotate import marks --out gold")
def _import(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The tool's files: a folder, or one file.")],
    out: Annotated[Path, typer.Option("--out", metavar="GOLD", help="The folder for the gold files.")],
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="brat|label-studio|inception", help="The tool; without it, by the files."),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="WHO", help="Label Studio: whose annotations, by number or address.")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="RUN|GOLD", help="What was exported: count what has been changed since."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Read the files of an annotation tool back as gold; nothing is written where they cannot be gold."""
    del debug
    annotate_import(path, out=out, source=source, by=by, against=against)


@_annotate.command("check", cls=Guarded, epilog="Example: pipeline annotate check gold")
def _check(
    gold: Annotated[list[Path], typer.Argument(metavar="GOLD", help="Gold files <doc>.jsonl, and folders of them.")],
    debug: Debug = False,
) -> None:
    """Hold gold to the annotation guidelines; exit 1 where a rule is broken."""
    del debug
    raise typer.Exit(annotate_check(gold))


def annotate_export(source: str, *, to: str, out: Path, docs: Sequence[str] = ()) -> None:
    """Write a tool's files of a run or of gold. Raises UsageError, DataError, OutputError.

    Files that stand there already, and differ, may hold somebody's corrections: they are not written over.
    """
    from pipeline.annotate import files_of
    from pipeline.annotate.formats import format_named
    from pipeline.console import annotate as shown
    from pipeline.files import replace_all

    tool = format_named(to)
    marked, suggested = _marked(source)
    known = {m.id for m in marked}
    unknown = [doc for doc in docs if doc not in known]
    if unknown:
        raise UsageError(f"--doc {unknown[0]}: no paper of {source} (it has {', '.join(m.id for m in marked)})")
    chosen = [m for m in marked if not docs or m.id in docs]
    files = {out / name: data for name, data in files_of(chosen, tool, suggested=suggested).items()}
    try:
        taken = [file for file, data in files.items() if file.exists() and (file.is_dir() or file.read_bytes() != data)]
    except OSError as e:
        raise OutputError(f"{out}: cannot be read ({e.strerror or e})") from e
    if taken:
        raise OutputError(f"{taken[0]}: there already, with other content; give another --out, or move it away")
    replace_all(files)
    shown.exported(chosen, tool, out)


def annotate_import(
    path: Path, *, out: Path, source: str | None = None, by: str | None = None, against: str | None = None
) -> None:
    """Write gold of a tool's files. Raises UsageError, DataError with all that cannot be gold, OutputError."""
    from pipeline import console
    from pipeline.annotate import Findings, read_marked, to_gold
    from pipeline.annotate.compare import all_corrections
    from pipeline.annotate.formats import format_named
    from pipeline.annotate.lint import lint
    from pipeline.check.gold import written
    from pipeline.console import annotate as shown
    from pipeline.files import replace_all
    from pipeline.knowledge import load_rules
    from pipeline.writer import text_name

    findings = Findings()
    documents: list[GoldDocument] = []
    for marked in read_marked(path, None if source is None else format_named(source), findings, by):
        try:
            text_name(marked.id)
        except ValueError as e:
            findings.faults.append(f"{marked.where}: {e}")
        if any(d.id == marked.id for d in documents):
            findings.faults.append(f"{marked.where}: a second document {marked.id!r}")
        if not marked.cuts:
            findings.faults.append(f"{marked.where}: no sentence in it")
        documents.append(to_gold(marked, findings))
    for remark in findings.remarks:
        console.warn(remark)
    if findings.faults:
        raise DataError(findings.faults)
    if not documents:
        raise UsageError(f"{path}: nothing is annotated in it")
    before = None if against is None else [to_gold(m, Findings()) for m in _marked(against)[0]]
    files = {out / name: data for document in documents for name, data in written(document).items()}
    replace_all(files)
    shown.imported(documents, out)
    if before is not None:
        for missing in sorted({d.id for d in documents} - {d.id for d in before}):
            console.warn(f"{missing}: not in {against}; its corrections are not counted")
        shown.corrected(all_corrections(before, documents))
    shown.to_look_at(lint([out / f"{d.id}.jsonl" for d in documents], load_rules(frozenset())), out)


def annotate_check(gold: Sequence[Path]) -> int:
    """Print what gold files break of the guidelines, and what is doubtful; the exit code. Raises UsageError."""
    from pipeline.annotate.lint import lint
    from pipeline.console import annotate as shown
    from pipeline.knowledge import load_rules

    found = lint(gold, load_rules(frozenset()))
    shown.findings(found)
    return 1 if any(f.severe for f in found) else 0


def _marked(source: str) -> tuple[list[Marked], bool]:
    """The papers of a run or of gold, and whether they are a run's. Raises UsageError, DataError."""
    from pipeline import check
    from pipeline.annotate import of_gold, of_run

    path = Path(source)
    if path.is_file() or (path.is_dir() and not (path / "run.json").exists() and any(path.glob("*.jsonl"))):
        return [of_gold(document) for document in check.load([path])], False
    found = opened(source)
    marked = list(of_run(found))
    if not marked:
        raise UsageError(f"{source}: no paper with a text in it")
    return marked, True
