"""Exports to statements and graphs, held to the schemas and libraries of those who read them."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cache
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from small import CLAIMS, RUN, RUNS, written

from pipeline.export.indra import kind_of
from pipeline.export.jsonld import CONTEXT
from pipeline.export.kgx import edge
from pipeline.export.terms import _rows
from pipeline.records import MENTION_TYPES, RELATIONS, Claim, MentionType, Object, Relation, Subject
from pipeline.store import RunFolder

ROOT = Path(__file__).resolve().parents[2]
IDS: dict[MentionType, tuple[str | None, ...]] = {
    "compound": ("CHEBI:1", "MESH:D000001", None),
    "protein": ("HGNC:1", "MESH:D000001", None),
    "effect": ("GO:0006915", "GO:0070160", "DOID:1", "HP:0000001", "MESH:D000001", None),
}


@pytest.fixture(scope="session", params=RUNS)
def run(request: pytest.FixtureRequest) -> RunFolder:
    """Each run that the exports are tried on."""
    made = RUNS[request.param]
    return made()


def every_claim() -> list[Claim]:
    """A claim of each relation between each kind of thing."""
    return [
        replace(
            CLAIMS[0],
            relation=relation,
            subject=Subject("m", "s", one, one_id, None, False),
            object=Object("m", "o", other, other_id, None),
        )
        for relation in RELATIONS
        for one in MENTION_TYPES
        for one_id in IDS[one]
        for other in MENTION_TYPES
        for other_id in IDS[other]
    ]


# -- INDRA -------------------------------------------------------------------------------------------------------------


@cache
def indra() -> Any:
    """INDRA's statements, where INDRA is installed."""
    return pytest.importorskip("indra.statements")


def test_indra_reads_every_statement(run: RunFolder, tmp_path: Path) -> None:
    """The file keeps INDRA's schema; INDRA makes a statement with one evidence of each claim, and finds no fault."""
    statements = indra()
    validate = pytest.importorskip("indra.statements.validate")
    data = json.loads(written(run, "indra", tmp_path, "run.json").read_bytes())
    schema = json.loads(resources("indra.resources").joinpath("statements_schema.json").read_text())
    jsonschema.validate(data, schema)
    made = statements.stmts_from_json(data)
    assert len(made) == len(run.claims) == sum(len(s.evidence) for s in made)
    validate.assert_valid_statements(made)
    for statement, claim in zip(made, run.claims, strict=True):
        (evidence,) = statement.evidence
        assert evidence.text == claim.evidence.text
        assert evidence.epistemics.get("negated", False) == claim.negated
        assert evidence.epistemics.get("hypothesis", False) == (claim.certainty == "hedged")
        assert [a.db_refs["TEXT"] for a in statement.agent_list()] == [claim.subject.text, claim.object.text]
        for coords, words in zip(*(evidence.annotations["agents"][k] for k in ("coords", "raw_text")), strict=True):
            assert coords is None or evidence.text[slice(*coords)] == words
    assert len({s.uuid for s in made}) == len(made)


def test_indra_identifiers_are_as_indra_writes_them(tmp_path: Path) -> None:
    """HGNC goes without its prefix, ChEBI and GO with theirs; the species is in the context."""
    made = indra().stmts_from_json(json.loads(written(RUN, "indra", tmp_path, "run.json").read_bytes()))
    assert made[0].agent_list()[0].db_refs == {"TEXT": "甲药", "CHEBI": "CHEBI:1"}
    assert made[0].agent_list()[1].db_refs == {"TEXT": "TNF-α", "HGNC": "11892"}
    assert made[0].evidence[0].context.species.db_refs == {"TAXONOMY": "10116"}
    assert type(made[0]).__name__ == "DecreaseAmount"  # 表达 stands behind it


@pytest.mark.parametrize(
    ("relation", "kind", "identifier", "aspect", "wanted"),
    [
        ("increases", "protein", None, None, "Activation"),
        ("increases", "protein", None, "expression", "IncreaseAmount"),
        ("decreases", "protein", None, "phosphorylation", "Inhibition"),
        ("decreases", "compound", None, None, "DecreaseAmount"),
        ("increases", "compound", None, "activity", "Activation"),
        ("decreases", "effect", "GO:0006915", None, "Inhibition"),
        ("improves", "effect", "DOID:1", None, "Inhibition"),
        ("improves", "effect", None, None, "Influence"),
        ("treats", "effect", None, None, "Inhibition"),
        ("regulates", "protein", None, None, "Influence"),
        ("binds", "protein", None, None, "Complex"),
        ("associated_with", "effect", None, None, "Association"),
    ],
)
def test_indra_types(
    relation: Relation, kind: MentionType, identifier: str | None, aspect: str | None, wanted: str
) -> None:
    """Which statement a relation becomes, as docs/export.md has it."""
    made = replace(CLAIMS[0], relation=relation, object=Object("m", "x", kind, identifier, None))
    assert kind_of(made, aspect) == wanted


