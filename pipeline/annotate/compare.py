"""What a curator changed: gold beside what it was made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace

from pipeline.check.gold import GoldDocument, GoldSentence

# What is said at each place of a sentence, and how often.
Said = Mapping[Hashable, Counter[Hashable]]


@dataclass(frozen=True, slots=True)
class Changes:
    """Counts of records: those that are as they were, and the others. `changed` are the same ones, said otherwise."""

    same: int = 0
    added: int = 0
    removed: int = 0
    changed: int = 0

    def __add__(self, other: Changes) -> Changes:
        pairs = ((getattr(self, name), getattr(other, name)) for name in self.__slots__)
        return Changes(*(a + b for a, b in pairs))


@dataclass(frozen=True, slots=True)
class Corrections:
    """What became of a document's mentions and claims; `lost` counts sentences that only one of the two has."""

    mentions: Changes = Changes()
    claims: Changes = Changes()
    lost: int = 0

    def __add__(self, other: Corrections) -> Corrections:
        return Corrections(self.mentions + other.mentions, self.claims + other.claims, self.lost + other.lost)


def corrections(before: GoldDocument, after: GoldDocument) -> Corrections:
    """What was changed in a document. Sentences go with those of the same text, in their order.

    A mention is the same one where its span is, a claim where its subject, object and sentence are.
    """
    was, now = _by_text(before), _by_text(after)
    total = Corrections(lost=len(was.keys() ^ now.keys()))
    for key in was.keys() & now.keys():
        one, other = was[key], now[key]
        mentions = _changes(_mentions(one), _mentions(other))
        total += Corrections(mentions, _changes(_claims(one), _claims(other)))
    return total


def _by_text(document: GoldDocument) -> dict[tuple[str, int], GoldSentence]:
    """Sentences by their text, and by how often it stood before."""
    found: dict[tuple[str, int], GoldSentence] = {}
    times: dict[str, int] = {}
    for sentence in document.sentences:
        times[sentence.text] = times.get(sentence.text, 0) + 1
        found[sentence.text, times[sentence.text]] = sentence
    return found


def _changes(was: Said, now: Said) -> Changes:
    """Of records at one place the equal ones go together, and what is left of both is changed."""
    total = Changes()
    for place in was.keys() | now.keys():
        one, other = was.get(place, Counter()), now.get(place, Counter())
        same = (one & other).total()
        gone, new = one.total() - same, other.total() - same
        changed = min(gone, new)
        total += Changes(same, new - changed, gone - changed, changed)
    return total


def _mentions(sentence: GoldSentence) -> Said:
    return {(m.start, m.end): Counter([m.type]) for m in sentence.mentions}


def _claims(sentence: GoldSentence) -> Said:
    """Claims by their ends, with spans for the ids, which are numbers only."""
    spans = {m.id: (m.start, m.end) for m in sentence.mentions}
    found: dict[Hashable, Counter[Hashable]] = {}
    for c in sentence.claims:
        ends = (spans.get(c.subject, c.subject_text) if c.subject else c.subject_text, spans[c.object])
        found.setdefault(ends, Counter())[replace(c, subject=None, object="")] += 1
    return found


def all_corrections(before: Iterable[GoldDocument], after: Iterable[GoldDocument]) -> dict[str, Corrections]:
    """Corrections by document, of those that both have."""
    was = {document.id: document for document in before}
    return {d.id: corrections(was[d.id], d) for d in after if d.id in was}
