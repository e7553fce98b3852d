"""The evaluator: counts by hand, properties, and the same figures as the scorer beside the project."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import orjson
import pytest
from builders import SHARED, claim, mention, result, write_run
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.check import as_json, below, evaluate, gold_mentions, load
from pipeline.check.align import align, squeeze
from pipeline.check.gold import GoldClaim, GoldDocument, GoldMention, GoldSentence
from pipeline.check.match import matching, overlapping
from pipeline.errors import DataError, UsageError
from pipeline.records import MENTION_TYPES, RELATIONS, Claim, Mention, Result
from pipeline.store import read_run

TEXT = "甲药降低乙酶。\n它改善痛觉。"


def gold_line(**more: Any) -> dict[str, Any]:
    """A gold sentence with two mentions and a claim, as JSON has it."""
    claim_ = {
        "subject": "m1", "subject_text": "甲药", "subject_implicit": False, "relation": "decreases",
        "object": "m2", "object_text": "乙酶", "trigger": "降低", "negated": False, "certainty": "asserted",
        "via": [], "citations": [3], "model": ["大鼠"],
    }  # fmt: skip
    mentions = [
        {"id": "m1", "text": "甲药", "type": "compound", "start": 0, "end": 2},
        {"id": "m2", "text": "乙酶", "type": "protein", "start": 4, "end": 6},
    ]
    made = {"doc": "d", "id": "S1", "text": "甲药降低乙酶。", "lang": "zh", "mentions": mentions, "claims": [claim_]}
    return {**made, **more}


def second_line() -> dict[str, Any]:
    """A gold sentence whose subject stands in the sentence before."""
    claim_ = {**gold_line()["claims"][0], "subject": None, "subject_implicit": True, "relation": "improves"}
    claim_ |= {"object": "m1", "object_text": "痛觉", "citations": [], "model": []}
    mentions = [{"id": "m1", "text": "痛觉", "type": "effect", "start": 3, "end": 5}]
    return gold_line(id="S2", text="它改善痛觉。", mentions=mentions, claims=[claim_])


def write_gold(folder: Path, *lines: dict[str, Any], aliases: Any = None) -> Path:
    """A gold file of these lines."""
    file = folder / "d.jsonl"
    file.write_bytes(b"\n".join(map(orjson.dumps, lines)) + b"\n")
    if aliases is not None:
        (folder / "d.aliases.json").write_bytes(orjson.dumps(aliases))
    return file


def score(gold: tuple[GoldDocument, ...], *results: Result) -> dict[str, Any]:
    """The evaluator's figures of some results."""
    texts = {r.paper.document.id: r.paper.text for r in results}
    mentions = [m for r in results for m in r.mentions]
    return as_json(evaluate(gold, texts, mentions, [c for r in results for c in r.claims]))


def records(text: str = TEXT) -> tuple[list[Mention], list[Claim]]:
    """What a run that is right says of the text."""
    one = mention("d", text, text.find("甲"), text.find("药") + 1, "compound", 1)
    two = mention("d", text, text.find("乙"), text.find("酶") + 1, "protein", 2)
    three = mention("d", text, text.find("痛"), text.find("觉") + 1, "effect", 3)
    first = claim(text, one, "decreases", two, 1, citations=(3,), model=("大鼠",))
    return [one, two, three], [first, claim(text, one, "improves", three, 2)]


@pytest.fixture
def gold(tmp_path: Path) -> tuple[GoldDocument, ...]:
    """Two gold sentences, three mentions, two claims."""
    return load([write_gold(tmp_path, gold_line(), second_line(), aliases=[["甲药", "Drug A", "DA"]])])


def test_right_run_scores_one_whatever_its_spacing(gold: tuple[GoldDocument, ...]) -> None:
    """A run that says what the gold says is right in everything, even if its text has other blanks."""
    text = "甲 药降\n低乙酶 。\n 它改善痛 觉。"
    mentions, claims = records(text)
    figures = score(gold, result("d", text, mentions, claims))
    for name in ("mention", "mention_strict", "claim", "claim_strict"):
        assert figures[name]["f1"] == 1.0, name
    assert set(figures["attributes"].values()) == {1.0}


