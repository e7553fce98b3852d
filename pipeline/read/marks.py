"""What a line says about its own part in the paper: labels, numbered headings, captions, ends of sentences.

Words here are those that journals print over every paper's parts; nothing in here is about one paper.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pipeline.records import FloatKind

Label = Literal["abstract", "keywords", "references", "part"]
Form = Literal["[]", "()", ".", ""]

_REFERENCES = (
    r"(?:主要)?参 *考 *文 *献(?: *[（(]references?[)）])?|参考资料|"
    r"references?(?: and notes)?|literature cited|bibliography"
)
_PARTS = (
    r"[引前]\s*言|绪\s*论|结\s*[语论]|小\s*结|总\s*结|讨\s*论|展\s*望|致\s*谢|(?:总|小)结与展望|结论与展望|"
    r"introduction|background|discussions?|conclusions?(?: and (?:future )?(?:perspectives?|prospects?))?|"
    r"acknowledge?ments?|funding|methods|results"
)
_NAMES: tuple[tuple[Label, str], ...] = (
    ("abstract", r"(?:中文|英文)?摘 *要|内容提要|提 *要|abstracts?|summary"),
    ("keywords", r"关 *键 *[词字]|主题词|key ?-?words?|index terms"),
    ("references", _REFERENCES),
    ("part", _PARTS),
)
CLOSERS = "]】］〕"
_OPEN, _CLOSE = r"[\[【［<〔]? *", r" *[\]】］>〕]? *"
_ANY = "|".join(f"(?P<{name}>{words})" for name, words in _NAMES)
_WHOLE = re.compile(f"^{_OPEN}(?:{_ANY}){_CLOSE}[:：]?$", re.IGNORECASE)
# `(?-i:…)`: a range of hanzi takes five times as long to compile where case counts for nothing.
_RUN_IN_NAMES = _NAMES[:3]
_EACH = "|".join(f"({words})" for _, words in _RUN_IN_NAMES)
_RUN_IN = re.compile(
    f"^(?:[\\[【［〔] *(?:{_EACH}) *[\\]】］〕] *[:：]?"
    f"|(?:{_EACH}) *(?:[:：]|[.．—–](?= ?(?-i:[A-Za-z\u4e00-\u9fff]))| {{2,}}|(?<=[要词字])(?: |$)))",
    re.IGNORECASE,
)

_NUMBERED = re.compile(
    r"^(\d{1,2}(?:[.．]\d{1,2}){0,3})([.．、]? +|[.．、](?=\D)|(?=[\u3400-\u9fff]|[A-Z][a-z]{2}))"
    r"(?=[^\W\d_]|[“\"(（α-ω-])(.+)$"
)
_NUMBER = re.compile("[\\d第（(一二三四五六七八九十]")
_HANZI_1 = re.compile(r"^(?:第?[一二三四五六七八九十]{1,3}([、.．章节])|第[一二三四五六七八九十]{1,3}部分) *\S")
_HANZI_2 = re.compile(r"^[（(][一二三四五六七八九十]{1,3}[)）][、.．]? *\S")
_BEHIND = "”’\"'」』）)】¹²³⁴⁵⁶⁷⁸⁹⁰"
_ENDS = re.compile(rf"[。！？!?.…：:；;．｡](?:[{_BEHIND}\]]|\[[\d,，\-–~～ ]+\])*$")
_SENTENCE_ENDS = re.compile(rf"[。！？!?.…．｡](?:[{_BEHIND}\]]|\[[\d,，\-–~～ ]+\])*$")
# Only behind one of these need the others be looked for.
_LAST = frozenset(f"。！？!?.…：:；;．｡{_BEHIND}]")
_CAPTION = re.compile(
    r"^(?P<on>续)?(?P<label>附?(?P<zh>[图表]) *(?P<n>\d{1,2})(?:[-–.]\d{1,2})?"
    r"|(?P<en>Fig(?:ure|\.)?|Table|Tab\.|Scheme) *(?P<m>\d{1,2})[a-zA-Z]?)(?P<more> *[（(](?:续|continued)[)）])?"
    r"(?=(?-i:[.．:： \u3000\u4e00-\u9fff])|$)(?! *(?:所?示|中|可见|列出|显示|给出|[）)]))",
    re.IGNORECASE,
)
_CONTINUED = re.compile(r"^(?:续表|[（(]?continued[)）]?$)", re.IGNORECASE)
_IN_PASSING = re.compile(r"^(?:[图表] *\d{1,2}(?:[-–.]\d{1,2})?[\u4e00-\u9fff]|[A-Za-z]+\.? *\d{1,2}[a-z]? [a-z])")
_ENTRY = re.compile(
    r"^(?:[\[［【〔] ?(\d{1,3}) ?[\]］】〕]|[(（] ?(\d{1,3}) ?[)）]"
    r"|(\d{1,3})(?: ?([.．、)）])(?!\d)|(?= |[\u4e00-\u9fff]))) *(?=\S)"
)
_LIST = re.compile(r"^(?:[（(]?\d{1,2}[)）]|[①-⑳]|[•·●▪◆■]|[-*+] |[a-z][)）]) *\S")

# All but the narrow ones, of which there are fewer: what a pattern costs to compile grows with the size of its class.
_WIDE = re.compile("[^\0-\u2e7f\uff61-\uffdc]+")

MAX_HEADING = 80  # columns of type, a hanzi counting two


@dataclass(frozen=True, slots=True)
class Numbered:
    """A heading's number, as (2, 1) for 2.1; its level by its form alone; whether a blank or a mark parts the number
    from the words; the kind of number: `1` (figures), `一`, `（一）`, `章`, `节`."""

    number: tuple[int, ...]
    level: int
    parted: bool
    kind: str = "1"


@dataclass(frozen=True, slots=True)
class Caption:
    """What a caption names, its number and its name as printed; `continued`: a table that goes on from another page."""

    kind: FloatKind
    number: int | None
    label: str
    continued: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """The number of an entry, the form of its mark (`[1]`, `(1)`, `1.`, `1`), and how many characters that takes."""

    number: int
    form: Form
    length: int


def label(text: str) -> Label | None:
    """The label that a whole line is, such as 摘 要 or References."""
    text = text.strip()
    found = _WHOLE.match(text) if len(text) <= 60 else None
    return next((name for name, _ in _NAMES if found[name]), None) if found else None


def run_in(text: str) -> tuple[Label, str] | None:
    """The label that a line begins with, as in `摘要：…` or `Key words …`, with its words as they stand."""
    match = _RUN_IN.match(text)
    if not match or not match.lastindex:
        return None
    # One group for each name in brackets, then one for each without.
    return _RUN_IN_NAMES[(match.lastindex - 1) % len(_RUN_IN_NAMES)][0], match[match.lastindex].strip()


def numbered(text: str) -> Numbered | None:
    """The number of a line that has the form of a numbered heading: `1 …`, `2.1. …`, `一、…`, `（二）…`."""
    text = text.strip()
    if not _NUMBER.match(text) or columns(text) > MAX_HEADING or (ends_sentence(text) and not text.endswith(".")):
        return None
    first = _HANZI_1.match(text)
    if first:
        kind = first[1] if first[1] in ("章", "节") else "一"
        return None if "，" in text[4:] or "。" in text else Numbered((_hanzi_number(text),), 1, True, kind)
    if _HANZI_2.match(text):
        return None if "，" in text[4:] or "。" in text else Numbered((0, _hanzi_number(text)), 2, True, "（一）")
    match = _NUMBERED.match(text)
    if not match or re.search(r"[，。；;,：:]$", text) or "。" in text:
        return None
    number = tuple(int(n) for n in re.split("[.．]", match[1]))
    return Numbered(number, len(number), bool(match[2].strip() or match[2]))


def follows(number: tuple[int, ...], last: tuple[int, ...]) -> bool:
    """Whether a heading's number can come next: the first, the next at a level (one may be lost), the first below."""
    if not last:
        return number[0] <= 1 and all(n <= 1 for n in number[1:])
    if number[:-1] == last and number[-1] <= 1:
        return True
    depth = len(number)
    if depth <= len(last):
        return number[:-1] == last[: depth - 1] and last[depth - 1] < number[-1] <= last[depth - 1] + 2
    return number[: len(last)] == last and all(n <= 1 for n in number[len(last) :])


