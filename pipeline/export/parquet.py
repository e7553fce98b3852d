"""Parquet: the records as they are, a file for each kind, lists and records within records kept as such."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.export.arrow import tables
from pipeline.store import RunFolder


def files(run: RunFolder, out: Path) -> dict[Path, bytes]:
    """A file for each kind of record in the folder `out`."""
    return {out / f"{name}.parquet": _written(table) for name, table in tables(run).items()}


def _written(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    made: bytes = sink.getvalue().to_pybytes()
    return made
