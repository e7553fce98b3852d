"""Names that go on beyond what was found of them, and those that are parts of something else.

A number, 受体, 抑制剂, 酶 behind a name belong to it; names before 通路 or 比值 make one effect; 蛋白, mRNA, 磷酸化
behind a name are its aspect, and the drug in A549/DDP is no mention.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pipeline.fold import has_hanzi
from pipeline.tag.match import Hit, longest

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
    r"[ ]?(?:结合盒(?:转运(?:体|蛋白))?(?:家族)?|受体(?!拮抗|激动|阻断)|激酶|结合蛋白|转运蛋白|转运体|合酶|合成酶|"
    r"脱氢酶|氧化酶|还原酶|转移酶|磷酸酶|"
    r"通道|家族(?:成员)?|复合物|复合体|超家族)"
)


# 葡萄糖酸锰: the metal of a salt; not that of an ion beside an acid.
_METAL = re.compile("(?:亚|氢|二氢)?[钠钾钙镁锌铁铜锰铵锂铋钴铬](?!离子|元素|含量|水平|浓度)")
# Constituents of one plant or broth are told apart by a number or letter: 丹参酮ⅡB, 人参皂苷Rg1, 银杏内酯B.
_MEMBERED = frozenset("酮苷素碱酯醇醌酚元")
_MEMBER = re.compile(
    r"[ ]?-?(?:R[a-z]\d{0,2}|[ⅠⅡⅢⅣⅤ]{1,3}[A-Za-z]?|[A-Z]\d{0,2})(?![A-Za-z0-9+]|-\d|\s?[组型期级段点区])"
)
_LOCANT = r"(?:\d{1,2}[′']?(?:,\d{1,2}[′']?)*|[α-ω]|[NOSCLDRSEZ]|DL|[nld]|顺|反)[-–]"
_LOCANTS = re.compile(rf"(?<![A-Za-z0-9α-ω])(?:{_LOCANT}(?:[\u4e00-\u9fff]{{1,5}}基-?)?)+$")
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
    r"[ ]?能(?:性)?(?![够通有显明增降促抑使在与改减提防导引起诱激])"
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
    """PI3K/Akt信号通路, Notch通路: the names before a pathway's head, joined by slashes or hyphens, are its name.

    Latin names that nothing else knows count as well. `heads` are the words for a pathway.
    """
    ends = {h.end: h for h in hits}
    made = []
    for match in _pathway(tuple(heads)).finditer(text):
        start, at = match.start(), match.start()
        while True:
            at -= text[at - 1 : at] == " "
            # 核因子-κB(NF-κB)通路: the name goes on behind what its bracket says of it.
            if bracket := _BRACKETED.search(text, max(0, at - 120), at):
                at = bracket.start()
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
            made.append(Hit(start, match.end(), "effect", None, "pathway", 4))
    return longest([*hits, *made]) if made else list(hits)


_LATIN_NAME = re.compile(r"(?<![A-Za-z0-9])[A-Zα-ω][A-Za-z0-9α-ω]*(?:-[A-Za-z0-9α-ω]+)*$")
_BRACKETED = re.compile(r"\s?[(（][^()（）。；\n]*[)）]$")
_JOINT = re.compile(r"\s?[/／\-–—→]\s?$")


@lru_cache(maxsize=4)
def _pathway(heads: tuple[str, ...]) -> re.Pattern[str]:
    # 信号 in 信号分子 and JAK/信号转导与转录激活因子, 轴 in 轴突 are parts of other words.
    longest_first = "|".join(sorted(map(re.escape, heads), key=len, reverse=True))
    return re.compile(f"(?:{longest_first})(?![与和及]?转录|调节|分子|蛋白|肽|序列|因子|突|索|丝|向|位)")


def _with_locants(text: str, hit: Hit) -> Hit:
    """3,5-二羟基…, N-乙酰基-5-羟色胺: what says where its groups stand belongs to a chemical's name."""
    if hit.kind != "compound" or text[hit.start - 1 : hit.start] not in ("-", "–", "基"):
        return hit
    before = _LOCANTS.search(text, max(0, hit.start - 24), hit.start)
    return hit if before is None else Hit(before.start(), hit.end, hit.kind, None, "grown-locants", hit.rank)


def grow(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """Names that go on behind what a list knows of them: a number or letter, 受体, 抑制剂, 盐, 家族."""
    grown: list[Hit] = []
    starts = {h.start: h for h in hits}
    hits = [_with_locants(text, h) for h in hits]
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
        elif kind == "compound" and text[end - 1] == "酸" and (match := _METAL.match(text, end)):
            end, rule = match.end(), "grown-salt"
        elif kind == "compound" and text[end - 1] in _MEMBERED and (match := _MEMBER.match(text, end)):
            end, rule = match.end(), "grown-number"
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
