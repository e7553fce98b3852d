"""`annotate export`, `import` and `check`, as a curator calls them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from pipeline.annotate import FORMATS
from pipeline.cli import app

ROOT = Path(__file__).resolve().parents[2]
GOLD = ROOT / "annotations"


def call(*args: object) -> tuple[int, str, str]:
    """The exit code of a command, and what it printed to standard output and standard error."""
    done = CliRunner().invoke(app, [str(a) for a in args])
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.parametrize("tool", FORMATS)
def test_there_and_back(tool: str, tmp_path: Path) -> None:
    """Gold goes to a tool and comes back into a folder, with a word on what to do, and on what was changed."""
    if tool == "inception":
        pytest.importorskip("cassis")
    marks, gold = tmp_path / "marks", tmp_path / "gold"
    code, said, _ = call(
        "annotate", "export", GOLD, "--to", tool, "--out", marks, "--doc", "curcumin", "--doc", "melatonin"
    )
    assert (code, said.splitlines()[0]) == (0, f"2 papers, 368 mentions, 162 claims: {tool} files in {marks}")
    code, said, err = call("annotate", "import", marks, "--out", gold, "--against", GOLD)
    same = (
        "mentions {} as they were, 0 changed, 0 added, 0 removed; claims {} as they were, 0 changed, 0 added, 0 removed"
    )
    assert (code, err) == (0, "")
    assert said.splitlines() == [
        f"2 papers, 128 sentences, 368 mentions, 162 claims: gold in {gold}",
        "curcumin: " + same.format(211, 95),
        "melatonin: " + same.format(157, 67),
        "in all: " + same.format(368, 162),
    ]
    for doc in ("curcumin", "melatonin"):
        assert (gold / f"{doc}.jsonl").read_bytes() == (GOLD / f"{doc}.jsonl").read_bytes()
        aliases = [orjson.loads((at / f"{doc}.aliases.json").read_bytes()) for at in (gold, GOLD)]
        assert aliases[0] == aliases[1]


def test_corrections_are_not_written_over(tmp_path: Path) -> None:
    """A second export finds what the first wrote, and leaves alone what an annotator changed."""
    args = ("annotate", "export", GOLD / "curcumin.jsonl", "--to", "brat", "--out", tmp_path)
    assert call(*args)[0] == 0
    assert call(*args)[0] == 0
    ann = tmp_path / "curcumin.ann"
    ann.write_text(ann.read_text(encoding="utf-8") + "T9999\tcompound 0 3\t姜黄素\n", encoding="utf-8")
    before = ann.read_bytes()
    code, _, err = call(*args)
    assert code == 2
    assert err == f"error: {ann}: there already, with other content; give another --out, or move it away\n"
    assert ann.read_bytes() == before


def test_faults_stop_the_import(tmp_path: Path) -> None:
    """All that can be no gold is told, a line each, and no file is written."""
    call("annotate", "export", GOLD / "curcumin.jsonl", "--to", "brat", "--out", tmp_path / "marks")
    ann = tmp_path / "marks" / "curcumin.ann"
    lines = ann.read_text(encoding="utf-8").count("\n")
    ann.write_text(ann.read_text(encoding="utf-8") + "T9998\tdrug 0 1\t姜\nT9999\tdose 0 1\t姜\n", encoding="utf-8")
    code, _, err = call("annotate", "import", tmp_path / "marks", "--out", tmp_path / "gold")
    assert code == 2
    assert [line.split(": no type")[0] for line in err.splitlines()] == [
        f"error: {ann}:{lines + 1}", f"error: {ann}:{lines + 2}",
    ]  # fmt: skip
    assert not (tmp_path / "gold").exists()


def test_an_id_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A document id is a file's name, whoever wrote the file."""
    call("annotate", "export", GOLD / "curcumin.jsonl", "--to", "label-studio", "--out", tmp_path)
    file = tmp_path / "tasks.json"
    file.write_bytes(file.read_bytes().replace(b'"doc": "curcumin"', b'"doc": "../curcumin"'))
    code, _, err = call("annotate", "import", tmp_path, "--out", tmp_path / "gold")
    assert (code, "cannot be a file name" in err) == (2, True)
    assert not (tmp_path / "curcumin.jsonl").exists()


