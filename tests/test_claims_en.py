"""What English claims ask for beyond a sentence of their list (`test_claims`)."""

from __future__ import annotations

from harness import Bench

from pipeline.claims.english import forms


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
