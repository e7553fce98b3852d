"""The command line: exit codes, one-line errors, and what each command prints; with a house made for the test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from builders import FakeHouse, FakeWorker
from typer.testing import CliRunner, Result

from pipeline import cli, job
from pipeline.engine.serial import Serial
from pipeline.errors import UsageError
from pipeline.store import FILES, read_run
from pipeline.version import VERSION

ROOT = Path(__file__).resolve().parents[1]
PAPER = "甲药止痛。\n另一句。"


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every command gets a fake house, works in this process, and stands in an empty folder with a cache of its own."""
    monkeypatch.setattr(cli.shell, "build", lambda _lexicon: FakeHouse())
    monkeypatch.setattr(job, "engine_of", lambda _job, settings, keys: Serial(FakeWorker(settings, keys)))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    monkeypatch.chdir(tmp_path)


def call(*args: str) -> Result:
    """The command with these arguments."""
    return CliRunner().invoke(cli.app, list(args))


def write(folder: Path, **texts: str) -> Path:
    """A folder of papers."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def error_line(result: Result) -> str:
    """What standard error says, if it is one line."""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("error: ")
    return lines[0]


# run


def test_run_writes_where_the_first_path_says(tmp_path: Path) -> None:
    """Without --out the run goes to runs/<name of the first path>, and the summary counts what is in it."""
    write(tmp_path / "papers", a=PAPER, b="痛。")
    result = call("run", "papers")
    assert result.exit_code == 0, result.output
    back = read_run(tmp_path / "runs/papers")
    assert [d.id for d in back.documents] == ["a", "b"]
    assert back.run.counts == {
        "documents": 2, "failed": 0, "cached": 0, "pages": 0, "references": 0, "floats": 0, "glosses": 0,
        "corroborations": 0, "conflicts": 0, "mentions": 3, "claims": 1,
    }  # fmt: skip
    assert back.run.options["paths"] == ("papers",)
    assert len(back.run.knowledge["rules/triggers-zh.tsv"]) == 64
    assert "[1/2] a: 2 mentions, 1 claims" in result.stderr
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["2", "papers", "-", "1", "0", "2", "3", "1"] in [row[:8] for row in rows]
    assert ["decreases", "1", "0", "0"] in rows


@pytest.mark.parametrize(("first", "out"), [("papers/a.txt", "runs/a"), ("papers", "runs/papers"), (".", "runs/here")])
def test_default_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str, out: str) -> None:
    """A file gives its stem, a folder its name, also when it is written as a dot."""
    write(tmp_path / "here/papers", a=PAPER)
    monkeypatch.chdir(tmp_path / "here")
    assert job.default_out(first) == out


def test_one_bad_paper_among_good_ones(tmp_path: Path) -> None:
    """What cannot be read, is of no kind we read, or meets a bug is a failure record; the others finish: exit 4."""
    write(tmp_path / "papers", a=PAPER, b="broken", c="crash", d=PAPER)
    (tmp_path / "e.docx").write_bytes(b"PK")
    result = call("run", "papers", "e.docx", "--out", "run")
    assert result.exit_code == 4
    back = read_run(tmp_path / "run")
    assert [d.status for d in back.documents] == ["ok", "failed", "failed", "ok", "failed"]
    assert list(back.texts) == ["a", "d"]
    assert [(f.path, f.stage, f.error) for f in back.failures] == [
        ("papers/b.txt", "read", "BrokenInput"),
        ("papers/c.txt", "tag", "RuntimeError"),
        ("e.docx", "read", "UnsupportedInput"),
    ]
    assert back.failures == back.run.failures
    assert all(f.message and "\n" not in f.message for f in back.failures)
    assert "[2/5] failed: papers/b.txt: ends in the middle; get it again (BrokenInput in read)" in result.stderr
    assert "Traceback" not in result.output + result.stderr


def test_debug_shows_the_trace_of_a_paper() -> None:
    """With --debug, before the command or behind it, the trace of a bug in a paper is shown; the run still finishes."""
    write(Path("papers"), c="crash")
    for args in (("--debug", "run", "papers"), ("run", "papers", "--debug")):
        result = call(*args)
        assert result.exit_code == 4
        assert "RuntimeError: the tagger" in result.stderr
        assert "Traceback" in result.stderr


def test_interrupt_keeps_what_is_done() -> None:
    """A Ctrl-C in the second paper leaves the first in a run folder that says so: exit 130."""
    write(Path("papers"), a=PAPER, b="stop", c=PAPER)
    result = call("run", "papers", "--out", "run")
    assert result.exit_code == 130
    back = read_run("run")
    assert list(back.texts) == ["a"]
    assert len(back.claims) == 1
    assert back.run.state == "interrupted"


def test_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two runs, their inputs in another order, differ in nothing but run.json."""
    write(tmp_path / "p", a=PAPER, b="药痛")
    call("run", "p/a.txt", "p/b.txt", "--out", "one")
    call("run", "p/b.txt", "p/a.txt", "--out", "two")
    for name in [*FILES, "texts/a.txt", "texts/b.txt"]:
        if name != "run.json":
            assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def older(out: Path) -> None:
    """A run folder of an older version."""
    out.mkdir()
    (out / "run.json").write_text('{"format": 0, "version": "0.0.1"}')


