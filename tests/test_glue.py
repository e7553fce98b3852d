"""Small words that scans glue to their neighbours."""

from __future__ import annotations

import pytest

from pipeline.glue import Glue
from pipeline.knowledge import load


@pytest.fixture(scope="module")
def glue() -> Glue:
    return Glue(load())


@pytest.mark.parametrize(
    ("word", "cut"),
    [("inthe", (2,)), ("thatthe", (4,)), ("expressionof", (10,)), ("ofautophagy", (2,)), ("liverand", (5,))],
)
def test_glued_words_are_cut(glue: Glue, word: str, cut: tuple[int, ...]) -> None:
    """A word that nothing knows is cut where a small word begins or ends and the rest is known."""
    assert glue.split(word) == cut


@pytest.mark.parametrize("word", ["together", "resistin", "ligand", "therefore", "inactive", "within", "brand", "NF"])
def test_whole_words_stay(glue: Glue, word: str) -> None:
    """A known word, or one whose rest nobody knows, stays whole."""
    assert glue.split(word) == ()
