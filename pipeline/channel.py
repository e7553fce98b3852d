"""Messages between this program's processes: a letter that says what it is, the length, the bytes.

What the bytes are is settled between the two ends, and is JSON or text: a process that was taken over by what it reads
can say wrong things, and no more than that.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from time import monotonic, sleep
from typing import IO

_HEAD = 9  # a letter, and the length in eight bytes
_LOOK_SECONDS = 0.5
# What a paper's file may take in a child, models of an OCR included.
MOST_BYTES = 6 << 30


def send(pipe: IO[bytes], kind: bytes, body: bytes = b"") -> None:
    """Write a message; `kind` is one byte. Raises BrokenPipeError where the other end is gone."""
    pipe.write(kind + len(body).to_bytes(_HEAD - 1, "little") + body)
    pipe.flush()


def receive(pipe: IO[bytes], seconds: float | None = None) -> tuple[bytes, bytes]:
    """Read a message. Raises EOFError at the end, TimeoutError where nothing comes for that long."""
    head = _exactly(pipe, _HEAD, seconds)
    return head[:1], _exactly(pipe, int.from_bytes(head[1:], "little"), seconds)


def _exactly(pipe: IO[bytes], count: int, seconds: float | None) -> bytes:
    parts: list[bytes] = []
    with DefaultSelector() as selector:
        selector.register(pipe, EVENT_READ)
        end = None if seconds is None else monotonic() + seconds
        while count:
            left = None if end is None else max(0.0, end - monotonic())
            if not selector.select(left):
                raise TimeoutError
            part = os.read(pipe.fileno(), min(count, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            count -= len(part)
    return b"".join(parts)


def environment() -> dict[str, str]:
    """This process's environment, with the way to this package: a child must import the same one."""
    here = str(Path(__file__).resolve().parents[1])
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def quiet_child() -> IO[bytes]:
    """Settle a child in: its messages go where its standard output went, what libraries print to standard error.

    It leaves Ctrl-C to its parent, and ends soon after it, whatever it is at, so that no kill leaves it behind.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Not the kernel's own signal for it (PR_SET_PDEATHSIG): that comes when the thread ends that started us.
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return out


def limit_memory() -> None:
    """Bound what this process may take, where the system knows how: a paper's file may be made to take all."""
    with contextlib.suppress(ImportError):  # not on every system
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = MOST_BYTES if hard == resource.RLIM_INFINITY else min(MOST_BYTES, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _end_with(parent: int) -> None:
    """Look now and then whether the parent is still there; where it is not, end."""
    while os.getppid() == parent:
        sleep(_LOOK_SECONDS)
    os._exit(1)
