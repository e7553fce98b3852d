"""The keys: what the work of a stage depends on is in its key, and nothing else is."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from pipeline import keys
from pipeline.errors import UsageError
from pipeline.keys import CLAIMS_CODE, HERE, READ_CODE, TAG_CODE, Keys, keys_for, knowledge_digests
from pipeline.settings import Settings
from pipeline.versions import installed

SETTINGS = Settings()
# Modules that only carry a paper from stage to stage, or say what to run: what they do shows in no record.
CARRIERS = {"cache.py", "channel.py", "engine", "guard.py", "places.py", "work.py"}


def imported(part: str) -> Iterator[str]:
    """The modules and rooms of ours that a module or room imports, by their names here."""
    path = HERE / part
    for file in path.glob("*.py") if path.is_dir() else (path,):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            for name in names:
                root, _, rest = name.partition(".")
                if root == "pipeline" and rest:
                    first = rest.split(".")[0]
                    yield first if (HERE / first).is_dir() else f"{first}.py"


@pytest.mark.parametrize("code", [READ_CODE, TAG_CODE, CLAIMS_CODE])
def test_keys_name_all_code_that_a_stage_imports(code: tuple[str, ...]) -> None:
    """Whatever a stage's modules import is among its modules: a change there makes its entries stale."""
    missing = {(part, other) for part in code for other in imported(part) if other not in {*code, *CARRIERS}}
    # The house has all rooms; tags are made without that of claims.
    assert missing <= {("house.py", "claims")}
    assert all((HERE / part).exists() for part in code)


def parts(made: Keys) -> tuple[str, str, str]:
    """The parts of the stages."""
    return made.read, made.tag, made.claims


def changed(before: Keys, after: Keys) -> list[bool]:
    """Which parts differ, of read, tag and claims."""
    return [a != b for a, b in zip(parts(before), parts(after), strict=True)]


@pytest.mark.parametrize(
    ("option", "value", "stages"),
    [
        ("reader", "pdfplumber", [True, True, True]),
        ("page_seconds", 1.0, [True, True, True]),
        ("segmenter", "rjieba", [False, True, True]),
        ("cache", "/elsewhere", [False, False, False]),
        ("anew", True, [False, False, False]),
        ("profile", True, [False, False, False]),
    ],
)
def test_options(option: str, value: object, stages: list[bool]) -> None:
    """An option changes the stages that it shapes, and those behind them."""
    assert changed(keys_for(SETTINGS), keys_for(replace(SETTINGS, **{option: value}))) == stages  # type: ignore[arg-type]


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package's files elsewhere, to be changed."""
    here = tmp_path / "pipeline"
    shutil.copytree(HERE, here, ignore=shutil.ignore_patterns("__pycache__"))
    for name, path in (("HERE", here), ("LEXICON", here / "lexicon"), ("RULES", here / "rules")):
        monkeypatch.setattr(keys, name, path)
    # Their defaults were taken when the function was made.
    monkeypatch.setattr(
        keys, "knowledge_digests", lambda user: knowledge_digests(user, here / "lexicon", here / "rules")
    )
    return here


@pytest.mark.parametrize(
    ("file", "stages"),
    [
        ("read/repair.py", [True, True, True]),
        ("fold.py", [True, True, True]),
        ("tag/tagger.py", [False, True, True]),
        ("segment/words.py", [False, True, True]),
        ("lexicon/compounds-drugs.tsv", [False, True, True]),
        ("rules/heads-zh.tsv", [False, True, True]),
        ("rules/triggers-zh.tsv", [False, False, True]),
        ("rules/claims-en.toml", [False, False, True]),
        ("claims/settle.py", [False, False, True]),
        ("outcome.py", [False, False, True]),
        ("console/runs.py", [False, False, False]),
        ("cli/runs.py", [False, False, False]),
        ("rules/README.md", [False, False, False]),
    ],
)
def test_files(copy: Path, file: str, stages: list[bool]) -> None:
    """A changed file of code or knowledge changes the stages that read it, and those behind them."""
    before = keys_for(SETTINGS)
    with (copy / file).open("a", encoding="utf-8") as changing:
        changing.write("\n# changed\n")
    assert changed(before, keys_for(SETTINGS)) == stages


def test_a_lexicon_of_the_users_own(tmp_path: Path) -> None:
    """Another lexicon folder changes tags and claims, as does a table that comes to it."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "compounds.tsv").write_text("x")
    none, one = keys_for(SETTINGS), keys_for(replace(SETTINGS, lexicon=str(own)))
    assert changed(none, one) == [False, True, True]
    assert "user/compounds.tsv" in one.knowledge
    (own / "effects.tsv").write_text("x")
    assert changed(one, keys_for(replace(SETTINGS, lexicon=str(own)))) == [False, True, True]


def test_an_editors_lock_is_no_table(tmp_path: Path) -> None:
    """Hidden files come and go while a table is edited; what cannot be read is told in a line."""
    (tmp_path / ".#compounds.tsv").symlink_to("nobody@nowhere")
    (tmp_path / "effects.tsv").write_text("x")
    assert list(knowledge_digests(tmp_path, tmp_path, tmp_path)) == [
        f"{p}/effects.tsv" for p in ("lexicon", "rules", "user")
    ]
    (tmp_path / "compounds.tsv").mkdir()
    with pytest.raises(UsageError, match="cannot be read"):
        knowledge_digests(tmp_path)


def test_papers_have_keys_of_their_own() -> None:
    """Keys differ by file and by stage, and those of tags by the triggers in the paper and their order."""
    made = keys_for(SETTINGS)
    one = {made.reading("a"), made.reading("b"), made.result("a"), made.tagging("a", []), made.tagging("b", [])}
    assert len({*one, made.tagging("a", ["x"]), made.tagging("a", ["x", "y"]), made.tagging("a", ["y", "x"])}) == 8


def test_versions_are_those_of_the_installed() -> None:
    """What the folders' names say is what the libraries say."""
    names = ("orjson", "pdfminer.six", "opencc-python-reimplemented", "ahocorasick-rs", "no-such-library")
    found = installed(names)
    assert {n: v for n, v in found.items() if n != "python"} == {n: metadata.version(n) for n in names[:-1]}
