"""English words to pieces. The grammar and the reading are those of Chinese; the forms of verbs are this module's business.

What a regular pattern over pieces cannot see is settled here, in passes over the row: which -ed forms are verbs, what a bracket
holds, which names stand in a list, what a change of something amounts to (`loss of A`, `A knockdown`, `increased A`: a noun
phrase with a sign), and which noun phrases are only a place or a comparison.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.claims.pieces import Piece
from pipeline.glue import Glue
from pipeline.knowledge import Knowledge
from pipeline.records import Mention

_WORD = re.compile(r"[A-Za-z0-9\u0370-\u03ff]+(?:['’.][A-Za-z0-9\u0370-\u03ff]+)*|[^\sA-Za-z0-9]")
_PUNCT = {",": "COMMA", "，": "COMMA", ";": "STOP", "；": "STOP", ".": "STOP", "。": "STOP", ":": "COMMA", "：": "COMMA",
          "(": "OPEN", "（": "OPEN", ")": "CLOSE", "）": "CLOSE", "[": "OPEN", "]": "CLOSE"}  # fmt: skip
_KIND_OF_WORD = {
    "adv": "", "det": "", "of": "OF", "by": "BY", "and": "AND", "prep": "PREP", "rel": "REL", "pron": "PRON", "be": "BE", "you": "YOU",
    "treat": "TREAT", "light": "LIGHT", "lack": "LACK", "chain": "CHAIN", "cmp": "CMP", "such": "SUCH", "group": "GROUP", "dui": "DUI",
    "neg": "NEG", "hedge": "HEDGE", "ask": "ASK", "tell": "TELL", "frame": "", "verb": "OTHER", "clause": "COMMA", "etc": "ETC",
}  # fmt: skip
# Where a word is of several kinds, the first of these that it has; what stands beside it may change that (`_settle`).
_ORDER = ("neg", "hedge", "ask", "lack", "trigger", "such", "etc", "cmp", "treat", "chain", "dui", "by", "of", "and", "be", "you", "clause", "rel", "pron",
          "prep", "light", "tell", "group", "verb", "det", "adv")  # fmt: skip
_SENSE = {"v": "va", "vs": "vs", "vm": "vm", "n": "vn", "ne": "ne", "na": "na"}
# After these a form that could be a verb is an adjective or a noun: `the increased level`, `a decrease in`.
_NOMINAL_BEFORE = re.compile(
    r"(?:^|[\s(])(?:the|a|an|of|in|with|by|for|on|to an?|their|its|these|those|both|any|some|this|such|no|via|through|from|between|under|after|during|due to|because of|show(?:s|ed)?|ha[sd]|have|"
    r"exhibit(?:s|ed)?|led to|leads? to|leading to|result(?:s|ed|ing)? in|contribut\w+ to|related to|associated with|significant|marked|further|dose-dependent|and/or|as|than|despite)\s+(?:\w+ly\s+)?$",
    re.I,
)
_PAST = {"bind": "bound", "lead": "led", "give": "gave", "drive": "drove", "bring": "brought", "play": "played", "rise": "rose", "fall": "fell"}
_DOUBLED = frozenset({"control", "blot", "stop"})
_SIGN = {"increases": 1, "improves": 1, "decreases": -1}
_OPEN_QUESTION = re.compile(r"needs? to be|remains?\b|to be|un(?:clear|known)|not |poorly|elusive")
_HAD = re.compile(r"(?:anti|pro(?=-?(?:infl|apop|oxid|angio))|neuroprotect|cardioprotect|hepatoprotect|chondroprotect)", re.I)
_UNINFLECTED = re.compile(r"(?:ed|nt|ble|al|ry|ive|ful|ous|ic)$")
_FINITE = ("V", "YOU", "BE", "SYM", "OTHER")
_VERBAL = ("V", "PPART", "ING")
_SOLID = ("NP", "NOUN", "EFF", "AGENT", "TREAT", "LACK", "LIGHT")
_APPOSED = re.compile(r"\s*(?:(?:which|that) (?:is|are) )?(?:an?|one of the|the)\s")
_NOT_ITSELF = frozenset({"function", "functions", "role", "roles", "mechanism", "mechanisms", "importance", "contribution", "polymorphism", "polymorphisms"})
# What is done about an illness is no change of it that could act.
_CARE = frozenset({"prevention", "treatment", "therapy", "relief", "alleviation", "management", "mitigation"})


def forms(verb: str) -> dict[str, str]:
    """Written form -> `base`, `third`, `ed`, `ing` of a verb (its first word inflects, the rest stays)."""
    head, _, rest = verb.partition(" ")
    tail = f" {rest}" if rest else ""
    stem = head[:-1] if head.endswith("e") and not head.endswith("ee") else head
    if head.endswith("y") and head[-2:-1] not in "aeou":
        third, past, ing = head[:-1] + "ies", head[:-1] + "ied", head + "ing"
    else:
        double = head[-1] if head in _DOUBLED else ""
        third = head + ("es" if head.endswith(("s", "sh", "ch", "x", "z")) else "s")
        past, ing = stem + double + "ed", stem + double + "ing"
    past = _PAST.get(head, past)
    return {head + tail: "base", third + tail: "third", past + tail: "ed", ing + tail: "ing"}


class EnglishChunker:
    """Turns an English sentence into pieces. Holds the word lists; no state of a text."""

    def __init__(self, knowledge: Knowledge) -> None:
        kinds: dict[str, set[str]] = {}
        for table in ("words", "cues"):
            for r in knowledge.tables[table]:
                if r["lang"] == "en" and r["kind"] != "frame":
                    words = forms(r["word"].lower()) if r["kind"] == "verb" else (r["word"].lower(),)
                    for word in words:
                        kinds.setdefault(word, set()).add(r["kind"])
        self._verbs: dict[str, tuple[str, dict[str, str]]] = {}
        self._nouns: dict[str, dict[str, str]] = {}
        self._adjectives: dict[str, str] = {}
        self._compared: dict[str, str] = {}
        for r in knowledge.tables["triggers"]:
            if r["lang"] != "en":
                continue
            word, kind, relation = r["word"].lower(), r["kind"], r["relation"]
            if kind in ("ea", "ec"):
                (self._adjectives if kind == "ea" else self._compared)[word] = relation
                continue
            if kind in ("v", "vs", "vm"):
                first = word.split()[0]
                fixed = " " in word and _UNINFLECTED.search(first) and first not in ("augment", "prevent", "treat")
                for form, how in ({word: "base"} if fixed else forms(word)).items():
                    known = self._verbs.setdefault(form, (how, {}))
                    known[1][_SENSE[kind]] = relation
                    kinds.setdefault(form, set()).add("trigger")
            else:
                for form in {word, word + "s"}:
                    self._nouns.setdefault(form, {})[_SENSE[kind]] = relation
                    kinds.setdefault(form, set()).add("trigger")
        self._kinds: Mapping[str, tuple[str, ...]] = {w: tuple(sorted(k, key=_ORDER.index)) for w, k in kinds.items()}
        self._aspects = frozenset(r["word"] for r in knowledge.tables["aspects"] if r["lang"] == "en")
        self._glue = Glue(knowledge)

    def chunk(self, text: str, start: int, end: int, mentions: Sequence[Mention]) -> list[Piece]:
        """Pieces of `text[start:end]`."""
        pieces = list(self._look_up(text, start, end, mentions))
        pieces = self._settle(text, self._aspects_aside(_brackets(pieces)))
        pieces = _lists(_apposed(text, pieces))
        pieces = _places(_changes(text, pieces))
        return _tidy(_things(pieces))

    # -- words --------------------------------------------------------------------------------------------------------

    def _look_up(self, text: str, start: int, end: int, mentions: Sequence[Mention]) -> Iterator[Piece]:
        at = start
        for mention in [*mentions, None]:
            stop = mention.start if mention else end
            tokens = self._tokens(text, at, stop)
            i = 0
            while i < len(tokens):
                a, b = tokens[i]
                word = text[a:b]
                if word in _PUNCT:
                    yield Piece(_PUNCT[word], a, b, word)
                    i += 1
                    continue
                j, phrase = self._longest(text, tokens, i)
                if phrase:
                    piece = Piece("ADV", a, tokens[j - 1][1], phrase)
                    piece.kind = self._kind(phrase, piece)
                    # `its effects`: whose they are is the subject.
                    if phrase in ("its", "their") and j < len(tokens) and "ne" in self._nouns.get(text[slice(*tokens[j])].lower(), {}):
                        piece.kind = "PRON"
                    if piece.kind:
                        yield piece
                    i = j
                    continue
                if word[0].isalnum() and not word.endswith("ly"):
                    low = word.lower()
                    if low in self._compared:
                        yield Piece("ADJ", a, b, low, senses={"va": self._compared[low]})
                    elif low in self._adjectives:
                        yield Piece("WORD", a, b, low, senses={"ea": self._adjectives[low]})
                    elif low.endswith("ed") and len(low) > 4 and not _NOMINAL_BEFORE.search(text[max(0, a - 24) : a]) and text[a - 1 : a] != "-":
                        yield Piece("OTHER", a, b, low)
                    else:
                        yield Piece("WORD", a, b, low)
                i += 1
            if mention:
                yield Piece("NP", mention.start, mention.end, mention.text, (mention,))
                at = mention.end

    def _tokens(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        tokens: list[tuple[int, int]] = []
        for m in _WORD.finditer(text, start, end):
            at = m.start()
            for cut in self._glue.split(m.group()) if m.group().isalpha() else ():
                tokens.append((at, m.start() + cut))
                at = m.start() + cut
            tokens.append((at, m.end()))
        return tokens

    def _longest(self, text: str, tokens: Sequence[tuple[int, int]], i: int) -> tuple[int, str]:
        for j in range(min(len(tokens), i + 6), i, -1):
            parts = [text[a:b].lower() for a, b in tokens[i:j]]
            phrase = " ".join(parts)
            if phrase in self._kinds:
                return j, phrase
            glued = "".join(parts)
            if j - i == 2 and parts[0] in ("down", "up") and glued in self._kinds:
                return j, glued
            if j - i == 3 and "-" in glued and glued in self._kinds:
                return j, glued
        return i, ""

    def _kind(self, phrase: str, piece: Piece) -> str:
        kind = self._kinds[phrase][0]
        if kind != "trigger":
            if phrase in self._nouns:
                piece.senses = self._nouns[phrase]
            return _KIND_OF_WORD[kind]
        if phrase in self._verbs:
            how, senses = self._verbs[phrase]
            piece.senses = {**senses, **self._nouns.get(phrase, {})}
            if "vs" in senses and "va" not in senses:
                return "SYM"
            return {"base": "V", "third": "V", "ed": "PPART", "ing": "ING"}[how]
        piece.senses = self._nouns[phrase]
        return "EFF" if "ne" in piece.senses else "NOUN" if "vn" in piece.senses else "AGENT"

    def _aspects_aside(self, pieces: list[Piece]) -> list[Piece]:
        """`phosphorylation of Akt`, `incidence of cancer`: what is meant is what `of` brings."""
        out: list[Piece] = []
        for i, piece in enumerate(pieces):
            if piece.kind == "NP" and piece.text.lower() in self._aspects and i + 1 < len(pieces) and pieces[i + 1].kind == "OF":
                k = next((p.kind for p in pieces[i + 2 : i + 7] if p.kind != "WORD"), "")
                if k == "NP":
                    piece = Piece("WORD", piece.start, piece.end, piece.text.lower())
            out.append(piece)
        return out

    # -- what a word is, by what stands beside it ---------------------------------------------------------------------

    def _settle(self, text: str, pieces: list[Piece]) -> list[Piece]:
        for i, piece in enumerate(pieces):
            prev = next((p for p in reversed(pieces[:i]) if p.kind not in ("NEG", "HEDGE", "TELL")), None)
            touching = pieces[i - 1] if i else None
            nxt = pieces[i + 1] if i + 1 < len(pieces) else None
            near = next((p for p in pieces[i + 1 : i + 4] if p.kind != "WORD"), None)
            nominal = _NOMINAL_BEFORE.search(text[max(0, piece.start - 28) : piece.start]) is not None
            kinds = self._kinds.get(piece.text, ())
            if piece.kind == "PPART":
                attached = touching is not None and touching.kind in ("NP", "WORD", "NOUN", "LACK", "TREAT") and text[touching.end : piece.start] == "-"
                passive = prev is not None and piece.start - prev.end < 40 and (prev.kind == "BE" or (prev.kind == "PPART" and touching is not prev and _joined_by_and(pieces, i)))
                if "treat" in kinds:
                    piece.kind = "TREAT"
                elif attached:
                    pass
                elif (nominal and not passive) or ((touching is None or touching.kind in ("STOP", "TELL")) and nxt is not None and nxt.kind in ("NP", "WORD")):
                    piece.kind = "ADJ"
                elif not (passive or (near is not None and near.kind == "BY" and near.start - piece.end < 4)):
                    piece.kind = "V"
            elif piece.kind == "V" and ("vn" in piece.senses or "ne" in piece.senses):
                follows = near is not None and near.kind in ("OF", "PREP", "DUI") and near.start - piece.end < 3
                if nominal or (touching is not None and touching.kind == "PPART") or (near is not None and near.kind == "OF" and near.start - piece.end < 3) or (follows and touching is not None and touching.kind in ("WORD", "YOU", "TREAT")):
                    piece.kind = "EFF" if "ne" in piece.senses else "NOUN"
                elif follows and near is not None and near.kind == "PREP" and near.text != "to" and self._verbs[piece.text][0] != "ed" and touching is not None and touching.kind in ("NP", "WORD"):
                    piece.kind = "NOUN"
                elif nominal and touching is not None and touching.kind in ("OF", "PREP") and touching.text != "to" and not piece.text.endswith("ed"):
                    piece.kind = "WORD"
            elif piece.text in ("lower", *self._compared) and piece.kind in ("V", "ADJ"):
                # A was higher in the B group; a higher A
                piece.kind = "PPART" if prev is not None and prev.kind == "BE" and near is not None and near.kind != "NP" else "ADJ" if nominal else piece.kind
            elif piece.kind == "NEG" and piece.text == "nor" and touching is not None and touching.kind == "NP" and near is not None and near.kind == "NP":
                piece.kind = "AND"
            elif piece.kind == "V" and touching is not None and touching.kind == "OF":
                # of various causes
                piece.kind = "WORD"
            elif piece.kind == "BE" and near is not None and near.kind == "NP" and near.members[0].type == "effect" and _HAD.match(near.text):
                # A is anti-inflammatory: an effect that it has.
                piece.kind = "YOU"
                pieces.insert(pieces.index(near) + 1, Piece("LIGHT", near.end, near.end, ""))
            elif piece.kind == "ING" and nominal and near is not None and near.kind == "OF":
                piece.kind = "NOUN"
                piece.senses = {**piece.senses, "vn": piece.senses.get("va", "regulates")}
            elif piece.kind == "REL" and piece.text == "that" and touching is not None and touching.kind in ("TELL", "HEDGE", "ASK"):
                piece.kind = "TELL"
            elif piece.kind == "REL" and touching is not None and touching.kind in ("PREP", "BY", "OF"):
                # `in which`, `by which` begin a clause of their own.
                touching.kind, piece.kind = "ADV", "COMMA"
            elif piece.kind == "YOU" and "tell" in kinds and nxt is not None and nxt.kind in ("REL", "TELL"):
                piece.kind = "TELL"
            elif piece.kind == "YOU" and piece.text in ("has", "have", "had") and nxt is not None and (nxt.kind in ("BE", "PPART", "OTHER", "TELL") or (nxt.kind == "V" and nxt.text.endswith("ed"))):
                piece.kind = "ADV"
            elif piece.kind == "LACK" and "na" in piece.senses and prev is not None and prev.kind in ("BE", "COMMA") and near is not None and near.kind == "OF":
                piece.kind = "AGENT"
            elif piece.kind == "AGENT" and touching is not None and touching.kind in ("NP", "WORD") and prev is not None and prev.kind == "NP" and piece.start - prev.end > 1:
                piece.kind = "WORD"
            elif piece.kind == "NEG" and piece.text == "without" and not (near is not None and near.kind in ("ING", "NOUN", "EFF")):
                piece.kind = "ADV"
            elif piece.kind == "NOUN" and "treat" in kinds:
                k = next((p for p in pieces[i + 1 : i + 5] if p.kind == "NP"), None)
                healing = near is not None and near.kind == "OF" and near.start - piece.end < 3 and k is not None and k.members[0].type == "effect"
                piece.kind = "NOUN" if healing else "TREAT"
            elif piece.kind == "PRON" and any(p.kind in ("TELL", "ASK") for p in pieces[i + 1 : i + 4]):
                piece.kind = "ADV"
            if piece.kind == "EFF":
                self._effect(pieces, i, piece)
            if piece.kind == "ASK" and prev is not None and (prev.kind == "BE" or _OPEN_QUESTION.match(piece.text)):
                # The effect of A on B was investigated: nothing in front of it is a finding either.
                k = max((k for k in range(i) if pieces[k].kind in ("STOP", "TELL")), default=-1)
                pieces[k + 1].text, asked = pieces[k + 1].text, Piece("ASK", pieces[k + 1].start, pieces[k + 1].start, piece.text)
                piece.kind = "ADV"
                pieces = [*pieces[: k + 1], asked, *pieces[k + 1 :]]
                return self._settle(text, pieces)
        return [p for p in pieces if p.kind != "ADV"]

    @staticmethod
    def _effect(pieces: Sequence[Piece], i: int, piece: Piece) -> None:
        """`protective effect`, `inhibitory and antiviral effects`: the adjective says the direction; `antioxidant effects` are had."""
        touching = pieces[i - 1] if i else None
        if touching is not None and touching.kind == "NP" and touching.members[-1].type == "effect" and piece.start - touching.end == 1:
            piece.kind = "LIGHT"
            return
        for p in reversed(pieces[max(0, i - 5) : i]):
            if p.kind not in ("WORD", "AND", "COMMA"):
                break
            if "ea" in p.senses:
                piece.senses = {**piece.senses, "ne": p.senses["ea"]}
                break


def _joined_by_and(pieces: Sequence[Piece], i: int) -> bool:
    """Whether the participle at `i` is the second of two behind one `was`: `was reduced and abolished`."""
    between = [p.kind for p in reversed(pieces[:i])]
    return "AND" in between[: between.index("PPART")] if "PPART" in between else False


def _brackets(pieces: list[Piece]) -> list[Piece]:
    """A bracket's content stays only where it lists members of the class before it."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        if piece.kind == "CLOSE":
            i += 1
            continue
        if piece.kind != "OPEN":
            out.append(piece)
            i += 1
            continue
        depth, k = 1, i + 1
        while k < len(pieces) and depth and pieces[k].start - piece.start < 400:
            depth += (pieces[k].kind == "OPEN") - (pieces[k].kind == "CLOSE")
            k += 1
        if depth:
            i += 1
            continue
        inner = pieces[i + 1 : k - 1]
        names = [p for p in inner if p.kind == "NP"]
        host = next((p for p in reversed(out[-3:]) if p.kind not in ("WORD",)), None)
        if names and host is not None and host.kind == "NP" and all(p.kind in ("NP", "COMMA", "AND", "WORD", "SUCH", "OPEN", "CLOSE") for p in inner):
            known = {n.casefold() for n in host.members[-1].names}
            if not any(p.text.casefold() in known for p in names) and (len(names) > 1 or inner[0].kind == "SUCH"):
                out.append(Piece("SUCH", piece.start, piece.end, "("))
                for n, name in enumerate(names):
                    if n:
                        out.append(Piece("AND", name.start, name.start, ","))
                    out.append(name)
        i = k
    return out


