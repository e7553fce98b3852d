"""An evaluation as one page that needs nothing else: every error with its sentence, gold and run side by side.

`page.html` has the layout, the styles and the filter; here are the parts that come from the records, all escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from itertools import groupby

from pipeline.check.align import Span, name, squeeze
from pipeline.check.causes import CAUSES, Cause, Finding, Kind
from pipeline.check.compare import MAIN, Comparison, same_subject
from pipeline.check.intervals import LEVEL, Intervals
from pipeline.check.score import Report
from pipeline.check.sides import Side, SideClaim, SideMention, SideSentence
from pipeline.records import RELATIONS

_TILES = dict(
    zip(MAIN, ("mention 名称", "mention, strict 名称（严格）", "claim 论断", "claim, strict 论断（严格）"), strict=True)
)
_KINDS: dict[Kind, str] = {"miss": "miss 漏", "extra": "extra 多", "near": "not strict 部分一致"}
_FIELDS = ("subject", "relation", "object", "negated", "certainty", "trigger", "via", "citations", "model")
_OF = {"claim": "Claims 论断", "mention": "Mentions 名称"}
_NO_RULE = "(gold)"


@dataclass(frozen=True, slots=True)
class _Item:
    """A finding with what is needed to show it."""

    found: Comparison
    finding: Finding
    number: int

    @property
    def gold(self) -> SideMention | SideClaim | None:
        f = self.finding
        return None if f.gold is None else self.found.gold.record(f.of, f.gold)

    @property
    def run(self) -> SideMention | SideClaim | None:
        f = self.finding
        return None if f.system is None else self.found.system.record(f.of, f.system)

    @property
    def sentence(self) -> int | None:
        """The index of its sentence in the gold."""
        counted = self.run if self.finding.counts == ("extra",) else self.gold
        return self.found.gold.index_at(counted.place if counted else None)


def page(report: Report, sure: Intervals, title: str) -> str:
    """The HTML page of an evaluation. `title` says what was evaluated."""
    pairs = [(c, f) for c, found in zip(report.comparisons, report.findings, strict=True) for f in found]
    items = [_Item(c, f, n) for n, (c, f) in enumerate(pairs, 1)]
    rules = sorted({_rule(item) for item in items})
    parts = {
        "title": escape(title),
        "tiles": "".join(_tile(report, sure, figure) for figure in MAIN),
        "note": _note(report, sure),
        "causes": "".join(_cause_table(report, of) for of in ("claim", "mention")),
        "cause_options": _cause_options(items),
        "doc_options": _options(report.documents),
        "relation_options": _options(r for r in RELATIONS if any(r in _relations(item) for item in items)),
        "rule_options": _options(rules),
        "groups": "\n".join(_group(cause, items) for cause in CAUSES),
    }
    template = files("pipeline.check").joinpath("page.html").read_text(encoding="utf-8")
    # In one go: what a paper says may look like a place to fill.
    return re.sub(r"\{\{(\w+)\}\}", lambda m: parts[m[1]], template)


# -- the head ----------------------------------------------------------------------------------------------------------


def _tile(report: Report, sure: Intervals, figure: str) -> str:
    c = report.total.figures[figure]
    interval = (sure.figures or {}).get(figure, {}).get("f1")
    between = f"{interval.low:.3f}–{interval.high:.3f}" if interval else ""
    return (
        f'<div class="tile"><span>{_TILES[figure]} F1</span><b>{c.f1:.3f}</b>{between}'
        f"<span>P {c.p:.3f} · R {c.r:.3f} · {c.tp} of {c.gold} found, {c.system} in the run</span></div>"
    )


def _note(report: Report, sure: Intervals) -> str:
    told = (
        f"No intervals: {sure.why}."
        if sure.figures is None
        else f"Behind F1: {LEVEL:.0%} intervals, bootstrap over {sure.documents} documents."
    )
    warned = "".join(f'<p class="warn">{escape(w)}</p>' for w in report.warnings)
    return f'<p class="note">{escape(told)}</p>{warned}'


def _cause_table(report: Report, of: str) -> str:
    causes = {name_: n for kind, named in report.causes.items() if kind == of for name_, n in named.items()}
    whole = sum(n["miss"] + n["extra"] for n in causes.values())
    bar: tuple[tuple[str, Kind], ...] = (("m", "miss"), ("x", "extra"))
    longest = max((n["miss"] + n["extra"] for n in causes.values()), default=0)
    rows: list[str] = []
    for cause in CAUSES:
        n = causes.get(cause.name) if cause.of == of else None
        if n is None:
            continue
        both = n["miss"] + n["extra"]
        bars = "".join(
            f'<i class="{css}" style="width:{100 * n[kind] / longest:.1f}%"></i>' for css, kind in bar if n[kind]
        )
        share = f"{both / whole:.0%}" if both else ""
        rows.append(
            f'<tr><th scope="row"><a href="#{_key(cause)}" data-only="{_key(cause)}">{escape(cause.en)}'
            f'<small lang="zh">{cause.zh}</small></a></th><td>{n["miss"] or ""}</td><td>{n["extra"] or ""}</td>'
            f'<td>{share}</td><td class="bar">{bars}</td><td>{n["near"] or ""}</td></tr>'
        )
    misses, extras = (sum(n[kind] for n in causes.values()) for _, kind in bar)
    return (
        f"<table><caption>{_OF[of]}: {misses} misses, {extras} extras</caption><thead><tr>"
        '<th scope="col"></th><th scope="col">misses 漏</th><th scope="col">extras 多</th>'
        '<th scope="col">share 占比</th><th></th><th scope="col">not strict</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _key(cause: Cause) -> str:
    return f"{cause.of}-{cause.name}"


def _cause_options(items: Iterable[_Item]) -> str:
    used = {(item.finding.of, item.finding.cause) for item in items}
    shown = [cause for cause in CAUSES if (cause.of, cause.name) in used]
    return "".join(
        f'<optgroup label="{_OF[of]}">'
        + "".join(f'<option value="{_key(c)}">{escape(c.en)} {c.zh}</option>' for c in group)
        + "</optgroup>"
        for of, group in groupby(shown, key=lambda cause: cause.of)
    )


def _options(values: Iterable[str]) -> str:
    return "".join(f'<option value="{escape(v)}">{escape(v)}</option>' for v in values)


# -- the errors --------------------------------------------------------------------------------------------------------


def _group(cause: Cause, items: Iterable[_Item]) -> str:
    own = [item for item in items if (item.finding.of, item.finding.cause) == (cause.of, cause.name)]
    if not own:
        return ""
    counted = [kind for item in own for kind in item.finding.counts]
    kinds = ((kind, counted.count(kind)) for kind in _KINDS)
    numbers = ", ".join(f"{n} {_KINDS[kind]}" for kind, n in kinds if n)
    cards = "\n".join(_card(item) for item in own)
    return (
        f'<section class="group"><h2 id="{_key(cause)}">{_OF[cause.of]}: {escape(cause.en)} '
        f'<small><span lang="zh">{cause.zh}</span> · {numbers}<span class="shown"></span></small></h2>'
        f'<p class="means">{escape(cause.means)}</p>\n{cards}</section>'
    )


def _rule(item: _Item) -> str:
    """The rule of the run's record; of a miss there is none, whatever stands beside it."""
    run = None if item.finding.counts == ("miss",) else item.run
    return (run.rule if run else None) or _NO_RULE


