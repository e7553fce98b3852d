"""Names that no lexicon lists, by their endings: …碱, …酶, …受体 over the words of a sentence; -ase, receptor.

Each finder yields hits of rank -1: a name of the lexicon or of the paper itself goes before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from pipeline.fold import has_hanzi, is_hanzi
from pipeline.knowledge import Knowledge
from pipeline.records import Word
from pipeline.tag.match import Hit

_RANK = -1
# Single hanzi that chemical names are put together from.
_CHEMICAL = frozenset(
    "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸氢氧氮碳硫磷氯溴碘氟硅硼钠钾钙镁铁锌铜锰硒铬钴羟羧氨胺酰酯醚醇酚醛酮酸碱苷糖苯萘蒽"
    "烷烯炔环异正仲叔新伪去脱化代偶亚次聚多单双吡啶喹啉咪唑嘧嘌呤吲哚噻呋喃哌嗪黄豆茶芦橙葛芪参芍丹芩连柏芹樱桃漆藤杷柑橘柠檬柚檗麻芝姜"
    "脂油胆甾萜皂鞣素肽蒽醌芸香桂没食阿魏咖啡绿原熊果齐墩根皮芒果染料木犀槲杨梅山柰"
)
# Single hanzi that foreign names are spelt with; a text without our dictionary's help is cut between them.
_SYLLABLES = frozenset(
    "阿艾安奥巴贝比波泊伯布达德地迪丁多恩尔伐法非芬夫弗伏氟福格哈海赫吉加佳卡凯康考科克库奎拉来莱赖兰劳乐雷利立林列卢鲁仑罗洛络马麦曼"
    "美蒙米莫姆那纳奈萘尼诺哌培佩喷匹普齐奇切曲屈瑞塞沙赛舍舒司斯苏索塔泰坦特替汀托妥维韦文沃西希昔辛伊依因英扎泽珍佐唑孜他"
)
# Parts of speech (ICTCLAS) that a word of a name may have.
_NOMINAL = frozenset([
    "n", "nz", "nr", "nrt", "ns", "nt", "nrfg", "g", "j", "b", "i", "l", "vn", "x", "m", "mq", "q", "zg", "ng", "tg",
    "an",
])  # fmt: skip
# 酶解, 酶联免疫: no enzyme that acts.
_NO_ENZYME = frozenset("解联切谱促学标法制")
_OPENING = frozenset(["x", "w", "p", "c", "uj", "u", "f", "m", "q", "r", "d"])
_ASPECT = frozenset(["基因", "蛋白", "蛋白质", "亚基", "亚单位", "配体", "抗原", "抗体"])


class Endings:
    """Endings with the type of what they end, for the longest that a word has."""

    def __init__(self, endings: Iterable[tuple[str, str]]) -> None:
        self._types: dict[str, str] = {}
        for ending, kind in endings:
            self._types.setdefault(ending, kind)
        self._sizes = sorted({len(e) for e in self._types}, reverse=True)
        # The same words come again and again, and most of them end in no way of ours.
        self.of = lru_cache(maxsize=8192)(self._of)

    def _of(self, word: str) -> tuple[str, str] | None:
        """The longest ending of `word`, and its type."""
        for size in self._sizes:
            kind = self._types.get(word[-size:])
            if kind is not None:
                return word[-size:], kind
        return None


class HanziEndings:
    """Chinese names by their endings (…碱, …酸, …苷; …酶, …受体, …因子), over the words of a sentence."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._no_opening = knowledge.listed("no-opening")
        self._enzymic = knowledge.listed("enzymic")
        rows = knowledge.tables["affixes"]
        endings = [(r["word"], r["type"]) for r in rows if r["lang"] == "zh" and r["kind"] == "ending"]
        self._endings = Endings(endings)
        self._heads = frozenset(e for e, _ in endings)
        self._not = tuple({r["word"] for r in rows if r["lang"] == "zh" and r["kind"] == "exception"})
        self._stops = frozenset(
            [*(r["word"] for r in knowledge.tables["words"]), *(r["word"] for r in knowledge.tables["aspects"])]
            + [r["word"] for r in knowledge.tables["triggers"] if r["lang"] == "zh"]
        )
        # Papers say the same words again and again.
        self._may_end = lru_cache(maxsize=16384)(self._ends_name)

    def find(self, words: Sequence[Word]) -> Iterator[Hit]:
        """Names among the words of a sentence.

        Where a name was matched, its type stands as the word's part of speech: `compound`, `protein`, `effect`,
        `anatomy`, `organisms`.
        """
        for i, word in enumerate(words):
            _, _, written, pos = word
            if written == "酶" and self._bare(words, i):
                yield Hit(word.start, word.end, "protein", None, "bare-enzyme", _RANK)
            if not self._may_end(written, pos):
                continue
            known = pos in ("compound", "protein")
            ending, first = self._ending(words, i)
            if ending is None or self._is_not(written):
                continue
            affix, kind = ending
            if known:
                kind = word.pos
            # Nrf2基因, NR2B亚基: the aspect of a name, no name of its own.
            if (
                affix in _ASPECT
                and i
                and words[i - 1].pos == "protein"
                and words[i].start - words[i - 1].end <= 1
                and not has_hanzi(words[i - 1].text)
            ):
                continue
            start = self._extend(words, first, kind)
            if known and start == word.start:
                continue
            bare = words[i].start == start and word.text == affix
            if bare or word.end - start < 2 or (word.end - start == len(affix) and len(affix) < 3):
                continue
            text = "".join(w.text for w in words if start <= w.start < word.end)
            if self._is_not(text) or not any(map(is_hanzi, text)):
                continue
            # A word that stands in jieba's dictionary as a plain noun is a name only with a chemical build.
            if len(affix) == 1 and start == word.start and not self._chemical(word.text):
                continue
            yield Hit(start, word.end, kind, None, f"ending-{affix}", _RANK)

    def _ends_name(self, text: str, pos: str) -> bool:
        """Whether a name that no list has may end with such a word."""
        if not has_hanzi(text) or pos in ("effect", "organisms", "microbes"):
            return False
        # A known name that is no more than a head (受体, 水解酶, 制剂) grows to the left as an unknown one does.
        return (
            pos not in ("compound", "protein")
            or text in self._heads
            or (len(text) <= 4 and text.endswith(("酶", "受体", "因子", "蛋白", "剂", "物质")))
        )

    def _ending(self, words: Sequence[Word], i: int) -> tuple[tuple[str, str] | None, int]:
        """The ending of `words[i]` and its type, and the word that it begins in.

        An unknown name is cut into single hanzi: 舒|替|尼 ends with 替尼.
        """
        tail = words[i].text
        ending = self._endings.of(tail)
        k = i
        while ending is None and len(tail) < 4 and k and words[k - 1].end == words[k].start:
            k -= 1
            before = words[k].text
            if len(before) > 1 or not is_hanzi(before):
                break
            tail = before + tail
            ending = self._endings.of(tail)
            if ending is not None and len(ending[0]) < len(tail):
                ending = None
        return ending, (k if ending is not None else i)

    def _bare(self, words: Sequence[Word], i: int) -> bool:
        """Whether the 酶 stands for enzymes by itself: 多种酶的活性, but not in a longer name."""
        before, after = words[i - 1] if i else None, words[i + 1] if i + 1 < len(words) else None
        opens = (
            before is None
            or before.end < words[i].start
            or before.pos in _OPENING
            or (before.text in self._stops and before.text not in self._enzymic)
        )
        return opens and (after is None or after.text[0] not in _NO_ENZYME)

    def _is_not(self, text: str) -> bool:
        return text.endswith(self._not) or text in self._stops

    @staticmethod
    def _spells(text: str, kind: str) -> bool:
        """Whether names are put together from these hanzi: chemical ones, or foreign ones from this syllable."""
        return all(c in _CHEMICAL for c in text) or (kind == "compound" and len(text) == 1 and text in _SYLLABLES)

    def _chemical(self, text: str) -> bool:
        return len(text) >= 3 or all(c in _CHEMICAL for c in text[:-1])

    def _extend(self, words: Sequence[Word], i: int, kind: str) -> int:
        """Where the name that ends with `words[i]` begins."""
        start = words[i].start
        for k in range(i - 1, max(-1, i - 6), -1):
            word = words[k]
            if word.end != start or (word.text in self._stops and word.text not in self._enzymic):
                break
            if word.pos in ("organisms", "effect"):
                if not (kind == "protein" and word.pos == "effect" and len(word.text) <= 4):
                    break
            elif word.pos == "anatomy":
                if kind != "protein":
                    break
            elif word.pos in ("compound", "protein"):
                pass
            elif word.text in self._enzymic:
                # 激活因子, but not A抑制B因子
                if kind != "protein" or (
                    word.text in self._stops and not (k == i - 1 and words[i].text in self._heads)
                ):
                    break
            elif word.pos == "eng":
                if not (word.text.isdigit() or len(word.text) <= 8):
                    break
            elif word.text in "-‐–":
                if k == 0 or not re.match(r"[A-Za-z0-9\u0370-\u03ff]", words[k - 1].text[-1]):
                    break
            elif not (word.pos in _NOMINAL or self._spells(word.text, kind)) or not has_hanzi(word.text):
                break
            start = word.start
        # 新型镁补充剂: what is new, taken by mouth or many is no part of a name.
        opening = [w for w in words if start <= w.start < words[i].start]
        while opening and opening[0].text in self._no_opening:
            start = opening.pop(0).end
        # 保护线粒体酶: the verb before the name is none of it, unless it is all that the name has.
        first = next((k for k, w in enumerate(words) if w.start == start), i)
        whole = len(words[i].text) > 2 and words[i].text not in self._heads
        if (
            words[first].text in self._enzymic
            and words[first].text in self._stops
            and (first + 1 < i or (first < i and (whole or words[i].pos in ("compound", "protein"))))
        ):
            start = words[first + 1].start
        return start


