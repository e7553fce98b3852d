"""Evaluations: figures, misses and extras."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.check import Counts, Error, Report, Score
from pipeline.check.intervals import LEVEL, RESAMPLES, Interval, Intervals
from pipeline.console import out
from pipeline.console.figures import FigureTable

FIGURE_NAMES = {
    "mention": "mention",
    "mention_strict": "mention, strict",
    "mention_any_type": "mention, any type",
    "claim": "claim",
    "claim_strict": "claim, strict",
    "claim_any_relation": "claim, any relation",
    "claim_any_subject": "claim, any subject",
}


_FACET_TITLES = {
    "section": "By part of the paper",
    "lang": "By language",
    "length": "By characters of the sentence",
    "relation": "By relation",
}


def report(
    found: Report, sure: Intervals, *, by: Sequence[str] = (), errors: int | None = None, oracle: bool = False
) -> None:
    """An evaluation: the figures, the figures by document, by the facets of `by`, and with `errors` that many misses
    and extras (-1: all), after their causes.

    `oracle` says that the mentions are the gold's own.
    """
    if oracle:
        out("Oracle: claims found between the gold's mentions. The figures of mentions say how many could be placed.\n")
    _figures(found.total, sure).show()
    out(f"\n{interval_note(sure)}")
    shares = ", ".join(
        f"{name} {'-' if share.value is None else format(share.value, '.3f')}"
        for name, share in found.total.attributes.items()
    )
    out(f"Attributes right among matched claims: {shares}\n")
    _by_document(found).show()
    for facet in dict.fromkeys(by):
        out("")
        _by_facet(found, facet).show()
    if errors is not None:
        out("")
        _causes(found).show()
        error_list(found.errors, errors)


def interval_note(sure: Intervals) -> str:
    """What the intervals are, or why there are none."""
    if sure.figures is None:
        return f"No intervals: {sure.why}."
    methods = {i.method for measures in sure.figures.values() for i in measures.values()}
    named = "BCa" if methods == {"BCa"} else "percentiles" if methods == {"percentile"} else "BCa, * percentiles"
    return f"Intervals: {LEVEL:.0%}, bootstrap over {sure.documents} documents, {RESAMPLES} draws, {named}."


def interval_text(found: Interval | None, *, starred: bool, sign: str = "") -> str:
    """An interval in a cell; `starred` marks those of percentiles."""
    if found is None:
        return ""
    star = "*" if starred and found.method == "percentile" else ""
    return f"{found.low:{sign}.3f} to {found.high:{sign}.3f}{star}"


def starred(sure: Intervals) -> bool:
    """Whether intervals of percentiles stand among others, and have to be marked."""
    measures = (sure.figures or {}).values()
    return any(i.method == "BCa" for found in measures for i in found.values())


def _figures(score: Score, sure: Intervals) -> FigureTable:
    table = FigureTable("Figures", ("", "P", "R", "F1", "interval of F1", "found", "in run", "in gold"))
    for of, parts in (("mention", score.types), ("claim", score.relations)):
        _add_counts(table, of, score.figures[of], sure)
        for name, counts in parts.items():
            _add_counts(table, f"  {name}", counts, sure)
        looser = [key for key in FIGURE_NAMES if key.startswith(f"{of}_")]
        for key in looser:
            _add_counts(table, key, score.figures[key], sure, end=of == "mention" and key == looser[-1])
    return table


def _add_counts(table: FigureTable, name: str, c: Counts, sure: Intervals, *, end: bool = False) -> None:
    interval = interval_text((sure.figures or {}).get(name, {}).get("f1"), starred=starred(sure))
    shown = FIGURE_NAMES.get(name, name)
    table.add(shown, f"{c.p:.3f}", f"{c.r:.3f}", f"{c.f1:.3f}", interval, c.tp, c.system, c.gold, end=end)


# In two lines, so that the table fits a terminal of 80.
_HEADS = ("mention\nP", "\nR", "\nF1", "strict\nF1", "claim\nP", "\nR", "\nF1", "strict\nF1")


def _by_document(found: Report) -> FigureTable:
    table = FigureTable("Documents", ("document", *_HEADS))
    rows = [*found.documents.items(), ("all", found.total)]
    for n, (doc, score) in enumerate(rows, 1):
        cells: list[str] = []
        for key in ("mention", "claim"):
            counts, strict = score.figures[key], score.figures[f"{key}_strict"]
            cells += [f"{v:.3f}" for v in (counts.p, counts.r, counts.f1, strict.f1)]
        table.add(doc, *cells, end=n == len(rows) - 1)
    return table


def _by_facet(found: Report, facet: str) -> FigureTable:
    """P, R and F1 by slice, with how many records the gold has: of few, figures say little."""
    kinds = [of for of in ("mention", "claim") if facet != "relation" or of == "claim"]
    # Strictly only where there is room: the table has to fit a terminal of 80.
    strict = len(kinds) == 1
    heads = [
        head for of in kinds for head in (f"{of}\ngold", "\nP", "\nR", "\nF1", *(("strict\nF1",) if strict else ()))
    ]
    table = FigureTable(_FACET_TITLES[facet], ("", *heads))
    for label, figures in found.slices[facet].items():
        cells: list[str] = []
        for of in kinds:
            counts = figures[of]
            cells += [str(counts.gold), f"{counts.p:.3f}", f"{counts.r:.3f}", f"{counts.f1:.3f}"]
            if strict:
                cells.append(f"{figures[f'{of}_strict'].f1:.3f}")
        table.add(label, *cells)
    return table


def _causes(found: Report) -> FigureTable:
    table = FigureTable("Causes", ("", "misses", "extras", "share", "not strict"))
    rows = [(of, name, numbers) for of, named in found.causes.items() for name, numbers in named.items()]
    for n, (of, name, numbers) in enumerate(rows):
        whole = sum(m["miss"] + m["extra"] for m in found.causes[of].values())
        both = numbers["miss"] + numbers["extra"]
        share = f"{both / whole:.0%}" if both else "-"
        last = of == "claim" and n + 1 < len(rows) and rows[n + 1][0] != of
        table.add(f"{of}: {name}", numbers["miss"], numbers["extra"], share, numbers["near"], end=last)
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
                out(f"  {e.kind:5} {e.what}  ({e.cause})" + (f"  [{e.rule}]" if e.rule else ""))
