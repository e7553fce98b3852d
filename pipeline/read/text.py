"""Text files to blocks: dumps of PDFs with their hard line ends and running heads, a paragraph a line, Markdown.

Lines become the same `Line` records as those of a PDF, without ink, and go the same way from there. `page` counts form
feeds, `x0` and `x1` are columns of type, `gaps` the blank lines above, `block` the level of a Markdown heading (or
`TABLE_ROW`), else 0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.read import marks, matter, running
from pipeline.read.columns import unrolled
from pipeline.read.dump import survey, whole_labels
from pipeline.read.encoding import decode, looks_binary
from pipeline.read.layout import NO_INK, Line
from pipeline.read.markdown import TABLE_ROW, heading, is_markdown, markdown
from pipeline.read.parts import grouped
from pipeline.read.repair import Ledger, plain
from pipeline.read.weave import Block

__all__ = ["blocks", "decode", "lines", "looks_binary"]


_LINE_END = re.compile("\r\n?|[\x0b\x1c-\x1e\x85\u2028\u2029]")
_BLANK = "\ufeff\u200b\u3000 \t\u00a0\0"
# Where a converter has glued the abstract or the key words to what stands before them.
_GLUED = re.compile(
    r"(?<=[。.)）\d*])[ \u3000]*(?=(?:[\[【]?(?:摘 *要|关键词)[\]】]?|Abstract|Key ?words) ?[:：])(?!^)", re.IGNORECASE
)


# Loosely set hanzi: `的 分 化 ， 还 可 以`.
_WIDE = re.compile("[\u3001-\u9fff\uff01-\uff1f]")
_APART = re.compile(f"(?<={_WIDE.pattern}) (?={_WIDE.pattern})")
_SPACED = re.compile(f"(?:{_WIDE.pattern} ){{3}}")
SPACED = 0.6  # of the hanzi


def lines(raw: str, ledger: Ledger) -> list[Line]:
    """The lines of a text, without blank ones."""
    raw = _LINE_END.sub("\n", raw)
    if is_markdown(raw):
        cleaned = markdown(raw)
        if cleaned != raw:
            ledger.names.add("markdown")
        pages = [(page, True) for page in cleaned.split("\f")]
    else:
        pages = [(unrolled(page), False) for page in raw.split("\f")]
        if [page for page, _ in pages] != raw.split("\f"):
            ledger.names.add("columns")
    out: list[Line] = []
    blank = 0
    for number, (page, marked) in enumerate(pages):
        for row in page.split("\n"):
            if not row.strip(_BLANK):
                blank += 1
                continue
            text, level = heading(row) if marked else (row.strip(), 0)
            indent = marks.columns(row) - marks.columns(row.lstrip()) if not marked else 0
            if _SPACED.search(text) and len(_APART.findall(text)) >= SPACED * len(_WIDE.findall(text)):
                text = _APART.sub("", text)
                ledger.names.add("hanzi-spacing")
            for piece in _GLUED.split(text) if level == 0 else (text,):
                out.append(_line(piece, number, indent, blank, level))
                blank = 0
    return out


def _line(text: str, page: int, indent: int, blank: int, level: int) -> Line:
    traced = plain(text)
    wide = indent + marks.columns(text)
    return Line(traced, NO_INK, page, indent, 0.0, wide, 0.0, 0.0, 0.0, 0 < level < TABLE_ROW, level, (0.0, 0.0), blank)


def blocks(rows: Sequence[Line]) -> list[Block]:
    """The blocks of a text's lines (as `lines` makes them), without running heads, page numbers and front matter."""
    text = survey(whole_labels([r for r in rows if r.words]))
    edges = running.edges(text)
    listed = matter.references(text, edges)
    drop = edges | running.recurring(text) | listed
    drop |= running.notes(text, drop)
    # A title comes back as a running head.
    again = {key: k for k in sorted(drop - listed, reverse=True) if (key := running.key(text.words(k)))}
    shown = [k for k in range(len(text.rows)) if k not in drop or again.get(running.key(text.words(k))) == k]
    titles, front = matter.front(text, shown)
    drop = (drop | front) - titles
    if text.wrapped:
        drop |= running.strays(text, drop, titles)
        drop |= running.in_figures(text, drop)
    kept = [k for k in range(len(text.rows)) if k not in drop]
    return [*grouped(text, kept, titles), *matter.entries(text, sorted(listed - edges))]