# -- KGX ---------------------------------------------------------------------------------------------------------------


@cache
def biolink() -> Any:
    """The Biolink Model's own classes."""
    return pytest.importorskip("biolink_model.datamodel.pydanticmodel_v2")


@cache
def predicates() -> frozenset[str]:
    """Predicates of the Biolink Model that are not deprecated."""
    yaml = pytest.importorskip("yaml")
    text = resources("biolink_model").joinpath("schema/biolink_model.yaml").read_text(encoding="utf-8")
    slots = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["slots"]

    def is_predicate(name: str | None) -> bool:
        return name == "related to" or (name is not None and is_predicate(slots[name].get("is_a")))

    good = (n for n, s in slots.items() if is_predicate(n) and not s.get("deprecated"))
    return frozenset("biolink:" + name.replace(" ", "_") for name in good)


def valid(row: dict[str, Any]) -> None:
    """Hold a node or an edge to the Biolink class that it says it is; fields of our own left out."""
    (category,) = row["category"]
    made = getattr(biolink(), category.removeprefix("biolink:"))
    made(**{name: value for name, value in row.items() if not name.startswith("claim_")})


def lines(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON Lines."""
    return [orjson.loads(line) for line in path.read_bytes().split(b"\n") if line]


def test_kgx_is_biolink(run: RunFolder, tmp_path: Path) -> None:
    """Every node and edge is valid in the Biolink Model; an edge a claim, and both its ends are nodes."""
    out = written(run, "kgx", tmp_path)
    nodes, edges = lines(out / "nodes.jsonl"), lines(out / "edges.jsonl")
    for row in (*nodes, *edges):
        valid(row)
    ids = [n["id"] for n in nodes]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[^ <()>:]*:[^/ :]+", i) for i in ids), "what KGX takes for a CURIE"
    assert len({e["id"] for e in edges}) == len(edges)
    assert {e[end] for e in edges for end in ("subject", "object")} <= set(ids)
    assert {p for e in edges for p in e["publications"]} <= set(ids)
    assert sum("biolink:Publication" in n["category"] for n in nodes) == len(run.documents)
    assert [(e["claim_id"], e["supporting_text"], e["negated"]) for e in edges] == [
        (c.id, [c.evidence.text], c.negated) for c in run.claims
    ]
    assert {e["agent_type"] for e in edges} == {"text_mining_agent"}


def test_kgx_has_a_valid_edge_for_whatever_is_claimed() -> None:
    """Each relation between things of each category: the class takes it, and the predicate is in use."""
    (paper, *_) = RUN.documents
    made = [edge(c, paper, {}, "") for c in every_claim()]
    for row in made:
        valid(row)
    assert {row["predicate"] for row in made} <= predicates()


def test_kgx_says_what_changes_and_which_way(tmp_path: Path) -> None:
    """A compound that lowers a gene's expression: affects, causes, expression, decreased; in rats."""
    first, second, *_ = lines(written(RUN, "kgx", tmp_path) / "edges.jsonl")
    qualifiers = {k: v for k, v in first.items() if "qualif" in k}
    assert qualifiers == {
        "qualified_predicate": "biolink:causes",
        "object_aspect_qualifier": "expression",
        "object_direction_qualifier": "decreased",
        "species_context_qualifier": "NCBITaxon:10116",
    }
    assert (first["subject"], first["predicate"], first["object"]) == ("CHEBI:1", "biolink:affects", "HGNC:11892")
    assert second["negated"]
    assert "object_direction_qualifier" not in second


def test_kgx_tables_are_biolink() -> None:
    """Categories and aspects that our tables name are the model's own, and no word has two aspects in one place."""
    model = biolink()
    for row in _rows("categories.tsv"):
        assert hasattr(model, row["category"].removeprefix("biolink:")), row
        assert row["type"] in MENTION_TYPES
    aspects = {e.value for e in model.GeneOrGeneProductOrChemicalEntityAspectEnum}
    assert {row["aspect"] for row in _rows("aspects.tsv")} <= aspects
    words = Counter((row["word"], row["place"]) for row in _rows("aspects.tsv"))
    assert not [word for word, number in words.items() if number > 1]
    assert all(row["taxon"].removeprefix("NCBITaxon:").isdecimal() for row in _rows("species.tsv"))


# -- JSON-LD -----------------------------------------------------------------------------------------------------------


class Triples:
    """What a JSON-LD processor makes of a file: the objects of each subject and predicate, in plain words."""

    def __init__(self, path: Path) -> None:
        processor = pytest.importorskip("pyld.jsonld")
        self._of: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for quad in processor.to_rdf(orjson.loads(path.read_bytes()))["@default"]:
            subject, predicate, target = (quad[end]["value"] for end in ("subject", "predicate", "object"))
            self._of[subject, predicate].append(target)

    def all(self, subject: str, predicate: str) -> list[str]:
        """The objects that a subject has by a predicate, a term with the prefix that our context gives it."""
        return self._of.get((subject, spelt(predicate)), [])

    def one(self, subject: str, predicate: str) -> str:
        """The one object that a subject has by a predicate."""
        (found,) = self.all(subject, predicate)
        return found

    def by(self, predicate: str) -> list[tuple[str, str]]:
        """Subjects and objects of a predicate."""
        return [(s, o) for (s, p), targets in self._of.items() if p == spelt(predicate) for o in targets]

    def of_type(self, name: str) -> set[str]:
        """The subjects that are of that type."""
        return {subject for subject, target in self.by("rdf:type") if target == spelt(name)}


def spelt(term: str) -> str:
    """A term with a prefix as its IRI."""
    prefix, _, name = term.partition(":")
    return f"{CONTEXT[prefix]}{name}"


def test_jsonld_is_rdf(run: RunFolder, tmp_path: Path) -> None:
    """pyld reads as many papers, annotations and statements; each statement has its ends, sentence and source."""
    graph = Triples(written(run, "jsonld", tmp_path, "run.jsonld"))
    claims, annotations = graph.of_type("schema:Claim"), graph.of_type("oa:Annotation")
    assert claims == graph.of_type("rdf:Statement")
    assert (len(claims), len(annotations)) == (len(run.claims), len(run.mentions))
    papers = graph.of_type("schema:ScholarlyArticle")
    assert len(papers) == len(run.documents)
    labelled = {subject for subject, _ in graph.by("rdfs:label")}
    for claim in claims:
        assert {graph.one(claim, "rdf:subject"), graph.one(claim, "rdf:object")} <= labelled
        assert graph.one(claim, "rdf:predicate").removeprefix(CONTEXT["claim"]) in RELATIONS
        assert graph.one(claim, "prov:wasDerivedFrom") in papers
        assert {graph.one(claim, f"claim:{end}Mention") for end in ("subject", "object")} <= annotations
        assert set(graph.all(claim, "claim:via")) <= annotations
    selectors = [s for c in claims for s in graph.all(graph.one(c, "claim:evidence"), "oa:hasSelector")]
    quotes = Counter(quote for selector in selectors for quote in graph.all(selector, "oa:exact"))
    assert quotes == Counter(c.evidence.text for c in run.claims)
    places = Counter((start, graph.one(s, "oa:end")) for s in selectors for start in graph.all(s, "oa:start"))
    assert places == Counter((str(c.evidence.start), str(c.evidence.end)) for c in run.claims)
    boxes = [value for selector in selectors for value in graph.all(selector, "rdf:value")]
    assert len(boxes) == sum(len(c.evidence.boxes or ()) for c in run.claims)
    assert sum(value == "true" for _, value in graph.by("claim:negated")) == sum(c.negated for c in run.claims)


def test_jsonld_needs_no_guessing(tmp_path: Path) -> None:
    """Every key is a term of the context, and concepts have the IRIs of their owners."""
    path = written(RUN, "jsonld", tmp_path, "run.jsonld")

    def keys(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(keys, value.values()))
        return set().union(*map(keys, value)) if isinstance(value, list) else set()

    assert keys(orjson.loads(path.read_bytes())["@graph"]) <= set(CONTEXT)
    graph = Triples(path)
    iris = {target for end in ("subject", "object") for _, target in graph.by(f"rdf:{end}")}
    assert {"http://purl.obolibrary.org/obo/CHEBI_1", "https://identifiers.org/hgnc:11892"} <= iris
    assert all(":" in iri and " " not in iri for iri in iris)
    assert {target for _, target in graph.by("claim:species")} == {
        "http://purl.obolibrary.org/obo/NCBITaxon_10116",
        "http://purl.obolibrary.org/obo/NCBITaxon_10090",
    }


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_mapping_is_on_the_page() -> None:
    """Each relation has a row in docs/export.md, which names what it becomes here."""
    text = (ROOT / "docs/export.md").read_text(encoding="utf-8")
    rows = {row.split("|")[1].strip(" `"): row for row in text.splitlines() if row.startswith("| `")}
    (paper, *_) = RUN.documents
    for claim in every_claim():
        row = rows[claim.relation]
        assert f"`{edge(claim, paper, {}, '')['predicate'].removeprefix('biolink:')}`" in row, claim
        assert f"`{kind_of(claim, None)}`" in row, claim
