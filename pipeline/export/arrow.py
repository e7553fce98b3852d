"""Records as Arrow tables, their types read off the dataclasses, so that the two cannot drift. Needs pyarrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

from pipeline.outcome import Failure
from pipeline.records import Claim, Document, Float, Gloss, Mention, Reference
from pipeline.store import RunFolder

_PLAIN = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64()}


def tables(run: RunFolder) -> dict[str, pa.Table]:
    """All tables of a run by name; `texts` has the document's id and its text."""
    texts = pa.schema([pa.field("doc", pa.string(), nullable=False), pa.field("text", pa.string(), nullable=False)])
    return {
        "documents": _table(Document, run.documents),
        "texts": pa.Table.from_pydict({"doc": list(run.texts), "text": list(run.texts.values())}, schema=texts),
        "mentions": _table(Mention, run.mentions),
        "claims": _table(Claim, run.claims),
        "glosses": _table(Gloss, run.glosses),
        "references": _table(Reference, run.references),
        "floats": _table(Float, run.floats),
        "failures": _table(Failure, run.failures),
    }


def _table(record: type, records: Sequence[Any]) -> pa.Table:
    return pa.Table.from_pylist([asdict(r) for r in records], schema=pa.schema(list(_fields(record))))


def _fields(record: type) -> list[pa.Field]:
    hints = get_type_hints(record)
    return [
        pa.field(f.name, _type(hints[f.name]), nullable=NoneType in get_args(hints[f.name])) for f in fields(record)
    ]


def _type(hint: Any) -> pa.DataType:
    """The Arrow type of a field. Raises TypeError for one that no record has had until now."""
    origin, args = get_origin(hint), get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if origin is Literal:
        return pa.string()
    if origin in (UnionType, Union):
        (one,) = (a for a in args if a is not NoneType)
        return _type(one)
    if origin is tuple and args[-1] is Ellipsis:
        return pa.list_(_type(args[0]))
    if origin is tuple and len(set(args)) == 1:
        return pa.list_(_type(args[0]), len(args))
    if isinstance(hint, type) and is_dataclass(hint):
        return pa.struct(_fields(hint))
    raise TypeError(f"no Arrow type for {hint!r}")
