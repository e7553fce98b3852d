"""Cutting prose into sentences: Chinese, English and both at once."""

from __future__ import annotations

import pytest
from harness import paper_of
from hypothesis import given
from hypothesis import strategies as st

from pipeline.segment.sentences import sentences

# A paragraph as it should be cut: the sentences are joined by `|`, blanks beside it belong to no sentence.
PARAGRAPHS = {
    "Chinese": "姜黄素抑制炎症。|槲皮素激活SIRT1！|褪黑素呢？",
    "English": "Curcumin inhibits NF-κB. |It also activates Nrf2. |Does it bind Keap1? |It does.",
    "both": "姜黄素抑制NF-κB。|Curcumin activates Nrf2. |槲皮素则不然。",
    "English in Chinese": "大鼠灌胃姜黄素(Sigma Inc. St. Louis)后好转。|结果可靠。",
    "a full stop of the West in Chinese": "姜黄素抑制炎症. |槲皮素激活自噬. |两者合用更好.",
    "no end": "姜黄素抑制炎症。|图中未示",
    "initials": "S. aureus was killed. |J. Smith and A. B. Jones agreed.",
    "initials beside hanzi": "不佳。|但M. Emin Yilmaz等人的与J. Smith[5]的不同。|大鼠缺乏维生素C. |The dose was low.",
    "abbreviations": "Many drugs, e.g. Metformin, act so (see Fig. 2 and Ref. 7). |Smith et al. Showed it first.",
    "approximately": "It rose by approx. 3 fold vs. Controls. |It fell later.",
    "decimals": "The dose was 0.5 mg (P<0.05). |It rose 2.5 fold.",
    "decimals in Chinese": "剂量为0.5 mg/kg，P<0.05。|升高2.5倍。",
    "a citation after the stop": "Curcumin inhibits NF-κB.[12] |It also activates Nrf2.[3-5, 7] |It is safe.",
    "a citation after the Chinese stop": "姜黄素抑制炎症。[12]|槲皮素激活自噬。[3,4]",
    "a citation before the stop": "姜黄素抑制炎症[12]。|槲皮素激活自噬[3-5]。",
    "a lost blank": "It inhibits autophagy.|Curcumin does not.",
    "a lost blank after a symbol": "It acts on p38.|The dose matters.",
    "a lost blank after Greek": "It lowers IL-1β.|This helps. |It lowers TNF-α.|In rats it does not.",
    "no lost blank in a cell line": "HepG2.2.15 and C57BL/6.Tg mice were used, see Eq.S1 there.",
    "points within a name": "The U.S.A. has it in v1.A and p53.R now.",
    "quotes": "他说：“姜黄素有效。”|众人称是。",
    "a stop in a bracket": "It (i.e. Curcumin. See above) works. |It is safe.",
    "an unclosed bracket": "姜黄素（又称姜黄色素抑制炎症。|槲皮素激活自噬。",
    "semicolons do not end": "姜黄素抑制炎症；槲皮素激活自噬；两者合用更好。|褪黑素另议。",
    "marks in a row": "真的吗？！|是的。",
    "a number's point before a lower case": "It fell to 7.2 in rats. |It rose.",
    "a vitamin": "Rats were fed vitamin C. |The dose was low. |Protein kinase C. beta is meant here.",
    "et al. at the end": "It was shown by Smith et al. |The dose was low. |Li et al. Reported so.",
    "routes": "Rats got it i.p. Metformin was given i.v. |The dose was low.",
    "countries": "The U.S. Food and Drug Administration agreed. |It is sold in the U.S. |The price is high.",
    "names in small letters": "It fell. |mTOR rose. |p53 did not. |α-SMA fell by ca. 3 fold. |miR-21 rose.",
    "numbers": "See No. 3 and Figs. 1 and 2, Suppl. Table 4 and Sec. 5. |It is so.",
    "species": "It killed S. aureus, E. coli and Bacillus sp. in rats. |B. subtilis lived.",
    "addresses": "See https://example.org/a.b?c=D and doi: 10.1000/j.made.2020.01.002. |It is there.",
    "raised citations": "It starts apoptosis.1,2 |The dose matters.³ |It is safe.4",
    "a number behind a stop that is none": "The ratio was 1.5 and v.2 The rest is here.",
    "an ellipsis": "It was low... |Then it rose. |It went on ... and on.",
    "an ellipsis in Chinese": "姜黄素、槲皮素……均有效。|褪黑素另议。",
    "the other full stop": "姜黄素抑制炎症．|剂量为0．5 mg．|槲皮素则不然．",
    "the other full stop in numbers": "1．姜黄素见图2．其余见下．|两者合用更好．",
    "an exclamation": "Really?|The dose was high! |So it was.",
    "a full stop of the West between hanzi": "姜黄素抑制炎症.|槲皮素激活自噬(图1).|两者合用更好",
    "a point before hanzi that ends nothing": "表1.姜黄素与2.槲皮素，以及Nrf2.炎症。",
    "a citation after a closing quote": "他说：“姜黄素有效。”[3]|众人称是。",
    "no semicolon ends": "It rose; it fell; it rose again. |So it is.",
    "an IUPAC name": "The 3,5,4'-trihydroxy-trans-stilbene was given. |It was safe.",
}


