"""The records' JSON Schema, and records back from JSON: both read off the dataclasses, so that they cannot drift."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Json = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
PLAIN: Mapping[Any, str] = {str: "string", bool: "boolean", int: "integer", float: "number", NoneType: "null"}

R = TypeVar("R")


def schema_of(record: type) -> Json:
    """JSON Schema (draft 2020-12) of a record type; records inside it stand under `$defs`.

    All fields are required: a run writes them all. Others are allowed, since fields may be added.
    Raises TypeError for a field of a type that JSON cannot tell.
    """
    defs: dict[str, Json] = {}
    body = _record(record, defs)
    return {"$schema": DIALECT, "title": record.__name__, **body, **({"$defs": defs} if defs else {})}


def _record(record: type, defs: dict[str, Json]) -> Json:
    hints = _hints(record)
    return {
        "description": " ".join((record.__doc__ or "").split()),
        "type": "object",
        "properties": {f.name: _value(hints[f.name], defs) for f in fields(record)},
        "required": [f.name for f in fields(record)],
    }


def _value(hint: Any, defs: dict[str, Json]) -> Json:
    origin, args = get_origin(hint), get_args(hint)
    if hint in PLAIN:
        return {"type": PLAIN[hint]}
    if origin is Literal:
        return {"enum": list(args)}
    if origin in (UnionType, Union):
        return _either([_value(arg, defs) for arg in args])
    if origin is tuple and args[-1] is Ellipsis:
        return {"type": "array", "items": _value(args[0], defs)}
    if origin is tuple:
        n = len(args)
        return {"type": "array", "prefixItems": [_value(a, defs) for a in args], "minItems": n, "maxItems": n}
    if origin is dict:
        return {"type": "object", "additionalProperties": _value(args[1], defs)}
    if isinstance(hint, type) and is_dataclass(hint):
        if hint.__name__ not in defs:
            defs[hint.__name__] = {}  # holds the place, for a record that holds its own kind
            defs[hint.__name__] = _record(hint, defs)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    raise TypeError(f"no JSON Schema for {hint!r}")


def _either(options: list[Json]) -> Json:
    """One of several: `{"type": ["string", "null"]}` where that says it all."""
    if all(list(option) == ["type"] for option in options):
        return {"type": [option["type"] for option in options]}
    return {"anyOf": options}


@cache
def _hints(record: type) -> dict[str, Any]:
    return get_type_hints(record)


def from_json(record: type[R], value: Any) -> R:
    """The record that `value`, as JSON gave it, stands for. Fields that we do not know are passed over.

    Raises ValueError that tells every fault by its path, `claims[3].object: missing` and the like, joined by `; `.
    """
    faults: list[str] = []
    made = _build(record, value, "", faults)
    if faults:
        raise ValueError("; ".join(faults))
    return made  # type: ignore[no-any-return]


def _build(hint: Any, value: Any, at: str, faults: list[str]) -> Any:
    """`value` as a `hint`; where it is none, a fault is added and what comes back means nothing."""
    origin, args = get_origin(hint), get_args(hint)
    if isinstance(hint, type) and is_dataclass(hint):
        return _build_record(hint, value, at, faults)
    if origin is Literal:
        fits = value in args and isinstance(value, str)
    elif origin in (UnionType, Union):
        if value is None:
            fits = NoneType in args
        else:
            return _build(next(a for a in args if a is not NoneType), value, at, faults)
    elif origin is tuple:
        if isinstance(value, list) and (args[-1] is Ellipsis or len(args) == len(value)):
            return tuple(_build_items(args, value, at, faults))
        fits = False
    elif origin is dict:
        if isinstance(value, dict):
            return {k: _build(args[1], v, f"{at}[{k!r}]", faults) for k, v in value.items()}
        fits = False
    elif hint is float:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    else:
        fits = type(value) is hint
    if not fits:
        faults.append(f"{at or '$'}: {_short(value)} where {_wanted(hint)} belongs")
    return value


def _build_items(args: tuple[Any, ...], values: Sequence[Any], at: str, faults: list[str]) -> Iterator[Any]:
    kinds = [args[0]] * len(values) if args[-1] is Ellipsis else args
    for index, (kind, value) in enumerate(zip(kinds, values, strict=True)):
        yield _build(kind, value, f"{at}[{index}]", faults)


def _build_record(record: type, value: Any, at: str, faults: list[str]) -> Any:
    if not isinstance(value, dict):
        faults.append(f"{at or '$'}: {_short(value)} where an object belongs")
        return None
    hints, made, known = _hints(record), {}, len(faults)
    for f in fields(record):
        where = f"{at}.{f.name}" if at else f.name
        if f.name in value:
            made[f.name] = _build(hints[f.name], value[f.name], where, faults)
        elif f.default is MISSING and f.default_factory is MISSING:
            faults.append(f"{where}: missing")
    return record(**made) if len(faults) == known else None


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _wanted(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(get_args(hint))
    if get_origin(hint) is tuple:
        return "a list" if get_args(hint)[-1] is Ellipsis else f"a list of {len(get_args(hint))}"
    return {"string": "a string", "integer": "an integer"}.get(PLAIN.get(hint, ""), PLAIN.get(hint, "an object"))
