"""Repairs of characters, before offsets exist.

A repair takes a `Traced` text and gives back another one that still knows, for each character, the ink it came from.
Each has a name; the reader reports the names of those that changed something.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

PUT_IN = -1
"""The source of a character that no ink on the page stands for, such as the space between two joined lines."""

# Hanzi, kana-free: unified ideographs, extension A, compatibility, radicals, 〇 and 々.
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u2e80-\u2fd5〇々"
# Punctuation as wide as a hanzi, which needs no space beside it.
WIDE_PUNCTUATION = "\u3001-\u3011\u3014-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65“”‘’…—"
WIDE = HAN + WIDE_PUNCTUATION

_WIDE_CHAR = re.compile(f"[{HAN}\u3001-\u3011\u3014-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]")


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

# The Symbol font by its private-use codes (F000 + code): what stands in biomedical text.
SYMBOL = {
    0xF020 + i: ch
    for i, ch in enumerate(
        " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
    )
} | {
    0xF0A2: "′", 0xF0A3: "≤", 0xF0A5: "∞", 0xF0AB: "↔", 0xF0AC: "←", 0xF0AD: "↑", 0xF0AE: "→", 0xF0AF: "↓", 0xF0B0: "°",
    0xF0B1: "±", 0xF0B2: "″", 0xF0B3: "≥", 0xF0B4: "×", 0xF0B5: "∝", 0xF0B6: "∂", 0xF0B7: "•", 0xF0B8: "÷", 0xF0B9: "≠",
    0xF0BA: "≡", 0xF0BB: "≈", 0xF0BC: "…", 0xF0D7: "⋅", 0xF0E5: "∑",
}  # fmt: skip

_SYMBOL = re.compile("[\uf020-\uf0ff]")
_FULL_WIDTH = re.compile(
    "[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a＋－／％＝＜＞＆＃＠＊＿｜［］｛｝]+|(?<=[0-9\uff10-\uff19])．(?=[0-9\uff10-\uff19])"
)
_RADICALS = re.compile("[\u2e80-\u2fd5\uf900-\ufaff]")
_LIGATURES = re.compile("[\ufb00-\ufb06\u3380-\u33df\u2100-\u2109\u212b\u2126]")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff]"
)
_SOFT_HYPHEN = re.compile("\u00ad(?!\\s*$)")
_BLANKS = re.compile("[\t\r\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_HYPHENS = re.compile("[\u2010\u2011\u00ad]")


def _nfkc(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match.group())


_CHARACTER_REPAIRS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    ("invisible", _INVISIBLE, lambda _: ""),
    ("invisible", _SOFT_HYPHEN, lambda _: ""),
    ("blanks", _BLANKS, lambda _: " "),
    ("hyphens", _HYPHENS, lambda _: "-"),
    ("full-width", _FULL_WIDTH, _nfkc),
    ("radicals", _RADICALS, _nfkc),
    ("ligatures", _LIGATURES, _nfkc),
    ("symbol-font", _SYMBOL, lambda m: SYMBOL.get(ord(m.group()), m.group())),
)


def characters(line: Traced, ledger: Ledger, founder: bool = False) -> Traced:
    """Repairs that need no more than the character itself; `founder`: the paper has a Founder font (`has_founder`)."""
    if line.text.isascii() and line.text.isprintable():
        return line
    for name, pattern, put in _CHARACTER_REPAIRS:
        line = ledger.note(name, line, line.sub(pattern, put))
    if founder:
        found = Traced("".join(FOUNDER.get(ch, ch) for ch in line.text), line.at)
        line = ledger.note("founder-latin", line, found)
    return line


def has_founder(texts: Iterable[str]) -> bool:
    """Whether a paper has Latin in a Founder font: two such letters side by side, and some more."""
    count, pairs = 0, False
    for text in texts:
        last = False
        for ch in text:
            now = ch in FOUNDER
            count += now
            pairs = pairs or (now and last)
            last = now
    return pairs and count >= FOUNDER_AT_LEAST


# --- raised numbers ------------------------------------------------------------------------------------------------

_CITED = re.compile(r"\d{1,3}(?: ?[,，、;；\-–—~～] ?\d{1,3})*")
_BRACKETED = re.compile(r"\[\d{1,3}(?:[,，\-–~]\d{1,3})*\]")
# A raised number is a citation behind a hanzi, a mark or a word in small letters, and a power or charge elsewhere.
_CITES_BEHIND = re.compile(r"(?:[\u3400-\u9fff，。；、：）)”\]]|[a-z]{3}|[.,;:])$")
RAISED_AT_LEAST = 3


def raised_citations(lines: Sequence[tuple[Traced, frozenset[int]]], ledger: Ledger) -> list[Traced]:
    """Citation marks set as raised numbers, `作用¹,²` → `作用[1,2]`; each line with the sources of its raised ink.

    Only in a paper that has several such numbers and does not cite in brackets.
    """
    texts = [text for text, _ in lines]
    found = [[span for span in _raised(text, up) if _is_cited(text, span)] for text, up in lines]
    marks = sum(map(len, found))
    if marks < RAISED_AT_LEAST or marks < 2 * sum(len(_BRACKETED.findall(text.text)) for text in texts):
        return texts
    ledger.names.add("raised-citations")
    out = []
    for text, spans in zip(texts, found, strict=True):
        for a, b in reversed(spans):
            inner = text[a:b]
            # The brackets take the place of the digits beside them.
            edge = (inner.at[0],), (inner.at[-1],)
            text = text[:a] + Traced("[", edge[0]) + inner + Traced("]", edge[1]) + text[b:]
        out.append(text)
    return out


def _raised(text: Traced, up: frozenset[int]) -> list[tuple[int, int]]:
    """Runs of raised characters, as half-open spans."""
    spans: list[tuple[int, int]] = []
    for k, source in enumerate(text.at):
        if source not in up:
            continue
        if spans and not text.text[spans[-1][1] : k].strip():
            spans[-1] = (spans[-1][0], k + 1)
        else:
            spans.append((k, k + 1))
    return spans


def _is_cited(text: Traced, span: tuple[int, int]) -> bool:
    a, b = span
    return bool(_CITED.fullmatch(text.text[a:b]) and _CITES_BEHIND.search(text.text[:a].rstrip()))


# --- spaces, within a paragraph -------------------------------------------------------------------------------------

_HANZI_GAP = re.compile(f"(?<=[{WIDE}]) +(?=[{WIDE}])")
_CITATION = re.compile(r"\[ ?\d{1,3}(?: ?[,，;；、\-–—~～] ?\d{1,3})* ?\]")
_INNER = re.compile(r" +")
_SPACES = re.compile(r" {2,}")
# A space that a typesetter put before a closing or after an opening mark.
_BEFORE_MARK = re.compile(r" +(?=[，。；：、！？）】》”])|(?<=[，。；：、！？（【《“]) +")
_LETTERS = re.compile(r"(?<![A-Za-z0-9])[A-Za-z](?: [A-Za-z]){2,}(?![A-Za-z])")
_WORD = re.compile(r"[A-Za-z]+")
# `aspar ta te`, `t umo r`: pieces of one or two letters that are no word beside a piece that is lower case.
_SHARDS = re.compile(r"(?<![A-Za-z'’.])[a-z]+(?: [a-z]+)+(?![A-Za-z])")
_HYPHEN_GAP = re.compile(r"(?<=[a-z]{3}) +-(?=[A-Z]-)")
# Words of one and two letters, units, and the abbreviations of doses and routes.
_SHORT = """
a i am an as at be by do go he if in is it me my no of on or so to up us we vs et al de la le du di da el en il un ad ca
ex re id ie eg cf pp ed ip iv im sc po bw wt ko kg mg ng pg ml dl nl mm cm nm pm km hr wk yr mo ph mv ma hz kb bp aa nt
kd pi ii vi ix xi b c d e f g h j k l m n o p q r s t u v w x y z
"""
_SHORT_3 = "was and for the not are but had has can may did its one two low due all our his her via per key new old"
SHORT_WORDS, COMMON_THREE = frozenset(_SHORT.split()), frozenset(_SHORT_3.split())


def _joined(match: re.Match[str]) -> str:
    return match.group().replace(" ", "")


def spaces(text: Traced, words: Collection[str], ledger: Ledger) -> Traced:
    """Repairs of the spaces within a paragraph; `words` are the Latin words of the paper as they stand unspaced."""
    text = ledger.note("hanzi-spacing", text, text.sub(_HANZI_GAP, lambda _: ""))
    text = ledger.note("hanzi-spacing", text, text.sub(_BEFORE_MARK, lambda _: ""))
    text = ledger.note("citation-spacing", text, text.sub(_CITATION, lambda m: _INNER.sub("", m.group())))
    text = text.sub(_SPACES, lambda _: " ")

    def letters(match: re.Match[str]) -> str:
        whole = _joined(match)
        # Three letters may be a list (`vitamins A B C`); four, or a word known from elsewhere, are a word.
        return whole if len(whole) > 3 or whole in words else match.group()

    text = ledger.note("letter-spacing", text, text.sub(_LETTERS, letters))
    text = ledger.note("letter-spacing", text, text.sub(_HYPHEN_GAP, lambda _: "-"))
    return ledger.note("letter-spacing", text, text.sub(_SHARDS, lambda m: _mend_shards(m.group(), words)))


def _mend_shards(run: str, words: Collection[str]) -> str:
    """`aspar ta te` → `aspartate`, and no two words glued.

    A piece is glued to its neighbour only when it is no word itself (at most two letters, not a known short word), or
    when the glued word is known from elsewhere in the paper and one of its pieces is not.
    """
    pieces = run.split(" ")
    for k in range(len(pieces) - 2):
        one, two, three = pieces[k : k + 3]
        if len(one) == len(three) == 1 and 2 <= len(two) <= 3 and two not in SHORT_WORDS | COMMON_THREE:
            pieces[k : k + 3] = [one + two + three]  # `t umo r`: a letter left alone on both sides
            break
    out: list[str] = [pieces[0]]
    for piece in pieces[1:]:
        last = out[-1]
        shard = len(piece) <= 2 and piece not in SHORT_WORDS and len(last) >= 3
        known = last + piece in words and (last not in words or piece not in words) and len(last + piece) > 3
        if shard or known:
            out[-1] = last + piece
        else:
            out.append(piece)
    return " ".join(out)


def is_wide(ch: str) -> bool:
    """Whether the character is a hanzi or a mark of the same width."""
    return bool(_WIDE_CHAR.match(ch))
