"""Text files: encodings, dumps of PDFs with their hard line ends and running heads, a paragraph a line, Markdown.

Lines become the same `Line` records as those of a PDF, without ink, and go the same way from there.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from rapidfuzz.fuzz import ratio

from pipeline.errors import BrokenInput, UnsupportedInput
from pipeline.read import marks
from pipeline.read.layout import Line
from pipeline.read.repair import Ledger, plain
from pipeline.read.weave import Block

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Beginnings of files that are no text, and what they are.
_MAGIC = (
    (b"PK\x03\x04", "a zip archive, as .docx and .epub are"), (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"{\\rtf", "RTF"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"), (b"GIF8", "a picture"), (b"\x1f\x8b", "compressed"), (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"), (b"AT&TF", "DjVu"), (b"HN\0\0", "CAJ"), (b"CAJ\0", "CAJ"), (b"KDH ", "KDH"),
)  # fmt: skip
_CONTROL = frozenset(range(0x20)) - {0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1A, 0x1B}

# A text is wrapped when this share of its longer lines ends in mid-sentence.
WRAPPED = 0.4
# A line of less than this share of the width of the lines around it is short.
SHORT = 0.62
NEAR = 8  # lines on each side that tell the width
FURNITURE_COLUMNS = 70
ALIKE = 88.0


def looks_binary(data: bytes) -> bool:
    """Whether the bytes can be no text: a known magic number, or control characters."""
    if any(data.startswith(bom) for bom, _ in _BOMS) or _utf16(data):
        return False
    head = data[:65536]
    return any(head.startswith(magic) for magic, _ in _MAGIC) or sum(b in _CONTROL for b in head) > 0.005 * len(head)


def _utf16(data: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of plain Latin, or of line ends and spaces, is zero."""
    head = data[:4096]
    if len(head) < 4 or len(head) % 2 or b"\0" not in head:
        return None
    for name, low in (("utf-16-le", 0), ("utf-16-be", 1)):
        units = [head[k : k + 2] for k in range(0, len(head), 2)]
        if any(u[1 - low] == 0 and u[low] in (0x0A, 0x0D, 0x20) for u in units):
            try:
                text = head.decode(name)
            except UnicodeDecodeError:
                continue
            known = sum(
                (ch.isascii() and (ch.isprintable() or ch in "\r\n\t"))
                or "\u3000" <= ch <= "\u9fff"
                or "\uff00" <= ch <= "\uffef"
                for ch in text
            )
            if known > 0.9 * len(text):
                return name
    return None


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text of a file and its encoding: UTF-8, UTF-16 or GB18030.

    Raises UnsupportedInput for what is no text, BrokenInput for a text in no known encoding.
    """
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise UnsupportedInput(f"{name}: not a PDF and not a text ({what}): save it as PDF or plain text")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding), "utf-8" if "8" in encoding else "utf-16"
            except UnicodeDecodeError as error:
                raise BrokenInput(f"{name}: not valid {encoding} at byte {error.start}: save it as UTF-8") from error
    wide = _utf16(data)
    if wide:
        return data.decode(wide, errors="replace"), wide
    if looks_binary(data):
        raise UnsupportedInput(f"{name}: not a PDF and not a text: save it as PDF or plain text")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.start > 0 and len(data) - error.start < 4:
            return data[: error.start].decode("utf-8"), "utf-8"  # cut within its last character
        first = error
    try:
        return data.decode("gb18030"), "gb18030"
    except UnicodeDecodeError as error:
        raise BrokenInput(
            f"{name}: neither UTF-8 (byte {first.start}) nor GB18030 (byte {error.start}): save it as UTF-8"
        ) from error


# --- Markdown -------------------------------------------------------------------------------------------------------

_MATHS = re.compile(
    r"(?P<open>[（(] ?)?(?P<lead> ?)\$\$? ?(?P<body>[^$\n]{1,400}?) ?\$\$?(?P<tail> ?(?:[)）]|(?=-[A-Za-z])))?"
)
_SAID = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "varkappa": "κ", "lambda": "λ", "mu": "μ", "upmu": "μ", "nu": "ν",
    "xi": "ξ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ",
    "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω", "pm": "±", "mp": "∓", "times": "×", "div": "÷", "cdot": "·", "leq": "≤", "le": "≤",
    "leqslant": "≤", "geq": "≥", "ge": "≥", "geqslant": "≥", "neq": "≠", "ne": "≠", "approx": "≈", "sim": "~",
    "thicksim": "~", "rightarrow": "→", "to": "→", "leftarrow": "←", "uparrow": "↑", "downarrow": "↓", "circ": "°",
    "degree": "°", "prime": "′", "infty": "∞", "lt": "<", "gt": ">", "ll": "<<", "gg": ">>", "quad": " ", "qquad": " ",
    "textcircled": "", "langle": "(", "rangle": ")", "lceil": "(", "rceil": ")", "lfloor": "(", "rfloor": ")",
    "bullet": "•", "ldots": "…", "cdots": "…", "dots": "…", "partial": "∂", "propto": "∝", "equiv": "≡", "cong": "≅",
}  # fmt: skip
_COMMAND = re.compile(r"\\([A-Za-z]+)|\\(.)")
_WORDS_IN = re.compile(r"\\(?:text|textrm|textbf|mbox|hbox)\s*\{([^{}]*)\}")


def maths(body: str) -> str:
    r"""The plain characters of a formula: `\mathrm { A p o E }` → ApoE, `P { < } 0 . 0 5` → P<0.05, `\alpha` → α.

    Blanks in a formula are the converter's own; only `~`, `\ ` and the words of `\text{…}` have real ones.
    """
    body = _WORDS_IN.sub(lambda m: m[1].strip().replace(" ", "~"), body)
    body = body.replace("\\ ", "~").replace("\\,", "").replace("\\;", "~").replace("\\:", "").replace("\\!", "")
    body = re.sub(r"\^\s*\{?\s*\\prime\s*\}?", "′", body)

    def said(match: re.Match[str]) -> str:
        return _SAID.get(match[1], "") if match[1] else match[2]

    plain_text = re.sub(r"\s+", "", _COMMAND.sub(said, body.replace("~", "\x00")))
    plain_text = re.sub(r"(?<!\\)[{}]", "", plain_text)
    plain_text = re.sub(r"[_^](?=.)|[_^]$", "", plain_text)
    return re.sub("\x00+", " ", plain_text).strip()


def _maths_in_text(match: re.Match[str]) -> str:
    said = maths(match["body"])
    opened, tail = match["open"] or "", match["tail"] or ""
    lead = match["lead"]
    if opened and said.startswith("("):
        said = said[1:]  # the converter has taken the bracket into the formula and left it outside as well
    if tail.strip() and said.endswith(")") and said.count("(") < said.count(")") + (0 if opened else -1):
        said = said[:-1]
    if said.startswith("·") and len(said) > 1:
        said, lead = "-" + said[1:], ""  # a hyphen that was taken for a dot
    return opened.rstrip() + (lead if not opened else "") + said + tail.strip()


_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)|<img[^>]*>", re.IGNORECASE)
_LINK = re.compile(r"\[([^\]\[]+)\]\((?:https?:|#|mailto:|\.?/|images/)[^)]*\)")
_SUP = re.compile(r"<sup>\s*\[?\s*(\d{1,3}(?:\s*[-–,，]\s*\d{1,3})*)\s*\]?\s*</sup>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:su[bp]|b|i|em|strong|br|p|span|div|u|center|font)(?: [^>]*)?/?>", re.IGNORECASE)
_TABLE_HTML = re.compile(r"<table.*?</table>|<html>.*?</html>", re.IGNORECASE | re.DOTALL)
_TABLE_ROW = re.compile(r"^\s*\|.*\|\s*$|^\s*[-:| ]*\|[-:| ]*$")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_ESCAPED = re.compile(r"\\([*_#\[\]()~`>&])")
_HASH = re.compile(r"^ {0,3}(#{1,6})\s+(.+?)\s*#*\s*$")
_FENCE = re.compile(r"^\s*(?:```|~~~|[-*_]{3,}\s*$)")
_IS_MARKDOWN = re.compile(r"(?m)^ {0,3}#{1,6} +\S|!\[[^\]]*\]\(|\$[^$\n]+\$|^\s*\|.+\|\s*$|<table|\*\*\S")


def markdown(raw: str) -> str:
    """Markdown as PDF converters make it, without its marks; headings keep their `#`."""
    raw = _TABLE_HTML.sub("\n", raw)
    raw = _IMAGE.sub("", raw)
    raw = _MATHS.sub(_maths_in_text, raw)
    raw = _SUP.sub(lambda m: f"[{m[1]}]", raw)
    raw = _TAG.sub("", _LINK.sub(lambda m: m[1], raw))
    raw = _STRONG.sub(lambda m: m[2], raw)
    raw = _ESCAPED.sub(lambda m: m[1], raw)
    return "\n".join("" if _TABLE_ROW.match(x) or _FENCE.match(x) else x for x in raw.split("\n"))


# --- lines ----------------------------------------------------------------------------------------------------------


def lines(raw: str, ledger: Ledger) -> list[Line]:
    """The lines of a text, without blank ones; `gaps` of a line counts the blank lines above it, `size` is 0.

    A Markdown heading's line has `block` 1 to 6, other lines 0.
    """
    raw = (
        raw.replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\f", "\n\n")
        .replace("\u2028", "\n")
        .replace("\u2029", "\n")
    )
    if _IS_MARKDOWN.search(raw):
        cleaned = markdown(raw)
        if cleaned != raw:
            ledger.names.add("markdown")
        raw = cleaned
    out: list[Line] = []
    blank = 0
    for row in re.split("[\n\x0b\x1c-\x1e\x85]", raw):
        if not row.strip("\ufeff\u200b\u3000 \t\u00a0"):
            blank += 1
            continue
        head = _HASH.match(row)
        out.append(_line(head[2] if head else row.strip(), blank, len(head[1]) if head else 0))
        blank = 0
    return out


def _line(text: str, blank: int, level: int) -> Line:
    return Line(plain(text), (), 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, level > 0, level, (0.0, 0.0), blank)


# --- blocks ---------------------------------------------------------------------------------------------------------


def blocks(rows: Sequence[Line]) -> list[Block]:
    """The prose of a text's lines (as `lines` makes them): no reference list, running heads or page numbers."""
    rows = [r for r in rows if r.words]
    widths = [marks.columns(r.words) for r in rows]
    wrapped = _is_wrapped(rows, widths)
    near = [_near(widths, k) for k in range(len(rows))]
    drop = _furniture(rows, widths, near, wrapped)
    kept = [k for k in range(len(rows)) if k not in drop]
    kept = _without_references(rows, kept)
    return _group(rows, kept, near, wrapped)


