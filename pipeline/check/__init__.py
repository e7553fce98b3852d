"""The evaluator: a run's mentions and claims against gold, as section 4 of the annotation guidelines defines it.

gold.py reads and checks gold, sides.py brings gold and run to one text, match.py and compare.py pair them, counts.py
counts, slices.py by kind of sentence, intervals.py how sure that is; causes.py says why records are on one side only,
score.py sums up, page.py shows it. diff.py holds two runs against each other, agree.py two golds (kappa.py: beyond
chance). oracle.py puts the gold's mentions in the place of a run's own.
"""

from __future__ import annotations

from pipeline.check.counts import Counts, Score
from pipeline.check.gold import GoldDocument, load
from pipeline.check.oracle import gold_mentions
from pipeline.check.score import Error, Report, as_json, below, evaluate

__all__ = [
    "Counts", "Error", "GoldDocument", "Report", "Score", "as_json", "below", "evaluate", "gold_mentions", "load",
]  # fmt: skip
