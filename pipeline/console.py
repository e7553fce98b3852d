"""The one module that prints. Results go to standard output, progress and trouble to standard error."""

from __future__ import annotations

import sys
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from pipeline.check import Counts, Error, Report, Score
from pipeline.curate.add import Added
from pipeline.curate.check import MILD, SEVERE
from pipeline.curate.check import Fault as LexiconFault
from pipeline.curate.stats import Stats as LexiconStats
from pipeline.curate.suggest import Suggestion, Tier
from pipeline.curate.tables import Table as LexiconTable
from pipeline.inputs import Input
from pipeline.knowledge import WORD_TABLES
from pipeline.records import MENTION_TYPES, RELATIONS, Claim, Failure, Mention, Sentence, Trigger, Word
from pipeline.run import PaperRow, Summary
from pipeline.trace import Trace, TriggerSeen

# Beyond this many papers the table by paper is left out; it is all in the run folder.
MANY = 40
# Where output is no terminal nothing says how wide it is; tables of this width read well in logs.
LOG_WIDTH = 110

_FIGURE_NAMES = {
    "mention": "mention",
    "mention_strict": "mention, strict",
    "mention_any_type": "mention, any type",
    "claim": "claim",
    "claim_strict": "claim, strict",
    "claim_any_relation": "claim, any relation",
    "claim_any_subject": "claim, any subject",
}


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


def _console(*, stderr: bool = False) -> Console:
    # Papers hold `[17]`, `:a:` and the like, so rich may find neither markup nor emoji nor numbers in what it prints.
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else LOG_WIDTH
    return Console(file=stream, width=width, markup=False, emoji=False, highlight=False)


def out(text: str) -> None:
    """A line to standard output, as it is: never wrapped."""
    print(text, file=sys.stdout)


def _show(renderable: Table | Text) -> None:
    """A table or a long line to standard output; in logs and files without the blanks that fill it up to its width."""
    console = _console()
    if console.is_terminal:
        console.print(renderable)
        return
    with console.capture() as captured:
        console.print(renderable)
    out("\n".join(line.rstrip() for line in captured.get().splitlines()))


def json(value: Any) -> None:
    """`value` as indented JSON to standard output."""
    out(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def problem(message: str) -> None:
    """What went wrong, to standard error: one line, whatever the message holds (names of files may have line ends)."""
    print(f"error: {' '.join(message.split())}", file=sys.stderr)


def warn(message: str) -> None:
    """What the user should know, in a line to standard error."""
    print(f"warning: {message}", file=sys.stderr)


def trace(error: BaseException) -> None:
    """The whole trace of an error, for --debug."""
    print("".join(traceback.format_exception(error)), file=sys.stderr, end="")


class RunView:
    """How a run goes on: a bar on a terminal, else a line a paper. A `pipeline.run.Watch`; use it in a `with`."""

    def __init__(self, papers: int, *, debug: bool = False) -> None:
        self._debug = debug
        self._papers = papers
        self._done = 0
        self._progress: Progress | None = None
        if sys.stderr.isatty():
            self._progress = Progress(
                SpinnerColumn(),
                TextColumn("{task.fields[paper]}", markup=False),
                TextColumn("{task.fields[stage]}", style="dim", markup=False),
                BarColumn(bar_width=30),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}", markup=False),
                console=_console(stderr=True),
                transient=True,
            )
            self._task = self._progress.add_task("", total=papers, paper="", stage="", rate="")

    def __enter__(self) -> RunView:
        if self._progress:
            self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._progress:
            self._progress.stop()

    def begin(self, source: Input) -> None:
        """A paper is taken up."""
        self._update(paper=source.id, stage="")

    def stage(self, name: str) -> None:
        """The paper enters a stage."""
        self._update(stage=name)

    def end(self, row: PaperRow, failure: Failure | None, crash: Exception | None) -> None:
        """The paper is done."""
        self._done += 1
        place = f"[{self._done}/{self._papers}]"
        if failure:
            self._line(f"{place} failed: {_failed(failure)}")
        elif self._progress is None:
            self._line(f"{place} {_in_short(row)}")
        for warning in row.warnings:
            self._line(f"{row.doc}: {warning}")
        if crash and self._debug:
            trace(crash)
        self._update(advance=1)

    def _line(self, text: str) -> None:
        if self._progress:
            self._progress.console.print(text, soft_wrap=True)
        else:
            print(text, file=sys.stderr, flush=True)

    def _update(self, advance: float = 0, **fields: str) -> None:
        if self._progress is None:
            return
        self._progress.update(self._task, advance=advance, **fields)  # type: ignore[arg-type]
        elapsed = self._progress.tasks[0].elapsed
        if advance and elapsed:
            self._progress.update(self._task, rate=f"{self._done * 60 / elapsed:.1f} papers/min")


def _failed(failure: Failure) -> str:
    return f"{failure.path}: {failure.message} ({failure.error} in {failure.stage})"


def _in_short(row: PaperRow) -> str:
    pages = f"{row.pages} pages, " if row.pages else ""
    mentions, claims, seconds = (sum(c.values()) for c in (row.mentions, row.claims, row.seconds))
    return f"{row.doc}: {pages}{mentions} mentions, {claims} claims, {seconds:.1f} s"


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
    table.add_row(*(Text(str(c)) for c in cells), end_section=end)


