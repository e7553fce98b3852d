"""`pipeline export`: what it writes, what it says, what it refuses."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from builders import HEAD, claim, mention, result, write_run
from typer.testing import CliRunner
from typer.testing import Result as Called

from pipeline import cli
from pipeline.errors import UsageError
from pipeline.export import FORMATS, format_of
from pipeline.records import Result
from pipeline.shelf import shelf_at
from pipeline.writer import RunWriter

TEXT = "甲药止痛。\n"


def paper() -> Result:
    """A paper with a claim."""
    one, two = mention("a", TEXT, 0, 2, "compound"), mention("a", TEXT, 2, 4, "effect", 9)
    return result("a", TEXT, [one, two], [claim(TEXT, one, "decreases", two)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run folder of that paper."""
    return write_run(tmp_path / "run", [paper()])


def call(*args: object) -> Called:
    """`pipeline export` with these arguments."""
    return CliRunner().invoke(cli.app, ["export", *map(str, args)])


def one_line(called: Called) -> str:
    """The one line that a refusal is told in; its exit code is 2."""
    assert called.exit_code == 2, called.output
    (line,) = called.stderr.splitlines()
    return line


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written_and_told(folder: Path, tmp_path: Path, name: str) -> None:
    """The command writes what the format makes and says how much; a second call needs --force, which replaces it."""
    out = tmp_path / "made"
    called = call(folder, "--to", name, "--out", out)
    assert called.exit_code == 0, called.output
    assert called.stdout.splitlines()[0] == "1 documents, 2 mentions, 1 claims"
    assert out.is_dir() == (FORMATS[name].shape == "folder")
    assert "--force" in one_line(call(folder, "--to", name, "--out", out))
    assert call(folder, "--to", name, "--out", out, "--force").exit_code == 0
    assert not list(tmp_path.rglob("*.new"))


def test_help_lists_the_formats() -> None:
    """The help of --to, which is written without importing any of them, names each."""
    shown = call("--help").stdout
    assert all(re.search(rf"\b{name}\b", shown) for name in FORMATS)


def test_an_unknown_format_is_told_with_all_there_are(folder: Path, tmp_path: Path) -> None:
    """The one line names every format, before anything is read."""
    line = one_line(call(folder, "--to", "excel", "--out", tmp_path / "x"))
    assert all(name in line for name in FORMATS)
    with pytest.raises(UsageError):
        format_of("CSV")


@pytest.mark.parametrize(
    ("name", "library"), [("parquet", "pyarrow"), ("duckdb", "duckdb"), ("duckdb", "pyarrow"), ("bioc", "bioc")]
)
def test_a_missing_library_is_one_line(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, library: str
) -> None:
    """What to install is said, and nothing is written."""
    for module in [m for m in sys.modules if m.startswith("pipeline.export.") or m.split(".")[0] == library]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, library, None)
    line = one_line(call(folder, "--to", name, "--out", tmp_path / "x"))
    assert library in line
    assert f"pip install 'claim-pipeline[{name}]'" in line
    assert not (tmp_path / "x").exists()


def test_what_is_not_ours_is_left_alone(folder: Path, tmp_path: Path) -> None:
    """A folder with a stranger's file is refused even with --force; so is a folder for a file, a file for a folder."""
    out = tmp_path / "sheets"
    assert call(folder, "--to", "csv", "--out", out).exit_code == 0
    (out / "mine.txt").write_text("mine")
    assert "mine.txt" in one_line(call(folder, "--to", "csv", "--out", out, "--force"))
    assert "a folder" in one_line(call(folder, "--to", "jsonld", "--out", out, "--force"))
    assert "a file" in one_line(call(folder, "--to", "kgx", "--out", out / "mine.txt", "--force"))
    (tmp_path / "x.metadata.json").write_text("mine")
    assert "x.metadata.json" in one_line(call(folder, "--to", "sqlite", "--out", tmp_path / "x.db"))
    assert (tmp_path / "x.metadata.json").read_text() == "mine"
    assert not (tmp_path / "x.db").exists()


def test_a_run_that_is_none_is_refused(tmp_path: Path) -> None:
    """A folder without a run is told as that."""
    assert "no run folder" in one_line(call(tmp_path, "--to", "csv", "--out", tmp_path / "x"))


def test_places_that_cannot_be(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A URL, a name that no disk holds and a file of the run itself are refused in a line, also with --force."""
    monkeypatch.chdir(tmp_path)
    assert "a URL" in one_line(call(folder, "--to", "sqlite", "--out", "s3://bucket/x.db", "--force"))
    assert "too long" in one_line(call(folder, "--to", "csv", "--out", "x" * 300, "--force"))
    for name in ("claims.jsonl", "texts/a.txt"):
        assert "file of the run" in one_line(call(folder, "--to", "jsonld", "--out", folder / name, "--force"))
    assert [p.name for p in tmp_path.iterdir()] == ["run"]
    assert call(folder, "--to", "jsonld", "--out", tmp_path.as_uri() + "/x.json").exit_code == 0
    assert (tmp_path / "x.json").is_file()


def test_nothing_to_write_is_told(tmp_path: Path) -> None:
    """Where no paper has a text, the format of a file a paper has none, and it is said."""
    called = call(write_run(tmp_path / "run", []), "--to", "pubannotation", "--out", tmp_path / "x")
    assert (called.exit_code, "nothing written" in called.stdout) == (0, True)


def test_an_unfinished_run_is_exported_with_a_warning(tmp_path: Path) -> None:
    """What an interrupted run wrote is whole, and it is said that there is more."""
    with RunWriter(shelf_at(str(tmp_path / "run")), HEAD) as writer:
        writer.finish(replace(HEAD, state="interrupted"))
    called = call(tmp_path / "run", "--to", "csv", "--out", tmp_path / "x")
    assert called.exit_code == 0
    assert "interrupted" in called.stderr


@pytest.mark.parametrize("name", FORMATS)
def test_a_run_of_nothing_is_exported(tmp_path: Path, name: str) -> None:
    """A run without a paper makes tables without a row, not a fault."""
    run = write_run(tmp_path / "run", [])
    assert call(run, "--to", name, "--out", tmp_path / "x").exit_code == 0
