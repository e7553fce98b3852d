"""The curator's desk: what is suggested, what is taken in, what is told of a lexicon; with made-up names."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from builders import mention, result, write_run
from harness import Bench
from typer.testing import CliRunner
from typer.testing import Result as Called

from pipeline import cli
from pipeline.curate import check, sheet
from pipeline.curate.add import Added, add
from pipeline.curate.stats import stats
from pipeline.curate.suggest import Suggestion, Tier, suggest
from pipeline.curate.tables import id_fault, read_folder, read_table
from pipeline.errors import DataError, OutputError
from pipeline.files import replace_all
from pipeline.keys import knowledge_digests
from pipeline.knowledge import COLUMNS, Concept, Knowledge, load
from pipeline.read import read as read_paper
from pipeline.records import Gloss, Mention, MentionType, Name, Result

HEADER = "\t".join(COLUMNS)


def table(folder: Path, name: str, *rows: str, end: str = "\n") -> Path:
    """A lexicon folder with a table of these rows, their cells apart by commas."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [HEADER, *(row.replace(",", "\t") for row in rows)]
    (folder / name).write_bytes("".join(line + end for line in lines).encode())
    return folder


def call(*args: object) -> Called:
    """`pipeline lexicon` with these arguments."""
    return CliRunner().invoke(cli.app, ["lexicon", *map(str, args)])


# -- suggest -----------------------------------------------------------------------------------------------------------


def knowing(knowledge: Knowledge, *concepts: Concept) -> Knowledge:
    """The project's rules with a lexicon of these concepts only."""
    return replace(knowledge, concepts=concepts)


def concept(
    kind: str, en: str, zh: str, *synonyms: str, short: Sequence[str] = (), public: str | None = None
) -> Concept:
    """A concept of a lexicon."""
    return Concept(public, en, kind, (en, zh, *synonyms), tuple(short), "usage")


class Papers:
    """Texts with mentions and definitions, written down as they are made."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.mentions: list[Mention] = []
        self.glosses: list[Gloss] = []

    def say(
        self, doc: str, sentence: str, *names: str, kind: MentionType = "compound", rule: str = "ending-素"
    ) -> Papers:
        """A sentence of a paper; each of the names in it is a mention."""
        start = len(self.texts.get(doc, ""))
        self.texts[doc] = self.texts.get(doc, "") + sentence + "\n"
        for name in names:
            at = self.texts[doc].index(name, start)
            start = at + len(name)
            self.mentions.append(mention(doc, self.texts[doc], at, at + len(name), kind, rule=rule))
        return self

    def define(
        self, doc: str, sentence: str, *names: tuple[str, bool], kind: MentionType | None = "compound"
    ) -> Papers:
        """A sentence that defines a name: each with whether it is an abbreviation."""
        start = len(self.texts.get(doc, ""))
        self.texts[doc] = self.texts.get(doc, "") + sentence + "\n"
        first = self.texts[doc].index(names[0][0], start)
        made = tuple(Name(text, "en" if text.isascii() else "zh", short) for text, short in names)
        self.glosses.append(Gloss(doc, first, start + len(sentence), made, kind, "gloss-bracket"))
        return self

    def suggested(self, known: Knowledge, least: int = 1) -> tuple[Suggestion, ...]:
        """What is suggested of them."""
        return suggest(self.mentions, self.glosses, self.texts, known, least=least)


def test_our_own_lexicon_has_no_severe_fault() -> None:
    """No bad identifier, no name twice in a type or in two types, no name that is never found as what it is."""
    told = call("check")
    assert told.exit_code == 0, told.output[-2000:]


def test_a_defined_name_has_all_its_names(knowledge: Knowledge) -> None:
    """Chinese name, English name and short form make one line, counted over papers, with a place of each paper."""
    papers = Papers()
    for doc in ("a", "b"):
        papers.define(doc, "法布灵素(fabulin, FBLN)可用。", ("法布灵素", False), ("fabulin", False), ("FBLN", True))
        papers.say(doc, "给予法布灵素后好转。", "法布灵素", rule="gloss")
    (found,) = papers.suggested(knowing(knowledge))
    assert (found.tier, found.type, found.en, found.zh) == (Tier.GLOSS, "compound", "fabulin", "法布灵素")
    assert found.abbreviations == ("FBLN",)
    assert (found.count, found.papers) == (2, ("a", "b"))
    assert found.rules == ("gloss 2", "gloss-bracket 2")
    assert [c.count("【法布灵素") for c in found.contexts] == [1, 1, 1]


def test_names_of_the_lexicon_are_no_suggestions(knowledge: Knowledge) -> None:
    """Neither a name that is known, however it is spelt, nor a known name's new short form is suggested."""
    known = knowing(knowledge, concept("compound", "fabulin", "法布灵素"))
    papers = Papers().say("a", "FABULIN 与法布靈素。", "FABULIN", "法布靈素")
    papers.define("a", "法布灵素(FBLN)可用。", ("法布灵素", False), ("FBLN", True)).say(
        "a", "FBLN可用。", "FBLN", rule="gloss"
    )
    assert papers.suggested(known) == ()
    assert papers.suggested(knowing(knowledge))


