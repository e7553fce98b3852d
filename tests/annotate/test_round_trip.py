"""Gold goes to each annotation tool and comes back the same, and each tool's own library reads what it gets."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from builders import SHARED
from golds import documents
from hypothesis import given, settings

from pipeline.annotate import FORMATS, Findings, Format, files_of, of_gold, read_marked, to_gold
from pipeline.check import GoldDocument, load
from pipeline.check.gold import GoldClaim, GoldMention, GoldSentence, written

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / "annotations", SHARED / "gold"]


def put(folder: Path, golds: Sequence[GoldDocument], tool: Format) -> Path:
    """The files of a tool for some gold, in a folder that holds nothing else."""
    if tool == "inception":
        pytest.importorskip("cassis")
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, data in files_of(map(of_gold, golds), tool, suggested=False).items():
        (folder / name).write_bytes(data)
    return folder


def back(folder: Path) -> list[GoldDocument]:
    """The gold that a tool's files hold; nothing may be wrong with them."""
    findings = Findings()
    made = [to_gold(marked, findings) for marked in read_marked(folder, None, findings)]
    assert (findings.faults, findings.remarks) == ([], [])
    return made


@pytest.mark.parametrize("tool", FORMATS)
@pytest.mark.parametrize("folder", FOLDERS, ids=["annotations", "shared"])
def test_all_gold_comes_back_as_it_was(folder: Path, tool: Format, tmp_path: Path) -> None:
    """Every record of every gold file is the same after the way to a tool and back, and so are its names."""
    if not folder.is_dir():
        pytest.skip(f"no {folder}")
    golds = load([folder])
    assert back(put(tmp_path, golds, tool)) == list(golds)


@pytest.mark.parametrize("tool", FORMATS)
def test_our_gold_comes_back_byte_for_byte(tool: Format, tmp_path: Path) -> None:
    """The project's gold files, which are in the form that importing writes, come back to the byte."""
    for gold in back(put(tmp_path, load([ROOT / "annotations"]), tool)):
        name = f"{gold.id}.jsonl"
        assert written(gold)[name] == (ROOT / "annotations" / name).read_bytes()


