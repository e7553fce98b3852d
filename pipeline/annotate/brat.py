"""brat's standoff files, as https://brat.nlplab.org/standoff.html and /configuration.html define them.

A paper is `<doc>.txt`, a sentence a line, and `<doc>.ann`. A mention is a text-bound annotation (T), a claim an event
(E) of its relation's name at its trigger, with the roles Subject, Object, Via; negation and the like are attributes
(A), and what is written rather than chosen stands in the event's note (#). Offsets are brat's own: Unicode characters
of the .txt. `<doc>.record.json` holds what brat has no word for; brat leaves it alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

from pipeline.annotate import cells
from pipeline.annotate.carried import Record, by_lines, cuts_of, line_cuts, record_of, with_record
from pipeline.annotate.marked import (
    ClaimMark,
    Findings,
    Marked,
    MentionMark,
    certainty_named,
    ends_of,
    relation_named,
    subject_named,
)
from pipeline.errors import DataError
from pipeline.kinds import MENTION_TYPES, RELATIONS
from pipeline.records import Relation, mention_type

RECORD = ".record.json"
# What a line of the .txt or the .ann cannot hold.
_UNFIT = re.compile("[\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_COLOURS = {"compound": "#b7e1cd", "protein": "#c9daf8", "effect": "#fce5cd"}
NOTE_KEYS = ("subject", "via", "trigger", "citations", "model")


# -- configuration -----------------------------------------------------------------------------------------------------


def configuration() -> dict[str, bytes]:
    """The files that say to brat what may be annotated, how it looks, and that a line is a sentence."""
    roles = "Subject?:<ENTITY>, Object:<ENTITY>, Via*:<ENTITY>"
    annotation = [
        "[entities]", *MENTION_TYPES, "",
        "[relations]", "# none: a claim is an event, at its trigger", "",
        "[events]", *(f"{relation}\t{roles}" for relation in RELATIONS), "",
        "[attributes]",
        "Negated\tArg:<EVENT>", "Certainty\tArg:<EVENT>, Value:asserted|hedged", "Implicit\tArg:<EVENT>",
    ]  # fmt: skip
    visual = [
        "[labels]",
        *(f"{name} | {name} | {name[:4]}" for name in MENTION_TYPES),
        *(f"{name} | {name.replace('_', ' ')} | {name[:3]}" for name in RELATIONS),
        "Subject | Subject | Subj", "Object | Object | Obj", "Via | Via", "",
        "[drawing]",
        "SPAN_DEFAULT\tfgColor:black, bgColor:#e6e0f0, borderColor:darken",
        "ARC_DEFAULT\tcolor:black, arrowHead:triangle-5",
        *(f"{name}\tbgColor:{colour}" for name, colour in _COLOURS.items()),
        "Negated\tbox:crossed, glyph:<NONE>, dashArray:<NONE>",
        "Certainty\tdashArray:-|3-3, glyph:<NONE>",
        "Implicit\tglyph:○",
    ]  # fmt: skip
    tools = ["[options]", "Tokens\ttokenizer:whitespace", "Sentences\tsplitter:newline", "Validation\tvalidate:none"]
    files = {"annotation.conf": annotation, "visual.conf": visual, "tools.conf": tools}
    return {name: ("\n".join(lines) + "\n").encode() for name, lines in files.items()}


# -- writing -----------------------------------------------------------------------------------------------------------


def files_of(marked: Marked) -> dict[str, bytes]:
    """A document as `<doc>.txt`, `<doc>.ann` and `<doc>.record.json`."""
    laid = by_lines(marked)
    record, text = record_of(laid, _UNFIT)
    return {
        f"{laid.id}.txt": (text + "\n").encode(),
        f"{laid.id}.ann": "".join(line + "\n" for line in _annotations(laid, text)).encode(),
        f"{laid.id}{RECORD}": orjson.dumps(asdict(record), option=orjson.OPT_APPEND_NEWLINE),
    }


def _annotations(marked: Marked, text: str) -> Iterator[str]:
    """The lines of the .ann; `text` is the .txt."""

    def bound(number: int, label: str, start: int, end: int) -> str:
        return f"T{number}\t{label} {start} {end}\t{text[start:end]}"

    for n, m in enumerate(marked.mentions, 1):
        yield bound(n, m.type, m.start, m.end)
    triggers: dict[tuple[Relation, int, int], int] = {}  # claims of one relation share their trigger
    for c in marked.claims:
        key = (c.relation, c.start, c.end)
        if key not in triggers:
            triggers[key] = len(marked.mentions) + len(triggers) + 1
            yield bound(triggers[key], *key)
    for n, c in enumerate(marked.claims, 1):
        roles = [] if c.subject is None else [f"Subject:T{c.subject + 1}"]
        roles += [] if c.object is None else [f"Object:T{c.object + 1}"]
        roles += (f"Via{place if place > 1 else ''}:T{mention + 1}" for place, mention in enumerate(c.via, 1))
        yield f"E{n}\t{' '.join((f'{c.relation}:T{triggers[c.relation, c.start, c.end]}', *roles))}"
    yield from (f"A{n}\t{line}" for n, line in enumerate(_attributes(marked.claims), 1))
    noted = [(n, note) for n, c in enumerate(marked.claims, 1) if (note := _note(c))]
    yield from (f"#{k}\tAnnotatorNotes E{n}\t{note}" for k, (n, note) in enumerate(noted, 1))


def _attributes(claims: Iterable[ClaimMark]) -> Iterator[str]:
    for n, c in enumerate(claims, 1):
        if c.negated:
            yield f"Negated E{n}"
        if c.certainty != "asserted":
            yield f"Certainty E{n} {c.certainty}"
        if c.implicit:
            yield f"Implicit E{n}"


def _note(claim: ClaimMark) -> str:
    """What is written of a claim, in one line; empty where there is nothing."""
    written = {
        "subject": cells.names([claim.subject_name]) if claim.subject_name else "",
        "via": cells.names(claim.via_names),
        "trigger": "" if claim.trigger is None else cells.names([claim.trigger]),
        "citations": cells.numbers(claim.citations),
        "model": cells.names(claim.model),
    }
    return cells.fields({key: cell for key, cell in written.items() if cell})


# -- reading -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Bound:
    """A T line: its label, and what it covers."""

    label: str
    start: int
    end: int
    where: str


@dataclass(slots=True)
class _Event:
    """An E line; or an R line, which has no trigger and is a claim between two mentions all the same."""

    label: str
    trigger: str | None
    roles: list[tuple[str, str]]
    where: str
    attributes: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


def read(ann: Path, findings: Findings) -> Marked:
    """A document from its .ann and the .txt beside it; what is no mention or claim is told in `findings`.

    Raises DataError where one of them, or the record beside them, cannot be read.
    """
    text, record = _text_and_record(ann)
    page = _Page(text, findings)
    for number, line in enumerate(_decoded(ann).removeprefix("\ufeff").split("\n"), 1):
        if line.strip():
            page.read(line.rstrip("\r"), f"{ann}:{number}")
    mentions, claims = page.marks()
    if record is None:
        return Marked(ann.stem, text, line_cuts(text), mentions, claims, where=str(ann))
    return Marked(record.doc, text, cuts_of(record), mentions, claims, record.aliases, str(ann))


def _decoded(file: Path) -> str:
    """A file's text. Raises DataError where it is not there, or no UTF-8."""
    try:
        return file.read_bytes().decode()
    except OSError as e:
        raise DataError([f"{file}: cannot be read ({e.strerror or e})"]) from e
    except UnicodeDecodeError as e:
        raise DataError([f"{file}: not UTF-8"]) from e


