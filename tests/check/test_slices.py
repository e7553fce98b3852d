"""Slices: sums are totals, and a sentence's part of the paper is told by its heading in the run."""

from __future__ import annotations

import pytest
from gold_cases import gold_sentence, golds, run_of, runs
from hypothesis import given, settings

from pipeline.check.compare import MAIN
from pipeline.check.counts import Counts
from pipeline.check.diff import RunRecords
from pipeline.check.gold import GoldDocument
from pipeline.check.score import evaluate
from pipeline.check.slices import ELSEWHERE, FACETS, length_of, part_of
from pipeline.records import Section


@given(golds("a"), runs("a"), golds("b"), runs("b"))
@settings(max_examples=40, deadline=None)
def test_slices_sum_to_the_totals(one: GoldDocument, run: RunRecords, other: GoldDocument, second: RunRecords) -> None:
    """For every facet and figure the counts of the slices, summed, are those of the report; no share is above 1."""
    sections = {"a": (Section("摘要", 1, 0, 11), Section("2 正文", 1, 11, 55))}
    texts = {**run.texts, **second.texts}
    mentions, claims = (*run.mentions, *second.mentions), (*run.claims, *second.claims)
    report = evaluate((one, other), texts, mentions, claims, sections)
    for facet, labels in FACETS.items():
        found = report.slices[facet]
        assert set(found) <= set(labels)
        for figure in MAIN:
            if facet == "relation" and figure.startswith("mention"):
                continue
            counts = [figures[figure] for figures in found.values()]
            assert sum(counts, Counts()) == report.total.figures[figure], (facet, figure)
            assert all(c.tp <= min(c.system, c.gold) for c in counts), (facet, figure)


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("摘要", "abstract"), ("[Abstract]", "abstract"), ("关键词", "keywords"), ("1. 引言", "introduction"),
        ("5 总结与展望", "conclusion"), ("五、小结与展望", "conclusion"), ("4. Conclusion", "conclusion"),
        ("2 L-TAMS作用于骨", "body"), ("3.1. Antioxidant enzymes", "body"), (None, "no heading"),
    ],
)  # fmt: skip
def test_part_of_a_heading(heading: str | None, part: str) -> None:
    """Headings fold to parts of a paper, numbers and brackets off; a chapter named for its subject is the body."""
    assert part_of(heading) == part


@pytest.mark.parametrize(
    ("length", "label"), [(30, "up to 30"), (31, "31 to 60"), (120, "61 to 120"), (121, "over 120")]
)
def test_length_classes(length: int, label: str) -> None:
    """Classes include their upper end."""
    assert length_of("字" * length) == label


def test_sentences_stand_under_the_runs_headings() -> None:
    """Parts of a chapter count to it, what follows the line of keywords has no heading, a lost sentence none either."""
    text = "题\n摘要\n甲药好。\n关键词：乙酶\n丙素坏。\n4 小结\n4.1 细说\n丁痛轻。"
    words = {"甲药": "compound", "乙酶": "protein", "丙素": "compound", "丁痛": "effect"}
    places = {title: text.index(title) for title in ("题", "摘要", "关键词", "4 小结", "4.1 细说")}
    levels = {"题": 0, "4.1 细说": 2}
    ends = [*list(places.values())[1:], len(text)]
    sections = tuple(
        Section(t, levels.get(t, 1), start, end) for (t, start), end in zip(places.items(), ends, strict=True)
    )
    sentences = tuple(
        gold_sentence(line, {w: "compound" for w in words if w in line}, id=f"S{n}")
        for n, line in enumerate(["题", "甲药好。", "关键词：乙酶", "丙素坏。", "丁痛轻。", "不在文中"])
    )
    run = run_of(text, dict.fromkeys(words, "compound"))
    report = evaluate((GoldDocument("d", sentences),), run.texts, run.mentions, run.claims, {"d": sections})
    assert report.comparisons[0].headings == ("title", "摘要", "关键词", None, "4 小结", None)
    assert {label: figures["mention"].tp for label, figures in report.slices["section"].items()} == {
        "abstract": 1, "keywords": 1, "no heading": 1, "conclusion": 1,
    }  # fmt: skip


def test_a_record_counts_where_its_partner_counts() -> None:
    """A mention that begins in one sentence and is matched with one of the next counts in the next, on both sides."""
    gold = GoldDocument("d", (gold_sentence("one two", {}), gold_sentence("乙酶好。", {"乙酶": "protein"}, id="S2")))
    run = run_of("one two乙酶好。", {"two乙酶": "protein"})
    found = evaluate((gold,), run.texts, run.mentions, run.claims).slices["lang"]
    assert found["zh"]["mention"] == Counts(1, 1, 1)
    assert found["en"] == {figure: Counts(0, figure == "mention_strict", 0) for figure in MAIN}


def test_extras_outside_the_gold_have_a_slice_of_their_own() -> None:
    """A mention in text that the gold lacks is in no sentence of it."""
    run = run_of("甲药好。\n戊剂己菌庚物。", {"甲药": "compound", "己菌": "effect"})
    gold = GoldDocument("d", (gold_sentence("甲药好。", {"甲药": "compound"}),))
    found = evaluate((gold,), run.texts, run.mentions, run.claims).slices["lang"]
    assert {label: figures["mention"] for label, figures in found.items()} == {
        "zh": Counts(1, 1, 1), ELSEWHERE: Counts(0, 1, 0),
    }  # fmt: skip
