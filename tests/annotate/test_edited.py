"""What annotators leave behind in the tools comes back as gold, or is told with its place; nothing crashes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from builders import claim, mention, result, write_run

from pipeline.annotate import Findings, files_of, of_gold, of_run, read_marked, to_gold
from pipeline.annotate.carried import by_lines
from pipeline.annotate.compare import Changes, corrections
from pipeline.check import GoldDocument
from pipeline.check.gold import GoldClaim, GoldMention, GoldSentence
from pipeline.errors import DataError, UsageError
from pipeline.records import Gloss, MentionType, Name, Trigger
from pipeline.store import read_run

TEXT = "甲药降低乙酶。\n它在大鼠改善痛觉[3]。\n"
ANN = """\
T1	compound 0 2	甲药
T2	protein 4 6	乙酶
T3	effect 14 16	痛觉
T7	decreases 2 4	降低
E4	decreases:T7 Subject:T1 Object:T2
T9	improves 12 14	改善
E9	improves:T9 Object:T3 Subject:T1 Via:T2
A1	Certainty E9 hedged
A2	Negated E9
#1	AnnotatorNotes E9	Citations：3；model: 大鼠｜"a|b"
#2	AnnotatorNotes E4	is this right?
"""


def read(folder: Path, ann: str = ANN, text: str = TEXT) -> tuple[GoldDocument, Findings]:
    """A brat document without a record beside it, as gold."""
    (folder / "d.txt").write_text(text, encoding="utf-8")
    (folder / "d.ann").write_text(ann, encoding="utf-8")
    findings = Findings()
    (marked,) = read_marked(folder, None, findings)
    return to_gold(marked, findings), findings


def test_brat_as_people_write_it(tmp_path: Path) -> None:
    """Ids with gaps, notes with full-width marks, a subject in the sentence before: all is read, a remark told."""
    gold, findings = read(tmp_path)
    first, second = gold.sentences
    assert [(s.id, s.text, s.lang) for s in gold.sentences] == [
        ("S000", "甲药降低乙酶。", "zh"), ("S001", "它在大鼠改善痛觉[3]。", "zh"),
    ]  # fmt: skip
    assert first.mentions == (GoldMention("m1", "甲药", "compound", 0, 2), GoldMention("m2", "乙酶", "protein", 4, 6))
    assert first.claims == (
        GoldClaim("m1", "甲药", False, "decreases", "m2", "乙酶", "降低", False, "asserted", (), (), ()),
    )
    assert second.mentions == (GoldMention("m1", "痛觉", "effect", 6, 8),)
    assert second.claims == (
        GoldClaim(
            None, "甲药", True, "improves", "m1", "痛觉", "改善", True, "hedged", ("乙酶",), (3,), ("大鼠", "a|b")
        ),
    )
    assert findings.faults == []
    assert findings.remarks == [f"{tmp_path}/d.ann:11: the note 'is this right?' is left out"]


def test_brat_relation_is_a_claim_without_a_trigger(tmp_path: Path) -> None:
    """An arrow that an annotator drew between two mentions is a claim all the same."""
    gold, findings = read(tmp_path, "T1\tcompound 0 2\t甲药\nT2\tprotein 4 6\t乙酶\nR1\tbinds Arg1:T1 Arg2:T2\n")
    (said,) = gold.sentences[0].claims
    assert (said.subject_text, said.relation, said.object_text, said.trigger) == ("甲药", "binds", "乙酶", "")
    assert findings.faults == []


@pytest.mark.parametrize(
    ("ann", "told"),
    [
        ("T1\tcompound 0 2\t甲药\nT2\tprotein 1 4\t药降低", "2: S000: mentions '甲药' and '药降低' overlap"),
        (
            "T1\teffect 0 6\t甲药降低乙酶\nT2\tcompound 0 2\t甲药\nT3\tprotein 4 6\t乙酶",
            "3: S000: mentions '甲药降低乙酶' and '乙酶' overlap",
        ),
        ("T1\tcompound 0 2\t甲药\nT2\tprotein 0 2\t甲药", "2: S000: mentions '甲药' and '甲药' overlap"),
        ("T1\teffect 4 9\t乙酶。 它", "1: S000: '乙酶。\\n它' runs over the end of its sentence"),
        ("T1\tdrug 0 2\t甲药", "1: no type 'drug'"),
        ("T1\tcompound 0 2\t乙酶", "1: not as brat writes it"),
        ("T1\tcompound 0 200\t乙酶", "1: not as brat writes it"),
        ("T1\tcompound 0 1;4 6\t甲 乙酶", "1: '甲 乙酶' is in pieces"),
        ("T1\tdecreases 2 4\t降低\nE1\tdecreases:T1", "2: S000: claim '降低' (decreases): no object"),
        (
            "T2\tprotein 4 6\t乙酶\nT1\tdecreases 2 4\t降低\nE1\tdecreases:T1 Object:T2",
            "3: S000: claim '降低' (decreases): no subject",
        ),
        (
            "T1\tcompound 0 2\t甲药\nT2\teffect 14 16\t痛觉\nT3\tbinds 2 4\t降低\nE1\tbinds:T3 Subject:T1 Object:T2",
            "4: S000: claim '降低' (binds): its object '痛觉' is of another sentence",
        ),
        ("T1\tdecreases 2 4\t降低\nE1\tdecreases:T1 Object:T1", "2: Object is T1, which is no mention"),
        ("T2\tprotein 4 6\t乙酶\nE1\tdecreases:T1 Agent:T2", "2: no role 'agent'"),
        (
            "T2\tprotein 4 6\t乙酶\nE1\tdecreases Object:T2\n#1\tAnnotatorNotes E1\tsubject: 甲药 | 丙药",
            "2: 2 names of a subject (甲药, 丙药); make a claim for each",
        ),
        ("E1\tdecreases", "1: a claim with neither a trigger nor an object"),
        ("T2\tprotein 4 6\t乙酶\nE1\tdecreases:T1 Object:T2", "2: its trigger T1 is not there"),
        ("T1\tcompound 0 2\t甲药\nT1\tprotein 4 6\t乙酶", "2: not as brat writes it"),
        ("T1\tdecreases 2 4\t降低\nE1\tlowers:T1", "2: no relation 'lowers'"),
        ("T1", "1: not as brat writes it"),
    ],
)
def test_brat_faults_have_their_place(ann: str, told: str, tmp_path: Path) -> None:
    """What can be no gold is told with file, line, sentence and reason."""
    _, findings = read(tmp_path, ann + "\n")
    assert any(fault.startswith(f"{tmp_path}/d.ann:{told}") for fault in findings.faults), findings.faults


def test_all_faults_at_once(tmp_path: Path) -> None:
    """Two faults in two files are both told."""
    read(tmp_path, "T1\tdrug 0 2\t甲药\nT2\tdose 4 6\t乙酶\n")
    (tmp_path / "e.ann").write_text("", encoding="utf-8")
    findings = Findings()
    list(read_marked(tmp_path, None, findings))
    assert [f.split(": ")[0].rsplit("/", 1)[-1] for f in findings.faults] == ["e.txt", "d.ann:1", "d.ann:2"]


def test_brat_files_that_windows_wrote(tmp_path: Path) -> None:
    """Line ends of Windows, and the mark that its editors put before a text, change nothing and lose nothing."""
    gold, _ = read(tmp_path)
    made = tmp_path / "made"
    made.mkdir()
    for name, data in files_of([of_gold(gold)], "brat", suggested=False).items():
        mark = b"" if name.endswith(".txt") else b"\xef\xbb\xbf"
        (made / name).write_bytes(mark + data.replace(b"\n", b"\r\n"))
    findings = Findings()
    (marked,) = read_marked(made, "brat", findings)
    assert (to_gold(marked, findings), findings.faults, findings.remarks) == (gold, [], [])


def test_brat_text_of_others_with_line_ends_of_windows(tmp_path: Path) -> None:
    """Without a record brat counted the carriage returns; they are in no sentence."""
    (tmp_path / "d.txt").write_bytes("甲药\r\n乙酶\r\n".encode())
    (tmp_path / "d.ann").write_bytes("T1\tprotein 4 6\t乙酶\r\n".encode())
    findings = Findings()
    (marked,) = read_marked(tmp_path, None, findings)
    gold = to_gold(marked, findings)
    assert [s.text for s in gold.sentences] == ["甲药", "乙酶"]
    assert gold.sentences[1].mentions == (GoldMention("m1", "乙酶", "protein", 0, 2),)


def test_brat_record_of_another_text(tmp_path: Path) -> None:
    """A record that does not fit its text, after somebody changed the .txt, is told, not followed."""
    gold, _ = read(tmp_path)
    for name, data in files_of([of_gold(gold)], "brat", suggested=False).items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "d.txt").write_text("短", encoding="utf-8")
    findings = Findings()
    assert list(read_marked(tmp_path, "brat", findings)) == []
    assert "d.record.json: not the record of d.txt" in findings.faults[0]


# -- Label Studio ------------------------------------------------------------------------------------------------------


def task(tmp_path: Path) -> dict[str, Any]:
    """A task as Label Studio exports it: ours, with ids and people of its own."""
    gold, _ = read(tmp_path)
    (made,) = orjson.loads(files_of([of_gold(gold)], "label-studio", suggested=False)["tasks.json"])
    made["annotations"][0] |= {"id": 7, "completed_by": {"id": 3, "email": "a@b.c"}, "was_cancelled": False}
    return dict(made)


def of_tasks(folder: Path, *tasks: Any, by: str | None = None) -> tuple[list[GoldDocument], Findings]:
    """The gold of an export with these tasks."""
    folder.mkdir(exist_ok=True)
    (folder / "export.json").write_bytes(orjson.dumps(list(tasks)))
    findings = Findings()
    return [to_gold(m, findings) for m in read_marked(folder, None, findings, by)], findings


def test_label_studio_arrows_may_be_drawn_either_way(tmp_path: Path) -> None:
    """A relation from the mention to the claim says the same as one from the claim."""
    gold, _ = read(tmp_path)
    made = task(tmp_path)
    for row in made["annotations"][0]["result"]:
        if row["type"] == "relation":
            row["from_id"], row["to_id"] = row["to_id"], row["from_id"]
    assert of_tasks(tmp_path / "ls", made)[0] == [gold]


def test_label_studio_deleted_regions(tmp_path: Path) -> None:
    """A mention that is gone leaves its claim without an object, which is told; the rest of the claim is not lost."""
    made = task(tmp_path)
    rows = made["annotations"][0]["result"]
    made["annotations"][0]["result"] = [row for row in rows if row.get("id") != "m2"]
    _, findings = of_tasks(tmp_path / "ls", made)
    assert findings.faults == [f"{tmp_path}/ls/export.json: task 1: S000: claim '降低' (decreases): no object"]
    assert findings.remarks == [
        f"{tmp_path}/ls/export.json: task 1: a relation to a region that is not there; left out"
    ]


def test_label_studio_several_annotators(tmp_path: Path) -> None:
    """Of a task that two people annotated, one is taken by name; without a name both are told."""
    made = task(tmp_path)
    other = {"id": 8, "completed_by": 4, "result": [], "was_cancelled": False}
    made["annotations"] += [other, {**other, "completed_by": 5, "was_cancelled": True}]
    _, findings = of_tasks(tmp_path / "ls", made)
    assert findings.faults == [
        f"{tmp_path}/ls/export.json: task 1: annotated by a@b.c, 4; say whose to take with --by, or keep one"
    ]
    (empty,), _ = of_tasks(tmp_path / "ls", made, by="4")
    assert not any(s.mentions for s in empty.sentences)
    assert of_tasks(tmp_path / "ls", made, by="a@b.c")[0] == [read(tmp_path)[0]]


def test_label_studio_without_annotations(tmp_path: Path) -> None:
    """What a run suggested and nobody looked at is no gold."""
    gold, _ = read(tmp_path)
    (made,) = orjson.loads(files_of([of_gold(gold)], "label-studio", suggested=True)["tasks.json"])
    found, findings = of_tasks(tmp_path / "ls", made)
    assert found == []
    assert findings.remarks == [f"{tmp_path}/ls/export.json: 1 of 1 tasks not annotated; left out"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"labels": ["drug"]}, "no label 'drug'"),
        ({"labels": []}, "'甲药' has no label; give it one, or delete it"),
        ({"labels": ["compound", "effect"]}, "'甲药': both compound and effect; keep one"),
        ({"start": 1, "end": 3}, "not as Label Studio writes it"),
        ({"start": "x"}, "not as Label Studio writes it"),
    ],
)
def test_label_studio_faults(change: dict[str, Any], told: str, tmp_path: Path) -> None:
    """A region that is not what it should be is told with its file and task."""
    made = task(tmp_path)
    made["annotations"][0]["result"][0]["value"] |= change
    _, findings = of_tasks(tmp_path / "ls", made)
    assert findings.faults[0].startswith(f"{tmp_path}/ls/export.json: task 1: ")
    assert told in findings.faults[0]


def test_label_studio_faults_all_at_once(tmp_path: Path) -> None:
    """Two regions of a task that are not at their place are both told, and so is one without a label."""
    made = task(tmp_path)
    rows = made["annotations"][0]["result"]
    for row in rows[:2]:
        row["value"] |= {"start": 90, "end": 92}
    del rows[2]["value"]["labels"]
    _, findings = of_tasks(tmp_path / "ls", made)
    assert sum("not as Label Studio writes it" in fault for fault in findings.faults) == 2
    assert sum("'痛觉' has no label" in fault for fault in findings.faults) == 1


def test_label_studio_export_with_a_byte_order_mark(tmp_path: Path) -> None:
    """An export that an editor on Windows saved again is read all the same."""
    made = task(tmp_path)
    (tmp_path / "ls").mkdir()
    (tmp_path / "ls" / "export.json").write_bytes(b"\xef\xbb\xbf" + orjson.dumps([made]))
    (marked,) = read_marked(tmp_path / "ls", None, Findings())
    assert to_gold(marked, Findings()) == read(tmp_path)[0]


@pytest.mark.parametrize("content", [b"{", b"[1]", b'[{"text": "a"}]'])
def test_label_studio_other_json(content: bytes, tmp_path: Path) -> None:
    """JSON that is no export with tasks (JSON-MIN is none) is one fault."""
    (tmp_path / "a.json").write_bytes(content)
    findings = Findings()
    assert list(read_marked(tmp_path, None, findings)) == []
    assert len(findings.faults) == 1


# -- INCEpTION ---------------------------------------------------------------------------------------------------------


def in_inception(tmp_path: Path) -> tuple[Path, GoldDocument, Any, Any]:
    """The folder of an export to INCEpTION, the gold in it, and its types and document as their library has them."""
    cassis = pytest.importorskip("cassis")
    gold, _ = read(tmp_path)
    made = tmp_path / "made"
    made.mkdir()
    for name, data in files_of([of_gold(gold)], "inception", suggested=False).items():
        (made / name).write_bytes(data)
    types = cassis.load_typesystem(made / "TypeSystem.xml")
    return made, gold, types, cassis.load_cas_from_xmi((made / "d.xmi").read_bytes().decode(), typesystem=types)


def test_inception_new_and_deleted(tmp_path: Path) -> None:
    """A claim that an annotator added has no number and comes last; a slot whose mention is gone is told."""
    made, _, types, cas = in_inception(tmp_path)
    of = {m.get_covered_text(): m for m in cas.select("webanno.custom.Mention")}
    link = types.get_type("webanno.custom.ClaimArgumentsLink")
    slots = [link(role="object", target=of["乙酶"]), link(role="subject", target=of["甲药"])]
    array = types.get_type("uima.cas.FSArray")(elements=slots)
    cas.add(types.get_type("webanno.custom.Claim")(begin=0, end=2, relation="binds", arguments=array))
    cas.to_xmi(made / "d.xmi")
    findings = Findings()
    (marked,) = read_marked(made, None, findings)
    assert [c.relation for c in to_gold(marked, findings).sentences[0].claims] == ["decreases", "binds"]
    assert findings.faults == []

    slots[0].target = None
    cas.to_xmi(made / "d.xmi")
    list(read_marked(made, None, findings))
    assert findings.faults == [f"{made}/d.xmi: claim '甲药' at 0: its slot object is empty"]


def test_inception_mention_of_nothing(tmp_path: Path) -> None:
    """INCEpTION takes spans of no width; no gold may have one, and `eval` would refuse it."""
    made, _, types, cas = in_inception(tmp_path)
    cas.add(types.get_type("webanno.custom.Mention")(begin=3, end=3, value="compound"))
    cas.to_xmi(made / "d.xmi")
    findings = Findings()
    (marked,) = read_marked(made, None, findings)
    to_gold(marked, findings)
    assert findings.faults == [f"{made}/d.xmi: S000: a mention of nothing (compound), at 3 of the sentence"]


def test_inception_without_our_record(tmp_path: Path) -> None:
    """A document that lost its record keeps its sentences; they get ids and languages anew."""
    made, gold, _, cas = in_inception(tmp_path)
    for record in [fs for fs in cas.select_all_fs() if fs.type.name == "webanno.custom.PaperRecord"]:
        cas.remove(record)
    cas.to_xmi(made / "d.xmi")
    assert "PaperRecord" not in (made / "d.xmi").read_text(encoding="utf-8")
    findings = Findings()
    (marked,) = read_marked(made, None, findings)
    assert to_gold(marked, findings) == gold


def test_inception_features_of_its_own(tmp_path: Path) -> None:
    """Features that INCEpTION adds to our layers are passed over, whether or not its type system is at hand."""
    pytest.importorskip("cassis")
    gold, _ = read(tmp_path)
    made = tmp_path / "made"
    made.mkdir()
    xmi = files_of([of_gold(gold)], "inception", suggested=False)["d.xmi"]
    for element in (b"<custom:Mention ", b"<custom:Claim ", b"<type:Sentence ", b"<custom:PaperRecord "):
        assert element in xmi
        xmi = xmi.replace(element, element + b'i7n_uiOrder="3" ')
    (made / "d.xmi").write_bytes(xmi)
    findings = Findings()
    (marked,) = read_marked(made, None, findings)
    assert to_gold(marked, findings) == gold
    assert (findings.faults, findings.remarks) == ([], [])


def test_layers_of_others_are_passed_over(tmp_path: Path) -> None:
    """An annotation of a layer that the type system has not is left out, and told."""
    pytest.importorskip("cassis")
    gold, _ = read(tmp_path)
    made = tmp_path / "made"
    made.mkdir()
    for name, data in files_of([of_gold(gold)], "inception", suggested=False).items():
        (made / name).write_bytes(
            data.replace(b"<cas:View", b'<custom:Other xmi:id="999" begin="0" end="1"/><cas:View')
        )
    findings = Findings()
    (marked,) = read_marked(made, None, findings)
    assert to_gold(marked, findings) == gold
    assert findings.faults == []
    assert findings.remarks == [f"{made}/d.xmi: Type with name [webanno.custom.Other] not found!; left out"]


def test_broken_cas_is_a_fault(tmp_path: Path) -> None:
    """A file that is no CAS is told in a line."""
    pytest.importorskip("cassis")
    (tmp_path / "a.xmi").write_text("<no", encoding="utf-8")
    (tmp_path / "b.zip").write_text("no zip", encoding="utf-8")
    findings = Findings()
    assert list(read_marked(tmp_path, None, findings)) == []
    assert [fault.split(":")[0][-5:] for fault in findings.faults] == ["a.xmi", "b.zip"]


# -- runs --------------------------------------------------------------------------------------------------------------


def test_a_run_goes_whole(tmp_path: Path) -> None:
    """The sentences of a run come back as they were cut, with its mentions, claims and the names that it defines."""
    text = "题目\n甲药（ABC）降低乙酶。它改善痛觉。\nIt helps.\n"
    spans: list[tuple[int, int, MentionType]] = [(3, 5, "compound"), (12, 14, "protein"), (18, 20, "effect")]
    m = [mention("d", text, *span) for span in spans]
    first = claim(text, m[0], "decreases", m[1], trigger=Trigger("降低", 10, 12), via=(m[1].id,))
    second = claim(text, m[0], "improves", m[2], trigger=Trigger("改善", 16, 18), citations=(3,))
    glosses = (
        Gloss("d", 3, 10, (Name("甲药", "zh", False), Name("ABC", "en", True)), "compound", "r"),
        Gloss("d", 3, 10, (Name("ABC", "en", True), Name("drug", "en", False)), "compound", "r"),
    )
    folder = write_run(tmp_path / "run", [replace(result("d", text, m, [first, second]), glosses=glosses)])
    (marked,) = of_run(read_run(folder))
    findings = Findings()
    gold = to_gold(marked, findings)
    assert marked.text == text
    assert [s.text for s in gold.sentences] == ["题目", "甲药（ABC）降低乙酶。", "它改善痛觉。", "It helps."]
    assert [c for s in gold.sentences for c in s.claims] == [
        GoldClaim("m1", "甲药", False, "decreases", "m2", "乙酶", "降低", False, "asserted", ("乙酶",), (), ()),
        GoldClaim(None, "甲药", True, "improves", "m1", "痛觉", "改善", False, "asserted", (), (3,), ()),
    ]
    assert gold.aliases == (("甲药", "ABC", "drug"),)
    assert to_gold(by_lines(marked), findings) == gold
    assert by_lines(marked).text == "题目\n甲药（ABC）降低乙酶。\n它改善痛觉。\nIt helps."
    assert findings.faults == []


def test_what_a_folder_holds(tmp_path: Path) -> None:
    """A path without files of a tool, or with those of two, is a mistake that says what is wanted."""
    with pytest.raises(UsageError, match="no such file"):
        list(read_marked(tmp_path / "no", None, Findings()))
    with pytest.raises(UsageError, match="nothing to import"):
        list(read_marked(tmp_path, None, Findings()))
    read(tmp_path)
    with pytest.raises(UsageError, match="nothing of inception"):
        list(read_marked(tmp_path, "inception", Findings()))
    (tmp_path / "a.xmi").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="brat and inception; say which"):
        list(read_marked(tmp_path, None, Findings()))
    with pytest.raises(UsageError, match="--by is for Label Studio"):
        list(read_marked(tmp_path, "brat", Findings(), by="me"))


def test_a_mark_between_sentences_cannot_be_laid_in_lines(tmp_path: Path) -> None:
    """A span over the end of a sentence is told by name, rather than moved somewhere."""
    read(tmp_path, "T1\teffect 4 9\t乙酶。 它\n")
    (marked,) = read_marked(tmp_path, None, Findings())
    with pytest.raises(DataError, match="stands in no one sentence"):
        files_of([marked], "brat", suggested=False)


def test_corrections_are_counted(tmp_path: Path) -> None:
    """A type and a negation changed, a mention and a claim gone, a mention new: each counts once."""
    before, _ = read(tmp_path)
    after, _ = read(
        tmp_path,
        ANN.replace("T2\tprotein", "T2\teffect")
        .replace("T3\teffect 14 16\t痛觉", "T3\teffect 14 16\t痛觉\nT4\tcompound 10 12\t大鼠")
        .replace("A2\tNegated E9\n", "")
        .replace("E4\tdecreases:T7 Subject:T1 Object:T2\n", ""),
    )
    found = corrections(before, after)
    assert found.mentions == Changes(same=2, changed=1, added=1)
    assert found.claims == Changes(changed=1, removed=1)
    assert corrections(before, before).claims == Changes(same=2)
    other = GoldDocument("d", (GoldSentence("d", "S1", "别的", "zh", (), ()),))
    assert corrections(before, other).lost == 3


def test_one_of_two_claims_between_the_same_ends_is_gone(tmp_path: Path) -> None:
    """The one that is left is as it was, whichever it is; and their order says nothing."""
    other = "E5\tincreases:T8 Subject:T1 Object:T2\n"
    both, _ = read(tmp_path, ANN.replace("T9", "T8\tincreases 2 4\t降低\n" + other + "T9", 1))
    (first, second) = both.sentences[0].claims
    sentence = both.sentences[0]
    turned = replace(both, sentences=(replace(sentence, claims=(second, first)), both.sentences[1]))
    left = replace(both, sentences=(replace(sentence, claims=(second,)), both.sentences[1]))
    assert corrections(both, turned).claims == Changes(same=3)
    assert corrections(both, left).claims == Changes(same=2, removed=1)
    assert corrections(left, both).claims == Changes(same=2, added=1)
