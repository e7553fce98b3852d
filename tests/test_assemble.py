"""Claims assembled into statements: what is one concept, one paper, one statement, and how statements are linked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from builders import HEAD, document, mention, result, write_run
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline import cli
from pipeline.assemble import (
    Agent,
    Assembly,
    Contradiction,
    Source,
    Statement,
    Support,
    assemble,
    assemble_runs,
    figures,
    of_papers,
)
from pipeline.kinds import RELATIONS
from pipeline.records import Claim, Evidence, Mention, MentionType, Object, Relation, Subject, Trigger
from pipeline.schema import from_json, schema_of
from pipeline.shelf import shelf_at
from pipeline.writer import RunWriter

DOCS = Path(__file__).resolve().parents[1] / "docs" / "assemble.md"


class Shelf:
    """Claims and mentions of some papers, made as a test needs them."""

    def __init__(self) -> None:
        self.mentions: list[Mention] = []
        self.claims: list[Claim] = []

    def name(self, doc: str, text: str, kind: MentionType = "compound", **more: Any) -> Mention:
        """A mention by this name; `names` has those that the paper gives besides."""
        names = (text, *more.pop("names", ()))
        made = mention(doc, text, 0, len(text), kind, len(self.mentions) + 1, names=names, **more)
        self.mentions.append(made)
        return made

    def say(
        self, subject: Mention, relation: Relation, target: Mention, sentence: str = "", trigger: int = 0, **more: Any
    ) -> Claim:
        """A claim of a sentence, which is the claim's own where none is given."""
        number = len(self.claims) + 1
        text = sentence or f"{subject.text}{relation}{target.text}，这是第{number}句。"
        made = Claim(
            id=f"{subject.doc}:c{number}",
            doc=subject.doc,
            subject=Subject(subject.id, subject.text, subject.type, subject.concept_id, subject.concept_name, False),
            object=Object(target.id, target.text, target.type, target.concept_id, target.concept_name),
            relation=relation,
            trigger=Trigger(relation, trigger, trigger + 1),
            negated=False,
            certainty="asserted",
            via=(),
            citations=(),
            model=(),
            evidence=Evidence(0, len(text), text, None, "zh", None, None),
            rule="r",
        )
        self.claims.append(replace(made, **more))
        return self.claims[-1]

    def assembled(self) -> Assembly:
        """What comes of it."""
        return assemble(self.claims, self.mentions)


def one_agent(*named: tuple[str, str, dict[str, Any]], kind: MentionType = "compound") -> bool:
    """Whether mentions, each a paper, a text and more, are one subject."""
    shelf = Shelf()
    for doc, text, more in named:
        subject = shelf.name(doc, text, more.get("type", kind), **{k: v for k, v in more.items() if k != "type"})
        shelf.say(subject, "increases", shelf.name(doc, "疼痛", "effect"))
    return len(shelf.assembled().statements) == 1


