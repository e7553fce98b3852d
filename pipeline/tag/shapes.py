"""Names that no lexicon lists, by how they are built: hanzi endings, English endings, gene symbols.

Each finder yields hits of rank -1: a name of the lexicon or of the paper itself goes before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from pipeline.fold import has_hanzi, is_hanzi
from pipeline.knowledge import Knowledge
from pipeline.records import Word
from pipeline.tag.match import Hit, longest

_RANK = -1
# Single hanzi that chemical names are put together from.
_CHEMICAL = frozenset(
    "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸氢氧氮碳硫磷氯溴碘氟硅硼钠钾钙镁铁锌铜锰硒铬钴羟羧氨胺酰酯醚醇酚醛酮酸碱苷糖苯萘蒽"
    "烷烯炔环异正仲叔新伪去脱化代偶亚次聚多单双吡啶喹啉咪唑嘧嘌呤吲哚噻呋喃哌嗪黄豆茶芦橙葛芪参芍丹芩连柏芹樱桃漆藤杷柑橘柠檬柚檗麻芝姜"
    "脂油胆甾萜皂鞣素肽蒽醌芸香桂没食阿魏咖啡绿原熊果齐墩根皮芒果染料木犀槲杨梅山柰"
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

    def find(self, words: Sequence[Word]) -> Iterator[Hit]:
        """Names among the words of a sentence.

        Where a name was matched, its type stands as the word's part of speech: `compound`, `protein`, `effect`,
        `anatomy`, `organisms`.
        """
        for i, word in enumerate(words):
            if word.text == "酶" and self._bare(words, i):
                yield Hit(word.start, word.end, "protein", None, "bare-enzyme", _RANK)
            if not has_hanzi(word.text) or word.pos in ("effect", "organisms", "microbes"):
                continue
            # A known name that is no more than a head (受体, 水解酶, 制剂) grows to the left as an unknown one does.
            known = word.pos in ("compound", "protein")
            if known and not (
                word.text in self._heads
                or (len(word.text) <= 4 and word.text.endswith(("酶", "受体", "因子", "蛋白", "剂", "物质")))
            ):
                continue
            ending = self._endings.of(word.text)
            if ending is None or self._is_not(word.text):
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
            start = self._extend(words, i, kind)
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

    @staticmethod
    def _bare(words: Sequence[Word], i: int) -> bool:
        """Whether the 酶 stands for enzymes by itself: 多种酶的活性, but not in a longer name."""
        before, after = words[i - 1] if i else None, words[i + 1] if i + 1 < len(words) else None
        opens = before is None or before.pos in _OPENING or before.end < words[i].start
        return opens and (after is None or after.text[0] not in _NO_ENZYME)

    def _is_not(self, text: str) -> bool:
        return text.endswith(self._not) or text in self._stops

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
            elif not (word.pos in _NOMINAL or all(c in _CHEMICAL for c in word.text)) or not has_hanzi(word.text):
                break
            start = word.start
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


_SYMBOL = re.compile(
    r"(?<![A-Za-z0-9\u0370-\u03ff])"
    r"(?:p-|c-|sh|si|ph?ospho-|t-|n)?"
    r"[A-Z][A-Za-z]{0,7}(?:-?[A-Z]{1,4})?(?:[- ]?\d{1,4})?"
    r"(?:[A-Za-zα-ωⅠ-Ⅻ]{0,2}\d{0,2})(?:[-/]\d{1,2})*(?:[-][α-ωA-Zκ]{1,3}\d?)?"
    r"(?![A-Za-z0-9\u0370-\u03ff])"
)
_CASPASE = re.compile(r"(?<![A-Za-z])(?:cleaved[- ])?[Cc]aspase[-– ]?\d{1,2}(?:[/、]-?\d{1,2})*")
_GENIC = re.compile(
    r"^\s*(?:的)?\s*(?:基因|蛋白|mRNA|表达|磷酸化|受体|抗体|家族|亚基|活性|启动子|转录|激酶|阳性|"
    r"敲除|沉默|敲低|抑制剂|激动剂|拮抗剂|信使)"
    r"|^\s*(?:protein|gene|mRNA|expression|phosphorylation|receptor|kinase|activity|promoter|knockdown|siRNA|"
    r"signaling|signalling|inhibitor|level)"
)


_CLASS = re.compile(r"(?:酶|蛋白|受体|因子|剂|药物|通道|转运体|家族|激素)$")


class Symbols:
    """Gene-symbol shapes, taken where their company says that they are genes or their products."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._no_gene = knowledge.listed("no-gene")

    def find(self, text: str, start: int, end: int, known: Sequence[Hit]) -> Iterator[Hit]:
        """Symbols in `text[start:end]`; `known` are the hits already made there."""
        covered = {i for h in known for i in range(h.start, h.end)}
        proteins = [(h.start, h.end) for h in known if h.kind == "protein"]
        for match in _CASPASE.finditer(text, start, end):
            if match.start() not in covered:
                yield Hit(match.start(), match.end(), "protein", None, "symbol-caspase", _RANK)
        for match in _SYMBOL.finditer(text, start, end):
            a, b = match.span()
            name = match.group()
            if (
                a in covered
                or name.upper() in self._no_gene
                or name in self._no_gene
                or len(name.replace("-", "")) < 2
                or b - a > 14
            ):
                continue
            upper = sum(c.isupper() for c in name)
            digit = any(c.isdigit() for c in name)
            if not (digit or upper >= 2):
                continue
            if name.startswith("p-") and any(c.isupper() for c in name):
                yield Hit(a, b, "protein", None, "symbol-phospho", _RANK)
            elif _GENIC.match(text[b : b + 14]):
                yield Hit(a, b, "protein", None, "symbol-context", _RANK)
            elif (before := self._apposed(text, a, known)) is not None:
                yield Hit(a, b, before, None, "symbol-apposed", _RANK)
            elif (digit or upper >= 3) and self._listed(text, a, b, proteins):
                proteins.append((a, b))
                yield Hit(a, b, "protein", None, "symbol-list", _RANK)

    @staticmethod
    def _apposed(text: str, a: int, known: Sequence[Hit]) -> str | None:
        """泛素蛋白连接酶HERC2, 螯合剂 TPEN: the type of the class word right before a symbol."""
        for hit in known:
            if (
                0 <= a - hit.end <= 1
                and text[hit.end : a].strip() == ""
                and hit.kind in ("compound", "protein")
                and _CLASS.search(text[hit.start : hit.end])
            ):
                return hit.kind
        return None

    @staticmethod
    def _listed(text: str, a: int, b: int, proteins: Sequence[tuple[int, int]]) -> bool:
        """Whether a protein stands beside it in a list (、, 和, /, and)."""
        for x, y in proteins:
            between = text[y:a] if y <= a else text[b:x]
            if len(between) <= 5 and re.fullmatch(r"\s*(?:[、/,，]|和|及|与|或|and|or|以及)\s*", between):
                return True
        return False


