"""A picture of a page to glyphs, by RapidOCR: the extra `ocr`, whose models come in its wheel; nothing is fetched.

The recogniser gives a line its text and a box for each character. The heights of its boxes waver by a few pixels from
line to line, so that sizes near a page's own are drawn to it: body type is one size again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from statistics import median
from typing import TYPE_CHECKING, Any

from pipeline.errors import UnsupportedInput
from pipeline.read.glyphs import UP, UPRIGHT, Glyph
from pipeline.read.repair import HAN

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

# What to render a page at. At 200 the finder of lines loses one in thirty: it was taught on smaller pictures.
DPI = 150.0
INSTALL = "pip install 'claim-pipeline[ocr]'"

# By 150 lines of known type: hanzi stand one size apart, to 6 %; the box of a line is 1.05 times its size high where it
# holds hanzi and 1.2 times where it holds Latin alone; the baseline is 0.36 of the size below the box's middle.
HANZI_BOX = 1.05
LATIN_BOX = 1.2
BASE_BELOW_MIDDLE = 0.36
# A glyph's box, above and below that middle, in sizes.
HALF_GLYPH = 0.55
PITCHES = 4  # neighbours enough to go by
SAME_SIZE = 0.12
SAME_BASE = 0.3  # in sizes
LEAST_SCORE = 0.5  # of 1, of a line: below it the recogniser guesses

# The recogniser writes narrow marks for the wide ones that stand between hanzi.
_WIDE_MARKS = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
# Compiled when they are needed, which is seldom: they take 5 ms.
_HANZI = f"[{HAN}]"
_NARROW_MARK = f"(?<=[{HAN}）])[,;:?!](?=[{HAN}（]|$)"


@dataclass(frozen=True, slots=True)
class Read:
    """A line that was recognised: its text, and for each character the left and right edge; all in pixels."""

    text: str
    edges: tuple[tuple[float, float], ...]
    top: float
    bottom: float
    upright: bool = True


def available() -> bool:
    """Whether the extra is installed."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))


def read_page(image: Image | np.ndarray[Any, Any], dpi: float) -> list[Glyph]:
    """The glyphs of a page's picture, line by line; `dpi` is that of the picture, best `DPI`.

    Raises UnsupportedInput where the extra is not installed.
    """
    if not available():
        raise UnsupportedInput(f"a page is a picture; to have it read, install the OCR extra: {INSTALL}")
    return glyphs(_recognised(image), dpi)


def glyphs(lines: Sequence[Read], dpi: float) -> list[Glyph]:
    """Recognised lines as glyphs in points, one for each character."""
    scale = 72 / dpi
    sizes = [_size(line) * scale for line in lines]
    usual = median([size for size, line in zip(sizes, lines, strict=True) for _ in line.text]) if lines else 0.0
    sizes = [round(2 * (usual if abs(size - usual) <= SAME_SIZE * usual else size)) / 2 for size in sizes]
    middles = [(line.top + line.bottom) / 2 * scale for line in lines]
    bases = _levelled([middle + BASE_BELOW_MIDDLE * size for middle, size in zip(middles, sizes, strict=True)], sizes)
    made: list[Glyph] = []
    for line, size, base in zip(lines, sizes, bases, strict=True):
        middle = base - BASE_BELOW_MIDDLE * size
        text = re.sub(_NARROW_MARK, lambda m: _WIDE_MARKS[m.group()], line.text)
        top, bottom = middle - HALF_GLYPH * size, middle + HALF_GLYPH * size
        turn = UPRIGHT if line.upright else UP
        made += (
            Glyph(text=ch, x0=x0 * scale, top=top, x1=x1 * scale, bottom=bottom, base=base, size=size, turn=turn)
            for ch, (x0, x1) in zip(text, _closed(text, line.edges), strict=True)
        )
    return made