def test_a_new_name_of_a_known_concept(knowledge: Knowledge) -> None:
    """It comes with the concept's identifier and names; one that is only misspelt goes last."""
    known = knowing(knowledge, concept("compound", "fabulin", "法布灵素", public="CHEBI:77"))
    papers = Papers().define("a", "法布灵素(grandiol)可用。", ("法布灵素", False), ("grandiol", False))
    papers.define("b", "法布灵素(fabullin)可用。", ("法布灵素", False), ("fabullin", False))
    first = papers.suggested(known)[0]
    assert (first.id, first.en, first.zh, first.known) == ("CHEBI:77", "fabulin", "法布灵素", "fabulin")
    assert first.synonyms == ("grandiol", "fabullin")
    papers.glosses = papers.glosses[1:]
    assert [s.tier for s in papers.suggested(known)] == [Tier.COMPOSED]


def test_a_capital_makes_no_short_form(knowledge: Knowledge) -> None:
    """A name that begins a sentence is the English name, and what stands in its bracket the short form."""
    papers = Papers().define("a", "Fabulin (FBLN) acts.", ("Fabulin", True), ("FBLN", True))
    (found,) = papers.suggested(knowing(knowledge))
    assert (found.en, found.abbreviations) == ("Fabulin", ("FBLN",))


def test_a_part_of_a_name_is_not_its_name(knowledge: Knowledge) -> None:
    """Where only the end of the long name was found before the bracket, the known end does not lend its identifier."""
    known = knowing(knowledge, concept("protein", "kinase", "激酶", public="MESH:D000001"))
    papers = Papers().define(
        "a", "托布激酶(Tob kinase, TOBK)", ("激酶", False), ("Tob kinase", False), ("TOBK", True), kind="protein"
    )
    (found,) = papers.suggested(known)
    assert (found.en, found.id, found.known) == ("Tob kinase", "", "")


def test_short_forms_that_mean_many_things_are_left_out(knowledge: Knowledge) -> None:
    """Two letters, and a short form that the lexicon has for something else, are noted rather than proposed."""
    known = knowing(knowledge, concept("protein", "tobase", "托布酶", short=["TOB"]))
    papers = Papers().define("a", "法布灵素(FB, TOB)", ("法布灵素", False), ("FB", True), ("TOB", True))
    (found,) = papers.suggested(known)
    assert found.abbreviations == ()
    assert found.note == "left out: FB (too short), TOB (tobase)"


def test_one_short_form_two_meanings(knowledge: Knowledge) -> None:
    """Papers that define a short form differently are not joined by it; a use without definition stands by itself."""
    papers = Papers().define("a", "法布灵素(FBLN)", ("法布灵素", False), ("FBLN", True))
    papers.define("b", "托布霉素(FBLN)", ("托布霉素", False), ("FBLN", True))
    papers.say("c", "FBLN可用，给予FBLN。", "FBLN", rule="symbol-company")
    assert {(s.zh or s.en, s.count) for s in papers.suggested(knowing(knowledge))} == {
        ("法布灵素", 1),
        ("托布霉素", 1),
        ("FBLN", 1),
    }
    papers.glosses.pop()
    found = {(s.zh or s.en, s.papers) for s in papers.suggested(knowing(knowledge))}
    assert found == {("法布灵素", ("a", "c"))}


