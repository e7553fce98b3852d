"""One-to-one matching, as many pairs as can be."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

from pipeline.check.align import Span

Pairs = dict[int, int]


def overlapping(gold: Sequence[Span | None], system: Sequence[Span | None]) -> list[list[int]]:
    """For each span of `gold`, the indices of the spans of `system` that share a character with it, rising."""
    placed = sorted((span, j) for j, span in enumerate(system) if span is not None)
    starts = [span[0] for span, _ in placed]
    longest = max((span[1] - span[0] for span, _ in placed), default=0)
    found: list[list[int]] = []
    for span in gold:
        if span is None:
            found.append([])
            continue
        near = placed[bisect_left(starts, span[0] - longest + 1) : bisect_left(starts, span[1])]
        found.append(sorted(j for other, j in near if other[1] > span[0]))
    return found


def matching(candidates: Sequence[Sequence[int]], begun: Pairs | None = None) -> Pairs:
    """The largest one-to-one matching, left index -> right index; `candidates[i]` lists what `i` may go with.

    Kuhn's augmenting paths (1955), first come first served in the order given, so that the same candidates always give
    the same pairs. Without recursion: a path may be as long as a document has mentions. Pairs of `begun`, which have to
    be candidates, are given up only for more pairs.
    """
    begun = begun or {}
    owner: dict[int, int] = {j: i for i, j in begun.items()}
    for i in range(len(candidates)):
        if i not in begun:
            _augment(i, candidates, owner)
    return {i: j for j, i in owner.items()}


def _augment(start: int, candidates: Sequence[Sequence[int]], owner: dict[int, int]) -> None:
    """Find `start` a partner, if others can move aside for it."""
    seen: set[int] = set()
    path: list[tuple[int, Iterator[int]]] = [(start, iter(candidates[start]))]
    taken: list[int] = []  # taken[k] is what path[k] asks of path[k + 1]
    while path:
        j = next((j for j in path[-1][1] if j not in seen), None)
        if j is None:
            path.pop()
            if taken:
                taken.pop()
            continue
        seen.add(j)
        taken.append(j)
        if j not in owner:
            for (left, _), right in zip(path, taken, strict=True):
                owner[right] = left
            return
        path.append((owner[j], iter(candidates[owner[j]])))


def kept(candidates: Sequence[Sequence[int]], agree: Callable[[int, int], bool]) -> list[list[int]]:
    """Candidates that agree in something more than their place."""
    return [[j for j in row if agree(i, j)] for i, row in enumerate(candidates)]


def in_stages(candidates: Sequence[Sequence[int]], stages: Sequence[Callable[[int, int], bool]]) -> Pairs:
    """One-to-one pairs: as many as agree by the first stage, of the rest by the second, and so on."""
    pairs: Pairs = {}
    for agree in stages:
        taken = frozenset(pairs.values())
        rest = [[j for j in row if i not in pairs and j not in taken] for i, row in enumerate(candidates)]
        pairs |= matching(kept(rest, agree))
    return dict(sorted(pairs.items()))
