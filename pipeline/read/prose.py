"""From lines in reading order to blocks: title, headings, paragraphs, captions; the rest is left out.

What is prose is told by where a line stands and how it is set, against the paper's own body type; labels and numbers
(`marks`) tell the parts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from pipeline.read import floats, marks, references, tables
from pipeline.read.floats import CAPTION_LINES, Apart
from pipeline.read.layout import Line, Pages
from pipeline.read.setting import SAME_SIZE, Body, heading_like, measured, on_page, reads_as_text
from pipeline.read.tables import Ruling
from pipeline.read.weave import Block

LARGE = 1.15  # a title is set larger than the body by this
FOOTNOTE = 0.93  # a footnote is set smaller than the body by this
FOOTNOTE_LINES = 6
FRONT_LINES = 40  # authors, addresses, dates between a title and its abstract
FULL = 0.93  # of the usual width: a line of running text that is not a paragraph's last
SPARE = 3.0  # ems that are left at the end of a paragraph's last line, though no sentence ends there


def blocks(pages: Pages) -> list[Block]:
    """The paper's prose as blocks in reading order."""
    lines = list(pages.lines)
    if not lines:
        return []
    body = measured(pages)
    rules = tables.drawn_rules(pages.leaves)
    text_like = reads_as_text(lines, body)
    apart = floats.find(lines, body, rules, text_like)
    drop = apart.drop
    listed = references.find(lines, drop | apart.kept, body.size)
    drop |= set(listed.span) - apart.kept
    drop |= _footnotes(lines, body, rules, drop | apart.kept)
    title = _titles(lines, body, drop, text_like)
    drop |= _front(lines, body, title, drop, text_like)
    drop |= _formulas(lines, body, drop | apart.kept | title.keys(), text_like)
    return [*_group(lines, body, apart, title), *(Block("reference", e) for e in listed.entries)]


# --- formulas -------------------------------------------------------------------------------------------------------

_WORDY = re.compile("[\u3400-\u9fff]|[A-Za-z]{3,}")
_HANZI = re.compile("[\u4e00-\u9fff]")
_EQUATION_NUMBER = re.compile(r"\(\d{1,2}(?:[.-]\d{1,2})?\)$")
_PLAIN_WORDS = re.compile("[A-Za-z]{3,}(?: [a-z]{2,}){2}")
WORDY = 0.45
SCATTERED = 3  # gaps in a line that is no sentence


def _formulas(lines: Sequence[Line], body: Body, taken: set[int], text_like: Sequence[bool]) -> set[int]:
    """Displayed formulas and the labels of axes: lines set apart from the text that hold hardly any words."""
    out: set[int] = set()
    near: list[int] = []  # lines that may be raised or lowered parts of a formula
    for k, line in enumerate(lines):
        text = line.words
        numbered = "=" in text and _EQUATION_NUMBER.search(text) and not _HANZI.search(text)
        if k in taken or (text_like[k] and not numbered) or heading_like(line, body) or marks.list_item(text):
            continue
        if marks.numbered(text) and "=" not in text and _WORDY.search(text):
            continue  # `1.1 方法`: a heading may be more number than words
        inked = len(text.replace(" ", ""))
        said = sum(len(m) for m in _WORDY.findall(text))
        formula = "=" in text or (line.gaps and _EQUATION_NUMBER.search(text))
        if said < WORDY * inked or not inked or (formula and not _HANZI.search(text)):
            out.add(k)
        elif not _HANZI.search(text) and (line.gaps >= SCATTERED or not _PLAIN_WORDS.search(text)):
            near.append(k)
    for k in (*near, *reversed(near)):
        beside = [j for j in (k - 1, k + 1) if j in out and lines[j].block == lines[k].block]
        if any(abs(lines[j].base - lines[k].base) < body.leading for j in beside):
            out.add(k)
    return out


# --- footnotes, front matter, references ----------------------------------------------------------------------------


