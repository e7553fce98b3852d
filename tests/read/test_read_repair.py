"""Repairs of characters and spaces, each with a near miss."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.read import read_bytes
from pipeline.read.repair import FOUNDER, Ledger, Traced, characters, has_founder, plain, spaces
from pipeline.read.weave import join


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ("ＮＭＤＡ受体１２", "NMDA受体12", "full-width"),
        ("受体，（见图）：！", "受体，（见图）：！", None),
        ("⼼⼒衰竭", "心力衰竭", "radicals"),
        ("eﬀect of ﬁsh oil", "effect of fish oil", "ligatures"),
        ("10 ㎎", "10 mg", "ligatures"),
        ("sig\u00adnal\u200b\ufeff", "signal", "invisible"),
        ("IL‐6", "IL-6", "hyphens"),
        ("TGF-\uf062", "TGF-β", "symbol-font"),
        ("０．５", "0.5", "full-width"),
        ("丹参酮Ⅱ", "丹参酮Ⅱ", None),
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


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("B M S C s are", "BMSCs are"),
        ("vitamins A B C are", "vitamins A B C are"),
        ("N-methyl -D-aspar ta te", "N-methyl-D-aspartate"),
        ("( t umo r necrosis factor", "( tumor necrosis factor"),
        ("in vivo and in vitro", "in vivo and in vitro"),
        ("10 mg ip twice", "10 mg ip twice"),
        ("the p value of a t test", "the p value of a t test"),
        ("作用 [ 1 , 2 ] 。", "作用 [1,2]。"),
        ("的 分 化 ， 还 可 以", "的分化，还可以"),
        ("ALC 对大鼠", "ALC 对大鼠"),
    ],
)
def test_spaces(before: str, after: str) -> None:
    """Letter-spaced words are closed and real words are never glued."""
    assert spaces(plain(before), {}, Ledger()).text == after


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


@given(st.text("aB ，。（）[]1,- 的分化Ａ㎎ﬁ\u00ad", max_size=60))
def test_repairs_keep_the_way_back(text: str) -> None:
    """Through every repair each character knows a source, sources never go backwards, and plain ones are unchanged."""
    start = Traced(text, tuple(range(len(text))))
    end = spaces(characters(start, Ledger()), {}, Ledger())
    sources = [s for s in end.at if s >= 0]
    assert sources == sorted(sources)
    assert all(end.text[k] == text[s] for k, s in enumerate(end.at) if s >= 0 and text[s] in "aB的分化")


def test_repairs_are_reported() -> None:
    """The record names the repairs that changed something, sorted."""
    made = read_bytes("ＡＬＣ降低⼼率 [ 1 ]。".encode(), "a.txt", "a")
    assert made.document.repairs == ("citation-spacing", "full-width", "radicals")
