"""What several exports ask of a claim that the record itself does not say: aspect, species, category, a name to use.

The words are data: `aspects.tsv`, `species.tsv`, `categories.tsv` beside this module.
"""

from __future__ import annotations

import csv
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from urllib.parse import quote

from pipeline.fold import fold, has_hanzi, lower, name_key
from pipeline.records import Claim, Document, Mention, MentionType, Object, Subject

PROGRAM = "claim-pipeline"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, f"urn:{PROGRAM}")
# What may stand between a name and the word for its aspect: brackets, citation marks, and the other names of a list.
_BRACKET = r"[(（\[［][^()（）\[\]［］]{0,40}[)）\]］]"
_BRACKETS = re.compile(rf"(?:\s|{_BRACKET})*")
_AHEAD = re.compile(rf"(?:\s|[、,，/;；和与及或]|以及|\band\b|\bor\b|{_BRACKET})*")
_BEHIND = re.compile(rf"(?:\s|[、,，/;；和与及或]|以及|\band\b|\bor\b|\bthe\b|\bboth\b|{_BRACKET})*$")
_OF = re.compile(r"\b(?:of|in)\s*$")


@dataclass(frozen=True, slots=True)
class Taxon:
    """A species by its CURIE in NCBI Taxonomy, and its name there."""

    id: str
    name: str


def _rows(name: str) -> list[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def _words(place: str) -> dict[str, str]:
    """Words for aspects in that place, as they are compared; those of several words first."""
    found = {_key(row["word"]): row["aspect"] for row in _rows("aspects.tsv") if row["place"] == place}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


@cache
def _beside() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """An aspect's word at the start of a text, and at its end; the longest that fits."""
    words = "|".join(map(_pattern, _words("beside")))
    return re.compile(rf"(?:的|蛋白的?|protein\b|gene\b)?\s*({words})"), re.compile(rf"({words})\s*$")


def _pattern(word: str) -> str:
    return re.escape(word) if has_hanzi(word) else rf"\b{re.escape(word)}\b"


def _key(text: str) -> str:
    return lower(fold(text))


def aspect_of(claim: Claim, mentions: Mapping[str, Mention], text: str) -> str | None:
    """What of the object changes, where a word beside it says so (`TNF-α的表达` gives `expression`), else None.

    `mentions` are those of the claim's document by id, `text` is its text. The values are those of the Biolink Model's
    GeneOrGeneProductOrChemicalEntityAspectEnum. A word behind or before a list holds for each of its names.
    """
    target = mentions.get(claim.object.mention)
    evidence = claim.evidence
    if target is None or target.type == "effect" or not evidence.start <= target.start < target.end <= evidence.end:
        return None
    ahead, behind = _beside()
    near = [m for m in mentions.values() if evidence.start <= m.start and m.end <= evidence.end]
    found = ahead.match(_key(text[_end_of_list(target.end, near, text) : evidence.end]))
    before = text[evidence.start : _start_of_list(target.start, near, text)]
    if found is None and _OF.search(before):
        found = behind.search(_key(_OF.sub("", before)))
    return None if found is None else _words("beside")[found[1]]


def _end_of_list(at: int, near: Sequence[Mention], text: str) -> int:
    """Where the list of names ends that goes on at `at`: behind the last one, and the brackets that go with it."""
    starts = {m.start: m.end for m in near}
    while (name := _past(_AHEAD, text, at)) in starts:
        at = starts[name]
    return _past(_BRACKETS, text, at)


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where a pattern that takes anything, also nothing, ends from `at` on."""
    found = pattern.match(text, at)
    return found.end() if found else at


def _start_of_list(at: int, near: Sequence[Mention], text: str) -> int:
    """Where the list of names begins that ends at `at`."""
    ends = {m.end: m.start for m in near}
    while True:
        before = _BEHIND.search(text, max(0, at - 80), at)
        start = before.start() if before else at
        if start not in ends:
            return start
        at = ends[start]


def trigger_aspect(claim: Claim) -> str | None:
    """What the trigger itself says to change: `上调` and `increase` the abundance; None where it says nothing of it."""
    return _words("trigger").get(_key(claim.trigger.text))


@cache
def _species() -> tuple[tuple[re.Pattern[str], Taxon], ...]:
    rows = sorted(_rows("species.tsv"), key=lambda row: -len(row["word"]))
    return tuple((re.compile(_pattern(_key(row["word"]))), Taxon(row["taxon"], row["name"])) for row in rows)


def taxon_of(model: Sequence[str]) -> Taxon | None:
    """The one species that a claim's model names; None where it names none that we know, or several."""
    found: set[Taxon] = set()
    for words in map(_key, model):
        for pattern, taxon in _species():
            if pattern.search(words):
                found.add(taxon)
                words = pattern.sub(" ", words)
    return found.pop() if len(found) == 1 else None


@cache
def _categories() -> dict[tuple[str, str], str]:
    return {(row["type"], row["id"]): row["category"] for row in _rows("categories.tsv")}


def category_of(kind: MentionType, concept_id: str | None) -> str:
    """The Biolink category of what a mention names: by its identifier, by the vocabulary of that, else by its type."""
    known = _categories()
    vocabulary = (concept_id or "").partition(":")[0]
    keys = ((kind, concept_id or ""), (kind, vocabulary), (kind, "*"))
    return next(known[key] for key in keys if key in known)


def label_of(side: Subject | Object | Mention) -> str:
    """The name to show: the concept's, or what is written."""
    return side.concept_name or side.text


def curie_of(side: Subject | Object) -> str:
    """The concept's identifier, or one of our own made of type and name: the same name is the same thing.

    No slash or colon behind the prefix: KGX takes what has one for no CURIE.
    """
    return side.concept_id or f"{PROGRAM}:{side.type}.{_safe(name_key(label_of(side)) or label_of(side))}"


def _safe(text: str) -> str:
    """Text for the end of a CURIE or IRI: hanzi and letters stay, signs are escaped."""
    return "".join(c if c.isalnum() else quote(c, safe="-._~") for c in text)


def paper_curie(document: Document) -> str:
    """A CURIE of a paper, for graphs that take no IRI."""
    return f"{PROGRAM}:paper.{_digest(document)}"


def paper_urn(document: Document) -> str:
    """An IRI of a paper: of the bytes of its file, so that it is the same wherever the file lies."""
    return f"urn:{PROGRAM}:paper:{_digest(document)}"


def _digest(document: Document) -> str:
    """The bytes of a paper's file; of one that could not be fetched, its place: two such are two papers."""
    return document.sha256 or f"unread-{sha256(document.path.encode()).hexdigest()}"


def record_urn(document: Document, record: str) -> str:
    """An IRI of a record of a paper, by the record's id."""
    return f"{paper_urn(document)}#{_safe(record.removeprefix(f'{document.id}:'))}"


def record_uuid(document: Document, record: str) -> str:
    """A UUID of a record of a paper: the same in each export of the same file."""
    return str(uuid.uuid5(_NAMESPACE, record_urn(document, record)))
