"""Gold held to the annotation guidelines, sentence by sentence: what breaks a rule, and what looks as if it did.

The numbers in the reasons are the guidelines' (1.2 is rule 2 of section 1, Mentions). Words are those of
`pipeline/rules`; who disagrees with a doubt leaves the gold as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from pipeline.annotate import cells
from pipeline.check.align import name as plain
from pipeline.check.gold import GoldClaim, GoldMention, GoldSentence, files_at, read_aliases, read_lines
from pipeline.fold import has_hanzi, lang_of
from pipeline.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a line of a gold file; `severe` where a rule is broken, else a doubt. `place` is `file:line`."""

    place: str
    severe: bool
    reason: str


Said = Iterator[tuple[bool, str]]  # whether it is severe, and what it is

# `γ-氨基丁酸(GABA)`: a name and its short form. Not `NAD(P)`, `铁(III)`: what stands in these brackets is no name.
_SHORT_FORM = re.compile(r"\S{3,}\s*[(（]\s*(?=[^()（）]*[A-Z][^()（）]*[A-Z])(?!I{1,3}V?\s*[)）])[^()（）]{2,}[)）]")
_MARKS = re.compile(r"[\[［]\s*\d[\d\s,，、;；\-–—−~～]*[\]］]?")  # dashes as papers write them
_RAISED = re.compile("[⁰¹²³⁴-⁹][⁰¹²³⁴-⁹,，⁻–-]*")
_PATHWAY = re.compile(
    r"(?:\s*[/／]\s*[\w-]+)*(?:\s*(?:信号)?(?:传导|转导)?(?:通路|途径)|\s+(?:signall?ing\s+)?(?:pathway|axis)\b)"
)
_ENDS = re.compile(r"[。．.!?！？;；:：…][”’」』）)\"'\]］\d\[,，–\-⁰¹²³⁴-⁹\s]*$")
_HEADING = 60  # characters; longer lines without an end are sentences that lost it
_EDGES = " \t\n,，.。;；:：、"
# Aspect words that also are what a name is of: 铁蛋白 and 紧密连接蛋白 are names, whole.
_OF_NAMES = frozenset({"蛋白", "蛋白质", "基因", "分子", "亚基", "亚型", "protein", "proteins", "gene", "genes"})
# The guidelines' own examples of what is no mention; the longer list of the rules is for doubts.
_NEVER = frozenset({"作用", "机制", "疾病", "功能", "该化合物", "它", "其", "targets", "this compound", "it"})


class Lint:
    """The checks, with the words that they need."""

    def __init__(self, knowledge: Knowledge) -> None:
        aspects = knowledge.tables["aspects"]
        words = {r["word"] for r in aspects if r["kind"] == "aspect"} - _OF_NAMES
        self._aspects = sorted(words, key=lambda word: (-len(word), word))
        self._vague = frozenset(plain(r["word"]) for r in aspects if r["kind"] == "vague")

    def sentence(self, sentence: GoldSentence) -> Said:
        """What there is to say of a sentence whose form is right."""
        for mention in sentence.mentions:
            yield from ((bad, f"mention {mention.text!r}: {reason}") for bad, reason in self._mention(mention))
            yield from _beside(sentence, mention)
        for number, claim in enumerate(sentence.claims, 1):
            shown = f"claim {number}, {claim.subject_text} {claim.relation} {claim.object_text}"
            yield from ((bad, f"{shown}: {reason}") for bad, reason in _claim(sentence, claim))
        yield from _equal(sentence.claims)
        if sentence.claims and len(sentence.text) < _HEADING and not _ENDS.search(sentence.text):
            yield False, "claims in what looks like a heading (2)"
        if sentence.lang != lang_of(sentence.text):
            yield False, f"lang is {sentence.lang!r}, the text looks like {lang_of(sentence.text)!r}"

    def _mention(self, mention: GoldMention) -> Said:
        text = mention.text
        if text[0] in _EDGES or text[-1] in _EDGES:
            yield True, "begins or ends with a blank or a mark"
        if plain(text) in self._vague or text.lower() in _NEVER:
            yield text.lower() in _NEVER, "a vague head alone names nothing (1.11)"
        elif mention.type != "effect" and (aspect := self._aspect(text)):
            yield True, f"{aspect!r} says what was measured of the {mention.type}; leave it out (1.2)"
        if _SHORT_FORM.fullmatch(text):
            yield False, "a name and its short form are two mentions (1.3)"
        if mention.type != "effect" and re.search(r"(?:通路|途径|[Pp]athway)$", text):
            yield True, "a pathway is an effect (1.5)"

    def _aspect(self, text: str) -> str | None:
        """The aspect word that a name ends with; None where it has none, or is none without it."""
        for word in self._aspects:
            if has_hanzi(word):
                if text.endswith(word) and len(text) > len(word):
                    return word
            elif re.search(rf"[\s-]{re.escape(word)}$", text, re.IGNORECASE):
                return word
        return None


