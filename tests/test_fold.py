"""Folding: one character to one character, and what counts as the same name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fold import fold, lang_of, lower, name_key, squeeze, squeeze_cased

# Any character, with those that fold in a way of their own more often than chance would have it.
ODD = st.sampled_from("ＡΒﬁ㎎Ⅱⅱ①µßİıſ−–－　\u00a0\u2009′甙粘臺體乾後薑⼈\ue000\U0002f800e\u0301\n\t")
TEXT = st.text(ODD | st.characters(exclude_categories=["Cs"]), max_size=40)


@given(TEXT)
def test_length_is_kept(text: str) -> None:
    """Offsets of the folded text, and of its lower case, are those of the text."""
    assert len(fold(text)) == len(lower(text)) == len(text)


@given(TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    """What is folded is folded for good."""
    assert fold(fold(text)) == fold(text)


@given(TEXT)
def test_each_character_for_itself(text: str) -> None:
    """A character folds alike wherever it stands."""
    assert fold(text) == "".join(map(fold, text))


@given(TEXT)
def test_squeezed_text_knows_the_way_back(text: str) -> None:
    """Every character that is left came from where the map says, and the map runs forward."""
    squeezed = squeeze(text)
    folded = fold(text)
    assert len(squeezed.cased) == len(squeezed.low) == len(squeezed.at)
    assert [folded[i] for i in squeezed.at] == list(squeezed.cased)
    assert list(squeezed.at) == sorted(set(squeezed.at))
    assert squeezed.low == lower(squeezed.cased)


@given(TEXT)
def test_only_blanks_and_hyphens_are_squeezed_out(text: str) -> None:
    """Nothing that tells names apart is dropped, and a line's end stays."""
    kept = set(squeeze(text).at)
    assert all(fold(ch) == "-" or ch.isspace() for i, ch in enumerate(text) if i not in kept)
    assert squeeze(text).cased.count("\n") == text.count("\n")


@given(TEXT)
def test_a_name_is_squeezed_as_text_is(text: str) -> None:
    """The lexicon's side and the text's side squeeze alike."""
    assert squeeze_cased(text) == squeeze(text).cased


SAME_NAME = [
    ("IL-1β", "IL - 1β"),
    ("IL-1β", "IL1β"),
    ("IL-1β", "ＩＬ－１β"),  # noqa: RUF001  # full width is the point
    ("IL-1β", "IL–1β"),
    ("IL-1β", "IL−1ß"),
    ("IL-1β", "il-1beta"),
    ("TNF-α", "TNF-alpha"),
    ("NF-κB", "NF-kappaB"),
    ("NF-κB", "NF-кB"),  # the letter is Cyrillic
    ("μ-opioid receptor", "µ-opioid receptor"),
    ("姜黄素", "薑黃素"),
    ("人参皂苷", "人參皂甙"),
    ("黏附", "粘附"),
    ("α-硫辛酸", "α－硫辛酸"),
    ("维生素B12", "维生素Ｂ１２"),
    ("5'-AMP", "5′-AMP"),
    ("Keap1/Nrf2", "Keap1／Nrf2"),
]


@pytest.mark.parametrize(("name", "variant"), SAME_NAME, ids=range(len(SAME_NAME)))
def test_one_key_for_the_variants_of_a_name(name: str, variant: str) -> None:
    """Width, case, hyphens, blanks, Greek letters and traditional hanzi do not tell names apart."""
    assert name_key(name) == name_key(variant)


OTHER_NAME = [
    ("IL-1α", "IL-1β"),
    ("HO-1", "HO-10"),
    ("姜黄素", "姜黄酮"),
    ("caspase-3", "caspase-8"),
    ("PPARα", "PPARγ"),
    ("硫酸锌", "硫酸亚锌"),
]


@pytest.mark.parametrize(("name", "other"), OTHER_NAME, ids=range(len(OTHER_NAME)))
def test_another_key_for_another_name(name: str, other: str) -> None:
    """A letter, a digit or a hanzi does."""
    assert name_key(name) != name_key(other)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("姜黄素抑制炎症。", "zh"),
        ("Curcumin inhibits inflammation.", "en"),
        ("姜黄素下调TNF-α、IL-6和NF-κB。", "zh"),
        ("Curcumin (姜黄素) inhibits the expression of TNF-α in rats.", "en"),
        ("JAK2/STAT3通路受IL-6和TNF-α激活。", "zh"),
        ("1.2", "en"),
        ("", "en"),
    ],
    ids=range(7),
)
def test_language_of_a_sentence(text: str, lang: str) -> None:
    """The script that carries the sentence gives its language, whatever symbols stand in it."""
    assert lang_of(text) == lang


@pytest.mark.parametrize("text", ["XQA抑制NF-κB。", "ALC上调NGF、BDNF和TrkB。"], ids=range(2))
def test_a_sentence_of_many_symbols(text: str) -> None:
    """A sentence whose verbs are Chinese is Chinese, however many symbols stand in it."""
    assert lang_of(text) == "zh"
