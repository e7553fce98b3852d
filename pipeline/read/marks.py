"""What a line says about its own part in the paper: labels, numbered headings, captions, ends of sentences.

Words here are those that journals print over every paper's parts; nothing in here is about one paper.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Label = Literal["abstract", "keywords", "references", "part"]

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
_WHOLE = tuple((name, re.compile(f"^{_OPEN}(?:{words}){_CLOSE}[:：]?$", re.IGNORECASE)) for name, words in _NAMES)
_RUN_IN = tuple(
    (
        name,
        re.compile(
            f"^(?:[\\[【［〔] *(?P<a>{words}) *[\\]】］〕] *[:：]?"
            f"|(?P<b>{words}) *(?:[:：]|[.．—–](?= ?[A-Z\u4e00-\u9fff])| {{2,}}|(?<=[要词字])(?: |$)))",
            re.IGNORECASE,
        ),
    )
    for name, words in _NAMES[:3]
)  # fmt: skip

_NUMBERED = re.compile(
    r"^(\d{1,2}(?:[.．]\d{1,2}){0,3})([.．、]? +|[.．、](?=\D)|(?=[^\W\d_]))(?=[^\W\d_]|[“\"(（α-ω-])(.+)$"
)
_HANZI_1 = re.compile(r"^(?:第?[一二三四五六七八九十]{1,3}[、.．章节]|第[一二三四五六七八九十]{1,3}部分) *\S")
_HANZI_2 = re.compile(r"^[（(][一二三四五六七八九十]{1,3}[)）][、.．]? *\S")
_ENDS = re.compile(r"[。！？!?.…：:；;](?:[”’\"'」』）)\]】]|\[[\d,，\-–~～ ]+\]|[¹²³⁴-⁹⁰])*$")
_SENTENCE_ENDS = re.compile(r"[。！？!?.…](?:[”’\"'」』）)\]】]|\[[\d,，\-–~～ ]+\]|[¹²³⁴-⁹⁰])*$")
_CAPTION = re.compile(
    r"^(?:续表|表 *\d+ *[（(]续[)）]|(?:table \d+ *)?[（(]?continued[)）]?$)"
    r"|^(?:附?[图表] *\d{1,2}(?:[-–.]\d{1,2})?|(?:Fig(?:ure|\.)?|Table|Tab\.|Scheme) *\d{1,2}[a-zA-Z]?)"
    r"(?=[.．:： \u3000\u4e00-\u9fff]|$)(?! *(?:所?示|中|可见|列出|显示|给出|[）)]))",
    re.IGNORECASE,
)
_TABLE = re.compile(r"^(?:附?表|续表|Tab|[（(]?continued)", re.IGNORECASE)
_LIST = re.compile(r"^(?:[（(]?\d{1,2}[)）]|[①-⑳]|[•·●▪◆■]|[-*+] |[a-z][)）]) *\S")

MAX_HEADING = 80  # columns of type, a hanzi counting two


@dataclass(frozen=True, slots=True)
class Numbered:
    """A heading's number, as (2, 1) for 2.1; its level; whether a blank or a mark parts the number from the words."""

    number: tuple[int, ...]
    level: int
    parted: bool


def label(text: str) -> Label | None:
    """The label that a whole line is, such as 摘 要 or References."""
    text = text.strip()
    if len(text) > 60:
        return None
    return next((name for name, pattern in _WHOLE if pattern.match(text)), None)


def run_in(text: str) -> tuple[Label, str] | None:
    """The label that a line begins with, as in `摘要：…` or `Key words …`, with its words as they stand."""
    for name, pattern in _RUN_IN:
        match = pattern.match(text)
        if match:
            return name, (match["a"] or match["b"]).strip()
    return None


def numbered(text: str) -> Numbered | None:
    """The number of a line that has the form of a numbered heading: `1 …`, `2.1. …`, `一、…`, `（二）…`."""
    text = text.strip()
    if columns(text) > MAX_HEADING or (ends_sentence(text) and not text.endswith(".")):
        return None
    if _HANZI_1.match(text):
        return None if "，" in text[4:] or "。" in text else Numbered((_hanzi_number(text),), 1, True)
    if _HANZI_2.match(text):
        return None if "，" in text[4:] or "。" in text else Numbered((0, _hanzi_number(text)), 2, True)
    match = _NUMBERED.match(text)
    if not match or re.search(r"[，。；;,]$", text) or "。" in text:
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


def _hanzi_number(text: str) -> int:
    digits = re.search("[一二三四五六七八九十]+", text)
    if not digits:
        return 0
    tens, _, ones = digits[0].rpartition("十")
    value = "一二三四五六七八九".find(ones) + 1 if ones else 0
    return value + (10 * ("一二三四五六七八九".find(tens) + 1 if tens else 1) if "十" in digits[0] else 0)


def ends_sentence(text: str) -> bool:
    """Whether the text ends a sentence, marks of quotation and citation aside."""
    return bool(_SENTENCE_ENDS.search(text.rstrip()))


def ends_clause(text: str) -> bool:
    """Whether the text ends a sentence or opens a list (`：`, `；`)."""
    return bool(_ENDS.search(text.rstrip()))


def caption(text: str) -> bool:
    """Whether a line has the form of a caption: `图1 …`, `Table 2. …`, and not `图1所示`."""
    return bool(_CAPTION.match(text))


def table_caption(text: str) -> bool:
    return bool(_TABLE.match(text))


def list_item(text: str) -> bool:
    """Whether a line begins an item of a list: `1) …`, `① …`, `• …`."""
    return bool(_LIST.match(text))


def columns(text: str) -> int:
    """Width in columns of type: a hanzi or wide mark counts two."""
    return sum(2 if ord(ch) >= 0x2E80 and not 0xFF61 <= ord(ch) <= 0xFFDC else 1 for ch in text)
