"""Merged statements and contradictions of a run with all their sentences, to be judged by reading.

usage: python benchmarks/statements.py RUN... [--seed N] [--count N] [--contradictions]

The sample is of statements of several sentences: two thirds of those of several papers where there are so many, the
rest of those of one. A merge is right where subject and object of all sentences are the same things.
"""

from __future__ import annotations

import argparse
import random

from pipeline.assemble import Assembly, Source, Statement, assemble_runs
from pipeline.store import read_run


def sample(found: Assembly, count: int, seed: int) -> list[Statement]:
    """That many merged statements, the same for one seed."""
    merged = [s for s in found.statements if s.sentences > 1]
    several = [s for s in merged if len(s.papers) > 1]
    one = [s for s in merged if len(s.papers) == 1]
    chance = random.Random(seed)
    chance.shuffle(several)
    chance.shuffle(one)
    return [*several[: 2 * count // 3], *one][:count]


def show(s: Statement) -> None:
    """A statement and its evidence."""
    print(f"  {s.subject.name} [{s.subject.key}] {'not ' * s.negated}{s.relation} {s.object.name} [{s.object.key}]")
    for e in s.evidence:
        print(f"    {e.claim} ({', '.join((e.certainty, *e.model))}) {e.subject} | {e.trigger} | {e.object} | {e.text}")


def main() -> None:
    """Print what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", metavar="RUN")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--contradictions", action="store_true")
    args = parser.parse_args()
    runs = [(name, read_run(name)) for name in args.runs]
    found = assemble_runs([Source(name, run.claims, run.mentions, run.documents) for name, run in runs])
    if args.contradictions:
        by_id = found.by_id()
        for n, c in enumerate(found.contradictions, 1):
            print(f"{n}. {c.by}; both in {', '.join(c.papers) or 'no paper'}")
            show(by_id[c.one])
            show(by_id[c.other])
        return
    for n, s in enumerate(sample(found, args.count, args.seed), 1):
        print(f"{n}. {len(s.papers)} papers, {s.sentences} sentences")
        show(s)


if __name__ == "__main__":
    main()
