"""Files here and behind URLs (`s3://bucket/papers/`, `memory://…`), through fsspec where it is a URL.

fsspec and what it needs for a kind of URL are extras; what is missing is told in a line.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from typing import Any

from pipeline.errors import UsageError

_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def is_url(place: str) -> bool:
    """Whether a place is named by a URL rather than by a path."""
    return _URL.match(place) is not None


def fetch(place: str) -> bytes:
    """The bytes of a file. Raises OSError."""
    if not is_url(place):
        with open(place, "rb") as file:
            return file.read()
    system, path = file_system(place)
    with as_os_error(place):
        return bytes(system.cat_file(path))


def state(place: str) -> str:
    """What is another when a file has changed: its size and time, or the tag that its store gives it; empty if gone."""
    try:
        if not is_url(place):
            stat = os.stat(place)
            return f"{stat.st_size} {stat.st_mtime_ns}"
        system, path = file_system(place)
        with as_os_error(place):
            info = system.info(path)
    except OSError:
        return ""
    return " ".join(str(info[key]) for key in ("size", "ETag", "LastModified", "mtime", "created") if key in info)


def file_system(url: str) -> tuple[Any, str]:
    """The fsspec file system of a URL and the path in it. Raises UsageError where an extra is missing."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise UsageError(f"{url}: URLs need fsspec; install the extra [s3]") from None
    try:
        # Listings are asked for again at each look: a folder that is watched grows.
        system, path = url_to_fs(url, use_listings_cache=False)
    except ImportError as e:
        raise UsageError(f"{url}: {e}; install the extra [s3]") from None
    except ValueError as e:
        raise UsageError(f"{url}: {e}") from None
    return system, path


def found_under(url: str) -> Iterator[tuple[str, str]]:
    """(URL, path within the folder) of all files under a URL, or of the one file that it names.

    Raises UsageError where there is nothing or it cannot be listed.
    """
    system, path = file_system(url)
    try:
        with as_os_error(url):
            files = sorted(system.find(path))  # [] for a folder that does not exist
    except OSError as e:
        raise UsageError(f"{url}: cannot be opened ({e.strerror or e})") from None
    if not files:
        raise UsageError(f"{url}: no such file or folder, or nothing in it")
    top = path.rstrip("/")
    for file in files:
        yield system.unstrip_protocol(file), file[len(top) :].strip("/") if file != top else ""


@contextlib.contextmanager
def as_os_error(place: str) -> Iterator[None]:
    """Whatever a library of a protocol raises, as the OSError that files raise."""
    try:
        yield
    except OSError:
        raise
    except Exception as e:  # botocore's errors, aiohttp's: no family in common
        raise OSError(None, f"{type(e).__name__}: {e}", place) from e
