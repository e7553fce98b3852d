"""What a dump has between its sentences: running heads, feet, page numbers, notes on the paper, words of figures."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from rapidfuzz.fuzz import ratio

from pipeline.read import marks
from pipeline.read.dump import Dump, full, starts_part

FURNITURE_COLUMNS = 70
ALIKE = 88.0
ALIKE_NEAR = 150  # lines of that kind on each side, among which a running head comes again
EDGE_LINES = 4  # at the head and the foot of a page
NOTE_LINES = 4
FIGURE_LINES = 12

_PAGE_NUMBER = re.compile(r"^[\s·•\-–—―~|第页共/Page\dof]*\d{1,5}[\s·•\-–—―~|页]*$", re.IGNORECASE)
_FOLIO = r"[·•\-–—]? ?\d{1,5} ?[·•\-–—]?"
_HEAD = re.compile(rf"^[^。！？]{{2,60}} {{3,}}{_FOLIO}$|^{_FOLIO} {{3,}}[^。！？]{{2,60}}$")
_BARE_LINK = re.compile(r"^(?:https?://|www\.|doi:? ?10\.)\S+$", re.IGNORECASE)
_MARKS_ONLY = re.compile(r"^\[\d{1,3}(?:[,，\-–~ ]+\d{1,3})*\]$")
_DIGITS = re.compile(r"\d+")
# What every journal notes about a paper: dates, funds, authors' addresses, numbers, licence.
NOTE = re.compile(
    r"^[\[【(（*＊△]*\s*(?:(?:收稿日期|修回日期|修订日期|录用日期|接受日期|发布日期|出版日期|网络(?:首发|出版)|基金项目|"
    r"资助项目|作者简介|作者单位|[*＊]?通[讯信讀]作者|责任作者|第一作者|责任编辑|中[图圖]分类号|文献标[识志]码|文章编号|"
    r"文章引用|引用(?:本文|格式)|引文格式|开放科学)\s*[\]】)）:：\d]|[*＊]?通[讯信]作者。|"
    r"(?:DOI|E-?mail|received|revised|accepted) *[:：]|"
    r"published online|corresponding authors?\b|copyright|©|ISSN *[:：]? *\d|CLC number|document code|article ID|"
    r"foundation items?|this work is licensed under|this is an open access article|open access$|https?://)",
    re.IGNORECASE,
)


def key(text: str) -> str:
    return _DIGITS.sub("#", text.strip())


def edges(text: Dump) -> set[int]:
    """Lines at the head or foot of several pages that are alike but for their numbers, and what stands beyond them."""
    pages: dict[int, list[int]] = defaultdict(list)
    for k, row in enumerate(text.rows):
        pages[row.page].append(k)
    if len(pages) < 2:
        return set()
    zones = [
        zone for page in pages.values() if len(page) > 2
        for zone in (page[: min(EDGE_LINES, len(page) // 2)], page[: -1 - min(EDGE_LINES, len(page) // 2) : -1])
    ]  # fmt: skip
    seen = Counter(name for zone in zones for name in {key(text.words(k)) for k in zone})
    out: set[int] = set()
    for zone in zones:
        deep = 0
        for i, k in enumerate(zone):
            words = text.words(k)
            again = seen[key(words)] > 1 and not marks.ends_sentence(words) and marks.label(words) is None
            again = again and not _MARKS_ONLY.match(words)
            numbered = i == 0 and _HEAD.match(words)
            if again or numbered or _PAGE_NUMBER.match(words):
                out.add(k)
                deep = i
        out |= {
            k for k in zone[:deep]
            if text.short(k) and not marks.ends_sentence(text.words(k)) and not starts_part(text.rows[k])
        }  # fmt: skip
    return out


def recurring(text: Dump) -> set[int]:
    """Short lines that come back, bare links and page numbers."""
    rows, widths = text.rows, text.widths
    out: set[int] = set()
    short = [
        k for k in range(len(rows))
        if widths[k] <= FURNITURE_COLUMNS and not marks.ends_sentence(rows[k].words) and not rows[k].block
    ]  # fmt: skip
    keys = {k: key(rows[k].words) for k in short}
    seen = Counter(keys.values())
    candidates = [k for k in short if seen[keys[k]] < 2 and any(ch.isdigit() for ch in rows[k].words)]
    where = {k: i for i, k in enumerate(candidates)}
    words_of: dict[str, list[str]] = defaultdict(list)
    for k in short:
        words_of[keys[k]].append(rows[k].words)
    for k in short:
        words = text.words(k)
        if _MARKS_ONLY.match(words):
            continue
        if _PAGE_NUMBER.match(words) or _BARE_LINK.match(words):
            out.add(k)
        elif seen[keys[k]] >= 2 and (text.short(k) or not text.wrapped) and not marks.label(words):
            # Numbered headings may have the same words (`1.1 Methods`, `2.1 Methods`).
            if len(words_of[keys[k]]) > 2 or marks.numbered(words) is None:
                out.add(k)
        elif k in where and any(
            j != k and ratio(keys[k], keys[j]) >= ALIKE
            for j in candidates[max(0, where[k] - ALIKE_NEAR) : where[k] + ALIKE_NEAR]
        ) and (
            marks.numbered(words) is None and not marks.caption(words) and not marks.list_item(words)
        ):  # fmt: skip
            out.add(k)
    if text.wrapped:
        return out
    return {
        k for k in out if _PAGE_NUMBER.match(rows[k].words) or seen[keys[k]] >= 3 or _BARE_LINK.match(rows[k].words)
    }


def notes(text: Dump, taken: set[int]) -> set[int]:
    """Notes on dates, funds, addresses and licence, to the end of their paragraph."""
    out: set[int] = set()
    for k in range(len(text.rows)):
        if k in taken or k in out or text.rows[k].block or not NOTE.match(text.words(k)):
            continue
        out.add(k)
        apart = k == 0 or k in text.loose or text.rows[k].page != text.rows[k - 1].page
        j = k + 1
        while (
            text.wrapped and apart and j < len(text.rows) and j - k < NOTE_LINES and j not in text.loose
            and text.rows[j].page == text.rows[k].page and not text.short(j - 1)
            and not marks.ends_sentence(text.words(j - 1)) and not starts_part(text.rows[j])
        ):  # fmt: skip
            out.add(j)
            j += 1
    return out


def strays(text: Dump, out: set[int], titles: frozenset[int]) -> set[int]:
    """Short lines without an end between a full line that ends in mid-sentence and another full line, no title."""
    rows = text.rows
    found: set[int] = set()
    k = 0
    while k < len(rows):
        # What stands behind a hyphen goes on with the line before it.
        open_end = not marks.ends_clause(rows[k].words) and not rows[k].words.endswith(("-", "/"))
        if not open_end or text.short(k) or k in out or rows[k].block:
            k += 1
            continue
        j = k + 1
        while j < len(rows) and j - k <= 8 and j not in titles and (j in out or _stray(text, j)):
            j += 1
        heads = j in titles or (j < len(rows) and (starts_part(rows[j]) or marks.numbered(rows[j].words) is not None))
        if j < len(rows) and j - k > 1 and not heads:
            found |= {i for i in range(k + 1, j) if not marks.caption(text.words(i))}
        k = max(j, k + 1)
    return found


def in_figures(text: Dump, drop: set[int]) -> set[int]:
    """The words of a figure above its caption: short lines apart from the text, without ends."""
    out: set[int] = set()
    for k in range(len(text.rows)):
        found = marks.caption(text.words(k))
        if not found or found.kind != "figure" or k in drop or not (k in text.loose or text.short(k)):
            continue
        above: list[int] = []
        for j in range(k - 1, max(-1, k - FIGURE_LINES), -1):
            words = text.words(j)
            if (
                text.rows[j].page != text.rows[k].page or text.widths[j] >= 0.5 * text.measure
                or starts_part(text.rows[j])
                or marks.ends_clause(words) or marks.numbered(words) or marks.list_item(words) or marks.caption(words)
            ):  # fmt: skip
                break
            above.append(j)
        # The first of them stands apart; the last line of a paragraph that goes on below the figure does not.
        while above and above[-1] not in text.loose:
            above.pop()
        out |= set(above)
    return out


def _stray(text: Dump, k: int) -> bool:
    words = text.words(k)
    return (
        text.short(k) and not marks.ends_clause(words) and not words.endswith(("-", "/"))
        and not (k + 1 < len(text.rows) and full(text, k, k + 1)) and not starts_part(text.rows[k])
        and not _MARKS_ONLY.match(words) and marks.numbered(words) is None
    )  # fmt: skip
