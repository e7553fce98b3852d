"""Claim records from Chinese and English biomedical review papers: who acts on what, and where the PDF says so.

from pipeline import load

doc = load()("姜黄素能抑制NF-κB的表达。")
doc.claims
"""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.library import Docs, Pipeline
    from pipeline.segment.words import Engine

__all__ = ["load", "open_run"]

# Every command imports this module: what is heavy is imported when it is called for.


def load(lexicon: str | PathLike[str] | None = None, *, segmenter: Engine = "jieba") -> Pipeline:
    """The pipeline, ready for texts and papers; takes a second or two to build.

    `lexicon` is a folder of your own tables, which win where names clash; `segmenter` is `jieba` or `rjieba`. Raises
    UsageError for a folder or a segmenter that is not there, DataError with all faults of the tables.
    """
    from pipeline.library import Pipeline

    return Pipeline(lexicon, segmenter)


def open_run(folder: str | PathLike[str]) -> Docs:
    """What `pipeline run` left in a folder, or behind a URL, as docs by their ids.

    Raises UsageError where it is no run, DataError with all faults of its records.
    """
    from pipeline.library import docs_of
    from pipeline.store import read_run

    return docs_of(read_run(str(folder)))
