"""What the reading and tagging rooms make, as JSON and back: for the cache, and for the process that reads.

Edges of characters are 32-bit floats, as the reader gives them, and go as base64 of their little-endian bytes: exact, a
third of the size of their digits, and quick.
"""

from __future__ import annotations

import sys
from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

import orjson

from pipeline.fold import fold
from pipeline.records import Document, Float, Gloss, LineBox, Mention, Paper, Reference, Word
from pipeline.schema import from_json

_LINE = tuple(f.name for f in fields(LineBox))


def paper_to_json(paper: Paper) -> bytes:
    """A paper as JSON; `paper_from_json` gives an equal one."""
    lines = [[_plain(getattr(line, name)) for name in _LINE] for line in paper.lines]
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
    value = _object(data, "document", "text", "lines", "references", "floats")
    try:
        lines = tuple(_line_box(cells) for cells in value["lines"])
    except (TypeError, KeyError) as e:
        raise ValueError(f"lines: {e}") from e
    return Paper(
        from_json(Document, value["document"]),
        from_json(str, value["text"]),
        lines,
        tuple(from_json(Reference, r) for r in value["references"]),
        tuple(from_json(Float, f) for f in value["floats"]),
    )


def tags_to_json(glosses: Sequence[Gloss], mentions: Sequence[Mention], words: Sequence[Sequence[Word]]) -> bytes:
    """What the tagging room found in a paper; of words the offsets and parts of speech, since the text has the rest."""
    rows = [[part for word in sentence for part in (word.start, word.end, word.pos)] for sentence in words]
    return orjson.dumps({"glosses": glosses, "mentions": mentions, "words": rows})


def tags_from_json(
    data: bytes, paper: Paper
) -> tuple[tuple[Gloss, ...], tuple[Mention, ...], tuple[tuple[Word, ...], ...]]:
    """The glosses, the mentions, and the words of each sentence of `paper`. Raises ValueError where `data` is none."""
    value = _object(data, "glosses", "mentions", "words")
    plain = fold(paper.text)
    return (
        tuple(from_json(Gloss, g) for g in value["glosses"]),
        tuple(from_json(Mention, m) for m in value["mentions"]),
        tuple(tuple(_words(row, plain)) for row in value["words"]),
    )


def _words(row: Sequence[Any], plain: str) -> Iterator[Word]:
    for start, end, pos in zip(row[::3], row[1::3], row[2::3], strict=True):
        yield Word(start, end, plain[start:end], pos)


def _object(data: bytes, *keys: str) -> Mapping[str, Any]:
    value = orjson.loads(data)
    if not isinstance(value, dict) or set(value) != set(keys):
        raise ValueError(f"no object with {', '.join(keys)}")
    return value


def _plain(value: Any) -> Any:
    if not isinstance(value, array):
        return value
    if sys.byteorder == "big":
        value = value[:]
        value.byteswap()
    return b64encode(value.tobytes()).decode("ascii")


def _line_box(cells: Sequence[Any]) -> LineBox:
    values = dict(zip(_LINE, cells, strict=True))
    edges = {name: _floats(values[name]) for name in ("left", "right")}
    return LineBox(**{**values, **edges, "extent": tuple(values["extent"])})


def _floats(text: str) -> array[float]:
    made = array("f", b64decode(text, validate=True))
    if sys.byteorder == "big":
        made.byteswap()
    return made
