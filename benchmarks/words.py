"""How many ends of gold mentions fall inside a word of ours.

`python benchmarks/words.py [GOLD...] [--errors]`; without GOLD, the corpus's development papers and, where they are,
the shared ones. An end at the edge of a word, or beside a blank, is inside none. The words are those of the tokenizer
(`House.words`), which parts names and phrases into words too; a second figure is for those that the tagging room hands
to the claims room, where each name and phrase that was found is one word, so that one found too long counts as well.
`--errors` lists the ends of the first figure, `--names` those of the second.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from pipeline import check
from pipeline.check.gold import GoldDocument, GoldMention, GoldSentence
from pipeline.house import House, Tagged
from pipeline.knowledge import load
from pipeline.records import Document, Paper, Word

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "gold"


Cut = Callable[[Paper, Tagged], Iterable[Word]]


class Inside(NamedTuple):
    """A gold mention that begins or ends inside a word, and that word."""

    sentence: GoldSentence
    mention: GoldMention
    word: Word


def names_whole(_paper: Paper, tagged: Tagged) -> Iterator[Word]:
    """The words as the claims room gets them."""
    return chain.from_iterable(tagged.words)


def inside(house: House, document: GoldDocument, cut: Cut) -> Iterator[Inside]:
    """The ends of the document's mentions that fall inside a word; its sentences are read as a line each."""
    text = "\n".join(s.text.replace("\n", " ") for s in document.sentences)
    paper = Paper(Document(document.id, document.id, "", "ok", None, (), None, (), None), text)
    within = {k: w for w in cut(paper, house.tag(paper)) for k in range(w.start + 1, w.end)}
    base = 0
    for sentence in document.sentences:
        for mention in sentence.mentions:
            ends = (base + mention.start, base + mention.end)
            yield from (Inside(sentence, mention, within[k]) for k in ends if k in within)
        base += len(sentence.text) + 1


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="*", type=Path)
    parser.add_argument("--errors", action="store_true", help="list the ends that are inside a word")
    parser.add_argument("--names", action="store_true", help="list those inside a word or a name")
    args = parser.parse_args()
    if args.gold:
        gold = check.load(args.gold)
    else:
        gold = check.load([ROOT / "annotations"], "development") + (check.load([SHARED]) if SHARED.is_dir() else ())
    house = House(load())
    ends = 2 * sum(len(s.mentions) for d in gold for s in d.sentences)
    for title, cut, listed in (
        ("inside a word", house.words, args.errors),
        ("inside a word, names whole", names_whole, args.names),
    ):
        found = [i for d in gold for i in inside(house, d, cut)]
        print(f"{title:28} {len(found):4} of {ends} ends: {len(found) / max(1, ends):.2%}")
        if listed:
            for sentence, mention, word in found:
                print(f"    {sentence.doc} {sentence.id} {mention.type} {mention.text} | in {word.text}/{word.pos}")


if __name__ == "__main__":
    main()
