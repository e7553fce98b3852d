"""SQLite: a normalised database that opens in Datasette, with full-text search of both languages.

`files` gives the database and, beside it, `<stem>.metadata.json` with the titles, facets and columns for Datasette.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from pipeline.export.flat import by_id
from pipeline.export.grams import indexed
from pipeline.records import Box, Claim, Mention, Object, Subject
from pipeline.store import RunFolder

Rows = Iterable[tuple[Any, ...]]

SCHEMA = """
create table run (key text primary key, value text);
create table documents (
    id text primary key, title text, path text not null, sha256 text not null, status text not null, langs text,
    pages integer, reader text, repairs text, warnings text, text text);
create table sections (
    doc text not null references documents (id), number integer not null, title text not null, level integer not null,
    start integer not null, "end" integer not null, primary key (doc, number));
create table concepts (id text primary key, name text, vocabulary text not null);
create table mentions (
    id text primary key, doc text not null references documents (id), start integer not null, "end" integer not null,
    text text not null, type text not null, concept_id text references concepts (id), concept_name text,
    lang text not null, page integer, rule text not null);
create table mention_names (
    mention text not null references mentions (id), number integer not null, name text not null,
    primary key (mention, number));
create table mention_candidates (
    mention text not null references mentions (id), number integer not null, candidate text not null,
    primary key (mention, number));
create table mention_boxes (
    mention text not null references mentions (id), number integer not null, page integer not null,
    x0 real not null, top real not null, x1 real not null, bottom real not null, primary key (mention, number));
create table claims (
    id text primary key, doc text not null references documents (id),
    subject text not null, subject_type text not null, subject_id text references concepts (id), subject_name text,
    relation text not null,
    object text not null, object_type text not null, object_id text references concepts (id), object_name text,
    negated integer not null, certainty text not null, sentence text not null, section text, page integer,
    lang text not null, trigger text not null, rule text not null, subject_implicit integer not null,
    subject_mention text not null references mentions (id), object_mention text not null references mentions (id),
    start integer not null, "end" integer not null, trigger_start integer not null, trigger_end integer not null);
create table claim_via (
    claim text not null references claims (id), number integer not null, mention text not null references mentions (id),
    primary key (claim, number));
create table claim_citations (
    claim text not null references claims (id), number integer not null, citation integer not null,
    primary key (claim, number));
create table claim_models (
    claim text not null references claims (id), number integer not null, model text not null,
    primary key (claim, number));
create table claim_links (
    claim text not null references claims (id), kind text not null check (kind in ('corroborates', 'conflicts')),
    other text not null references claims (id), primary key (claim, kind, other));
create table claim_boxes (
    claim text not null references claims (id), number integer not null, page integer not null,
    x0 real not null, top real not null, x1 real not null, bottom real not null, primary key (claim, number));
create table glosses (
    id integer primary key, doc text not null references documents (id), start integer not null, "end" integer not null,
    type text, rule text not null);
create table gloss_names (
    gloss integer not null references glosses (id), number integer not null, name text not null, lang text not null,
    abbreviation integer not null, primary key (gloss, number));
create table bibliography (
    id integer primary key, doc text not null references documents (id), number integer, text text not null,
    page integer);
create table floats (
    id integer primary key, doc text not null references documents (id), kind text not null, number integer,
    label text not null, caption text not null, rows text not null, note text not null, page integer);
create table failures (path text not null, stage text not null, error text not null, message text not null);
"""
# Made when the tables are full, which is quicker.
INDEXES = """
create index mentions_doc on mentions (doc);
create index mentions_concept on mentions (concept_id);
create index mentions_type on mentions (type);
create index claims_doc on claims (doc);
create index claims_subject on claims (subject_id, relation);
create index claims_object on claims (object_id, relation);
create index claims_relation on claims (relation, certainty, negated);
create index claims_subject_mention on claims (subject_mention);
create index claims_object_mention on claims (object_mention);
create index claim_via_mention on claim_via (mention);
create index claim_links_other on claim_links (other);
create index claim_models_model on claim_models (model);
"""
# `content=` is how Datasette knows which table an index searches. What goes in is not that table's text but `indexed`
# of it: never have SQLite rebuild these from their tables.
SEARCH = """
create virtual table claims_fts using fts5 (sentence, subject, object, content="claims", tokenize="unicode61");
create virtual table mentions_fts using fts5 (text, content="mentions", tokenize="unicode61");
create virtual table documents_fts using fts5 (title, content="documents", tokenize="unicode61");
"""
METADATA = ".metadata.json"
# Tables that hold the lists of others: Datasette shows them when it is asked to.
LISTS = (
    "sections", "mention_names", "mention_candidates", "mention_boxes", "claim_via", "claim_citations", "claim_models",
    "claim_links", "claim_boxes", "gloss_names",
)  # fmt: skip


def files(run: RunFolder, out: Path) -> dict[Path, bytes]:
    """The database file `out`, and the metadata that Datasette takes with `-m` beside it."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("pragma foreign_keys = on")
        database.executescript(SCHEMA)
        with database:
            _fill(database, run)
        database.executescript(INDEXES + SEARCH)
        with database:
            _index(database, run)
            for name in ("claims_fts", "mentions_fts", "documents_fts"):
                database.execute(f"insert into {name} ({name}) values ('optimize')")
        database.execute("analyze")
        database.commit()
        return {out: database.serialize(), out.with_name(f"{out.stem}{METADATA}"): _metadata(out.stem)}


