"""Repairs of characters, before offsets exist.

A repair takes a `Traced` text and gives back another one that still knows, for each character, the ink it came from.
Each has a name; the reader reports the names of those that changed something.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

PUT_IN = -1
"""The source of a character that no ink on the page stands for, such as the space between two joined lines."""

# Hanzi, kana-free: unified ideographs, extension A, compatibility, radicals, 〇 and 々.
_IDEOGRAPHS = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u2e80-\u2fd5"
HAN = f"{_IDEOGRAPHS}〇々"
# Punctuation as wide as a hanzi, which needs no space beside it.
WIDE_PUNCTUATION = "\u3001-\u3011\u3014-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65“”‘’…—"
WIDE = HAN + WIDE_PUNCTUATION

_ALWAYS_WIDE = f"{_IDEOGRAPHS}\u3001-\u3011\u3014-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
WIDE_BOUNDS = tuple(sorted(code for a, b in re.findall("(.)-(.)", _ALWAYS_WIDE) for code in (ord(a), ord(b) + 1)))
"""The codes at which wide characters begin and end by turns."""


@dataclass(frozen=True, slots=True)
class Traced:
    """A text and, for each of its characters, the number of the ink it came from (`PUT_IN` where there is none)."""

    text: str
    at: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.text) != len(self.at):
            raise ValueError(f"{len(self.text)} characters with {len(self.at)} sources")

    def __add__(self, other: Traced) -> Traced:
        return Traced(self.text + other.text, self.at + other.at)

    def __getitem__(self, cut: slice) -> Traced:
        return Traced(self.text[cut], self.at[cut])

    def sub(self, pattern: re.Pattern[str], put: Callable[[re.Match[str]], str]) -> Traced:
        """As `re.sub`: the characters put in take the sources of those that they stand for, in order."""
        out: list[str] = []
        at: list[int] = []
        last = 0
        for match in pattern.finditer(self.text):
            new = put(match)
            a, b = match.span()
            if new == match.group() or a == b:
                continue
            out += (self.text[last:a], new)
            at += self.at[last:a]
            at += _carry(self.text[a:b], self.at[a:b], new)
            last = b
        if not out:
            return self
        return Traced("".join(out) + self.text[last:], (*at, *self.at[last:]))

    def strip(self) -> Traced:
        if self.text == self.text.strip():
            return self
        a = len(self.text) - len(self.text.lstrip())
        return self[a : max(a, len(self.text.rstrip()))]


def plain(text: str) -> Traced:
    """A text without ink, as a text file has it."""
    return Traced(text, (PUT_IN,) * len(text))


def _carry(old: str, at: tuple[int, ...], new: str) -> list[int]:
    """Sources for `new`: each character takes that of the next equal character of `old`, or of its neighbour."""
    if len(old) == len(new):
        return list(at)
    sources: list[int] = []
    k = 0
    for ch in new:
        found = old.find(ch, k)
        if found >= 0:
            sources.append(at[found])
            k = found + 1
        else:
            sources.append(at[min(k, len(at) - 1)] if not ch.isspace() else PUT_IN)
    return sources


@dataclass(slots=True)
class Ledger:
    """The names of the repairs that changed something, gathered while one paper is read."""

    names: set[str] = field(default_factory=set)

    def note(self, name: str, before: Traced, after: Traced) -> Traced:
        """`after`, with the repair's name put down when it differs from `before`."""
        if before.text != after.text:
            self.names.add(name)
        return after


# --- characters, one by one -----------------------------------------------------------------------------------------


def _founder() -> dict[str, str]:
    """Latin of the Founder (方正) fonts, which decodes to rare hanzi: in GBK lead byte A0, then ASCII + 0x80.

    No hanzi of GB2312 has that lead byte, so that plain modern text cannot collide.
    """
    table: dict[str, str] = {}
    for second in range(0xA1, 0xFF):
        try:
            table[bytes((0xA0, second)).decode("gbk")] = chr(second - 0x80)
        except UnicodeDecodeError:
            continue
    return table


