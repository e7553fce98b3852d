"""From the lines of a text file's prose to blocks: headings, paragraphs, captions, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.read import marks
from pipeline.read.dump import SHORT, Dump, full, starts_part
from pipeline.read.layout import Line
from pipeline.read.markdown import TABLE_ROW
from pipeline.read.matter import keywords_go_on
from pipeline.read.weave import Block

CAPTION_LINES = 8
TABLE_LINES = 80
CELL = 0.8  # of the text's width, which lines of a table's cells do not fill
LOOK_BACK = 200  # candidates for a heading before one: texts of figures alone are no book


def _headings(text: Dump, kept: Sequence[int]) -> dict[int, int]:
    """The numbered headings with their levels: of all lines of that form, the longest row of numbers that follow."""
    candidates: list[tuple[int, marks.Numbered]] = []
    for i, k in enumerate(kept):
        row, words = text.rows[k], text.words(k)
        found = marks.numbered(words)
        if not found or row.block == TABLE_ROW or i + 1 == len(kept):
            continue
        before = kept[i - 1] if i else None
        ended = (
            before is None or marks.ends_clause(text.words(before)) or k in text.loose or before + 1 != k
            or marks.numbered(text.words(before)) is not None or starts_part(text.rows[before])
            or (row.gaps > 0 and text.widths[before] < SHORT * text.measure) or _ends_open(text, before, k)
        )  # fmt: skip
        room = not text.wrapped or text.widths[k] < 0.9 * max(text.near[k], text.measure) or bool(row.gaps)
        if row.block or (ended and room and (found.parted or bool(re.match(r"\d[\d.]*[\u4e00-\u9fff]", words)))):
            candidates.append((k, found))
    best: list[tuple[int, int | None, tuple[int, ...]]] = []  # length of the row up to here, the one before, its number
    for i, (_, found) in enumerate(candidates):
        length, back = (1, None) if marks.follows(found.number, ()) else (0, None)
        number = found.number
        for j in range(max(0, i - LOOK_BACK), i):
            before_length, _, last = best[j]
            mine = _under(found, last)
            if before_length and before_length >= length and marks.follows(mine, last):
                length, back, number = before_length + 1, j, mine
        best.append((length, back, number))
    chain: dict[int, int] = {}
    at: int | None = max(range(len(best)), key=lambda i: (best[i][0], -i), default=None)
    while at is not None and best[at][0]:
        k, found = candidates[at]
        chain[k] = found.level
        at = best[at][1]
    return chain


def _ends_open(text: Dump, a: int, b: int) -> bool:
    """Whether a paragraph ends with line `a` though its end has no mark: there was room for more."""
    return not full(text, a, b) and not text.words(a).endswith(tuple("-/,，、(（"))


def _under(found: marks.Numbered, last: tuple[int, ...]) -> tuple[int, ...]:
    """The number of a heading, `（二）` under `三、` as (3, 2)."""
    return (last[0], found.number[1]) if len(found.number) == 2 and not found.number[0] and last else found.number


def grouped(text: Dump, kept: Sequence[int], titles: frozenset[int]) -> list[Block]:
    rows = text.rows
    numbered = _headings(text, kept)
    out: list[Block] = []
    waiting: list[Block] = []
    paragraph: list[int] = []
    titled = False

    def close() -> None:
        nonlocal paragraph
        if paragraph:
            run = marks.run_in(rows[paragraph[0]].words)
            name = run[1] if run else ""
            out.append(Block("paragraph", tuple(rows[k] for k in paragraph), 1 if name else 0, name))
            paragraph = []
        out.extend(waiting)
        waiting.clear()

    i = 0
    while i < len(kept):
        k = kept[i]
        row, words = rows[k], text.words(k)
        ended = not paragraph or marks.ends_clause(rows[paragraph[-1]].words)
        if row.block == TABLE_ROW:
            j = next((j for j in range(i, len(kept)) if rows[kept[j]].block != TABLE_ROW), len(kept))
            waiting.append(_table([rows[kept[x]] for x in range(i, j)]))
            if ended:
                close()
            i = j
            continue
        if k in titles:
            j = next((j for j in range(i, len(kept)) if kept[j] not in titles), len(kept))
            close()
            out.append(Block("title", tuple(rows[kept[x]] for x in range(i, j))))
            titled = True
            i = j
            continue
        level = _level(text, kept, i, numbered, titled or bool(out), ended)
        if level is not None:
            close()
            out.append(Block("title" if level == 0 else "heading", (row,), level))
            titled = titled or level == 0
            i += 1
            continue
        length = _caption(text, kept, i, ended)
        if length:
            waiting.append(Block("caption", tuple(rows[kept[x]] for x in range(i, i + length))))
            cells = _cell_lines(text, kept, i + length, numbered) if _is_table(words) else 0
            if cells:
                waiting.append(_table([rows[kept[x]] for x in range(i + length, i + length + cells)]))
            length += cells
            if not paragraph or not text.wrapped:
                close()
            i += length
            continue
        if paragraph and _parts(text, paragraph[0], paragraph[-1], k):
            close()
        paragraph.append(k)
        i += 1
    close()
    return out


def _level(text: Dump, kept: Sequence[int], i: int, numbered: dict[int, int], begun: bool, ended: bool) -> int | None:
    """The level of a line that is a heading or, as 0, the title; None for others."""
    k = kept[i]
    row, words = text.rows[k], text.words(k)
    following = text.rows[kept[i + 1]] if i + 1 < len(kept) else None
    found = marks.numbered(words)
    name = marks.label(words)
    if name and (ended or row.block or name != "part"):
        return found.level if found else 1
    if k in numbered:
        return numbered[k]
    if row.block:
        if not begun and not found:
            return 0
        if marks.columns(words) <= 2 * marks.MAX_HEADING and not marks.ends_sentence(words):
            return found.level if found else max(1, row.block - 1)
        return None
    return 0 if i == 0 and _is_title(row, following, text.wrapped) else None


def _is_title(row: Line, following: Line | None, wrapped: bool) -> bool:
    words = row.words.strip()
    if (
        following is None
        or marks.ends_clause(words)
        or marks.columns(words) > 2 * marks.MAX_HEADING
        or marks.run_in(words)
    ):
        return False
    if marks.numbered(words) or marks.caption(words) or marks.list_item(words):
        return False
    if re.search("[，,；;、]", words) and not starts_part(following):
        return False
    # In a wrapped text the first line may be that of a paragraph: a title is followed by a blank line or by a part.
    return not wrapped or starts_part(following) or following.gaps > row.gaps + 1


# A sentence about a figure: `图5为…`, `图 2 和…`.
_ABOUT = re.compile(
    r"[图圖表] *\d+(?:[-–.]\d+)?(?: *[（(]?[a-zA-Z][)）]?)? *(?:[为為是中给給和、，,及]|[所显顯][示现]|可见|表示|描述|"
    r"反映|说明|比较了|总结了)"
)


def _caption(text: Dump, kept: Sequence[int], i: int, ended: bool) -> int:
    """How many lines of a caption begin at the i-th of `kept`; 0 where none does."""
    k = kept[i]
    words = text.words(k)
    if not marks.caption(words) or _ABOUT.match(words) or marks.columns(words) > 2 * marks.MAX_HEADING:
        return 0
    apart = k in text.loose or bool(i and marks.caption(text.words(kept[i - 1])))
    if not (ended or apart) or (marks.ends_sentence(words) and not apart):
        return 0
    if text.wrapped and not apart and not text.short(k) and not ended:
        return 0
    length = 1
    # A caption that fills its line goes on to the next blank line.
    while (
        text.wrapped and apart and length < CAPTION_LINES and i + length < len(kept)
        and kept[i + length] == k + length and k + length not in text.loose
        and not marks.caption(text.words(k + length)) and not marks.ends_sentence(text.words(k + length - 1))
        and k + length not in text.indented and not text.short(k + length - 1)
    ):  # fmt: skip
        length += 1
    return length


def _is_table(words: str) -> bool:
    found = marks.caption(words)
    return found is not None and found.kind == "table"


def _cell_lines(text: Dump, kept: Sequence[int], i: int, numbered: dict[int, int]) -> int:
    """How many lines from the i-th of `kept` on, below a table's caption, are its cells: short, without ends."""
    if not text.wrapped:
        return 0
    page = text.rows[kept[i - 1]].page
    end = i
    while (
        end < len(kept) and end - i < TABLE_LINES and text.rows[kept[end]].page == page and kept[end] not in numbered
        and not marks.ends_sentence(text.words(kept[end])) and not starts_part(text.rows[kept[end]])
        and not marks.caption(text.words(kept[end]))
        and (text.widths[kept[end]] < CELL * text.measure or _CELL_GAP.search(text.words(kept[end])))
    ):  # fmt: skip
        end += 1
    return end - i if end - i >= 3 else 0


