"""The house as a library, for scripts and notebooks; docs/library.md shows it at work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from os import PathLike
from pathlib import Path

from pipeline.errors import BrokenInput
from pipeline.fold import name_key
from pipeline.house import House
from pipeline.knowledge import load as load_knowledge
from pipeline.notebook import doc_html
from pipeline.read import Reader, read
from pipeline.records import Claim, Document, Gloss, Mention, Paper, Sentence, by_document
from pipeline.segment.sentences import sentences
from pipeline.segment.words import Engine
from pipeline.store import RunFolder

# A text that a caller holds has no name; its records need one.
NAMELESS = "text"


@dataclass(frozen=True, slots=True)
class Doc:
    """A text and what stands in it. All offsets count characters of `text`, end exclusive; see `pipeline.records`.

    In a notebook it shows itself: the text with its mentions coloured, and the claims.
    """

    paper: Paper
    sentences: tuple[Sentence, ...]
    glosses: tuple[Gloss, ...]
    mentions: tuple[Mention, ...]
    claims: tuple[Claim, ...]

    @property
    def id(self) -> str:
        """The document's id, which its records' ids begin with."""
        return self.paper.document.id

    @property
    def text(self) -> str:
        """The text that offsets count in."""
        return self.paper.text

    def mention(self, mention_id: str) -> Mention:
        """The mention of that id, as a claim's subject, object or `via` names it. Raises KeyError."""
        for m in self.mentions:
            if m.id == mention_id:
                return m
        raise KeyError(mention_id)

    def claims_about(self, name: str) -> tuple[Claim, ...]:
        """The claims whose subject or object goes by that name here, is that concept or has that identifier.

        Names are compared as everywhere: width, case, hyphens, traditional hanzi and Greek letters make no difference.
        """
        wanted = name_key(name)
        about = {
            m.id
            for m in self.mentions
            if wanted and any(wanted == name_key(n or "") for n in (m.text, m.concept_id, m.concept_name, *m.names))
        }
        return tuple(c for c in self.claims if c.subject.mention in about or c.object.mention in about)

    def __repr__(self) -> str:
        return f"<Doc {self.id}: {len(self.text)} characters, {len(self.mentions)} mentions, {len(self.claims)} claims>"

    def _repr_html_(self) -> str:
        return doc_html(self.paper, self.mentions, self.claims)


Docs = Mapping[str, Doc]


class Pipeline:
    """All rooms, for texts and papers; what it makes of one depends on that one alone.

    Raises UsageError for a lexicon folder or segmenter that is not there, DataError with all faults of the tables.
    """

    def __init__(self, lexicon: str | PathLike[str] | None = None, segmenter: Engine = "jieba") -> None:
        self._house = House(load_knowledge(None if lexicon is None else Path(lexicon)), segmenter)
        self._house.build()

    def __call__(self, text: str, *, id: str = NAMELESS) -> Doc:  # noqa: A002 (it is the record's field)
        """What stands in a text. It is taken as it is, each line a paragraph of prose; it has no headings or pages.

        Raises BrokenInput for half a character (a lone surrogate), as a file name or broken JSON may leave.
        """
        try:
            digest = sha256(text.encode()).hexdigest()
        except UnicodeEncodeError as e:
            raise BrokenInput(
                f"{id}: character {e.start} is half a character ({text[e.start]!a}); decode the text anew"
            ) from None
        return self._doc(Paper(Document(id, "", digest, "ok", None, (), None, (), None), text))

    def pipe(self, texts: Iterable[str]) -> Iterator[Doc]:
        """Each text in turn, with ids by their number from 0."""
        return (self(text, id=f"{NAMELESS}-{number}") for number, text in enumerate(texts))

    def read(self, path: str | PathLike[str], *, reader: Reader = "auto") -> Doc:
        """What stands in a PDF, text or Markdown file; mentions and claims of a PDF have pages and boxes.

        The file is read in this process: for files that you do not trust, or many, `pipeline run` is the way. Raises
        InputError for a file that cannot be read, OSError where it cannot be opened.
        """
        file = Path(path)
        return self._doc(read(file, file.stem, reader))

    def _doc(self, paper: Paper) -> Doc:
        tagged = self._house.tag(paper)
        return Doc(paper, tagged.sentences, tagged.glosses, tagged.mentions, self._house.claims(paper, tagged))


def docs_of(run: RunFolder) -> Docs:
    """The papers of a run that were read, by their ids in the run's order. A run keeps no positions of characters."""
    glosses, mentions, claims = by_document(run.glosses), by_document(run.mentions), by_document(run.claims)
    references, floats = by_document(run.references), by_document(run.floats)
    made: dict[str, Doc] = {}
    for document in run.documents:
        if (text := run.texts.get(document.id)) is not None:
            of = document.id
            paper = Paper(document, text, references=tuple(references[of]), floats=tuple(floats[of]))
            made[of] = Doc(paper, sentences(paper), tuple(glosses[of]), tuple(mentions[of]), tuple(claims[of]))
    return made
