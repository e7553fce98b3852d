"""INDRA statements as JSON (Gyori et al. 2017): a statement a claim, with one evidence. INDRA itself is not needed.

`docs/export.md` has the mapping and what it loses. The claim's own relation stands in each evidence's annotations.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from pipeline.export.flat import by_id, via_names
from pipeline.export.terms import PROGRAM, aspect_of, label_of, record_uuid, taxon_of, trigger_aspect
from pipeline.records import Claim, Document, Mention, Object, Subject, by_document
from pipeline.store import RunFolder

Json = dict[str, Any]

# Of a protein: that there is more of it, not that it does more.
AMOUNTS = frozenset({"abundance", "expression", "synthesis", "release", "secretion", "stability"})
# Unsigned, with a word for what the text says: INDRA has no sign for these.
ADJECTIVES = {"improves": "improved", "regulates": "regulated"}


def files(run: RunFolder, out: Path) -> dict[Path, bytes]:
    """The list of statements, as `indra.statements.stmts_from_json_file` reads it."""
    mentions = {doc: by_id(found) for doc, found in by_document(run.mentions).items()}
    documents = {d.id: d for d in run.documents}
    made = [
        statement(c, documents[c.doc], mentions.get(c.doc, {}), run.texts.get(c.doc, "")) for c in run.claims
    ]  # fmt: skip
    return {out: orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)}


def statement(c: Claim, document: Document, mentions: Mapping[str, Mention], text: str) -> Json:
    """The statement that a claim is. `mentions` are those of its document by id, `text` is the document's text."""
    kind = kind_of(c, aspect_of(c, mentions, text) or trigger_aspect(c))
    whole = {"evidence": [_evidence(c, document, mentions, text)], "id": record_uuid(document, c.id)}
    if kind == "Complex":
        return {"type": kind, "members": [_agent(c.subject), _agent(c.object)], **whole}
    ends = record_uuid(document, f"{c.id}/subject"), record_uuid(document, f"{c.id}/object")
    if kind == "Association":
        return {"type": kind, "members": [_member(c.subject, ends[0]), _member(c.object, ends[1])], **whole}
    if kind == "Influence":
        subject, target = _event(c.subject, None, ends[0]), _event(c.object, ADJECTIVES[c.relation], ends[1])
        return {"type": kind, "subj": subject, "obj": target, **whole}
    activity = {"obj_activity": "activity"} if kind in ("Activation", "Inhibition") else {}
    return {"type": kind, "subj": _agent(c.subject), "obj": _agent(c.object), **activity, **whole}


def kind_of(c: Claim, aspect: str | None) -> str:
    """The type of the statement: by the relation, and for what rises or falls by what of it does.

    To treat a disease is to inhibit it, as INDRA reads CTD's `therapeutic` and SemRep's TREATS.
    """
    disease = (c.object.concept_id or "").startswith("DOID:")
    if c.relation == "binds":
        return "Complex"
    if c.relation == "associated_with":
        return "Association"
    if c.relation == "treats" or (c.relation == "improves" and disease):
        return "Inhibition"
    if c.relation in ADJECTIVES:
        return "Influence"
    # A compound has no activity unless the text says so; an effect has no amount.
    amount = aspect != "activity" if c.object.type == "compound" else c.object.type == "protein" and aspect in AMOUNTS
    if c.relation == "increases":
        return "IncreaseAmount" if amount else "Activation"
    return "DecreaseAmount" if amount else "Inhibition"


def _refs(side: Subject | Object) -> Json:
    """INDRA's db_refs: HGNC and MESH without their prefix, the others with it."""
    refs = {"TEXT": side.text}
    if side.concept_id:
        vocabulary, _, number = side.concept_id.partition(":")
        refs[vocabulary] = number if vocabulary in ("HGNC", "MESH") else side.concept_id
    return refs


def _agent(side: Subject | Object) -> Json:
    return {"name": label_of(side), "db_refs": _refs(side)}


def _event(side: Subject | Object, adjective: str | None, identifier: str) -> Json:
    delta = {"type": "qualitative", "polarity": None, **({"adjectives": [adjective]} if adjective else {})}
    return {"type": "Event", "concept": _agent(side), "delta": delta, "id": identifier}


def _member(side: Subject | Object, identifier: str) -> Json:
    """An event of an association: INDRA's class wants an event, its schema (1.24) what an agent has, so it has both."""
    return _event(side, None, identifier) | _agent(side)


def _evidence(c: Claim, document: Document, mentions: Mapping[str, Mention], text: str) -> Json:
    epistemics = {"negated": c.negated, "hypothesis": c.certainty == "hedged"}
    taxon = taxon_of(c.model)
    species = {"name": taxon.name, "db_refs": {"TAXONOMY": taxon.id.partition(":")[2]}} if taxon else None
    return {
        "source_api": PROGRAM,
        "source_id": c.id,
        "text": c.evidence.text,
        "annotations": _annotations(c, document, mentions, text),
        "epistemics": {name: True for name, holds in epistemics.items() if holds},
        **({"context": {"type": "bio", "species": species}} if species else {}),
    }


def _annotations(c: Claim, document: Document, mentions: Mapping[str, Mention], text: str) -> Json:
    """Where it is said, and all that a statement has no place for. `coords` count within the evidence's text."""
    ends = [mentions.get(side.mention) for side in (c.subject, c.object)]
    e = c.evidence
    inside = [
        [m.start - e.start, m.end - e.start] if m and e.start <= m.start and m.end <= e.end else None for m in ends
    ]
    return {
        "agents": {"raw_text": [c.subject.text, c.object.text], "coords": inside},
        "types": [c.subject.type, c.object.type],
        "relation": c.relation,
        "aspect": aspect_of(c, mentions, text),
        "trigger": {"text": c.trigger.text, "start": c.trigger.start, "end": c.trigger.end},
        "implicit_subject": c.subject.implicit,
        "via": via_names(c, mentions),
        "model": list(c.model),
        "citations": list(c.citations),
        "document": {"id": c.doc, "title": document.title, "path": document.path, "sha256": document.sha256},
        "start": e.start,
        "end": e.end,
        "section": e.section,
        "language": e.lang,
        "page": e.page,
        "boxes": e.boxes,
        "box_pages": e.box_pages,
        "rule": c.rule,
        "corroborates": list(c.corroborates),
        "conflicts": list(c.conflicts),
    }
