"""Run folders: what is written, when, and what is left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import orjson
import pytest
from builders import HEAD, claim, mention, result, write_run

from pipeline.errors import DataError, OutputError, UsageError
from pipeline.inputs import gather
from pipeline.outcome import Failure, failed, outcome_of
from pipeline.records import Float, Reference, Result
from pipeline.shelf import shelf_at
from pipeline.store import FILES, read_run
from pipeline.writer import RunWriter

TEXT = "甲药止痛\u2028。\n"


def paper(doc: str) -> Result:
    """A paper with a claim, and a line end of its own within its text."""
    one, two = mention(doc, TEXT, 0, 2, "compound"), mention(doc, TEXT, 2, 5, "effect", 9)
    made = result(doc, TEXT, [one, two], [claim(TEXT, one, "increases", two)])
    entry = Reference(doc, 1, "甲某. 2020.", None, None, None)
    table = Float(doc, "table", 1, "表1", "表1 剂量", (("药", "mg"),), 2, ((1.0, 2.0, 3.0, 4.0),), (2,))
    return replace(made, paper=replace(made.paper, references=(entry,), floats=(table,)))


def files(folder: Path) -> dict[str, bytes]:
    """All files of a folder, by name, without run.json."""
    found = {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}
    return {name: data for name, data in found.items() if name != "run.json"}


def writer_at(folder: Path) -> RunWriter:
    """A writer of a run into that folder."""
    return RunWriter(shelf_at(str(folder)), HEAD)


def test_a_run_comes_back_as_it_was(tmp_path: Path) -> None:
    """What was written is read back as the same records and texts."""
    one = paper("a")
    back = read_run(write_run(tmp_path / "new/run", [one]))
    assert back.documents == (one.paper.document,)
    assert back.texts == {"a": TEXT}
    assert (back.mentions, back.claims) == (one.mentions, one.claims)
    assert (back.references, back.floats) == (one.paper.references, one.paper.floats)
    assert back.run == replace(HEAD, state="finished")


def test_a_folder_without_the_added_files_is_read(tmp_path: Path) -> None:
    """A folder that an earlier version of this format wrote lacks references and floats; a lost file is a fault."""
    run = write_run(tmp_path / "run", [paper("a")])
    (run / "references.jsonl").unlink()
    (run / "floats.jsonl").unlink()
    back = read_run(run)
    assert (back.references, back.floats) == ((), ())
    (run / "claims.jsonl").unlink()
    with pytest.raises(DataError, match=r"claims\.jsonl"):
        read_run(run)


def test_bytes_do_not_depend_on_the_order_of_papers(tmp_path: Path) -> None:
    """Papers that come in another order leave the same bytes, sorted by document id."""
    papers = [paper(doc) for doc in ("b", "a", "药")]
    one = files(write_run(tmp_path / "one", papers))
    assert one == files(write_run(tmp_path / "other", papers[::-1]))
    assert set(one) == {*FILES, *(f"texts/{d}.txt" for d in ("a", "b", "药"))} - {"run.json"}
    assert [orjson.loads(row)["id"] for row in one["documents.jsonl"].split(b"\n")[:-1]] == ["a", "b", "药"]


def test_records_are_plain_utf8_lines(tmp_path: Path) -> None:
    """Hanzi stand as they are, keys come in the order of the record, and no temporary file is left."""
    run = write_run(tmp_path / "run", [paper("a")])
    line = (run / "mentions.jsonl").read_text(encoding="utf-8").split("\n")[0]
    assert '"text":"甲药"' in line
    assert list(orjson.loads(line))[:6] == ["id", "doc", "start", "end", "text", "type"]
    assert (run / "texts/a.txt").read_bytes() == TEXT.encode()
    assert not [name for name in files(run) if name.endswith(".new")]


def test_a_failed_paper_is_in_documents_and_failures(tmp_path: Path) -> None:
    """A paper that could not be read is a document with status failed and the digest of its bytes, without a text."""
    (tmp_path / "bad.pdf").write_bytes(b"%PDF")
    (source,) = gather([tmp_path / "bad.pdf"])
    failure = Failure(source.shown, "read", "BrokenInput", "get it again")
    with writer_at(tmp_path / "run") as writer:
        writer.add("a", outcome_of(paper("a")).share)
        writer.add("bad", failed("bad", failure, sha256(b"%PDF").hexdigest()).share)
        writer.finish(replace(HEAD, state="finished", failures=(failure,)))
    back = read_run(tmp_path / "run")
    assert [(d.id, d.status, len(d.sha256)) for d in back.documents] == [("a", "ok", 64), ("bad", "failed", 64)]
    assert back.failures == (failure,)
    assert list(back.texts) == ["a"]


def test_text_that_utf8_cannot_hold_makes_no_outcome() -> None:
    """A paper with a lone surrogate is refused before anything of it is written."""
    with pytest.raises(ValueError, match="UTF-8"):
        outcome_of(result("b", "x\udc80"))


def test_an_earlier_run_is_written_anew(tmp_path: Path) -> None:
    """Texts that the earlier run names go; what it does not name, such as a user's notes, stays."""
    run = write_run(tmp_path / "run", [paper("old"), paper("both")])
    (run / "notes.md").write_text("mine")
    (run / "texts/mine.txt").write_text("mine")
    write_run(run, [paper("both"), paper("new")])
    assert {f.name for f in (run / "texts").iterdir()} == {"both.txt", "new.txt", "mine.txt"}
    assert (run / "notes.md").read_text() == "mine"
    assert [d.id for d in read_run(run).documents] == ["both", "new"]


