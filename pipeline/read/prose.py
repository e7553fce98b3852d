"""From lines in reading order to blocks: title, headings, paragraphs, captions; the rest is left out.

What is prose is told by where a line stands and how it is set, against the paper's own body type; labels and numbers
(`marks`) tell the parts.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.read import marks
from pipeline.read.glyphs import Rule, Sheet
from pipeline.read.layout import Line, Pages
from pipeline.read.weave import Block

SAME_SIZE = 0.06
LARGE = 1.15  # a title is set larger than the body by this
FOOTNOTE = 0.93  # a footnote is set smaller than the body by this
FOOTNOTE_LINES = 6
FRONT_LINES = 40  # authors, addresses, dates between a title and its abstract
CAPTION_LINES = 8


@dataclass(frozen=True, slots=True)
class _Body:
    """How the body of the paper is set: size, line distance and line width in points."""

    size: float
    leading: float
    measure: float


def blocks(pages: Pages, sheets: Sequence[Sheet]) -> list[Block]:
    """The paper's prose as blocks in reading order."""
    lines = list(pages.lines)
    if not lines:
        return []
    body = _body(pages)
    rules = {s.number: s.rules for s in sheets}
    drop, captions = _floats(lines, body, rules)
    drop |= _footnotes(lines, body, rules, drop | captions.keys())
    title = _titles(lines, body, drop)
    drop |= _front(lines, body, title, drop)
    drop |= _references(lines, body)
    drop |= _formulas(lines, body, drop | captions.keys() | title.keys())
    return _group(lines, body, drop, captions, title)


def _body(pages: Pages) -> _Body:
    size = pages.body_size
    main = [x for x in pages.lines if abs(x.size - size) <= SAME_SIZE * size] or list(pages.lines)
    steps = Counter(
        round(b.base - a.base, 0)
        for a, b in pairwise(main)
        if a.block == b.block and 0.8 * size < b.base - a.base < 3 * size
    )
    widths = Counter(round((x.x1 - x.x0) / 6) * 6 for x in main if x.x1 - x.x0 > 8 * size)
    leading = steps.most_common(1)[0][0] if steps else 1.5 * size
    return _Body(size, leading, float(widths.most_common(1)[0][0]) if widths else 20 * size)


def _flags(lines: Sequence[Line], body: _Body) -> list[bool]:
    """Which lines look like running text: body size, no wide gaps, as wide as the column or the end of what is."""
    flags: list[bool] = []
    left = 0.0
    for k, line in enumerate(lines):
        wide = line.x1 - line.x0 >= 0.7 * body.measure
        fits = abs(line.size - body.size) <= SAME_SIZE * body.size and line.gaps <= (1 if wide else 0)
        before = lines[k - 1] if k else None
        after_text = (
            before is not None and flags[-1] and before.block == line.block
            and line.base - before.base <= 1.35 * body.leading and abs(line.x0 - left) < body.size
        )  # fmt: skip
        sentence = marks.ends_sentence(line.words) and len(line.words) > 8 and -1 < (line.x0 - left) / body.size < 2.6
        flags.append(fits and (wide or after_text or sentence))
        if flags[-1] and wide:
            left = line.column[0]
    return flags


# --- figures, tables, captions --------------------------------------------------------------------------------------


