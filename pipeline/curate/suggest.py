"""Names that a run found and the lexicon does not know: one suggestion a concept, for a curator to accept.

What a paper defines itself comes first, then what the shape of a name or its company gave, then phrases, and last what
is put together from known words (细胞端粒酶, lists, `的` phrases, ratios, pathways), is a known name misspelt, or has
two letters. Within these, names of many papers come first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from rapidfuzz import fuzz

from pipeline.fold import fold, has_hanzi, is_hanzi, name_key
from pipeline.knowledge import Concept, Knowledge
from pipeline.records import Gloss, Mention, mention_type
from pipeline.tag.glosses import short_form

CONTEXTS = 3
_AROUND = 30
# Beyond this a name is a description, in characters of one width: a hanzi is two.
_LONGEST = 60
# A name this like one of the concept's own, in per cent, is that name misspelt or in the plural.
_LIKE = 88


# `Fabulin` begins a sentence, or is written so for its looks: no short form, whatever its capital.
_WORDS = re.compile(r"[A-Z][a-z]{3,}(?:[ -][A-Za-z]?[a-z]{2,})*")


class Tier(IntEnum):
    """How likely a suggestion is a name worth a line, the best first."""

    GLOSS = 0
    SHAPE = 1
    PHRASE = 2
    COMPOSED = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A concept that a lexicon line could be made of.

    `type` is the one that most of its mentions have, empty where the papers only define it. `count` is of mentions by
    names that are new; `known` is the lexicon's name for the concept where only some names of it are new. `note`
    says which short forms were left out of `abbreviations`, and why. `composed` names are made of known words; one that
    stands `apart` begins behind a mark or a small word somewhere, and not within other hanzi.
    """

    tier: Tier
    composed: bool
    apart: bool
    type: str
    id: str
    en: str
    zh: str
    synonyms: tuple[str, ...]
    abbreviations: tuple[str, ...]
    count: int
    papers: tuple[str, ...]
    rules: tuple[str, ...]
    known: str
    note: str
    contexts: tuple[str, ...]


@dataclass(slots=True)
class _Group:
    """What the papers say of one concept, while it is gathered. Names are keyed by `name_key`."""

    spellings: dict[str, Counter[str]] = field(default_factory=dict)
    short: dict[str, None] = field(default_factory=dict)
    mentions: list[Mention] = field(default_factory=list)
    glosses: list[Gloss] = field(default_factory=list)

    def name(self, text: str, *, short: bool) -> None:
        self.spellings.setdefault(name_key(text), Counter())[text] += 1
        if short:
            self.short[name_key(text)] = None

    def take(self, other: _Group) -> None:
        for key, spellings in other.spellings.items():
            self.spellings.setdefault(key, Counter()).update(spellings)
        self.short |= other.short
        self.mentions += other.mentions
        self.glosses += other.glosses


def suggest(
    mentions: Sequence[Mention],
    glosses: Sequence[Gloss],
    texts: Mapping[str, str],
    knowledge: Knowledge,
    *,
    least: int = 1,
) -> tuple[Suggestion, ...]:
    """The suggestions of a run's records, best first; those with fewer than `least` mentions are left out.

    Names that `knowledge` has meanwhile are none, whatever the run was made with.
    """
    desk = _Desk(knowledge, texts)
    made = map(desk.suggestion, _across_papers(_by_paper(mentions, glosses), knowledge))
    kept = [s for s in made if s is not None and s.count >= least]
    return tuple(sorted(kept, key=_order))


def _order(s: Suggestion) -> tuple[object, ...]:
    return s.tier, s.composed, not s.type, -len(s.papers), -s.count, not s.apart, s.zh or s.en, s.type


# -- grouping ----------------------------------------------------------------------------------------------------------


