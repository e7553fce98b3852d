"""Names that a paper itself defines: the written forms, the near misses, and what a definition changes in its paper."""

from __future__ import annotations

import pytest
from harness import Bench, Case, Read, cases
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import definitions
from pipeline.read import read_bytes
from pipeline.tag.abbreviations import long_form, short_form
from pipeline.tag.glosses import find


def glosses(read: Read) -> list[list[str]]:
    """The names of each definition."""
    return [[n.text for n in g.names] for g in read.glosses]


def concepts(read: Read, name: str) -> set[tuple[str, str | None]]:
    """(type, concept id) of the mentions with this text."""
    return {(m.type, m.concept_id) for m in read.mentions if m.text == name}


@pytest.mark.parametrize("case", [c.param() for c in cases("glosses.tsv")])
def test_definitions(bench: Bench, case: Case) -> None:
    """The text defines the names that are listed, and no other."""
    expected = [[n.strip() for n in g.split(" = ")] for g in case["glosses"].split(";") if g.strip()]
    assert glosses(bench.read(case["text"])) == expected, f"{case['about']}: {case['text']}"


@pytest.mark.parametrize(
    "definition",
    ["黄芪甲苷(XQA)", "黄芪甲苷（astragaloside A，XQA）", "XQA（黄芪甲苷）", "黄芪甲苷（以下简称XQA）"],
    ids=range(4),
)
def test_the_short_form_stands_for_the_concept(bench: Bench, definition: str) -> None:
    """After its definition, and before it, the short form is a mention of the concept, with its type and identifier."""
    read = bench.read(f"XQA可溶于水。{definition}味苦。XQA可明显抑制NF-κB的活化。")
    (full,) = concepts(read, "黄芪甲苷")
    assert full[0] == "compound"
    assert full[1] is not None
    assert concepts(read, "XQA") == {full}
    assert sum(m.text == "XQA" for m in read.mentions) == 3
    assert [(c.subject.text, c.relation, c.object.text) for c in read.claims] == [("XQA", "decreases", "NF-κB")]


def test_names_are_shared(bench: Bench) -> None:
    """Every mention of the concept lists all names that this paper has for it, in both languages."""
    read = bench.read("黄芪甲苷(astragaloside A, XQA)可溶于水。XQA味苦。")
    for m in read.mentions:
        assert {"黄芪甲苷", "astragaloside A", "XQA"} <= set(m.names)


def test_a_definition_holds_in_its_paper_only(bench: Bench) -> None:
    """DHA means one acid in one paper and another in the next; neither leaves a trace in the third."""
    one, other = "二十二碳六烯酸(DHA)", "脱氢抗坏血酸(DHA)"
    plain = concepts(bench.read("DHA可溶于水。"), "DHA")
    first = bench.read(f"{one}可溶于水。DHA味苦。")
    second = bench.read(f"{other}可溶于水。DHA味苦。")
    assert concepts(first, "DHA") == concepts(first, "二十二碳六烯酸")
    assert concepts(second, "DHA") == concepts(second, "脱氢抗坏血酸")
    assert concepts(first, "DHA") != concepts(second, "DHA")
    assert concepts(bench.read("DHA可溶于水。"), "DHA") == plain


def test_a_definition_beats_the_lexicon(bench: Bench) -> None:
    """A short form that the lexicon types otherwise has the type that the paper gives it."""
    assert {t for t, _ in concepts(bench.read("CAT升高。"), "CAT")} == {"protein"}
    assert {t for t, _ in concepts(bench.read("儿茶素(CAT)味苦。CAT升高。"), "CAT")} == {"compound"}


def test_a_short_form_within_a_longer_name(bench: Bench) -> None:
    """A defined short form is not cut out of a longer name that holds it."""
    read = bench.read("谷胱甘肽(GSH)味苦。GSH-Px升高，GSH亦升高。")
    assert [m.text for m in read.mentions] == ["谷胱甘肽", "GSH", "GSH-Px", "GSH"]


def test_the_definitions_of_the_corpus(bench: Bench) -> None:
    """Of the definitions that were listed by reading the corpus, next to all are found, and next to nothing else."""
    total, english = definitions.Score(), definitions.Score()
    for doc, listed in definitions.read_list(definitions.GOLD / "definitions.tsv").items():
        definitions.score(bench.tagger, definitions.paper_of(doc, None), listed, total, english)
    assert total.precision >= 0.96, total.extra
    assert total.recall >= 0.96, total.missed
    assert english.precision >= 0.96, english.extra
    assert english.recall >= 0.88, english.missed


def test_a_name_that_goes_on_behind_its_bracket(bench: Bench) -> None:
    """The bracket is part of a name that goes on behind it."""
    read = bench.read("N-甲基-D-天冬氨酸(N-methyl-D-aspartate，NMDA)受体位于胞膜。")
    assert read.named == [("protein", "N-甲基-D-天冬氨酸(N-methyl-D-aspartate，NMDA)受体")]


def test_a_definition_over_a_line_end(bench: Bench) -> None:
    """A definition that the typesetter broke over lines is whole once the paper is read."""
    lines = [
        "黄芪甲苷是一种从豆科植物的干燥根中提取而得的天然皂苷类成分，黄芪甲苷(astragaloside",
        "A，XQA)可溶于水，其在多种动物的组织中均有分布，并且可以用多种方法加以测定，而且也",
        "比较稳定。",
    ]
    paper = read_bytes("\n".join(lines).encode(), "made.txt", "made")
    assert glosses(bench.work(paper)) == [["黄芪甲苷", "astragaloside A", "XQA"]]


