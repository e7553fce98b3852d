"""A run by hand with a little of everything: both languages, a page, a denial, a hedge, names like formulas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from builders import HEAD, document, mention
from typer.testing import CliRunner

from pipeline import cli
from pipeline.export import files, format_of
from pipeline.outcome import Failure
from pipeline.records import Claim, Document, Evidence, Float, Gloss, Mention, Name, Object, Reference, Section, Subject
from pipeline.records import Trigger as Word
from pipeline.store import RunFolder, read_run

TITLE = "甲药综述𠮷"  # its last character is two in UTF-16
LINES = (
    TITLE,
    "摘要",
    "甲药能抑制大鼠TNF-α的表达,但不影响细胞凋亡[3]。",
    "1 Results",
    "It may, by way of TNF-α, improve =SUM(A1) and -OH in mice.",
)
TEXT = "\n".join(LINES) + "\n"
PAPERS = ("curcumin", "melatonin")  # of the corpus
BOX = (1.5, 2.0, 30.25, 40.0)


def _at(words: str, nth: int = 0) -> tuple[int, int]:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return start, start + len(words)


def _mention(number: int, words: str, kind: str, nth: int = 0, **more: object) -> Mention:
    start, end = _at(words, nth)
    made = mention("a b", TEXT, start, end, kind, rule="lexicon", **more)  # type: ignore[arg-type]
    return replace(made, id=f"a b:m{number}")


def _side(m: Mention) -> tuple[str, str, object, str | None, str | None]:
    return m.id, m.text, m.type, m.concept_id, m.concept_name


def _claim(number: int, subject: Mention, target: Mention, line: int, trigger: str, **more: object) -> Claim:
    start = sum(len(before) + 1 for before in LINES[:line])
    at = TEXT.index(trigger, start)
    implicit = not start <= subject.start < start + len(LINES[line])
    made = Claim(
        id=f"a b:c{number}",
        doc="a b",
        subject=Subject(*_side(subject), implicit),  # type: ignore[arg-type]
        object=Object(*_side(target)),  # type: ignore[arg-type]
        relation="decreases",
        trigger=Word(trigger, at, at + len(trigger)),
        negated=False,
        certainty="asserted",
        via=(),
        citations=(),
        model=(),
        evidence=Evidence(start, start + len(LINES[line]), LINES[line], None, "zh", 2, (BOX,), (2,)),
        rule="zh-svo",
    )
    return replace(made, **more)  # type: ignore[arg-type]


DRUG = _mention(
    1, "甲药", "compound", concept_id="CHEBI:1", concept_name="drug A", names=("甲药", "A药"), candidates=()
)
TNF = _mention(2, "TNF-α", "protein", concept_id="HGNC:11892", concept_name="tumor necrosis factor", boxes=(BOX,),
               page=2, box_pages=(2,))  # fmt: skip
DEATH = _mention(3, "细胞凋亡", "effect", concept_id="GO:0006915", concept_name="apoptosis")
TNF_AGAIN = _mention(4, "TNF-α", "protein", 1, lang="en", concept_id="HGNC:11892", concept_name="tumor necrosis factor")
FORMULA = _mention(5, "=SUM(A1)", "effect", lang="en")
GROUP = _mention(6, "-OH", "compound", lang="en", candidates=("CHEBI:2", "a group"))

CLAIMS = (
    _claim(1, DRUG, TNF, 2, "抑制", model=("大鼠",), conflicts=("a b:c2",)),
    _claim(2, DRUG, DEATH, 2, "影响", relation="regulates", negated=True, citations=(3,), conflicts=("a b:c1",)),
    _claim(
        3, DRUG, FORMULA, 4, "improve", relation="improves", certainty="hedged", via=(TNF_AGAIN.id,), model=("mice",)
    ),
    _claim(4, DRUG, GROUP, 4, "improve", relation="improves", certainty="hedged", via=(TNF_AGAIN.id,), model=("mice",)),
)

_SECTIONS = (
    Section(TITLE, 0, 0, _at("摘要")[0]),
    Section("摘要", 1, _at("摘要")[0], _at("1 Results")[0]),
    Section("1 Results", 1, _at("1 Results")[0], len(TEXT)),
)
PAPER = replace(document("a b", TEXT, "papers/a b.pdf"), sections=_SECTIONS, pages=2, langs=("zh", "en"))
SILENT = document("b", "无")
FAILED = Document("c", "c.pdf", "0" * 64, "failed", None, (), None, (), None)

RUN = RunFolder(
    run=replace(HEAD, state="finished", counts={"documents": 3, "failed": 1}),
    documents=(PAPER, SILENT, FAILED),
    texts={"a b": TEXT, "b": "无"},
    glosses=(
        Gloss("a b", *_at("甲药"), (Name("甲药", "zh", False), Name("A药", "zh", True)), "compound", "zh-bracket"),
    ),
    mentions=(DRUG, TNF, DEATH, TNF_AGAIN, FORMULA, GROUP),
    claims=CLAIMS,
    references=(Reference("a b", 3, "甲某. 2020.", 2, (BOX,), (2,)),),
    floats=(Float("a b", "table", 1, "表1", "表1 剂量", (("药", "mg"),), 2, (BOX,), (2,)),),
    failures=(Failure("c.pdf", "read", "BrokenInput", "c.pdf: ends in the middle; get it again"),),
)


@cache
def corpus() -> RunFolder:
    """Two papers of the corpus, run once: they have what the others have, and libraries are slow with all six."""
    with TemporaryDirectory() as folder:
        papers, out = Path(__file__).resolve().parents[2] / "corpus", Path(folder) / "run"
        given = [str(papers / f"{name}.pdf") for name in PAPERS]
        args = ["run", *given, "--out", str(out), "--no-cache", "--engine", "serial", "-q"]
        assert CliRunner().invoke(cli.app, args).exit_code == 0
        return read_run(out)


RUNS: dict[str, Callable[[], RunFolder]] = {"by hand": lambda: RUN, "corpus": corpus}


def written(run: RunFolder, name: str, folder: Path, out: str = "run") -> Path:
    """An export of a run on disk; where it is."""
    path = folder / out
    for file, data in files(run, format_of(name), path).items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return path
