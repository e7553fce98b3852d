"""Open-class effects of English: words that end with an effect head, what `of` joins to it, what verbs act on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.fold import is_hanzi
from pipeline.glue import Glue
from pipeline.knowledge import Knowledge
from pipeline.tag.match import Hit
from pipeline.triggers import ACTING_EN

_RANK = -2
# `-induced` and its like part what causes from what is caused: they end a word.
_LINK = (
    r"(?:induced|mediated|dependent|associated|related|stimulated|evoked|triggered|driven|treated|activated|deprived|"
    r"exposed|independent|deficient|injured|challenged|elicited|provoked|caused|derived|fed|type|like|based)\b"
)
_EN_WORD = re.compile(
    rf"-{_LINK}|[A-Za-z0-9\u0370-\u03ff]+(?:[-'’/](?!{_LINK})[A-Za-z0-9\u0370-\u03ff]+)*|[^\sA-Za-z0-9]"
)
# What an effect word in front of `of` may take in: the phenomenon of a cell, an organ, or of another phenomenon.
_OF_BODY = frozenset({"anatomy", "effect", "microbes"})
# Between a trigger and what it acts on.
_DETERMINERS = frozenset(["the", "a", "an", "its", "their", "this", "these", "those", "both", "such", "all", "any"])
_VERB_LIKE = re.compile(r"(?:ed|ing|ise|ize|izes|ises|ised|ized)$")


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    word: str


class EnglishPhrases:
    """Effect phrases of English sentences."""

    def __init__(self, knowledge: Knowledge) -> None:
        heads = [r for r in knowledge.tables["heads"] if r["lang"] == "en"]
        self._heads = frozenset(r["word"] for r in heads if r["kind"] in ("plain", "pathway", "absorb"))
        self._absorb = frozenset(r["word"] for r in heads if r["kind"] in ("absorb", "pathway"))
        self._any = frozenset(r["word"] for r in heads if r["kind"] == "of-any")
        self._bodily = self._any | {r["word"] for r in heads if r["kind"] == "of-body"}
        # Everyday nouns that a verb may act on without any being a finding, and bodies too wide to say what changes.
        self._everyday = frozenset(r["word"] for r in heads if r["kind"] == "no-object")
        self._vague = frozenset(r["word"] for r in heads if r["kind"] == "vague")
        own = [r for t in ("words", "cues") for r in knowledge.tables[t] if r["lang"] == "en"]
        self._stops = frozenset(r["word"].lower() for r in own)
        triggers = [r for r in knowledge.tables["triggers"] if r["lang"] == "en"]
        self._triggers = frozenset(f for r in triggers for f in _forms(r["word"]))
        acting = [
            r["word"] for r in triggers if r["kind"] == "v" and " " not in r["word"] and r["relation"] in ACTING_EN
        ]
        self._acting = frozenset(f for word in acting for f in _forms(word))
        aspects = [r for r in knowledge.tables["aspects"] if r["lang"] == "en"]
        self._aspects = frozenset(r["word"] for r in aspects)
        self._closing = frozenset(r["word"] for r in aspects if r["kind"] == "closing")
        self._glue = Glue(knowledge)

    def find(self, text: str, start: int, end: int, known: Sequence[Hit]) -> Iterator[Hit]:
        """Hits of `text[start:end]`; `known` are the names already found there, organs and organisms among them."""
        tokens = self._tokens(text, start, end)
        starts = {h.start: h for h in known}
        inside = {i: h for h in known for i in range(h.start, h.end)}
        phrases = list(self._headed(text, tokens, starts, inside))
        yield from self._joined(text, tokens, starts, inside, phrases)
        yield from self._actions(tokens, inside)
        covered = {i: h for h in phrases for i in range(h.start, h.end)}
        yield from self._objects(text, tokens, inside, covered)

    def _tokens(self, text: str, start: int, end: int) -> list[_Token]:
        tokens = []
        for m in _EN_WORD.finditer(text, start, end):
            at = m.start()
            for cut in self._glue.split(m.group()) if m.group().isalpha() else ():
                tokens.append(_Token(at, m.start() + cut, text[at : m.start() + cut].lower()))
                at = m.start() + cut
            tokens.append(_Token(at, m.end(), text[at : m.end()].lower()))
        return tokens

    # -- phrases that end with a head ---------------------------------------------------------------------------------

    def _headed(
        self, text: str, tokens: Sequence[_Token], starts: Mapping[int, Hit], inside: Mapping[int, Hit]
    ) -> Iterator[Hit]:
        i = 0
        while i < len(tokens):
            a = i
            core = None
            while (
                i < len(tokens)
                and self._content(tokens[i], inside)
                and (i == a or text[tokens[i - 1].end : tokens[i].start].strip() == "")
            ):
                hit = inside.get(tokens[i].start)
                if (hit is not None and hit.kind == "effect") or (hit is None and tokens[i].word in self._heads):
                    core = i + 1
                i += 1
            if core is not None:
                span = self._trim(tokens, a, core, inside)
                if span is not None:
                    s, e = tokens[span[0]].start, tokens[span[1] - 1].end
                    whole = starts.get(s)
                    if not (whole is not None and whole.end == e) and span[1] - span[0] > 1:
                        yield Hit(s, e, "effect", None, "phrase-head", _RANK)
            i = max(i, a + 1)

    def _trim(self, tokens: Sequence[_Token], a: int, b: int, inside: Mapping[int, Hit]) -> tuple[int, int] | None:
        """A name before the head is not in the phrase (`GLUT4 function`), but for one notion (`insulin resistance`)."""
        takes = tokens[b - 1].word in self._absorb
        last = inside.get(tokens[b - 1].start)
        lead = a
        for k in range(a, b):
            hit = inside.get(tokens[k].start)
            # melatonin impaired glucose tolerance: a listed name, but here its first word is the verb.
            if (
                hit is not None
                and hit.kind == "effect"
                and k > a
                and tokens[k].start == hit.start
                and tokens[k].word.endswith("ed")
                and tokens[k].word in self._triggers
            ):
                lead = k + 1
                continue
            if hit is None or hit is last or (hit.kind == "effect" and k > a):
                continue
            if hit.kind in ("organisms", "microbes") or (
                hit.kind in ("compound", "protein")
                and not (takes and b - a < 5 and (k == a or hit.end > tokens[b - 2].start))
            ):
                lead = k + 1
        return (lead, b) if lead < b else None

    def _content(self, token: _Token, inside: Mapping[int, Hit]) -> bool:
        if token.start in inside:
            return inside[token.start].kind != "organisms"
        word = token.word
        return (
            word[0].isalpha() and not is_hanzi(word[0]) and word not in self._stops and word not in self._triggers
            and (word not in self._aspects or word in self._heads) and not word.endswith("ly")
        )  # fmt: skip

    # -- X of Y -------------------------------------------------------------------------------------------------------

    def _joined(
        self,
        text: str,
        tokens: Sequence[_Token],
        starts: Mapping[int, Hit],
        inside: Mapping[int, Hit],
        phrases: Sequence[Hit],
    ) -> Iterator[Hit]:
        """`morphology and function of mitochondria`, `loss of neurons`: what `of` joins to the head is in."""
        taken: set[int] = set()
        ends = {p.end: p for p in phrases}
        by_start = {p.start: p for p in phrases}
        for i, token in enumerate(tokens):
            if token.word != "of" or not i or i + 1 >= len(tokens) or text[tokens[i - 1].end : token.start].strip():
                continue
            head = tokens[i - 1]
            if not self._may_take(head, inside):
                continue
            k = i + 1
            while k < len(tokens) and tokens[k].word in ("the", "a", "an", "its", "their", "both"):
                k += 1
            if k >= len(tokens):
                continue
            tail = by_start.get(tokens[k].start) or starts.get(tokens[k].start)
            stop = k
            if tail is None or tail.kind not in _OF_BODY:
                # An adjective or the animal before the organ: `of primary cortical neurons`.
                while (
                    stop < len(tokens)
                    and stop - k < 3
                    and self._content(tokens[stop], inside)
                    and (tail is None or tail.kind not in _OF_BODY)
                ):
                    stop += 1
                    tail = starts.get(tokens[stop].start) if stop < len(tokens) else None
                if tail is None or tail.kind not in _OF_BODY:
                    continue
            if tail.kind == "effect" and head.word not in self._any:
                continue
            e = tail.end
            nxt = next((t for t in tokens if t.start >= e), None)
            if (
                nxt is not None
                and tail.kind == "anatomy"
                and nxt.word in ("cells", "cell", "tissue", "tissues", "neurons")
                and text[e : nxt.start] == " "
            ):
                e = nxt.end
            first = ends.get(head.end) or inside.get(head.start)
            s = first.start if first is not None and first.kind == "effect" else head.start
            s = self._shared(tokens, s, inside, ends)
            taken.update(range(s, e))
            yield Hit(s, e, "effect", None, "phrase-of", _RANK)
        for p in phrases:
            if p.start not in taken:
                yield p

    def _may_take(self, head: _Token, inside: Mapping[int, Hit]) -> bool:
        hit = inside.get(head.start)
        if hit is not None:
            return hit.kind == "effect" and head.word in self._heads | self._bodily and head.word not in self._closing
        return head.word in self._bodily

    def _shared(self, tokens: Sequence[_Token], s: int, inside: Mapping[int, Hit], ends: Mapping[int, Hit]) -> int:
        """`morphology and function of`: heads that share what `of` brings."""
        at = next(k for k, t in enumerate(tokens) if t.start == s)
        if (
            at >= 2
            and tokens[at - 1].word in ("and", "or")
            and (hit := ends.get(tokens[at - 2].end) or inside.get(tokens[at - 2].start)) is not None
        ):
            if hit.kind == "effect" and tokens[at - 2].word in self._bodily:
                return hit.start
        elif at >= 2 and tokens[at - 1].word in ("and", "or") and tokens[at - 2].word in self._bodily:
            return tokens[at - 2].start
        return s

    def _actions(self, tokens: Sequence[_Token], inside: Mapping[int, Hit]) -> Iterator[Hit]:
        """`chronobiotic effects`, `antitussive and mucolytic activity`: adjectives that say what a substance does."""
        for i, token in enumerate(tokens):
            if token.word not in self._closing:
                continue
            for k in range(i - 1, max(-1, i - 7), -1):
                word = tokens[k]
                if word.start in inside or word.word in ("and", "or", ","):
                    continue
                if not _ACTION.search(word.word) or word.word in self._stops or word.word in self._triggers:
                    break
                yield Hit(word.start, word.end, "effect", None, "phrase-action", _RANK)

    # -- what verbs act on --------------------------------------------------------------------------------------------

    def _objects(
        self, text: str, tokens: Sequence[_Token], inside: Mapping[int, Hit], covered: Mapping[int, Hit]
    ) -> Iterator[Hit]:
        """Plain words right behind a verb that raises, lowers, improves or treats: what it acts on is an effect."""
        for i, token in enumerate(tokens):
            if token.word not in self._acting or token.start in inside or token.start in covered:
                continue
            if not self._verbal(text, tokens, i):
                continue
            k = i + 1
            if (
                token.word in ("protect", "protects", "protected", "protecting")
                and k < len(tokens)
                and tokens[k].word in ("against", "from")
            ):
                k += 1
            while k < len(tokens) and tokens[k].word in _DETERMINERS:
                k += 1
            b = k
            while (
                b < len(tokens)
                and b - k < 5
                and self._plain(tokens[b], inside, covered)
                and (b == k or text[tokens[b - 1].end : tokens[b].start] == " ")
            ):
                b += 1
            if b == k or b - k > 4 or text[tokens[k - 1].end : tokens[k].start] != " ":
                continue
            nxt = tokens[b] if b < len(tokens) else None
            # What follows tells that the words go on (`X of Y`, a name) or are a clause of their own.
            if nxt is not None and (
                nxt.start in covered
                or (nxt.start in inside and text[tokens[b - 1].end : nxt.start] == " ")
                or nxt.word == "of"
                or nxt.word in self._triggers
                or nxt.word.startswith("-")
            ):
                continue
            head = tokens[b - 1]
            hit = inside.get(head.start)
            if hit is not None and hit.kind == "anatomy":
                if b - k == 1 and head.word in self._vague:
                    continue
                yield Hit(tokens[k].start, hit.end, "effect", None, "phrase-object", _RANK)
                continue
            if (
                head.word in self._everyday
                or head.word.rstrip("s") in self._everyday
                or not head.word.isalpha()
                or len(head.word) < 5
                or _VERB_LIKE.search(head.word)
                or head.word in self._aspects
            ):
                continue
            if any(c.isupper() or c.isdigit() for c in text[tokens[k].start : head.end]):
                continue
            # One everyday word is too little to be told from the rest of the language.
            if b - k == 1 and not _NOMINAL.search(head.word):
                continue
            yield Hit(tokens[k].start, head.end, "effect", None, "phrase-object", _RANK)

    def _plain(self, token: _Token, inside: Mapping[int, Hit], covered: Mapping[int, Hit]) -> bool:
        if token.start in covered:
            return False
        hit = inside.get(token.start)
        if hit is not None:
            return hit.kind == "anatomy"
        return self._content(token, inside)

    def _verbal(self, text: str, tokens: Sequence[_Token], i: int) -> bool:
        """Whether the trigger at `i` is a verb with its object behind it, not a noun, adjective or passive."""
        word = tokens[i].word
        before = tokens[i - 1].word if i else ""
        if before in (
            "the",
            "a",
            "an",
            "of",
            "in",
            "its",
            "their",
            "with",
            "no",
            "this",
            "for",
            "on",
        ) or before.startswith("-"):
            return word.endswith("ing") and before in ("of", "in", "for", "on", "with")
        if word.endswith("ed") and before in ("is", "are", "was", "were", "be", "been", "being", "and", ","):
            return before in ("and", ",")
        return not (text[tokens[i].end : tokens[i].end + 1] == "-" or (i and text[tokens[i].start - 1] == "-"))


# Adjectives of what a substance does.
_ACTION = re.compile(
    r"^anti-?[a-z]{5,}(?:ic|ive|al|ant|ent|ous|ing|ory)$|(?:protective|lytic|biotic|tropic|"
    r"cidal|static|mimetic|suppressive|uretic|pyretic|tussive|relaxant|algesic|genic|oxidant)$"
)

# Endings of nouns that name a process, a state or a condition.
_NOMINAL = re.compile(
    r"(?:tion|sion|ment|ness|ity|ance|ence|osis|esis|lysis|emia|aemia|itis|pathy|algia|"
    r"trophy|plasia|uria|penia|genesis|age|th|cy|ety|gue|ort|eep|ing)$"
)


def _forms(verb: str) -> set[str]:
    """A trigger's written forms, as far as this room needs them to know where a noun phrase ends."""
    if " " in verb:
        return {verb.split()[0]}
    stem = verb.removesuffix("e")
    doubled = stem + stem[-1]
    forms = {verb, verb + "s", verb + "es", stem + "ed", stem + "ing", doubled + "ed", doubled + "ing"}
    if verb.endswith("y"):
        forms |= {verb[:-1] + "ied", verb[:-1] + "ies"}
    return forms
