"""Reports: what their pages are given, what is drawn, what is written and what is left alone."""

from __future__ import annotations

import ast
import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import orjson
import pytest
from builders import document
from harness import Bench
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline import cli
from pipeline.errors import OutputError
from pipeline.fold import fold
from pipeline.knowledge import Knowledge
from pipeline.report import data
from pipeline.report.bundle import ASSETS, CORE, SCRIPTS
from pipeline.report.cues import Cues, hedge, negation
from pipeline.report.folder import made_whole
from pipeline.report.make import write
from pipeline.report.pictures import MOST_LOST, Artist
from pipeline.report.script import Units, script
from pipeline.report.sources import pdf_of
from pipeline.store import RunFolder

pytest_plugins = ["made_reports"]  # run_folder, found, report

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
PAPER = CORPUS / "acetyl-l-carnitine.pdf"
FAKE = str(Path(__file__).parent / "fake_artist.py")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def value_of(written: bytes) -> tuple[str, Any]:
    """What a script file hands over: its string has escapes that Python's have too."""
    found = re.fullmatch(rb'CR\.put\("([\w-]+)", JSON\.parse\((\'.*\')\)\);\n', written, re.DOTALL)
    assert found
    return found[1].decode(), orjson.loads(ast.literal_eval(found[2].decode()))


def given_to(report: Path, name: str) -> Any:
    """The value of a data file of a report."""
    key, value = value_of((report / f"data/{name}.js").read_bytes())
    assert key == name
    return value


# -- what pages are given ----------------------------------------------------------------------------------------------


@given(JSON)
def test_a_script_hands_over_what_it_was_made_of(value: Any) -> None:
    """Any text survives, and none ends the script or its lines."""
    written = script("a-name", value)
    assert value_of(written) == ("a-name", value)
    assert b"<" not in written
    assert written.count(b"\n") == 1
    assert not re.search("[\u2028\u2029]", written.decode())


@given(st.text(st.characters(exclude_categories=["Cs"])), st.data())
def test_offsets_are_those_of_javascript(text: str, drawn: st.DataObject) -> None:
    """An offset in UTF-16 units is half the bytes of UTF-16 before it."""
    at = drawn.draw(st.integers(0, len(text)))
    assert Units(text).at(at) == len(text[:at].encode("utf-16-le")) // 2


def test_search_folds_as_names_are_folded() -> None:
    """The table that the browser folds by gives what `pipeline.fold` gives, case aside."""
    table = str.maketrans(*data.foldings())
    for text in ("黃酮類 \uff2e\uff26－κＢ", "粘膜炎症", "TNF‐α、β−淀粉样", "(甙) ﹣ ²"):
        assert text.translate(table) == fold(text)
    assert "黃酮".translate(table) == "黄酮"


def test_the_table_has_every_claim_as_its_record_says(report: Path, found: RunFolder) -> None:
    """Columns, numbers into lists and flags lead back to each claim."""
    table = given_to(report, "claims")
    assert table["id"] == [c.id for c in found.claims]
    run = given_to(report, "run")
    for n, c in enumerate(found.claims):
        at = table["sentence"][n]
        sentence = {key: column[at] for key, column in table["sentences"].items()}
        assert run["docs"][sentence["doc"]]["id"] == c.doc
        assert (sentence["text"], sentence["page"]) == (c.evidence.text, c.evidence.page)
        assert table["sections"][sentence["section"]] == (c.evidence.section or "")
        assert run["relations"][table["relation"][n]] == c.relation
        assert [table["texts"][table[key][n]] for key in ("said", "done", "trigger")] == [
            c.subject.text, c.object.text, c.trigger.text,
        ]  # fmt: skip
        assert tuple(table["modelNames"][m] for m in table["models"][n]) == c.model
        concepts = [table["concepts"][table[key][n]] for key in ("subject", "object")]
        assert [k[2] for k in concepts] == [c.subject.concept_id, c.object.concept_id]
        assert bool(table["flags"][n] & data.NEGATED) == c.negated
        assert bool(table["flags"][n] & data.HEDGED) == (c.certainty == "hedged")
        assert bool(table["flags"][n] & data.CITED) == bool(c.citations)


