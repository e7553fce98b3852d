"""The documentation stays true: what it names is there, what is there is named, and its examples give what they show.

A fenced block with one of these comments on the line before it takes part; others are only read by people.

- `<!-- runs -->`: each line that begins with `$ pipeline` is run in a folder that holds `corpus/` and `annotations/`,
  and what it prints to standard output has to be the lines below it. A line `…` stands for any lines.
- `<!-- runs, numbers vary -->`: the same, with every number taken for any other.
- `<!-- file: NAME -->`: the block is written to that file there before the examples run.
- `<!-- record -->`: the JSON is a line of the run's `claims.jsonl`; ids and offsets may be others.

Examples see the home folder of one `/home/me`, with an empty cache.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
import typer
from typer.testing import CliRunner

from pipeline import cli
from pipeline.claims.pieces import CLASSES, CODES
from pipeline.knowledge import COLUMNS, GRAMMARS, RULES, TABLES, Knowledge
from pipeline.store import FILES
from pipeline.version import VERSION

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh-CN.md")
RULES_README = "pipeline/rules/README.md"
# Built, downloaded or made by running: nobody's documentation.
NOT_OURS = {".venv", "runs", "build", "node_modules"}
PAGES = sorted(
    p.relative_to(ROOT).as_posix()
    for p in ROOT.rglob("*.md")
    if not any(part in NOT_OURS or part.startswith(".") for part in p.relative_to(ROOT).parts)
)

_BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>[^\n]*?) -->\n)?^```(?P<lang>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
_LINK = re.compile(r"\[[^\]\[]*\]\(([^)\s]+)\)")
_ANY = "…"
_HOME = "/home/me"


@dataclass(frozen=True)
class Block:
    """A fenced block: the comment before it, and its lines."""

    mark: str
    lang: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Example:
    """A command line and the lines that it is said to print."""

    command: str
    shown: tuple[str, ...]
    vary: bool


def read(page: str) -> str:
    """A page of the documentation."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page."""
    return [Block(m["mark"] or "", m["lang"], tuple(m["body"].splitlines())) for m in _BLOCK.finditer(read(page))]


def examples(page: str) -> Iterator[Example]:
    """The examples of a page that are to run."""
    for block in blocks(page):
        if not block.mark.startswith("runs"):
            continue
        starts = [n for n, line in enumerate(block.lines) if line.startswith("$ ")]
        for start, end in zip(starts, [*starts[1:], len(block.lines)], strict=True):
            yield Example(block.lines[start][2:], block.lines[start + 1 : end], "numbers vary" in block.mark)


def commands(page: str) -> list[str]:
    """Every command line of a page's console blocks."""
    return [line for b in blocks(page) if b.lang == "console" for line in b.lines if line.startswith("$ ")]


