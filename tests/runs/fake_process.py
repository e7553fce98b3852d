"""A worker process for tests: the real one, with a fake house and reader, and texts that tell it to misbehave.

`die` kills it, `die once FILE` only where FILE does not exist yet, `hang` makes it wait for ever, `exit 3` ends it,
`wait 0.5` takes that long.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from builders import FakeHouse, FakeWorker

from pipeline.engine import process
from pipeline.house import Tagged
from pipeline.keys import Keys
from pipeline.records import Paper, Sentence
from pipeline.settings import Settings


class RoughHouse(FakeHouse):
    """A house that does what the text says."""

    def tag(self, paper: Paper, cut: tuple[Sentence, ...] | None = None) -> Tagged:
        """As the house's, if it comes to that."""
        order, _, rest = paper.text.partition("\n")[0].partition(" ")
        if order == "die" and rest.startswith("once"):
            marker = Path(rest.removeprefix("once "))
            if not marker.exists():
                marker.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        elif order == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        elif order == "exit":
            os._exit(int(rest))
        elif order == "hang":
            time.sleep(3600)
        elif order == "wait":
            time.sleep(float(rest))
        return super().tag(paper, cut)


class RoughWorker(FakeWorker):
    """A worker with such a house."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        super().__init__(settings, keys)
        self.house = self.rules = RoughHouse()  # type: ignore[assignment]


def main() -> None:
    """Work until the other side closes."""
    if len(sys.argv) > 1:
        sys.exit(sys.argv[1])

    process.main(RoughWorker)


if __name__ == "__main__":
    main()
