"""Exports that lay mentions and claims over the text, read back by what reads such annotations."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import bioc
import orjson
import pytest
from bioc import biocjson, biocxml
from hypothesis import given
from hypothesis import strategies as st
from small import PAPER, RUN, RUNS, SILENT, TEXT, written

from pipeline.export.biocs import passages
from pipeline.records import Section
from pipeline.store import RunFolder


@pytest.fixture(scope="session", params=RUNS)
def run(request: pytest.FixtureRequest) -> RunFolder:
    """Each run that the exports are tried on."""
    made = RUNS[request.param]
    return made()


# -- BioC --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("out", ["run.xml", "run.json"])
def test_bioc_reads_and_validates(run: RunFolder, tmp_path: Path, out: str) -> None:
    """bioc finds every mention where its offsets say, every claim with its ends, and no fault."""
    path = written(run, "bioc", tmp_path, out)
    reader: Any = biocxml if out.endswith("xml") else biocjson
    with path.open(encoding="utf-8") as file:
        collection = reader.load(file)
    bioc.validate(collection)
    assert [d.id for d in collection.documents] == list(run.texts)
    found = {a.id: a for d in collection.documents for p in d.passages for a in p.annotations}
    assert len(found) == sum(len(p.annotations) for d in collection.documents for p in d.passages)
    assert {
        i: (a.total_span.offset, a.total_span.end, a.text, a.infons["type"], a.infons.get("identifier"))
        for i, a in found.items()
    } == {m.id: (m.start, m.end, m.text, m.type, m.concept_id) for m in run.mentions}
    claims = {r.id: r for d in collection.documents for r in d.relations}
    assert {i: (r.infons["type"], r.infons["negated"], r.infons["certainty"]) for i, r in claims.items()} == {
        c.id: (c.relation, str(c.negated).lower(), c.certainty) for c in run.claims
    }
    for c in run.claims:
        nodes = [(n.role, n.refid) for n in claims[c.id].nodes]
        assert nodes == [("subject", c.subject.mention), ("object", c.object.mention), *(("via", m) for m in c.via)]
        start, size = (int(claims[c.id].infons[f"sentence_{k}"]) for k in ("offset", "length"))
        assert run.texts[c.doc][start : start + size] == c.evidence.text


def test_bioc_passages_are_the_whole_text(run: RunFolder, tmp_path: Path) -> None:
    """The passages of a paper, one behind the other, are its text, and have the titles of its sections."""
    with written(run, "bioc", tmp_path, "run.xml").open(encoding="utf-8") as file:
        collection = biocxml.load(file)
    for document in collection.documents:
        assert "".join(p.text for p in document.passages) == run.texts[document.id]
        assert all(one.offset + len(one.text) == other.offset for one, other in pairwise(document.passages))
    titles = [p.infons.get("section") for p in collection.documents[0].passages]
    assert titles == [s.title for s in run.documents[0].sections]


def test_what_xml_cannot_hold_is_a_blank(tmp_path: Path) -> None:
    """Control characters and carriage returns go without moving what stands behind them."""
    text = TEXT.replace("\n", "\r", 1).replace("摘要", "摘\x0b")
    strange = replace(RUN, texts={**RUN.texts, PAPER.id: text})
    with written(strange, "bioc", tmp_path, "run.xml").open(encoding="utf-8") as file:
        collection = biocxml.load(file)
    bioc.validate(collection)
    assert "".join(p.text for p in collection.documents[0].passages) == text.replace("\r", " ").replace("\x0b", " ")


@given(st.lists(st.integers(0, 80), max_size=6), st.integers(0, 40))
def test_passages_leave_nothing_out(starts: list[int], size: int) -> None:
    """Whatever the sections, the pieces follow one another from first to last, and none cuts a mention."""
    text = TEXT[:size]
    sections = tuple(Section("t", 1, start, start + 1) for start in starts)
    mentions = [m for m in RUN.mentions if m.end <= size]
    pieces = list(passages(replace(SILENT, sections=sections), text, mentions))
    assert "".join(text[start:end] for start, end, _, _ in pieces) == text
    assert all(any(start <= m.start and m.end <= end for start, end, _, _ in pieces) for m in mentions)


# -- PubAnnotation -----------------------------------------------------------------------------------------------------


def checked(data: bytes) -> dict[str, Any]:
    """A document of PubAnnotation, held to the format as its documentation has it."""
    found: dict[str, Any] = orjson.loads(data)
    assert {"text", "denotations", "relations", "attributes", "sourcedb", "sourceid", "project"} == set(found)
    ids = [a["id"] for part in ("denotations", "relations", "attributes") for a in found[part]]
    assert len(ids) == len(set(ids))
    assert not any(set(i) & set(" \t\n") for i in ids)
    denoted = {d["id"] for d in found["denotations"]}
    for d in found["denotations"]:
        assert set(d) == {"id", "span", "obj"}
        assert 0 <= d["span"]["begin"] < d["span"]["end"] <= len(found["text"])
    for r in found["relations"]:
        assert set(r) == {"id", "subj", "pred", "obj"}
        assert {r["subj"], r["obj"]} <= denoted
    for a in found["attributes"]:
        assert set(a) == {"id", "subj", "pred", "obj"}
        assert a["subj"] in denoted | {r["id"] for r in found["relations"]}
        assert isinstance(a["obj"], str | int | bool)
        assert not set(a["pred"]) & set(" \t\n")
    return found


def test_pubannotation_has_every_record(run: RunFolder, tmp_path: Path) -> None:
    """A file a paper; each mention is a denotation of its words, each claim a relation with its attributes."""
    out = written(run, "pubannotation", tmp_path)
    made = {path.stem: checked(path.read_bytes()) for path in out.iterdir()}
    assert set(made) == set(run.texts)
    assert sum(len(d["relations"]) for d in made.values()) == len(run.claims)
    spans = {
        (doc, d["span"]["begin"], d["obj"], made[doc]["text"][d["span"]["begin"] : d["span"]["end"]])
        for doc in made
        for d in made[doc]["denotations"]
    }
    assert spans == {(m.doc, m.start, m.type, m.text) for m in run.mentions}
    said = [(doc, a["subj"], a["pred"], a["obj"]) for doc, d in made.items() for a in d["attributes"]]
    assert sum(name == "negated" for _, _, name, _ in said) == sum(c.negated for c in run.claims)
    assert sum(name == "hedged" for _, _, name, _ in said) == sum(c.certainty == "hedged" for c in run.claims)
    assert sum(name == "concept_id" for _, _, name, _ in said) == sum(m.concept_id is not None for m in run.mentions)
    sentences = {(doc, subject): value for doc, subject, name, value in said if name == "sentence"}
    for c in run.claims:
        start, _, end = sentences[c.doc, c.id.removeprefix(f"{c.doc}:")].partition("-")
        assert run.texts[c.doc][int(start) : int(end)] == c.evidence.text
