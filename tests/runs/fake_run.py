"""`pipeline` with worker processes that have a fake house and reader: `python fake_run.py run papers …`."""

from __future__ import annotations

import sys
from pathlib import Path

import pipeline.job
from pipeline import cli
from pipeline.engine.processes import Processes
from pipeline.job import Job
from pipeline.keys import Keys
from pipeline.settings import Settings

COMMAND = (sys.executable, str(Path(__file__).with_name("fake_process.py")))


def engine_of(job: Job, settings: Settings, keys: Keys) -> Processes:
    """Worker processes, but with that command."""
    return Processes(settings, keys, job.workers, job.doc_timeout, COMMAND)


if __name__ == "__main__":
    pipeline.job.engine_of = engine_of
    cli.main()