# what is one concept


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("甲素", {"concept_id": "CHEBI:1"}), ("alpha", {"concept_id": "CHEBI:1"})),
        (("雷公藤甲素", {}), ("雷公藤甲素", {})),
        (("綠原酸", {}), ("绿原酸", {})),
        (("Alpha-lipoic acid（R）", {}), ("α lipoic acid(R)", {})),
        (("细胞的耐药性", {}), ("细胞耐药性", {})),
        (("甲药", {"concept_name": "drug alpha", "rule": "lexicon"}), ("甲素", {"concept_name": "drug alpha"})),
        (("茶多酚", {"names": ("tea polyphenol", "TP")}), ("Tea Polyphenol", {})),
        (("LY294002", {}), ("LY294002", {})),
        (("TPEN", {"concept_name": "TPEN", "rule": "lexicon"}), ("TPEN", {"concept_name": "TPEN", "rule": "lexicon"})),
        (("新药甲", {}), ("甲素", {"concept_id": "CHEBI:1", "names": ("新药甲",)})),
    ],
)
def test_one_concept_in_two_papers(one: tuple[str, dict[str, Any]], other: tuple[str, dict[str, Any]]) -> None:
    """An identifier in common, a full name in common however written, or a symbol that only one thing has."""
    assert one_agent(("a", *one), ("b", *other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("甲素", {"concept_id": "CHEBI:1"}), ("甲素", {"concept_id": "CHEBI:2"})),
        (("ALC", {}), ("ALC", {})),
        (("黄芪多糖", {"names": ("APS",)}), ("抗磷脂综合征", {"names": ("APS",)})),
        (("APS", {"concept_name": "APS", "rule": "gloss"}), ("APS", {"concept_name": "APS", "rule": "gloss"})),
        (("胰岛素", {"type": "protein"}), ("胰岛素", {"type": "compound"})),
        (("地塞米松", {"candidates": ("CHEBI:1", "CHEBI:2")}), ("地塞米松", {})),
        (("酶", {"type": "protein", "rule": "bare-enzyme"}), ("酶", {"type": "protein", "rule": "bare-enzyme"})),
    ],
)
def test_two_concepts_in_two_papers(one: tuple[str, dict[str, Any]], other: tuple[str, dict[str, Any]]) -> None:
    """Near misses: other identifiers, a short form alone, another type, a name that is open, a word for anything."""
    assert not one_agent(("a", *one), ("b", *other))


def test_a_short_form_is_one_thing_in_its_paper() -> None:
    """What a paper calls ALC all along is one concept of it."""
    assert one_agent(("a", "ALC", {}), ("a", "ALC", {}))


def test_what_a_word_stands_for_its_sentence_tells() -> None:
    """Two enzymes of one paper are two, and so are two phosphorylations with an identifier; one mention is one."""
    assert not one_agent(("a", "酶", {"rule": "bare-enzyme"}), ("a", "酶", {"rule": "bare-enzyme"}), kind="protein")
    grounded: dict[str, Any] = {"concept_id": "GO:0016310", "concept_name": "phosphorylation"}
    assert not one_agent(("a", "磷酸化", grounded), ("a", "磷酸化", grounded), kind="effect")
    shelf = Shelf()
    enzyme, pain = shelf.name("a", "酶", "protein", rule="bare-enzyme"), shelf.name("a", "疼痛", "effect")
    shelf.say(enzyme, "increases", pain)
    shelf.say(enzyme, "increases", pain)
    assert len(shelf.assembled().statements) == 1


def test_a_name_of_two_identifiers_joins_neither() -> None:
    """A gloss that gives one name to two known concepts makes them no third's, and not one."""
    shelf = Shelf()
    pain = shelf.name("c", "疼痛", "effect")
    for doc, concept in (("a", "CHEBI:1"), ("b", "CHEBI:2"), ("c", None)):
        shelf.say(shelf.name(doc, "多酚提取物", concept_id=concept), "increases", pain)
    keys = {s.subject.key for s in shelf.assembled().statements}
    assert keys == {"compound:CHEBI:1", "compound:CHEBI:2", "compound:多酚提取物"}


def test_what_the_lexicon_tells_apart_stays_apart() -> None:
    """A paper that calls two of the lexicon's concepts by both names does not make them one in all papers."""
    shelf = Shelf()
    pain = shelf.name("c", "疼痛", "effect")
    for doc, text, concept in (("a", "黄芪多糖", "astragalan"), ("b", "植物多糖", "plant glycan")):
        shelf.say(shelf.name(doc, text, concept_name=concept, rule="lexicon"), "increases", pain)
        both: dict[str, Any] = {"concept_name": concept, "names": ("黄芪多糖", "植物多糖"), "rule": "gloss"}
        shelf.say(shelf.name("c", text, **both), "increases", pain)
    found = shelf.assembled().statements
    assert [(s.subject.key, s.sentences) for s in found] == [("compound:astragalan", 2), ("compound:plantglycan", 2)]


