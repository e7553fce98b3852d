"""Which mentions of several papers are one concept.

An identifier is the concept. Without one, names tell, folded (width, case, hyphens, traditional hanzi): the lexicon's,
those that a paper defines, the mention's own. A short form alone tells nothing beyond its paper: ALC and PS are two
things in two papers. What a word like 酶 or 磷酸化 by itself stands for, its sentence tells: it is one with no other.
Types are never mixed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.assemble.records import Agent
from pipeline.fold import has_hanzi, name_key
from pipeline.records import Mention, MentionType
from pipeline.tag.abbreviations import short_form

NameKey = tuple[MentionType, str]
# A short form of so many letters, or of so many with a digit among them (LY294002, let-7a), is one thing's.
_LONG, _NUMBERED = 8, 4
# Concepts that are those of another thing, which the sentence names or not: whose receptor, what is phosphorylated.
_OF_ANOTHER = frozenset(map(name_key, (
    "receptor", "enzyme", "kinase", "phosphorylation", "dephosphorylation", "acetylation", "deacetylation",
    "methylation", "demethylation", "ubiquitination", "transcription", "translation", "protein modification",
)))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Named:
    """What a paper's mentions of one concept have in common. Mentions of a paper by one name have one.

    `nth` numbers those that are one with no other, from 1; it is 0 for all else. `ambiguous`: the paper does not tell
    which of several concepts is meant. `listed`: the lexicon has the concept, by `concept_name`.
    """

    paper: str
    type: MentionType
    concept_id: str | None
    concept_name: str | None
    names: tuple[str, ...]
    ambiguous: bool
    listed: bool
    nth: int


@dataclass(slots=True)
class _Concept:
    """A concept while it is gathered: its names as written, by how often, and what the lexicon calls it."""

    type: MentionType
    concept_id: str | None = None
    texts: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)


@lru_cache(maxsize=16384)
def telling(name: str) -> bool:
    """Whether papers that use this name mean one thing by it."""
    key = name_key(name)
    if not key:
        return False
    numbered = len(key) >= _NUMBERED and any(c.isdigit() for c in key)
    return numbered or len(key) >= _LONG or not short_form(name)


def agents(mentions: Iterable[tuple[str, str, Mention]]) -> dict[tuple[str, str], Agent]:
    """The concept of each mention, by its run and id. `mentions` have their run and their paper before them."""
    profiles: dict[tuple[str, str], _Named] = {}
    texts: dict[_Named, Counter[str]] = defaultdict(Counter)
    met: Counter[tuple[str, str, str, str]] = Counter()
    for run, paper, mention in mentions:
        nth = 0
        if _is_of_another(mention):
            # Counted, as its place differs between two files of one paper.
            word = run, mention.doc, mention.type, name_key(mention.text)
            met[word] += 1
            nth = met[word]
        named = _named(paper, mention, nth)
        profiles[run, mention.id] = named
        texts[named][mention.text] += 1
    keys = _keys(texts)
    concepts: dict[str, _Concept] = {}
    for named, written in texts.items():
        concept = concepts.setdefault(keys[named], _Concept(named.type))
        concept.concept_id = concept.concept_id or named.concept_id
        concept.texts.update(written)
        concept.texts.update(dict.fromkeys(named.names, 0))
        if named.concept_name:
            concept.named[named.concept_name] += written.total()
    made = {key: _agent(key, concept) for key, concept in concepts.items()}
    return {at: made[keys[named]] for at, named in profiles.items()}


def _is_of_another(mention: Mention) -> bool:
    return mention.rule.startswith("bare-") or name_key(mention.concept_name or mention.text) in _OF_ANOTHER


def _named(paper: str, mention: Mention, nth: int) -> _Named:
    # What the lexicon knows goes by its name, be it as short as TPEN; a short name that a paper gives binds that paper.
    name, listed = mention.concept_name, mention.rule == "lexicon" and mention.concept_name is not None
    if name is not None and not (mention.concept_id or listed or telling(name)):
        name = None
    names = (mention.text,) if nth else tuple(dict.fromkeys((mention.text, *mention.names)))
    return _Named(paper, mention.type, mention.concept_id, name, names, bool(mention.candidates), listed, nth)


def _keys(found: Iterable[_Named]) -> dict[_Named, str]:
    """The key of the concept of each: its identifier, or its names, or a name and the paper that it is bound to."""
    every = list(found)
    lexicon = {_own_mark(named) for named in every if named.listed}
    keys: dict[_Named, str] = {}
    known: dict[NameKey, set[str]] = defaultdict(set)
    free: list[_Named] = []
    for named in every:
        marks = _telling_keys(named)
        if named.nth:
            keys[named] = f"{_bound(named)}:{named.nth}"
        elif named.concept_id is not None or (named.concept_name and _own_mark(named) in lexicon):
            # Two concepts that the lexicon tells apart stay two, whatever names papers give them.
            keys[named] = f"{named.type}:{named.concept_id or _own_mark(named)[1]}"
            for mark in marks:
                known[mark].add(keys[named])
        elif named.ambiguous or not marks:
            keys[named] = _bound(named)
        else:
            free.append(named)
    for family in _families(free):
        homes = {key for named in family for mark in _telling_keys(named) for key in known.get(mark, ())}
        # A name of two known concepts is neither's.
        key = homes.pop() if len(homes) == 1 else _family_key(family)
        keys.update(dict.fromkeys(family, key))
    return keys


def _own_mark(named: _Named) -> NameKey:
    return named.type, name_key(named.concept_name or "")


def _bound(named: _Named) -> str:
    """A key for what its name means in its paper."""
    return f"{named.type}:{min(map(name_key, named.names))}@{named.paper}"


def _telling_keys(named: _Named) -> list[NameKey]:
    """The names by which other papers may mean this concept."""
    if named.concept_name:
        return [(named.type, name_key(n)) for n in (named.concept_name, *filter(telling, named.names))]
    # A phrase: 树突状细胞的基因表达 is 树突状细胞基因表达.
    return [(named.type, name_key(n).replace("的", "")) for n in named.names if telling(n)]


def _families(found: Iterable[_Named]) -> list[list[_Named]]:
    """Those that share a name, over any number of steps."""
    roots: dict[NameKey, NameKey] = {}

    def root(mark: NameKey) -> NameKey:
        while roots.setdefault(mark, mark) != mark:
            roots[mark] = mark = roots[roots[mark]]
        return mark

    marked = [(named, _telling_keys(named)) for named in found]
    for _, (first, *others) in marked:
        for mark in others:
            roots[root(mark)] = root(first)
    families: dict[NameKey, list[_Named]] = defaultdict(list)
    for named, (first, *_) in marked:
        families[root(first)].append(named)
    return list(families.values())


def _family_key(family: list[_Named]) -> str:
    """A key that does not hang on the order of the papers: the first by letter of the names of the concept."""
    named = [name_key(n.concept_name) for n in family if n.concept_name]
    return f"{family[0].type}:{min(named or (key for n in family for _, key in _telling_keys(n)))}"


def _agent(key: str, concept: _Concept) -> Agent:
    names = _by_use(concept.texts)
    full = [n for n in names if telling(n)] or names
    named = next(iter(_by_use(concept.named)), None)
    zh = next((n for n in (named, *full) if n and has_hanzi(n)), None)
    en = next((n for n in (named, *full) if n and not has_hanzi(n)), None)
    return Agent(key, concept.type, concept.concept_id, named or full[0], zh, en, tuple(names))


def _by_use(texts: Counter[str]) -> list[str]:
    """Names, the most used first, each in the spelling that is used most."""
    spelled: dict[str, Counter[str]] = defaultdict(Counter)
    for text, count in texts.items():
        spelled[name_key(text)][text] += count
    ranked = sorted(spelled.items(), key=lambda s: (-s[1].total(), s[0]))
    return [min(spellings.items(), key=lambda s: (-s[1], s[0]))[0] for _, spellings in ranked]
