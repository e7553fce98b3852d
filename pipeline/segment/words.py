"""Words and parts of speech for Chinese text, by a jieba of our own that respects names already found."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from functools import lru_cache

import jieba
import jieba.posseg

from pipeline.records import Word

_LATIN = re.compile(r"[A-Za-z0-9\u0370-\u03ff]+(?:[-'’.][A-Za-z0-9\u0370-\u03ff]+)*|\s+")
# Verbs and adverbs of one hanzi that jieba's dictionary glues to the verb behind them: 可抑制, 能提高.
_MODAL = frozenset("可能会还亦均被经由受能再更不未并")

Pairs = tuple[tuple[str, str], ...]


class Segmenter:
    """A private tokenizer: what we add to it never reaches the process-wide `jieba`, nor what others add reaches us."""

    def __init__(self, words: Iterable[tuple[str, str]] = ()) -> None:
        # jieba greets on stderr when it reads its dictionary; what is printed is the console module's business.
        logging.getLogger("jieba").setLevel(logging.WARNING)
        self._tokenizer = jieba.Tokenizer()
        self._tokenizer.initialize()
        own = list(words)
        for word, pos in own:
            self._tokenizer.add_word(word, tag=pos)
        self._own = frozenset(word for word, _ in own)
        self._tagger = jieba.posseg.POSTokenizer(self._tokenizer)
        # A sentence is cut again each time that more names are known in it: most stretches between names are the same.
        self._pairs = lru_cache(maxsize=8192)(self._tag)
        self._stretch = lru_cache(maxsize=4096)(self._cut)

    def cut(self, text: str, start: int, end: int, fixed: Iterable[tuple[int, int, str]] = ()) -> list[Word]:
        """Words of `text[start:end]`; each `(start, end, pos)` of `fixed` (sorted, apart) is a word of its own."""
        words: list[Word] = []
        at = start
        for a, b, pos in [*fixed, (end, end, "")]:
            if at < a:
                words += self._stretch(text, at, a)
            if a < b:
                words.append(Word(a, b, text[a:b], pos))
            at = max(at, b)
        return words

    def _tag(self, stretch: str) -> Pairs:
        own = self._own
        found: list[tuple[str, str]] = []
        for pair in self._tagger.cut(stretch, HMM=True):
            word, pos = pair.word, str(pair.flag)
            # 可抑制, 能提高, 抑制提高: jieba knows some of these as one word.
            if len(word) > 2 and word not in own:
                cut = 1 if word[0] in _MODAL and word[1:] in own else 2
                if cut == 1 or (len(word) > 3 and word[:2] in own and word[2:] in own):
                    found += ((word[:cut], "v"), (word[cut:], "v"))
                    continue
            found.append((word, pos))
        return tuple(found)

    def _cut(self, text: str, start: int, end: int) -> tuple[Word, ...]:
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
        return tuple(words)

    def _hanzi(self, text: str, start: int, end: int, words: list[Word]) -> None:
        offset = start
        for word, pos in self._pairs(text[start:end]):
            words.append(Word(offset, offset + len(word), word, pos))
            offset += len(word)
