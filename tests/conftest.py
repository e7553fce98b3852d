"""What several tests share. The rooms take seconds to build: once for a session."""

from __future__ import annotations

from dataclasses import replace

import pytest
from harness import Bench
from hypothesis import settings

from pipeline.claims import Claims
from pipeline.knowledge import WORD_TABLES, Knowledge, load
from pipeline.segment.words import Segmenter

# The first example pays for what is built when first asked for, and machines are shared: no test is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The project's own lexicon and rules."""
    return load()


@pytest.fixture(scope="session")
def claims_room(knowledge: Knowledge) -> Claims:
    """The claims room."""
    return Claims(knowledge)


@pytest.fixture(scope="session")
def segmenter(knowledge: Knowledge) -> Segmenter:
    """The private tokenizer, with the words that the claims room wants whole."""
    return Segmenter((word, "v") for word in knowledge.kept_whole())


@pytest.fixture(scope="session")
def bench(knowledge: Knowledge, segmenter: Segmenter, claims_room: Claims) -> Bench:
    """The rooms behind the reading room, for text that a test writes."""
    return Bench(knowledge, segmenter, claims_room)


@pytest.fixture(scope="session")
def bare(knowledge: Knowledge, segmenter: Segmenter) -> Bench:
    """The tagging room without a lexicon: it knows organs, animals and microbes, and no compound, protein or effect."""
    words = tuple(c for c in knowledge.concepts if c.kind in WORD_TABLES)
    return Bench(replace(knowledge, concepts=words), segmenter, None)
