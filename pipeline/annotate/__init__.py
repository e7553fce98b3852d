"""The way to annotation tools and back: records as spans in a text, and spans as gold.

marked.py says what a document is to such a tool, and turns gold and runs into that and that into gold; brat.py,
label_studio.py and inception.py write and read each tool's files; lint.py holds gold to the annotation guidelines.
"""

from __future__ import annotations

from pipeline.annotate.formats import FORMATS, Format, files_of, read_marked
from pipeline.annotate.marked import Findings, Marked, of_gold, of_run, to_gold

__all__ = ["FORMATS", "Findings", "Format", "Marked", "files_of", "of_gold", "of_run", "read_marked", "to_gold"]
