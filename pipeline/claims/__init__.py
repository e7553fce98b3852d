"""The claims room: mentions and words in, claims out. See `reader` for how a sentence is read."""

from pipeline.claims.reader import Claims

__all__ = ["Claims"]