def test_a_paper_has_the_places_of_its_claims(report: Path, found: RunFolder) -> None:
    """Sentence, trigger, subject and object stand in the paper's text where its claims say, and have their boxes."""
    for n, doc in enumerate(d.id for d in found.documents):
        paper = given_to(report, f"paper-{n}")
        text = paper["text"]
        claims = [c for c in found.claims if c.doc == doc]
        assert set(paper["claims"]) == {c.id for c in claims}
        for c in claims:
            told = paper["claims"][c.id]
            assert text[told["start"] : told["end"]] == c.evidence.text
            assert text[slice(*told["trigger"])] == c.trigger.text
            assert [box[1:] for box in told["boxes"]] == [list(box) for box in c.evidence.boxes or ()]
            start, end, *_ = paper["mentions"][told["subject"]]
            assert text[start:end] == c.subject.text
            # Read again, the paper gives the boxes that records lack: on the sentence's own lines.
            assert told["triggerBoxes"]
            for page, _, top, _, bottom in told["triggerBoxes"]:
                assert any(page == p and top >= t - 1 and bottom <= b + 1 for p, _, t, _, b in told["boxes"])
            assert (told["negation"] is not None) == c.negated
            assert (told["hedge"] is not None) == (c.certainty == "hedged")


def test_concepts_have_the_names_of_both_languages(found: RunFolder, knowledge: Knowledge) -> None:
    """What a paper names in one language only has the lexicon's name in the other, for the eye and for search."""
    bare = data.Concepts(found).rows()
    full = data.Concepts(found, knowledge.concepts).rows()
    lacking = [n for n, row in enumerate(bare) if row[2] and (row[4] is None or row[5] is None)]
    assert lacking
    assert all(full[n][4] and full[n][5] and {full[n][4], full[n][5]} <= set(full[n][6]) for n in lacking)
    assert [row[:4] for row in full] == [row[:4] for row in bare]


def test_statements_count_each_claim_once(report: Path, found: RunFolder) -> None:
    """The claims of all statements are those of the run."""
    rows = [row for s in given_to(report, "across")["statements"] for row in s[5] + s[6]]
    assert sorted(rows) == list(range(len(found.claims)))


@pytest.mark.parametrize(
    ("text", "denied", "hedged"),
    [
        ("姜黄素不影响Sp1的表达。", "不", None),
        ("姜黄素不仅抑制TNF-α，但未能降低IL-6。", "未能", None),
        ("不饱和脂肪酸未降低TNF-α。", "未", None),
        ("姜黄素可能抑制NF-κB，而褪黑素降低TNF-α。", None, "可能"),
        ("姜黄素对TNF-α的影响不显著。", "不显著", None),
        ("Curcumin does not reduce TNF-α.", "does not", None),
        ("Curcumin may reduce TNF-α.", None, "may"),
    ],
)
def test_cue_words_are_found_where_the_claim_has_them(
    bench: Bench, knowledge: Knowledge, text: str, denied: str | None, hedged: str | None
) -> None:
    """The word that denies or hedges a claim is found; what is part of another word or of a name is none."""
    read = bench.read(text)
    cues = Cues(knowledge)
    assert read.claims
    spans = set()
    for c in read.claims:
        own = cues.in_sentence(c.evidence.text, c.evidence.lang, c.evidence.start, read.mentions)
        for span in (negation(c, own), hedge(c, own)):
            spans.add(None if span is None else text[slice(*span)])
        assert (negation(c, own) is not None) == c.negated
    assert spans - {None} == {denied, hedged} - {None}


# -- pictures ----------------------------------------------------------------------------------------------------------


def test_pages_are_drawn_and_sized() -> None:
    """A page's picture is WebP, and its size in points is the page's."""
    kept: dict[int, bytes] = {}
    with Artist() as artist:
        drawn = artist.draw(PAPER.read_bytes(), [2, 1], kept.__setitem__)
    assert {page: image[8:12] for page, image in kept.items()} == {1: b"WEBP", 2: b"WEBP"}
    assert not drawn.lost
    for width, height in drawn.sizes.values():
        assert (width, height) == pytest.approx((595.3, 841.9), abs=0.6)


