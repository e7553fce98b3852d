"""INCEpTION's documents: a UIMA CAS in XMI a paper, the types that they use, and layers to import into a project.

A mention is a span of the layer Mention, a claim a span of the layer Claim at its trigger, with a slot for each of its
mentions (role and target). UIMA counts UTF-16 units; dkpro-cassis converts. Both layers are anchored on characters:
Chinese needs no tokens. `layers.json` is what INCEpTION's Settings, Layers, Import takes (ExportedAnnotationLayer of
its code); without these layers in the project it would drop the annotations on import.
"""

from __future__ import annotations

import io
import json
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import orjson

from pipeline.annotate import cells
from pipeline.annotate.carried import cuts_of, line_cuts, record_of, with_record
from pipeline.annotate.marked import (
    ROLES,
    ClaimMark,
    Cut,
    Findings,
    Marked,
    MentionMark,
    certainty_named,
    ends_of,
    relation_named,
    subject_named,
)
from pipeline.errors import DataError, UsageError
from pipeline.fold import lang_of
from pipeline.kinds import MENTION_TYPES, RELATIONS
from pipeline.records import mention_type

try:
    import cassis
except ModuleNotFoundError as e:
    raise UsageError("INCEpTION's format needs dkpro-cassis: pip install 'claim-pipeline[annotate]'") from e

TYPES, LAYERS = "TypeSystem.xml", "layers.json"
MENTION, CLAIM = "webanno.custom.Mention", "webanno.custom.Claim"
LINK, RECORD = "webanno.custom.ClaimArgumentsLink", "webanno.custom.PaperRecord"
SENTENCE = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"
STRING, BOOLEAN, INTEGER = "uima.cas.String", "uima.cas.Boolean", "uima.cas.Integer"
# What no XML 1.0 can hold.
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# The features of each layer: name, range, what a curator reads, the words to choose from. `number` is no curator's.
_CERTAINTY = ("asserted", "hedged")
_FEATURES: Mapping[str, tuple[tuple[str, str, str, tuple[str, ...]], ...]] = {
    MENTION: (("value", STRING, "Type", MENTION_TYPES),),
    CLAIM: (
        ("relation", STRING, "Relation", RELATIONS),
        ("arguments", LINK, "Subject, object, via", ROLES),
        ("negated", BOOLEAN, "Negated", ()),
        ("certainty", STRING, "Certainty", _CERTAINTY),
        ("implicit", BOOLEAN, "Subject is implicit", ()),
        ("citations", STRING, "Citations (15, 16)", ()),
        ("model", STRING, "Model (大鼠 | 小鼠)", ()),
        ("subjectName", STRING, "Subject, where it is no mention of the paper", ()),
        ("viaNames", STRING, "Via, where it is no mention of the paper", ()),
        ("triggerText", STRING, "Trigger, where it is not the text under the span", ()),
        ("number", INTEGER, "Place among the claims", ()),
    ),
    RECORD: (("record", STRING, "What the pipeline keeps of the paper", ()),),
}
_HIDDEN = frozenset({"number", "record"})


def typesystem() -> cassis.TypeSystem:
    """The UIMA types of our layers, and DKPro's sentence."""
    types = cassis.TypeSystem()
    types.create_type(SENTENCE, "uima.tcas.Annotation")
    for layer in (MENTION, CLAIM):
        types.create_type(layer, "uima.tcas.Annotation")
    types.create_type(RECORD, "uima.cas.AnnotationBase")
    link = types.create_type(LINK, "uima.cas.TOP")
    types.create_feature(link, "role", STRING)
    types.create_feature(link, "target", MENTION)
    for layer, features in _FEATURES.items():
        for name, kind, _, _ in features:
            if kind == LINK:
                types.create_feature(layer, name, "uima.cas.FSArray", elementType=LINK)
            else:
                types.create_feature(layer, name, kind)
    return types