def test_order(knowledge: Knowledge) -> None:
    """Defined names first, then shapes by papers and mentions, then phrases, then what known words make up."""
    known = knowing(knowledge, concept("anatomy", "spleen", "脾脏"), concept("protein", "tobase", "托布酶"))
    papers = Papers().say("a", "脾脏托布酶与古怪态势。", "脾脏托布酶", kind="protein", rule="ending-酶")
    papers.say("a", "古怪态势。", "古怪态势", kind="effect", rule="phrase-head")
    papers.say("a", "单单素、单单素、单单素。", *["单单素"] * 3).say("b", "双双素，", "双双素").say(
        "c", "双双素。", "双双素"
    )
    papers.define("c", "法布灵素(fabulin)", ("法布灵素", False), ("fabulin", False))
    names = [s.zh for s in papers.suggested(known)]
    assert names == ["法布灵素", "双双素", "单单素", "古怪态势", "脾脏托布酶"]
    assert [s.zh for s in papers.suggested(known, least=3)] == ["单单素"]


@pytest.mark.parametrize("text", ["Ser40", "第一个托布酶", "kg托布酶", "托布酶（甲", "1,2", "托" * 31])
def test_what_is_no_name(knowledge: Knowledge, text: str) -> None:
    """Residues, pieces of a sentence, open brackets, numbers and descriptions are left out."""
    assert Papers().say("a", f"有{text}。", text).suggested(knowing(knowledge)) == ()


def test_the_sheet_comes_back_as_it_was_written(tmp_path: Path, knowledge: Knowledge) -> None:
    """Quotes and bars in names and contexts survive; only lines that are accepted come back."""
    papers = Papers().say("a", '"法布灵素"可用。', "法布灵素").say("a", "托布霉素。", "托布霉素")
    text = sheet.written(papers.suggested(knowing(knowledge)))
    path = tmp_path / "new.tsv"
    path.write_text(text, encoding="utf-8")
    assert sheet.read_sheet(path) == []
    assert not sheet.in_use(path)
    mark(path, "法布灵素")
    ((number, row),) = sheet.read_sheet(path)
    assert (row["zh"], row["type"], row["source"]) == ("法布灵素", "compound", "a")
    assert row["contexts"] == '"【法布灵素】"可用。'
    assert text.splitlines()[number - 1].split("\t")[4] == "法布灵素"
    assert sheet.in_use(path)