def _by_paper(mentions: Sequence[Mention], glosses: Sequence[Gloss]) -> Iterator[_Group]:
    """Names of one concept, paper by paper: those of a definition, and those that a mention's `names` join."""
    roots: dict[tuple[str, str], tuple[str, str]] = {}

    def root(doc: str, key: str) -> tuple[str, str]:
        at = (doc, key)
        while roots.setdefault(at, at) != at:
            at = roots[at]
        return at

    def join(doc: str, names: Iterable[str]) -> None:
        first, *others = map(name_key, names)
        for key in others:
            roots[root(doc, key)] = root(doc, first)

    for gloss in glosses:
        join(gloss.doc, (n.text for n in gloss.names))
    for mention in mentions:
        join(mention.doc, (mention.text, *mention.names))
    groups: dict[tuple[str, str], _Group] = {}
    for gloss in glosses:
        group = groups.setdefault(root(gloss.doc, name_key(gloss.names[0].text)), _Group())
        group.glosses.append(gloss)
        for name in gloss.names:
            group.name(name.text, short=name.abbreviation and not _WORDS.fullmatch(name.text))
    for mention in mentions:
        group = groups.setdefault(root(mention.doc, name_key(mention.text)), _Group())
        group.mentions.append(mention)
        group.name(mention.text, short=short_form(mention.text) and not _WORDS.fullmatch(mention.text))
    yield from groups.values()


def _across_papers(groups: Iterable[_Group], knowledge: Knowledge) -> Iterator[_Group]:
    """Join what several papers say of a concept: full names tell, since a short form may mean two things in two papers.

    A short form that a paper uses without a word goes to the one concept that others define it for.
    """
    listed = [_without_parts(group, knowledge) for group in groups]
    full: dict[object, _Group] = {}
    alone: list[_Group] = []
    merged: list[_Group] = []
    for group in listed:
        concept = _known(group, knowledge)
        marks = [id(concept)] if concept else [k for k in group.spellings if k not in group.short]
        if not marks:
            alone.append(group)
            continue
        # A name may join what were two: the later gives all it has to the first.
        homes = list({id(full[m]): full[m] for m in marks if m in full}.values())
        home = homes[0] if homes else _Group()
        for other in homes[1:]:
            home.take(other)
            merged = [g for g in merged if g is not other]
            full.update({m: home for m, g in full.items() if g is other})
        if not homes:
            merged.append(home)
        home.take(group)
        full.update(dict.fromkeys(marks, home))
    by_short: dict[str, list[_Group]] = {}
    for group in merged:
        for key in group.short:
            by_short.setdefault(key, []).append(group)
    symbols: dict[str, _Group] = {}
    for group in alone:
        key = next(iter(group.spellings))
        homes = by_short.get(key, [])
        home = homes[0] if len(homes) == 1 else symbols.setdefault(key, _Group())
        home.take(group)
    yield from merged
    yield from symbols.values()


def _known(group: _Group, knowledge: Knowledge) -> Concept | None:
    """The lexicon's concept that a full name of the group stands for, one of the mentions' type before others."""
    types = {m.type for m in group.mentions}
    keys = [k for k in group.spellings if k not in group.short]
    concepts = [concept for key in keys for concept, _, _ in knowledge.by_key.get(key, ())]
    return min(concepts, key=lambda c: c.kind not in types, default=None)


def _without_parts(group: _Group, knowledge: Knowledge) -> _Group:
    """The group without names that are only the known part of a longer one: 激酶 of Janus kinase 2 is not its name."""
    concept = _known(group, knowledge)
    if concept is None:
        return group
    new = [k for k in group.spellings if k not in group.short and k not in knowledge.by_key]
    parts = [name_key(n) for n in concept.names if len(n) > 3]
    if any(part in key and not key.startswith(part + "s") for key in new for part in parts):
        group.spellings = {k: v for k, v in group.spellings.items() if k in group.short or k in new}
    return group


# -- a line ------------------------------------------------------------------------------------------------------------