def _text_and_record(ann: Path) -> tuple[str, Record | None]:
    """The text as it was before brat, and the record that tells; without a record, the .txt."""
    text = _decoded(ann.with_suffix(".txt"))
    beside = ann.with_name(ann.stem + RECORD)
    if not beside.exists():
        return text, None
    try:
        # What we write has no "\r": git and Windows' editors put them in.
        return with_record(text.replace("\r\n", "\n"), orjson.loads(_decoded(beside).removeprefix("\ufeff")))
    except ValueError as e:
        raise DataError([f"{beside}: not the record of {ann.with_suffix('.txt').name} ({e})"]) from e


class _Page:
    """The annotations of one document, line by line."""

    def __init__(self, text: str, findings: Findings) -> None:
        self._text = text
        self._findings = findings
        self._bounds: dict[str, _Bound] = {}
        self._events: dict[str, _Event] = {}
        self._later: list[tuple[str, str, list[str]]] = []  # attributes and notes, which may stand before their event

    def read(self, line: str, where: str) -> None:
        """Take one line in."""
        key, _, body = line.partition("\t")
        try:
            if key in self._bounds or key in self._events:
                raise ValueError(f"a second {key}")
            if key.startswith("T"):
                self._bounds[key] = self._bound(body, where)
            elif key.startswith("E"):
                head, *roles = (part.partition(":")[::2] for part in body.split())
                self._events[key] = _Event(head[0], head[1], roles, where)
            elif key.startswith("R"):
                label, one, other = body.split()
                ends = zip(("Subject", "Object"), (one, other), strict=True)
                self._events[key] = _Event(label, None, [(role, end.partition(":")[2]) for role, end in ends], where)
            elif key.startswith(("A", "M")):
                self._later.append((where, "A", body.split()))
            elif key.startswith("#"):
                kind, _, note = body.partition("\t")
                self._later.append((where, "#", [*kind.split(), note]))
            else:  # N: a name's entry in a database; *: names that are one
                self._findings.remarks.append(f"{where}: {key[:1]} lines say nothing of claims; left out")
        except ValueError as e:
            self._findings.faults.append(f"{where}: not as brat writes it, {line!r} ({e})")

    def _bound(self, body: str, where: str) -> _Bound:
        head, _, written = body.partition("\t")
        label, _, spans = head.partition(" ")
        ends = [(int(a), int(b)) for a, b in (span.split() for span in spans.split(";"))]
        start, end = ends[0][0], ends[-1][1]
        if not 0 <= start < end <= len(self._text):
            raise ValueError("no place of the .txt")
        if len(ends) > 1:
            self._findings.faults.append(f"{where}: {written!r} is in pieces; a mention is of one piece")
        elif _UNFIT.sub(" ", self._text[start:end]) != written:
            raise ValueError(f"in the .txt stands {self._text[start:end]!r}")
        return _Bound(label, start, end, where)

    def _attach(self, where: str, kind: str, parts: list[str]) -> None:
        """An attribute or a note to its event."""
        event = self._events.get(parts[1]) if len(parts) > 1 else None
        if kind == "A":
            name = parts[0].lower() if parts else ""
            if event is None or name not in ("negated", "certainty", "implicit"):
                self._findings.remarks.append(f"{where}: {' '.join(parts)!r} is no attribute of a claim; left out")
            else:
                event.attributes[name] = parts[2] if len(parts) > 2 else ""
            return
        try:
            written = {} if event is None else cells.read_fields(parts[-1], NOTE_KEYS)
        except ValueError as e:
            self._findings.faults.append(f"{where}: {e}")
            return
        if event is None or not written:
            self._findings.remarks.append(f"{where}: the note {parts[-1]!r} is left out")
        else:
            event.notes |= written

    def marks(self) -> tuple[tuple[MentionMark, ...], tuple[ClaimMark, ...]]:
        """Mentions and claims of all the lines."""
        for where, sort, parts in self._later:
            self._attach(where, sort, parts)
        heads = {event.trigger for event in self._events.values()}
        mentions: list[MentionMark] = []
        places: dict[str, int] = {}
        for key, b in self._bounds.items():
            kind = mention_type(b.label)
            if kind is not None:
                places[key] = len(mentions)
                mentions.append(MentionMark(b.start, b.end, kind, b.where))
            elif b.label not in RELATIONS:
                known = ", ".join((*MENTION_TYPES, *RELATIONS))
                self._findings.faults.append(f"{b.where}: no type {b.label!r} (there are {known})")
            elif key not in heads:
                words = self._text[b.start : b.end]
                self._findings.remarks.append(f"{b.where}: the trigger {words!r} has no claim; left out")
        claims = []
        for event in self._events.values():
            try:
                claims.append(self._claim(event, places, mentions))
            except ValueError as e:
                self._findings.faults.append(f"{event.where}: {e}")
        return tuple(mentions), tuple(claims)

    def _claim(self, event: _Event, places: dict[str, int], mentions: list[MentionMark]) -> ClaimMark:
        """An event as a claim. Raises ValueError where it is none."""
        relation = relation_named(event.label)
        strange = next(((role, key) for role, key in event.roles if key not in places), None)
        if strange is not None:
            raise ValueError(f"{strange[0]} is {strange[1]}, which is no mention")
        subject, target, via = ends_of((role.rstrip("0123456789").lower(), places[key]) for role, key in event.roles)
        place: _Bound | MentionMark | None = self._bounds.get(event.trigger) if event.trigger else None
        if place is None and event.trigger:
            raise ValueError(f"its trigger {event.trigger} is not there")
        if place is None and target is not None:
            place = mentions[target]
        if place is None:
            raise ValueError("a claim with neither a trigger nor an object")
        note = {key: cells.read_names(cell) for key, cell in event.notes.items() if key != "citations"}
        written = note.get("trigger")
        return ClaimMark(
            start=place.start,
            end=place.end,
            relation=relation,
            subject=subject,
            object=target,
            via=via,
            negated="negated" in event.attributes,
            certainty=certainty_named(event.attributes.get("certainty")),
            implicit="implicit" in event.attributes,
            citations=cells.read_numbers(event.notes.get("citations", "")),
            model=note.get("model", ()),
            subject_name=subject_named(note.get("subject", ())),
            via_names=note.get("via", ()),
            trigger=" ".join(written) if written is not None else None if event.trigger else "",
            where=event.where,
        )
