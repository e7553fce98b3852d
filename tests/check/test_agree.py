"""Agreement of annotators: coefficients by hand and from the books, and the same whoever is first."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

import krippendorff
import pytest
from gold_cases import Words, gold_sentence, golds
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.check.agree import agree, as_json
from pipeline.check.compare import MAIN
from pipeline.check.gold import GoldDocument
from pipeline.check.kappa import Coefficient, Table, alpha, kappa
from pipeline.errors import UsageError

TEXT = "甲药使乙酶升高。"
WORDS: Words = {"甲药": "compound", "乙酶": "protein"}


def table(one: Iterable[str], other: Iterable[str]) -> Table:
    """Two coders' categories of the same things, counted."""
    return Counter(zip(one, other, strict=True))


def gold(*sentences: tuple[str, Words]) -> GoldDocument:
    """A document of these sentences."""
    return GoldDocument("d", tuple(gold_sentence(text, words, id=f"S{n}") for n, (text, words) in enumerate(sentences)))


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        ("y" * 25 + "n" * 25, "y" * 20 + "n" * 5 + "y" * 10 + "n" * 15, 0.4),  # po 0.7, pe 0.5
        ("npnup", "npnun", 0.6875),  # the example of sklearn.metrics.cohen_kappa_score
        ("abc", "abc", 1.0),
        ("ab", "ba", -1.0),
        ("aabb", "abab", 0.0),
    ],
)
def test_kappa(one: str, other: str, value: float) -> None:
    """Cohen's kappa by hand and as scikit-learn documents it."""
    assert kappa(table(one, other)).value == pytest.approx(value)


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        ("0100000010", "1110010000", 0.095),  # Krippendorff 2011, A: binary, two observers
        ("aabbdcccedda", "babbbccceddd", 0.692),  # the same, B: nominal, two observers
    ],
)
def test_alpha(one: str, other: str, value: float) -> None:
    """Krippendorff's own examples."""
    assert alpha(table(one, other)).value == pytest.approx(value, abs=0.0005)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2, max_size=30))
@settings(max_examples=60, deadline=None)
def test_alpha_of_counts_is_that_of_the_things(things: list[tuple[str, str]]) -> None:
    """Counting pairs first changes nothing, and neither coefficient cares who is first."""
    counted = Counter(things)
    turned = Counter((b, a) for a, b in things)
    for coefficient in (kappa, alpha):
        assert coefficient(counted).value == pytest.approx(coefficient(turned).value)
    if len({c for pair in things for c in pair}) > 1:
        data = [["abc".index(pair[k]) for pair in things] for k in (0, 1)]
        value = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
        assert alpha(counted).value == pytest.approx(value)


@pytest.mark.parametrize("coefficient", [kappa, alpha])
def test_undefined_is_told(coefficient: Callable[[Table], Coefficient]) -> None:
    """Of nothing, and where only one category is used, there is no coefficient: not 1, not nan."""
    nothing, one = coefficient(Counter()), coefficient(table("aaa", "aaa"))
    assert (nothing.value, nothing.why) == (None, "nothing to compare")
    assert (one.value, one.of, one.why) == (None, 3, "both say a everywhere")


