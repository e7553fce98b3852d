"""BioC (Comeau et al. 2013): a collection of papers, a passage for each section, mentions and claims. Needs bioc.

XML, or BioC JSON where the name of the file ends in `.json`. Offsets count Unicode characters, as PubTator's do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import bioc
from bioc import biocjson, biocxml

from pipeline.export.terms import PROGRAM
from pipeline.records import Claim, Document, Mention, by_document
from pipeline.store import RunFolder

# What XML 1.0 cannot hold, and a carriage return, which its parsers turn into a line feed: one blank each.
_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def files(run: RunFolder, out: Path) -> dict[Path, bytes]:
    """The collection, `out`, of the papers that have a text."""
    collection = bioc.BioCCollection()
    collection.source, collection.key, collection.date = PROGRAM, f"{PROGRAM}.key", ""
    collection.infons = {"program": PROGRAM, "version": run.run.version}
    mentions, claims = by_document(run.mentions), by_document(run.claims)
    for document in run.documents:
        if document.id in run.texts:
            text = _NOT_XML.sub(" ", run.texts[document.id])
            made = _document(document, text, mentions.get(document.id, ()), claims.get(document.id, ()))
            collection.add_document(made)
    if out.suffix.lower() == ".json":
        return {out: biocjson.dumps(collection, ensure_ascii=False, indent=1).encode()}
    written = biocxml.dumps(collection)
    return {out: written if isinstance(written, bytes) else written.encode()}


def _document(document: Document, text: str, mentions: Sequence[Mention], claims: Sequence[Claim]) -> bioc.BioCDocument:
    made = bioc.BioCDocument()
    made.id = document.id
    made.infons = _infons(
        title=document.title, path=document.path, sha256=document.sha256, languages=" ".join(document.langs)
    )
    for start, end, title, level in passages(document, text, mentions):
        passage = bioc.BioCPassage.of_text(text[start:end], start)
        passage.infons = _infons(type="title" if level == 0 else "section", section=title, level=level)
        for m in mentions:
            if start <= m.start and m.end <= end:
                passage.add_annotation(_annotation(m, text))
        made.add_passage(passage)
    for c in claims:
        made.add_relation(_relation(c))
    return made


def passages(
    document: Document, text: str, mentions: Sequence[Mention]
) -> Iterator[tuple[int, int, str | None, int | None]]:
    """The text cut where a section begins, without a gap: start, end, title and level of each piece.

    What stands before the first section has neither title nor level. No cut goes through a mention.
    """
    inside = {at for m in mentions for at in range(m.start + 1, m.end)}
    heads = {s.start: (s.title, s.level) for s in document.sections if s.start not in inside and s.start < len(text)}
    cuts = sorted({0, *heads})
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        yield start, end, *heads.get(start, (None, None))


def _annotation(m: Mention, text: str) -> bioc.BioCAnnotation:
    made = bioc.BioCAnnotation()
    made.id = m.id
    made.text = text[m.start : m.end]
    made.add_location(bioc.BioCLocation(m.start, m.end - m.start))
    made.infons = _infons(
        type=m.type, identifier=m.concept_id, concept=m.concept_name, names=" | ".join(m.names), language=m.lang,
        rule=m.rule, page=m.page, candidates=" | ".join(m.candidates),
    )  # fmt: skip
    return made


def _relation(c: Claim) -> bioc.BioCRelation:
    """A claim joins its mentions by their parts in it; what else it says are infons. It belongs to the document, since
    a subject that is left out stands in another passage."""
    made = bioc.BioCRelation()
    made.id = c.id
    made.infons = _infons(
        type=c.relation, negated=str(c.negated).lower(), certainty=c.certainty,
        implicit=str(c.subject.implicit).lower(), trigger=c.trigger.text, trigger_offset=c.trigger.start,
        model=" | ".join(c.model), citations=" ".join(map(str, c.citations)), sentence_offset=c.evidence.start,
        sentence_length=c.evidence.end - c.evidence.start, section=c.evidence.section, page=c.evidence.page,
        rule=c.rule, corroborates=" ".join(c.corroborates), conflicts=" ".join(c.conflicts),
    )  # fmt: skip
    made.add_node(bioc.BioCNode(c.subject.mention, "subject"))
    made.add_node(bioc.BioCNode(c.object.mention, "object"))
    for m in c.via:
        made.add_node(bioc.BioCNode(m, "via"))
    return made


def _infons(**values: str | int | None) -> dict[str, str]:
    """BioC's key and value pairs, all text; what is empty is left out."""
    return {k: _NOT_XML.sub(" ", str(v)) for k, v in values.items() if v not in (None, "")}
