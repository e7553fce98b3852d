"""Names of a lexicon in a text: where a name may begin and end, how it may be written, and which one is taken."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from harness import Bench
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fold import squeeze
from pipeline.knowledge import Concept
from pipeline.tag.match import Hit, Matcher, longest

FULL = (
    "μ-opioid receptor",
    *["interleukin-1β", "curcumin", "姜黄素", "大黄素", "大黄素甲醚", "胰岛素", "胰岛素受体", "血管紧张素Ⅱ"],
)
SHORT = (
    "HO-1",
    "TNF-α",
    "IL-1",
    "IL-1β",
    "IL-10",
    "NF-κB",
    "ALC",
    "PI",
    "EGFR",
    "eGFR",
    "p38",
    "Akt",
    "Bcl-2",
    "IFN-γ",
)


def concept(name: str, *, short: bool) -> Concept:
    """A concept with one name."""
    return Concept(None, name, "protein", () if short else (name,), (name,) if short else (), "usage")


ENTRIES = [(concept(n, short=False), n, False) for n in FULL] + [(concept(n, short=True), n, True) for n in SHORT]
MATCHER = Matcher(ENTRIES, "lexicon")


def named(text: str, matcher: Matcher = MATCHER) -> list[str]:
    """The names that are taken in the text, as they stand there."""
    return [text[h.start : h.end] for h in longest(matcher.find(text, squeeze(text)))]


BOUNDARIES = [
    ("HO-1 rose", ["HO-1"]),
    ("HO-10 rose", []),
    ("HO-1α rose", []),
    ("TNF-α rose", ["TNF-α"]),
    ("sTNF-α rose", []),
    ("anti-TNF-α rose", ["TNF-α"]),
    ("升高HO-1水平", ["HO-1"]),
    ("升高HO-1、TNF-α", ["HO-1", "TNF-α"]),
    ("HO-1/TNF-α", ["HO-1", "TNF-α"]),
    ("(HO-1)", ["HO-1"]),
    ("IL-1.5 rose", []),
    ("IL-1. It rose", ["IL-1"]),
    ("IL-1[12]", ["IL-1"]),
    ("IL-10 and IL-1β and IL-1", ["IL-10", "IL-1β", "IL-1"]),
    ("curcuminoid", []),
    ("tetrahydrocurcumin", []),
    ("cp38 and p380", []),
    ("[12]Akt", ["Akt"]),
    ("Akt1", []),
    ("与2 Akt", ["Akt"]),
]
WRITTEN = [
    ("IL - 1β", ["IL - 1β"]),
    ("IL1β", ["IL1β"]),
    ("IL 1 β", ["IL 1 β"]),
    ("ＩＬ－１β", ["ＩＬ－１β"]),  # noqa: RUF001  # full width is the point
    ("interleukin 1β", ["interleukin 1β"]),
    ("Interleukin-1 beta", ["Interleukin-1 beta"]),
    ("NF-kB", ["NF-kB"]),
    ("IFN-y", ["IFN-y"]),
    ("µ-opioid receptor", ["µ-opioid receptor"]),
    ("mu opioid receptor", []),
    ("薑黃素", ["薑黃素"]),
    ("血管紧张素II", ["血管紧张素II"]),
    ("血管紧张素 Ⅱ", ["血管紧张素 Ⅱ"]),
    ("Bcl−2", ["Bcl−2"]),
    ("IL\n-1β", []),
    ("姜黄\n素", []),
]
CASE = [
    ("Curcumin, CURCUMIN", ["Curcumin", "CURCUMIN"]),
    ("alc and Alc", []),
    ("pi and Pi", []),
    ("P38 and p38", ["p38"]),
    ("AKT and akt", []),
    ("tnf-α", []),
    ("EGFR and eGFR", ["EGFR", "eGFR"]),
]
PLURAL = [
    ("μ-opioid receptors", ["μ-opioid receptors"]),
    ("curcumins.", ["curcumins"]),
    ("ALCs and ALCes", ["ALCs", "ALCes"]),
    ("ALCsol", []),
    ("大黄素类", ["大黄素类"]),
    ("大黄素类似物", ["大黄素"]),
]
LONGEST = [
    ("大黄素和大黄素甲醚", ["大黄素", "大黄素甲醚"]),
    ("胰岛素受体与胰岛素", ["胰岛素受体", "胰岛素"]),
]
TABLES = {"boundaries": BOUNDARIES, "written": WRITTEN, "case": CASE, "plural": PLURAL, "longest": LONGEST}


@pytest.mark.parametrize(
    ("text", "names"),
    [pytest.param(t, n, id=f"{table}-{k}") for table, rows in TABLES.items() for k, (t, n) in enumerate(rows)],
)
def test_names(text: str, names: list[str]) -> None:
    """The text holds the names that are listed, in order, and no other."""
    assert named(text) == names


@pytest.mark.parametrize("name", ["IL-1beta", "IL-1 beta", "NF-kappaB", "TNF-alpha", "IFN-gamma"])
def test_short_forms_with_their_greek_spelled_out(name: str) -> None:
    """The Greek letter of a short form may be spelled out."""
    assert named(f"{name} rose") == [name]


def test_the_name_as_written_wins() -> None:
    """Of two concepts whose names differ in case alone, each is taken where it is written so."""
    found = longest(MATCHER.find("EGFR eGFR", squeeze("EGFR eGFR")))
    assert [h.concept.name for h in found if h.concept] == ["EGFR", "eGFR"]


def test_a_full_name_in_a_word_of_another_case_is_no_short_form() -> None:
    """A short form wants its case; the same letters as a full name do not."""
    both = Matcher([(concept("cat", short=False), "cat", False)], "lexicon")
    only = Matcher([(concept("CAT", short=True), "CAT", True)], "lexicon")
    assert named("the cat", both) == ["cat"]
    assert named("the cat", only) == []


def test_where_two_words_meet(bench: Bench) -> None:
    """Two hanzi that end one word and begin the next are no name: 低血压 in 降低血压."""
    assert bench.read("降低血压。").named == [("effect", "血压")]
    assert bench.read("改善预后。").named == [("effect", "预后")]


def test_where_two_words_meet_in_one_of_ours(bench: Bench) -> None:
    """The same in a word that the claims room wants whole: no 预后 in 干预后."""
    assert bench.read("干预后观察。").named == []


def test_no_names() -> None:
    """A matcher of nothing finds nothing, and no text holds no name."""
    assert named("HO-1", Matcher([], "lexicon")) == []
    assert named("") == []


MARKS = ["的", "和", " ", "-", "s", "x", "1", ".", "\n", "（", "Ⅱ", "抑制", "ＩＬ－１β"]  # noqa: RUF001  # full width
PIECES = st.sampled_from([*FULL, *SHORT, *MARKS])


@given(st.lists(PIECES, max_size=12).map("".join))
def test_hits_lie_within_the_text_and_in_a_line(text: str) -> None:
    """Whatever stands beside a name, a hit is a span of one line that folds to a name."""
    for h in MATCHER.find(text, squeeze(text)):
        assert 0 <= h.start < h.end <= len(text)
        assert "\n" not in text[h.start : h.end]


def spans(hits: Sequence[Hit]) -> list[tuple[int, int]]:
    """Where hits stand."""
    return [(h.start, h.end) for h in hits]


HITS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 8), st.integers(-2, 3), st.sampled_from(["compound", "protein"])),
    max_size=20,
).map(lambda rows: [Hit(a, a + n, kind, None, "r", rank) for a, n, rank, kind in rows])


@given(HITS)
def test_longest_takes_hits_apart(hits: list[Hit]) -> None:
    """What is taken is sorted and apart, and whatever is left out overlaps one taken that goes before it."""
    taken = longest(hits)
    assert spans(taken) == sorted(spans(taken))
    assert all(a.end <= b.start for a, b in pairwise(taken))
    for hit in hits:
        over = [t for t in taken if t.start < hit.end and hit.start < t.end]
        assert any((t.rank, t.length) >= (hit.rank, hit.length) for t in over)


@given(HITS)
def test_longest_is_settled(hits: list[Hit]) -> None:
    """Taking the longest of what was taken changes nothing, and the order of the hits makes no difference."""
    taken = longest(hits)
    assert longest(taken) == taken
    assert spans(longest(hits[::-1])) == spans(taken)


MIDDLE = st.text("甲乙ab", max_size=8)
WHOLE = MIDDLE.map(lambda middle: f"甲{middle}乙")


@given(st.lists(WHOLE, min_size=1, max_size=8, unique=True), st.lists(WHOLE | MIDDLE, max_size=6).map("".join))
def test_every_name_is_found_wherever_it_stands(names: list[str], text: str) -> None:
    """However long names are, and whatever beginnings they share: all their places are found, once, by their ends."""
    hits = Matcher([(concept(n, short=False), n, False) for n in names], "lexicon").find(text, squeeze(text))
    spans = [(k + len(n), k) for n in names for k in range(len(text)) if text.startswith(n, k)]
    assert [(h.end, h.start) for h in hits] == sorted(spans)