def _footnotes(lines: Sequence[Line], body: Body, rules: dict[int, list[Ruling]], taken: set[int]) -> set[int]:
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
        lowest = max(lines[k].bottom for k in on_page(lines, page))
        at_foot = lines[foot[0]].bottom > lowest - 4 * body.leading
        if at_foot and (ruled or gap > 0.8 * body.leading) and not marks.run_in(top.words):
            out |= set(foot)
    return out


def _titles(lines: Sequence[Line], body: Body, drop: set[int], text_like: Sequence[bool]) -> dict[int, int]:
    """The lines of titles (one in each language, perhaps), each with the number of its title's first line."""
    first = lines[0].page

    large = [
        k for k, x in enumerate(lines)
        if x.page <= first + 1 and x.size >= LARGE * body.size and k not in drop and len(x.words) >= 4
        and not marks.label(x.words) and not marks.numbered(x.words) and "。" not in x.words
        and not (k and text_like[k - 1] and _runs_on(lines[k - 1], x, body))
    ]  # fmt: skip
    # Right under the title, bold type in the other language is its other half, be it hardly larger than the body.
    large += [
        k + 1 for k in large
        if k + 1 < len(lines) and k + 1 not in large and lines[k + 1].bold and lines[k + 1].size > 1.04 * body.size
        and _hanzi(lines[k].words) != _hanzi(lines[k + 1].words) and not marks.label(lines[k + 1].words)
        and not marks.numbered(lines[k + 1].words)
    ]  # fmt: skip
    large.sort()
    if not large:
        return {}
    first_line = lines[max(large, key=lambda k: lines[k].size)]
    largest = first_line.size
    # The title in the paper's second language may be set much smaller, but as the largest of its own.
    in_hanzi = _hanzi(first_line.words)
    second = {k for k in large if _hanzi(lines[k].words) != in_hanzi and not _names(lines[k].words)}
    largest_second = max((lines[k].size for k in second), default=largest)
    out: dict[int, int] = {}
    for k in large:
        least = 0.8 * largest
        if k in second:
            least = min(least, 0.98 * largest_second)
        if lines[k].size < least:
            continue
        joined = k - 1 in out and abs(lines[k].size - lines[k - 1].size) < SAME_SIZE * largest and (
            lines[k].base - lines[k - 1].base < 2 * lines[k].size
        )  # fmt: skip
        # A title in the other language has its own block even when it follows at once.
        other = joined and _hanzi(lines[k].words) != _hanzi(lines[k - 1].words)
        out[k] = out[k - 1] if joined and not other else k
    return out


_NAME = re.compile(r"^[A-Z][A-Za-z'-]+(?: [A-Z][A-Za-z.'-]*){1,3}$|^[\u3400-\u9fff](?:\s?[\u3400-\u9fff]){1,3}$")
_NOTE = re.compile(r"[\d*†‡#]+(?:[,，]\d+)*\W*$")


def _names(text: str) -> bool:
    """Whether a line is one of authors, or too short to tell: names, set off by marks or by gaps."""
    parts = [_NOTE.sub("", part.strip()) for part in re.split(r"[,，、;；]| {2,}|\band\b|&", text)]
    parts = [part for part in parts if part]
    named = sum(bool(_NAME.match(part)) for part in parts)
    return 2 * named > len(parts) or len(re.findall(r"[A-Za-z]{2,}|[\u3400-\u9fff]", text)) < 4


def _hanzi(text: str) -> bool:
    return len(_HANZI.findall(text)) * 3 > len(text)


def _front(
    lines: Sequence[Line], body: Body, titles: dict[int, int], drop: set[int], text_like: Sequence[bool]
) -> set[int]:
    """What stands before the title, between a title and its abstract, and between key words and the first heading."""
    out: set[int] = set()
    if titles:
        out |= {k for k in range(min(titles)) if not marks.label(lines[k].words) and not marks.run_in(lines[k].words)}

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
            if heading_like(lines[k], body) or sum(text_like[last + 1 : k]) > 6:
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
        end = next((j for j in range(start, min(start + 8, len(lines))) if heading_like(lines[j], body)), start)
        if not any(j in titles or says(j) or (text_like[j] and _wide(lines[j], body)) for j in range(start, end)):
            out |= set(range(start, end))
            start = end
        for j in range(start, min(start + FRONT_LINES, len(lines))):
            running = text_like[j] and lines[j].x1 - lines[j].x0 >= 0.7 * body.measure
            if j in titles or says(j) or running or heading_like(lines[j], body) or _stands_out(lines[j], body):
                out |= set(range(start, j))
                break
    return out - drop


