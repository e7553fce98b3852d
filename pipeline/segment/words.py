"""Words and parts of speech for Chinese text, by a tokenizer of our own that respects names already found."""

from __future__ import annotations

import logging
import re
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from math import inf, log
from typing import Literal

import jieba

from pipeline.errors import UsageError
from pipeline.records import Word

Engine = Literal["jieba", "rjieba"]
ENGINES: tuple[Engine, ...] = ("jieba", "rjieba")

_LATIN = re.compile(r"[A-Za-z0-9\u0370-\u03ff]+(?:[-'’.][A-Za-z0-9\u0370-\u03ff]+)*|\s+")
_HANZI = re.compile("[\u4e00-\u9fd5]+|.", re.DOTALL)
# Verbs and adverbs of one hanzi that jieba's dictionary glues to the verb behind them: 可抑制, 能提高.
_MODAL = frozenset("可能会还亦均被经由受能再更不未并")

Pairs = tuple[tuple[str, str], ...]


class Segmenter:
    """A private tokenizer: what we add to it never reaches the process-wide `jieba`, nor what others add reaches us.

    Words are the likeliest path through jieba's dictionary; hanzi that it does not know are words of their own. The
    guesses of jieba's hidden Markov model are left out: they glue unknown names to their neighbours, no mention or
    claim of ours is the better for them, they take two thirds of the time, and `rjieba` makes others. Without them
    both engines give the same words. Raises UsageError for an engine that is not installed.
    """

    def __init__(self, words: Iterable[tuple[str, str]] = (), engine: Engine = "jieba") -> None:
        # jieba greets on stderr when it reads its dictionary; what is printed is the console module's business.
        logging.getLogger("jieba").setLevel(logging.WARNING)
        own = list(words)
        tokenizer = jieba.Tokenizer()
        tokenizer.initialize()
        self._pos = _tags(tokenizer)
        self._pos.update(own)
        self._own = frozenset(word for word, _ in own)
        raised: dict[str, int] = {}
        for word, _ in own:
            known = tokenizer.FREQ.get(word, 0)
            if (least := tokenizer.suggest_freq(word)) > known:
                # The least weight is a tie but for one, which the two engines' sums may settle either way.
                raised[word] = least + least // 20 + 1
                tokenizer.add_word(word, raised[word])
                # A word that was known counts once: jieba adds its new weight to its old one.
                tokenizer.total -= known
        self._split = _rust(raised) if engine == "rjieba" else _python(tokenizer)
        # A sentence is cut again each time that more names are known in it, and papers say the same things again.
        self._pairs = lru_cache(maxsize=8192)(self._tag)
        self._base = lru_cache(maxsize=2048)(self._cut)

    def cut(self, text: str, start: int, end: int, fixed: Iterable[tuple[int, int, str]] = ()) -> list[Word]:
        """Words of `text[start:end]`; each `(start, end, pos)` of `fixed` (sorted, apart) is a word of its own."""
        base, starts = self._base(text, start, end)
        words: list[Word] = []
        at = start
        for a, b, pos in [*fixed, (end, end, "")]:
            if at < a:
                words += self._between(text, base, starts, at, a)
            if a < b:
                words.append(Word(a, b, text[a:b], pos))
            at = max(at, b)
        return words

    def forget(self) -> None:
        """Empty the memos: for those who time."""
        self._pairs.cache_clear()
        self._base.cache_clear()

    def _between(self, text: str, base: Sequence[Word], starts: Sequence[int], start: int, end: int) -> Sequence[Word]:
        """Words of a stretch between names: the sentence's own where it has a cut at both ends.

        The likeliest path through a whole is the likeliest through each part that it parts at.
        """
        i = bisect_left(starts, start)
        j = bisect_left(starts, end, i)
        fits = (i == j or base[i].start == start or text[start : base[i].start].isspace()) and (
            i == 0 or base[i - 1].end <= start
        )
        if fits and i < j and base[j - 1].end <= end:
            return base[i:j]
        return self._cut(text, start, end)[0]

    def _tag(self, hanzi: str) -> Pairs:
        own, pos_of = self._own, self._pos
        found: list[tuple[str, str]] = []
        for word in self._split(hanzi):
            # 可抑制, 能提高, 抑制提高: jieba knows some of these as one word.
            if len(word) > 2 and word not in own:
                cut = 1 if word[0] in _MODAL and word[1:] in own else 2
                if cut == 1 or (len(word) > 3 and word[:2] in own and word[2:] in own):
                    found += ((word[:cut], "v"), (word[cut:], "v"))
                    continue
            found.append((word, pos_of.get(word, "x")))
        return tuple(found)

    def _cut(self, text: str, start: int, end: int) -> tuple[tuple[Word, ...], tuple[int, ...]]:
        """The words of a stretch as its own text has them, and where each begins."""
        words: list[Word] = []
        at = start
        for match in _LATIN.finditer(text, start, end):
            if at < match.start():
                self._hanzi(text, at, match.start(), words)
            at = match.end()
            if not match.group().isspace():
                words.append(Word(match.start(), at, match.group(), "eng"))
        if at < end:
            self._hanzi(text, at, end, words)
        return tuple(words), tuple(w.start for w in words)

    def _hanzi(self, text: str, start: int, end: int, words: list[Word]) -> None:
        for run in _HANZI.finditer(text, start, end):
            at, stop = run.span()
            if stop - at == 1:
                words.append(Word(at, stop, run[0], self._pos.get(run[0], "x")))
                continue
            for word, pos in self._pairs(run[0]):
                stop = at + len(word)
                words.append(Word(at, stop, word, pos))
                at = stop


