"""Label Studio's tasks: a paper a task, in one JSON file, and the labelling interface that they need.

A mention is a region with a label of `mention`, a claim a region with a label of `relation` at its trigger, with
relations to its mentions (subject, object, via) and choices and texts of its own. What a run found goes in as a
prediction, gold as an annotation. Offsets are Unicode characters, which is what Label Studio keeps since version 1.4
(label-studio-frontend, pull request 308); those of an older one, UTF-16 units, are known by the text that stands beside
them.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import orjson

from pipeline.annotate import cells
from pipeline.annotate.carried import cuts_of, line_cuts, record_of, with_record
from pipeline.annotate.marked import (
    ROLES,
    ClaimMark,
    Findings,
    Marked,
    MentionMark,
    ends_of,
    relation_named,
    subject_named,
)
from pipeline.errors import DataError
from pipeline.kinds import MENTION_TYPES, RELATIONS
from pipeline.records import mention_type
from pipeline.version import VERSION

TASKS, INTERFACE = "tasks.json", "interface.xml"
ATTRIBUTES = ("negated", "hedged", "implicit")
# Texts of a claim, and what the interface says of each.
FIELDS = {
    "citations": "Citations: numbers of reference marks",
    "model": "Model: organism, patients or cells, one a line",
    "subject_name": "Subject, where it is no mention of the paper",
    "via_names": "Via, where it is no mention of the paper, one a line",
    "trigger": "Trigger, where it is not the text under the region",
}
_COLOURS = {"compound": "#34a853", "protein": "#4285f4", "effect": "#fb8c00"}


def interface() -> bytes:
    """The labelling interface: what goes under Settings, Labeling Interface, Code."""
    claim_only = 'visibleWhen="region-selected" whenTagName="relation"'
    lines = [
        "<View>",
        '  <Header value="$doc"/>',
        '  <Labels name="mention" toName="text" choice="single">',
        *(f"    <Label value={quoteattr(t)} background={quoteattr(_COLOURS[t])}/>" for t in MENTION_TYPES),
        "  </Labels>",
        '  <Labels name="relation" toName="text" choice="single">',
        *(f'    <Label value={quoteattr(r)} background="#8e63ce"/>' for r in RELATIONS),
        "  </Labels>",
        "  <Relations>",
        *(f"    <Relation value={quoteattr(role)}/>" for role in ROLES),
        "  </Relations>",
        '  <Text name="text" value="$text" granularity="symbol"/>',
        f"  <View {claim_only}>",
        '    <Choices name="attributes" toName="text" perRegion="true" choice="multiple">',
        *(f"      <Choice value={quoteattr(a)}/>" for a in ATTRIBUTES),
        "    </Choices>",
        *(
            f'    <TextArea name={quoteattr(name)} toName="text" perRegion="true" editable="true" '
            f"placeholder={quoteattr(hint)}/>"
            for name, hint in FIELDS.items()
        ),
        "  </View>",
        "</View>",
    ]
    return ("\n".join(lines) + "\n").encode()


# -- writing -----------------------------------------------------------------------------------------------------------


def files_of(documents: Iterable[Marked], *, suggested: bool) -> dict[str, bytes]:
    """Documents as `tasks.json`, with `interface.xml`; as predictions where they are only `suggested`."""
    tasks = [_task(n, marked, suggested) for n, marked in enumerate(documents, 1)]
    data = orjson.dumps(tasks, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return {TASKS: data, INTERFACE: interface()}


def _task(number: int, marked: Marked, suggested: bool) -> dict[str, Any]:
    record, text = record_of(marked)
    result = list(_result(marked))
    said: dict[str, Any] = (
        {"predictions": [{"model_version": f"claim-pipeline {VERSION}", "result": result}]}
        if suggested
        else {"annotations": [{"result": result}]}
    )
    return {"id": number, "data": {"doc": marked.id, "text": text, "record": asdict(record)}, **said}


def _result(marked: Marked) -> Iterator[dict[str, Any]]:
    """Regions of mentions, then those of claims with all that hangs on them, then the relations."""

    def region(key: str, control: str, kind: str, mark: MentionMark | ClaimMark, **value: Any) -> dict[str, Any]:
        place = {"start": mark.start, "end": mark.end, "text": marked.text[mark.start : mark.end]}
        return {"id": key, "from_name": control, "to_name": "text", "type": kind, "value": {**place, **value}}

    for n, m in enumerate(marked.mentions, 1):
        yield region(f"m{n}", "mention", "labels", m, labels=[m.type])
    for n, c in enumerate(marked.claims, 1):
        yield region(f"c{n}", "relation", "labels", c, labels=[c.relation])
        chosen = [a for a, on in zip(ATTRIBUTES, (c.negated, c.certainty == "hedged", c.implicit), strict=True) if on]
        if chosen:
            yield region(f"c{n}", "attributes", "choices", c, choices=chosen)
        for name, texts in _texts(c).items():
            yield region(f"c{n}", name, "textarea", c, text=texts)
    for n, c in enumerate(marked.claims, 1):
        ends = [("subject", c.subject), ("object", c.object), *(("via", place) for place in c.via)]
        for role, place in ends:
            if place is not None:
                to = f"m{place + 1}"
                yield {"from_id": f"c{n}", "to_id": to, "type": "relation", "direction": "right", "labels": [role]}


def _texts(claim: ClaimMark) -> dict[str, list[str]]:
    """What is written of a claim, by field; fields without anything are left out."""
    found = {
        "citations": [str(n) for n in claim.citations],
        "model": list(claim.model),
        "subject_name": [claim.subject_name] if claim.subject_name else [],
        "via_names": list(claim.via_names),
        "trigger": [] if claim.trigger is None else [claim.trigger],
    }
    return {name: texts for name, texts in found.items() if texts}


# -- reading -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Region:
    """A region: its place, its labels by control, its choices, its texts by control."""

    start: int
    end: int
    labels: dict[str, str] = field(default_factory=dict)
    choices: set[str] = field(default_factory=set)
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ends: list[tuple[str, str]] = field(default_factory=list)  # (role, id of a region)


def read(file: Path, findings: Findings, by: str | None = None) -> Iterator[Marked]:
    """The annotated tasks of an export (JSON, not JSON-MIN); `by` is whose annotations to take, by id or address.

    Raises DataError where the file is no such export.
    """
    try:
        tasks = orjson.loads(file.read_bytes().removeprefix(codecs.BOM_UTF8))
    except (OSError, ValueError) as e:
        raise DataError([f"{file}: cannot be read as JSON ({e})"]) from e
    tasks = [tasks] if isinstance(tasks, dict) else tasks
    if not isinstance(tasks, list) or not all(isinstance(t, dict) and isinstance(t.get("data"), dict) for t in tasks):
        raise DataError([f"{file}: no list of tasks; export from Label Studio as JSON (not JSON-MIN)"])
    bare = 0
    for number, task in enumerate(tasks, 1):
        where = f"{file}: task {task.get('id', number)}"
        try:
            own = _annotations(task, by)
            bare += not own
            if len(own) > 1:
                people = ", ".join((_people(a) or ["nobody"])[-1] for a in own)
                findings.faults.append(f"{where}: annotated by {people}; say whose to take with --by, or keep one")
            elif own:
                yield _marked(task["data"], own[0], where, findings)
        except (ValueError, TypeError, KeyError, AttributeError) as e:
            findings.faults.append(f"{where}: not as Label Studio writes it ({type(e).__name__}: {e})")
    if bare:
        whose = "" if by is None else f" by {by}"
        findings.remarks.append(f"{file}: {bare} of {len(tasks)} tasks not annotated{whose}; left out")


def _annotations(task: Mapping[str, Any], by: str | None) -> list[Mapping[str, Any]]:
    """The annotations of a task that were not called off; with `by`, that person's."""
    whole = [a for a in task.get("annotations") or () if not a.get("was_cancelled")]
    return [a for a in whole if by is None or by in _people(a)]


