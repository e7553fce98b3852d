"""Gold held to the guidelines: each rule has a sentence that breaks it, and a near miss that does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import SHARED

from pipeline.annotate.lint import Finding, Lint, lint
from pipeline.check.gold import GoldClaim, GoldDocument, GoldMention, GoldSentence, written
from pipeline.kinds import MentionType
from pipeline.knowledge import load_rules

ROOT = Path(__file__).resolve().parents[2]
TEXT = "在大鼠中，姜黄素(CUR)通过抑制NF-κB减轻了关节的炎症[3,5-7]。"
RULES = load_rules(frozenset())


def marked(text: str, *spans: tuple[str, MentionType]) -> GoldSentence:
    """A sentence with mentions, each at the first place of its text."""
    own = tuple(
        GoldMention(f"m{n}", name, kind, text.index(name), text.index(name) + len(name))
        for n, (name, kind) in enumerate(spans, 1)
    )
    return GoldSentence("d", "S1", text, "zh", own, ())


SENTENCE = marked(TEXT, ("姜黄素", "compound"), ("CUR", "compound"), ("NF-κB", "protein"), ("炎症", "effect"))
CLAIM = GoldClaim(
    "m1", "姜黄素", False, "decreases", "m4", "炎症", "减轻", False, "asserted", ("NF-κB",), (3, 6), ("大鼠",)
)


def said(sentence: GoldSentence) -> list[tuple[bool, str]]:
    """What there is to say of a sentence."""
    return list(Lint(RULES).sentence(sentence))


def test_a_good_sentence_is_silent() -> None:
    """Nothing is said of a sentence that keeps the rules."""
    assert said(replace(SENTENCE, claims=(CLAIM,))) == []


@pytest.mark.parametrize(
    ("change", "severe", "reason"),
    [
        ({"subject": "m4", "subject_text": "炎症"}, True, "subject and object are the same mention"),
        ({"subject": None, "subject_text": "炎 症", "subject_implicit": True}, False, "have the same name"),
        ({"subject_implicit": True}, False, "marked implicit"),
        ({"via": ("m3",)}, True, "via is the id 'm3'"),
        ({"via": ("TNF-α",)}, False, "via 'TNF-α' is no mention"),
        ({"via": ("炎症",)}, False, "the claim's own subject or object"),
        ({"trigger": "加重"}, True, "'加重' does not stand in the sentence"),
        ({"trigger": ""}, False, "no trigger"),
        ({"model": ("小鼠",)}, True, "model '小鼠'"),
        ({"citations": (3, 8)}, True, "no reference mark 8"),
        ({"citations": (5, 3)}, False, "not in order"),
    ],
)
def test_claims(change: dict[str, Any], severe: bool, reason: str) -> None:
    """One thing wrong with a claim is one thing said, with its weight."""
    ((bad, told),) = said(replace(SENTENCE, claims=(replace(CLAIM, **change),)))
    assert bad == severe
    assert told.startswith("claim 1, ")
    assert reason in told


def test_equal_claims_are_one() -> None:
    """Two claims with one subject, relation, object and negation are told; with another negation they are two."""
    hedged = replace(CLAIM, certainty="hedged", trigger="抑制")
    assert said(replace(SENTENCE, claims=(CLAIM, hedged))) == [
        (True, "2 claims 姜黄素 decreases 炎症; they are one (2.11)")
    ]
    assert said(replace(SENTENCE, claims=(CLAIM, replace(hedged, negated=True)))) == []


@pytest.mark.parametrize(
    ("text", "name", "kind", "severe", "reason"),
    [
        ("HO-1 表达升高。", "HO-1 表达", "protein", True, "'表达' says what was measured"),
        ("HO-1 表达升高。", "HO-1", "protein", None, ""),
        ("The HO-1 level rose.", "HO-1 level", "protein", True, "'level' says what was measured"),
        ("铁蛋白升高。", "铁蛋白", "protein", None, ""),
        ("基因表达升高。", "基因表达", "effect", None, ""),
        ("它的作用很强。", "作用", "effect", True, "a vague head alone"),
        ("其安全性很高。", "安全性", "effect", False, "a vague head alone"),
        ("γ-氨基丁酸(GABA)升高。", "γ-氨基丁酸(GABA)", "compound", False, "two mentions (1.3)"),
        ("N-甲基(NMDA)受体升高。", "N-甲基(NMDA)受体", "protein", None, ""),
        ("铁(III)升高。", "铁(III)", "compound", None, ""),
        ("PI3K/Akt信号通路被激活。", "PI3K", "protein", False, "'PI3K/Akt信号通路' is one effect"),
        ("PI3K/Akt信号通路被激活。", "PI3K/Akt信号通路", "effect", None, ""),
        ("PI3K/Akt信号通路被激活。", "PI3K/Akt信号通路", "protein", True, "a pathway is an effect"),
        ("The NF-κB signaling pathway rose.", "NF-κB", "protein", False, "'NF-κB signaling pathway' is one effect"),
        ("PI3K和Akt被激活。", "PI3K", "protein", None, ""),
        ("姜黄素，很好。", "姜黄素，", "compound", True, "a blank or a mark"),
    ],
)
def test_mentions(text: str, name: str, kind: MentionType, severe: bool | None, reason: str) -> None:
    """A span that breaks a rule is told; one that nearly does is not."""
    found = said(replace(marked(text, (name, kind)), lang="zh" if "。" in text else "en"))
    assert [bad for bad, _ in found] == ([] if severe is None else [severe])
    assert all(reason in told for _, told in found)


def test_sentences() -> None:
    """Claims in a heading, and a language that the text does not have, are doubts."""
    heading = marked("姜黄素减轻炎症", ("姜黄素", "compound"), ("炎症", "effect"))
    claim = replace(CLAIM, object="m2", via=(), citations=(), model=())
    assert said(replace(heading, claims=(claim,))) == [(False, "claims in what looks like a heading (2)")]
    assert said(replace(heading, lang="en")) == [(False, "lang is 'en', the text looks like 'zh'")]


def put(folder: Path, *sentences: GoldSentence, aliases: tuple[tuple[str, ...], ...] = ()) -> Path:
    """A gold folder with one document of these sentences, numbered."""
    numbered = tuple(replace(s, id=f"S{n}") for n, s in enumerate(sentences))
    for name, data in written(GoldDocument("d", numbered, aliases)).items():
        (folder / name).write_bytes(data)
    return folder


def test_across_sentences(tmp_path: Path) -> None:
    """A name of two types, one left untagged, and one in two groups of aliases are doubts, with their lines."""
    once = marked("姜黄素很好。", ("姜黄素", "compound"))
    odd = marked("姜黄素不好。", ("姜黄素", "effect"))
    bare = marked("姜黄素也在。")
    put(tmp_path, once, once, odd, bare, aliases=(("姜黄素", "CUR"), ("cur", "x")))
    assert lint([tmp_path], RULES) == [
        Finding(f"{tmp_path}/d.jsonl:3", False, "S2: mention '姜黄素': effect here, compound 2 times in this paper"),
        Finding(
            f"{tmp_path}/d.jsonl:4", False, "S3: '姜黄素' at 0 is no mention here, and one 2 times in this paper (1.11)"
        ),
        Finding(f"{tmp_path}/d.aliases.json:1", False, "the name 'cur' is in 2 groups"),
    ]


def test_a_name_and_its_short_form_make_one_claim(tmp_path: Path) -> None:
    """Claims about both of 姜黄素(CUR) are one too many; where the two are not one in this paper, they are two."""
    both = replace(SENTENCE, claims=(CLAIM, replace(CLAIM, subject="m2", subject_text="CUR")))
    put(tmp_path, both, aliases=(("姜黄素", "CUR"),))
    reason = "S0: one claim about '姜黄素', one about 'CUR'; they are one (2.3)"
    assert lint([tmp_path], RULES) == [Finding(f"{tmp_path}/d.jsonl:1", True, reason)]
    put(tmp_path, both, aliases=(("姜黄素", "curcumin"),))
    assert lint([tmp_path], RULES) == []


def test_implicit_subjects_stand_before(tmp_path: Path) -> None:
    """A subject outside its sentence is a mention of one before, and none of its own."""
    outside = replace(CLAIM, subject=None, subject_implicit=True, object="m1", via=(), citations=(), model=())
    second = replace(marked("它减轻炎症。", ("炎症", "effect")), claims=(outside,))
    put(tmp_path, SENTENCE, second)
    assert lint([tmp_path], RULES) == []
    put(tmp_path, second)
    assert [f.reason for f in lint([tmp_path], RULES)] == [
        "S0: the implicit subject '姜黄素' is no mention of a sentence before (2.5)"
    ]
    third = replace(SENTENCE, claims=(replace(outside, object="m4"),))
    put(tmp_path, SENTENCE, third)
    assert [f.reason for f in lint([tmp_path], RULES)] == [
        "S1: the subject '姜黄素' is marked as outside, and is a mention here (2.5)"
    ]


def test_names_within_names_are_left_alone(tmp_path: Path) -> None:
    """ALC in ALCAR is another word, and what lies in a mention is tagged."""
    once = marked("ALC 好。", ("ALC", "compound"))
    put(tmp_path, once, once, marked("ALCAR 与 D-ALC 好。"), marked("乙酰ALC盐好。", ("乙酰ALC盐", "compound")))
    assert lint([tmp_path], RULES) == []


def test_broken_lines_are_told_with_the_rest(tmp_path: Path) -> None:
    """What the loader refuses is told beside what breaks a rule, all files at once; such a line only for its form."""
    broken = replace(SENTENCE, mentions=(replace(SENTENCE.mentions[0], start=0, end=3), *SENTENCE.mentions[1:]))
    put(tmp_path, broken, replace(SENTENCE, claims=(replace(CLAIM, trigger="无"),)))
    with (tmp_path / "d.jsonl").open("ab") as file:
        file.write(b"{\n")
    (tmp_path / "e.jsonl").write_bytes(b"")
    found = lint([tmp_path], RULES)
    assert all(f.severe for f in found)
    assert [f.place.rsplit("/", 1)[1] for f in found] == ["d.jsonl:1", "d.jsonl:2", "d.jsonl:3", "e.jsonl:1"]
    assert found[0].reason.startswith("S0: mention m1: '姜黄素' is not what stands there")
    assert found[1].reason.startswith("S1: claim 1, ")


def test_our_gold_keeps_the_rules() -> None:
    """The gold of this project breaks no rule, and one sentence is to be doubted: it names its subjects too late."""
    found = lint([ROOT / "annotations"], RULES)
    assert [(f.severe, f.place.rsplit("/", 1)[1]) for f in found] == [(False, "acetyl-l-carnitine.jsonl:27")] * 2


def test_the_shared_gold_breaks_no_rule() -> None:
    """The gold that the guidelines were written with breaks none of them, and there is little to doubt."""
    if not SHARED.is_dir():
        pytest.skip(f"no {SHARED}")
    found = lint([SHARED / "gold"], RULES)
    assert [f for f in found if f.severe] == []
    assert len(found) <= 5
