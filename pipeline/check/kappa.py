"""Agreement beyond chance between two who sort the same things: Cohen's kappa and Krippendorff's alpha."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pipeline.errors import UsageError

# How often the one said the first and the other the second category.
Table = Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient over `of` things; `value` is None where it is not defined, and `why` says why."""

    value: float | None
    of: int
    why: str | None = None


def kappa(table: Table) -> Coefficient:
    """Cohen's kappa (Cohen 1960, Educational and Psychological Measurement 20:37): (po - pe) / (1 - pe)."""
    total = table.total()
    undefined = _undefined(table)
    if undefined:
        return undefined
    one: Counter[str] = Counter()
    other: Counter[str] = Counter()
    for (a, b), n in table.items():
        one[a] += n
        other[b] += n
    # In whole numbers, so that agreement in full is 1 and not nearly 1.
    by_chance = sum(one[category] * other[category] for category in one)
    observed = total * sum(n for (a, b), n in table.items() if a == b)
    return Coefficient((observed - by_chance) / (total * total - by_chance), total)


def alpha(table: Table) -> Coefficient:
    """Krippendorff's alpha of two coders on nominal categories (Krippendorff 2011).

    Raises UsageError where the package that computes it is not installed.
    """
    try:
        import krippendorff
        import numpy as np
    except ImportError:
        raise UsageError("krippendorff is not installed; get it with: pip install 'claim-pipeline[stats]'") from None
    undefined = _undefined(table)
    if undefined:
        return undefined
    categories = sorted({category for pair in table for category in pair})
    code = {category: n for n, category in enumerate(categories)}
    cells = sorted(table.items())
    data = np.repeat(
        [[code[a] for (a, _), _ in cells], [code[b] for (_, b), _ in cells]], [n for _, n in cells], axis=1
    )
    value = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
    return Coefficient(float(value), table.total())


def _undefined(table: Table) -> Coefficient | None:
    """Why there is nothing to agree on beyond chance; None where there is."""
    if not table.total():
        return Coefficient(None, 0, "nothing to compare")
    used = {category for pair, n in table.items() if n for category in pair}
    if len(used) == 1:
        return Coefficient(None, table.total(), f"both say {next(iter(used))} everywhere")
    return None