def test_the_agent_has_the_best_names() -> None:
    """The lexicon's name, the Chinese and English ones most used, and all others, short forms not first."""
    shelf = Shelf()
    known: dict[str, Any] = {"concept_id": "CHEBI:1", "concept_name": "alpha acid"}
    for text in ("甲酸素", "甲酸素", "阿法酸", "AA", "AA", "AA"):
        last = shelf.name("a", text, names=("α-acid",), **known)
    shelf.say(last, "increases", shelf.name("a", "久痛", "effect"))
    (made,) = shelf.assembled().statements
    assert made.subject == Agent(
        "compound:CHEBI:1", "compound", "CHEBI:1", "alpha acid", "甲酸素", "alpha acid",
        ("AA", "甲酸素", "阿法酸", "α-acid"),
    )  # fmt: skip
    assert made.object == Agent("effect:久痛", "effect", None, "久痛", "久痛", None, ("久痛",))


# what is one statement, and what is evidence


def drug_and_pain(shelf: Shelf, doc: str = "a") -> tuple[Mention, Mention]:
    """A drug and a pain of a paper."""
    return shelf.name(doc, "甲药", concept_id="CHEBI:1"), shelf.name(doc, "疼痛", "effect", concept_id="HP:1")


def test_counts_of_a_statement() -> None:
    """Papers, sentences, certainty and models of the evidence; models by name however written."""
    shelf = Shelf()
    drug, pain = drug_and_pain(shelf)
    shelf.say(drug, "decreases", pain, "甲药减轻而且缓解大鼠的疼痛。", model=("大鼠",))
    shelf.say(drug, "decreases", pain, "甲药减轻而且缓解大鼠的疼痛。", trigger=4, model=("大鼠",))
    shelf.say(drug, "decreases", pain, certainty="hedged", model=("HK-2细胞", "大鼠"))
    other = drug_and_pain(shelf, "b")
    shelf.say(other[0], "decreases", other[1], model=("HK-2 细胞",), citations=(3,))
    (made,) = shelf.assembled().statements
    assert (made.papers, made.sentences, len(made.evidence)) == (("a", "b"), 3, 4)
    assert made.certainty == {"asserted": 3, "hedged": 1}
    assert made.models == {"大鼠": 3, "HK-2 细胞": 2}
    assert made.evidence[3].citations == (3,)


def test_negated_and_plain_are_apart() -> None:
    """What is denied is another statement; so is another relation."""
    shelf = Shelf()
    drug, pain = drug_and_pain(shelf)
    shelf.say(drug, "decreases", pain)
    shelf.say(drug, "decreases", pain, negated=True)
    shelf.say(drug, "regulates", pain)
    assert len(shelf.assembled().statements) == 3


def test_symmetric_relations_have_no_first() -> None:
    """A binds B is B binds A; A regulates B is not B regulates A."""
    relations: tuple[tuple[Relation, int], ...] = (("binds", 1), ("associated_with", 1), ("regulates", 2))
    for relation, count in relations:
        shelf = Shelf()
        drug, pain = drug_and_pain(shelf)
        shelf.say(drug, relation, pain)
        shelf.say(pain, relation, drug)
        assert len(shelf.assembled().statements) == count


def test_a_pdf_and_its_text_are_one_paper() -> None:
    """Documents with the same sentences count once; of a sentence in both, that with a page is the evidence."""
    shelf = Shelf()
    for doc, page in (("paper.txt", None), ("paper", 2)):
        drug, pain = drug_and_pain(shelf, doc)
        for n in range(3):
            claim = shelf.say(drug, "decreases", pain, f"甲药可以明显减轻大鼠的疼痛，第{n}次说。")
            shelf.claims[-1] = replace(claim, evidence=replace(claim.evidence, page=page))
    (made,) = shelf.assembled().statements
    assert (made.papers, made.sentences, len(made.evidence)) == (("paper",), 3, 3)
    assert [(e.claim, e.page, e.copies) for e in made.evidence] == [
        (f"paper:c{n + 3}", 2, (("", f"paper.txt:c{n}"),)) for n in (1, 2, 3)
    ]
    assert {claim for _, claim in shelf.assembled().by_claim()} == {c.id for c in shelf.claims}


