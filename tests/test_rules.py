"""Every rule of the grammar with its own cases: sentences where it fires, and near misses where it must not."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

import pytest
from harness import Bench, core_of, expected_claims, faults

from pipeline.claims import Claims
from pipeline.knowledge import GRAMMARS, RULES, Knowledge
from pipeline.segment.words import Segmenter


@dataclass(frozen=True)
class RuleCase:
    """A case of a rule: the sentence, and the claims that it makes where the case says so."""

    rule: str
    sentence: str
    claims: str | None


def _rules() -> list[tuple[str, list[str], list[str]]]:
    """(name, fires, quiet) of every rule."""
    found = []
    for grammar in GRAMMARS:
        data = tomllib.loads((RULES / f"{grammar}.toml").read_text(encoding="utf-8"))
        found += [(r["name"], r.get("fires", []), r.get("quiet", [])) for r in data["rule"]]
    return found


def _case(rule: str, line: str) -> RuleCase:
    sentence, bar, claims = line.partition(" | ")
    return RuleCase(rule, sentence.strip(), claims if bar else None)


RULE_CASES = _rules()
FIRES = [_case(name, line) for name, fires, _ in RULE_CASES for line in fires]
QUIET = [_case(name, line) for name, _, quiet in RULE_CASES for line in quiet]


def _ids(cases: list[RuleCase]) -> list[str]:
    return [f"{c.rule}-{number}" for number, c in enumerate(cases, 1)]


@pytest.mark.parametrize("case", FIRES, ids=_ids(FIRES))
def test_fires(bench: Bench, case: RuleCase) -> None:
    """The sentence makes the claims that are written beside it and no other, at least one of them by this rule."""
    assert case.claims is not None, "a case that fires is written `sentence | subject relation object; …`"
    read = bench.read(case.sentence)
    found = list(faults(read, expected_claims(case.claims)))
    assert not found, f"{case.sentence}: {' | '.join(found)}"
    assert case.rule in {c.rule for c in read.claims}, case.sentence


@pytest.mark.parametrize("case", QUIET, ids=_ids(QUIET))
def test_quiet(bench: Bench, case: RuleCase) -> None:
    """In a near miss the rule makes no claim; where claims are written beside it, they are what the sentence makes."""
    read = bench.read(case.sentence)
    made = [core_of(c) for c in read.claims if c.rule == case.rule]
    assert not made, f"{case.sentence}: {' | '.join(made)}"
    if case.claims is not None:
        found = list(faults(read, expected_claims(case.claims)))
        assert not found, f"{case.sentence}: {' | '.join(found)}"


@pytest.mark.parametrize(
    ("name", "fires"), [(name, fires) for name, fires, _ in RULE_CASES], ids=[n for n, _, _ in RULE_CASES]
)
def test_every_rule_has_a_case(name: str, fires: list[str]) -> None:
    """A rule lands with a sentence where it fires."""
    assert fires, f"{name} has no case where it fires"


def test_names_are_the_rules_own() -> None:
    """No two rules share a name."""
    names = [name for name, _, _ in RULE_CASES]
    assert len(set(names)) == len(names)


def test_a_clock_tells_what_rules_take(knowledge: Knowledge, segmenter: Segmenter) -> None:
    """With a clock, the claims room adds up what each rule takes to be tried; the claims are those made without."""
    clock: dict[str, float] = {}
    rule, sentence = next((name, _case(name, fires[0]).sentence) for name, fires, _ in RULE_CASES)
    timed = Bench(knowledge, segmenter, Claims(knowledge, clock)).read(sentence)
    assert clock[rule] > 0
    assert clock.keys() <= {name for name, _, _ in RULE_CASES}
    assert timed.claims == Bench(knowledge, segmenter, Claims(knowledge)).read(sentence).claims
