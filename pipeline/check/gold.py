"""Gold records: their form, and what makes a gold file wrong.

A gold file is `<doc>.jsonl`, a sentence a line; `<doc>.aliases.json` beside it lists groups of names that mean one
concept in that document. `split.json` beside them says which documents are for development and which for test.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import orjson

from pipeline.check.align import squeeze
from pipeline.errors import DataError, UsageError
from pipeline.records import Certainty, Lang, MentionType, Relation
from pipeline.schema import from_json


@dataclass(frozen=True, slots=True)
class GoldMention:
    """A mention of a sentence; `start`, `end` count characters of the sentence's text, end exclusive."""

    id: str
    text: str
    type: MentionType
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class GoldClaim:
    """A claim of a sentence. `subject` and `object` are mention ids; `subject` is None where it stands elsewhere."""

    subject: str | None
    subject_text: str
    subject_implicit: bool
    relation: Relation
    object: str
    object_text: str
    trigger: str
    negated: bool
    certainty: Certainty
    via: tuple[str, ...]
    citations: tuple[int, ...]
    model: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldSentence:
    """A line of a gold file."""

    doc: str
    id: str
    text: str
    lang: Lang
    mentions: tuple[GoldMention, ...]
    claims: tuple[GoldClaim, ...]


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A document's gold, in the order of its sentences. Each of `aliases` is a group of names of one concept."""

    id: str
    sentences: tuple[GoldSentence, ...]
    aliases: tuple[tuple[str, ...], ...] = ()


def written(document: GoldDocument) -> dict[str, bytes]:
    """A document's files by name, as the guidelines have them: `<doc>.jsonl`, and its aliases where it has any."""
    lines = "".join(json.dumps(asdict(s), ensure_ascii=False) + "\n" for s in document.sentences)
    files = {f"{document.id}.jsonl": lines.encode()}
    if document.aliases:
        groups = ",\n ".join(json.dumps(group, ensure_ascii=False) for group in document.aliases)
        files[f"{document.id}.aliases.json"] = f"[\n {groups}\n]\n".encode()
    return files


def load(paths: Sequence[Path], split: str | None = None) -> tuple[GoldDocument, ...]:
    """Gold files and folders of them as documents, in order of their ids; with `split`, those of that part only.

    Raises UsageError for a path that is no gold, and DataError with all faults of all files.
    """
    files = sorted({f.absolute(): f for path in paths for f in files_at(path)}.values(), key=lambda f: (f.stem, str(f)))
    if split is not None:
        folders = {f.parent for f in files}
        marked = {folder / f"{doc}.jsonl" for folder in folders for doc in _part(folder / "split.json", split)}
        files = [f for f in files if f in marked]
        if not files:
            raise UsageError(f"no gold is marked {split!r} in split.json")
    for one, other in pairwise(files):
        if one.stem == other.stem:
            raise UsageError(f"{one} and {other}: two golds for one document")
    faults: list[str] = []
    documents = tuple(_document(file, faults) for file in files)
    if faults:
        raise DataError(faults)
    return documents


def files_at(path: Path) -> list[Path]:
    """The gold files of a path. Raises UsageError where there are none."""
    try:
        return _files_at(path)
    except OSError as e:
        raise UsageError(f"{path}: cannot be read ({e.strerror or e})") from e


def _files_at(path: Path) -> list[Path]:
    if path.is_dir():
        if (path / "run.json").exists():
            raise UsageError(f"{path}: a run, and no gold (wanted: a folder of <doc>.jsonl)")
        found = sorted(f for f in path.glob("*.jsonl") if not f.is_dir())
        if not found:
            raise UsageError(f"{path}: no gold in it (wanted: <doc>.jsonl)")
        return found
    if not path.is_file():
        raise UsageError(f"{path}: no such gold file or folder")
    if path.suffix != ".jsonl":
        raise UsageError(f"{path}: no gold file (wanted: <doc>.jsonl)")
    return [path]


def _bytes(file: Path) -> bytes:
    """A file's bytes, without the byte order mark that Windows puts before. Raises UsageError if it cannot be read."""
    try:
        return file.read_bytes().removeprefix(codecs.BOM_UTF8)
    except OSError as e:
        raise UsageError(f"{file}: cannot be read ({e.strerror or e})") from e


