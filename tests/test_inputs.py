"""From paths to inputs: what is taken, what is refused, and the ids."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.inputs import MAX_ID_BYTES, document_ids, gather, shown


def touch(*paths: Path) -> None:
    """Make these files, and the folders that they stand in."""
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def test_a_run_that_was_killed_early_is_no_folder_of_papers(tmp_path: Path) -> None:
    """Texts that a run put in place before it was killed are not taken for papers."""
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "runs/b/texts").mkdir(parents=True)
    (tmp_path / "runs/b/run.json").write_text("{}")
    (tmp_path / "runs/b/texts/a.txt").write_text("x")
    assert [i.id for i in gather([tmp_path])] == ["a"]


def test_folders_give_pdf_and_text_only(tmp_path: Path) -> None:
    """A folder is searched deep; other kinds, Markdown and hidden files in it are passed over without a word."""
    taken = [tmp_path / "b.PDF", tmp_path / "sub/deep/a.txt"]
    hidden = [tmp_path / ".a.pdf", tmp_path / ".git/x.txt"]
    touch(*taken, *hidden, tmp_path / "README.md", tmp_path / "c.docx", tmp_path / "d")
    assert {i.path for i in gather([tmp_path])} == set(taken)


def test_named_files_are_taken_whatever_they_are(tmp_path: Path) -> None:
    """Markdown is read when it is named; another kind is marked as not readable, and the run makes a failure of it."""
    touch(tmp_path / "a.md", tmp_path / "b.docx")
    assert [(i.id, i.readable) for i in gather([tmp_path / "b.docx", tmp_path / "a.md"])] == [("a", True), ("b", False)]


def test_a_file_given_twice_counts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file named, found in its folder and named by another way is one input, with the path that came first."""
    touch(tmp_path / "in/a.pdf")
    monkeypatch.chdir(tmp_path)
    found = gather([Path("in/a.pdf"), Path("in"), tmp_path / "in/a.pdf", Path("in/../in")])
    assert [i.shown for i in found] == ["in/a.pdf"]


def test_run_folders_are_not_read(tmp_path: Path) -> None:
    """The texts that a run wrote are no papers, so a run into a folder of its own input can be made again."""
    touch(tmp_path / "a.pdf", *(tmp_path / "runs/x" / n for n in ("run.json", "documents.jsonl", "texts/a.txt")))
    assert [i.path for i in gather([tmp_path])] == [tmp_path / "a.pdf"]


@pytest.mark.parametrize("name", ["nowhere", "nowhere.pdf", "empty", "dangling.pdf"])
def test_nothing_to_read_is_a_usage_error(tmp_path: Path, name: str) -> None:
    """A path that does not exist, a folder without papers and a dead link are told at once, by name."""
    (tmp_path / "empty").mkdir()
    touch(tmp_path / "empty/c.docx")
    (tmp_path / "dangling.pdf").symlink_to(tmp_path / "gone")
    with pytest.raises(UsageError, match=name) as caught:
        gather([tmp_path / name])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("paths", "ids"),
    [
        ("/p/alc.pdf /p/alc.txt", "alc alc.txt"),
        ("/p/alc.md /p/alc.txt", "alc.md alc"),
        ("/p/alc.pdf /p/alc.docx", "alc alc.docx"),
        ("/a/x.pdf /b/x.pdf", "a-x b-x"),
        ("/a/x.pdf /b/x.pdf /b/x.txt", "a-x b-x x.txt"),
        ("/a/x.pdf /b/x.pdf /a-x.pdf", "a-x-1 b-x a-x"),
        ("/1/a/x.pdf /2/a/x.pdf", "a-x-1 a-x-2"),
        ("/p/X.pdf /q/x.pdf", "p-X q-x"),
        ("/p/ALC综述.pdf", "ALC综述"),
        ("/p/...pdf", "_"),
        ("/p/a:b?.pdf", "a_b_"),
    ],
)
def test_ids(paths: str, ids: str) -> None:
    """The PDF keeps the stem, another kind adds its suffix, twins take their folder's name, and then a number."""
    given_ = paths.split()
    assert document_ids(given_) == dict(zip(given_, ids.split(), strict=True))


def test_names_that_are_no_utf8_can_be_written(tmp_path: Path) -> None:
    """A file named in GBK bytes gets an id and a shown path that UTF-8 can hold."""
    name = os.fsdecode("综述.txt".encode("gbk"))
    touch(tmp_path / name)
    (found,) = gather([tmp_path])
    assert found.id.encode()
    assert shown(found.path).encode()


file_names = st.tuples(
    st.sampled_from(["/p", "/p/q", "/q"]),
    st.text(st.sampled_from("aAé药.-/\x00\udcbf "), min_size=1, max_size=4).map(lambda s: s.replace("/", "")),
    st.sampled_from([".pdf", ".txt", ".docx", ""]),
).map(lambda parts: f"{parts[0]}/x{parts[1]}{parts[2]}")


@given(st.lists(file_names, unique=True, max_size=8), st.randoms())
def test_ids_are_unique_safe_and_the_same_in_any_order(paths: list[str], rng: object) -> None:
    """Any files get ids that no file system takes for one, and their order does not matter."""
    ids = document_ids(paths)
    assert len({i.casefold() for i in ids.values()}) == len(paths)
    assert all(i and not i.startswith(".") and "/" not in i and "\x00" not in i and i.encode() for i in ids.values())
    shuffled = list(paths)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert document_ids(shuffled) == ids


def test_long_names_leave_room(tmp_path: Path) -> None:
    """The id of a file whose name fills the file system's limit can still be a file name with a suffix."""
    touch(tmp_path / ("药" * 83 + ".pdf"))
    (found,) = gather([tmp_path])
    assert len(found.id.encode()) <= MAX_ID_BYTES
