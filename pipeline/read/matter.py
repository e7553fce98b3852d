"""What stands before and behind a text file's prose: titles, authors and addresses; the reference list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.read import marks
from pipeline.read.dump import Dump, full, starts_part
from pipeline.read.layout import Line
from pipeline.read.running import NOTE
from pipeline.read.weave import Block

FRONT_LINES = 40  # titles, authors, addresses, dates before an abstract
NOTE_LINES = 4
EARLIEST = 0.1  # of the lines: no reference list begins before
TITLE_COLUMNS = 12

# What stands between the names of a list, and a name.
_BETWEEN = re.compile(r"(?:[\d*#†‡✉,，、;；&\[\]]|\band\b|和|等)+")
_HANZI_NAME = re.compile("[\u4e00-\u9fff]{1,4}(?: +[\u4e00-\u9fff]{1,4})*")
_LATIN_NAME = re.compile(r"(?:[A-Z][\w’'.-]* +){1,3}[A-Z][\w’'.-]*")
_ADDRESS = re.compile(
    r"^[*#†(（]|^\d{1,2}(?:[.,，、 ]|(?=[\u4e00-\u9fff]))|\b\d{6}\b|@|"
    r"(?:大学|学院|医院|研究[所院]|实验室)(?:[\s,，;；、\d)）]|$)|"
    r"\b(?:university|department|institute|college|school|faculty|hospital)(?: of\b|[,;]|$)|"
    r"\b(?:vol|no|pp)\.|\d{4} *[,，年;；].*\d|第 *\d+ *卷|ISSN|https?:",
    re.IGNORECASE,
)


_NO_LETTER = re.compile(r"[\W\d_]")


def _is_names(words: str) -> bool:
    """Whether a line is a list of names: hanzi parted by marks, figures or blanks, Latin with commas or figures."""
    names = [name.strip() for name in _BETWEEN.split(words) if name.strip()]
    if not names:
        return False
    if all(_HANZI_NAME.fullmatch(name) for name in names):
        return len(names) > 1 or " " in names[0] or len(names[0]) <= 4
    return len(_BETWEEN.findall(words)) > 0 and all(
        _LATIN_NAME.fullmatch(name) or _HANZI_NAME.fullmatch(name) for name in names
    )


def says(row: Line) -> marks.Label | None:
    run = marks.run_in(row.words)
    return marks.label(row.words) or (run[0] if run else None)


def front(text: Dump, kept: Sequence[int]) -> tuple[frozenset[int], set[int]]:
    """The lines of titles before an abstract, and the other lines there: the journal's name, authors, addresses."""
    titles: set[int] = set()
    drop: set[int] = set()
    start: int | None = 0
    for i, k in enumerate(kept):
        said = says(text.rows[k])
        if said == "keywords":
            start = i + 1 + (marks.label(text.words(k)) is not None)
            while start < len(kept) and keywords_go_on(text, kept[start - 1], kept[start]):
                start += 1
        if said != "abstract" or start is None:
            continue
        # Where a gap parts the key words from what follows, all before it are key words.
        if start:
            start = next((j for j in range(start, min(i, start + NOTE_LINES)) if kept[j] in text.loose), start)
        zone = list(kept[start:i])
        prose = sum(marks.ends_sentence(text.words(j)) and text.widths[j] >= 40 for j in zone)
        if zone and len(zone) <= FRONT_LINES and prose <= 1:
            found = _title(text, zone)
            titles |= found
            drop |= set(zone) - found
        start = None  # what stands behind an abstract is the abstract, up to the key words
    return frozenset(titles), drop


def keywords_go_on(text: Dump, a: int, b: int) -> bool:
    """Whether key words run on from line `a` to the next line, `b`."""
    words = text.words(a)
    apart = b in text.loose or b in text.indented or starts_part(text.rows[b])
    if not text.wrapped or apart or marks.ends_sentence(words):
        return False
    last = text.words(b)
    listed = re.search("[;；]", words) and re.search("[;；]", last) and not re.search("[。．]|\\. ", last)
    return words.endswith(tuple(";；,，、")) or bool(listed) or full(text, a, b)


def _title(text: Dump, zone: Sequence[int]) -> set[int]:
    """The first lines of the zone that are no names, no addresses and no numbers of the journal."""
    found: list[int] = []
    for k in zone:
        words = text.words(k)
        plain_words = not (_is_names(words) or _ADDRESS.search(words) or NOTE.match(words))
        if found and (k in text.loose or not plain_words or k != found[-1] + 1 or not text.wrapped):
            break
        long = bool(found) or marks.columns(_NO_LETTER.sub("", words)) >= TITLE_COLUMNS
        if (plain_words and long) or text.rows[k].block:
            found.append(k)
    return set(found)


def references(text: Dump, edges: set[int]) -> set[int]:
    """The lines of the reference lists: from a heading to the end of the text, or to a title or abstract behind it."""
    kept = [k for k in range(len(text.rows)) if k not in edges]
    heads = [
        i for i, k in enumerate(kept) if marks.label(text.words(k)) == "references" and i + 1 >= EARLIEST * len(kept)
    ]
    listed = [i for i in heads if i + 1 < len(kept) and _number(text.words(kept[i + 1])) is not None]
    if not heads:
        return set()
    start = min(listed, default=heads[-1])
    end = next((i for i in range(start + 1, len(kept)) if says(text.rows[kept[i]]) == "abstract"), len(kept))
    if end < len(kept):
        # The title of the other language's abstract, and its authors, stand behind the last entry.
        last = max((i for i in range(start + 1, end) if _number(text.words(kept[i])) is not None), default=start)
        end = next((i for i in range(last + 2, end) if kept[i] in text.loose or text.rows[kept[i]].block), end)
    return {kept[i] for i in range(start, end)}


_NUMBER_ONLY = re.compile(r"^(?:\[(\d{1,3})\]|(\d{1,3})[.．])$")


def _number(words: str) -> int | None:
    """The number that an entry begins with, or that stands alone on the line before it."""
    alone = _NUMBER_ONLY.match(words)
    if alone:
        return int(alone[1] or alone[2])
    entry = marks.entry(words)
    return entry.number if entry else None


def entries(text: Dump, own: Sequence[int]) -> list[Block]:
    """A block for each entry of the reference list: by its numbers in a row, else by lines that end."""
    heads = {k + 1 for k in own if marks.label(text.words(k)) == "references"}
    own = [k for k in own if k + 1 not in heads]
    numbers = [n for k in own if (n := _number(text.words(k))) is not None]
    steps = sum(0 < b - a <= 2 for a, b in pairwise(numbers))
    numbered = len(numbers) == 1 or steps >= max(1, len(numbers) // 2)
    groups: list[list[int]] = []
    last = 0
    for k in own:
        number = _number(text.words(k))
        before = groups[-1][-1] if groups else None
        if numbered and number == 1 and last > 1 and k not in heads:
            break  # a list of another kind
        if numbered:
            new = number is not None and (last < number <= last + 2 or k in heads)
        else:
            new = before is None or marks.ends_sentence(text.words(before)) or not text.wrapped or k in text.loose
        if new or before is None:
            groups.append([])
            last = number or last
        groups[-1].append(k)
    if numbered and groups:
        # What stands behind the last entry is none of it.
        end = next((i for i, k in enumerate(groups[-1]) if i > 1 and k in text.loose), len(groups[-1]))
        del groups[-1][end:]
    return [Block("reference", tuple(text.rows[k] for k in group)) for group in groups]