def test_gold_mentions_stand_where_the_run_has_them(gold: tuple[GoldDocument, ...]) -> None:
    """Gold's mentions get the places, and the concept of the same name in the run; of another type they get none."""
    text = "题目。甲 药降\n低乙酶 。\n 它改善痛 觉。甲药"
    own = mention("d", text, text.rfind("甲"), len(text), "compound", concept_id="CHEBI:1", names=("甲药", "DA"))
    other = mention("d", text, 9, 11, "effect", concept_id="DOID:1")
    made = gold_mentions(gold[0], text, [own, other])
    assert [(m.id, m.start, m.text, m.type, m.concept_id) for m in made] == [
        ("d:m1", 3, "甲 药", "compound", "CHEBI:1"),
        ("d:m2", 9, "乙酶", "protein", None),
        ("d:m3", 18, "痛 觉", "effect", None),
    ]
    assert made[0].names == ("甲药", "DA")
    assert all(text[m.start : m.end] == m.text for m in made)
    assert score(gold, result("d", text, made))["mention_strict"]["f1"] == 1.0


def test_gold_mentions_that_the_run_lost_are_left_out(gold: tuple[GoldDocument, ...]) -> None:
    """A sentence that the run's text lacks has no mentions there: they count as missed."""
    made = gold_mentions(gold[0], "甲药降低乙酶。", ())
    assert [m.text for m in made] == ["甲药", "乙酶"]


def test_counts_of_a_run_with_known_faults(gold: tuple[GoldDocument, ...]) -> None:
    """A longer span counts as overlap and not as strict, a wrong type as neither, a wrong relation as no claim."""
    (one, two, three), (first, second) = records()
    longer = replace(one, end=one.end + 1, text=TEXT[one.start : one.end + 1])
    wrong = replace(two, type="effect")
    figures = score(gold, result("d", TEXT, [longer, wrong, three], [first, replace(second, relation="treats")]))
    assert (figures["mention"]["tp"], figures["mention_strict"]["tp"], figures["mention_any_type"]["tp"]) == (2, 1, 3)
    assert figures["types"]["protein"] == {"p": 0.0, "r": 0.0, "f1": 0.0, "tp": 0, "system": 0, "gold": 1}
    assert (figures["claim"]["tp"], figures["claim_any_relation"]["tp"]) == (1, 2)
    assert set(figures["relations"]) == {"decreases", "improves", "treats"}


def test_strict_claims_want_span_negation_and_certainty(gold: tuple[GoldDocument, ...]) -> None:
    """A claim with the wrong negation is a claim, not a strict one, and its attribute is wrong."""
    mentions, (first, second) = records()
    figures = score(gold, result("d", TEXT, mentions, [replace(first, negated=True, citations=()), second]))
    assert (figures["claim"]["tp"], figures["claim_strict"]["tp"]) == (2, 1)
    assert figures["attributes"] == {"negated": 0.5, "certainty": 1.0, "citations": 0.5, "model": 1.0}


def test_subject_agrees_by_the_documents_own_names(gold: tuple[GoldDocument, ...]) -> None:
    """A subject elsewhere in the text agrees if it goes by one of the gold subject's names, and only then."""
    (one, two, three), (_, second) = records()
    alias = replace(three, id="d-x", start=7, end=8, text="它", type="compound", names=("da",))
    stranger = replace(alias, names=("丙药",))
    for subject, found in ((alias, 1), (stranger, 0)):
        via = replace(second, subject=replace(second.subject, mention="d-x", text="它"))
        figures = score(gold, result("d", TEXT, [one, two, three, subject], [via]))
        assert figures["claim"]["tp"] == found, subject.names
        assert figures["claim_any_subject"]["tp"] == 1


def test_matching_is_one_to_one(gold: tuple[GoldDocument, ...]) -> None:
    """The same claim said twice counts once, and the other is an extra with its rule and sentence."""
    mentions, (first, second) = records()
    twin = replace(first, id="d-c9", rule="twice")
    report = evaluate(gold, {"d": TEXT}, mentions, [first, twin, second])
    assert report.total.figures["claim"].tp == 2
    extra = [e for e in report.errors if e.kind == "extra"]
    assert [(e.of, e.rule, e.sentence_id, e.sentence) for e in extra] == [("claim", "twice", "S1", "甲药降低乙酶。")]


