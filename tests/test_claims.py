"""Constructions of both languages, a sentence each, with the claims that the annotation guidelines ask for.

What the engine does not read yet is marked in the list itself, in the column `xfail`: that is what is to do.
A marked case that passes fails the run, so that the mark goes with the fault.
"""

from __future__ import annotations

import pytest
from harness import Bench, Case, cases, expected_claims, faults

LISTS = {name: cases(name) for name in ("claims-zh.tsv", "claims-en.tsv")}


@pytest.mark.parametrize("case", [c.param() for listed in LISTS.values() for c in listed])
def test_claims(bench: Bench, case: Case) -> None:
    """The sentence makes the claims that are listed, and no other."""
    found = list(faults(bench.read(case["sentence"]), expected_claims(case["claims"])))
    assert not found, f"{case['construction']}: {case['sentence']}: {' | '.join(found)}"


@pytest.mark.parametrize("name", LISTS)
def test_each_sentence_stands_once(name: str) -> None:
    """No sentence is listed twice."""
    listed = [c["sentence"] for c in LISTS[name]]
    assert len(set(listed)) == len(listed)
