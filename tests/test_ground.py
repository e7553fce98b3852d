"""Grounding: what a mention stands for, by its name, by the paper's own definition, and by company."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from harness import Bench

from pipeline.fold import name_key, squeeze
from pipeline.knowledge import Concept, Knowledge, Row
from pipeline.records import MentionType, mention_type
from pipeline.tag.glosses import Definition
from pipeline.tag.ground import Grounder, Grounding
from pipeline.tag.match import Hit, Matcher, longest
from pipeline.variants import respelled


def concept(kind: MentionType, *names: str, short: Sequence[str] = (), identifier: str | None = None) -> Concept:
    """A concept with these full names and short forms; its identifier is made of its first name."""
    return Concept(identifier or f"MESH:{names[0]}", names[0], kind, names, tuple(short), "usage")


CONCEPTS = (
    concept("compound", "curcumin", "姜黄素"),
    concept("compound", "curcuminoid", "姜黄素类化合物"),
    concept("compound", "docosahexaenoic acid", "二十二碳六烯酸", short=["DHA"]),
    concept("compound", "dihydroartemisinin", "双氢青蒿素"),
    concept("compound", "retinoic acid", "视黄酸"),
    concept("compound", "rosmarinic acid", "迷迭香酸"),
    concept("effect", "rheumatoid arthritis", "类风湿关节炎"),
    concept("compound", "flavonoids", "黄酮类化合物", "黄酮"),
    concept("compound", "L-arginine", "L-精氨酸"),
    concept("compound", "aflatoxins", "黄曲霉毒素"),
    concept("compound", "aflatoxin B1", "黄曲霉毒素B1", short=["AFB1"]),
    concept("compound", "glutamic acid", "谷氨酸"),
    concept("compound", "aluminum chloride", "氯化铝"),
    concept("compound", "methemalbumin"),
    concept("compound", "MG132", short=["MG-132"]),
    concept("protein", "catalase", "过氧化氢酶", short=["CAT"]),
    concept("compound", "catechin", "儿茶素"),
    concept("protein", "NMDA receptor", "NMDA受体", "N-甲基-D-天冬氨酸受体"),
    concept("protein", "angiotensin II receptor", "血管紧张素Ⅱ受体"),
    concept("protein", "interferon-γ", "干扰素-γ", short=["IFN-γ"]),
    concept("protein", "protein kinase B", "蛋白激酶B", short=["Akt"]),
    concept("protein", "fatty acid synthase", short=["FAS"]),
    concept("protein", "Fas receptor", short=["Fas"]),
    concept("protein", "ferritin", "铁蛋白"),
    concept("effect", "liver injury", "肝损伤"),
    concept("effect", "mitochondrial function", "线粒体功能"),
    concept("effect", "NF-κB signaling pathway", "NF-κB信号通路"),
    concept("effect", "tumor growth", "肿瘤生长"),
    concept("effect", "edema", "水肿"),
)
HOMONYMS = (
    ("DHA", "docosahexaenoic acid|dihydroartemisinin", "usual"),
    ("CAT", "catalase|catechin", "usual"),
    ("RA", "retinoic acid|rosmarinic acid|rheumatoid arthritis", "open"),
)


@pytest.fixture(scope="module")
def small(knowledge: Knowledge) -> Knowledge:
    """The project's rules over a lexicon of a few concepts, with three homonyms."""
    columns = ("word", "meanings", "kind")
    rows = tuple(Row("made", 0, {**dict(zip(columns, h, strict=True)), "lang": "en"}) for h in HOMONYMS)
    return replace(knowledge, concepts=CONCEPTS, tables={**knowledge.tables, "homonyms": rows})


@pytest.fixture(scope="module")
def grounder(small: Knowledge) -> Grounder:
    """Grounding over that lexicon."""
    return Grounder(small)


MARKED = re.compile(r"\{([cpe]) ([^{}]*)\}")
KINDS: dict[str, MentionType] = {"c": "compound", "p": "protein", "e": "effect"}


def ground(grounder: Grounder, marked: str, *defined: Sequence[str]) -> dict[str, Grounding]:
    """The groundings of the mentions of a text that marks them, `{c ALC}`, by their text, the last for each.

    Each of `defined` lists the names of a definition, which stand in the text in this order.
    """
    text, hits, at = "", [], 0
    for match in MARKED.finditer(marked):
        text += marked[at : match.start()]
        hits.append(Hit(len(text), len(text) + len(match[2]), KINDS[match[1]], None, "made"))
        text += match[2]
        at = match.end()
    text += marked[at:]
    definitions = []
    for names in defined:
        start = next(m.start() for m in re.finditer(re.escape(names[0]), text) if _follow(text, m.start(), names))
        spans, place = [], start
        for name in names:
            place = text.index(name, place)
            spans.append((place, place + len(name)))
            place += len(name)
        kind = mention_type(next(h.kind for h in hits if h.start == start))
        definitions.append(Definition(start, place, tuple(spans), kind, None, "made"))
    return {text[h.start : h.end]: g for h, g in zip(hits, grounder.ground(text, hits, definitions), strict=True)}


