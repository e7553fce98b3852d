"""Gold and runs as marks, and marks as gold."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.annotate.marked import ClaimMark, Cut, Findings, Marked, MentionMark
from pipeline.check.align import squeeze
from pipeline.check.gold import GoldClaim, GoldDocument, GoldMention, GoldSentence
from pipeline.records import Paper, by_document
from pipeline.segment.sentences import sentences

if TYPE_CHECKING:
    from pipeline.records import Claim, Gloss, Mention
    from pipeline.store import RunFolder

# -- from gold ---------------------------------------------------------------------------------------------------------


def of_gold(gold: GoldDocument) -> Marked:
    """Gold as marks: its sentences, a line each, are the text.

    A trigger is marked where it stands nearest to the object; a subject outside its sentence at the name's last
    mention before.
    """
    cuts: list[Cut] = []
    mentions: list[MentionMark] = []
    claims: list[ClaimMark] = []
    written: dict[str, int] = {}  # a name -> its last mention in the sentences before
    base = 0
    for sentence in gold.sentences:
        first = len(mentions)
        places = {m.id: first + n for n, m in enumerate(sentence.mentions)}
        mentions += (MentionMark(base + m.start, base + m.end, m.type) for m in sentence.mentions)
        claims += (_claim_of_gold(claim, sentence, base, places, written) for claim in sentence.claims)
        written.update((m.text, places[m.id]) for m in sentence.mentions)
        cuts.append(Cut(sentence.id, sentence.lang, base, base + len(sentence.text)))
        base += len(sentence.text) + 1
    text = "\n".join(s.text for s in gold.sentences)
    return Marked(gold.id, text, tuple(cuts), tuple(mentions), tuple(claims), gold.aliases)


def _claim_of_gold(
    claim: GoldClaim, sentence: GoldSentence, base: int, places: dict[str, int], written: dict[str, int]
) -> ClaimMark:
    target = next(m for m in sentence.mentions if m.id == claim.object)
    at = _nearest(sentence.text, claim.trigger, target)
    start, end = (target.start, target.end) if at is None else (at, at + len(claim.trigger))
    subject = written.get(claim.subject_text) if claim.subject is None else places[claim.subject]
    by_text = {m.text: places[m.id] for m in reversed(sentence.mentions)}
    linked = [by_text.get(name, places.get(name)) for name in claim.via]
    via = tuple(n for n in linked if n is not None)
    whole = len(via) == len(linked)  # their order is kept where all are links, or all are names
    return ClaimMark(
        start=base + start,
        end=base + end,
        relation=claim.relation,
        subject=subject,
        object=places[claim.object],
        via=via if whole else (),
        negated=claim.negated,
        certainty=claim.certainty,
        implicit=claim.subject_implicit,
        citations=claim.citations,
        model=claim.model,
        subject_name=claim.subject_text if subject is None else "",
        via_names=() if whole else claim.via,
        trigger=claim.trigger if at is None else None,
    )


def _nearest(text: str, word: str, to: GoldMention) -> int | None:
    """Where `word` stands nearest to a mention; None where it is not in the text, or nothing to see."""
    if not word.strip():
        return None
    found = [m.start() for m in re.finditer(f"(?={re.escape(word)})", text)]
    return min(found, key=lambda at: max(at - to.end, to.start - at - len(word)), default=None)


# -- from a run --------------------------------------------------------------------------------------------------------


def of_run(found: RunFolder) -> Iterator[Marked]:
    """The papers of a run, whole, as the pipeline cuts them; papers without a sentence are left out.

    Names that a paper defines become groups of aliases.
    """
    mentions = by_document(found.mentions)
    claims = by_document(found.claims)
    glosses = by_document(found.glosses)
    for document in found.documents:
        text = found.texts.get(document.id, "")
        cuts = tuple(Cut(f"S{n:03d}", s.lang, s.start, s.end) for n, s in enumerate(sentences(Paper(document, text))))
        if cuts:
            own: list[Mention] = mentions[document.id]
            places = {m.id: n for n, m in enumerate(own)}
            yield Marked(
                document.id,
                text,
                cuts,
                tuple(MentionMark(m.start, m.end, m.type) for m in own),
                tuple(_claim_of_run(claim, places) for claim in claims[document.id]),
                _alias_groups(glosses[document.id]),
            )


def _claim_of_run(claim: Claim, places: dict[str, int]) -> ClaimMark:
    return ClaimMark(
        start=claim.trigger.start,
        end=claim.trigger.end,
        relation=claim.relation,
        subject=places[claim.subject.mention],
        object=places[claim.object.mention],
        via=tuple(places[mention] for mention in claim.via),
        negated=claim.negated,
        certainty=claim.certainty,
        implicit=claim.subject.implicit,
        citations=claim.citations,
        model=claim.model,
    )


def _alias_groups(glosses: Iterable[Gloss]) -> tuple[tuple[str, ...], ...]:
    """The names of each definition; definitions that share one are of one group."""
    groups: list[dict[str, None]] = []
    for gloss in glosses:
        made = dict.fromkeys(name.text for name in gloss.names)
        for group in [g for g in groups if not g.keys().isdisjoint(made)]:
            groups.remove(group)
            made = group | made
        groups.append(made)
    return tuple(tuple(group) for group in groups if len(group) > 1)


# -- to gold -----------------------------------------------------------------------------------------------------------


def to_gold(marked: Marked, findings: Findings) -> GoldDocument:
    """Marks as gold: mentions numbered as they stand, claims in their order.

    What cannot be gold (a mention over the end of its sentence, mentions that overlap, a claim without an object) is
    left out and told in `findings`, a fault each.
    """
    build = _Build(marked, findings)
    home = [build.cut_of(m) for m in marked.mentions]
    inside: dict[int, list[int]] = defaultdict(list)
    for number, place in enumerate(home):
        if place is not None:
            inside[place].append(number)
    claims: dict[int, list[ClaimMark]] = defaultdict(list)
    for claim in marked.claims:
        place = build.cut_of(claim)
        if place is not None:
            claims[place].append(claim)
    made: list[GoldSentence] = []
    for n, cut in enumerate(marked.cuts):
        order = sorted(inside[n], key=lambda i: (marked.mentions[i].start, marked.mentions[i].end))
        build.tell_overlaps(cut, order)
        build.tell_empty(cut, order)
        ids = {number: f"m{place}" for place, number in enumerate(order, 1)}
        made.append(
            GoldSentence(
                doc=marked.id,
                id=cut.id,
                text=marked.text[cut.start : cut.end],
                lang=cut.lang,
                mentions=tuple(build.mention(number, cut, ids) for number in order),
                claims=tuple(c for c in (build.claim(claim, cut, ids, home) for claim in claims[n]) if c is not None),
            )
        )
    return GoldDocument(marked.id, tuple(made), marked.aliases)


class _Build:
    """What making gold of one document asks for again and again."""

    def __init__(self, marked: Marked, findings: Findings) -> None:
        self._marked = marked
        self._faults = findings.faults
        self._remarks = findings.remarks
        self._starts = [cut.start for cut in marked.cuts]

    def _text(self, mark: MentionMark | ClaimMark) -> str:
        return self._marked.text[mark.start : mark.end]

    def _fault(self, mark: MentionMark | ClaimMark, cut: Cut | None, reason: str) -> None:
        place = mark.where or self._marked.where
        self._faults.append(": ".join(filter(None, (place, None if cut is None else cut.id, reason))))

    def cut_of(self, mark: MentionMark | ClaimMark) -> int | None:
        """The sentence that a mark stands in; None, and a fault, where it does not stand in one."""
        n = bisect_right(self._starts, mark.start) - 1
        cut = self._marked.cuts[n] if n >= 0 else None
        if cut is None or mark.start >= cut.end:
            self._fault(mark, None, f"{self._text(mark)!r} stands in no sentence")
            return None
        if mark.end > cut.end:
            self._fault(mark, cut, f"{self._text(mark)!r} runs over the end of its sentence")
            return None
        return n

    def tell_overlaps(self, cut: Cut, order: Sequence[int]) -> None:
        """A fault for each mention of a sentence that shares a character with one before it."""
        widest: MentionMark | None = None
        for number in order:
            mark = self._marked.mentions[number]
            if widest is not None and mark.start < widest.end:
                self._fault(mark, cut, f"mentions {self._text(widest)!r} and {self._text(mark)!r} overlap")
            if widest is None or mark.end > widest.end:
                widest = mark

    def tell_empty(self, cut: Cut, order: Sequence[int]) -> None:
        """A fault for each mention of a sentence with nothing to see in it, as INCEpTION lets one make."""
        for number in order:
            mark = self._marked.mentions[number]
            if not squeeze(self._text(mark)).text:
                place = f"at {mark.start - cut.start} of the sentence"
                self._fault(mark, cut, f"a mention of nothing ({mark.type}), {place}")

    def mention(self, number: int, cut: Cut, ids: dict[int, str]) -> GoldMention:
        mark = self._marked.mentions[number]
        return GoldMention(ids[number], self._text(mark), mark.type, mark.start - cut.start, mark.end - cut.start)

    def claim(self, mark: ClaimMark, cut: Cut, ids: dict[int, str], home: Sequence[int | None]) -> GoldClaim | None:
        """The claim as gold; None, and a fault, where its ends are not what a claim needs."""
        shown = f"claim {self._text(mark)!r} ({mark.relation})"
        mentions = self._marked.mentions
        subject = mark.subject
        if mark.object is None:
            self._fault(mark, cut, f"{shown}: no object")
        elif home[mark.object] is not None and mark.object not in ids:
            self._fault(mark, cut, f"{shown}: its object {self._text(mentions[mark.object])!r} is of another sentence")
        if subject is None and not mark.subject_name:
            self._fault(mark, cut, f"{shown}: no subject, and no name for one")
        if mark.object not in ids or mark.object is None or (subject is None and not mark.subject_name):
            return None
        if subject is not None and mark.subject_name:
            place = mark.where or self._marked.where
            self._remarks.append(f"{place}: {cut.id}: {shown}: a subject and a name for one; the name is left out")
        inside = subject is not None and subject in ids
        return GoldClaim(
            subject=ids[subject] if subject is not None and inside else None,
            subject_text=mark.subject_name if subject is None else self._text(mentions[subject]),
            subject_implicit=mark.implicit or not inside,
            relation=mark.relation,
            object=ids[mark.object],
            object_text=self._text(mentions[mark.object]),
            trigger=self._text(mark) if mark.trigger is None else mark.trigger,
            negated=mark.negated,
            certainty=mark.certainty,
            via=(*(self._text(mentions[n]) for n in mark.via), *mark.via_names),
            citations=mark.citations,
            model=mark.model,
        )