class EnglishEndings:
    """English names by their endings (-ase, -oside, receptor, inhibitor), but for everyday words that end so."""

    _WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9\u0370-\u03ff]*(?:[-'][A-Za-z0-9\u0370-\u03ff]+)*")
    _HEADS = frozenset({
        "receptor", "receptors", "kinase", "kinases", "transporter", "transporters", "channel", "channels", "factor",
        "protein", "proteins", "antibody", "antibodies", "subunit", "inhibitor", "inhibitors", "agonist", "agonists",
        "antagonist", "antagonists", "acid", "acids", "extract", "extracts", "drug", "drugs", "oxide", "chloride",
        "sulfate", "acetate", "phosphate", "vitamin",
    })  # fmt: skip

    def __init__(self, knowledge: Knowledge) -> None:
        rows = [r for r in knowledge.tables["affixes"] if r["lang"] == "en" and r["kind"] == "ending"]
        self._endings = Endings((r["word"], r["type"]) for r in rows if len(r["word"]) >= 3)
        affixes = [r for r in knowledge.tables["affixes"] if r["lang"] == "en"]
        self._not = frozenset(r["word"] for r in affixes if r["kind"] == "exception")
        words = knowledge.tables["words"]
        self._stops = frozenset(r["word"] for r in words if r["lang"] == "en") | frozenset(
            r["word"] for r in knowledge.tables["triggers"] if r["lang"] == "en"
        )

    def find(self, text: str, start: int, end: int, known: Sequence[Hit]) -> Iterator[Hit]:
        """Hits of `text[start:end]`; a head word that a list knows alone (receptor) grows over the name before it."""
        tokens = list(self._WORD.finditer(text, start, end))
        named = [h for h in known if h.kind in ("compound", "protein")]
        for i, token in enumerate(tokens):
            word = token.group().lower()
            ending = self._endings.of(word)
            if ending is None:
                continue
            over = next((h for h in known if h.start <= token.start() < h.end), None)
            bare = over is not None and over.start == token.start() and over.end == token.end() and word in self._HEADS
            stop = {word, word.rpartition("-")[2]} & self._not or (word in self._stops and word not in self._HEADS)
            if (over is not None and not bare) or stop:
                continue
            affix, kind = ending
            if word in self._HEADS:
                a, rank = self._premodified(text, tokens, i, named)
                if a == token.start():
                    continue
                named.append(Hit(a, token.end(), kind, None, f"ending-{affix}", rank))
                yield named[-1]
                continue
            if len(word) < max(7, len(affix) + 3) or (kind == "compound" and len(affix) == 3 and len(word) < 8):
                continue
            yield Hit(token.start(), token.end(), kind, None, f"ending-{affix}", _RANK)

    def _premodified(self, text: str, tokens: Sequence[re.Match[str]], i: int, known: Sequence[Hit]) -> tuple[int, int]:
        """Where a head word's name begins (`dopamine receptor`, `ursolic acid`), and its rank."""
        head = tokens[i].start()
        aspect = tokens[i].group().lower() in ("protein", "proteins", "subunit")
        near = [h for h in known if h.end <= head and text[h.end : head] in (" ", "-")]
        near = [h for h in near if not (aspect and h.kind == "protein")]
        if near:
            # A name that it takes in gives way.
            return min(h.start for h in near), 0
        if i and text[tokens[i - 1].end() : head] == " ":
            before = tokens[i - 1].group().lower()
            taken = any(h.start <= tokens[i - 1].start() < h.end for h in known)
            named = before.endswith(("ic", "ine", "in", "one", "ol", "ium", "ase", "ate")) and len(before) > 4
            if named and not taken and before not in self._stops | self._not:
                return tokens[i - 1].start(), _RANK
        return head, _RANK