class Outline:
    """The numbered headings of a paper so far: which number may come next, and its level.

    Kinds of number have the order in which they come: 一、 above （一） above 1.
    """

    def __init__(self) -> None:
        self._last: dict[str, tuple[int, ...]] = {}  # by kind, in their order
        self._above: dict[str, int] = {}  # the levels above a kind's numbers

    @property
    def depth(self) -> int:
        """How many numbers the last heading has."""
        return next((len(n) for n in reversed(self._last.values()) if n), 0)

    def follows(self, found: Numbered) -> bool:
        """Whether that heading can come next."""
        number, last = found.number[found.kind == "（一）" :], self._last.get(found.kind, ())
        above = [n for kind, n in self._last.items() if kind != found.kind and n]
        if not last and above and len(number) > 1:
            return number[0] == above[-1][0] and all(n <= 1 for n in number[1:])  # 2.1 under 第二章
        return follows(number, last)

    def take(self, found: Numbered) -> int:
        """The level of a heading that now counts."""
        number = found.number[found.kind == "（一）" :]
        if found.kind not in self._last:
            # The number of the chapter is part of `1.1` under 第一章, and none of `1` under 一、.
            self._above[found.kind] = max(0, len(self._last) - (len(number) - 1))
        kinds = list(self._last)
        below = kinds[kinds.index(found.kind) + 1 :] if found.kind in self._last else []
        self._last[found.kind] = number
        for kind in below:
            self._last[kind] = ()
        return self._above[found.kind] + len(number)