def _apposed(text: str, pieces: list[Piece]) -> list[Piece]:
    """`A, a new feed additive, improves B`: what A is said to be between commas is left out."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        # A, but not B, increases C
        if piece.text == "but" and i + 2 < len(pieces) and pieces[i + 1].kind == "NEG" and pieces[i + 2].kind == "NP":
            i += 3
            continue
        if piece.kind == "COMMA" and out and out[-1].kind == "NP" and _APPOSED.match(text, piece.end):
            k = i + 1
            while k < len(pieces) and pieces[k].kind in ("NP", "WORD", "ADJ", "OF", "PREP", "NOUN", "OTHER") and k - i < 9:
                k += 1
            if k < len(pieces) and pieces[k].kind == "COMMA" and k > i + 1 and not any(p.kind == "AND" for p in pieces[k + 1 : k + 2]):
                i = k + 1 if k + 1 < len(pieces) and pieces[k + 1].kind != "REL" else k
                continue
        out.append(piece)
        i += 1
    return out


# -- noun phrases -----------------------------------------------------------------------------------------------------


def _lists(pieces: list[Piece]) -> list[Piece]:
    """Join names in a list (A, B and C), and names side by side, into one noun phrase."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        if pieces[i].kind != "NP":
            out.append(pieces[i])
            i += 1
            continue
        first = i
        # In A, B and C increase: the comma after a place that opens the sentence joins nothing.
        place = bool(out) and out[-1].kind == "PREP" and (len(out) == 1 or out[-2].kind in ("STOP", "COMMA"))
        members, i = _one(pieces, i)
        end, start = pieces[i - 1].end, members[0].start
        while True:
            found = _next_item(pieces, i, out, comma=not place)
            if found is None:
                break
            more, i = _one(pieces, found)
            members = [*members, *more]
            end = pieces[i - 1].end
        out.append(replace(pieces[first], start=start, end=end, text="", members=tuple(members)))
    return out