def test_check_tells_faults_and_doubts(tmp_path: Path) -> None:
    """Good gold exits 0; a broken rule exits 1, with file, line, sentence and reason."""
    assert call("annotate", "check", GOLD / "curcumin.jsonl") == (0, "0 faults, 0 notes\n", "")
    bad = tmp_path / "curcumin.jsonl"
    shutil.copy(GOLD / "curcumin.jsonl", bad)
    text = bad.read_text(encoding="utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if '"trigger"' in row)
    sentence = orjson.loads(text.splitlines()[line - 1])
    trigger = sentence["claims"][0]["trigger"]
    bad.write_text(text.replace(f'"trigger": "{trigger}"', '"trigger": "无此词"', 1), encoding="utf-8")
    code, said, _ = call("annotate", "check", bad)
    assert code == 1
    assert said.splitlines()[0].startswith(f"{bad}:{line}: {sentence['id']}: claim 1, ")
    assert said.splitlines()[-1] == "1 fault, 0 notes"


def test_import_tells_what_breaks_a_rule(tmp_path: Path) -> None:
    """New gold that breaks the guidelines is written, and each breach is a warning."""
    call("annotate", "export", GOLD / "curcumin.jsonl", "--to", "brat", "--out", tmp_path / "marks")
    ann = tmp_path / "marks" / "curcumin.ann"
    text = ann.read_text(encoding="utf-8")
    first = next(row for row in text.splitlines() if row.startswith("E"))
    ann.write_text(text + first.replace("E1\t", "E999\t", 1) + "\n", encoding="utf-8")
    code, _, err = call("annotate", "import", tmp_path / "marks", "--out", tmp_path / "gold")
    assert code == 0
    assert err.startswith(f"warning: {tmp_path}/gold/curcumin.jsonl:")
    assert "they are one (2.11)" in err


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("export", "{gold}", "--to", "word", "--out", "{tmp}/x"), "no annotation format 'word'"),
        (("export", "{gold}", "--to", "brat", "--out", "{tmp}/x", "--doc", "no"), "--doc no: no paper of"),
        (("export", "{tmp}", "--to", "brat", "--out", "{tmp}/x"), "no run folder"),
        (("import", "{tmp}", "--out", "{tmp}/x"), "nothing to import"),
        (("import", "{tmp}", "--out", "{tmp}/x", "--from", "word"), "no annotation format 'word'"),
        (("check", "{tmp}"), "no gold in it"),
        (("export", "{gold}", "--to", "brat", "--out", "s3://bucket/marks"), "a URL, and this is written"),
        (("check", "{long}"), "cannot be read (File name too long)"),
        (("import", "{long}", "--out", "{tmp}/x"), "cannot be read (File name too long)"),
        (("export", "{gold}", "--to", "brat", "--out", "{long}"), "cannot be read (File name too long)"),
    ],
)
def test_mistakes_are_one_line(args: tuple[str, ...], told: str, tmp_path: Path) -> None:
    """A wrong call exits 2 with one line that says what is wrong."""
    code, _, err = call("annotate", *(a.format(gold=GOLD, tmp=tmp_path, long="a" * 300) for a in args))
    assert (code, err.count("\n")) == (2, 1)
    assert told in err


def test_a_missing_extra_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without dkpro-cassis INCEpTION's format says what to install; the other tools need nothing."""
    monkeypatch.setitem(sys.modules, "cassis", None)
    monkeypatch.delitem(sys.modules, "pipeline.annotate.inception", raising=False)
    monkeypatch.delattr("pipeline.annotate.inception", raising=False)
    code, _, err = call("annotate", "export", GOLD, "--to", "inception", "--out", tmp_path / "x")
    assert (code, err) == (
        2, "error: INCEpTION's format needs dkpro-cassis: pip install 'claim-pipeline[annotate]'\n",
    )  # fmt: skip
    assert call("annotate", "export", GOLD, "--to", "brat", "--out", tmp_path / "y")[0] == 0


def test_papers_that_were_not_exported_are_not_counted(tmp_path: Path) -> None:
    """What `--against` does not have is named, rather than left out of the counts without a word."""
    call("annotate", "export", GOLD / "melatonin.jsonl", "--to", "brat", "--out", tmp_path / "marks")
    other = GOLD / "acetyl-l-carnitine.jsonl"
    code, said, err = call("annotate", "import", tmp_path / "marks", "--out", tmp_path / "gold", "--against", other)
    assert code == 0
    assert err == f"warning: melatonin: not in {other}; its corrections are not counted\n"
    assert len(said.splitlines()) == 1
