"""What the pages of a report show, out of a run's records: one value for all pages, one for the table, one a paper.

The values are JSON. The table's are columns, since twenty thousand claims as objects would take the browser seconds;
what only an opened claim needs stands with its paper. Offsets are in UTF-16 units of the paper's text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson

from pipeline.assemble import Agent, Assembly, Source
from pipeline.assemble.concepts import agents
from pipeline.assemble.papers import papers_of
from pipeline.fold import fold_char, has_hanzi
from pipeline.kinds import MENTION_TYPES, RELATIONS
from pipeline.knowledge import Concept
from pipeline.records import Box, Claim, Document, Mention, Paper, by_document
from pipeline.report.cues import Cue, Cues, hedge, negation
from pipeline.report.script import Units
from pipeline.store import RunFolder

# Bits of the table's column `flags`.
NEGATED, HEDGED, IMPLICIT, CORROBORATED, CONFLICTING, CITED = 1, 2, 4, 8, 16, 32
Json = dict[str, Any]
Places = Mapping[tuple[int, int], Sequence[Sequence[float]]]


class Interned:
    """Values in the order in which they were first met, each with its number."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._at: dict[Any, int] = {}

    def __call__(self, value: Any) -> int:
        """The number of a value (a text, a tuple)."""
        at = self._at.get(value)
        if at is None:
            at = self._at[value] = len(self.values)
            self.values.append(value)
        return at


class Concepts:
    """What a run speaks of, each concept once: those of `pipeline.assemble`, in the order in which claims name them.

    To the names that the papers use come those of `lexicon`: who searches for 褪黑素 finds what English papers say of
    melatonin, and the Chinese interface has a name for it.
    """

    def __init__(self, found: RunFolder, lexicon: Iterable[Concept] = ()) -> None:
        self._known: dict[tuple[str, str], Concept] = {}
        for concept in lexicon:
            self._known.setdefault((concept.kind, concept.id or concept.name), concept)
        self._papers = papers_of([Source("", found.claims, found.mentions, found.documents)]).of
        made = agents(("", self.paper(m.doc), m) for m in found.mentions)
        self._agent = {m.id: made["", m.id] for m in found.mentions}
        self._number: dict[str, int] = {}
        self._rows: list[Agent] = []
        for claim in found.claims:
            for mention in (claim.subject.mention, claim.object.mention):
                agent = self._agent[mention]
                if self._number.setdefault(key_of(agent), len(self._rows)) == len(self._rows):
                    self._rows.append(agent)

    def paper(self, doc: str) -> str:
        """The paper that a document is, the same for a PDF and its text: neither confirms the other."""
        return self._papers["", doc]

    def of(self, agent: Agent) -> int:
        """The number of a concept that claims name."""
        return self._number[key_of(agent)]

    def __getitem__(self, mention: str) -> int:
        return self.of(self._agent[mention])

    def get(self, mention: str) -> int:
        """The number of a mention's concept; -1 where no claim is about it."""
        return self._number.get(key_of(self._agent[mention]), -1)

    def rows(self) -> list[list[Any]]:
        """Key, type, identifier, name, the Chinese and the English name (or null), all names."""
        return [self._row(agent) for agent in self._rows]

    def _row(self, agent: Agent) -> list[Any]:
        known = self._known.get((agent.type, agent.concept_id or agent.name))
        also = known.names if known else ()
        zh = agent.zh or next(filter(has_hanzi, also), None)
        en = agent.en or next((name for name in also if not has_hanzi(name)), None)
        names = list(dict.fromkeys((*agent.names, *also)))
        return [key_of(agent), MENTION_TYPES.index(agent.type), agent.concept_id, agent.name, zh, en, names]


def key_of(agent: Agent) -> str:
    """The concept's key, the same for all places of a paper where only the sentence tells what is meant (磷酸化).

    Assembling keeps these apart, by a number behind the paper; a list to choose from would hold the word fifty times.
    """
    name, at, paper = agent.key.rpartition("@")
    return f"{name}@{paper.partition(':')[0]}" if at and agent.concept_id is None else agent.key


def key_of_claims(found: RunFolder) -> str:
    """What browsers keep verdicts under: another where any claim is another, since its id is then of another claim."""
    digests = {d.id: d.sha256 for d in found.documents}
    told = [
        (
            c.id, digests[c.doc], c.evidence.start, c.evidence.text, c.subject.text, c.relation, c.object.text,
            c.trigger.start, c.negated, c.certainty,
        )
        for c in found.claims
    ]  # fmt: skip
    return sha256(orjson.dumps(told)).hexdigest()[:16]