_CELL_GAP = re.compile(r" \| | {2,}")


def _table(rows: Sequence[Line]) -> Block:
    """A table of its lines; without rows where the lines do not show their cells."""
    cells = tuple(tuple(_cells(row)) for row in rows)
    shown = sum(len(row) > 1 for row in cells) >= 0.5 * len(cells)
    return Block("table", tuple(rows), rows=cells if shown else ())


def _cells(row: Line) -> Iterator[tuple[Line, ...]]:
    at = 0
    for gap in (*_CELL_GAP.finditer(row.words), None):
        end = gap.start() if gap else len(row.words)
        yield (replace(row, text=row.text[at:end]),)
        at = gap.end() if gap else end


def _parts(text: Dump, first: int, a: int, b: int) -> bool:
    """Whether a new paragraph begins with line `b`, `first` and `a` being the first and the last line before it."""
    before, row = text.rows[a], text.rows[b]
    ended = marks.ends_clause(before.words)
    if marks.run_in(row.words) is not None:
        return True
    run = marks.run_in(text.words(first))
    if run is not None and run[0] == "keywords":
        return not keywords_go_on(text, a, b)
    if marks.list_item(row.words) and (ended or marks.list_item(before.words)):
        return True
    if not text.wrapped:
        return ended
    return ended and (b in text.loose or b in text.indented or not full(text, a, b))