# -- examples ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder where the examples run, with the corpus run once; the rooms are built once for each lexicon."""
    folder = tmp_path_factory.mktemp("desk")
    for name in ("corpus", "annotations"):
        (folder / name).symlink_to(ROOT / name)
    for page in READMES:
        for block in blocks(page):
            if block.mark.startswith("file: "):
                path = folder / block.mark.removeprefix("file: ")
                path.parent.mkdir(exist_ok=True)
                path.write_text("\n".join(block.lines) + "\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("HOME", str(folder / "home"))
        patch.delenv("XDG_CACHE_HOME", raising=False)
        patch.setattr(cli.shell, "build", cache(cli.shell.build))
        yield folder


@cache
def printed(command: str) -> tuple[str, ...]:
    """What a command of the program prints to standard output; run once, since examples build on one another."""
    program, *args = split(command)
    assert program == "pipeline", command
    result = CliRunner().invoke(cli.app, args, prog_name="pipeline")
    assert result.exit_code == 0, f"{command}: {result.stderr}"
    return tuple(result.stdout.replace(str(Path.home()), _HOME).splitlines())


def split(command: str) -> list[str]:
    """A command line as its words; double quotes hold blanks together."""
    return [a or b for a, b in re.findall(r'"([^"]*)"|(\S+)', command)]


def plain(line: str, *, vary: bool) -> str:
    """A line without what need not agree: how wide a column is and, where they may vary, its numbers."""
    line = re.sub(r"\d+(?:\.\d+)?", "0", line) if vary else line
    return re.sub(r"─+", "─", " ".join(line.split()))


def missing(shown: Sequence[str], have: Sequence[str]) -> str | None:
    """The first line shown that is not printed in its place: right behind the one before, or anywhere behind `…`."""
    at, loose = 0, False
    for line in shown:
        if line == _ANY:
            loose = True
            continue
        found = next((n for n in range(at, len(have) if loose else min(at + 1, len(have))) if have[n] == line), None)
        if found is None:
            return line
        at, loose = found + 1, False
    return None if loose or at == len(have) else f"(more follows: {have[at]})"


def test_examples_print_what_they_show(desk: Path) -> None:
    """Every marked example of every page runs, and prints what stands below it."""
    assert desk.is_dir()
    found = [(page, example) for page in PAGES for example in examples(page)]
    assert {"run", "eval", "inspect", "schema", "cache"} <= {split(e.command)[1] for _, e in found}
    for page, example in found:
        shown, have = (
            [plain(line, vary=example.vary) for line in lines] for lines in (example.shown, printed(example.command))
        )
        lost = missing(shown, have)
        assert lost is None, f"{page}: $ {example.command}\nnot printed: {lost}\nprinted:\n" + "\n".join(
            printed(example.command)
        )


def test_the_worked_record_is_in_the_run(desk: Path) -> None:
    """The record that both READMEs work towards is a line of the run's claims, but for ids and offsets."""
    printed("pipeline run corpus --out runs/corpus")
    lines = (desk / "runs/corpus/claims.jsonl").read_bytes().split(b"\n")
    made = [rough(orjson.loads(line)) for line in lines if line]
    for page in READMES:
        (record,) = (orjson.loads("\n".join(b.lines)) for b in blocks(page) if b.mark == "record")
        near = [m for m in made if m["evidence"]["text"] == record["evidence"]["text"]]
        assert rough(record) in made, f"{page}: the run has {near}"


def rough(value: Any) -> Any:
    """A record with its ids and offsets taken out: they move whenever a name before it is found or lost."""
    if isinstance(value, dict):
        return {k: 0 if k in ("start", "end") else rough(v) for k, v in value.items()}
    if isinstance(value, list):
        return [rough(v) for v in value]
    return re.sub(r":([mc])\d+$", r":\1", value) if isinstance(value, str) else value


def test_lines_are_missed_where_they_are_not_in_place() -> None:
    """The comparison is strict but behind `…`, and knows a wrong end."""
    assert missing(["a", _ANY, "c"], ["a", "b", "c"]) is None
    assert missing(["a", "c"], ["a", "b", "c"]) == "c"
    assert missing(["a"], ["a", "b"]) is not None
    assert missing([_ANY, "b", _ANY], ["a", "b", "c"]) is None


# -- the two READMEs ---------------------------------------------------------------------------------------------------


def subcommands(command: Any) -> dict[str, Any]:
    """The commands under a command, by name; none for one that does something itself."""
    return dict(getattr(command, "commands", {}))


@pytest.mark.parametrize("page", READMES)
def test_every_command_is_shown(page: str) -> None:
    """Each command of the program has a heading in the README, and it and each command under it an example."""
    shown = commands(page)
    for name, command in subcommands(typer.main.get_command(cli.app)).items():
        assert f"\n### {name}\n" in read(page), f"{page} has no heading for {name}"
        for whole in [f"{name} {inner}" for inner in subcommands(command)] or [name]:
            assert any(f"{line} ".startswith(f"$ pipeline {whole} ") for line in shown), f"{page} shows no {whole}"


@pytest.mark.parametrize("page", READMES)
def test_every_option_is_named(page: str) -> None:
    """Each option of each command stands somewhere in the README, those of the shell itself apart."""
    tops = subcommands(typer.main.get_command(cli.app)).values()
    leaves = [c for top in tops for c in (subcommands(top).values() or [top])]
    options = {o for c in leaves for p in c.params for o in p.opts if o[:2] == "--"}
    text = read(page) + read("docs/records.md")
    assert not [o for o in options if o not in text]


def test_both_readmes_show_the_same() -> None:
    """The Chinese README has the commands, the outputs, the files and the record of the English one."""
    english, chinese = ([b for b in blocks(page) if b.mark or b.lang] for page in READMES)
    assert commands(READMES[0]) == commands(READMES[1])
    assert english == chinese
    headings = [len(re.findall(r"^#+ ", re.sub(_BLOCK, "", read(page)), re.MULTILINE)) for page in READMES]
    assert headings[0] == headings[1]


def test_the_rule_shown_is_the_rule_in_use() -> None:
    """The rule of the worked example stands in the rule file as the README shows it, its cases aside."""
    grammars = [tomllib.loads((RULES / f"{g}.toml").read_text(encoding="utf-8")) for g in GRAMMARS]
    rules = {rule["name"]: rule for grammar in grammars for rule in grammar["rule"]}
    for page in (*READMES, RULES_README):
        first = next(b for b in blocks(page) if b.lang == "toml")
        (shown,) = tomllib.loads("\n".join(first.lines))["rule"]
        used = rules[shown["name"]]
        apart = {k: (v, used.get(k)) for k, v in shown.items() if k not in ("fires", "quiet") and used.get(k) != v}
        assert not apart, f"{page}: {shown['name']}: {apart}"
        assert set(used) - set(shown) <= {"fires", "quiet"}, f"{page}: {shown['name']}"


def test_changelog_is_of_this_version() -> None:
    """The top entry of the changelog is for the version that the program says it is."""
    found = re.search(r"^## (\S+)", read("CHANGELOG.md"), re.MULTILINE)
    assert found is not None
    assert found.group(1) == VERSION


@pytest.mark.parametrize("page", PAGES)
def test_links_resolve(page: str) -> None:
    """Links to files of the repository lead somewhere."""
    for target in _LINK.findall(_BLOCK.sub("", read(page))):
        path = target.partition("#")[0]
        if not path or "://" in path or path.startswith("mailto:"):
            continue
        assert (ROOT / page).parent.joinpath(path).exists(), f"{page}: {target}"


# -- the reference pages -----------------------------------------------------------------------------------------------


def rows(page: str, heading: str) -> set[str]:
    """What stands in backquotes in the first cells of the tables under a heading, up to the next of its level."""
    level = heading.count("#")
    _, found, rest = read(page).partition(f"\n{heading}\n")
    assert found, f"{page} has no {heading}"
    part = re.split(rf"^#{{1,{level}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]
    cells = re.findall(r"^\| ([^|]*) \|", part, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def test_pieces_are_explained() -> None:
    """Every kind of piece and every class of kinds has a row, and no row is for one that is gone."""
    assert rows(RULES_README, "## Pieces") == {*CODES, *CLASSES}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_tables_are_explained(table: str) -> None:
    """Every column of a rule table has a row in its section."""
    assert set(TABLES[table]) <= rows(RULES_README, f"### {table}")


def test_kinds_of_words_are_explained(knowledge: Knowledge) -> None:
    """Every kind that a line of a rule table has is explained in its section, or as the piece that it becomes."""
    pieces = {kind.lower() for kind in CODES}
    for table in TABLES:
        _, _, rest = read(RULES_README).partition(f"\n### {table}\n")
        section = re.split(r"^#{2,3} ", rest, maxsplit=1, flags=re.MULTILINE)[0]
        known = set(re.findall(r"`([^`]+)`", section)) | (pieces if table == "words" else set())
        kinds = {row["kind"] for row in knowledge.tables[table]}
        assert kinds <= known, f"{table}: {sorted(kinds - known)}"


def test_keys_of_rules_are_explained(knowledge: Knowledge) -> None:
    """Every key that a rule has, and every role that a pattern names, is explained."""
    rules = [rule for grammar in knowledge.grammars.values() for rule in grammar["rule"]]
    known = rows(RULES_README, "## Constructions")
    roles = {r for rule in rules for side in ("left", "right") for r in re.findall(r"(\w+):", rule.get(side, ""))}
    assert not ({key for rule in rules for key in rule} | roles) - known


def test_records_are_explained() -> None:
    """Every file of a run and every field of its records stands in docs/records.md."""
    for name, record in FILES.items():
        _, found, rest = read("docs/records.md").partition(f"\n### `{name}`\n")
        assert found, name
        section = rest.partition("\n### ")[0]
        known = set(re.findall(r"`([^`]+)`", section))
        assert not [f for f in getattr(record, "__dataclass_fields__", {}) if f not in known], name


def test_events_of_the_log_are_explained(desk: Path) -> None:
    """Every event that a run logs, and every field of it, stands in docs/runs.md."""
    printed("pipeline run note.txt --out runs/note --no-cache --log-file run.log")
    events = [orjson.loads(line) for line in (desk / "run.log").read_bytes().splitlines()]
    known = rows("docs/runs.md", "### The log")
    assert {"run", "begin", "stage", "done", "finished"} <= {e["event"] for e in events} <= known
    section = read("docs/runs.md").partition("\n### The log\n")[2].partition("\n## ")[0]
    assert not {field for e in events for field in e} - set(re.findall(r"`([^`]+)`", section))


def test_lexicon_columns_are_explained() -> None:
    """Every column of a lexicon table has a row in the lexicon's README."""
    assert set(COLUMNS) <= set(re.findall(r"^\| `([^`]+)` \|", read("pipeline/lexicon/README.md"), re.MULTILINE))


_NAMED = re.compile(
    r'note\(\s*"([a-z-]+)"|(?:names|repairs)\.(?:add|append)\("([a-z-]+)"'
    r'|^    \("([a-z-]+)", _|\("(ocr|overprint)",\)',
    re.MULTILINE,
)


def test_every_repair_is_explained() -> None:
    """The table of repairs names those that the code notes, and no other."""
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "pipeline/read").glob("*.py"))
        if path.name != "marks.py"
    )
    noted = {name for names in _NAMED.findall(code) for name in names if name}
    section = read("docs/reading.md").partition("## Repairs")[2].partition("\n## ")[0]
    rows = re.findall(r"^\|([^|]*)\|", section, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert len(noted) > 20
    assert noted == told
