"""Names as other regions and other spellings write them: 粒線體 for 线粒体, tumour for tumor."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, count
from operator import add

from ahocorasick_rs import AhoCorasick

from pipeline.fold import lower

# Names of many parts that all have variants would make a hundred spellings that nobody writes.
_MOST = 8
Change = Callable[[str, str], str]


def respelled(
    names: Sequence[str], pairs: Iterable[tuple[str, str]], *, lowered: bool = False
) -> Iterator[tuple[int, str]]:
    """(index into `names`, another spelling of that name) for every part that a name has.

    A pair is a part and what others write for it; `^` before a part or `$` behind it wants a word's edge there. Parts
    with Latin letters are in lower case; `lowered` finds them in names of any case, and gives those in lower case.
    """
    changes: dict[str, list[tuple[Change, str]]] = defaultdict(list)
    for part, other in pairs:
        changes[part.strip("^$")].append((_change(part, other), other.strip("^$")))
    if not changes or not names:
        return
    parts = list(changes)
    joined = "\n".join(names)
    joined = lower(joined) if lowered else joined
    # With its line end each name is one longer than it is.
    lengths = list(accumulate(map(len, names), initial=0))
    starts = list(map(add, lengths, count()))
    held: dict[int, list[int]] = {}
    for part_index, at, _ in AhoCorasick(parts).find_matches_as_indexes(joined, overlapping=True):
        found = held.setdefault(bisect_right(starts, at) - 1, [])
        if part_index not in found:
            found.append(part_index)
    for index, found in held.items():
        own = joined[starts[index] : starts[index + 1] - 1]
        forms = [own]
        for part_index in found:
            for change, other in changes[parts[part_index]]:
                forms += [f for form in forms if (f := change(other, form)) not in forms]
        for form in forms[1:_MOST]:
            yield index, form


def _change(part: str, other: str) -> Change:
    """What puts `other` for the part where it stands for itself: not in `other` that holds it (edema in oedema)."""
    bare, whole = part.strip("^$"), other.strip("^$")
    before, held, after = whole.partition(bare)
    if bare == part and not held:
        return lambda new, name: name.replace(bare, new)
    return re.compile(
        ("(?<![a-z])" if part.startswith("^") else "")
        + (f"(?<!{re.escape(before)})" if held and before else "")
        + re.escape(bare)
        + (f"(?!{re.escape(after)})" if held and after else "")
        + ("(?![a-z])" if part.endswith("$") else "")
    ).sub
