"""KGX: nodes and edges in the terms of the Biolink Model, as JSON Lines. An edge a claim.

`docs/export.md` has the mapping and what it loses. Fields of our own begin with `claim_`, the others are Biolink's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from pipeline.export.flat import by_id, via_names
from pipeline.export.terms import (
    PROGRAM,
    aspect_of,
    category_of,
    curie_of,
    label_of,
    paper_curie,
    record_uuid,
    taxon_of,
)
from pipeline.records import Claim, Document, Mention, by_document
from pipeline.store import RunFolder

Json = dict[str, Any]

SOURCE = f"infores:{PROGRAM}"
DIRECTIONS = {"increases": "increased", "decreases": "decreased"}
CONDITIONS = frozenset({"biolink:Disease", "biolink:PhenotypicFeature"})


def files(run: RunFolder, out: Path) -> dict[Path, bytes]:
    """`nodes.jsonl` and `edges.jsonl` in the folder `out`."""
    documents = {d.id: d for d in run.documents}
    mentions = {doc: by_id(found) for doc, found in by_document(run.mentions).items()}
    edges = [edge(c, documents[c.doc], mentions.get(c.doc, {}), run.texts.get(c.doc, "")) for c in run.claims]
    return {out / "nodes.jsonl": _lines(nodes(run)), out / "edges.jsonl": _lines(edges)}


def _lines(rows: Iterable[Json]) -> bytes:
    return b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def nodes(run: RunFolder) -> list[Json]:
    """What claims speak of, sorted by id, then the papers. A name of a node is the first that the run has for it."""
    every = by_id(run.mentions)
    made: dict[str, Json] = {}
    names: dict[str, dict[str, None]] = {}
    for c in run.claims:
        for side in (c.subject, c.object):
            curie = curie_of(side)
            node = {"id": curie, "category": [category_of(side.type, side.concept_id)], "name": label_of(side)}
            made.setdefault(curie, node)
            mention = every.get(side.mention)
            names.setdefault(curie, {}).update(dict.fromkeys((side.text, *(mention.names if mention else ()))))
    for curie, node in made.items():
        synonyms = [name for name in names[curie] if name != node["name"]]
        if synonyms:
            node["synonym"] = synonyms
    papers = {paper_curie(d): _paper(d) for d in run.documents}
    return [*(made[curie] for curie in sorted(made)), *papers.values()]


def _paper(d: Document) -> Json:
    """A paper. An Article has to say which journal it is of, which no run knows."""
    kind = {"category": ["biolink:Publication"], "publication_type": ["Review"]}
    return {"id": paper_curie(d), **kind, "name": d.title or d.id, "claim_path": d.path, "claim_document": d.id}


def edge(c: Claim, document: Document, mentions: Mapping[str, Mention], text: str) -> Json:
    """The edge that a claim is. `mentions` are those of its document by id, `text` is the document's text."""
    s, o = (category_of(side.type, side.concept_id) for side in (c.subject, c.object))
    taxon = taxon_of(c.model)
    e = c.evidence
    return {
        "id": f"urn:uuid:{record_uuid(document, c.id)}",
        "subject": curie_of(c.subject),
        "object": curie_of(c.object),
        **_meaning(c, s, o, aspect_of(c, mentions, text)),
        "negated": c.negated,
        **({"species_context_qualifier": taxon.id} if taxon else {}),
        "knowledge_level": "not_provided",
        "agent_type": "text_mining_agent",
        "primary_knowledge_source": SOURCE,
        "publications": [paper_curie(document)],
        "supporting_text": [e.text],
        "original_subject": c.subject.text,
        "original_predicate": c.relation,
        "original_object": c.object.text,
        "claim_id": c.id,
        "claim_certainty": c.certainty,
        "claim_via": via_names(c, mentions),
        "claim_model": list(c.model),
        "claim_citations": list(c.citations),
        "claim_section": e.section,
        "claim_page": e.page,
        "claim_start": e.start,
        "claim_end": e.end,
        "claim_trigger": c.trigger.text,
        "claim_rule": c.rule,
    }


def _meaning(c: Claim, subject: str, target: str, aspect: str | None) -> Json:
    """Category of association, predicate and qualifiers, by relation and by what it joins.

    Only some of Biolink's associations have qualifiers for a direction: between other things it is lost to Biolink, and
    `original_predicate` has it.
    """
    chemical, gene = subject == "biolink:ChemicalEntity", subject in ("biolink:Gene", "biolink:Protein")
    if c.relation == "associated_with":
        return _association("Association", "associated_with")
    if c.relation == "binds":
        kind = "ChemicalGeneInteractionAssociation" if chemical and target == "biolink:Gene" else "Association"
        return _association(kind, "physically_interacts_with")
    to_condition = "ChemicalOrDrugOrTreatmentToDiseaseOrPhenotypicFeatureAssociation"
    if c.relation == "treats":
        return _association(to_condition if chemical else "Association", "treats_or_applied_or_studied_to_treat")
    if c.relation == "improves" and chemical and target in CONDITIONS:
        return _association(to_condition, "ameliorates_condition")
    direction = DIRECTIONS.get(c.relation)
    changed = {"object_aspect_qualifier": aspect or "activity_or_abundance"} if c.object.type != "effect" else {}
    if direction:
        changed |= {"qualified_predicate": "biolink:causes", "object_direction_qualifier": direction}
    if gene and target == "biolink:Gene" and direction:
        return _association("GeneRegulatesGeneAssociation", "regulates") | changed
    if gene and target == "biolink:ChemicalEntity":
        return _association("GeneAffectsChemicalAssociation", "affects") | changed
    if chemical and target == "biolink:Gene":
        return _association("ChemicalAffectsGeneAssociation", "affects") | changed
    if chemical:
        return _association("ChemicalAffectsBiologicalEntityAssociation", "affects") | changed
    return _association("Association", "affects")


def _association(category: str, predicate: str) -> Json:
    return {"category": [f"biolink:{category}"], "predicate": f"biolink:{predicate}"}
