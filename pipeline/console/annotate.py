"""What went to annotation tools, what came back, and what is wrong in gold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.annotate import Format, Marked
from pipeline.annotate.compare import Changes, Corrections
from pipeline.annotate.lint import Finding
from pipeline.check import GoldDocument
from pipeline.console import out, warn

_NEXT = {
    "brat": "move the folder into brat's data/, and open it there",
    "label-studio": "in a project: Settings, Labeling Interface, Code: interface.xml; then Import: tasks.json",
    "inception": "in a project: Settings, Layers, Import: layers.json; then Documents, Import, UIMA CAS XMI: the .xmi",
}


def exported(documents: Sequence[Marked], tool: Format, folder: Path) -> None:
    """What was written, and what to do with it."""
    mentions, claims = sum(len(d.mentions) for d in documents), sum(len(d.claims) for d in documents)
    counts = (len(documents), "paper"), (mentions, "mention"), (claims, "claim")
    out(f"{', '.join(_counted(*one) for one in counts)}: {tool} files in {folder}")
    out(_NEXT[tool])


def imported(documents: Sequence[GoldDocument], folder: Path) -> None:
    """What gold was made."""
    sentences = [s for d in documents for s in d.sentences]
    mentions, claims = sum(len(s.mentions) for s in sentences), sum(len(s.claims) for s in sentences)
    counts = (len(documents), "paper"), (len(sentences), "sentence"), (mentions, "mention"), (claims, "claim")
    out(f"{', '.join(_counted(*one) for one in counts)}: gold in {folder}")


def corrected(by_document: Mapping[str, Corrections]) -> None:
    """What a curator changed, by document and in all."""
    for doc, found in by_document.items():
        out(f"{doc}: {_corrections(found)}")
    if len(by_document) > 1:
        out(f"in all: {_corrections(sum(by_document.values(), Corrections()))}")


def _corrections(found: Corrections) -> str:
    lost = f"; {_counted(found.lost, 'sentence')} only on one side" if found.lost else ""
    return f"mentions {_changes(found.mentions)}; claims {_changes(found.claims)}{lost}"


def _changes(found: Changes) -> str:
    return f"{found.same} as they were, {found.changed} changed, {found.added} added, {found.removed} removed"


def to_look_at(found: Sequence[Finding], folder: Path) -> None:
    """The rules that new gold breaks, as warnings, and how to see its doubts."""
    for f in found:
        if f.severe:
            warn(f"{f.place}: {f.reason}")
    doubts = sum(not f.severe for f in found)
    if doubts:
        out(f"{_counted(doubts, 'doubt')}: pipeline annotate check {folder}")


def findings(found: Sequence[Finding]) -> None:
    """What gold breaks and what is doubtful, a line each, and their sums."""
    for f in found:
        out(f"{f.place}: {'' if f.severe else 'note: '}{f.reason}")
    severe = sum(f.severe for f in found)
    out(f"{_counted(severe, 'fault')}, {_counted(len(found) - severe, 'note')}")


def _counted(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"