def test_papers_that_share_a_sentence_are_two() -> None:
    """One sentence of many in common, or short ones, makes no copy."""
    shelf = Shelf()
    for doc in ("a", "b"):
        drug, pain = drug_and_pain(shelf, doc)
        shelf.say(drug, "decreases", pain, "甲药可以明显减轻大鼠的疼痛，大家都这么说。")
        shelf.say(drug, "decreases", pain, f"在{doc}中，甲药也可以明显减轻小鼠的疼痛。")
        shelf.say(drug, "decreases", pain, f"在{doc}中，甲药还可以明显减轻家兔的疼痛。")
    for doc in ("c", "d"):
        drug, pain = drug_and_pain(shelf, doc)
        shelf.say(drug, "decreases", pain, "甲药止痛。")
    (made,) = shelf.assembled().statements
    assert (made.papers, made.sentences) == (("a", "b", "c", "d"), 8)


def test_a_file_in_two_runs_counts_once() -> None:
    """By its sha256: what only the second run says of it is left out, what both say names both."""
    shelf = Shelf()
    drug, pain = drug_and_pain(shelf)
    shelf.say(drug, "decreases", pain)
    again = Shelf()
    drug, pain = drug_and_pain(again)
    again.say(drug, "decreases", pain)
    again.say(drug, "increases", pain)
    papers = [document("a", "甲药止痛。")]
    made = assemble_runs(
        [Source("one", shelf.claims, shelf.mentions, papers), Source("two", again.claims, again.mentions, papers)]
    )
    (only,) = made.statements
    assert (only.relation, only.papers, only.sentences, len(only.evidence)) == ("decreases", ("a",), 1, 1)
    assert only.evidence[0].copies == (("two", "a:c1"),)


def test_two_papers_of_one_id_are_told_apart() -> None:
    """Documents of two runs that have one id but not one file are two papers, named with their run."""
    runs = []
    for run in ("one", "two"):
        shelf = Shelf()
        drug, pain = drug_and_pain(shelf)
        shelf.say(drug, "decreases", pain, f"甲药在{run}里减轻疼痛，这一句只在这里。")
        runs.append(Source(run, shelf.claims, shelf.mentions, [document("a", run)]))
    (made,) = assemble_runs(runs).statements
    assert made.papers == ("one/a", "two/a")


# links


def linked(*said: tuple[Relation, bool]) -> tuple[list[Statement], tuple[Contradiction, ...]]:
    """The statements `(relation, negated)` about one drug and one disease, in this order, and their contradictions."""
    shelf = Shelf()
    drug, pain = shelf.name("a", "甲药"), shelf.name("a", "痹病", "effect", concept_id="DOID:1")
    for relation, negated in said:
        shelf.say(drug, relation, pain, negated=negated)
    found = shelf.assembled()
    by_kind = {(s.relation, s.negated): s for s in found.statements}
    return [by_kind[kind] for kind in said], found.contradictions


@pytest.mark.parametrize(
    ("specific", "general", "implied"),
    [
        (("increases", False), ("regulates", False), True),
        (("improves", False), ("associated_with", False), True),
        (("binds", False), ("associated_with", False), True),
        (("regulates", True), ("increases", True), True),  # what is not regulated is not increased
        (("treats", False), ("regulates", False), False),
        (("binds", False), ("regulates", False), False),
        (("increases", True), ("regulates", False), False),
        (("increases", True), ("regulates", True), False),
        (("increases", False), ("decreases", False), False),
    ],
)
def test_more_general_statements(
    specific: tuple[Relation, bool], general: tuple[Relation, bool], implied: bool
) -> None:
    """A statement is linked to those that it implies; of what is denied, it is the other way round."""
    (one, other), _ = linked(specific, general)
    assert (one.general, other.specific) == (((other.id,), (one.id,)) if implied else ((), ()))