def test_gold_that_is_not_in_the_run_is_missed_with_a_warning(gold: tuple[GoldDocument, ...]) -> None:
    """A gold document without a text counts in full on the gold side, so leaving papers out wins nothing."""
    report = evaluate(gold, {}, [], [])
    assert report.total.figures["mention"].gold == 3
    assert report.warnings == ("d: not in the run, all of it counts as missed",)
    assert sum(e.kind == "miss" for e in report.errors) == 5


def test_gold_of_another_paper_is_warned_of(gold: tuple[GoldDocument, ...]) -> None:
    """A run whose text has little of the gold text in it is another paper under the same name, and that is said."""
    report = evaluate(gold, {"d": "完全不同的一篇。"}, [], [])
    assert "are they the same paper" in report.warnings[0]
    assert evaluate(gold, {"d": TEXT}, [], []).warnings == ()


def test_counts_are_summed_before_they_are_divided(gold: tuple[GoldDocument, ...]) -> None:
    """The total over two documents is that of their counts, not the mean of their figures."""
    (document,) = gold
    sentence = replace(document.sentences[0], doc="e")
    both = (document, GoldDocument("e", (sentence,), document.aliases))
    mentions, claims = records()
    figures = score(both, result("d", TEXT, mentions, claims), result("e", "甲药降低乙酶。"))
    assert figures["mention"] == {"p": 1.0, "r": 0.6, "f1": 0.75, "tp": 3, "system": 3, "gold": 5}
    assert figures["documents"]["e"]["mention"]["r"] == 0.0


def test_thresholds(gold: tuple[GoldDocument, ...]) -> None:
    """A figure at its threshold passes, one under it is named, and an unknown figure is a usage error."""
    report = evaluate(gold, {"d": TEXT}, *records())
    assert below(report, {"claim": 1.0, "mention-strict": 1.0}) == ()
    empty = evaluate(gold, {}, [], [])
    assert below(empty, {"claim": 0.5, "mention": 0.0}) == ("claim F1 0.000 is under 0.5",)
    with pytest.raises(UsageError, match="no figure 'clam'"):
        below(report, {"clam": 0.5})


def test_all_faults_of_gold_are_told_at_once(tmp_path: Path) -> None:
    """Wrong spans, types, relations and ids of several lines come in one DataError, each with file and line."""
    mentions = gold_line()["mentions"]
    first, second = mentions
    claims = gold_line()["claims"]
    file = write_gold(
        tmp_path,
        gold_line(mentions=[{**first, "end": 3}, second]),
        gold_line(id="S2", mentions=[first, {**second, "type": "organ"}]),
        gold_line(id="S3", claims=[{**claims[0], "relation": "stops"}]),
        gold_line(id="S4", claims=[{**claims[0], "object": "m9"}]),
        gold_line(id="S5", mentions=[first, second, {**second, "id": "m3"}]),
        gold_line(id="S5", doc="other"),
        gold_line(id="S7", claims=[{**claims[0], "subject": None}]),
        gold_line(id="S8", mentions=[first, second, {**first, "text": "", "start": 6, "end": 6}]),
        aliases={"no": "list"},
    )
    with file.open("ab") as more:
        more.write(b"{not json\n")
    with pytest.raises(DataError) as caught:
        load([file])
    told = dict.fromkeys(range(1, 10), "")
    for fault in caught.value.faults:
        if fault.startswith(f"{file}:"):
            told[int(fault.removeprefix(f"{file}:").partition(":")[0])] += fault
    wanted = {
        1: "is not what stands there", 2: "'organ' where one of", 3: "'stops' where one of", 4: "'m9' is no mention",
        5: "overlap", 6: "a second sentence 'S5'", 7: "not marked implicit", 8: "a second mention 'm1'", 9: "column",
    }  # fmt: skip
    assert [n for n, words in wanted.items() if words not in told[n]] == []
    assert any("aliases.json:1" in fault for fault in caught.value.faults)


def test_split_takes_only_its_part(tmp_path: Path) -> None:
    """With a split only the documents of that part are loaded; an unknown part is a usage error."""
    write_gold(tmp_path, gold_line())
    (tmp_path / "e.jsonl").write_bytes(orjson.dumps(gold_line(doc="e")))
    (tmp_path / "split.json").write_bytes(orjson.dumps({"development": ["d"], "test": ["e"]}))
    assert [g.id for g in load([tmp_path])] == ["d", "e"]
    assert [g.id for g in load([tmp_path], "dev")] == ["d"]
    assert [g.id for g in load([tmp_path], "test")] == ["e"]
    with pytest.raises(UsageError, match="no one part 'train'"):
        load([tmp_path], "train")


