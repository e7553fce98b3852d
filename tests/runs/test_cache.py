"""The cache: what is put in comes out, and what is not whole, or not ours, counts as not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cache import KINDS, STALE_SECONDS, Cache, default_folder
from pipeline.errors import UsageError

KEY = "ab" * 32
OTHER = "cd" * 32


def entry(cache: Cache) -> Path:
    """The file of the one entry."""
    (found,) = (path for path in cache.folder.rglob("*") if path.is_file())
    return found


def test_what_is_put_in_comes_out(tmp_path: Path) -> None:
    """By kind and key; an empty body too."""
    cache = Cache(tmp_path / "cache")
    assert cache.get("read", KEY) is None
    cache.put("read", KEY, b"one\ntwo")
    cache.put("tag", KEY, b"")
    assert (cache.get("read", KEY), cache.get("tag", KEY), cache.get("claims", KEY)) == (b"one\ntwo", b"", None)
    assert cache.has("read", KEY)
    assert not cache.has("read", OTHER)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    """A cache with one entry."""
    cache = Cache(tmp_path_factory.mktemp("cache"))
    cache.put("read", KEY, '{"text": "甲药"}'.encode())
    return cache


@given(at=st.integers(0, 400), byte=st.integers(0, 255))
def test_a_changed_byte_is_seen(one: Cache, at: int, byte: int) -> None:
    """Whichever byte of an entry is another, it is not there."""
    path = entry(one)
    whole = path.read_bytes()
    at %= len(whole)
    path.write_bytes(whole[:at] + bytes([byte]) + whole[at + 1 :])
    try:
        assert (one.get("read", KEY) is None) == (byte != whole[at])
    finally:
        path.write_bytes(whole)


@given(length=st.integers(0, 400))
def test_a_torn_entry_is_not_there(one: Cache, length: int) -> None:
    """An entry that was cut short, or that has more than it should, is not there."""
    path = entry(one)
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[: length % len(whole)])
        assert one.get("read", KEY) is None
        path.write_bytes(whole + b"x")
        assert one.get("read", KEY) is None
    finally:
        path.write_bytes(whole)


def test_a_foreign_entry_is_not_there(tmp_path: Path) -> None:
    """An entry under another's name, or of another kind, is not taken for it."""
    cache = Cache(tmp_path)
    cache.put("read", KEY, b"{}")
    whole = entry(cache).read_bytes()
    for kind, key in (("read", OTHER), ("tag", KEY)):
        place = tmp_path / kind / key[:2] / key
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(whole)
    assert cache.get("read", OTHER) is None
    assert cache.get("tag", KEY) is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_told_once(tmp_path: Path) -> None:
    """Where nothing can be written nothing is kept, nothing raised, and the reason is there to be told."""
    tmp_path.chmod(0o500)
    cache = Cache(tmp_path / "cache")
    cache.put("read", KEY, b"{}")
    assert "nothing is kept for later runs (Permission denied)" in cache.trouble


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    """The same where a file stands in the way."""
    (tmp_path / "file").write_text("x")
    cache = Cache(tmp_path / "file/cache")
    cache.put("read", KEY, b"{}")
    assert "nothing is kept for later runs" in cache.trouble
    assert cache.get("read", KEY) is None


def test_size_and_clear(tmp_path: Path) -> None:
    """Entries are counted by kind; clearing removes them and leaves what is not ours."""
    cache = Cache(tmp_path)
    for kind in KINDS:
        cache.put(kind, KEY, b"12345")
    cache.put("read", OTHER, b"1")
    mine = [tmp_path / name for name in ("notes.txt", "new/thesis.docx", "claims/invoice.txt", "read/ab/x")]
    for path in mine:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
    os.utime(mine[1], (0, 0))
    cache.tidy()
    assert {kind: filled.entries for kind, filled in cache.size().items()} == {"read": 2, "tag": 1, "claims": 1}
    bytes_before = sum(filled.bytes for filled in cache.size().values())
    assert cache.clear() == (4, bytes_before)
    assert cache.size()["read"].entries == 0
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(mine)
    cache.put("read", KEY, b"again")
    assert cache.get("read", KEY) == b"again"


def test_what_a_killed_writer_left_is_tidied(tmp_path: Path) -> None:
    """Half-written entries go when they are old; a young one may be a living writer's."""
    new = tmp_path / "new"
    new.mkdir()
    for name, age in ((f"{KEY}.1", 2 * STALE_SECONDS), (f"{OTHER}.2", 0.0)):
        (new / name).write_text("x")
        at = (new / name).stat().st_mtime - age
        os.utime(new / name, (at, at))
    Cache(tmp_path).tidy()
    assert [path.name for path in new.iterdir()] == [f"{OTHER}.2"]


def test_default_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's cache, where the system says it is; a relative path there counts for nothing, as its standard says."""
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert default_folder() == Path("/somewhere/claim-pipeline")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert default_folder() == Path.home() / ".cache/claim-pipeline"
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    with pytest.raises(UsageError, match="--no-cache"):
        default_folder()