def test_what_acts_the_other_way_is_not_implied() -> None:
    """A increases B implies that they go together, not that B regulates A."""
    shelf = Shelf()
    drug, pain = drug_and_pain(shelf)
    shelf.say(drug, "increases", pain)
    shelf.say(pain, "regulates", drug)
    shelf.say(pain, "associated_with", drug)
    up, back, with_ = (
        next(s for s in shelf.assembled().statements if s.relation == r)
        for r in ("increases", "regulates", "associated_with")
    )
    assert (up.general, back.general, back.specific) == ((with_.id,), (with_.id,), ())


@pytest.mark.parametrize(
    ("here", "there", "by"),
    [
        (("increases", False), ("decreases", False), "direction"),
        (("improves", False), ("increases", False), "direction"),
        (("treats", False), ("increases", False), "direction"),
        (("decreases", False), ("decreases", True), "denied"),
        (("treats", False), ("decreases", True), "denied"),
        (("increases", False), ("regulates", True), "denied"),
        (("improves", False), ("treats", False), None),
        (("increases", True), ("decreases", True), None),
        (("increases", True), ("decreases", False), None),
    ],
)
def test_contradictions(here: tuple[Relation, bool], there: tuple[Relation, bool], by: str | None) -> None:
    """Opposite directions, and what is said and denied; to improve and to treat a disease agree."""
    (one, other), found = linked(here, there)
    assert [c.by for c in found] == ([by] if by else [])
    assert (other.id in one.contradicts, one.id in other.contradicts) == (bool(by), bool(by))
    if {here, there} == {("improves", False), ("treats", False)}:
        assert (one.agrees, other.agrees) == ((other.id,), (one.id,))


def test_a_contradiction_tells_papers_and_models() -> None:
    """The papers that say both, and the models that both were seen in."""
    shelf = Shelf()
    for doc, model in (("a", "大鼠"), ("b", "小鼠")):
        drug, pain = drug_and_pain(shelf, doc)
        shelf.say(drug, "decreases", pain, model=("大鼠",))
        if doc == "a":
            shelf.say(drug, "increases", pain, model=(model,))
    (found,) = shelf.assembled().contradictions
    assert (found.papers, found.models) == (("a",), ("大鼠",))


def test_partial_denials_contradict_nothing() -> None:
    """不能完全消除 leaves some: by itself it contradicts nothing, beside a full denial it takes nothing away."""
    shelf = Shelf()
    drug, pain = drug_and_pain(shelf)
    shelf.say(drug, "decreases", pain)
    partly = "甲药不能完全消除疼痛"
    shelf.say(drug, "decreases", pain, partly, trigger=partly.index("消"), negated=True)
    assert not shelf.assembled().contradictions
    shelf.say(drug, "decreases", pain, negated=True)
    assert len(shelf.assembled().contradictions) == 1


def test_of_papers_keeps_what_many_say() -> None:
    """Statements of enough papers stay, and both sides where as many contradict each other; links stay whole."""
    shelf = Shelf()
    for doc in ("a", "b"):
        drug, pain = drug_and_pain(shelf, doc)
        shelf.say(drug, "increases" if doc == "a" else "decreases", pain)
        shelf.say(drug, "binds", pain)
        shelf.say(drug, "regulates" if doc == "a" else "improves", pain)
    found = of_papers(shelf.assembled(), 2)
    assert {s.relation for s in found.statements} == {"binds", "increases", "decreases"}
    assert (len(found.contradictions), figures(found).refinements) == (1, 0)
    assert figures(of_papers(shelf.assembled(), 3)).statements == 0


def test_a_file_that_failed_in_one_run_counts_in_the_next() -> None:
    """Where the first run could not read a file, what the second made of it is evidence."""
    shelf = Shelf()
    shelf.say(shelf.name("a", "甲药"), "increases", shelf.name("a", "疼痛", "effect"))
    read = document("a", "甲药止痛")
    failed = Source("one", (), (), [replace(read, status="failed")])
    found = assemble_runs([failed, Source("two", shelf.claims, shelf.mentions, [read])])
    assert [e.run for s in found.statements for e in s.evidence] == ["two"]


# what always holds

CONCEPTS = ("甲药", "乙素多糖", "ALC", "酶", "LY294002")