def _goes_on(a: Line, b: Line, body: Body) -> bool:
    """Whether key words run on to the next line."""
    return (
        a.block == b.block and abs(a.size - b.size) < SAME_SIZE * a.size and a.bold == b.bold
        and b.base - a.base < 1.25 * body.leading and a.x1 > a.column[1] - 4 * a.size and not marks.run_in(b.words)
    )  # fmt: skip


def _wide(line: Line, body: Body) -> bool:
    return line.x1 - line.x0 > FULL * body.measure


def _runs_on(a: Line, b: Line, body: Body) -> bool:
    """Whether `b` goes on with the sentence of a full line: a formula in it makes it large."""
    close = a.block == b.block and 0 < b.base - a.base < 1.6 * body.leading
    return close and _wide(a, body) and not marks.ends_clause(a.words)


def _stands_out(line: Line, body: Body) -> bool:
    return line.size > (1 + SAME_SIZE / 2) * body.size


# --- headings and paragraphs ----------------------------------------------------------------------------------------


def _group(
    lines: Sequence[Line], body: Body, apart: Apart, titles: dict[int, int]
) -> list[Block]:  # fmt: skip
    captions = apart.captions
    out: list[Block] = []
    waiting: list[Block] = []  # captions, until the paragraph that they interrupt has ended
    paragraph: list[Line] = []
    outline = _Headings()
    kept = [k for k in range(len(lines)) if k not in apart.drop]

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
            own = [j for j in kept[i : i + CAPTION_LINES] if captions.get(j) == k] or [k]
            waiting.append(Block("caption", tuple(lines[j] for j in own)))
            i += len(own)
            if not paragraph:
                close()
            continue
        if k in apart.tables:
            waiting.append(apart.tables[k])
            i += 1
            continue
        if k in titles:
            close()
            own = [j for j in kept[i:] if titles.get(j) == titles[k]]
            out.append(Block("title", tuple(lines[j] for j in own), 0))
            i += len(own)
            continue
        head = _heading(lines, kept, i, body, outline, paragraph, captions, titles)
        if head is not None:
            close()
            length, level = head
            out.append(Block("heading", tuple(lines[j] for j in kept[i : i + length]), level))
            i += length
            continue
        if paragraph and _parts(paragraph[-1], line, paragraph, body):
            close()
        paragraph.append(line)
        i += 1
    close()
    return out


class _Headings:
    """The numbered headings so far, and how those of each level are set."""

    def __init__(self) -> None:
        self.outline = marks.Outline()
        self._set: dict[tuple[str, int], tuple[float, bool]] = {}

    def takes(self, found: marks.Numbered, line: Line, set_off: bool) -> bool:
        """Whether the number can come next; a slip in the count is none where the line is set as its peers are."""
        if self.outline.follows(found):
            return True
        size, bold = self._set.get((found.kind, len(found.number)), (0.0, False))
        return set_off and found.parted and abs(line.size - size) < 0.02 * size and bold == line.bold

    def take(self, found: marks.Numbered, line: Line) -> int:
        """The level of a heading that now counts."""
        self._set[found.kind, len(found.number)] = (line.size, line.bold)
        return self.outline.take(found)


