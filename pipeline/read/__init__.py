"""The reading room: a paper's file to its prose in reading order, its sections, and the way back to the page.

`read` is the door. Behind it: `glyphs` (PDF to glyphs), `layout` (glyphs to lines in reading order), `prose` (lines to
blocks), `text` (text files to blocks), `repair` (characters and spaces), `weave` (blocks to one text with offsets),
`marks` (labels, headings, captions by their form).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.errors import BrokenInput, EmptyInput
from pipeline.read import glyphs, layout, prose, text
from pipeline.read.layout import Line
from pipeline.read.repair import Ledger, characters, has_founder, raised_citations
from pipeline.read.weave import Block, Woven, vocabulary, weave
from pipeline.records import Document, Lang, Paper

__all__ = ["read", "read_bytes"]

# A language is the paper's when it writes at least this share of its letters.
LANG_SHARE = 0.05


def read(path: Path, doc_id: str) -> Paper:
    """The paper in a PDF or text file, told apart by content, not by name.

    `Paper.text` has a paragraph, heading or caption a line. `Paper.lines` is empty for text files.
    Raises UnsupportedInput (neither PDF nor text, or a password is needed), BrokenInput (not whole), EmptyInput
    (nothing to read), and OSError where the file cannot be opened.
    """
    return read_bytes(path.read_bytes(), str(path), doc_id)


def read_bytes(data: bytes, path: str, doc_id: str) -> Paper:
    """As `read`, for a file's bytes; `path` is what the record and the errors call it."""
    if not data.strip(b"\0 \t\r\n"):
        raise EmptyInput(f"{path}: the file is empty: fetch it again")
    ledger = Ledger()
    woven: Woven
    pages: int | None
    if glyphs.is_pdf(data):
        woven, pages, warnings = _read_pdf(data, path, ledger)
        reader = "pdfplumber"
    else:
        if path.lower().endswith(".pdf") and text.looks_binary(data):
            raise BrokenInput(f"{path}: this is no PDF, though its name says so: fetch it again")
        woven, pages, warnings = _read_text(data, path, ledger)
        reader = "text"
    titles = [s.title for s in woven.sections if s.level == 0]
    return Paper(
        Document(
            id=doc_id, path=path, sha256=hashlib.sha256(data).hexdigest(), status="ok",
            title=titles[0] if titles else None, langs=_langs(woven.text), pages=pages, sections=woven.sections,
            reader=reader, repairs=tuple(sorted(ledger.names)), warnings=warnings,
        ),
        woven.text, woven.lines,
    )  # fmt: skip


def _read_pdf(data: bytes, path: str, ledger: Ledger) -> tuple[Woven, int, tuple[str, ...]]:
    scan = glyphs.scan(data, path)
    ledger.names.update(scan.repairs)
    pages = layout.arrange(scan.sheets)
    ledger.names.update(pages.repairs)
    if not pages.lines:
        raise EmptyInput(f"{path}: no text on any of its {len(scan.sheets)} pages (scanned?): run OCR on it first")
    pages = replace(pages, lines=tuple(_repaired(pages.lines, ledger)))
    woven = _woven(prose.blocks(pages, scan.sheets), path, ledger)
    warnings: tuple[str, ...] = ()
    if pages.blank:
        listed = ", ".join(map(str, pages.blank))
        warnings = (f"no text on page {listed} (scanned?): run OCR on it to have it read",)
    return woven, len(scan.sheets), warnings


def _read_text(data: bytes, path: str, ledger: Ledger) -> tuple[Woven, None, tuple[str, ...]]:
    raw, encoding = text.decode(data, path)
    lines = _repaired(text.lines(raw, ledger), ledger)
    warnings = () if encoding.startswith("utf") else (f"read as {encoding}",)
    return _woven(text.blocks(lines), path, ledger), None, warnings


def _repaired(lines: Sequence[Line], ledger: Ledger) -> list[Line]:
    founder = has_founder(line.words for line in lines)
    texts = [characters(line.text, ledger, founder).strip() for line in lines]
    up = [frozenset(k for k, ink in enumerate(line.inks) if ink.raised > 0) for line in lines]
    texts = raised_citations(list(zip(texts, up, strict=True)), ledger)
    return [replace(line, text=text) for line, text in zip(lines, texts, strict=True)]


def _woven(blocks: Sequence[Block], path: str, ledger: Ledger) -> Woven:
    words = vocabulary(line for block in blocks for line in block.lines)
    woven = weave(blocks, words, ledger)
    if not woven.text:
        raise EmptyInput(f"{path}: no running text in it: is it a paper?")
    return woven


def _langs(text: str) -> tuple[Lang, ...]:
    """The languages of a text, the larger share first; a hanzi weighs as much as two Latin letters."""
    hanzi = 2 * sum("\u4e00" <= ch <= "\u9fff" for ch in text)
    latin = sum(ch.isascii() and ch.isalpha() for ch in text)
    shares: list[tuple[int, Lang]] = [(hanzi, "zh"), (latin, "en")]
    total = max(hanzi + latin, 1)
    return tuple(lang for count, lang in sorted(shares, key=lambda s: -s[0]) if count / total >= LANG_SHARE)
