"""Papers worked as they arrive: a folder is looked at again and again, and run anew when something in it has changed.

A round costs what is new, since all else comes from the cache; between rounds the workers stay warm. A file that is
still being copied is left for later: it is taken up when it stands unchanged between two looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from time import sleep

from pipeline.errors import DataError, UsageError
from pipeline.inputs import Input, gather
from pipeline.job import Job, Works
from pipeline.places import states
from pipeline.run import Summary, Watch

View = Callable[[int], AbstractContextManager[Watch]]


def watch(
    job: Job, view: View, every: float, warn: Callable[[str], None], wait: Callable[[float], None] = sleep
) -> Iterator[Summary]:
    """Run the job whenever its papers or its rules have changed; a summary for each round, without end.

    `every` is in seconds. Raises as `pipeline.job.run_job` does, and KeyboardInterrupt. What goes wrong with a look
    after the first (a folder that is away, a table that is half saved) may be well at the next: `warn` is told.
    """
    worked: dict[str, str] | None = None
    before: dict[str, str] = {}
    looks = 0
    with Works(job) as works:
        while True:
            try:
                if works.outdated():
                    worked = None
                inputs = {source.place: source for source in gather(job.paths, least=0)}
                now = states(inputs)
                settled = {place: was for place, was in now.items() if was and before.get(place) == was}
                if settled and settled != worked:
                    papers = [inputs[place] for place in sorted(settled, key=lambda p: inputs[p].id)]
                    yield _round(works, papers, view)
                    worked = settled
                before = now
            except (UsageError, DataError) as e:
                if not looks:
                    raise
                works.close()
                warn(f"{e}; looking again in {every:g} s")
            looks += 1
            wait(every)


def _round(works: Works, papers: list[Input], view: View) -> Summary:
    with view(len(papers)) as told:
        return works.round(papers, told)
