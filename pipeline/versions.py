"""Versions of what is installed, off the names of its folders.

`importlib.metadata` says the same, and takes longer to import than an unchanged run of many papers takes in all.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable

_FOLDER = re.compile(r"(.+?)-([^-]+)\.dist-info")


def installed(names: Iterable[str]) -> dict[str, str]:
    """Python's version and that of each library of `names` that is installed, by the names as they were given."""
    wanted = {_plain(name): name for name in names}
    found: dict[str, str] = {}
    for place in sys.path:
        try:
            folders = os.listdir(place or ".")
        except OSError:  # a zip file, a folder that is gone
            continue
        for folder in folders:
            match = _FOLDER.fullmatch(folder)
            if match and (name := wanted.get(_plain(match[1]))):
                found.setdefault(name, match[2])  # the first on the path is the one that is imported
    return {"python": sys.version.split()[0], **dict(sorted(found.items()))}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
