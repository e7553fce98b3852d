"""The process that reads for a `Guard`: tasks on standard input; pages begun, papers and errors on standard output."""

from __future__ import annotations

import gc
import logging
import os
import sys
import traceback

import orjson

from pipeline.channel import limit_memory, quiet_child, receive, send
from pipeline.codec import paper_to_json
from pipeline.errors import InputError
from pipeline.guard import DONE, FAULT, MEMORY, PAGE, REFUSED, Task
from pipeline.read import read_bytes


def main() -> None:
    """Read until the other side closes."""
    out = quiet_child()
    limit_memory()
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of fonts in good files

    def tell(page: int, patience: float) -> None:
        send(out, PAGE, orjson.dumps([page, patience]))

    gc.freeze()  # what was imported stays
    while True:
        try:
            _, head = receive(sys.stdin.buffer)
            _, data = receive(sys.stdin.buffer)
        except EOFError:
            return
        task = Task.from_json(head)
        try:
            paper = read_bytes(data, task.path, task.doc_id, task.reader, lost=task.lost, on_page=tell)
            body = paper_to_json(paper)
        except InputError as error:
            send(out, REFUSED, orjson.dumps([type(error).__name__, str(error)]))
        except MemoryError:
            os._exit(MEMORY)
        except Exception as error:  # told as what it is: a fault of ours
            send(out, FAULT, orjson.dumps([type(error).__name__, str(error), traceback.format_exc()]))
        else:
            send(out, DONE, body)


if __name__ == "__main__":
    main()