# What may follow a hanzi name as its number or letter: 血红素氧合酶-1, 蛋白激酶 C, 核因子κB.
_NUMBER = re.compile(
    r"[ ]?[-‐–]?[ ]?(?:[A-Z]\d?|[ⅠⅡⅢⅣⅤI]{1,3}|\d{1,2}[A-Za-zα-ω]?|[α-ωκ][A-Z]?\d?)"
    r"(?![A-Za-z0-9\u0370-\u03ff%])"
    # a count or measure, no number of the name
    r"(?!\s*(?:个|种|倍|周|天|月|只|例|项|条|d|h|次|组|型糖|日|年|℃|～|~|-\d))"
)
_MORE_NUMBERS = re.compile(r"(?:/-?\d{1,2}(?![\d%.])|[和、]\d(?![\d.%A-Za-z]))+")
_AGENT = re.compile(
    r"(?:受体|通道|转运体)?"
    r"(?:拮抗剂|抑制剂|激动剂|激活剂|阻断剂|阻滞剂|清除剂|螯合剂|诱导剂|增敏剂|类似物|衍生物)"
)
_COMPOUND_TAIL = re.compile(
    r"盐(?!酸|水|类)|酸盐|剂(?!量)|制剂|化合物|补充剂|类化合物|类物质|混合物|单体|螯合物|络合物|复合物|提取物|"
    r"注射液|胶囊|颗粒(?!细胞|物|层)|软膏|类"
)
_PROTEIN_TAIL = re.compile(
    r"[ ]?(?:结合盒(?:转运(?:体|蛋白))?(?:家族)?|受体(?!拮抗|激动|阻断)|激酶|结合蛋白|转运蛋白|转运体|合酶|合成酶|脱氢酶|氧化酶|还原酶|转移酶|磷酸酶|"
    r"通道|家族(?:成员)?|复合物|复合体|超家族)"
)


