"""Lists as a person writes them into one field of a tool: names between bars, numbers between commas.

A name that would be read otherwise, or that a line or XML cannot hold, stands as a JSON string: `大鼠 | "a|b"`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

# What ends a line for some reader, or no XML may hold.
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_PLAIN = re.compile(r'[^\s"|｜;；](?:[^"|｜;；]*[^\s"|｜;；])?')
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_NUMBER = re.compile(r"(\d+)(?:\s*[-–—−~～]\s*(\d+))?")  # the dashes that papers put between numbers
_NUMBERS = re.compile(r"[\[［]?(?P<body>[^\[\]［］]*)[\]］]?")
_LONGEST_RANGE = 200


def names(values: Sequence[str]) -> str:
    """Names as one cell."""
    return " | ".join(v if _PLAIN.fullmatch(v) and not UNSAFE.search(v) else _quoted(v) for v in values)


def _quoted(value: str) -> str:
    return UNSAFE.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(value, ensure_ascii=False))


def read_names(cell: str) -> tuple[str, ...]:
    """The names of a cell, quoted ones as they were. Raises ValueError for a quotation that does not end."""
    found, rest = _names_from(cell, 0)
    if rest < len(cell):
        raise ValueError(f"not a list of names between bars: {cell!r}")
    return found


def _names_from(cell: str, at: int) -> tuple[tuple[str, ...], int]:
    """The names from `at` on, and where their list ends: at a semicolon, or the end."""
    found: list[str] = []
    while True:
        at = _past_blanks(cell, at)
        match = _STRING.match(cell, at) or _PLAIN.match(cell, at)
        if match is None:
            return tuple(found), at
        text = match.group()
        found.append(_unquoted(text) if text.startswith('"') else text)
        at = _past_blanks(cell, match.end())
        if cell[at : at + 1] not in ("|", "｜") or not cell[at : at + 1]:
            return tuple(found), at
        at += 1


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError as e:
        raise ValueError(f"{text} is no JSON string") from e


def _past_blanks(cell: str, at: int) -> int:
    while cell[at : at + 1].isspace():
        at += 1
    return at


def numbers(values: Sequence[int]) -> str:
    """Numbers as one cell."""
    return ", ".join(map(str, values))


def read_numbers(cell: str) -> tuple[int, ...]:
    """The numbers of a cell, in brackets or not, ranges written out. Raises ValueError for what is none."""
    found: list[int] = []
    match = _NUMBERS.fullmatch(cell.strip())
    parts = re.split("[,，、;；]", match["body"]) if match else [cell]
    for part in filter(None, map(str.strip, parts)):
        number = _NUMBER.fullmatch(part)
        first, last = (int(number[1]), int(number[2] or number[1])) if number else (1, 0)
        if not first <= last < first + _LONGEST_RANGE:
            raise ValueError(f"no numbers of reference marks: {cell!r}")
        found += range(first, last + 1)
    return tuple(found)


def fields(values: Mapping[str, str]) -> str:
    """Several cells as one line: `citations: 15, 16; model: 大鼠`."""
    return "; ".join(f"{key}: {value}" for key, value in values.items())


def read_fields(line: str, keys: Sequence[str]) -> dict[str, str]:
    """The cells of such a line, by key; none where it does not begin with a key: then it is a person's remark.

    Raises ValueError for a line that begins as one and is none.
    """
    key = re.compile(rf"\s*({'|'.join(keys)})\s*[:：]", re.IGNORECASE)
    found: dict[str, str] = {}
    at = 0
    while match := key.match(line, at):
        end = _cell_end(line, match.end())
        found[match[1].lower()] = line[match.end() : end].strip()
        at = end + 1
    if found and line[at:].strip():
        raise ValueError(f"not of the form `{keys[0]}: …; {keys[1]}: …`: {line!r}")
    return found


def _cell_end(line: str, at: int) -> int:
    """Where the cell that begins at `at` ends: at a semicolon that stands in no quotation."""
    for piece in _pieces(line, at):
        if piece.group() in (";", "；"):
            return piece.start()
    return len(line)


def _pieces(line: str, at: int) -> Iterator[re.Match[str]]:
    return re.compile(r'"(?:[^"\\]|\\.)*"|[;；]').finditer(line, at)