def _tags(tokenizer: jieba.Tokenizer) -> dict[str, str]:
    """The part of speech of each word of jieba's dictionary.

    It is all that `jieba.posseg` has to say without its guesses, and half a second and 50 MB less than importing it.
    """
    with tokenizer.get_dict_file() as file:
        # A line is word, frequency, tag.
        cells = file.read().decode("utf-8").split()
    return dict(zip(cells[::3], map(sys.intern, cells[2::3]), strict=True))


def _python(tokenizer: jieba.Tokenizer) -> Callable[[str], list[str]]:
    """`tokenizer.cut(hanzi, HMM=False)` for hanzi alone, in one loop: paths are weighed as words are found."""
    known, total = tokenizer.FREQ, log(tokenizer.total)
    # Weights as they are asked for; jieba's table holds the beginnings of words as well, at 0.
    weights: dict[str, float] = {}

    def split(hanzi: str) -> list[str]:
        size = len(hanzi)
        best = [0.0] * (size + 1)
        ends = [0] * size
        for start in range(size - 1, -1, -1):
            top, choice = -inf, 0
            for end in range(start + 1, size + 1):
                piece = hanzi[start:end]
                weight = weights.get(piece)
                if weight is None:
                    freq = known.get(piece)
                    if freq is None:
                        break
                    weight = weights[piece] = log(freq) - total if freq else -inf
                # Of paths that weigh the same, jieba takes the longer word.
                if (path := weight + best[end]) >= top and weight > -inf:
                    top, choice = path, end
            # A hanzi that begins no word weighs as one that was seen once.
            best[start], ends[start] = (top, choice) if choice else (best[start + 1] - total, start + 1)
        words = []
        start = 0
        while start < size:
            words.append(hanzi[start : ends[start]])
            start = ends[start]
        return words

    return split


def _rust(raised: Mapping[str, int]) -> Callable[[str], list[str]]:
    """The same by rjieba, with the weights that jieba gives our words. Raises UsageError where it is not installed."""
    try:
        import rjieba
    except ImportError:
        raise UsageError("--segmenter rjieba: not installed; install the extra [fast], or leave it at jieba") from None
    fast = rjieba.Jieba()
    for word, weight in raised.items():
        fast.add_word(word, weight, None)

    def split(hanzi: str) -> list[str]:
        return list(fast.cut(hanzi, False))

    return split