@st.composite
def shelves(draw: st.DrawFn) -> Shelf:
    """Papers that say things about a few concepts, in a few sentences."""
    shelf = Shelf()
    for doc in draw(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=8)):
        subject, target = (
            shelf.name(
                doc,
                draw(st.sampled_from(CONCEPTS)),
                draw(st.sampled_from(("compound", "effect"))),
                concept_id=draw(st.sampled_from((None, None, "CHEBI:1", "DOID:2"))),
            )
            for _ in range(2)
        )
        shelf.say(
            subject,
            draw(st.sampled_from(RELATIONS)),
            target,
            draw(st.sampled_from(("", "甲药可以明显减轻大鼠的疼痛，大家都这么说。", "短句。"))),
            negated=draw(st.booleans()),
            certainty=draw(st.sampled_from(("asserted", "hedged"))),
        )
    return shelf


@given(shelves())
def test_every_claim_is_in_one_statement(shelf: Shelf) -> None:
    """No claim is lost or counted twice, counts add up, and each statement says what its claims say."""
    found = shelf.assembled()
    at = [where for s in found.statements for e in s.evidence for where in (e.claim, *(c for _, c in e.copies))]
    assert sorted(at) == sorted(c.id for c in shelf.claims)
    by_claim = {claim: s for (_, claim), s in found.by_claim().items()}
    for claim in shelf.claims:
        made = by_claim[claim.id]
        assert (made.relation, made.negated) == (claim.relation, claim.negated)
        assert {made.subject.type, made.object.type} == {claim.subject.type, claim.object.type}
        assert claim.subject.concept_id in (None, made.subject.concept_id, made.object.concept_id)
    for s in found.statements:
        assert sum(s.certainty.values()) == len(s.evidence) >= s.sentences >= len(s.papers) >= 1
    assert figures(found).claims == sum(len(s.evidence) for s in found.statements)


@given(shelves(), st.randoms(use_true_random=False))
def test_order_makes_no_difference(shelf: Shelf, random: Any) -> None:
    """The same statements by the same ids, with the same links and agents, whatever the order of the papers."""
    docs = sorted({m.doc for m in shelf.mentions})
    random.shuffle(docs)
    by_doc: Sequence[Claim] = [c for doc in docs for c in shelf.claims if c.doc == doc]
    found, again = shelf.assembled(), assemble(by_doc, [m for doc in docs for m in shelf.mentions if m.doc == doc])

    def told(made: Assembly) -> dict[str, tuple[object, ...]]:
        return {
            s.id: (s.subject, s.object, s.sentences, frozenset(s.papers), *map(frozenset, (s.general, s.contradicts)))
            for s in made.statements
        }

    assert told(found) == told(again)
    assert [s.id for s in found.statements] == [s.id for s in again.statements]


@given(shelves())
def test_links_hold_both_ways(shelf: Shelf) -> None:
    """What is more general has what is more specific; agreement and contradiction are symmetric, and never both."""
    by_id = shelf.assembled().by_id()
    for s in by_id.values():
        assert all(s.id in by_id[i].specific for i in s.general)
        assert all(s.id in by_id[i].general for i in s.specific)
        assert all(s.id in by_id[i].agrees for i in s.agrees)
        assert all(s.id in by_id[i].contradicts for i in s.contradicts)
        assert not set(s.contradicts) & {*s.general, *s.specific, *s.agrees}


@given(shelves())
def test_a_run_given_twice_changes_nothing(shelf: Shelf) -> None:
    """A second run of the same files only adds copies."""
    papers = [document(doc, doc) for doc in sorted({m.doc for m in shelf.mentions})]
    once = assemble_runs([Source("one", shelf.claims, shelf.mentions, papers)])
    twice = assemble_runs([Source(run, shelf.claims, shelf.mentions, papers) for run in ("one", "two")])

    def counted(made: Assembly) -> list[tuple[object, ...]]:
        return [(s.id, s.papers, s.sentences, s.certainty, len(s.evidence)) for s in made.statements]

    assert counted(once) == counted(twice)
    assert len(twice.by_claim()) == 2 * len(shelf.claims)


# the command