FOUNDER = _founder()
# A lone rare hanzi may be a real one; papers with a Founder font have whole words of them.
FOUNDER_AT_LEAST = 3
# Rare in simplified text, everyday in traditional: a letter only where it stands beside other letters.
_EVERYDAY = frozenset("狀牽犧犢牠牴")
_FOUNDER_WORD = re.compile(f"[{''.join(re.escape(ch) for ch in FOUNDER)}]+")

# The Symbol font by its private-use codes (F000 + code): what stands in biomedical text.
SYMBOL = {
    0xF020 + i: ch
    for i, ch in enumerate(
        " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
    )
} | {
    0xF0A2: "′", 0xF0A3: "≤", 0xF0A5: "∞", 0xF0AB: "↔", 0xF0AC: "←", 0xF0AD: "↑", 0xF0AE: "→", 0xF0AF: "↓", 0xF0B0: "°",
    0xF0B1: "±", 0xF0B2: "″", 0xF0B3: "≥", 0xF0B4: "×", 0xF0B5: "∝", 0xF0B6: "∂", 0xF0B7: "•", 0xF0B8: "÷", 0xF0B9: "≠",
    0xF0BA: "≡", 0xF0BB: "≈", 0xF0BC: "…", 0xF0C5: "⊕", 0xF0D0: "∠", 0xF0D2: "®", 0xF0D3: "©", 0xF0D4: "™",
    0xF0D6: "√", 0xF0D7: "⋅", 0xF0DE: "⇒", 0xF0E2: "®", 0xF0E3: "©", 0xF0E4: "™", 0xF0E5: "∑", 0xF0F2: "∫",
    # Tall brackets in pieces, in the Symbol font and in Adobe's corner of the private area: one piece is the bracket.
    **{code + k: piece.strip() for code in (0xF0E6, 0xF8EB) for k, piece in enumerate("(  [   {  ")},
    **{code + k: piece.strip() for code in (0xF0F6, 0xF8F6) for k, piece in enumerate(")  ]   } ")},
    0xF8E8: "®", 0xF8E9: "©", 0xF8EA: "™",
}  # fmt: skip
# Characters that GBK had before Unicode did, by the private codes that GB18030 of 2000 gave them.
PRIVATE_GBK = {0xE5E5: " ", 0xE7C7: "ḿ", 0xE7C8: "ǹ"} | {
    0xE78D + k: ch for k, ch in enumerate("，、。：；！？〖〗…")
}  # fmt: skip
UNREADABLE = "\ufffd"
"""What stands for a glyph that the file gives no meaning."""

# Whole radicals of the supplement, which NFKC leaves alone (Unicode's EquivalentUnifiedIdeograph.txt).
RADICALS = dict(zip(
    "⺁⺄⺊⺎⺒⺓⺜⺝⺠⺧⺩⺬⺮⺶⺻⺼⻁⻄⻅⻆⻉⻊⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲",
    "厂乙卜兀巳幺日月民牛王示竹羊聿肉虎西见角贝足车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀",
    strict=True,
))  # fmt: skip

