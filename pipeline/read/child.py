"""The process that reads for a `Guard`: tasks on standard input; pages begun, papers and errors on standard output."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import traceback
from pathlib import Path

from pipeline.errors import InputError
from pipeline.read import read
from pipeline.read.guard import MEMORY, At, Task, receive, send

# What a paper's file may take, models of an OCR included.
MOST_BYTES = 6 << 30


def main() -> None:
    """Read until the other side closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when to stop
    _limit_memory()
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of fonts in good files
    # What a library prints must not end up among the messages.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            task: Task = receive(sys.stdin.buffer)
        except EOFError:
            return
        try:
            paper = read(
                Path(task.path), task.doc_id, task.reader, lost=task.lost,
                on_page=lambda page, patience: send(out, At(page, patience)),
            )  # fmt: skip
        except (InputError, OSError) as error:
            send(out, error)
        except MemoryError:
            os._exit(MEMORY)
        except Exception as error:
            # Told as what it is: a fault of ours. The trace goes along in words, its frames can't be sent.
            error.add_note(f"in the reading process:\n{traceback.format_exc()}")
            send(out, error.with_traceback(None))
        else:
            send(out, paper)


def _limit_memory() -> None:
    with contextlib.suppress(ImportError):  # not on every system
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = MOST_BYTES if hard == resource.RLIM_INFINITY else min(MOST_BYTES, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


if __name__ == "__main__":
    main()