# DNA损伤修复酶, 凋亡基因: what carries a process out is a protein.
_ACTOR = re.compile("(?:调控|调节|相关|抑制|诱导|刺激)?(?:酶|基因|蛋白(?!质)|因子)(?!组|[分学治多型芯库谱])")
_RESISTANT = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Za-z-]*\d[A-Za-z0-9-]*/$")


def off_cell_lines(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """Without the drug in the name of a line that resists it: A549/DDP, MCF-7/ADR."""
    ends = {h.end for h in hits}

    def of_line(hit: Hit) -> bool:
        line = _RESISTANT.search(text, max(0, hit.start - 14), hit.start)
        return line is not None and hit.length <= 6 and hit.start - 1 not in ends

    return [h for h in hits if h.kind != "compound" or text[h.start - 1 : h.start] != "/" or not of_line(h)]


# T细胞活性, HepG2细胞凋亡: the cells' own name.
_CELL_LINE = re.compile(r"(?<![A-Za-z0-9/.-])(?:[A-Z][A-Za-z0-9]*(?:[-/.][A-Za-z0-9]+){0,3}\+?)[ ]?$")
_ERGIC = re.compile(
    r"[ ]?能(?:性)?"
    r"(?:[\u4e00-\u9fff]{0,6}?"
    r"(?:神经元|神经传递|神经传导|神经纤维|电流|电位|通路|系统|突触|传递|神经|受体功能|信号)"
    r"|作用|活性|功能|表型|毒性)"
    r"(?:后电流|传递|可塑性|功能)?"
)


_RATIO = re.compile(r"\s?(?:[/／∶:]|与|和|to\b)\s?")
_RATIO_TAIL = re.compile(r"\s*(?:的)?\s*(?:比值|比例|比率|之比|ratio)")
_VALUE = re.compile(r"\s?(?:比?值)(?![得观])")


def ratios(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """Bcl-2/Bax比值, CD4/CD8值, Bcl-2与Bax的比值: two names with a ratio behind are one measure."""
    starts = {h.start: h for h in hits}
    made = []
    for hit in hits:
        slash = _RATIO.match(text, hit.end)
        other = starts.get(slash.end()) if slash else None
        tail = _RATIO_TAIL.match(text, other.end) if other else None
        if other and slash and not tail and slash.group().strip() in "/／∶:":
            tail = _VALUE.match(text, other.end)
        if tail:
            made.append(Hit(hit.start, tail.end(), "effect", None, "ratio", 1))
    return longest([*hits, *made]) if made else list(hits)


def pathways(text: str, hits: Sequence[Hit], heads: Sequence[str]) -> list[Hit]:
    """PI3K/Akt信号通路, Notch通路: the names before a pathway's head, joined by slashes, hyphens or arrows, are its name.

    Latin names that nothing else knows count as well. `heads` are the words for a pathway.
    """
    ends = {h.end: h for h in hits}
    made = []
    for match in _pathway(tuple(heads)).finditer(text):
        start, at = match.start(), match.start()
        while True:
            at -= text[at - 1 : at] == " "
            name = ends.get(at)
            latin = _LATIN_NAME.search(text, max(0, at - 24), at)
            if name is not None and name.kind in ("compound", "protein", "effect"):
                start = name.start
            elif latin is not None:
                start = latin.start()
            else:
                break
            joint = _JOINT.search(text, max(0, start - 3), start)
            if joint is None:
                break
            at = joint.start()
        if start < match.start():
            made.append(Hit(start, match.end(), "effect", None, "pathway", 1))
    return longest([*hits, *made]) if made else list(hits)


_LATIN_NAME = re.compile(r"(?<![A-Za-z0-9])[A-Zα-ω][A-Za-z0-9α-ω]*(?:-[A-Za-z0-9α-ω]+)*$")
_JOINT = re.compile(r"\s?[/／\-–—→]\s?$")


@lru_cache(maxsize=4)
def _pathway(heads: tuple[str, ...]) -> re.Pattern[str]:
    # 信号 in 信号分子 and JAK/信号转导与转录激活因子, 轴 in 轴突 are parts of other words.
    longest_first = "|".join(sorted(map(re.escape, heads), key=len, reverse=True))
    return re.compile(f"(?:{longest_first})(?![与和及]?转录|调节|分子|蛋白|肽|序列|因子|突|索|丝|向|位)")


def grow(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """Names that go on behind what a list knows of them: a number or letter, 受体, 抑制剂, 盐, 家族."""
    grown: list[Hit] = []
    starts = {h.start: h for h in hits}
    for hit in hits:
        if hit.kind == "effect" and (match := _ACTOR.match(text, hit.end)) and has_hanzi(text[hit.end - 1]):
            number = _NUMBER.match(text, match.end()) if match.end() not in starts else None
            end = number.end() if number else match.end()
            grown.append(Hit(hit.start, end, "protein", None, "grown-actor", hit.rank))
            continue
        if hit.kind == "effect" and (line := _CELL_LINE.search(text, max(0, hit.start - 16), hit.start)):
            if text.startswith("细胞", hit.start) and line.start() not in starts:
                grown.append(Hit(line.start(), hit.end, "effect", None, "grown-cell", hit.rank))
                continue
        if hit.kind not in ("compound", "protein"):
            grown.append(hit)
            continue
        end, kind, rule = hit.end, hit.kind, hit.rule
        # 胆碱能作用, GABA能抑制性突触后电流: what a transmitter drives
        if kind == "compound" and (match := _ERGIC.match(text, end)):
            grown.append(Hit(hit.start, match.end(), "effect", None, "grown-ergic", hit.rank))
            continue
        if (
            kind == "protein"
            and has_hanzi(text[end - 1])
            and end not in starts
            and (match := _NUMBER.match(text, end))
            and end + 1 not in starts
        ):
            end, rule = match.end(), "grown-number"
        if kind == "protein" and text[end - 1].isdigit() and (match := _MORE_NUMBERS.match(text, end)):
            end, rule = match.end(), "grown-number"
        if match := _AGENT.match(text, end):
            end, kind, rule = match.end(), "compound", "grown-agent"
        elif match := _PROTEIN_TAIL.match(text, end):
            end, kind, rule = match.end(), "protein", "grown-head"
        elif kind == "compound" and has_hanzi(text[end - 1]) and (match := _COMPOUND_TAIL.match(text, end)):
            end, rule = match.end(), "grown-head"
        grown.append(hit if end == hit.end else Hit(hit.start, end, kind, None, rule, hit.rank))
    return longest(grown)


# 蛋白, mRNA and the like beside a name are its aspect.
_FORM = re.compile(
    "(?:去)?(?:基因表达|基因的表达|基因转录|基因转录水平|转录激活|突变|转录|翻译|蛋白表达|蛋白合成|mRNA表达|分泌异常|"
    "磷酸化|乙酰化|泛素化|甲基化|糖基化|寡聚化|活化|激活|核转位|转位|入核|剪切|裂解|降解|核易位|表达|"
    "泛素化降解|磷酸化水平)|"
    "phosphorylation|acetylation|ubiquitination|nuclear translocation|translocation|cleavage|activation|degradation"
)
_OF = re.compile("[ ]?(?:[(（][^()（）\n]{1,50}[)）])?[ ]?(?:的|亚基的?|蛋白的?)?[ ]?")
_GENERIC = frozenset(["蛋白", "蛋白质", "组蛋白", "proteins", "protein"])
_BESIDE = re.compile(r"(?:mRNA|基因|转录)\s*(?:和|及|与|、|或)\s*$")


def drop_aspects(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """Take out 蛋白, 基因, 亚基, 磷酸化 where they say in which form the name before them was measured."""
    ends = {h.end for h in hits if h.kind == "protein"}
    named = {h.end for h in hits if h.kind == "protein" and text[h.start : h.end] not in _GENERIC}
    kept = []
    for hit in hits:
        if (
            hit.kind == "effect"
            and _FORM.fullmatch(text, hit.start, hit.end)
            and any(_OF.fullmatch(text, e, hit.start) for e in named if 0 <= hit.start - e <= 60)
        ):
            continue
        if text[hit.start : hit.end] in ("蛋白", "蛋白质", "基因", "亚基", "protein", "proteins", "受体亚基"):
            before = hit.start - 1 if text[hit.start - 1 : hit.start] in (" ", ")", "）") else hit.start
            if (
                before in ends
                or text[hit.start - 1 : hit.start] in (")", "）")
                or _BESIDE.search(text[max(0, hit.start - 10) : hit.start])
            ):
                continue
        kept.append(hit)
    return kept


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
        covered = {i: h for h in known for i in range(h.start, h.end)}
        tokens = list(self._WORD.finditer(text, start, end))
        named = [h for h in known if h.kind in ("compound", "protein")]
        for i, token in enumerate(tokens):
            word = token.group().lower()
            over = covered.get(token.start())
            bare = over is not None and over.start == token.start() and over.end == token.end() and word in self._HEADS
            stop = {word, word.rpartition("-")[2]} & self._not or (word in self._stops and word not in self._HEADS)
            if (over is not None and not bare) or stop:
                continue
            ending = self._endings.of(word)
            if ending is None:
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


# What stands beside an unknown symbol tells what it is; counted over the whole paper.
_AS_PROTEIN = re.compile(
    r"^\s*(?:的)?\s*(?:基因|蛋白|mRNA|表达|磷酸化|受体|敲除|沉默|敲低|过表达|siRNA|启动子|信号|通路|"
    r"protein|gene|expression|knockdown|knockout|overexpression|phosphorylation|promoter|deficien|signal+ing|"
    r"activation|translocat|nuclear|transcription|silencing|protein|binding|-/-)"
)
_BEFORE_PROTEIN = re.compile(
    r"(?:expression of|levels? of|overexpression of|knockdown of|deletion of|phosphorylation of|activation of|"
    r"silencing|binds? (?:to )?(?:the )?|interacts? with|binding (?:of|to|with)|translocation of|antagonism of|基因|蛋白|下调|上调|敲除|沉默|转染|激活)\s*$"
)
_AS_COMPOUND = re.compile(
    r"^\s*(?:组|处理|干预|治疗|给药|灌胃|注射|添加量|剂量|浓度|溶液|提取物|预处理|mg|μmol|"
    r"treatment|administration|group|supplementation|injection|-treated|-induced|therapy|exposure|extract)"
)
_BEFORE_COMPOUND = re.compile(
    r"(?:treated with|treatment (?:of|with)|administration of|injection of|supplementation (?:of|with)|"
    r"exposed to|exposure to|doses? of|mg/kg|μM|添加|给予|灌胃|注射|口服|饲喂|补充|经|用|给药|服用)\s*$"
)
_CODE = re.compile(
    r"(?<![A-Za-z0-9\u0370-\u03ff-])[A-Z][A-Za-z]{0,5}[-]?\d{0,6}[A-Za-z]?\d{0,3}(?![A-Za-z0-9\u0370-\u03ff])"
)


def by_company(text: str, known: Sequence[Hit], no_gene: frozenset[str]) -> Iterator[Hit]:
    """Symbols that no list knows, typed by the company they keep over the whole paper.

    That takes two signs at least, and fewer than half as many against.
    """
    covered = bytearray(len(text) + 1)
    for hit in known:
        covered[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
    places: dict[str, list[tuple[int, int]]] = {}
    for match in _CODE.finditer(text):
        name = match.group()
        if covered[match.start()] or name.upper() in no_gene or name in no_gene or len(name) < 2:
            continue
        if sum(c.isupper() for c in name) < 2 and not (any(c.isdigit() for c in name) and len(name) > 2):
            continue
        places.setdefault(name, []).append(match.span())
    for spans in places.values():
        protein = compound = 0
        for a, b in spans:
            after, before = text[b : b + 18], text[max(0, a - 22) : a]
            protein += bool(_AS_PROTEIN.match(after)) + bool(_BEFORE_PROTEIN.search(before))
            compound += bool(_AS_COMPOUND.match(after)) + bool(_BEFORE_COMPOUND.search(before))
        if max(protein, compound) >= 2 and min(protein, compound) * 2 < max(protein, compound):
            kind = "protein" if protein > compound else "compound"
            for a, b in spans:
                yield Hit(a, b, kind, None, "symbol-company", _RANK)
