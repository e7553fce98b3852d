"""Fill empty `id` cells of lexicon tables by looking their names up in a table of public identifiers.

usage: ground_lexicon.py [--ids NAMES.tsv.gz] LEXICON.tsv...

An id is taken only when it is the one concept of a fitting vocabulary that bears the row's English name as its name of
record, or else the one that bears it, or a synonym, as a synonym. Rows that already have an id are left alone.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import re
from collections import defaultdict
from pathlib import Path

IDS = Path(__file__).resolve().parents[2] / "shared" / "ids" / "names.tsv.gz"
# Vocabularies to look in, by type of table, the preferred one first.
VOCABULARIES = {
    "compounds": ("CHEBI", "MESH"),
    "proteins": ("HGNC", "MESH"),
    "effects": ("GO", "DOID", "HP", "MESH"),
    "anatomy": ("MESH", "GO"),
    "organisms": ("MESH",),
    "microbes": ("MESH",),
}
SOURCES = {"CHEBI": "ChEBI", "MESH": "MeSH", "HGNC": "HGNC", "GO": "GO", "DOID": "DOID", "HP": "HP"}


def key(name: str) -> str:
    """Fold a name as `check-ids` does."""
    return re.sub(r"[^a-z0-9\u0370-\u03ff\u4e00-\u9fff]", "", name.lower())


def load(path: Path) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """-> ids by name of record, ids by any name."""
    primary: dict[str, set[str]] = defaultdict(set)
    every: dict[str, set[str]] = defaultdict(set)
    with gzip.open(path, "rt", encoding="utf-8") as f:
        next(f)
        for line in f:
            identifier, name, synonyms = line.rstrip("\n").split("\t")
            primary[key(name)].add(identifier)
            for n in (name, *synonyms.split("|")):
                every[key(n)].add(identifier)
    return primary, every


def ground(
    row: dict[str, str], vocabularies: tuple[str, ...], primary: dict[str, set[str]], every: dict[str, set[str]]
) -> str:
    """The one fitting identifier of a row, or an empty string."""
    english = [row["en"], *(s for s in row["synonyms"].split("|") if s.isascii())]
    symbols = [a for a in row["abbreviations"].split("|") if a]
    for vocabulary in vocabularies:
        tiers = [(primary, english[:1]), (every, english[:1]), (primary, english[1:]), (every, english[1:])]
        if vocabulary == "HGNC":
            tiers.insert(0, (primary, symbols))
        for table, names in tiers:
            hits = {
                i for n in names if len(key(n)) > 1 for i in table.get(key(n), ()) if i.startswith(vocabulary + ":")
            }
            if len(hits) == 1:
                return hits.pop()
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--ids", type=Path, default=IDS)
    parser.add_argument("tables", type=Path, nargs="+")
    args = parser.parse_args()
    primary, every = load(args.ids)
    for path in args.tables:
        with path.open(encoding="utf-8", newline="") as f:
            reader = csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)
            columns = list(reader.fieldnames or [])
            rows = list(reader)
        filled = 0
        for row in rows:
            if not row["id"]:
                row["id"] = ground(row, VOCABULARIES[path.name.split("-")[0].split(".")[0]], primary, every)
                if row["id"]:
                    filled += 1
                    if not row["source"] or row["source"] == "usage":
                        row["source"] = SOURCES[row["id"].split(":")[0]]
        with path.open("w", encoding="utf-8", newline="") as f:
            f.write("\t".join(columns) + "\n")
            f.writelines("\t".join(row[c] or "" for c in columns) + "\n" for row in rows)
        print(f"{path}: {len(rows)} rows, {filled} ids filled, {sum(1 for r in rows if r['id'])} with an id")


if __name__ == "__main__":
    main()
