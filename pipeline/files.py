"""Files for people to keep, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import OutputError

# What `Path` leaves of a URL's beginning. Of two letters and more: a drive of Windows has one.
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)


def replace_all(files: Mapping[Path, bytes]) -> None:
    """Put new bytes in the place of these files, making their folders; all are written beside before one is replaced.

    Raises OutputError where one cannot be written, or is to stand behind a URL: then none is replaced.
    """
    for at in files:
        if any(map(_SCHEME.fullmatch, at.parts[:1])):
            raise OutputError(f"{at}: a URL, and this is written to a folder here only; give a path")
    beside: dict[Path, Path] = {}
    at = next(iter(files), Path())
    try:
        for at, data in files.items():
            at.parent.mkdir(parents=True, exist_ok=True)
            if at.is_dir():
                raise IsADirectoryError(0, "a folder stands there")
            beside[at] = at.with_name(f".{at.name}.{os.getpid()}.new")
            with beside[at].open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for at, new in beside.items():
            new.replace(at)
    except OSError as e:
        raise OutputError(f"{at}: cannot be written ({e.strerror or e})") from e
    finally:
        for new in beside.values():
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
