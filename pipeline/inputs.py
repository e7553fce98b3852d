"""From the paths and URLs of the command line to the list of inputs, each with its document id."""

from __future__ import annotations

import os
import unicodedata
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.errors import UsageError
from pipeline.places import found_under, is_url, plain

# Kinds taken from folders, and those that are read when they are named. The order says who keeps a shared stem.
FROM_FOLDERS = (".pdf", ".txt")
READABLE = (*FROM_FOLDERS, ".md")
# A file name holds 255 bytes in most file systems; an id has to leave room for `.txt` and for what tells twins apart.
MAX_ID_BYTES = 180


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read: its path or URL, and `shown`, that as it was given in characters that UTF-8 can hold."""

    place: str
    id: str
    shown: str
    readable: bool = True

    @property
    def path(self) -> Path:
        """The path of a file that is here."""
        return Path(self.place)

    def to_json(self) -> list[str | bool]:
        """As JSON holds it; names of files may be bytes that are no text."""
        return [b64encode(os.fsencode(self.place)).decode("ascii"), self.id, self.shown, self.readable]

    @classmethod
    def from_json(cls, value: Sequence[str | bool]) -> Input:
        """The input again."""
        place, doc_id, shown_as, readable = value
        return cls(os.fsdecode(b64decode(str(place))), str(doc_id), str(shown_as), bool(readable))


def gather(paths: Sequence[str | Path], least: int = 1) -> tuple[Input, ...]:
    """Files and folders (searched deep) as inputs in order of their ids; a file given twice counts once.

    Folders give their `.pdf` and `.txt`; `.md` is read when it is named, since folders of papers hold READMEs.
    A named file of another kind comes back with `readable` false. Hidden files and run folders are passed over.
    Raises UsageError for a path that does not exist, and where there are fewer than `least`.
    """
    files: dict[str, str] = {}
    for path in map(str, paths):
        if is_url(path):
            files.update((file, file) for file in _walk_url(path))
            continue
        path = plain(path)
        if not os.path.lexists(path):
            raise UsageError(f"{shown(path)}: no such file or folder")
        if not os.path.exists(path):
            raise UsageError(f"{shown(path)}: the link leads nowhere")
        for file in _walk(path) if os.path.isdir(path) else (os.path.normpath(path),):
            files.setdefault(os.path.abspath(file), file)
    if len(files) < least:
        names = ", ".join(map(shown, paths)) or "no path"
        raise UsageError(f"{names}: nothing to read (wanted: {', '.join(FROM_FOLDERS)} files)")
    ids = document_ids(files)
    inputs = (Input(f, ids[a], shown(f), _suffix(f) in READABLE) for a, f in files.items())
    return tuple(sorted(inputs, key=lambda i: i.id))


def shown(path: str | Path) -> str:
    """A path as text. Bytes that are no UTF-8 (GBK names out of a zip file) become escapes: JSON can't hold them."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def is_run(names: Iterable[str]) -> bool:
    """Whether a folder with these entries is a run folder: its texts are what we wrote, not papers."""
    return {"run.json", "texts"} <= set(names)  # a run that was killed may have no more


def _walk(folder: str) -> Iterator[str]:
    def refuse(error: OSError) -> None:
        raise UsageError(f"{shown(error.filename)}: cannot be opened ({error.strerror})")

    for base, folders, files in os.walk(os.path.normpath(folder), onerror=refuse):
        if is_run((*folders, *files)):
            folders.clear()
            continue
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and _suffix(name) in FROM_FOLDERS:
                yield os.path.normpath(os.path.join(base, name))


def _walk_url(url: str) -> Iterator[str]:
    """The same behind a URL: all that is under it is listed at once, in order."""
    found = list(found_under(url))
    entries: dict[PurePosixPath, set[str]] = {}
    for _, inside in found:
        whole = PurePosixPath(inside)
        for path in (whole, *whole.parents):
            entries.setdefault(path.parent, set()).add(path.name)
    runs = {folder for folder, names in entries.items() if is_run(names)}
    for file, inside in found:
        path = PurePosixPath(inside)
        hidden = any(part.startswith(".") for part in path.parts)
        if not inside or (_suffix(inside) in FROM_FOLDERS and not hidden and not runs.intersection(path.parents)):
            yield file


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()


def document_ids(paths: Iterable[str]) -> dict[str, str]:
    """Absolute paths and URLs -> ids, unique and safe as file names, whatever the order of `paths`.

    The id is the file's stem. Where files share a stem the PDF keeps it and another kind adds its suffix (`alc`,
    `alc.txt`); twins of one kind put their folder's name first (`b-alc`), and what still clashes is numbered.
    """
    # By the names as they are: for a Path, `s3://a` is `s3:/a`.
    files = {p: Path(p) for p in sorted(paths)}
    best: dict[str, int] = {}
    for file in files.values():
        stem = _key(safe_name(file.stem))
        best[stem] = min(best.get(stem, len(READABLE)), _rank(file))

    def alone(file: Path) -> str:
        keeps = _rank(file) == best[_key(safe_name(file.stem))]
        return safe_name(file.stem if keeps else file.name)

    def with_folder(file: Path) -> str:
        return safe_name(f"{file.parent.name}-{alone(file)}" if file.parent.name else alone(file))

    ids: dict[str, str] = {}
    taken: set[str] = set()
    rounds: tuple[Callable[[Path], str], ...] = (alone, with_folder)
    for propose in rounds:
        proposals = {p: propose(file) for p, file in files.items() if p not in ids}
        wanted = Counter(map(_key, proposals.values()))
        won = {p: i for p, i in proposals.items() if wanted[_key(i)] == 1 and _key(i) not in taken}
        ids.update(won)
        taken.update(map(_key, won.values()))
    for path, file in files.items():
        if path in ids:
            continue
        number = 1
        while _key(f"{with_folder(file)}-{number}") in taken:
            number += 1
        ids[path] = f"{with_folder(file)}-{number}"
        taken.add(_key(ids[path]))
    return ids


def _rank(file: Path) -> int:
    suffix = file.suffix.lower()
    return READABLE.index(suffix) if suffix in READABLE else len(READABLE)


def _key(name: str) -> str:
    """Ids that a file system may take for one: some fold case, some compose accents."""
    return unicodedata.normalize("NFC", name).casefold()


def safe_name(name: str) -> str:
    """A name that is one file name everywhere: no separators, controls or stray bytes, not hidden, not too long."""
    name = unicodedata.normalize("NFC", name)
    kept = "".join("_" if c in '/\\:*?"<>|' or unicodedata.category(c) in ("Cc", "Cs") else c for c in name)
    kept = kept.strip(" ").lstrip(".") or "_"
    return kept.encode()[:MAX_ID_BYTES].decode("utf-8", "ignore")
