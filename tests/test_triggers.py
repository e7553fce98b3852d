"""What tagging reads of triggers: what is in a cache's key has to change whenever tags may."""

from __future__ import annotations

from dataclasses import replace

import pytest
from harness import paper_of

from pipeline.house import House
from pipeline.knowledge import Knowledge, Row
from pipeline.tag.phrases_en import _forms
from pipeline.triggers import TriggersRead


def row(word: str, lang: str, relation: str = "increases", kind: str = "v") -> Row:
    """A line of a table of triggers."""
    return Row("triggers.tsv", 2, {"word": word, "relation": relation, "kind": kind, "source": "x", "lang": lang})


@pytest.mark.parametrize(
    ("word", "lang", "text", "read"),
    [
        ("抑制", "zh", "甲药抑制炎症。", True),
        ("抑制", "zh", "甲药有效。", False),
        ("对…有", "zh", "对炎症有效。", True),
        ("modify", "en", "A Modifies B.", True),
        ("lead to", "en", "leading to pain", True),
        ("bring relief", "en", "the feeling ofrelief", True),
        ("trans-palmitoylate", "en", "the loss ofpalmitoylated A", True),
        ("modify", "en", "A is modern.", False),
    ],
)
def test_triggers_are_seen_where_they_stand(word: str, lang: str, text: str, read: bool) -> None:
    """In whatever form; others leave no trace."""
    assert bool(TriggersRead([row(word, lang)]).in_text(text)) == read


def test_every_form_of_a_trigger_is_seen(knowledge: Knowledge) -> None:
    """Wherever the tagging room would know an English trigger's form, its row is in the key."""
    for r in knowledge.tables["triggers"]:
        if r["lang"] == "en":
            seen = TriggersRead([r])
            assert all(seen.in_text(f"x {form} y") for form in _forms(r["word"])), r["word"]


def test_what_tagging_reads_is_told_apart() -> None:
    """The kind, and whether the relation acts on something; not which relation it is."""
    made = [TriggersRead([row("抑制", "zh", relation, kind)]).in_text("抑制") for relation, kind in (
        ("increases", "va"), ("decreases", "va"), ("binds", "va"), ("increases", "vs"),
    )]  # fmt: skip
    assert made[0] == made[1]
    assert len({tuple(m) for m in made}) == 3


@pytest.mark.parametrize(
    ("word", "acts"), [("摄光化", True), ("脱敏灵", False), ("photolyse", True), ("overbrood", False)]
)
def test_a_trigger_that_is_nowhere_leaves_tags_alone(knowledge: Knowledge, house: House, word: str, acts: bool) -> None:
    """Whatever is new in the table and not in the text changes neither the key nor the tags."""
    lang = "en" if word.isascii() else "zh"
    new = row(word, lang, "decreases" if acts else "binds", "v" if lang == "en" else "va")
    tables = {**knowledge.tables, "triggers": (*knowledge.tables["triggers"], new)}
    other = House(replace(knowledge, tables=tables))
    paper = paper_of("姜黄素抑制了TNF-α诱导的细胞凋亡, 上调Nrf2的表达。\nCurcumin reduced pain in rats.")
    assert other.triggers_in(paper) == house.triggers_in(paper)
    assert other.tag(paper) == house.tag(paper)


@pytest.fixture(scope="module")
def house(knowledge: Knowledge) -> House:
    """The house."""
    return House(knowledge)