def _people(annotation: Mapping[str, Any]) -> list[str]:
    """Who made an annotation, under each name: Label Studio writes a number, or a whole person."""
    who = annotation.get("completed_by")
    names = [who.get("id"), who.get("email")] if isinstance(who, dict) else [who]
    return [str(name) for name in names if name is not None]


def _marked(data: Mapping[str, Any], annotation: Mapping[str, Any], where: str, findings: Findings) -> Marked:
    text, record = data["text"], data.get("record")
    kept = None
    if record is not None:
        text, kept = with_record(text, record)
    regions = _regions(annotation["result"], text, where, findings)
    mentions: list[MentionMark] = []
    places: dict[str, int] = {}
    for key, r in regions.items():
        kind = mention_type(r.labels.get("mention", ""))
        if kind is not None:
            places[key] = len(mentions)
            mentions.append(MentionMark(r.start, r.end, kind, where))
    claims: list[ClaimMark] = []
    for r in regions.values():
        if "relation" in r.labels:
            try:
                claims.append(_claim(r, places, where))
            except ValueError as e:
                findings.faults.append(f"{where}: claim {text[r.start : r.end]!r}: {e}")
    if kept is None:
        return Marked(str(data["doc"]), text, line_cuts(text), tuple(mentions), tuple(claims), where=where)
    return Marked(kept.doc, text, cuts_of(kept), tuple(mentions), tuple(claims), kept.aliases, where)


