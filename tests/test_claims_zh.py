"""What Chinese claims ask for beyond a sentence of their list (`test_claims`)."""

from __future__ import annotations

from harness import Bench, expected_claims, faults


def test_the_heading_names_who_is_spoken_of(bench: Bench) -> None:
    """A sentence without a subject right under a heading speaks of the substance that the heading names."""
    read = bench.read("2.1 芒果苷\n可降低血糖。", headings=["2.1 芒果苷"])
    assert list(faults(read, expected_claims("芒果苷 decreases 血糖 implicit"))) == []


def test_an_antecedent_may_stand_in_another_sentence(bench: Bench) -> None:
    """The mention of an implicit subject is the antecedent, as its name was last written."""
    read = bench.read("芒果苷(mangiferin，XQM)可溶于水。XQM味苦。它可明显降低空腹血糖的水平。")
    (claim,) = read.claims
    named = {m.id: m for m in read.mentions}
    assert claim.subject.implicit
    assert (named[claim.subject.mention].text, claim.subject.text) == ("XQM", "XQM")
    assert named[claim.subject.mention].start < claim.evidence.start


def test_evidence_is_the_sentence(bench: Bench) -> None:
    """The evidence is the whole sentence with its numbers; the trigger is the word that says the relation."""
    first = "芒果苷可溶于水。"
    second = "芒果苷使大鼠血糖降低（P<0.05，n=8）[12]。"
    (claim,) = bench.read(first + second, headings=[]).claims
    assert (claim.evidence.text, claim.evidence.start) == (second, len(first))
    assert claim.trigger.text == "降低"
    assert (claim.citations, claim.model) == ((12,), ("大鼠",))
