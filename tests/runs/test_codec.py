"""Papers and tags as JSON: what comes back is what went in."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest
from builders import document
from harness import Bench
from hypothesis import given
from hypothesis import strategies as st

from pipeline.codec import paper_from_json, paper_to_json, tags_from_json, tags_to_json
from pipeline.outcome import Failure, Outcome, PaperRow, Share, failed, outcome_of, pack, stand_in, unpack
from pipeline.read import read
from pipeline.records import LineBox, Paper, Result

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
EDGE = st.floats(-1e4, 1e4, width=32)


@pytest.fixture(scope="module")
def paper() -> Paper:
    """A paper with boxes, references and tables."""
    return read(CORPUS / "curcumin.pdf", "curcumin")


def test_a_paper_comes_back(paper: Paper) -> None:
    """Text, boxes, references and floats, to the last bit."""
    assert paper.lines
    assert paper.references
    back = paper_from_json(paper_to_json(paper))
    assert back == paper
    assert back.lines[0].left.typecode == "f"


@given(text=TEXT, edges=st.lists(EDGE, max_size=20), place=st.tuples(EDGE, EDGE), turn=st.integers(0, 3))
def test_any_paper_comes_back(text: str, edges: list[float], place: tuple[float, float], turn: int) -> None:
    """Whatever stands in it, and wherever."""
    line = LineBox(0, len(edges), 1, *place, array("f", edges), array("f", edges[::-1]), turn, place)
    made = Paper(document("a", ""), text, (line,))
    assert paper_from_json(paper_to_json(made)) == made


def test_tags_come_back(paper: Paper, bench: Bench) -> None:
    """Definitions, mentions, and words of folded text, those of names among them."""
    for one in (paper, Paper(document("a"), "薑黃素（curcumin，CUR）抑制了細胞凋亡。\nＣＵＲ降低IL－6。")):  # noqa: RUF001
        found = bench.work(one)
        back = tags_from_json(tags_to_json(found.glosses, found.mentions, found.words), one)
        assert back == (found.glosses, found.mentions, found.words)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"document": 1}', b"not json", b'{"text":1}'])
def test_what_is_no_paper_is_refused(data: bytes) -> None:
    """As a ValueError, whatever it is instead."""
    with pytest.raises(ValueError):  # noqa: PT011  # each says what it misses in words of its own
        paper_from_json(data)


def test_an_outcome_comes_back(paper: Paper) -> None:
    """Packed and unpacked, with and without a text, of a paper that failed as well."""
    made = outcome_of(Result(paper, seconds={"read": 0.25}))
    assert unpack(pack(made)) == made
    lost = failed("a", Failure("a.pdf", "read", "BrokenInput", "换一个"), "0" * 64, "Traceback")
    assert unpack(pack(lost)) == lost
    empty = Outcome(PaperRow("a"), Share(b"x"), rules={"zh-svo": 0.5}, troubles=("disk full",))
    assert unpack(pack(empty)) == empty
    with pytest.raises(ValueError, match="parts"):
        unpack(pack(made)[:-1])


@pytest.mark.parametrize("name", ["a", 'quo"te', "back\\slash", "药 1", "new\nline"])
def test_names_take_the_place_of_stand_ins(name: str) -> None:
    """A paper worked under a stand-in is, once named, what it is when worked under that name."""
    digest = "5" * 64
    texts = {doc: Paper(document(doc, "", path), "甲药") for doc, path in (
        (name, f"p/{name}.pdf"), (stand_in(digest, "doc"), stand_in(digest, "path")),
    )}  # fmt: skip
    own, other = (outcome_of(Result(paper)) for paper in texts.values())
    assert other.named(name, f"p/{name}.pdf", digest) == own


def test_a_name_that_looks_like_a_stand_in() -> None:
    """It is put in as it is, and nothing is put into it."""
    digest = "5" * 64
    name = stand_in(digest, "path")
    made = outcome_of(Result(Paper(document(stand_in(digest, "doc"), "", name), "甲药")))
    own = outcome_of(Result(Paper(document(name, "", f"p/{name}.txt"), "甲药")))
    assert made.named(name, f"p/{name}.txt", digest) == own
