"""JSON-LD: claims as reified statements with provenance (RDF, PROV-O, Web Annotation, schema.org, Dublin Core).

The context is in the file: nothing is fetched to read it. `docs/export.md` says what each term is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from pipeline.export.terms import PROGRAM, curie_of, label_of, paper_urn, record_urn, taxon_of
from pipeline.records import Box, Claim, Document, Mention, Object, Subject
from pipeline.store import RunFolder

Json = dict[str, Any]

TERMS = f"urn:{PROGRAM}:terms:"
# Characters before and behind that a text quote has, so that it is found again where the text has moved.
AROUND = 32

CONTEXT: Json = {
    "@version": 1.1,
    "dcterms": "http://purl.org/dc/terms/",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "claim": TERMS,
    "CHEBI": {"@id": "http://purl.obolibrary.org/obo/CHEBI_", "@prefix": True},
    "GO": {"@id": "http://purl.obolibrary.org/obo/GO_", "@prefix": True},
    "DOID": {"@id": "http://purl.obolibrary.org/obo/DOID_", "@prefix": True},
    "HP": {"@id": "http://purl.obolibrary.org/obo/HP_", "@prefix": True},
    "MESH": "http://id.nlm.nih.gov/mesh/",
    "HGNC": "https://identifiers.org/hgnc:",
    "NCBITaxon": {"@id": "http://purl.obolibrary.org/obo/NCBITaxon_", "@prefix": True},
    PROGRAM: f"urn:{PROGRAM}:concept:",
    "id": "@id",
    "type": "@type",
    "Claim": "schema:Claim",
    "Statement": "rdf:Statement",
    "Annotation": "oa:Annotation",
    "Paper": "schema:ScholarlyArticle",
    "subject": {"@id": "rdf:subject", "@type": "@id"},
    "relation": {"@id": "rdf:predicate", "@type": "@id"},
    "object": {"@id": "rdf:object", "@type": "@id"},
    "label": "rdfs:label",
    "altLabel": "skos:altLabel",
    "title": "dcterms:title",
    "identifier": "dcterms:identifier",
    "language": "dcterms:language",
    "path": "claim:path",
    "sha256": "claim:sha256",
    "pages": {"@id": "schema:numberOfPages", "@type": "xsd:integer"},
    "negated": {"@id": "claim:negated", "@type": "xsd:boolean"},
    "certainty": {"@id": "claim:certainty", "@type": "@vocab"},
    "asserted": "claim:asserted",
    "hedged": "claim:hedged",
    "implicitSubject": {"@id": "claim:implicitSubject", "@type": "xsd:boolean"},
    "via": {"@id": "claim:via", "@type": "@id"},
    "model": "claim:model",
    "species": {"@id": "claim:species", "@type": "@id"},
    "citation": {"@id": "claim:citation", "@type": "xsd:integer"},
    "corroborates": {"@id": "claim:corroborates", "@type": "@id"},
    "conflicts": {"@id": "claim:conflicts", "@type": "@id"},
    "rule": "claim:rule",
    "mentionType": {"@id": "claim:mentionType", "@type": "@vocab"},
    "compound": "claim:compound",
    "protein": "claim:protein",
    "effect": "claim:effect",
    "subjectMention": {"@id": "claim:subjectMention", "@type": "@id"},
    "objectMention": {"@id": "claim:objectMention", "@type": "@id"},
    "evidence": "claim:evidence",
    "trigger": "claim:trigger",
    "section": "claim:section",
    "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
    "wasGeneratedBy": {"@id": "prov:wasGeneratedBy", "@type": "@id"},
    "wasAssociatedWith": {"@id": "prov:wasAssociatedWith", "@type": "@id"},
    "version": "schema:softwareVersion",
    "hasBody": {"@id": "oa:hasBody", "@type": "@id"},
    "hasTarget": "oa:hasTarget",
    "source": {"@id": "oa:hasSource", "@type": "@id"},
    "selector": "oa:hasSelector",
    "start": {"@id": "oa:start", "@type": "xsd:nonNegativeInteger"},
    "end": {"@id": "oa:end", "@type": "xsd:nonNegativeInteger"},
    "exact": "oa:exact",
    "prefix": "oa:prefix",
    "suffix": "oa:suffix",
    "value": "rdf:value",
    "conformsTo": {"@id": "dcterms:conformsTo", "@type": "@id"},
}
# How a fragment says a page and a place on it: PDF's own way, in points from the page's top left corner.
_PDF_FRAGMENT = "http://tools.ietf.org/rfc/rfc3778"


def files(run: RunFolder, out: Path) -> dict[Path, bytes]:
    """The graph of a run: what was run, the papers, the concepts, the mentions, the claims."""
    documents = {d.id: d for d in run.documents}
    graph = [
        *_run(run),
        *(_paper(d) for d in run.documents),
        *_concepts(run),
        *(_mention(m, documents[m.doc], run.texts.get(m.doc, "")) for m in run.mentions),
        *(_claim(c, documents[c.doc], run.texts.get(c.doc, "")) for c in run.claims),
    ]
    made = {"@context": CONTEXT, "@graph": graph}
    return {out: orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)}


def _program(run: RunFolder) -> str:
    return f"urn:{PROGRAM}:{run.run.version}"


def _run(run: RunFolder) -> Iterator[Json]:
    yield {"id": _program(run), "type": "prov:SoftwareAgent", "label": PROGRAM, "version": run.run.version}
    yield {"id": f"urn:{PROGRAM}:run", "type": "prov:Activity", "wasAssociatedWith": _program(run)}


def _paper(d: Document) -> Json:
    return _full(
        id=paper_urn(d), type="Paper", identifier=d.id, title=d.title, language=list(d.langs), pages=d.pages,
        path=d.path, sha256=d.sha256,
    )  # fmt: skip


def _iri(side: Subject | Object | Mention) -> str:
    """What a mention names: as a CURIE that the context spells out."""
    if isinstance(side, Mention):
        side = Object(side.id, side.text, side.type, side.concept_id, side.concept_name)
    return curie_of(side)


def _concepts(run: RunFolder) -> Iterator[Json]:
    sides: tuple[Subject | Object | Mention, ...] = (
        *run.mentions,
        *(side for c in run.claims for side in (c.subject, c.object)),
    )
    made: dict[str, Json] = {}
    names: dict[str, dict[str, None]] = {}
    for side in sides:
        iri = _iri(side)
        made.setdefault(iri, {"id": iri, "mentionType": side.type, "label": label_of(side)})
        more = side.names if isinstance(side, Mention) else ()
        names.setdefault(iri, {}).update(dict.fromkeys((side.text, *more)))
    for iri in sorted(made):
        yield _full(**made[iri], altLabel=[name for name in names[iri] if name != made[iri]["label"]])


def _mention(m: Mention, document: Document, text: str) -> Json:
    return _full(
        id=record_urn(document, m.id), type="Annotation", identifier=m.id, hasBody=_iri(m), mentionType=m.type,
        hasTarget=_target(document, text, m.start, m.end, m.box_pages, m.boxes), rule=m.rule,
    )  # fmt: skip


def _claim(c: Claim, document: Document, text: str) -> Json:
    def urn(record: str) -> str:
        return record_urn(document, record)

    e, taxon = c.evidence, taxon_of(c.model)
    return _full(
        id=urn(c.id), type=["Claim", "Statement"], identifier=c.id,
        subject=_iri(c.subject), relation=f"claim:{c.relation}", object=_iri(c.object),
        negated=c.negated, certainty=c.certainty, implicitSubject=c.subject.implicit,
        subjectMention=urn(c.subject.mention), objectMention=urn(c.object.mention), via=[urn(m) for m in c.via],
        model=list(c.model), species=taxon.id if taxon else None, citation=list(c.citations),
        evidence=_target(document, text, e.start, e.end, e.box_pages, e.boxes), section=e.section,
        trigger=_target(document, text, c.trigger.start, c.trigger.end, None, None), rule=c.rule,
        corroborates=[urn(other) for other in c.corroborates], conflicts=[urn(other) for other in c.conflicts],
        wasDerivedFrom=paper_urn(document), wasGeneratedBy=f"urn:{PROGRAM}:run",
    )  # fmt: skip


def _target(
    document: Document, text: str, start: int, end: int, pages: Sequence[int] | None, boxes: Sequence[Box] | None
) -> Json:
    """A piece of a paper's text by its place, its words, and its boxes on the page."""
    place: list[Json] = [
        {"type": "oa:TextPositionSelector", "start": start, "end": end},
        {
            "type": "oa:TextQuoteSelector",
            "exact": text[start:end],
            "prefix": text[max(0, start - AROUND) : start],
            "suffix": text[end : end + AROUND],
        },
    ]
    for page, (x0, top, x1, bottom) in zip(pages or (), boxes or (), strict=True):
        value = f"page={page}&viewrect={x0:g},{top:g},{x1 - x0:g},{bottom - top:g}"
        place.append({"type": "oa:FragmentSelector", "conformsTo": _PDF_FRAGMENT, "value": value})
    return {"type": "oa:SpecificResource", "source": paper_urn(document), "selector": place}


def _full(**values: Any) -> Json:
    """An object without what is empty."""
    return {k: v for k, v in values.items() if v is not None and v != []}
