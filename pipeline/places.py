"""Files here and behind URLs (`s3://bucket/papers/`, `memory://…`), through fsspec where it is a URL.

fsspec and what it needs for a kind of URL are extras; what is missing is told in a line.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from stat import S_ISREG
from typing import Any

from pipeline.errors import UsageError

# What a paper's file may have; it is read whole.
MOST_BYTES = 1 << 30
_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_FILE = re.compile(r"(?:file|local)://", re.IGNORECASE)
# Of a store of objects a paper is fetched in one request, not in parts for which its size has to be asked first.
_OPTIONS = {"s3": {"max_concurrency": 1}, "s3a": {"max_concurrency": 1}}


def is_url(place: str) -> bool:
    """Whether a place is named by a URL rather than by a path; `file://…` is a path, once `plain`."""
    return _URL.match(place) is not None and _FILE.match(place) is None


def plain(place: str) -> str:
    """The place, and `file:///a` as the path that it is."""
    return _FILE.sub("", place)


def here(place: str) -> Path:
    """The path to write to. Raises UsageError for a URL: a Path would make a folder `s3:` of it."""
    if is_url(place):
        raise UsageError(f"--out {place}: a URL, and this is written to a disk; give a path")
    return Path(plain(place))


def one_of_each(places: Iterable[str]) -> list[str]:
    """Places in their order, each once, by its first spelling: `runs/a/` is `runs/a`."""
    found: dict[str, str] = {}
    for place in places:
        found.setdefault(place if is_url(place) else os.path.realpath(plain(place)), place)
    return list(found.values())


def fetch(place: str) -> bytes:
    """The bytes of a file. Raises OSError."""
    if not is_url(place):
        stat = os.stat(place)
        if not S_ISREG(stat.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", place)
        if stat.st_size > MOST_BYTES:
            raise OSError(errno.EFBIG, f"larger than {MOST_BYTES >> 20} MiB: no paper is", place)
        with open(place, "rb") as file:
            return file.read()
    system, path = file_system(place)
    with as_os_error(place):
        return bytes(system.cat_file(path))


def states(places: Iterable[str]) -> dict[str, str]:
    """What is another when a file has changed: its size and time, or the tag that its store gives it; empty if gone.

    Behind URLs a folder is listed in one go, rather than each file asked for.
    """
    found: dict[str, str] = {}
    folders: dict[str, list[str]] = {}
    for place in places:
        if is_url(place):
            folders.setdefault(place.rpartition("/")[0], []).append(place)
        else:
            found[place] = _state(place)
    for folder, inside in folders.items():
        tags = _tags(folder)
        found.update((place, tags.get(place.rpartition("/")[2], "")) for place in inside)
    return found


def _state(path: str) -> str:
    try:
        stat = os.stat(path)
    except OSError:
        return ""
    return f"{stat.st_size} {stat.st_mtime_ns}"


def _tags(folder: str) -> dict[str, str]:
    system, path = file_system(folder)
    try:
        with as_os_error(folder):
            entries = system.ls(path, detail=True)
    except OSError:
        return {}
    keys = ("size", "ETag", "LastModified", "mtime", "created")
    return {str(e["name"]).rpartition("/")[2]: " ".join(str(e[key]) for key in keys if key in e) for e in entries}


def file_system(url: str) -> tuple[Any, str]:
    """The fsspec file system of a URL and the path in it. Raises UsageError where an extra is missing."""
    try:
        from fsspec import get_filesystem_class
    except ImportError:
        raise UsageError(f"{url}: URLs need fsspec; install the extra [s3]") from None
    scheme, mark, rest = url.partition("://")
    scheme = scheme.lower()
    try:
        # Not `url_to_fs`, which takes names with `::` apart.
        kind = get_filesystem_class(scheme)
        options = {**kind._get_kwargs_from_urls(url), **_OPTIONS.get(scheme, {})}
        # Listings are asked for again at each look: a folder that is watched grows.
        system = kind(use_listings_cache=False, **options)
    except ImportError as e:
        what = "the extra [s3]" if scheme in _OPTIONS else "that"
        raise UsageError(f"{url}: {scheme}:// needs what is not installed ({e}); install {what}") from None
    except ValueError as e:
        raise UsageError(f"{url}: {e}") from None
    return system, str(kind._strip_protocol(f"{scheme}{mark}{rest}"))


def found_under(url: str) -> Iterator[tuple[str, str]]:
    """(URL, path within the folder) of all files under a URL, or of the one file that it names, with an empty path.

    Raises UsageError where there is nothing or it cannot be listed.
    """
    system, path = file_system(url)
    try:
        with as_os_error(url):
            found = sorted(system.find(path))  # [] for a folder that does not exist
    except OSError as e:
        raise UsageError(f"{url}: cannot be opened ({e.strerror or e})") from None
    # A name that ends in a slash stands for a folder: what consoles leave where one is made.
    files = [file for file in found if not file.endswith("/")]
    if not files:
        raise UsageError(f"{url}: no such file or folder, or nothing in it")
    top, base = path.rstrip("/"), url.rstrip("/")
    for file in files:
        inside = file[len(top) :]
        yield base + inside, inside.strip("/")


@contextlib.contextmanager
def as_os_error(place: str) -> Iterator[None]:
    """Whatever a library of a protocol raises, as the OSError that files raise."""
    try:
        yield
    except FileNotFoundError as e:
        raise FileNotFoundError(errno.ENOENT, e.strerror or "no such file or folder", place) from e
    except OSError:
        raise
    except Exception as e:  # botocore's errors, aiohttp's: no family in common
        raise OSError(None, f"{type(e).__name__}: {e}", place) from e
