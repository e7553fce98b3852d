"""Exports to tables, read back by what reads such tables."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import orjson
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import CLAIMS, RUN, RUNS, TEXT, corpus, written

from pipeline.export import files, format_of, grams, sheets
from pipeline.records import Claim, Document, Mention
from pipeline.schema import from_json
from pipeline.store import RunFolder


@pytest.fixture(scope="session", params=RUNS)
def run(request: pytest.FixtureRequest) -> RunFolder:
    """Each run that the exports are tried on."""
    made = RUNS[request.param]
    return made()


def counts(run: RunFolder) -> dict[str, int]:
    """How many records of each kind a run has."""
    return {
        "documents": len(run.documents),
        "mentions": len(run.mentions),
        "claims": len(run.claims),
        "glosses": len(run.glosses),
        "floats": len(run.floats),
        "failures": len(run.failures),
    }


# -- csv ---------------------------------------------------------------------------------------------------------------


def sheet(path: Path) -> list[dict[str, str]]:
    """A sheet as a spreadsheet reads it."""
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf"), "Excel takes it for the code page of the machine"
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_has_every_record(run: RunFolder, tmp_path: Path) -> None:
    """Each claim, mention and document is a row, with its evidence and what it is about as written."""
    out = written(run, "csv", tmp_path)
    claims, mentions, documents = (sheet(out / f"{name}.csv") for name in ("claims", "mentions", "documents"))
    assert [row["id"] for row in claims] == [c.id for c in run.claims]
    assert [sheets.unguard(row["sentence"]) for row in claims] == [c.evidence.text for c in run.claims]
    assert [sheets.unguard(row["object"]) for row in claims] == [c.object.text for c in run.claims]
    assert [row["negated"] == "TRUE" for row in claims] == [c.negated for c in run.claims]
    assert [sheets.unguard(row["text"]) for row in mentions] == [m.text for m in run.mentions]
    assert sum(int(row["claims"]) for row in documents) == len(run.claims)
    assert [row["id"] for row in documents] == [d.id for d in run.documents]


def test_csv_cells_are_no_formulas(tmp_path: Path) -> None:
    """A name that begins like a formula is text to a spreadsheet, and numbers are left alone."""
    rows = sheet(written(RUN, "csv", tmp_path) / "claims.csv")
    assert [row["object"] for row in rows][2:] == ["'=SUM(A1)", "'-OH"]
    assert (rows[1]["citations"], rows[1]["page"], rows[2]["via"]) == ("3", "2", "TNF-α")


@given(st.text("'=+-@\t\r\n＝＋－＠a甲 "))
def test_guarded_cells_come_back(text: str) -> None:
    """No guarded cell begins like a formula, and each gives back what it was."""
    cell = sheets.guard(text)
    assert sheets.unguard(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))


# -- parquet and duckdb ------------------------------------------------------------------------------------------------


def test_parquet_gives_the_records_back(run: RunFolder, tmp_path: Path) -> None:
    """What Arrow reads makes the same records, lists, boxes and all."""
    out = written(run, "parquet", tmp_path)

    def read(record: type, name: str) -> tuple[Any, ...]:
        return tuple(from_json(record, row) for row in pq.read_table(out / f"{name}.parquet").to_pylist())

    assert read(Document, "documents") == run.documents
    assert read(Mention, "mentions") == run.mentions
    assert read(Claim, "claims") == run.claims
    texts = pq.read_table(out / "texts.parquet").to_pylist()
    assert {row["doc"]: row["text"] for row in texts} == run.texts


def test_parquet_opens_in_duckdb(run: RunFolder, tmp_path: Path) -> None:
    """DuckDB counts as many rows in each file, and reaches into structs and lists."""
    out = written(run, "parquet", tmp_path)
    with duckdb.connect() as database:

        def one(what: str, name: str) -> Any:
            return database.execute(f"select {what} from '{out}/{name}.parquet'").fetchall()[0][0]

        assert {name: one("count(*)", name) for name in counts(run)} == counts(run)
        boxes = sum(len(c.evidence.boxes or ()) for c in run.claims)
        assert one("sum(len(evidence.boxes))", "claims") == boxes


def test_duckdb_has_every_record_with_its_types(run: RunFolder, tmp_path: Path) -> None:
    """Counts are equal, fields have the types of the records, and the views give a row an item."""
    with duckdb.connect(str(written(run, "duckdb", tmp_path)), read_only=True) as database:

        def one(sql: str) -> Any:
            return database.execute(sql).fetchall()[0][0]

        assert {name: one(f"select count(*) from {name}") for name in counts(run)} == counts(run)
        assert one("select typeof(citations) from claims limit 1") == "BIGINT[]"
        assert one("select typeof(evidence.boxes) from claims limit 1") == "DOUBLE[4][]"
        assert one("select count(*) from claims_flat where sentence <> ''") == len(run.claims)
        assert one("select count(*) from claim_boxes") == sum(len(c.evidence.boxes or ()) for c in run.claims)
        assert one("select sum(claims) from pairs") == len(run.claims)
        rows = database.execute("select id, via, citations, model, negated from claims order by id").fetchall()
        wanted = sorted((c.id, list(c.via), list(c.citations), list(c.model), c.negated) for c in run.claims)
        assert rows == wanted


# -- sqlite ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def database(run: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The SQLite export of a run, opened."""
    path = written(run, "sqlite", tmp_path_factory.mktemp("sqlite"), "claims.db")
    with closing(sqlite3.connect(path)) as opened:
        yield opened


