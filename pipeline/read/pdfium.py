"""The fast reader: glyphs, rules and pictures of a PDF through pypdfium2's raw interface.

The calls for each glyph are made by `map` over ready arguments, which costs about 0.5 µs a glyph; the helpers of
pypdfium2 would cost twenty times that. Coordinates are turned and cropped as `FPDF_GetPageBoundingBox` and
`FPDFPage_GetRotation` say.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as c

from pipeline.errors import BrokenInput, UnsupportedInput
from pipeline.read import glyphs
from pipeline.read.glyphs import (
    ASCENT,
    DESCENT,
    RULE_HEIGHT,
    RULE_LENGTH,
    SLANTED,
    UPRIGHT,
    Area,
    Floats,
    Rule,
    Sheet,
)
from pipeline.read.mend import check_count, needs_password

# A drawing of more strokes than this is a picture, not a table.
MOST_STROKES = 400
DEEPEST_FORM = 6
KEPT_PAGES = 50
# The most pixels that a picture of a page has on a side.
MOST_PIXELS = 4000
# Forms within forms may hold each other, and a map has a million strokes.
MOST_DRAWN = 20_000
REPLACEMENT = 0xFFFD
SAMPLE = 4
_WIDE_FROM = 0x2000
_NAME_BYTES = 256

_void, _int = ctypes.c_void_p, ctypes.c_int


def _call(function: Any, result: Any = _int) -> Any:
    """The function without types for its arguments, and without the release of the interpreter's lock.

    It takes numbers as C's `int`, and addresses as `_pointer` makes them: converting arguments by their types would
    take as long again as the call. `result` None: whether it went well is not asked.
    """
    return ctypes.PYFUNCTYPE(result)(ctypes.cast(function, _void).value)  # type: ignore[arg-type]


_pointer = _void.from_param
_unicode = _call(c.FPDFText_GetUnicode, ctypes.c_uint)
_object = _call(c.FPDFText_GetTextObject, ctypes.c_size_t)
_box = _call(c.FPDFText_GetLooseCharBox, None)
_origin = _call(c.FPDFText_GetCharOrigin, None)
_unmapped = _call(c.FPDFText_HasUnicodeMapError)
_font_size = _call(c.FPDFText_GetFontSize, ctypes.c_double)
_matrix = _call(c.FPDFText_GetMatrix, None)
_mode = _call(c.FPDFTextObj_GetTextRenderMode)
_font = _call(c.FPDFTextObj_GetFont, ctypes.c_size_t)
_page_object = _call(c.FPDFPage_GetObject, ctypes.c_size_t)
_bounds_of = _call(c.FPDFPageObj_GetBounds, None)
_kind = _call(c.FPDFPageObj_GetType)


def sheets(data: bytes, name: str, begin: Callable[[int], bool] = lambda _: True) -> Iterator[Sheet]:
    """The pages of a PDF, one after the other; `name` is what errors call it.

    `begin` is told each page's number and says whether it is wanted; those that are not come without text.

    Raises BrokenInput for a file that PDFium cannot open, UnsupportedInput for one that needs a password.
    """
    document = opened(data, name)
    try:
        count = len(document)
        check_count(count, name)
        for index in range(count):
            if index and index % KEPT_PAGES == 0:  # PDFium keeps what it has parsed until the file is closed
                document.close()
                document = opened(data, name)
            yield _sheet(document, index) if begin(index + 1) else glyphs.sheet(index + 1, 0.0, 0.0, ())
    finally:
        document.close()


def opened(data: bytes, name: str) -> pypdfium2.PdfDocument:
    """The document, open. Raises as `sheets`."""
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == c.FPDF_ERR_PASSWORD:
            raise needs_password(name) from error
        if error.err_code == c.FPDF_ERR_SECURITY:
            raise UnsupportedInput(
                f"{name}: this PDF is locked in a way that cannot be read: print it to a new PDF"
            ) from error
        raise BrokenInput(
            f"{name}: this PDF cannot be read (damaged, or without pages): "
            "open it in a viewer and print it to a new PDF, or fetch it again"
        ) from error


def picture(data: bytes, number: int, dpi: float) -> tuple[Any, float]:
    """The picture of a page, as Pillow has it, and its dots per inch: `dpi`, or fewer for a very large page."""
    with pypdfium2.PdfDocument(data) as document:
        page = document[number - 1]
        dpi = min(dpi, 72 * MOST_PIXELS / max(1.0, *page.get_size()))
        return page.render(scale=dpi / 72).to_pil(), dpi


class _View:
    """From the coordinates of a page's content to those of the page as it is shown."""

    def __init__(self, page: Any) -> None:
        rect = c.FS_RECTF()
        if not c.FPDF_GetPageBoundingBox(page, rect):
            rect.left, rect.bottom, rect.right, rect.top = 0, 0, c.FPDF_GetPageWidthF(page), c.FPDF_GetPageHeightF(page)
        self.rotation = c.FPDFPage_GetRotation(page) % 4
        self._box = rect.left, rect.bottom, rect.right, rect.top
        wide, high = rect.right - rect.left, rect.top - rect.bottom
        self.width, self.height = (high, wide) if self.rotation % 2 else (wide, high)

    def points(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Distances from the left and the top; numbers or arrays."""
        left, bottom, right, top = self._box
        if self.rotation == 1:
            return y - bottom, x - left
        if self.rotation == 2:
            return right - x, y - bottom
        if self.rotation == 3:
            return top - y, right - x
        return x - left, top - y

    def area(self, x0: Any, y0: Any, x1: Any, y1: Any) -> tuple[Any, Any, Any, Any]:
        """A box as (x0, top, x1, bottom)."""
        ax, ay = self.points(x0, y0)
        bx, by = self.points(x1, y1)
        return np.minimum(ax, bx), np.minimum(ay, by), np.maximum(ax, bx), np.maximum(ay, by)

    def directions(self, x: Any, y: Any) -> Any:
        """Which way texts with these directions in the content run on the page as shown."""
        turn = glyphs.directions(x, y)
        # The constants count turns to the left; a page is turned to the right.
        straight = turn != SLANTED
        turn[straight] = (turn[straight] + 4 - self.rotation) % 4
        return turn


def _sheet(document: pypdfium2.PdfDocument, index: int) -> Sheet:
    page = c.FPDF_LoadPage(document.raw, index)
    if not page:
        return glyphs.sheet(index + 1, 0.0, 0.0, (), fault="damaged")
    text_page = None
    try:
        view = _View(page)
        drawn = list(map(_page_object, repeat(_handle(page)), range(c.FPDFPage_CountObjects(page))))
        kinds = list(map(_kind, map(_pointer, drawn)))
        rules, pictures = _drawings(drawn, kinds, view)
        text_page = c.FPDFText_LoadPage(page)
        if not text_page:
            return glyphs.sheet(index + 1, view.width, view.height, (), rules, pictures, fault="damaged")
        printed = {address for address, kind in zip(drawn, kinds, strict=True) if kind == c.FPDF_PAGEOBJ_TEXT}
        return _glyphs(index + 1, text_page, view, rules, pictures, printed)
    finally:
        if text_page:
            c.FPDFText_ClosePage(text_page)
        c.FPDF_ClosePage(page)


def _glyphs(
    number: int, text_page: Any, view: _View, rules: tuple[Rule, ...], pictures: tuple[Area, ...], printed: set[int]
) -> Sheet:
    at = _handle(text_page)
    count = c.FPDFText_CountChars(text_page)
    codes = _codes(text_page, at, count)
    objects = _objects(at, codes)
    kept = np.flatnonzero(objects)
    codes, objects, places = codes[kept], objects[kept], kept.tolist()
    count = len(places)
    # A character beyond the basic plane comes in two halves.
    low = np.flatnonzero((codes[:-1] >> 10 == 0x36) & (codes[1:] >> 10 == 0x37)) + 1
    if len(low):
        codes[low - 1] = 0x10000 + ((codes[low - 1] - 0xD800) << 10) + codes[low] - 0xDC00
        codes, objects, kept = np.delete(codes, low), np.delete(objects, low), np.delete(kept, low)
        places, count = kept.tolist(), len(kept)
    boxes = np.zeros((count, 4), np.float32)
    _run(map(_box, repeat(at), places, _cells(boxes)))
    kinds, firsts, which = np.unique(objects, return_index=True, return_inverse=True)
    size, heavy, turn, visible, origins, unmapped = (
        column[which] for column in _styles(at, kinds.tolist(), [places[k] for k in firsts.tolist()], view)
    )
    again = _extents(printed.difference(kinds.tolist()))
    repairs = ("overprint",) if any(_doubles(box, boxes) for box in again) else ()
    x0, top, x1, bottom = view.area(boxes[:, 0], boxes[:, 3], boxes[:, 2], boxes[:, 1])
    _, base = view.points(origins[:, 0], origins[:, 1])
    upright = turn == UPRIGHT
    top = np.where(upright, base - ASCENT * size, top)
    base = np.where(upright, base, bottom)
    bottom = np.where(upright, base + DESCENT * size, bottom)
    _share_ligatures(codes, which, boxes, size, x0, x1)
    # Few fonts lack the meaning of a glyph: all of those that lack that of a first one are asked, and odd characters.
    asked = np.flatnonzero(unmapped | ((codes > 0x7E) & ((codes < 0x4E00) | (codes > 0x9FFF))))
    for k in asked[np.fromiter((_unmapped(at, places[k]) for k in asked.tolist()), np.bool_, len(asked))]:
        codes[k] = REPLACEMENT
    codes[(codes == 2) | (codes == 0xFFFE)] = 0x2D  # what PDFium makes of a hyphen at a line's end
    codes[(codes > 0x10FFFF) | ((codes >= 0xD800) & (codes <= 0xDFFF))] = REPLACEMENT
    text = glyphs.letters(codes)
    return Sheet(
        number, view.width, view.height, text, _floats(x0), _floats(top), _floats(x1), _floats(bottom), _floats(base),
        _floats(size), heavy, turn, visible, rules, pictures, repairs,
    )  # fmt: skip


def _codes(text_page: Any, at: Any, count: int) -> Any:
    """The code of each character: of all at once, or, where PDFium leaves some out of its text, one by one."""
    buffer = (ctypes.c_ushort * (count + 1))()
    if c.FPDFText_GetText(text_page, 0, count, buffer) == count + 1:
        return np.frombuffer(bytes(buffer), np.uint16)[:count].astype(np.uint32)
    return np.fromiter(map(_unicode, repeat(at), range(count)), np.uint32, count)


def _objects(at: Any, codes: Any) -> Any:
    """The address of the text object of each character, 0 for the blanks and line ends that PDFium itself has put in.

    Characters of one object stand together: what stands between two of the same object is of it, blanks aside.
    """
    count = len(codes)
    found = np.zeros(count, np.uint64)
    asked = np.arange(0, count, SAMPLE)
    found[asked] = np.fromiter(map(_object, repeat(at), asked.tolist()), np.uint64, len(asked))
    ends = found[asked]
    same = np.repeat(np.append((ends[1:] == ends[:-1]) & (ends[1:] > 0), False), SAMPLE)[:count]
    known = same & (codes > 0x20)
    known[asked] = True
    found[known] = np.repeat(ends, SAMPLE)[:count][known]
    rest = np.flatnonzero(~known)
    found[rest] = np.fromiter(map(_object, repeat(at), rest.tolist()), np.uint64, len(rest))
    return found


def _doubles(box: Area, boxes: Any) -> bool:
    """Whether a text that PDFium has left out stands on another one: it leaves out what is printed a second time."""
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    under = boxes[(x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])]
    near = 0.25 * (box[3] - box[1])
    # A blank may lie on a glyph, too; but it has not its width.
    return len(under) > 0 and abs(under[:, 0].min() - box[0]) < near and abs(under[:, 2].max() - box[2]) < near


def _extents(text_objects: Iterable[int]) -> list[Area]:
    """The boxes of texts in the coordinates of the content, of those that leave ink."""
    edges = _edges(list(text_objects))
    inked = edges[(edges[:, 2] > edges[:, 0]) & (edges[:, 3] > edges[:, 1])]
    return [(x0, y0, x1, y1) for x0, y0, x1, y1 in inked.tolist()]


def _edges(held: list[int]) -> Any:
    """Left, bottom, right and top of objects in the coordinates of the content, zeros for those that have no box."""
    edges = np.zeros((len(held), 4), np.float32)
    _run(map(_bounds_of, map(_pointer, held), *(_cells(edges, shift) for shift in (0, 4, 8, 12))))
    return edges


def _handle(held: Any) -> Any:
    """What pypdfium2 holds, as an argument."""
    return _pointer(ctypes.cast(held, _void).value or 0)


def _cells(array: Any, shift: int = 0) -> Iterator[Any]:
    """The address of each row of an array, so many bytes into it, as an argument; the array must outlive its use."""
    first, step = array.ctypes.data + shift, array.shape[1] * array.itemsize
    return map(_pointer, range(first, first + step * len(array), step))


def _run(calls: Iterator[Any]) -> None:
    deque(calls, maxlen=0)


def _floats(column: Any) -> Floats:
    return np.ascontiguousarray(column, np.float32)


def _styles(at: Any, objects: list[int], places: list[int], view: _View) -> tuple[Any, ...]:
    """Size, weight, direction, visibility, origin, and whether the font lacks meanings: the same for all of an object.

    `places` has the first character of each object. The origin is that of the first, on the baseline of all.
    """
    count = len(objects)
    matrices, origins = np.zeros((count, 6), np.float32), np.zeros((count, 2), np.float64)
    _run(map(_matrix, repeat(at), places, _cells(matrices)))
    _run(map(_origin, repeat(at), places, _cells(origins), _cells(origins, 8)))
    size = np.fromiter(map(_font_size, repeat(at), places), np.float64, count)
    size *= np.hypot(matrices[:, 2], matrices[:, 3])
    modes = np.fromiter(map(_mode, map(_pointer, objects)), np.int32, count)
    fonts = list(map(_font, map(_pointer, objects)))
    bold = {font: glyphs.is_bold(_font_name(font)) for font in set(fonts)}
    lacking = {font for font, place in zip(fonts, places, strict=True) if _unmapped(at, place)}
    return (
        size,
        np.array([bold[font] for font in fonts], np.bool_) | (modes == c.FPDF_TEXTRENDERMODE_FILL_STROKE),
        view.directions(matrices[:, 0], matrices[:, 1]),
        (modes != c.FPDF_TEXTRENDERMODE_INVISIBLE) & (modes != c.FPDF_TEXTRENDERMODE_CLIP),
        origins,
        np.array([font in lacking for font in fonts], np.bool_),
    )


def _font_name(font: int) -> str:
    buffer = ctypes.create_string_buffer(_NAME_BYTES)
    held = ctypes.cast(_void(font), c.FPDF_FONT)
    length = c.FPDFFont_GetBaseFontName(held, buffer, _NAME_BYTES) if font else 0
    return buffer.raw[: max(0, min(length, _NAME_BYTES) - 1)].decode("utf-8", "replace")


def _share_ligatures(codes: Any, objects: Any, boxes: Any, size: Any, x0: Any, x1: Any) -> None:
    """The letters of one glyph, which PDFium puts all on the same place, side by side within its box."""
    same = (objects[1:] == objects[:-1]) & (boxes[1:] == boxes[:-1]).all(axis=1)
    for a in np.flatnonzero(same & ~np.append(False, same[:-1])).tolist():
        b = a + 2
        while b < len(codes) and same[b - 1]:
            b += 1
        left, step = x0[a], (x1[a] - x0[a]) / (b - a)
        # The same letter twice is a ligature (ff, ——) where there is room for both, or else a glyph printed twice.
        if len(set(codes[a:b].tolist())) == 1 and step < (0.2 if codes[a] < _WIDE_FROM else 0.8) * size[a]:
            continue
        for k in range(b - a):
            x0[a + k], x1[a + k] = left + k * step, left + (k + 1) * step


# --- drawings -------------------------------------------------------------------------------------------------------


_Matrix = tuple[float, float, float, float, float, float]
_DRAWN = (c.FPDF_PAGEOBJ_IMAGE, c.FPDF_PAGEOBJ_SHADING, c.FPDF_PAGEOBJ_FORM)


def _drawings(found: list[int], kinds: list[int], view: _View) -> tuple[tuple[Rule, ...], tuple[Area, ...]]:
    """Horizontal rules and the boxes of pictures among the objects of a page."""
    paths = [address for address, kind in zip(found, kinds, strict=True) if kind == c.FPDF_PAGEOBJ_PATH]
    edges = _edges(paths)
    x0, top, x1, bottom = view.area(edges[:, 0], edges[:, 1], edges[:, 2], edges[:, 3])
    wide, flat = x1 - x0 > RULE_LENGTH, bottom - top <= RULE_HEIGHT
    strokes: list[Area] = list(zip(*(edge[wide & flat].tolist() for edge in (x0, top, x1, bottom)), strict=True))
    pictures: list[Area] = []
    # Of the thousand paths of a graph few are as long as a rule.
    several = [paths[k] for k in np.flatnonzero(wide & ~flat).tolist()]
    several += [address for address, kind in zip(found, kinds, strict=True) if kind in _DRAWN]
    waiting: deque[tuple[Any, _Matrix | None, int]] = deque(
        (ctypes.cast(_void(address), c.FPDF_PAGEOBJECT), None, 0) for address in several
    )
    left = MOST_DRAWN
    while waiting and left:
        left -= 1
        drawn, form, depth = waiting.popleft()
        kind = c.FPDFPageObj_GetType(drawn)
        if kind == c.FPDF_PAGEOBJ_FORM and depth < DEEPEST_FORM:
            whole = _times(_own_matrix(drawn), form)
            count = c.FPDFFormObj_CountObjects(drawn)
            waiting.extend((c.FPDFFormObj_GetObject(drawn, k), whole, depth + 1) for k in range(max(count, 0)))
        elif kind in (c.FPDF_PAGEOBJ_IMAGE, c.FPDF_PAGEOBJ_SHADING):
            area = _bounds(drawn, form, view)
            if area:
                pictures.append(area)
        elif kind == c.FPDF_PAGEOBJ_PATH:
            strokes += _strokes(drawn, form, view)
    return glyphs.rules(strokes), tuple(pictures)


def _own_matrix(drawn: Any) -> _Matrix:
    matrix = c.FS_MATRIX()
    c.FPDFPageObj_GetMatrix(drawn, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(one: _Matrix, two: _Matrix | None) -> _Matrix:
    """First `one`, then `two`."""
    if two is None:
        return one
    a, b, cc, d, e, f = one
    p, q, r, s, t, u = two
    return a * p + b * r, a * q + b * s, cc * p + d * r, cc * q + d * s, e * p + f * r + t, e * q + f * s + u


def _placed(x: float, y: float, form: _Matrix | None) -> tuple[float, float]:
    if form is None:
        return x, y
    a, b, cc, d, e, f = form
    return a * x + cc * y + e, b * x + d * y + f


def _bounds(drawn: Any, form: _Matrix | None, view: _View) -> Area | None:
    x0, y0, x1, y1 = (ctypes.c_float() for _ in range(4))
    if not c.FPDFPageObj_GetBounds(drawn, x0, y0, x1, y1):
        return None
    corners = [_placed(x, y, form) for x in (x0.value, x1.value) for y in (y0.value, y1.value)]
    xs, ys = zip(*(view.points(*p) for p in corners), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _strokes(drawn: Any, form: _Matrix | None, view: _View) -> Iterator[Area]:
    """The box of a flat path, or those of the straight parts of one that draws several."""
    whole = _bounds(drawn, form, view)
    if whole is None or whole[2] - whole[0] <= RULE_LENGTH:
        return
    if whole[3] - whole[1] <= RULE_HEIGHT:
        yield whole
        return
    count = c.FPDFPath_CountSegments(drawn)
    if not 0 < count <= MOST_STROKES:
        return
    own = _times(_own_matrix(drawn), form)
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for k in range(count):
        segment = c.FPDFPath_GetPathSegment(drawn, k)
        c.FPDFPathSegment_GetPoint(segment, x, y)
        here = view.points(*_placed(x.value, y.value, own))
        kind = c.FPDFPathSegment_GetType(segment)
        if kind == c.FPDF_SEGMENT_MOVETO:
            start = here
        elif kind == c.FPDF_SEGMENT_LINETO:
            yield min(last[0], here[0]), min(last[1], here[1]), max(last[0], here[0]), max(last[1], here[1])
            if c.FPDFPathSegment_GetClose(segment):
                yield min(start[0], here[0]), min(start[1], here[1]), max(start[0], here[0]), max(start[1], here[1])
        last = here
