"""Effects and their edges, in Chinese and English: what belongs to a phrase, what stays out, and what is none."""

from __future__ import annotations

import pytest
from harness import Bench, Case, cases, expected_mentions


@pytest.mark.parametrize("case", [c.param() for name in ("phrases-zh.tsv", "phrases-en.tsv") for c in cases(name)])
def test_mentions(bench: Bench, case: Case) -> None:
    """The sentence holds the mentions that are listed, and no other."""
    assert bench.read(case["sentence"]).named == expected_mentions(case["mentions"]), case["about"]


@pytest.mark.parametrize(
    ("sentence", "effect"),
    [
        ("其减轻肝脏损伤。", "肝脏损伤"),
        ("其增加再生轴突的密度。", "再生轴突的密度"),
        ("其促进肌肉、肌腱和软骨的再生。", "肌肉、肌腱和软骨的再生"),
        ("其降低踝关节肿胀度。", "踝关节肿胀度"),
        ("It prevented loss of neurons.", "loss of neurons"),
        ("It improved the number and function of lysosomes.", "number and function of lysosomes"),
    ],
    ids=range(6),
)
def test_without_a_lexicon(bare: Bench, sentence: str, effect: str) -> None:
    """The grammar alone finds the phrase: no lexicon need list it."""
    assert bare.read(sentence).named == [("effect", effect)]
