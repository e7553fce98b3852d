"""Open-class effects of English: content words that end with an effect head, and what `of` joins to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.knowledge import Knowledge
from pipeline.tag.match import Hit

_RANK = -2
# `-induced` and its like part what causes from what is caused: they end a word.
_LINK = r"(?:induced|mediated|dependent|associated|related|stimulated|evoked|triggered|driven|treated|activated|deprived)\b"
_EN_WORD = re.compile(rf"-{_LINK}|[A-Za-z0-9\u0370-\u03ff]+(?:[-'’/](?!{_LINK})[A-Za-z0-9\u0370-\u03ff]+)*|[^\sA-Za-z0-9]")


class EnglishPhrases:
    """Effect phrases of English sentences: content words that end with an effect head, `of` joined."""

    def __init__(self, knowledge: Knowledge) -> None:
        heads = knowledge.tables["heads"]
        self._heads = frozenset(r["word"] for r in heads if r["lang"] == "en")
        self._absorb = frozenset(r["word"] for r in heads if r["lang"] == "en" and r["kind"] in ("absorb", "pathway"))
        aspects = {r["word"] for r in knowledge.tables["aspects"] if r["lang"] == "en"}
        self._stops = frozenset(
            [r["word"] for r in knowledge.tables["words"] if r["lang"] == "en"]
            + [r["word"] for r in knowledge.tables["cues"] if r["lang"] == "en"]
        )
        self._triggers = frozenset(f for r in knowledge.tables["triggers"] if r["lang"] == "en" for f in _forms(r["word"]))
        self._aspects = aspects

    def find(self, text: str, start: int, end: int, known: Sequence[Hit]) -> Iterator[Hit]:
        tokens = [(m.start(), m.end(), m.group()) for m in _EN_WORD.finditer(text, start, end)]
        kinds = {h.start: h for h in known}
        inside = {i: h for h in known for i in range(h.start, h.end)}
        i = 0
        while i < len(tokens):
            a = i
            core = None
            while i < len(tokens) and self._content(tokens[i], inside) and (i == a or text[tokens[i - 1][1] : tokens[i][0]].strip() == ""):
                hit = inside.get(tokens[i][0])
                if (hit is not None and hit.kind == "effect") or (hit is None and tokens[i][2].lower() in self._heads):
                    core = i + 1
                i += 1
            if core is not None:
                b = core
                lead = a
                while lead < b and (h := inside.get(tokens[lead][0])) is not None and h.kind in ("compound", "protein", "organisms", "microbes"):
                    if tokens[b - 1][2].lower() in self._absorb and h.kind in ("compound", "protein"):
                        break
                    lead += 1
                # Names amid the phrase: it begins after the last of them.
                for k in range(lead, b):
                    h = inside.get(tokens[k][0])
                    if h is not None and h.kind in ("compound", "protein", "organisms") and tokens[b - 1][2].lower() not in self._absorb:
                        lead = k + 1
                if lead < b:
                    s, e = tokens[lead][0], tokens[b - 1][1]
                    whole = kinds.get(s)
                    if not (whole is not None and whole.end == e) and (b - lead > 1):
                        yield Hit(s, e, "effect", None, "phrase-head", _RANK)
            i = max(i, a + 1)

    def _content(self, token: tuple[int, int, str], inside: dict[int, Hit]) -> bool:
        word = token[2].lower()
        if token[0] in inside:
            return inside[token[0]].kind != "organisms"
        return word[0].isalpha() and word not in self._stops and word not in self._triggers and (word not in self._aspects or word in self._heads) and not word.endswith("ly")


def _forms(verb: str) -> set[str]:
    """A trigger's written forms, as far as this room needs them to know where a noun phrase ends."""
    if " " in verb:
        return {verb.split()[0]}
    stem = verb[:-1] if verb.endswith("e") else verb
    doubled = stem + stem[-1]
    forms = {verb, verb + "s", verb + "es", stem + "ed", stem + "ing", doubled + "ed", doubled + "ing"}
    if verb.endswith("y"):
        forms |= {verb[:-1] + "ied", verb[:-1] + "ies"}
    return forms
