"""Tagging without the lexicon: gold texts, with every lexicon entry taken out that any of the gold's mentions names.

`python benchmarks/knockout.py [GOLD...] [--keep] [--errors]`; without GOLD, the shared development papers where they
are, else the corpus's. An entry goes whole, with all its names, where one of them is a gold mention's text by look-up
key, from the word tables (organs, organisms, microbes) as from the others. What is still found is found by how names
are built, by the papers' own definitions, and by the words around them: the nearest view of a paper nobody has seen.
`--keep` leaves the lexicon whole, for comparison; `--errors` lists what was missed and what was extra.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pipeline import check
from pipeline.check.gold import GoldDocument
from pipeline.claims import Claims
from pipeline.fold import keys_of
from pipeline.knowledge import Concept, Knowledge, load
from pipeline.records import Claim, Document, Mention, Paper
from pipeline.segment.sentences import sentences
from pipeline.segment.words import Segmenter
from pipeline.tag import Tagger

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "gold"


def knocked_out(knowledge: Knowledge, gold: Iterable[GoldDocument]) -> Knowledge:
    """The knowledge without the concepts that a gold mention is a name of."""
    texts = list(dict.fromkeys(m.text for d in gold for s in d.sentences for m in s.mentions))
    named = frozenset(key for keys in keys_of(texts) for key in keys)

    def known(concept: Concept) -> bool:
        return any(key in named for keys in keys_of([*concept.names, *concept.abbreviations]) for key in keys)

    return replace(knowledge, concepts=tuple(c for c in knowledge.concepts if not known(c)))


def score(knowledge: Knowledge, gold: Iterable[GoldDocument]) -> check.Report:
    """The house over the gold's sentences, a line each, held against it."""
    claims_of = Claims(knowledge)
    tagger = Tagger(knowledge, Segmenter((word, "v") for word in knowledge.kept_whole()).cut)
    gold = tuple(gold)
    texts: dict[str, str] = {}
    mentions: list[Mention] = []
    claims: list[Claim] = []
    for document in gold:
        text = "\n".join(s.text.replace("\n", " ") for s in document.sentences)
        paper = Paper(Document(document.id, document.id, "", "ok", None, (), None, (), None), text)
        cut = sentences(paper)
        _, found, words = tagger.tag(paper, cut)
        texts[document.id] = text
        mentions.extend(found)
        claims.extend(claims_of.find(paper, cut, found, words))
    return check.evaluate(gold, texts, mentions, claims)


def main() -> None:
    """Print the scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="*", type=Path)
    parser.add_argument("--keep", action="store_true", help="leave the lexicon whole")
    parser.add_argument("--errors", action="store_true", help="list misses and extras of mentions")
    args = parser.parse_args()
    gold = check.load(args.gold or [SHARED if SHARED.is_dir() else ROOT / "annotations"])
    whole = load()
    knowledge = whole if args.keep else knocked_out(whole, gold)
    report = score(knowledge, gold)
    print(f"{len(knowledge.concepts)} of {len(whole.concepts)} lexicon entries kept; {len(gold)} papers")
    total = report.total
    for name, counts in [*total.figures.items(), *((f"{t} overlap", c) for t, c in total.types.items())]:
        print(f"{name:24} P {counts.p:.3f} R {counts.r:.3f} F1 {counts.f1:.3f}")
    if args.errors:
        for e in report.errors:
            print(f"{e.doc} {e.kind} {e.what} | {e.rule or ''} | {e.sentence_id} {e.sentence}")


if __name__ == "__main__":
    main()