def layers() -> bytes:
    """The layers as INCEpTION exports and imports them."""
    names = {MENTION: "Mention", CLAIM: "Claim", RECORD: "Paper record"}
    made = [
        {
            "name": layer,
            "uiName": names[layer],
            "type": "document-metadata" if layer == RECORD else "span",
            "features": [_feature(rank, *feature) for rank, feature in enumerate(features)],
            "enabled": True,
            "built_in": False,
            "readonly": layer == RECORD,
            "attach_type": None,
            "attach_feature": None,
            "allow_stacking": layer == CLAIM,
            "cross_sentence": False,
            "show_hover": True,
            "anchoring_mode": "CHARACTERS",
            "overlap_mode": "ANY_OVERLAP" if layer == CLAIM else "NO_OVERLAP",
            "validation_mode": "ALWAYS",
            "lock_to_token_offset": False,
            "multiple_tokens": True,
            "linked_list_behavior": False,
            "traits": None,
        }
        for layer, features in _FEATURES.items()
    ]
    return orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _feature(rank: int, name: str, kind: str, shown: str, words: tuple[str, ...]) -> dict[str, Any]:
    link = kind == LINK
    tags = {
        "name": f"Claims: {shown}",
        "description": None,
        "language": "en",
        "tags": [{"tag_name": word, "tag_description": None} for word in words],
        "create_tag": False,
    }
    return {
        "name": name,
        "uiName": shown,
        "type": MENTION if link else kind,
        "tag_set": tags if words else None,
        "enabled": True,
        "visible": name not in _HIDDEN,
        "include_in_hover": name in ("citations", "model"),
        "required": name in ("value", "relation"),
        "remember": False,
        "hideUnconstraintFeature": False,
        "description": None,
        "multi_value_mode": "ARRAY" if link else "NONE",
        "link_mode": "WITH_ROLE" if link else "NONE",
        "link_type_name": LINK if link else None,
        "link_type_role_feature_name": "role" if link else None,
        "link_type_target_feature_name": "target" if link else None,
        "traits": None,
        "curatable": name not in _HIDDEN,
        "rank": rank,
    }


# -- writing -----------------------------------------------------------------------------------------------------------


def project_files() -> dict[str, bytes]:
    """What all documents share: the types, and the layers."""
    return {TYPES: typesystem().to_xml().encode(), LAYERS: layers()}


def files_of(marked: Marked) -> dict[str, bytes]:
    """A document as `<doc>.xmi`."""
    record, text = record_of(marked, _UNFIT)
    types = typesystem()
    cas = cassis.Cas(types)
    cas.sofa_string = text
    cas.sofa_mime = "text/plain"
    make = {name: types.get_type(name) for name in (SENTENCE, MENTION, CLAIM, LINK, RECORD)}
    array = types.get_type("uima.cas.FSArray")
    for cut in marked.cuts:
        cas.add(make[SENTENCE](begin=cut.start, end=cut.end))
    spans = [make[MENTION](begin=m.start, end=m.end, value=m.type) for m in marked.mentions]
    cas.add_all(spans)
    for number, c in enumerate(marked.claims, 1):
        ends = [("subject", c.subject), ("object", c.object), *(("via", place) for place in c.via)]
        slots = [make[LINK](role=role, target=spans[place]) for role, place in ends if place is not None]
        claim = make[CLAIM](
            begin=c.start,
            end=c.end,
            relation=c.relation,
            arguments=array(elements=slots),
            negated=c.negated,
            certainty=c.certainty,
            implicit=c.implicit,
            citations=cells.numbers(c.citations) or None,
            model=cells.names(c.model) or None,
            subjectName=cells.names([c.subject_name]) if c.subject_name else None,
            viaNames=cells.names(c.via_names) or None,
            triggerText=None if c.trigger is None else cells.names([c.trigger]),
            number=number,
        )
        cas.add(claim)
    written = cells.UNSAFE.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(asdict(record), ensure_ascii=False))
    cas.add(make[RECORD](record=written))
    return {f"{marked.id}.xmi": cas.to_xmi().encode()}


# -- reading -----------------------------------------------------------------------------------------------------------


def read(file: Path, findings: Findings) -> Iterator[Marked]:
    """The documents of an XMI, of a UIMA CAS in JSON, or of a zip of them, as INCEpTION exports them.

    Raises DataError where the file is none.
    """
    try:
        yield from (_marked(cas, stem, str(file), findings) for stem, cas in _cases(file, findings))
    except (DataError, UsageError):
        raise
    except Exception as e:  # cassis raises what its parsers raise, and KeyError, TypeError for types that differ
        raise DataError([f"{file}: cannot be read as a UIMA CAS ({type(e).__name__}: {e})"]) from e


def _cases(file: Path, findings: Findings) -> Iterator[tuple[str, cassis.Cas]]:
    """Each CAS of a file, with the name that its document has by the file's."""
    if file.suffix == ".zip":
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            types = next((archive.read(n) for n in names if Path(n).name == TYPES), None)
            inside = sorted(n for n in names if n.endswith(".xmi"))
            if not inside:
                raise DataError([f"{file}: no .xmi in it; export the document as UIMA CAS XMI"])
            for name in inside:
                yield Path(name).stem, _xmi(archive.read(name), types, file, findings)
    elif file.suffix == ".json":
        yield file.stem, cassis.load_cas_from_json(io.BytesIO(file.read_bytes()))
    else:
        beside = file.with_name(TYPES)
        yield file.stem, _xmi(file.read_bytes(), beside.read_bytes() if beside.exists() else None, file, findings)


