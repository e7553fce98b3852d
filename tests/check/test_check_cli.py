"""`eval`, `diff` and `agree` on the command line: what they print and write, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from builders import claim, mention, result, write_run
from typer.testing import CliRunner, Result

from pipeline import cli

TEXT = "甲药使乙酶升高。"
DOCS = ("a", "b", "c")


def call(*args: str) -> Result:
    """The command with these arguments."""
    return CliRunner().invoke(cli.app, list(args))


def rows(shown: Result) -> list[list[str]]:
    """The lines that it printed, as words."""
    return [line.split() for line in shown.stdout.splitlines()]


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gold of three documents by two hands, and two runs of them; in the second, `a` has another relation."""
    monkeypatch.chdir(tmp_path)
    for folder, relation in (("gold", "increases"), ("other", "regulates")):
        Path(folder).mkdir()
        for doc in DOCS:
            mentions = [
                {"id": "m1", "text": "甲药", "type": "compound", "start": 0, "end": 2},
                {"id": "m2", "text": "乙酶", "type": "protein", "start": 3, "end": 5},
            ]
            said = {
                "subject": "m1", "subject_text": "甲药", "subject_implicit": False, "relation": relation,
                "object": "m2", "object_text": "乙酶", "trigger": "升高", "negated": False, "certainty": "asserted",
                "via": [], "citations": [], "model": [],
            }  # fmt: skip
            line = {"doc": doc, "id": "S1", "text": TEXT, "lang": "zh", "mentions": mentions, "claims": [said]}
            Path(folder, f"{doc}.jsonl").write_bytes(orjson.dumps(line))
    for run, wrong in (("one", ""), ("two", "a")):
        made = []
        for doc in DOCS:
            drug, enzyme = mention(doc, TEXT, 0, 2, "compound"), mention(doc, TEXT, 3, 5, "protein")
            said_ = claim(TEXT, drug, "binds" if doc == wrong else "increases", enzyme)
            made.append(result(doc, TEXT, [drug, enzyme], [said_]))
        write_run(Path(run), made)
    write_run(Path("three"), [result("d", TEXT, [], [])])


def test_eval_shows_intervals_beside_f1() -> None:
    """The main figures have an interval, whose kind is told; types and relations have none."""
    shown = call("eval", "two", "gold")
    assert shown.exit_code == 0, shown.output
    assert ["mention", "1.000", "1.000", "1.000", "1.000", "to", "1.000*", "6", "6", "6"] in rows(shown)
    assert ["compound", "1.000", "1.000", "1.000", "3", "3", "3"] in rows(shown)
    assert "Intervals: 95%, bootstrap over 3 documents, 9999 draws, BCa, * percentiles." in shown.stdout
    few = call("eval", "two", "gold/a.jsonl", "gold/b.jsonl")
    assert "No intervals: 2 documents, and a bootstrap wants 3 at least." in few.stdout


def test_eval_by_facets() -> None:
    """--by adds a table for each facet asked for; --json has all of them."""
    shown = call("eval", "two", "gold", "--by", "lang", "--by", "relation")
    assert ["zh", "6", "1.000", "1.000", "1.000", "3", "0.667", "0.667", "0.667"] in rows(shown)
    assert ["binds", "0", "0.000", "0.000", "0.000", "0.000"] in rows(shown)
    assert "By part of the paper" not in shown.stdout
    assert call("eval", "two", "gold", "--by", "colour").stderr == (
        "error: --by: no 'colour' (there are section, lang, length, relation)\n"
    )
    data = orjson.loads(call("eval", "two", "gold", "--json").stdout)
    assert set(data["by"]) == {"section", "lang", "length", "relation"}
    assert data["by"]["section"]["title"]["claim"]["tp"] == 2
    assert data["causes"]["claim"] == {"relation": {"miss": 1, "extra": 1, "near": 0}}
    assert data["intervals"]["claim"]["f1"]["method"] == "BCa"


def test_eval_errors_have_causes() -> None:
    """The list of errors names the cause of each, after a table of causes; in JSON it is a field."""
    shown = call("eval", "two", "gold", "--errors")
    assert "  miss  甲药 -increases-> 乙酶  (relation)\n" in shown.stdout
    assert "  extra 甲药 -binds-> 乙酶  (relation)  [r]\n" in shown.stdout
    assert ["claim:", "relation", "1", "1", "100%", "0"] in rows(shown)
    listed = orjson.loads(call("eval", "two", "gold", "--errors", "--json").stdout)["errors"]
    assert [e["cause"] for e in listed] == ["relation", "relation"]


def test_eval_writes_the_page() -> None:
    """--html writes the page, says so on standard error only, and writes the same bytes again."""
    shown = call("eval", "two", "gold", "--html", "out/errors.html", "--json")
    assert orjson.loads(shown.stdout)["claim"]["tp"] == 2
    assert shown.stderr == "2 errors: out/errors.html\n"
    page = Path("out/errors.html").read_bytes()
    assert page.count(b"<article") == 1
    call("eval", "two", "gold", "--html", "out/errors.html")
    assert Path("out/errors.html").read_bytes() == page
    assert [p.name for p in Path("out").iterdir()] == ["errors.html"]