def _follow(text: str, start: int, names: Sequence[str]) -> bool:
    return re.match(r"\s*[(（]\s*" + re.escape(names[1]), text[start + len(names[0]) :]) is not None


WRITTEN = [
    ("c", "薑黃素", "curcumin"),
    ("c", "ＣＵＲＣＵＭＩＮ", "curcumin"),  # noqa: RUF001  # full width is the point
    ("c", "curcumins", "curcumin"),
    ("c", "左旋精氨酸", "L-arginine"),
    ("c", "麩胺酸", "glutamic acid"),
    ("c", "aluminium chloride", "aluminum chloride"),
    ("c", "黄酮类", "flavonoids"),
    ("c", "姜黄素类", "curcuminoid"),
    ("p", "過氧化氫酵素", "catalase"),
    ("p", "NMDA受体", "NMDA receptor"),
    ("p", "N-甲基-D-天冬氨酸（N-methyl-D-aspartate，NMDA）受体", "NMDA receptor"),
    ("p", "血管紧张素II受体", "angiotensin II receptor"),
    ("p", "血管紧张素2受体", "angiotensin II receptor"),
    ("p", "γ-干扰素", "interferon-γ"),
    ("p", "gamma interferon", "interferon-γ"),
    ("p", "p-Akt", "protein kinase B"),
    ("p", "FAS", "fatty acid synthase"),
    ("p", "Fas", "Fas receptor"),
    ("e", "肝脏损伤", "liver injury"),
    ("e", "肝臟的損傷", "liver injury"),
    ("e", "粒線體功能", "mitochondrial function"),
    ("e", "NF-κB訊號傳導途徑", "NF-κB signaling pathway"),
    ("e", "Tumour growth", "tumor growth"),
    ("e", "Oedema", "edema"),
    ("e", "人水肿", "edema"),
    ("p", "IFN-y", "interferon-γ"),
    # near misses: longer names, other numbers, another type
    ("c", "四氢姜黄素", None),
    ("c", "姜黄素提取物", None),
    ("c", "NMDA受体拮抗剂", None),
    ("c", "dihydroartemisinins of a kind", None),
    ("c", "谷氨酸类", None),
    ("p", "姜黄素", None),
    ("p", "NMDA受体2", None),
    ("p", "血管紧张素Ⅲ受体", None),
    ("p", "铁蛋白受体", None),
    ("e", "肾损伤", None),
    ("e", "脂肪肝损伤", None),
]


@pytest.mark.parametrize(("letter", "written", "name"), WRITTEN, ids=range(len(WRITTEN)))
def test_written_in_many_ways(grounder: Grounder, letter: str, written: str, name: str | None) -> None:
    """A name is known however it is written, and a longer or other name is not taken for it."""
    (found,) = ground(grounder, f"{{{letter} {written}}}。").values()
    assert found.name == name
    assert found.id == (f"MESH:{name}" if name else None)


def test_all_names_of_a_definition(grounder: Grounder) -> None:
    """A definition carries the concept over to all its names, in both languages, before it and behind it."""
    found = ground(
        grounder, "{c XQA}。{c 姜黄素}({c turmeric yellow}, {c XQA})。{c XQA}。", ["姜黄素", "turmeric yellow", "XQA"]
    )
    assert {g.name for g in found.values()} == {"curcumin"}
    assert {g.names for g in found.values()} == {("XQA", "姜黄素", "turmeric yellow")}


def test_a_definition_goes_before_the_lexicon(grounder: Grounder) -> None:
    """DHA is what the paper says, also where no lexicon has its long form: the lexicon's own meaning is not lent."""
    assert ground(grounder, "{c 双氢青蒿素}({c DHA})", ["双氢青蒿素", "DHA"])["DHA"].name == "dihydroartemisinin"
    unknown = ground(grounder, "{c 脱氢抗坏血酸}({c DHA})", ["脱氢抗坏血酸", "DHA"])
    assert {(g.id, g.name, g.candidates) for g in unknown.values()} == {(None, "脱氢抗坏血酸", ())}
    assert ground(grounder, "{c DHA}")["DHA"].name == "docosahexaenoic acid"