def _heading(
    lines: Sequence[Line], kept: Sequence[int], i: int, body: Body, headings: _Headings,
    paragraph: Sequence[Line], captions: dict[int, int], titles: dict[int, int],
) -> tuple[int, int] | None:  # fmt: skip
    """How many lines from `i` on make a heading, and its level; None when they make none."""
    line = lines[kept[i]]
    text = line.words.strip()
    found = marks.numbered(text)
    set_off = line.bold or line.size > (1 + SAME_SIZE / 2) * body.size
    if marks.label(text) and (
        line.bold or _differs(line, body) or not paragraph or marks.ends_clause(paragraph[-1].words)
    ):
        known = found is not None and headings.takes(found, line, set_off)
        return 1, headings.take(found, line) if found and known else 1
    open_end = bool(paragraph) and not marks.ends_clause(paragraph[-1].words)
    if found and (set_off or (found.parted and not open_end and _short(line))) and headings.takes(found, line, set_off):
        return _more(lines, kept, i, captions, titles), headings.take(found, line)
    if not set_off or marks.columns(text) > marks.MAX_HEADING or marks.list_item(text) or marks.run_in(text):
        return None
    length = _more(lines, kept, i, captions, titles)
    last = lines[kept[i + length - 1]]
    # A paragraph may be set in bold as well (abstracts are): a heading is short, ends no sentence, and text follows.
    if (
        length > 3
        or marks.ends_sentence(last.words)
        or any(mark in text for mark in "，；。")
        or not any(ch.isalpha() for ch in text)
    ):
        return None
    if _wordless(text) or i + length >= len(kept):
        return None
    if i and marks.label(lines[kept[i - 1]].words) in ("keywords", "abstract"):
        return None
    if open_end and (line.size <= 1.04 * body.size or _runs_on(paragraph[-1], line, body)):
        return None
    return length, headings.outline.depth + 1 if line.size <= body.size * 1.04 else 1


def _wordless(text: str) -> bool:
    """Whether a line is no heading for want of words: a formula, a number, an axis."""
    words = sum(len(m) for m in _WORDY.findall(text))
    return "=" in text or words < 0.6 * len(text.replace(" ", "")) or not (text[0].isalnum() and not text[0].islower())


def _differs(line: Line, body: Body) -> bool:
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


def _parts(a: Line, b: Line, paragraph: Sequence[Line], body: Body) -> bool:
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
        if min(a.size, b.size) > (1 - SAME_SIZE) * body.size and a.block == b.block and b.base - a.base > 0:
            # A formula within the text is often larger: a full line goes on.
            return ended or _ends_short(a, b) or b.base - a.base > 1.6 * body.leading
        return ended or a.block == b.block or _ends_short(a, b)
    indent = b.x0 - b.column[0] > 0.8 * b.size
    inset = paragraph[0].x0 - paragraph[0].column[0] > 0.8 * paragraph[0].size
    was_indented = len(paragraph) > 1 and a.x0 - a.column[0] > 0.8 * a.size
    if a.block != b.block:
        return ended and (indent or _ends_short(a, b))
    step = b.base - a.base
    if step > 1.6 * max(body.leading, 1.3 * a.size) or step < 0:
        # A sentence that has not ended goes on behind a figure or formula, unless its line is a scrap, or what follows
        # begins as paragraphs do: a formula may end a sentence.
        return ended or a.x1 - a.x0 < 0.4 * body.measure or (indent and inset and not was_indented)
    if indent and not was_indented:
        return ended
    if marks.list_item(b.words) and ended:
        # In a paper that indents its paragraphs, an item that stands flush behind a full line is of the paragraph.
        return indent or not inset or _ends_short(a, b)
    # Where hanzi are set flush, a line with room left ends its paragraph, full stop or not.
    return _ends_short(a, b) if ended else body.flush and _hanzi(a.words) and _ends_short(a, b, SPARE * a.size)


def _ends_short(a: Line, b: Line, spare: float = 0.0) -> bool:
    """Whether the first word of `b`, and `spare` points more, would have had room behind `a`."""
    if a.x1 + spare + 1.2 * a.size >= a.column[1]:
        return False
    first = b.words.split(" ", 1)[0] if b.words[:1].isascii() else b.words[:2]
    count = min(len(first), len(b.inks))
    width = float((b.inks.right[:count] - b.inks.left[:count]).sum())
    return a.x1 + width + spare + 1.2 * a.size < a.column[1]
