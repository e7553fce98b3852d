"""The records that pass between the rooms, and that a run leaves on disk.

Conventions, here once and for all:

- `start`, `end` count Unicode characters of the paper's text, end exclusive; `text[start:end] == record.text`.
- A box is `(x0, top, x1, bottom)` in PDF points from the page's top left; `page` counts from 1.
  Both are None for text input.
- A span that runs over several lines has a box for each line, in order; `box_pages` gives the page of each box.
- Records are frozen. A stage makes new ones, it never changes those that it was given.

Names and order of the fields are those of the files that a run leaves (`docs/records.md`): they hold still.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeVar

from pipeline.kinds import MENTION_TYPES, RELATIONS, MentionType, Relation

__all__ = [
    "MENTION_TYPES", "RELATIONS", "Box", "Certainty", "Claim", "Document", "Evidence", "Float", "FloatKind", "Gloss",
    "Lang", "LineBox", "Mention", "MentionType", "Name", "Object", "Paper", "Place", "Reference", "Relation", "Result",
    "Section", "Sentence", "Status", "Subject", "Trigger", "Word", "by_document", "mention_type",
]  # fmt: skip

Box = tuple[float, float, float, float]
Certainty = Literal["asserted", "hedged"]
Status = Literal["ok", "cached", "failed"]
Lang = Literal["zh", "en"]
FloatKind = Literal["figure", "table"]

_TYPES: dict[str, MentionType] = {name: name for name in MENTION_TYPES}


def mention_type(name: str) -> MentionType | None:
    """The type of mention of that name; None for what is none, such as a kind of word that only the rooms know."""
    return _TYPES.get(name)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, up to the next heading.

    `level` 0 is the title, 1 a chapter, 2 a part of one.
    """

    title: str
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """An input file and how it was read."""

    id: str
    path: str
    sha256: str
    status: Status
    title: str | None
    langs: tuple[Lang, ...]
    pages: int | None
    sections: tuple[Section, ...]
    reader: str | None
    repairs: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineBox:
    """Where a run of characters stands on a page: the unit of provenance.

    `left` and `right` hold the edges of each character of `[start, end)` on the line; characters that a repair put in
    (a space between two joined lines) have no width of their own and take the edge of their neighbour. Lengths are
    those of the page turned so that its text is upright: `turn` says which way that text runs on the page as it is
    shown (0 to the right, 1 up, 2 upside down, 3 down), `extent` is the page's width and height as shown.
    """

    start: int
    end: int
    page: int
    top: float
    bottom: float
    left: array[float]
    right: array[float]
    turn: int = 0
    extent: tuple[float, float] = (0.0, 0.0)

    def box(self, start: int, end: int) -> Box:
        """The box of the characters `[start, end)` of the text, which must be of this line, on the page as shown."""
        x0 = min(self.left[start - self.start : end - self.start])
        x1 = max(self.right[start - self.start : end - self.start])
        top, bottom = self.top, self.bottom
        width, height = self.extent
        if self.turn == 1:
            x0, top, x1, bottom = top, height - x1, bottom, height - x0
        elif self.turn == 2:
            x0, top, x1, bottom = width - x1, height - bottom, width - x0, height - top
        elif self.turn == 3:
            x0, top, x1, bottom = width - bottom, x0, width - top, x1
        return round(x0, 2), round(top, 2), round(x1, 2), round(bottom, 2)


