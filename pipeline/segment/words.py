"""Words and parts of speech for Chinese text, by jieba's dictionary and models, respecting names already found."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from math import inf, log
from pathlib import Path
from typing import Any

import jieba

from pipeline.records import Word

_LATIN = re.compile(r"[A-Za-z0-9\u0370-\u03ff]+(?:[-'’.][A-Za-z0-9\u0370-\u03ff]+)*|\s+")
_MODAL = frozenset("可能会还亦均被经由受能再更不未并")

Pairs = tuple[tuple[str, str], ...]


class Segmenter:
    """A private tokenizer: what we add to it never reaches the process-wide `jieba`, nor what others add reaches us."""

    def __init__(self, words: Iterable[tuple[str, str]] = ()) -> None:
        own = list(words)
        self._own = frozenset(word for word, _ in own)
        self._dictionary = Dictionary(own)
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
        for word, pos in self._dictionary.cut(stretch):
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
            stop = match.start()
            if at < stop:
                self._hanzi(text, at, stop, words)
            latin = match.group()
            at = match.end()
            if not latin.isspace():
                words.append(Word(stop, at, latin, "eng"))
        if at < end:
            self._hanzi(text, at, end, words)
        return tuple(words)

    def _hanzi(self, text: str, start: int, end: int, words: list[Word]) -> None:
        offset = start
        for word, pos in self._pairs(text[start:end]):
            words.append(Word(offset, offset + len(word), word, pos))
            offset += len(word)


_BLOCK = re.compile(r"([\u4E00-\u9FD5a-zA-Z0-9+#&._]+)")
_HANZI = re.compile(r"([\u4E00-\u9FD5]+)")
_SKIP = re.compile(r"([.0-9]+|[a-zA-Z0-9]+)")
_NUMBER = re.compile(r"[.0-9]+")
_ENGLISH = re.compile(r"[a-zA-Z0-9]+")
_UNSEEN = -3.14e100
"""jieba's log probability of what its corpus never showed"""

_State = tuple[str, str]
"""place in a word (B, M, E, S) and part of speech"""
_PARTS = 200_000
"""of a text that are kept at most"""
_NO_STATE: _State = ("", "")


def _model(name: str) -> Any:
    """A table of `jieba.posseg`, without importing that package, which builds a tokenizer of its own (0.7 s, 60 MB)."""
    path = Path(jieba.__file__).parent / "posseg" / f"{name}.py"
    spec = spec_from_file_location(f"{__name__}.{name}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path}: jieba is not whole; install it again")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.P


class _Parts(dict[str, tuple[float | None, bool]]):
    """Part of a text -> its log count where it is a word, and whether a longer word begins with it.

    Found when first asked for: a text asks for few of them, and all beginnings of all words take 0.2 s and 20 MB.
    """

    def __init__(self, words: Iterable[str], log_count: Callable[[str], float | None]) -> None:
        super().__init__()
        self._words = sorted(words)
        self._log_count = log_count
        self.beginnings: set[str] = set()
        """of the words that came later"""

    def __missing__(self, part: str) -> tuple[float | None, bool]:
        if len(self) >= _PARTS:
            self.clear()
        at = bisect_right(self._words, part)
        longer = (at < len(self._words) and self._words[at].startswith(part)) or part in self.beginnings
        found = self[part] = self._log_count(part), longer
        return found