def test_a_run_over_an_older_versions(tmp_path: Path) -> None:
    """An output folder from an older version is written anew."""
    write(tmp_path / "papers", a=PAPER)
    older(tmp_path / "out")
    assert call("run", "papers", "--out", "out").exit_code == 0
    assert read_run(tmp_path / "out").run.version == VERSION


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ("run nowhere", "nowhere: no such file or folder"),
        ("run papers nowhere", "nowhere: no such file or folder"),
        ("run empty", "empty: nothing to read"),
        ("run papers --out papers", "not empty and no run folder"),
        ("run papers --out papers/a.txt", "a file stands there"),
        ("run papers --out papers/a.txt/run", "cannot be written"),
        ("run papers --out /proc/run", "cannot be written"),
        ("eval papers papers", "no gold in it"),
        ("eval papers gold", "no run folder"),
        ("eval nowhere gold", "no run folder"),
        ("eval run nowhere", "nowhere: no such gold"),
        ("eval run gold --fail-under claim", "is not of the form claim=0.5"),
        ("eval run gold --fail-under clam=1", "no figure 'clam'"),
        ("eval run gold --split dev", "split.json: no such file"),
        ("inspect nowhere", "nowhere: no such file or folder"),
        ("inspect papers", "inspect takes one file"),
        ("inspect papers/a.txt --find 无此", "in no sentence"),
        ("inspect papers/a.txt --sentence 2", "sentences 0 to 1"),
        ("inspect papers/a.txt --sentence 1 --find 药", "give one of them"),
        ("schema tables", "no such record"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(tmp_path: Path, args: str, says: str) -> None:
    """Each kind of wrong usage says what is wrong in one line on standard error, and exits with 2."""
    write(tmp_path / "papers", a=PAPER)
    (tmp_path / "empty").mkdir()
    write_gold(tmp_path / "gold")
    call("run", "papers", "--out", "run")
    result = call(*args.split())
    assert result.exit_code == 2, result.output
    assert says in error_line(result)
    assert result.stdout == ""


def test_a_name_with_a_line_end_is_still_one_line() -> None:
    """A path that holds a line end does not break the error's line."""
    assert error_line(call("run", "no\nwhere")) == "error: no where: no such file or folder"


def test_an_unreadable_file_to_inspect_is_an_input_error() -> None:
    """Inspect on a file that cannot be read says the reader's line, with the code of a failed input."""
    write(Path("papers"), b="broken")
    Path("papers/b.txt").write_text(" ")
    result = call("inspect", "papers/b.txt")
    assert result.exit_code == 4
    assert "the file is empty" in error_line(result)


def test_a_bug_outside_papers_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody foresaw is told as a bug in one line: exit 1; --debug shows its trace."""
    write(Path("papers"), a=PAPER)

    def fall_over(*_: object) -> None:
        raise ZeroDivisionError("oh\nno")

    monkeypatch.setattr(job, "gather", fall_over)
    result = call("run", "papers")
    assert result.exit_code == 1
    assert "ZeroDivisionError: oh no; this is a bug: run with --debug" in error_line(result)
    assert "Traceback" in call("run", "papers", "--debug").stderr


def test_all_faults_of_data_are_printed() -> None:
    """Faults of gold come a line each: exit 2."""
    write(Path("papers"), a=PAPER)
    call("run", "papers", "--out", "run")
    Path("gold").mkdir()
    Path("gold/a.jsonl").write_text("{}\nno json\n")
    result = call("eval", "run", "gold")
    assert result.exit_code == 2
    assert [line.split(":")[:3] for line in result.stderr.splitlines()] == [
        ["error", f" {Path('gold/a.jsonl')}", str(n)] for n in (1, 2)
    ]


# eval


def write_gold(folder: Path) -> Path:
    """Gold for the paper: the claim that the fake house finds, and one that it does not."""
    folder.mkdir()
    mentions = [
        {"id": "m1", "text": "甲药", "type": "compound", "start": 0, "end": 2},
        {"id": "m2", "text": "痛", "type": "effect", "start": 3, "end": 4},
    ]
    claim = {
        "subject": "m1", "subject_text": "甲药", "subject_implicit": False, "relation": "decreases", "object": "m2",
        "object_text": "痛", "trigger": "止", "negated": False, "certainty": "asserted", "via": [], "citations": [],
        "model": [],
    }  # fmt: skip
    line = {"doc": "a", "id": "S1", "text": "甲药止痛。", "lang": "zh", "mentions": mentions}
    (folder / "a.jsonl").write_bytes(orjson.dumps({**line, "claims": [claim, {**claim, "relation": "treats"}]}))
    return folder


@pytest.fixture
def scored(tmp_path: Path) -> None:
    """A run and its gold."""
    write(tmp_path / "papers", a=PAPER)
    write_gold(tmp_path / "gold")
    assert call("run", "papers", "--out", "run").exit_code == 0


@pytest.mark.usefixtures("scored")
def test_eval_prints_figures() -> None:
    """The table has the figures of mentions and claims, by type, relation and document."""
    result = call("eval", "run", "gold")
    assert result.exit_code == 0
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["mention", "1.000", "1.000", "1.000", "2", "2", "2"] in rows
    assert ["claim", "1.000", "0.500", "0.667", "1", "1", "2"] in rows
    assert ["treats", "0.000", "0.000", "0.000", "0", "0", "1"] in rows
    assert ["a", "1.000", "1.000", "1.000", "0.500", "1.000", "0.500", "0.667", "0.667"] in rows


@pytest.mark.usefixtures("scored")
def test_eval_json_is_nothing_but_json() -> None:
    """Standard output is one JSON object, also with errors listed; warnings go to standard error."""
    extra = Path("gold/zz.jsonl")
    extra.write_bytes(Path("gold/a.jsonl").read_bytes().replace(b'"doc":"a"', b'"doc":"zz"'))
    result = call("eval", "run", "gold", "--json", "--errors")
    figures = orjson.loads(result.stdout)
    assert figures["claim"] == {"p": 1.0, "r": 0.25, "f1": 0.4, "tp": 1, "system": 1, "gold": 4}
    assert figures["documents"]["a"]["claim"]["tp"] == 1
    assert {e["kind"] for e in figures["errors"]} == {"miss"}
    assert "warning: zz: not in the run" in result.stderr


@pytest.mark.usefixtures("scored")
@pytest.mark.parametrize(("args", "listed"), [(["--errors"], 1), (["--errors", "1"], 1), (["--errors", "0"], 0)])
def test_eval_lists_errors(args: list[str], listed: int) -> None:
    """--errors lists misses and extras with their sentence, all or the first N; it may stand before the run as well."""
    for order in (["run", "gold", *args], [*args, "run", "gold"]):
        result = call("eval", *order)
        assert result.exit_code == 0, result.stderr
        assert result.stdout.count("miss  甲药 -treats-> 痛") == listed
        assert result.stdout.count("a S1: 甲药止痛。") == listed


@pytest.mark.usefixtures("scored")
def test_eval_on_gold_mentions() -> None:
    """Claims are found between the gold's mentions, whatever the run found, and the output says that they are."""
    gold = Path("gold/a.jsonl")
    line = orjson.loads(gold.read_bytes())
    line["mentions"][1] |= {"text": "止痛", "start": 2}
    line["claims"] = [{**line["claims"][0], "object_text": "止痛"}]
    gold.write_bytes(orjson.dumps(line))
    plain, shown = call("eval", "run", "gold"), call("eval", "run", "gold", "--gold-mentions", "--errors")
    assert ["claim,", "strict", "0.000", "0.000", "0.000", "0", "1", "1"] in map(str.split, plain.stdout.splitlines())
    assert ["claim,", "strict", "1.000", "1.000", "1.000", "1", "1", "1"] in map(str.split, shown.stdout.splitlines())
    assert shown.stdout.startswith("Oracle")
    assert "Oracle" not in plain.stdout
    figures = orjson.loads(call("eval", "run", "gold", "--gold-mentions", "--json").stdout)
    assert (figures["gold_mentions"], figures["claim_strict"]["f1"]) == (True, 1.0)


@pytest.mark.usefixtures("scored")
def test_eval_on_gold_mentions_passes_over_papers_that_failed() -> None:
    """A document without a text counts as missed, with gold mentions as without."""
    Path("gold/zz.jsonl").write_bytes(Path("gold/a.jsonl").read_bytes().replace(b'"doc":"a"', b'"doc":"zz"'))
    result = call("eval", "run", "gold", "--gold-mentions", "--json")
    assert orjson.loads(result.stdout)["mention"]["gold"] == 4
    assert "warning: zz: not in the run" in result.stderr


@pytest.mark.usefixtures("scored")
def test_fail_under() -> None:
    """A missed threshold is told after the table: exit 3; a met one is not."""
    missed = call("eval", "run", "gold", "--fail-under", "claim=0.7,mention=0.5")
    assert missed.exit_code == 3
    assert error_line(missed) == "error: claim F1 0.667 is under 0.7"
    assert "Figures" in missed.stdout
    assert call("eval", "run", "gold", "--fail-under", "claim=0.6").exit_code == 0


# inspect, schema, and the shell itself


def test_inspect() -> None:
    """Without a choice sentences are listed; --find shows the first that holds the text, --sentence that number's."""
    write(Path("papers"), a="甲药止痛。\n另一句。\n又止 痛。")
    listed = call("inspect", "papers/a.txt")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["0", "1", "2"]
    found = call("inspect", "papers/a.txt", "--find", "止痛")
    assert "甲药止痛。" in found.stdout
    assert "no object after it" in found.stdout
    assert "also found in 2" in found.stdout
    assert "另一句。" in call("inspect", "papers/a.txt", "--sentence", "1").stdout


def test_schema() -> None:
    """All schemas come as one JSON object by file name; one can be asked for by file, stem or record."""
    assert list(orjson.loads(call("schema").stdout)) == list(FILES)
    for name in ("claims", "claims.jsonl", "Claim"):
        assert orjson.loads(call("schema", name).stdout)["title"] == "Claim"


def test_version_and_help() -> None:
    """--version says the version; --help names every command."""
    assert call("--version").stdout == f"pipeline {VERSION}\n"
    shown = call("--help").stdout
    assert all(command in shown for command in ("run", "eval", "inspect", "schema"))


def test_help_imports_nothing_heavy() -> None:
    """Asking for help must not wait for spaCy, jieba, pdfplumber, rapidfuzz or opencc."""
    code = (
        "import sys; sys.argv = ['pipeline', '--help']; from pipeline.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'spacy', 'jieba', 'pdfplumber', 'rapidfuzz', 'opencc'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_module_and_a_poor_terminal() -> None:
    """`python -m pipeline` works, and a terminal of another encoding gets escapes, not a crash."""
    env = {**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONPATH": str(ROOT)}
    write(Path("药"), b="x")
    command = [sys.executable, "-m", "pipeline", "run", "药/none"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "error: \\u836f/none: no such file or folder\n")


@pytest.mark.parametrize(("text", "found"), [(None, {}), ("claim=0.5, mention=0.8", {"claim": 0.5, "mention": 0.8})])
def test_thresholds(text: str | None, found: dict[str, float]) -> None:
    """Thresholds are figure=value, joined by commas."""
    assert cli.scores.thresholds(text) == found


def test_no_threshold_in_the_option() -> None:
    """An option that is there and empty is a slip, not a pass."""
    with pytest.raises(UsageError):
        cli.scores.thresholds(" ")