def _closed(text: str, edges: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The edges of a line's characters, each up to the next but where the recogniser saw a blank.

    Its boxes are drawn around the ink, and what lies between two letters would pass for a blank.
    """
    out = list(edges)
    for k in range(len(text) - 1):
        (left, right), (after, _) = out[k], out[k + 1]
        if not text[k].isspace() and not text[k + 1].isspace() and after > right:
            out[k] = left, after
    return out


def _size(line: Read) -> float:
    """The size of a line's type in pixels: the step between its hanzi, or else by the height of its box."""
    height = line.bottom - line.top
    hanzi = [re.match(_HANZI, ch) is not None for ch in line.text]
    centres = [(x0 + x1) / 2 for x0, x1 in line.edges]
    steps = [b - a for a, b, here, there in zip(centres, centres[1:], hanzi, hanzi[1:], strict=False) if here and there]
    by_box = height / (HANZI_BOX if any(hanzi) else LATIN_BOX)
    # Hanzi that are set apart are no larger for it.
    return min(median(steps), by_box * (1 + SAME_SIZE)) if len(steps) >= PITCHES else by_box


def _levelled(bases: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Baselines with those of one line, which the recogniser may cut into pieces, at one height."""
    out = list(bases)
    level = float("-inf")
    for k in sorted(range(len(bases)), key=bases.__getitem__):
        if bases[k] - level > SAME_BASE * sizes[k]:
            level = bases[k]
        out[k] = level
    return out


def _recognised(image: Image | np.ndarray[Any, Any]) -> list[Read]:
    import numpy as np

    pixels = np.asarray(image)
    # The engine takes blue, green and red; a fourth channel is how far a pixel lets the paper through.
    pixels = np.stack([pixels] * 3, axis=-1) if pixels.ndim == 2 else pixels[:, :, 2::-1]
    found = _engine()(pixels, return_word_box=True, return_single_char_box=True, text_score=LEAST_SCORE)
    if found.txts is None:
        return []
    return [
        _read(box, text, parts) for box, text, parts in zip(found.boxes, found.txts, found.word_results, strict=True)
    ]


@cache
def _engine() -> Any:
    """The recogniser: 0.9 s and 150 MiB to load, so one for the process."""
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "error"})


def _read(box: Any, text: str, parts: Any) -> Read:
    """A line from the recogniser's box (four corners), text, and characters with their boxes."""
    xs, ys = [float(x) for x, _ in box], [float(y) for _, y in box]
    x0, top, x1, bottom = min(xs), min(ys), max(xs), max(ys)
    upright = x1 - x0 >= bottom - top or len(text) < 3
    return Read(text, edges(text, [(p[0], p[2]) for p in parts], x0, x1), top, bottom, upright)


def edges(text: str, parts: Sequence[tuple[str, Any]], x0: float, x1: float) -> tuple[tuple[float, float], ...]:
    """Left and right edge of each character of a line from `x0` to `x1`.

    `parts` are its characters or words with the corners of their boxes, as far as the recogniser found them: it leaves
    out blanks. A part of several characters is divided evenly; what has no box fills the gap that it stands in.
    """
    known: list[tuple[float, float] | None] = [None] * len(text)
    at = 0
    for part, corners in parts:
        start = text.find(part, at)
        if start < 0 or not part or corners is None:
            continue
        left, right = min(float(c[0]) for c in corners), max(float(c[0]) for c in corners)
        step = (right - left) / len(part)
        for k in range(len(part)):
            known[start + k] = (left + k * step, left + (k + 1) * step)
        at = start + len(part)
    out: list[tuple[float, float]] = []
    k = 0
    while k < len(text):
        here = known[k]
        if here is not None:
            out.append(here)
            k += 1
            continue
        end = next((j for j in range(k, len(text)) if known[j] is not None), len(text))
        after = known[end] if end < len(text) else None
        left = out[-1][1] if out else x0
        right = max(after[0] if after else x1, left)
        step = (right - left) / (end - k)
        out += [(left + j * step, left + (j + 1) * step) for j in range(end - k)]
        k = end
    return tuple(out)