def found(database: sqlite3.Connection, words: str, column: str = "sentence") -> set[str]:
    """Ids of the claims in which `words`, typed without a blank, are found."""
    sql = "select id from claims where rowid in (select rowid from claims_fts where claims_fts match ?)"
    return {row[0] for row in database.execute(sql, (f'{column}: "{words}"',))}


def test_sqlite_has_every_record(run: RunFolder, database: sqlite3.Connection) -> None:
    """Counts are equal, list by list, and every key leads somewhere."""

    def one(sql: str) -> Any:
        return database.execute(sql).fetchone()[0]

    assert {name: one(f"select count(*) from {name}") for name in counts(run)} == counts(run)
    assert one("select count(*) from claims where sentence <> ''") == len(run.claims)
    lists: dict[str, list[Sequence[object]]] = {
        "claim_via": [c.via for c in run.claims],
        "claim_citations": [c.citations for c in run.claims],
        "claim_models": [c.model for c in run.claims],
        "claim_boxes": [c.evidence.boxes or () for c in run.claims],
        "claim_links": [(*c.corroborates, *c.conflicts) for c in run.claims],
        "mention_names": [m.names for m in run.mentions],
        "mention_boxes": [m.boxes or () for m in run.mentions],
        "sections": [d.sections for d in run.documents],
        "bibliography": [run.references],
    }
    assert {table: one(f"select count(*) from {table}") for table in lists} == {
        table: sum(map(len, found)) for table, found in lists.items()
    }
    assert database.execute("pragma foreign_key_check").fetchall() == []
    assert one("pragma integrity_check") == "ok"


def test_sqlite_offsets_hold(run: RunFolder, database: sqlite3.Connection) -> None:
    """A mention's text is cut out of its document's by SQLite itself, which counts characters from 1."""
    cut = 'substr(d.text, start + 1, "end" - start)'
    sql = f"select count(*) from mentions m join documents d on d.id = m.doc where {cut} = m.text"
    assert database.execute(sql).fetchone()[0] == len(run.mentions)


def test_sqlite_finds_what_stands_in_the_sentence(run: RunFolder, database: sqlite3.Connection) -> None:
    """Any one to eight hanzi that stand together in a sentence find just the claims of the sentences that have them."""
    draw = Random(7)
    pieces = sorted({piece for c in run.claims for piece in re.findall(r"[\u4e00-\u9fff]{1,8}", c.evidence.text)})
    for piece in draw.sample(pieces, min(60, len(pieces))):
        start = draw.randrange(len(piece))
        words = piece[start : start + draw.randint(1, 8)]
        wanted = {c.id for c in run.claims if words in c.evidence.text}
        assert found(database, words) == wanted, words


def test_sqlite_finds_every_name_of_a_claim(run: RunFolder, database: sqlite3.Connection) -> None:
    """A claim is found by its subject and object as written, and by the other names that they have in the run."""
    for c in run.claims[::7]:
        for column, side in (("subject", c.subject), ("object", c.object)):
            for name in (side.text, side.concept_name):
                if name and any(ch.isalnum() for ch in name):
                    assert c.id in found(database, name.replace('"', '""'), column), (name, column)


