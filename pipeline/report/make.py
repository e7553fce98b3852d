"""From a run folder to a report folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import local
from typing import Literal

from pipeline.assemble import Source, assemble_runs
from pipeline.codec import paper_from_json
from pipeline.errors import PipelineError
from pipeline.guard import Guard
from pipeline.knowledge import Knowledge, load
from pipeline.records import Document, Paper
from pipeline.report import data
from pipeline.report.bundle import copy_assets
from pipeline.report.cues import Cues
from pipeline.report.folder import made_whole
from pipeline.report.pictures import Artist, kept_in, picture_name
from pipeline.report.script import script
from pipeline.report.sources import pdf_of
from pipeline.settings import PAGE_SECONDS, Reader
from pipeline.store import RunFolder

Pages = Literal["claims", "all", "none"]
PAGES: tuple[Pages, ...] = ("claims", "all", "none")
# Papers drawn at once: a reader and a renderer each.
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Written:
    """What a report holds, and what it lacks."""

    folder: Path
    papers: int
    claims: int
    pictures: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A paper's pictures, by page: file, width and height in points; what it was read as; what is missing."""

    pictures: Mapping[int, tuple[str, float, float]]
    paper: Paper | None = None
    note: str = ""


def write(
    found: RunFolder,
    folder: Path,
    title: str,
    *,
    pages: Pages = "claims",
    papers: Path | None = None,
    on_paper: Callable[[str], None] = lambda _: None,
) -> Written:
    """Write a run's report into `folder`; `on_paper` is told each paper that is done.

    Pictures are made of `pages`: those with claims, all, or none; `papers` is where PDFs are that are no longer where
    they were. Raises OutputError, and DataError where the run's own lexicon is broken by now.
    """
    knowledge = _knowledge(found.run.options)
    concepts = data.Concepts(found, knowledge.concepts)
    records = data.PaperRecords(found)
    cues = Cues(knowledge)
    read = [(n, d) for n, d in enumerate(found.documents) if d.id in found.texts]
    notes: list[str] = []
    pictures = 0
    with made_whole(folder) as new:
        for part in ("data", "pages"):
            (new / part).mkdir()
        copy_assets(new)
        (new / "data/claims.js").write_bytes(script("claims", data.table(found, concepts)))
        assembly = assemble_runs([Source("", found.claims, found.mentions, found.documents)])
        (new / "data/across.js").write_bytes(script("across", data.across(assembly, found, concepts)))
        for (n, document), shown in zip(read, _shown(read, records, pages, papers, found, new), strict=True):
            words = data.words_of(records.claims[document.id], records.mentions[document.id], cues)
            text = found.texts[document.id]
            # A reader of another version may set other offsets: its boxes would be of other words.
            same = shown.paper is not None and shown.paper.text == text
            places = data.places_of(words, shown.paper) if same and shown.paper else {}
            value = data.paper(document, text, records, concepts, words, places, shown.pictures)
            (new / f"data/paper-{n}.js").write_bytes(script(f"paper-{n}", value))
            pictures += len(shown.pictures)
            if shown.note:
                notes.append(shown.note)
            on_paper(document.id)
        (new / "data/run.js").write_bytes(script("run", data.overview(found, concepts, title, notes)))
    return Written(folder, len(read), len(found.claims), pictures, tuple(notes))


def _shown(
    read: Sequence[tuple[int, Document]],
    records: data.PaperRecords,
    pages: Pages,
    papers: Path | None,
    found: RunFolder,
    new: Path,
) -> Iterator[Shown]:
    """The pictures of each paper in turn, drawn by a few at once."""
    reader = _reader(found.run.options)
    own = local()  # a thread's reader and renderer
    artists: list[Artist] = []
    guards: list[Guard] = []

    def show(numbered: tuple[int, Document]) -> Shown:
        n, document = numbered
        if document.pages is None or pages == "none":
            return Shown({})
        wanted = list(range(1, document.pages + 1))
        if pages == "claims":
            mentions = {m.id: m for m in records.mentions[document.id]}
            wanted = data.pages_of(records.claims[document.id], mentions)
        if not wanted:
            return Shown({})
        pdf, why = pdf_of(document, papers)
        if pdf is None:
            return Shown({}, None, f"{document.id}: no pictures of its pages ({why})")
        if not hasattr(own, "artist"):
            own.artist, own.guard = Artist(), Guard(reader, PAGE_SECONDS)
            artists.append(own.artist)
            guards.append(own.guard)
        drawn = own.artist.draw(pdf, wanted, kept_in(new / "pages", f"{n:04}"))
        paper = _read_again(own.guard, pdf, document)
        lost = "; ".join(f"page {page}: {reason}" for page, reason in sorted(drawn.lost.items()))
        return Shown(
            {page: (picture_name(f"{n:04}", page), *size) for page, size in sorted(drawn.sizes.items())},
            paper,
            f"{document.id}: pages without a picture ({lost})" if lost else "",
        )

    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            yield from pool.map(show, read)
        finally:
            # After a Ctrl-C nobody waits for the pages that are being drawn.
            for artist in artists:
                artist.stop()
            for guard in guards:
                guard.close()
            pool.shutdown(cancel_futures=True)
            for artist in artists:
                artist.close()


def _read_again(guard: Guard, pdf: bytes, document: Document) -> Paper | None:
    """The paper as the run read it, for the places of words that records hold no boxes of; None where it cannot be."""
    try:
        body, _ = guard.read_json(pdf, document.path, document.id)
    except PipelineError:
        return None  # the run has told why, and the sentence has its boxes without
    return paper_from_json(body)


def _knowledge(options: Mapping[str, Sequence[str]]) -> Knowledge:
    """The lexicon and rules that the run was made with, as far as they are still there."""
    folder = next(iter(options.get("lexicon", ())), "")
    return load(Path(folder) if folder and Path(folder).is_dir() else None)


def _reader(options: Mapping[str, Sequence[str]]) -> Reader:
    """The reader that the run was told to take."""
    name = next(iter(options.get("reader", ())), "auto")
    return "pdfium" if name == "pdfium" else "pdfplumber" if name == "pdfplumber" else "auto"