def test_alpha_wants_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the error says what to install."""
    monkeypatch.setitem(sys.modules, "krippendorff", None)
    with pytest.raises(UsageError, match=r"claim-pipeline\[stats\]"):
        alpha(table("ab", "ab"))


def test_characters_are_counted_by_type() -> None:
    """Each character that is no blank counts once, as what the two take it for."""
    one = gold(("甲药 使乙酶升高。", {"甲药": "compound", "乙酶": "protein"}))
    other = gold(("甲药 使乙酶升高。", {"甲药": "compound", "乙酶升高": "effect"}))
    types = agree([one], [other]).total.types
    assert types == {
        ("compound", "compound"): 2, ("none", "none"): 2, ("protein", "effect"): 2, ("none", "effect"): 2,
    }  # fmt: skip


@given(golds(), golds())
@settings(max_examples=50, deadline=None)
def test_it_does_not_matter_who_is_first(one: GoldDocument, other: GoldDocument) -> None:
    """F1s, and the coefficients over characters, are the same with the annotators changed round."""
    found, turned = agree([one], [other]), agree([other], [one])
    for figure in MAIN:
        assert found.total.score.figures[figure].f1 == pytest.approx(turned.total.score.figures[figure].f1), figure
    assert found.total.kappas["types"].value == pytest.approx(turned.total.kappas["types"].value)
    assert found.total.alpha.value == pytest.approx(turned.total.alpha.value)
    assert len(found.disagreements) == 0 or one.sentences != other.sentences


@given(golds())
@settings(max_examples=40, deadline=None)
def test_one_agrees_with_oneself(one: GoldDocument) -> None:
    """A gold beside itself has no disagreements, and no coefficient but 1 or none at all."""
    found = agree([one], [one])
    assert found.disagreements == ()
    values = {c.value for c in (*found.total.kappas.values(), found.total.alpha)}
    assert values <= {None, 1.0}
    assert found.total.sentences["compared"] == len(one.sentences)


def test_what_only_one_has_is_told() -> None:
    """Documents and sentences that only one annotator has, or with another text, are told and not compared."""
    one = gold((TEXT, WORDS), ("丙素好。", {}), ("丁痛轻。", {}))
    other = replace(
        one,
        sentences=(one.sentences[0], replace(one.sentences[1], text="丙素坏。"), replace(one.sentences[0], id="S9")),
    )
    found = agree([one, replace(one, id="e")], [other, replace(one, id="f")])
    assert found.notes == (
        "e: only in the first", "f: only in the second",
        "d: 1 sentence only in the first: S2", "d: 1 sentence only in the second: S9",
        "d: 1 sentence of another text: S1",
    )  # fmt: skip
    assert dict(found.total.sentences) == {"compared": 1, "only_first": 1, "only_second": 1, "other_text": 1}
    assert found.total.score.figures["mention"].tp == 2


def test_sentences_of_other_ids_are_compared_by_their_text() -> None:
    """Where the ids are others, the texts tell which sentence is which, blanks aside."""
    one = gold((TEXT, WORDS), ("丙素好。", {}))
    other = replace(one, sentences=tuple(replace(s, id=f"T{n}") for n, s in enumerate(reversed(one.sentences))))
    assert agree([one], [other]).total.sentences["compared"] == 2


def test_claims_pair_by_relation_before_kappa() -> None:
    """Kappa of relations is over claims of the same ends, one of its own relation first; negation over matched ones."""
    says = [("甲药", "increases", "乙酶"), ("甲药", "binds", "乙酶")]
    one = GoldDocument("d", (gold_sentence(TEXT, WORDS, *says),))  # type: ignore[arg-type]
    other = GoldDocument(
        "d", (gold_sentence(TEXT, WORDS, ("甲药", "binds", "乙酶", {"negated": True}), ("甲药", "treats", "乙酶")),)
    )
    found = agree([one], [other])
    assert found.total.relation == {("binds", "binds"): 1, ("increases", "treats"): 1}
    assert found.total.negated == {("plain", "negated"): 1}
    assert [(d.cause, d.first, d.second) for d in found.disagreements] == [
        ("relation", "甲药 -increases-> 乙酶", "甲药 -treats-> 乙酶"),
        ("negation", "甲药 -binds-> 乙酶", "甲药 -binds-> 乙酶 (negated)"),
    ]
    data = as_json(found)
    assert data["kappa"]["certainty"] == {"value": None, "of": 1, "why": "both say asserted everywhere"}
    assert data["claim"] == {"f1": 0.5, "both": 1, "first": 2, "second": 2}
    assert data["documents"]["d"]["alpha"]["types"]["value"] == 1.0


def test_aliases_of_either_count_for_both() -> None:
    """A subject by another name agrees if either annotator's aliases say so."""
    one = GoldDocument("d", (gold_sentence(TEXT, {"乙酶": "protein"}, ("DA", "increases", "乙酶")),))
    other = GoldDocument("d", (gold_sentence(TEXT, WORDS, ("甲药", "increases", "乙酶")),), (("甲药", "DA"),))
    for pair in ((one, other), (other, one)):
        assert agree([pair[0]], [pair[1]]).total.score.figures["claim"].tp == 1
