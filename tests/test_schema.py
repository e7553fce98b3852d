"""The schema and the records: each is read off the other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from builders import claim, mention, result, write_run
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pipeline.records import Claim, Evidence, Float, Gloss, Mention, Name, Reference
from pipeline.schema import from_json, schema_of
from pipeline.store import FILES

TEXT = "甲药止痛。"
ONE = mention("d", TEXT, 0, 2, "compound", page=1, boxes=((1.0, 2.0, 3.0, 4.5),), box_pages=(1,))
TWO = mention("d", TEXT, 2, 4, "effect", concept_id="MESH:D000000", concept_name="止痛")
REFERENCE = Reference("d", 1, "甲某. 药物的作用[J]. 2020.", 3, ((1.0, 2.0, 3.0, 4.5),), (3,))
TABLE = Float("d", "table", 2, "表2", "表2 剂量", (("药", "mg"), ("甲", "5")), None, None, None)
CLAIM = claim(TEXT, ONE, "increases", TWO, citations=(1, 2), model=("大鼠",), via=("d-m1",))


def as_json(record: Any) -> Any:
    """A record as a reader of its file sees it."""
    return orjson.loads(orjson.dumps(record))


def test_every_schema_is_a_schema() -> None:
    """Each record of a run folder has a schema that is valid in the dialect that it names."""
    for kind in FILES.values():
        schema = schema_of(kind)
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"].endswith("2020-12/schema")


def test_what_a_run_writes_fits_its_schema(tmp_path: Path) -> None:
    """Every record of a run folder validates."""
    gloss = Gloss("d", 0, 2, (Name("甲药", "zh", False), Name("JY", "en", True)), None, "bracket")
    made = replace(result("d", TEXT, [ONE, TWO], [CLAIM]), glosses=(gloss,))
    made = replace(made, paper=replace(made.paper, references=(REFERENCE,), floats=(TABLE,)))
    run = write_run(tmp_path / "run", [made])
    for name, kind in FILES.items():
        lines = [(run / name).read_bytes()] if name == "run.json" else (run / name).read_bytes().splitlines()
        assert lines or name == "failures.jsonl"
        for line in lines:
            Draft202012Validator(schema_of(kind)).validate(orjson.loads(line))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("type", "organ"), ("start", "0"), ("start", 1.5), ("page", True), ("boxes", [[1.0, 2.0, 3.0]]),
        ("names", "甲药"), ("text", None),
    ],
)  # fmt: skip
def test_schema_and_reader_refuse_the_same(field: str, value: Any) -> None:
    """What the schema calls wrong the reader refuses too, and says where."""
    row = {**as_json(ONE), field: value}
    assert not Draft202012Validator(schema_of(Mention)).is_valid(row)
    with pytest.raises(ValueError, match=field):
        from_json(Mention, row)


def test_missing_and_added_fields() -> None:
    """A field that lacks is told by its path; fields may be added, and are passed over."""
    row = as_json(CLAIM)
    del row["object"]["text"]
    row["evidence"]["lang"] = "fr"
    with pytest.raises(ValueError, match=r"object.text: missing; evidence.lang: 'fr' where one of zh, en belongs"):
        from_json(Claim, row)
    assert from_json(Claim, {**as_json(CLAIM), "score": 0.5}) == CLAIM
    Draft202012Validator(schema_of(Claim)).validate({**as_json(CLAIM), "score": 0.5})


# A run writes no NaN and no infinity: boxes are rounded numbers of a page.
boxes = st.none() | st.lists(st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 4), max_size=2).map(tuple)
mentions = st.builds(Mention, boxes=boxes)
claims = st.builds(Claim, evidence=st.builds(Evidence, boxes=boxes))
apart = st.builds(Reference, boxes=boxes) | st.builds(Float, boxes=boxes)


@settings(max_examples=40, deadline=None)
@given(mentions | claims | apart)
def test_records_come_back_from_json(record: Any) -> None:
    """Any record that can be written is read back as it was."""
    try:
        data = orjson.dumps(record)
    except TypeError:  # lone surrogates and numbers beyond 64 bits: nothing that a run can write
        return
    assert from_json(type(record), orjson.loads(data)) == record