def mark(path: Path, *names: str, sign: str = "y", encoding: str = "utf-8", **cells: str) -> None:
    """Accept the lines with these Chinese or English names, as a spreadsheet would write it."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row in rows:
        if {row["zh"], row["en"]} & set(names):
            row.update({"accept": sign, **cells})
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter="\t", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


# -- add ---------------------------------------------------------------------------------------------------------------


def line(kind: str = "compound", **cells: str) -> dict[str, str]:
    """An accepted line."""
    return {**dict.fromkeys(COLUMNS, ""), "accept": "y", "type": kind, "source": "a", **cells}


def added(folder: Path, *rows: Mapping[str, str]) -> Added:
    """What comes of these lines, numbered from 2, for a lexicon folder."""
    return add(list(enumerate(rows, 2)), tuple(map(read_table, sorted(folder.glob("*.tsv")))), "new.tsv")


def refused(folder: Path, *rows: Mapping[str, str]) -> list[str]:
    """The faults of these lines."""
    with pytest.raises(DataError) as told:
        added(folder, *rows)
    return list(told.value.faults)


def test_lines_go_to_the_table_of_their_type(tmp_path: Path) -> None:
    """A new folder gets a table for each type, with what a lexicon line holds and nothing more."""
    done = added(tmp_path, line(en="fabulin", zh="法布灵素", abbreviations="FBLN"), line("effect", zh="古怪态势"))
    assert {name: data.decode() for name, data in done.files.items()} == {
        "compounds-added.tsv": f"{HEADER}\n\tfabulin\t法布灵素\t\tFBLN\ta\n",
        "effects-added.tsv": f"{HEADER}\n\t\t古怪态势\t\t\ta\n",
    }
    assert [(done_line.place, done_line.full) for done_line in done.lines] == [
        ("compounds-added.tsv:2", ("fabulin", "法布灵素")),
        ("effects-added.tsv:2", ("古怪态势",)),
    ]


def test_what_is_there_stays_as_it_is(tmp_path: Path) -> None:
    """Lines, comments, columns and line ends of a table are kept; new lines follow them in its own columns."""
    old = "\ufeffzh\ten\tsource\tid\tsynonyms\tabbreviations\tmine\r\n# 我的\r\n托布素\t\tus\t\t\t\t!"
    (tmp_path / "compounds-added.tsv").write_bytes(old.encode())
    done = added(tmp_path, line(zh="法布灵素", en="fabulin"))
    assert done.files["compounds-added.tsv"].decode() == old + "\r\n法布灵素\tfabulin\ta\t\t\t\t\r\n"
    assert done.lines[0].number == 4


def test_what_is_already_there_is_left_out(tmp_path: Path) -> None:
    """A name that the folder has with that type, in whatever table and spelling, or twice in the sheet, is told."""
    table(tmp_path, "compounds-mine.tsv", ",fab-ulin,法布灵素,,FBLN,us")
    done = added(tmp_path, line(en="Fabulin"), line(zh="托布素"), line(zh="托布素"))
    assert done.skipped == (
        "new.tsv:2: 'Fabulin' is already in compounds-mine.tsv:2",
        "new.tsv:4: '托布素' is already in compounds-added.tsv:2",
    )
    assert [done_line.zh for done_line in done.lines] == ["托布素"]


def test_all_faults_of_a_sheet_at_once(tmp_path: Path) -> None:
    """No type, no name, no source, a bad identifier, a name of another type: a line each, and nothing is added."""
    table(tmp_path, "proteins.tsv", ",tobase,托布酶,,TOB,us")
    told = refused(
        tmp_path,
        line("", zh="一素"),
        line("drug", zh="二素"),
        line(abbreviations="SAN"),
        line(zh="四素", source=""),
        line(zh="五素", id="CHEBI:05"),
        line(zh="六素", id="PMID:5"),
        line(zh="托布酶"),
        line(zh="八素", abbreviations="TOB"),
        line("protein", zh="九酶", abbreviations="TOB"),
    )
    assert [fault.split(" ")[0] for fault in told] == [f"new.tsv:{n}:" for n in range(2, 11)]
    for fault, says in zip(
        told,
        [
            "no type",
            "'drug'",
            "neither",
            "no source",
            "'CHEBI:05'",
            "'PMID:5'",
            "proteins.tsv:2",
            *["'TOB' is also in"] * 2,
        ],
        strict=True,
    ):
        assert says in fault


def test_a_short_form_and_a_word_of_its_letters(tmp_path: Path) -> None:
    """TOB beside a name tob is no clash: each is matched as it is written."""
    table(tmp_path, "organisms.tsv", ",tob,托布虫,,,us")
    assert added(tmp_path, line("protein", en="tobase", abbreviations="TOB")).lines


@pytest.mark.parametrize(
    ("identifier", "good"),
    [
        ("CHEBI:15365", True),
        ("HGNC:6018", True),
        ("MESH:D000001", True),
        ("MESH:C000598555", True),
        ("GO:0006915", True),
        ("DOID:0050830", True),
        ("HP:0002315", True),
        ("", True),
        ("CHEBI:", False),
        ("CHEBI:²", False),
        ("HGNC:IL6", False),
        ("MESH:D0001", False),
        ("MESH:000001", False),
        ("GO:6915", False),
        ("HP:00023155", False),
        ("chebi:15365", False),
    ],
)
def test_forms_of_identifiers(identifier: str, good: bool) -> None:
    """Each vocabulary has its own form."""
    assert (id_fault(identifier) is None) == good


def test_all_files_or_none(tmp_path: Path) -> None:
    """Where one of several files cannot be written, the others are as they were, and nothing lies about."""
    (tmp_path / "a.tsv").write_text("old")
    (tmp_path / "b.tsv").mkdir()
    with pytest.raises(OutputError, match=r"b\.tsv: cannot be written"):
        replace_all({tmp_path / "a.tsv": b"new", tmp_path / "b.tsv": b"new"})
    assert (tmp_path / "a.tsv").read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.tsv", "b.tsv"]


# -- the commands ------------------------------------------------------------------------------------------------------

PAPER = "海棠藤碱(tanglidine, TLD)是一种药物。\n海棠藤碱可抑制炎症，且海棠藤碱无毒。\n"


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a paper on a drug that nobody has heard of."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers/a.txt").write_text(PAPER, encoding="utf-8")
    return tmp_path


def test_there_and_back(papers: Path, bench: Bench) -> None:
    """What a run suggests and a curator accepts is a name of the lexicon in the next run, and suggested no more."""
    read = bench.read(PAPER)
    write_run(papers / "one", [Result(read.paper, read.glosses, read.mentions)])
    done = call("suggest", "one", "--out", "new.tsv")
    assert done.exit_code == 0, done.output
    mark(papers / "new.tsv", "海棠藤碱", encoding="utf-16", id="CHEBI:999999")
    done = call("add", "new.tsv", "--to", "mine")
    assert done.exit_code == 0, done.output
    assert "1 added, 0 left out" in done.stdout
    # The house of `pipeline run --lexicon mine`.
    house = cli.shell.build(Path("mine"))
    assert "user/compounds-added.tsv" in knowledge_digests(Path("mine"))
    (papers / "next.txt").write_text("海棠藤碱（又称TLD）可抑制炎症。\nTanglidine reduced pain.\n", encoding="utf-8")
    mentions = house.tag(read_paper(papers / "next.txt", "next")).mentions
    found = {(m.text, m.concept_id) for m in mentions if m.type == "compound"}
    assert {("海棠藤碱", "CHEBI:999999"), ("Tanglidine", "CHEBI:999999"), ("TLD", "CHEBI:999999")} <= found
    left = call("suggest", "one", "--lexicon", "mine").stdout
    assert "海棠藤碱" not in {cells.split("\t")[4] for cells in left.splitlines()}
    again = call("add", "new.tsv", "--to", "mine")
    assert "0 added, 1 left out" in again.stdout
    assert call("check", "--lexicon", "mine").exit_code == 0


def test_a_marked_sheet_is_not_written_over(papers: Path) -> None:
    """A second `suggest` replaces a sheet that nobody has marked, and no other file."""
    text = "海棠藤碱"
    write_run(papers / "run", [result("a", text, [mention("a", text, 0, 4, "compound")])])
    for _ in range(2):
        assert call("suggest", "run", "--out", "new.tsv").exit_code == 0
    mark(papers / "new.tsv", "海棠藤碱")
    before = (papers / "new.tsv").read_bytes()
    (papers / "notes.txt").write_text("mine")
    for name in ("new.tsv", "notes.txt"):
        done = call("suggest", "run", "--out", name)
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert (papers / "new.tsv").read_bytes() == before


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["suggest", "nowhere"], "no run folder"),
        (["add", "nowhere.tsv", "--to", "mine"], "cannot be read"),
        (["add", "papers/a.txt", "--to", "mine"], "a.txt:1: no sheet of suggestions"),
        (["add", "unmarked.tsv", "--to", "mine"], "no line is accepted"),
        (["add", "maybe.tsv", "--to", "mine"], "maybe.tsv:2: accept is 'maybe'"),
        (["add", "good.tsv", "--to", "papers/a.txt"], "cannot be written"),
        (["add", "good.tsv", "--to", "broken"], "compounds.tsv:1: the header lacks"),
        (["check", "--lexicon", "nowhere"], "no such lexicon folder"),
        (["check", "--lexicon", "papers"], "no lexicon table"),
        (["check", "--ids", "papers"], "no tables of identifiers"),
        (["stats", "--lexicon", "broken"], "compounds.tsv:1: the header lacks"),
    ],
)
def test_wrong_usage_is_one_line(papers: Path, args: list[str], says: str) -> None:
    """Bad input gives one line, exit code 2, and nothing written."""
    (papers / "broken").mkdir()
    (papers / "broken/compounds.tsv").write_text("id\ten\n")
    for name, sign in (("unmarked", ""), ("maybe", "maybe"), ("good", "y")):
        cells = dict(zip(sheet.MADE_OF, (sign, "compound", "", "fabulin", "", "", "", "a"), strict=True))
        (papers / f"{name}.tsv").write_text("\t".join(cells) + "\n" + "\t".join(cells.values()) + "\n")
    done = call(*args)
    assert done.exit_code == 2, done.output
    assert done.stderr.count("\n") == 1
    assert says in done.stderr
    assert not (papers / "mine").exists()
    assert [p.name for p in (papers / "broken").iterdir()] == ["compounds.tsv"]


# -- check -------------------------------------------------------------------------------------------------------------


def found(folder: Path, **more: Mapping[str, frozenset[str]]) -> list[tuple[str, str]]:
    """The faults of a lexicon folder, as kind and place, with the real search over it and nothing else."""
    tables = read_folder(folder)
    look_up = check.finder(load(lexicon=folder), tables)
    return [(f.kind, f"{f.file}:{f.line}") for f in check.check(tables, look_up=look_up, **more)]


def test_a_clean_lexicon(tmp_path: Path) -> None:
    """Names that fold alike within a line, a symbol that is name and short form, and case tell nothing wrong."""
    table(tmp_path, "compounds.tsv", ",fabulin,法布灵素,法布靈素|fab-ulin,FBLN,us", ",SP123,,,SP123,us")
    table(tmp_path, "organisms.tsv", ",fbln,法布虫,,,us")
    assert found(tmp_path) == []


def test_duplicates_and_clashes(tmp_path: Path) -> None:
    """The later of two lines is told where it shares a name, as a clash where its type is another."""
    table(
        tmp_path,
        "compounds.tsv",
        ",fabulin,法布灵素,,FBLN,us",
        ",grandiol,格兰醇,Fab-ulin,,us",
        ",third,第三素,,FBLN,us",
    )
    table(tmp_path, "effects.tsv", ",odd state,法布灵素,,,us")
    assert found(tmp_path) == [
        ("duplicate", "compounds.tsv:3"),
        ("duplicate", "compounds.tsv:4"),
        ("clash", "effects.tsv:2"),
    ]


def test_names_that_are_not_found(tmp_path: Path, knowledge: Knowledge) -> None:
    """A vague word is never found, and a plural that another concept's name takes in is read as that one."""
    (vague, *_) = [r["word"] for r in knowledge.tables["aspects"] if r["kind"] == "vague" and len(r["word"]) > 1]
    table(tmp_path, "anatomy.tsv", ",glandule,甲体,,,us")
    table(tmp_path, "effects.tsv", f",odd state,{vague},,,us", ",glandules,乙态,,,us")
    assert found(tmp_path) == [("unreachable", "effects.tsv:2"), ("unreachable", "effects.tsv:3")]