def _floats(lines: Sequence[Line], body: _Body, rules: dict[int, tuple[Rule, ...]]) -> tuple[set[int], dict[int, int]]:
    """Lines that are text in figures and tables; and the lines of captions, each with the number of its first line."""
    text_like = _flags(lines, body)
    captions: dict[int, int] = {}
    drop: set[int] = set()
    for k, line in enumerate(lines):
        if k in captions or not marks.caption(line.words):
            continue
        before = lines[k - 1] if k else None
        apart = before is None or before.block != line.block or line.base - before.base > 1.35 * body.leading
        small = line.size < (1 - SAME_SIZE / 2) * body.size
        centred = line.x0 - line.column[0] > 3 * body.size
        after_caption = k - 1 in captions
        if not (apart or small or line.bold or centred or after_caption) or (
            before is not None and not apart and not small and not line.bold and not marks.ends_clause(before.words)
        ):
            continue
        captions[k] = k
        for j in range(k + 1, min(k + CAPTION_LINES, len(lines))):
            a, b = lines[j - 1], lines[j]
            near = b.block == a.block and 0 < b.base - a.base <= 1.9 * max(a.size, b.size)
            alike = abs(b.size - line.size) <= SAME_SIZE * line.size and (small or b.bold == line.bold) and b.gaps == 0
            if not near or not alike or marks.caption(b.words):
                break
            if not small and text_like[j] and (marks.ends_sentence(a.words) or a.x1 < a.column[1] - 3 * a.size):
                break
            captions[j] = k
    for k in sorted(set(captions.values())):
        line = lines[k]
        if marks.table_caption(line.words):
            drop |= _table(lines, k, captions, text_like, body, rules)
        else:
            for j in range(k - 1, -1, -1):
                if j in captions:
                    continue
                if lines[j].page != line.page or text_like[j] or _heading_like(lines[j], body):
                    break
                drop.add(j)
    return drop - captions.keys(), captions


def _table(
    lines: Sequence[Line], k: int, captions: dict[int, int], text_like: Sequence[bool], body: _Body,
    rules: dict[int, tuple[Rule, ...]],
) -> set[int]:  # fmt: skip
    """Lines of the table under a caption: down to its last rule, or to the next line of running text."""
    page = lines[k].page
    ends = [r for r in rules.get(page, ()) if r.y > lines[k].top]
    floor = 0.0
    if ends:
        first = ends[0]
        same = [
            r for r in ends
            if abs(r.x0 - first.x0) < 6 and abs(r.x1 - first.x1) < 6
        ]  # fmt: skip
        y = first.y
        if y - lines[k].bottom < 6 * body.leading:
            floor = y
            for r in same[1:]:
                next_y = r.y
                between = [
                    j for j, x in enumerate(lines)
                    if x.page == page and floor < x.base < next_y and text_like[j] and x.gaps == 0
                    and x.x1 - x.x0 > 0.85 * body.measure
                ]  # fmt: skip
                if len(between) >= 3 or any(
                    marks.caption(lines[j].words)
                    for j in captions
                    if lines[j].page == page and floor < lines[j].base < next_y
                ):
                    break
                floor = next_y
    out: set[int] = set()
    for j in range(k + 1, len(lines)):
        if j in captions:
            continue
        x = lines[j]
        if x.page != page:
            break
        if x.base <= floor and x.base > lines[k].base:
            out.add(j)
            continue
        if text_like[j] or _heading_like(x, body):
            break
        out.add(j)
    return out


def _heading_like(line: Line, body: _Body) -> bool:
    if marks.label(line.words):
        return True
    head = marks.numbered(line.words)
    return head is not None and (line.bold or line.size > (1 + SAME_SIZE / 2) * body.size)


_WORDY = re.compile("[\u3400-\u9fff]|[A-Za-z]{3,}")
WORDY = 0.45


def _formulas(lines: Sequence[Line], body: _Body, taken: set[int]) -> set[int]:
    """Displayed formulas and the labels of axes: lines set apart from the text that hold hardly any words."""
    text_like = _flags(lines, body)
    out: set[int] = set()
    for k, line in enumerate(lines):
        if k in taken or text_like[k] or _heading_like(line, body) or marks.list_item(line.words):
            continue
        inked = len(line.words.replace(" ", ""))
        if sum(len(m) for m in _WORDY.findall(line.words)) < WORDY * inked:
            out.add(k)
    return out


# --- footnotes, front matter, references ----------------------------------------------------------------------------