def _item(pieces: Sequence[Piece], k: int) -> int | None:
    """Where the name of a list's item stands that begins at `k`: behind adjectives and `levels of`."""
    a = k
    while k < len(pieces) and k - a < 5 and (pieces[k].kind in ("WORD", "ADJ", "LIGHT") or (pieces[k].kind == "OF" and k > a)):
        k += 1
    return k if k < len(pieces) and pieces[k].kind == "NP" else None


def _next_item(pieces: Sequence[Piece], i: int, before: Sequence[Piece], *, comma: bool) -> int | None:
    """Where the next item of the list stands, if the list goes on at `i`: a comma joins only where an `and` follows."""
    k = i
    while k < len(pieces) and pieces[k].kind == "WORD" and k - i < 3:
        k += 1
    # A place between two items: `cognition in adults and sleep in children`.
    if k < len(pieces) and pieces[k].kind == "PREP" and k + 1 < len(pieces) and pieces[k + 1].kind == "WORD":
        m = k + 1
        while m < len(pieces) and pieces[m].kind == "WORD" and m - k < 5:
            m += 1
        if m < len(pieces) and pieces[m].kind == "AND":
            k = m
    if k >= len(pieces):
        return None
    link = pieces[k]
    nxt = pieces[k + 1] if k + 1 < len(pieces) else None
    if link.kind == "SUCH" or (link.kind == "COMMA" and nxt is not None and nxt.kind == "SUCH"):
        return _item(pieces, k + 1 + (link.kind != "SUCH"))
    if link.kind == "AND" or (link.kind == "COMMA" and nxt is not None and nxt.kind == "AND" and comma):
        at = _item(pieces, k + 1 + (link.kind != "AND"))
        return None if at is None or _new_clause(pieces, at, before) else at
    if link.kind == "COMMA" and comma:
        at = _item(pieces, k + 1)
        if at is None:
            # An item that names nothing of ours, amid the list.
            m = k + 1
            while m < len(pieces) and pieces[m].kind in ("WORD", "NOUN", "ADJ") and m - k < 4:
                m += 1
            if m > k + 1 and m < len(pieces) and pieces[m].kind in ("COMMA", "AND"):
                return _next_item(pieces, m, before, comma=comma)
            return None
        m = at + 1
        while m < len(pieces) and pieces[m].kind in ("NP", "COMMA", "WORD", "ADJ", "OF", "LIGHT"):
            m += 1
        if m < len(pieces) and pieces[m].kind == "ETC":
            return at
        if m < len(pieces) and pieces[m].kind == "AND" and (last := _item(pieces, m + 1)) is not None and not _new_clause(pieces, last, before):
            return at
    return None