# Words of plain Latin in a font that counts its letters from F000 on: Greek of the Symbol font comes by the letter.
_PRIVATE_LATIN = re.compile("[\uf041-\uf05a\uf061-\uf07a]{4}")
_PRIVATE_ASCII = re.compile("[\uf020-\uf07e]+")
_PRIVATE = re.compile("[\ue000-\uf8ff]|\\(cid:\\d{1,5}\\)")
_FULL_WIDTH = re.compile(
    "[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a＋－／％＝＜＞＆＃＠＊＿｜［］｛｝\uff02\uff04\uff07\uff3e\ufe50-\ufe6b]+"
)
# Behind a hanzi it is a full stop.
_FULL_STOP = re.compile("(?<=[0-9A-Za-z])．(?=[0-9A-Za-z])")
_RADICALS = re.compile("[\u2e80-\u2fd5\uf900-\ufaff\U0002f800-\U0002fa1f]")
# Letters set as one, squared units, letter-like signs, the micro sign; not ① and ½, which mean more than their letters.
_LIGATURES = re.compile("[\ufb00-\ufb06\u3380-\u33df\u2100-\u2109\u212b\u2126\u0132\u0133\u00b5]")
_MATHS = re.compile("[\U0001d400-\U0001d7ff\u210a-\u2113\u211b-\u211d\u2124\u2128\u212c-\u2131\u2133\u2134]")
_ROMAN = re.compile("[\u2160-\u217f]+")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufffe\uffff]"
)
# A soft hyphen breaks a word of small letters where there was room after all; beside anything else it is the hyphen of
# a name, which some fonts have under its code.
_SOFT_HYPHEN = re.compile("(?<=[a-z])\u00ad+ ?(?=[a-z])|\u00ad+(?=\u00ad)|(?<!\\S)\u00ad+(?!\\S)")
_BLANKS = re.compile("[\t\r\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_HYPHENS = re.compile("[\u2010\u2011\u00ad]")


def _nfkc(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match.group())


def _hanzi(match: re.Match[str]) -> str:
    return RADICALS.get(match.group()) or _nfkc(match)


def _private(match: re.Match[str]) -> str:
    code = ord(match.group()[0])
    return SYMBOL.get(code, PRIVATE_GBK.get(code, UNREADABLE))


def _private_ascii(match: re.Match[str]) -> str:
    return "".join(chr(ord(ch) - 0xF000) for ch in match.group())


_CHARACTER_REPAIRS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    ("invisible", _INVISIBLE, lambda _: ""),
    ("soft-hyphens", _SOFT_HYPHEN, lambda _: ""),
    ("private-use", _PRIVATE, _private),
    ("blanks", _BLANKS, lambda _: " "),
    ("hyphens", _HYPHENS, lambda _: "-"),
    ("full-width", _FULL_WIDTH, _nfkc),
    ("radicals", _RADICALS, _hanzi),
    ("ligatures", _LIGATURES, _nfkc),
    ("maths-letters", _MATHS, _nfkc),
    ("roman-numerals", _ROMAN, _nfkc),
    ("full-width", _FULL_STOP, _nfkc),
)
# What no repair has anything to do with: ASCII, hanzi, Greek, and the usual marks of Chinese text.
_NOTHING = "\u4e00-\u9fff\u0391-\u03a9\u03b1-\u03c9，。；：、！？（）《》【】“”‘’—…·×±≥≤～–°"
_SOMETHING = re.compile(f"[^ -~{_NOTHING}]|\\(cid:")


def characters(line: Traced, ledger: Ledger, founder: bool = False) -> Traced:
    """Repairs that need no more than the character itself; `founder`: the paper has a Founder font (`has_founder`)."""
    if _SOMETHING.search(line.text):
        if _PRIVATE_LATIN.search(line.text):
            line = ledger.note("private-use", line, line.sub(_PRIVATE_ASCII, _private_ascii))
        for name, pattern, put in _CHARACTER_REPAIRS:
            line = ledger.note(name, line, line.sub(pattern, put))
    if founder:
        text = line.text
        line = ledger.note("founder-latin", line, line.sub(_FOUNDER_WORD, lambda m: _letters_of(m, text)))
    return line


def _letters_of(match: re.Match[str], text: str) -> str:
    """The Latin of a word in a Founder font; a hanzi that may be itself stays when other hanzi stand on both sides."""
    word = match.group()
    if len(word) == 1 and (word in _EVERYDAY or not FOUNDER[word].isalnum()):
        a, b = match.span()
        if all(is_wide(ch) for ch in (text[a - 1 : a] or "一", text[b : b + 1] or "一")):
            return word
    return "".join(FOUNDER[ch] for ch in word)


def has_founder(texts: Iterable[str]) -> bool:
    """Whether a paper has Latin in a Founder font: two such letters side by side, and some more."""
    count, pairs = 0, False
    for text in texts:
        for match in _FOUNDER_WORD.finditer(text):
            letters = sum(FOUNDER[ch].isalpha() and ch not in _EVERYDAY for ch in match.group())
            count += letters
            pairs = pairs or letters > 1
    return pairs and count >= FOUNDER_AT_LEAST


