"""The file of a PDF: whether it is one, whether it is whole, and the repair of what keeps it from opening."""

from __future__ import annotations

import re

from pipeline.errors import BrokenInput, UnsupportedInput

# How far into a file its magic number may stand, and how near its end the pointer to its table of objects must stand.
MAGIC_WITHIN = 1024
TAIL = 4096

MOST_PAGES = 5000

_POINTER = re.compile(rb"startxref[ \t]+(?=\d)")


def is_pdf(data: bytes) -> bool:
    """Whether the bytes say that they are a PDF, whatever the file is called."""
    return b"%PDF-" in data[:MAGIC_WITHIN]


def mend(data: bytes, name: str) -> tuple[bytes, tuple[str, ...]]:
    """The file with its pointer to the object table on its own line and nothing behind its end; and the repairs' names.

    CNKI's writer puts `startxref 2519368` on one line, where a line end is due, and a word behind `%%EOF`. What stands
    before the end keeps its length, so that offsets hold. Raises BrokenInput for a file that is cut short.
    """
    tail = data[-TAIL:]
    if b"startxref" not in tail and b"%%EOF" not in tail:
        # Readers would rebuild the table of objects and silently give the pages that are still there.
        raise BrokenInput(f"{name}: this PDF is cut short (its end is missing): fetch it again")
    repairs = []
    mended = data
    if _POINTER.search(data):  # looked for first: files are large, and replacing copies them
        mended = _POINTER.sub(lambda m: b"startxref" + b"\n" * (len(m[0]) - 9), data)
        repairs.append("startxref")
    end = mended.rfind(b"%%EOF")
    if end >= 0 and mended[end + 5 :].strip(b"\r\n\0 \t"):
        mended = mended[: end + 5] + b"\n"
        repairs.append("trailing-junk")
    return mended, tuple(repairs)


def check_count(pages: int, name: str) -> None:
    """Raises BrokenInput for a file that claims more pages than any paper has: a page may be there a million times."""
    if pages > MOST_PAGES:
        raise BrokenInput(f"{name}: this PDF has {pages:,} pages, more than {MOST_PAGES:,}: split it, if it is a paper")


def needs_password(name: str) -> UnsupportedInput:
    """What both readers say of a file that is locked."""
    return UnsupportedInput(f"{name}: this PDF needs a password: save a copy without one and read that")
