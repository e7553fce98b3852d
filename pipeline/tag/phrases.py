"""Open-class effects: noun phrases that no lexicon lists, found by their head and bounded by their company.

Chinese: over words (names already found are words of their own), a run of nominal words whose last word is an effect head
(`…率`, `…功能`, `…损伤`) or a known effect is one effect, with the organ, cell or structure before it; 的 joins a structure to
its head; heads and modifiers in a list that share the other part make one mention. Species, degree words, verbs and
function words bound the run (guidelines, section 1, rules 4 and 8).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.fold import has_hanzi
from pipeline.knowledge import Knowledge
from pipeline.records import Word
from pipeline.tag.match import Hit

_RANK = -2
_NOMINAL = frozenset({"n", "nz", "nr", "nrt", "ns", "nt", "nrfg", "g", "j", "b", "i", "l", "vn", "an", "ng", "tg", "s", "zg", "q", "nx", "x"})
_MODIFIER = frozenset({"a", "ad", "v", "vi", "d", "z", "ag", "vg", "f", "k", "h"})
# Words of state and time that belong to a phenomenon's name.
_STATE = frozenset(
    "急性 慢性 亚急性 异常 受损 早期 晚期 原发性 继发性 先天性 后天性 老年 年龄相关 新生 再生 游离 总 平均 相对 自发性 诱发 病理性 生理性 全身 局部 外周 中枢 周围 内 外 内源性 外源性 "
    "持续性 间歇性 重度 轻度 中度 严重 恶性 良性 弥漫性 特异性 非特异性 自身 主动 被动 快速 深度 空间 短期 长期 工作 程序性 氧化 过氧化 氧化性 炎性 免疫 胰岛素 糖 脂 脂质 蛋白 蛋白质 能量 氮 骨 "
    "细胞 体液 先天 获得性 年龄依赖性 依赖性 相关 样 性 化 能 阳性 阴性 成熟 未成熟 完整 有髓 无髓 表观 净 有效 最大 最小 空腹 餐后 静息 自主 情景 社交 探索 采食 饲料 日粮 养分 营养 机械性 热 冷 "
    "抗 促 微 超微 双 多 高 低 负 正 产 日 初 末 胸 腿 腹 料重 缺血 缺氧 再灌注 神经 血管 电 体 微循环 毛细 间质 上皮 内皮 代谢性 功能性 器质性 退行性 变应性 过敏性 感染性 化学性 放射性 药物性 酒精性 病毒性 细菌性".split()
)


@dataclass(frozen=True, slots=True)
class _Run:
    """Words `[a, b)` that may be one noun phrase; `core` is one past its last head, or None when it has none."""

    a: int
    b: int
    core: int | None


class ChinesePhrases:
    """Effect phrases of Chinese sentences. Holds the rules; no state of a text."""

    def __init__(self, knowledge: Knowledge) -> None:
        heads = knowledge.tables["heads"]
        self._heads = frozenset(r["word"] for r in heads if r["lang"] == "zh")
        self._absorb = tuple(r["word"] for r in heads if r["lang"] == "zh" and r["kind"] == "absorb")
        self._pathway = frozenset(r["word"] for r in heads if r["lang"] == "zh" and r["kind"] == "pathway")
        self._long = max(map(len, self._heads))
        aspects = knowledge.tables["aspects"]
        self._closing = frozenset(r["word"] for r in aspects if r["lang"] == "zh")
        triggers = {r["word"] for r in knowledge.tables["triggers"] if r["lang"] == "zh"}
        words = {r["word"] for r in knowledge.tables["words"] if r["lang"] == "zh"}
        self._stops = (triggers | words) - _STATE - self._heads | frozenset("的 地 得 了 着 过 所".split())
        # Words that are a trigger as well as a head (形成, 生成) end a run when an object follows.
        self._both = triggers & self._heads
        self._verbs = frozenset(r["word"] for r in knowledge.tables["triggers"] if r["lang"] == "zh" and r["kind"] in ("va", "vs"))
        self._and = frozenset({"、", "和", "及", "与", "以及", "/"})

    # -- one word -----------------------------------------------------------------------------------------------------

    def head_of(self, word: Word) -> str | None:
        """The effect head that the word is or ends with, the longest."""
        if word.pos == "effect":
            return word.text
        if word.pos in ("compound", "protein", "organisms", "microbes", "eng", "anatomy"):
            return None
        text = word.text
        for n in range(min(len(text), self._long), 0, -1):
            tail = text[-n:]
            if tail in self._heads and (len(tail) > 1 or len(text) > 1 or tail in "率度病症炎癌瘤重"):
                return tail
        return None

    def _inside(self, word: Word) -> bool:
        """Whether the word may stand inside an effect's noun phrase."""
        if word.pos in ("effect", "anatomy"):
            return True
        if word.pos in ("compound", "protein", "organisms", "microbes", "x", "m", "r", "c", "p", "uj", "ul", "u", "eng", "t", "mq", "w"):
            return False
        if word.text in self._stops or not has_hanzi(word.text):
            return False
        return word.pos in _NOMINAL or word.text in _STATE or self.head_of(word) is not None or (word.pos in _MODIFIER and word.text in _STATE)

    # -- phrases ------------------------------------------------------------------------------------------------------

    def find(self, words: Sequence[Word]) -> Iterator[Hit]:
        """Effect phrases among the words of a sentence (or clause), left to right, apart."""
        runs = self._runs(words)
        taken = -1
        for i, run in enumerate(runs):
            if run.core is None or run.a < taken:
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
            if text in self._closing or text in self._heads or (only and text in self._stops):
                continue
            if len(text) < 2:
                continue
            taken = b
            yield Hit(words[a].start, words[b - 1].end, "effect", None, rule, _RANK)

    def _runs(self, words: Sequence[Word]) -> list[_Run]:
        runs: list[_Run] = []
        i = 0
        while i < len(words):
            if not self._inside(words[i]):
                i += 1
                continue
            a = i
            core = None
            while i < len(words) and self._inside(words[i]) and (i == a or words[i].start - words[i - 1].end <= 1):
                if words[i].text in self._verbs and words[i].text not in self._heads:
                    break
                if self.head_of(words[i]) is not None:
                    # A head that is a trigger as well is the verb of what follows: 形成 in `形成孔道`.
                    if words[i].text in self._both and i > a and i + 1 < len(words) and self._inside(words[i + 1]) and self.head_of(words[i + 1]) is None:
                        break
                    core = i + 1
                i += 1
            i = max(i, a + 1)
            runs.append(_Run(a, i, core))
        return runs

    def _reach_left(self, words: Sequence[Word], runs: Sequence[_Run], i: int, a: int, rule: str) -> tuple[int, str]:
        """Take in the structure before 的, names that the head absorbs, and modifiers in a list that share the head."""
        first = self.head_of(words[runs[i].core - 1]) if runs[i].core else None
        if first is None:
            return a, rule
        # 胰岛素抵抗, 镁缺乏, TNF-α/NF-κB通路: the head takes the name before it in.
        tail = "".join(w.text for w in words[a : runs[i].core])
        pathway = any(tail.endswith(p) for p in self._pathway)
        k = a
        if pathway or (len(tail) <= 4 and tail in self._absorb):
            while k and words[k - 1].pos in ("compound", "protein") and words[k].start - words[k - 1].end <= 1:
                k -= 1
                if pathway and k >= 2 and words[k - 1].text in ("/", "-", "–", "—", "→") and words[k - 2].pos in ("compound", "protein"):
                    k -= 1
            if k < a:
                return k, "phrase-pathway" if pathway else "phrase-absorb"
        if not a:
            return a, rule
        prev = words[a - 1]
        # 线粒体的形态: the structure before 的 belongs to it.
        if prev.text == "的" and i and runs[i - 1].b == a - 1 and self._structure(words[runs[i - 1].b - 1]):
            a = runs[i - 1].a
            rule = "phrase-of"
            return self._listed_left(words, runs, i - 1, a, rule)
        # 桑椹胚和囊胚形成率: structures in a list share the head.
        if self._structure(words[a]) and runs[i].core - a > 1:
            return self._listed_left(words, runs, i, a, rule)
        return a, rule

    def _listed_left(self, words: Sequence[Word], runs: Sequence[_Run], i: int, a: int, rule: str) -> tuple[int, str]:
        while i and a >= 2 and words[a - 1].text in self._and and runs[i - 1].b == a - 1:
            left = runs[i - 1]
            if left.core is not None or not all(self._structure(w) for w in words[left.a : left.b]):
                break
            a, i, rule = left.a, i - 1, "phrase-list"
        return a, rule

    def _reach_right(self, words: Sequence[Word], runs: Sequence[_Run], i: int, b: int, rule: str) -> tuple[int, str]:
        """Heads in a list that share the modifier: 线粒体的形态及功能."""
        while i + 1 < len(runs) and b < len(words) and words[b].text in self._and and runs[i + 1].a == b + 1:
            nxt = runs[i + 1]
            if nxt.core is None or nxt.core - nxt.a != 1 or words[nxt.a].pos == "effect" or words[nxt.a].text not in self._heads:
                break
            last = words[b - 1]
            if last.pos == "effect" and last.text not in self._heads:
                break
            b, i, rule = nxt.core, i + 1, "phrase-list"
        return b, rule

    def _structure(self, word: Word) -> bool:
        return word.pos == "anatomy" or word.text.endswith(("细胞", "纤维", "组织", "神经", "血管", "膜", "体", "突", "元", "胚"))

    def _trim_left(self, words: Sequence[Word], a: int, b: int) -> int:
        while a < b and words[a].text in ("样", "性", "化", "能", "相关", "阳性", "体", "内", "外", "正", "总", "种", "体内", "体外", "机体", "动物", "条件", "过程"):
            if words[a].text == "总" and a + 1 < b:
                break
            a += 1
        return a

    def _trim_right(self, words: Sequence[Word], a: int, b: int) -> int:
        while b - a > 1 and words[b - 1].text in self._closing and words[b - 1].pos != "effect":
            b -= 1
        return b