def _footnotes(lines: Sequence[Line], body: _Body, rules: dict[int, tuple[Rule, ...]], taken: set[int]) -> set[int]:
    """Small type at the foot of a column, apart from the text above it."""
    out: set[int] = set()
    columns: dict[tuple[int, int], list[int]] = defaultdict(list)
    for k, line in enumerate(lines):
        columns[line.page, line.block].append(k)
    for (page, _), column in columns.items():
        foot: list[int] = []
        for k in reversed(column):
            if k in taken or lines[k].size >= FOOTNOTE * body.size or len(foot) > FOOTNOTE_LINES:
                break
            if foot and lines[foot[-1]].base - lines[k].base > 2.2 * lines[k].size:
                break
            foot.append(k)
        if not foot or len(foot) > FOOTNOTE_LINES:
            continue
        top = lines[foot[-1]]
        above = [k for k in column if k < foot[-1]]
        ruled = any(0 <= top.base - r.y < 2.5 * body.leading for r in rules.get(page, ()))
        gap = top.top - lines[above[-1]].bottom if above else 999.0
        lowest = max(lines[k].bottom for k in range(len(lines)) if lines[k].page == page)
        at_foot = lines[foot[0]].bottom > lowest - 4 * body.leading
        if at_foot and (ruled or gap > 0.8 * body.leading) and not marks.run_in(top.words):
            out |= set(foot)
    return out


def _titles(lines: Sequence[Line], body: _Body, drop: set[int]) -> dict[int, int]:
    """The lines of titles (one in each language, perhaps), each with the number of its title's first line."""
    first = lines[0].page
    large = [
        k for k, x in enumerate(lines)
        if x.page <= first + 1 and x.size >= LARGE * body.size and k not in drop and len(x.words) >= 4
        and not marks.label(x.words) and not marks.numbered(x.words)
    ]  # fmt: skip
    if not large:
        return {}
    largest = max(lines[k].size for k in large)
    out: dict[int, int] = {}
    for k in large:
        if lines[k].size < 0.8 * largest:
            continue
        joined = k - 1 in out and abs(lines[k].size - lines[k - 1].size) < SAME_SIZE * largest and (
            lines[k].base - lines[k - 1].base < 2 * lines[k].size
        )  # fmt: skip
        # A title in the other language has its own block even when it follows at once.
        other = joined and _hanzi(lines[k].words) != _hanzi(lines[k - 1].words)
        out[k] = out[k - 1] if joined and not other else k
    return out


def _hanzi(text: str) -> bool:
    return sum("\u4e00" <= ch <= "\u9fff" for ch in text) * 3 > len(text)


def _front(lines: Sequence[Line], body: _Body, titles: dict[int, int], drop: set[int]) -> set[int]:
    """What stands before the title, between a title and its abstract, and between key words and the first heading."""
    out: set[int] = set()
    if titles:
        out |= {k for k in range(min(titles)) if not marks.label(lines[k].words) and not marks.run_in(lines[k].words)}
    text_like = _flags(lines, body)

    def says(k: int) -> str | None:
        run = marks.run_in(lines[k].words)
        return marks.label(lines[k].words) or (run[0] if run else None)

    for last in sorted(set(titles)):
        if last + 1 in titles:
            continue
        for k in range(last + 1, min(last + FRONT_LINES, len(lines))):
            if k in titles or says(k) in ("abstract", "keywords"):
                out |= set(range(last + 1, k))
                break
            if _heading_like(lines[k], body) or sum(text_like[last + 1 : k]) > 6:
                break
    for k in range(min(len(lines), 160)):
        if says(k) != "keywords":
            continue
        start = k + 1
        if marks.label(lines[k].words):
            start += 1
        while start < len(lines) and _goes_on(lines[start - 1], lines[start], body):
            start += 1
        # Licence and classification lines: none fills its line, and the first heading follows at once.
        end = next((j for j in range(start, min(start + 6, len(lines))) if _heading_like(lines[j], body)), start)
        if all(x.x1 < x.column[1] - 2 * x.size for x in lines[start:end]):
            out |= set(range(start, end))
            start = end
        for j in range(start, min(start + FRONT_LINES, len(lines))):
            running = text_like[j] and lines[j].x1 - lines[j].x0 >= 0.7 * body.measure
            if j in titles or says(j) or running or _heading_like(lines[j], body) or _stands_out(lines[j], body):
                out |= set(range(start, j))
                break
    return out - drop


