"""What holds of every paper, whatever stands in it: spans give their text, ids resolve, the same in, the same out."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict
from itertools import pairwise
from unittest.mock import patch

import pytest
from harness import Bench, Read, paper_of
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.house import House
from pipeline.knowledge import Knowledge
from pipeline.records import MENTION_TYPES, RELATIONS, Mention

# Building the rooms falls on the first example.
SETTINGS = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])

# fmt: off
NAMES = [
    "姜黄素", "黄芪甲苷", "二甲双胍", "NF-κB", "TNF-α", "IL - 1β", "ＩＬ－６", "丹参酮ⅡA", "千金藤碱",  # noqa: RUF001
    "caspase-3/9", "p-Akt", "Ca2+", "CURCUMIN", "curcumin", "nerve growth factor", "γ-氨基丁酸(GABA)", "薑黃素", "XQ7",
    "N-甲基-D-天冬氨酸(NMDA)受体", "氧化应激", "线粒体的形态及功能", "骨、血管和神经的再生", "PI3K/Akt信号通路",
    "肝脏损伤", "oxidative stress", "大鼠", "mice",
]
BRACKETS = [
    "(astragaloside A, XQA)", "（简称XQB）", "(图1)", "(P<0.05)", "(n=10)", "[12]", "[3-5, 7]", "(", "）", "((", "[",
    "“", "”", "(以下简称“", "（（甲）乙）",
]
ODD = [
    "\u200b", "\ufeff", "\ue000", "𠮷", "é", "e\u0301", "\u3000", "\t", "ﬁ", "㎎", "⼈", "犜犺犲", "\x0b", "\x85",
    "\u2028", "😀", "\\", "{", "|", "%s", "İ", "ß", "\x00",
]
# fmt: on
TEMPLATES = [
    "{0}抑制{1}的表达，从而减轻{2}。",
    "{0}、{1}和{2}均可上调{3}。",
    "{0}通过激活{1}改善{2}{4}，但不影响{3}。",
    "给予{0}后，{1}水平降低{4}；{2}可能升高。",
    "它还能缓解由{0}诱导的{1}。",
    "{1}被{0}{4}抑制，其机制与{2}有关。",
    "敲除{0}后{1}下降，是否影响{2}尚不清楚。",
    "{0} inhibits {1} and {2}{4}, thereby reducing {3}. ",
    "It may increase {1}, which was associated with {2}. ",
    "{1} was inhibited by {0}{4} in {2}-treated rats.",
    "{0}{1}{4}{2}{3}",
    "{4}",
]
ATOM = st.one_of(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(ODD))
SENTENCE = st.builds(
    lambda template, atoms, bracket, odd: template.format(*atoms, bracket) + odd,
    st.sampled_from(TEMPLATES),
    st.lists(ATOM, min_size=4, max_size=4),
    st.sampled_from(["", *BRACKETS]),
    st.sampled_from(["", "", "", "\n", *ODD]),
)
PROSE = st.lists(SENTENCE, max_size=6).map("".join)


def check(read: Read) -> None:
    """What holds of every paper."""
    text = read.paper.text
    for m in read.mentions:
        assert text[m.start : m.end] == m.text != ""
        assert m.text == m.text.strip()
        assert "\n" not in m.text
        assert m.type in MENTION_TYPES
        assert m.text in m.names
        assert m.rule
    assert all(a.end <= b.start for a, b in pairwise(read.mentions))
    ids = {m.id: m for m in read.mentions}
    assert len(ids) == len(read.mentions)
    for g in read.glosses:
        assert 0 <= g.start < g.end <= len(text)
        assert len(g.names) >= 2
        assert all(n.text in text[g.start : g.end] for n in g.names)
        assert g.type is None or g.type in MENTION_TYPES
    for s, words in zip(read.sentences, read.words, strict=True):
        assert text[s.start : s.end] == s.text
        at = s.start
        for w in words:
            assert text[at : w.start].strip() == ""
            assert s.start <= w.start < w.end <= s.end
            assert len(w.text) == w.end - w.start
            at = w.end
        assert text[at : s.end].strip() == ""
    edges = {k for words in read.words for w in words for k in (w.start, w.end)}
    assert all(m.start in edges and m.end in edges for m in read.mentions)
    spans = {(s.start, s.end): s for s in read.sentences}
    assert len({c.id for c in read.claims}) == len(read.claims)
    for c in read.claims:
        subject, target = ids[c.subject.mention], ids[c.object.mention]
        assert (c.subject.text, c.subject.type) == (subject.text, subject.type)
        assert (c.object.text, c.object.type) == (target.text, target.type)
        assert c.relation in RELATIONS
        assert c.certainty in ("asserted", "hedged")
        sentence = spans[c.evidence.start, c.evidence.end]
        assert not sentence.heading
        assert text[c.evidence.start : c.evidence.end] == c.evidence.text
        assert text[c.trigger.start : c.trigger.end] == c.trigger.text != ""
        assert c.evidence.start <= c.trigger.start < c.trigger.end <= c.evidence.end
        assert c.evidence.start <= target.start < target.end <= c.evidence.end
        within = c.evidence.start <= subject.start < c.evidence.end
        assert within or c.subject.implicit
        assert subject.start < c.evidence.end
        assert subject.id != target.id
        assert set(c.via) <= ids.keys()
        assert all(c.evidence.start <= ids[v].start < c.evidence.end for v in c.via)
        assert all(model in c.evidence.text for model in c.model)
        assert c.rule
    made = {c.id: c for c in read.claims}
    for c in read.claims:
        assert all(c.id in made[i].corroborates and made[i].evidence.lang != c.evidence.lang for i in c.corroborates)
        assert all(c.id in made[i].conflicts for i in c.conflicts)
    keys = [(c.evidence.start, c.subject.mention, c.relation, c.object.mention, c.negated) for c in read.claims]
    assert len(set(keys)) == len(keys)
    order = [c.evidence.start for c in read.claims]
    assert order == sorted(order)


def test_rooms_are_built_when_they_are_asked() -> None:
    """A house that is only asked for claims imports neither the tagging room nor the reading room nor any of theirs."""
    script = (
        "import sys\n"
        "from pipeline.house import House, Tagged\n"
        "from pipeline.knowledge import load\n"
        "from pipeline.records import Document, Paper\n"
        "house = House(load())\n"
        "paper = Paper(Document('d', '', '0', 'ok', None, (), None, (), None), '')\n"
        "assert house.claims(paper, Tagged((), (), (), ())) == ()\n"
        "heavy = {'pipeline.tag', 'pipeline.read', 'jieba', 'rjieba', 'numpy', 'pdfplumber'} & sys.modules.keys()\n"
        "assert not heavy, heavy\n"
        "house.tag(paper)\n"
        "heavy = {'pipeline.read', 'jieba', 'numpy', 'pdfplumber'} & sys.modules.keys()\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_an_engine_that_is_missing_is_told_at_once() -> None:
    """Though rooms are built late, a house says at once that its engine is not installed."""
    with patch.dict(sys.modules, {"rjieba": None}), pytest.raises(UsageError, match="extra"):
        House(Knowledge((), {}, {}), segmenter="rjieba")


@SETTINGS
@given(PROSE)
def test_its_own_mentions_give_its_own_words(bench: Bench, text: str) -> None:
    """Words around mentions that are given: those that tagging itself makes, where they are the mentions it found."""
    read = bench.read(text)
    words = bench.tagger.words(read.paper, read.sentences, read.mentions)
    named = [[(w.start, w.end, w.pos) for w in ws if w.pos in MENTION_TYPES] for ws in words]
    assert named == [[(w.start, w.end, w.pos) for w in ws if w.pos in MENTION_TYPES] for ws in read.words]


def test_mentions_that_are_given_are_words(bench: Bench) -> None:
    """A mention that tagging would not make is one word, what it made gives way, and an organism stays one."""
    paper = paper_of("姜黄素降低大鼠的甲乙指数。")
    read = bench.work(paper)
    given = Mention("d:m1", "d", 2, 5, "素降低", "effect", None, None, ("素降低",), "zh", None, None, "gold")
    (words,) = bench.tagger.words(paper, read.sentences, (given,))
    assert [(w.text, w.pos) for w in words if w.pos in ("effect", "compound", "organisms")] == [
        ("素降低", "effect"), ("大鼠", "organisms"),
    ]  # fmt: skip


@SETTINGS
@given(PROSE)
@example("姜黄素 inhibits N-甲基-D-天冬氨酸(NMDA)受体 and N-甲基-D-天冬氨酸(NMDA)受体, thereby reducing 姜黄素. ")
def test_records_are_sound(bench: Bench, text: str) -> None:
    """Spans give their text back, mentions are sorted and apart, ids resolve, words tile the sentences."""
    check(bench.read(text))


@SETTINGS
@given(PROSE)
def test_the_same_in_the_same_out(bench: Bench, text: str) -> None:
    """A paper read again, after another one, gives the same records."""
    first = bench.read(text)
    bench.read("二十二碳六烯酸(XQA)抑制IL-6。XQ7(XQB)亦然。")
    assert asdict(bench.read(text)) == asdict(first)


@SETTINGS
@given(st.lists(SENTENCE.filter(lambda s: s.strip()), max_size=4))
def test_headings_make_no_claims(bench: Bench, lines: list[str]) -> None:
    """Whatever a heading says, it holds mentions but makes no claim."""
    lines = [" ".join(line.split()) for line in lines]
    read = bench.read("\n".join(lines), headings=lines)
    check(read)
    assert read.claims == ()


@pytest.mark.parametrize("text", ["", " ", "\n", "\n\n \n", "\u3000", "\ufeff"], ids=range(6))
def test_no_text(bench: Bench, text: str) -> None:
    """A paper with nothing in it has no records."""
    read = bench.read(text)
    assert (read.mentions, read.claims, read.glosses) == ((), (), ())


@pytest.mark.parametrize(
    "text",
    [
        "。，、；：？！",
        "……——",
        "().,;:[]{}",
        "((((((",
        "））））））",
        "[12][13-15]",
        "\x00\x01",
        "“”‘’",
        "-" * 200,
        "1.2.3.4",
        "％％％",
    ],
    ids=range(11),
)
def test_only_punctuation(bench: Bench, text: str) -> None:
    """Marks and numbers alone name nothing."""
    read = bench.read(text)
    check(read)
    assert (read.mentions, read.claims, read.glosses) == ((), (), ())


LONG = [
    ("姜黄素可抑制大鼠肝脏中NF-κB的表达。", 100_000),
    ("Curcumin inhibits NF-κB. It activates TNF-α, ", 20_000),
    ("A", 100_000),
    ("A-", 20_000),
    ("姜黄素可抑制大鼠肝脏中NF-κB的表达，", 100_000),
    ("姜黄素、", 10_000),
    ("（姜黄素(", 100_000),
    ("线粒体的", 10_000),
    ("XQ7/", 10_000),
    ("(curcumin, ", 10_000),
    ("一氧化氮合", 10_000),
]


@pytest.mark.parametrize(("once", "size"), LONG, ids=range(len(LONG)))
def test_a_very_long_line_is_read(bench: Bench, once: str, size: int) -> None:
    """A line of many characters, with ends of sentences or without, goes through."""
    check(bench.read((once * (size // len(once) + 1))[:size]))


def test_one_line_or_many(bench: Bench) -> None:
    """Sentences make the same claims, subjects named, whether they stand in one paragraph or in two."""
    first, second = "姜黄素抑制NF-κB。", "槲皮素激活SIRT1。"
    one, two = bench.read(first + second), bench.read(first + "\n" + second)
    claims = [[(c.subject.text, c.relation, c.object.text) for c in r.claims] for r in (one, two)]
    assert claims[0] == claims[1] == [("姜黄素", "decreases", "NF-κB"), ("槲皮素", "increases", "SIRT1")]


def test_ids_are_the_papers_own(bench: Bench) -> None:
    """Ids begin with the paper's id, so that runs of many papers can be joined."""
    read = bench.work(paper_of("姜黄素抑制NF-κB。", doc="甲 1"))
    assert read.claims
    ids = [(r.id, r.doc) for r in read.mentions] + [(r.id, r.doc) for r in read.claims]
    assert all(number.startswith("甲 1:") and doc == "甲 1" for number, doc in ids)
