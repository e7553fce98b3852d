"""Names that a paper itself defines: 中文(English, ABBR), English (ABBR), ABBR（中文）, X，又称Y.

In English alone this is the task of Schwartz and Hearst (`abbreviations`). A Chinese name ends at the bracket and
begins where a mention begins. What stands in the bracket must name the same thing: members of a class, makers, doses,
statistics and asides are no definitions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.fold import fold, has_hanzi, name_key
from pipeline.knowledge import Concept
from pipeline.records import Gloss, Lang, MentionType, Name, mention_type
from pipeline.tag.abbreviations import long_form, short_form
from pipeline.tag.brackets import BLANK, QUOTES, Part, brackets, cues, in_chemical, parts
from pipeline.tag.match import Hit

__all__ = ["Definition", "find", "long_form", "record", "short_form"]

_ENGLISH = re.compile(r"[A-Za-z0-9\u0370-\u03ff(][\w\u0370-\u03ff'’′,.\-–+/*\s()\[\]ⅠⅡⅢⅣ]{2,}")
_THREE = re.compile("(?:[A-Za-z\u0370-\u03ff].*?){3}")
# What no name begins with, or holds.
_NO_NAME = re.compile(
    r"^(?:in|with|by|from|at|for|of|to|vs|and|or|not|no|data|male|female|mean|means|all|both|left|right|top|bottom|i|ii|iii|"
    r"the|a|an|see|mainly|mostly|especially|unpublished|adapted|according|about|up|down|per|once|twice|daily)\b|"
    r"\bet\s?al\b|^\D{0,30}\b(?:19|20)\d\d[a-z]?$|^[12][0-9OoIl]{3}$|[=<>≤≥±%~∶↑↓→]|"
    r"^\d+(?:\.\d+)?\s*(?:[mkμnu]?[gLlMm]|mol|d|h|min|s|IU|U|times|weeks?|days?|years?|months?|hours?)\b",
    re.IGNORECASE,
)
_MEMBERS = re.compile(
    r"\s*(?:如|例如|比如|诸如|包括|包含|含|主要|尤其|特别|分别|such as|e\.?g\b|including|for example|like )"
)
_AND_SO_ON = re.compile(r"等\s*$|\betc\b|\band others\b")
_PLACES = (
    r"\b(?:USA|U\.S\.A|US|UK|China|Germany|Japan|France|Switzerland|Canada|Korea|Denmark|Sweden|Italy|Israel|Taiwan|"
    r"Beijing|Shanghai|Nanjing|Wuhan|Guangzhou)\b|^(?:中国|美国|德国|日本|英国|法国|瑞士|北京|上海|南京|武汉|广州|天津|成都|杭州)"
)
_PLACE = re.compile(_PLACES)
_MAKER = re.compile(
    rf"{_PLACES}|\b(?:Inc|Ltd|Corp|Co|GmbH|LLC|Sigma|Aldrich|Merck|Gibco|Invitrogen|Abcam|Thermo|Roche|Solarbio|"
    r"Beyotime|Millipore|Santa Cruz|Selleck|Promega|Takara|Bio-?Rad|Qiagen|Hyclone|Proteintech|Bioworld|Elabscience|"
    r"BioLegend|ATCC|Aladdin|MedChem\w*|Biotech\w*|Technolog\w+|Pharmaceuticals?|Biosciences?|Laborator\w+)\b|"
    r"公司|集团|药厂|试剂|研究所|大学"
)
# Beside a name, but no name: doses, purity, numbers of registers, formulas.
_BESIDE = re.compile(
    r"\d|纯度|批号|分子式|CAS\b|purity|formula|PubChem|batch|lot\b|"
    r"^(?:mainly|including|such as|e\.g\.?|a|an|the|one of)\b",
    re.IGNORECASE,
)
_ASSAY = frozenset([
    "TUNEL", "MTT", "MTS", "CCK-8", "CCK8", "ELISA", "WB", "PCR", "qPCR", "RT-PCR", "qRT-PCR", "RT-qPCR", "HE",
    "H&E", "IHC", "IF", "HPLC", "LC-MS", "GC-MS", "EMSA", "ChIP", "DAPI", "PI", "SDS-PAGE", "SPSS", "BCA", "EdU",
    "BrdU", "FCM", "RIA",
])  # fmt: skip
_CHAINED = re.compile(r"[A-Z]\w+(?:[-/]\w{2,}){2,}")
# A code after a class of agents is a member of it: JNK抑制剂(SP600125).
_CODE = re.compile(r"[A-Z][A-Za-z]{0,5}-?\d{3,}\w?")
# A short form that may stand for anything.
_AMBIGUOUS = re.compile("[A-Z]{2,4}")
_JOINT = re.compile(r"[-–/]")
_METHOD = re.compile(r"(?:法|试验|实验|技术|术|分析|染色|反应|印迹|检测|测定|色谱|质谱|仪)$")
# A name of a class, whose bracket may hold its members.
_CLASS = re.compile(
    r"(?:因子|激素|递质|介质|酶|酶类|酶系|蛋白质?|受体|离子|氨基酸|脂肪酸|多酚|黄酮|药|药物|剂|类|物质|化合物|自由基|维生素|"
    r"元素|通路|症状|疾病|指标|基因|分子|成分|产物|代谢物|家族|"
    r"factors|cytokines?|enzymes?|hormones|proteins|receptors|ions|acids|drugs|agents|compounds|inhibitors?|genes|"
    r"molecules|markers?|metabolites|vitamins|minerals|pathways?)$"
)
_SAMPLE = re.compile(r"(?:组|大鼠|小鼠|鼠|仔猪|动物|患者|细胞系|细胞株|细胞|模型)$")
_CELLS = re.compile(r"(?:Cs?|cells?|Φ|φ)$")
_BINOMIAL = re.compile(
    r"[A-Z][a-z]+ [a-z]{3,}(?:us|um|is|ii|ae|ensis|a|i|e|ng|os|on|es)(?: [A-Z][a-z]*\.?)?|[A-Z]\. ?[a-z]+"
)
# What a citation looks like once a scan has garbled it: [I6], [2l].
_LETTERS = re.compile("[A-Za-z\u0370-\u03ff\u3400-\u9fff]")
_LATIN = re.compile("[A-Za-z0-9]")
_GARBLED = re.compile(r"[\dIlOoSs,，.\-–~ ]{1,8}")
_BRACKETED = re.compile(r"[0-9A-Za-zαβγ,'’′\-]*[\u3400-\u9fff]{1,12}[（(][^()（）\n]{2,24}[)）][一二三四双]?$")
_LAST_HANZI = re.compile(".*[\u3400-\u9fff]", re.DOTALL)
_CLASS_FIRST = re.compile(
    "[\u3400-\u9fff]{1,8}(?:激酶|蛋白|因子|受体|递质|激素|剂|通道|酶) ?"
    "(?=[A-Z][A-Za-z]{2,} ?[\u3400-\u9fff]|[α-ω] ?- ?[\u3400-\u9fff])"
)
_HEAD_ONLY = re.compile(r"(?:酶|激酶|蛋白|受体|因子|复合物|通道)[- ]?\d{0,2}")
_HEAD_ENDS = re.compile("(?:酶|因子|蛋白|受体)$")
_COUNTED = re.compile(r"\d+ ?[个种只类项例条组次]")
_RADICAL = frozenset("基酰代氨羟胺醯")
# What goes on with the name before it: 相关蛋白1, 4E结合蛋白.
_CONTINUES = re.compile(
    r" ?\d?[A-Z]? ?(?:有关|相关|结合|激活|诱导|调节|样|依赖|抑制|受体|关联)[\u3400-\u9fff]{0,5}"
    r"(?:蛋白|因子|激酶|受体|基因|抗原|多肽|元件|酶|配体)"
)
_HANZI = re.compile("[\u3400-\u9fff]")
_GOES_ON = re.compile(r"[A-Z]?\d|[A-Z]{1,2}\b")
_TAIL = re.compile(r"[A-Za-z0-9\u0370-\u03ff\-–/+²⁺]+$")
# A Chinese name may end with its number or letter: 环氧合酶-2, 蛋白激酶C, 生长因子-β1.
_HANZI_NAME = re.compile("[\u3400-\u9fff](?: ?[-–]?(?:[A-Zα-ω]?\\d{0,3}|[ⅠⅡⅢⅣ]+))$")
_STOP = re.compile(r"[,;:!?，。；：！？、()（）\[\]［］“”\"\n]|\.(?=\s|$)")
# Where a Chinese name that no list holds cannot go on to the left: it begins behind the last of these. Small words
# but for those in names (自由基, 神经, 饱和, 苯并芘, 黏着斑, 对羟基, 和厚朴酚); verbs; words of place and of species.
_BORDER = re.compile(
    r"[^\w\u0370-\u03ff\-–·' /]|(?<![a-z]{3})\s(?=[\u3400-\u9fff])|"
    r"[的了及或是把将令其该各每而从到至]|(?<!自)由|(?<![神月])经|(?<![饱缓中温])和(?!厚)|并(?![芘喹吡呋噻咪噁嘧哌菲蒽萘])|"
    r"(?<![附黏粘])着(?![床丝色])|(?<![相绝配])对(?![乙苯甲羟氨硝香称数])|(?<![作药食])用|(?<!信)使|(?<![潜内存])在|(?<!参)与|"
    r"以(?!太)|(?<!包)被(?![囊膜覆])|(?<![行认])为|等(?![位离电渗])|"
    r"采用|通过|利用|应用|检测|测定|观察|分析|进行|形成|降低|升高|增加|增强|减少|提高|改善|显著|明显|导致|引起|影响|"
    r"(?:抑制|促进|诱导|激活|调节|调控|介导)(?!因子|蛋白|受体|元件|激酶|剂|素|型|肽)性?|上调|下调|"
    r"包括|称为|作为|属于|具有|表现|根据|参照|计算|记录|比较|评价|评估|给予|发现|证实|合并|患有|发生|产生|所致|建立|选取|选择|治疗|防治|(?:有|相)关(?!蛋白|因子|基因|抗原|受体)|"
    r"大鼠|小鼠|患者|仔猪|肉鸡|动物|人类|[织胞液脏清体群血]中(?!枢)|[胞织体體脑脏][内內](?![皮毒质源])|如(?!意)|组(?![织胺氨分成合蛋])|之一|[上下]游(?:基因|蛋白|激酶|信号)?|后的|内的|一种|这种|部分|不同|主要|同时|可能|"
    r"能够|可以|此外|因此|结果|经典|所谓"
)
# What stands between two names and is of neither.
_SMALL = re.compile(r" *(?:(?:and|or|with|by|of|the) +)*")
_PROTEIN_HEAD = re.compile(
    r"(?:receptor|kinase|protein|factor|enzyme|transporter|channel|peptide|cytokine|chemokine|antigen|antibod(?:y|ie)|"
    r"globulin|integrin|cadherin|collagen|subunit|ligand|(?:ox|reduct|transfer|synthet|prote|lig|phosphat|hydrol|lip|"
    r"hydrogen|synth|lyas|mut|isomer|kin|cycl|aldol|amyl|carboxyl|dismut|oxygen|oxid)ase)s?$",
    re.IGNORECASE,
)
_COMPOUND_HEAD = re.compile(
    r"(?:acid|oxide|chloride|sulfate|sulphate|acetate|phosphate|extract|polysaccharide|oil|inhibitor|agonist|antagonist|"
    r"drug|alkaloid|flavonoid|saponin|glycoside|ester|salt|lipid|sterol|amine|peroxide|nitrite|nitrate|carbonate|"
    r"(?:oxygen|nitrogen) specie)s?$",
    re.IGNORECASE,
)
_EFFECT_HEAD = re.compile(
    r"(?:disease|syndrome|disorder|injury|stress|failure|cancer|carcinoma|tumou?r|infarction|pathway|potential|pressure|"
    r"rate|ratio|index|capacity|function|dysfunction|impairment|weight|gain|intake|resistance|deficiency|lesion|response|"
    r"fibrosis|inflammation|apoptosis|pain|depression|diabetes|obesity|\w{4,}(?:itis|osis|emia|opathy|algia))s?$",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"[\s-]+(?:\d+|[IVX]+|[A-Zα-ω]|alpha|beta|gamma)(?: (?:and|or) \d+)?$")
_NO_FACTOR = re.compile(r"(?:risk|impact|prognostic|environmental|dilution|correction) factors?$", re.IGNORECASE)
_EFFECT_END = re.compile(
    r"(?:病|症|综合征|综合症|损伤|炎|指数|电位|评分|得分|比值|转化率|增重|采食量|体质?量|体重|肿胀度)$"
)
_PROTEIN_END = re.compile(r"(?:酶|受体|蛋白|转运体|通道|激酶|[^风险]因子|黏附分子|配体|抗原|亚基)-?\w{0,2}$")
_COMPOUND_END = re.compile(
    r"(?:酸[钠钾钙镁锌铁铜锰铵酯盐]|[碱苷酮醇酚胺酯醌烯酸]|黄酮|多糖|提取物|[^因元要]素|氯化物)[A-Za-z\d]{0,2}$"
)
_ENGLISH_AHEAD = re.compile(
    r"(?!(?:a|an|the|one) )[A-Za-z0-9][\w\u0370-\u03ff'\-]*(?: [\w\u0370-\u03ff'\-]+){0,2}(?=[,.;)])"
)
_SHORT_AHEAD = re.compile(r"[A-Za-z0-9\u0370-\u03ff][\w\u0370-\u03ff\-–/+²⁺]*")
_NAME_AHEAD = re.compile('[\u3400-\u9fffA-Za-z0-9\u0370-\u03ff\\-–]{2,14}?(?=[,，。；;、（(”"]|是|为|作为|属于|$)')


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition found: the spans of its names, the first the one before the bracket."""

    start: int
    end: int
    spans: tuple[tuple[int, int], ...]
    kind: MentionType | None
    hit: Hit | None
    rule: str


