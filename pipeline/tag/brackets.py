"""What stands between brackets, and the words that say that another name follows (以下简称, also known as)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.tag.abbreviations import long_form, short_form

_EDGE = re.compile(r"[()（）\[\]［］]")
_OPEN, BLANK = "(（[［", " \t\n\u3000\u00a0"
QUOTES = "\"“”'‘’「」"
_LONGEST = 220
# Words that say: another name follows. These may stand outside a bracket as well.
_CUE_OUT = (
    r"(?:以下|下文|下称|后文)?(?:均|统|通)?(?:简称|简写|缩写)(?:为|作|成|是)?|又(?:称|名|叫)(?:为|作)?|亦(?:称|名)(?:为)?|"
    r"也(?:称|叫|名)(?:为|作|做)?|别名(?:为|是)?|俗称|英文(?:名称|名|全称|缩写|简称)?(?:为|是)?"
)
_CUE_OUT_EN = (
    r"(?:also |commonly |formerly |previously )(?:known|called|termed|named|referred to)(?: as)?|"
    r"abbreviated(?: as| to)?|(?:hereafter|hereinafter)(?:,? (?:referred to as|called|termed|abbreviated as))?"
)
_CUE = rf"(?:{_CUE_OUT}|旧称|学名|商品名|{_CUE_OUT_EN}|a\.?k\.?a\.?|abbreviations?|i\.e\.,?)\s*[:：]?"
_SEPARATOR = re.compile(
    rf"\s*(?:——.*$|(?:[,，;；、。:：]|\s/\s)\s*(?:{_CUE})?|(?<=[\s\u3400-\u9fff]){_CUE}|"
    rf"^(?:即|或称|或|or\b)?\s*(?:{_CUE})?)\s*",
    re.DOTALL,
)
# One word: nothing to cut.
_PLAIN = re.compile("[A-Za-z0-9\u0370-\u03ff-]+")
_IS_CUE = re.compile(rf"即|或称|{_CUE}")
# A comma inside a chemical name: 2,2'-azobis, N,N'-dimethyl, 1,25(OH)2D3, 1, 4, 5-trisphosphate.
_LOCANT = re.compile(r"(?:^|[\s(\-\[,，])(?:\d{1,2}|[NOSαβγ])['’′]?[a-z]?$")
_LOCANT_AHEAD = re.compile(r"[,，]\s?(?:\d{1,2}|[NOSαβγ])['’′]?[a-z]?(?=[-–,(])")
_CUE_BETWEEN = re.compile(
    rf"[{QUOTES}]?\s*[,，]?\s*(?:{_CUE_OUT})\s*[:：]?\s*[{QUOTES}]?|"
    rf",? (?:which is |is )?(?:{_CUE_OUT_EN})\s+(?:the )?[{QUOTES}]?"
)
_CUE_ZH = re.compile("[简缩又亦也别俗英][称写名叫文]")
_CUE_EN = ("known as", "called", "termed", "named", "referred to", "abbreviated", "hereafter", "hereinafter")
_CUE_EN_ANY = re.compile("|".join(_CUE_EN))


@dataclass(frozen=True, slots=True)
class Part:
    """A name, or what stands for one, between brackets. `told`: a cue before it says that it is a name."""

    start: int
    end: int
    text: str
    told: bool
    short: bool

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands, `[start, end)`."""
        return self.start, self.end


def brackets(text: str) -> list[tuple[int, int]]:
    """Brackets of any width, `[start, end)` with their signs, nested ones too, in the order in which they open."""
    found = []
    stack: list[int] = []
    for match in _EDGE.finditer(text):
        at = match.start()
        if match.group() in _OPEN:
            stack.append(at)
        elif stack:
            start = stack.pop()
            if 1 < at - start < _LONGEST:
                found.append((start, at + 1))
    return sorted(found)


def parts(text: str, start: int, end: int) -> Iterator[Part]:
    """What stands between brackets, cut at commas and cues; a bracket within parts as well, but for those in names."""
    inner = text[start:end]
    if _PLAIN.fullmatch(inner):
        yield Part(start, end, inner, False, short_form(inner))
        return
    inside = _nested(inner)
    at, told = 0, False
    for match in [*_SEPARATOR.finditer(inner), None]:
        stop = match.start() if match else len(inner)
        if match is not None and (
            match.end() == stop or any(a < stop < b for a, b in inside) or in_chemical(inner, stop)
        ):
            continue
        for a, b in _within(inner, at, stop, inside):
            while a < b and (inner[a] in QUOTES or inner[a] in BLANK):
                a += 1
            while b > a and (inner[b - 1] in QUOTES or inner[b - 1] in BLANK or inner[b - 1] == "."):
                b -= 1
            if a < b:
                name = inner[a:b]
                yield Part(start + a, start + b, name, told, short_form(name))
        if match is not None:
            at = match.end()
            told = _IS_CUE.search(match.group()) is not None


def in_chemical(text: str, comma: int) -> bool:
    """Whether the comma at this place parts the numbers of a chemical name."""
    return _LOCANT_AHEAD.match(text, comma) is not None and _LOCANT.search(text[max(0, comma - 4) : comma]) is not None


def _nested(inner: str) -> list[tuple[int, int]]:
    return brackets(inner) if "(" in inner or "（" in inner or "[" in inner else []


def _within(inner: str, at: int, stop: int, inside: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """A part, or the two that a bracket in it makes: astragaloside A (XQA), but not 25(OH)D3."""
    for a, b in inside:
        short = inner[a + 1 : b - 1]
        if (
            at < a
            and b == stop
            and len(short) > 1
            and short_form(short)
            and (inner[a - 1] in BLANK or long_form(short, inner[at:a]) is not None)
        ):
            yield at, a
            yield a + 1, b - 1
            return
    yield at, stop


def cues(text: str) -> Iterator[re.Match[str]]:
    """Cues outside brackets, with the comma and quotes around them."""
    places = [m.start() for m in _CUE_ZH.finditer(text)]
    if any(word in text for word in _CUE_EN):
        places += [m.start() for m in _CUE_EN_ANY.finditer(text)]
    for place in sorted(places):
        found = (_CUE_BETWEEN.match(text, k) for k in range(max(0, place - 8), place + 1))
        if match := next((m for m in found if m is not None and m.end() > place), None):
            yield match
