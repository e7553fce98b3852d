"""A renderer that goes wrong as its argument says on page 2: `dies`, `sleeps`, `lies`; other pages are three bytes."""

from __future__ import annotations

import os
import sys
import time

import orjson

from pipeline.channel import quiet_child, receive, send
from pipeline.report.child import PICTURE


def main(way: str) -> None:
    """Draw until the other side closes."""
    out = quiet_child()
    while True:
        try:
            _, head = receive(sys.stdin.buffer)
            receive(sys.stdin.buffer)
        except EOFError:
            return
        for page in orjson.loads(head)[0]:
            if page == 2 and way == "dies":
                os._exit(11)
            if page == 2 and way == "sleeps":
                time.sleep(60)
            number = 7 if page == 2 and way == "lies" else page
            send(out, PICTURE, orjson.dumps([number, 595.0, 842.0]) + b"\npic")


if __name__ == "__main__":
    main(sys.argv[1])