def _relations(item: _Item) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(r.relation) for r in (item.gold, item.run) if isinstance(r, SideClaim)))


def _card(item: _Item) -> str:
    f, found = item.finding, item.found
    index = item.sentence
    sentence = None if index is None else found.gold.sentences[index]
    badges = "".join(f'<span class="badge {kind}">{_KINDS[kind]}</span>' for kind in f.counts)
    heading = None if index is None else found.headings[index]
    about = [
        f'<a href="#e{item.number}">{escape(found.doc)}{" " + escape(sentence.id) if sentence else ""}</a>',
        badges,
        f"<span>{escape(heading)}</span>" if heading else "",
        f"<span>rule {escape(_rule(item))}</span>" if _rule(item) != _NO_RULE else "",
    ]
    data = {
        "of": f.of, "cause": f"{f.of}-{f.cause}", "doc": found.doc, "relation": " ".join(_relations(item)),
        "rule": _rule(item),
    }  # fmt: skip
    attributes = "".join(f' data-{key}="{escape(value)}"' for key, value in data.items())
    return (
        f'<article class="card" id="e{item.number}" tabindex="-1"{attributes}><header>{"".join(about)}</header>'
        f"{_lines(item, sentence)}{_fields(item)}{_others(item, index)}</article>"
    )


def _lines(item: _Item, sentence: SideSentence | None) -> str:
    """The sentence twice, with the gold's mentions and with the run's."""
    if sentence is None:
        said = item.run.said if isinstance(item.run, SideClaim) else ""
        return f'<div class="line"><span>run 结果</span><p>{escape(said)}</p></div>' if said else ""
    lang = f' lang="{sentence.lang}"'
    rows = (("gold 标准", item.found.gold, item.gold), ("run 结果", item.found.system, item.run))
    return "".join(
        f'<div class="line"><span>{label}</span><p{lang}>{_marked(sentence, side, _ends(record))}</p></div>'
        for label, side, record in rows
    )


def _ends(record: SideMention | SideClaim | None) -> tuple[Span | None, ...]:
    """What is framed: a claim's two ends, or the mention itself."""
    if record is None:
        return ()
    return (record.subject, record.object) if isinstance(record, SideClaim) else (record.span,)


@cache
def _places(text: str) -> tuple[int, ...]:
    return squeeze(text).at