def _put(database: sqlite3.Connection, table: str, rows: Rows) -> None:
    """Insert rows as they come; the first says how many values one has."""
    coming = iter(rows)
    first = next(coming, None)
    if first is not None:
        marks = ", ".join("?" * len(first))
        database.executemany(f"insert into {table} values ({marks})", chain([first], coming))


def _list(values: Iterable[object]) -> str | None:
    return "; ".join(map(str, values)) or None


def _fill(database: sqlite3.Connection, run: RunFolder) -> None:
    _put(database, "run", _head(run))
    _put(database, "documents", (
        (d.id, d.title, d.path, d.sha256, d.status, _list(d.langs), d.pages, d.reader, _list(d.repairs),
         _list(d.warnings), run.texts.get(d.id))
        for d in run.documents
    ))  # fmt: skip
    _put(database, "sections", (
        (d.id, n, s.title, s.level, s.start, s.end) for d in run.documents for n, s in enumerate(d.sections)
    ))  # fmt: skip
    _put(database, "concepts", _concepts(run))
    _put(database, "mentions", (
        (m.id, m.doc, m.start, m.end, m.text, m.type, m.concept_id, m.concept_name, m.lang, m.page, m.rule)
        for m in run.mentions
    ))  # fmt: skip
    _put(database, "mention_names", _numbered((m.id, m.names) for m in run.mentions))
    _put(database, "mention_candidates", _numbered((m.id, m.candidates) for m in run.mentions))
    _put(database, "mention_boxes", (row for m in run.mentions for row in _boxes(m.id, m.box_pages, m.boxes)))
    _put(database, "claims", map(_claim, run.claims))
    _put(database, "claim_via", _numbered((c.id, c.via) for c in run.claims))
    _put(database, "claim_citations", _numbered((c.id, c.citations) for c in run.claims))
    _put(database, "claim_models", _numbered((c.id, c.model) for c in run.claims))
    _put(database, "claim_links", (
        (c.id, kind, other)
        for c in run.claims
        for kind, others in (("corroborates", c.corroborates), ("conflicts", c.conflicts))
        for other in others
    ))  # fmt: skip
    boxes = ((c.id, c.evidence.box_pages, c.evidence.boxes) for c in run.claims)
    _put(database, "claim_boxes", (row for box in boxes for row in _boxes(*box)))
    _put(database, "glosses", ((n, g.doc, g.start, g.end, g.type, g.rule) for n, g in enumerate(run.glosses, 1)))
    _put(database, "gloss_names", (
        (n, k, name.text, name.lang, name.abbreviation)
        for n, g in enumerate(run.glosses, 1)
        for k, name in enumerate(g.names)
    ))  # fmt: skip
    _put(database, "bibliography", ((n, r.doc, r.number, r.text, r.page) for n, r in enumerate(run.references, 1)))
    _put(database, "floats", (
        (n, f.doc, f.kind, f.number, f.label, f.caption, orjson.dumps(f.rows).decode(), f.note, f.page)
        for n, f in enumerate(run.floats, 1)
    ))  # fmt: skip
    _put(database, "failures", ((f.path, f.stage, f.error, f.message) for f in run.failures))


def _head(run: RunFolder) -> Iterator[tuple[str, str]]:
    head = run.run
    yield from (("program", head.program), ("version", head.version), ("state", head.state))
    yield from ((f"count {name}", str(number)) for name, number in head.counts.items())
    yield from ((f"knowledge {name}", digest) for name, digest in head.knowledge.items())


def _concepts(run: RunFolder) -> Iterator[tuple[str, str | None, str]]:
    """Each concept with an identifier, under the first name that the run has for it."""
    sides = (side for c in run.claims for side in (c.subject, c.object))
    named: dict[str, str | None] = {}
    for found in (*run.mentions, *sides):
        if found.concept_id and not named.get(found.concept_id):
            named[found.concept_id] = found.concept_name
    for identifier, name in sorted(named.items()):
        yield identifier, name, identifier.partition(":")[0]


def _numbered(lists: Iterable[tuple[str, Sequence[object]]]) -> Iterator[tuple[str, int, object]]:
    for owner, values in lists:
        for number, value in enumerate(values):
            yield owner, number, value