def test_diff_tells_what_changed() -> None:
    """Changes by document and rule; with gold the figures and what got worse come first; the exit code is 0."""
    shown = call("diff", "one", "two", "--gold", "gold")
    assert shown.exit_code == 0, shown.output
    assert "one → two: 3 documents in both\n" in shown.stdout
    assert next(r for r in rows(shown) if r[:1] == ["claim"])[:4] == ["claim", "1.000", "0.667", "-0.333"]
    assert ["a", "0", "1", "0", "0", "2", "0", "0", "0"] in rows(shown)
    assert shown.stdout.index("Worse: 1") < shown.stdout.index("Better: 0") < shown.stdout.index("claims changed: 1")
    assert "  a  甲药 -increases-> 乙酶 → 甲药 -binds-> 乙酶  (relation)  [r]" in shown.stdout
    plain = call("diff", "one", "two", "--show", "0")
    assert "Worse" not in plain.stdout
    assert "-binds->" not in plain.stdout
    assert "Nothing changed" in call("diff", "one", "one").stdout


def test_diff_json_is_nothing_but_json() -> None:
    """Standard output is one JSON object; of gold only the part of --split is looked at."""
    Path("gold/split.json").write_bytes(orjson.dumps({"development": ["b"], "test": ["a", "c"]}))
    data = orjson.loads(call("diff", "one", "two", "--gold", "gold", "--split", "dev", "--json").stdout)
    assert (data["first"], data["second"]) == ("one", "two")
    assert [c["doc"] for c in data["changes"]] == ["a"]
    assert data["figures"]["claim"]["second"]["gold"] == 1
    assert data["judged"] == []


def test_agree_tells_how_far() -> None:
    """F1s, coefficients, and what is not defined; --errors lists what they disagree on, also before the golds."""
    shown = call("agree", "gold", "other", "--errors")
    assert shown.exit_code == 0, shown.output
    assert ["claim", "0.000", "0", "3", "3"] in rows(shown)
    assert ["type", "of", "each", "character", "1.000", "1.000", "24"] in rows(shown)
    assert "Not defined, negation, of matched claims: nothing to compare." in shown.stdout
    assert "  claim  (relation)  first 甲药 -increases-> 乙酶; second 甲药 -regulates-> 乙酶" in shown.stdout
    assert call("agree", "--errors", "gold", "other").stdout == shown.stdout
    data = orjson.loads(call("agree", "gold", "other", "--json", "--errors", "1").stdout)
    assert len(data["disagreements"]) == 1
    assert data["kappa"]["relation"]["value"] == 0.0


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("diff one nowhere", "nowhere: no run folder"),
        ("diff one two --gold nowhere", "nowhere: no such gold"),
        ("diff one three", "one and three have no paper in common"),
        ("diff one two --split dev", "--split says which gold to take; give --gold as well"),
        ("agree gold/a.jsonl other/b.jsonl", "gold/a.jsonl and other/b.jsonl have no sentence in common"),
        ("agree gold one", "one: a run, and no gold"),
        ("eval one one", "one: a run, and no gold"),
        ("eval one gold --fail-under claim=nan", "--fail-under: 'claim=nan' is not of the form claim=0.5"),
        ("eval one gold --html https://a.org/errors.html", "a URL, and this is written to a folder here only"),
        ("eval one gold --html .", ".: cannot be written"),
        ("eval one gold --html gold", "gold: cannot be written"),
    ],
)
def test_what_is_refused(line: str, told: str) -> None:
    """Wrong use ends in exit code 2 and says what is wrong."""
    shown = call(*line.split())
    assert shown.exit_code == 2
    assert shown.stderr.startswith("error: ")
    assert told in shown.stderr


def test_fewer_than_no_errors_are_refused() -> None:
    """A number below that for all errors lists neither all of them nor some."""
    assert call("eval", "one", "gold", "--errors=-3").exit_code == 2
    assert call("agree", "gold", "other", "--errors=-3").exit_code == 2


def test_gold_that_windows_wrote_is_read() -> None:
    """A byte order mark and carriage returns, in gold, aliases and split.json, change no figure."""
    plain = call("eval", "two", "gold", "--split", "dev").exit_code, call("eval", "two", "gold", "--json").stdout
    assert plain[0] == 2  # no split.json yet
    Path("gold/split.json").write_bytes(b'\xef\xbb\xbf{"dev": ["a", "b", "c"]}\r\n')
    Path("gold/a.aliases.json").write_bytes(b"\xef\xbb\xbf[]\r\n")
    for file in Path("gold").glob("*.jsonl"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes() + b"\r\n")
    assert call("eval", "two", "gold", "--split", "dev", "--json").stdout == plain[1]
    assert "0 faults" in call("annotate", "check", "gold").stdout


def test_what_is_no_file_among_gold() -> None:
    """A folder that is named as gold is passed over; a link to nowhere is told, since gold is missing."""
    Path("gold/old.jsonl").mkdir()
    assert call("eval", "two", "gold").exit_code == 0
    Path("gold/d.jsonl").symlink_to("nowhere")
    for command in (("eval", "two", "gold"), ("annotate", "check", "gold")):
        shown = call(*command)
        assert (shown.exit_code, shown.stderr) == (
            2, "error: gold/d.jsonl: cannot be read (No such file or directory)\n",
        )  # fmt: skip


def test_a_run_in_a_folder_of_any_name_has_its_page() -> None:
    """A folder's name may be no UTF-8; the page says so with a mark in its place."""
    Path("two").rename("tw\udcff")
    shown = call("eval", "tw\udcff", "gold", "--html", "errors.html")
    assert shown.exit_code == 0, shown.output
    assert "tw?: gold" in Path("errors.html").read_text(encoding="utf-8")