def find(text: str, hits: Sequence[Hit], *, known: Sequence[Definition] | None = None) -> Iterator[Definition]:
    """Definitions in the text; `hits` are the mentions known so far, which give a name's beginning and its type.

    The second time, once all mentions are found, `known` are the definitions of the first: what they did not define is
    looked at again, and Chinese names that are still no mentions are taken as well. Those begin behind the last word
    that cannot stand in a name.
    """
    return _Finder(text, hits, known).find()


class _Finder:
    """One search of one text."""

    def __init__(self, text: str, hits: Sequence[Hit], known: Sequence[Definition] | None) -> None:
        self._text, self._second = text, known is not None
        self._done = [(d.start, d.end) for d in known or ()]
        self._by_end = {h.end: h for h in hits}
        self._by_start = {h.start: h for h in hits}

    def find(self) -> Iterator[Definition]:
        taken = {d.end: d for d in self._brackets()}
        for match in cues(self._text):
            at = match.start()
            while at and self._text[at - 1] in BLANK + QUOTES:
                at -= 1
            spans = [*((d.start, d.end) for d in taken.values() if d.end != at), *self._done]
            if any(a < match.end() and match.start() < b for a, b in spans):
                continue
            if (told := self._told(at, match, taken.get(at))) is not None:
                taken.pop(at, None)
                taken[told.end] = told
        yield from taken.values()

    def _brackets(self) -> Iterator[Definition]:
        held: Definition | None = None
        for start, end in brackets(self._text):
            if (held is not None and start < held.end) or any(a <= start < b for a, b in self._done):
                continue
            # 综合征(English)(ABBR): a second bracket goes with the first.
            if (
                held is not None
                and self._text[held.end : start].strip() == ""
                and (more := self._more(held, start, end))
            ):
                held = more
                continue
            if held is not None:
                yield held
            held = self._bracket(start, end)
        if held is not None:
            yield held

    # -- brackets -----------------------------------------------------------------------------------------------------

    def _bracket(self, start: int, end: int) -> Definition | None:
        """The definition that the bracket at `[start, end)` makes, if it makes one."""
        text = self._text
        inner = text[start + 1 : end - 1]
        if not _LETTERS.search(inner) or (text[start] in "[［" and _GARBLED.fullmatch(inner)):
            return None
        # 25(OH)D3: a bracket within a name.
        if len(inner) <= 4 and _GOES_ON.match(text, end) and _LATIN.match(text[start - 1 : start]):
            return None
        at = start
        while at and text[at - 1] in BLANK:
            at -= 1
        while at and text[at - 1] in QUOTES:
            at -= 1
        if not at or not (text[at - 1].isalnum() or text[at - 1] in ")）+⁺'’′"):
            return None
        before = self._by_end.get(at)
        hanzi = (
            has_hanzi(text[before.start : at]) if before is not None else _HANZI_NAME.search(text, max(0, at - 6), at)
        )
        if (before is not None and before.kind == "organisms") or (hanzi and before is None and not self._second):
            return None
        names = self._names(start + 1, end - 1)
        if not names:
            return None
        if not hanzi:
            return self._after_short(at, end, names) or self._after_latin(before, at, end, names)
        if before is not None:
            return self._after_hanzi(before, at, end, names)
        return self._after_unknown(at, end, names)

    def _more(self, held: Definition, start: int, end: int) -> Definition | None:
        names = self._names(start + 1, end - 1)
        if len(names) != 1 or not names[0].short:
            return None
        if not any(long_form(names[0].text, self._text[a:b]) == 0 for a, b in held.spans):
            return None
        return Definition(held.start, end, (*held.spans, names[0].span), held.kind, held.hit, held.rule)

    def _after_hanzi(self, before: Hit, at: int, end: int, names: Sequence[Part]) -> Definition | None:
        """中文(English, ABBR), where the Chinese name is a mention."""
        # 纤维|肌痛: what the grammar of effects may yet make longer waits for the second time.
        if not self._second and before.kind == "effect" and (begun := self._begin(at)) is not None:
            if begun < before.start:
                return None
        whole = self._whole(before, at, names)
        start = whole.start
        if not self._same(self._text[start:at], whole, names):
            return None
        if before.kind == "anatomy" and not any(n.short for n in names):
            return None
        hit = self._known(whole, names) or whole
        return Definition(
            start,
            end,
            ((start, at), *(n.span for n in names)),
            _typed(mention_type(hit.kind), names),
            hit,
            "gloss-bracket",
        )

    def _whole(self, before: Hit, at: int, names: Sequence[Part]) -> Hit:
        """The name before a bracket, where the mention is more or less than that."""
        text, start, kind = self._text, before.start, before.kind
        # 2,2-偶氮二(2-甲基丙基咪)二|盐酸盐: what is known is no more than the end of the name.
        if kind == "compound" and (cut := _BRACKETED.search(text, max(0, start - 60), start)):
            return Hit(cut.start(), at, kind, None, before.rule)
        # 链霉亲和素-生物素-酶复合物: names joined by hyphens are one where the short form is not the last one's.
        if text[start - 1 : start] == "-" and not any(n.short and self._agrees(before, n) for n in names):
            while text[start - 1 : start] == "-":
                left = self._by_end.get(start - 1)
                begun = left.start if left is not None else self._begin(start - 1)
                if begun is None:
                    break
                start, kind = begun, kind if left is not None and left.kind == kind else "chain"
            if start != before.start:
                return Hit(start, at, kind, None, before.rule)
        # 环氧化合|酶-2: a head alone is no name.
        if _HEAD_ONLY.fullmatch(text, start, at) and (begun := self._begin(at)) is not None:
            return Hit(begun, at, kind, None, before.rule)
        # 三肽基|乙醛, 真核细胞翻译启动因子|4E结合蛋白1: a name goes on to the left.
        radical = text[start - 1 : start] in _RADICAL and (kind == "compound" or before.concept is None)
        if radical and (begun := self._begin(at)) is not None:
            return Hit(begun, at, kind, None, before.rule)
        left = self._by_end.get(start)
        if before.concept is None and _CONTINUES.match(text, start):
            begun = left.start if left is not None and left.kind == kind else self._begin(at)
            if begun is not None and begun < start:
                return Hit(begun, at, kind, None, before.rule)
        # 酪氨酸激酶Janus激酶2: a class word that grew onto the name is left out.
        if before.concept is None and (cls := _CLASS_FIRST.match(text, start, at)) is not None:
            return Hit(cls.end(), at, kind, None, before.rule)
        if before.concept is None and (inner := self._known(None, names)) is not None and inner.concept is not None:
            written = text[start:at]
            for name in inner.concept.names:
                key = name_key(name)
                if has_hanzi(name) and len(key) > 2 and name_key(written).endswith(key):
                    cut_at = next(k for k in range(len(written), -1, -1) if name_key(written[k:]) == key)
                    return Hit(start + cut_at, at, kind, None, before.rule)
        # 二氢|睾酮(DHT): what the short form does not fit ends a longer name; organs and animals are not in it.
        if _HANZI.match(text[start - 1 : start]) and not any(self._agrees(before, n) for n in names):
            begun = self._begin(at)
            while begun is not None and (left := self._by_start.get(begun)) and left.kind in ("anatomy", "organisms"):
                begun = left.end
            if begun is not None and begun < start:
                return Hit(begun, at, kind, None, before.rule)
        return before

    def _begin(self, at: int) -> int | None:
        """Where the Chinese name that ends at `at` begins, as far as its words tell; None if they do not."""
        text = self._text
        line = max(text.rfind("\n", 0, at) + 1, at - 30)
        # Folded: 增強 parts as 增强 does.
        borders = [line + m.end() for m in _BORDER.finditer(fold(text[line:at])) if line + m.end() < at]
        if not borders and line == at - 30:
            return None
        start = max(borders, default=line)
        while start < at and text[start] in " -–·'/":
            start += 1
        for hit in self._by_end.values():
            # What a mention holds is not cut: a name begins before or behind it. 腺苷酸环化酶|相关蛋白1
            if hit.start < start < hit.end <= at or (
                start < hit.start and hit.end < at and _CONTINUES.match(text, hit.end)
            ):
                # B淋巴细胞瘤-2: but for a number behind it.
                behind = (
                    _SMALL.match(text, hit.end, at) if hit.start < start and has_hanzi(text[hit.end : at]) else None
                )
                start = behind.end() if behind else hit.start
        if (cls := _CLASS_FIRST.match(text, start, at)) is not None:
            start = cls.end()
        written = text[start:at]
        return start if 2 <= len(written) <= 24 and has_hanzi(written) and not _COUNTED.match(written) else None

    def _after_unknown(self, at: int, end: int, names: Sequence[Part]) -> Definition | None:
        """中文(ABBR), where no list or rule knows the Chinese name."""
        start = self._begin(at)
        if start is None:
            return None
        written = self._text[start:at]
        shorts = [n for n in names if n.short and len(n.text) > 1]
        if not shorts:
            return None
        if not self._same(written, None, names):
            return None
        hit = self._known(None, names)
        kind = mention_type(hit.kind) if hit is not None else None
        if kind is None:
            kind = self._kind_of(names)
        if kind is None:
            kind = _kind_zh(written)
        return Definition(start, end, ((start, at), *(n.span for n in names)), kind, hit, "gloss-bare")

    def _after_latin(self, before: Hit | None, at: int, end: int, names: Sequence[Part]) -> Definition | None:
        """English (ABBR): by its letters, or by what the lexicon says of both."""
        text = self._text
        begun = self._window(at)
        window = text[begun:at]
        laid = (long_form(n.text, window) for n in names if n.short and len(n.text) > 1)
        found = next((offset for offset in laid if offset is not None), None)
        told = any(n.told for n in names)
        if found is not None:
            start = begun + found
            while text[start] in "/-–":
                start += 1
            inner = next((h for n in names if n.short and (h := self._inner(n)) is not None), None)
            hit, kind = self._head(before, start, at, inner)
        elif before is not None and mention_type(before.kind) is not None:
            start = before.start
            written = text[start:at]
            agreed = told or all(self._agrees(before, n) for n in names) or self._used(before, written, names)
            if not agreed or not self._same(written, before, names):
                return None
            hit, kind = self._known(before, names) or before, mention_type(before.kind)
        else:
            return None
        return Definition(
            start, end, ((start, at), *(n.span for n in names)), _typed(kind, names), hit, "gloss-letters"
        )

    def _used(self, before: Hit, written: str, names: Sequence[Part]) -> bool:
        """Whether a short form whose letters stand in another order (magnesium-L-threonate, L-TAMS) is the paper's own.

        The lexicon must not know it, and the paper must use it again.
        """
        if len(names) != 1 or not names[0].short or before.kind not in ("compound", "protein"):
            return False
        short = names[0].text
        inner = self._inner(names[0])
        letters = [c for c in short.lower() if c.isalpha()]
        return (
            (inner is None or inner.concept is None)
            and len(letters) > 2
            and sum(c in written.lower() for c in letters) >= 0.75 * len(letters)
            and self._text.count(short) > 2
        )

    def _after_short(self, at: int, end: int, names: Sequence[Part]) -> Definition | None:
        """ABBR（中文）, ABBR (English)."""
        match = _TAIL.search(self._text[max(0, at - 24) : at])
        if match is None or not short_form(match.group()):
            return None
        short, start = match.group(), at - len(match.group())
        own = self._by_start.get(start)
        own = own if own is not None and own.end == at else None
        for name in names:
            if name.short:
                continue
            inner = self._inner(name)
            if has_hanzi(name.text):
                # The lexicon may know both, and then as different things: IL-6（促炎因子）.
                if inner is None or mention_type(inner.kind) is None:
                    continue
                if own is not None and own.concept is not None and not self._agrees(inner, short):
                    continue
                kind = mention_type(inner.kind)
            elif long_form(short, name.text) == 0:
                inner, kind = self._head(self._by_end.get(name.end), name.start, name.end, own)
            else:
                continue
            return Definition(start, end, ((start, at), *(n.span for n in names)), kind, inner, "gloss-reversed")
        return None

    # -- names in the bracket -----------------------------------------------------------------------------------------

    def _names(self, start: int, end: int) -> list[Part]:
        """The names in a bracket; none where it holds something else."""
        text = self._text
        inner = text[start:end]
        if _MEMBERS.match(inner) or _AND_SO_ON.search(inner):
            return []
        names: list[Part] = []
        for part in parts(text, start, end):
            if maker := _MAKER.search(part.text):
                # A name may stand before its maker: 姜黄素(curcumin, Sigma, USA).
                where = _PLACE.search(maker.group()) is not None
                return [n for n in names if self._inner(n) is not None or (n.short and not where)]
            if self._name_like(part):
                names.append(part)
            elif not names or not (has_hanzi(part.text) or _BESIDE.search(part.text)):
                return []
        return names

    def _name_like(self, part: Part) -> bool:
        if part.short:
            return True
        if has_hanzi(part.text):
            inner = self._inner(part)
            if inner is not None and mention_type(inner.kind) is not None:
                return True
            return part.told and len(part.text) <= 14 and not _BORDER.search(part.text)
        words = part.text.split()
        return (
            len(words) <= 12
            and _ENGLISH.fullmatch(fold(part.text)) is not None
            and _THREE.search(part.text) is not None
            and not _NO_NAME.search(part.text)
        )

    def _inner(self, part: Part) -> Hit | None:
        """The mention that a name in the bracket is."""
        hit = self._by_start.get(part.start)
        return hit if hit is not None and hit.end == part.end else None

    # -- whether they name the same thing -----------------------------------------------------------------------------

    def _same(self, written: str, before: Hit | None, names: Sequence[Part]) -> bool:
        """Whether all names are names of one thing."""
        shorts = [n for n in names if n.short]
        longs = [n for n in names if not n.short and not has_hanzi(n.text)]
        loose = [n for n in shorts if not any(_explained(x, [n]) for x in longs)]
        if len(loose) > 1 and not self._one_concept(before, loose):
            return False
        for name in loose:
            if not self._may_shorten(written, before, name):
                return False
        for name in longs:
            inner = self._inner(name)
            if (
                inner is not None
                and before is not None
                and inner.concept is not None
                and not self._agrees(before, name)
                and (
                    (inner.kind != before.kind and len(names) == 1)
                    or (_CLASS.search(written) and not _explained(name, shorts) and not _alike(written, inner.concept))
                )
            ):
                return False
            if _BINOMIAL.fullmatch(name.text) and inner is None and len(names) == 1:
                return False
        for name in names:
            # 骨质疏松(骨量减少): two Chinese names are one thing where the paper or the lexicon says so.
            agreed = before is not None and (len(names) > 1 or self._agrees(before, name))
            if has_hanzi(name.text) and not name.told and not agreed:
                return False
        return True

    def _known(self, before: Hit | None, names: Sequence[Part]) -> Hit | None:
        """The mention that says which concept is named: the one before the bracket, else one in it."""
        if before is not None and before.concept is not None:
            return before
        kinds = {mention_type(before.kind)} if before is not None else {"compound", "protein", "effect"}
        hits = (self._inner(n) for n in names)
        return next(
            (h for h in hits if h is not None and h.concept is not None and mention_type(h.kind) in kinds), None
        )

    def _may_shorten(self, written: str, before: Hit | None, name: Part) -> bool:
        """Whether a short form that no English name explains may stand for the name before the bracket."""
        if name.text in _ASSAY and not _METHOD.search(written):
            return False
        # 肝癌细胞(HepG2), 模型组(M), but 间充质干细胞(MSCs).
        if _SAMPLE.search(written) and not name.told and not _CELLS.search(name.text):
            return False
        if before is not None and before.kind == "microbes" and not self._agrees(before, name):
            return False
        # The names of a pathway's members stand for more than the last of them.
        if _CHAINED.fullmatch(name.text) and not name.told and len(_JOINT.findall(written)) < 2:
            return False
        if len(name.text) == 1:
            # 足趾肿胀度(E), but not the panels of a figure: (A), (B).
            return name.told or (before is not None and before.kind == "effect" and name.text not in "ABCDPN")
        inner = self._inner(name)
        if name.told or (before is not None and self._agrees(before, name)):
            return True
        if inner is None or inner.concept is None:
            return not (_CODE.fullmatch(name.text) and _CLASS.search(written))
        if _alike(written, inner.concept):
            return True
        if (before is not None and before.concept is not None) or _CLASS.search(written):
            return False
        if before is not None and inner.kind == before.kind:
            return True
        # 类风湿关节炎(RA) in a paper that nowhere speaks of 视黄酸: its own.
        return _AMBIGUOUS.fullmatch(name.text) is not None and not any(
            n in self._text for n in inner.concept.names if has_hanzi(n)
        )

    def _agrees(self, hit: Hit, name: Part | str) -> bool:
        """Whether the lexicon lets `name` stand for what `hit` is: as its name, or as letters of its English name."""
        concept = hit.concept
        if concept is None:
            return False
        if isinstance(name, Part):
            inner = self._inner(name)
            if inner is not None and inner.concept is not None and _one(inner.concept, concept):
                return True
            name = name.text
        key = name_key(name)
        if any(name_key(n) == key for n in (*concept.names, *concept.abbreviations)):
            return True
        return short_form(name) and any(
            not has_hanzi(n) and not short_form(n) and long_form(name, n) == 0 for n in concept.names
        )

    def _one_concept(self, before: Hit | None, names: Sequence[Part]) -> bool:
        """Several short forms are one thing's where the lexicon says so; else they are members of a class."""
        if before is not None and before.concept is not None:
            return all(self._agrees(before, n) for n in names)
        hits = [self._inner(n) for n in names]
        first = hits[0].concept if hits[0] is not None else None
        return first is not None and all(
            h is not None and h.concept is not None and _one(h.concept, first) for h in hits
        )

    # -- types --------------------------------------------------------------------------------------------------------

    def _window(self, at: int) -> int:
        """Where the words before a bracket begin that a long form may take: behind the last stop."""
        line = max(self._text.rfind("\n", 0, at) + 1, at - 140)
        window = self._text[line:at]
        begun, opened = 0, 0
        for match in _STOP.finditer(window):
            at_stop, sign = match.start(), match.group()
            # The brackets and commas of chemical names stop nothing: di(2-ethylhexyl) phthalate.
            if sign in "([" and at_stop > begun and window[at_stop - 1] != " ":
                opened += 1
            elif sign in ")]" and opened:
                opened -= 1
            elif not in_chemical(window, at_stop):
                begun, opened = match.end(), 0
        hanzi = _LAST_HANZI.match(window)
        return line + max(begun, hanzi.end() if hanzi else 0)

    def _head(
        self, before: Hit | None, start: int, at: int, inner: Hit | None
    ) -> tuple[Hit | None, MentionType | None]:
        """What a long form `[start, at)` is: the mention that it is, or the type that its last word tells."""
        if before is not None and before.end == at and mention_type(before.kind) is not None:
            if before.start <= start or self._text[start : before.start].strip(" -") == "":
                return before, mention_type(before.kind)
            kind = mention_type(before.kind)
        else:
            kind = _kind(self._text[start:at])
        if inner is not None and inner.concept is not None and (kind is None or inner.kind == kind):
            known = (*inner.concept.names, *inner.concept.abbreviations)
            key = name_key(self._text[start:at]).rstrip("s")
            if any(name_key(n).rstrip("s") == key for n in known):
                return inner, mention_type(inner.kind)
        return None, kind

    def _kind_of(self, names: Sequence[Part]) -> MentionType | None:
        return next((k for n in names if not n.short and (k := _kind(n.text)) is not None), None)

    # -- names told outside brackets ----------------------------------------------------------------------------------

    def _told(self, at: int, cue: re.Match[str], bracket: Definition | None) -> Definition | None:
        """VDAC又称孔蛋白; X（Y），以下简称Z; X, also known as Y: the name, or the bracket behind it, ends at `at`."""
        text = self._text
        before = self._by_end.get(at)
        if bracket is not None:
            start, spans, kind, base = bracket.start, bracket.spans, bracket.kind, bracket.hit
        elif before is not None and mention_type(before.kind) is not None:
            start, spans, kind, base = before.start, ((before.start, at),), mention_type(before.kind), before
        else:
            return None
        hit = self._by_start.get(cue.end())
        if hit is not None and mention_type(hit.kind) == kind:
            span = hit.start, hit.end
            base = hit if base is None or base.concept is None else base
        elif hit is not None and hit.concept is not None:
            return None
        else:
            ahead = _SHORT_AHEAD.match(text, cue.end())
            if ahead is None or not short_form(ahead.group()):
                ahead = (_NAME_AHEAD if has_hanzi(cue.group()) else _ENGLISH_AHEAD).match(text, cue.end())
            if ahead is None or (has_hanzi(ahead.group()) and _BORDER.search(ahead.group())):
                return None
            span = ahead.span()
        return Definition(start, span[1], (*spans, span), kind, base, "gloss-told")


