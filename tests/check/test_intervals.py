"""Bootstrap intervals: the same as scipy's own over documents, and told apart where there are none."""

from __future__ import annotations

import sys
import warnings
from typing import Any

import numpy as np
import pytest
from scipy.stats import bootstrap

from pipeline.check.compare import FIGURES, MAIN
from pipeline.check.counts import Counts, Score
from pipeline.check.intervals import RESAMPLES, SEED, differences, intervals, intervals_json

COUNTS = [Counts(30, 40, 50), Counts(10, 12, 40), Counts(55, 60, 61), Counts(0, 5, 9), Counts(7, 30, 12)]


def scores(counts: list[Counts]) -> list[Score]:
    """Documents with these counts in every figure."""
    return [Score(dict.fromkeys(FIGURES, c)) for c in counts]


@pytest.mark.parametrize("measure", ["p", "r", "f1"])
def test_intervals_are_those_of_summed_counts(measure: str) -> None:
    """The interval of counts in arrays is the one of counts summed as documents are, resample for resample."""

    def plain(drawn: Any) -> float:
        return float(getattr(sum((COUNTS[n] for n in drawn), Counts()), measure))

    rng = np.random.default_rng(SEED)
    sure = bootstrap([np.arange(len(COUNTS))], plain, n_resamples=RESAMPLES, vectorized=False, method="BCa", rng=rng)
    found = intervals(scores(COUNTS)).figures
    assert found is not None
    interval = found["claim"][measure]
    assert (interval.low, interval.high) == pytest.approx(tuple(sure.confidence_interval))
    assert interval.method == "BCa"
    assert interval.low < getattr(sum(COUNTS, Counts()), measure) < interval.high


def test_same_counts_same_interval() -> None:
    """The seed is fixed."""
    assert intervals(scores(COUNTS)) == intervals(scores(COUNTS))


def test_without_spread_the_interval_is_of_percentiles() -> None:
    """BCa is not defined where every draw gives the same; percentiles are, no warning gets out, and it is told."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = intervals(scores([Counts(5, 5, 5)] * 4)).figures
    assert found is not None
    assert {(i.low, i.high, i.method) for m in found.values() for i in m.values()} == {(1.0, 1.0, "percentile")}


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_documents_have_none(n: int) -> None:
    """Fewer than three documents give no interval, and the reason."""
    found = intervals(scores(COUNTS[:n]))
    assert found.figures is None
    assert "wants 3 at least" in (found.why or "")
    assert intervals_json(found) == {"documents": n, "why": found.why}


def test_without_scipy_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures do without the extra; what to install is said."""
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    assert intervals(scores(COUNTS)).why == "scipy is not here: pip install 'claim-pipeline[stats]'"


def test_differences_are_paired() -> None:
    """Draws take both runs' counts of a document: the same gain everywhere is sure, however papers differ."""
    same = differences(scores(COUNTS), scores(COUNTS)).figures
    assert same is not None
    assert {(i.low, i.high) for figure in MAIN for i in same[figure].values()} == {(0.0, 0.0)}
    before = [Counts(n, 10 * n, 10 * n) for n in (1, 3, 5, 9)]
    after = [Counts(2 * n, 10 * n, 10 * n) for n in (1, 3, 5, 9)]
    gain = differences(scores(before), scores(after)).figures
    assert gain is not None
    assert (gain["claim"]["f1"].low, gain["claim"]["f1"].high) == pytest.approx((0.1, 0.1))
    better = differences(scores(COUNTS), scores([Counts(c.tp + 1, c.system + 1, c.gold) for c in COUNTS])).figures
    assert better is not None
    assert better["claim"]["r"].low > 0
