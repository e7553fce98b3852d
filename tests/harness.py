"""The rooms put together as the house does, for text that a test writes; and the case files, which read like lists.

A case file is a tab-separated table with a header, one case a line; lines that begin with `#` are headings.
A claim is written `subject relation object`, and several are parted by `; `. `negated` and `hedged` behind it hold or
do not; the rest of what may follow, in this order, is compared only where it is written:

    ALC decreases 丙二醛 negated hedged implicit via TNF-α+NF-κB cites 15,16 @ 大鼠

`via none`, `cites none` and `@ none` say that there is none.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from pipeline.claims import Claims
from pipeline.knowledge import Knowledge
from pipeline.records import (
    MENTION_TYPES,
    RELATIONS,
    Claim,
    Document,
    Gloss,
    Mention,
    Paper,
    Section,
    Sentence,
    Word,
)
from pipeline.segment.sentences import sentences
from pipeline.segment.words import Segmenter
from pipeline.tag import Tagger

CASES = Path(__file__).parent / "cases"
SHARED = Path(__file__).resolve().parents[2] / "shared"


def paper_of(text: str, headings: Sequence[str] = (), doc: str = "made") -> Paper:
    """A paper with this prose; each of `headings` is a line of it that is marked as a heading."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    starts = []
    at = 0
    for line in text.split("\n"):
        if line in headings:
            starts.append((at, line))
        at += len(line) + 1
    ends = [*(a for a, _ in starts[1:]), len(text)][: len(starts)]
    sections = tuple(Section(title, 1, a, b) for (a, title), b in zip(starts, ends, strict=True))
    return Paper(Document(doc, f"{doc}.txt", digest, "ok", None, ("zh",), None, sections, "text"), text)


@dataclass(frozen=True)
class Read:
    """What the rooms made of one paper."""

    paper: Paper
    sentences: tuple[Sentence, ...]
    glosses: tuple[Gloss, ...]
    mentions: tuple[Mention, ...]
    words: tuple[tuple[Word, ...], ...]
    claims: tuple[Claim, ...]

    @property
    def named(self) -> list[tuple[str, str]]:
        """(type, text) of each mention, in order."""
        return [(m.type, m.text) for m in self.mentions]


class Bench:
    """The rooms, built once; `claims` is left out where a test of tagging has no use for it."""

    def __init__(self, knowledge: Knowledge, segmenter: Segmenter, claims: Claims | None) -> None:
        self.knowledge = knowledge
        self.segmenter = segmenter
        self._claims = claims

    @cached_property
    def tagger(self) -> Tagger:
        """The tagging room over this knowledge."""
        return Tagger(self.knowledge, self.segmenter.cut)

    def work(self, paper: Paper) -> Read:
        """The paper as it goes through the rooms behind the reading room."""
        cut = sentences(paper)
        glosses, mentions, words = self.tagger.tag(paper, cut)
        claims = self._claims.find(paper, cut, mentions, words) if self._claims else ()
        return Read(paper, cut, glosses, mentions, words, claims)

    def read(self, text: str, headings: Sequence[str] = ()) -> Read:
        """As `work`, for prose that a test writes."""
        return self.work(paper_of(text, headings))


# -- case files --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A line of a case file."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def param(self) -> ParameterSet:
        """The case for `parametrize`, xfail and strict where its column says why."""
        why = self.cells.get("xfail", "")
        marks = [pytest.mark.xfail(reason=why, strict=True)] if why else []
        # Not the sentence: pytest writes hanzi in ids as escapes.
        return pytest.param(self, id=f"{self.file}:{self.line}", marks=marks)


