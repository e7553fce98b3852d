"""What came of one paper: its share of each file of the run folder, in bytes, and what the summary says of it.

It is bytes from the process that worked the paper on: small, the same whichever process or cache it comes from, and
what cannot be written is known at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import orjson

from pipeline.schema import from_json

if TYPE_CHECKING:
    from pipeline.records import Result

TABLES = ("glosses.jsonl", "mentions.jsonl", "claims.jsonl", "references.jsonl", "floats.jsonl")
Stage = Literal["read", "segment", "tag", "claims"]
STAGES: tuple[Stage, ...] = ("read", "segment", "tag", "claims")
# The stages whose work is kept: what was reused is all up to the one that is named.
Reused = Literal["", "read", "tag", "claims"]


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be read, and what to do about it."""

    path: str
    stage: str
    error: str
    message: str


@dataclass(frozen=True, slots=True)
class Share:
    """A paper's bytes: its line of `documents.jsonl`, its text, its lines of each table, its line of failures."""

    document: bytes
    text: bytes | None = None
    tables: tuple[bytes, ...] = (b"",) * len(TABLES)
    failure: bytes = b""


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper in the summary: `mentions` by type, `claims` by relation; `pages` is 0 for text, `seconds` by stage.

    `corroborations` and `conflicts` count pairs of claims.
    """

    doc: str
    pages: int = 0
    mentions: dict[str, int] = field(default_factory=dict)
    claims: dict[str, int] = field(default_factory=dict)
    glosses: int = 0
    references: int = 0
    floats: int = 0
    negated: dict[str, int] = field(default_factory=dict)
    hedged: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    failed: bool = False
    corroborations: int = 0
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one paper. `trace` is that of an error which nobody foresaw, `reused` what came from the cache.

    `rules` has the seconds that each rule took, where they were asked for; `troubles` what the user should know.
    """

    row: PaperRow
    share: Share
    failure: Failure | None = None
    trace: str = ""
    reused: Reused = ""
    rules: dict[str, float] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()

    def named(self, doc: str, path: str, sha256: str) -> Outcome:
        """The same for a document of that id and path: what was worked under the stand-ins of its bytes."""
        names = {stand_in(sha256, "doc").encode(): doc, stand_in(sha256, "path").encode(): path}
        written = {old: orjson.dumps(new)[1:-1] for old, new in names.items()}
        # Both at once: a name may look like a stand-in.
        either = re.compile(b"|".join(map(re.escape, written)))

        def put_in(data: bytes) -> bytes:
            return either.sub(lambda m: written[m[0]], data)

        share = replace(
            self.share,
            document=put_in(self.share.document),
            tables=tuple(map(put_in, self.share.tables)),
            failure=put_in(self.share.failure),
        )
        return replace(self, row=replace(self.row, doc=doc), share=share)


def stand_in(sha256: str, what: Literal["doc", "path"]) -> str:
    """What stands for a document's id or path while its bytes are worked: no paper can hold it, being of its digest.

    So that what is made of a file does not depend on its name, and is found again under another.
    """
    return f"~{what}~{sha256}~"


def outcome_of(result: Result) -> Outcome:
    """The outcome of a paper that was worked to the end. Raises ValueError for text that no UTF-8 file can hold."""
    paper, claims = result.paper, result.claims
    try:
        tables = map(_lines, (result.glosses, result.mentions, claims, paper.references, paper.floats))
        share = Share(_line(paper.document), paper.text.encode(), tuple(tables))
    except (TypeError, UnicodeEncodeError) as e:
        raise ValueError(f"text that UTF-8 cannot hold: {e}") from e
    row = PaperRow(
        doc=paper.document.id,
        pages=paper.document.pages or 0,
        mentions=dict(Counter(m.type for m in result.mentions)),
        claims=dict(Counter(c.relation for c in claims)),
        glosses=len(result.glosses),
        references=len(paper.references),
        floats=len(paper.floats),
        negated=dict(Counter(c.relation for c in claims if c.negated)),
        hedged=dict(Counter(c.relation for c in claims if c.certainty == "hedged")),
        seconds=result.seconds,
        warnings=paper.document.warnings,
        corroborations=sum(len(c.corroborates) for c in claims) // 2,
        conflicts=sum(len(c.conflicts) for c in claims) // 2,
    )
    return Outcome(row, share)


def failed(doc: str, failure: Failure, sha256: str = "", trace: str = "") -> Outcome:
    """The outcome of a paper that could not be worked; `sha256` is empty where its bytes could not be had."""
    from pipeline.records import Document

    document = Document(doc, failure.path, sha256, "failed", None, (), None, (), None)
    share = Share(_line(document), failure=_line(failure))
    return Outcome(PaperRow(doc, failed=True), share, failure, trace)


def pack(outcome: Outcome) -> bytes:
    """An outcome as bytes: a line of JSON, then the parts of its share."""
    share = outcome.share
    parts = [share.document, share.text or b"", *share.tables, share.failure]
    head = {
        "row": outcome.row, "sizes": list(map(len, parts)), "text": share.text is not None, "failure": outcome.failure,
        "trace": outcome.trace, "reused": outcome.reused, "rules": outcome.rules, "troubles": outcome.troubles,
    }  # fmt: skip
    return b"".join([orjson.dumps(head), b"\n", *parts])


def unpack(data: bytes) -> Outcome:
    """The outcome again. Raises ValueError where the bytes are none."""
    line, _, body = data.partition(b"\n")
    head = orjson.loads(line)
    try:
        sizes, at = head["sizes"], 0
        parts: list[bytes] = []
        for size in sizes:
            parts.append(body[at : at + size])
            at += size
        document, text, *tables, failure = parts
        if at != len(body) or len(tables) != len(TABLES):
            raise ValueError("parts are missing")
        share = Share(document, text if head["text"] else None, tuple(tables), failure)
        known = None if head["failure"] is None else from_json(Failure, head["failure"])
        return Outcome(
            from_json(PaperRow, head["row"]), share, known, head["trace"], head["reused"], head["rules"],
            tuple(head["troubles"]),
        )  # fmt: skip
    except (KeyError, TypeError) as e:
        raise ValueError(f"no outcome: {e!r}") from e


def _line(record: Any) -> bytes:
    return orjson.dumps(record) + b"\n"


def _lines(records: Iterable[Any]) -> bytes:
    return b"".join(map(_line, records))
