"""The library: what `load` gives for texts, files and runs, and how it shows itself in a notebook."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from builders import claim, mention, result, write_run
from hypothesis import given
from hypothesis import strategies as st

from pipeline import load, open_run
from pipeline.errors import BrokenInput, EmptyInput, UsageError
from pipeline.library import Pipeline
from pipeline.notebook import MOST_CHARACTERS, doc_html
from pipeline.store import read_run

ROOT = Path(__file__).resolve().parents[1]
PDF = ROOT / "corpus/melatonin.pdf"
TEXT = "姜黄素(curcumin, CUR)能抑制NF-κB。\n它不影响血糖。"


@pytest.fixture(scope="module")
def nlp() -> Pipeline:
    """The pipeline, built once."""
    return load()


def test_a_text(nlp: Pipeline) -> None:
    """A text gives the records that the house makes, in its own characters."""
    doc = nlp(TEXT, id="mine")
    assert (doc.id, doc.text) == ("mine", TEXT)
    assert [(c.subject.text, c.relation, c.object.text, c.negated) for c in doc.claims] == [
        ("姜黄素", "decreases", "NF-κB", False),
        (doc.claims[1].subject.text, "regulates", "血糖", True),
    ]
    assert all(TEXT[m.start : m.end] == m.text and m.doc == "mine" for m in doc.mentions)
    assert doc.mention(doc.claims[0].object.mention).text == "NF-κB"
    with pytest.raises(KeyError):
        doc.mention("mine:m99")


def test_texts_do_not_know_of_each_other(nlp: Pipeline) -> None:
    """A name that one text defines means nothing in the next."""
    alone = nlp("它能止痛。", id="text-1")
    assert [d.claims for d in nlp.pipe([TEXT, "它能止痛。"])][1] == alone.claims


@pytest.mark.parametrize("text", ["", "\r\n", "😀姜黄素能抑制NF-κB。\r\n𠮷它不影响血糖。", "<b>姜黄素</b>\0抑制NF-κB"])
def test_odd_texts(nlp: Pipeline, text: str) -> None:
    """Offsets hold behind characters outside of the basic plane, line ends of Windows and controls."""
    doc = nlp(text)
    assert all(text[m.start : m.end] == m.text for m in doc.mentions)
    assert {m.text for m in doc.mentions} >= {name for name in ("姜黄素", "NF-κB") if name in text}


def test_half_a_character_is_told(nlp: Pipeline) -> None:
    """A lone surrogate is no text, and the error is of the family."""
    with pytest.raises(BrokenInput, match="character 1 is half a character"):
        nlp("药\ud800")


def test_claims_about_a_concept(nlp: Pipeline) -> None:
    """A claim is about a name in any of its forms, about the concept and its identifier, as subject or object."""
    doc = nlp(TEXT)
    for name in ("CUR", "Curcumin", "姜黄素", "chebi:3962", "薑黃素", "CU-R"):
        assert doc.claims_about(name) == doc.claims, name
    for name in ("nf-κb", "NF kappa B"):
        assert doc.claims_about(name) == doc.claims[:1], name
    for name in ("姜黄", "", "-"):  # what has no identifier goes by no empty one
        assert doc.claims_about(name) == (), name


def test_a_file_is_read_as_a_run_reads_it(nlp: Pipeline, tmp_path: Path) -> None:
    """A PDF has pages and boxes; an empty file says so."""
    doc = nlp.read(PDF)
    assert doc.id == "melatonin"
    assert {m.page for m in doc.mentions} >= {1}
    assert all(m.boxes for m in doc.mentions)
    assert doc.paper.references
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(EmptyInput):
        nlp.read(tmp_path / "a.txt")


def test_a_run_is_opened(tmp_path: Path) -> None:
    """A run's papers come back as docs, each with its own records alone."""
    parts = []
    for name in ("a", "b"):
        one, two = mention(name, "甲药止痛", 0, 2, "compound"), mention(name, "甲药止痛", 2, 4, "effect")
        parts.append(result(name, "甲药止痛", [one, two], [claim("甲药止痛", one, "increases", two)]))
    docs = open_run(write_run(tmp_path / "run", parts))
    assert list(docs) == ["a", "b"]
    assert (docs["b"].mentions, docs["b"].claims) == (parts[1].mentions, parts[1].claims)
    assert docs["a"].text == read_run(tmp_path / "run").texts["a"]
    assert [s.text for s in docs["a"].sentences] == ["甲药止痛"]
    with pytest.raises(UsageError, match="no run folder"):
        open_run(tmp_path)


def test_wrong_settings() -> None:
    """A lexicon folder or a segmenter that is not there is told in a line."""
    with pytest.raises(UsageError, match="no such lexicon folder"):
        load("no-such-folder")
    with pytest.raises(UsageError, match="no such segmenter"):
        load(segmenter="mecab")  # type: ignore[arg-type]


def test_importing_is_cheap() -> None:
    """`import pipeline` brings nothing heavy: every command does it."""
    code = "import sys, pipeline; print({'jieba', 'pdfplumber', 'spacy', 'pipeline.house'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


# -- in a notebook -----------------------------------------------------------------------------------------------------


class Seen(HTMLParser):
    """The text and the tags of a piece of HTML; fails where tags are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        """Note the tag."""
        self.tags.add(tag)
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close it."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Add the text."""
        self.text += data


def test_a_doc_shows_itself(nlp: Pipeline) -> None:
    """The text stands whole in what a notebook shows, and each claim with its relation."""
    doc = nlp(TEXT)
    seen = Seen(doc._repr_html_())
    assert TEXT in seen.text
    assert "decreases" in seen.text
    assert "not regulates" in seen.text
    assert repr(doc) == f"<Doc text: {len(TEXT)} characters, {len(doc.mentions)} mentions, 2 claims>"


@given(st.text(max_size=40), st.text(alphabet="<>&\"'x甲", min_size=1, max_size=6), st.text(max_size=40))
def test_nothing_of_a_text_becomes_a_tag(before: str, name: str, behind: str) -> None:
    """Whatever stands in a text and its names is text in what is shown."""
    text = before + name + behind
    m = mention("d", text, len(before), len(before) + len(name), "compound", concept_name=name)
    r = result("d", text, [m], [claim(text, m, "increases", m)])
    seen = Seen(doc_html(r.paper, r.mentions, r.claims))
    assert seen.tags <= {"div", "p", "b", "span", "table", "thead", "tbody", "tr", "th", "td"}
    assert name in seen.text


def test_a_long_text_is_cut_short() -> None:
    """A paper is shown up to a length, and says how much is left."""
    text = "甲" * (MOST_CHARACTERS + 7)
    r = result("d", text)
    assert "… 7 more characters" in Seen(doc_html(r.paper, (), ())).text
    over = [mention("d", text, MOST_CHARACTERS - 2, MOST_CHARACTERS + n, "compound") for n in (4, 7)]
    assert "… 3 more characters" in Seen(doc_html(r.paper, over[:1], ())).text
    assert "more characters" not in Seen(doc_html(r.paper, over[1:], ())).text
