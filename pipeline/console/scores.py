"""Evaluations: figures, misses and extras."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.check import Counts, Error, Report, Score
from pipeline.console import out
from pipeline.console.figures import FigureTable

_FIGURE_NAMES = {
    "mention": "mention",
    "mention_strict": "mention, strict",
    "mention_any_type": "mention, any type",
    "claim": "claim",
    "claim_strict": "claim, strict",
    "claim_any_relation": "claim, any relation",
    "claim_any_subject": "claim, any subject",
}


def report(found: Report, *, errors: int | None = None, oracle: bool = False) -> None:
    """An evaluation: the figures, the figures by document, and with `errors` that many misses and extras (-1: all).

    `oracle` says that the mentions are the gold's own.
    """
    if oracle:
        out("Oracle: claims found between the gold's mentions. The figures of mentions say how many could be placed.\n")
    _figures(found.total).show()
    shares = ", ".join(
        f"{name} {'-' if share.value is None else format(share.value, '.3f')}"
        for name, share in found.total.attributes.items()
    )
    out(f"\nAttributes right among matched claims: {shares}\n")
    _by_document(found).show()
    if errors is not None:
        error_list(found.errors, errors)


def _figures(score: Score) -> FigureTable:
    table = FigureTable("Figures", ("", "P", "R", "F1", "found", "in run", "in gold"))
    for of, parts in (("mention", score.types), ("claim", score.relations)):
        _add_counts(table, _FIGURE_NAMES[of], score.figures[of])
        for name, counts in parts.items():
            _add_counts(table, f"  {name}", counts)
        looser = [key for key in _FIGURE_NAMES if key.startswith(f"{of}_")]
        for key in looser:
            _add_counts(table, _FIGURE_NAMES[key], score.figures[key], end=of == "mention" and key == looser[-1])
    return table


def _add_counts(table: FigureTable, name: str, c: Counts, *, end: bool = False) -> None:
    table.add(name, f"{c.p:.3f}", f"{c.r:.3f}", f"{c.f1:.3f}", c.tp, c.system, c.gold, end=end)


def _by_document(found: Report) -> FigureTable:
    # In two lines, so that the table fits a terminal of 80.
    heads = ("mention\nP", "\nR", "\nF1", "strict\nF1", "claim\nP", "\nR", "\nF1", "strict\nF1")
    table = FigureTable("Documents", ("document", *heads))
    rows = [*found.documents.items(), ("all", found.total)]
    for n, (doc, score) in enumerate(rows, 1):
        cells: list[str] = []
        for key in ("mention", "claim"):
            counts, strict = score.figures[key], score.figures[f"{key}_strict"]
            cells += [f"{v:.3f}" for v in (counts.p, counts.r, counts.f1, strict.f1)]
        table.add(doc, *cells, end=n == len(rows) - 1)
    return table


def error_list(errors: Iterable[Error], most: int) -> None:
    """Misses and extras, each sentence once, claims before mentions; `most` of each kind of record, -1 for all."""
    for of in ("claim", "mention"):
        listed = [e for e in errors if e.of == of]
        chosen = listed if most < 0 else listed[:most]
        by_sentence: dict[tuple[str, str | None], list[Error]] = {}
        for error in chosen:
            by_sentence.setdefault((error.doc, error.sentence_id), []).append(error)
        out(
            f"\n{of}s only on one side: {len(listed)}" + (f", {len(chosen)} shown" if len(chosen) < len(listed) else "")
        )
        for (doc, sentence_id), group in by_sentence.items():
            out(f"{doc} {sentence_id or '(not in the gold text)'}: {group[0].sentence or ''}".rstrip(": "))
            for e in group:
                out(f"  {e.kind:5} {e.what}" + (f"  [{e.rule}]" if e.rule else ""))