_RANKED = (
    (Tier.COMPOSED, re.compile(r"phrase-(?:of|list|pathway)|ratio|around-bracket|grown-(?:agent|ergic)|lexicon")),
    (Tier.SHAPE, re.compile(r"ending-|symbol-|grown-")),
    (Tier.PHRASE, re.compile(r"phrase-|object-")),
)
_LOOSE = frozenset("0123456789/+()（）,、的和与及或内外性类型")
_JOINS = re.compile(r"[的和与及或、/，,;；]|\band\b|\bor\b|\bof\b")
# Words of a sentence that a name's beginning was not told from: 后人外周血…, 第一个限速酶, 3级激酶.
_NO_BEGINNING = re.compile(r"(?:第[一二三四]|一系列|各种|多种|几种|其他|等|后|[mk]?g(?=[\u4e00-\u9fff])|\d+[级种个])")
# A place in a protein: Ser40, p-Tyr1138.
_RESIDUE = re.compile(r"(?:p-?)?(?:Ser|Thr|Tyr|Lys|Cys|His|Arg|Asp|Asn|Glu|Gln)-?\d+")


class _Desk:
    """What a suggestion is judged by: the lexicon, the words that names are made of, and the texts."""

    def __init__(self, knowledge: Knowledge, texts: Mapping[str, str]) -> None:
        self._knowledge, self._texts = knowledge, texts
        self._vague = frozenset(row["word"] for row in knowledge.tables["aspects"] if row["kind"] == "vague")
        self._words = frozenset(
            name_key(row["word"]) for table in ("affixes", "heads", "aspects") for row in knowledge.tables[table]
        )

    def suggestion(self, group: _Group) -> Suggestion | None:
        """What a curator is shown of a group; None where all that is new in it is no name."""
        concept, index = _known(group, self._knowledge), self._knowledge.by_key
        if concept is not None and mention_type(concept.kind) is None:
            return None
        full = _full(group)
        if not full and any(key in index for key in group.spellings):
            return None
        new = [k for k in group.spellings if k not in index and not (full and k in group.short)]
        new = [k for k in new if _is_name(_written(group, k)) and _written(group, k) not in self._vague]
        # A new concept is counted by its short forms too, a known one by its new names alone.
        counted = new if concept else [*new, *(k for k in group.short if k not in index)]
        found = [m for m in group.mentions if name_key(m.text) in counted and not _garbled(m)]
        told = [g for g in group.glosses if any(name_key(n.text) in new for n in g.names)]
        if not new or not (found or told):
            return None
        names = [fold(_written(group, k)) for k in sorted(new, key=lambda k: -group.spellings[k].total())]
        shorts, note = _short_forms(group, self._knowledge) if full else ((), "")
        # Names that are only misspelt go last, and alone are no reason for a line.
        names.sort(key=lambda n: self._like_known(n, group))
        composed = all(map(self._composed, names))
        tier = _tier(found, told, names)
        if (composed and tier is not Tier.GLOSS) or self._like_known(names[0], group) or len(name_key(names[0])) < 3:
            tier = Tier.COMPOSED
        listed = concept.names if concept else ()
        en = next((n for n in (*listed, *names) if not has_hanzi(n)), "")
        zh = next((n for n in (*listed, *names) if has_hanzi(n)), "")
        types = Counter(m.type for m in found) or Counter(g.type for g in told if g.type)
        return Suggestion(
            tier=tier,
            composed=composed,
            apart=any(_apart(self._texts.get(m.doc, ""), m.start) for m in found),
            type=concept.kind if concept else next((t for t, _ in types.most_common(1)), ""),
            id=(concept.id or "") if concept else "",
            en=en,
            zh=zh,
            synonyms=tuple(n for n in names if n not in (en, zh)),
            abbreviations=shorts,
            count=len(found) or len(told),
            papers=tuple(sorted({m.doc for m in found} | {g.doc for g in told})),
            rules=_rules(found, told),
            known=concept.name if concept else "",
            note=note,
            contexts=_contexts(found, told, self._texts),
        )

    def _like_known(self, name: str, group: _Group) -> bool:
        """Whether a name is one that the lexicon has for a concept of this group, but for a few letters."""
        concepts = {id(c): c for k in group.spellings for c, _, _ in self._knowledge.by_key.get(k, ())}
        key = name_key(name)
        others = [name_key(other) for c in concepts.values() for other in (*c.names, *c.abbreviations)]
        return any(fuzz.ratio(key, other) >= _LIKE for other in others)

    def _composed(self, name: str) -> bool:
        """Whether a name can be cut into known names, word parts and numbers."""
        key, index = name_key(name), self._knowledge.by_key
        ends = {0}
        for end in range(1, len(key) + 1):
            pieces = (key[a:end] for a in ends if end - a > 1)
            if any(p in index or p in self._words for p in pieces) or (end - 1 in ends and key[end - 1] in _LOOSE):
                ends.add(end)
        return len(key) in ends


