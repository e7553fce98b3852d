"""What exports read out of a claim besides its fields: the aspect of the object, the species, a category, an id."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import claim, mention
from small import DRUG, FAILED, PAPER

from pipeline.export import terms
from pipeline.records import Mention, MentionType, Object


def aspect(sentence: str, *names: str, target: int = 0, kind: MentionType = "protein") -> str | None:
    """The aspect of the `target`th of these names in a sentence."""
    found: list[Mention] = []
    for name in names:
        start = sentence.index(name, found[-1].end if found else 0)
        found.append(mention("d", sentence, start, start + len(name), kind))
    made = claim(sentence, found[0], "increases", found[target])
    return terms.aspect_of(made, {m.id: m for m in found}, sentence)


@pytest.mark.parametrize(
    ("sentence", "names", "target", "wanted"),
    [
        ("它抑制TNF-α的表达水平。", ("TNF-α",), 0, "expression"),
        ("它提高SOD活性。", ("SOD",), 0, "activity"),
        ("它降低谷氨酸(Glu)的含量。", ("谷氨酸",), 0, "abundance"),
        ("它降低IL-1β、IL-6和TNF-α水平。", ("IL-1β", "IL-6", "TNF-α"), 0, "abundance"),
        ("It lowers the levels of IL-6 and TNF-α.", ("IL-6", "TNF-α"), 1, "abundance"),
        ("It raises Nrf2 protein expression.", ("Nrf2",), 0, "expression"),
        ("它抑制p65的磷酸化。", ("p65",), 0, "phosphorylation"),
        ("It inhibits the activity of COX-2.", ("COX-2",), 0, "activity"),
    ],
)
def test_the_word_beside_the_object_says_what_changes(
    sentence: str, names: tuple[str, ...], target: int, wanted: str
) -> None:
    """An aspect word behind a name or before its `of` is found, past brackets and the rest of a list."""
    assert aspect(sentence, *names, target=target) == wanted


@pytest.mark.parametrize(
    "sentence",
    [
        "它抑制TNF-α，降低IL-6的表达。",
        "它抑制TNF-α。",
        "The activity rose; it inhibits TNF-α.",
        "它抑制TNF-α介导的表达。",
    ],
)
def test_a_word_that_stands_apart_says_nothing(sentence: str) -> None:
    """No aspect is taken from another name's word, or from one that is not beside the object."""
    assert aspect(sentence, "TNF-α") is None


def test_effects_have_no_aspect() -> None:
    """What is no substance has neither amount nor activity."""
    assert aspect("它提高记忆的水平。", "记忆", kind="effect") is None


@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        (("老龄大鼠",), "NCBITaxon:10116"),
        (("obese mice",), "NCBITaxon:10090"),
        (("AA大鼠", "大鼠"), "NCBITaxon:10116"),
        (("2型糖尿病患者",), "NCBITaxon:9606"),
        (("豚鼠",), "NCBITaxon:10141"),
        (("大鼠", "小鼠"), None),
        (("HUVEC",), None),
        (("education",), None),
        ((), None),
    ],
)
def test_species_of_models(model: tuple[str, ...], wanted: str | None) -> None:
    """The one species that the model names, by a word of its own; none where there are two or none."""
    found = terms.taxon_of(model)
    assert (found.id if found else None) == wanted


def test_categories_go_from_the_identifier_to_the_type() -> None:
    """An identifier with a line of its own wins over its vocabulary, and that over the type."""
    assert terms.category_of("effect", "GO:0070160") == "biolink:CellularComponent"
    assert terms.category_of("effect", "GO:0006915") == "biolink:BiologicalProcessOrActivity"
    assert terms.category_of("effect", "MESH:D000001") == terms.category_of("effect", None) == "biolink:NamedThing"
    assert terms.category_of("protein", "HGNC:1") == "biolink:Gene"


def test_names_without_an_identifier_get_one() -> None:
    """The same name, however it is spaced or hyphenated, is the same thing; another type is another."""
    one, other = (Object("m", text, "effect", None, None) for text in ("氧化 应激", "氧化应激"))
    assert terms.curie_of(one) == terms.curie_of(other) == "claim-pipeline:effect.氧化应激"
    assert terms.curie_of(Object("m", "氧化应激", "protein", None, None)) != terms.curie_of(one)
    assert " " not in terms.curie_of(Object("m", "α/β #1?", "effect", None, None))


def test_records_keep_their_identifiers() -> None:
    """A record's IRI and UUID are made of the file's bytes and the record's number, not of where the file lies."""
    assert terms.record_urn(PAPER, DRUG.id) == f"urn:claim-pipeline:paper:{PAPER.sha256}#m1"
    assert terms.record_uuid(PAPER, DRUG.id) == terms.record_uuid(PAPER, DRUG.id) != terms.record_uuid(PAPER, "a b:m2")


def test_papers_that_could_not_be_fetched_are_apart() -> None:
    """Without bytes, which alone tell papers apart, it is by the place that they are two."""
    unread = [replace(FAILED, id=name, path=f"{name}.pdf", sha256="") for name in ("a", "b")]
    assert len({terms.paper_urn(d) for d in unread}) == len({terms.paper_curie(d) for d in unread}) == 2
