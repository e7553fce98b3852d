"""Which documents are one paper: the same bytes, or a PDF and its text, or a reprint."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from pipeline.assemble.records import Source
from pipeline.fold import squeeze_cased

Place = tuple[str, str]
"""a run and a document of it"""

# Documents are one paper where this share of the claim sentences of the shorter are, to the letter, in the other.
# Measured on 62 documents: a PDF and its text share all, no two papers share one.
_SHARED = 0.5
# A sentence shorter than this may be anyone's, in characters without blanks.
_TELLING = 15


@dataclass(frozen=True, slots=True)
class Papers:
    """The paper of each document, and the documents that are the same file as one that came before them."""

    of: dict[Place, str]
    repeats: frozenset[Place]


def papers_of(sources: Sequence[Source]) -> Papers:
    """Which documents are one paper. It goes by the id of the first by letter of its documents.

    Where two papers have one document id, it is `run/id`.
    """
    file_of: dict[Place, Place] = {}
    first: dict[str, Place] = {}
    for source in sources:
        for document in source.documents:
            if document.status == "failed":  # it says nothing: another run of the same file may
                continue
            place = source.run, document.id
            file_of[place] = first.setdefault(document.sha256, place)
    sentences: dict[Place, set[str]] = defaultdict(set)
    for source in sources:
        for doc in chain((c.doc for c in source.claims), (m.doc for m in source.mentions)):
            file_of.setdefault((source.run, doc), (source.run, doc))
        for claim in source.claims:
            sentences[file_of[source.run, claim.doc]].add(squeeze_cased(claim.evidence.text))
    paper_of = {file: file for file in file_of.values()}
    for here, there in _copies(sentences):
        old, new = paper_of[there], paper_of[here]
        paper_of = {file: new if paper == old else paper for file, paper in paper_of.items()}
    files: dict[Place, list[Place]] = defaultdict(list)
    for place, file in file_of.items():
        files[paper_of[file]].append(place)
    heads = {paper: min(places, key=lambda p: (p[1], p[0])) for paper, places in files.items()}
    named = Counter(doc for _, doc in heads.values())
    names = {paper: doc if named[doc] == 1 else f"{run}/{doc}" for paper, (run, doc) in heads.items()}
    return Papers(
        {place: names[paper_of[file]] for place, file in file_of.items()},
        frozenset(place for place, file in file_of.items() if place != file),
    )


def _copies(sentences: dict[Place, set[str]]) -> Iterable[tuple[Place, Place]]:
    """Pairs of documents that have most of their sentences in common, in order."""
    having: dict[str, list[Place]] = defaultdict(list)
    for place, texts in sentences.items():
        for text in texts:
            if len(text) >= _TELLING:
                having[text].append(place)
    common = Counter(pair for places in having.values() for pair in combinations(sorted(places), 2))
    for (here, there), count in sorted(common.items()):
        if count >= _SHARED * min(len(sentences[here]), len(sentences[there])):
            yield here, there
