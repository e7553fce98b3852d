"""Names that no lexicon lists: Chinese and English endings, gene symbols; and the words that only look like names."""

from __future__ import annotations

import pytest
from harness import Bench, Case, cases, expected_mentions

CASES = cases("shapes.tsv")


@pytest.mark.parametrize("case", [c.param() for c in CASES])
def test_mentions(bare: Bench, case: Case) -> None:
    """Without a lexicon the sentence holds the mentions that are listed, and no other."""
    assert bare.read(case["sentence"]).named == expected_mentions(case["mentions"]), case["about"]


@pytest.mark.parametrize("case", [c.param() for c in CASES if not c["mentions"]])
def test_near_misses_with_the_lexicon(bench: Bench, case: Case) -> None:
    """What only looks like a name is none with the lexicon either."""
    assert bench.read(case["sentence"]).named == [], case["about"]


def test_the_rule_is_told(bare: Bench) -> None:
    """A mention says which ending or which company made it one."""
    rules = {m.text: m.rule for m in bare.read("千金藤碱可溶于水。XBP1表达较弱。").mentions}
    assert rules == {"千金藤碱": "ending-碱", "XBP1": "symbol-context"}


def test_company_over_the_whole_paper(bare: Bench) -> None:
    """An unknown code is typed by what stands beside it anywhere in the paper, and is then a mention everywhere."""
    paper = "ZQ118 was safe. Rats were treated with ZQ118 for a week. ZQ118 administration was repeated."
    found = [m for m in bare.read(paper).mentions if m.text == "ZQ118"]
    assert [m.type for m in found] == ["compound"] * 3


def test_too_little_company(bare: Bench) -> None:
    """One sign is too little to make an unknown code a name."""
    assert bare.read("ZQ118 was safe. Rats were treated with ZQ118 for a week.").named == []
