"""What is done to a lexicon: suggestions, added lines, faults, counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pipeline.console import out
from pipeline.console.figures import FigureTable
from pipeline.curate.add import Added
from pipeline.curate.check import MILD, SEVERE, Fault
from pipeline.curate.stats import Stats
from pipeline.curate.suggest import Suggestion, Tier
from pipeline.curate.tables import Table

_TIER_NAMES = {
    Tier.GLOSS: "defined in a paper",
    Tier.SHAPE: "by shape or company",
    Tier.PHRASE: "phrases",
    Tier.COMPOSED: "made of known words",
}
_FAULT_NAMES = {
    "form": "of form",
    "identifier": "bad identifiers",
    "duplicate": "duplicates",
    "clash": "clashes between types",
    "unreachable": "names not found as what they are",
    "script": "names in the wrong column",
    "repeated": "names written twice",
    "unknown": "identifiers not in the tables",
}


def suggested(found: Sequence[Suggestion], path: Path) -> None:
    """How many suggestions a sheet holds, and what to do with it."""
    tiers = Counter(s.tier for s in found)
    parts = ", ".join(f"{tiers[tier]} {what}" for tier, what in _TIER_NAMES.items())
    out(f"{len(found)} suggestions: {parts}")
    out(f"written to {path}")
    out(f"write y into the column accept of the good ones, then: pipeline lexicon add {path} --to DIR")


def added(done: Added, folder: Path) -> None:
    """What went into a lexicon folder, and what was left out."""
    for line in done.lines:
        out(f"{folder / line.file}:{line.number}: {line.kind} {' | '.join(line.full)}")
    for reason in done.skipped:
        out(f"left out: {reason}")
    out(f"{len(done.lines)} added, {len(done.skipped)} left out")


def lexicon_faults(faults: Sequence[Fault], tables: Sequence[Table], *, searched: bool) -> None:
    """A lexicon's faults, a line each, and their sums; `searched` says whether its names were looked for in texts."""
    for f in faults:
        out(f"{f.file}:{f.line}: {'' if f.severe else 'note: '}{f.reason}")
    kinds = Counter(f.kind for f in faults)
    severe, mild = (
        ", ".join(f"{kinds[k]} {_FAULT_NAMES[k]}" for k in ks if kinds[k]) or "none" for ks in (SEVERE, MILD)
    )
    concepts = sum(len(table.lines) for table in tables)
    out(f"{concepts} concepts in {len(tables)} tables; faults: {severe}; notes: {mild}")
    if not searched:
        out("whether names are found was not looked into: mend the form first")


def lexicon_figures(found: Stats) -> None:
    """The counts of a lexicon: by table, by type, by vocabulary."""
    for title, part in (("Tables", found.files), ("Types", found.kinds)):
        table = FigureTable(title, ("", "concepts", "names", "Chinese", "English", "both", "identifier"))
        rows = [*part.items(), ("all", found.all)]
        for n, (name, c) in enumerate(rows, 1):
            shares = (_share(part, c.concepts) for part in (c.chinese, c.english, c.both, c.identified))
            table.add(name, c.concepts, c.names, *shares, end=n == len(rows) - 1)
        table.show()
        out("")
    vocabularies = tuple(found.all.vocabularies)
    table = FigureTable("Identifiers", ("", *vocabularies))
    for name, c in (*found.kinds.items(), ("all", found.all)):
        table.add(name, *(c.vocabularies.get(v, 0) for v in vocabularies))
    table.show()


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"
