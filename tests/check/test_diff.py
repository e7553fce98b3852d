"""What changed between runs: by place and content, whatever the ids and the spacing; with gold, for better or worse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gold_cases import LINES, Said, Words, gold_sentence, golds, run_of, runs
from hypothesis import given, settings

from pipeline.check.diff import Diff, RunRecords, as_json, diff
from pipeline.check.gold import GoldDocument
from pipeline.check.sides import Of

TEXT = "甲药与丙素使乙酶升高，丁痛减轻。"
WORDS: Words = {"甲药": "compound", "丙素": "compound", "乙酶": "protein", "丁痛": "effect"}
RIGHT: Said = ("甲药", "increases", "乙酶")
OTHER: Said = ("丙素", "decreases", "丁痛")
GOLD = GoldDocument("d", (gold_sentence(TEXT, WORDS, RIGHT, OTHER),))


def told(found: Diff, of: Of = "claim") -> list[tuple[str, tuple[str, ...]]]:
    """What changed, in short."""
    return [(c.which, c.fields) for c in found.changes if c.of == of]


def respaced(run: RunRecords) -> RunRecords:
    """The run with a line end before each character, every offset moved, and other ids."""
    ids = {m.id: f"x{n}" for n, m in enumerate(reversed(run.mentions))}
    texts = {doc: "".join(f"\n{ch}" for ch in text) for doc, text in run.texts.items()}
    mentions = [replace(m, id=ids[m.id], start=2 * m.start + 1, end=2 * m.end) for m in run.mentions]
    claims = [
        replace(
            c,
            id=f"y{c.id}",
            subject=replace(c.subject, mention=ids[c.subject.mention]),
            object=replace(c.object, mention=ids[c.object.mention]),
            evidence=replace(c.evidence, start=2 * c.evidence.start, end=2 * c.evidence.end),
        )
        for c in run.claims
    ]
    return RunRecords(texts, mentions, claims)


@given(runs())
@settings(max_examples=60, deadline=None)
def test_what_only_moved_is_no_change(run: RunRecords) -> None:
    """A run, and the same with blanks between its characters and with other ids, do not differ, either way round."""
    for one, other in ((run, respaced(run)), (respaced(run), run), (run, run)):
        assert diff(one, other).changes == ()


@given(runs(), runs())
@settings(max_examples=60, deadline=None)
def test_every_record_is_told_once(one: RunRecords, other: RunRecords) -> None:
    """What is the same, changed or of one run only is, summed, what each run has."""
    found = diff(one, other)
    sizes = {"claim": (one.claims, other.claims), "mention": (one.mentions, other.mentions)}
    for of, same in found.same["d"].items():
        counted = [which for which, _ in told(found, of)]
        both = same + counted.count("changed")
        assert (both + counted.count("first"), both + counted.count("second")) == tuple(map(len, sizes[of]))


@pytest.mark.parametrize(
    ("words", "said", "wanted"),
    [
        (WORDS, [RIGHT, OTHER], []),
        (WORDS, [OTHER, RIGHT], []),
        (WORDS, [RIGHT], [("first", ())]),
        (WORDS, [RIGHT, OTHER, ("丙素", "binds", "乙酶")], [("second", ())]),
        (WORDS, [("甲药", "binds", "乙酶"), OTHER], [("changed", ("relation",))]),
        (WORDS, [(*RIGHT, {"negated": True, "rule": "s"}), OTHER], [("changed", ("negated", "rule"))]),
        (WORDS, [("丁痛", "increases", "乙酶"), OTHER], [("changed", ("subject",))]),
        ({**WORDS, "乙酶升高": "effect"}, [("甲药", "increases", "乙酶升高"), OTHER], [("changed", ("object",))]),
    ],
)
def test_changes_of_claims(words: Words, said: list[Said], wanted: list[tuple[str, tuple[str, ...]]]) -> None:
    """A claim at one place that says something else is changed, and which fields; its order is no change."""
    assert told(diff(run_of(TEXT, WORDS, RIGHT, OTHER), run_of(TEXT, words, *said))) == wanted


def test_changes_of_mentions() -> None:
    """Type, span and concept of a mention may change; a new one is new."""
    kept = {w: kind for w, kind in WORDS.items() if w not in ("乙酶", "丁痛")}
    after = run_of(TEXT, {**kept, "乙酶升高": "protein", "丁痛": "protein", "减轻": "effect"})
    found = diff(run_of(TEXT, WORDS), after)
    assert told(found, "mention") == [("changed", ("span",)), ("changed", ("type",)), ("second", ())]


def test_papers_of_one_run_only_are_told() -> None:
    """Documents that only one run has are named and not compared; so is gold of which a run lacks the paper."""
    one, other = run_of(TEXT, WORDS, RIGHT), run_of(TEXT, WORDS, RIGHT, doc="e")
    found = diff(one, other, (GOLD,))
    assert (found.documents, found.only_first, found.only_second, found.judged) == ((), ("d",), ("e",), None)
    assert found.warnings == ("d: gold, but not in both runs; left out",)


def test_worse_comes_before_better() -> None:
    """A claim that was right and is lost, and one that came right, are told with both runs' words and a cause."""
    one = run_of(TEXT, WORDS, RIGHT, ("丙素", "increases", "丁痛"))
    other = run_of(TEXT, WORDS, (*RIGHT, {"negated": True}), OTHER)
    judged = diff(one, other, (GOLD,)).judged
    assert judged is not None
    assert [(v.better, v.cause, v.gold, v.first, v.second) for v in judged.verdicts] == [
        (False, "negation", "甲药 -increases-> 乙酶", "甲药 -increases-> 乙酶", "甲药 -increases-> 乙酶 (negated)"),
        (True, "relation", "丙素 -decreases-> 丁痛", "丙素 -increases-> 丁痛", "丙素 -decreases-> 丁痛"),
    ]
    assert {v.sentence_id for v in judged.verdicts} == {"S1"}