PAPER = "甲药止痛。\n甲药久痛。"


def placed(text: str, shelf: Shelf) -> tuple[list[Mention], list[Claim]]:
    """The mentions and claims of one paper where its text has them; a claim's trigger is its sentence's first word."""

    def at(words: str) -> tuple[int, int]:
        start = text.index(words)
        return start, start + len(words)

    mentions, claims = [], []
    for m in shelf.mentions:
        start, end = at(m.text)
        mentions.append(replace(m, start=start, end=end))
    for c in shelf.claims:
        start, end = at(c.evidence.text)
        trigger = Trigger(text[start : start + 2], start, start + 2)
        claims.append(replace(c, evidence=replace(c.evidence, start=start, end=end), trigger=trigger))
    return mentions, claims


def run_of(folder: Path, docs: str) -> str:
    """A run folder in which each paper says that a drug decreases a pain, and all but the first also the opposite."""
    results = []
    for n, doc in enumerate(docs):
        shelf = Shelf()
        text = f"{doc}中甲药止痛。\n{doc}中甲药加重疼痛。"
        lines = text.split("\n")
        drug = shelf.name(doc, "甲药", concept_id="CHEBI:1", concept_name="alpha")
        pain = shelf.name(doc, "疼痛", "effect", concept_id="HP:1", concept_name="pain")
        shelf.say(drug, "decreases", pain, lines[0])
        if n:
            shelf.say(drug, "increases", pain, lines[1], certainty="hedged", model=("大鼠",))
        results.append(result(doc, text, *placed(text, shelf)))
    return str(write_run(folder, results))


def call(*args: str) -> str:
    """What the command prints."""
    done = CliRunner().invoke(cli.app, ["assemble", *args])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_summary(tmp_path: Path) -> None:
    """Counts, the statements of most papers, and both sides of the contradiction with sentences, places and models."""
    shown = call(run_of(tmp_path / "run", "ab")).splitlines()
    assert shown[0] == "2 papers, 3 claims: 2 statements, 1 of several sentences, 1 of several papers"
    (row,) = (line for line in shown if line.startswith("alpha 甲药 decreases pain 疼痛 "))
    assert row.split()[-4:] == ["2", "2", "0", "1"]
    at = shown.index("alpha 甲药 and pain 疼痛: opposite directions; b says both")
    assert shown[at + 1 :] == [
        "  decreases: 2 sentences of 2 papers",
        "    a:c1: a中甲药止痛。",
        "    b:c1: b中甲药止痛。",
        "  increases: 1 sentence of 1 paper (大鼠)",
        "    b:c2, hedged: b中甲药加重疼痛。",
    ]


def test_more_sentences_than_are_shown_are_counted(tmp_path: Path) -> None:
    """The summary shows two sentences of a side and says how to see all; --contradictions shows all."""
    run = run_of(tmp_path / "run", "abcd")
    shown = call(run)
    assert "    and 2 more" in shown
    assert shown.rstrip().endswith("all of them with all sentences: --contradictions")
    every = call(run, "--contradictions")
    assert (every.count("中甲药止痛"), "more" in every) == (4, False)
    assert call(run, "--top", "0").count("\n") == 5
    assert call(run_of(tmp_path / "other", "a"), "--contradictions") == "no contradictions\n"


def test_two_runs_name_their_sentences(tmp_path: Path) -> None:
    """With evidence of two runs, each sentence says of which; a run given twice is one."""
    one, two = run_of(tmp_path / "one", "ab"), run_of(tmp_path / "two", "xyz")
    shown = call(one, two, one, "--contradictions")
    assert f"    {one} a:c1: a中甲药止痛。" in shown
    assert f"    {two} x:c1: x中甲药止痛。" in shown
    assert call(one, one) == call(one)


