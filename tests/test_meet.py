"""Claims held against each other: what says the same in the other language, and what says the opposite."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from builders import claim, mention
from harness import Bench, paper_of

from pipeline.claims.meet import meet
from pipeline.records import Claim, Mention, MentionType, Relation, Trigger

# A drug and an effect, each in two languages, by the names that the paper gives: no lexicon.
TEXT = "甲药止痛\nAlpha eases dolor\n甲药久痛"
DRUG, DRUG_EN, DRUG_LATER = (0, 2), (5, 10), (23, 25)
PAIN, PAIN_EN, OTHER = (3, 4), (17, 22), (25, 27)


def named(at: tuple[int, int], kind: MentionType, *names: str, concept: str | None = None) -> Mention:
    """A mention of TEXT that goes by these names as well."""
    made = mention("d", TEXT, *at, kind)
    return replace(made, names=(made.text, *names), concept_id=concept)


def met(one: Claim, other: Claim, *mentions: Mention) -> tuple[bool, bool]:
    """Whether two claims corroborate each other, and whether they conflict; both must be symmetric."""
    first, second = meet([one, other], mentions)
    for field in ("corroborates", "conflicts"):
        here, there = getattr(first, field), getattr(second, field)
        assert (here, there) in [((), ()), ((other.id,), (one.id,))]
    return bool(first.corroborates), bool(first.conflicts)


def pair(
    here: tuple[Relation, bool], there: tuple[Relation, bool], *, concept: str | None = None, lang: str = "en"
) -> tuple[bool, bool]:
    """What comes of `(relation, negated)` said in Chinese, and of another said in `lang`, of the same two concepts."""
    drug, drug_en = named(DRUG, "compound", "Alpha"), named(DRUG_EN, "compound", "甲药")
    pain, pain_en = (named(at, "effect", "痛", "dolor", concept=concept) for at in (PAIN, PAIN_EN))
    one = claim(TEXT, drug, here[0], pain, negated=here[1])
    other = claim(TEXT, drug_en, there[0], pain_en, negated=there[1])
    return met(one, said_in(other, lang), drug, drug_en, pain, pain_en)


def said_in(claim_: Claim, lang: Any) -> Claim:
    """The claim with that language as its evidence's."""
    return replace(claim_, evidence=replace(claim_.evidence, lang=lang))


@pytest.mark.parametrize(
    ("here", "there", "concept"),
    [
        ("decreases", "decreases", None),
        ("binds", "binds", None),
        ("decreases", "treats", "MESH:D010146"),
        ("improves", "treats", None),
        ("improves", "increases", "GO:0007613"),
        ("improves", "decreases", "DOID:1596"),
    ],
)
def test_the_same_in_two_languages(here: Relation, there: Relation, concept: str | None) -> None:
    """The same relation, or another of its direction, about the same concepts."""
    assert pair((here, False), (there, False), concept=concept) == (True, False)


@pytest.mark.parametrize(
    ("here", "there", "concept"),
    [
        ("regulates", "decreases", None),
        ("improves", "decreases", None),  # whether less of it is better, nothing says
        ("improves", "increases", "HP:0012531"),
        ("binds", "associated_with", None),
    ],
)
def test_not_the_same(here: Relation, there: Relation, concept: str | None) -> None:
    """Near misses: relations whose directions differ, or are not known to agree."""
    assert pair((here, False), (there, False), concept=concept) == (False, False)


