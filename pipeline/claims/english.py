"""English words to pieces. The grammar and the reading are those of Chinese; the forms of verbs are this module's business."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pipeline.claims.pieces import Piece
from pipeline.knowledge import Knowledge
from pipeline.records import Mention

_WORD = re.compile(r"[A-Za-z0-9\u0370-\u03ff]+(?:['’.][A-Za-z0-9\u0370-\u03ff]+)*|[^\sA-Za-z0-9]")
_PUNCT = {",": "COMMA", "，": "COMMA", ";": "STOP", "；": "STOP", ".": "STOP", ":": "COMMA", "(": "OPEN", "（": "OPEN", ")": "CLOSE", "）": "CLOSE", "[": "OPEN", "]": "CLOSE"}
_KIND_OF_WORD = {
    "adv": "", "det": "", "of": "OF", "by": "BY", "and": "AND", "prep": "PREP", "rel": "REL", "pron": "PRON", "be": "BE", "you": "YOU",
    "treat": "TREAT", "light": "LIGHT", "lack": "LACK", "chain": "CHAIN", "cmp": "CMP", "such": "SUCH", "group": "GROUP", "dui": "DUI",
    "neg": "NEG", "hedge": "HEDGE", "ask": "ASK", "tell": "TELL", "frame": "",
}  # fmt: skip
_ORDER = ("neg", "hedge", "ask", "lack", "trigger", "such", "cmp", "treat", "chain", "dui", "by", "of", "and", "be", "you", "rel", "pron", "prep", "light", "tell", "group", "det", "adv")
# An -ed form right after these is an adjective: `the increased level`, `of reduced`.
_ADJECTIVAL = re.compile(r"(?:^|[(]|\b(?:the|a|an|of|in|with|by|for|on|their|its|these|those|both|any|some|this|such))\s+$", re.I)
_PAST = {"bind": "bound", "lead": "led", "give": "gave", "drive": "drove", "bring": "brought", "play": "played", "rise": "rose", "fall": "fell"}
_DOUBLED = frozenset({"control", "curb", "blot", "stop", "up-regulat"}) - {"curb"}


def forms(verb: str) -> dict[str, str]:
    """Written form -> `base`, `ed`, `ing` of a verb (its first word inflects, the rest stays)."""
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
    return {head + tail: "base", third + tail: "base", past + tail: "ed", ing + tail: "ing"}


class EnglishChunker:
    """Turns an English sentence into pieces. Holds the word lists; no state of a text."""

    def __init__(self, knowledge: Knowledge) -> None:
        kinds: dict[str, set[str]] = {}
        for table in ("words", "cues"):
            for r in knowledge.tables[table]:
                if r["lang"] == "en" and r["kind"] != "frame":
                    kinds.setdefault(r["word"].lower(), set()).add(r["kind"])
        self._verbs: dict[str, tuple[str, dict[str, str]]] = {}
        self._nouns: dict[str, dict[str, str]] = {}
        for r in knowledge.tables["triggers"]:
            if r["lang"] != "en":
                continue
            word, kind, relation = r["word"].lower(), r["kind"], r["relation"]
            if kind in ("v", "vs"):
                table = forms(word) if not word.split()[0].endswith(("ed", "nt", "ble", "al", "ry")) or word.split()[0] in ("augment", "implement", "prevent", "supplement") else {word: "ed"}
                for form, how in table.items():
                    known = self._verbs.setdefault(form, (how, {}))
                    known[1]["va" if kind == "v" else "vs"] = relation
                    kinds.setdefault(form, set()).add("trigger")
            else:
                for form in {word, word + "s"}:
                    self._nouns.setdefault(form, {})["vn" if kind == "n" else "na"] = relation
                    kinds.setdefault(form, set()).add("trigger")
        self._kinds: Mapping[str, tuple[str, ...]] = {w: tuple(sorted(k, key=_ORDER.index)) for w, k in kinds.items()}

    def chunk(self, text: str, start: int, end: int, mentions: Sequence[Mention]) -> list[Piece]:
        """Pieces of `text[start:end]`."""
        return self._tidy(self._lists(self._settle(text, list(self._look_up(text, start, end, mentions)))))

    def _look_up(self, text: str, start: int, end: int, mentions: Sequence[Mention]) -> Iterator[Piece]:
        at = start
        for mention in [*mentions, None]:
            stop = mention.start if mention else end
            tokens = list(_WORD.finditer(text, at, stop))
            i = 0
            while i < len(tokens):
                token = tokens[i]
                word = token.group()
                if word in _PUNCT:
                    yield Piece(_PUNCT[word], token.start(), token.end(), word)
                    i += 1
                    continue
                j, phrase = self._longest(tokens, i)
                if phrase:
                    piece = Piece("ADV", token.start(), tokens[j - 1].end(), phrase)
                    piece.kind = self._kind(phrase, piece)
                    if piece.kind:
                        yield piece
                    i = j
                    continue
                if word[0].isalnum():
                    yield Piece("WORD", token.start(), token.end(), word)
                i += 1
            if mention:
                yield Piece("NP", mention.start, mention.end, mention.text, (mention,))
                at = mention.end

    def _longest(self, tokens: Sequence[re.Match[str]], i: int) -> tuple[int, str]:
        for j in range(min(len(tokens), i + 6), i, -1):
            phrase = " ".join(t.group().lower() for t in tokens[i:j])
            if phrase in self._kinds:
                return j, phrase
            glued = "".join(t.group().lower() for t in tokens[i:j])
            if j - i == 3 and "-" in glued and glued in self._kinds:
                return j, glued
        return i, ""

    def _kind(self, phrase: str, piece: Piece) -> str:
        kinds = self._kinds[phrase]
        if kinds[0] != "trigger":
            return _KIND_OF_WORD[kinds[0]]
        if phrase in self._verbs:
            how, senses = self._verbs[phrase]
            piece.senses = {**senses, **self._nouns.get(phrase, {})}
            if "vs" in senses and "va" not in senses:
                return "SYM"
            return {"base": "V", "ed": "PPART", "ing": "ING"}[how]
        piece.senses = self._nouns[phrase]
        return "NOUN" if "vn" in piece.senses else "AGENT"

    def _settle(self, text: str, pieces: list[Piece]) -> list[Piece]:
        """Which -ed forms are passive or adjectives, which base forms are nouns, by what stands beside them."""
        for i, piece in enumerate(pieces):
            prev = next((p for p in reversed(pieces[:i]) if p.kind not in ("WORD", "NEG", "HEDGE")), None)
            nxt = next((p for p in pieces[i + 1 : i + 4] if p.kind != "WORD"), None)
            if piece.kind == "PPART":
                attached = prev is not None and prev.kind == "NP" and piece.start - prev.end == 1
                passive = prev is not None and prev.kind in ("BE", "PPART") and piece.start - prev.end < 40
                if _ADJECTIVAL.search(text[max(0, piece.start - 12) : piece.start]) and not attached and not passive:
                    piece.kind = "WORD"
                elif not (attached or passive or (nxt is not None and nxt.kind == "BY" and nxt.start - piece.end < 4)):
                    piece.kind = "V"
            elif piece.kind == "REL" and piece.text == "that" and prev is not None and prev.kind in ("TELL", "HEDGE", "ASK"):
                piece.kind = "TELL"
            elif piece.kind == "AGENT" and "lack" in self._kinds.get(piece.text, ()):
                pass
            elif piece.kind == "LACK" and piece.text.startswith(("inhibitor", "antagonist", "blocker")) and prev is not None and prev.kind in ("BE", "PREP", "OF"):
                piece.kind, piece.senses = "AGENT", self._nouns[piece.text]
            elif piece.kind == "V" and any(k in piece.senses for k in ("vn",)) and nxt is not None and (
                nxt.kind == "OF" or (piece.text in ("effect", "effects", "influence", "impact", "increase", "decrease", "control", "treatment") and nxt.kind in ("PREP", "DUI"))
            ):  # fmt: skip
                piece.kind = "NOUN"
        return pieces

    def _lists(self, pieces: list[Piece]) -> list[Piece]:
        """Join names in a list (A, B and C), and names side by side, into one noun phrase."""
        out: list[Piece] = []
        i = 0
        while i < len(pieces):
            if pieces[i].kind != "NP":
                out.append(pieces[i])
                i += 1
                continue
            members, i = self._one(pieces, i)
            end = pieces[i - 1].end
            start = members[0].start
            while True:
                found = self._next_item(pieces, i)
                if found is None:
                    break
                more, i = self._one(pieces, found)
                members += more
                end = pieces[i - 1].end
            out.append(Piece("NP", start, end, "", tuple(members)))
        return out

    @staticmethod
    def _next_item(pieces: Sequence[Piece], i: int) -> int | None:
        """Where the next item of the list stands, if the list goes on at `i`: a comma joins only where an `and` follows."""

        def item(k: int) -> int | None:
            while k < len(pieces) and pieces[k].kind == "WORD" and pieces[k].start - pieces[i].start < 60:
                k += 1
            return k if k < len(pieces) and pieces[k].kind == "NP" else None

        k = i
        while k < len(pieces) and pieces[k].kind in ("WORD", "OF") and k - i < 2:
            k += 1
        if k >= len(pieces):
            return None
        if pieces[k].kind in ("AND", "SUCH") or (pieces[k].kind == "COMMA" and k + 1 < len(pieces) and pieces[k + 1].kind in ("AND", "SUCH")):
            return item(k + 1 if pieces[k].kind in ("AND", "SUCH") else k + 2)
        if pieces[k].kind == "COMMA":
            nxt = item(k + 1)
            if nxt is None:
                return None
            m = nxt + 1
            while m < len(pieces) and pieces[m].kind in ("NP", "COMMA", "WORD"):
                m += 1
            if m < len(pieces) and pieces[m].kind == "AND" and m + 1 < len(pieces) and any(p.kind == "NP" for p in pieces[m + 1 : m + 4]):
                return nxt
        return None

    @staticmethod
    def _one(pieces: Sequence[Piece], i: int) -> tuple[list[Mention], int]:
        head = pieces[i].members[0]
        i += 1
        while i < len(pieces):
            piece = pieces[i]
            if piece.kind == "NP" and piece.start - pieces[i - 1].end <= 1:
                head = piece.members[0]
                i += 1
                continue
            if piece.kind == "OPEN" and piece.start - pieces[i - 1].end <= 1:
                k = i + 1
                while k < len(pieces) and pieces[k].kind not in ("CLOSE", "STOP"):
                    k += 1
                inner = [p for p in pieces[i + 1 : k] if p.kind == "NP"]
                names = {n.casefold() for n in head.names}
                if k < len(pieces) and pieces[k].kind == "CLOSE" and (not inner or any(p.members[0].text.casefold() in names for p in inner)):
                    i = k + 1
                    continue
            break
        return [head], i

    @staticmethod
    def _tidy(pieces: list[Piece]) -> list[Piece]:
        out: list[Piece] = []
        for i, piece in enumerate(pieces):
            if piece.kind in ("WORD", "OPEN", "CLOSE", "GROUP", "LIGHT") and not (piece.kind == "LIGHT" and out and out[-1].kind == "NP"):
                continue
            if piece.kind == "AND":
                after = next((p for p in pieces[i + 1 :] if p.kind not in ("WORD", "NEG", "HEDGE", "CHAIN")), None)
                verbal = ("V", "PPART", "ING")
                if not (out and out[-1].kind in verbal and after is not None and after.kind in verbal):
                    # `and` between clauses parts them as a comma does.
                    if after is not None and after.kind in ("V", "YOU", "ING", "SYM"):
                        continue
                    out.append(Piece("COMMA", piece.start, piece.end, piece.text))
                    continue
            out.append(piece)
        return out
