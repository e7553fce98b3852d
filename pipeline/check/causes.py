"""Why a record is only on one side: each miss and each extra has exactly one cause.

A miss and an extra that are the two halves of one mistake (the relation is another) stand together in one `Finding`.
Of several possible causes the first in this order is taken: the text is not there, one record stands for two, the two
halves of one mistake, a mention that is missing, and what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.check.align import Span, name, overlap
from pipeline.check.compare import Comparison, same_subject, strictly
from pipeline.check.match import kept, matching, overlapping
from pipeline.check.sides import Of, SideClaim

Kind = Literal["miss", "extra", "near"]


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause as people read it: a label in both languages, and what it means."""

    of: Of
    name: str
    en: str
    zh: str
    means: str


CAUSES = tuple(
    Cause(*row)
    for row in (
        ("claim", "relation", "wrong relation", "关系错误", "Subject and object agree, the relation does not."),
        ("claim", "subject", "wrong subject", "主语错误", "Relation and object agree, the subject does not."),
        ("claim", "relation-and-subject", "wrong relation and subject", "关系和主语错误", "Only the object agrees."),
        ("claim", "object", "wrong object", "宾语错误", "Subject, relation and trigger agree, the object does not."),
        ("claim", "reversed", "subject and object reversed", "主宾颠倒", "The one's subject is the other's object."),
        (
            "claim", "object-span", "object's span", "宾语跨度",
            "The object ends elsewhere: one claim stands for several of the other side, or the match is not strict.",
        ),
        ("claim", "twice", "said twice", "重复", "The other side has this claim once, and it is matched already."),
        ("claim", "negation", "negation", "否定", "Found, but one side denies it."),
        ("claim", "certainty", "certainty", "确定程度", "Found, but one side hedges it."),
        ("claim", "mention-missed", "a mention was missed", "名称漏标", "The run has no mention at one of its ends."),
        ("claim", "left-out", "left-out subject", "主语省略", "Missed; the sentence itself does not name the subject."),
        ("claim", "missed", "missed, both mentions found", "名称已标，论断漏提", "No claim of the run comes near it."),
        ("claim", "mention-extra", "an extra mention", "名称多标", "One of its ends is no mention in the gold."),
        ("claim", "extra", "extra, both mentions in the gold", "论断多提", "No claim of the gold comes near it."),
        ("claim", "text-lost", "text not in the run", "原文缺失", "The run's text lacks the words of one of its ends."),
        ("claim", "outside-gold", "outside the gold's text", "超出标准答案", "The gold's text lacks the sentence."),
        ("mention", "missed", "missed mention", "漏标", "The run has no mention there."),
        ("mention", "extra", "extra mention", "多标", "The gold has no mention there."),
        ("mention", "type", "wrong type", "类型错误", "There is one, of another type."),
        (
            "mention", "span", "wrong span", "跨度错误",
            "Another mention that is matched already covers a part of it, or the match is not strict.",
        ),
        ("mention", "text-lost", "text not in the run", "原文缺失", "The run's text lacks these words."),
        ("mention", "outside-gold", "outside the gold's text", "超出标准答案", "The gold's text lacks these words."),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, with the indices of the records that show it.

    `counts` says as what it counts: `miss` and `extra` (both, where they are halves of one mistake), or `near` for a
    pair that matches, but not strictly. A `miss` may name a run's record that it does not count: the one beside it.
    """

    of: Of
    cause: str
    counts: tuple[Kind, ...]
    gold: int | None
    system: int | None


def findings(found: Comparison) -> tuple[Finding, ...]:
    """All that is wrong in a document: claims before mentions, in the order of the gold, then of the run."""
    claims, mentions = _claim_findings(found), _mention_findings(found)
    return (*sorted(claims, key=_order), *sorted(mentions, key=_order))


def _order(finding: Finding) -> tuple[bool, int, int]:
    one, other = finding.gold, finding.system
    return one is None, -1 if one is None else one, -1 if other is None else other


class _Open:
    """The records of both sides that no cause is found for yet."""

    def __init__(self, of: Of, missed: Iterable[int], extra: Iterable[int]) -> None:
        self.of = of
        self.missed, self.extra = list(missed), list(extra)
        self.done: list[Finding] = []

    def miss(self, i: int, cause: str, beside: int | None = None) -> None:
        self.missed.remove(i)
        self.done.append(Finding(self.of, cause, ("miss",), i, beside))

    def add(self, j: int, cause: str, beside: int | None = None) -> None:
        self.extra.remove(j)
        self.done.append(Finding(self.of, cause, ("extra",), beside, j))

    def link(self, agree: Callable[[int, int], bool], cause: Callable[[int, int], str]) -> None:
        """Join open misses and extras that agree, one to one, as halves of one mistake."""
        left, right = tuple(self.missed), tuple(self.extra)
        candidates = [[n for n, j in enumerate(right) if agree(i, j)] for i in left]
        for k, n in matching(candidates).items():
            i, j = left[k], right[n]
            self.missed.remove(i)
            self.extra.remove(j)
            self.done.append(Finding(self.of, cause(i, j), ("miss", "extra"), i, j))


def _open(of: Of, found: Comparison) -> _Open:
    ours, theirs = (found.gold.mentions, found.system.mentions) if of == "mention" else _claims(found)
    pairs = found.nearest[of]
    hit = frozenset(pairs.values())
    return _Open(of, (i for i in range(len(ours)) if i not in pairs), (j for j in range(len(theirs)) if j not in hit))


def _claims(found: Comparison) -> tuple[Sequence[SideClaim], Sequence[SideClaim]]:
    return found.gold.claims, found.system.claims


def _mention_findings(found: Comparison) -> Iterator[Finding]:
    ours, theirs = found.gold.mentions, found.system.mentions
    rest = _open("mention", found)
    for i, j in found.nearest["mention"].items():
        if ours[i].span != theirs[j].span:
            yield Finding("mention", "span", ("near",), i, j)
    _leave_lost(rest, found, [m.span for m in ours], [(m.span,) for m in theirs])
    # Of one type they would be a pair.
    rest.link(lambda i, j: overlap(ours[i].span, theirs[j].span), lambda _i, _j: "type")
    near = overlapping([m.span for m in ours], [m.span for m in theirs])
    for i in tuple(rest.missed):
        rest.miss(i, "span" if near[i] else "missed", near[i][0] if near[i] else None)
    back = {j: i for i in reversed(range(len(ours))) for j in near[i]}
    for j in tuple(rest.extra):
        rest.add(j, "span" if j in back else "extra", back.get(j))
    yield from rest.done


def _leave_lost(
    rest: _Open, found: Comparison, wanted: Sequence[Span | None], places: Sequence[tuple[Span | None, ...]]
) -> None:
    """Set apart what the other side has no text for."""
    for i in tuple(rest.missed):
        span = wanted[i]
        if span is not None and not found.system.has(span):
            rest.miss(i, "text-lost")
    for j in tuple(rest.extra):
        if None in places[j]:
            rest.add(j, "outside-gold")


def _claim_findings(found: Comparison) -> Iterator[Finding]:
    ours, theirs = _claims(found)
    rest = _open("claim", found)
    yield from _not_strict(found)
    _leave_lost(rest, found, [_lost_end(found, c) for c in ours], [(c.object, c.sentence) for c in theirs])
    _leave_doubles(rest, found)
    heard = _Heard(found)

    def near(i: int, j: int) -> bool:
        return overlap(ours[i].object, theirs[j].object) and together(i, j)

    def together(i: int, j: int) -> bool:
        return overlap(ours[i].sentence, theirs[j].sentence)

    def related(i: int, j: int) -> bool:
        return ours[i].relation == theirs[j].relation

    def agreed(i: int, j: int) -> bool:
        return same_subject(ours[i], theirs[j])

    def turned(i: int, j: int) -> bool:
        one, other = ours[i], theirs[j]
        return together(i, j) and overlap(one.subject, other.object) and overlap(one.object, other.subject)

    def or_missed(cause: str) -> Callable[[int, int], str]:
        return lambda i, _j: cause if heard.both_ends(ours[i]) else "mention-missed"

    rest.link(lambda i, j: near(i, j) and agreed(i, j), lambda _i, _j: "relation")
    rest.link(lambda i, j: near(i, j) and related(i, j), or_missed("subject"))
    rest.link(turned, lambda _i, _j: "reversed")
    rest.link(near, or_missed("relation-and-subject"))
    rest.link(
        lambda i, j: together(i, j) and related(i, j) and agreed(i, j) and _one_trigger(ours[i], theirs[j]),
        or_missed("object"),
    )
    for i in tuple(rest.missed):
        whole = heard.both_ends(ours[i])
        rest.miss(i, "mention-missed" if not whole else "left-out" if ours[i].subject is None else "missed")
    for j in tuple(rest.extra):
        rest.add(j, "extra" if heard.known(theirs[j]) else "mention-extra")
    yield from rest.done


def _not_strict(found: Comparison) -> Iterator[Finding]:
    """Pairs that are not strictly the same: what changes the meaning most is the cause."""
    ours, theirs = _claims(found)
    for i, j in found.nearest["claim"].items():
        one, other = ours[i], theirs[j]
        if not strictly(one, other):
            denied = one.negated != other.negated
            cause = "negation" if denied else "certainty" if one.certainty != other.certainty else "object-span"
            yield Finding("claim", cause, ("near",), i, j)


def _lost_end(found: Comparison, claim: SideClaim) -> Span | None:
    """The end of a claim of the gold that the run has no text for; else its object."""
    ends = [end for end in (claim.object, claim.subject) if end is not None]
    return next((end for end in ends if not found.system.has(end)), claim.object)


def _leave_doubles(rest: _Open, found: Comparison) -> None:
    """Set apart what agrees with a claim that another is matched with: one claim stands for two."""
    ours, theirs = _claims(found)
    near = overlapping([c.object for c in ours], [c.object for c in theirs])
    full = kept(near, lambda i, j: _full(ours[i], theirs[j]))
    owner = {j: i for i, j in found.nearest["claim"].items()}
    for i in tuple(rest.missed):
        if full[i]:  # all are taken, or the matching would not be the largest
            same = [j for j in full[i] if ours[owner[j]].object == ours[i].object]
            rest.miss(i, "twice" if same else "object-span", (same or full[i])[0])
    back: dict[int, list[int]] = {}
    for i, row in enumerate(full):
        for j in row:
            back.setdefault(j, []).append(i)
    for j in tuple(rest.extra):
        taken = back.get(j)
        if taken:
            same = [i for i in taken if theirs[found.nearest["claim"][i]].object == theirs[j].object]
            rest.add(j, "twice" if same else "object-span", (same or taken)[0])


def _full(one: SideClaim, other: SideClaim) -> bool:
    return one.relation == other.relation and overlap(one.sentence, other.sentence) and same_subject(one, other)


def _one_trigger(one: SideClaim, other: SideClaim) -> bool:
    a, b = name(one.trigger), name(other.trigger)
    return bool(a and b) and (a in b or b in a)


class _Heard:
    """Which ends of claims the other side has a mention at, of whatever type."""

    def __init__(self, found: Comparison) -> None:
        gold, run = ([m.span for m in side.mentions] for side in (found.gold, found.system))
        self._in_run = self._marked(found.gold.claims, run)
        self._in_gold = self._marked(found.system.claims, gold)

    def both_ends(self, claim: SideClaim) -> bool:
        """Whether the run has mentions at a gold claim's object and, where the sentence names it, its subject."""
        return all(end is None or end in self._in_run for end in (claim.object, claim.subject))

    def known(self, claim: SideClaim) -> bool:
        """Whether the gold has mentions at a run's claim's object and, where the text has it, its subject."""
        return all(end is None or end in self._in_gold for end in (claim.object, claim.subject))

    @staticmethod
    def _marked(claims: Iterable[SideClaim], mentions: Sequence[Span | None]) -> frozenset[Span]:
        ends = sorted({end for c in claims for end in (c.object, c.subject) if end is not None})
        return frozenset(end for end, row in zip(ends, overlapping(ends, mentions), strict=True) if row)
