"""Lexicon and rule tables: what is wrong with them is told all at once, by file and line; the user's names win."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from harness import paper_of

from pipeline.errors import DataError, UsageError
from pipeline.knowledge import COLUMNS, LEXICON, RULES, Knowledge, load
from pipeline.segment.sentences import sentences
from pipeline.segment.words import Segmenter
from pipeline.tag import Tagger

HEADER = "\t".join(COLUMNS)


def table(folder: Path, name: str, *rows: str) -> Path:
    """A lexicon table with these rows (cells parted by `,`) in a folder of its own."""
    folder.mkdir(exist_ok=True)
    lines = [HEADER, *(row.replace(",", "\t") for row in rows)]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def faults(folder: Path, rules: Path = RULES) -> tuple[str, ...]:
    """What `load` has to say against a lexicon folder."""
    with pytest.raises(DataError) as told:
        load(lexicon=folder, rules=rules)
    return told.value.faults


def test_own_tables_are_whole(knowledge: Knowledge) -> None:
    """The project's own lexicon holds all three types and every table has a digest."""
    assert {"compound", "protein", "effect"} <= {c.kind for c in knowledge.concepts}
    named = {f"lexicon/{p.name}" for p in LEXICON.glob("*.tsv")}
    named |= {f"rules/{p.name}" for p in RULES.iterdir() if p.suffix in (".tsv", ".toml")}
    assert named == set(knowledge.digests)


def test_all_faults_at_once(tmp_path: Path) -> None:
    """Faults of several lines and files are told together, each with its file and line."""
    table(tmp_path, "compounds.tsv", ",curcumin,姜黄素,,,ChEBI", ",only,five,cells", "FOO:1,x acid,某酸,,,usage")
    table(tmp_path, "proteins.tsv", ",albumin,白蛋白,,,", ",,,,ABC,usage")
    told = faults(tmp_path)
    for place in ("compounds.tsv:3", "compounds.tsv:4", "proteins.tsv:2", "proteins.tsv:3"):
        assert sum(f.startswith(place + ": ") for f in told) == 1, (place, told)
    assert not any(f.startswith("compounds.tsv:2") for f in told)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",curcumin,姜黄素,,,ChEBI,more", "7 cells where the header has 6"),
        (",curcumin,姜黄素", "3 cells where the header has 6"),
        ("PUBCHEM:969516,curcumin,姜黄素,,,usage", "'PUBCHEM:969516'"),
        (",curcumin,姜黄素,,,", "no source"),
        (",,,姜黄素,,usage", None),
        (",,,,CUR,usage", "neither an English nor a Chinese name"),
        (",--,姜黄素,,,usage", "nothing to match in '--'"),
        (",curcumin,姜黄素,,- -,usage", "nothing to match in '- -'"),
    ],
    ids=[
        "more-cells",
        "fewer-cells",
        "vocabulary",
        "no-source",
        "synonym-only",
        "no-name",
        "empty-name",
        "empty-short",
    ],
)
def test_a_broken_line(tmp_path: Path, row: str, told: str | None) -> None:
    """A broken line is told with its file, its line and what is wrong; a synonym alone is a name."""
    folder = table(tmp_path, "compounds-made.tsv", ",quercetin,槲皮素,,,usage", row)
    if told is None:
        assert [c.names for c in load(lexicon=folder).concepts] == [("quercetin", "槲皮素"), ("姜黄素",)]
        return
    (fault,) = faults(folder)
    assert fault.startswith("compounds-made.tsv:3: ")
    assert told in fault


def test_a_table_of_no_type(tmp_path: Path) -> None:
    """A table whose name says no type is told by its name."""
    (fault,) = faults(table(tmp_path, "genes.tsv", ",TP53,,,,HGNC"))
    assert fault.startswith("genes.tsv:1: ")
    assert "proteins" in fault


def test_a_header_that_lacks_a_column(tmp_path: Path) -> None:
    """The columns that are missing are named."""
    (tmp_path / "compounds.tsv").write_text("id\ten\tzh\n\tcurcumin\t姜黄素\n", encoding="utf-8")
    (fault,) = faults(tmp_path)
    assert fault == "compounds.tsv:1: the header lacks synonyms, abbreviations, source"


def test_a_table_in_another_encoding(tmp_path: Path) -> None:
    """A table in GB18030 is told as such rather than read as rubbish."""
    (tmp_path / "compounds.tsv").write_bytes(f"{HEADER}\n\tcurcumin\t姜黄素\t\t\tusage\n".encode("gb18030"))
    (fault,) = faults(tmp_path)
    assert fault.startswith("compounds.tsv:1: ")
    assert "UTF-8" in fault


