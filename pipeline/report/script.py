"""Data as script files, since a page that is opened from disk may load nothing else; offsets as JavaScript counts.

A script file is one call, `CR.put("name", JSON.parse('...'))`: engines read JSON faster than their own language.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

import orjson


def script(name: str, value: Any) -> bytes:
    """A script file that hands `value` over under `name`; safe inside HTML as well, and in old engines."""
    data = orjson.dumps(value).replace(b"\\", b"\\\\").replace(b"'", rb"\'")
    # `</script>` would end a script element, and U+2028 was a line end within strings until ES2019.
    for raw, escaped in ((b"<", rb"\u003c"), ("\u2028".encode(), rb"\u2028"), ("\u2029".encode(), rb"\u2029")):
        data = data.replace(raw, escaped)
    return b"CR.put(" + orjson.dumps(name) + b", JSON.parse('" + data + b"'));\n"


class Units:
    """From offsets that count characters to those that count UTF-16 units, which are what JavaScript's strings have."""

    def __init__(self, text: str) -> None:
        self._astral = [] if text.isascii() else [i for i, c in enumerate(text) if c > "\uffff"]

    def at(self, offset: int) -> int:
        """The offset in UTF-16 units."""
        return offset + bisect_left(self._astral, offset) if self._astral else offset
