"""The glue script that the house is measured against: the usual libraries in a row, as one writes them in an afternoon.

pdfplumber gives the text, spaCy's blank Chinese cuts it with jieba, an EntityRuler knows some names of the lexicon, and
each trigger makes a claim of the nearest name before it and the nearest behind it. It has no columns, no offsets into a
clean text, no definitions, no negation: it is here for its speed and memory, on the same papers in the same run.

    python -m benchmarks.glue PAPER.pdf... --out FOLDER
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

LEXICON = Path(__file__).parent.parent / "pipeline" / "lexicon"
TYPES = {"compounds": "compound", "proteins": "protein", "effects": "effect"}
TRIGGERS = """
increases: 促进 提高 增加 增强 升高 上调 激活 诱导 刺激 increase increases increased promotes activates induces
decreases: 抑制 降低 减少 下调 减轻 阻断 阻止 清除 decrease decreases decreased inhibits reduces suppresses
improves: 改善 缓解 保护 恢复 improves improved alleviates protects
treats: 治疗 treats
regulates: 调节 调控 影响 regulates affects
"""
RELATION = {word: line.partition(":")[0] for line in TRIGGERS.split("\n") for word in line.partition(":")[2].split()}
SENTENCE_END = re.compile(r"[。！？；]|\.\s")


def names(folder: Path = LEXICON, most: int = 2000) -> Iterator[tuple[str, str]]:
    """(type, name) of `most` rows of the lexicon, evenly from all tables: the Chinese and English name of each."""
    rows = []
    for path in sorted(folder.glob("*.tsv")):
        kind = TYPES.get(path.name.split("-")[0])
        if kind is not None:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows += [(kind, r) for r in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    for kind, row in rows[:: max(1, len(rows) // most)]:
        yield from ((kind, name) for name in (row["zh"], row["en"]) if name)


def build() -> Any:
    """spaCy's blank Chinese with jieba, and a ruler that knows the names."""
    import jieba
    import spacy

    jieba.setLogLevel("WARNING")
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "jieba"}}})
    known = list(names())
    for _, name in known:
        jieba.add_word(name)
    ruler: Any = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": kind, "pattern": name} for kind, name in known])
    return nlp


def read(path: Path) -> tuple[str, int]:
    """The text of a PDF, its lines joined, and how many pages it has."""
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        pages = [page.extract_text() or "" for page in pdf.pages]
    return re.sub(r"(?<=[\u4e00-\u9fff])\n(?=[\u4e00-\u9fff])", "", "\n".join(pages)).replace("\n", " "), len(pages)


def claims(doc: Any) -> Iterator[dict[str, str]]:
    """For each trigger, the nearest name before it in its sentence acts on the nearest behind it."""
    ends = [0, *(m.end() for m in SENTENCE_END.finditer(doc.text)), len(doc.text)]
    for token in doc:
        relation = RELATION.get(token.text)
        if relation is None:
            continue
        start = max(e for e in ends if e <= token.idx)
        end = min(e for e in ends if e > token.idx)
        before = [e for e in doc.ents if start <= e.start_char and e.end_char <= token.idx]
        behind = [e for e in doc.ents if token.idx < e.start_char and e.end_char <= end]
        if before and behind:
            yield {"subject": before[-1].text, "relation": relation, "object": behind[0].text, "trigger": token.text}


def main() -> None:
    """Read the papers, write mentions and claims, and print as JSON what was read and the seconds of each step."""
    began = perf_counter()
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("papers", nargs="+", type=Path)
    parser.add_argument("--out", required=True, type=Path, help="a folder for glue.jsonl")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    seconds = dict.fromkeys(("build", "read", "tag", "claims"), 0.0)
    counts = dict.fromkeys(("papers", "pages", "mentions", "claims"), 0)
    failed: list[str] = []

    def lap(step: str) -> None:
        nonlocal began
        now = perf_counter()
        seconds[step] += now - began
        began = now

    nlp = build()
    lap("build")
    with (options.out / "glue.jsonl").open("w", encoding="utf-8") as out:
        for path in options.papers:
            try:
                text, pages = read(path)
            except Exception as e:  # whatever the reader raises: such a paper is lost to the script
                failed.append(f"{path.name}: {type(e).__name__}")
                continue
            finally:
                lap("read")
            doc = nlp(text)
            lap("tag")
            found = list(claims(doc))
            mentions = [{"start": e.start_char, "end": e.end_char, "text": e.text, "type": e.label_} for e in doc.ents]
            record = {"doc": path.stem, "mentions": mentions, "claims": found}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
            lap("claims")
            for name, more in (("papers", 1), ("pages", pages), ("mentions", len(mentions)), ("claims", len(found))):
                counts[name] += more
    print(json.dumps({"seconds": seconds, "counts": counts, "failed": failed}, ensure_ascii=False))


if __name__ == "__main__":
    main()