@pytest.mark.parametrize("tool", FORMATS)
def test_any_gold_comes_back_as_it_was(tool: Format, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever letters, lists and shared triggers gold holds, it comes back the same."""
    folder = tmp_path_factory.mktemp("marks")
    put(folder, [], tool)

    @settings(max_examples=40)
    @given(documents())
    def same(gold: GoldDocument) -> None:
        assert back(put(folder, [gold], tool)) == [gold]

    same()


def astral() -> GoldDocument:
    """Two letters outside the first plane of Unicode before a mention, and a subject in the sentence before."""
    first = GoldSentence("d", "S000", "𠮷药。", "zh", (GoldMention("m1", "𠮷药", "compound", 0, 2),), ())
    said = GoldClaim(None, "𠮷药", True, "decreases", "m1", "β酶", "降低", True, "hedged", (), (3,), ("大鼠",))
    second = GoldSentence(
        "d", "S001", "𝛽𝛽在大鼠β酶降低[3]。", "zh", (GoldMention("m1", "β酶", "protein", 5, 7),), (said,)
    )
    return GoldDocument("d", (first, second), (("𠮷药", "drug"),))


# -- brat --------------------------------------------------------------------------------------------------------------

# The lines of standoff as brat's documentation gives them: https://brat.nlplab.org/standoff.html
STANDOFF = re.compile(
    r"T\d+\t[\w-]+ \d+ \d+(?:;\d+ \d+)*\t.+|E\d+\t[\w-]+:T\d+(?: [A-Z]\w*:[TE]\d+)*"
    r"|A\d+\t\w+ [TE]\d+(?: [\w-]+)?|#\d+\tAnnotatorNotes [TERA]\d+\t.+"
)


def test_brat_lines_are_standoff(tmp_path: Path) -> None:
    """Each line of each .ann is of a form that brat knows, and each span covers its text, counted in characters."""
    put(tmp_path, [*load([ROOT / "annotations"]), astral()], "brat")
    for ann in tmp_path.glob("*.ann"):
        text = ann.with_suffix(".txt").read_text(encoding="utf-8")
        for line in ann.read_text(encoding="utf-8").splitlines():
            assert STANDOFF.fullmatch(line), line
            if line.startswith("T"):
                _, head, words = line.split("\t")
                start, end = map(int, head.split()[1:])
                assert text[start:end] == words


def test_brat_is_told_all_that_we_write(tmp_path: Path) -> None:
    """Every type, role and attribute of the .ann files is one that annotation.conf allows."""
    put(tmp_path, [*load([ROOT / "annotations"]), astral()], "brat")
    sections: dict[str, list[str]] = {}
    for line in (tmp_path / "annotation.conf").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            sections[line.strip("[]")] = rows = []
        elif line and not line.startswith("#"):
            rows.append(line)
    assert list(sections) == ["entities", "relations", "events", "attributes"]
    events = {row.split("\t")[0]: re.findall(r"(\w+)[?*]?:<ENTITY>", row) for row in sections["events"]}
    attributes = {row.split("\t")[0] for row in sections["attributes"]}
    for ann in tmp_path.glob("*.ann"):
        for line in ann.read_text(encoding="utf-8").splitlines():
            label = line.split("\t")[1].split(" ")[0].split(":")[0]
            if line.startswith("T"):
                assert label in sections["entities"] or label in events
            elif line.startswith("E"):
                roles = {role.rstrip("0123456789") for role in re.findall(r" (\w+):", line)}
                assert roles <= set(events[label])
            elif line.startswith("A"):
                assert label in attributes


# -- Label Studio ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suggested", [True, False], ids=["prediction", "annotation"])
def test_label_studio_knows_our_tasks(suggested: bool) -> None:
    """Label Studio's SDK takes the interface, and finds tasks, regions and relations as the interface wants them."""
    interface_of = pytest.importorskip("label_studio_sdk.label_interface").LabelInterface
    golds = [*load([ROOT / "annotations"]), astral()]
    files = files_of(map(of_gold, golds), "label-studio", suggested=suggested)
    interface = interface_of(files["interface.xml"].decode())
    interface.validate()
    tasks = orjson.loads(files["tasks.json"])
    assert len(tasks) == len(golds)
    for task in tasks:
        assert interface.validate_task({"data": task["data"]})
        (said,) = task["predictions" if suggested else "annotations"]
        if suggested:
            assert interface.validate_prediction(said, return_errors=True) == []
        else:
            assert interface.validate_annotation(said)
        assert ("annotations" in task) != suggested


def test_label_studio_offsets_of_old_versions(tmp_path: Path) -> None:
    """Offsets that count UTF-16 units, as those of before version 1.4, are known by their text, and converted."""
    gold = astral()
    put(tmp_path, [gold], "label-studio")
    tasks: list[dict[str, Any]] = orjson.loads((tmp_path / "tasks.json").read_bytes())
    text = tasks[0]["data"]["text"]
    for row in tasks[0]["annotations"][0]["result"]:
        for end in ("start", "end"):
            if "value" in row:
                row["value"][end] = len(text[: row["value"][end]].encode("utf-16-le")) // 2
    (tmp_path / "tasks.json").write_bytes(orjson.dumps(tasks))
    assert back(tmp_path) == [gold]


# -- INCEpTION ---------------------------------------------------------------------------------------------------------


def test_inception_offsets_are_those_of_uima(tmp_path: Path) -> None:
    """In the XMI spans count UTF-16 units, as UIMA does; dkpro-cassis reads the words that they mean."""
    cassis = pytest.importorskip("cassis")
    put(tmp_path, [astral()], "inception")
    xmi = (tmp_path / "d.xmi").read_text(encoding="utf-8")
    # 𠮷药。, a line end, 𝛽𝛽在大鼠: twelve units before the mention, where Python counts nine characters.
    assert re.search(r'<\w+:Mention [^>]*begin="12" end="14"', xmi)
    types = cassis.load_typesystem(io.BytesIO((tmp_path / "TypeSystem.xml").read_bytes()))
    cas = cassis.load_cas_from_xmi(io.BytesIO(xmi.encode()), typesystem=types)
    assert [m.get_covered_text() for m in cas.select("webanno.custom.Mention")] == ["𠮷药", "β酶"]
    (claim,) = cas.select("webanno.custom.Claim")
    assert [(slot.role, slot.target.get_covered_text()) for slot in claim.arguments.elements] == [
        ("subject", "𠮷药"),
        ("object", "β酶"),
    ]
    assert (claim.get_covered_text(), claim.negated, claim.certainty, claim.model) == ("降低", True, "hedged", "大鼠")
    assert cas.typecheck() == []


def test_inception_layers_are_those_of_the_types(tmp_path: Path) -> None:
    """layers.json has each of our types with the features that the type system has, anchored on characters."""
    cassis = pytest.importorskip("cassis")
    put(tmp_path, [astral()], "inception")
    types = cassis.load_typesystem(io.BytesIO((tmp_path / "TypeSystem.xml").read_bytes()))
    layers = orjson.loads((tmp_path / "layers.json").read_bytes())
    assert [layer["name"] for layer in layers] == [
        "webanno.custom.Mention", "webanno.custom.Claim", "webanno.custom.PaperRecord",
    ]  # fmt: skip
    for layer in layers:
        known = {f.name: f.rangeType.name for f in types.get_type(layer["name"]).features}
        for feature in layer["features"]:
            slots = feature["link_mode"] == "WITH_ROLE"
            assert known[feature["name"]] == ("uima.cas.FSArray" if slots else feature["type"])
        assert {f["name"] for f in layer["features"]} == known.keys()
        assert layer["anchoring_mode"] == "CHARACTERS"


def test_inception_gives_a_zip_or_json(tmp_path: Path) -> None:
    """What INCEpTION exports is read as well: a zip of an XMI and its types, and a CAS in JSON."""
    cassis = pytest.importorskip("cassis")
    gold = astral()
    made = put(tmp_path / "made", [gold], "inception")
    types = cassis.load_typesystem(io.BytesIO((made / "TypeSystem.xml").read_bytes()))
    cas = cassis.load_cas_from_xmi(io.BytesIO((made / "d.xmi").read_bytes()), typesystem=types)
    (tmp_path / "json").mkdir()
    cas.to_json(tmp_path / "json" / "d.json")
    assert back(tmp_path / "json") == [gold]
    (tmp_path / "zip").mkdir()
    with zipfile.ZipFile(tmp_path / "zip" / "admin.zip", "w") as archive:
        for name in ("d.xmi", "TypeSystem.xml"):
            archive.write(made / name, name)
    assert back(tmp_path / "zip") == [gold]
