"""Tagging, without and with claims: characters a second by either segmenter, and what more terms cost.

`python benchmarks/tagging.py [FILE...] [--rounds 5]`; without files, the shared text excerpts where they are, else the
texts of the corpus. Times are of the process, best of the rounds, with the memos of the segmenter emptied before each:
sentences are cut beforehand, and reading is not in it. The terms: the 1,000 names of the lexicon that are
found most often, then the same with made-up names that stand nowhere, 100,000 in all.
"""

from __future__ import annotations

import argparse
import gc
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.claims import Claims
from pipeline.errors import UsageError
from pipeline.knowledge import Concept, Knowledge, load
from pipeline.records import Document, Paper, Sentence
from pipeline.segment.sentences import sentences
from pipeline.segment.words import ENGINES, Engine, Segmenter
from pipeline.tag import Tagger

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
ENDS = {"碱": "compound", "苷": "compound", "酮": "compound", "酶": "protein", "受体": "protein", "因子": "protein"}
Work = Sequence[tuple[Paper, tuple[Sentence, ...]]]


def work_of(files: Sequence[Path]) -> Work:
    """The files' texts as papers, with their sentences."""
    papers = [
        Paper(Document(f.stem, str(f), "", "ok", None, (), None, (), None), f.read_text(encoding="utf-8"))
        for f in files
    ]
    return [(paper, sentences(paper)) for paper in papers]


def seconds(tagger: Tagger, segmenter: Segmenter, work: Work, rounds: int, claims: Claims | None = None) -> float:
    """The least process time that tagging all of it takes, and finding its claims where `claims` is given."""
    best = float("inf")
    for _ in range(rounds):
        segmenter.forget()
        start = time.process_time()
        for paper, cut in work:
            _, mentions, words = tagger.tag(paper, cut)
            if claims is not None:
                claims.find(paper, cut, mentions, words)
        best = min(best, time.process_time() - start)
    return best


def room(knowledge: Knowledge, engine: Engine) -> tuple[Tagger, Segmenter]:
    """The tagging room with that engine."""
    segmenter = Segmenter(((word, "v") for word in knowledge.kept_whole()), engine)
    return Tagger(knowledge, segmenter.cut), segmenter


def made_up(count: int) -> list[Concept]:
    """Names that are built as names are and stand in no text: one seed, always the same."""
    pick = random.Random(4)
    stems = "琊珙珣琲瑀瑄瑗璩璎玳"
    names = dict.fromkeys(("".join(pick.choices(stems, k=6)), pick.choice(tuple(ENDS))) for _ in range(count * 2))
    return [Concept(None, a + b, ENDS[b], (a + b,), (), "made up") for a, b in list(names)[:count]]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    shared = [*sorted((SHARED / "papers").glob("*.txt")), *sorted((SHARED / "unlabelled").glob("*.txt"))]
    work = work_of(args.files or shared or sorted((ROOT / "corpus" / "src").glob("*.md")))
    chars = sum(len(paper.text) for paper, _ in work)
    knowledge = load()
    gc.disable()
    for engine in ENGINES:
        try:
            tagger, segmenter = room(knowledge, engine)
        except UsageError as e:
            print(f"{engine:8} {e}")
            continue
        alone = chars / seconds(tagger, segmenter, work, args.rounds)
        both = chars / seconds(tagger, segmenter, work, args.rounds, Claims(knowledge))
        print(f"{engine:8} {alone:10,.0f} characters a second tagged, {both:,.0f} with their claims")
        if engine == "jieba":
            found = Counter(m.concept_name for paper, cut in work for m in tagger.tag(paper, cut)[1])
    ranked = sorted(knowledge.concepts, key=lambda c: -found.get(c.name, 0))
    few: list[Concept] = []
    names = 0
    for concept in ranked:
        if names >= 1000:
            break
        few.append(concept)
        names += len(concept.names) + len(concept.abbreviations)
    costs = []
    for more in (0, 100_000 - names):
        tagger, segmenter = room(replace(knowledge, concepts=(*few, *made_up(more))), "jieba")
        costs.append(seconds(tagger, segmenter, work, args.rounds))
    print(f"100,000 terms cost {costs[1] / costs[0]:.2f} times what {names:,} do ({costs[1]:.2f} s, {costs[0]:.2f} s)")


if __name__ == "__main__":
    main()