def _garbled(mention: Mention) -> bool:
    """Whether this is a known name as scans garble it, which the lexicon matches as it is."""
    return mention.rule == "lexicon" and mention.concept_name is not None


def _full(group: _Group) -> bool:
    return any(k not in group.short for k in group.spellings)


def _written(group: _Group, key: str) -> str:
    """The spelling that the papers use most; one that begins small before one that begins a sentence."""
    return max(group.spellings[key].items(), key=lambda s: (s[1], s[0][:1].islower()))[0]


def _is_name(text: str) -> bool:
    """Whether this can be a name at all: letters in it, brackets closed, no longer than a name is."""
    letters = sum(c.isalpha() for c in text)
    whole = all(text.count(a) == text.count(b) for a, b in ("()", "（）", "[]"))
    width = sum(2 if is_hanzi(c) else 1 for c in text)
    no_name = _NO_BEGINNING.match(fold(text)) or _RESIDUE.fullmatch(text)
    return letters >= 2 and whole and width <= _LONGEST and not no_name


def _short_forms(group: _Group, knowledge: Knowledge) -> tuple[tuple[str, ...], str]:
    """Short forms that may stand in a lexicon, and a note of those that mean too many things to."""
    kept: list[str] = []
    left: list[str] = []
    for key in sorted(group.short, key=lambda k: -group.spellings[k].total()):
        text = fold(_written(group, key))
        if key in knowledge.by_key:
            left.append(f"{text} ({knowledge.by_key[key][0][0].name})")
        elif len(key) < 3:
            left.append(f"{text} (too short)")
        else:
            kept.append(text)
    return tuple(kept), f"left out: {', '.join(left)}" if left else ""


def _apart(text: str, start: int) -> bool:
    """Whether what begins here does so behind a mark, a blank or a small word."""
    return start == 0 or not text[start - 1].isalnum() or text[start - 1] in "的和与及或由对将被使给为是了经以用"


def _tier(found: Sequence[Mention], told: Sequence[Gloss], names: Sequence[str]) -> Tier:
    if all(_JOINS.search(n) for n in names):
        return Tier.COMPOSED
    if told:
        return Tier.GLOSS
    tiers = [next((t for t, rule in _RANKED if rule.match(m.rule)), Tier.PHRASE) for m in found]
    return min(tiers)


def _rules(found: Sequence[Mention], told: Sequence[Gloss]) -> tuple[str, ...]:
    rules = Counter(m.rule for m in found) + Counter(g.rule for g in told)
    return tuple(f"{rule} {n}" for rule, n in sorted(rules.items(), key=lambda r: (-r[1], r[0])))


def _contexts(found: Sequence[Mention], told: Sequence[Gloss], texts: Mapping[str, str]) -> tuple[str, ...]:
    """Up to three places in the texts, of as many papers as can be."""
    spans = sorted({(m.doc, m.start, m.end) for m in found} | {(g.doc, g.start, g.end) for g in told})
    nth: Counter[str] = Counter()
    turns = []
    for span in spans:
        turns.append((nth[span[0]], span))
        nth[span[0]] += 1
    chosen = [span for _, span in sorted(turns)[:CONTEXTS]]
    return tuple(_context(texts[doc], start, end) for doc, start, end in chosen if doc in texts)


def _context(text: str, start: int, end: int) -> str:
    """A place with some characters of its line on both sides."""
    first = max(text.rfind("\n", 0, start) + 1, start - _AROUND)
    last = min((text + "\n").index("\n", end), end + _AROUND)
    return " ".join(f"{text[first:start]}【{text[start:end]}】{text[end:last]}".split())