@pytest.mark.parametrize(
    ("typed", "hit"),
    [
        ("凋亡", True), ("细胞凋亡", True), ("TNF-α", True), ("tnf-α", True), ("TNF-α的表达", True),
        ("大鼠TNF-α", True), ("亡细", False), ("凋零", False), ("TNF-β", False),
    ],
)  # fmt: skip
def test_what_one_types_into_a_search_box(typed: str, hit: bool) -> None:
    """Two hanzi, a longer word, Latin letters and both together are found; what does not stand together is not."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("create virtual table t using fts5 (x, tokenize='unicode61')")
        database.execute("insert into t values (?)", (grams.indexed(CLAIMS[0].evidence.text),))
        assert bool(database.execute("select * from t where t match ?", (f'"{typed}"',)).fetchall()) is hit


@given(st.text("细胞凋亡氧ATα1-/ ，", max_size=40), st.data())
def test_what_stands_together_is_found(text: str, data: st.DataObject) -> None:
    """In any mixture of scripts, up to eight hanzi side by side are found, and no others."""
    size = data.draw(st.integers(1, grams.LONGEST))
    words = data.draw(st.text("细胞凋亡氧", min_size=1, max_size=size))
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("create virtual table t using fts5 (x, tokenize='unicode61')")
        database.execute("insert into t values (?)", (grams.indexed(text),))
        assert bool(database.execute("select * from t where t match ?", (f'"{words}"',)).fetchall()) is (words in text)


@pytest.mark.parametrize(("name", "with_metadata"), [("by hand", False), ("corpus", True)])
def test_sqlite_opens_in_datasette(tmp_path: Path, name: str, with_metadata: bool) -> None:
    """Datasette's own search box finds two hanzi, with and without our metadata, and each of its pages is shown."""
    served = pytest.importorskip("datasette.app")
    run = RUNS[name]()
    path = written(run, "sqlite", tmp_path, "claims.db")
    metadata = orjson.loads((tmp_path / "claims.metadata.json").read_bytes()) if with_metadata else None
    words = next(piece[-2:] for c in run.claims for piece in re.findall(r"[\u4e00-\u9fff]{3,}", c.object.text))
    wanted = {c.id for c in run.claims if words in c.evidence.text}
    search = {"_search": words, "_shape": "objects", "_size": "max"}

    async def look() -> None:
        opened = served.Datasette([str(path)], metadata=metadata)
        await opened.invoke_startup()
        answer = (await opened.client.get("/claims/claims.json", params=search)).json()
        assert wanted <= {row["id"] for row in answer["rows"]}
        assert 0 < answer["filtered_table_rows_count"] == len(answer["rows"])
        for table in ("", "/claims", "/mentions", "/documents", "/concepts", f"/claims?_search={words}"):
            assert (await opened.client.get(f"/claims{table}")).status_code == 200, table
        shown = (await opened.client.get("/claims/claims")).text
        assert 'name="_search"' in shown
        if metadata:
            assert 'data-column="relation"' in shown
            for query in metadata["databases"]["claims"]["queries"]:
                assert (await opened.client.get(f"/claims/{query}")).status_code == 200

    asyncio.run(look())


def test_metadata_names_what_is_there(tmp_path: Path) -> None:
    """Tables, facets and columns that Datasette is told of are in the database."""
    path = written(RUN, "sqlite", tmp_path, "x.db")
    told = orjson.loads((tmp_path / "x.metadata.json").read_bytes())["databases"]["x"]["tables"]
    with closing(sqlite3.connect(path)) as database:
        for table, about in told.items():
            columns = {row[1] for row in database.execute(f"pragma table_info({table})")}
            assert columns, table
            assert {*about.get("facets", ()), *about.get("columns", ())} <= columns, table


# -- all of them -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["csv", "parquet", "sqlite", "bioc", "pubannotation", "indra", "kgx", "jsonld"])
def test_the_same_run_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    """No clock, no chance; DuckDB alone, whose files have a stamp of their own, gives only the same rows."""
    assert files(RUN, format_of(name), tmp_path / "x") == files(RUN, format_of(name), tmp_path / "x")


def test_the_run_by_hand_is_sound() -> None:
    """Offsets of the run that the other tests rely on hold, and it has what they are to stumble over."""
    assert all(TEXT[m.start : m.end] == m.text for m in RUN.mentions)
    assert all(TEXT[c.evidence.start : c.evidence.end] == c.evidence.text for c in RUN.claims)
    assert asdict(RUN.claims[2])["subject"]["implicit"]


def test_the_papers_have_some_of_everything() -> None:
    """Papers of the corpus that the exports are tried on have all that a record may hold."""
    made = corpus()
    claims = made.claims
    for has in (
        [c.negated for c in claims], [c.certainty == "hedged" for c in claims], [c.subject.implicit for c in claims],
        [c.via for c in claims], [c.citations for c in claims], [c.model for c in claims],
        [c.conflicts for c in claims], [c.corroborates for c in claims],
        [c.evidence.lang == "en" for c in claims], [len(set(c.evidence.box_pages or ())) > 1 for c in claims],
        [m.concept_id for m in made.mentions], [m.concept_id is None for m in made.mentions],
        made.glosses, made.references, made.floats,
    ):  # fmt: skip
        assert any(has)