def _new_clause(pieces: Sequence[Piece], at: int, before: Sequence[Piece]) -> bool:
    """Whether the name at `at` is the subject of a clause of its own: `A causes B and C causes D`."""
    clause = 0
    for k, p in enumerate(before):
        if p.kind in ("STOP", "TELL", "COMMA"):
            clause = k + 1
    if not any(p.kind in (*_FINITE, "PPART", "ING") for p in before[clause:]):
        return False
    k = at + 1
    while k < len(pieces) and k - at < 8 and (pieces[k].kind != "AND" or _item(pieces, k + 1) is not None) and pieces[k].kind in ("NP", "AND", "WORD", "NEG", "HEDGE", "NOUN", "LACK", "TREAT", "LIGHT"):
        k += 1
    return k < len(pieces) and pieces[k].kind in ("V", "YOU", "BE")


def _one(pieces: Sequence[Piece], i: int) -> tuple[list[Mention], int]:
    """One item: names side by side, of which the last is meant (`the transporter GLUT4`)."""
    head = pieces[i].members[0]
    i += 1
    # In patients with neuropathy ALC relieves pain: an illness and a drug side by side are two.
    while i < len(pieces) and pieces[i].kind == "NP" and pieces[i].start - pieces[i - 1].end <= 1 and not (head.type == "effect" and pieces[i].members[0].type == "compound"):
        head = pieces[i].members[0]
        i += 1
    return [head], i


