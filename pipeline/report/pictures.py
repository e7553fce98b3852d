"""Pictures of pages, and the places of words that records hold no boxes of; made in processes of their own.

A page that takes too long, or that PDFium dies of, is left out and told; so is a paper that loses several.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import orjson

from pipeline.channel import environment, receive, send
from pipeline.report.child import LOST, MEMORY, PICTURE

DPI = 144
QUALITY = 80
PAGE_SECONDS = 30.0
# A file that loses more pages than this is drawn no further.
MOST_LOST = 3
_CHILD = ("-P", "-m", "pipeline.report.child")

Keep = Callable[[int, bytes], None]


@dataclass(slots=True)
class Drawn:
    """What came of a paper's pages: the size of each in points, and why others have no picture."""

    sizes: dict[int, tuple[float, float]] = field(default_factory=dict)
    lost: dict[int, str] = field(default_factory=dict)


class Artist:
    """Draws pages in a child process that is kept from paper to paper. Use as a context manager."""

    def __init__(self, page_seconds: float = PAGE_SECONDS, child: Sequence[str] = _CHILD) -> None:
        self._seconds = page_seconds
        self._command = [sys.executable, *child]
        self._child: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def stop(self) -> None:
        """End the child from another thread than the one that draws, and draw no more; `close` when that is done."""
        self._stopped = True
        child = self._child
        if child is not None:
            child.kill()

    def close(self) -> None:
        """End the child."""
        self._end()

    def __enter__(self) -> Artist:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> int:
        child, self._child = self._child, None
        if child is None:
            return 0
        child.kill()
        code = child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        return code

    def draw(self, data: bytes, pages: Sequence[int], keep: Keep) -> Drawn:
        """Draw these pages of a PDF; `keep` is given the number and the picture of each as it comes."""
        drawn = Drawn()
        left = list(pages)
        while left and not self._stopped:
            reason = self._try(data, left, keep, drawn)
            if reason is None:
                break
            drawn.lost[left.pop(0)] = reason
            if len(drawn.lost) > MOST_LOST:
                drawn.lost.update(dict.fromkeys(left, "left out, since too many before it were lost"))
                break
        return drawn

    def _try(self, data: bytes, left: list[int], keep: Keep, drawn: Drawn) -> str | None:
        """Draw what is left, taking it off the list; why the child is no more, where it is."""
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
            )
        child = self._child
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            send(child.stdin, b"T", orjson.dumps([left, DPI, QUALITY]))
            send(child.stdin, b"B", data)
            while left:
                kind, body = receive(child.stdout, self._seconds)
                head, _, image = body.partition(b"\n")
                page, *rest = orjson.loads(head)
                if page != left[0] or kind not in (LOST, PICTURE):
                    raise ValueError
                if kind == LOST:
                    drawn.lost[page] = str(rest[0])
                else:
                    width, height = map(float, rest)
                    drawn.sizes[page] = (width, height)
                    keep(page, image)
                left.pop(0)
        except ValueError:
            self._end()
            return "makes the renderer talk nonsense"
        except TimeoutError:
            self._end()
            return f"takes longer than {self._seconds:g} s"
        except (EOFError, BrokenPipeError):
            code = child.wait()
            self._end()
            return "needs too much memory" if code == MEMORY else f"breaks the renderer, exit {code}"
        return None


def kept_in(folder: Path, prefix: str) -> Keep:
    """What writes pictures into a folder, named by `picture_name`."""

    def keep(page: int, image: bytes) -> None:
        (folder / picture_name(prefix, page)).write_bytes(image)

    return keep


def picture_name(prefix: str, page: int) -> str:
    """The file name of a page's picture."""
    return f"{prefix}-{page:03}.webp"