def foldings() -> list[str]:
    """Characters that are searched for as others, and those others: width, traditional hanzi, look-alikes."""
    codes = (*range(0x80, 0xD800), *range(0xF900, 0xFFFE))
    pairs = [(chr(code), fold_char(chr(code))) for code in codes]
    pairs = [(a, b) for a, b in pairs if a != b and b <= "\uffff"]
    return ["".join(a for a, _ in pairs), "".join(b for _, b in pairs)]


def overview(found: RunFolder, concepts: Concepts, title: str, notes: Sequence[str]) -> Json:
    """What all pages need: the run, its papers, what failed and what the report lacks."""
    claims, mentions = Counter(c.doc for c in found.claims), Counter(m.doc for m in found.mentions)
    return {
        "title": title,
        "key": key_of_claims(found),
        "run": {
            "program": found.run.program,
            "version": found.run.version,
            "state": found.run.state,
            "counts": found.run.counts,
        },
        "relations": RELATIONS,
        "types": MENTION_TYPES,
        "docs": [
            {
                "id": d.id, "title": d.title, "path": d.path, "langs": d.langs, "pages": d.pages, "reader": d.reader,
                "status": d.status, "warnings": d.warnings, "repairs": d.repairs, "claims": claims[d.id],
                "mentions": mentions[d.id], "paper": concepts.paper(d.id),
            }
            for d in found.documents
        ],
        "failures": found.failures,
        "notes": list(notes),
        "fold": foldings(),
    }  # fmt: skip


def table(found: RunFolder, concepts: Concepts) -> Json:
    """All claims as columns; sentences, texts, sections and models are numbers into lists of their own."""
    docs = {d.id: n for n, d in enumerate(found.documents)}
    sentences, texts, sections, models = Interned(), Interned(), Interned(), Interned()
    models("")  # the number of none
    columns: dict[str, list[Any]] = {
        name: []
        for name in ("id", "sentence", "subject", "object", "said", "done", "relation", "trigger", "flags", "models")
    }
    for c in found.claims:
        e = c.evidence
        sentence = (docs[c.doc], e.start, sections(e.section or ""), int(e.lang == "en"), e.page or 0, e.text)
        flags = (
            NEGATED * c.negated | HEDGED * (c.certainty == "hedged") | IMPLICIT * c.subject.implicit
            | CORROBORATED * bool(c.corroborates) | CONFLICTING * bool(c.conflicts) | CITED * bool(c.citations)
        )  # fmt: skip
        row = (
            c.id, sentences(sentence), concepts[c.subject.mention], concepts[c.object.mention], texts(c.subject.text),
            texts(c.object.text), RELATIONS.index(c.relation), texts(c.trigger.text), flags, list(map(models, c.model)),
        )  # fmt: skip
        for column, value in zip(columns.values(), row, strict=True):
            column.append(value)
    cut = [list(column) for column in zip(*sentences.values, strict=True)] or [[] for _ in range(6)]
    return {
        **columns,
        "concepts": concepts.rows(),
        "texts": texts.values,
        "sections": sections.values,
        "modelNames": models.values,
        "sentences": dict(zip(("doc", "start", "section", "lang", "page", "text"), cut, strict=True)),
    }


def across(assembly: Assembly, found: RunFolder, concepts: Concepts) -> Json:
    """The statements of a run and how they stand to one another; claims and statements by their numbers."""
    row = {c.id: n for n, c in enumerate(found.claims)}
    number = {s.id: n for n, s in enumerate(assembly.statements)}

    def links(ids: Iterable[str]) -> list[int]:
        return [number[i] for i in ids]

    return {
        "statements": [
            [
                concepts.of(s.subject), RELATIONS.index(s.relation), concepts.of(s.object), int(s.negated),
                len(s.papers), [row[e.claim] for e in s.evidence],
                [row[claim] for e in s.evidence for _, claim in e.copies],
                links(s.general), links(s.specific), links(s.agrees), links(s.contradicts),
            ]
            for s in assembly.statements
        ],
        "contradictions": [
            [number[c.one], number[c.other], c.by, c.papers, c.models] for c in assembly.contradictions
        ],
    }  # fmt: skip


class PaperRecords:
    """A run's records by paper, grouped once for all papers."""

    def __init__(self, found: RunFolder) -> None:
        self.mentions = by_document(found.mentions)
        self.claims = by_document(found.claims)
        self.glosses = by_document(found.glosses)
        self.references = by_document(found.references)