def _hanzi_number(text: str) -> int:
    digits = re.search("[一二三四五六七八九十]+", text)
    if not digits:
        return 0
    tens, _, ones = digits[0].rpartition("十")
    value = "一二三四五六七八九".find(ones) + 1 if ones else 0
    return value + (10 * ("一二三四五六七八九".find(tens) + 1 if tens else 1) if "十" in digits[0] else 0)


def ends_sentence(text: str) -> bool:
    """Whether the text ends a sentence, marks of quotation and citation aside."""
    text = text.rstrip()
    return text[-1:] in _LAST and bool(_SENTENCE_ENDS.search(text))


def ends_clause(text: str) -> bool:
    """Whether the text ends a sentence or opens a list (`：`, `；`)."""
    text = text.rstrip()
    return text[-1:] in _LAST and bool(_ENDS.search(text))


def caption(text: str) -> Caption | None:
    """What a line that has the form of a caption names: `图1 …`, `Table 2. …`, `续表`, and not `图1所示`."""
    match = _CAPTION.match(text)
    if match:
        table = match["zh"] == "表" or (match["en"] or "").lower().startswith("tab")
        continued = bool(match["on"] or match["more"])
        label = match["label"].replace(" ", "") if match["zh"] else match["label"]
        return Caption("table" if table else "figure", int(match["n"] or match["m"]), label, continued)
    return Caption("table", None, "", True) if _CONTINUED.match(text) else None


def names_in_passing(text: str) -> bool:
    """Whether a line that has the form of a caption may begin a sentence: `图5为…`, `Figure 5 shows …`."""
    return bool(_IN_PASSING.match(text))


def entry(text: str) -> Entry | None:
    """The number before an entry of a reference list: `[1] …`, `(1) …`, `1. …`, `1 …`."""
    match = _ENTRY.match(text)
    if not match:
        return None
    form: Form = "[]" if match[1] else "()" if match[2] else "." if match[4] else ""
    return Entry(int(match[1] or match[2] or match[3]), form, match.end())


def list_item(text: str) -> bool:
    """Whether a line begins an item of a list: `1) …`, `① …`, `• …`."""
    return bool(_LIST.match(text))


def columns(text: str) -> int:
    """Width in columns of type: a hanzi or wide mark counts two."""
    return len(text) if text.isascii() else len(text) + len("".join(_WIDE.findall(text)))