@pytest.mark.parametrize("name", PARAGRAPHS)
def test_paragraph(name: str) -> None:
    """The paragraph falls into the sentences that are marked, without the blanks between them."""
    marked = PARAGRAPHS[name]
    found = [s.text for s in sentences(paper_of(marked.replace("|", "")))]
    assert found == [part.strip() for part in marked.split("|")]


def test_paragraphs_are_numbered() -> None:
    """No sentence runs over a line's end, and each knows its line."""
    found = sentences(paper_of("第一句\n第二句。第三句。\n\nFourth. Fifth."))
    assert [(s.text, s.paragraph) for s in found] == [
        ("第一句", 0),
        ("第二句。", 1),
        ("第三句。", 1),
        ("Fourth.", 3),
        ("Fifth.", 3),
    ]


def test_headings() -> None:
    """A heading is one sentence, marked, whatever marks stand in it; what follows belongs to its section."""
    text = "引言句。\n1.2 姜黄素为何有效？机制. 如何\n它抑制炎症。它安全。\n2 结论\n有效。"
    found = sentences(paper_of(text, headings=["1.2 姜黄素为何有效？机制. 如何", "2 结论"]))
    assert [(s.text, s.heading, s.section) for s in found] == [
        ("引言句。", False, None),
        ("1.2 姜黄素为何有效？机制. 如何", True, "1.2 姜黄素为何有效？机制. 如何"),
        ("它抑制炎症。", False, "1.2 姜黄素为何有效？机制. 如何"),
        ("它安全。", False, "1.2 姜黄素为何有效？机制. 如何"),
        ("2 结论", True, "2 结论"),
        ("有效。", False, "2 结论"),
    ]


def test_a_line_like_a_heading_elsewhere() -> None:
    """Only the line where the section begins is its heading."""
    found = sentences(paper_of("结论\n有效。\n结论如下。", headings=["结论"]))
    assert [s.heading for s in found] == [True, False, False]


def test_languages() -> None:
    """Each sentence has a language of its own."""
    found = sentences(paper_of("姜黄素抑制NF-κB。Curcumin inhibits NF-κB. 下调TNF-α、IL-1β。"))
    assert [s.lang for s in found] == ["zh", "en", "zh"]


MARKS = [*"。！?.;；(（)）”…"]
PIECES = st.sampled_from(
    [*MARKS, "姜黄素", "抑制", "[1]", "[2-3]", "Curcumin", " p38", "e.g. ", "0.5", "A", ". ", "\n", " "]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_sentences_tile_the_text(text: str) -> None:
    """Sentences stand in order and apart, hold their own text, and leave out nothing but blanks."""
    found = sentences(paper_of(text))
    at = 0
    for s in found:
        assert text[at : s.start].strip() == ""
        assert text[s.start : s.end] == s.text == s.text.strip() != ""
        assert "\n" not in s.text
        at = s.end
    assert text[at:].strip() == ""


def test_an_over_long_sentence_is_cut_at_pauses() -> None:
    """A list that lost its ends is cut between its names, never within one; 1,600 characters are left whole."""
    names = "、".join(["姜黄素"] * 2000)
    found = sentences(paper_of(names))
    assert all(len(s.text) <= 2000 for s in found)
    assert all(s.text.strip("、").split("、") == ["姜黄素"] * s.text.count("姜黄素") for s in found)
    assert sum(s.text.count("姜黄素") for s in found) == 2000
    assert len(sentences(paper_of("姜黄素、" * 400 + "均可抑制炎症。"))) == 1