def _beside(sentence: GoldSentence, mention: GoldMention) -> Said:
    """A name that goes on as a pathway's."""
    if mention.type != "effect" and (match := _PATHWAY.match(sentence.text, mention.end)):
        whole = mention.text + match.group()
        yield False, f"mention {mention.text!r}: {whole!r} is one effect, and what is in it no mention (1.5)"


def _claim(sentence: GoldSentence, claim: GoldClaim) -> Said:
    ids = {m.id for m in sentence.mentions}
    texts = {m.text for m in sentence.mentions}
    if claim.subject is not None and claim.subject == claim.object:
        yield True, "subject and object are the same mention"
    elif plain(claim.subject_text) == plain(claim.object_text):
        yield False, "subject and object have the same name"
    if claim.subject is not None and claim.subject_implicit:
        yield False, "marked implicit, and the subject stands in the sentence (2.5)"
    for way in claim.via:
        if way in ids and way not in texts:
            yield True, f"via is the id {way!r}; write the name (2.4)"
        elif way not in texts:
            yield False, f"via {way!r} is no mention of the sentence (2.4)"
        elif way in (claim.subject_text, claim.object_text):
            yield False, f"via {way!r} is the claim's own subject or object (2.4)"
    if not claim.trigger.strip():
        yield False, "no trigger"
    elif claim.trigger not in sentence.text:
        yield True, f"the trigger {claim.trigger!r} does not stand in the sentence"
    strange = [word for word in claim.model if word not in sentence.text]
    yield from ((True, f"model {word!r} does not stand in the sentence (2.10)") for word in strange)
    missing = sorted(set(claim.citations) - _cited(sentence.text))
    if missing:
        yield True, f"the sentence has no reference mark {cells.numbers(missing)} (2.9)"
    if list(claim.citations) != sorted(set(claim.citations)):
        yield False, "citations are not in order, each once"


def _cited(text: str) -> set[int]:
    """The numbers of a sentence's reference marks."""
    found: set[int] = set()
    raised = (unicodedata.normalize("NFKC", m.group()) for m in _RAISED.finditer(text))
    for mark in (*(m.group() for m in _MARKS.finditer(text)), *raised):
        try:
            found.update(cells.read_numbers(mark.strip(",，-–")))
        except ValueError:  # `[1-]`, `[2019-2020]`: brackets that are no marks
            continue
    return found


def _equal(claims: Sequence[GoldClaim]) -> Said:
    counts = Counter((c.subject or c.subject_text, c.relation, c.object, c.negated) for c in claims)
    shown = {(c.subject or c.subject_text, c.relation, c.object, c.negated): c for c in claims}
    for key, times in counts.items():
        if times > 1:
            c = shown[key]
            yield True, f"{times} claims {c.subject_text} {c.relation} {c.object_text}; they are one (2.11)"


def _names_of_two_types(lines: Sequence[tuple[int, GoldSentence]]) -> Iterator[tuple[int, str]]:
    """Mentions of a type that their name seldom has in the document, by line."""
    types: dict[str, Counter[str]] = defaultdict(Counter)
    for _, sentence in lines:
        for m in sentence.mentions:
            types[plain(m.text)][m.type] += 1
    for number, sentence in lines:
        for m in sentence.mentions:
            counts = types[plain(m.text)]
            usual, times = counts.most_common(1)[0]
            if counts[m.type] < times:
                yield number, f"{sentence.id}: mention {m.text!r}: {m.type} here, {usual} {times} times in this paper"


