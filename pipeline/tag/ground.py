"""Grounding: what each mention of a paper stands for, as an entry of the lexicon or as a concept of the paper's own.

In this order: what the paper itself defines, for all names of the definition and in both languages; the name as the
lexicon has it; the name written in another way. A name with several meanings is settled by the mention's type and by
company: the meaning whose other names stand in the same paper. What is left open keeps its candidates.

Nothing is grounded by a part of it: 姜黄素类 is no curcumin, an NMDA受体拮抗剂 no receptor.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.fold import fold, has_hanzi, is_hanzi, lower, name_key, spell_greek, squeeze_cased
from pipeline.knowledge import WORD_TABLES, Concept, Knowledge
from pipeline.records import mention_type
from pipeline.tag.glosses import Definition, short_form
from pipeline.tag.match import Hit


@dataclass(frozen=True, slots=True)
class Grounding:
    """What a mention stands for: identifier and name of its concept, where they are known.

    `candidates` has the identifiers (names, where there is none) of the concepts that an open name may stand for;
    `names` has every name of the concept in this paper.
    """

    id: str | None
    name: str | None
    candidates: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meanings:
    """The concepts that a name may stand for; `usual` is the one meant where nothing in the paper tells."""

    concepts: tuple[Concept, ...] = ()
    usual: Concept | None = None


@dataclass(slots=True)
class Own:
    """A concept of the paper's own: all its definitions taken together. Where they begin, and its names with keys."""

    kind: str
    starts: list[int]
    names: dict[str, str]
    longs: tuple[str, ...]
    concept: Concept | None
    candidates: tuple[Concept, ...] = ()

    @property
    def first_name(self) -> str:
        """The name that the paper gives first."""
        return next(iter(self.names.values()))


@dataclass(slots=True)
class _Draft:
    """A mention on its way to its grounding."""

    written: str
    key: str
    kind: str
    own: Own | None
    meanings: Meanings
    concept: Concept | None = field(default=None)


_NO_MEANING = Meanings()
_WORD = r"(?<![A-Za-z0-9α-ω-])(?:{})(?![A-Za-z0-9α-ω]|-[A-Za-z0-9α-ω])"
_BRACKET = re.compile(r"\s*[(（\[［][^()（）\[\]［］]*[)）\]］]\s*")
_CLASS = re.compile(r"(?:类|类化合物|类药物|类物质)$|[a-z]s$")
# Small numbers in the three ways of writing them.
_NUMBERS = (("1", "2", "3", "4", "5", "6"), ("I", "II", "III", "IV", "V", "VI"), tuple("ⅠⅡⅢⅣⅤⅥ"))
_VALUES = {sign: n for signs in _NUMBERS for n, sign in enumerate(signs)}
_NUMBER = re.compile(r"(?<![\d.])[1-6](?![\d.])|(?<![A-Za-z])(?:III|II|IV|VI|V|I)(?![A-Za-z])|[ⅠⅡⅢⅣⅤⅥ]")
_GREEK_FIRST = re.compile(r"([α-ω]\d?)[- ]?(?=[\u4e00-\u9fffA-Za-z]{2})(.+)")
_GREEK_LAST = re.compile(r"(.{2,}?)[- ]?([α-ω]\d?)")
# Letters that print and OCR put for the Greek ones at the end of a symbol: `AMPKy1`, `TNF-a`.
_GREEK_SLIP = re.compile(r"(?<=[A-Z0-9-])[aby](?=\d?$)")
_GREEK_OF = {"a": "α", "b": "β", "y": "γ"}
# A protein in one of its forms is that protein: 磷酸化Akt, cleaved caspase-3.
_FORM = re.compile(r"(?:p-|phospho-?|phosphorylated |cleaved[- ]|total |磷酸化的?|活化的?|剪切的?)(?=.{2})")


