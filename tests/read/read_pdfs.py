"""Small PDFs for the tests, made on the spot."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

SONG = "STSong-Light"
WIDTH, HEIGHT = 595.0, 842.0

# left edge, baseline from the page's top, text, size, font
Print = tuple[float, float, str, float, str]


def latin(x: float, y: float, text: str, size: float = 10, bold: bool = False) -> Print:
    """A line of Latin."""
    return x, y, text, size, "Helvetica-Bold" if bold else "Helvetica"


def song(x: float, y: float, text: str, size: float = 10) -> Print:
    """A line of hanzi."""
    return x, y, text, size, SONG


def width(text: str, size: float = 10, font: str = "Helvetica") -> float:
    """The width of a text in points."""
    return float(pdfmetrics.stringWidth(text, font, size))


def fill(words: Iterable[str], room: float, size: float = 10, font: str = "Helvetica") -> list[str]:
    """Words broken into lines of at most `room` points."""
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if width(longer, size, font) > room and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def fill_hanzi(text: str, room: float, size: float = 10, indent: int = 2) -> list[str]:
    """Hanzi broken into lines of at most `room` points, the first shorter by `indent` characters."""
    count = int(room // size)
    lines = [text[: count - indent]]
    rest = text[count - indent :]
    lines += [rest[k : k + count] for k in range(0, len(rest), count)]
    return [line for line in lines if line]


def pdf(pages: Sequence[Sequence[Print]], password: str | None = None, owner: str = "") -> bytes:
    """A PDF of pages of printed lines; `password` (perhaps empty) encrypts it."""
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    out = io.BytesIO()
    lock = None if password is None else StandardEncryption(password, ownerPassword=owner or "owner")
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), encrypt=lock, invariant=1)
    for page in pages:
        for x, y, text, size, font in page:
            canvas.setFont(font, size)
            canvas.drawString(x, HEIGHT - y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def column(
    x: float, y: float, lines: Sequence[str], size: float = 10, step: float = 14, hanzi: bool = False, indent: float = 0
) -> list[Print]:
    """Lines under one another from height `y` on; the first starts `indent` points to the right."""
    make = song if hanzi else latin
    return [make(x + (indent if k == 0 else 0), y + k * step, line, size) for k, line in enumerate(lines)]