def test_the_users_names_win(tmp_path: Path) -> None:
    """A name that the project has for something else is no fault of a folder that goes before it."""
    ours = table(tmp_path / "ours", "compounds.tsv", ",fabulin,法布灵素,,,us")
    mine = table(tmp_path / "mine", "proteins.tsv", ",fabulase,法布灵素,,,us")
    tables = read_folder(mine)
    look_up = check.finder(load(mine, ours), (*tables, *read_folder(ours)))
    assert check.check(tables, look_up=look_up) == ()


def test_untidiness_is_not_severe(tmp_path: Path) -> None:
    """Names in the wrong column and names written twice are told, and fail nothing."""
    table(tmp_path, "compounds.tsv", ",法布灵素,fabulin,grandiol|grandiol,,us")
    assert found(tmp_path) == [
        ("repeated", "compounds.tsv:2"),
        ("script", "compounds.tsv:2"),
        ("script", "compounds.tsv:2"),
    ]


def test_names_of_record(tmp_path: Path) -> None:
    """An identifier whose record shares no name with its line is bad; one that the tables lack is only noted."""
    ids = tmp_path / "ids"
    ids.mkdir()
    with gzip.open(ids / "names.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("id\tname\tsynonyms\nCHEBI:1\tFab-Ulin\t\nCHEBI:2\tother\tgrand iol|x\n")
    rows = ["CHEBI:1,fabulin,法布灵素,,,us", "CHEBI:2,grandiol,格兰醇,,,us", "CHEBI:3,third,第三素,,,us"]
    table(tmp_path / "mine", "compounds.tsv", *rows, "CHEBI:2,fourth,第四素,,,us")
    assert found(tmp_path / "mine", records=check.read_records(ids)) == [
        ("unknown", "compounds.tsv:4"),
        ("identifier", "compounds.tsv:5"),
    ]
    done = call("check", "--lexicon", tmp_path / "mine", "--ids", ids)
    assert done.exit_code == 1
    note, fault, sums = done.stdout.splitlines()
    assert note.startswith("compounds.tsv:4: note: ")
    assert fault.startswith("compounds.tsv:5: none of the names of 'fourth' ")
    assert sums.startswith("4 concepts in 1 tables; faults: 1 bad identifiers; notes: 1 ")


def test_a_broken_lexicon_is_checked_as_far_as_can_be(tmp_path: Path) -> None:
    """Faults of form and of names come together, exit 1, with a word on what was not looked into."""
    table(tmp_path, "compounds.tsv", ",fabulin,法布灵素,,,", ",only,four,cells", ",fabulin,,,,us", "GO:1,x素,,,,us")
    table(tmp_path, "genes.tsv", ",tobase,托布酶,,,us")
    done = call("check", "--lexicon", tmp_path)
    assert done.exit_code == 1, done.output
    places = [row.split(": ")[0] for row in done.stdout.splitlines()[:-2]]
    assert places == [*(f"compounds.tsv:{n}" for n in (2, 3, 4, 5, 5)), "genes.tsv:1"]
    assert "mend the form first" in done.stdout.splitlines()[-1]


def test_what_check_passes_the_program_reads(tmp_path: Path) -> None:
    """The desk's reading of tables and the program's refuse the same lines."""
    rows = [",fabulin,法布灵素,,,us", ",,,,X,us", ",a1,,,,", "QQ:1,b1,,,,us", ",c1,,|..|,,us", ",d1,d,,"]
    for row in rows:
        folder = table(tmp_path / str(rows.index(row)), "compounds.tsv", row)
        severe = [f for f in check.check(read_folder(folder)) if f.severe]
        try:
            load(lexicon=folder)
            assert not severe, row
        except DataError:
            assert severe, row


# -- stats -------------------------------------------------------------------------------------------------------------


def test_stats(tmp_path: Path) -> None:
    """Counts by file and type; a Chinese name counts in whatever column it stands, an abbreviation never."""
    rows = [
        "CHEBI:1,fabulin,法布灵素,fabuline,FBLN,us",
        ",SP123,,,,us",
        ",third,,第三素,,us",
        "MESH:D000001,,第四素,,FS,us",
    ]
    table(tmp_path, "compounds-a.tsv", *rows[:3])
    table(tmp_path, "compounds-b.tsv", rows[3])
    table(tmp_path, "effects.tsv", "CHEBI:2,odd state,古怪态势,,,us")
    figures = stats(read_folder(tmp_path))
    whole = figures.all
    assert (whole.concepts, whole.names, whole.chinese, whole.english, whole.both, whole.identified) == (
        5,
        11,
        4,
        4,
        3,
        3,
    )
    assert whole.vocabularies == {"CHEBI": 2, "MESH": 1}
    assert {name: c.concepts for name, c in figures.files.items()} == {
        "compounds-a.tsv": 3, "compounds-b.tsv": 1, "effects.tsv": 1,
    }  # fmt: skip
    assert {name: c.concepts for name, c in figures.kinds.items()} == {"compound": 4, "effect": 1}
    shown = call("stats", "--lexicon", tmp_path)
    assert [cell for row in shown.stdout.splitlines() for cell in row.split()[:3]][:3] == [
        "Tables",
        "concepts",
        "names",
    ]
    assert orjson.loads(call("stats", "--lexicon", tmp_path, "--json").stdout)["kinds"]["compound"]["both"] == 2