def _boxes(owner: str, pages: Sequence[int] | None, boxes: Sequence[Box] | None) -> Iterator[tuple[Any, ...]]:
    for number, (page, box) in enumerate(zip(pages or (), boxes or (), strict=True)):
        yield owner, number, page, *box


def _claim(c: Claim) -> tuple[Any, ...]:
    s, o, e = c.subject, c.object, c.evidence
    return (
        c.id, c.doc, s.text, s.type, s.concept_id, s.concept_name, c.relation, o.text, o.type, o.concept_id,
        o.concept_name, c.negated, c.certainty, e.text, e.section, e.page, e.lang, c.trigger.text, c.rule, s.implicit,
        s.mention, o.mention, e.start, e.end, c.trigger.start, c.trigger.end,
    )  # fmt: skip


def _index(database: sqlite3.Connection, run: RunFolder) -> None:
    mentions = by_id(run.mentions)
    rowids = {
        table: dict(database.execute(f"select id, rowid from {table}")) for table in ("claims", "mentions", "documents")
    }
    _put(database, "claims_fts (rowid, sentence, subject, object)", (
        (rowids["claims"][c.id], _indexed_sentence(c, mentions),
         _indexed_side(c.subject, mentions), _indexed_side(c.object, mentions))
        for c in run.claims
    ))  # fmt: skip
    _put(database, "mentions_fts (rowid, text)", (
        (rowids["mentions"][m.id], _indexed_names(tuple(_names(m)))) for m in run.mentions
    ))  # fmt: skip
    _put(database, "documents_fts (rowid, title)", (
        (rowids["documents"][d.id], _indexed_names((d.title or d.id,))) for d in run.documents
    ))  # fmt: skip


def _names(mention: Mention) -> list[str]:
    return list(dict.fromkeys(n for n in (mention.text, mention.concept_name, *mention.names) if n))


def _indexed_sentence(c: Claim, mentions: dict[str, Mention]) -> str:
    """The sentence, and whole names that it has: 5-羟色胺 is not one run of hanzi."""
    found = (mentions[m] for m in (c.subject.mention, c.object.mention, *c.via) if m in mentions)
    return indexed(c.evidence.text, [m.text for m in found])


def _indexed_side(side: Subject | Object, mentions: dict[str, Mention]) -> str:
    """All names of a claim's subject or object, in both languages."""
    known = _names(mentions[side.mention]) if side.mention in mentions else ()
    return _indexed_names(tuple(dict.fromkeys(n for n in (side.text, side.concept_name, *known) if n)))


@lru_cache(maxsize=4096)  # a paper says the same names again and again
def _indexed_names(names: tuple[str, ...]) -> str:
    return " ".join(indexed(name, [name]) for name in names)


def _metadata(stem: str) -> bytes:
    """What Datasette shows of the tables, and how."""
    claims = {
        "description": "A row is what one sentence claims: subject, relation, object.",
        "facets": ["relation", "certainty", "negated", "subject_type", "object_type", "lang"],
        "label_column": "sentence",
        "size": 50,
        "fts_table": "claims_fts",
        "columns": {
            "subject": "who acts, as written",
            "subject_id": "its identifier in ChEBI, HGNC, MeSH, GO, DOID or HPO",
            "relation": "increases, decreases, improves, treats, regulates, binds or associated_with",
            "negated": "1 where the text says that it does not",
            "certainty": "asserted or hedged",
            "start": "where the sentence begins in the document's text, in Unicode characters",
            "rule": "the rule that made the claim",
        },
    }
    tables = {
        "claims": claims,
        "mentions": {"facets": ["type", "rule", "lang"], "label_column": "text", "fts_table": "mentions_fts"},
        "documents": {"label_column": "title", "fts_table": "documents_fts"},
        "concepts": {"facets": ["vocabulary"], "label_column": "name"},
    }
    indexes = (
        f"{table}_fts{part}"
        for table in ("claims", "mentions", "documents")
        for part in ("", "_config", "_data", "_docsize", "_idx")
    )
    hidden = {table: {"hidden": True} for table in (*LISTS, *indexes)}
    queries = {
        "subjects": {
            "title": "What is most claimed of",
            "sql": "select coalesce(subject_name, subject) as subject, count(*) as claims,"
            " count(distinct doc) as papers from claims"
            " group by coalesce(subject_id, subject_name, subject) order by claims desc, subject limit 100",
        },
        "conflicts": {
            "title": "Claims of one paper that say the opposite of each other",
            "sql": "select a.doc, a.id, a.sentence, b.id as other, b.sentence as other_sentence from claim_links l"
            " join claims a on a.id = l.claim join claims b on b.id = l.other"
            " where l.kind = 'conflicts' and a.id < b.id order by a.id",
        },
    }
    made = {
        "title": "Claim records",
        "description": "Who acts on what, and where it is said",
        "databases": {stem: {"tables": {**tables, **hidden}, "queries": queries}},
    }
    return orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