def _regions(result: Iterable[Mapping[str, Any]], text: str, where: str, findings: Findings) -> dict[str, _Region]:
    """Regions by id, in the order of their labels, with all that hangs on them."""
    regions: dict[str, _Region] = {}
    rows = list(result)
    for row in rows:
        if row["type"] == "labels":
            try:
                start, end = _span(row["value"], text)
            except ValueError as e:  # told with all others, rather than in the place of them
                findings.faults.append(f"{where}: not as Label Studio writes it ({e})")
                continue
            region = regions.setdefault(row["id"], _Region(start, end))
            control, known = ("mention", MENTION_TYPES) if row["from_name"] == "mention" else ("relation", RELATIONS)
            labels = row["value"].get("labels")
            if not labels:
                findings.faults.append(f"{where}: {text[start:end]!r} has no label; give it one, or delete it")
            for label in labels or ():
                first = region.labels.setdefault(control, label) if label in known else None
                if first is None:
                    findings.faults.append(f"{where}: {text[start:end]!r}: no label {label!r} ({', '.join(known)})")
                elif first != label:
                    findings.faults.append(f"{where}: {text[start:end]!r}: both {first} and {label}; keep one")
    for row in rows:
        if row["type"] == "relation":
            _connect(row, regions, text, where, findings)
        elif row["type"] == "choices" and row["id"] in regions:
            regions[row["id"]].choices.update(row["value"]["choices"])
        elif row["type"] == "textarea" and row["id"] in regions:
            texts = row["value"]["text"]
            regions[row["id"]].texts[row["from_name"]] = tuple([texts] if isinstance(texts, str) else texts)
    return regions


def _connect(row: Mapping[str, Any], regions: Mapping[str, _Region], text: str, where: str, findings: Findings) -> None:
    """A relation to the region of its claim, whichever way the annotator drew it."""
    one, other = (regions.get(row[end]) for end in ("from_id", "to_id"))
    if one is None or other is None:
        findings.remarks.append(f"{where}: a relation to a region that is not there; left out")
        return
    claim, to = (one, row["to_id"]) if "relation" in one.labels else (other, row["from_id"])
    shown = f"{text[one.start : one.end]!r} to {text[other.start : other.end]!r}"
    roles = row.get("labels") or []
    if "relation" not in claim.labels:
        findings.faults.append(f"{where}: the relation from {shown} touches no claim")
    elif len(roles) != 1 or roles[0] not in ROLES:
        findings.faults.append(f"{where}: the relation from {shown} needs one of the labels {', '.join(ROLES)}")
    else:
        claim.ends.append((roles[0], to))


def _span(value: Mapping[str, Any], text: str) -> tuple[int, int]:
    """A region's place in Unicode characters. Raises ValueError where its text does not stand there."""
    start, end = int(value["start"]), int(value["end"])
    written = value.get("text")
    if written is None or _loose(text[start:end]) == _loose(written):
        if not 0 <= start < end <= len(text):
            raise ValueError(f"[{start}, {end}) is no place of the text")
        return start, end
    units = text.encode("utf-16-le")
    before = units[: 2 * start].decode("utf-16-le", "replace")
    inside = units[2 * start : 2 * end].decode("utf-16-le", "replace")
    if _loose(inside) != _loose(written):
        raise ValueError(f"at {start} stands {text[start:end]!r}, not {written!r}")
    return len(before), len(before) + len(inside)


def _loose(text: str) -> str:
    """Text without white space: the browser's selection writes line ends its own way."""
    return re.sub(r"\\n|\s", "", text)


def _claim(region: _Region, places: Mapping[str, int], where: str) -> ClaimMark:
    """A region as a claim. Raises ValueError where it is none."""
    strange = next((role for role, key in region.ends if key not in places), None)
    if strange is not None:
        raise ValueError(f"its {strange} is no mention")
    subject, target, via = ends_of((role, places[key]) for role, key in region.ends)
    texts = region.texts
    trigger = texts.get("trigger")
    return ClaimMark(
        start=region.start,
        end=region.end,
        relation=relation_named(region.labels["relation"]),
        subject=subject,
        object=target,
        via=via,
        negated="negated" in region.choices,
        certainty="hedged" if "hedged" in region.choices else "asserted",
        implicit="implicit" in region.choices,
        citations=cells.read_numbers(", ".join(texts.get("citations", ()))),
        model=texts.get("model", ()),
        subject_name=subject_named(texts.get("subject_name", ())),
        via_names=texts.get("via_names", ()),
        trigger=None if trigger is None else " ".join(trigger),
        where=where,
    )