def _left_out(lines: Sequence[tuple[int, GoldSentence]]) -> Iterator[tuple[int, str]]:
    """Names that are mentions elsewhere in the document and stand untagged here; of compounds and proteins.

    Not of effects: an organ is one only where it changes (1.7).
    """
    counts = Counter(m.text for _, s in lines for m in s.mentions if m.type != "effect" and len(m.text) > 1)
    known = [(text, _whole(text), n) for text, n in counts.items() if n > 1]
    for number, sentence in lines:
        spans = [(m.start, m.end) for m in sentence.mentions]
        for text, pattern, times in known:
            for match in pattern.finditer(sentence.text) if text in sentence.text else ():
                if not any(a < match.end() and match.start() < b for a, b in spans):
                    reason = (
                        f"{text!r} at {match.start()} is no mention here, and one {times} times in this paper (1.11)"
                    )
                    yield number, f"{sentence.id}: {reason}"


def _whole(text: str) -> re.Pattern[str]:
    """A name where no letter of its script goes on: not ALC in ALCAR."""
    before = r"(?<![A-Za-z\d-])" if text[0].isascii() else ""
    return re.compile(before + re.escape(text) + (r"(?![A-Za-z\d-])" if text[-1].isascii() else ""))


def _told_twice(
    lines: Sequence[tuple[int, GoldSentence]], groups: Sequence[frozenset[str]]
) -> Iterator[tuple[int, str]]:
    """Claims about a name and again about its short form in brackets behind it; `groups` has the names that are one."""
    for number, sentence in lines:
        by_id = {m.id: m for m in sentence.mentions}
        for one, other in combinations(sentence.claims, 2):
            if (one.relation, one.negated) != (other.relation, other.negated):
                continue
            ends = ((one.subject, other.subject), (one.object, other.object))
            differ = [(by_id[a], by_id[b]) for a, b in ends if a != b and a in by_id and b in by_id]
            if len(differ) != 1 or (one.subject is None) != (other.subject is None):
                continue
            first, second = sorted(differ[0], key=lambda m: m.start)
            between = sentence.text[first.end : second.start].strip()
            if between in ("(", "（") and any({plain(first.text), plain(second.text)} <= g for g in groups):
                reason = f"one claim about {first.text!r}, one about {second.text!r}; they are one (2.3)"
                yield number, f"{sentence.id}: {reason}"


def _implicit(lines: Sequence[tuple[int, GoldSentence]]) -> Iterator[tuple[int, str]]:
    """Subjects outside their sentence that no sentence before has, or that stand in it after all."""
    before: set[str] = set()
    for number, sentence in lines:
        here = {plain(m.text) for m in sentence.mentions}
        for name in dict.fromkeys(c.subject_text for c in sentence.claims if c.subject is None):
            if plain(name) in here:
                yield number, f"{sentence.id}: the subject {name!r} is marked as outside, and is a mention here (2.5)"
            elif plain(name) not in before:
                yield number, f"{sentence.id}: the implicit subject {name!r} is no mention of a sentence before (2.5)"
        before |= here


def _alias_doubts(groups: Iterable[frozenset[str]]) -> Iterator[str]:
    counts = Counter(name for group in groups for name in group)
    yield from (f"the name {name!r} is in {n} groups" for name, n in counts.items() if n > 1)


def lint(paths: Sequence[Path], knowledge: Knowledge) -> list[Finding]:
    """All there is to say of gold files and folders, by file and line. Raises UsageError for what is no gold.

    Of a line whose form is wrong (spans, ids, overlaps) that alone is told.
    """
    checks = Lint(knowledge)
    found: list[Finding] = []
    for file in sorted({f.absolute(): f for path in paths for f in files_at(path)}.values()):
        lines = read_lines(file)
        sound = [(line.number, line.sentence) for line in lines if line.sentence is not None and not line.reasons]
        said = [(line.number, True, fault) for line in lines for fault in line.faults]
        said += ((n, bad, f"{s.id}: {why}") for n, s in sound for bad, why in checks.sentence(s))
        beside = file.with_suffix(".aliases.json")
        faults: list[str] = []
        groups = [frozenset(map(plain, group)) for group in read_aliases(beside, faults)]
        said += ((n, True, why) for n, why in _told_twice(sound, groups))
        doubts = (*_names_of_two_types(sound), *_left_out(sound), *_implicit(sound))
        said += ((n, False, why) for n, why in doubts)
        found += (Finding(f"{file}:{n}", bad, why) for n, bad, why in sorted(said, key=lambda one: one[0]))
        found += (Finding(place, True, why) for place, why in (fault.split(": ", 1) for fault in faults))
        found += (Finding(f"{beside}:1", False, why) for why in _alias_doubts(groups))
    return found
