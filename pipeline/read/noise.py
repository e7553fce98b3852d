"""Whether a page's text is what it shows: told apart are good pages, empty ones, and noise for a text layer.

Noise is known by what running Chinese and English look like in general, in four ways: characters that are none (NUL,
private use, `(cid:12)`), marks or scripts that no paper is written in, hanzi that are rarer than any text's, and Latin
whose pairs of letters are no language's. What a repair can put right (Founder Latin, radicals, full-width letters, the
Symbol font) is no noise, nor are numbers, formulas, names of genes and references.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import add
from typing import Literal

from pipeline.read.repair import FOUNDER, SYMBOL, has_founder

Kind = Literal["good", "empty", "noise"]

# A page with a picture over most of it and no more text than a head and a foot is a scan.
PICTURE_SHARE = 0.7
SCAN_TEXT = 200
# Without a picture: fewer characters and letters than this are stray marks.
STRAY = 12
STRAY_LETTERS = 4

JUNK_SHARE = 0.1  # of all characters
JUNK_RUNS = 0.05  # of all characters, where two or more stand together, as for the letters of a word
MARKS_SHARE = 0.12
FOREIGN_SHARE = 0.2
ENOUGH = 40  # characters, below which a share says nothing

# Of the hanzi of a text, 98.7 % are of the 3,755 of GB2312's first level (jieba's dictionary, by frequency); of a
# chemist's, over 90 %. Of the hanzi of Unicode, 18 % are.
COMMON_SHARE = 0.75
# The 120 commonest, old forms beside new: 39 % of running text; 3 % if hanzi were drawn from the first level.
FREQUENT_SHARE = 0.1
FREQUENT_ENOUGH = 100  # hanzi
FREQUENT = frozenset(
    "一是人了不在有大中国和为这上他个地年来我会以到时要出的生学说道民家子也成行下们于后就发自之对得主长可过天作分方用多你着部能市等业全里工公经本都而高政"
    "法面门动日进区事代那去心小同北定开产前其军还然起种所如现理机体表力好外与文当两实重新三么只山來個們兩動區國學實對後於時會業機爲現產當發種經與裏說軍這進過還長門開體麼"
)
# The 120 commonest pairs of letters: 79 % of those of English prose, 18 % of chance's.
PAIRS = frozenset(re.findall(r"\w\w", """
    th in he on er re or an at ti te en es se is io nt st ed ar it le co al nd de ns to ng me ce li ha ri as of
    ou ec ra ta ve ic ct ro ll om ma si fo il ne di pr us hi et tr ss ot ca ac ut la ch fi ex bu wi ur ea ge pe
    be pa no ib nc rs po od lo rt na un em el ts am mp ho ep bl pl ai if op so cl ly tt su pt ow ie ia ul ee ab
    yo ef ry im ck ug ol ig va oc do mo
"""))  # fmt: skip
PAIRS_SHARE = 0.45
# Capitals are names and short forms as often as words: only what is far below any of them tells.
CAPITAL_PAIRS_SHARE = 0.25
PAIRS_ENOUGH = 100  # formulas that run together on a page make up to 50 odd ones
LONGEST_WORD = 18

_CID = re.compile(r"\(cid:\d+\)")
_LEADER = "._-=~*·…—"
_LEADERS = re.compile(rf"([{re.escape(_LEADER)}])\1{{3,}}")
_LONG = tuple(4 * mark for mark in _LEADER)
_WORD = re.compile("[A-Za-z]{2,}")
# Marks that papers hardly print; those of numbers, formulas and references are not among them.
_ODD_MARKS = frozenset("!\"#$&'@\\^_`{|}~?")
# What Chinese and English papers print a few of at most: accented letters, Cyrillic to Ethiopic, Hangul, narrow kana.
_FOREIGN = re.compile(
    "[\u0080-\u00a6\u00a8-\u00af\u00b4\u00b6\u00b8-\u00d6\u00d8-\u00f6\u00f8-\u036f\u0400-\u1cff\uac00-\ud7af\uff61-\uff9f]"
)
# Compiled when it is needed, which is seldom.
_GAP_OF_BLANKS = "(?<=[\u4e00-\u9fff，。、]) {3,}(?=\\S)|(?<=\\S) {3,}(?=[\u4e00-\u9fff，。、])"
GAPS = 10
# The Symbol font's parts of tall brackets, by the private codes that Adobe gives them.
_BRACKET_PARTS = frozenset(map(chr, range(0xF8E5, 0xF8FF)))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a page's text is worth, and why, in the same words for all pages alike; a good one needs no reason."""

    kind: Kind
    reason: str = ""


def judge(text: str, pictures: float = 0.0) -> Verdict:
    """The verdict on a page by its text, as printed, and by the share of its area (0 to 1) that pictures cover."""
    if any(leader in text for leader in _LONG):
        text = _LEADERS.sub(r"\1", text)
    if "(cid:" in text:
        text = _CID.sub("\0", text)
    seen = Counter("".join(text.split()))  # by character: each kind is looked up once
    size, letters = seen.total(), sum(times for ch, times in seen.items() if ch.isalpha())
    if size < STRAY and letters < STRAY_LETTERS:
        return Verdict("empty", "no text" if not seen else "a few stray marks")
    if pictures >= PICTURE_SHARE and size < SCAN_TEXT:
        return Verdict("empty", "a picture of a page")
    mended = _repaired(text, seen)
    reason = (
        _junk(text, seen) or _foreign(seen) or _rare_hanzi(seen if mended is text else Counter(mended), size)
        or _odd_latin(mended)
        or _lost_latin(text, letters)
    )  # fmt: skip
    return Verdict("noise", reason) if reason else Verdict("good")


