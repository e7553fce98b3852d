"""What the two ends of a worker process say to each other, by the letters of `pipeline.channel`."""

from __future__ import annotations

import orjson

from pipeline.errors import DataError, PipelineError, UsageError

# What a worker says: it is up, a paper enters a stage, what came of it, it cannot work at all.
UP, STAGE, OUTCOME, REFUSED = b"U", b"S", b"O", b"R"
# What it is told: the settings and keys of the run, a paper to work with those to come.
HELLO, TASK = b"H", b"T"


def refusal(error: PipelineError) -> bytes:
    """Why no paper can be worked here, as it is said to the run."""
    faults = list(error.faults) if isinstance(error, DataError) else [str(error)]
    return orjson.dumps([type(error).__name__, faults])


def refused(body: bytes, who: str = "") -> PipelineError:
    """The same as the error that ends the run; `who` goes before what is no list of faults."""
    name, faults = orjson.loads(body)
    return DataError(faults) if name == "DataError" else UsageError(f"{who}{faults[0]}")
