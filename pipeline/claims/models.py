"""The organism, patients or cells that a sentence names for its claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.records import Sentence, Word

# Words for living things at large: they name no model.
_NO_MODEL = frozenset(["机体", "有机体", "生物体", "生物", "人体", "人类", "机体内", "organism", "organisms"])
_CLAUSE_ENDS = frozenset("，；。,;")


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


def _cells(words: Sequence[Word], i: int) -> bool:
    """Whether these are cells that something was found in: 巨噬细胞中的, 抑制癌细胞TNF-α; not 由T细胞分泌."""
    word = words[i]
    if word.pos != "anatomy" or len(word.text) < 3 or not word.text.endswith(("细胞", "神经元", "cells")):
        return False
    if i + 1 == len(words) or (i and words[i - 1].text in ("由", "被", "及", "、", "和")):
        return False
    after = words[i + 1]
    return after.text in ("中", "内", "的") or after.pos in ("compound", "protein")


def find_models(words: Sequence[Word], sentence: Sentence) -> Named:
    """The models in the words of a sentence: organisms, with the condition before and the cells behind them.

    糖尿病 + 患者 and 大鼠 + 皮质 + 星形胶质细胞 are one model each, as they stand.
    """
    clauses: list[tuple[int, tuple[str, ...]]] = []
    start = sentence.start
    texts: list[str] = []
    i = 0
    while i < len(words):
        word = words[i]
        if word.text in _CLAUSE_ENDS:
            clauses.append((start, tuple(dict.fromkeys(texts))))
            start, texts = word.end, []
        elif (word.pos == "organisms" and word.text not in _NO_MODEL) or _cells(words, i):
            a = b = i
            while a and words[a - 1].end == words[a].start:
                named = words[a - 1].pos in ("effect", "organisms")
                # 阿尔茨海默病模型小鼠
                model = words[a - 1].text == "模型" and a > 1 and words[a - 2].pos == "effect"
                if not (named or model):
                    break
                a -= 1
            while (
                b + 1 < len(words)
                and words[b + 1].pos in ("organisms", "anatomy")
                and words[b + 1].start - words[b].end <= 1
            ):
                b += 1
            while b > i and not (words[b].pos == "organisms" or words[b].text.endswith("细胞")):
                b -= 1
            # patients with diabetic neuropathy
            if b + 2 < len(words) and words[b + 1].text == "with" and words[b + 2].pos == "effect":
                b += 2
            text = sentence.text[words[a].start - sentence.start : words[b].end - sentence.start]
            if not any(text in t for t in texts):
                texts = [t for t in texts if t not in text] + [text]
            i = b
        i += 1
    clauses.append((start, tuple(dict.fromkeys(texts))))
    return Named(tuple(clauses))
