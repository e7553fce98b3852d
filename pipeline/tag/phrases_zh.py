"""Open-class effects of Chinese: noun phrases that no lexicon lists, found by their head and bounded by their company.

Over words (names already found are words of their own), a run of nominal words whose last word is an effect head
(`…率`, `…功能`, `…损伤`) or a known effect is one effect, with the organ, cell or structure before it; 的 joins a
structure to its head; heads and modifiers in a list that share the other part make one mention. Species, degree words,
verbs and function words bound the run (guidelines, section 1, rules 4 and 8).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.fold import has_hanzi
from pipeline.knowledge import Knowledge
from pipeline.records import Word
from pipeline.tag.match import Hit
from pipeline.triggers import ACTING_ZH

_RANK = -2
# Parts of speech (ICTCLAS) of words that may stand in an effect's noun phrase, and of those that never do.
_NOMINAL = frozenset([
    "n", "nz", "nr", "nrt", "nt", "nrfg", "g", "j", "b", "i", "l", "vn", "an", "ng", "tg", "s", "zg", "q", "nx",
])  # fmt: skip
_OUTSIDE = frozenset([
    "compound", "protein", "organisms", "microbes", "x", "m", "r", "c", "p", "uj", "ul", "u", "eng", "t", "mq", "w",
])  # fmt: skip
_BODY = frozenset(["anatomy", "microbes"])
_NAMED = frozenset(["compound", "protein", "effect", "organisms", "microbes", "eng"])
# What may stand behind a noun phrase that is whole: 抑制完整线粒体的…, 改善日间活动从而….
_AFTER_OBJECT = frozenset([
    "的", "等", "而", "并", "从而", "后", "时", "所", "免受", "免于", "免遭", "具有", "有", "起", "起到",
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Run:
    """Words `[a, b)` that may be one noun phrase; `core` is one past its last head, and `a` when it has none."""

    a: int
    b: int
    core: int

    @property
    def headed(self) -> bool:
        return self.core > self.a

    @property
    def bare(self) -> bool:
        """Whether the head is all there is of it."""
        return self.core - self.a == 1


class ChinesePhrases:
    """Effect phrases of Chinese sentences. Holds the rules; no state of a text."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._state = knowledge.listed("state")
        self._no_opening = knowledge.listed("no-opening")
        self._acts = knowledge.listed("act-upon")
        self._methods = knowledge.listed("method")
        self._skipped = knowledge.listed("before-object")
        self._no_object = knowledge.listed("no-object")
        heads = knowledge.tables["heads"]
        self._heads = frozenset(r["word"] for r in heads if r["lang"] == "zh")
        self._absorb = tuple(r["word"] for r in heads if r["lang"] == "zh" and r["kind"] == "absorb")
        self._pathway = tuple(r["word"] for r in heads if r["lang"] == "zh" and r["kind"] == "pathway")
        self._long = max(map(len, self._heads))
        aspects = knowledge.tables["aspects"]
        self._closing = frozenset(r["word"] for r in aspects if r["lang"] == "zh" and r["kind"] == "closing")
        self._vague = frozenset(r["word"] for r in aspects if r["lang"] == "zh")
        self._triggers = frozenset(r["word"] for r in knowledge.tables["triggers"] if r["lang"] == "zh")
        triggers = {r["word"] for r in knowledge.tables["triggers"] if r["lang"] == "zh"}
        words = {r["word"] for r in knowledge.tables["words"] if r["lang"] == "zh"}
        self._stops = (triggers | words) - self._state - self._heads | frozenset(
            ["的", "地", "得", "了", "着", "过", "所"]
        )
        # Words that are a trigger as well as a head (形成, 生成) end a run when an object follows.
        self._both = triggers & self._heads
        self._verbs = frozenset(
            r["word"] for r in knowledge.tables["triggers"] if r["lang"] == "zh" and r["kind"] in ("va", "vs")
        )
        self._acting = frozenset(
            r["word"]
            for r in knowledge.tables["triggers"]
            if r["lang"] == "zh" and r["kind"] == "va" and r["relation"] in ACTING_ZH and len(r["word"]) > 1
        )
        self._and = frozenset({"、", "和", "及", "与", "以及", "/"})
        self._linked = self._and | {"或", "到", "至"}
        # Papers say the same words again and again.
        self._head = lru_cache(maxsize=16384)(self._head_of)
        self._fits = lru_cache(maxsize=16384)(self._fits_inside)

    # -- one word -----------------------------------------------------------------------------------------------------

    def head_of(self, word: Word) -> str | None:
        """The effect head that the word is or ends with, the longest."""
        return self._head(word.text, word.pos)

    def _head_of(self, text: str, pos: str) -> str | None:
        if pos == "effect":
            return text
        if pos in ("compound", "protein", "organisms", "microbes", "eng", "anatomy"):
            return None
        for n in range(min(len(text), self._long), 0, -1):
            tail = text[-n:]
            if tail in self._heads and (len(tail) > 1 or len(text) > 1 or tail in "率度病症炎癌瘤重"):
                return tail
        return None

    def _inside(self, word: Word) -> bool:
        """Whether the word may stand inside an effect's noun phrase."""
        return self._fits(word.text, word.pos)

    def _fits_inside(self, text: str, pos: str) -> bool:
        if pos == "effect":
            # A condition's short form before what it does to an organ: RA肺病变 is two mentions.
            return has_hanzi(text)
        if pos == "anatomy":
            return True
        if pos in _OUTSIDE:
            return False
        if text in self._stops or text in self._methods or not has_hanzi(text):
            return False
        return pos in _NOMINAL or text in self._state or self._head(text, pos) is not None

    # -- phrases ------------------------------------------------------------------------------------------------------

    def find(self, words: Sequence[Word]) -> Iterator[Hit]:
        """Effect phrases among the words of a sentence (or clause), left to right, apart."""
        runs = self._runs(words)
        taken = -1
        for i, run in enumerate(runs):
            if not run.headed or run.a < taken:
                continue
            a, b = run.a, run.core
            rule = "phrase-head"
            a, rule = self._reach_left(words, runs, i, a, rule)
            b, rule = self._reach_right(words, runs, i, b, rule)
            a = self._trim_left(words, a, b)
            b = self._trim_right(words, a, b)
            if a >= b:
                continue
            text = "".join(w.text for w in words[a:b])
            only = b - a == 1
            if only and words[a].pos == "effect":
                continue
            if text in self._vague or text in self._heads or (only and text in self._stops):
                continue
            if len(text) < 2:
                continue
            taken = b
            yield Hit(words[a].start, words[b - 1].end, "effect", None, rule, _RANK)

    def objects(self, words: Sequence[Word]) -> Iterator[Hit]:
        """What a trigger acts on and no list or head knows (完整线粒体, 日间活动): the noun phrase right after it."""
        yield from self._beneficiaries(words)
        i = 0
        while i < len(words):
            text = words[i].text
            upon = text == "对" and any(
                w.text in ("保护", "修复", "改善", "保护作用", "修复作用") for w in words[i + 1 : i + 10]
            )
            if text not in self._acting and not upon:
                i += 1
                continue
            i += 1
            while i < len(words) and (
                words[i].text in self._skipped or words[i].pos in ("organisms", "ul", "uz", "d", "m", "mq")
            ):
                i += 1
            # 优异的…, 多种…: what stands before 的 and is no structure says how, not what.
            if (
                i + 1 < len(words)
                and words[i + 1].text == "的"
                and words[i].pos in ("a", "z", "b", "ad", "organisms")
                and words[i].text not in self._state
            ):
                i += 2
            a = i
            while i < len(words) and self._noun(words[i]) and (i == a or words[i].start == words[i - 1].end):
                i += 1
            b = i
            if (
                i + 1 < len(words)
                and i > a
                and words[i].text == "的"
                and self._structure(words[i - 1])
                and self._noun(words[i + 1])
            ):
                k = i + 1
                while k < len(words) and self._noun(words[k]):
                    k += 1
                b = k
            while b > a and (words[b - 1].text in self._vague or words[b - 1].text == "的"):
                b -= 1
            if (
                a >= b
                or (
                    b < len(words) and words[b].text in ("中", "内", "上", "里", "表面", "大鼠", "小鼠", "患者", "模型")
                )
                or (b < len(words) and words[b].pos in ("compound", "protein", "effect", "organisms"))
            ):
                continue
            # The phrase is whole only where the clause ends, a list goes on, or an aspect closes it.
            if not self._closed(words, b) or (
                b < len(words) and words[b].text in self._and and self._place(words, b + 1)
            ):
                continue
            text = "".join(w.text for w in words[a:b])
            if (
                len(text) < 2
                or text in self._vague
                or text in self._heads
                or text in self._state
                or text in self._no_object
                or not has_hanzi(text)
            ):
                continue
            yield Hit(words[a].start, words[b - 1].end, "effect", None, "object-of-trigger", _RANK)

    def _beneficiaries(self, words: Sequence[Word]) -> Iterator[Hit]:
        """对脑、心和肝等器官具有保护作用, 对多种细菌有抑制作用: the organs, cells and microbes that an act is for."""
        for i, word in enumerate(words):
            if word.text != "对":
                continue
            bodies: list[Word] = []
            k = i + 1
            while k < len(words) and (words[k].pos in _BODY or words[k].text in self._and or self._skips(words[k])):
                if words[k].pos in _BODY and words[k].text not in self._no_object:
                    bodies.append(words[k])
                k += 1
            if not bodies or k >= len(words):
                continue
            if words[k].text == "等":
                k += 1
                while k < len(words) and words[k].pos in ("anatomy", "microbes", "m", "q", "n"):
                    k += 1
            if k < len(words) and words[k].text in ("的", "具有", "有", "起", "起到", "发挥", "产生", "均", "都", "也"):
                if any(w.text in self._acts for w in words[k : k + 5]):
                    for body in bodies:
                        yield Hit(body.start, body.end, "effect", None, "object-of-act", _RANK)

    def _skips(self, word: Word) -> bool:
        """What may stand before a body in a list of them: 多种, 致病, 大鼠."""
        return word.text in self._skipped or word.pos in ("m", "q", "organisms", "b") or word.text in self._state

    def slots(self, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
        """Spans that stand whole where an effect stands: between a verb that acts and what closes its object.

        Of any words that are not known otherwise: `抑制自|噬，`, `诱导自|噬的发生`. One such place says little; several
        of the same words in one paper say that they name a thing.
        """
        for i, word in enumerate(words):
            if word.text not in self._acting:
                continue
            a = i + 1
            while a < len(words) and (words[a].text in self._skipped or words[a].pos in ("organisms", "ul", "uz")):
                a += 1
            b = a
            while b < len(words) and b - a < 6 and self._unknown(words[b]) and words[b].end - words[a].start <= 8:
                b += 1
            if b == a or words[b - 1].end - words[a].start < 2 or not self._closed(words, b):
                continue
            yield words[a].start, words[b - 1].end

    def _unknown(self, word: Word) -> bool:
        """Whether nothing says what the word is, or only that it is a noun, an organ or a cell."""
        if word.text in self._stops or word.text in self._vague or word.text in self._no_object:
            return False
        return has_hanzi(word.text) and word.pos not in _NAMED and word.pos[:1] not in "rpcuymtdf"

    def _closed(self, words: Sequence[Word], b: int) -> bool:
        """Whether the object that ends before `words[b]` is whole there."""
        if b >= len(words):
            return True
        after = words[b]
        if after.text == "的":
            return b + 1 < len(words) and words[b + 1].text in self._vague
        return (
            after.text in self._vague
            or after.text in self._and
            or after.text in _AFTER_OBJECT
            or (after.pos in ("x", "w") and after.text not in "[(（［")
        )

    def _place(self, words: Sequence[Word], k: int) -> bool:
        """脑脊液和神经元中的…, 纹状体和海马的胆碱: organs in a list that say where, not what."""
        while k < len(words) and (self._noun(words[k]) or words[k].text in self._and):
            k += 1
        if k >= len(words):
            return False
        if words[k].text in ("中", "内", "上", "里", "[", "(", "（"):
            return True
        return words[k].text == "的" and k + 1 < len(words) and words[k + 1].pos in ("compound", "protein", "effect")

    def _noun(self, word: Word) -> bool:
        if word.text in self._stops or word.text in self._no_object or not has_hanzi(word.text):
            return False
        return (
            word.pos in ("n", "vn", "an", "nz", "b", "l", "i", "j", "g", "ng", "nr", "anatomy", "microbes")
            or word.text in self._state
        )

    def _runs(self, words: Sequence[Word]) -> list[_Run]:
        runs: list[_Run] = []
        inside = [self._fits(text, pos) for _, _, text, pos in words]
        i = 0
        while i < len(words):
            if not inside[i]:
                i += 1
                continue
            a = core = i
            while i < len(words) and inside[i] and (i == a or words[i].start - words[i - 1].end <= 1):
                text = words[i].text
                if text in self._verbs and text not in self._heads:
                    break
                if self.head_of(words[i]) is not None or (i > a and words[i - 1].text + text in self._heads):
                    # A head that is a trigger as well is the verb of what follows: 形成 in `形成孔道`.
                    if (
                        text in self._both
                        and i > a
                        and i + 1 < len(words)
                        and inside[i + 1]
                        and self.head_of(words[i + 1]) is None
                    ):
                        break
                    core = i + 1
                i += 1
            i = max(i, a + 1)
            runs.append(_Run(a, i, core))
        return runs

    def _reach_left(self, words: Sequence[Word], runs: Sequence[_Run], i: int, a: int, rule: str) -> tuple[int, str]:
        """Take in the structure before 的, names that the head absorbs, and modifiers in a list that share the head."""
        # 胰岛素抵抗, 镁缺乏, TNF-α/NF-κB通路: the head takes the name before it in.
        last = runs[i].core
        while last - a > 1 and words[last - 1].text in self._closing:
            last -= 1
        tail = "".join(w.text for w in words[a:last])
        # NF-κB信号分子 is none: the signal is part of what follows.
        whole = words[runs[i].core - 1].text != "信号" or runs[i].core == runs[i].b
        pathway = whole and tail.endswith(self._pathway)
        k = a
        if pathway or (whole and len(tail) <= 4 and tail in self._absorb):
            while k and words[k - 1].pos in ("compound", "protein") and words[k].start - words[k - 1].end <= 1:
                k -= 1
                if (
                    pathway
                    and k >= 2
                    and words[k - 1].text in ("/", "-", "–", "—", "→")
                    and words[k - 2].pos in ("compound", "protein")
                ):
                    k -= 1
            if k < a:
                return k, "phrase-pathway" if pathway else "phrase-absorb"
        # 胆碱能神经传递, GABA能电流: the transmitter and its 能 belong to what they drive.
        k = a
        if words[k].text in ("能", "能性") and k and words[k - 1].pos in ("compound", "protein"):
            return k - 1, "phrase-ergic"
        if (
            k >= 2
            and words[k - 1].text in ("能", "能性")
            and words[k - 2].pos in ("compound", "protein")
            and words[k].pos in ("effect", "anatomy", "n", "vn")
        ):
            return k - 2, "phrase-ergic"
        if not a:
            return a, rule
        prev = words[a - 1]
        # 线粒体的形态: the structure before 的 belongs to it.
        if prev.text == "的" and i and runs[i - 1].b == a - 1 and self._structure(words[runs[i - 1].b - 1]):
            a = runs[i - 1].a
            rule = "phrase-of"
            return self._listed_left(words, runs, i - 1, a, rule)
        # 桑椹胚和囊胚形成率: structures in a list share the head.
        stated = words[a].pos == "effect" and self._opens_with_state(words[a])
        shares = (self._structure(words[a]) or words[a].text in self._state) and runs[i].core - a > 1
        if shares or stated:
            return self._listed_left(words, runs, i, a, rule)
        return a, rule

    def _opens_with_state(self, word: Word) -> bool:
        """急性和慢性疼痛: whether a state opens the word, and so may stand in a list with another."""
        return word.text in self._state or (
            word.pos == "effect" and len(word.text) > 3 and word.text[:2] in self._state
        )

    def _listed_left(self, words: Sequence[Word], runs: Sequence[_Run], i: int, a: int, rule: str) -> tuple[int, str]:
        while i and a >= 2 and (words[a - 1].text in self._and or words[a - 1].text == "或") and runs[i - 1].b == a - 1:
            left = runs[i - 1]
            structures = not left.headed and all(self._structure(w) for w in words[left.a : left.b])
            one = left.b - left.a == 1
            states = one and words[left.a].text in self._state and self._opens_with_state(words[a])
            if not (structures or states):
                break
            a, i, rule = left.a, i - 1, "phrase-list"
        return a, rule

    def _reach_right(self, words: Sequence[Word], runs: Sequence[_Run], i: int, b: int, rule: str) -> tuple[int, str]:
        """Heads in a list that share the modifier: 线粒体的形态及功能."""
        while i + 1 < len(runs) and b < len(words) and words[b].text in self._and and runs[i + 1].a == b + 1:
            nxt = runs[i + 1]
            if not nxt.bare or words[nxt.a].text not in self._heads:
                break
            # 细胞损伤及凋亡: two phenomena, each by itself; 肿瘤细胞的增殖、凋亡 is one.
            built = runs[i].core - runs[i].a > 1 and self._structure(words[runs[i].a]) and words[b].text != "、"
            built = built and len(words[runs[i].core - 1].text) > 1
            if words[nxt.a].pos == "effect" and rule not in ("phrase-of", "phrase-list") and not built:
                break
            # 学习和记忆: two heads, each by itself.
            if runs[i].bare and words[runs[i].a].text in self._heads and rule != "phrase-of":
                break
            if words[nxt.a].text in self._triggers and nxt.core < len(words) and self._inside(words[nxt.core]):
                break
            b, i, rule = nxt.core, i + 1, "phrase-list"
        return b, rule

    def _structure(self, word: Word) -> bool:
        return word.pos == "anatomy" or word.text.endswith(
            ("细胞", "纤维", "组织", "神经", "血管", "膜", "体", "突", "元", "胚")
        )

    def _trim_left(self, words: Sequence[Word], a: int, b: int) -> int:
        while a < b and (words[a].text in self._no_opening or (words[a].text in self._linked and a + 1 < b)):
            # 总 stands if anything follows it.
            if words[a].text == "总" and a + 1 < b:
                break
            a += 1
        # 形成蹄叶炎: a head that is a verb here.
        while a + 1 < b and words[a].text in self._triggers and words[a].pos != "effect":
            a += 1
        return a

    def _trim_right(self, words: Sequence[Word], a: int, b: int) -> int:
        whole = b
        while (
            b - a > 1
            and (words[b - 1].text in self._closing or words[b - 1].text in self._and or words[b - 1].text == "的")
            and words[b - 1].pos != "effect"
        ):
            b -= 1
        # What is left must still be a phenomenon: 神经元的反应 keeps its head.
        if any(self.head_of(w) is not None for w in words[a:b]):
            return b
        while whole - a > 1 and (words[whole - 1].text in self._and or words[whole - 1].text == "的"):
            whole -= 1
        return whole
