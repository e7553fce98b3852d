"""English constructions, a sentence each, with the claims that the annotation guidelines ask for."""

from __future__ import annotations

import pytest
from harness import Bench, Case, cases, expected_claims, faults

from pipeline.claims.english import forms

CASES = cases("claims-en.tsv")


@pytest.mark.parametrize("case", [c.param() for c in CASES])
def test_claims(bench: Bench, case: Case) -> None:
    """The sentence makes the claims that are listed, and no other."""
    found = list(faults(bench.read(case["sentence"]), expected_claims(case["claims"])))
    assert not found, f"{case['construction']}: {case['sentence']}: {' | '.join(found)}"


def test_each_sentence_stands_once() -> None:
    """No sentence is listed twice."""
    listed = [c["sentence"] for c in CASES]
    assert len(set(listed)) == len(listed)


def test_a_verb_in_its_forms() -> None:
    """The first word of a phrase inflects, irregularly where English does."""
    assert forms("lead to") == {"lead to": "base", "leads to": "third", "led to": "ed", "leading to": "ing"}
    assert forms("modify")["modified"] == "ed"


def test_an_abbreviation_ends_no_clause(bench: Bench) -> None:
    """A full stop that a scan left without a blank behind it parts nothing but sentences."""
    read = bench.read("Quercetin inhibits TNF-α, IL-6, etc. resulting in the alleviation of colitis.")
    made = {(c.relation, c.object.text) for c in read.claims}
    assert made == {("decreases", "TNF-α"), ("decreases", "IL-6"), ("decreases", "colitis")}


def test_the_mechanism_speaks_of_the_sentence_before(bench: Bench) -> None:
    """`Its mechanism may be related to …` says by which way the substance of the sentence before acts."""
    read = bench.read("Emodin relieved colitis in mice. The mechanism may be related to the inhibition of NF-κB.")
    (plain, way) = read.claims
    assert (plain.subject.implicit, way.subject.implicit) == (False, True)
    assert (way.subject.text, way.relation, way.object.text) == ("Emodin", "decreases", "NF-κB")
    assert way.certainty == "hedged"