def _is_wrapped(rows: Sequence[Line], widths: Sequence[int]) -> bool:
    """Whether the lines are those of a page rather than paragraphs or sentences."""
    long = [k for k in range(len(rows)) if widths[k] >= 24 and not rows[k].block]
    if len(long) < 3:
        return False
    broken = sum(not marks.ends_clause(rows[k].words) for k in long)
    # Paragraphs that an OCR left without their full stops are far longer than a line of print.
    return broken >= WRAPPED * len(long) and median(widths[k] for k in long) <= 140


def _near(widths: Sequence[int], k: int) -> int:
    """The width that lines around the k-th fill: the smaller of those before and after, as columns may change."""
    # Last lines of paragraphs, headings and furniture say nothing of the width.
    sides = (widths[max(0, k - NEAR) : k + 1], widths[k : k + NEAR + 1])
    long = [sorted(w for w in side if 2 * w >= max(side)) for side in sides]
    return min(side[int(0.75 * (len(side) - 1))] for side in long)


_PAGE_NUMBER = re.compile(r"^[\s·•\-–—―~|第页共/Page\dof]*\d{1,5}[\s·•\-–—―~|页]*$", re.IGNORECASE)
_BARE_LINK = re.compile(r"^(?:https?://|www\.|doi:? ?10\.)\S+$", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


def _furniture(rows: Sequence[Line], widths: Sequence[int], near: Sequence[int], wrapped: bool) -> set[int]:
    """Running heads, feet and page numbers: short lines that come back, or that stand in the middle of a sentence."""
    out: set[int] = set()
    short = [
        k for k in range(len(rows))
        if widths[k] <= FURNITURE_COLUMNS and not marks.ends_sentence(rows[k].words) and not rows[k].block
    ]  # fmt: skip
    keys = {k: _DIGITS.sub("#", rows[k].words.strip()) for k in short}
    seen = Counter(keys.values())
    candidates = [k for k in short if seen[keys[k]] < 2 and any(ch.isdigit() for ch in rows[k].words)]
    for k in short:
        text = rows[k].words.strip()
        if _PAGE_NUMBER.match(text) or _BARE_LINK.match(text):
            out.add(k)
        elif seen[keys[k]] >= 2 and (widths[k] < SHORT * near[k] or not wrapped) and not marks.label(text):
            # Numbered headings may have the same words (`1.1 Methods`, `2.1 Methods`).
            same = [rows[j].words for j in short if keys[j] == keys[k]]
            if len(same) > 2 or marks.numbered(text) is None:
                out.add(k)
        elif k in candidates and any(j != k and ratio(keys[k], keys[j]) >= ALIKE for j in candidates) and (
            marks.numbered(text) is None and not marks.caption(text) and not marks.list_item(text)
        ):  # fmt: skip
            out.add(k)
    if not wrapped:
        return {
            k for k in out if _PAGE_NUMBER.match(rows[k].words) or seen[keys[k]] >= 3 or _BARE_LINK.match(rows[k].words)
        }
    k = 0
    while k < len(rows):
        # After a full line that ends in mid-sentence, short lines without an end, and then a full line again.
        # What stands behind a hyphen goes on with the line before it.
        open_end = not marks.ends_clause(rows[k].words) and not rows[k].words.endswith(("-", "/"))
        if not open_end or widths[k] < SHORT * near[k] or k in out or rows[k].block:
            k += 1
            continue
        j = k + 1
        while j < len(rows) and j - k <= 8 and (j in out or _stray(rows, widths, near, j)):
            j += 1
        if j < len(rows) and j - k > 1 and not _starts_part(rows[j]):
            out |= set(range(k + 1, j))
        k = max(j, k + 1)
    return out


def _stray(rows: Sequence[Line], widths: Sequence[int], near: Sequence[int], k: int) -> bool:
    text = rows[k].words
    return (
        widths[k] < SHORT * near[k] and not marks.ends_clause(text) and not text.endswith(("-", "/"))
        and not _starts_part(rows[k])
        and marks.numbered(text) is None
    )  # fmt: skip


def _starts_part(row: Line) -> bool:
    return bool(row.block) or marks.label(row.words) is not None or marks.run_in(row.words) is not None


def _without_references(rows: Sequence[Line], kept: list[int]) -> list[int]:
    """The lines without the reference list: from its heading to the end, or to an abstract that stands behind it."""
    heads = [i for i, k in enumerate(kept) if marks.label(rows[k].words) == "references" and i >= 0.1 * len(kept)]
    if not heads:
        return kept
    start = heads[-1]
    for i in range(start + 1, len(kept)):
        run = marks.run_in(rows[kept[i]].words)
        if marks.label(rows[kept[i]].words) == "abstract" or (run is not None and run[0] == "abstract"):
            return kept[:start] + kept[i:]
    return kept[:start]


def _group(rows: Sequence[Line], kept: Sequence[int], near: Sequence[int], wrapped: bool) -> list[Block]:
    out: list[Block] = []
    waiting: list[Block] = []
    paragraph: list[int] = []
    number: tuple[int, ...] = ()
    titled = False
    blanks_tell = sum(rows[k].gaps > 0 for k in kept) < 0.5 * len(kept)

    def close() -> None:
        nonlocal paragraph
        if paragraph:
            run = marks.run_in(rows[paragraph[0]].words)
            name = run[1] if run else ""
            out.append(Block("paragraph", tuple(rows[k] for k in paragraph), 1 if name else 0, name))
            paragraph = []
        out.extend(waiting)
        waiting.clear()

    for i, k in enumerate(kept):
        row, text = rows[k], rows[k].words.strip()
        ended = not paragraph or marks.ends_clause(rows[paragraph[-1]].words)
        following = rows[kept[i + 1]] if i + 1 < len(kept) else None
        found = marks.numbered(text)
        level: int | None = None
        name = marks.label(text)
        if name and (ended or row.block or name != "part"):
            level = found.level if found else 1
        elif row.block:
            if not titled and not out and not found:
                level = 0
            elif found and marks.follows(found.number, number):
                level, number = found.level, found.number
            elif marks.columns(text) <= 2 * marks.MAX_HEADING and not marks.ends_sentence(text):
                level = max(1, row.block - 1) if titled else row.block
        elif i == 0 and _is_title(row, following, wrapped):
            level = 0
        elif (
            found
            and found.parted
            and ended
            and following is not None
            and marks.follows(found.number, number)
            and (not wrapped or marks.columns(text) < 0.9 * near[k] or row.gaps)
        ):
            level, number = found.level, found.number
        if level is not None:
            close()
            out.append(Block("title" if level == 0 else "heading", (row,), level))
            titled = titled or level == 0
            continue
        if (
            marks.caption(text)
            and ended
            and marks.columns(text) <= 2 * marks.MAX_HEADING
            and not marks.ends_sentence(text)
        ):
            waiting.append(Block("caption", (row,)))
            if not paragraph or not wrapped:
                close()
            continue
        if paragraph and _parts(rows[paragraph[-1]], row, near[paragraph[-1]], wrapped, blanks_tell):
            close()
        paragraph.append(k)
    close()
    return out


def _is_title(row: Line, following: Line | None, wrapped: bool) -> bool:
    text = row.words.strip()
    if (
        following is None
        or marks.ends_clause(text)
        or marks.columns(text) > 2 * marks.MAX_HEADING
        or marks.run_in(text)
    ):
        return False
    if marks.numbered(text) or marks.caption(text) or marks.list_item(text):
        return False
    if re.search("[，,；;、]", text) and not _starts_part(following):
        return False
    # In a wrapped text the first line may be that of a paragraph: a title is followed by a blank line or by a part.
    return not wrapped or _starts_part(following) or following.gaps > row.gaps + 1


def _parts(a: Line, b: Line, width: int, wrapped: bool, blanks_tell: bool) -> bool:
    """Whether a new paragraph begins with `b`, `a` being the line before it."""
    ended = marks.ends_clause(a.words)
    if marks.run_in(b.words) is not None:
        return True
    run = marks.run_in(a.words)
    if run is not None and run[0] == "keywords":
        return not wrapped or ended or b.gaps > 0 or not _full(a, b, width)
    if marks.list_item(b.words) and (ended or marks.list_item(a.words)):
        return True
    if not wrapped:
        return ended
    if ended and blanks_tell and b.gaps:
        return True
    return ended and not _full(a, b, width)


def _full(a: Line, b: Line, width: int) -> bool:
    """Whether the first word of `b` would have had no room behind `a`."""
    first = b.words.split(" ")[0] if b.words[:1].isascii() else b.words[:2]
    return marks.columns(a.words) + min(marks.columns(first), 12) + 2 >= width
