"""The organism, patients or cells that a sentence names for its claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.knowledge import Knowledge
from pipeline.records import Sentence, Word


@dataclass(frozen=True, slots=True)
class Named:
    """The models of a sentence, by clause: `(clause start, texts)` in order."""

    clauses: tuple[tuple[int, tuple[str, ...]], ...]

    def near(self, at: int) -> tuple[str, ...]:
        """The models of the clause that `at` stands in, else those of the last clause before it that names any."""
        best: tuple[str, ...] = ()
        for start, texts in self.clauses:
            if start > at:
                break
            best = texts or best
        return best


class Models:
    """Finds model words in the words of a sentence."""

    def __init__(self, knowledge: Knowledge) -> None:
        del knowledge

    def find(self, words: Sequence[Word], sentence: Sentence) -> Named:
        clauses: list[tuple[int, tuple[str, ...]]] = []
        start = sentence.start
        texts: list[str] = []
        for word in words:
            if word.text in "，；。,;":
                clauses.append((start, tuple(dict.fromkeys(texts))))
                start, texts = word.end, []
            elif word.pos == "organisms":
                texts.append(word.text)
        clauses.append((start, tuple(dict.fromkeys(texts))))
        return Named(tuple(clauses))
