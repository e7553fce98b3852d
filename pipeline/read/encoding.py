"""The characters of a text file: UTF-8, UTF-16, GB18030 (and GBK), Big5; and what is no text at all."""

from __future__ import annotations

import codecs

from pipeline.errors import BrokenInput, UnsupportedInput

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
# Beginnings of files that are no text, and what they are.
_MAGIC = (
    (b"PK\x03\x04", "a zip archive, as .docx and .epub are"), (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"{\\rtf", "RTF"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"), (b"GIF8", "a picture"), (b"\x1f\x8b", "compressed"), (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"), (b"AT&TF", "DjVu"), (b"HN\0\0", "CAJ"), (b"CAJ\0", "CAJ"), (b"KDH ", "KDH"),
)  # fmt: skip
_CONTROL = bytes(set(range(1, 0x20)) - {0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1A, 0x1B})
CONTROLS = 0.005  # a text has fewer control characters than this share
NULS = 0.4  # some PDF tools write a NUL for each Latin letter that they cannot read
DAMAGED = 0.02  # bytes that are no UTF-8, as a share of the characters beyond ASCII, in a text that still is UTF-8
COMMON = 0.9  # share of the hanzi of a modern text that a character set puts among its common ones
NOT_COMMON = 0.75
_MARKS = (0xA1, 0xA2, 0xA3, 0xA6)  # leads of punctuation, numbers, full-width Latin and Greek in GB 2312
BIG5_AT_LEAST = 20
_SAMPLE = 65536


def looks_binary(data: bytes) -> bool:
    """Whether the bytes can be no text: a known magic number, or control characters."""
    if any(data.startswith(bom) for bom, _ in _BOMS) or _utf16(data):
        return False
    head = data[:_SAMPLE]
    if any(head.startswith(magic) for magic, _ in _MAGIC):
        return True
    controls = len(head) - len(head.translate(None, _CONTROL))
    return controls > CONTROLS * len(head) or head.count(0) > NULS * len(head)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text of a file and its encoding; a character that the file's end has cut is left out.

    Raises UnsupportedInput for what is no text, BrokenInput for a text in no known encoding.
    """
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise UnsupportedInput(f"{name}: not a PDF and not a text ({what}): save it as PDF or plain text")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return _whole(data[len(bom) :], encoding), encoding[:6].rstrip("-")
            except UnicodeDecodeError as error:
                at = error.start + len(bom)
                raise BrokenInput(f"{name}: not valid {encoding} at byte {at}: save it as UTF-8") from error
    wide = _utf16(data)
    if wide:
        return _whole(data, wide), wide
    if looks_binary(data):
        raise UnsupportedInput(f"{name}: not a PDF and not a text: save it as PDF or plain text")
    try:
        return _whole(data, "utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        first = error
    damaged = data.decode("utf-8", errors="replace")
    bad = damaged.count("\ufffd")
    if bad <= DAMAGED * sum(ch > "\x7f" for ch in damaged):
        return damaged.replace("\ufffd", ""), f"damaged utf-8 ({bad} bad bytes left out)"
    try:
        if _is_big5(data):
            return _whole(data, "big5hkscs"), "big5"
        return _whole(data, "gb18030"), "gb18030"
    except UnicodeDecodeError as error:
        raise BrokenInput(
            f"{name}: neither UTF-8 (byte {first.start}) nor GB18030 (byte {error.start}): save it as UTF-8"
        ) from error


def _whole(data: bytes, encoding: str) -> str:
    """The text of the bytes, without a character that is cut by their end."""
    return codecs.getincrementaldecoder(encoding)().decode(data)


def _utf16(data: bytes) -> str | None:
    """UTF-16 without its mark: read as such, nearly all is plain Latin, hanzi and their marks; read as bytes, not."""
    head = data[:4096]
    if len(head) < 4:
        return None
    if b"\0" not in head:
        try:
            _whole(head, "utf-8")
            return None
        except UnicodeDecodeError:
            pass
    for name in ("utf-16-le", "utf-16-be"):
        try:
            text = _whole(head, name)
        except UnicodeDecodeError:
            continue
        known = sum(
            (ch.isascii() and (ch.isprintable() or ch in "\r\n\t\f"))
            or "\u3000" <= ch <= "\u303f" or "\u4e00" <= ch <= "\u9fff" or "\uff00" <= ch <= "\uffef"
            for ch in text
        )  # fmt: skip
        # Plain Latin without its zeros would be hanzi too: `ab` is U+6261.
        if known > 0.9 * len(text) and not (b"\0" in head and "\0" in text):
            return name
    return None


def _is_big5(data: bytes) -> bool:
    """Whether hanzi of two bytes are those that Big5 has among its common ones (A4-C6), and not those of GB 2312."""
    pairs = common = common_gb = 0
    k = 0
    head = data[:_SAMPLE]
    while k + 1 < len(head):
        lead, trail = head[k], head[k + 1]
        if lead < 0x81:
            k += 1
            continue
        k += 2
        if lead in _MARKS:
            continue
        pairs += 1
        common += 0xA4 <= lead <= 0xC6
        common_gb += 0xB0 <= lead <= 0xD7 and trail >= 0xA1
    if pairs < BIG5_AT_LEAST or common < COMMON * pairs or common_gb > NOT_COMMON * pairs:
        return False
    try:
        _whole(data, "big5hkscs")
    except UnicodeDecodeError:
        return False
    return True