def _goes_on(a: Line, b: Line, body: _Body) -> bool:
    """Whether key words run on to the next line."""
    return (
        a.block == b.block and abs(a.size - b.size) < SAME_SIZE * a.size and a.bold == b.bold
        and b.base - a.base < 1.25 * body.leading and a.x1 > a.column[1] - 4 * a.size and not marks.run_in(b.words)
    )  # fmt: skip


def _stands_out(line: Line, body: _Body) -> bool:
    return line.size > (1 + SAME_SIZE / 2) * body.size


def _references(lines: Sequence[Line], body: _Body) -> set[int]:
    """The reference list, from its heading to the end or to a title or abstract that stands behind it."""
    heads = [k for k, x in enumerate(lines) if marks.label(x.words) == "references" and k > len(lines) * 0.15]
    if not heads:
        return set()
    start = heads[-1]
    end = len(lines)
    for k in range(start + 1, len(lines)):
        run = marks.run_in(lines[k].words)
        if marks.label(lines[k].words) == "abstract" or (run and run[0] == "abstract"):
            end = k
            while end - 1 > start and lines[end - 1].size > LARGE * body.size:
                end -= 1
            break
    return set(range(start, end))


# --- headings and paragraphs ----------------------------------------------------------------------------------------


def _group(
    lines: Sequence[Line], body: _Body, drop: set[int], captions: dict[int, int], titles: dict[int, int]
) -> list[Block]:
    out: list[Block] = []
    waiting: list[Block] = []  # captions, until the paragraph that they interrupt has ended
    paragraph: list[Line] = []
    number: tuple[int, ...] = ()
    kept = [k for k in range(len(lines)) if k not in drop]

    def close() -> None:
        nonlocal paragraph
        if paragraph:
            run = marks.run_in(paragraph[0].words)
            name = run[1] if run else ""
            out.append(Block("paragraph", tuple(paragraph), 1 if name else 0, name))
            paragraph = []
        out.extend(waiting)
        waiting.clear()

    i = 0
    while i < len(kept):
        k = kept[i]
        line = lines[k]
        if k in captions:
            own = [j for j in kept[i:] if captions.get(j) == k] or [k]
            waiting.append(Block("caption", tuple(lines[j] for j in own)))
            i += len(own)
            if not paragraph:
                close()
            continue
        if k in titles:
            close()
            own = [j for j in kept[i:] if titles.get(j) == titles[k]]
            out.append(Block("title", tuple(lines[j] for j in own), 0))
            i += len(own)
            continue
        head = _heading(lines, kept, i, body, number, paragraph, captions, titles)
        if head is not None:
            close()
            length, level, number = head
            out.append(Block("heading", tuple(lines[j] for j in kept[i : i + length]), level))
            i += length
            continue
        if paragraph and _parts(paragraph[-1], line, paragraph, body):
            close()
        paragraph.append(line)
        i += 1
    close()
    return out


def _heading(
    lines: Sequence[Line], kept: Sequence[int], i: int, body: _Body, number: tuple[int, ...],
    paragraph: Sequence[Line], captions: dict[int, int], titles: dict[int, int],
) -> tuple[int, int, tuple[int, ...]] | None:  # fmt: skip
    """How many lines from `i` on make a heading, its level and the number that now counts; None when they make none."""
    line = lines[kept[i]]
    text = line.words.strip()
    if marks.label(text) and (
        line.bold or _differs(line, body) or not paragraph or marks.ends_clause(paragraph[-1].words)
    ):
        head = marks.numbered(text)
        return 1, head.level if head else 1, head.number if head else number
    set_off = line.bold or line.size > (1 + SAME_SIZE / 2) * body.size
    found = marks.numbered(text)
    open_end = bool(paragraph) and not marks.ends_clause(paragraph[-1].words)
    if found and marks.follows(found.number, number) and (set_off or (found.parted and not open_end and _short(line))):
        length = _more(lines, kept, i, captions, titles)
        return length, found.level, found.number
    if not set_off or marks.columns(text) > marks.MAX_HEADING or marks.list_item(text) or marks.run_in(text):
        return None
    length = _more(lines, kept, i, captions, titles)
    last = lines[kept[i + length - 1]]
    # A paragraph may be set in bold as well (abstracts are): a heading is short, ends no sentence, and text follows.
    if (
        length > 3
        or marks.ends_sentence(last.words)
        or "；" in text
        or "，" in text
        or not any(ch.isalpha() for ch in text)
    ):
        return None
    if _wordless(text) or i + length >= len(kept):
        return None
    if i and marks.label(lines[kept[i - 1]].words) in ("keywords", "abstract"):
        return None
    if open_end and not line.size > 1.04 * body.size:
        return None
    return length, len(number) + 1 if number and line.size <= body.size * 1.04 else 1, number


