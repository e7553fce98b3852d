"""The tagging room: sentences in, glosses and mentions out.

Names of the lexicon are matched on characters (`match`), the paper's own definitions come before them (`glosses`),
names never seen are known by how they are built (`shapes`), and effects that no lexicon lists by their grammar
(`phrases_zh`, `phrases_en`).
"""

from pipeline.tag.tagger import Tagger

__all__ = ["Tagger"]