class Dictionary:
    """What `jieba.posseg` does with a tokenizer of its own, the same words and tags, several times as fast.

    jieba reads its dictionary twice, keeps a copy in the temporary folder, and tries every pair of states where it
    guesses at unknown words; here it is read once, and only transitions that exist are tried. A test holds the two
    together.
    """

    def __init__(self, words: Iterable[tuple[str, str]] = ()) -> None:
        with jieba.Tokenizer().get_dict_file() as file:
            cells = file.read().decode("utf-8").rstrip("\n").replace("\n", " ").split(" ")
        known, counts = cells[0::3], cells[1::3]
        self._number: dict[str, int] = dict(zip(known, range(len(known)), strict=True))
        self._tags: list[str] = cells[2::3]
        self._counts: list[int] = list(map(int, counts))
        self._total = sum(self._counts)
        self._parts = _Parts(known, self._log_count)
        self._start: Mapping[_State, float] = _model("prob_start")
        self._emit: Mapping[_State, Mapping[str, float]] = _model("prob_emit")
        self._seen: Mapping[str, tuple[_State, ...]] = _model("char_state_tab")
        self._states: dict[str, list[tuple[_State, float]]] = {}
        into: dict[_State, dict[_State, float]] = {}
        follow: Mapping[_State, Mapping[_State, float]] = _model("prob_trans")
        self._all = sorted(follow)
        for before, row in follow.items():
            for state, p in row.items():
                into.setdefault(state, {})[before] = p
        # For each state, those that it may come from with their log probability, and the highest of these.
        self._into = {state: (row, max(row.values())) for state, row in into.items()}
        for word, tag in words:
            self._add(word, tag)
        self._guess = lru_cache(maxsize=8192)(self._unknown)

    def cut(self, text: str) -> Pairs:
        """The words of a text that holds no line ends, each with its part of speech."""
        found: list[tuple[str, str]] = []
        for number, block in enumerate(_BLOCK.split(text)):
            if number % 2:
                self._block(block, found)
                continue
            # No letter or digit is left here: jieba's marks for these cannot come up.
            found.extend((ch, "x") for ch in block)
        return tuple(found)

    def _block(self, block: str, found: list[tuple[str, str]]) -> None:
        """The likeliest words of the dictionary; a run of single characters may be a word that it lacks."""
        ends = self._ends(block)
        at = single = 0
        while at < len(block):
            end = ends[at]
            if end - at > 1:
                if single < at:
                    self._singles(block[single:at], found)
                found.append((block[at:end], self._tag(block[at:end])))
                single = end
            at = end
        if single < at:
            self._singles(block[single:at], found)

    def _singles(self, run: str, found: list[tuple[str, str]]) -> None:
        if len(run) == 1:
            found.append((run, self._tag(run)))
        elif run in self._number:
            found.extend((ch, self._tag(ch)) for ch in run)
        else:
            found.extend(self._guess(run))

    def _tag(self, word: str) -> str:
        number = self._number.get(word)
        return "x" if number is None else self._tags[number]

    def _log_count(self, word: str) -> float | None:
        number = self._number.get(word)
        return None if number is None else log(self._counts[number])

    def _ends(self, block: str) -> list[int]:
        """For each place of the block, where the word ends that begins there on the likeliest way to the end."""
        size = len(block)
        parts, total = self._parts, log(self._total)
        score = [0.0] * (size + 1)
        ends = [0] * size
        for start in range(size - 1, -1, -1):
            best, to = -inf, 0
            end = start + 1
            part = block[start]
            while True:
                often, longer = parts[part]
                if often is not None:
                    value = often - total + score[end]
                    # Of two ways as likely, jieba takes the one with the longer word.
                    if value >= best:
                        best, to = value, end
                if not longer or end == size:
                    break
                end += 1
                part = block[start:end]
            if not to:
                best, to = 0.0 - total + score[start + 1], start + 1
            score[start], ends[start] = best, to
        return ends

    # -- words that the dictionary lacks ------------------------------------------------------------------------------

    def _unknown(self, run: str) -> Pairs:
        found: list[tuple[str, str]] = []
        for number, block in enumerate(_HANZI.split(run)):
            if number % 2:
                self._guessed(block, found)
                continue
            found.extend(
                (part, "m" if _NUMBER.match(part) else "eng" if _ENGLISH.match(part) else "x")
                for part in _SKIP.split(block)
                if part
            )
        return tuple(found)

    def _guessed(self, run: str, found: list[tuple[str, str]]) -> None:
        states = self._likeliest(run)
        begin = after = 0
        for i, (place, tag) in enumerate(states):
            if place == "B":
                begin = i
            elif place == "E":
                found.append((run[begin : i + 1], tag))
                after = i + 1
            elif place == "S":
                found.append((run[i], tag))
                after = i + 1
        if after < len(run):
            found.append((run[after:], states[after][1]))

    def _states_of(self, ch: str) -> list[tuple[_State, float]]:
        """The states that a character is seen in (all if it never is), in order, with its log probability there."""
        states = self._states.get(ch)
        if states is None:
            names = sorted(self._seen.get(ch, self._all))
            states = self._states[ch] = [(s, self._emit[s].get(ch, _UNSEEN)) for s in names]
        return states

    def _likeliest(self, run: str) -> list[_State]:
        """The likeliest row of states (Viterbi). Of two as likely the later in order is taken, as jieba does."""
        scores: dict[_State, float] = {state: self._start[state] + p for state, p in self._states_of(run[0])}
        back: list[dict[_State, _State]] = []
        for ch in run[1:]:
            now, came = self._step(scores, self._states_of(ch))
            if not now:
                reached = sorted(state for state, (row, _) in self._into.items() if not row.keys().isdisjoint(scores))
                now, came = self._step(scores, [(s, self._emit[s].get(ch, _UNSEEN)) for s in reached])
            scores = now
            back.append(came)
        row = [max((score, state) for state, score in scores.items())[1]]
        for came in reversed(back):
            row.append(came[row[-1]])
        return row[::-1]

    def _step(
        self, scores: Mapping[_State, float], states: Iterable[tuple[_State, float]]
    ) -> tuple[dict[_State, float], dict[_State, _State]]:
        """From the states before to those of the next character: their scores, and the best state before each."""
        now: dict[_State, float] = {}
        came: dict[_State, _State] = {}
        # Those that close a word, the likeliest first, of those as likely the last in order first.
        closing: dict[float, list[_State]] = {}
        for score, before in sorted(((s, b) for b, s in scores.items() if b[0] in "ES"), reverse=True):
            closing.setdefault(score, []).append(before)
        for state, p in states:
            row, most = self._into.get(state, ({}, -inf))
            best, origin = -inf, _NO_STATE
            if state[0] in "BS":
                for score, alike in closing.items():
                    bound = score + most + p
                    # Nothing better comes once even the likeliest change is too little.
                    if bound < best:
                        break
                    for before in alike:
                        if bound == best and before < origin:
                            break
                        change = row.get(before)
                        if change is not None:
                            value = score + change + p
                            if value > best or (value == best and before > origin):
                                best, origin = value, before
            else:
                for before, change in row.items():
                    if before in scores:
                        value = scores[before] + change + p
                        if value > best or (value == best and before > origin):
                            best, origin = value, before
            if origin != _NO_STATE:
                now[state], came[state] = best, origin
        return now, came

    # -- words of our own ---------------------------------------------------------------------------------------------

    def _add(self, word: str, tag: str) -> None:
        """Make a word (hanzi) common enough to be cut out whole, as `jieba.Tokenizer.suggest_freq` has it."""
        share = 1.0
        total = float(self._total)
        at = 0
        ends = self._ends(word)
        while at < len(word):
            part = word[at : ends[at]]
            share *= self._often(part) / total
            at = ends[at]
        often = max(int(share * self._total) + 1, self._often(word))
        self._number[word] = len(self._counts)
        self._counts.append(often)
        self._tags.append(tag)
        self._total += often
        self._parts.beginnings.update(word[:n] for n in range(1, len(word)))
        self._parts.clear()

    def _often(self, word: str) -> int:
        """jieba counts 0 for what only begins words, 1 for what it does not know at all."""
        number = self._number.get(word)
        return self._counts[number] if number is not None else int(not self._parts[word][1])
