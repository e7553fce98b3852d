"""Assembled statements: how many, which most papers make, and which contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from pipeline.assemble import Agent, Assembly, Contradiction, Statement, Support, figures
from pipeline.console import out
from pipeline.console.figures import FigureTable

# Sentences of each side that are shown where not all are asked for.
_SENTENCES = 2


def summary(found: Assembly, top: int) -> None:
    """An assembly in numbers, its first `top` statements, and as many contradictions with some of their sentences."""
    _numbers(found)
    if top and found.statements:
        out("")
        _statement_table(found.statements[:top], len(found.statements)).show()
    if top and found.contradictions:
        shown = found.contradictions[:top]
        out(f"\nContradictions{_of(len(shown), len(found.contradictions))}")
        _contradiction_list(found, shown, _SENTENCES)
        if len(shown) < len(found.contradictions) or _has_more(found, shown):
            out("\nall of them with all sentences: --contradictions")


def contradictions(found: Assembly) -> None:
    """All contradictions of an assembly, with all their sentences."""
    if not found.contradictions:
        out("no contradictions")
        return
    out(f"{_counted(len(found.contradictions), 'contradiction')}")
    _contradiction_list(found, found.contradictions, None)


def written(found: Assembly, path: Path) -> None:
    """Where the statements went."""
    out(f"\n{_counted(len(found.statements), 'statement')} written to {path}")


def _numbers(found: Assembly) -> None:
    n = figures(found)
    out(
        f"{_counted(n.papers, 'paper')}, {_counted(n.claims, 'claim')}: {_counted(n.statements, 'statement')}, "
        f"{n.several_sentences} of several sentences, {n.several_papers} of several papers"
    )
    out(f"claims: {n.certainty['asserted']} asserted, {n.certainty['hedged']} hedged")
    out(f"statements: {n.negated} negated, {n.hedged_only} only ever hedged")
    out(
        f"pairs of statements: {n.refinements} of which one is the more general, {n.agreements} that agree, "
        f"{n.contradictions} that contradict each other"
    )
    if n.models:
        first = list(n.models.items())[:5]
        out(f"models most named: {', '.join(f'{name} {count}' for name, count in first)}")


def _statement_table(shown: Sequence[Statement], total: int) -> FigureTable:
    columns = ("", "papers", "sentences", "hedged", "against")
    table = FigureTable(f"Statements{_of(len(shown), total)}, those of most papers first", columns)
    for s in shown:
        table.add(_said(s), len(s.papers), s.sentences, s.certainty["hedged"], len(s.contradicts))
    return table


def _contradiction_list(found: Assembly, shown: Sequence[Contradiction], sentences: int | None) -> None:
    by_id = found.by_id()
    several = len({e.run for s in found.statements for e in s.evidence}) > 1
    for c in shown:
        sides = by_id[c.one], by_id[c.other]
        both = f"; {', '.join(c.papers)} {'says' if len(c.papers) == 1 else 'say'} both" if c.papers else ""
        seen = f"; both in {', '.join(c.models)}" if c.models else ""
        out(f"\n{_name(sides[0].subject)} and {_name(sides[0].object)}: {_BY[c.by]}{both}{seen}")
        for side in sides:
            models = f" ({', '.join(side.models)})" if side.models else ""
            relation = f"{'not ' if side.negated else ''}{side.relation}"
            out(
                f"  {relation}: {_counted(side.sentences, 'sentence')} of {_counted(len(side.papers), 'paper')}{models}"
            )
            for e in side.evidence[:sentences]:
                out(f"    {e.run + ' ' if several else ''}{_place(e)}: {e.text}")
            left = len(side.evidence[sentences:]) if sentences is not None else 0
            if left:
                out(f"    and {left} more")


_BY = {"direction": "opposite directions", "denied": "said and denied"}


def _has_more(found: Assembly, shown: Iterable[Contradiction]) -> bool:
    by_id = found.by_id()
    return any(len(by_id[i].evidence) > _SENTENCES for c in shown for i in (c.one, c.other))


def _said(s: Statement) -> str:
    return f"{_name(s.subject)} {'not ' if s.negated else ''}{s.relation} {_name(s.object)}"


def _name(agent: Agent) -> str:
    """A concept by its name, with the Chinese one behind an English one."""
    return f"{agent.name} {agent.zh}" if agent.zh and agent.zh != agent.name else agent.name


def _place(e: Support) -> str:
    page = f", page {e.page}" if e.page is not None else ""
    return f"{e.claim}{page}{', hedged' if e.certainty == 'hedged' else ''}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _of(shown: int, total: int) -> str:
    return f", {shown} of {total}" if shown < total else ""
