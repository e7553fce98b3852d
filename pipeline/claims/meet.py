"""Claims of one paper that say the same in its two languages, and claims that say the opposite.

Two mentions are of one concept where they have one identifier; without, where the lexicon or the paper itself gives
them a name in common. So the lexicon is the translation table, with what the paper defines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations

from pipeline.fold import name_key
from pipeline.records import Claim, Mention, Object, Relation

# 不能完全消除: that much is left is no denial.
_WHOLLY = re.compile(r"(?:完全|彻底|全部|fully|completely|entirely|wholly)\s*$", re.IGNORECASE)
# What more of is better, as names of effects end.
_GOOD = re.compile(
    r"(?:功能|机能|能力|质量|学习|记忆|认知|免疫力|存活率?|生存率?|完整性|健康)$"
    r"|\b(?:function|ability|capacity|quality|performance|learning|memory|cognition|immunity|survival|integrity|health)$",
    re.IGNORECASE,
)
SYMMETRIC: frozenset[Relation] = frozenset({"binds", "associated_with"})
_CHANGES: frozenset[Relation] = frozenset({"increases", "decreases", "improves"})
_BETTER: frozenset[Relation] = frozenset({"improves", "treats"})


def meet(claims: Sequence[Claim], mentions: Iterable[Mention]) -> tuple[Claim, ...]:
    """The claims of one paper, each with the ids of those that it corroborates and of those that it conflicts with.

    `mentions` are the paper's, those that the claims name among them. Both fields are symmetric, and in the order of
    the claims. To corroborate is to say the same in the other language; a conflict has either.
    """
    concept = _concepts(claims, mentions)
    groups: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        ends = concept[claim.subject.mention], concept[claim.object.mention]
        if claim.relation in SYMMETRIC:
            ends = min(ends), max(ends)
        groups.setdefault(ends, []).append(claim)
    treated = {concept[c.object.mention] for c in claims if c.relation == "treats" and not c.negated}
    same: dict[str, list[str]] = {}
    opposite: dict[str, list[str]] = {}
    for (_, acted_on), group in groups.items():
        condition = is_condition(acted_on, acted_on in treated)
        for one, other in combinations(group, 2):
            if conflict(one, other, condition):
                _link(opposite, one, other)
            elif one.evidence.lang != other.evidence.lang and agree(one, other, condition):
                _link(same, one, other)
    return tuple(_linked(c, tuple(same.get(c.id, ())), tuple(opposite.get(c.id, ()))) for c in claims)


def _linked(claim: Claim, same: tuple[str, ...], opposite: tuple[str, ...]) -> Claim:
    """The claim with these links: itself, where it has them."""
    if (claim.corroborates, claim.conflicts) == (same, opposite):
        return claim
    return replace(claim, corroborates=same, conflicts=opposite)


def _link(links: dict[str, list[str]], one: Claim, other: Claim) -> None:
    links.setdefault(one.id, []).append(other.id)
    links.setdefault(other.id, []).append(one.id)


def is_condition(concept: str, treated: bool) -> bool | None:
    """Whether a concept is an illness. None where that is open: HP has symptoms and measures.

    `treated`: it is said so, of illnesses mostly, but of functions as well (治疗肺功能); what HP has is then a symptom.
    """
    if concept.startswith("DOID:") or (treated and concept.startswith("HP:")):
        return True
    return None if treated or concept.startswith("HP:") else False


def _concepts(claims: Sequence[Claim], mentions: Iterable[Mention]) -> dict[str, str]:
    """The concept of each mention that a claim names, by the mention's id: an identifier, or else one of its names."""
    wanted = {i for c in claims for i in (c.subject.mention, c.object.mention)}
    named = [m for m in mentions if m.id in wanted]
    by_name: dict[tuple[str, str], str] = {}
    found: dict[str, str] = {}
    # Those with an identifier first: what shares a name with one of them is that.
    for mention in sorted(named, key=lambda m: m.concept_id is None):
        names = (mention.concept_name or mention.text, mention.text, *mention.names)
        keys = [(mention.type, key) for key in dict.fromkeys(map(name_key, names))]
        concept = mention.concept_id or next((by_name[k] for k in keys if k in by_name), f"{keys[0][0]} {keys[0][1]}")
        for key in keys:
            by_name.setdefault(key, concept)
        found[mention.id] = concept
    return found


def agree(one: Claim, other: Claim, condition: bool | None) -> bool:
    """Whether two claims of the same two concepts say the same; `condition`: what is acted on is an illness."""
    return one.negated == other.negated and _one_way(one.relation, other.relation, condition)


def _one_way(one: Relation, other: Relation, condition: bool | None) -> bool:
    """Whether two relations are of one direction: to improve a condition is to decrease it, anything else to increase.

    That is, where it is known what it is; to treat goes with whatever makes better.
    """
    relations = {one, other}
    if relations == {"decreases", "improves"}:
        return condition is True
    if relations == {"increases", "improves"}:
        return condition is False
    return len(relations) == 1 or relations in (_BETTER, {"decreases", "treats"})


def conflict(one: Claim, other: Claim, condition: bool | None) -> bool:
    """Whether one claim denies what the other says, or gives the opposite direction. 不影响 denies any change.

    Whether `improves` and `decreases` are opposites is known of what is good by its name (改善睡眠质量), and of nothing
    else that is no condition (改善炎症).
    """
    if one.negated != other.negated:
        said, denied = (other, one) if one.negated else (one, other)
        at_all = denied.relation == "regulates" and said.relation in _CHANGES
        return (_one_way(said.relation, denied.relation, condition) or at_all) and not leaves_some(denied)
    relations = {one.relation, other.relation}
    opposite = (
        relations == {"increases", "decreases"}
        or (condition is True and "increases" in relations and not relations.isdisjoint(_BETTER))
        or (condition is not True and relations == {"improves", "decreases"} and _is_good(one.object))
    )
    return opposite and not one.negated


def _is_good(target: Object) -> bool:
    return any(_GOOD.search(name) for name in (target.concept_name or target.text, target.text))


def leaves_some(claim: Claim) -> bool:
    """Whether a claim denies no more than that something goes all the way."""
    before = claim.evidence.text[: claim.trigger.start - claim.evidence.start]
    return _WHOLLY.search(before) is not None
