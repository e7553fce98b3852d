"""Causes: each by hand, and every miss and extra exactly once."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from gold_cases import Said, Words, evaluated, gold_sentence, golds, run_of, runs
from hypothesis import given, settings

from pipeline.check.causes import CAUSES
from pipeline.check.compare import strictly
from pipeline.check.diff import RunRecords
from pipeline.check.gold import GoldDocument
from pipeline.check.score import evaluate

TEXT = "甲药与丙素使乙酶升高，丁痛减轻。"
WORDS: Words = {"甲药": "compound", "丙素": "compound", "乙酶": "protein", "丁痛": "effect"}
RIGHT: Said = ("甲药", "increases", "乙酶")


def without(*words: str) -> Words:
    """The mentions but for these."""
    return {w: kind for w, kind in WORDS.items() if w not in words}


CLAIMS: list[tuple[str, list[Said], Words, list[Said], set[tuple[str, str]]]] = [
    ("right", [RIGHT], WORDS, [RIGHT], set()),
    ("another relation", [RIGHT], WORDS, [("甲药", "binds", "乙酶")], {("miss", "relation"), ("extra", "relation")}),
    ("another subject", [RIGHT], WORDS, [("丙素", "increases", "乙酶")], {("miss", "subject"), ("extra", "subject")}),
    (
        "only the object", [RIGHT], WORDS, [("丙素", "binds", "乙酶")],
        {("miss", "relation-and-subject"), ("extra", "relation-and-subject")},
    ),
    ("another object", [RIGHT], WORDS, [("甲药", "increases", "丁痛")], {("miss", "object"), ("extra", "object")}),
    ("turned round", [RIGHT], WORDS, [("乙酶", "increases", "甲药")], {("miss", "reversed"), ("extra", "reversed")}),
    ("object not tagged", [RIGHT], without("乙酶"), [], {("miss", "mention-missed")}),
    ("subject not tagged", [RIGHT], without("甲药"), [], {("miss", "mention-missed")}),
    (
        "subject not tagged, another taken", [RIGHT], without("甲药"), [("丙素", "increases", "乙酶")],
        {("miss", "mention-missed"), ("extra", "mention-missed")},
    ),
    ("nothing said", [RIGHT], WORDS, [], {("miss", "missed")}),
    ("subject elsewhere", [("它", "increases", "乙酶")], WORDS, [], {("miss", "left-out")}),
    ("said for nothing", [], WORDS, [RIGHT], {("extra", "extra")}),
    ("with what is none", [], {**WORDS, "升高": "effect"}, [("甲药", "binds", "升高")], {("extra", "mention-extra")}),
    ("said twice", [RIGHT], WORDS, [RIGHT, RIGHT], {("extra", "twice")}),
    ("gold has it twice", [RIGHT, RIGHT], WORDS, [RIGHT], {("miss", "twice")}),
    ("denied", [RIGHT], WORDS, [(*RIGHT, {"negated": True})], {("near", "negation")}),
    ("hedged", [RIGHT], WORDS, [(*RIGHT, {"certainty": "hedged"})], {("near", "certainty")}),
    (
        "denied and hedged", [RIGHT], WORDS, [(*RIGHT, {"negated": True, "certainty": "hedged"})],
        {("near", "negation")},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("gold", "words", "run", "wanted"), [c[1:] for c in CLAIMS], ids=[c[0] for c in CLAIMS])
def test_causes_of_claims(gold: list[Said], words: Words, run: list[Said], wanted: set[tuple[str, str]]) -> None:
    """A claim that is only on one side, or not strictly the same, has the cause that a reader would give."""
    report = evaluated(gold_sentence(TEXT, WORDS, *gold), run_of(TEXT, words, *run))
    causes = [(kind, f.cause) for f in report.findings[0] if f.of == "claim" for kind in f.counts]
    assert sorted(causes) == sorted(wanted)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (without("乙酶"), {("miss", "missed")}),
        ({**WORDS, "升高": "effect"}, {("extra", "extra")}),
        ({**WORDS, "乙酶": "compound"}, {("miss", "type"), ("extra", "type")}),
        ({**without("乙酶"), "乙酶升高": "protein"}, {("near", "span")}),
        ({**without("乙酶"), "乙": "protein", "酶": "protein"}, {("near", "span"), ("extra", "span")}),
        ({**without("甲药", "丙素"), "甲药与丙素": "compound"}, {("near", "span"), ("miss", "span")}),
    ],
)
def test_causes_of_mentions(words: Words, wanted: set[tuple[str, str]]) -> None:
    """A mention's cause: nothing there, another type, or another span, of which one of either side may cover two."""
    report = evaluated(gold_sentence(TEXT, WORDS), run_of(TEXT, words))
    causes = [(kind, f.cause) for f in report.findings[0] for kind in f.counts]
    assert sorted(causes) == sorted(wanted)


