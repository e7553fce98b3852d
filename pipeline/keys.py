"""What the work of each stage depends on, as digests: the keys under which the cache keeps it.

A stage is worked again where its input changed: the file's bytes, the source code of the stage and of what it imports,
the options, the libraries, the lexicon and rule files that it reads. Reading reads none of these files. Tagging reads
all but the grammars of claims; of the triggers it reads what tells verbs from names, so that its key has what it reads
of those that stand in the paper: a trigger that is nowhere in it leaves its tags as they are. Claims depend on all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.settings import Settings
from pipeline.versions import installed

HERE = Path(__file__).parent
LEXICON = HERE / "lexicon"
RULES = HERE / "rules"

# The modules and rooms that each stage is made of, with all that they import: a test follows their imports.
_RECORDS = (
    "codec.py",
    "errors.py",
    "fold.py",
    "keys.py",
    "kinds.py",
    "records.py",
    "schema.py",
    "settings.py",
    "versions.py",
)
READ_CODE = (*_RECORDS, "read")
TAG_CODE = (
    *_RECORDS,
    "glue.py",
    "house.py",
    "knowledge.py",
    "segment",
    "tag",
    "trace.py",
    "triggers.py",
    "variants.py",
)
CLAIMS_CODE = (*TAG_CODE, "claims", "inputs.py", "outcome.py", "version.py")

READ_LIBRARIES = (
    "cryptography", "numpy", "onnxruntime", "opencv-python", "pdfminer.six", "pdfplumber", "pillow", "pyclipper",
    "pypdfium2", "rapidfuzz", "rapidocr", "shapely",
)  # fmt: skip
TAG_LIBRARIES = ("ahocorasick-rs", "jieba", "opencc-python-reimplemented", "rjieba")

# What only the claims room reads whole.
FOR_CLAIMS = ("rules/claims-en.toml", "rules/claims-zh.toml", "rules/triggers-en.tsv", "rules/triggers-zh.tsv")


@dataclass(frozen=True, slots=True)
class Keys:
    """The part of each stage's keys that all papers share, and the digest of the code that reads names.

    `knowledge` maps lexicon and rule files to their sha256.
    """

    read: str
    tag: str
    claims: str
    code: str
    knowledge: dict[str, str]

    def reading(self, file: str) -> str:
        """The key of what reading makes of the file with that sha256."""
        return digest_of(self.read, file)

    def tagging(self, file: str, triggers: Iterable[str]) -> str:
        """The key of what is tagged in it, given what tagging reads of the triggers that stand in it."""
        return digest_of(self.tag, file, *triggers)

    def names(self) -> str:
        """The key of what is made of the names of the lexicon."""
        return digest_of(self.code, *(f"{n} {d}" for n, d in self.knowledge.items() if not n.startswith("rules/")))

    def result(self, file: str) -> str:
        """The key of its records."""
        return digest_of(self.claims, file)


def keys_for(settings: Settings) -> Keys:
    """The keys of a run with these settings. Raises UsageError where there is no such lexicon folder."""
    knowledge = knowledge_digests(Path(settings.lexicon) if settings.lexicon else None)
    versions = installed((*READ_LIBRARIES, *TAG_LIBRARIES))
    python = f"python {versions['python']}"
    files: dict[Path, str] = {}
    read = digest_of(
        python,
        settings.reader,
        repr(settings.page_seconds),
        *_used(versions, READ_LIBRARIES),
        *_source(READ_CODE, files),
    )
    tag = digest_of(
        read, settings.segmenter, *_used(versions, TAG_LIBRARIES), *_source(TAG_CODE, files),
        *(f"{name} {digest}" for name, digest in knowledge.items() if name not in FOR_CLAIMS),
    )  # fmt: skip
    claims = digest_of(
        tag,
        *_source(CLAIMS_CODE, files),
        *(f"{name} {digest}" for name, digest in knowledge.items() if name in FOR_CLAIMS),
    )
    return Keys(read, tag, claims, digest_of(*_source(TAG_CODE, files)), knowledge)


def knowledge_digests(user: Path | None = None, lexicon: Path = LEXICON, rules: Path = RULES) -> dict[str, str]:
    """The sha256 of each lexicon and rule file, by its name as run.json has it. Raises UsageError."""
    found: dict[str, str] = {}
    for prefix, folder, kinds in (
        ("user", user, ("tsv",)),
        ("lexicon", lexicon, ("tsv",)),
        ("rules", rules, ("tsv", "toml")),
    ):
        if folder is None:
            continue
        if not folder.is_dir():
            raise UsageError(f"{folder}: no such lexicon folder")
        for path in folder.iterdir():
            # Hidden ones are editors' own.
            if path.suffix[1:] in kinds and not path.name.startswith("."):
                try:
                    found[f"{prefix}/{path.name}"] = sha256(path.read_bytes()).hexdigest()
                except OSError as e:
                    raise UsageError(f"{path}: cannot be read ({e.strerror or e})") from None
    return dict(sorted(found.items()))


def digest_of(*parts: str) -> str:
    """The sha256 of texts, told apart from one another."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _used(versions: Mapping[str, str], libraries: Sequence[str]) -> Iterator[str]:
    return (f"{name} {versions[name]}" for name in libraries if name in versions)


def _source(parts: Iterable[str], seen: dict[Path, str]) -> Iterator[str]:
    """Each source file of these modules and rooms, with its digest; those of `seen` are not read again."""
    for part in sorted(parts):
        path = HERE / part
        for file in sorted(path.glob("*.py")) if path.is_dir() else (path,):
            if file not in seen:
                seen[file] = f"{file.relative_to(HERE)} {sha256(file.read_bytes()).hexdigest()}"
            yield seen[file]