def _explained(long: Part, shorts: Sequence[Part]) -> bool:
    """Whether a name in the bracket is the long form of a short one beside it."""
    return any(long_form(n.text, long.text) is not None for n in shorts)


def _typed(kind: MentionType | None, names: Sequence[Part]) -> MentionType | None:
    """The type of what is defined; what stands for several members at once (Keap1-Nrf2-ARE) has none."""
    return None if any(n.short and _CHAINED.fullmatch(n.text) for n in names) else kind


def _kind(name: str) -> MentionType | None:
    """The type that the last word of an English name tells."""
    name = _NUMBERS.sub("", name)
    if _NO_FACTOR.search(name):
        return None
    if _PROTEIN_HEAD.search(name):
        return "protein"
    if _COMPOUND_HEAD.search(name):
        return "compound"
    return "effect" if _EFFECT_HEAD.search(name) else None


def _kind_zh(name: str) -> MentionType | None:
    """The same of a Chinese name."""
    if _EFFECT_END.search(name):
        return "effect"
    if _PROTEIN_END.search(name):
        return "protein"
    return "compound" if _COMPOUND_END.search(name) else None


def _one(a: Concept, b: Concept) -> bool:
    return a is b or (a.id is not None and a.id == b.id) or (a.name == b.name and a.kind == b.kind)


def _alike(written: str, concept: Concept) -> bool:
    """Whether a Chinese name shares a good part of its hanzi with a name that the lexicon has for the concept."""
    own = _pairs(written)
    for name in concept.names:
        if has_hanzi(name) and own:
            other = _pairs(name)
            if 2 * len(own & other) >= 0.5 * (len(own) + len(other)):
                return True
    return False


def _pairs(name: str) -> set[str]:
    # Their common head makes 抗氧化酶 no 超氧化歧化酶.
    key = _HEAD_ENDS.sub("", name_key(name))
    return {key[i : i + 2] for i in range(len(key) - 1)}


def record(doc: str, text: str, definition: Definition) -> Gloss:
    """The definition as it is written to `glosses.jsonl`."""
    names = tuple(Name(text[a:b], _lang(text[a:b]), short_form(text[a:b])) for a, b in definition.spans)
    return Gloss(doc, definition.start, definition.end, names, definition.kind, definition.rule)


def _lang(text: str) -> Lang:
    return "zh" if has_hanzi(text) else "en"
