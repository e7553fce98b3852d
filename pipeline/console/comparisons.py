"""What changed between two runs, and how far two annotators agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pipeline.check.agree import Agreed, Agreement, Disagreement
from pipeline.check.compare import MAIN
from pipeline.check.diff import Change, Diff, Judged, Verdict, shown
from pipeline.check.intervals import LEVEL, RESAMPLES
from pipeline.check.kappa import Coefficient
from pipeline.console import out
from pipeline.console.figures import FigureTable
from pipeline.console.scores import FIGURE_NAMES, interval_text, starred

_KAPPAS = {
    "types": "type of each character",
    "relation": "relation, of claims with the same ends",
    "negated": "negation, of matched claims",
    "certainty": "certainty, of matched claims",
}


def diff(found: Diff, names: tuple[str, str], most: int) -> None:
    """What changed between two runs: with gold what got worse and better first; `most` changes of each kind listed."""
    moved = f"; the text of {len(found.moved)} is another: {', '.join(found.moved)}" if found.moved else ""
    out(f"{names[0]} → {names[1]}: {len(found.documents)} documents in both{moved}")
    for name, only in zip(names, (found.only_first, found.only_second), strict=True):
        if only:
            out(f"only in {name}: {', '.join(only)}")
    if found.judged is not None:
        _judged(found.judged, most)
    out("")
    _by_document(found).show()
    if not found.changes:
        out("\nNothing changed in the papers that both have.")
        return
    out("")
    _by_rule(found).show()
    _changes(found.changes, most)


def _judged(judged: Judged, most: int) -> None:
    sure = judged.differences
    table = FigureTable("Figures", ("", "F1 before", "F1 after", "change", f"interval of it, {LEVEL:.0%}"))
    for figure in MAIN:
        before, after = (report.total.figures[figure].f1 for report in (judged.first, judged.second))
        interval = (sure.figures or {}).get(figure, {}).get("f1")
        shown_ = interval_text(interval, starred=starred(sure), sign="+")
        table.add(FIGURE_NAMES[figure], f"{before:.3f}", f"{after:.3f}", f"{after - before:+.3f}", shown_)
    out("")
    table.show()
    note = f"paired bootstrap over {sure.documents} documents, {RESAMPLES} draws" if sure.figures else None
    out(f"Intervals: {note}." if note else f"No intervals: {sure.why}.")
    for better in (False, True):
        listed = [v for v in judged.verdicts if v.better == better]
        word = "Better" if better else "Worse"
        out(f"\n{word}: {len(listed)}" + (f", {most} shown" if len(listed) > most else ""))
        _verdicts(listed[:most])


def _verdicts(listed: Iterable[Verdict]) -> None:
    last = None
    for v in listed:
        place = (v.doc, v.sentence_id)
        if place != last:
            out(f"{v.doc} {v.sentence_id or '(not in the gold text)'}: {v.sentence or ''}".rstrip(": "))
        last = place
        gold = f"gold {v.gold}" if v.gold else "not in the gold"
        out(f"  {v.of}  ({v.cause})  {gold}; before {v.first or '-'}; after {v.second or '-'}")


def _by_document(found: Diff) -> FigureTable:
    heads = ("claims\nsame", "\nchanged", "only\nbefore", "only\nafter")
    table = FigureTable("Documents", ("document", *heads, "mentions\nsame", *heads[1:]))
    counted = Counter((c.doc, c.of, c.which) for c in found.changes)
    rows: list[list[int]] = []
    for doc in found.documents:
        row: list[int] = []
        for of in ("claim", "mention"):
            row += [found.same[doc][of], *(counted[doc, of, which] for which in ("changed", "first", "second"))]
        rows.append(row)
        table.add(doc, *row, end=doc == found.documents[-1])
    table.add("all", *(sum(column) for column in zip(*rows, strict=True)) if rows else [0] * 8)
    return table


def _by_rule(found: Diff) -> FigureTable:
    heads = ("claims\nchanged", "only\nbefore", "only\nafter")
    table = FigureTable("Rules", ("rule", *heads, "mentions\nchanged", *heads[1:]))
    counted: Counter[tuple[str, str, str]] = Counter()
    for c in found.changes:
        counted[" → ".join(c.rules), c.of, c.which] += 1
    totals: Counter[str] = Counter()
    for (rule, _, _), n in counted.items():
        totals[rule] += n
    for rule, _ in sorted(totals.items(), key=lambda item: (-item[1], item[0])):
        cells = [counted[rule, of, w] for of in ("claim", "mention") for w in ("changed", "first", "second")]
        table.add(rule, *cells)
    return table


def _changes(changes: Sequence[Change], most: int) -> None:
    words = {"changed": "changed", "first": "only before", "second": "only after"}
    for of in ("claim", "mention"):
        for which, word in words.items():
            listed = [c for c in changes if (c.of, c.which) == (of, which)]
            if not listed or not most:
                continue
            out(f"\n{of}s {word}: {len(listed)}" + (f", {most} shown" if len(listed) > most else ""))
            for c in listed[:most]:
                both = [shown(record) for record in (c.first, c.second) if record is not None]
                what = " → ".join(dict.fromkeys(both))
                fields = f"  ({', '.join(c.fields)})" if c.fields else ""
                out(f"  {c.doc}  {what}{fields}  [{' → '.join(c.rules)}]")


def agree(found: Agreed, *, errors: int | None = None) -> None:
    """How far two annotators agree, and with `errors` so many things that they disagree on (-1: all)."""
    total = found.total
    out(f"{total.sentences['compared']} sentences of {len(found.documents)} documents compared")
    for note in found.notes:
        out(f"not compared: {note}")
    out("")
    table = FigureTable("Agreement", ("", "F1", "both", "first", "second"))
    for figure in MAIN:
        c = total.score.figures[figure]
        table.add(FIGURE_NAMES[figure], f"{c.f1:.3f}", c.tp, c.gold, c.system)
    table.show()
    out("")
    beyond = FigureTable("Beyond chance", ("", "Cohen's kappa", "Krippendorff's alpha", "over"))
    for of, coefficient in total.kappas.items():
        other = _value(total.alpha) if of == "types" else ""
        beyond.add(_KAPPAS[of], _value(coefficient), other, coefficient.of)
    beyond.show()
    for of, coefficient in total.kappas.items():
        if coefficient.why:
            out(f"Not defined, {_KAPPAS[of]}: {coefficient.why}.")
    shares = {a: total.score.attributes[a].value for a in ("citations", "model")}
    told = ", ".join(f"{a} {'-' if value is None else format(value, '.3f')}" for a, value in shares.items())
    out(f"\nThe same among matched claims: {told}\n")
    _agreed_by_document(found).show()
    if errors is not None:
        _disagreements(found.disagreements, errors)


def _value(c: Coefficient) -> str:
    return "-" if c.value is None else f"{c.value:.3f}"


def _agreed_by_document(found: Agreed) -> FigureTable:
    heads = ("sentences\n", "mention\nF1", "strict\nF1", "claim\nF1", "strict\nF1", "type\nkappa", "\nalpha")
    table = FigureTable("Documents", ("document", *heads))
    for n, (doc, agreement) in enumerate(found.documents.items(), 1):
        table.add(doc, *_cells(agreement), end=n == len(found.documents))
    table.add("all", *_cells(found.total))
    return table


def _cells(agreement: Agreement) -> list[str]:
    figures = [f"{agreement.score.figures[figure].f1:.3f}" for figure in MAIN]
    coefficients = [_value(agreement.kappas["types"]), _value(agreement.alpha)]
    return [str(agreement.sentences["compared"]), *figures, *coefficients]


def _disagreements(found: Sequence[Disagreement], most: int) -> None:
    chosen = found if most < 0 else found[:most]
    out(f"\ndisagreements: {len(found)}" + (f", {len(chosen)} shown" if len(chosen) < len(found) else ""))
    by_sentence: dict[tuple[str, str | None], list[Disagreement]] = {}
    for d in chosen:
        by_sentence.setdefault((d.doc, d.sentence_id), []).append(d)
    for (doc, sentence_id), group in by_sentence.items():
        out(f"{doc} {sentence_id}: {group[0].sentence}")
        for d in group:
            out(f"  {d.of}  ({d.cause})  first {d.first or '-'}; second {d.second or '-'}")
