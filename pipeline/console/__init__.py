"""The one room that prints. Results go to standard output, progress and trouble to standard error.

There is a module for each group of commands, imported by those alone; here is what all need, and nothing that takes
time to import.
"""

from __future__ import annotations

import re
import sys
import traceback
from typing import Any

# What a terminal would take for an order: names of files and papers may hold anything.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def out(text: str) -> None:
    """A line to standard output, as it is: never wrapped."""
    print(safe(text), file=sys.stdout)


def err(text: str) -> None:
    """A line to standard error."""
    print(safe(text), file=sys.stderr, flush=True)


def safe(text: str) -> str:
    """The text with escapes for what would move a terminal's cursor, colour it, turn its lines round, or worse."""
    return _CONTROL.sub(lambda m: m[0].encode("unicode_escape").decode(), text)


def json(value: Any) -> None:
    """`value` as indented JSON to standard output."""
    import orjson

    text = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    # Within JSON a control character is written so as well, and means the same.
    print(_CONTROL.sub(lambda m: f"\\u{ord(m[0]):04x}", text), file=sys.stdout)


def problem(message: str) -> None:
    """What went wrong, to standard error: one line, whatever the message holds (names of files may have line ends)."""
    err(f"error: {' '.join(message.split())}")


def warn(message: str) -> None:
    """What the user should know, in a line to standard error."""
    err(f"warning: {' '.join(message.split())}")


def trace(error: BaseException) -> None:
    """The whole trace of an error, for --debug."""
    err("".join(traceback.format_exception(error)).rstrip("\n"))