def cases(name: str) -> list[Case]:
    """The cases of `tests/cases/<name>`."""
    rows: list[Case] = []
    header: list[str] = []
    for number, line in enumerate((CASES / name).read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if not header:
            header = cells
            continue
        assert len(cells) <= len(header), f"{name}:{number}: {len(cells)} cells where the header has {len(header)}"
        cells += [""] * (len(header) - len(cells))
        rows.append(Case(name, number, {k: v.strip() for k, v in zip(header, cells, strict=True)}))
    return rows


# -- claims as a case writes them --------------------------------------------------------------------------------------

_RELATION = "|".join(RELATIONS)
_CLAIM = re.compile(
    rf"(?P<subject>\S.*?) (?P<relation>{_RELATION}) (?P<object>\S.*?)(?P<negated> negated)?(?P<hedged> hedged)?"
    r"(?P<implicit> implicit)?(?: via (?P<via>.+?))?(?: cites (?P<cites>none|[\d,]+))?(?: @ (?P<model>.+))?"
)


@dataclass(frozen=True)
class Expected:
    """A claim that a case asks for; None where it does not say."""

    subject: str
    relation: str
    object: str
    negated: bool
    hedged: bool
    implicit: bool | None
    via: tuple[str, ...] | None
    cites: tuple[int, ...] | None
    model: tuple[str, ...] | None

    @property
    def core(self) -> str:
        """The claim without what it may leave unsaid."""
        return core(self.subject, self.relation, self.object, negated=self.negated, hedged=self.hedged)


def core(subject: str, relation: str, target: str, *, negated: bool, hedged: bool) -> str:
    """A claim in one line, as cases write it."""
    return f"{subject} {relation} {target}" + " negated" * negated + " hedged" * hedged


def core_of(claim: Claim) -> str:
    """A claim that was made, as cases write it."""
    return core(
        claim.subject.text,
        claim.relation,
        claim.object.text,
        negated=claim.negated,
        hedged=claim.certainty == "hedged",
    )


def expected_claims(cell: str) -> list[Expected]:
    """The claims of a case's cell. Raises ValueError where one cannot be read."""
    found: list[Expected] = []
    for part in filter(None, (p.strip() for p in cell.split(";"))):
        match = _CLAIM.fullmatch(part)
        if match is None:
            raise ValueError(f"no claim: {part!r}")
        g = match.groupdict()
        found.append(
            Expected(
                g["subject"],
                g["relation"],
                g["object"],
                g["negated"] is not None,
                g["hedged"] is not None,
                True if g["implicit"] else None,
                _listed(g["via"], "+") if g["via"] else None,
                tuple(map(int, _listed(g["cites"], ","))) if g["cites"] else None,
                _listed(g["model"], "+") if g["model"] else None,
            )
        )
    return found


def _listed(cell: str, mark: str) -> tuple[str, ...]:
    return () if cell == "none" else tuple(cell.split(mark))


def faults(read: Read, expected: Sequence[Expected]) -> Iterator[str]:
    """What tells the claims made from those expected: missed, extra, and attributes that are not as written."""
    made = {core_of(c): c for c in read.claims}
    wanted = {e.core: e for e in expected}
    yield from (f"missed: {w}" for w in wanted if w not in made)
    yield from (f"extra: {m} [{made[m].rule}]" for m in made if m not in wanted)
    texts = {m.id: m.text for m in read.mentions}
    for key in wanted.keys() & made.keys():
        want, claim = wanted[key], made[key]
        have: dict[str, object] = {
            "implicit": claim.subject.implicit,
            "via": tuple(texts[v] for v in claim.via),
            "cites": claim.citations,
            "model": claim.model,
        }
        for name, value in have.items():
            wish = getattr(want, name)
            if wish is not None and wish != value:
                yield f"{key}: {name} is {value}, not {wish}"


# -- mentions as a case writes them ------------------------------------------------------------------------------------

_LETTERS = {kind[0].upper(): kind for kind in MENTION_TYPES}


def expected_mentions(cell: str) -> list[tuple[str, str]]:
    """(type, text) of the mentions of a cell, written `P TLR4; E 氧化应激` with C, P and E for the types."""
    found: list[tuple[str, str]] = []
    for part in filter(None, (p.strip() for p in cell.split(";"))):
        letter, _, text = part.partition(" ")
        assert letter in _LETTERS, f"no mention: {part!r}"
        assert text, f"no mention: {part!r}"
        found.append((_LETTERS[letter], text))
    return found
