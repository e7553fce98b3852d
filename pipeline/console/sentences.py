"""Sentences on their way through the house: what `pipeline inspect` shows."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.console import out, safe
from pipeline.knowledge import WORD_TABLES
from pipeline.records import MENTION_TYPES, Claim, Mention, Sentence, Trigger, Word
from pipeline.trace import Trace, TriggerSeen

# Where output is no terminal nothing says how wide it is; tables of this width read well in logs.
LOG_WIDTH = 110


def _console() -> Console:
    # Papers hold `[17]`, `:a:` and the like, so rich may find neither markup nor emoji nor numbers in what it prints.
    width = None if sys.stdout.isatty() else LOG_WIDTH
    return Console(file=sys.stdout, width=width, markup=False, emoji=False, highlight=False)


def _show(renderable: Table | Text) -> None:
    """A table or a long line to standard output; in logs and files without the blanks that fill it up to its width."""
    console = _console()
    if console.is_terminal:
        console.print(renderable)
        return
    with console.capture() as captured:
        console.print(renderable)
    out("\n".join(line.rstrip() for line in captured.get().splitlines()))


def _table(title: str, columns: Sequence[str], left: int = 1) -> Table:
    """A table whose first `left` columns hold words, the others numbers."""
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number < left else "right", overflow="fold", no_wrap=number >= left)
    return table


def _add(table: Table, *cells: object, end: bool = False) -> None:
    table.add_row(*(Text(safe(str(c))) for c in cells), end_section=end)


def sentence_list(found: Sequence[Sentence]) -> None:
    """A paper's sentences with their numbers; `#` marks headings."""
    for number, sentence in enumerate(found):
        out(f"{number:5}  {'# ' if sentence.heading else ''}{sentence.text}")


def inspection(number: int, seen: Trace, also: Sequence[int] = ()) -> None:
    """One sentence as it goes through the house; `also` are the numbers of others that were asked for."""
    sentence = seen.sentence
    kind = "heading" if sentence.heading else "sentence"
    place = f"characters {sentence.start} to {sentence.end}, in: {sentence.section or '-'}"
    out(f"{kind} {number}, {sentence.lang}, {place}")
    out(f"  {sentence.text}")
    _heading("words", "(part of speech behind the slash; names in brackets are one word)")
    _row(_word(w) for w in seen.words)
    _heading("mentions", "" if seen.mentions else "none")
    if seen.mentions:
        _show(_mention_table(seen.mentions))
    _heading("pieces", "(what the rules are matched against)" if seen.pieces else "none")
    _row(f"{kind}[{text}]" for kind, text in seen.pieces)
    _heading("triggers", "" if seen.triggers else "none: no word here says a relation that is in the tables")
    if seen.triggers:
        _show(_trigger_table(seen))
    _heading("claims", "" if seen.claims else "none")
    by_id = {m.id: m.text for m in seen.mentions}
    for nth, c in enumerate(seen.claims, 1):
        out(f"  {nth}. {c.subject.text} -{c.relation}-> {c.object.text}")
        out(f"     {'; '.join(_about(c, by_id))}")
    if also:
        out(f"\nalso found in {', '.join(map(str, also))}: see them with --sentence N")


def _heading(title: str, note: str = "") -> None:
    _show(Text.assemble("\n", (title, "bold"), f" {note}" if note else ""))


def _row(items: Iterable[str]) -> None:
    """Items in lines of the console's width, indented, none of them broken."""
    width = _console().width - 2
    line = ""
    for item in items:
        if line and cell_len(line) + 1 + cell_len(item) > width:
            out(f"  {line}")
            line = ""
        line = f"{line} {item}" if line else item
    if line:
        out(f"  {line}")


# The kinds of pieces that rules are tried at wherever they stand.
TRIGGER_KINDS = frozenset({"V", "CAUSV", "AMBI", "INTR", "SYM", "NOUN", "AGENT", "ING", "PPART", "EFF"})
# Parts of speech that say no more than that a word is Latin, or a mark.
_NO_POS = frozenset({"eng", "x", "w", ""})


def _word(word: Word) -> str:
    if word.pos in _NO_POS:
        return word.text
    named = f"{word.text}/{word.pos}"
    return f"[{named}]" if word.pos in WORD_TABLES or word.pos in MENTION_TYPES else named


def _mention_table(mentions: Sequence[Mention]) -> Table:
    table = _table("", ("  id", "mention", "type", "rule", "concept", "other names here"), left=6)
    table.columns[0].no_wrap = table.columns[2].no_wrap = table.columns[3].no_wrap = True
    for m in mentions:
        concept = " ".join(c for c in (m.concept_id, m.concept_name) if c) or "-"
        others = " | ".join(n for n in m.names if n != m.text) or "-"
        _add(table, f"  {_short_id(m.id)}", m.text, m.type, m.rule, concept, others)
    return table


def _short_id(mention: str) -> str:
    """A mention's id without the document's, which is the same throughout."""
    return mention.rpartition(":")[2]


def _trigger_table(seen: Trace) -> Table:
    table = _table("", ("  trigger", "kind", "relation", "rule tried", "what came of it"), left=5)
    for column in table.columns[:4]:
        column.no_wrap = True
    for t, outcome in _outcomes(seen):
        _add(table, f"  {t.trigger.text}", t.kind, t.relation or "-", t.rule or "-", outcome)
    return table


def _outcomes(seen: Trace) -> Iterator[tuple[TriggerSeen, str]]:
    """Each trigger once for each rule that was tried at it, with the claims that it made by their numbers."""
    rows: dict[tuple[int, int, str | None], tuple[TriggerSeen, list[str]]] = {}
    for t in seen.triggers:
        _, outcomes = rows.setdefault((t.trigger.start, t.trigger.end, t.rule), (t, []))
        if t.outcome not in outcomes:
            outcomes.append(t.outcome)
    for (start, end, rule), (t, outcomes) in sorted(rows.items(), key=lambda row: row[0][:2]):
        made = [
            str(nth)
            for nth, c in enumerate(seen.claims, 1)
            if (c.trigger.start, c.trigger.end, c.rule) == (start, end, rule)
        ]
        if "claim" in outcomes:
            kept = f"claim {', '.join(made)}" if made else "claim, given up for that of a later rule"
            outcomes = [kept if o == "claim" else o for o in outcomes]
        yield t, "; ".join(outcomes)
    # A trigger that nothing is told of: it stands within what another rule took (诱导 in 防止A诱导的B).
    told = Counter((t.kind, t.trigger.text) for t in {t.trigger.start: t for t in seen.triggers}.values())
    for kind, text in seen.pieces:
        if kind not in TRIGGER_KINDS:
            continue
        if told[kind, text]:
            told[kind, text] -= 1
            continue
        yield TriggerSeen(Trigger(text, 0, 0), kind, None, None, ""), "taken in by another rule, or says what is said"


def _about(c: Claim, by_id: Mapping[str, str]) -> Iterator[str]:
    """What a claim holds besides its two sides, in words."""
    yield f"rule {c.rule}"
    yield f"trigger {c.trigger.text}"
    yield c.certainty
    if c.negated:
        yield "negated"
    if c.subject.implicit:
        yield f"subject from elsewhere ({_short_id(c.subject.mention)})"
    if c.via:
        yield f"via {', '.join(by_id.get(v, v) for v in c.via)}"
    if c.citations:
        yield f"citations {', '.join(map(str, c.citations))}"
    if c.model:
        yield f"model {', '.join(c.model)}"