def test_a_run_of_an_older_version_is_written_anew(tmp_path: Path) -> None:
    """An older format is one of ours if its run.json names a version; its documents may lack fields."""
    run = tmp_path / "run"
    (run / "texts").mkdir(parents=True)
    (run / "texts/gone.txt").write_text("x")
    (run / "run.json").write_text('{"version": "0.0.1"}')
    (run / "documents.jsonl").write_text('{"id": "gone"}\n{"id": "../../keep"}\nnot json\n')
    (tmp_path / "keep.txt").write_text("x")
    with pytest.raises(UsageError, match=r"0\.0\.1"):
        read_run(run)
    write_run(run, [paper("a")])
    assert list(read_run(run).texts) == ["a"]
    assert not (run / "texts/gone.txt").exists()
    assert (tmp_path / "keep.txt").exists()


def test_nothing_is_lost_until_the_new_run_is_done(tmp_path: Path) -> None:
    """A run that was opened and never finished has changed no record of the run before, and says that it is running."""
    run = write_run(tmp_path / "run", [paper("a")])
    before = files(run)
    with writer_at(run) as writer:
        writer.add("b", outcome_of(paper("b")).share)
        assert {name: data for name, data in files(run).items() if name[0] != "."} == before
        assert read_run(run).run.state == "running"
    assert files(run) == before
    assert read_run(run).run.state == "finished"


def test_what_an_interruption_cut_off_is_cut_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Ctrl-C in the midst of a paper's lines leaves nothing of that paper."""
    with writer_at(tmp_path / "run") as writer:
        writer.add("a", outcome_of(paper("a")).share)
        text = Path.write_bytes
        with monkeypatch.context() as patch:
            patch.setattr(Path, "write_bytes", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                writer.add("b", outcome_of(paper("b")).share)
        assert Path.write_bytes is text
        writer.finish(replace(HEAD, state="interrupted"))
    back = read_run(tmp_path / "run")
    assert [d.id for d in back.documents] == ["a"]
    assert files(tmp_path / "run") == files(write_run(tmp_path / "other", [paper("a")]))


def folder_of_others(path: Path) -> None:
    """A folder with something in it that no run wrote."""
    path.mkdir()
    (path / "thesis.docx").write_text("years of work")


def newer(path: Path) -> None:
    """A run of a format that is yet to come."""
    path.mkdir()
    (path / "run.json").write_text('{"format": 99, "version": "9.0"}')


def strange(path: Path) -> None:
    """A folder with a run.json that is not ours."""
    path.mkdir()
    (path / "run.json").write_text('["jogging"]')


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda p: p.write_text("x"), "a file stands there"),
        (folder_of_others, "not empty and no run folder"),
        (newer, "newer version"),
        (strange, "not empty and no run folder"),
    ],
)
def test_what_is_not_ours_is_refused_untouched(tmp_path: Path, make: object, says: str) -> None:
    """A file, another's folder and a newer run are refused in one line, and stay as they are."""
    out = tmp_path / "out"
    make(out)  # type: ignore[operator]
    before = files(tmp_path)
    with pytest.raises(OutputError, match=says) as caught:
        writer_at(out)
    assert "\n" not in str(caught.value)
    assert files(tmp_path) == before


