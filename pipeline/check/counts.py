"""Counts of what is on both sides, and the figures made of them: summed over documents, then divided once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.check.compare import FIGURES, MENTION_FIGURES, Comparison
from pipeline.records import MENTION_TYPES, RELATIONS

ATTRIBUTES = ("negated", "certainty", "citations", "model")


@dataclass(frozen=True, slots=True)
class Counts:
    """Pairs found, records of the run, records of the gold."""

    tp: int = 0
    system: int = 0
    gold: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.tp + other.tp, self.system + other.system, self.gold + other.gold)

    @property
    def p(self) -> float:
        """Precision, 0 where the run says nothing."""
        return self.tp / self.system if self.system else 0.0

    @property
    def r(self) -> float:
        """Recall, 0 where there is nothing to find."""
        return self.tp / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.p * self.r / (self.p + self.r) if self.tp else 0.0


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the matched claims have an attribute right."""

    right: int = 0
    of: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.right + other.right, self.of + other.of)

    @property
    def value(self) -> float | None:
        """The share, None of nothing."""
        return self.right / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Score:
    """The counts of one document, or of several summed. `relations` has those that occur on either side."""

    figures: Mapping[str, Counts] = field(default_factory=lambda: dict.fromkeys(FIGURES, Counts()))
    types: Mapping[str, Counts] = field(default_factory=lambda: dict.fromkeys(MENTION_TYPES, Counts()))
    relations: Mapping[str, Counts] = field(default_factory=dict)
    attributes: Mapping[str, Share] = field(default_factory=lambda: dict.fromkeys(ATTRIBUTES, Share()))

    def __add__(self, other: Score) -> Score:
        relations = {r: None for r in RELATIONS if r in self.relations or r in other.relations}
        return Score(
            {k: self.figures[k] + other.figures[k] for k in FIGURES},
            {t: self.types[t] + other.types[t] for t in MENTION_TYPES},
            {r: self.relations.get(r, Counts()) + other.relations.get(r, Counts()) for r in relations},
            {a: self.attributes[a] + other.attributes[a] for a in ATTRIBUTES},
        )


def score_of(found: Comparison) -> Score:
    """The counts of one document."""
    figures = {
        figure: Counts(len(pairs), len(found.system.mentions), len(found.gold.mentions))
        if figure in MENTION_FIGURES
        else Counts(len(pairs), len(found.system.claims), len(found.gold.claims))
        for figure, pairs in found.pairs.items()
    }
    return Score(figures, _types(found), _relations(found), _attributes(found))


def _types(found: Comparison) -> dict[str, Counts]:
    # Pairs never cross types, so the largest matching is the largest in each type.
    both = Counter(found.gold.mentions[i].type for i in found.pairs["mention"])
    in_gold, in_run = (Counter(m.type for m in side.mentions) for side in (found.gold, found.system))
    return {t: Counts(both[t], in_run[t], in_gold[t]) for t in MENTION_TYPES}


def _relations(found: Comparison) -> dict[str, Counts]:
    both = Counter(found.gold.claims[i].relation for i in found.pairs["claim"])
    in_gold, in_run = (Counter(c.relation for c in side.claims) for side in (found.gold, found.system))
    return {r: Counts(both[r], in_run[r], in_gold[r]) for r in RELATIONS if in_gold[r] or in_run[r]}


def _attributes(found: Comparison) -> dict[str, Share]:
    pairs = [(found.gold.claims[i], found.system.claims[j]) for i, j in found.pairs["claim"].items()]
    return {a: Share(sum(getattr(g, a) == getattr(s, a) for g, s in pairs), len(pairs)) for a in ATTRIBUTES}


def counts_json(c: Counts) -> dict[str, float]:
    """Counts and their figures as plain data, figures to three places."""
    figures: dict[str, float] = {"p": round(c.p, 3), "r": round(c.r, 3), "f1": round(c.f1, 3)}
    return {**figures, "tp": c.tp, "system": c.system, "gold": c.gold}
