"""The thorough reader: glyphs, rules and pictures of a PDF through pdfplumber.

pdfplumber opens the file; its pages are interpreted by a device of our own on pdfminer's, since pdfplumber's characters
tell neither the render mode (invisible text, fake bold) nor the text rise.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import pdfplumber
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTContainer, LTCurve, LTImage, LTPage
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfplumber.utils.exceptions import PdfminerException

from pipeline.errors import BrokenInput, InputError
from pipeline.read import glyphs
from pipeline.read.glyphs import ASCENT, DESCENT, RULE_HEIGHT, UPRIGHT, Area, Glyph, Sheet
from pipeline.read.mend import check_count, needs_password

INVISIBLE, FILL_AND_STROKE, CLIP = 3, 2, 7
REPLACEMENT = "\ufffd"


def sheets(data: bytes, name: str, begin: Callable[[int], bool] = lambda _: True) -> Iterator[Sheet]:
    """The pages of a PDF, one after the other; `name` is what errors call it.

    `begin` is told each page's number and says whether it is wanted; those that are not come without text.

    Raises BrokenInput for a file that cannot be read, UnsupportedInput for one that needs a password.
    """
    try:
        with pdfplumber.open(io.BytesIO(data), password="") as pdf:
            if not pdf.pages:
                raise BrokenInput(f"{name}: this PDF has no pages: fetch it again")
            check_count(len(pdf.pages), name)
            for page in pdf.pages:
                yield _sheet(page) if begin(page.page_number) else glyphs.sheet(page.page_number, 0.0, 0.0, ())
                page.close()  # pdfplumber keeps all that it parsed of a page until told
    except InputError:
        raise
    except Exception as error:  # a hostile file can raise anything below: KeyError, RecursionError, struct.error ...
        causes = {type(cause) for cause in (error, *error.args, error.__cause__, error.__context__)}
        if PDFPasswordIncorrect in causes:
            raise needs_password(name) from error
        reason = error.args[0] if isinstance(error, PdfminerException) and error.args else error
        told = " ".join(str(reason).split())[:120]
        raise BrokenInput(
            f"{name}: this PDF cannot be read ({type(reason).__name__}{': ' if told else ''}{told}): "
            "open it in a viewer and print it to a new PDF, or fetch it again"
        ) from error


class _Char(LTChar):
    mode: int
    rise: float
    em: float


class _Device(PDFPageAggregator):
    """Notes with each character how it is painted (`mode`) and how far it is raised (`rise`)."""

    mode = 0

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        self.mode = textstate.render
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(
        self, matrix: Any, font: Any, fontsize: float, scaling: float, rise: float, cid: int, ncs: Any,
        graphicstate: Any,
    ) -> float:  # fmt: skip
        try:
            text = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = REPLACEMENT
        item = _Char(
            matrix, font, fontsize, scaling, rise, text, font.char_width(cid), font.char_disp(cid), ncs, graphicstate
        )
        item.mode, item.rise, item.em = self.mode, rise, fontsize
        self.cur_item.add(item)
        return float(item.adv)


def _sheet(page: Any) -> Sheet:
    device = _Device(page.pdf.rsrcmgr, pageno=page.page_number, laparams=None)
    try:
        PDFPageInterpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    except Exception as error:  # of this page only, whatever it is: the others may be whole
        return glyphs.sheet(page.page_number, 0.0, 0.0, (), fault=f"damaged ({type(error).__name__})")
    layout = device.get_result()
    left, top, right, bottom = _shown(page)
    found = list(_leaves(layout))
    chars = [_glyph(item, left, layout.height - top) for item in found if isinstance(item, _Char) and item.get_text()]
    strokes: list[Area] = []
    pictures: list[Area] = []
    for item in found:
        area = item.x0 - left, layout.height - top - item.y1, item.x1 - left, layout.height - top - item.y0
        if isinstance(item, LTImage):
            pictures.append(area)
        elif isinstance(item, LTCurve):
            strokes += _strokes(item, left, layout.height - top, area)
    return glyphs.sheet(page.page_number, right - left, bottom - top, chars, glyphs.rules(strokes), pictures)


def _shown(page: Any) -> Area:
    """The part of the page that a viewer shows, from the top left of its media box."""
    x0, top, x1, bottom = page.mediabox
    a, b, d, e = page.cropbox
    shown = max(x0, a), max(top, b), min(x1, d), min(bottom, e)
    if shown[0] >= shown[2] or shown[1] >= shown[3]:
        shown = x0, top, x1, bottom
    return shown[0] - x0, shown[1] - top, shown[2] - x0, shown[3] - top


def _leaves(container: LTContainer[Any] | LTPage) -> Iterator[Any]:
    for item in container:
        if isinstance(item, LTContainer):
            yield from _leaves(item)
        else:
            yield item


@lru_cache(maxsize=256)
def _direction(x: float, y: float) -> int:
    return int(glyphs.directions(np.array([x], np.float32), np.array([y], np.float32))[0])


def _glyph(item: _Char, left: float, height: float) -> Glyph:
    a, b, c, d, _, f = item.matrix
    size = abs(item.em) * math.hypot(c, d)
    turn = _direction(a, b)
    heavy = glyphs.is_bold(item.fontname) or item.mode == FILL_AND_STROKE
    x0, x1 = item.x0 - left, item.x1 - left
    top, bottom = height - item.y1, height - item.y0
    base = bottom
    if turn == UPRIGHT:
        base = height - (f + item.rise * d)
        top, bottom = base - ASCENT * size, base + DESCENT * size
    return Glyph(item.get_text(), x0, top, x1, bottom, base, size, heavy, turn, item.mode not in (INVISIBLE, CLIP))


def _strokes(item: Any, left: float, height: float, area: Area) -> Iterable[Area]:
    """The box of a flat path, or those of the straight parts of one that draws several."""
    if area[3] - area[1] <= RULE_HEIGHT:
        yield area
        return
    points = [(x - left, height - y) for x, y in item.pts]
    for (ax, ay), (bx, by) in pairwise(points):
        yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)