class _Parts:
    """Parts of names and what else they are called, in order, by the character that they begin with."""

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        self._by_first: dict[str, list[tuple[int, str, str]]] = {}
        for n, (part, other) in enumerate(rows):
            self._by_first.setdefault(part.lstrip("^")[:1], []).append((n, part, other))

    def of(self, form: str) -> list[tuple[str, str]]:
        """The rows whose part may stand in the form."""
        near = sorted(row for first in set(form) for row in self._by_first.get(first, ()))
        return [(part, other) for _, part, other in near]


class Grounder:
    """Grounds the mentions of a paper. Built once from the knowledge; holds no state of a paper."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._index = knowledge.by_key
        rows = knowledge.tables["variants"]
        rewritten = [(fold(r["variant"]), r["word"]) for r in rows if r["kind"] in ("written", "regional")]
        dropped = [(r["word"], "") for r in rows if r["kind"] == "dropped"]
        self._hanzi = _Parts((a, b) for a, b in rewritten + dropped if has_hanzi(a))
        self._latin = _Parts((a, b) for a, b in rewritten + dropped if not has_hanzi(a))
        self._homonyms: dict[str, tuple[bool, tuple[Concept, ...]]] = {}
        for row in knowledge.tables["homonyms"]:
            meant = [self._meant(name) for name in row["meanings"].split("|")]
            known = tuple(c for c in meant if c is not None)
            self._homonyms[squeeze_cased(row["word"])] = (row["kind"] == "usual", known)
        shorts = [word for word in self._homonyms if word.isascii()]
        self._shorts = re.compile(_WORD.format("|".join(map(re.escape, shorts)))) if shorts else None
        # A paper says the same names again and again, and so do papers.
        self._named = lru_cache(maxsize=8192)(self._look_up)

    def _meant(self, name: str) -> Concept | None:
        entries = self._index.get(name_key(name), ())
        return next((c for c, _, cased in entries if not cased and mention_type(c.kind)), None)

    def ground(self, text: str, found: Sequence[Hit], definitions: Sequence[Definition]) -> list[Grounding]:
        """What each of `found` stands for in this paper, in their order."""
        owns = self._owns(text, definitions)
        by_key: dict[str, list[Own]] = {}
        for own in owns:
            for key in own.names:
                by_key.setdefault(key, []).append(own)
        drafts = list(self._drafts(text, found, by_key))
        company = Counter(id(d.concept) for d in drafts if d.concept is not None)
        for draft in drafts:
            if draft.concept is None and draft.own is None:
                draft.concept = self._settle(draft.meanings, company)
        return self._with_names(drafts)

    def homonyms(self, text: str, found: Sequence[Hit]) -> Iterator[Hit]:
        """Short forms of several meanings that are no hits yet, where the paper has another name for just one of them.

        A short form that the paper defines is found with its definition.
        """
        if self._shorts is None:
            return
        company = {id(h.concept) for h in found if h.concept is not None and h.concept.source != "paper"}
        covered = {i for h in found if not h.rule.startswith("symbol-") for i in range(h.start, h.end)}
        for match in self._shorts.finditer(text):
            meant = [c for c in self._homonyms[match.group()][1] if id(c) in company]
            if len(meant) == 1 and match.start() not in covered:
                yield Hit(match.start(), match.end(), meant[0].kind, meant[0], "homonym")

    # -- definitions --------------------------------------------------------------------------------------------------

    def _owns(self, text: str, definitions: Sequence[Definition]) -> list[Own]:
        """The concepts that the paper defines; definitions that share a name are one unless they are at odds."""
        owns: list[Own] = []
        for definition in sorted(definitions, key=lambda d: d.start):
            if definition.kind is None:
                continue
            new = self._own(text, definition, definition.kind)
            old = next((o for o in owns if o.kind == new.kind and _one_concept(o, new)), None)
            if old is None:
                owns.append(new)
                continue
            old.starts += new.starts
            old.names.update((k, n) for k, n in new.names.items() if k not in old.names)
            old.longs = tuple(dict.fromkeys((*old.longs, *new.longs)))
            if old.concept is None and new.concept is not None:
                old.concept, old.candidates = new.concept, ()
        return owns

    def _own(self, text: str, definition: Definition, kind: str) -> Own:
        names = self._one_thing([text[a:b] for a, b in definition.spans], kind)
        longs = tuple(n for n in names if not short_form(n))
        hit = definition.hit
        matched = hit is not None and hit.rule == "lexicon" and (hit.start, hit.end) == definition.spans[0]
        found = [self._named(n, kind) for n in longs]
        if hit is not None and matched and longs[:1] == tuple(names[:1]):
            found[0] = self._of_hit(hit, names[0], kind)
        shorts = {c: n for n in names if n not in longs for c in self._named(n, kind).concepts}
        # 黄曲霉毒素(aflatoxin B1, AFB1): what most of the names say; in doubt the first long form.
        votes = Counter(c for m in found for c in m.concepts)
        longer = []
        for concept, short in shorts.items():
            # The lexicon's meaning of a short form is the paper's only where a long form says as much.
            told = not longs or any(_akin(n, concept) for n in longs) or self._telling(short)
            if concept in votes or (told and not votes):
                votes[concept] += 1
            elif any(_longer(n, concept) for n in longs):
                votes[concept] += 1
                longer.append(concept)
        most = max(votes.values(), default=0)
        best = [c for c, n in votes.items() if n == most]
        usual = next((m.usual for m in found if m.concepts), None)
        if len(best) > 1 and longer:
            best = [c for c in best if c in longer] or best
        elif len(best) > 1:
            first = next((m.concepts for m in found if m.concepts), ())
            best = [c for c in best if c in first] or best
        meant = best[0] if len(best) == 1 else usual if usual in best else None
        own_names = {name_key(n): n for n in names}
        return Own(kind, [definition.start], own_names, longs, meant, () if meant else tuple(best))

    def _one_thing(self, names: Sequence[str], kind: str) -> list[str]:
        """The names without full ones that the lexicon has for another concept than the first one in that language.

        大黄素又名大黄泻素: where 泻素 was cut off, 大黄 is no name of it.
        """
        kept: list[str] = []
        first: dict[bool, tuple[Concept, ...]] = {}
        for name in names:
            concepts = () if short_form(name) else self._named(name, kind).concepts
            if concepts and not set(concepts) & set(first.setdefault(has_hanzi(name), concepts)):
                continue
            kept.append(name)
        return kept

    def _telling(self, short: str) -> bool:
        """Whether a short form is one that hardly two things share: MG-132, LY294002, IRAK1."""
        key = name_key(short)
        return len(key) > 3 and any(c.isdigit() for c in key) and squeeze_cased(short) not in self._homonyms

    # -- mentions -----------------------------------------------------------------------------------------------------

    def _drafts(self, text: str, found: Sequence[Hit], by_key: dict[str, list[Own]]) -> Iterator[_Draft]:
        """A draft of each mention: one for all of the same name, but for those that the paper itself defines."""
        made: dict[tuple[str, str, int], _Draft] = {}
        for hit in found:
            same = text[hit.start : hit.end], hit.kind, id(hit.concept)
            draft = made.get(same)
            if draft is None:
                draft = self._draft(text, hit, by_key)
                if draft.own is None:
                    made[same] = draft
            yield draft

    def _draft(self, text: str, hit: Hit, by_key: dict[str, list[Own]]) -> _Draft:
        written = text[hit.start : hit.end]
        key = name_key(written)
        keys = [key]
        if hit.concept is not None and hit.concept.source == "paper":
            keys += [k for k in map(name_key, hit.concept.names) if key.startswith(k)]
        owns = [o for k in keys for o in by_key.get(k, ()) if o.kind == hit.kind]
        if owns:
            # Of two meanings that the paper gives a name, the one given last before.
            before = [(s, n) for n, o in enumerate(owns) for s in o.starts if s <= hit.start]
            own = owns[max(before)[1]] if before else owns[0]
            return _Draft(written, key, hit.kind, own, Meanings(own.candidates), own.concept)
        meanings = self._of_hit(hit, written, hit.kind)
        sole = meanings.concepts[0] if len(meanings.concepts) == 1 else None
        return _Draft(written, key, hit.kind, None, meanings, sole)

    def _of_hit(self, hit: Hit, written: str, kind: str) -> Meanings:
        """The meanings of a name that was matched, which may be garbled (`IFN-y`), or is looked up."""
        found = self._named(written, kind)
        concept = hit.concept
        if found.concepts or concept is None or concept.source == "paper" or concept.kind != kind:
            return found
        if written.endswith("类") and not _is_class(concept):
            return found
        # Garbled, in the plural, or a class: the matcher knows it by a name that is written otherwise.
        return Meanings((concept,))

    def _settle(self, meanings: Meanings, company: Counter[int]) -> Concept | None:
        """Of several meanings the one that other names of this paper have; else the usual one, if any."""
        there = [c for c in meanings.concepts if company[id(c)]]
        return there[0] if len(there) == 1 else meanings.usual if not there else None

    def _with_names(self, drafts: Sequence[_Draft]) -> list[Grounding]:
        """The drafts with all names that the paper has for the concept of each."""
        names: dict[tuple[str, str], dict[str, None]] = {}
        unlike = {id(d): d for d in drafts}
        buckets = {key: _bucket(d) for key, d in unlike.items()}
        for key, draft in unlike.items():
            known = names.setdefault(buckets[key], {})
            known[draft.written] = None
            if draft.own is not None:
                known.update(dict.fromkeys(draft.own.names.values()))
        made: dict[int, Grounding] = {}
        for key, draft in unlike.items():
            concept, candidates = draft.concept, draft.meanings.concepts
            own_name = draft.own.first_name if draft.own is not None and not candidates else None
            made[key] = Grounding(
                concept.id if concept else None,
                concept.name if concept else own_name,
                () if concept else tuple(c.id or c.name for c in candidates),
                tuple(names[buckets[key]]),
            )
        return [made[id(d)] for d in drafts]

    # -- names --------------------------------------------------------------------------------------------------------

    def _look_up(self, written: str, kind: str) -> Meanings:
        """What the lexicon has under a name, for mentions of this type."""
        concepts = self._entries(written, kind)
        homonym = self._homonyms.get(squeeze_cased(written))
        if homonym is not None and not any(c.user for c in concepts):
            usual, known = homonym
            several = tuple(dict.fromkeys((*(c for c in known if c.kind == kind), *concepts)))
            return Meanings(several, (concepts or several)[0] if usual and several else None)
        if concepts:
            return Meanings(concepts)
        for other in _written_otherwise(written, kind):
            if concepts := self._entries(other, kind):
                return Meanings(concepts)
        for other in self._rewritten(written):
            if concepts := self._entries(other, kind):
                return Meanings(concepts)
        if kind == "effect":
            # 保护线粒体: an organ, cell or microbe that is acted on.
            for table in WORD_TABLES:
                if concepts := self._entries(written, table):
                    return Meanings(concepts)
        return _NO_MEANING

    def _entries(self, written: str, kind: str) -> tuple[Concept, ...]:
        entries = [e for e in self._index.get(name_key(written), ()) if e[0].kind == kind]
        if len(entries) > 1:
            # FAS and Fas: the name as it is written goes before the same letters in another case.
            cased = squeeze_cased(written)
            entries = [e for e in entries if squeeze_cased(e[1]) == cased] or entries
            entries = [e for e in entries if e[0].user] or entries
        return tuple(dict.fromkeys(c for c, _, _ in entries))

    def _rewritten(self, written: str) -> Iterator[str]:
        """The name with parts of it in other words (肝脏损伤 is 肝损伤), one part, then two."""
        plain = fold(written)
        first = _BRACKET.sub("", plain)
        forms = [plain] if first == plain or len(first) < 2 else [plain, first]
        yield from forms[1:]
        rows = self._hanzi if has_hanzi(plain) else self._latin
        seen = {*forms}
        for _ in range(2):
            made = []
            for form in forms:
                for part, other in rows.of(form):
                    if part in form:
                        new = form.replace(part, other)
                    elif part[0] == "^" and form.startswith(part[1:]):
                        new = other + form[len(part) - 1 :]
                    else:
                        continue
                    if new not in seen and len(new) > 1:
                        seen.add(new)
                        made.append(new)
            yield from made
            forms = made


def _bucket(draft: _Draft) -> tuple[str, str]:
    """What tells the concepts of a paper apart: the lexicon's concept, the paper's own, or the name as it is."""
    if draft.concept is not None:
        return draft.kind, f"{draft.concept.id} {draft.concept.name}"
    return draft.kind, f"own {next(iter(draft.own.names))}" if draft.own is not None else draft.key


def _written_otherwise(written: str, kind: str) -> Iterator[str]:
    """The name with its numerals, its plural, its Greek letter or its protein's form written in another way."""
    plain = fold(written)
    if plain.endswith("ies"):
        yield plain[:-3] + "y"
    if plain.endswith(("ses", "xes", "ches")):
        yield plain[:-2]
    if plain.endswith("s") and not has_hanzi(plain):
        yield plain[:-1]
    if _NUMBER.search(plain):
        for signs in _NUMBERS:
            yield _numbered(plain, signs)
    if kind == "protein":
        if match := _GREEK_FIRST.fullmatch(spell_greek(lower(plain))):
            yield f"{match.group(2)}{match.group(1)}"
        if match := _GREEK_LAST.fullmatch(plain):
            yield f"{match.group(2)}{match.group(1)}"
        if not has_hanzi(plain):
            yield plain.replace("l", "1")
            yield plain.replace("1", "l", 1)
            yield _GREEK_SLIP.sub(lambda m: _GREEK_OF[m.group()], plain)
        if match := _FORM.match(plain):
            yield plain[match.end() :]


