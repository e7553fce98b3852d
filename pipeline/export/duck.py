"""DuckDB: the records with their lists and structs as real types, and views with a row for each item. Needs duckdb."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from pipeline.export.arrow import tables
from pipeline.store import RunFolder

# What one asks most: a flat row a claim, a row for each box of its sentence, who acts on what in how many papers.
VIEWS = {
    "claims_flat": """
        select c.id, c.doc, d.title, c.subject.text as subject, c.subject.type as subject_type,
            c.subject.concept_id as subject_id, c.subject.concept_name as subject_name, c.relation,
            c.object.text as object, c.object.type as object_type, c.object.concept_id as object_id,
            c.object.concept_name as object_name, c.negated, c.certainty, c.via, c.citations, c.model,
            c.evidence.text as sentence, c.evidence.section as section, c.evidence.lang as lang,
            c.evidence.page as page, c.trigger.text as trigger, c.rule
        from claims c join documents d on d.id = c.doc""",
    "claim_boxes": """
        select id as claim, unnest(evidence.box_pages) as page, unnest(evidence.boxes) as box
        from claims where evidence.boxes is not null""",
    "pairs": """
        select coalesce(subject_id, subject_name, subject) as subject, relation,
            coalesce(object_id, object_name, object) as object, negated,
            count(*) as claims, count(distinct doc) as papers, list(id order by id) as ids
        from claims_flat group by all""",
}


def files(run: RunFolder, out: Path) -> dict[Path, bytes]:
    """The database file `out`."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "run.duckdb"
        with duckdb.connect(str(path)) as database:
            for name, table in tables(run).items():
                database.register("given", table)
                database.execute(f'create table "{name}" as select * from given')
                database.unregister("given")
            for name, select in VIEWS.items():
                database.execute(f"create view {name} as {select}")
            database.execute("checkpoint")
        return {out: path.read_bytes()}
