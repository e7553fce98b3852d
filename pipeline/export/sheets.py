"""CSV for spreadsheets: one flat row a claim, a mention, a document.

UTF-8 with a byte order mark and CRLF, as Excel opens it without asking. Lists are joined by `; `.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.export.flat import by_id, titles, via_names
from pipeline.records import Claim, Document, Mention
from pipeline.store import RunFolder

Cell = str | int | None
# A spreadsheet takes a cell that begins so for a formula, the full-width ones in East Asian settings (OWASP, "CSV
# Injection"); names such as -OH and +1 begin so as well.
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")

CLAIMS = (
    "id", "subject", "subject_type", "subject_id", "subject_name", "subject_implicit", "relation",
    "object", "object_type", "object_id", "object_name", "negated", "certainty", "via", "citations", "model",
    "sentence", "section", "title", "document", "page", "language", "trigger", "rule", "corroborates", "conflicts",
    "start", "end",
)  # fmt: skip
MENTIONS = (
    "id", "text", "type", "concept_id", "concept_name", "names", "language", "title", "document", "page",
    "start", "end", "rule", "candidates",
)  # fmt: skip
DOCUMENTS = (
    "id", "title", "path", "status", "languages", "pages", "mentions", "claims", "reader", "repairs", "warnings",
    "sha256",
)  # fmt: skip


def files(run: RunFolder, out: Path) -> dict[Path, bytes]:
    """`claims.csv`, `mentions.csv` and `documents.csv` in the folder `out`."""
    titled, mentions = titles(run), by_id(run.mentions)
    claims_in = Counter(c.doc for c in run.claims)
    mentions_in = Counter(m.doc for m in run.mentions)
    return {
        out / "claims.csv": _sheet(CLAIMS, (_claim(c, mentions, titled) for c in run.claims)),
        out / "mentions.csv": _sheet(MENTIONS, (_mention(m, titled) for m in run.mentions)),
        out / "documents.csv": _sheet(DOCUMENTS, (_document(d, mentions_in, claims_in) for d in run.documents)),
    }


def guard(text: str) -> str:
    """The text as a cell that no spreadsheet runs: an apostrophe before what looks like a formula, as one types it."""
    return f"'{text}" if text.lstrip("'")[:1] in _FORMULA else text


def unguard(cell: str) -> str:
    """What `guard` was given."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'")[:1] in _FORMULA else cell


def _sheet(columns: Iterable[str], rows: Iterable[Iterable[Cell]]) -> bytes:
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([guard(cell) if isinstance(cell, str) else cell for cell in row])
    return made.getvalue().encode("utf-8-sig")


def _list(values: Iterable[object]) -> str:
    return "; ".join(map(str, values))


def _truth(value: bool) -> str:
    return "TRUE" if value else "FALSE"


def _claim(c: Claim, mentions: Mapping[str, Mention], titled: Mapping[str, str]) -> tuple[Cell, ...]:
    s, o, e = c.subject, c.object, c.evidence
    return (
        c.id, s.text, s.type, s.concept_id, s.concept_name, _truth(s.implicit), c.relation,
        o.text, o.type, o.concept_id, o.concept_name, _truth(c.negated), c.certainty,
        _list(via_names(c, mentions)), _list(c.citations), _list(c.model),
        e.text, e.section, titled.get(c.doc), c.doc, e.page, e.lang, c.trigger.text, c.rule,
        _list(c.corroborates), _list(c.conflicts), e.start, e.end,
    )  # fmt: skip


def _mention(m: Mention, titled: Mapping[str, str]) -> tuple[Cell, ...]:
    return (
        m.id, m.text, m.type, m.concept_id, m.concept_name, _list(m.names), m.lang, titled.get(m.doc), m.doc, m.page,
        m.start, m.end, m.rule, _list(m.candidates),
    )  # fmt: skip


def _document(d: Document, mentions: Counter[str], claims: Counter[str]) -> tuple[Cell, ...]:
    return (
        d.id, d.title, d.path, d.status, _list(d.langs), d.pages, mentions[d.id], claims[d.id], d.reader,
        _list(d.repairs), _list(d.warnings), d.sha256,
    )  # fmt: skip