def _marked(sentence: SideSentence, side: Side, ends: Sequence[Span | None]) -> str:
    """The sentence's text as HTML, with one side's mentions marked."""
    first, last = sentence.span
    at = _places(sentence.text)
    inside = (
        (max(m.span[0], first), min(m.span[1], last), m)
        for m in side.mentions
        if m.span is not None and m.span[0] < last and first < m.span[1]
    )
    spans = sorted(inside, key=lambda span: span[:2])
    out: list[str] = []
    done = 0
    for start, end, mention in spans:
        a, b = at[start - first], at[end - first - 1] + 1
        if a < done:  # torn by the alignment, or the same character twice
            continue
        framed = " end" if mention.span in ends else ""
        rule = f", {mention.rule}" if mention.rule else ""
        out.append(escape(sentence.text[done:a]))
        out.append(
            f'<mark class="{mention.type}{framed}" title="{escape(mention.type + rule)}">'
            f"{escape(sentence.text[a:b])}</mark>"
        )
        done = b
    return "".join(out) + escape(sentence.text[done:])


def _fields(item: _Item) -> str:
    """Both records as rows of a table, where they differ marked."""
    gold, run = item.gold, item.run
    if item.finding.of == "mention":
        return _mention_fields(gold, run)
    rows = [_claim_row(c) if isinstance(c, SideClaim) else None for c in (gold, run)]
    differ = _differ(gold, run) if isinstance(gold, SideClaim) and isinstance(run, SideClaim) else frozenset()
    return _table((*_FIELDS, "rule"), rows, differ)


def _claim_row(c: SideClaim) -> dict[str, str]:
    values = {
        "subject": escape(c.subject_text),
        "relation": escape(c.relation),
        "object": escape(c.object_text),
        "negated": "yes" if c.negated else "no",
        "certainty": escape(c.certainty),
        "trigger": escape(c.trigger),
        "via": escape(", ".join(c.via)),
        "citations": escape(", ".join(map(str, c.citations))),
        "model": escape(", ".join(sorted(c.model))),
    }
    return {**values, "rule": f"<code>{escape(c.rule or '')}</code>" if c.rule else ""}


def _differ(gold: SideClaim, run: SideClaim) -> frozenset[str]:
    same = {
        "subject": same_subject(gold, run),
        "relation": gold.relation == run.relation,
        "object": gold.object == run.object,
        "negated": gold.negated == run.negated,
        "certainty": gold.certainty == run.certainty,
        "trigger": name(gold.trigger) == name(run.trigger),
        "via": frozenset(map(name, gold.via)) == frozenset(map(name, run.via)),
        "citations": gold.citations == run.citations,
        "model": gold.model == run.model,
    }
    return frozenset(field for field, kept in same.items() if not kept)


def _mention_fields(gold: SideMention | SideClaim | None, run: SideMention | SideClaim | None) -> str:
    rows = [
        {"text": escape(m.text), "type": escape(m.type), "rule": f"<code>{escape(m.rule)}</code>" if m.rule else ""}
        if isinstance(m, SideMention)
        else None
        for m in (gold, run)
    ]
    one, other = rows
    differ = {f for f in ("text", "type") if one and other and one[f] != other[f]}
    return _table(("text", "type", "rule"), rows, frozenset(differ))


def _table(fields: Sequence[str], rows: Sequence[dict[str, str] | None], differ: frozenset[str]) -> str:
    head = "".join(f'<th scope="col">{field}</th>' for field in fields)
    body = ""
    for label, row in zip(("gold 标准", "run 结果"), rows, strict=True):
        if row is None:
            cells = f'<td class="none" colspan="{len(fields)}">—</td>'
        else:
            marked = {field: ' class="differ"' if field in differ else "" for field in fields}
            cells = "".join(f"<td{marked[field]}>{row[field]}</td>" for field in fields)
        body += f'<tr><th scope="row">{label}</th>{cells}</tr>'
    return f'<div class="fields"><table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _others(item: _Item, index: int | None) -> str:
    """All claims of the sentence on both sides, folded away; of a mention's sentence none."""
    if item.finding.of == "mention" or index is None:
        return ""
    gold = item.found.gold
    ours, theirs = (
        [c.shown for c in side.claims if gold.index_at(c.sentence) == index] for side in (gold, item.found.system)
    )
    if len(ours) + len(theirs) <= len({item.finding.gold, item.finding.system} - {None}):
        return ""
    columns = "".join(
        f"<div><b>{label}: {len(claims)}</b><ul>{''.join(f'<li>{escape(c)}</li>' for c in claims)}</ul></div>"
        for label, claims in (("gold 标准", ours), ("run 结果", theirs))
    )
    return (
        f"<details><summary>All claims of this sentence 本句全部论断: {len(ours)} in the gold, "
        f'{len(theirs)} in the run</summary><div class="others">{columns}</div></details>'
    )
