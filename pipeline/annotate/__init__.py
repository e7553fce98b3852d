"""The way to annotation tools and back: records as spans in a text, and spans as gold.

marked.py says what a document is to such a tool; convert.py turns gold and runs into that, and that into gold; brat.py,
label_studio.py and inception.py write and read each tool's files, carried.py what goes along with them; lint.py holds
gold to the annotation guidelines, compare.py counts what was corrected.
"""

from __future__ import annotations

from pipeline.annotate.convert import of_gold, of_run, to_gold
from pipeline.annotate.formats import FORMATS, Format, files_of, read_marked
from pipeline.annotate.marked import Findings, Marked

__all__ = ["FORMATS", "Findings", "Format", "Marked", "files_of", "of_gold", "of_run", "read_marked", "to_gold"]
