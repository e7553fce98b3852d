"""A report of two papers of the corpus, made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline import cli
from pipeline.report.make import write
from pipeline.store import RunFolder, read_run

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
PAPERS = [CORPUS / "acetyl-l-carnitine.pdf", CORPUS / "curcumin.pdf"]


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the two papers."""
    folder = tmp_path_factory.mktemp("runs") / "two"
    arguments = ["run", *map(str, PAPERS), "--out", str(folder), "--engine", "serial", "--no-cache", "-q"]
    assert CliRunner().invoke(cli.app, arguments).exit_code == 0
    return folder


@pytest.fixture(scope="session")
def found(run_folder: Path) -> RunFolder:
    """The same, read."""
    return read_run(run_folder)


@pytest.fixture(scope="session")
def report(found: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its report."""
    folder = tmp_path_factory.mktemp("reports") / "two"
    write(found, folder, "two papers")
    return folder
