"""The smallest papers, records and houses that a test needs, built by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.codec import paper_to_json
from pipeline.errors import BrokenInput
from pipeline.house import Tagged
from pipeline.keys import Keys
from pipeline.outcome import outcome_of
from pipeline.records import (
    Claim,
    Document,
    Evidence,
    Mention,
    MentionType,
    Object,
    Paper,
    Relation,
    Result,
    Section,
    Sentence,
    Subject,
    Trigger,
)
from pipeline.settings import Settings
from pipeline.shelf import shelf_at
from pipeline.trace import Trace, TriggerSeen
from pipeline.work import PaperWorker
from pipeline.writer import RunWriter, new_run

SHARED = Path(__file__).resolve().parents[2] / "shared"
HEAD = new_run({"paths": ("papers",)}, {"rules/triggers.tsv": "0" * 64}, {"python": "3.11"})


def document(doc: str, text: str = "", path: str = "") -> Document:
    """A document record of a text input."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    title = text.split("\n")[0] or None
    sections = (Section(title, 0, 0, len(text)),) if title else ()
    return Document(doc, path or f"{doc}.txt", digest, "ok", title, ("zh",), None, sections, "text")


def mention(doc: str, text: str, start: int, end: int, kind: MentionType, number: int = 0, **more: Any) -> Mention:
    """A mention of `text[start:end]`."""
    words = text[start:end]
    made = Mention(
        f"{doc}-m{number or start}", doc, start, end, words, kind, None, None, (words,), "zh", None, None, "r"
    )
    return replace(made, **more)


def claim(text: str, subject: Mention, relation: Relation, target: Mention, number: int = 0, **more: Any) -> Claim:
    """A claim that joins two mentions; its evidence is the line that holds the object."""
    start = text.rfind("\n", 0, target.start) + 1
    end = (text + "\n").find("\n", start)
    made = Claim(
        id=f"{target.doc}-c{number or target.start}",
        doc=target.doc,
        subject=Subject(subject.id, subject.text, subject.type, None, None, False),
        object=Object(target.id, target.text, target.type, None, None),
        relation=relation,
        trigger=Trigger(text[start : start + 1], start, start + 1),
        negated=False,
        certainty="asserted",
        via=(),
        citations=(),
        model=(),
        evidence=Evidence(start, end, text[start:end], None, "zh", None, None),
        rule="r",
    )
    return replace(made, **more)


def result(doc: str, text: str, mentions: Sequence[Mention] = (), claims: Sequence[Claim] = ()) -> Result:
    """What the house would make of a text."""
    return Result(Paper(document(doc, text), text), (), tuple(mentions), tuple(claims), {"read": 0.25})


def write_run(folder: Path, results: Sequence[Result]) -> Path:
    """A run folder of these results."""
    with RunWriter(shelf_at(str(folder)), HEAD) as writer:
        for r in results:
            writer.add(r.paper.document.id, outcome_of(r).share)
        writer.finish(replace(HEAD, state="finished"))
    return folder


class FakeGuard:
    """A reader of texts. One that begins with `broken` cannot be read, one with `slow` loses a page to time."""

    def read_json(self, data: bytes, path: str, doc_id: str) -> tuple[bytes, bool]:
        """As `pipeline.guard.Guard.read_json`."""
        text = data.decode("utf-8", "surrogatepass")
        if text.startswith("broken"):
            raise BrokenInput(f"{path}: ends in the middle; get it again")
        made = replace(document(doc_id, "", path), sha256=hashlib.sha256(data).hexdigest())
        return paper_to_json(Paper(made, text)), not text.startswith("slow")

    def close(self) -> None:
        """Nothing to close."""


class FakeHouse:
    """A house that finds the character 药 to be a compound and 痛 an effect, and that one decreases the other.

    A text that begins with `crash` meets a bug in tag, one with `stop` a Ctrl-C. `calls` lists what was asked of it.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []

    def build(self) -> None:
        """Nothing to build."""

    def triggers_in(self, paper: Paper) -> list[str]:
        """The one trigger, where it stands."""
        return ["止"] if "止" in paper.text else []

    def tag(self, paper: Paper, cut: tuple[Sentence, ...] | None = None) -> Tagged:
        """What stands in a paper."""
        self.calls.append("tag")
        text, doc_id = paper.text, paper.document.id
        if text.startswith("crash"):
            raise RuntimeError("the tagger\nfell over")
        if text.startswith("stop"):
            raise KeyboardInterrupt
        kinds: Mapping[str, MentionType] = {"药": "compound", "痛": "effect"}
        mentions = (mention(doc_id, text, i, i + 1, kinds[c], i + 1) for i, c in enumerate(text) if c in kinds)
        cut = self.sentences(paper) if cut is None else cut
        return Tagged(cut, (), tuple(mentions), ((),) * len(cut))

    def claims(self, paper: Paper, tagged: Tagged, clock: dict[str, float] | None = None) -> tuple[Claim, ...]:
        """What the paper says of what was tagged."""
        self.calls.append("claims")
        if clock is not None:
            clock["zh-svo"] = 0.25
        return self.claims_of(paper, tagged.mentions)

    def claims_of(self, paper: Paper, mentions: Sequence[Mention]) -> tuple[Claim, ...]:
        """What the paper says of these mentions."""
        subjects = [m for m in mentions if m.type == "compound"]
        objects = [m for m in mentions if m.type == "effect"]
        return tuple(claim(paper.text, subjects[0], "decreases", o) for o in objects if subjects)

    def sentences(self, paper: Paper) -> tuple[Sentence, ...]:
        """A sentence a line."""
        found, at = [], 0
        for number, line in enumerate(paper.text.split("\n")):
            found.append(Sentence(at, at + len(line), line, "zh", paragraph=number))
            at += len(line) + 1
        return tuple(found)

    def trace(self, paper: Paper, index: int) -> Trace:
        """A sentence with one trigger that made nothing."""
        sentence = self.sentences(paper)[index]
        trigger = TriggerSeen(Trigger("止", 0, 1), "verb", "decreases", None, "no object after it")
        return Trace(sentence, (), (), (("compound", "药"),), (trigger,), ())


class FakeWorker(PaperWorker):
    """A worker with these instead of a reading process and a house."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        super().__init__(settings, keys)
        self.guard = FakeGuard()  # type: ignore[assignment]
        self.house = self.rules = FakeHouse()  # type: ignore[assignment]