def _changes(text: str, pieces: list[Piece]) -> list[Piece]:
    """Noun phrases of a change become the name with a sign: `loss of A`, `A knockdown`, `increased A`, `A overexpression`."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        sign = _SIGN.get(piece.senses.get("vn", "")) if piece.kind == "NOUN" else -1 if piece.kind == "LACK" else None
        attached = bool(out) and out[-1].kind == "PPART"
        k = i + 1
        role = piece.kind == "NOUN" and piece.text in ("role", "roles") and k + 1 < len(pieces) and pieces[k].kind in ("OF", "PREP") and pieces[k].text in ("of", "for")
        if role and pieces[k + 1].kind == "NP":
            # a role for A in promoting B
            i = k + 1
            continue
        if sign is not None and piece.text not in _CARE and not (out and out[-1].kind == "BY") and not (len(out) > 1 and out[-2].kind == "BY" and out[-1].kind == "NP"):
            skip = {"WORD", "ADJ"}
            if k < len(pieces) and (pieces[k].kind == "OF" or piece.text.endswith(" of") or (pieces[k].kind == "PREP" and pieces[k].text in ("in", "for"))):
                k += not piece.text.endswith(" of")
                while k < len(pieces) and (pieces[k].kind in skip or (pieces[k].kind == "OF" and pieces[k - 1].kind == "WORD")) and pieces[k].start - piece.end < 60:
                    k += 1
                after = next((p.kind for p in pieces[k + 1 : k + 4] if p.kind != "WORD"), "")
                if k < len(pieces) and pieces[k].kind == "NP" and after != "BY":
                    # A inhibition of B: what A does to B, not a change of B for its own sake.
                    nominal = bool(out) and out[-1].kind == "NP" and piece.start - out[-1].end == 1 and not attached
                    if not nominal:
                        inner = pieces[k].sign
                        out.append(replace(pieces[k], sign=(inner or 1) * sign, start=pieces[k].start))
                        i = k + 1
                        continue
            elif out and out[-1].kind == "NP" and piece.start - out[-1].end <= 12 and pieces[i - 1].kind != "AND" and not (k < len(pieces) and pieces[k].kind == "BY"):
                out[-1] = replace(out[-1], sign=(out[-1].sign or 1) * sign)
                i += 1
                continue
        if piece.kind == "ADJ":
            s = _SIGN.get(piece.senses.get("va", ""))
            while k < len(pieces) and pieces[k].start - piece.end < 50 and (pieces[k].kind in ("WORD",) or (pieces[k].kind == "OF" and pieces[k - 1].kind == "WORD")):
                k += 1
            if s is not None and k < len(pieces) and pieces[k].kind == "NP":
                changed = replace(pieces[k], sign=(pieces[k].sign or 1) * s)
                # A showed reduced B: it reduced B.
                if out and out[-1].kind == "YOU":
                    out[-1] = replace(piece, kind="V")
                    changed = replace(pieces[k])
                out.append(changed)
                i = k + 1
                continue
            i += 1
            continue
        # Inhibiting A reduced B: a clause that begins with what is done to A.
        opens = not out or out[-1].kind in ("STOP", "TELL")
        if piece.kind == "ING" and opens and k < len(pieces) and pieces[k].kind == "NP" and piece.senses.get("va") in _SIGN:
            m = next((p.kind for n, p in enumerate(pieces[k + 1 : k + 6], k + 1) if p.kind not in ("WORD", "NEG", "HEDGE", "PREP") and pieces[n - 1].kind != "PREP"), "")
            if m in ("V", "SYM"):
                out.append(replace(pieces[k], sign=_SIGN[piece.senses["va"]]))
                i = k + 1
                continue
        out.append(piece)
        i += 1
    return out


def _places(pieces: list[Piece]) -> list[Piece]:
    """Leave out what only says where, of whom, or compared with what; and `of` between a word and the name it is about."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        prev = next((p for p in reversed(out) if p.kind not in ("NEG", "HEDGE")), None)
        k = i + 1
        while k < len(pieces) and pieces[k].kind in ("WORD", "ADJ"):
            k += 1
        nxt = pieces[k] if k < len(pieces) else None
        # adjectives joined: effective and well tolerated in
        if piece.kind == "AND" and out and out[-1].kind == "WORD" and i + 1 < len(pieces) and pieces[i + 1].kind == "WORD" and nxt is not None and nxt.kind in ("PREP", "DUI"):
            i += 1
            continue
        # ALC fed together with B: what else was given.
        if piece.kind == "TREAT" and prev is not None and out[-1] is prev and prev.kind == "NP" and prev.members[0].type == "compound" and piece.start - prev.end == 1 and nxt is not None:
            if nxt.kind == "PREP" and k + 1 < len(pieces) and pieces[k + 1].kind == "NP":
                i = k + 2
                continue
        if piece.kind == "CMP":
            i = k + 1 if nxt is not None and nxt.kind == "NP" else k
            continue
        if piece.kind == "PREP":
            # a role for A in promoting B
            if nxt is not None and nxt.kind == "ING" and k == i + 1:
                i += 1
                continue
            if nxt is not None and nxt.kind == "NP":
                after = next((p.kind for p in pieces[k + 1 : k + 3] if p.kind != "WORD"), "")
                attached = k + 1 < len(pieces) and pieces[k + 1].start - nxt.end <= 1 and pieces[k + 1].kind in ("PPART", "TREAT", "LACK")
                if attached or after in ("TREAT", "GROUP"):
                    out.append(piece)
                    i += 1
                    continue
                if prev is not None and prev.kind == "NP" and len(out) > 2 and out[-2].kind == "OF" and _between_two(out[-3]):
                    out.append(piece)
                    i += 1
                    continue
                if prev is not None and prev.kind in ("NOUN", "EFF", "AGENT", "TREAT", "LIGHT", *_FINITE, *_VERBAL, "CHAIN", "LACK"):
                    out.append(piece)
                    i += 1
                    continue
                if prev is not None and prev.kind == "WORD" and prev.text in ("role", "roles", "function", "functions") and piece.text == "for":
                    i += 1
                    continue
                i = k + 1
                # The place of a place: `in rats with A of B`.
                while i < len(pieces) and pieces[i].kind == "OF" and i + 1 < len(pieces) and pieces[i + 1].kind == "NP":
                    i += 2
                continue
            if prev is not None and prev.kind in _VERBAL:
                out.append(piece)
            i += 1
            continue
        if piece.kind == "OF":
            if prev is not None and prev.kind == "NP" and out[-1] is prev and nxt is not None and nxt.kind == "NP":
                i = k + 1
                continue
            if prev is not None and out and out[-1].kind == "WORD":
                i += 1
                # The function of A is mediated by B: that says nothing of A itself.
                if out[-1].text in _NOT_ITSELF and (len(out) == 1 or out[-2].kind in ("STOP", "TELL", "COMMA", "WORD")) and nxt is not None and nxt.kind == "NP":
                    i = k + 1
                continue
        out.append(piece)
        i += 1
    return out