# `-induced` and its like part what causes from what is caused: they end a word.
_LINK = r"(?:induced|mediated|dependent|associated|related|stimulated|evoked|triggered|driven|treated|activated|deprived)\b"
_EN_WORD = re.compile(rf"-{_LINK}|[A-Za-z0-9\u0370-\u03ff]+(?:[-'’/](?!{_LINK})[A-Za-z0-9\u0370-\u03ff]+)*|[^\sA-Za-z0-9]")


class EnglishPhrases:
    """Effect phrases of English sentences: content words that end with an effect head, `of` joined."""

    def __init__(self, knowledge: Knowledge) -> None:
        heads = knowledge.tables["heads"]
        self._heads = frozenset(r["word"] for r in heads if r["lang"] == "en")
        self._absorb = frozenset(r["word"] for r in heads if r["lang"] == "en" and r["kind"] in ("absorb", "pathway"))
        aspects = {r["word"] for r in knowledge.tables["aspects"] if r["lang"] == "en"}
        self._stops = frozenset(
            [r["word"] for r in knowledge.tables["words"] if r["lang"] == "en"]
            + [r["word"] for r in knowledge.tables["cues"] if r["lang"] == "en"]
        )
        self._triggers = frozenset(f for r in knowledge.tables["triggers"] if r["lang"] == "en" for f in _forms(r["word"]))
        self._aspects = aspects

    def find(self, text: str, start: int, end: int, known: Sequence[Hit]) -> Iterator[Hit]:
        tokens = [(m.start(), m.end(), m.group()) for m in _EN_WORD.finditer(text, start, end)]
        kinds = {h.start: h for h in known}
        inside = {i: h for h in known for i in range(h.start, h.end)}
        i = 0
        while i < len(tokens):
            a = i
            core = None
            while i < len(tokens) and self._content(tokens[i], inside) and (i == a or text[tokens[i - 1][1] : tokens[i][0]].strip() == ""):
                hit = inside.get(tokens[i][0])
                if (hit is not None and hit.kind == "effect") or (hit is None and tokens[i][2].lower() in self._heads):
                    core = i + 1
                i += 1
            if core is not None:
                b = core
                lead = a
                while lead < b and (h := inside.get(tokens[lead][0])) is not None and h.kind in ("compound", "protein", "organisms", "microbes"):
                    if tokens[b - 1][2].lower() in self._absorb and h.kind in ("compound", "protein"):
                        break
                    lead += 1
                # Names amid the phrase: it begins after the last of them.
                for k in range(lead, b):
                    h = inside.get(tokens[k][0])
                    if h is not None and h.kind in ("compound", "protein", "organisms") and tokens[b - 1][2].lower() not in self._absorb:
                        lead = k + 1
                if lead < b:
                    s, e = tokens[lead][0], tokens[b - 1][1]
                    whole = kinds.get(s)
                    if not (whole is not None and whole.end == e) and (b - lead > 1):
                        yield Hit(s, e, "effect", None, "phrase-head", _RANK)
            i = max(i, a + 1)

    def _content(self, token: tuple[int, int, str], inside: dict[int, Hit]) -> bool:
        word = token[2].lower()
        if token[0] in inside:
            return inside[token[0]].kind != "organisms"
        return word[0].isalpha() and word not in self._stops and word not in self._triggers and (word not in self._aspects or word in self._heads) and not word.endswith("ly")


def _forms(verb: str) -> set[str]:
    """A trigger's written forms, as far as this room needs them to know where a noun phrase ends."""
    if " " in verb:
        return {verb.split()[0]}
    stem = verb[:-1] if verb.endswith("e") else verb
    doubled = stem + stem[-1]
    forms = {verb, verb + "s", verb + "es", stem + "ed", stem + "ing", doubled + "ed", doubled + "ing"}
    if verb.endswith("y"):
        forms |= {verb[:-1] + "ied", verb[:-1] + "ies"}
    return forms