def test_written_statements_fit_their_schema(tmp_path: Path) -> None:
    """Each line of the file is a statement by the schema, comes back as the record, and is the same bytes each time."""
    run, files = run_of(tmp_path / "run", "abc"), [tmp_path / "deep" / "one.jsonl", tmp_path / "two.jsonl"]
    for file in files:
        assert call(run, "--out", str(file)).endswith(f"\n2 statements written to {file}\n")
    lines = files[0].read_bytes().splitlines()
    assert files[1].read_bytes().splitlines() == lines
    validator = jsonschema.Draft202012Validator(schema_of(Statement))
    for line in lines:
        validator.validate(orjson.loads(line))
        assert orjson.dumps(from_json(Statement, orjson.loads(line))) == line
    assert [orjson.loads(line)["contradicts"] for line in lines] == [
        [orjson.loads(lines[1])["id"]], [orjson.loads(lines[0])["id"]],
    ]  # fmt: skip


def test_a_run_under_two_names_is_one(tmp_path: Path) -> None:
    """A run that is given by two spellings of its path is read once, under the first."""
    run, file = run_of(tmp_path / "run", "ab"), tmp_path / "s.jsonl"
    call(run, f"{run}/", f"{tmp_path}/../{tmp_path.name}/run", "--out", str(file))
    evidence = [e for line in file.read_bytes().splitlines() for e in orjson.loads(line)["evidence"]]
    assert {e["run"] for e in evidence} == {run}
    assert not any(e["copies"] for e in evidence)


def test_an_unfinished_run_is_told(tmp_path: Path) -> None:
    """Of a run that was broken off it is said that there is more."""
    with RunWriter(shelf_at(str(tmp_path / "run")), HEAD) as writer:
        writer.finish(replace(HEAD, state="interrupted"))
    done = CliRunner().invoke(cli.app, ["assemble", str(tmp_path / "run")])
    assert (done.exit_code, "interrupted, not finished" in done.stderr) == (0, True)


def test_the_run_itself_is_not_written_over(tmp_path: Path) -> None:
    """Statements take the place of no file of a run that they are made of; a URL is told to be none of ours."""
    run = run_of(tmp_path / "run", "a")
    for out in (f"{run}/claims.jsonl", f"{run}/texts/a.txt", f"{run}/texts/more.jsonl", "s3://bucket/s.jsonl"):
        done = CliRunner().invoke(cli.app, ["assemble", run, "--out", out])
        assert done.exit_code == 2, out
        assert len(done.stderr.splitlines()) == 1
    assert call(run)
    assert not Path("s3:").exists()


def test_figures_as_json(tmp_path: Path) -> None:
    """--json prints the figures and nothing else, also when a file is written; --min-papers narrows them."""
    run = run_of(tmp_path / "run", "abc")
    args = ("--json", "--min-papers", "3", "--out", str(tmp_path / "s.jsonl"))
    found = orjson.loads(call(run, *args))
    assert list(found) == [f.name for f in fields(type(figures(assemble((), ()))))]
    assert (found["papers"], found["statements"], found["contradictions"]) == (3, 2, 1)
    assert orjson.loads(call(run, "--json", "--min-papers", "4"))["statements"] == 0


def test_mistakes_are_one_line(tmp_path: Path) -> None:
    """A folder that is no run, and a place where nothing can be written."""
    run = run_of(tmp_path / "run", "a")
    (tmp_path / "file").write_text("", encoding="utf-8")
    for args in ((str(tmp_path / "none"),), (run, "--out", str(tmp_path / "file" / "s.jsonl"))):
        done = CliRunner().invoke(cli.app, ["assemble", *args])
        assert done.exit_code == 2
        assert len(done.stderr.splitlines()) == 1
        assert done.stderr.startswith("error: ")


@pytest.mark.parametrize("record", [Statement, Agent, Support, Contradiction])
def test_fields_are_explained(record: type) -> None:
    """The page about statements names every field."""
    page = DOCS.read_text(encoding="utf-8")
    assert [f.name for f in fields(record) if f"`{f.name}`" not in page] == []


def test_an_empty_run_makes_nothing() -> None:
    """No claims, no statements, and figures of zero."""
    found = assemble((), ())
    assert (found.statements, found.contradictions) == ((), ())
    assert not any(v for v in asdict(figures(found)).values() if isinstance(v, int))
