"""The counts by what kind of sentence they are of: its part of the paper, its language, its length; claims by relation.

A record's slice is that of its sentence in the gold; a record of the run counts where the record of the gold counts
that it is matched with, or else where its place in the gold's text is. So the slices of a facet sum to the total.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from pipeline.check.compare import MAIN, MENTION_FIGURES, Comparison
from pipeline.check.counts import Counts
from pipeline.check.sides import Side, SideSentence
from pipeline.records import RELATIONS, Section

Slices = Mapping[str, Mapping[str, Mapping[str, Counts]]]

ELSEWHERE = "outside the gold"
NO_HEADING = "no heading"
# Chapters of reviews are named for their subject, and no two papers share them: only their part in the paper is common.
_PARTS = (
    ("abstract", r"(?:中文|英文)?摘\s*要|内容提要|提\s*要|abstract|summary"),
    ("keywords", r"关\s*键\s*[词字]|主题词|key ?-?words?|index terms"),
    ("introduction", r"[引前]\s*言|绪\s*论|背景|introduction|background"),
    ("conclusion", r"结\s*[语论]|[小总]\s*结|展\s*望|讨\s*论|conclusions?|discussions?|perspectives?|summary and"),
)
_NUMBER = re.compile(
    r"^[\s\[【［〔(（]*(?:第?[一二三四五六七八九十]{1,3}[、.．章节)）]|\d{1,2}(?:[.．]\d{1,2})*[.．、]?)?\s*"
)
_MATCHERS = tuple((part, re.compile(words, re.IGNORECASE)) for part, words in _PARTS)
PARTS = ("title", "abstract", "keywords", "introduction", "body", "conclusion", NO_HEADING)
# Characters of a sentence: quartiles of the annotated Chinese sentences are about 30 and 60.
LENGTHS = ((30, "up to 30"), (60, "31 to 60"), (120, "61 to 120"))
LONGEST = "over 120"
LANGS = ("zh", "en")
# What figures can be sliced by, and the slices of each in the order in which they are shown.
FACETS: Mapping[str, tuple[str, ...]] = {
    "section": (*PARTS, ELSEWHERE),
    "lang": (*LANGS, ELSEWHERE),
    "length": (*(label for _, label in LENGTHS), LONGEST, ELSEWHERE),
    "relation": RELATIONS,
}


def part_of(heading: str | None) -> str:
    """The part of a paper that a chapter's heading opens, its number off: `4. 小结` is `conclusion`."""
    if heading is None:
        return NO_HEADING
    bare = _NUMBER.sub("", heading, count=1)
    return next((part for part, words in _MATCHERS if words.match(bare)), "body")


def length_of(text: str) -> str:
    """The class of a sentence's length in characters."""
    return next((label for most, label in LENGTHS if len(text) <= most), LONGEST)


def headings(
    sentences: Sequence[SideSentence], system: Side, text: str, sections: Iterable[Section]
) -> tuple[str | None, ...]:
    """For each sentence of the gold, the heading of its chapter in the run's `text`; parts of a chapter count to it.

    The title's heading is given as `title`. None where the run lacks the sentence, or it stands under no heading.
    """
    chapters: list[tuple[int, str | None]] = []
    for section in sections:
        if section.level <= 1:
            chapters.append((section.start, "title" if section.level == 0 else section.title))
        if part_of(section.title) == "keywords":
            # A label at the beginning of a paragraph; where no heading follows, the body does.
            line_end = text.find("\n", section.start + len(section.title) + 2)
            chapters.append((section.end if line_end < 0 else min(line_end + 1, section.end), None))
    chapters.sort(key=lambda chapter: chapter[0])
    return tuple(_heading(sentence, system, chapters) for sentence in sentences)


def _heading(sentence: SideSentence, system: Side, chapters: Sequence[tuple[int, str | None]]) -> str | None:
    places = sorted(at for at in system.at[slice(*sentence.span)] if at is not None)
    if not places:
        return None
    middle = places[len(places) // 2]  # a stray character may be anywhere
    return next((title for start, title in reversed(chapters) if start <= middle), None)


def slices(comparisons: Iterable[Comparison]) -> Slices:
    """Facet -> slice -> figure -> counts, summed over documents; slices in which nothing is are left out."""
    sums: dict[str, dict[str, dict[str, Counts]]] = {facet: {} for facet in FACETS}
    for found in comparisons:
        for facet in FACETS:
            for figure in MAIN:
                _add(sums[facet], facet, figure, found)
    return {
        facet: {label: _all_figures(found[label], facet) for label in FACETS[facet] if label in found}
        for facet, found in sums.items()
    }


def _all_figures(counts: Mapping[str, Counts], facet: str) -> dict[str, Counts]:
    return {k: counts.get(k, Counts()) for k in MAIN if facet != "relation" or k not in MENTION_FIGURES}


def _add(sums: dict[str, dict[str, Counts]], facet: str, figure: str, found: Comparison) -> None:
    """Add one document's counts under one figure to the sums of a facet."""
    if figure in MENTION_FIGURES:
        if facet == "relation":
            return
        of = _labels(found, facet)
        ours = [of(found.gold.index_at(m.span)) for m in found.gold.mentions]
        theirs = [of(found.gold.index_at(m.span)) for m in found.system.mentions]
    elif facet == "relation":
        ours = [str(c.relation) for c in found.gold.claims]
        theirs = [str(c.relation) for c in found.system.claims]
    else:
        of = _labels(found, facet)
        ours = [of(found.gold.index_at(c.sentence)) for c in found.gold.claims]
        theirs = [of(found.gold.index_at(c.sentence)) for c in found.system.claims]
    pairs = found.pairs[figure]
    for i, j in pairs.items():
        theirs[j] = ours[i]
    for labels, counts in (
        (ours, Counts(gold=1)),
        (theirs, Counts(system=1)),
        ([ours[i] for i in pairs], Counts(tp=1)),
    ):
        for label in labels:
            figures = sums.setdefault(label, {})
            figures[figure] = figures.get(figure, Counts()) + counts


def _labels(found: Comparison, facet: str) -> Callable[[int | None], str]:
    """The slice of a sentence of the gold, by its index."""

    def label(index: int | None) -> str:
        if index is None:
            return ELSEWHERE
        sentence = found.gold.sentences[index]
        if facet == "section":
            heading = found.headings[index]
            return "title" if heading == "title" else part_of(heading)
        return sentence.lang if facet == "lang" else length_of(sentence.text)

    return label