@pytest.mark.parametrize("name", ["nothing", "empty", "x.txt"])
def test_what_is_no_gold_is_a_usage_error(tmp_path: Path, name: str) -> None:
    """A path that is not there, a folder without gold and a file of another kind are told in a line."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "x.txt").write_text("x")
    with pytest.raises(UsageError):
        load([tmp_path / name])


# Properties.

spans = st.tuples(st.integers(0, 30), st.integers(1, 8)).map(lambda s: (s[0], s[0] + s[1]))


@given(st.lists(st.one_of(st.none(), spans), max_size=8), st.lists(st.one_of(st.none(), spans), max_size=8))
def test_overlapping_finds_what_a_look_at_every_pair_finds(one: list[Any], other: list[Any]) -> None:
    """The search by sorted starts misses no overlap and makes none up."""
    naive = [[j for j, b in enumerate(other) if a and b and a[0] < b[1] and b[0] < a[1]] for a in one]
    assert overlapping(one, other) == naive


@given(st.lists(st.lists(st.integers(0, 3), unique=True), max_size=4))
@settings(max_examples=60, deadline=None)
def test_matching_is_the_largest(candidates: list[list[int]]) -> None:
    """No way to pair the rows one to one gives more pairs."""
    pairs = matching(candidates)
    assert all(j in candidates[i] for i, j in pairs.items())
    assert len(set(pairs.values())) == len(pairs)
    slots = [*range(4), *[-1] * len(candidates)]
    tries = permutations(slots, len(candidates))
    best = max(sum(j in row for row, j in zip(candidates, chosen, strict=True)) for chosen in tries)
    assert len(pairs) == best


def test_matching_needs_no_deep_stack() -> None:
    """A path of augmentations as long as a book does not overflow the stack."""
    n = 5000
    candidates = [[i, i + 1] for i in range(n - 1)] + [[0]]
    assert len(matching(candidates)) == n


@given(st.text(st.sampled_from("甲乙 \n㎎ﬁαA％"), max_size=30), st.data())
def test_spans_survive_the_squeeze(text: str, data: st.DataObject) -> None:
    """A span of the squeezed text holds the squeezed span, and aligned with itself a text stays where it is."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    squeezed = squeeze(text)
    span = squeezed.span(start, end)
    assert squeezed.text[slice(*span)] == squeeze(text[start:end]).text if span else not squeeze(text[start:end]).text
    assert align(squeezed.text, squeezed.text).carry(span) == span


@given(st.lists(st.tuples(st.sampled_from(MENTION_TYPES), st.integers(1, 3)), min_size=1, max_size=6), st.data())
@settings(max_examples=50, deadline=None)
def test_what_a_run_leaves_out_it_loses_and_no_more(kinds: list[tuple[Any, int]], data: st.DataObject) -> None:
    """Of a run that drops some right mentions, precision stays 1 and recall is the share kept."""
    text = ""
    mentions: list[GoldMention] = []
    for kind, length in kinds:
        mentions.append(GoldMention(f"m{len(mentions)}", chr(0x4E00 + len(text)) * length, kind, len(text), 0))
        mentions[-1] = replace(mentions[-1], end=len(text) + length)
        text += mentions[-1].text + "的"
    gold = (GoldDocument("d", (GoldSentence("d", "S1", text, "zh", tuple(mentions), ()),)),)
    kept = data.draw(st.lists(st.sampled_from(mentions), unique=True))
    said = [mention("d", text, m.start, m.end, m.type, n + 1) for n, m in enumerate(kept)]
    counts = evaluate(gold, {"d": text}, said, []).total.figures["mention_strict"]
    assert (counts.tp, counts.system, counts.gold) == (len(kept), len(kept), len(mentions))


# The scorer beside the project.


