"""Repairs of characters and spaces, each with a near miss; on PDFs they are in `test_repairs_pdf.py`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.read import read_bytes
from pipeline.read.repair import (
    FOUNDER,
    PUT_IN,
    Ledger,
    Traced,
    characters,
    hanzi_meets_latin,
    has_founder,
    is_wide,
    plain,
    raised_citations,
    spaces,
    writes_apart,
)  # fmt: skip
from pipeline.read.weave import join


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ("ＮＭＤＡ受体１２", "NMDA受体12", "full-width"),
        ("受体，（见图）：！", "受体，（见图）：！", None),
        ("⼼⼒衰竭", "心力衰竭", "radicals"),
        ("eﬀect of ﬁsh oil", "effect of fish oil", "ligatures"),
        ("10 ㎎", "10 mg", "ligatures"),
        ("sig\u00adnal", "signal", "soft-hyphens"),
        ("signifi\u00ad cantly", "significantly", "soft-hyphens"),
        ("signifi\u00ad", "signifi-", "hyphens"),
        ("NF\u00adκB", "NF-κB", "hyphens"),
        ("a\u200b\ufeff\x00b", "ab", "invisible"),
        ("IL‐6", "IL-6", "hyphens"),
        ("TGF-\uf062", "TGF-β", "private-use"),
        ("\uf067\uf064 T", "γδ T", "private-use"),
        ("\uf043\uf065\uf06c\uf06c\uf020\uf069\uf06e", "Cell in", "private-use"),
        ("\uf8ee\uf8f0Ca\uf8f9\uf8fb", "[Ca]", "private-use"),
        ("甲\ue78e乙", "甲、乙", "private-use"),
        ("a(cid:12)b", "a\ufffdb", "private-use"),
        ("f(cid)", "f(cid)", None),
        ("０．５", "0.5", "full-width"),
        ("见图Ｆ．１项", "见图F.1项", "full-width"),
        ("的作用．本文", "的作用．本文", None),
        ("﹙p﹤0﹚", "(p<0)", "full-width"),
        ("丹参酮Ⅱ", "丹参酮II", "roman-numerals"),
        ("步骤①，½", "步骤①，½", None),
        ("⻢的⻣", "马的骨", "radicals"),
        ("5 µg", "5 μg", "ligatures"),
        ("\U0001d6fc = \U0001d7ce", "α = 0", "maths-letters"),
        ("\u3000α–β", " α–β", "blanks"),
    ],
)
def test_characters(before: str, after: str, name: str | None) -> None:
    """Each repair does its work, names itself, and leaves Chinese punctuation and numerals alone."""
    ledger = Ledger()
    assert characters(plain(before), ledger).text == after
    assert ledger.names == ({name} if name else set())


def test_founder_latin() -> None:
    """Latin of a Founder font is read as letters, a lone rare hanzi in a plain paper is left."""
    back = {v: k for k, v in FOUNDER.items()}
    word = "".join(back[c] for c in "Theoretical")
    assert has_founder([word])
    assert characters(plain(word), Ledger(), founder=True).text == "Theoretical"
    assert not has_founder([f"一个{word[0]}字"])
    assert not has_founder(["症狀與性狀，狀狀"])
    words = f"性狀为{back['I']}{back['L']}，维生素{back['C']}的（{back['n']}＝3）"
    assert characters(plain(words), Ledger(), founder=True).text == "性狀为IL，维生素C的（n=3）"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("B M S C s are", "BMSCs are"),
        ("I L - 6 and N F - κ B rose", "IL-6 and NF-κB rose"),
        ("V o l . 1 5", "Vol.15"),
        ("B M S C s at 1 0 0 mg", "BMSCs at 100 mg"),
        ("rows 1 2 3 4", "rows 1 2 3 4"),
        ("vitamins A B C are", "vitamins A B C are"),
        ("vitamins A D E K are", "vitamins A D E K are"),
        ("groups A B C D are", "groups A B C D are"),
        ("of A B C D type", "of A B C D type"),
        ("t h e  e f f e c t", "the effect"),
        ("t h e e f f e c t", "the effect"),
        ("l i p o l y s i s", "lipolysis"),
        ("t h e g l o w s o f B M S C s i n r a t s", "t h e g l o w s o f B M S C s i n r a t s"),
        ("N-methyl -D-aspar ta te", "N-methyl-D-aspartate"),
        ("( t umo r necrosis factor", "(tumor necrosis factor"),
        ("the regula tion of it", "the regulation of it"),
        ("a gluc ose level", "a glucose level"),
        ("in vivo and in vitro", "in vivo and in vitro"),
        ("10 mg ip twice", "10 mg ip twice"),
        ("the p value of a t test", "the p value of a t test"),
        ("in ob ob and db db mice", "in ob ob and db db mice"),
        ("given to a dog a day", "given to a dog a day"),
        ("let-7a mimics were co-treated", "let-7a mimics were co-treated"),
        ("an on set of an out come", "an on set of an out come"),
        ("作用 [ 1 , 2 ] 。", "作用 [1,2]。"),
        ("的 分 化 ， 还 可 以", "的分化，还可以"),
        ("关键词 神经 肝 脏 记忆", "关键词 神经 肝脏 记忆"),
        ("ALC 对大鼠", "ALC 对大鼠"),
        ("NF- κB, TNF - α, IL -6 and GSH- Px", "NF-κB, TNF-α, IL-6 and GSH-Px"),
        ("肿瘤坏死因子 - α与 γ -氨基丁酸", "肿瘤坏死因子-α与 γ-氨基丁酸"),
        ("pre- and post-test, 5 - 10, A - B", "pre- and post-test, 5 - 10, A - B"),
        ("DNA -20 ℃, TEMP - 5 mg, α- and β-", "DNA -20 ℃, TEMP - 5 mg, α- and β-"),
        ("Na + 、Ca 2 + and Ca 2+ channels", "Na+、Ca2+ and Ca2+ channels"),
        ("Na + K and Ca 2 + 3", "Na + K and Ca 2 + 3"),
        ("37 ° C, 5 μ g, 5 mg / kg, YAP/ TEAD", "37 °C, 5 μg, 5 mg/kg, YAP/TEAD"),
        ("day / night, 5 μ and, L / R", "day / night, 5 μ and, L / R"),
        ("p < 0. 05, 0 . 1, 1.2 ± 0. 3", "p < 0.05, 0.1, 1.2 ± 0.3"),
        ("in group 5. 3 rats, in 10. 5 of", "in group 5. 3 rats, in 10. 5 of"),
        ("rats ,mice ; dogs", "rats,mice; dogs"),
        ("，NMDA )受体 [ 甲 ] (a) (b) 的", "，NMDA)受体 [甲] (a) (b) 的"),
        ("HIV -阳性 - 甲 -10", "HIV-阳性 - 甲 -10"),
    ],
)
def test_spaces(before: str, after: str) -> None:
    """Letter-spaced words are closed, split names and numbers are whole, and real words are never glued."""
    words = {"glucose": 3, "effect": 2, "effects": 1, "onset": 4, "outcome": 4, "all": 2}
    assert spaces(plain(before), words, Ledger()).text == after


def test_the_papers_own_writing_settles_three_letters() -> None:
    """Three letters set apart are a word where the paper has it elsewhere."""
    assert spaces(plain("rats given A L C had"), {"alc": 9}, Ledger()).text == "rats given ALC had"
    assert spaces(plain("rats given A L C had"), {"alc": 1}, Ledger()).text == "rats given A L C had"
    assert spaces(plain("vitamins A C E had"), {"ace": 9}, Ledger()).text == "vitamins A C E had"


def test_blanks_between_hanzi_and_latin() -> None:
    """A stray blank goes where the paper writes without, and stays where it writes with or does both."""
    apart, close = ["用 ALC 治疗"] * 9, ["用ALC治疗"] * 9
    assert tuple(writes_apart("\n".join(lines)) for lines in (apart, close, apart + close)) == (True, False, None)
    assert writes_apart("\n".join(close[:2])) is None
    assert hanzi_meets_latin("给予", "ALC")
    assert hanzi_meets_latin("和DHA", "的")
    assert not any(hanzi_meets_latin(*pair) for pair in (("给予", "3周"), ("的", "药"), ("of", "ALC"), ("", "ALC")))
    for habit, text in ((False, "用ALC治疗3 周"), (True, "用 ALC 治疗3 周"), (None, "用 ALC 治疗3 周")):
        assert spaces(plain("用 ALC 治疗3 周"), {}, Ledger(), habit).text == text


def cited(*lines: tuple[str, str]) -> list[str]:
    """Lines with their raised characters, marked by ^ below them, as they read with citations."""
    made = []
    for text, marks in lines:
        up = frozenset(k for k, mark in enumerate(marks) if mark == "^")
        made.append((Traced(text, tuple(range(len(text)))), up))
    out = raised_citations(made, Ledger())
    for after, (before, _) in zip(out, made, strict=True):
        assert list(after.at) == sorted(after.at)
        assert set(after.at) <= set(before.at)
    return [text.text for text in out]


ENOUGH = ("the rats are well7,8,9.", " " * 17 + "^^^^^")


@pytest.mark.parametrize(
    ("text", "marks", "after"),
    [
        ("有此作用12，而且对大鼠", "    ^^       ", "有此作用[12]，而且对大鼠"),
        ("有此作用1,2，而且对大鼠", "    ^ ^       ", "有此作用[1,2]，而且对大鼠"),
        ("对大鼠有此作用1-3。", "       ^^^ ", "对大鼠有此作用[1-3]。"),
        ("of IL-61, and", "       ^     ", "of IL-6[1], and"),
        ("of the DNA4 here", "          ^     ", "of the DNA[4] here"),
        ("面积为5 m2。", "        ^ ", "面积为5 m2。"),
        ("面积为5 cm2。", "         ^ ", "面积为5 cm2。"),
        ("浓度10-3 mol", "    ^^     ", "浓度10-3 mol"),
        ("浓度102 mol", "    ^     ", "浓度102 mol"),
        ("内流Ca2+与", "    ^^ ", "内流Ca2+与"),
        ("采用131I标记", "  ^^^    ", "采用131I标记"),
        ("氢谱3H标记", "  ^    ", "氢谱3H标记"),
        ("另外有研究表明2C反应蛋白", "       ^     ", "另外有研究表明[2]C反应蛋白"),
        ("采用18F-FDG", "  ^^     ", "采用18F-FDG"),
        ("相关系数R2为", "     ^ ", "相关系数R2为"),
        ("当sin2为", "    ^ ", "当sin2为"),
        ("张大山1，李河2,3", "   ^   ^^^", "张大山1，李河2,3"),
        ("Li Ming1, Da Shan2", "       ^         ^", "Li Ming1, Da Shan2"),
        ("1某某大学医学院", "^       ", "1某某大学医学院"),
        ("作用¹,²，含Ca²⁺", "", "作用[1,2]，含Ca2+"),
        ("内流的Mg²⁺与10⁻³", "", "内流的Mg2+与10-3"),
        ("H₂O与CO₂", "", "H2O与CO2"),
    ],
)
def test_raised_numbers(text: str, marks: str, after: str) -> None:
    """In a paper with raised citations a raised number is one behind prose, and a power or a charge elsewhere."""
    assert cited(ENOUGH, (text, marks)) == ["the rats are well[7,8,9].", after]


def test_a_raised_number_at_a_lines_beginning() -> None:
    """It belongs to the sentence of the line before when that goes on behind it."""
    assert cited(ENOUGH, ("大鼠的记忆", ""), ("12，而且对小鼠", "^^      "))[2] == "[12]，而且对小鼠"
    assert cited(ENOUGH, ("大鼠的记忆", ""), ("1某某大学", "^     "))[2] == "1某某大学"


def test_a_paper_cites_in_one_way() -> None:
    """Raised numbers are no citations in a paper that has few of them, or that cites in brackets."""
    assert cited(("对大鼠有作用[1,2]。", "      ^^^^^ "), ENOUGH, ENOUGH)[0] == "对大鼠有作用[1,2]。"
    assert cited(("the rats are well1.", " " * 17 + "^")) == ["the rats are well1."]
    assert cited(ENOUGH, ("作用[1]和[2]及[3]", ""))[0] == "the rats are well7,8,9."
    assert cited(("the area is wide2.", " " * 16 + "^"), ("作用2及其2", "  ^  ^"))[1] == "作用2及其2"


@pytest.mark.parametrize(
    ("one", "two", "joined"),
    [
        ("it was signifi-", "cantly lower", "it was significantly lower"),
        ("as L-", "TAMS did", "as L-TAMS did"),
        ("IL-", "1β", "IL-1β"),
        ("DKK-", "1的", "DKK-1的"),
        ("dose-", "dependent", "dose-dependent"),
        ("TNF-α/", "NF-κB", "TNF-α/NF-κB"),
        ("γ -", "aminobutyric acid", "γ -aminobutyric acid"),
        ("大鼠的", "肝脏", "大鼠的肝脏"),
        ("给予ALC", "对照组", "给予ALC对照组"),
        ("of aged", "rats", "of aged rats"),
        ("神经元", "[25]，", "神经元[25]，"),
    ],
)
def test_joins(one: str, two: str, joined: str) -> None:
    """Lines join with a space between Latin words only, and a hyphen stays where it belongs to the name."""
    assert join(plain(one), plain(two), {}, Ledger()).text == joined


def test_the_papers_own_writing_settles_a_hyphen() -> None:
    """A word that the paper writes with a hyphen elsewhere keeps it at a line's end."""
    assert join(plain("the cyto-"), plain("kine"), {"cyto-kine": 2}, Ledger()).text == "the cyto-kine"
    assert join(plain("an anti-"), plain("oxidant"), {"antioxidant": 2}, Ledger()).text == "an antioxidant"