def test_languages_and_short_forms_are_told(bench: Bench) -> None:
    """Each name of a definition has its language, and whether it is a short form."""
    (gloss,) = bench.read("黄芪甲苷(astragaloside A, XQA)可溶于水。").glosses
    assert [(n.lang, n.abbreviation) for n in gloss.names] == [("zh", False), ("en", False), ("en", True)]
    assert gloss.type == "compound"


BARE = [
    ("用酶联免疫吸附法(ELISA)测血。", ["酶联免疫吸附法", "ELISA"]),
    ("骨髓间充质干细胞(bone marrow stem cells，BMSCs)增殖。", ["骨髓间充质干细胞", "bone marrow stem cells", "BMSCs"]),
    ("外周神经病理性瘤(NPT)缩小。", ["外周神经病理性瘤", "NPT"]),
    ("给予苯并吡咯宁(BMT)后。", ["苯并吡咯宁", "BMT"]),
    ("处理人肝癌细胞(HepG2)后。", None),
    ("与对照组(CON)相比。", None),
    ("分为7个亚区(ABCA)。", None),
    ("方法(A)与结果(B)。", None),
    ("见附图(IV)。", None),
]


@pytest.mark.parametrize(("text", "names"), BARE, ids=range(len(BARE)))
def test_names_that_are_no_mentions(text: str, names: list[str] | None) -> None:
    """The second time, a Chinese name that nothing knows begins behind the last word that cannot stand in a name."""
    assert not list(find(text, []))
    found = [[text[a:b] for a, b in d.spans] for d in find(text, [], known=())]
    assert found == ([] if names is None else [names])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Xanthoquine receptor 2 (XQR2) rose.", "protein"),
        ("Xanthoquinic acid (XQA) rose.", "compound"),
        ("Xantho quine disease (XQD) rose.", "effect"),
        ("Risk factor (RF) rose.", None),
        ("Xantho quine layout (XQL) rose.", None),
    ],
)
def test_the_last_word_tells_the_type(text: str, kind: str | None) -> None:
    """A long form that nothing knows has the type of its last word, and passes it on to the short form."""
    (definition,) = find(text, [])
    assert definition.kind == kind


def test_the_type_of_the_last_word_is_passed_on(bench: Bench) -> None:
    """A short form is a mention wherever it stands, though no lexicon has its long form."""
    read = bench.read("Xanthoquine receptor (XQR) was found. XQR rose.")
    assert [m.text for m in read.mentions if m.type == "protein"][-2:] == ["XQR", "XQR"]


SCHWARTZ_HEARST = [
    ("NGF", "the nerve growth factor", "nerve growth factor"),
    ("TGF-β1", "of transforming growth factor-β1", "transforming growth factor-β1"),
    ("HSF", "the heat shock transcription factor", "heat shock transcription factor"),
    ("SIRT1", "by sirtuin 1", "sirtuin 1"),
    ("TTF-1", "of thyroid transcription factor 1", "thyroid transcription factor 1"),
    ("TGF-β1", "of transforming growth factor beta 1", "transforming growth factor beta 1"),
    ("MCP-1", "of monocyte chemoattractant protein", "monocyte chemoattractant protein"),
    ("BMSCs", "of bone marrow mesenchymal stem cells", "bone marrow mesenchymal stem cells"),
    ("6-OHDA", "by 6-hydroxydopamine", "6-hydroxydopamine"),
    ("SOD", "serum superoxide dismutase", "superoxide dismutase"),
    ("T-AOC", "the total antioxidant capacity", "total antioxidant capacity"),
    ("MTX", "the folate analogue methotrexate", "methotrexate"),
    ("scRNA-seq", "on single-cell RNA sequencing", "single-cell RNA sequencing"),
    ("AD", "in Alzheimer's disease", "Alzheimer's disease"),
    ("CAT", "CAT activity of tissue", None),
    ("USA", "the nerve growth factor", None),
    ("NGF", "NGF", None),
    ("MAP", "map", None),
]


@pytest.mark.parametrize(("short", "before", "long"), SCHWARTZ_HEARST, ids=range(len(SCHWARTZ_HEARST)))
def test_letters(short: str, before: str, long: str | None) -> None:
    """The long form begins where the letters of the short form, read from the right, begin."""
    start = long_form(short, before)
    assert (None if start is None else before[start:]) == long


@given(st.text("NGFab1-β ", max_size=6), st.text("nerve growthfactor1-β ", max_size=30))
def test_a_long_form_holds_the_letters(short: str, before: str) -> None:
    """Whatever is found begins at a word, is longer than the short form, and holds its letters in order."""
    start = long_form(short, before)
    if start is None:
        return
    found = before[start:].lower()
    assert start == 0 or before[start - 1] == " "
    assert len(found) > len(short)
    # A number at the end may be left out, and Greek letters and plurals aside it holds the rest.
    rest = iter(found)
    letters = short.rstrip("1 -").removesuffix("s").lower()
    assert all(ch in rest for ch in letters if ch.isalpha() and ch.isascii())


@pytest.mark.parametrize(
    "text", ["NGF", "TNF-α", "α-SMA", "Bcl-2", "HO-1", "6-OHDA", "25(OH)D3", "Ca2+", "p38", "Ang II"]
)
def test_short_forms(text: str) -> None:
    """Capitals, Greek letters and digits among letters make a short form."""
    assert short_form(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "in",
        "n=10",
        "P<0.05",
        "10 mg",
        "Fig",
        "II",
        "nerve growth factor",
        "图1",
        "see",
        "astragaloside A",
        "Vitamin D",
        "2019",
        "10 MPa",
    ],
)
def test_no_short_forms(text: str) -> None:
    """Words, numbers, doses, statistics and pointers are none."""
    assert not short_form(text)