def _numbered(name: str, signs: Sequence[str]) -> str:
    return _NUMBER.sub(lambda m: signs[_VALUES[m.group()]], name)


def _is_class(concept: Concept) -> bool:
    """Whether the concept is a class of things, so that 类 behind its name says nothing new."""
    return any(_CLASS.search(name) for name in concept.names)


def _one_concept(old: Own, new: Own) -> bool:
    """Whether two definitions that share a name are of one thing."""
    shared = old.names.keys() & new.names.keys()
    if not shared:
        return False
    if old.concept is not None and new.concept is not None:
        return old.concept is new.concept
    if any(not short_form(old.names[k]) for k in shared):
        return True
    pairs = [(a, b) for a in old.longs for b in new.longs if has_hanzi(a) == has_hanzi(b)]
    return not pairs or any(_alike(a, b) for a, b in pairs)


def _akin(name: str, concept: Concept) -> bool:
    """Whether a long form that no lexicon lists is much like a name of the concept."""
    same = [n for n in concept.names if has_hanzi(n) == has_hanzi(name)]
    return any(_alike(name, n) for n in same)


def _longer(name: str, concept: Concept) -> bool:
    """Whether the concept has a longer name that ends or begins with this one: ATP酶 of the V-ATPase."""
    key = name_key(name)
    return any(len(k) > len(key) and (k.endswith(key) or k.startswith(key)) for k in map(name_key, concept.names))


def _alike(one: str, other: str) -> bool:
    """Whether two names share at least 0.4 of their pairs of characters (Dice)."""
    a, b = _pairs(one), _pairs(other)
    return 2 * len(a & b) >= 0.4 * (len(a) + len(b))


def _pairs(name: str) -> set[str]:
    key = name_key(name)
    size = 2 if any(map(is_hanzi, key)) else 3
    return {key[i : i + size] for i in range(max(1, len(key) - size + 1))}