def test_a_table_from_a_spreadsheet(tmp_path: Path) -> None:
    """A byte order mark, Windows line ends, blank lines and comments are no faults."""
    rows = "\r\n".join([HEADER, "# drugs", "", "\tcurcumin\t姜黄素\t\t\tusage", ""])
    (tmp_path / "compounds.tsv").write_bytes(b"\xef\xbb\xbf" + rows.encode())
    assert [c.names for c in load(lexicon=tmp_path).concepts] == [("curcumin", "姜黄素")]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The project's rules, to break."""
    return Path(shutil.copytree(RULES, tmp_path / "rules"))


@pytest.fixture
def lexicon(tmp_path: Path) -> Path:
    """A lexicon of one compound."""
    return table(tmp_path / "lexicon", "compounds.tsv", ",curcumin,姜黄素,,CUR,usage")


def test_an_unknown_relation(rules: Path, lexicon: Path) -> None:
    """A trigger with a relation that no claim may have is told by file and line, along with other faults."""
    path = rules / "triggers-zh.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines += ["击昏\tstuns\tva\tusage", "\tincreases\tva\tusage", "击倒\tdecreases\tva\t"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    first = len(lines) - 2
    told = faults(lexicon, rules)
    assert [f.partition(": ")[0] for f in told] == [f"triggers-zh.tsv:{first + k}" for k in range(3)]
    assert "stuns" in told[0]


def test_a_grammar_that_is_no_toml(rules: Path, lexicon: Path) -> None:
    """A grammar file that cannot be read is told by name, with the faults of other files."""
    (rules / "claims-zh.toml").write_text("[[rule]\nname = 'x'\n", encoding="utf-8")
    (rules / "cues-en.tsv").write_text("word\tkind\n", encoding="utf-8")
    told = faults(lexicon, rules)
    assert any(f.startswith("claims-zh.toml") for f in told)
    assert any(f.startswith("cues-en.tsv:1: the header lacks source") for f in told)


def test_a_missing_folder(tmp_path: Path) -> None:
    """A lexicon folder that is not there is wrong usage."""
    with pytest.raises(UsageError, match="no such lexicon folder"):
        load(tmp_path / "nowhere")


def test_a_folder_without_tables(tmp_path: Path, lexicon: Path) -> None:
    """A lexicon folder of the user's that holds no table is wrong usage: it would be passed over in silence."""
    (tmp_path / "mine").mkdir()
    with pytest.raises(UsageError, match="no lexicon table"):
        load(tmp_path / "mine", lexicon)


def test_the_users_faults_are_told_with_ours(tmp_path: Path) -> None:
    """Faults of the user's lexicon and of the project's come in one message."""
    mine = table(tmp_path / "mine", "proteins.tsv", ",albumin,白蛋白,,,")
    ours = table(tmp_path / "ours", "compounds.tsv", ",only,five,cells")
    with pytest.raises(DataError) as told:
        load(mine, ours)
    assert {f.split(":")[0] for f in told.value.faults} == {"proteins.tsv", "compounds.tsv"}


def test_the_users_lexicon_wins(tmp_path: Path) -> None:
    """A name that both lexicons hold means what the user says; names of the project alone go on."""
    ours = table(tmp_path / "ours", "compounds.tsv", "CHEBI:3962,curcumin,姜黄素,,,ChEBI", ",quercetin,槲皮素,,,usage")
    mine = table(tmp_path / "mine", "proteins.tsv", ",curcumase,姜黄素,,,usage")
    knowledge = load(mine, ours)
    first = knowledge.by_key["姜黄素"][0][0]
    assert (first.kind, first.user) == ("protein", True)
    paper = paper_of("姜黄素和槲皮素。")
    tagger = Tagger(knowledge, Segmenter().cut)
    _, mentions, _ = tagger.tag(paper, sentences(paper))
    assert [(m.type, m.text, m.concept_name) for m in mentions] == [
        ("protein", "姜黄素", "curcumase"),
        ("compound", "槲皮素", "quercetin"),
    ]


def test_a_user_word_is_found(tmp_path: Path, lexicon: Path) -> None:
    """A name that only the user's lexicon holds becomes a mention with the user's identifier."""
    mine = table(tmp_path / "mine", "compounds-mine.tsv", "CHEBI:999999,fabulin,法布灵,,FBL,usage")
    paper = paper_of("法布灵与FBL。")
    _, mentions, _ = Tagger(load(mine, lexicon), Segmenter().cut).tag(paper, sentences(paper))
    assert [(m.text, m.concept_id) for m in mentions] == [("法布灵", "CHEBI:999999"), ("FBL", "CHEBI:999999")]
