"""Small PDFs for the tests, made on the spot."""

from __future__ import annotations

import io
import struct
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

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


# --- PDFs of any text at all ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """Glyphs printed from `(x, y)` on, y from the top of the page as displayed; each item of `text` is one glyph.

    The text layer says for a glyph whatever its item says: several letters, a private-use character, a hanzi that
    stands for a Latin letter. `rise` lifts the glyphs by points without moving the baseline; `mode` 3 prints no ink.
    `spacing` is the room put between glyphs, in points.
    """

    x: float
    y: float
    text: Sequence[str]
    size: float = 10
    rise: float = 0
    mode: int = 0
    spacing: float = 0

    @property
    def width(self) -> float:
        """How far the glyphs run, in points."""
        return sum(_advance(glyph) * self.size / 1000 + self.spacing for glyph in self.text)


def beside(first: Shown, *rest: Shown) -> list[Shown]:
    """Prints set one behind the other, whatever their own `x`."""
    out = [first]
    for shown in rest:
        out.append(replace(shown, x=out[-1].x + out[-1].width))
    return out


_COMPOSITE = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /Made /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>"
)
_FONT = (
    b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Made /FontDescriptor 5 0 R /CIDToGIDMap /Identity"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /W %b >>"
)
_DESCRIPTOR = (
    b"<< /Type /FontDescriptor /FontName /Made /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800"
    b" /Descent -200 /CapHeight 700 /StemV 80 /FontFile2 7 0 R >>"
)


def shown_pdf(
    pages: Sequence[Sequence[Shown]],
    rotate: int = 0,
    origin: tuple[float, float] = (0, 0),
    margin: float = 0,
    startxref: bytes = b"startxref\n",
    end: bytes = b"%%EOF\n",
) -> bytes:
    """A PDF whose text layer says exactly what the prints say, by a ToUnicode map; its glyphs are black boxes.

    `rotate` is each page's /Rotate (0, 90, 180, 270), the print upright as displayed; `origin` is the lower left corner
    of its box; `margin` is what the crop box cuts off on each side, of which `(x, y)` of the prints knows nothing.
    `startxref` and `end` are the file's last words.
    """
    glyphs = sorted({glyph for page in pages for shown in page for glyph in shown.text})
    code = {glyph: k for k, glyph in enumerate(glyphs, 1)}
    wide, high = (HEIGHT, WIDTH) if rotate in (90, 270) else (WIDTH, HEIGHT)
    x0, y0 = origin
    crop = (x0 + margin, y0 + margin, x0 + margin + wide, y0 + margin + high)
    media = (x0, y0, x0 + wide + 2 * margin, y0 + high + 2 * margin)
    kids = [8 + 2 * k for k in range(len(pages))]
    widths = " ".join(str(_advance(glyph)) for glyph in glyphs)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{k} 0 R' for k in kids)}] >>".encode(),
        _COMPOSITE,
        _FONT % f"[1 [{widths}]]".encode(),
        _DESCRIPTOR,
        _stream(_to_unicode(code)),
        _stream(_boxes_font([1000, *map(_advance, glyphs)])),
    ]
    for k, page in enumerate(pages):
        drawn = "\n".join(_drawn(shown, code, rotate, crop) for shown in page)
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{_numbers(media)}] /CropBox [{_numbers(crop)}] /Rotate {rotate}"
            f" /Resources << /Font << /F 3 0 R >> >> /Contents {kids[k] + 1} 0 R >>".encode(),
            _stream(drawn.encode()),
        ]
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    starts = []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n%b%d\n%b" % (len(objects) + 1, startxref, table, end)
    return bytes(out)


def _advance(glyph: str) -> int:
    """The width of a glyph in thousandths of an em: a hanzi is as wide as high, Latin as Helvetica has it."""
    if unicodedata.east_asian_width(glyph[0]) in "WF":
        return 1000
    letters = unicodedata.normalize("NFKC", glyph)
    return round(1000 * width(letters, 1)) if letters.isascii() and letters.isprintable() else 500


def _boxes_font(advances: Sequence[int]) -> bytes:
    """A TrueType font of 1000 units an em whose glyphs are boxes of these widths: PDFium drops glyphs without shape."""
    outlines = []
    for advance in advances:
        right = max(advance - 50, 51)
        corners = struct.pack(">8h", 50, right - 50, 0, 50 - right, 0, 0, 700, 0)
        outlines.append(struct.pack(">5h2H4B", 1, 50, 0, right, 700, 3, 0, 1, 1, 1, 1) + corners)
    count, high = len(advances), max(advances)
    ends = [sum(map(len, outlines[:k])) for k in range(count + 1)]
    tables = {
        b"glyf": b"".join(outlines),
        b"head": struct.pack(
            ">4I2H2Q4h2H3h", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, 1000, 0, 0, 0, 0, high, 700, 0, 8, 2, 1, 0
        ),
        b"hhea": struct.pack(">I3hH11hH", 0x10000, 800, -200, 0, high, *[0] * 11, count),
        b"hmtx": b"".join(struct.pack(">Hh", advance, 50) for advance in advances),
        b"loca": struct.pack(f">{count + 1}I", *ends),
        b"maxp": struct.pack(">I14H", 0x10000, count, 4, 1, 0, 0, 2, *[0] * 8),
    }
    head = struct.pack(">I4H", 0x10000, len(tables), 64, 2, 16 * len(tables) - 64)
    at = len(head) + 16 * len(tables)
    body = b""
    for tag, table in tables.items():
        head += struct.pack(">4s3I", tag, 0, at + len(body), len(table))
        body += table + b"\0" * (-len(table) % 4)
    return head + body


def _drawn(shown: Shown, code: Mapping[str, int], rotate: int, crop: tuple[float, float, float, float]) -> str:
    left, low, right, high = crop
    x, y = shown.x, shown.y
    at = {
        0: (1, 0, 0, 1, left + x, high - y), 90: (0, 1, -1, 0, left + y, low + x),
        180: (-1, 0, 0, -1, right - x, low + y), 270: (0, -1, 1, 0, right - y, high - x),
    }[rotate]  # fmt: skip
    codes = "".join(f"{code[glyph]:04X}" for glyph in shown.text)
    return f"BT /F {shown.size} Tf {shown.mode} Tr {shown.rise} Ts {shown.spacing} Tc {_numbers(at)} Tm <{codes}> Tj ET"


def _numbers(numbers: Iterable[float]) -> str:
    return " ".join(f"{n:g}" for n in numbers)


def _stream(data: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%b\nendstream" % (len(data), data)


def _to_unicode(code: Mapping[str, int]) -> bytes:
    lines = [f"<{k:04X}> <{glyph.encode('utf-16-be').hex().upper()}>" for glyph, k in code.items()]
    blocks = [lines[k : k + 100] for k in range(0, len(lines), 100)]
    chars = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Made def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{chars}\nendcmap\nend\nend"
    ).encode()
