"""Papers that were worked before, with all that they depend on as it is now."""

from __future__ import annotations

from hashlib import sha256

from pipeline.cache import Cache
from pipeline.inputs import Input
from pipeline.keys import Keys
from pipeline.outcome import Outcome, unpack
from pipeline.places import fetch


def reused(source: Input, keys: Keys, cache: Cache) -> Outcome | None:
    """The outcome of a paper that was worked before; None where it is to be worked."""
    if not source.readable:
        return None
    try:
        digest = sha256(fetch(source.place)).hexdigest()
    except OSError:  # who works it will tell
        return None
    return known_of(digest, source, keys, cache)


def known_of(file: str, source: Input, keys: Keys, cache: Cache) -> Outcome | None:
    """The same for a file whose sha256 is known."""
    data = cache.get("claims", keys.result(file))
    if data is None:
        return None
    try:
        return unpack(data).named(source.id, source.shown, file)
    except ValueError:  # whole, and yet no outcome: it is made anew
        return None
