"""PubAnnotation JSON: a file a paper, with denotations, relations and attributes, for PubAnnotation and TextAE.

Ids are those of the records without the document's. Attributes of relations are in the format since its attributes are
(pubannotation/pubannotation issue 8).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from pipeline.export.terms import PROGRAM
from pipeline.records import Claim, Document, Mention, by_document
from pipeline.store import RunFolder

Json = dict[str, Any]


def files(run: RunFolder, out: Path) -> dict[Path, bytes]:
    """`<doc>.json` in the folder `out` for each paper that has a text."""
    mentions, claims = by_document(run.mentions), by_document(run.claims)
    return {
        out / f"{d.id}.json": orjson.dumps(
            document(d, run.texts[d.id], mentions.get(d.id, ()), claims.get(d.id, ())),
            option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
        )
        for d in run.documents
        if d.id in run.texts
    }


def document(paper: Document, text: str, mentions: Sequence[Mention], claims: Sequence[Claim]) -> Json:
    """The annotations of a paper. Spans count Unicode characters."""

    def short(record: str) -> str:
        return record.removeprefix(f"{paper.id}:")

    return {
        "project": PROGRAM,
        "sourcedb": PROGRAM,
        "sourceid": paper.id,
        "text": text,
        "denotations": [{"id": short(m.id), "span": {"begin": m.start, "end": m.end}, "obj": m.type} for m in mentions],
        "relations": [
            {"id": short(c.id), "pred": c.relation, "subj": short(c.subject.mention), "obj": short(c.object.mention)}
            for c in claims
        ],
        "attributes": [
            {"id": f"a{number}", "subj": short(subject), "pred": name, "obj": value}
            for number, (subject, name, value) in enumerate(_attributes(mentions, claims), 1)
        ],
    }


def _attributes(mentions: Sequence[Mention], claims: Sequence[Claim]) -> Iterator[tuple[str, str, Any]]:
    """What is said of a mention or claim beyond its type: each value an attribute of its own."""
    for m in mentions:
        if m.concept_id:
            yield m.id, "concept_id", m.concept_id
        if m.concept_name:
            yield m.id, "concept_name", m.concept_name
    for c in claims:
        if c.negated:
            yield c.id, "negated", True
        if c.certainty == "hedged":
            yield c.id, "hedged", True
        if c.subject.implicit:
            yield c.id, "implicit", True
        yield c.id, "trigger", f"{c.trigger.start}-{c.trigger.end}"
        yield c.id, "sentence", f"{c.evidence.start}-{c.evidence.end}"
        yield from ((c.id, "via", m.removeprefix(f"{c.doc}:")) for m in c.via)
        yield from ((c.id, "citation", number) for number in c.citations)
        yield from ((c.id, "model", words) for words in c.model)
        yield c.id, "rule", c.rule