@pytest.mark.parametrize("place", ["file/run", "/proc/run"])
def test_an_unwritable_place_is_refused_at_once(tmp_path: Path, place: str) -> None:
    """A folder that cannot be made is told when the run is opened, not when it is done."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot be written"):
        writer_at(tmp_path / place)


def test_all_faults_of_a_run_are_told_at_once(tmp_path: Path) -> None:
    """A run with a broken line, a wrong record and a lost text gives one DataError that names all three."""
    run = write_run(tmp_path / "run", [paper("a")])
    with (run / "mentions.jsonl").open("ab") as file:
        file.write(b'{"id": 3}\n{broken\n')
    (run / "texts/a.txt").unlink()
    with pytest.raises(DataError) as caught:
        read_run(run)
    told = "\n".join(caught.value.faults)
    assert "mentions.jsonl:3: id: 3 where a string belongs" in told
    assert "mentions.jsonl:4: " in told
    assert "texts/a.txt: " in told


@pytest.mark.parametrize("name", ["nowhere", "folder"])
def test_what_is_no_run_is_a_usage_error(tmp_path: Path, name: str) -> None:
    """Reading a path that holds no run says how to make one."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="pipeline run"):
        read_run(tmp_path / name)


def _without(name: str, line: int) -> Callable[[Path], None]:
    """What takes a line out of a file of a run."""

    def change(run: Path) -> None:
        lines = (run / name).read_bytes().split(b"\n")
        (run / name).write_bytes(b"\n".join(lines[:line] + lines[line + 1 :]))

    return change


def _with(name: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    """What replaces bytes in a file of a run."""

    def change(run: Path) -> None:
        (run / name).write_bytes((run / name).read_bytes().replace(old, new))

    return change


def _doubled(run: Path) -> None:
    """What writes each mention twice."""
    (run / "mentions.jsonl").write_bytes((run / "mentions.jsonl").read_bytes() * 2)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_without("mentions.jsonl", 0), "claims.jsonl: a-m0 is not in mentions.jsonl"),
        (_without("documents.jsonl", 0), "mentions.jsonl: a has no text in this run"),
        (_doubled, "mentions.jsonl: a-m0 is there twice, and 3 more"),
        (_with("claims.jsonl", b'"conflicts":[]', b'"conflicts":["a-c7"]'),
         "claims.jsonl: a-c7 is named but not there"),
        (_with("texts/a.txt", b"\xe7\x94\xb2", b"\xef\xbb\xbf\xe7\x94\xb2"),
         "texts/a.txt: a-m0 is not where it says (line ends changed, or a byte order mark added?), and 2 more"),
        (_with("claims.jsonl", b'"box_pages":null', b'"box_pages":[1]'),
         "claims.jsonl: a-c2 has not a page for each box"),
    ],
)  # fmt: skip
def test_records_that_do_not_fit_each_other(tmp_path: Path, change: Callable[[Path], None], told: str) -> None:
    """A folder that was changed, or that is of two runs, is told as that, not worked with: offsets would be wrong."""
    run = write_run(tmp_path / "run", [paper("a"), paper("b")])
    change(run)
    with pytest.raises(DataError) as e:
        read_run(run)
    assert any(fault.startswith(told) for fault in e.value.faults), e.value.faults
    assert all(fault.endswith("run the pipeline on it again") for fault in e.value.faults)
