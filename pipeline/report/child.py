"""The process that draws pages for `pipeline.report.pictures`: tasks on standard input, pictures on standard output.

A PDF may be hostile, and PDFium is a large C++ library: what it does happens here, with bounds on memory, and its death
is one page's loss.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any

import orjson

from pipeline.channel import limit_memory, quiet_child, receive, send

# What the child says: a picture (a line of JSON, then its bytes), a page that cannot be drawn.
PICTURE, LOST = b"I", b"L"
MEMORY = 77
"""The exit code of a child that ran out of memory."""


def main() -> None:
    """Draw until the other side closes."""
    from pipeline.read.pdfium import picture

    out = quiet_child()
    limit_memory()
    while True:
        try:
            _, head = receive(sys.stdin.buffer)
            _, data = receive(sys.stdin.buffer)
        except EOFError:
            return
        pages, dpi, quality = orjson.loads(head)
        for page in pages:
            try:
                drawn, real = picture(data, page, dpi)
                body = _webp(drawn, quality)
            except MemoryError:
                os._exit(MEMORY)
            except Exception as error:  # PDFium's own, Pillow's: whatever it is, this page has no picture
                send(out, LOST, orjson.dumps([page, f"{type(error).__name__}: {error}"]))
            else:
                # The size in points as the boxes have it: the picture's edge may stand in the middle of a pixel.
                size = [round(side * 72 / real, 3) for side in drawn.size]
                send(out, PICTURE, orjson.dumps([page, *size]) + b"\n" + body)


def _webp(drawn: Any, quality: int) -> bytes:
    """The picture as WebP: a page of text is a fifth of its PNG, and every browser since 2020 shows it."""
    buffer = io.BytesIO()
    drawn.convert("RGB").save(buffer, "WEBP", quality=quality, method=4)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