def _wordless(text: str) -> bool:
    """Whether a line is no heading for want of words: a formula, a number, an axis."""
    words = sum(len(m) for m in _WORDY.findall(text))
    return "=" in text or words < 0.6 * len(text.replace(" ", "")) or not (text[0].isalnum() and not text[0].islower())


def _differs(line: Line, body: _Body) -> bool:
    return abs(line.size - body.size) > SAME_SIZE / 2 * body.size


def _short(line: Line) -> bool:
    return line.x1 < line.column[1] - 2 * line.size


def _more(lines: Sequence[Line], kept: Sequence[int], i: int, captions: dict[int, int], titles: dict[int, int]) -> int:
    """How many lines from `i` on are set as that one and run on from it."""
    length = 1
    while i + length < len(kept):
        a, b = lines[kept[i + length - 1]], lines[kept[i + length]]
        if kept[i + length] in captions or kept[i + length] in titles:
            break
        if (
            a.bold != b.bold or abs(a.size - b.size) > 0.03 * a.size or a.block != b.block
            or b.base - a.base > 1.9 * a.size or marks.numbered(b.words) or marks.label(b.words)
            or (marks.numbered(a.words) and length == 1 and a.x1 - a.column[0] < 0.6 * (a.column[1] - a.column[0]))
        ):  # fmt: skip
            break
        length += 1
    return length


def _parts(a: Line, b: Line, paragraph: Sequence[Line], body: _Body) -> bool:
    """Whether a new paragraph begins with `b`, `a` being the last line of the one before."""
    if marks.run_in(b.words) and (marks.ends_clause(a.words) or a.bold != b.bold or _ends_short(a, b)):
        return True
    ended = marks.ends_clause(a.words)
    run = marks.run_in(paragraph[0].words)
    if run and run[0] == "keywords":  # key words end without a full stop
        return (
            a.block != b.block or abs(a.size - b.size) > 0.02 * a.size or b.base - a.base > 1.25 * body.leading
            or _ends_short(a, b)
        )  # fmt: skip
    if abs(a.size - b.size) > SAME_SIZE * max(a.size, b.size):
        return ended or a.block == b.block or _ends_short(a, b)
    indent = b.x0 - b.column[0] > 0.8 * b.size
    was_indented = len(paragraph) > 1 and a.x0 - a.column[0] > 0.8 * a.size
    if a.block != b.block:
        return ended and (indent or _ends_short(a, b))
    step = b.base - a.base
    if step > 1.6 * max(body.leading, 1.3 * a.size) or step < 0:
        # A sentence that has not ended goes on behind a figure or formula, unless its line is a scrap.
        return ended or a.x1 - a.x0 < 0.4 * body.measure
    if indent and not was_indented:
        return ended
    if marks.list_item(b.words) and ended:
        return True
    return ended and _ends_short(a, b)


def _ends_short(a: Line, b: Line) -> bool:
    """Whether the first word of `b` would have had room behind `a`."""
    first = b.words.split(" ")[0] if b.words[:1].isascii() else b.words[:2]
    width = sum(ink.x1 - ink.x0 for ink in b.inks[: len(first)])
    return a.x1 + width + 1.2 * a.size < a.column[1]