@pytest.mark.parametrize(
    ("here", "there", "concept", "conflict"),
    [
        (("increases", False), ("decreases", False), None, True),
        (("decreases", False), ("decreases", True), None, True),
        (("increases", False), ("treats", False), "DOID:1596", True),
        (("increases", False), ("regulates", True), None, True),
        (("regulates", False), ("increases", True), None, False),
        (("treats", False), ("regulates", True), None, False),
        (("increases", True), ("decreases", True), None, False),
        (("increases", False), ("decreases", True), None, False),
        (("increases", False), ("improves", False), "GO:0007613", False),
        (("treats", False), ("decreases", True), "DOID:1596", True),
        (("improves", True), ("decreases", False), "DOID:1596", True),
        (("improves", True), ("decreases", False), None, False),
        (("improves", False), ("decreases", False), None, False),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_opposite(
    here: tuple[Relation, bool], there: tuple[Relation, bool], concept: str | None, conflict: bool, lang: str
) -> None:
    """The opposite direction, or what agrees denied, in either language; not what is only said otherwise."""
    assert pair(here, there, concept=concept, lang=lang)[1] is conflict


@pytest.mark.parametrize(
    ("name", "concept", "conflict"),
    [("睡眠质量", None, True), ("lung function", None, True), ("炎症", None, False), ("质量指数", None, False),
     ("认知", "DOID:1", False)],
)  # fmt: skip
def test_less_of_what_is_good_is_not_better(name: str, concept: str | None, conflict: bool) -> None:
    """To improve and to decrease are opposites where the object's name says that more of it is better."""
    text = f"甲药{name}"
    drug, good = mention("d", text, 0, 2, "compound"), mention("d", text, 2, len(text), "effect", concept_id=concept)
    one, other = claim(text, drug, "improves", good, 1), claim(text, drug, "decreases", good, 2)
    assert met(one, other, drug, good) == (False, conflict)


def test_a_symptom_is_what_is_treated() -> None:
    """HP has measures too: to worsen one of its concepts is the opposite of improving it where the paper treats it."""
    drug, pain = named(DRUG, "compound"), named(PAIN, "effect", concept="HP:1")
    relations: tuple[Relation, ...] = ("increases", "improves", "treats")
    said = [claim(TEXT, drug, relation, pain, n) for n, relation in enumerate(relations, 1)]
    assert [len(c.conflicts) for c in meet(said[:2], [drug, pain])] == [0, 0]
    assert [len(c.conflicts) for c in meet(said, [drug, pain])] == [2, 1, 1]


def test_one_language_corroborates_nothing() -> None:
    """What a paper repeats in the same language is no second voice."""
    assert pair(("decreases", False), ("decreases", False), lang="zh") == (False, False)


def test_left_over_is_no_denial() -> None:
    """不能完全消除 leaves some: it does not conflict with what says that there is less; 不能消除 does."""
    text = "甲药减轻痛。\n甲药不能完全消除痛。"
    drugs = [mention("d", text, at, at + 2, "compound") for at in (0, 7)]
    pains = [mention("d", text, at, at + 1, "effect") for at in (4, 15)]
    one = claim(text, drugs[0], "decreases", pains[0])
    denied = claim(text, drugs[1], "decreases", pains[1], negated=True)
    for trigger, conflict in ((Trigger("消除", 13, 15), False), (Trigger("完全", 11, 13), True)):
        assert met(one, replace(denied, trigger=trigger), *drugs, *pains) == (False, conflict)


def test_concepts_go_by_identifier_then_by_name() -> None:
    """Two identifiers are two concepts, whatever their names; without one, a name in common is enough; a type parts."""
    drug, drug_en = named(DRUG, "compound", "Alpha"), named(DRUG_EN, "compound", "Alpha")
    pain = named(PAIN, "effect", "dolor", concept="HP:1")
    for other, same in (
        (named(PAIN_EN, "effect", "痛", concept="HP:2"), False),
        (named(PAIN_EN, "effect", "痛"), True),
        (named(PAIN_EN, "effect", "痛", concept="HP:1"), True),
        (named(PAIN_EN, "protein", "痛"), False),
    ):
        one, two = claim(TEXT, drug, "decreases", pain), said_in(claim(TEXT, drug_en, "decreases", other), "en")
        assert met(one, two, drug, drug_en, pain, other) == (same, False)


def test_symmetric_relations_have_no_first() -> None:
    """A binds B is B binds A; A regulates B is not B regulates A."""
    drug, pain = named(DRUG, "compound", "Alpha"), named(PAIN, "effect", "dolor")
    drug_en, pain_en = named(DRUG_EN, "compound", "甲药"), named(PAIN_EN, "effect", "痛")
    relations: tuple[tuple[Relation, bool], ...] = (("binds", True), ("regulates", False))
    for relation, same in relations:
        one, two = claim(TEXT, drug, relation, pain), said_in(claim(TEXT, pain_en, relation, drug_en), "en")
        assert met(one, two, drug, drug_en, pain, pain_en) == (same, False)


def test_another_object_is_another_claim() -> None:
    """Claims about other things are not held against each other."""
    drug, later = named(DRUG, "compound"), named(DRUG_LATER, "compound")
    pain, other = named(PAIN, "effect"), named(OTHER, "effect")
    one, two = claim(TEXT, drug, "decreases", pain), claim(TEXT, later, "increases", other)
    assert met(one, two, drug, later, pain, other) == (False, False)


def test_links_of_a_paper(bench: Bench) -> None:
    """The whole way: a Chinese claim, the same in English, and one that says the opposite."""
    claims = bench.work(paper_of("褪黑素抑制炎症。\nMelatonin inhibits inflammation.\n褪黑素加剧炎症。")).claims
    assert [(c.evidence.lang, c.relation) for c in claims] == [
        ("zh", "decreases"), ("en", "decreases"), ("zh", "increases"),
    ]  # fmt: skip
    zh, en, worse = claims
    assert (zh.corroborates, zh.conflicts) == ((en.id,), (worse.id,))
    assert (en.corroborates, en.conflicts) == ((zh.id,), (worse.id,))
    assert (worse.corroborates, worse.conflicts) == ((), (zh.id, en.id))
