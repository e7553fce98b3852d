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


_MODAL = frozenset("可能会还亦均被经由受能再更不未并")


class Segmenter:
    """A private tokenizer: nothing that we add to it reaches the process-wide `jieba`, and nothing of others' reaches us."""

    def __init__(self, words: Iterable[tuple[str, str]] = ()) -> None:
        # jieba greets on stderr when it builds its dictionary; that is the console module's business.
        logging.getLogger("jieba").setLevel(logging.WARNING)
        self._tokenizer = jieba.Tokenizer()
        self._tokenizer.initialize()
        self._own: set[str] = set()
        for word, pos in words:
            self._tokenizer.add_word(word, tag=pos)
            self._own.add(word)
        self._tagger = jieba.posseg.POSTokenizer(self._tokenizer)
        # A sentence is cut again each time that more names are known in it: most stretches between names are the same.
        self._pairs = lru_cache(maxsize=8192)(self._tag)

    def cut(self, text: str, start: int, end: int, fixed: Iterable[tuple[int, int, str]] = ()) -> list[Word]:
        """Words of `text[start:end]`; each `(start, end, pos)` of `fixed` (sorted, apart) is a word of its own."""
        words: list[Word] = []
        at = start
        for a, b, pos in [*fixed, (end, end, "")]:
            if at < a:
                words.extend(self._cut(text, at, a))
            if a < b:
                words.append(Word(a, b, text[a:b], pos))
            at = max(at, b)
        return words

    def _tag(self, stretch: str) -> tuple[tuple[str, str], ...]:
        return tuple((pair.word, str(pair.flag)) for pair in self._tagger.cut(stretch, HMM=True))

    def _cut(self, text: str, start: int, end: int) -> list[Word]:
        words: list[Word] = []
        at = start
        for match in [*_LATIN.finditer(text, start, end), None]:
            stop = match.start() if match else end
            if at < stop:
                offset = at
                for word, pos in self._pairs(text[at:stop]):
                    # 可抑制, 能提高: jieba knows some of these as one word.
                    cut = 0 if word in self._own or len(word) < 3 else 1 if word[0] in _MODAL and word[1:] in self._own else 2 * (
                        word[:2] in self._own and word[2:] in self._own and len(word) > 3
                    )  # fmt: skip
                    if cut:
                        words.append(Word(offset, offset + cut, word[:cut], "v"))
                        offset, word, pos = offset + cut, word[cut:], "v"
                    words.append(Word(offset, offset + len(word), word, pos))
                    offset += len(word)
            if match:
                if not match.group().isspace():
                    words.append(Word(match.start(), match.end(), match.group(), "eng"))
                at = match.end()
        return words
