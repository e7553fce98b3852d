"""Names that a paper itself defines: 中文(English, ABBR), English (ABBR), ABBR（中文）.

In English alone this is the task of Schwartz and Hearst (A simple algorithm for identifying abbreviation definitions in
biomedical text, PSB 2003), whose matching of letters is used here; Chinese names end at the bracket and begin where a
mention begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.fold import fold, has_hanzi
from pipeline.records import Gloss, Lang, MentionType, Name, mention_type
from pipeline.tag.match import Hit

_BRACKET = re.compile(r"[(（\[]([^()（）\[\]\n]{1,160}?(?:\([^()\n]{1,40}\)[^()（）\n]{0,80}?)?)[)）\]]")
_PART = re.compile(
    r"\s*(?:[,，;；、]|以下简称|简称为?|简写为?|缩写为?|英文名|又称|又名|"
    r"also (?:known as|called)|abbreviated as|hereafter|[:：])\s*"
)
_ABBREVIATION = re.compile(r"[A-Za-zα-ωΑ-Ω0-9][A-Za-zα-ωΑ-Ω0-9\-–+/.·²⁺ ]{0,14}")
_NOT = re.compile(
    r"[=<>≤≥±%~∶]|\d\s*(?:mg|kg|g|mL|ml|μg|μmol|mmol|d|h|min)\b|"
    r"^(?:n|P|p|r|[Ff]ig|图|表|Table|see|见)\b|^\d|^[IVX]+$|^[a-z]{1,2}$"
)
_ENGLISH = re.compile(r"[A-Za-z0-9][A-Za-z0-9\u0370-\u03ff'’,.\-–+/ ()\[\]]{3,}")
_LONG = re.compile(
    r"(?:[A-Za-z0-9\u0370-\u03ff][\w\u0370-\u03ff'’\-–/+]*\s+){0,9}[A-Za-z0-9\u0370-\u03ff][\w\u0370-\u03ff'’\-–/+]*\s*$"
)


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition found: the spans of its names, the first the one before the bracket."""

    start: int
    end: int
    spans: tuple[tuple[int, int], ...]
    kind: MentionType | None
    hit: Hit | None
    rule: str


def short_form(text: str) -> bool:
    """Whether `text` looks like an abbreviation: short, with a capital, a Greek letter or a digit among letters."""
    text = text.strip()
    if not _ABBREVIATION.fullmatch(text) or _NOT.search(text) or len(text) < 2 or len(text.split()) > 2:
        return len(text) == 1 and text.isupper()
    return any(c.isupper() or "\u0370" <= c <= "\u03ff" for c in text)


def long_form(short: str, before: str) -> int | None:
    """Where in `before` the long form of `short` begins, None if none fits.

    Letters are matched from the right, as Schwartz and Hearst do.
    """
    s, b = len(short) - 1, len(before) - 1
    while s >= 0:
        ch = short[s].lower()
        if not ch.isalnum():
            s -= 1
            continue
        while b >= 0 and (before[b].lower() != ch or (s == 0 and b > 0 and before[b - 1].isalnum())):
            b -= 1
        if b < 0:
            return None
        b -= 1
        s -= 1
    start = before.rfind(" ", 0, b + 2) + 1
    found = before[start:]
    words = len(re.split(r"[\s\-]+", found.strip()))
    letters = sum(c.isalnum() for c in short)
    if words > min(letters + 5, letters * 2) or len(found) <= len(short):
        return None
    return start


def _lang(text: str) -> Lang:
    return "zh" if has_hanzi(text) else "en"


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The names between brackets, as spans of the text."""
    parts = []
    at = start
    for match in [*_PART.finditer(text, start, end), None]:
        stop = match.start() if match else end
        # A comma inside a chemical name (`2,2'-azobis`) parts no names.
        if (
            match
            and match.group().strip() == ","
            and text[stop - 1 : stop].isdigit()
            and text[match.end() : match.end() + 1].isdigit()
        ):
            continue
        a, b = at, stop
        while a < b and text[a] in " \"“'‘":
            a += 1
        while b > a and text[b - 1] in " \"”'’.":
            b -= 1
        if a < b:
            parts.append((a, b))
        at = match.end() if match else end
    return parts


def find(text: str, hits: Sequence[Hit]) -> Iterator[Definition]:
    """Definitions in the text; `hits` are the mentions known so far, which give a name's beginning and its type."""
    by_end = {h.end: h for h in hits}
    by_start = {h.start: h for h in hits}
    folded = fold(text)
    for match in _BRACKET.finditer(text):
        inner = match.group(1)
        if _NOT.search(inner.strip()) and not has_hanzi(inner) and not re.search(r"[A-Za-z]{2}", inner):
            continue
        at = match.start()
        while at and text[at - 1] in ' “”"':
            at -= 1
        parts = _parts(text, match.start(1), match.end(1))
        names = [
            (a, b) for a, b in parts
            if short_form(text[a:b]) or (_ENGLISH.fullmatch(folded[a:b]) and not _NOT.search(text[a:b]))
        ]  # fmt: skip
        before = by_end.get(at)
        if at and (has_hanzi(text[at - 1]) or text[at - 1].isalnum()):
            if (
                names
                and len(names) == len(parts)
                and before is not None
                and before.kind in ("compound", "protein", "effect")
            ):
                inside = next(
                    (by_start[a] for a, _ in names if a in by_start and by_start[a].concept is not None), None
                )
                hit = before if before.concept is not None or inside is None else inside
                # The bracket may hold a member or an example rather than another name.
                if not (
                    inside is not None
                    and before.concept is not None
                    and inside.kind != before.kind
                    and short_form(text[slice(*names[0])])
                    and not _initials(text[before.start : at], text[slice(*names[0])])
                ):
                    yield Definition(
                        before.start, match.end(), ((before.start, at), *names), _type(hit), hit, "gloss-bracket"
                    )
                    continue
            if len(parts) == 1 and short_form(text[slice(*parts[0])]) and not has_hanzi(text[at - 1]):
                line = text.rfind("\n", 0, at) + 1
                window = text[max(line, at - 120) : at]
                found = _LONG.search(window)
                if found:
                    a, b = parts[0]
                    offset = long_form(text[a:b], found.group())
                    if offset is not None:
                        start = at - len(found.group()) + offset
                        head = before or next((h for h in hits if h.start >= start and h.end == at), None)
                        yield Definition(start, match.end(), ((start, at), (a, b)), _type(head), head, "gloss-letters")
                        continue
            if (
                len(parts) == 1
                and has_hanzi(inner)
                and short_form(_last_token(text[:at]))
                and parts[0][0] in by_start
                and by_start[parts[0][0]].end == parts[0][1]
            ):
                hit = by_start[parts[0][0]]
                short = _last_token(text[:at])
                yield Definition(
                    at - len(short), match.end(), ((at - len(short), at), parts[0]), _type(hit), hit, "gloss-reversed"
                )


def _initials(long: str, short: str) -> bool:
    return not has_hanzi(long) and long_form(short, long) is not None


def _type(hit: Hit | None) -> MentionType | None:
    return None if hit is None else mention_type(hit.kind)


def _last_token(text: str) -> str:
    match = re.search(r"[A-Za-z0-9α-ω\-/+]+$", text[-24:])
    return match.group() if match else ""


def record(doc: str, text: str, definition: Definition) -> Gloss:
    """The definition as it is written to `glosses.jsonl`."""
    names = tuple(Name(text[a:b], _lang(text[a:b]), short_form(text[a:b])) for a, b in definition.spans)
    return Gloss(doc, definition.start, definition.end, names, definition.kind, definition.rule)
