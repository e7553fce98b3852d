"""Words and parts of speech for Chinese text, by a tokenizer of our own that respects names already found."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from math import inf, log
from pathlib import Path
from typing import Literal

from pipeline.errors import UsageError
from pipeline.records import Word

Engine = Literal["jieba", "rjieba"]
ENGINES: tuple[Engine, ...] = ("jieba", "rjieba")

_LATIN = re.compile(r"[A-Za-z0-9\u0370-\u03ff]+(?:[-'’.][A-Za-z0-9\u0370-\u03ff]+)*|\s+")
_HANZI = re.compile("[\u4e00-\u9fd5]+|.", re.DOTALL)
# Verbs and adverbs of one hanzi that jieba's dictionary glues to the verb behind them: 可抑制, 能提高.
_MODAL = frozenset("可能会还亦均被经由受能再更不未并")

# The sum of all frequencies of jieba's dictionary: to add them up would take as long as to read it.
TOTAL = 60_101_967
# What words of our own count for in that sum: always the same. Did they count for what they weigh, as
# jieba has it, each would change the weight of every other, and one that a text does not hold could change how that
# text is cut: results that are kept (the cache) rely on it that it can't. It is about what ours weigh together; were it
# nothing, 速度快 and 最弱, as likely as 速度|快 and 最|弱 but for a thousandth, would be parted.
OURS = 1 << 18

Pairs = tuple[tuple[str, str], ...]
# The words that begin with two characters, with their weights, and the length of the longest.
Family = tuple[dict[str, float], int]
_NOTHING: Family = ({}, 0)


class Segmenter:
    """A private tokenizer: what we add to it never reaches the process-wide `jieba`, nor what others add reaches us.

    Words are the likeliest path through jieba's dictionary; hanzi that it does not know are words of their own. The
    guesses of jieba's hidden Markov model are left out: they glue unknown names to their neighbours, no mention or
    claim of ours is the better for them, they take two thirds of the time, and `rjieba` makes others. Without them
    both engines give the same words, but where two paths weigh the same to the last bit (小小|小, 小|小小), which each
    settles for itself. Raises UsageError for an engine that is not installed.
    """

    def __init__(self, words: Iterable[tuple[str, str]] = (), engine: Engine = "jieba") -> None:
        check_engine(engine)
        self._own = dict(words)
        self._dictionary = Dictionary(self._own)
        self._split = _rust(self._dictionary) if engine == "rjieba" else self._dictionary.split
        # Words recur.
        self._pos_of = lru_cache(maxsize=32768)(self._look_up)
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

    def _look_up(self, word: str) -> str:
        """A word's part of speech, `x` for one that is neither ours nor the dictionary's."""
        return self._own.get(word) or self._dictionary.pos_of(word) or "x"

    def _tag(self, hanzi: str) -> Pairs:
        own, pos_of = self._own, self._pos_of
        found: list[tuple[str, str]] = []
        for word in self._split(hanzi):
            # 可抑制, 能提高, 抑制提高: jieba knows some of these as one word.
            if len(word) > 2 and word not in own:
                cut = 1 if word[0] in _MODAL and word[1:] in own else 2
                if cut == 1 or (len(word) > 3 and word[:2] in own and word[2:] in own):
                    found += ((word[:cut], "v"), (word[cut:], "v"))
                    continue
            found.append((word, pos_of(word)))
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
                words.append(Word(at, stop, run[0], self._pos_of(run[0])))
                continue
            for word, pos in self._pairs(run[0]):
                stop = at + len(word)
                words.append(Word(at, stop, word, pos))
                at = stop


class Dictionary:
    """jieba's dictionary, and the likeliest path through it: `jieba.Tokenizer().cut(hanzi, HMM=False)` for hanzi alone.

    It is read from the installed package, in one pass, and looked up in its sorted lines. jieba itself is not
    imported: it would read its table from a file in the shared temporary folder, which may be anybody's.
    """

    def __init__(self, own: Collection[str] = ()) -> None:
        spec = find_spec("jieba")
        if spec is None or spec.origin is None:
            raise UsageError("jieba is not installed: both engines need its dictionary")
        data = Path(spec.origin).with_name("dict.txt").read_bytes()
        self._total = TOTAL + (OURS if own else 0)
        # A line is word, frequency, tag. They are as good as sorted already. A word stands before all that it begins: a
        # blank comes before any character.
        self._lines = sorted(data.decode("utf-8").splitlines())
        self._log_total = log(self._total)
        self._words_from = lru_cache(maxsize=65536)(self._read_from)
        self._weight_of = lru_cache(maxsize=16384)(self.weight)
        self.raised: dict[str, int] = {}
        """the frequencies of words of our own that the dictionary does not have, or would cut"""
        self.gained = 0
        """by how much these are more frequent than in the dictionary, in sum"""
        self._raised_from: dict[str, list[str]] = {}
        for word in own:
            self._raise(word)

    def pos_of(self, word: str) -> str | None:
        """A word's part of speech. It is all that `jieba.posseg` has to say without its guesses."""
        line = self._line(word)
        return sys.intern(line.rpartition(" ")[2]) if line else None

    def frequency(self, word: str) -> int:
        """How often a word was seen, 0 for none."""
        line = None if word in self.raised else self._line(word)
        return int(line.split(" ")[1]) if line else self.raised.get(word, 0)

    def split(self, hanzi: str) -> list[str]:
        """The words of the likeliest path: paths are weighed as words are found, from the end."""
        size = len(hanzi)
        best = [0.0] * (size + 1)
        ends = [0] * size
        weight_of, words_from = self._weight_of, self._words_from
        for start in range(size - 1, -1, -1):
            top, choice = weight_of(hanzi[start]) + best[start + 1], start + 1
            words, longest = words_from(hanzi[start : start + 2])
            if words:
                for end in range(start + 2, min(start + longest, size) + 1):
                    weight = words.get(hanzi[start:end])
                    # Of paths that weigh the same, jieba takes the longer word.
                    if weight is not None and (path := weight + best[end]) >= top:
                        top, choice = path, end
            # A hanzi that begins no word weighs as one that was seen once.
            best[start], ends[start] = (top, choice) if top > -inf else (best[start + 1] - self._log_total, start + 1)
        cut = []
        start = 0
        while start < size:
            cut.append(hanzi[start : ends[start]])
            start = ends[start]
        return cut

    def _raise(self, word: str) -> None:
        """Make the word one that is not cut, as `jieba.Tokenizer.suggest_freq` and `add_word` do."""
        likely = 1.0
        for piece in self.split(word):
            likely *= (self.frequency(piece) or 1) / self._total
        least, known = int(likely * self._total) + 1, self.frequency(word)
        if least > known:
            # The least weight is a tie but for one, which the two engines' sums may settle either way.
            self.raised[word] = least + least // 20 + 1
            self.gained += self.raised[word] - known
            self._raised_from.setdefault(word[:2], []).append(word)
            self._words_from.cache_clear()
            self._weight_of.cache_clear()

    def _line(self, word: str) -> str | None:
        """The dictionary's line of this word."""
        start = word + " "
        at = bisect_left(self._lines, start)
        return self._lines[at] if at < len(self._lines) and self._lines[at].startswith(start) else None

    def weight(self, word: str) -> float:
        """The logarithm of a word's share in all words, -inf for what is none."""
        frequency = self.frequency(word)
        return log(frequency) - self._log_total if frequency else -inf

    def _read_from(self, pair: str) -> Family:
        lines = self._lines
        if len(pair) < 2:
            return _NOTHING
        words = {}
        at = bisect_left(lines, pair)
        while at < len(lines) and lines[at].startswith(pair):
            word, frequency, _ = lines[at].split(" ")
            words[word] = log(int(frequency)) - self._log_total
            at += 1
        words.update((word, self.weight(word)) for word in self._raised_from.get(pair, ()))
        return (words, max(map(len, words))) if words else _NOTHING


def check_engine(engine: Engine) -> None:
    """Raises UsageError for an engine that is not installed, or that there is not."""
    if engine not in ENGINES:
        raise UsageError(f"{engine}: no such segmenter (there are {', '.join(ENGINES)})")
    if engine == "rjieba" and find_spec("rjieba") is None:
        raise UsageError("--segmenter rjieba: not installed; install the extra [fast], or leave it at jieba")


def _rust(dictionary: Dictionary) -> Callable[[str], list[str]]:
    """The same by rjieba, with the weights that jieba gives our words."""
    import rjieba

    fast = rjieba.Jieba()
    for word, frequency in dictionary.raised.items():
        fast.add_word(word, frequency, None)
    if dictionary.raised:
        # Its sum is that of all words, and so one that no text holds makes it ours.
        fast.add_word("\ue000\ue000", OURS - dictionary.gained, None)

    def split(hanzi: str) -> list[str]:
        return list(fast.cut(hanzi, False))

    return split