ODD = (
    "aBcdt 1230.,-/()[]<±°+ ，。（）的分化词关键ＡＢ１．㎎ﬁⅡ⻢⼼\u00ad\u200b\u00a0\u3000\uf062\uf061\ue5e5\x00αμκ"
    "¹²⁺⁻₂𝑃犜犺犲狀爪ßéА〇々”‘"
)


def repaired(text: Traced, founder: bool = False) -> Traced:
    """A line through every repair, as the reader puts it through."""
    line = characters(text, Ledger(), founder).strip()
    line = raised_citations([(line, frozenset())], Ledger())[0]
    return spaces(line, {"acd": 2, "dac": 1}, Ledger()).strip()


@given(st.text(ODD, max_size=60) | st.text(max_size=40), st.booleans())
def test_repairs_keep_the_way_back(text: str, founder: bool) -> None:
    """Each character knows a source or is a blank put in, sources never go backwards, plain characters stay theirs."""
    end = repaired(Traced(text, tuple(range(len(text)))), founder)
    assert len(end.text) == len(end.at)
    sources = [s for s in end.at if s != PUT_IN]
    assert sources == sorted(sources)
    assert all(0 <= s < len(text) for s in sources)
    assert all(end.text[k] == text[s] for k, s in enumerate(end.at) if s >= 0 and text[s] in "aB的分化")
    assert all(end.text[k] in " []" for k, s in enumerate(end.at) if s == PUT_IN)
    # Nothing but blanks, hyphens and what cannot be seen is lost.
    assert [ch for ch in text if ch in "aBcd123的分化"] == [
        ch for ch, s in zip(end.text, end.at, strict=True) if s >= 0 and text[s] in "aBcd123的分化"
    ]