def _xmi(data: bytes, types: bytes | None, file: Path, findings: Findings) -> cassis.Cas:
    known = typesystem() if types is None else cassis.load_typesystem(io.BytesIO(types))
    with warnings.catch_warnings(record=True) as told:  # of types that the type system has not: other tools' layers
        warnings.simplefilter("always")
        cas = cassis.load_cas_from_xmi(io.BytesIO(_known_features(data, known)), typesystem=known, lenient=True)
    findings.remarks += dict.fromkeys(f"{file}: {w.message}; left out" for w in told)
    return cas


def _known_features(data: bytes, types: cassis.TypeSystem) -> bytes:
    """An XMI without the features that the type system has not, of the types that it has.

    INCEpTION adds features of its own to every layer (such as the order in its sidebar), and the type system at hand
    may be the one that we exported. Lenient as it is, cassis passes over unknown types only.
    """
    root = ElementTree.fromstring(data)
    for element in root:
        name = element.tag.removeprefix("{http:///").replace("/", ".").replace(".ecore}", ".")
        if name in (SENTENCE, MENTION, CLAIM, LINK, RECORD) and types.contains_type(name):
            known = {feature.name for feature in types.get_type(name).all_features}
            for attribute in [a for a in element.attrib if not a.startswith("{") and a not in known]:
                del element.attrib[attribute]
    kept: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return kept


def _select(cas: cassis.Cas, name: str) -> list[Any]:
    return list(cas.select(name)) if cas.typesystem.contains_type(name) else []


def _marked(cas: cassis.Cas, stem: str, where: str, findings: Findings) -> Marked:
    text: str = cas.sofa_string or ""
    doc = stem.removesuffix(".txt")
    aliases: tuple[tuple[str, ...], ...] = ()
    bounds = [(s.begin, s.end) for s in _select(cas, SENTENCE)]
    cuts = tuple(Cut(f"S{n:03d}", lang_of(text[a:b]), a, b) for n, (a, b) in enumerate(sorted(bounds)))
    cuts = cuts or line_cuts(text)
    written = next((fs.record for fs in _records(cas) if fs.record), None)
    if written is not None:
        try:
            text, record = with_record(text, json.loads(written))
        except ValueError as e:
            raise DataError([f"{where}: its Paper record is not of this text ({e})"]) from e
        cuts, doc, aliases = cuts_of(record), record.doc, record.aliases
    mentions: list[MentionMark] = []
    places: dict[int, int] = {}
    for span in _select(cas, MENTION):
        kind = mention_type(span.value or "")
        if kind is None:
            words = f"{text[span.begin : span.end]!r} at {span.begin}"
            findings.faults.append(f"{where}: {words}: no type {span.value!r} ({', '.join(MENTION_TYPES)})")
            continue
        places[id(span)] = len(mentions)
        mentions.append(MentionMark(span.begin, span.end, kind, where))
    claims: list[ClaimMark] = []
    spans = _select(cas, CLAIM)
    for span in sorted(spans, key=lambda s: (s.number is None, s.number or 0, s.begin)):
        try:
            claims.append(_claim(span, places, where))
        except ValueError as e:
            findings.faults.append(f"{where}: claim {text[span.begin : span.end]!r} at {span.begin}: {e}")
    return Marked(doc, text, cuts, tuple(mentions), tuple(claims), aliases, where)


def _records(cas: cassis.Cas) -> Iterable[Any]:
    """The records, which are no annotations of the text, so that `select` would not do."""
    return (fs for fs in cas.select_all_fs() if fs.type.name == RECORD)


def _claim(span: Any, places: Mapping[int, int], where: str) -> ClaimMark:
    """A span of the layer Claim as a claim. Raises ValueError where it is none."""
    slots = list(span.arguments.elements) if span.arguments else []
    empty = next((slot.role for slot in slots if slot.target is None), None)
    if empty is not None:
        raise ValueError(f"its slot {empty} is empty")
    # A target of no known type was told already.
    links = ((slot.role, places[id(slot.target)]) for slot in slots if id(slot.target) in places)
    subject, target, via = ends_of(links)
    trigger = None if span.triggerText is None else cells.read_names(span.triggerText)
    return ClaimMark(
        start=span.begin,
        end=span.end,
        relation=relation_named(span.relation),
        subject=subject,
        object=target,
        via=via,
        negated=bool(span.negated),
        certainty=certainty_named(span.certainty),
        implicit=bool(span.implicit),
        citations=cells.read_numbers(span.citations or ""),
        model=cells.read_names(span.model or ""),
        subject_name=subject_named(cells.read_names(span.subjectName or "")),
        via_names=cells.read_names(span.viaNames or ""),
        trigger=None if trigger is None else " ".join(trigger),
        where=where,
    )