# --- raised numbers ------------------------------------------------------------------------------------------------

_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", "0123456789+-=()0123456789+-=()")
_SCRIPTS = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾₀-₎]+")
_RAISED = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_CITED = re.compile(r"\d{1,3}(?: ?[,，、;；\-–—~～] ?\d{1,3})*")
_BRACKETED = re.compile(r"\[\d{1,3}(?:[,，\-–~]\d{1,3})*\]")
# A raised number is a citation behind a hanzi, a mark, a word in small letters or a name of several letters (IL-6 with
# its number); and a power or charge elsewhere.
_CITES_BEHIND = re.compile(
    r"(?:[\u3400-\u9fff，。；、：）)”\]’]|[a-z]{3}|[A-Z]{3}|[A-Za-z]{2}-?\d{1,2}|-[α-ωA-Z]|[A-Za-z\d][.,;:])$"
)
_FUNCTION = re.compile(r"(?<![A-Za-z])(?:sin|cos|tan|log|exp|min|max)$")
# `¹³¹I`, `¹⁸F-FDG`, `⁹⁹mTc`: a number before a chemical symbol.
_ISOTOPE = re.compile(
    r"m?(?:H|C|N|O|F|P|S|K|I|Y|Na|Ca|Cr|Fe|Co|Cu|Zn|Ga|Se|Br|Rb|Sr|Zr|Tc|In|Xe|Lu|Re|Tl|At|Ra|Ac|Th|U)(?![A-Za-z])"
)
_BETWEEN = re.compile(r" ?[,，、;；\-–~～]? ?")
# What is left of a line of authors between their marks: names of a few hanzi, or of a few Latin words.
_NAME = re.compile(
    r"(?:[,，;；、·&*#†‡△▲ ]|and )*(?:[\u3400-\u9fff](?: ?[\u3400-\u9fff]){0,3}|(?:[A-Z][a-zA-Z.'’-]* ?){1,4})?"
    r"[,，;；、.*#†‡△▲ ]*"
)
RAISED_AT_LEAST = 3
NAMES_SHARE = 0.6  # of the raised numbers of a line stand behind a name where the line is one of authors


def raised_citations(lines: Sequence[tuple[Traced, frozenset[int]]], ledger: Ledger) -> list[Traced]:
    """Citation marks set as raised numbers, `作用¹,²` → `作用[1,2]`; each line with the sources of its raised ink.

    Only in a paper that has several such numbers, a list counting for more, and does not cite in brackets. Other
    superscripts and subscripts, also those that are characters of their own, stand on the line: `Ca²⁺` → `Ca2+`.
    """
    texts = [text for text, _ in lines]
    found = [_cited(text, up, texts[k - 1].text if k else "") for k, (text, up) in enumerate(lines)]
    marks = [re.findall(r"\d+", _plain(text, ab)) for text, spans in zip(texts, found, strict=True) for ab in spans]
    told = len({number for mark in marks for number in mark}) + sum(len(mark) > 1 for mark in marks)
    if told < RAISED_AT_LEAST or len(marks) < 2 * sum(len(_BRACKETED.findall(text.text)) for text in texts):
        found = [[] for _ in texts]
    else:
        ledger.names.add("raised-citations")
    if any(up for _, up in lines):
        ledger.names.add("superscripts")
    out = []
    for text, spans in zip(texts, found, strict=True):
        for a, b in reversed(spans):
            inner = text[a:b]
            # The brackets take the place of the digits beside them.
            edge = (inner.at[0],), (inner.at[-1],)
            text = text[:a] + Traced("[", edge[0]) + inner + Traced("]", edge[1]) + text[b:]
        if not text.text.isascii():
            text = ledger.note("superscripts", text, text.sub(_SCRIPTS, lambda m: m.group().translate(_SUPERSCRIPT)))
        out.append(text)
    return out


