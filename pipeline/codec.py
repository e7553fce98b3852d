"""What the reading and tagging rooms make, as JSON and back: for the cache, and for the process that reads.

Edges of characters are 32-bit floats, as the reader gives them, and go as base64 of their little-endian bytes: exact, a
third of the size of their digits, and quick. msgspec checks every field against the records as it makes them.
"""

from __future__ import annotations

import sys
from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
import orjson

from pipeline.fold import fold
from pipeline.records import Document, Float, Gloss, LineBox, Mention, Paper, Reference, Word

Tags = tuple[tuple[Gloss, ...], tuple[Mention, ...], tuple[tuple[Word, ...], ...]]


class _Line(NamedTuple):
    """A `LineBox`, its edges as base64."""

    start: int
    end: int
    page: int
    top: float
    bottom: float
    left: str
    right: str
    turn: int
    extent: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Paper:
    """A `Paper`."""

    document: Document
    text: str
    lines: tuple[_Line, ...]
    references: tuple[Reference, ...]
    floats: tuple[Float, ...]


@dataclass(frozen=True, slots=True)
class _Tags:
    """What was tagged; of the words of each sentence start, end and part of speech, one after another."""

    glosses: tuple[Gloss, ...]
    mentions: tuple[Mention, ...]
    words: tuple[tuple[int | str, ...], ...]


_PAPER = msgspec.json.Decoder(_Paper)
_TAGS = msgspec.json.Decoder(_Tags)


def paper_to_json(paper: Paper) -> bytes:
    """A paper as JSON; `paper_from_json` gives an equal one."""
    lines = [
        [b.start, b.end, b.page, b.top, b.bottom, _base64(b.left), _base64(b.right), b.turn, b.extent]
        for b in paper.lines
    ]
    return orjson.dumps(
        {
            "document": paper.document,
            "text": paper.text,
            "lines": lines,
            "references": paper.references,
            "floats": paper.floats,
        }
    )


def paper_from_json(data: bytes) -> Paper:
    """The paper. Raises ValueError where `data` is none."""
    made = _PAPER.decode(data)
    lines = tuple(
        LineBox(b.start, b.end, b.page, b.top, b.bottom, _floats(b.left), _floats(b.right), b.turn, b.extent)
        for b in made.lines
    )
    return Paper(made.document, made.text, lines, made.references, made.floats)


def tags_to_json(glosses: Sequence[Gloss], mentions: Sequence[Mention], words: Sequence[Sequence[Word]]) -> bytes:
    """What the tagging room found in a paper; of words the offsets and parts of speech, since the text has the rest."""
    rows = [[part for word in sentence for part in (word.start, word.end, word.pos)] for sentence in words]
    return orjson.dumps({"glosses": glosses, "mentions": mentions, "words": rows})


def tags_from_json(data: bytes, paper: Paper) -> Tags:
    """The glosses, the mentions, and the words of each sentence of `paper`. Raises ValueError where `data` is none."""
    made = _TAGS.decode(data)
    plain = fold(paper.text)
    return made.glosses, made.mentions, tuple(tuple(_words(row, plain)) for row in made.words)


def _words(row: Sequence[int | str], plain: str) -> Iterator[Word]:
    for start, end, pos in zip(row[::3], row[1::3], row[2::3], strict=True):
        if not (isinstance(start, int) and isinstance(end, int) and isinstance(pos, str)):
            raise ValueError(f"no word: {start!r}, {end!r}, {pos!r}")
        yield Word(start, end, plain[start:end], pos)


def _base64(edges: array[float]) -> str:
    if sys.byteorder == "big":
        edges = edges[:]
        edges.byteswap()
    return b64encode(edges.tobytes()).decode("ascii")


def _floats(text: str) -> array[float]:
    made = array("f", b64decode(text, validate=True))
    if sys.byteorder == "big":
        made.byteswap()
    return made