def test_a_short_form_tells_what_an_unlisted_long_form_is(grounder: Grounder) -> None:
    """A long form that is nearly the lexicon's name of the short form's concept is that concept."""
    found = ground(grounder, "{c 廿二碳六烯酸}({c DHA})", ["廿二碳六烯酸", "DHA"])
    assert found["廿二碳六烯酸"].name == "docosahexaenoic acid"


def test_a_code_tells_what_any_long_form_is(grounder: Grounder) -> None:
    """A code of letters and a number is hardly shared: it stands for the lexicon's concept whatever the long form."""
    found = ground(grounder, "{c 三肽基乙醛}({c MG-132})", ["三肽基乙醛", "MG-132"])
    assert found["三肽基乙醛"].name == found["MG-132"].name == "MG132"


def test_another_concept_is_no_name(grounder: Grounder) -> None:
    """A full name in a definition that the lexicon has for another concept keeps its own; so do names with that one."""
    found = ground(grounder, "{c 姜黄素}(curcumin, {c 姜黄素类化合物})", ["姜黄素", "curcumin", "姜黄素类化合物"])
    assert found["姜黄素"].names == ("姜黄素", "curcumin")
    assert found["姜黄素类化合物"].name == "curcuminoid"


def test_the_narrower_meaning_of_a_definition(grounder: Grounder) -> None:
    """黄曲霉毒素(AFB1) speaks of aflatoxin B1; without the definition the long form is the class."""
    assert ground(grounder, "{c 黄曲霉毒素}({c AFB1})", ["黄曲霉毒素", "AFB1"])["黄曲霉毒素"].name == "aflatoxin B1"
    assert ground(grounder, "{c 黄曲霉毒素}与{c AFB1}")["黄曲霉毒素"].name == "aflatoxins"


def test_two_definitions_of_one_short_form(grounder: Grounder) -> None:
    """Of two meanings that a paper gives a short form, each holds from its definition on; their names stay apart."""
    text = "{c 姜黄素}({c XQA})。%s{c 儿茶素}({c XQA})。%s"
    both = (["姜黄素", "XQA"], ["儿茶素", "XQA"])
    assert ground(grounder, text % ("{c XQA}", ""), *both)["XQA"].name == "catechin"
    assert ground(grounder, text % ("", "{c XQA}"), *both)["XQA"].names == ("儿茶素", "XQA")
    assert ground(grounder, "{c 姜黄素}({c XQA})。{c XQA}。{c 儿茶素}(XQA)。", *both)["XQA"].name == "curcumin"


def test_company_settles(grounder: Grounder) -> None:
    """The meaning whose other names stand in the paper is taken, also against the usual one."""
    assert ground(grounder, "{c 双氢青蒿素}。{c DHA}")["DHA"].name == "dihydroartemisinin"
    assert ground(grounder, "{c RA}。{c 迷迭香酸}")["RA"].name == "rosmarinic acid"
    assert ground(grounder, "{c 双氢青蒿素}。{c 二十二碳六烯酸}。{c DHA}")["DHA"].candidates == (
        "MESH:docosahexaenoic acid",
        "MESH:dihydroartemisinin",
    )


def test_type_settles(grounder: Grounder) -> None:
    """Only meanings of the mention's type count."""
    assert ground(grounder, "{e RA}")["RA"].name == "rheumatoid arthritis"
    assert ground(grounder, "{c CAT}")["CAT"].name == "catechin"
    assert ground(grounder, "{p CAT}")["CAT"].name == "catalase"


def test_open_names_keep_their_candidates(grounder: Grounder) -> None:
    """What nothing settles has no concept, and lists what it may be; a word in another case is another name."""
    assert ground(grounder, "{c RA}")["RA"] == Grounding(
        None, None, ("MESH:retinoic acid", "MESH:rosmarinic acid"), ("RA",)
    )
    assert ground(grounder, "{c Ra}")["Ra"] == Grounding(None, None, (), ("Ra",))


COMPANY = [
    ("迷迭香酸与RA", [("RA", "rosmarinic acid")]),
    ("类风湿关节炎。RA大鼠，RAs，抗-RA", [("RA", "rheumatoid arthritis")]),
    ("RA与curcumin", []),
    ("迷迭香酸、视黄酸与RA", []),
    ("迷迭香酸与Ra、RA-1、GRA、RAW", []),
    ("迷迭香酸与双氢青蒿素：RA与DHA", [("RA", "rosmarinic acid"), ("DHA", "dihydroartemisinin")]),
]


@pytest.mark.parametrize(("text", "named"), COMPANY, ids=range(len(COMPANY)))
def test_company_makes_mentions(small: Knowledge, grounder: Grounder, text: str, named: list[tuple[str, str]]) -> None:
    """A short form of several meanings is a mention where other names of just one of them stand in the paper."""
    full = [(c, n, False) for c in small.concepts for n in c.names]
    found = longest(Matcher(full, "lexicon").find(text, squeeze(text)))
    made = [(text[h.start : h.end], h.concept.name) for h in grounder.homonyms(text, found) if h.concept]
    assert made == named