def _cited(text: Traced, up: frozenset[int], before: str) -> list[tuple[int, int]]:
    """Half-open spans of the raised numbers in a line that may be citations; `before` is the line before it."""
    if not up and not _SCRIPTS.search(text.text):
        return []
    raised = _raised(text, up)
    edges = [0, *(edge for span in raised for edge in span), len(text.text)]
    names = [bool(_NAME.fullmatch(text.text[a:b].strip())) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    if all(names) or sum(names[:-1]) > max(1, NAMES_SHARE * len(raised)):
        return []  # authors, with the numbers of their institutes
    return [(a, b) for a, b in raised if _is_cited(text, a, b, before)]


def _raised(text: Traced, up: frozenset[int]) -> list[tuple[int, int]]:
    """Runs of raised characters, as half-open spans; a comma or dash between two of them may stand on the line."""
    spans: list[tuple[int, int]] = []
    for k, (ch, source) in enumerate(zip(text.text, text.at, strict=True)):
        if source not in up and ch not in _RAISED and ch != "⁺":
            continue
        if spans and _BETWEEN.fullmatch(text.text, spans[-1][1], k):
            spans[-1] = (spans[-1][0], k + 1)
        else:
            spans.append((k, k + 1))
    return spans


def _plain(text: Traced, span: tuple[int, int]) -> str:
    return text.text[slice(*span)].translate(_SUPERSCRIPT).replace(" ", "")


def _is_cited(text: Traced, a: int, b: int, before: str) -> bool:
    number = _plain(text, (a, b))
    # Of the elements only hydrogen has isotopes of one digit that papers speak of.
    isotope = number.isdigit() and _ISOTOPE.match(text.text, b) and (len(number) > 1 or text.text[b] == "H")
    if isotope or not _CITED.fullmatch(number):
        return False
    left = text.text[:a].rstrip()
    if not left:
        # At a line's beginning a number may be that of an institute or a note, unless its sentence ends behind it.
        return bool(_CITES_BEHIND.search(before.rstrip()) and re.match("[，。；、,.;）)]", text.text[b : b + 1]))
    return bool(_CITES_BEHIND.search(left) and not _FUNCTION.search(left))


# --- spaces, within a paragraph -------------------------------------------------------------------------------------

_HANZI_GAP = re.compile(f"(?<=[{WIDE}]) +(?=[{WIDE}])")
# Keywords are often parted by blanks alone: only hanzi that each stand for themselves are set wide there.
_KEYWORDS = re.compile(r"[\[【［<〔]? *(?:关 *键 *[词字]|主 *题 *词)")
_WIDE_SET = f"(?<![{HAN}])[{HAN}](?: +[{HAN}](?![{HAN}]))+"  # compiled when it is needed: it takes 5 ms
_CITATION = re.compile(r"\[ ?\d{1,3}(?: ?[,，;；、\-–—~～] ?\d{1,3})* ?\]")
_SPACES = re.compile(r" {2,}")
# A space that a typesetter put before a closing or after an opening mark.
_BEFORE_MARK = re.compile(r" +(?=[，。；：、！？）】》”])|(?<=[，。；：、！？（【《“]) +")
_HANZI_LATIN = re.compile(f"(?<=[{HAN}]) (?=[A-Za-zα-ω])|(?<=[A-Za-zα-ω]) (?=[{HAN}])")
_HANZI_BY_LATIN = re.compile(f"[{HAN}](?P<a> ?)[A-Za-zα-ω]|[A-Za-zα-ω](?P<b> ?)[{HAN}]")
APART_AT_LEAST, APART_SHARE = 10, 0.9

# A unit, which a number before it does not belong to a name by.
_UNIT = r"(?! ?(?:[%‰℃°]|(?:[mkμn]?[gLlMm]|mol|[mμn]mol|d|h|min|s|周|天|只|例|名|个|月|年|岁|倍|次)(?![A-Za-z])))"
_TAIL = rf"(?:κB|[α-ω](?![a-zα-ω])|\d{{1,2}}(?![A-Za-z0-9]|\.\d){_UNIT})"
_SYMBOL_SPACES: tuple[re.Pattern[str], ...] = (
    # NF- κB, IL -6, TNF - α, 因子 - α, GSH- Px; not `5 - 10`, `pre- and post-`, `DNA -20 ℃`
    re.compile(rf"(?<=[A-Z]{{2}}) - ?(?={_TAIL})|(?<=[A-Z]{{2}})- (?={_TAIL}|[A-Z][a-z\d](?![A-Za-z]))"),
    re.compile(rf"(?<=[{HAN}]) ?- ?(?=[α-ω](?![a-zα-ω]))"),
    re.compile(rf"(?<=[α-ω]) ?- ?(?=[{HAN}]|(?!and |or |to )[a-z]{{3}})"),
    re.compile(r"(?<=[a-z]{3}) +-(?=[A-Z]-)"),
    re.compile(r"(?<=-)κ (?=B(?![A-Za-z]))"),
    # Na +, Ca 2+, Ca2 +; not the sum `Na + K`
    re.compile(r"(?<![A-Za-z])(?:Na|K|H|Li|Ag)(?: \+)(?! ?[A-Za-z0-9(])"),
    re.compile(
        r"(?<![A-Za-z])(?:Ca|Mg|Zn|Fe|Cu|Mn|Cd|Pb|Hg|Co|Ni|Al|Cr|Ba|Sr)(?: [23]\+(?!\d)| ?[23] \+(?! ?[A-Z0-9(]))"
    ),
    # 37 ° C, 5 μ g, mg / kg, mg/ kg, A /B
    re.compile(
        r"° C(?![a-z])|(?<=\d )[μµ] (?=(?:g|m|M|L|l|mol|s)(?![a-z]|m))|(?<=\d)[μµ] (?=(?:g|m|M|L|l|mol)(?![a-z]))"
    ),
    re.compile(r"(?<=[gLlU]) / (?=(?:kg|g|mg|[mdμ]?[Ll]|d|h|min)(?![A-Za-z]))"),
    re.compile(r"(?<=[A-Za-z0-9]) /(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])/ (?=[A-Za-z0-9])"),
    # NMDA )受体, ( tumor, rats ,mice, HIV -阳性
    re.compile(rf"(?<=[(\[]) +(?=\S)|(?<=\S) +(?=[)\]])|(?<=[A-Za-z0-9)\]]) +(?=[,;](?:[ A-Za-z{HAN}]|$))"),
    re.compile(rf"(?<=[A-Za-z0-9]) -(?=[{HAN}])"),
)
# 0. 05, 0 .05, ± 1. 2; not `in group 5. 3 rats`
_DECIMAL = re.compile(r"(?<![\w.])0(?: \. ?|\. )(?=\d)|(?<=±)( ?\d{1,3})(?: \. ?|\. )(?=\d)")
_MAYBE_SYMBOLS = re.compile(r" [-/+,;.)\]]|[-/°μµκ(\[] |\d\. \d|[A-Z][a-z] [23]\+")

_ALNUM = "A-Za-z0-9α-ωΑ-Ω"
_SPACED = re.compile(
    rf"(?<![{_ALNUM}'’.\-])[A-Za-z](?: (?:[{_ALNUM}](?![{_ALNUM}'’])|[-/.](?= [{_ALNUM}](?![{_ALNUM}'’]))))+"
)
_SPACED_DIGITS = re.compile(r"(?<![\w.])\d(?: \d(?![\w.]))+")
_SPACED_NAME = re.compile(r"[A-Za-z]{2,}(?:[-/.][A-Za-zα-ωΑ-Ω0-9]+)*\d*")
# Behind these words single letters are a list.
_LISTED = re.compile(
    r"(?:vitamins?|groups?|types?|panels?|hepatitis|grades?|stages?|figs?\.?|维生素|组|型|图|类|级) ?$", re.IGNORECASE
)
LONGEST = 20  # letters: what is longer is not one word
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
# `aspar ta te`, `t umo r`: pieces of one or two letters that are no word beside a piece that is lower case.
_SHARDS = re.compile(r"(?:(?<![A-Za-z0-9'’.\-/])[A-Z]?|(?<=[a-zA-Zα-ω]-))[a-z]+(?: [a-z]+)+(?![A-Za-z'’])")
# Ends of words that are no words.
_ENDING = """
tion tions sion sions ment ments ity ities ness ance ence ences ated ates ating ative atively ically cally tically tive
tively ously ious eous ology ological cantly ylation idase ases tory tories ising izing ised ized cular tein teins tase
tases emia tosis ptosis ption
"""
# Words of one and two letters, units, and the abbreviations of doses and routes.
_SHORT = """
a i am an as at be by do go he if in is it me my no of on or so to up us we vs et al de la le du di da el en il un ad ca
ex re id ie eg cf pp ed ip iv im sc po bw wt ko kg mg ng pg ml dl nl mm cm nm pm km hr wk yr mo ph mv ma hz kb bp aa nt
kd pi ii vi ix xi ob db st nd rd th tg ug ul um os ox bi tri b c d e f g h j k l m n o p q r s t u v w x y z
"""
_SHORT_3 = """
act add age ago aid aim air all and any are arm art ask bad bar bed big bit box but buy can cap car cat cow cup cut day
did die dog dry due ear eat egg end eye far fat few fig fit fix for gap gas get got gut had has hen her hid him hip his
hit hot how ice ill ion its jaw job joy key lab law lay led leg let lid lie lip log lot low man map may men met mix nor
not now odd off oil old one our out own pay pen per pig pre pro put ran rat raw ray red rib rid run sac saw say sea see
set sex she six ski sky son sub sum sun tax tea ten the tie tip toe too top toy try two use van via war was way wet who
why win yes yet you mrs non der von und les des via van org com www min sec max hrs wks kda rna dna
"""
_ENDINGS = frozenset(_ENDING.split())
SHORT_WORDS = frozenset((_SHORT + _SHORT_3).split())


def _joined(match: re.Match[str]) -> str:
    return match.group().replace(" ", "")


def writes_apart(text: str) -> bool | None:
    """Whether a text puts a blank between hanzi and Latin letters; None where it does both, or has little of them."""
    apart = total = 0
    for match in _HANZI_BY_LATIN.finditer(text):
        total += 1
        apart += bool(match["a"] or match["b"])
    if total < APART_AT_LEAST or (1 - APART_SHARE) * total < apart < APART_SHARE * total:
        return None
    return apart > total / 2


def hanzi_meets_latin(before: str, after: str) -> bool:
    """Whether a hanzi and a Latin letter meet where one text ends and the other begins."""
    return bool(_HANZI_BY_LATIN.fullmatch(before[-1:] + after[:1]))


def spaces(text: Traced, words: Mapping[str, int], ledger: Ledger, apart: bool | None = None) -> Traced:
    """Repairs of the spaces within a paragraph.

    `words` counts the Latin words of the paper, in lower case, as they stand unspaced; `apart` is what `writes_apart`
    says of it.
    """
    if " " not in text.text:
        return text
    before = text
    text = ledger.note("letter-spacing", text, text.sub(_SPACED, lambda m: _mend_spaced(m, words)))
    if text is not before:
        text = text.sub(_SPACED_DIGITS, _joined)
    gap = re.compile(_WIDE_SET) if _KEYWORDS.match(text.text) else _HANZI_GAP
    text = ledger.note("hanzi-spacing", text, text.sub(gap, _joined))
    text = ledger.note("hanzi-spacing", text, text.sub(_BEFORE_MARK, _joined))
    text = ledger.note("citation-spacing", text, text.sub(_CITATION, _joined))
    text = text.sub(_SPACES, lambda _: " ")
    if apart is False:
        text = ledger.note("hanzi-latin-spacing", text, text.sub(_HANZI_LATIN, _joined))
    if _MAYBE_SYMBOLS.search(text.text):
        for pattern in _SYMBOL_SPACES:
            text = ledger.note("symbol-spacing", text, text.sub(pattern, _joined))
        text = ledger.note("symbol-spacing", text, text.sub(_DECIMAL, lambda m: (m[1] or "0") + "."))
    return ledger.note("letter-spacing", text, text.sub(_SHARDS, lambda m: _mend_shards(m.group(), words)))


def _mend_spaced(match: re.Match[str], words: Mapping[str, int]) -> str:
    """`B M S C s` → `BMSCs`, `I L - 6` → `IL-6`; `vitamins A B C` and `groups A C E` stay."""
    run = match.group()
    whole = run.replace(" ", "")
    letters = "".join(ch for ch in whole if ch.isalpha())
    if len(letters) < 2 or letters.lower() in _ALPHABET or _LISTED.search(match.string[: match.start()][-12:]):
        return run
    if not _SPACED_NAME.fullmatch(whole):
        return run
    if len(letters) > 3:
        return _split(whole, words)
    if len(whole) > 3 and (("-" in whole and whole[:2].isupper()) or ("." in whole and whole[1].islower())):
        return whole
    # Three letters may be a list: they are a word when the paper or the language has it.
    known = words.get(whole.lower(), 0) >= (2 if whole.isupper() else 1) or whole in SHORT_WORDS
    return whole if len(whole) == 3 and known else run


def _split(run: str, words: Mapping[str, int]) -> str:
    """Letters that were all set apart, as the fewest known words that make them up, or in one, `LONGEST` at most."""
    if len(run) < 6 or words.get(run.lower(), 0):
        return run
    if not run.isalpha() or not run[1:].islower():
        return run if len(run) <= LONGEST else " ".join(run)
    low = run.lower()
    best: list[list[str] | None] = [[]] + [None] * len(run)
    for end in range(2, len(run) + 1):
        for start in range(max(0, end - 20), end - 1):
            head, piece, there = best[start], low[start:end], best[end]
            if head is None or (there is not None and len(there) <= len(head) + 1):
                continue
            if words.get(piece, 0) > 1 or piece in SHORT_WORDS:
                best[end] = [*head, run[start:end]]
    return " ".join(best[-1] or ([run] if len(run) <= LONGEST else run))


def _mend_shards(run: str, words: Mapping[str, int]) -> str:
    """`aspar ta te` → `aspartate`, and no two words glued.

    A piece is glued to its neighbour when it is no word (a bare ending; short, not a known short word, and met nowhere
    else) and what comes of it is a word of the paper, or when it is one of several such shards side by side.
    """
    pieces = run.split(" ")
    if all(piece in SHORT_WORDS or (len(piece) > 3 and piece not in _ENDINGS) for piece in run.lower().split(" ")):
        return run
    for k in range(len(pieces) - 2):
        one, two, three = pieces[k : k + 3]
        if len(one) == len(three) == 1 and 2 <= len(two) <= 3 and not _is_word(two, words) and one != "a" != three:
            pieces[k : k + 3] = [one + two + three]  # `t umo r`: a letter left alone on both sides
            break
    out: list[str] = [pieces[0]]
    for k, piece in enumerate(pieces[1:], 1):
        last = out[-1]
        after = pieces[k + 1] if k + 1 < len(pieces) else ""
        shard = len(piece) <= 2 and piece not in SHORT_WORDS and len(last) >= 3 and piece != after and piece != last
        # A second shard beside it, or one glued just now.
        beside = (0 < len(after) <= 2 and after not in SHORT_WORDS) or last != pieces[k - 1]
        known = words.get((last + piece).lower(), 0) > 0 and len(last + piece) > 3
        ending = piece in _ENDINGS and words.get(last.lower(), 0) <= 1 and len(last) >= 2
        odd = not _is_word(piece, words) or not _is_word(last.lower(), words)
        if (shard and (beside or known)) or ending or (known and odd):
            out[-1] = last + piece
        else:
            out.append(piece)
    return " ".join(out)


def _is_word(piece: str, words: Mapping[str, int]) -> bool:
    """Whether a short piece is a word as far as one can tell; longer ones are taken for words."""
    if piece in _ENDINGS:
        return False
    return len(piece) > 3 or piece in SHORT_WORDS or words.get(piece, 0) > 1


def is_wide(ch: str) -> bool:
    """Whether the character is a hanzi or a mark of the same width."""
    return bisect_right(WIDE_BOUNDS, ord(ch)) % 2 == 1