def test_a_broken_file_has_no_pictures_and_takes_nothing_with_it() -> None:
    """What is no PDF is told page by page, and the renderer goes on with the next file."""
    kept: dict[int, bytes] = {}
    with Artist() as artist:
        assert set(artist.draw(b"%PDF-1.4 broken", [1, 2], kept.__setitem__).lost) == {1, 2}
        assert set(artist.draw(PAPER.read_bytes(), [1, 99], kept.__setitem__).lost) == {99}
    assert set(kept) == {1}


@pytest.mark.parametrize(("way", "said"), [("dies", "exit 11"), ("sleeps", "longer"), ("lies", "nonsense")])
def test_a_page_that_ends_the_renderer_is_lost_alone(way: str, said: str) -> None:
    """A renderer that dies, hangs or says wrong things costs the page that it was on."""
    kept: dict[int, bytes] = {}
    with Artist(1.0, [FAKE, way]) as artist:
        drawn = artist.draw(b"", [1, 2, 3], kept.__setitem__)
    assert set(kept) == set(drawn.sizes) == {1, 3}
    assert said in drawn.lost[2]


def test_a_renderer_is_stopped_from_outside() -> None:
    """Who gives up waits for no page."""
    with Artist(60, [FAKE, "sleeps"]) as artist, ThreadPoolExecutor(1) as pool:
        begun = Event()
        drawing = pool.submit(artist.draw, b"", [1, 2, 3], lambda *_: begun.set())
        assert begun.wait(20)
        artist.stop()
        assert set(drawing.result(20).sizes) == {1}


def test_a_file_that_loses_many_pages_is_given_up() -> None:
    """No file holds a report up page by page."""
    with Artist(0.2, ["-c", "import time; time.sleep(60)"]) as artist:
        drawn = artist.draw(b"", list(range(1, 40)), lambda *_: None)
    assert set(drawn.lost) == set(range(1, 40))
    assert sum("longer" in reason for reason in drawn.lost.values()) == MOST_LOST + 1


def test_pdfs_are_found_by_their_bytes(tmp_path: Path) -> None:
    """A file that was moved is found under --papers; one that has changed is not taken for it."""
    made = replace(document("a", path="papers/deep/a.pdf"), sha256=hashlib.sha256(b"one").hexdigest())
    assert pdf_of(made, None) == (None, "papers/deep/a.pdf is not there; tell where it is now with --papers DIR")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/a.pdf").write_bytes(b"one")
    (tmp_path / "a.pdf").write_bytes(b"two")
    assert pdf_of(made, tmp_path) == (b"one", "")
    (tmp_path / "deep/a.pdf").write_bytes(b"two")
    assert "has changed since the run" in pdf_of(made, tmp_path)[1]


# -- the folder --------------------------------------------------------------------------------------------------------


def files(folder: Path) -> dict[str, bytes]:
    """All files of a folder, by their paths."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_report_is_the_same_bytes_again(report: Path, found: RunFolder, tmp_path: Path) -> None:
    """Nothing in it depends on the clock, the order of processes or where it is."""
    write(found, tmp_path / "again", "two papers")
    assert files(tmp_path / "again") == files(report)


def test_nothing_in_a_report_leads_outside(report: Path) -> None:
    """Pages load from their own folder only, and every file that they name is there."""
    page = (report / "index.html").read_text()
    named = re.findall(r'(?:src|href)="([^"#][^"]*)"', page)
    assert len(named) > 4
    assert all((report / name).is_file() or name.startswith("data:") for name in named)
    assert not re.search(r"https?:", (report / "assets/style.css").read_text())


def test_only_reports_and_empty_folders_are_replaced(tmp_path: Path) -> None:
    """A folder of someone's own is left alone; an old report goes when the new one is whole, and not before."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own/notes.txt").write_text("mine")
    with pytest.raises(OutputError, match="no report"), made_whole(tmp_path / "own"):
        pass
    for content in ("old", "new"):
        with made_whole(tmp_path / "r") as new:
            (new / "a").write_text(content)
    with pytest.raises(RuntimeError), made_whole(tmp_path / "r") as new:
        raise RuntimeError
    assert (tmp_path / "r/a").read_text() == "new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["own", "r"]


