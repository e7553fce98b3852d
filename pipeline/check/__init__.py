"""The evaluator: a run's mentions and claims against gold, as section 4 of the annotation guidelines defines it.

gold.py reads and checks gold, sides.py brings gold and run to one text, match.py pairs them, score.py counts.
"""

from __future__ import annotations

from pipeline.check.gold import GoldDocument, load
from pipeline.check.score import Counts, Error, Report, Score, as_json, below, evaluate

__all__ = ["Counts", "Error", "GoldDocument", "Report", "Score", "as_json", "below", "evaluate", "load"]