def test_extras_that_come_and_go_are_judged() -> None:
    """An extra that only the second run has is worse, one that only the first had is better, one of both is no news."""
    both, gone, new = ("丙素", "binds", "乙酶"), ("丁痛", "treats", "甲药"), ("丁痛", "treats", "丙素")
    words: list[tuple[str, str, str]] = [both, gone, new]
    first, second = ([w for w in words if w is not left] for left in (new, gone))
    one, other = (run_of(TEXT, WORDS, RIGHT, OTHER, *said) for said in (first, second))  # type: ignore[arg-type]
    judged = diff(one, other, (GOLD,)).judged
    assert judged is not None
    assert [(v.better, v.gold, v.first, v.second) for v in judged.verdicts] == [
        (False, None, None, "丁痛 -treats-> 丙素"),
        (True, None, "丁痛 -treats-> 甲药", None),
    ]


@given(golds(), runs(), runs())
@settings(max_examples=40, deadline=None)
def test_figures_move_by_what_is_told(gold: GoldDocument, one: RunRecords, other: RunRecords) -> None:
    """What is found and was not, less what was found and is not, is the difference of the counts; and nothing is told
    of a run beside itself."""
    judged = diff(one, other, (gold,)).judged
    assert judged is not None
    for of in ("claim", "mention"):
        gained = judged.second.total.figures[of].tp - judged.first.total.figures[of].tp
        strict = judged.second.total.figures[f"{of}_strict"].tp - judged.first.total.figures[f"{of}_strict"].tp
        own = [v for v in judged.verdicts if v.of == of and v.gold is not None]
        better, worse = (sum(v.better == which for v in own) for which in (True, False))
        if gained > 0:
            assert better
        if gained < 0:
            assert worse
        if not own:
            assert (gained, strict) == (0, 0)
    same = diff(one, one, (gold,)).judged
    assert same is not None
    assert same.verdicts == ()


def test_another_paper_of_that_name_is_warned_of() -> None:
    """Texts of which little is in both are told, as `eval` tells it of gold."""
    one, other = (RunRecords({"d": line}, (), ()) for line in LINES[:2])
    found = diff(one, other)
    assert found.moved == ("d",)
    assert found.warnings == ("d: only 0% of its text is in both; are they the same paper?",)


def test_gold_of_another_paper_is_warned_of() -> None:
    """Where both runs have one text and the gold's is another, the figures say nothing; that is told once."""
    one = RunRecords({"d": "Nothing of it stands here at all."}, (), ())
    assert diff(one, one, (GOLD,)).warnings == (
        "d: only 0% of the gold text is in the run's; are they the same paper?",
    )  # fmt: skip


def test_json_has_every_change_with_its_place() -> None:
    """Records are named by their ids in their own run."""
    one, other = run_of(TEXT, WORDS, RIGHT), run_of(TEXT, WORDS, ("甲药", "binds", "乙酶"))
    data = as_json(diff(one, other, (GOLD,)))
    (change,) = data["changes"]
    assert (change["first"]["id"], change["first"]["shown"]) == ("d-c1", "甲药 -increases-> 乙酶")
    assert (change["second"]["start"], change["fields"], change["rules"]) == (0, ["relation"], ["r"])
    assert data["figures"]["claim"]["first"]["tp"] == 1
    assert data["differences"]["why"] == "1 document, and a bootstrap wants 3 at least"
    assert [v["better"] for v in data["judged"]] == [False]
