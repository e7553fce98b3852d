"""Definitions: the share right of those that are found, and the share found of those that the text has.

`python benchmarks/definitions.py [LIST] [--texts FOLDER] [--errors]`; without LIST, the corpus's. A list is a
tab-separated table of `doc` and `names`: a line holds all names that the paper says to be one thing, parted by `|`; `~`
parts ways of cutting one name of which either is right, and `?` before a line says that finding it is neither right
nor wrong. A definition counts once a paper, whole: all its names and no other. A text is read from `FOLDER/<doc>.txt`,
else put together from the sentences of the corpus's gold. `--errors` lists misses and extras; not those of the test
half of the corpus, which nobody is to look at.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.fold import name_key
from pipeline.knowledge import load
from pipeline.read import read_bytes
from pipeline.records import Document, Paper
from pipeline.segment.sentences import sentences
from pipeline.segment.words import Segmenter
from pipeline.tag import Tagger

GOLD = Path(__file__).resolve().parents[1] / "annotations"
_HANZI = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Expected:
    """A definition of the list: for each name, the ways of writing it that are right."""

    written: str
    names: tuple[frozenset[str], ...]
    optional: bool

    def fits(self, found: frozenset[str]) -> bool:
        """Whether these are its names, all of them and no other."""
        return len(found) == len(self.names) and all(name & found for name in self.names)


@dataclass
class Score:
    """Counts of definitions, with what was missed and what was extra."""

    right: int = 0
    missed: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        found = self.right + len(self.extra)
        return self.right / found if found else 0.0

    @property
    def recall(self) -> float:
        listed = self.right + len(self.missed)
        return self.right / listed if listed else 0.0

    def __str__(self) -> str:
        found, listed = self.right + len(self.extra), self.right + len(self.missed)
        return f"P {self.precision:.3f} R {self.recall:.3f} ({self.right}/{found}/{listed})"


def read_list(path: Path) -> dict[str, list[Expected]]:
    """The definitions of each paper of a list."""
    papers: dict[str, list[Expected]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            line = row["names"].removeprefix("?")
            names = tuple(frozenset(name_key(way) for way in name.split("~")) for name in line.split("|"))
            papers.setdefault(row["doc"], []).append(Expected(line, names, row["names"].startswith("?")))
    return papers


def paper_of(doc: str, texts: Path | None) -> Paper:
    """The paper, from a folder of texts or from the sentences of its gold."""
    path = texts / f"{doc}.txt" if texts is not None else None
    if path is not None and path.exists():
        return read_bytes(path.read_bytes(), path.name, doc)
    lines = (GOLD / f"{doc}.jsonl").read_text(encoding="utf-8").splitlines()
    text = "\n".join(json.loads(line)["text"].replace("\n", " ") for line in lines)
    return Paper(Document(doc, doc, "", "ok", None, (), None, (), None), text)


def score(tagger: Tagger, paper: Paper, listed: Sequence[Expected], total: Score, english: Score) -> None:
    """Add one paper to the counts; `english` counts definitions without hanzi."""
    glosses, _, _ = tagger.tag(paper, sentences(paper))
    found = {frozenset(name_key(n.text) for n in g.names): " = ".join(n.text for n in g.names) for g in glosses}
    doc = paper.document.id
    fitting = set()
    for expected in listed:
        hits = {names for names in found if expected.fits(names)}
        fitting |= hits
        if expected.optional:
            continue
        for counts in (total,) if _HANZI.search(expected.written) else (total, english):
            if hits:
                counts.right += 1
            else:
                counts.missed.append(f"{doc}: {expected.written}")
    for names, written in found.items():
        if names not in fitting:
            for counts in (total,) if _HANZI.search(written) else (total, english):
                counts.extra.append(f"{doc}: {written}")


def house() -> Tagger:
    """The tagging room with the project's own knowledge."""
    knowledge = load()
    return Tagger(knowledge, Segmenter((word, "v") for word in knowledge.kept_whole()).cut)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the scores of each paper and of all; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list", nargs="?", type=Path, default=GOLD / "definitions.tsv")
    parser.add_argument("--texts", type=Path, help="a folder of <doc>.txt")
    parser.add_argument("--errors", action="store_true", help="list misses and extras, but of the test half")
    options = parser.parse_args(arguments)
    tagger = house()
    test = (
        set(json.loads((GOLD / "split.json").read_text(encoding="utf-8"))["test"]) if options.texts is None else set()
    )
    total, english = Score(), Score()
    for doc, listed in read_list(options.list).items():
        own = Score()
        score(tagger, paper_of(doc, options.texts), listed, own, english)
        print(f"{doc:28} {own}")
        if options.errors and doc not in test:
            print("".join(f"  missed {m}\n" for m in own.missed) + "".join(f"  extra {e}\n" for e in own.extra), end="")
        total.right += own.right
        total.missed += own.missed
        total.extra += own.extra
    print(f"{'all':28} {total}")
    print(f"{'without hanzi':28} {english}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