@given(st.text(ODD, max_size=60) | st.text("aBst IL-6κα.()[]0,+/ 的分，", max_size=60))
def test_repairs_once_are_enough(text: str) -> None:
    """What a repair has been over has nothing left for it to repair."""
    once = characters(plain(text), Ledger())
    assert characters(once, Ledger()) == once
    once = spaces(plain(text), {"acd": 2, "dac": 1}, Ledger())
    assert spaces(once, {"acd": 2, "dac": 1}, Ledger()) == once
    once = raised_citations([(plain(text), frozenset())], Ledger())[0]
    assert raised_citations([(once, frozenset())], Ledger())[0] == once


@given(st.lists(st.text("abcXYZ19.,;:%=", min_size=4, max_size=9), max_size=9))
def test_plain_text_is_left_alone(words: list[str]) -> None:
    """Printable ASCII without odd spacing goes through unchanged, and no repair is named."""
    ledger = Ledger()
    line = plain(" ".join(words).replace(" ,", " a,").replace(" ;", " a;").replace(" .", " a."))
    assert spaces(characters(line, ledger), {}, ledger) == line
    assert not ledger.names


def test_repairs_are_reported() -> None:
    """The record names the repairs that changed something, sorted."""
    made = read_bytes("ＡＬＣ降低⼼率 [ 1 ]。".encode(), "a.txt", "a")
    assert made.document.repairs == ("citation-spacing", "full-width", "radicals")


def test_wide_characters() -> None:
    """Hanzi, radicals and the punctuation that is as wide as they are; quotation marks are so in some fonts only."""
    assert all(map(is_wide, "一鿿㐀〇々豈⺀⼀，。（）、〕｡"))
    assert not any(map(is_wide, "aα0ﬁ“”…—\u3000\u33ff\ua000"))
