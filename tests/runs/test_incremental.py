"""What a change costs, with the real house: only the stages that it reaches, and the same bytes as from nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

ROOT = Path(__file__).resolve().parents[2]
PAPERS = [str(ROOT / "corpus" / name) for name in ("melatonin.pdf", "curcumin.pdf")]


class Home:
    """A copy of the package, to be changed, with a cache and runs of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rules = folder / "pipeline/rules"
        shutil.copytree(ROOT / "pipeline", folder / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))

    def run(self, out: str, *options: str) -> list[str]:
        """What was reused of each paper, in the order of their ids."""
        log = self.folder / "log.jsonl"
        log.unlink(missing_ok=True)
        subprocess.run(
            [sys.executable, "-m", "pipeline", "run", *PAPERS, "--out", out, "--log-file", str(log), "-q", *options],
            cwd=self.folder, env={**os.environ, "PYTHONPATH": str(self.folder)}, check=True, capture_output=True,
        )  # fmt: skip
        events = [orjson.loads(line) for line in log.read_bytes().splitlines()]
        done = sorted((e["doc"], e["reused"]) for e in events if e["event"] == "done")
        return [reused for _, reused in done]

    def files(self, out: str) -> dict[str, bytes]:
        """All files of a run but run.json."""
        run = self.folder / out
        return {str(f.relative_to(run)): f.read_bytes() for f in run.rglob("*") if f.is_file() and f.name != "run.json"}

    def change(self, file: str, edit: Callable[[str], str]) -> None:
        """Change a rule file."""
        path = self.rules / file
        text = path.read_text(encoding="utf-8")
        assert edit(text) != text
        path.write_text(edit(text), encoding="utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One in which the papers have been worked."""
    made = Home(tmp_path_factory.mktemp("home"))
    options = ("--cache", str(made.folder / "cache"))
    assert made.run("run", *options) == ["", ""]
    assert made.run("run", *options) == ["claims", "claims"]
    return made


@pytest.mark.parametrize(
    ("file", "edit", "reused"),
    [
        ("triggers-zh.tsv", lambda t: t.replace("诱导\tincreases", "诱导\tregulates"), ["tag", "tag"]),
        ("triggers-zh.tsv", lambda t: t + "摄光化\tincreases\tva\ttest\n", ["tag", "tag"]),
        ("claims-en.toml", lambda t: t + "\n# a word more\n", ["tag", "tag"]),
        ("heads-zh.tsv", lambda t: t + "摄光度\tplain\ttest\n", ["read", "read"]),
    ],
)
def test_a_change_costs_what_it_reaches(home: Home, file: str, edit: Callable[[str], str], reused: list[str]) -> None:
    """Another relation, a trigger that no paper has, a rule: claims alone. Another table: tags too."""
    home.change(file, edit)
    assert home.run("run", "--cache", str(home.folder / "cache")) == reused
    assert home.run("new", "--no-cache") == ["", ""]
    assert home.files("run") == home.files("new")