def _between_two(piece: Piece) -> bool:
    """Whether a noun wants two names: the binding of A to B, the effect of A in B."""
    return piece.kind == "EFF" or piece.senses.get("vn") in ("binds", "associated_with")


def _things(pieces: list[Piece]) -> list[Piece]:
    """Nouns that name nothing of ours, where a subject stands: what the clause says is not said of the one before."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        if piece.kind == "WORD":
            k = i
            while k < len(pieces) and pieces[k].kind == "WORD":
                k += 1
            opens = not out or out[-1].kind in ("COMMA", "STOP", "TELL", "AND", "REL")
            nxt = next((p.kind for p in pieces[k:] if p.kind not in ("NEG", "HEDGE")), "")
            if opens and nxt in ("V", "YOU", "BE", "SYM", "OTHER", "REL", "PPART") and any(p.text.isalpha() and len(p.text) > 2 for p in pieces[i:k]):
                out.append(Piece("THING", piece.start, pieces[k - 1].end, piece.text))
            i = k
            continue
        out.append(piece)
        i += 1
    return out


def _tidy(pieces: list[Piece]) -> list[Piece]:
    out: list[Piece] = []
    for i, piece in enumerate(pieces):
        # A is a salt that raises B: what A is said to be is A.
        if piece.kind == "NP" and len(out) > 1 and out[-1].kind == "BE" and out[-2].kind == "NP" and i + 1 < len(pieces) and pieces[i + 1].kind == "REL":
            continue
        if piece.kind in ("ADJ", "OPEN", "CLOSE", "ETC") or (piece.kind == "GROUP" and not (out and out[-1].kind == "NP")) or (piece.kind == "LIGHT" and not (out and out[-1].kind == "NP")):
            continue
        if piece.kind == "AND":
            after = next((p for p in pieces[i + 1 :] if p.kind not in ("NEG", "HEDGE", "CHAIN")), None)
            if not (out and out[-1].kind in _VERBAL and after is not None and after.kind in _VERBAL):
                # `and` between clauses parts them as a comma does.
                if after is not None and after.kind in ("V", "YOU", "ING", "SYM"):
                    continue
                out.append(Piece("COMMA", piece.start, piece.end, piece.text))
                continue
        out.append(piece)
    return out
