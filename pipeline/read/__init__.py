"""The reading room: a paper's file to its prose in order, what stands apart from it, and the way back to the page.

`read` is the door, `guard` the same door in a process of its own (`child`). Behind it, for a PDF: `mend` (the file),
`pdf` (which reader reads which page), `pdfium` and `plumber` (a file to `glyphs`), `noise` and `ocr` (pages without a
text worth the name), `layout` (glyphs to lines in order), `prose` (lines to blocks; with it `setting`, `floats`,
`tables`, `references`). For a text: `text` (a file to blocks; with it `encoding`, `markdown`, `columns`, `dump`,
`running`, `matter`, `parts`). For both: `repair` (characters and spaces), `marks` (labels, headings, captions by
their form), `weave` (blocks to one text with offsets, and what stands apart from it).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from string import ascii_letters
from types import MappingProxyType

from pipeline.errors import BrokenInput, EmptyInput
from pipeline.read import mend, pdf, prose
from pipeline.read.layout import Line
from pipeline.read.pdf import OnPage, Reader
from pipeline.read.repair import Ledger, characters, has_founder, raised_citations
from pipeline.read.weave import Block, Woven, vocabulary, weave
from pipeline.records import Document, Lang, Paper

__all__ = ["Reader", "read", "read_bytes"]

# A language is the paper's when it writes at least this share of its letters.
LANG_SHARE = 0.05


def read(
    path: Path, doc_id: str, reader: Reader = "auto", *,
    lost: Mapping[int, str] = MappingProxyType({}), on_page: OnPage | None = None,
) -> Paper:  # fmt: skip
    """The paper in a PDF or text file, told apart by content, not by name.

    `Paper.text` has a paragraph or heading a line. `Paper.lines` is empty for text files. `reader` says which library
    reads a PDF; `auto` takes the fast one, and the other where that comes out poor. `lost` maps pages to leave out to
    the reason, and `on_page` is told of each page as it is begun: both are for a reader that is watched (`guard`).
    Raises UnsupportedInput (neither PDF nor text, or a password is needed), BrokenInput (not whole), EmptyInput
    (nothing to read), and OSError where the file cannot be opened.
    """
    return read_bytes(path.read_bytes(), str(path), doc_id, reader, lost=lost, on_page=on_page)


def read_bytes(
    data: bytes, path: str, doc_id: str, reader: Reader = "auto", *,
    lost: Mapping[int, str] = MappingProxyType({}), on_page: OnPage | None = None,
) -> Paper:  # fmt: skip
    """As `read`, for a file's bytes; `path` is what the record and the errors call it."""
    if not data.strip(b"\0 \t\r\n"):
        raise EmptyInput(f"{path}: the file is empty: fetch it again")
    ledger = Ledger()
    woven: Woven
    pages: int | None
    if mend.is_pdf(data):
        woven, pages, used, warnings = _read_pdf(data, path, pdf.Watched(reader, lost, on_page), ledger)
    else:
        woven, pages, used, warnings = _read_text(data, path, ledger)
    titles = [s.title for s in woven.sections if s.level == 0]
    return woven.paper(
        Document(
            id=doc_id, path=path, sha256=hashlib.sha256(data).hexdigest(), status="ok",
            title=titles[0] if titles else None, langs=_langs(woven.text), pages=pages, sections=woven.sections,
            reader=used, repairs=tuple(sorted(ledger.names)), warnings=warnings,
        )
    )  # fmt: skip


def _read_pdf(data: bytes, path: str, how: pdf.Watched, ledger: Ledger) -> tuple[Woven, int, str, tuple[str, ...]]:
    data, repairs = mend.mend(data, path)
    ledger.names.update(repairs)
    pages, used, warnings = pdf.pages(data, path, how)
    ledger.names.update(pages.repairs)
    if not pages.lines:
        told = "; ".join(warnings) or f"no text on any of its {len(pages.leaves)} pages"
        raise EmptyInput(f"{path}: {told}")
    pages = replace(pages, lines=tuple(_repaired(pages.lines, ledger)))
    return _woven(prose.blocks(pages), path, ledger), len(pages.leaves), used, warnings


def _read_text(data: bytes, path: str, ledger: Ledger) -> tuple[Woven, None, str, tuple[str, ...]]:
    # 30 ms to import, for the patterns in it: only when there is a text to read.
    from pipeline.read import text

    if path.lower().endswith(".pdf") and text.looks_binary(data):
        raise BrokenInput(f"{path}: this is no PDF, though its name says so: fetch it again")
    raw, encoding = text.decode(data, path)
    lines = _repaired(text.lines(raw, ledger), ledger)
    warnings = () if encoding.startswith("utf") else (f"read as {encoding}",)
    return _woven(text.blocks(lines), path, ledger), None, "text", warnings


def _repaired(lines: Sequence[Line], ledger: Ledger) -> list[Line]:
    founder = has_founder(line.words for line in lines)
    texts = [characters(line.text, ledger, founder).strip() for line in lines]
    up = [line.inks.up() for line in lines]
    texts = raised_citations(list(zip(texts, up, strict=True)), ledger)
    pairs = zip(lines, texts, strict=True)
    return [line if text is line.text else replace(line, text=text) for line, text in pairs if text.text]


def _woven(blocks: Sequence[Block], path: str, ledger: Ledger) -> Woven:
    words = vocabulary(line for block in blocks for line in block.lines)
    woven = weave(blocks, words, ledger)
    if not woven.text:
        raise EmptyInput(f"{path}: no running text in it: is it a paper?")
    return woven


def _langs(text: str) -> tuple[Lang, ...]:
    """The languages of a text, the larger share first; a hanzi weighs as much as two Latin letters."""
    count = Counter(text)
    hanzi = 2 * sum([times for ch, times in count.items() if "\u4e00" <= ch <= "\u9fff"])
    latin = sum([count[ch] for ch in ascii_letters])
    shares: list[tuple[int, Lang]] = [(hanzi, "zh"), (latin, "en")]
    total = max(hanzi + latin, 1)
    return tuple(lang for count, lang in sorted(shares, key=lambda s: -s[0]) if count / total >= LANG_SHARE)