def noisy(gold: GoldDocument, rng: random.Random) -> Result:
    """A run made of gold by a careless hand: blanks put in, records lost, shifted, retyped, doubled."""
    doc, text = gold.id, ""
    lost: set[str] = set()
    made = 0
    mentions: list[Mention] = []
    claims: list[Claim] = []
    for sentence in gold.sentences:
        if rng.random() < 0.05:
            continue
        at = []
        for ch in sentence.text:
            text += " " if rng.random() < 0.03 else ""
            at.append(len(text))
            text += ch if rng.random() > 0.004 else "噪音"
        at.append(len(text))
        text += "\n"
        ids = {m.id: _noisy_mention(doc, text, m, at, rng, made + n) for n, m in enumerate(sentence.mentions)}
        made += len(ids)
        mentions.extend(ids.values())
        lost |= {m.id for m in ids.values() if rng.random() < 0.1}
        for c in sentence.claims:
            subject = ids.get(c.subject or "") or next((m for m in mentions if m.text == c.subject_text), None)
            if rng.random() > 0.1 and subject:
                start, end = at[0], at[-1]
                claims.extend([_noisy_claim(text, subject, ids[c.object], c, rng, (start, end), len(claims))])
                claims.extend([replace(claims[-1], id=f"{doc}-t{len(claims)}")] if rng.random() < 0.05 else [])
    lost -= {end.mention for c in claims for end in (c.subject, c.object)}
    return result(doc, text, [m for m in mentions if m.id not in lost], claims)


def _noisy_mention(doc: str, text: str, m: GoldMention, at: list[int], rng: random.Random, number: int) -> Mention:
    start, end = at[m.start], at[m.end]
    if rng.random() < 0.2:
        start, end = max(0, start + rng.randint(-3, 1)), min(len(text), end + rng.randint(0, 3))
    kind = rng.choice(MENTION_TYPES) if rng.random() < 0.1 else m.type
    made = mention(doc, text, start, end, kind, number + 1)
    return replace(made, names=(made.text, m.text), concept_name=m.text if rng.random() < 0.5 else None)


def _noisy_claim(
    text: str, subject: Mention, target: Mention, c: GoldClaim, rng: random.Random, span: tuple[int, int], number: int
) -> Claim:
    made = claim(text, subject, c.relation, target, number + 1, citations=c.citations, model=c.model)
    evidence = replace(made.evidence, start=span[0], end=span[1], text=text[slice(*span)])
    made = replace(made, evidence=evidence, negated=c.negated, certainty=c.certainty)
    if rng.random() < 0.15:
        made = replace(made, relation=rng.choice(RELATIONS))
    if rng.random() < 0.1:
        made = replace(made, negated=not made.negated)
    if rng.random() < 0.1:
        made = replace(made, citations=(*made.citations, 99), model=())
    return made


SAME_NAMES = {
    "mention": "mention overlap", "mention_strict": "mention strict", "mention_any_type": "span overlap, any type",
    "claim": "claim", "claim_strict": "claim strict", "claim_any_relation": "  pair, any relation",
    "claim_any_subject": "  relation+object, any subject",
}  # fmt: skip


@pytest.mark.skipif(not (SHARED / "bin/score.py").exists(), reason="../shared/bin/score.py is not here")
@pytest.mark.parametrize("seed", [1, 2])
def test_figures_equal_the_independent_scorers(tmp_path: Path, seed: int) -> None:
    """On noisy runs made of the shared gold, one paper of it missing, every figure is the one that score.py gives."""
    rng = random.Random(seed)
    documents = load([SHARED / "gold"])
    missing = documents[seed % len(documents)].id
    run = write_run(tmp_path / "run", [noisy(g, rng) for g in documents if g.id != missing])
    files = ",".join(str(SHARED / f"gold/{g.id}.jsonl") for g in documents)
    scorer = [sys.executable, str(SHARED / "bin/score.py"), files, str(run), "--json"]
    theirs = json.loads(subprocess.run(scorer, check=True, capture_output=True, text=True).stdout)
    back = read_run(run)
    ours = as_json(evaluate(documents, back.texts, back.mentions, back.claims))
    assert {k: ours[k] for k in SAME_NAMES} == {k: theirs[v] for k, v in SAME_NAMES.items()}
    assert ours["types"] == {t: theirs[f"  {t} overlap"] for t in MENTION_TYPES}
    assert ours["relations"] == theirs["relations"]
    assert ours["attributes"] == theirs["attributes"]
    assert 0.5 < ours["claim"]["f1"] < 0.95
