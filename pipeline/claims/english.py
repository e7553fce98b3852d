"""English words to pieces. Grammar and reading are those of Chinese; the forms of verbs are this module's business.

Which -ed forms are verbs, which base forms are nouns and what an effect's adjective says is settled here; what stands
together is the business of `english_lists` and `english_rows`, fixed expressions that of `english_frames`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pipeline.claims.english_frames import frames
from pipeline.claims.english_lists import apposed, brackets, lists
from pipeline.claims.english_rows import changes, places, resumed, things, tidy
from pipeline.claims.pieces import Piece, relation_named
from pipeline.glue import Glue
from pipeline.knowledge import Knowledge
from pipeline.records import Mention, Relation

# A full stop joins numbers and single letters (0.5, e.g.), and parts what a scan wrote without a blank (etc.resulting).
_WORD = re.compile(
    r"[A-Za-z0-9\u0370-\u03ff]+(?:['’][A-Za-z0-9\u0370-\u03ff]+|(?<=[0-9])\.[0-9]+|\.[A-Za-z](?![A-Za-z]))*|[^\sA-Za-z0-9]"
)
_SHORT = re.compile(r"\b(?:etc|al|vs|Fig|approx|resp)\s?$")
_GOES_ON = re.compile(r"\s?[a-z,;)]")
_PUNCT = {
    ",": "COMMA", "，": "COMMA", ";": "STOP", "；": "STOP", ".": "STOP", "。": "STOP", ":": "COMMA",
    "：": "COMMA", "(": "OPEN", "（": "OPEN", ")": "CLOSE", "）": "CLOSE", "[": "OPEN", "]": "CLOSE",
}  # fmt: skip
_KIND_OF_WORD = {
    "adv": "", "det": "", "of": "OF", "by": "BY", "and": "AND", "prep": "PREP", "rel": "REL", "pron": "PRON",
    "be": "BE", "you": "YOU", "treat": "TREAT", "light": "LIGHT", "lack": "LACK", "chain": "CHAIN", "cmp": "CMP",
    "such": "SUCH",
    "group": "GROUP", "dui": "DUI", "neg": "NEG", "hedge": "HEDGE", "ask": "ASK", "tell": "TELL", "frame": "",
    "verb": "OTHER", "clause": "COMMA", "etc": "ETC",
}  # fmt: skip
# Where a word is of several kinds, the first of these that it has; what stands beside it may change that (`_settle`).
_ORDER = (
    "neg", "hedge", "ask", "lack", "trigger", "such", "etc", "cmp", "treat", "chain", "dui", "by", "of", "and", "be",
    "you", "clause", "rel", "pron", "prep", "light", "tell", "group", "verb", "det", "adv",
)  # fmt: skip
_SENSE = {"v": "va", "vs": "vs", "vm": "vm", "n": "vn", "ne": "ne", "na": "na"}
# After these a form that could be a verb is an adjective or a noun: `the increased level`, `a decrease in`.
_NOMINAL_BEFORE = re.compile(
    r"(?:^|[\s(])(?:the|a|an|of|in|with|by|for|on|to an?|their|its|these|those|any|some|this|such|no|via|through|from|"
    r"between|under|after|during|due to|because of|show(?:s|ed)?|ha[sd]|have|exhibit(?:s|ed)?|"
    r"led to|leads? to|leading to|"
    r"result(?:s|ed|ing)? in|contribut\w+ to|related to|associated with|significant|marked|further|dose-dependent|"
    r"and/or|as|than|despite)\s+(?:\w+ly\s+)?$",
    re.IGNORECASE,
)
_VERB_FORMS = frozenset({"V", "PPART", "ING", "ADJ"})
# What may stand between a word and the one that says what it is.
_BETWEEN = frozenset({"NEG", "HEDGE", "TELL"})
_PAST = {
    "bind": "bound",
    "lead": "led",
    "give": "gave",
    "drive": "drove",
    "bring": "brought",
    "play": "played",
    "rise": "rose",
    "fall": "fell",
}
_DOUBLED = frozenset({"control", "blot", "stop"})
_OPEN_QUESTION = re.compile(r"needs? to be|remains?\b|to be|un(?:clear|known)|not |poorly|elusive")
_HAD = re.compile(
    r"(?:anti|pro(?=-?(?:infl|apop|oxid|angio))|neuroprotect|cardioprotect|hepatoprotect|chondroprotect)", re.IGNORECASE
)
_UNINFLECTED = re.compile(r"(?:ed|nt|ble|al|ry|ive|ful|ous|ic)$")


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
        self._verbs: dict[str, tuple[str, dict[str, Relation]]] = {}
        self._nouns: dict[str, dict[str, Relation]] = {}
        self._adjectives: dict[str, Relation] = {}
        self._compared: dict[str, Relation] = {}
        for r in knowledge.tables["triggers"]:
            if r["lang"] != "en":
                continue
            word, kind, relation = r["word"].lower(), r["kind"], relation_named(r["relation"])
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
        # What a phrase may begin with: its first word, or the first part of one with a hyphen (down-regulates).
        self._openings = {"down", "up"}.union(
            *({word.split(" ")[0], word.split("-")[0], word[0]} for word in self._kinds)
        )
        self._aspects = frozenset(r["word"] for r in knowledge.tables["aspects"] if r["lang"] == "en")
        self._glue = Glue(knowledge)

    def chunk(self, text: str, start: int, end: int, mentions: Sequence[Mention]) -> list[Piece]:
        """Pieces of `text[start:end]`."""
        pieces = frames(text, list(self._look_up(text, start, end, mentions)))
        pieces = self._settle(text, self._aspects_aside(brackets(pieces)))
        pieces = lists(apposed(text, pieces))
        pieces = places(changes(pieces))
        return resumed(tidy(things(pieces)))

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
                    # etc. and al. end no sentence where it goes on in small letters.
                    if word == "." and _SHORT.search(text, start, a) and _GOES_ON.match(text, b):
                        i += 1
                        continue
                    yield Piece(_PUNCT[word], a, b, word)
                    i += 1
                    continue
                j, phrase = self._longest(text, tokens, i)
                if phrase:
                    piece = Piece("ADV", a, tokens[j - 1][1], phrase)
                    piece.kind = self._kind(phrase, piece)
                    # `its effects`: whose they are is the subject.
                    if phrase in ("its", "their"):
                        effects = j < len(tokens) and "ne" in self._nouns.get(text[slice(*tokens[j])].lower(), {})
                        piece.kind = "PRON" if effects else "ITS"
                    if piece.kind == "ING" and "chain" in self._kinds[phrase]:
                        yield Piece("CHAIN", a, a, phrase)
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
                    elif (
                        low.endswith("ed")
                        and len(low) > 4
                        and not _NOMINAL_BEFORE.search(text[max(0, a - 24) : a])
                        and text[a - 1 : a] != "-"
                    ):
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
        if text[slice(*tokens[i])].lower() not in self._openings:
            return i, ""
        for j in range(min(len(tokens), i + 6), i, -1):
            parts = [text[a:b].lower() for a, b in tokens[i:j]]
            phrase = " ".join(parts)
            if phrase in self._kinds:
                return j, phrase
            # binds directly to: an adverb inside.
            spare = " ".join(p for p in parts if not p.endswith("ly"))
            if j - i > 2 and not parts[0].endswith("ly") and not parts[-1].endswith("ly") and spare in self._kinds:
                return j, spare
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
            if (
                piece.kind == "NP"
                and piece.text.lower() in self._aspects
                and i + 1 < len(pieces)
                and pieces[i + 1].kind == "OF"
            ):
                k = next((p.kind for p in pieces[i + 2 : i + 7] if p.kind != "WORD"), "")
                if k == "NP":
                    piece = Piece("WORD", piece.start, piece.end, piece.text.lower())
            out.append(piece)
        return out

    # -- what a word is, by what stands beside it ---------------------------------------------------------------------

    def _settle(self, text: str, pieces: list[Piece]) -> list[Piece]:
        for i, piece in enumerate(pieces):
            prev = next((pieces[k] for k in range(i - 1, -1, -1) if pieces[k].kind not in _BETWEEN), None)
            touching = pieces[i - 1] if i else None
            nxt = pieces[i + 1] if i + 1 < len(pieces) else None
            near = next((p for p in pieces[i + 1 : i + 4] if p.kind != "WORD"), None)
            nominal = (
                piece.kind in _VERB_FORMS
                and _NOMINAL_BEFORE.search(text[max(0, piece.start - 28) : piece.start]) is not None
            )
            kinds = self._kinds.get(piece.text, ())
            if piece.kind == "PPART":
                attached = (
                    touching is not None
                    and touching.kind in ("NP", "WORD", "NOUN", "LACK", "TREAT")
                    and text[touching.end : piece.start] == "-"
                )
                passive = (
                    prev is not None
                    and piece.start - prev.end < 40
                    and (
                        prev.kind == "BE"
                        or (prev.kind == "PPART" and touching is not prev and _joined_by_and(pieces, i))
                    )
                )
                if "treat" in kinds:
                    piece.kind = "TREAT"
                elif attached:
                    pass
                elif (nominal and not passive) or (
                    (touching is None or touching.kind in ("STOP", "TELL") or _opens_late(pieces, i))
                    and nxt is not None
                    and nxt.kind in ("NP", "WORD")
                ):
                    piece.kind = "ADJ"
                elif not (passive or (near is not None and near.kind == "BY" and near.start - piece.end < 4)):
                    piece.kind = "V"
            elif piece.kind == "V" and ("vn" in piece.senses or "ne" in piece.senses):
                follows = near is not None and near.kind in ("OF", "PREP", "DUI") and near.start - piece.end < 3
                if (
                    nominal
                    or (touching is not None and touching.kind == "PPART")
                    or (near is not None and near.kind == "OF" and near.start - piece.end < 3)
                    or (follows and touching is not None and touching.kind in ("WORD", "YOU", "TREAT"))
                ):
                    piece.kind = "EFF" if "ne" in piece.senses else "NOUN"
                elif (
                    follows
                    and near is not None
                    and near.kind == "PREP"
                    and near.text != "to"
                    and self._verbs[piece.text][0] != "ed"
                    and touching is not None
                    and touching.kind in ("NP", "WORD")
                ):
                    piece.kind = "NOUN"
                elif (
                    nominal
                    and touching is not None
                    and touching.kind in ("OF", "PREP")
                    and touching.text != "to"
                    and not piece.text.endswith("ed")
                ):
                    piece.kind = "WORD"
            elif piece.kind in ("V", "ADJ") and (piece.text == "lower" or piece.text in self._compared):
                # A was higher in the B group; a higher A
                piece.kind = (
                    "PPART"
                    if prev is not None and prev.kind == "BE" and near is not None and near.kind != "NP"
                    else "ADJ"
                    if nominal
                    else piece.kind
                )
            elif (
                piece.kind == "NEG"
                and piece.text == "nor"
                and touching is not None
                and touching.kind == "NP"
                and near is not None
                and near.kind == "NP"
            ):
                piece.kind = "AND"
            elif piece.kind == "V" and touching is not None and touching.kind == "OF":
                # of various causes
                piece.kind = "WORD"
            elif (
                piece.kind == "BE"
                and near is not None
                and near.kind == "NP"
                and near.members[0].type == "effect"
                and _HAD.match(near.text)
            ):
                # A is anti-inflammatory: an effect that it has.
                piece.kind = "YOU"
                last = pieces.index(near)
                while [p.kind for p in pieces[last + 1 : last + 3]] == ["AND", "NP"]:
                    last += 2
                end = pieces[last].end
                pieces.insert(last + 1, Piece("LIGHT", end, end, ""))
            elif piece.kind == "ING" and "treat" in kinds:
                piece.kind = "TREAT"
            elif piece.kind == "ING" and nominal and nxt is not None and nxt.kind == "OF":
                piece.kind = "NOUN"
                piece.senses = {**piece.senses, "vn": piece.senses.get("va", "regulates")}
            elif piece.kind == "REL" and piece.text == "that" and nxt is not None and nxt.kind == "OF":
                # A rose and that of B fell
                piece.kind = nxt.kind = "ADV"
            elif (
                piece.kind == "REL"
                and piece.text == "that"
                and touching is not None
                and (
                    touching.kind in ("TELL", "HEDGE", "ASK", "OTHER", "BE")
                    or (touching.kind == "AND" and any(p.kind == "TELL" for p in pieces[:i]))
                )
            ):
                piece.kind = "TELL"
            elif piece.kind == "REL" and touching is not None and touching.kind in ("PREP", "BY", "OF"):
                # `in which`, `by which` begin a clause of their own.
                touching.kind, piece.kind = "ADV", "COMMA"
            elif piece.kind == "YOU" and "tell" in kinds and nxt is not None and nxt.kind in ("REL", "TELL"):
                piece.kind = "TELL"
            elif (
                piece.kind == "YOU"
                and piece.text in ("has", "have", "had")
                and nxt is not None
                and (nxt.kind in ("BE", "OTHER", "TELL") or (nxt.kind == "V" and nxt.text.endswith("ed")))
            ):
                piece.kind = "ADV"
            elif (
                piece.kind == "LACK"
                and "na" in piece.senses
                and (prev is None or prev.kind in ("BE", "COMMA", "STOP", "TELL") or prev.text == "as")
                and near is not None
                and near.kind == "OF"
            ):
                piece.kind = "AGENT"
            elif (
                piece.kind == "AGENT"
                and touching is not None
                and touching.kind in ("NP", "WORD")
                and prev is not None
                and prev.kind == "NP"
                and piece.start - prev.end > 1
            ):
                piece.kind = "WORD"
            elif (
                piece.kind == "NEG"
                and piece.text == "without"
                and not (near is not None and near.kind in ("ING", "NOUN", "EFF"))
            ):
                piece.kind = "ADV"
            elif piece.kind == "NOUN" and "treat" in kinds:
                named = next((p for p in pieces[i + 1 : i + 5] if p.kind == "NP"), None)
                healing = (
                    near is not None
                    and (near.kind == "OF" or near.text == "for")
                    and near.start - piece.end < 3
                    and named is not None
                    and named.members[0].type == "effect"
                )
                piece.kind = "NOUN" if healing else "TREAT"
            elif piece.kind == "PRON" and any(p.kind in ("TELL", "ASK") for p in pieces[i + 1 : i + 4]):
                piece.kind = "ADV"
            if piece.kind == "EFF":
                self._effect(pieces, i, piece)
            asks = piece.kind == "ASK" and piece.start < piece.end  # the one that is put in below has no width
            if asks and prev is not None and (prev.kind == "BE" or _OPEN_QUESTION.match(piece.text)):
                # The effect of A on B was investigated: nothing in front of it is a finding either.
                k = max((n for n in range(i) if pieces[n].kind in ("STOP", "TELL")), default=-1)
                asked = Piece("ASK", pieces[k + 1].start, pieces[k + 1].start, piece.text)
                piece.kind = "ADV"
                pieces = [*pieces[: k + 1], asked, *pieces[k + 1 :]]
                return self._settle(text, pieces)
        return [p for p in pieces if p.kind != "ADV"]

    @staticmethod
    def _effect(pieces: Sequence[Piece], i: int, piece: Piece) -> None:
        """`protective effect`: the adjective says the direction; `antioxidant effects` are had."""
        touching = pieces[i - 1] if i else None
        if (
            touching is not None
            and touching.kind == "NP"
            and touching.members[-1].type == "effect"
            and piece.start - touching.end == 1
        ):
            piece.kind = "LIGHT"
            return
        for p in reversed(pieces[max(0, i - 5) : i]):
            if p.kind not in ("WORD", "AND", "COMMA"):
                break
            if "ea" in p.senses:
                piece.senses = {**piece.senses, "ne": p.senses["ea"], "vn": p.senses["ea"]}
                break


def _opens_late(pieces: Sequence[Piece], i: int) -> bool:
    """Whether a clause begins at `i` behind an adverbial: `In rats, increased A was associated with B`."""
    if pieces[i - 1].kind != "COMMA":
        return False
    start = max((k for k in range(i) if pieces[k].kind in ("STOP", "TELL")), default=-1) + 1
    if any(p.kind in ("V", "YOU", "BE", "SYM", "PPART", "OTHER") for p in pieces[start:i]):
        return False
    end = next((k for k in range(i + 1, len(pieces)) if pieces[k].kind in ("COMMA", "STOP")), len(pieces))
    verb = next((k for k in range(i + 1, end) if pieces[k].kind in ("V", "YOU", "BE", "SYM")), None)
    return verb is not None and pieces[verb - 1].kind != "AND"


def _joined_by_and(pieces: Sequence[Piece], i: int) -> bool:
    """Whether the participle at `i` is the second of two behind one `was`: `was reduced and abolished`."""
    between = [p.kind for p in reversed(pieces[:i])]
    return "AND" in between[: between.index("PPART")] if "PPART" in between else False
