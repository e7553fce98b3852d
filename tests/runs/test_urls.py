"""Papers and run folders behind URLs: S3 as moto plays it, and fsspec's memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import orjson
import pytest
from builders import FakeWorker
from fake_run import COMMAND
from typer.testing import CliRunner

from pipeline import cli, job
from pipeline.engine.serial import Serial
from pipeline.errors import OutputError, UsageError
from pipeline.inputs import Input, gather
from pipeline.job import Job, default_out, run_job
from pipeline.outcome import Outcome
from pipeline.places import fetch, found_under, is_url, plain, states
from pipeline.run import Summary, Watches
from pipeline.shelf import LocalShelf, shelf_at
from pipeline.store import read_run
from pipeline.urlshelf import UrlShelf
from pipeline.writer import RunWriter

ROOT = Path(__file__).resolve().parents[2]
PAPER = "甲药止痛。\n另一句。"
# What globs, URLs and shells take for something else.
NAMES = ("a b", "姜黄 综述", "c#1", "d?x=1", "e[1]", "f%20", "g::h", "i*", "j+k&l", "m{n}")


class Bucket:
    """A store of objects: `bucket` in it, all requests as `METHOD path`, and paths that are refused so many times."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application
        self.requests: list[str] = []
        self.failing: dict[str, int] = {}

    def __call__(self, environ: Mapping[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """A WSGI application in front of moto's."""
        path = str(environ["PATH_INFO"]).encode("latin-1").decode()
        self.requests.append(f"{environ['REQUEST_METHOD']} {path}")
        if self.failing.get(path, 0) > 0:
            self.failing[path] -= 1
            start("503 Slow Down", [("Content-Type", "application/xml")])
            return [b"<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"]
        return self._application(environ, start)

    def put(self, **objects: str) -> None:
        """Objects of these names."""
        for name, text in objects.items():
            self.client.put_object(Bucket="bucket", Key=name, Body=text.encode())

    def names(self, prefix: str = "") -> set[str]:
        """The names of the objects that begin so, without that."""
        found = self.client.list_objects_v2(Bucket="bucket", Prefix=prefix).get("Contents", [])
        return {entry["Key"].removeprefix(prefix) for entry in found}

    def bytes(self, prefix: str) -> dict[str, bytes]:
        """What a run folder holds, without run.json."""
        names = self.names(prefix) - {"run.json"}
        return {n: self.client.get_object(Bucket="bucket", Key=prefix + n)["Body"].read() for n in sorted(names)}

    @property
    def client(self) -> Any:
        """boto's own."""
        import boto3

        return boto3.client("s3")


@pytest.fixture(scope="module")
def store() -> Iterator[tuple[Bucket, str]]:
    """A server of S3 on this machine, and its address."""
    pytest.importorskip("s3fs", reason="the extra s3 is not installed")
    pytest.importorskip("flask_cors", reason="moto[server] is not installed")
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Silent(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log(self, *_: object) -> None:
            pass

    bucket = Bucket(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, bucket, threaded=True, request_handler=Silent)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield bucket, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def s3(store: tuple[Bucket, str], monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """An empty bucket, found as a user's is: through the environment."""
    import s3fs

    bucket, address = store
    for name, value in environment(address).items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    client = bucket.client
    if "bucket" in [b["Name"] for b in client.list_buckets()["Buckets"]]:
        for name in bucket.names():
            client.delete_object(Bucket="bucket", Key=name)
    else:
        client.create_bucket(Bucket="bucket")
    bucket.requests.clear()
    bucket.failing.clear()
    return bucket


def environment(address: str) -> dict[str, str]:
    """What a user sets who has a store of their own."""
    return {
        "AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }  # fmt: skip


@pytest.fixture
def memory() -> Iterator[Any]:
    """fsspec's files in memory, none at first."""
    fsspec = pytest.importorskip("fsspec", reason="the extra s3 is not installed")
    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pseudo_dirs[:] = [""]
    yield system
    system.store.clear()


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Runs have a fake house and reader, work in this process, and keep their cache in the test's folder."""
    monkeypatch.setattr(job, "engine_of", lambda _job, settings, keys: Serial(FakeWorker(settings, keys)))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    monkeypatch.chdir(tmp_path)


def work(*paths: str, out: str) -> Summary:
    """A run."""
    return run_job(Job(tuple(paths), out), lambda _: nullcontext(Watches(())))


def call(*args: str) -> tuple[int, str, str]:
    """A command: its exit code, and what it said on standard output and on standard error."""
    result = CliRunner().invoke(cli.app, list(args))
    return result.exit_code, result.stdout, result.stderr


def ids(*paths: str) -> list[str]:
    """The ids of the papers found there."""
    return [source.id for source in gather(paths)]


# what is a URL


def test_urls_and_paths_are_told_apart() -> None:
    """A scheme makes a URL; `file://` is a path that is written long."""
    assert [is_url(p) for p in ("s3://b/x", "S3://b", "memory://x", "a/b", "/a", "C:/x", "a:b")] == [True] * 3 + [
        False
    ] * 4
    assert not is_url("file:///a b/c")
    assert [plain(p) for p in ("file:///a b/c", "/x", "file.txt")] == ["/a b/c", "/x", "file.txt"]
    assert isinstance(shelf_at("file:///a"), LocalShelf)


@pytest.mark.parametrize(
    ("url", "out"),
    [
        ("s3://bucket/papers/", "runs/papers"),
        ("s3://bucket/papers.v2", "runs/papers.v2"),
        ("s3://bucket/papers/a.PDF", "runs/a"),
        ("s3://bucket", "runs/bucket"),
        ("s3://bucket/..", "runs/_"),
        ("s3://bucket/a:b?", "runs/a_b_"),
    ],
)
def test_a_run_without_out_is_named_for_the_url(url: str, out: str) -> None:
    """The last part of the URL, made a name that stays in `runs/`."""
    assert default_out(url) == out


def test_a_file_url_is_the_path(tmp_path: Path) -> None:
    """`file://` reads and writes what the path does."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a b.txt").write_text(PAPER)
    assert [i.place for i in gather([f"file://{tmp_path}/in/"])] == [str(tmp_path / "in/a b.txt")]
    work(f"file://{tmp_path}/in", out=f"file://{tmp_path}/run")
    assert read_run(f"file://{tmp_path}/run").texts == read_run(tmp_path / "run").texts == {"a b": PAPER}


# papers


def test_ids_behind_urls_are_those_of_files(s3: Bucket, tmp_path: Path) -> None:
    """The same names in a bucket and in a folder get the same ids, with and without the final slash."""
    names = ("a.pdf", "a.txt", "b.PDF", "sub/a.pdf", "sub/deep/c.txt", "README.md", "d.docx", ".h.txt", ".x/y.txt")
    s3.put(**{f"papers/{n}": "x" for n in names}, **{"papers2/z.txt": "x"})
    for name in names:
        (tmp_path / "papers" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "papers" / name).write_text("x")
    wanted = ids("papers")
    assert ids("s3://bucket/papers") == ids("s3://bucket/papers/") == ids("S3://bucket/papers") == wanted
    assert len(wanted) == 5


def test_names_with_marks_in_them(s3: Bucket) -> None:
    """Names that globs, URLs and shells read otherwise are found, fetched, named and written."""
    s3.put(**{f"in/{n}.txt": PAPER for n in NAMES})
    done = work("s3://bucket/in", out="s3://bucket/out [1]")
    assert (done.documents, done.failures) == (len(NAMES), ())
    run = read_run("s3://bucket/out [1]")
    assert set(run.texts.values()) == {PAPER}
    assert s3.names("out [1]/texts/") == {f"{i}.txt" for i in run.texts}
    assert {d.path for d in run.documents} == {f"s3://bucket/in/{n}.txt" for n in NAMES}
    for name in NAMES:
        (source,) = gather([f"s3://bucket/in/{name}.txt"])
        assert fetch(source.place).decode() == PAPER


def test_what_consoles_leave_is_no_paper(s3: Bucket) -> None:
    """An object that stands for a folder is passed over; so are runs, and names with a slash too many are kept."""
    s3.put(**{"papers/": "", "papers/a.txt": "x", "papers//b.txt": "x", "papers/run/": ""})
    s3.put(**{f"papers/run/{n}": "x" for n in ("run.json", "documents.jsonl", "texts/a.txt")})
    found = gather(["s3://bucket/papers/"])
    assert [i.place for i in found] == ["s3://bucket/papers/a.txt", "s3://bucket/papers//b.txt"]
    assert fetch(found[1].place) == b"x"
    s3.put(**{"empty/": ""})
    with pytest.raises(UsageError, match="nothing in it"):
        gather(["s3://bucket/empty"])


def test_a_named_object_is_taken_whatever_it_is(s3: Bucket) -> None:
    """One object by its URL, hidden or of another kind; given twice it counts once, and files here may stand beside."""
    s3.put(**{"in/.a.txt": "x", "in/b.docx": "x", "in/c.md": "x", "in/d.txt": "x"})
    paths = [f"s3://bucket/in/{n}" for n in (".a.txt", "b.docx", "c.md", "d.txt", "")]
    Path("e.txt").write_text("x")
    found = {i.id: i.readable for i in gather([*paths, "e.txt"])}
    assert found == {"a": True, "b": False, "c": True, "d": True, "e": True}


@pytest.mark.parametrize("url", ["s3://nobucket/x", "s3://bucket/nothing", "s3://bucket/no.pdf", "s3://", "no://x"])
def test_what_is_not_there_is_told_in_a_line(s3: Bucket, url: str) -> None:
    """A bucket, folder, object or protocol that does not exist: exit 2 and one line that names it."""
    del s3
    code, _, said = call("run", url, "--out", "run")
    assert (code, len(said.splitlines())) == (2, 1), said
    assert url in said
    assert not Path("run").exists()


def test_a_paper_that_cannot_be_fetched_is_a_failure(s3: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """An object that is gone when its turn comes fails alone: exit 4."""
    s3.put(**{"in/a.txt": PAPER, "in/b.txt": PAPER})
    listed = gather(["s3://bucket/in"])
    s3.client.delete_object(Bucket="bucket", Key="in/b.txt")
    monkeypatch.setattr(job, "gather", lambda _: listed)
    code, out, said = call("run", "s3://bucket/in", "--out", "run")
    assert code == 4, (out, said)
    (failure,) = read_run("run").failures
    assert (failure.path, failure.error) == ("s3://bucket/in/b.txt", "FileNotFoundError")
    assert failure.message == "cannot be opened (no such file or folder)"


def test_a_listing_and_one_request_a_paper(s3: Bucket) -> None:
    """A folder is listed once, each paper is fetched in one request, and nothing is asked for its size."""
    s3.put(**{f"in/{n}.txt": PAPER for n in "abcdef"}, **{"in/sub/g.txt": PAPER})
    s3.requests.clear()
    work("s3://bucket/in/", out="run")
    assert sorted(r for r in s3.requests if r.startswith("GET /bucket/in/")) == sorted(
        f"GET /bucket/in/{n}.txt" for n in ("a", "b", "c", "d", "e", "f", "sub/g")
    )
    assert len([r for r in s3.requests if r.rstrip("/") == "GET /bucket"]) == 1
    assert not [r for r in s3.requests if r.startswith("HEAD")]


def test_the_parent_fetches_nothing(s3: Bucket) -> None:
    """What is in the cache is looked up by workers: a run's own process only lists."""
    s3.put(**{"in/a.txt": PAPER})
    work("s3://bucket/in/", out="run")
    s3.requests.clear()
    idle: list[Input] = []

    class Nobody:
        def outcomes(self, sources: Iterable[Input], look_up: Callable[[Input], Outcome | None], _watch: Any) -> Any:
            idle.extend(s for s in sources if look_up(s) is None)
            return iter(())

        def close(self) -> None:
            pass

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job, "engine_of", lambda *_: Nobody())
        work("s3://bucket/in/", out="run2")
    assert [s.id for s in idle] == ["a"]
    assert not [r for r in s3.requests if "a.txt" in r]


def test_a_look_at_a_folder_is_a_listing(s3: Bucket) -> None:
    """What a watch holds against the last look comes of one listing a folder; a changed object shows."""
    s3.put(**{f"in/{n}.txt": PAPER for n in "abc"})
    places = [i.place for i in gather(["s3://bucket/in"])]
    before = states(places)
    s3.put(**{"in/b.txt": "药痛"})
    s3.requests.clear()
    after = states([*places, "s3://bucket/in/gone.txt"])
    assert [p for p in places if after[p] != before[p]] == ["s3://bucket/in/b.txt"]
    assert after["s3://bucket/in/gone.txt"] == ""
    assert len(s3.requests) == 1


def test_a_store_that_is_busy_is_asked_again(s3: Bucket) -> None:
    """503 Slow Down, for a paper, a listing or a file of the run, is s3fs's to ask again; nobody hears of it."""
    s3.put(**{"in/a.txt": PAPER})
    s3.failing.update(
        {"/bucket/in/a.txt": 2, "/bucket": 1, "/bucket/run/claims.jsonl": 1, "/bucket/run/texts/a.txt": 1}
    )
    assert not work("s3://bucket/in", out="s3://bucket/run").failures
    assert not any(s3.failing.values())
    assert read_run("s3://bucket/run").texts == {"a": PAPER}


# run folders


def files(folder: Path) -> dict[str, bytes]:
    """All files of a folder here, without run.json."""
    found = {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}
    return {name: data for name, data in found.items() if name != "run.json"}


def test_a_run_behind_a_url_is_that_of_a_folder(s3: Bucket, tmp_path: Path) -> None:
    """Same bytes in every file but run.json; nothing else is left there, and it is read back."""
    s3.put(**{f"in/{n}.txt": f"{n}{PAPER}" for n in "abc"})
    work("s3://bucket/in", out="run")
    work("s3://bucket/in", out="s3://bucket/runs/x/")
    assert s3.bytes("runs/x/") == files(tmp_path / "run")
    assert read_run("s3://bucket/runs/x").texts == read_run("run").texts
    assert (
        orjson.loads(s3.client.get_object(Bucket="bucket", Key="runs/x/run.json")["Body"].read())["state"] == "finished"
    )


def test_texts_of_papers_that_are_gone_go(s3: Bucket) -> None:
    """A rerun leaves what the papers are now; of what was there, only what has changed is sent again."""
    s3.put(**{f"in/{n}.txt": f"{n}{PAPER}" for n in "abc"}, **{"run/": "", "run/texts/mine.txt": "mine"})
    s3.client.delete_object(Bucket="bucket", Key="run/texts/mine.txt")
    work("s3://bucket/in", out="s3://bucket/run")
    s3.put(**{"run/texts/mine.txt": "mine", "in/b.txt": "药痛", "in/d.txt": "新"})
    s3.client.delete_object(Bucket="bucket", Key="in/c.txt")
    s3.requests.clear()
    work("s3://bucket/in", out="s3://bucket/run")
    assert s3.names("run/texts/") == {"a.txt", "b.txt", "d.txt", "mine.txt"}
    assert {r for r in s3.requests if "/run/texts/" in r} == {
        "PUT /bucket/run/texts/b.txt", "PUT /bucket/run/texts/d.txt", "DELETE /bucket/run/texts/c.txt",
    }  # fmt: skip
    assert not s3.names("run/.new")


def test_a_run_that_was_killed_leaves_nothing_behind(s3: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between its texts and its tables, with other papers the next time: their texts go all the same."""
    s3.put(**{"in/a.txt": PAPER, "in/b.txt": PAPER})
    send = UrlShelf._send

    def die(self: UrlShelf, name: str, prepared: Path) -> None:
        if name == "documents.jsonl":
            raise KeyboardInterrupt
        send(self, name, prepared)

    with monkeypatch.context() as patch:
        patch.setattr(UrlShelf, "_send", die)
        with pytest.raises(KeyboardInterrupt):
            work("s3://bucket/in", out="s3://bucket/run")
    assert s3.names("run/texts/") == {"a.txt", "b.txt"}
    s3.client.delete_object(Bucket="bucket", Key="in/b.txt")
    work("s3://bucket/in", out="s3://bucket/run")
    assert s3.names("run/texts/") == {"a.txt"}
    assert not s3.names("run/.new")


@pytest.mark.parametrize(
    ("out", "says"),
    [
        ("s3://nobucket/run", "cannot be written"),
        ("s3://bucket/in/a.txt", "a file stands there"),
        ("s3://bucket/in", "not empty and no run folder"),
    ],
)
def test_a_place_that_is_not_ours_is_refused(s3: Bucket, out: str, says: str) -> None:
    """A bucket that does not exist (and is not made), an object, another's folder: exit 2, one line, all untouched."""
    s3.put(**{"in/a.txt": PAPER})
    code, _, said = call("run", "s3://bucket/in", "--out", out)
    assert (code, len(said.splitlines())) == (2, 1), said
    assert says in said
    assert out in said
    assert s3.names() == {"in/a.txt"}
    assert [b["Name"] for b in s3.client.list_buckets()["Buckets"]] == ["bucket"]


def test_a_run_in_memory(memory: Any) -> None:
    """Any file system of fsspec does: here that of this process's memory."""
    memory.pipe({"/in/a.txt": PAPER.encode(), "/in/sub/姜 #1.txt": PAPER.encode(), "/in/.b.txt": b"x"})
    assert ids("memory://in") == ids("memory://in/") == ["a", "姜 #1"]
    work("memory://in/", out="memory://run")
    memory.rm("/in/a.txt")
    work("memory://in/", out="memory://run")
    assert list(read_run("memory://run").texts) == ["姜 #1"]
    assert sorted(p for p in memory.find("/run") if "/texts/" in p) == ["/run/texts/姜 #1.txt"]
    with pytest.raises(OutputError, match="a file stands there"):
        RunWriter(shelf_at("memory://in/sub/姜 #1.txt"), read_run("memory://run").run)


# the command line, as users have it


def test_workers_fetch_and_eval_reads(s3: Bucket, tmp_path: Path) -> None:
    """Two worker processes fetch what the environment leads them to, and `eval` scores the run in its bucket."""
    s3.put(**{f"in/{n}.txt": PAPER for n in "abc"})
    here = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    fake_run = [sys.executable, str(Path(COMMAND[1]).with_name("fake_run.py"))]
    run = partial(subprocess.run, env=here, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    done = run([*fake_run, "run", "s3://bucket/in/", "--out", "s3://bucket/runs/x", "--jobs", "2", "-q"])
    assert (done.returncode, done.stderr) == (0, "")
    gold = {
        "doc": "a", "id": "S1", "text": "甲药止痛。", "lang": "zh", "claims": [],
        "mentions": [{"id": "m1", "text": "药", "type": "compound", "start": 1, "end": 2}],
    }  # fmt: skip
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold/a.jsonl").write_bytes(orjson.dumps(gold))
    done = run([*fake_run, "eval", "s3://bucket/runs/x", "gold", "--json"])
    assert (done.returncode, done.stderr) == (0, "")
    assert orjson.loads(done.stdout)["mention"]["tp"] == 1


@pytest.mark.parametrize(("missing", "url"), [("s3fs", "s3://bucket/x"), ("fsspec", "memory://x")])
def test_a_missing_extra_is_told(missing: str, url: str, tmp_path: Path) -> None:
    """Without s3fs, or without fsspec, a URL is one line that names the extra; files here need neither."""
    pytest.importorskip("fsspec", reason="the extra s3 is not installed")
    code = f"import sys; sys.modules[{missing!r}] = None; from pipeline.cli import main; main()"
    (tmp_path / "a.txt").write_text("")
    for paths in ([url, "--out", "run"], ["a.txt", "--out", url]):
        done = subprocess.run(
            [sys.executable, "-c", code, "run", *paths], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert url in done.stderr
        assert "[s3]" in done.stderr


def test_fsspec_is_imported_for_urls_only(tmp_path: Path) -> None:
    """A run of files here does without it, and without what sends to stores."""
    (tmp_path / "a.txt").write_text("")
    code = (
        "import sys; from pipeline.inputs import gather; from pipeline.shelf import shelf_at; gather(['a.txt']); "
        "shelf_at('run').names(); print([m for m in ('fsspec', 's3fs', 'concurrent.futures') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_found_under_gives_urls_as_they_were_given(memory: Any) -> None:
    """What is found can be fetched by the URL that it is found as."""
    memory.pipe({"/in/a.txt": b"1", "/in/b/c.txt": b"2"})
    assert list(found_under("memory://in/")) == [("memory://in/a.txt", "a.txt"), ("memory://in/b/c.txt", "b/c.txt")]
    assert list(found_under("memory://in/a.txt")) == [("memory://in/a.txt", "")]