@dataclass(frozen=True, slots=True)
class Place:
    """A span's page and boxes; all None for text input."""

    page: int | None = None
    boxes: tuple[Box, ...] | None = None
    box_pages: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of the reference list, which is no part of the paper's text.

    `number` is the one printed before it, None in a list without numbers; `text` has the entry without that number.
    """

    doc: str
    number: int | None
    text: str
    page: int | None
    boxes: tuple[Box, ...] | None
    box_pages: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Float:
    """A figure or table, which is no part of the paper's text.

    `label` is its name as printed (`图1`, `Table 2`), empty where it has none; `caption` is the whole of its caption, a
    line for each language. `rows` has the texts of a table's cells; it is empty for figures, and for tables that could
    not be taken apart. `note` is what is printed under a table. The boxes are those of the lines of the caption, of the
    table and of the note, in this order.
    """

    doc: str
    kind: FloatKind
    number: int | None
    label: str
    caption: str
    rows: tuple[tuple[str, ...], ...]
    page: int | None
    boxes: tuple[Box, ...] | None
    box_pages: tuple[int, ...] | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it was read: the record of its input, its prose, and the way back from characters to the page.

    `lines` are sorted by `start` and do not overlap; it is empty for text input. `references` and `floats` stand in the
    order of the paper; their texts are no part of `text`.
    """

    document: Document
    text: str
    lines: tuple[LineBox, ...] = ()
    references: tuple[Reference, ...] = ()
    floats: tuple[Float, ...] = ()

    def place(self, start: int, end: int) -> Place:
        """Page and boxes of `[start, end)`, one box for each line that it crosses."""
        if not self.lines:
            return Place()
        boxes: list[Box] = []
        pages: list[int] = []
        first = max(0, bisect_right(self.lines, start, key=lambda line: line.start) - 1)
        for line in self.lines[first:]:
            if line.start >= end:
                break
            a, b = max(start, line.start), min(end, line.end)
            if a >= b:
                continue
            boxes.append(line.box(a, b))
            pages.append(line.page)
        return Place(pages[0] if pages else None, tuple(boxes), tuple(pages))


class Word(NamedTuple):
    """A word of a sentence with its part of speech (ICTCLAS tag for Chinese, `x` where unknown).

    A tuple, as words are by far the most of what is made, and tuples are made fastest.
    """

    start: int
    end: int
    text: str
    pos: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence. `heading` sentences hold mentions but no claims.

    `paragraph` numbers the line of the text that it stands in, from 0.
    """

    start: int
    end: int
    text: str
    lang: Lang
    section: str | None = None
    heading: bool = False
    paragraph: int = 0


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a gloss."""

    text: str
    lang: Lang
    abbreviation: bool


@dataclass(frozen=True, slots=True)
class Gloss:
    """A name that the paper itself defines, as in 中文(English, ABBR)."""

    doc: str
    start: int
    end: int
    names: tuple[Name, ...]
    type: MentionType | None
    rule: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A span that names a compound, protein or effect; flat: no two of a document overlap.

    `candidates` holds the ids (names, of those without) of the concepts that an ambiguous name may stand for, and is
    empty where it was settled.
    """

    id: str
    doc: str
    start: int
    end: int
    text: str
    type: MentionType
    concept_id: str | None
    concept_name: str | None
    names: tuple[str, ...]
    lang: Lang
    page: int | None
    boxes: tuple[Box, ...] | None
    rule: str
    box_pages: tuple[int, ...] | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """Who acts. `mention` is the antecedent's id, wherever it stands, when `implicit`."""

    mention: str
    text: str
    type: MentionType
    concept_id: str | None
    concept_name: str | None
    implicit: bool


@dataclass(frozen=True, slots=True)
class Object:
    """What is acted on."""

    mention: str
    text: str
    type: MentionType
    concept_id: str | None
    concept_name: str | None


@dataclass(frozen=True, slots=True)
class Trigger:
    """The word that says the relation."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentence that makes the claim, and where it stands."""

    start: int
    end: int
    text: str
    section: str | None
    lang: Lang
    page: int | None
    boxes: tuple[Box, ...] | None
    box_pages: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """`subject` –`relation`→ `object`, as one sentence says it.

    `corroborates` holds the ids of the document's claims that say the same in its other language, `conflicts` of those
    that say the opposite.
    """

    id: str
    doc: str
    subject: Subject
    object: Object
    relation: Relation
    trigger: Trigger
    negated: bool
    certainty: Certainty
    via: tuple[str, ...]
    citations: tuple[int, ...]
    model: tuple[str, ...]
    evidence: Evidence
    rule: str
    corroborates: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


R = TypeVar("R", Gloss, Mention, Claim, Reference, Float)


def by_document(records: Iterable[R]) -> dict[str, list[R]]:
    """Records by the id of their document, in their order; asked for another document, it has none."""
    found: defaultdict[str, list[R]] = defaultdict(list)
    for record in records:
        found[record.doc].append(record)
    return found


@dataclass(frozen=True, slots=True)
class Result:
    """All that the stages made of one paper."""

    paper: Paper
    glosses: tuple[Gloss, ...] = ()
    mentions: tuple[Mention, ...] = ()
    claims: tuple[Claim, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
