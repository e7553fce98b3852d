"""Nothing in a paper or in its name reaches a shell, a place outside the run folder, a terminal, or the network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from builders import FakeWorker
from typer.testing import CliRunner

from pipeline import cli, console, job
from pipeline.engine.serial import Serial
from pipeline.places import fetch
from pipeline.store import read_run

ROOT = Path(__file__).resolve().parents[2]
NAMES = [
    "$(touch pwned).txt", "`touch pwned`.txt", "; touch pwned #.txt", "| sh.txt", "-rf.txt", "--out.txt", "..txt",
    "...txt", "a\nb.txt", "\x1b[31mred\x1b[0m.txt", "\x9bred.txt", "{{7*7}}.txt", "<script>alert(1)<script>.txt",
    "%s%n.txt", "con.txt", "药 (1).txt", "~doc~.txt", "\u202egnp.txt",
]  # fmt: skip


def files(folder: Path) -> set[str]:
    """The names of all files under a folder."""
    return {str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file()}


def test_names_are_only_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers with the names of an attack are worked as any; nothing is written but the run and the cache."""
    monkeypatch.setattr(job, "engine_of", lambda _job, settings, keys: Serial(FakeWorker(settings, keys)))
    monkeypatch.chdir(tmp_path)
    papers = tmp_path / "papers"
    papers.mkdir()
    for n, name in enumerate(NAMES):
        (papers / name).write_text(f"药止痛{n}\x1b[2J")
    before = files(tmp_path)
    result = CliRunner().invoke(cli.app, ["run", "papers", "--out", "run", "--cache", "cache"])
    assert result.exit_code == 0, result.output
    assert not [c for c in result.output if c < " " and c != "\n"]
    assert "\x9b" not in result.output
    back = read_run(tmp_path / "run")
    visible = [n for n in NAMES if not n.startswith(".")]
    assert len(back.documents) == len(visible)
    new = {name.partition("/")[0] for name in files(tmp_path) - before}
    assert new == {"run", "cache"}
    texts = {p.name for p in (tmp_path / "run/texts").iterdir()}
    assert texts == {f"{d.id}.txt" for d in back.documents}


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe in a folder of papers is a failure, not a wait for ever."""
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(OSError, match="not a regular file"):
        fetch(str(tmp_path / "a.txt"))


def test_a_document_id_that_leads_out_of_the_folder(tmp_path: Path) -> None:
    """A run folder from somebody else cannot make us read, or a rerun remove, what is not in it."""
    run = tmp_path / "run"
    (run / "texts").mkdir(parents=True)
    (run / "run.json").write_text('{"version": "0.0.1"}')
    (tmp_path / "mine.txt").write_text("mine")
    rows = [{"id": name} for name in ("../../mine", "/etc/passwd", "..", "")]
    (run / "documents.jsonl").write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    (tmp_path / "a.txt").write_text("药止痛。")
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("fake_run.py")), "run", "a.txt", "--out", "run"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": path, "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("text", "shown"), [("a\x1b[31mb", "a\\x1b[31mb"), ("\x9b2J", "\\x9b2J"), ("药\t\n", "药\t\n")]
)
def test_a_terminal_gets_no_orders(text: str, shown: str) -> None:
    """What would move its cursor or colour it is shown as what it is."""
    assert console.safe(text) == shown


GUARD = """
import socket, sys

def refuse(*args, **kwargs):
    with open({log!r}, "a") as file:
        file.write(f"{{sys.argv}} {{args}}\\n")
    raise OSError("no network in this test")

for name in ("connect", "connect_ex", "sendto", "bind"):
    setattr(socket.socket, name, refuse)
socket.getaddrinfo = socket.create_connection = refuse
"""


def test_no_network(tmp_path: Path) -> None:
    """A whole run, reading and all, in which every process would tell of a socket that it used."""
    log = tmp_path / "sockets.txt"
    (tmp_path / "sitecustomize.py").write_text(GUARD.format(log=str(log)))
    probe = "import socket; socket.create_connection(('192.0.2.1', 9))"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]), "XDG_CACHE_HOME": str(tmp_path)}
    assert subprocess.run([sys.executable, "-c", probe], env=env, capture_output=True, check=False).returncode
    assert log.read_text()
    log.unlink()
    papers = [str(ROOT / "corpus/melatonin.pdf")]
    command = [sys.executable, "-m", "pipeline", "run", *papers, "--out", "run", "--jobs", "1"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(read_run(tmp_path / "run").claims) > 10
    assert not log.exists()
