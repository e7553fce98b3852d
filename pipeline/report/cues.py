"""Where a claim's negation and hedge stand in its sentence.

Records hold only that a claim is denied or hedged. The words are looked for by the cue tables of `pipeline/rules`,
where the claims room takes them to work: a negation in the trigger's clause, a hedge before the trigger in its sentence
part, both also right behind (`after_neg`, `after_hedge`). What cannot be found is said to be so, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.fold import fold
from pipeline.knowledge import Knowledge
from pipeline.records import Claim, Lang, Mention

Kind = Literal["neg", "after_neg", "hedge", "after_hedge"]
Span = tuple[int, int]

_KINDS: tuple[Kind, ...] = ("neg", "after_neg", "hedge", "after_hedge")
_CLAUSE = re.compile(r"[,，;；。:：]|\.\s")
_PART = re.compile(r"[;；。]|\.\s")
# What a trigger denies by itself: 无关, lack of.
_DENYING = re.compile(r"^(?:无|不|未|非|lack|absen|fail)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue word in a sentence, by its place in the paper's text."""

    start: int
    end: int
    kind: Kind


class Cues:
    """Finds the cue words of sentences; built once from the rules."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._kinds: dict[Lang, dict[str, Kind | None]] = {"zh": {}, "en": {}}
        # The small words too: what is part of 不仅 is no negation.
        for table in ("words", "cues"):
            for row in knowledge.tables[table]:
                if row["kind"] != "frame":
                    known = self._kinds["zh" if row["lang"] == "zh" else "en"]
                    cue = next((k for k in _KINDS if table == "cues" and k == row["kind"]), None)
                    word = fold(row["word"]).lower()
                    known[word] = cue or known.get(word)
        self._patterns: dict[Lang, re.Pattern[str]] = {}
        for lang, words in self._kinds.items():
            either = "|".join(map(re.escape, sorted(words, key=lambda w: (-len(w), w))))
            self._patterns[lang] = re.compile(rf"(?<![a-z])(?:{either})(?![a-z])" if lang == "en" else either)

    def in_sentence(self, text: str, lang: Lang, start: int, mentions: Iterable[Mention]) -> tuple[Cue, ...]:
        """The cues of a sentence that begins at `start`, in order; what stands inside a mention is a name (不饱和…)."""
        names = [(m.start, m.end) for m in mentions]
        found = []
        for match in self._patterns[lang].finditer(fold(text).lower()):
            kind = self._kinds[lang][match.group()]
            a, b = match.start() + start, match.end() + start
            if kind is not None and not any(x <= a and b <= y for x, y in names):
                found.append(Cue(a, b, kind))
        return tuple(found)


def negation(claim: Claim, cues: Sequence[Cue]) -> Span | None:
    """The word that denies a claim; None where it is not denied, or no word is found."""
    if not claim.negated:
        return None
    at, end = claim.trigger.start, max(claim.trigger.end, _object_end(claim))
    own = [c for c in cues if c.kind == "neg"]
    inside = [c for c in own if at <= c.start < claim.trigger.end]
    before = [c for c in own if c.end <= at and not _parted(claim, c.end, at, _CLAUSE)]
    behind = [c for c in cues if c.kind == "after_neg" and c.start >= at and not _parted(claim, end, c.start, _PART)]
    near = (*inside, *reversed(before), *behind)
    if not near and _DENYING.match(claim.trigger.text):
        return claim.trigger.start, claim.trigger.end
    # A denial holds on over a list of clauses (未见A、B，C增加), and an English `no` may stand behind its verb.
    further = [c for c in own if c.end <= at and not _parted(claim, c.end, at, _PART)]
    after = [c for c in own if c.start >= at and not _parted(claim, at, c.start, _CLAUSE)]
    return next(((c.start, c.end) for c in (*near, *reversed(further), *after)), None)


def hedge(claim: Claim, cues: Sequence[Cue]) -> Span | None:
    """The word that hedges a claim; None where it is not hedged, or no word is found."""
    if claim.certainty != "hedged":
        return None
    at, end = claim.trigger.start, max(claim.trigger.end, _object_end(claim))
    before = [c for c in cues if c.kind == "hedge" and c.end <= at and not _parted(claim, c.end, at, _PART)]
    behind = [c for c in cues if c.kind == "after_hedge" and c.start >= at and not _parted(claim, end, c.start, _PART)]
    inside = [c for c in cues if c.kind in ("hedge", "after_hedge") and at <= c.start < end]
    chosen = before[-1:] or behind[:1] or inside[:1]
    return (chosen[0].start, chosen[0].end) if chosen else None


def _object_end(claim: Claim) -> int:
    """Roughly where the object ends behind the trigger: records of claims hold its words, not its place."""
    found = claim.evidence.text.find(claim.object.text, claim.trigger.end - claim.evidence.start)
    return 0 if found < 0 else claim.evidence.start + found + len(claim.object.text)


def _parted(claim: Claim, start: int, end: int, mark: re.Pattern[str]) -> bool:
    """Whether a mark stands between two places of the claim's sentence."""
    first = claim.evidence.start
    return start < end and mark.search(claim.evidence.text, start - first, end - first) is not None