def _part(split_file: Path, part: str) -> frozenset[str]:
    """The documents that `split.json` puts into that part, which may be cut short: `dev` is `development`."""
    if not split_file.is_file():
        raise UsageError(f"{split_file}: no such file, and --split needs it")
    try:
        parts = from_json(dict[str, tuple[str, ...]], orjson.loads(_bytes(split_file)))
    except ValueError as e:
        raise DataError([f"{split_file}:1: {e}"]) from e
    meant = [name for name in parts if name == part] or [name for name in parts if part and name.startswith(part)]
    if len(meant) != 1:
        raise UsageError(f"{split_file}: no one part {part!r} (it has {', '.join(sorted(parts))})")
    return frozenset(parts[meant[0]])


@dataclass(frozen=True, slots=True)
class GoldLine:
    """A line of a gold file and what is wrong with it; `sentence` is None where it is none at all."""

    number: int
    sentence: GoldSentence | None
    reasons: tuple[str, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        """The reasons, each with the sentence that it is about."""
        return tuple(f"{self.sentence.id}: {reason}" if self.sentence else reason for reason in self.reasons)


def _document(file: Path, faults: list[str]) -> GoldDocument:
    lines = read_lines(file)
    faults.extend(f"{file}:{line.number}: {fault}" for line in lines for fault in line.faults)
    sentences = tuple(line.sentence for line in lines if line.sentence is not None)
    return GoldDocument(file.stem, sentences, read_aliases(file.with_suffix(".aliases.json"), faults))


def read_lines(file: Path) -> tuple[GoldLine, ...]:
    """The lines of a gold file, right or wrong. Raises UsageError for a file that cannot be read."""
    lines: list[GoldLine] = []
    seen: set[str] = set()
    for number, line in enumerate(_bytes(file).split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            sentence = from_json(GoldSentence, orjson.loads(line))
        except ValueError as e:
            lines.append(GoldLine(number, None, (str(e),)))
            continue
        reasons = list(wrong(sentence))
        if sentence.doc != file.stem:
            reasons.append(f"doc is {sentence.doc!r}, the file's name says {file.stem!r}")
        if sentence.id in seen:
            reasons.append(f"a second sentence {sentence.id!r}")
        seen.add(sentence.id)
        lines.append(GoldLine(number, sentence, tuple(reasons)))
    return tuple(lines) or (GoldLine(1, None, ("no sentence in it",)),)


def read_aliases(file: Path, faults: list[str]) -> tuple[tuple[str, ...], ...]:
    """The groups of an alias file, none where there is no such file; what is wrong with it is added to `faults`.

    Raises UsageError for a file that cannot be read.
    """
    if not file.exists():
        return ()
    try:
        return from_json(tuple[tuple[str, ...], ...], orjson.loads(_bytes(file)))
    except ValueError as e:
        faults.append(f"{file}:1: {e}")
        return ()


def wrong(sentence: GoldSentence) -> Iterator[str]:
    """What is wrong with a sentence, in words: spans, ids, overlaps."""
    texts: dict[str, str] = {}
    for m in sentence.mentions:
        if m.id in texts:
            yield f"a second mention {m.id!r}"
        texts[m.id] = m.text
        if not 0 <= m.start < m.end <= len(sentence.text):
            yield f"mention {m.id}: [{m.start}, {m.end}) is no span of the text"
        elif sentence.text[m.start : m.end] != m.text:
            yield f"mention {m.id}: {m.text!r} is not what stands there, {sentence.text[m.start : m.end]!r}"
        elif not squeeze(m.text).text:
            yield f"mention {m.id}: nothing but white space"
    for one, other in pairwise(sorted(sentence.mentions, key=lambda m: (m.start, m.end))):
        if other.start < one.end:
            yield f"mentions {one.id} and {other.id} overlap"
    for number, claim in enumerate(sentence.claims, 1):
        yield from (f"claim {number}: {reason}" for reason in _wrong_claim(claim, texts))


def _wrong_claim(claim: GoldClaim, texts: dict[str, str]) -> Iterable[str]:
    """What is wrong with a claim of a sentence with mentions `texts` (id -> text)."""
    ends = (("subject", claim.subject, claim.subject_text), ("object", claim.object, claim.object_text))
    for role, mention, text in ends:
        if mention is None:
            if not text:
                yield f"no {role}, and no name for it"
        elif mention not in texts:
            yield f"{role} {mention!r} is no mention of the sentence"
        elif texts[mention] != text:
            yield f"{role}_text is {text!r}, mention {mention} is {texts[mention]!r}"
    if claim.subject is None and not claim.subject_implicit:
        yield "the subject is outside the sentence and not marked implicit"