def test_names_of_a_concept(grounder: Grounder) -> None:
    """Every name that the paper has for a concept stands with each of its mentions, and no other name."""
    found = ground(grounder, "{c curcumin}。{c 姜黄素}。{c 姜黄素}。{c 儿茶素}。{c 未知素}。{c 他知素}")
    assert found["姜黄素"].names == found["curcumin"].names == ("curcumin", "姜黄素")
    assert [found[n].names for n in ("儿茶素", "未知素", "他知素")] == [("儿茶素",), ("未知素",), ("他知素",)]


def test_nothing_is_kept_of_a_paper(grounder: Grounder) -> None:
    """What one paper defines or mentions leaves no trace in the next."""
    before = ground(grounder, "{c RA}{c DHA}")
    ground(grounder, "{c 双氢青蒿素}({c RA})。{c DHA}", ["双氢青蒿素", "RA"])
    assert ground(grounder, "{c RA}{c DHA}") == before


# -- variants and homonyms ---------------------------------------------------------------------------------------------


def test_regional_names_are_mentions(bench: Bench) -> None:
    """Words of other regions, and British spellings, are found in a text and grounded as ours are."""
    for one, other in [("胺基酸", "氨基酸"), ("白血球介素", "白细胞介素"), ("粒線體功能障礙", "线粒体功能障碍")]:
        (found,), (known,) = bench.read(f"{one}。").mentions, bench.read(f"{other}。").mentions
        assert (found.text, found.type) == (one, known.type)
        assert (found.concept_id, found.concept_name) == (known.concept_id, known.concept_name)
    (found,) = bench.read("It causes leukaemia.").mentions
    assert found.concept_name == bench.read("It causes leukemia.").mentions[0].concept_name is not None


def test_regional_words_make_claims(bench: Bench) -> None:
    """The words of rules have their regional forms as well."""
    (claim,) = bench.read("薑黃素可啟用AMPK訊號通路。").claims
    assert (claim.relation, claim.object.text) == ("increases", "AMPK訊號通路")


def test_variants_make_no_clash(small: Knowledge) -> None:
    """A variant that is a name of another concept, or of two, is left out, and so is one inside a word."""
    other = concept("protein", "granzyme", "粒线体功能", "白血球素")
    twins = (concept("protein", "a", "白细胞素甲"), concept("protein", "b", "白细胞素 甲"))
    index = replace(small, concepts=(*CONCEPTS, other, *twins)).by_key
    assert [c.name for c, _, _ in index[name_key("粒线体功能")]] == ["granzyme"]
    assert name_key("白血球素甲") not in index
    assert name_key("methaemalbumin") not in index


def test_respelling() -> None:
    """Parts are put for one another at a word's edge where that is asked, in turn, and never within what holds them."""
    names = ["haem of hemin in chemicals", "edema", "oedema", "信号激活DNA", "没有"]
    pairs = [("^hem", "^haem"), ("edema", "oedema"), ("信号", "讯号"), ("激活", "启用")]
    made = [(names[i], form) for i, form in respelled(names, pairs)]
    assert made == [
        ("haem of hemin in chemicals", "haem of haemin in chemicals"),
        ("edema", "oedema"),
        *(("信号激活DNA", form) for form in ("讯号激活DNA", "信号启用DNA", "讯号启用DNA")),
    ]


def test_rules_keep_their_patterns(knowledge: Knowledge) -> None:
    """A regular expression among the cues has its regional form with nothing else changed."""
    words = {r["word"] for r in knowledge.tables["cues"]}
    for word in words:
        for _, form in respelled([word], [("支持", "支援")]):
            assert form in words
            assert form.replace("支援", "支持") == word


def test_homonyms_are_of_the_lexicon(knowledge: Knowledge) -> None:
    """Every meaning is a full name of a concept, and what the lexicon has under the short form is one of them."""
    for row in knowledge.tables["homonyms"]:
        meanings = row["meanings"].split("|")
        assert len(meanings) > 1, row
        for name in meanings:
            entries = knowledge.by_key.get(name_key(name), ())
            assert any(mention_type(c.kind) and not cased for c, _, cased in entries), f"{row['word']}: {name}"
        meant = [c for name in meanings for c, _, _ in knowledge.by_key[name_key(name)]]
        listed = [c for c, name, _ in knowledge.by_key.get(name_key(row["word"]), ()) if name == row["word"]]
        assert all(any(c is m for m in meant) for c in listed if mention_type(c.kind)), row["word"]
