"""Which mentions of several papers are one concept.

An identifier is the concept. Without one, names tell, folded (width, case, hyphens, traditional hanzi): the lexicon's,
those that a paper defines, the mention's own. A short form alone tells nothing beyond its paper: ALC and PS are two
things in two papers. What has no name (酶 by itself) is nobody else's. Types are never mixed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.assemble.records import Agent
from pipeline.fold import has_hanzi, name_key
from pipeline.records import Mention, MentionType
from pipeline.tag.abbreviations import short_form

NameKey = tuple[MentionType, str]
# A short form of so many letters, or of so many with a digit among them (LY294002, let-7a), is one thing's.
_LONG, _NUMBERED = 8, 4


@dataclass(frozen=True, slots=True)
class _Named:
    """What a paper's mentions of one concept have in common. Mentions of a paper by one name have one."""

    paper: str
    type: MentionType
    concept_id: str | None
    concept_name: str | None
    names: tuple[str, ...]
    open: bool
    place: str


@dataclass(slots=True)
class _Concept:
    """A concept while it is gathered: its names as written, by how often, and what the lexicon calls it."""

    type: MentionType
    concept_id: str | None
    texts: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)


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
    for run, paper, mention in mentions:
        named = _named(paper, mention)
        profiles[run, mention.id] = named
        texts[named][mention.text] += 1
    keys = _keys(texts)
    concepts: dict[str, _Concept] = {}
    for named, written in texts.items():
        concept = concepts.setdefault(keys[named], _Concept(named.type, named.concept_id))
        # What is open is kept apart from all that has an identifier, so the first of a concept tells it.
        concept.concept_id = concept.concept_id or named.concept_id
        concept.texts.update(written)
        concept.texts.update(dict.fromkeys(named.names, 0))
        if named.concept_name:
            concept.named[named.concept_name] += written.total()
    made = {key: _agent(key, concept) for key, concept in concepts.items()}
    return {at: made[keys[named]] for at, named in profiles.items()}


def _named(paper: str, mention: Mention) -> _Named:
    # 酶 by itself is another enzyme in each sentence.
    place = str(mention.start) if mention.rule.startswith("bare-") and mention.concept_id is None else ""
    name = mention.concept_name
    # What the lexicon knows goes by its name, be it as short as TPEN; a short name that a paper gives binds that paper.
    kept = name is not None and (mention.concept_id is not None or mention.rule == "lexicon" or telling(name))
    names = tuple(dict.fromkeys((mention.text, *mention.names)))
    is_open = bool(mention.candidates)
    return _Named(paper, mention.type, mention.concept_id, name if kept else None, names, is_open, place)


def _keys(found: Iterable[_Named]) -> dict[_Named, str]:
    """The key of the concept of each: its identifier, or its names, or a name and the paper that it is bound to."""
    listed = sorted(found, key=lambda n: (n.paper, n.type, n.concept_id or "", n.concept_name or "", n.names, n.place))
    keys: dict[_Named, str] = {}
    # Names of what has an identifier: in its paper any, elsewhere those that tell.
    here: dict[tuple[str, NameKey], set[str]] = defaultdict(set)
    anywhere: dict[NameKey, set[str]] = defaultdict(set)
    for named in listed:
        if named.concept_id is not None:
            keys[named] = f"{named.type}:{named.concept_id}"
            for name in _all_names(named):
                here[named.paper, (named.type, name_key(name))].add(keys[named])
            for key in _telling_keys(named):
                anywhere[key].add(keys[named])
    families = _families(n for n in listed if n.concept_id is None and not n.open and not n.place)
    for members in families:
        known = {k for n in members for key in _telling_keys(n) for k in anywhere[key]}
        base = next(iter(known)) if len(known) == 1 else _family_key(members)
        for named in members:
            own = {k for name in _all_names(named) for k in here[named.paper, (named.type, name_key(name))]}
            keys[named] = next(iter(own)) if len(own) == 1 and len(known) != 1 else base
    for named in listed:
        if named.place or (named.open and named.concept_id is None):
            keys[named] = f"{named.type}:{name_key(named.names[0])}@{named.paper}{':' * bool(named.place)}{named.place}"
    return keys


def _all_names(named: _Named) -> Iterator[str]:
    yield from filter(None, (named.concept_name, *named.names))


def _telling_keys(named: _Named) -> list[NameKey]:
    """The names by which other papers may mean this concept."""
    own = (named.concept_name,) if named.concept_name else ()
    return [(named.type, name_key(n)) for n in (*own, *filter(telling, named.names))]


def _families(found: Iterable[_Named]) -> list[list[_Named]]:
    """Those that share a telling name, over any number of steps; in one paper, also those that share any."""
    roots: dict[object, object] = {}

    def root(at: object) -> object:
        while roots.setdefault(at, at) != at:
            at = roots[at]
        return at

    listed = list(found)
    for named in listed:
        short = [(named.paper, named.type, name_key(n)) for n in _all_names(named)]
        for mark in (*_telling_keys(named), *short):
            roots[root(mark)] = root(named)
    families: dict[object, list[_Named]] = defaultdict(list)
    for named in listed:
        families[root(named)].append(named)
    return list(families.values())


def _family_key(members: list[_Named]) -> str:
    """A key that does not hang on the order of the papers: the first by letter of the names that tell."""
    kind = members[0].type
    lexical = [name_key(n.concept_name) for n in members if n.concept_name]
    told = lexical or [key for n in members for _, key in _telling_keys(n)]
    if told:
        return f"{kind}:{min(told)}"
    return f"{kind}:{min(name_key(x) for n in members for x in n.names)}@{members[0].paper}"


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
