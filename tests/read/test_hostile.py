"""Hostile and broken PDFs end as text or as one clear line, within bounded time, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_pdfs import HOSTILE, SAID, good

from pipeline.errors import InputError
from pipeline.guard import Guard
from pipeline.records import Paper

PAGE_SECONDS = 3.0


@pytest.fixture(scope="module")
def guard() -> Iterator[Guard]:
    with Guard(page_seconds=PAGE_SECONDS) as guard:
        yield guard


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_well(name: str, guard: Guard, tmp_path: Path) -> None:
    """Each is read, or refused with one line that names it; the reader goes on with the next file."""
    made, expected = HOSTILE[name]
    path = tmp_path / f"{name}.pdf"
    path.write_bytes(made())
    outcome = _read(guard, path)
    if isinstance(outcome, InputError):
        assert expected != "text", outcome
        assert str(outcome).startswith(f"{path}: ")
        assert "\n" not in str(outcome)
    else:
        assert expected != "failure", outcome.text[:200]
        assert "root:" not in outcome.text
        if expected == "text":
            assert SAID in outcome.text
    assert sorted(p.name for p in tmp_path.iterdir()) == [path.name]
    after = tmp_path / "good.pdf"
    after.write_bytes(good())
    assert SAID in guard.read(after, "good").text


def _read(guard: Guard, path: Path) -> Paper | InputError:
    try:
        return guard.read(path, "hostile")
    except InputError as error:
        return error