def summary(done: Summary) -> None:
    """What came of a run: a table by paper, one of claims by relation, and what failed."""
    read = [p for p in done.papers if not p.failed]
    papers = _table("Papers", ("paper", "pages", *MENTION_TYPES, "mentions", "claims", "seconds"))
    if len(read) <= MANY:
        for n, p in enumerate(read, 1):
            _add_paper(papers, p.doc, p.pages, p.mentions, p.claims, sum(p.seconds.values()), end=n == len(read))
    pages = sum(p.pages for p in read)
    _add_paper(
        papers, f"{len(read)} papers", pages, done.sums("mentions"), done.sums("claims"), done.seconds, end=False
    )
    _show(papers)
    out("")
    claims = _table("Claims", ("relation", "claims", "negated", "hedged"))
    counts = [done.sums(column) for column in ("claims", "negated", "hedged")]
    shown = [r for r in RELATIONS if counts[0][r]]
    for n, relation in enumerate(shown, 1):
        _add(claims, relation, *(c[relation] for c in counts), end=n == len(shown))
    _add(claims, "all", *(c.total() for c in counts))
    _show(claims)
    same, opposite = sum(p.corroborations for p in read), sum(p.conflicts for p in read)
    out(f"pairs of claims: {same} say the same in two languages, {opposite} the opposite")
    stages = ", ".join(f"{stage} {s:.1f}" for stage, s in done.sums("seconds").items())
    out(f"\n{done.seconds:.1f} s" + (f" ({stages})" if stages else ""))
    if done.failures:
        out(f"{len(done.failures)} failed:")
        for failure in done.failures:
            out(f"  {_failed(failure)}")
    if done.interrupted:
        out("interrupted: what was done until then is written")
    out(f"written to {done.folder}")


def _add_paper(table: Table, name: str, pages: int, mentions: Any, claims: Any, seconds: float, *, end: bool) -> None:
    by_type = (mentions.get(t, 0) for t in MENTION_TYPES)
    total = sum(mentions.values())
    _add(table, name, pages or "-", *by_type, total, sum(claims.values()), f"{seconds:.1f}", end=end)


def report(found: Report, *, errors: int | None = None, oracle: bool = False) -> None:
    """An evaluation: the figures, the figures by document, and with `errors` that many misses and extras (-1: all).

    `oracle` says that the mentions are the gold's own.
    """
    if oracle:
        out("Oracle: claims found between the gold's mentions. The figures of mentions say how many could be placed.\n")
    _show(_figures(found.total))
    shares = ", ".join(
        f"{name} {'-' if share.value is None else format(share.value, '.3f')}"
        for name, share in found.total.attributes.items()
    )
    out(f"\nAttributes right among matched claims: {shares}\n")
    _show(_by_document(found))
    if errors is not None:
        error_list(found.errors, errors)


def _figures(score: Score) -> Table:
    table = _table("Figures", ("", "P", "R", "F1", "found", "in run", "in gold"))
    for of, parts in (("mention", score.types), ("claim", score.relations)):
        _add_counts(table, _FIGURE_NAMES[of], score.figures[of])
        for name, counts in parts.items():
            _add_counts(table, f"  {name}", counts)
        looser = [key for key in _FIGURE_NAMES if key.startswith(f"{of}_")]
        for key in looser:
            _add_counts(table, _FIGURE_NAMES[key], score.figures[key], end=of == "mention" and key == looser[-1])
    return table


def _add_counts(table: Table, name: str, c: Counts, *, end: bool = False) -> None:
    _add(table, name, f"{c.p:.3f}", f"{c.r:.3f}", f"{c.f1:.3f}", c.tp, c.system, c.gold, end=end)


def _by_document(found: Report) -> Table:
    # In two lines, so that the table fits a terminal of 80.
    heads = ("mention\nP", "\nR", "\nF1", "strict\nF1", "claim\nP", "\nR", "\nF1", "strict\nF1")
    table = _table("Documents", ("document", *heads))
    rows = [*found.documents.items(), ("all", found.total)]
    for n, (doc, score) in enumerate(rows, 1):
        cells: list[str] = []
        for key in ("mention", "claim"):
            counts, strict = score.figures[key], score.figures[f"{key}_strict"]
            cells += [f"{v:.3f}" for v in (counts.p, counts.r, counts.f1, strict.f1)]
        _add(table, doc, *cells, end=n == len(rows) - 1)
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


def lexicon_faults(faults: Sequence[LexiconFault], tables: Sequence[LexiconTable], *, searched: bool) -> None:
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


def lexicon_figures(found: LexiconStats) -> None:
    """The counts of a lexicon: by table, by type, by vocabulary."""
    for title, part in (("Tables", found.files), ("Types", found.kinds)):
        table = _table(title, ("", "concepts", "names", "Chinese", "English", "both", "identifier"))
        rows = [*part.items(), ("all", found.all)]
        for n, (name, c) in enumerate(rows, 1):
            shares = (_share(part, c.concepts) for part in (c.chinese, c.english, c.both, c.identified))
            _add(table, name, c.concepts, c.names, *shares, end=n == len(rows) - 1)
        _show(table)
        out("")
    vocabularies = tuple(found.all.vocabularies)
    table = _table("Identifiers", ("", *vocabularies))
    for name, c in (*found.kinds.items(), ("all", found.all)):
        _add(table, name, *(c.vocabularies.get(v, 0) for v in vocabularies))
    _show(table)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


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
