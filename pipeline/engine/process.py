"""The process that works papers for `processes`: tasks on standard input, stages and outcomes on standard output."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable

import orjson

from pipeline.channel import quiet_child, receive, send
from pipeline.engine.messages import OUTCOME, REFUSED, STAGE, UP, refusal
from pipeline.errors import PipelineError, UsageError
from pipeline.inputs import Input
from pipeline.keys import Keys, keys_for
from pipeline.outcome import Stage, pack
from pipeline.schema import from_json
from pipeline.settings import Settings
from pipeline.work import PaperWorker

# Objects that may come to be before garbage is looked for: a paper makes some hundred thousand.
GARBAGE = 50_000


def main(worker_of: Callable[[Settings, Keys], PaperWorker] = PaperWorker) -> None:
    """Work until the other side closes, with the worker that `worker_of` makes."""
    out = quiet_child()
    gc.set_threshold(GARBAGE)
    _, body = receive(sys.stdin.buffer)
    value, own = orjson.loads(body)
    settings, keys = from_json(Settings, value), from_json(Keys, own)
    if keys_for(settings) != keys:
        message = "a worker has other code, libraries, rules or lexicons than the run: make them equal, and run again"
        send(out, REFUSED, refusal(UsageError(message)))
        return

    def tell(stage: Stage) -> None:
        send(out, STAGE, stage.encode())

    with worker_of(settings, keys) as worker:
        worker.built = gc.freeze  # the house stays: nobody need look for garbage in it
        send(out, UP)
        while True:
            try:
                _, body = receive(sys.stdin.buffer)
            except EOFError:
                return
            source, *coming = map(Input.from_json, orjson.loads(body))
            try:
                outcome = worker.work(source, tell, coming)
            except PipelineError as e:
                send(out, REFUSED, refusal(e))
            else:
                send(out, OUTCOME, pack(outcome))


if __name__ == "__main__":
    main()