class Words:
    """The words of one claim that say how it is made."""

    def __init__(self, claim: Claim, cues: Sequence[Cue]) -> None:
        self.trigger = (claim.trigger.start, claim.trigger.end)
        self.negation = negation(claim, cues)
        self.hedge = hedge(claim, cues)

    def spans(self) -> Iterator[tuple[int, int]]:
        """Those that are known."""
        yield from (span for span in (self.trigger, self.negation, self.hedge) if span is not None)


def words_of(claims: Sequence[Claim], mentions: Sequence[Mention], cues: Cues) -> list[Words]:
    """The words of each claim of a paper."""
    made = []
    for c in claims:
        e = c.evidence
        found: tuple[Cue, ...] = ()
        if c.negated or c.certainty == "hedged":
            inside = [m for m in mentions if e.start <= m.start < e.end]
            found = cues.in_sentence(e.text, e.lang, e.start, inside)
        made.append(Words(c, found))
    return made


def places_of(words: Iterable[Words], paper: Paper) -> Places:
    """The boxes of words that records hold none of, as a paper that was read again has them."""
    return {
        span: _boxes(place.boxes, place.box_pages)
        for w in words
        for span in w.spans()
        if (place := paper.place(*span)).boxes
    }


def paper(
    document: Document, text: str, records: PaperRecords, concepts: Concepts, words: Sequence[Words], places: Places,
    pictures: Mapping[int, Sequence[Any]],
) -> Json:  # fmt: skip
    """A paper's page and all that its claims show when they are opened.

    `places` has boxes of triggers and cues, where they are known; `pictures` the file, width and height of each page.
    """
    unit = Units(text)
    mentions = records.mentions[document.id]
    number = {m.id: n for n, m in enumerate(mentions)}
    meanings, rules = Interned(), Interned()

    def span(found: tuple[int, int] | None) -> list[int] | None:
        return None if found is None else [unit.at(found[0]), unit.at(found[1])]

    def claim(c: Claim, w: Words) -> Json:
        made: Json = {
            "start": unit.at(c.evidence.start), "end": unit.at(c.evidence.end), "subject": number[c.subject.mention],
            "object": number[c.object.mention], "trigger": span(w.trigger), "negation": span(w.negation),
            "hedge": span(w.hedge), "via": [number[m] for m in c.via], "citations": c.citations, "rule": c.rule,
            "corroborates": c.corroborates, "conflicts": c.conflicts,
            "boxes": _boxes(c.evidence.boxes, c.evidence.box_pages),
        }  # fmt: skip
        for what, at in (("trigger", w.trigger), ("negation", w.negation), ("hedge", w.hedge)):
            if at is not None and at in places:
                made[f"{what}Boxes"] = places[at]
        return made

    return {
        "text": text,
        "sections": [[s.title, s.level, unit.at(s.start), unit.at(s.end)] for s in document.sections],
        "mentions": [
            [
                unit.at(m.start), unit.at(m.end), MENTION_TYPES.index(m.type),
                meanings((m.concept_id, m.concept_name, m.names, m.candidates, concepts.get(m.id))), rules(m.rule),
                _boxes(m.boxes, m.box_pages),
            ]
            for m in mentions
        ],
        "meanings": meanings.values,
        "rules": rules.values,
        "glosses": [
            [unit.at(g.start), unit.at(g.end), [[n.text, n.lang, n.abbreviation] for n in g.names], g.type, g.rule]
            for g in records.glosses[document.id]
        ],
        "references": [[r.number, r.text] for r in records.references[document.id]],
        "claims": {c.id: claim(c, w) for c, w in zip(records.claims[document.id], words, strict=True)},
        "pages": {str(page): list(picture) for page, picture in pictures.items()},
    }  # fmt: skip


def _boxes(boxes: Sequence[Box] | None, pages: Sequence[int] | None) -> list[list[float]]:
    """Boxes with their pages in front."""
    return [[page, *box] for page, box in zip(pages or (), boxes or (), strict=True)]


def pages_of(claims: Iterable[Claim], mentions: Mapping[str, Mention]) -> list[int]:
    """The pages on which sentences of claims, and the names that they leave out, stand."""
    found: set[int] = set()
    for c in claims:
        found.update(c.evidence.box_pages or ())
        for side in (c.subject.mention, c.object.mention):
            found.update(mentions[side].box_pages or ())
    return sorted(found)
