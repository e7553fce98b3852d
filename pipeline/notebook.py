"""A paper or text as a piece of HTML, for notebooks: no script, no style sheet, readable on light and dark ground."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from pipeline.records import Claim, Mention, MentionType, Paper

# Of a long paper, enough to see what it is; a notebook holds every output that it shows.
MOST_CHARACTERS = 4000
MOST_CLAIMS = 50

# The report's colours and lines: types differ by both, for who sees no colours.
_COLOURS: dict[MentionType, str] = {"compound": "20,89,157", "protein": "140,47,107", "effect": "122,82,0"}
_LINES: dict[MentionType, str] = {"compound": "solid", "protein": "dashed", "effect": "dotted"}
_ARROWS = {"increases": "↑", "decreases": "↓", "improves": "↗"}
_CELL = 'style="text-align:left;vertical-align:top;padding:.2em .8em .2em 0"'


def doc_html(paper: Paper, mentions: Sequence[Mention], claims: Sequence[Claim]) -> str:
    """The text with its mentions coloured by type, and a table of the claims. All of the paper's own is escaped."""
    of = paper.document
    heading = escape(of.title or of.id)
    counts = f"{len(paper.text)} characters, {len(mentions)} mentions, {len(claims)} claims"
    key = " ".join(_coloured(kind, kind) for kind in _COLOURS)
    return (
        f'<div style="max-width:60em"><p><b>{heading}</b> · {counts} · {key}</p>'
        f'<div style="white-space:pre-wrap;line-height:1.8">{"".join(_marked(paper.text, mentions))}</div>'
        f"{_claim_table(claims) if claims else ''}</div>"
    )


def _marked(text: str, mentions: Sequence[Mention]) -> Iterator[str]:
    end = min(len(text), MOST_CHARACTERS)
    at = 0
    for m in sorted(mentions, key=lambda m: m.start):
        if m.start >= end:
            break
        yield escape(text[at : m.start])
        about = " · ".join(filter(None, (m.type, m.concept_id, m.concept_name, f"rule {m.rule}")))
        yield _coloured(m.text, m.type, about)
        at = m.end
    end = max(at, end)  # the last mention is shown whole
    yield escape(text[at:end])
    if end < len(text):
        yield f"<i> … {len(text) - end} more characters</i>"


def _coloured(text: str, kind: MentionType, about: str = "") -> str:
    rgb = _COLOURS[kind]
    title = f' title="{escape(about)}"' if about else ""
    style = f"background:rgba({rgb},.16);border-bottom:2px {_LINES[kind]} rgb({rgb});border-radius:3px"
    return f'<span{title} style="{style}">{escape(text)}</span>'


def _claim_table(claims: Sequence[Claim]) -> str:
    heads = "".join(f"<th {_CELL}>{h}</th>" for h in ("subject", "relation", "object", "marks", "page", "sentence"))
    rows = "".join(
        f"<tr>{''.join(f'<td {_CELL}>{cell}</td>' for cell in _cells(c))}</tr>" for c in claims[:MOST_CLAIMS]
    )
    more = f"<p><i>… {len(claims) - MOST_CLAIMS} more claims</i></p>" if len(claims) > MOST_CLAIMS else ""
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _cells(claim: Claim) -> tuple[str, ...]:
    says = "not " * claim.negated + claim.relation
    marks = [
        *(["hedged"] if claim.certainty == "hedged" else []),
        *(["implicit subject"] if claim.subject.implicit else []),
        *claim.model,
        *(f"[{n}]" for n in claim.citations),
    ]
    e = claim.evidence
    return (
        _coloured(claim.subject.text, claim.subject.type, claim.subject.concept_id or ""),
        f"{_ARROWS.get(claim.relation, '→')} {says}",
        _coloured(claim.object.text, claim.object.type, claim.object.concept_id or ""),
        escape(", ".join(marks)),
        "" if e.page is None else str(e.page),
        escape(e.text),
    )