def _repaired(text: str, seen: Counter[str]) -> str:
    """The text as repairs will make it, as far as they change what is counted here."""
    if FOUNDER.keys().isdisjoint(seen) and all(map(_plain, seen)):
        return text
    if has_founder([text]):
        text = "".join(FOUNDER.get(ch, ch) for ch in text)
    return unicodedata.normalize("NFKC", text)


@cache
def _plain(ch: str) -> bool:
    """Whether a character counts as it stands: it is no letter and no hanzi, or has no other form."""
    return not ch.isalpha() or unicodedata.is_normalized("NFKC", ch)


@cache
def _is_junk(ch: str) -> bool:
    if ord(ch) in SYMBOL or ch in _BRACKET_PARTS:
        return False
    return ch == "\ufffd" or unicodedata.category(ch) in ("Cc", "Co", "Cn", "Cs")


def _junk(text: str, seen: Counter[str]) -> str:
    """Characters that are none: many of them, or some that stand together as the letters of words do."""
    junk = "".join(filter(_is_junk, seen))
    if not junk:
        return ""
    size = seen.total()
    runs = sum(len(run) for run in re.findall(f"[{re.escape(junk)}]{{2,}}", "".join(text.split())))
    if sum(map(seen.__getitem__, junk)) > JUNK_SHARE * size or runs > max(JUNK_RUNS * size, STRAY - 1):
        return "characters that are none: NUL, private use, unmapped"
    return ""


def _foreign(seen: Counter[str]) -> str:
    """Odd marks or other scripts: bytes read in the wrong encoding, numbers of glyphs taken for letters."""
    size = seen.total()
    if size < ENOUGH:
        return ""
    if sum(map(seen.__getitem__, _ODD_MARKS)) > MARKS_SHARE * size:
        return "odd marks for letters"
    foreign = sum(map(seen.__getitem__, _FOREIGN.findall("".join(seen))))
    return "letters of other scripts" if foreign > FOREIGN_SHARE * size else ""


def _rare_hanzi(seen: Counter[str], size: int) -> str:
    hanzi = Counter({ch: times for ch, times in seen.items() if _is_hanzi(ch)})
    count = hanzi.total()
    if count < ENOUGH or count < 0.1 * size:
        return ""
    # Mainland and Taiwan print in one or the other.
    if not any(_share(hanzi, level) >= COMMON_SHARE for level in _first_levels()):
        return "rare hanzi"
    if count >= FREQUENT_ENOUGH and _share(hanzi, FREQUENT) < FREQUENT_SHARE:
        return "none of the hanzi that every text has"
    return ""


def _share(count: Counter[str], kinds: frozenset[str]) -> float:
    return sum([times for ch, times in count.items() if ch in kinds]) / count.total()


def _is_hanzi(ch: str) -> bool:
    return "\u4e00" <= ch <= "\u9fff" or "\u3400" <= ch <= "\u4dbf"


@cache
def _first_levels() -> tuple[frozenset[str], frozenset[str]]:
    """The commoner hanzi by the first level of GB2312 (lead bytes B0 to D7) and of Big5 (A4 to C6)."""
    return _level("gb2312", 0xB0, 0xD7), _level("big5", 0xA4, 0xC6)


def _level(codec: str, first: int, last: int) -> frozenset[str]:
    pairs = (bytes((lead, trail)) for lead in range(first, last + 1) for trail in range(0x40, 0xFF))
    return frozenset(ch for ch in (pair.decode(codec, "ignore") for pair in pairs) if len(ch) == 1 and _is_hanzi(ch))


def _odd_latin(text: str) -> str:
    small: list[str] = []
    capital: list[str] = []
    mixed = 0
    # Each word once: a paper's short form comes back a hundred times. The first letter's case does not tell.
    for word in set(_WORD.findall(text)):
        if not (word[1:].islower() or word.isupper()) or len(word) > LONGEST_WORD:
            mixed += len(word) - 1  # short forms, and formulas run together
            continue
        (capital if word.isupper() else small).append(word)
    sizes = [sum(map(len, words)) - len(words) for words in (small, capital)]
    kinds = zip((small, capital), sizes, (PAIRS_SHARE, CAPITAL_PAIRS_SHARE), strict=True)
    for words, size, least in kinds:
        # The fewer of the kinds may be names alone.
        if size >= PAIRS_ENOUGH and 2 * size >= sum(sizes) + mixed and _known_pairs(words) / size < least:
            return "letters that make no words"
    return ""


def _known_pairs(words: Sequence[str]) -> int:
    """How many of the pairs of letters in words are frequent ones."""
    text = " ".join(words).lower()
    return sum(map(PAIRS.__contains__, map(add, text, text[1:])))


def _lost_latin(text: str, letters: int) -> str:
    """Blanks in place of words: gaps within Chinese lines, on a page without a single Latin letter."""
    if letters >= FREQUENT_ENOUGH and not re.search("[A-Za-z\uff21-\uff5a]", text):
        if len(re.findall(_GAP_OF_BLANKS, text)) >= GAPS:
            return "blanks for Latin letters"
    return ""
