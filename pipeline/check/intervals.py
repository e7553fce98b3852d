"""How far figures may be off by the choice of papers: bootstrap intervals over documents.

Documents are drawn with replacement, their counts summed, and the figure made of the sums (Efron 1979). The interval is
bias-corrected and accelerated (BCa; Efron 1987) where that is defined, else of percentiles: BCa is not defined where
leaving any one document out changes nothing, as in a run without a fault. Seeded: the same counts, the same interval.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pipeline.check.compare import MAIN
from pipeline.check.counts import Counts, Score

LEVEL = 0.95
RESAMPLES = 9999
FEWEST = 3
SEED = 20261121
MEASURES = ("p", "r", "f1")


@dataclass(frozen=True, slots=True)
class Interval:
    """From where to where a figure, or a difference of figures, may be."""

    low: float
    high: float
    method: Literal["BCa", "percentile"]


@dataclass(frozen=True, slots=True)
class Intervals:
    """Intervals by figure and measure (`p`, `r`, `f1`); empty where there are none, and `why` says why."""

    documents: int
    why: str | None = None
    figures: Mapping[str, Mapping[str, Interval]] | None = None


def intervals(scores: Sequence[Score]) -> Intervals:
    """Intervals for the main figures of these documents."""
    why = _why_not(len(scores))
    if why:
        return Intervals(len(scores), why)
    return Intervals(
        len(scores),
        figures={figure: {m: _bootstrap([_columns(scores, figure)], _measure(m)) for m in MEASURES} for figure in MAIN},
    )


def differences(one: Sequence[Score], other: Sequence[Score]) -> Intervals:
    """Intervals for the main figures of the second run less the first's, paired: both runs' counts of a document are
    drawn together. The scores are of the same documents in the same order."""
    why = _why_not(len(one))
    if why:
        return Intervals(len(one), why)
    return Intervals(
        len(one),
        figures={
            figure: {
                m: _bootstrap([_columns(one, figure), _columns(other, figure)], _difference(_measure(m)))
                for m in MEASURES
            }
            for figure in MAIN
        },
    )


def intervals_json(found: Intervals) -> dict[str, Any]:
    """Intervals as plain data: ends to three places, or why there are none."""
    said: dict[str, Any] = {"documents": found.documents}
    if found.figures is None:
        return {**said, "why": found.why}
    figures = {
        figure: {m: {"low": round(i.low, 3), "high": round(i.high, 3), "method": i.method} for m, i in measures.items()}
        for figure, measures in found.figures.items()
    }
    return {**said, "level": LEVEL, "resamples": RESAMPLES, **figures}


def _why_not(documents: int) -> str | None:
    if documents < FEWEST:
        return f"{documents} document{'' if documents == 1 else 's'}, and a bootstrap wants {FEWEST} at least"
    try:
        import scipy.stats  # noqa: F401
    except ImportError:
        return "scipy is not here: pip install 'claim-pipeline[stats]'"
    return None


def _columns(scores: Sequence[Score], figure: str) -> list[list[int]]:
    """Three rows, a number for each document: pairs, records of the run, records of the gold."""
    counts: list[Counts] = [score.figures[figure] for score in scores]
    return [[c.tp for c in counts], [c.system for c in counts], [c.gold for c in counts]]


def _measure(name: str) -> Callable[..., Any]:
    """Precision, recall or F1 of arrays of counts, a document a place on `axis`; 0 of nothing, as `Counts` has it."""
    import numpy as np

    def measure(tp: Any, system: Any, gold: Any, axis: int = -1) -> Any:
        found, said, wanted = (np.sum(counts, axis=axis, dtype=float) for counts in (tp, system, gold))
        of = {"p": said, "r": wanted, "f1": (said + wanted) / 2}[name]
        return np.divide(found, of, out=np.zeros_like(found), where=of > 0)

    return measure


def _difference(measure: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *counts, axis=-1: measure(*counts[3:], axis=axis) - measure(*counts[:3], axis=axis)


def _bootstrap(groups: Sequence[list[list[int]]], statistic: Callable[..., Any]) -> Interval:
    import numpy as np
    from scipy.stats import DegenerateDataWarning, bootstrap

    data = [np.array(row) for group in groups for row in group]

    def interval(method: Literal["BCa", "percentile"]) -> Interval:
        with warnings.catch_warnings(), np.errstate(invalid="ignore"):
            warnings.simplefilter("ignore", DegenerateDataWarning)  # what it warns of is looked at below
            low, high = bootstrap(
                data,
                statistic,
                n_resamples=RESAMPLES,
                vectorized=True,
                paired=True,
                confidence_level=LEVEL,
                method=method,
                rng=np.random.default_rng(SEED),
            ).confidence_interval
        return Interval(float(low), float(high), method)

    found = interval("BCa")
    return interval("percentile") if np.isnan([found.low, found.high]).any() else found
