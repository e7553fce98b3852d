"""Lists as people write them into one field."""

from __future__ import annotations

import pytest
from golds import LETTERS
from hypothesis import given
from hypothesis import strategies as st

from pipeline.annotate import cells

KEYS = ("subject", "via", "citations")
names = st.lists(st.text(LETTERS + " ", max_size=6), max_size=4)


@given(names)
def test_names_come_back(values: list[str]) -> None:
    """Any names, empty ones too, are read as they were written, and stand on one line."""
    cell = cells.names(values)
    assert cells.read_names(cell) == tuple(values)
    assert not cells.UNSAFE.search(cell)


@given(st.dictionaries(st.sampled_from(KEYS), names.filter(bool)))
def test_fields_come_back(values: dict[str, list[str]]) -> None:
    """Several lists in one line are kept apart, whatever marks they hold."""
    line = cells.fields({key: cells.names(v) for key, v in values.items()})
    found = cells.read_fields(line, KEYS)
    assert {key: list(cells.read_names(cell)) for key, cell in found.items()} == values


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("", ()),
        ("15, 16", (15, 16)),
        ("[15-17]", (15, 16, 17)),
        ("［3，5～6］", (3, 5, 6)),
        ("3、4；9", (3, 4, 9)),
    ],
)
def test_numbers_as_papers_print_them(cell: str, found: tuple[int, ...]) -> None:
    """Brackets, ranges and Chinese marks are understood."""
    assert cells.read_numbers(cell) == found


@pytest.mark.parametrize("cell", ["x", "3 4", "9-7", "1-9999", "[3][4]", "-3"])
def test_what_is_no_number_is_refused(cell: str) -> None:
    """A cell that is no list of numbers is no empty list."""
    with pytest.raises(ValueError, match="no numbers of reference marks"):
        cells.read_numbers(cell)


def test_names_and_fields_that_are_none() -> None:
    """A quotation without its end, and a line that goes on as something else, are refused; a remark is none of ours."""
    with pytest.raises(ValueError, match="not a list of names"):
        cells.read_names('"open')
    with pytest.raises(ValueError, match="not of the form"):
        cells.read_fields("via: a; I doubt it", KEYS)
    assert cells.read_fields("I doubt it: via b", KEYS) == {}
    assert cells.read_fields("VIA：a｜b；citations: 3", KEYS) == {"via": "a｜b", "citations": "3"}
    assert cells.read_names("a｜b") == ("a", "b")
