"""Named patterns over pieces: the notation of the rule files, and the engine that matches it.

A rule is tried at a trigger. `left` is matched right before it, `right` right after it; both are written in kinds of
pieces (`NP`, `DUI`, `DE` …), with `role:KIND` naming what takes part, `?`, `*`, `|`, brackets and look-ahead as in
regular expressions. The first rule of the file that fits a trigger is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import Any

from pipeline.claims.pieces import CLASSES, CODES, Piece, relation_named
from pipeline.errors import DataError
from pipeline.records import Relation

_TOKEN = re.compile(r"\s+|(\(\?<?[!=:]|[()|?*+^])|(?:(\w+):)?(!?)([A-Z]+)|(\.)")


def compile_pattern(pattern: str, where: str) -> str:
    """The pattern as a regular expression over codes. Raises DataError for a kind that does not exist."""
    out: list[str] = []
    at = groups = 0
    while at < len(pattern):
        match = _TOKEN.match(pattern, at)
        if match is None:
            raise DataError([f"{where}: cannot read {pattern[at:]!r}"])
        at = match.end()
        operator, role, negated, kind, dot = match.groups()
        if operator:
            out.append(operator)
        elif dot:
            out.append(".")
        elif kind:
            letters = CLASSES.get(kind) or CODES.get(kind)
            if letters is None:
                raise DataError([f"{where}: no kind of piece is called {kind!r}"])
            chars = "[" + ("^" if negated else "") + "".join(map(re.escape, letters)) + "]"
            # A role may stand in two branches of a pattern; `re` wants each group's name once.
            groups += bool(role)
            out.append(f"(?P<{role}_{groups}>{chars})" if role else chars)
    return "".join(out)


@dataclass(frozen=True, slots=True)
class Rule:
    """A construction: where it stands around a trigger, and which roles it fills."""

    name: str
    trigger: frozenset[str]
    left: re.Pattern[str]
    right: re.Pattern[str]
    subject: str
    """`pattern` where the pattern names it, `running` for the running subject, `none` for a rule that makes no claim"""
    sense: tuple[str, ...]
    """the kinds of the trigger table to take the relation from, the first that the trigger has"""
    relation: Relation | None
    words: frozenset[str]
    objects: frozenset[str]
    collapse: bool
    net: bool
    """whether the change that is its inner word says the direction of a relation that the rule names"""
    head: str
    """for a rule that collapses: the role that stands for the whole phrase"""
    unless: frozenset[str]
    adjacent: bool
    """whether the subject has to stand right before the trigger, without so much as an aspect between"""
    subjects: frozenset[str]
    """the types that the subject may have; empty for any"""
    fires: tuple[str, ...]
    quiet: tuple[str, ...]

    def relation_at(self, trigger: Piece) -> Relation:
        """The relation that the rule names, else that of the first of its senses that the trigger has."""
        if self.relation is not None:
            return self.relation
        return next(trigger.senses[sense] for sense in self.sense if sense in trigger.senses)


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that fits: role -> index of the piece."""

    rule: Rule
    roles: dict[str, int]


def load_rules(grammar: dict[str, Any], name: str) -> tuple[Rule, ...]:
    """The rules of a grammar file. Raises DataError with every fault in it."""
    rules: list[Rule] = []
    faults: list[str] = []
    for number, raw in enumerate(grammar.get("rule", []), 1):
        where = f"{name}.toml: rule {number} ({raw.get('name', 'without a name')})"
        try:
            kinds = frozenset(
                letter for kind in raw["trigger"].split() for letter in (CLASSES.get(kind) or CODES[kind])
            )
            left = re.compile(f"(?:{compile_pattern(raw.get('left', ''), where)})$")
            right = re.compile(compile_pattern(raw.get("right", ""), where))
            relation = relation_named(raw["relation"]) if "relation" in raw else None
        except KeyError as e:
            faults.append(f"{where}: lacks or cannot read {e}")
            continue
        except (DataError, re.error) as e:
            faults.append(f"{where}: {e}")
            continue
        rules.append(
            Rule(
                name=raw["name"],
                trigger=kinds,
                left=left,
                right=right,
                subject=raw.get("subject", "pattern"),
                sense=tuple(raw.get("sense", "va vn vi vs na").split()),
                relation=relation,
                words=frozenset(raw.get("words", [])),
                objects=frozenset(raw.get("objects", [])),
                adjacent=raw.get("adjacent", False),
                collapse=raw.get("collapse", False),
                net=raw.get("net", False),
                head=raw.get("head", "object"),
                unless=frozenset(raw.get("not_words", [])),
                subjects=frozenset(raw.get("subjects", [])),
                fires=tuple(raw.get("fires", [])),
                quiet=tuple(raw.get("quiet", [])),
            )
        )
    if faults:
        raise DataError(faults)
    return tuple(rules)


def _roles(found: re.Match[str], at: int) -> dict[str, int]:
    """The piece of each role that a pattern found, which was matched from the piece `at` on."""
    return {k.rpartition("_")[0]: at + found.start(k) for k, v in found.groupdict().items() if v is not None}


def _of_words(text: str, words: frozenset[str]) -> bool:
    """Whether it is one of these words, or two verbs of which the first is: 诱导产生."""
    return text in words or (len(text) == 4 and text[:2] in words)


class Rules:
    """Rules in their order, tried at one trigger after the other; keeps which of them a word may fire at all."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        # Triggers are few, and stand in every sentence.
        self._of_trigger = lru_cache(maxsize=4096)(self._fired_by)

    def _fired_by(self, code: str, text: str, senses: tuple[str, ...]) -> tuple[Rule, ...]:
        return tuple(
            rule
            for rule in self._rules
            if code in rule.trigger
            and not (rule.words and not _of_words(text, rule.words))
            and text not in rule.unless
            and (rule.relation is not None or not set(rule.sense).isdisjoint(senses))
        )

    def match(self, codes: str, at: int, piece: Piece, clock: dict[str, float] | None = None) -> Match | None:
        """The first rule that fits the trigger at `codes[at]`, which is `piece`.

        `clock` adds up the seconds that each rule takes to be tried, by its name.
        """
        rules = self._of_trigger(codes[at], piece.text, tuple(piece.senses))
        before, after = codes[:at], codes[at + 1 :]
        for rule in rules:
            began = 0.0 if clock is None else perf_counter()
            right = rule.right.match(after)
            left = None if right is None else rule.left.search(before)
            if clock is not None:
                clock[rule.name] = clock.get(rule.name, 0.0) + perf_counter() - began
            if right is None or left is None:
                continue
            return Match(rule, _roles(left, 0) | _roles(right, at + 1))
        return None
