"""The run: each input through the house, what came of it to the store, and a summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from platform import python_version
from time import perf_counter
from typing import Protocol

from pipeline.errors import InputError, UnsupportedInput
from pipeline.inputs import READABLE, Input
from pipeline.records import Failure, Result
from pipeline.store import Run, RunWriter

LIBRARIES = (
    "ahocorasick-rs", "jieba", "opencc-python-reimplemented", "pdfminer.six", "pdfplumber", "pypdfium2", "spacy",
)  # fmt: skip


class Worker(Protocol):
    """What a run wants of the house."""

    def work(self, path: Path, doc_id: str, on_stage: Callable[[str], None] | None = None) -> Result:
        """All that the stages make of one paper. Raises InputError where it cannot be read."""


class Watch(Protocol):
    """Who is told how a run goes on."""

    def begin(self, source: Input) -> None:
        """A paper is taken up."""

    def stage(self, name: str) -> None:
        """The paper enters a stage."""

    def end(self, row: PaperRow, failure: Failure | None, crash: Exception | None) -> None:
        """The paper is done; `failure` says why not, `crash` is the error that nobody foresaw."""


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper in the summary: `mentions` by type, `claims` by relation; `pages` is 0 for text, `seconds` by stage.

    `corroborations` and `conflicts` count pairs of claims.
    """

    doc: str
    pages: int = 0
    mentions: Mapping[str, int] = field(default_factory=dict)
    claims: Mapping[str, int] = field(default_factory=dict)
    glosses: int = 0
    references: int = 0
    floats: int = 0
    negated: Mapping[str, int] = field(default_factory=dict)
    hedged: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    failed: bool = False
    corroborations: int = 0
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in short: its papers in order of their ids, what failed, and the seconds from first to last."""

    folder: Path
    papers: tuple[PaperRow, ...]
    failures: tuple[Failure, ...]
    seconds: float
    interrupted: bool

    def sums(self, column: str) -> Counter[str]:
        """One of the papers' counts (`mentions`, `claims`, `negated`, `hedged`, `seconds`), summed."""
        total: Counter[str] = Counter()
        for paper in self.papers:
            total.update(getattr(paper, column))
        return total


def run(inputs: Sequence[Input], *, house: Worker, writer: RunWriter, head: Run, watch: Watch) -> Summary:
    """Work all inputs and write the run folder; `head` is the run's record, still without counts, seconds, failures.

    What one paper raises becomes its failure record; the others go on. A KeyboardInterrupt ends the run early, and what
    is done is written. Raises OutputError where it cannot be.
    """
    began = perf_counter()
    rows: list[PaperRow] = []
    failures: list[Failure] = []
    interrupted = False
    try:
        for source in inputs:
            row, failure = _paper(source, house, writer, watch)
            rows.append(row)
            if failure:
                failures.append(failure)
    except KeyboardInterrupt:
        interrupted = True
    summary = Summary(writer.folder, tuple(rows), tuple(failures), perf_counter() - began, interrupted)
    writer.finish(_tail(head, summary))
    return summary


def _paper(source: Input, house: Worker, writer: RunWriter, watch: Watch) -> tuple[PaperRow, Failure | None]:
    stage = "read"

    def enter(name: str) -> None:
        nonlocal stage
        stage = name
        watch.stage(name)

    failure: Failure | None = None
    crash: Exception | None = None
    row = PaperRow(source.id, failed=True)
    watch.begin(source)
    try:
        if not source.readable:
            kinds = ", ".join(READABLE)
            raise UnsupportedInput(
                f"{source.path.suffix or 'a file without suffix'} is not read; convert it to {kinds}"
            )
        result = house.work(source.path, source.id, enter)
        enter("write")
        paper = replace(result.paper, document=replace(result.paper.document, path=source.shown))
        result = replace(result, paper=paper)
        writer.add(result)
        row = _row(result)
    except InputError as e:
        # The record has the path in a field of its own.
        reason = " ".join(str(e).removeprefix(f"{source.path}: ").split())
        failure = Failure(source.shown, stage, type(e).__name__, reason)
    except OSError as e:
        failure = Failure(source.shown, stage, type(e).__name__, f"cannot be opened ({e.strerror or e})")
    except Exception as e:  # whatever it is, the other papers go on; --debug shows the trace
        crash = e
        reason = " ".join(str(e).split()) or "no message"
        failure = Failure(source.shown, stage, type(e).__name__, f"{reason}; a bug: run with --debug for the trace")
    if failure:
        writer.fail(source, failure)
    watch.end(row, failure, crash)
    return row, failure


def _row(result: Result) -> PaperRow:
    document, claims = result.paper.document, result.claims
    return PaperRow(
        doc=document.id,
        pages=document.pages or 0,
        mentions=Counter(m.type for m in result.mentions),
        claims=Counter(c.relation for c in claims),
        glosses=len(result.glosses),
        references=len(result.paper.references),
        floats=len(result.paper.floats),
        negated=Counter(c.relation for c in claims if c.negated),
        hedged=Counter(c.relation for c in claims if c.certainty == "hedged"),
        seconds=result.seconds,
        warnings=document.warnings,
        corroborations=sum(len(c.corroborates) for c in claims) // 2,
        conflicts=sum(len(c.conflicts) for c in claims) // 2,
    )


def _tail(head: Run, summary: Summary) -> Run:
    counts = {
        "documents": len(summary.papers),
        "failed": len(summary.failures),
        "pages": sum(p.pages for p in summary.papers),
        "references": sum(p.references for p in summary.papers),
        "floats": sum(p.floats for p in summary.papers),
        "glosses": sum(p.glosses for p in summary.papers),
        "mentions": summary.sums("mentions").total(),
        "claims": summary.sums("claims").total(),
        "corroborations": sum(p.corroborations for p in summary.papers),
        "conflicts": sum(p.conflicts for p in summary.papers),
    }
    seconds = {stage: round(s, 3) for stage, s in summary.sums("seconds").items()}
    return replace(
        head,
        state="interrupted" if summary.interrupted else "finished",
        counts=counts,
        seconds={**seconds, "all": round(summary.seconds, 3)},
        failures=summary.failures,
    )


def versions(libraries: Iterable[str] = LIBRARIES) -> dict[str, str]:
    """Python's version and those of the libraries that shape a run; a library that is not installed is left out."""
    found = {"python": python_version()}
    for library in libraries:
        try:
            found[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            continue
    return found