def test_one_object_for_two_is_the_objects_span() -> None:
    """Where one claim of the run covers two of the gold, the one without a partner is missed for the object's span."""
    gold = gold_sentence(TEXT, WORDS, ("丁痛", "binds", "甲药"), ("丁痛", "binds", "丙素"))
    words: Words = {"甲药与丙素": "compound", "丁痛": "effect"}
    report = evaluated(gold, run_of(TEXT, words, ("丁痛", "binds", "甲药与丙素")))
    assert report.causes["claim"] == {"object-span": {"miss": 1, "extra": 0, "near": 1}}


def test_what_the_texts_lack_is_its_own_cause() -> None:
    """What the run's text has lost is missed for that, and what only the run's text has is outside the gold."""
    gold = [gold_sentence(TEXT, WORDS, RIGHT), gold_sentence("戊剂使己菌减少。", {"己菌": "effect"}, id="S2")]
    other = "庚物使辛症好转。"
    lost = evaluated(gold, run_of(TEXT, WORDS, RIGHT))
    assert [(e.of, e.kind, e.cause) for e in lost.errors] == [("mention", "miss", "text-lost")]
    more = evaluated(
        gold[0],
        run_of(TEXT + "\n" + other, {**WORDS, "庚物": "compound", "辛症": "effect"}, RIGHT, ("庚物", "treats", "辛症")),
    )
    assert {(e.kind, e.cause, e.sentence) for e in more.errors} == {("extra", "outside-gold", None)}
    gone = evaluated(gold[0], RunRecords({}, (), ()))
    assert {(e.kind, e.cause) for e in gone.errors} == {("miss", "text-lost")}


def test_strict_pairs_come_first_in_what_is_told() -> None:
    """A claim and its denial on both sides are no errors, however the figures' own pairs were made."""
    sayings: list[Any] = [RIGHT, (*RIGHT, {"negated": True})]
    for order in (sayings, sayings[::-1]):
        report = evaluated(gold_sentence(TEXT, WORDS, *sayings), run_of(TEXT, WORDS, *order))
        assert report.findings == ((),)


@given(golds(), runs())
@settings(max_examples=100, deadline=None)
def test_each_error_has_exactly_one_cause(gold: GoldDocument, run: RunRecords) -> None:
    """Causes cover the misses and extras of the report, each once; near ones are the pairs that are not strict."""
    report = evaluate((gold,), run.texts, run.mentions, run.claims)
    (found,), (wrong,) = report.comparisons, report.findings
    sides = {"claim": (found.gold.claims, found.system.claims), "mention": (found.gold.mentions, found.system.mentions)}
    known = {(c.of, c.name) for c in CAUSES}
    for of, (ours, theirs) in sides.items():
        counts = report.total.figures[of]
        own = [f for f in wrong if f.of == of]
        missed = Counter(f.gold for f in own if "miss" in f.counts)
        extra = Counter(f.system for f in own if "extra" in f.counts)
        pairs = found.nearest["claim" if of == "claim" else "mention"]
        assert len(pairs) == counts.tp
        assert missed == Counter(i for i in range(len(ours)) if i not in pairs)
        assert extra == Counter(j for j in range(len(theirs)) if j not in set(pairs.values()))
        assert {(of, f.cause) for f in own} <= known
        causes = report.causes["claim" if of == "claim" else "mention"].values()
        assert sum(n["miss"] for n in causes) == counts.gold - counts.tp
        assert sum(n["extra"] for n in causes) == counts.system - counts.tp
        assert sum(n["miss"] + n["extra"] for n in causes) == sum(e.of == of for e in report.errors)
    loose = [
        (i, j) for i, j in found.nearest["claim"].items() if not strictly(found.gold.claims[i], found.system.claims[j])
    ]
    assert sorted((f.gold, f.system) for f in wrong if f.of == "claim" and f.counts == ("near",)) == sorted(loose)
