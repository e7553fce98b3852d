"""What a run tells as it goes: the log file, loudness, the profile."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from builders import FakeWorker
from typer.testing import CliRunner, Result

from pipeline import cli, job
from pipeline.engine.serial import Serial


@pytest.fixture(autouse=True)
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two good papers and a broken one, worked by a fake house."""
    monkeypatch.setattr(job, "engine_of", lambda _job, settings, keys: Serial(FakeWorker(settings, keys)))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "papers").mkdir()
    for name, text in (("a", "药止痛"), ("b", "broken"), ("c", "药止痛痛")):
        (tmp_path / f"papers/{name}.txt").write_text(text)


def call(*args: str) -> Result:
    """`pipeline run papers` with these options."""
    return CliRunner().invoke(cli.app, ["run", "papers", "--out", "run", *args])


def events(file: str) -> list[dict[str, object]]:
    """The lines of a log."""
    return [orjson.loads(line) for line in Path(file).read_bytes().splitlines()]


def test_a_log_has_a_line_for_each_event() -> None:
    """Begin and end of the run and of each paper, with stages, seconds and what failed; a later run is appended."""
    assert call("--log-file", "logs/run.jsonl").exit_code == 4
    found = events("logs/run.jsonl")
    assert [e["event"] for e in found] == [
        "run", "begin", "stage", "stage", "stage", "stage", "done", "begin", "stage", "failed", "begin", "stage",
        "stage", "stage", "stage", "done", "finished",
    ]  # fmt: skip
    assert all(isinstance(e["time"], str) for e in found)
    done, lost, last = found[6], found[9], found[-1]
    assert (done["doc"], done["mentions"], done["claims"], done["reused"]) == ("a", 2, 1, "")
    assert set(done["seconds"]) == {"read", "segment", "tag", "claims"}  # type: ignore[call-overload]
    assert lost["failure"]["error"] == "BrokenInput"  # type: ignore[index]
    assert (last["documents"], last["cached"], last["failed"]) == (3, 0, 1)
    call("--log-file", "logs/run.jsonl")
    again = events("logs/run.jsonl")[len(found) :]
    assert [(e["event"], e.get("reused")) for e in again if e.get("doc") == "a"] == [("done", "claims")]


def test_a_log_that_cannot_be_written_is_told() -> None:
    """One line, exit 2, before any work."""
    result = call("--log-file", "papers/a.txt/log")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "--log-file" in result.stderr
    assert not Path("run").exists()


def test_loudness() -> None:
    """-q tells only what failed, -v every stage; both at once is a slip."""
    quiet = call("-q", "--force")
    assert quiet.stdout == ""
    assert quiet.stderr.count("\n") == 1
    assert "failed: papers/b.txt" in quiet.stderr
    loud = call("-v", "--force")
    assert "c: tag\nc: claims\n" in loud.stderr
    assert call("-q", "-v").exit_code == 2


def test_seconds_of_stages_are_in_the_run() -> None:
    """By stage and in all; a run that worked nothing has no stages."""
    call()
    seconds = orjson.loads(Path("run/run.json").read_bytes())["seconds"]
    assert list(seconds) == ["read", "segment", "tag", "claims", "all"]
    call()
    run = orjson.loads(Path("run/run.json").read_bytes())
    assert list(run["seconds"]) == ["all"]
    assert run["counts"]["cached"] == 2


def test_profile() -> None:
    """The slowest papers are shown with their stages."""
    shown = call("--profile", "--force").stdout
    assert "Slowest papers" in shown
    rows = [line.split() for line in shown[shown.index("Slowest papers") :].splitlines()]
    assert {"a", "c"} <= {row[0] for row in rows if len(row) == 7}
    rules = shown[shown.index("Slowest rules") :].splitlines()
    assert ["zh-svo", "0.500", "100.0%"] in [line.split() for line in rules]


def test_cache_commands() -> None:
    """Its size by stage, and its end."""
    call()
    shown = CliRunner().invoke(cli.app, ["cache", "size"])
    assert ["claims", "2"] in [line.split()[:2] for line in shown.stdout.splitlines()]
    assert CliRunner().invoke(cli.app, ["cache", "clear"]).stdout.startswith("6 entries removed")
    assert "cached" not in call().stdout


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ("--engine cloud", "no such engine (there are processes, serial, dask)"),
        ("--scheduler tcp://127.0.0.1:1", "only --engine dask has one"),
        ("--doc-timeout nan", "--doc-timeout nan: give 0 to 100000 seconds"),
        ("--page-timeout 3000000", "give 0 to 100000 seconds"),
        ("--reader eyes", "no such reader"),
        ("--segmenter scissors", "no such segmenter"),
        ("--lexicon nowhere", "nowhere: no such lexicon folder"),
    ],
)
def test_wrong_options(args: str, says: str) -> None:
    """One line, exit 2."""
    result = call(*args.split())
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert says in result.stderr
