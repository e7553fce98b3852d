"""`pipeline` on Dask, with worker processes that have a fake house and reader: `python fake_far.py run papers …`."""

from __future__ import annotations

from fake_run import COMMAND

import pipeline.job
from pipeline import cli
from pipeline.engine.cluster import Cluster
from pipeline.job import Job
from pipeline.keys import Keys
from pipeline.settings import Settings


def engine_of(job: Job, settings: Settings, keys: Keys) -> Cluster:
    """A cluster, but with that command."""
    return Cluster(settings, keys, job.workers, job.scheduler, job.doc_timeout, COMMAND)


if __name__ == "__main__":
    pipeline.job.engine_of = engine_of
    cli.main()
