"""The evaluator: a run's mentions and claims against gold, as section 4 of the annotation guidelines defines it.

gold.py reads and checks gold, sides.py brings gold and run to one text, match.py pairs them, score.py counts;
oracle.py puts the gold's mentions in the place of a run's own.
"""

from __future__ import annotations

from pipeline.check.gold import GoldDocument, load
from pipeline.check.oracle import gold_mentions
from pipeline.check.score import Counts, Error, Report, Score, as_json, below, evaluate

__all__ = [
    "Counts", "Error", "GoldDocument", "Report", "Score", "as_json", "below", "evaluate", "gold_mentions", "load",
]  # fmt: skip