def test_a_link_to_a_report_stays_one(tmp_path: Path) -> None:
    """What a link leads to is replaced, and nothing is left beside it."""
    with made_whole(tmp_path / "r") as new:
        (new / "a").write_text("old")
    (tmp_path / "link").symlink_to("r")
    with made_whole(tmp_path / "link") as new:
        (new / "a").write_text("new")
    assert (tmp_path / "r/a").read_text() == "new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link", "r"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["/"], "there is no beside; tell with --out"),
        (["/", "--out", "http://x/y"], "a URL, and this is written to a disk"),
    ],
)
def test_places_that_are_no_folder_are_refused(arguments: list[str], said: str) -> None:
    """A line tells what is wrong, and no folder is made of a URL's parts."""
    called = CliRunner().invoke(cli.app, ["report", *arguments])
    assert called.exit_code == 2
    assert said in called.stderr


def test_verdicts_are_kept_under_the_claims_that_they_are_of(found: RunFolder) -> None:
    """The key is the same for the same claims, and another where an id is of another claim by now."""
    first = found.claims[0]
    assert data.key_of_claims(replace(found, documents=found.documents[::-1])) == data.key_of_claims(found)
    for other in (replace(first, negated=not first.negated), replace(first, relation="binds")):
        changed = replace(found, claims=(other, *found.claims[1:]))
        assert data.key_of_claims(changed) != data.key_of_claims(found)


def test_the_command_writes_beside_the_run_and_tells_what_lacks(run_folder: Path, tmp_path: Path) -> None:
    """Without --out the report stands beside the run; what is wrong is one line."""
    moved = tmp_path / "run"
    moved.mkdir()
    for name, content in files(run_folder).items():
        (moved / name).parent.mkdir(exist_ok=True)
        (moved / name).write_bytes(content.replace(str(CORPUS).encode(), b"gone"))
    called = CliRunner().invoke(cli.app, ["report", str(moved)])
    assert called.exit_code == 0
    assert "0 page pictures" in called.stdout
    assert called.stderr.count("--papers DIR") == 2
    assert (tmp_path / "run-report/index.html").is_file()
    again = CliRunner().invoke(cli.app, ["report", str(moved), "--papers", str(CORPUS), "--pages", "all"])
    assert (again.exit_code, again.stderr) == (0, "")
    assert len(list((tmp_path / "run-report/pages").iterdir())) == 5
    wrong = CliRunner().invoke(cli.app, ["report", str(moved), "--pages", "some"])
    assert wrong.exit_code == 2
    assert wrong.stderr == "error: --pages some: give one of claims, all, none\n"


# -- the pages themselves ----------------------------------------------------------------------------------------------


def sources() -> dict[str, str]:
    """Our scripts by name."""
    return {p.name: p.read_text() for p in sorted((ASSETS / "js").glob("*.js"))}


def test_every_script_is_in_the_report() -> None:
    """What lies in assets is what the report is made of, and each library has its licence."""
    named = sorted((*CORE, *SCRIPTS))
    assert named == sorted(p.relative_to(ASSETS).as_posix() for p in ASSETS.rglob("*.js"))
    for library in (ASSETS / "vendor").glob("*.min.js"):
        assert library.with_name(library.name.replace(".min.js", ".LICENSE")).is_file()


def test_no_script_takes_text_for_html() -> None:
    """Text from papers is a stranger's: nothing makes HTML or code of it."""
    for name, text in sources().items():
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            name
        )


def test_every_word_of_the_interface_is_there_and_used() -> None:
    """Each word is in English and Chinese, and asked for somewhere."""
    scripts = sources()
    words = dict(re.findall(r"^    (\w+): \[\s*(['\"].+)", scripts.pop("words.js"), re.MULTILINE))
    code = "\n".join(scripts.values())
    asked = set(re.findall(r"\bt\('(\w+)'", code))
    assert len(words) > 100
    assert asked <= set(words)
    strings = set(re.findall(r"'(\w+)'", code)) | {"increases", "decreases", "improves", "treats", "regulates"}
    strings |= {"binds", "associated_with", "compounds", "proteins", "effects"}
    strings |= {"topCompounds", "topProteins", "topEffects"} | set(re.findall(r"^    (\w+): ", code, re.MULTILINE))
    assert set(words) <= strings
