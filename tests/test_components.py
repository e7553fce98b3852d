"""The spaCy components: the house's own mentions and claims, on a Doc that keeps what it had and comes back whole."""

from __future__ import annotations

import doctest
import json
import pickle
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import numpy
import pytest
import spacy
from confection import ConfigValidationError
from harness import Bench
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span, SpanGroup
from spacy.util import registry

from pipeline import components
from pipeline.components import TOKENIZER, ClaimFinder, DocClaim, MentionTagger, Rooms, WordTokenizer
from pipeline.errors import UsageError
from pipeline.records import Mention
from pipeline.segment import words

ROOT = Path(__file__).resolve().parents[1]
# 小檗碱|碱则 and NF-κB are where jieba's and spaCy's own tokens go over a mention's end.
PROSE = "黄连素(berberine, BBR)可抑制NF-κB的活化，改善胰岛素抵抗。它还能减轻氧化应激，而小檗碱则不影响TNF-α[3]。"
OURS: dict[str, Any] = {"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}}
JIEBA: dict[str, Any] = {"nlp": {"tokenizer": {"segmenter": "jieba"}}}


@pytest.fixture(scope="module")
def rooms() -> Rooms:
    """A house, built once: seconds."""
    return Rooms(None, "jieba")


@pytest.fixture
def built(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts that a test adds to an `nlp` take that house, where they would build one of the same settings."""

    def settled(lexicon: str | None, segmenter: components.Engine) -> Rooms:
        return rooms if (lexicon, segmenter) == rooms.settings else Rooms(lexicon, segmenter)

    monkeypatch.setattr(components, "Rooms", settled)


Tokenize = Callable[[str], Doc]


@pytest.fixture(scope="module", params=["characters", "jieba", "english", "ours"])
def tokenize(request: pytest.FixtureRequest, rooms: Rooms) -> Tokenize:
    """Somebody's tokenizer, and ours."""
    made: dict[str, Callable[[], Language]] = {
        "characters": lambda: spacy.blank("zh"),
        "jieba": lambda: spacy.blank("zh", config=JIEBA),
        "english": lambda: spacy.blank("en"),
        "ours": lambda: spacy.blank("zh"),
    }
    nlp = made[request.param]()
    return WordTokenizer(nlp.vocab, rooms) if request.param == "ours" else nlp.make_doc


def tagged(rooms: Rooms, doc: Doc, *, split_tokens: bool = True, set_ents: bool = False) -> Doc:
    """The Doc with its mentions."""
    return MentionTagger(rooms, split_tokens, set_ents)(doc)


def by_place(spans: Iterable[Span]) -> list[tuple[int, int, str, str]]:
    """Where the spans stand, what they are and what they read."""
    return [(s.start_char, s.end_char, s.label_, s.text) for s in spans]


def of_house(mentions: tuple[Mention, ...]) -> list[tuple[int, int, str, str]]:
    """The same of records."""
    return [(m.start, m.end, m.type.upper(), m.text) for m in mentions]


# -- mentions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", sorted(p.stem for p in (ROOT / "annotations").glob("*.jsonl")))
def test_mentions_are_the_houses_own(paper: str, tokenize: Tokenize, rooms: Rooms, bench: Bench) -> None:
    """On a paper's text the spans are the pipeline's mentions, none lost or moved, whatever the tokens were."""
    lines = (ROOT / "annotations" / f"{paper}.jsonl").read_text(encoding="utf-8").splitlines()
    text = "\n".join(json.loads(line)["text"].replace("\n", " ") for line in lines)
    doc = tagged(rooms, tokenize(text))
    assert doc.text == text
    assert by_place(doc.spans["mentions"]) == of_house(bench.read(text).mentions) != []
    assert doc._.mentions_moved == 0


def test_what_a_span_tells(rooms: Rooms, bench: Bench) -> None:
    """Spans have identifier, concept, the Doc's names for it, candidates and rule; a span that is none has none."""
    doc = tagged(rooms, spacy.blank("zh")(PROSE))
    (full, english, short, *_) = doc.spans["mentions"]
    assert [s.text for s in (full, english, short)] == ["黄连素", "berberine", "BBR"]
    (own, *_) = bench.read(PROSE).mentions
    assert full.kb_id_ == english.kb_id_ == short.kb_id_ == own.concept_id != ""
    assert full._.concept_name == "berberine"
    assert full._.names == own.names
    assert {"黄连素", "berberine", "BBR"} <= set(full._.names)
    assert full._.rule == "gloss"
    assert full._.candidates == ()
    assert len({s.id_ for s in doc.spans["mentions"]}) == len(doc.spans["mentions"])
    (gloss,) = doc._.glosses
    assert [n.text for n in gloss.names] == ["黄连素", "berberine", "BBR"]
    other = doc[full.end : full.end + 1]
    assert (other._.concept_name, other._.names, other._.rule) == (None, (), None)


def test_tokens_may_be_left_whole(rooms: Rooms) -> None:
    """Without splitting, spans take whole tokens in, and the Doc tells how many are not the mention's own."""
    text = "黄连素抑制NF-κB。"
    nlp = spacy.blank("zh")
    doc = tagged(rooms, Doc(nlp.vocab, words=["黄连素抑", "制", "NF-κB", "。"], spaces=[False] * 4), split_tokens=False)
    assert doc.text == text
    assert [t.text for t in doc] == ["黄连素抑", "制", "NF-κB", "。"]
    assert [s.text for s in doc.spans["mentions"]] == ["黄连素抑", "NF-κB"]
    assert doc._.mentions_moved == 1


def test_entities_beside_mentions_stay(rooms: Rooms) -> None:
    """Mentions become entities; one that was there goes where it touches a mention, and stays elsewhere."""
    nlp = spacy.blank("zh")
    doc = Doc(nlp.vocab, words=["北京", "的", "黄连素片", "抑制", "NF-κB"], spaces=[False] * 5)
    doc.ents = [Span(doc, 0, 1, "GPE"), Span(doc, 2, 3, "PRODUCT")]
    doc = tagged(rooms, doc, set_ents=True)
    assert [(e.text, e.label_) for e in doc.ents if e.label_ != "COMPOUND"] == [("北京", "GPE"), ("NF-κB", "PROTEIN")]
    assert any(e.label_ == "COMPOUND" and e.text.startswith("黄连素") for e in doc.ents)
    assert [e.id_ for e in doc.ents[1:]] == [s.id_ for s in doc.spans["mentions"]]
    quiet = tagged(rooms, nlp(PROSE))
    assert quiet.ents == ()


# -- splitting ---------------------------------------------------------------------------------------------------------


def test_split_tokens_keep_what_they_had(rooms: Rooms) -> None:
    """Tags, sentences, entities, tensor and spans stay right where a token before or in them is split."""
    nlp = spacy.blank("zh")
    made = ["NF-κB", "高", "服用黄连素后", "今日", "晴"]
    doc = Doc(
        nlp.vocab,
        words=made,
        spaces=[False] * 5,
        tags=["N1", "A1", "V1", "T1", "A2"],
        pos=["NOUN", "ADJ", "VERB", "NOUN", "ADJ"],
        sent_starts=[True, False, False, True, False],
        ents=["O", "O", "B-OWN", "B-DATE", "I-DATE"],
    )
    doc.tensor = numpy.zeros((5, 2), dtype="float32")
    doc.spans["theirs"] = SpanGroup(
        doc, name="theirs", attrs={"by": "them"}, spans=[Span(doc, 0, 3, "A"), Span(doc, 2, 4, "B"), Span(doc, 3, 5)]
    )
    doc.spans["none"] = SpanGroup(doc, name="none", spans=[Span(doc, 3, 3)])
    text = doc.text
    doc = tagged(rooms, doc)
    assert doc.text == text
    assert [t.text for t in doc] == ["NF-κB", "高", "服用", "黄连素", "后", "今日", "晴"]
    assert [t.tag_ for t in doc] == ["N1", "A1", "V1", "V1", "V1", "T1", "A2"]
    assert [t.pos_ for t in doc] == ["NOUN", "ADJ", "VERB", "VERB", "VERB", "NOUN", "ADJ"]
    assert [s.text for s in doc.sents] == ["NF-κB高服用黄连素后", "今日晴"]
    assert [(e.text, e.label_) for e in doc.ents] == [("服用黄连素后", "OWN"), ("今日晴", "DATE")]
    theirs = doc.spans["theirs"]
    assert [(s.text, s.label_) for s in theirs] == [
        ("NF-κB高服用黄连素后", "A"), ("服用黄连素后今日", "B"), ("今日晴", ""),
    ]  # fmt: skip
    assert theirs.attrs == {"by": "them"}
    assert [(s.start, s.end) for s in doc.spans["none"]] == [(5, 5)]
    assert doc.tensor.shape == (7, 2)


def test_a_split_head_stays_the_head(rooms: Rooms) -> None:
    """In a parsed Doc the first part of a token takes its place in the tree, and the others hang on it."""
    nlp = spacy.blank("zh")
    doc = Doc(
        nlp.vocab,
        words=["医生", "用黄连素治", "病", "。"],
        spaces=[False] * 4,
        heads=[1, 1, 1, 1],
        deps=["nsubj", "ROOT", "obj", "punct"],
    )
    doc = tagged(rooms, doc)
    first, *rest = [t for t in doc if 2 <= t.idx < 7]
    assert first.text == "用"
    assert (first.head, first.dep_) == (first, "ROOT")
    assert [(t.text, t.head, t.dep_) for t in rest] == [("黄连素", first, "dep"), ("治", first, "dep")]
    assert [(t.text, t.head.text) for t in doc if t.dep_ in ("nsubj", "obj", "punct")] == [
        ("医生", "用"), ("病", "用"), ("。", "用"),
    ]  # fmt: skip
    assert len(list(doc.sents)) == 1


def test_tokens_that_fit_are_left_alone(rooms: Rooms) -> None:
    """Where every mention ends at a token's end, no token changes."""
    nlp = spacy.blank("zh")
    made = ["黄连素", "抑制", "NF-κB", "。"]
    doc = tagged(rooms, Doc(nlp.vocab, words=made, spaces=[False] * 4))
    assert [t.text for t in doc] == made
    assert [s.text for s in doc.spans["mentions"]] == ["黄连素", "NF-κB"]


# -- tokens of our own -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\n\n", " 甲 \n\t 乙。", "oxidative  stress in rats.", "細胞\u3000內 NF-κB", "𠮷é\u200b\ufeff😀",
        "\x1c甲\x85乙\u2028",
    ],
    ids=range(8),
)  # fmt: skip
def test_no_character_is_lost(rooms: Rooms, text: str) -> None:
    """A Doc of ours has the text that it was made of, blanks and odd characters as well."""
    doc = WordTokenizer(spacy.blank("zh").vocab, rooms)(text)
    assert doc.text == text


def test_words_are_not_glued_to_names(rooms: Rooms) -> None:
    """No mention's end is in a word, and names are parted at their blanks; hanzi are as the text has them."""
    tokenizer = WordTokenizer(spacy.blank("zh").vocab, rooms)
    doc = tokenizer(PROSE + "Oxidative stress rises.")
    edges = {t.idx for t in doc} | {t.idx + len(t) for t in doc}
    mentions = tagged(rooms, doc).spans["mentions"]
    assert all({s.start_char, s.end_char} <= edges for s in mentions)
    assert not [t.text for t in doc if " " in t.text]
    assert {"可", "抑制", "不", "影响", "Oxidative"} <= {t.text for t in doc}
    assert {"細胞"} <= {t.text for t in tokenizer("細胞存活。")}


# -- claims ------------------------------------------------------------------------------------------------------------


def claimed(doc: Doc) -> list[tuple[str, str, str]]:
    """The claims by their spans."""
    claims: tuple[DocClaim, ...] = doc._.claims
    return [(c.subject.text, c.record.relation, c.object.text) for c in claims]


@pytest.mark.usefixtures("built")
def test_claims_are_the_houses_own(bench: Bench) -> None:
    """Claims are the pipeline's records, each with spans for its parts; an implicit subject is the earlier mention."""
    nlp = spacy.blank("zh")
    nlp.add_pipe("claim_mentions")
    nlp.add_pipe("claim_claims")
    text = "黄连素可抑制NF-κB的活化，从而减轻氧化应激。它还能改善胰岛素抵抗[3]。"
    doc = nlp(text)
    own = bench.read(text).claims
    assert claimed(doc) == [(c.subject.text, c.relation, c.object.text) for c in own]
    first, chained, implied = doc._.claims
    assert (first.trigger.text, first.sentence.text) == ("抑制", text[: text.index("它")])
    assert [v.text for v in chained.via] == ["NF-κB"]
    assert implied.record.subject.implicit
    assert implied.record.citations == (3,)
    assert (implied.subject.start_char, implied.subject.label_) == (0, "COMPOUND")
    assert implied.subject in list(doc.spans["mentions"])
    assert implied.subject._.names == ("黄连素",)


@pytest.mark.usefixtures("built")
def test_a_doc_without_text() -> None:
    """Nothing in, nothing out."""
    nlp = spacy.blank("en")
    nlp.add_pipe("claim_mentions", config={"set_ents": True})
    nlp.add_pipe("claim_claims")
    for text in ("", " \n "):
        doc = nlp(text)
        assert (len(doc.spans["mentions"]), doc.ents, doc._.glosses, doc._.claims) == (0, (), (), ())


# -- pipelines ---------------------------------------------------------------------------------------------------------

TEXTS = [PROSE, "槲皮素激活SIRT1。", "", "BBR是未定义的缩写。", PROSE]


def facts(doc: Doc) -> tuple[object, ...]:
    """All that the components set."""
    spans = [(s.id_, s.kb_id_, s._.concept_name, s._.names, s._.rule, s._.candidates) for s in doc.spans["mentions"]]
    return (
        [t.text for t in doc], by_place(doc.spans["mentions"]), by_place(doc.ents), spans, doc._.glosses,
        [c.record for c in doc._.claims], claimed(doc), doc._.mentions_moved,
    )  # fmt: skip


@pytest.fixture(scope="module")
def nlp(rooms: Rooms) -> Language:
    """Our tokenizer and both components, over one house."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(components, "Rooms", lambda *_: rooms)
        nlp = spacy.blank("zh", config=OURS)
        nlp.add_pipe("claim_mentions", config={"set_ents": True})
        nlp.add_pipe("claim_claims")
    return nlp


def test_streams_give_what_single_texts_give(nlp: Language) -> None:
    """`nlp.pipe`, alone and with two processes, gives what one call gives; nothing goes from text to text."""
    single = [facts(nlp(text)) for text in TEXTS]
    assert single[0] == single[-1]
    assert len(single[0][5]) > 1  # type: ignore[arg-type]
    assert [facts(doc) for doc in nlp.pipe(TEXTS)] == single
    assert [facts(doc) for doc in nlp.pipe(TEXTS, n_process=2, batch_size=2)] == single


def test_docs_come_back_whole(nlp: Language) -> None:
    """Records and spans are the same after a Doc was bytes, by itself or in a DocBin."""
    doc = nlp(PROSE)
    assert facts(Doc(nlp.vocab).from_bytes(doc.to_bytes())) == facts(doc)
    binned = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    (back,) = DocBin().from_bytes(binned).get_docs(nlp.vocab)
    assert facts(back) == facts(doc)


def test_parts_share_one_house(nlp: Language, rooms: Rooms) -> None:
    """Parts of the same settings in one `nlp` have one house, and pickled together they have one again."""
    tokenizer, tagger = nlp.tokenizer, nlp.get_pipe("claim_mentions")
    assert isinstance(tokenizer, WordTokenizer)
    assert isinstance(tagger, MentionTagger)
    assert tokenizer.rooms is tagger.rooms is rooms
    assert isinstance(nlp.get_pipe("claim_claims"), ClaimFinder)
    parts = pickle.dumps([tokenizer.rooms, nlp.get_pipe("claim_claims"), tagger])
    assert parts.count(b"Rooms") == 1
    assert len(parts) < 1000


def test_an_nlp_goes_to_disk_and_keeps_its_lexicon_to_itself(
    tmp_path: Path, nlp: Language, capfd: pytest.CaptureFixture[str]
) -> None:
    """A pipeline with a lexicon of one's own loads again with it; another in the process knows nothing of it."""
    folder = tmp_path / "lexicon"
    folder.mkdir()
    (folder / "compounds.tsv").write_text(
        "id\ten\tzh\tsynonyms\tabbreviations\tsource\n\tsuningan\t速宁安\t\tSNA\tmade up\n", encoding="utf-8"
    )
    own = spacy.blank("zh")
    own.add_pipe("claim_mentions", config={"lexicon": str(folder), "split_tokens": False})
    own.add_pipe("claim_claims")
    own.to_disk(tmp_path / "model")
    loaded = spacy.load(tmp_path / "model")
    assert loaded.pipe_names == ["claim_mentions", "claim_claims"]
    assert loaded.get_pipe_config("claim_mentions")["lexicon"] == str(folder)
    text = "速宁安能抑制TNF-α的表达。"
    assert facts(loaded(text)) == facts(own(text))
    assert claimed(loaded(text)) == [("速宁安", "decreases", "TNF-α")]
    other = nlp(text)
    assert "suningan" not in [s._.concept_name for s in other.spans["mentions"]]
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("built")
def test_wrong_settings_are_told() -> None:
    """An engine that is none, and a folder that is none, are told when the component is added."""
    nlp = spacy.blank("zh")
    with pytest.raises(ConfigValidationError, match="segmenter"):
        nlp.add_pipe("claim_mentions", config={"segmenter": "scissors"})
    with pytest.raises(UsageError, match="no such lexicon folder"):
        nlp.add_pipe("claim_mentions", config={"lexicon": "no/such/folder"})
    assert get_args(components.Engine) == get_args(words.Engine)


def test_names_of_others_are_not_taken(monkeypatch: pytest.MonkeyPatch, rooms: Rooms) -> None:
    """Where another package has `doc._.claims`, it keeps it, and ours says so."""
    theirs = (None, None, len, None)
    monkeypatch.setitem(sys.modules["spacy.tokens.underscore"].Underscore.doc_extensions, "claims", theirs)
    with pytest.raises(ValueError, match=r"Doc\._\.claims is somebody else's"):
        ClaimFinder(rooms)


# -- how it is installed, and what the documentation shows -------------------------------------------------------------


def test_entry_points_name_real_objects() -> None:
    """What pyproject.toml offers to spaCy is there, under the names that spaCy has for it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    objects = {
        (group, name): getattr(import_module(target.partition(":")[0]), target.partition(":")[2])
        for group in ("spacy_factories", "spacy_tokenizers")
        for name, target in project[group].items()
    }
    assert {n for g, n in objects if g == "spacy_factories"} == {"claim_mentions", "claim_claims"}
    assert all(Language.get_factory_meta(n).factory == n for g, n in objects if g == "spacy_factories")
    assert objects["spacy_tokenizers", TOKENIZER] is registry.tokenizers.get(TOKENIZER)


def test_being_on_offer_costs_little() -> None:
    """Every `nlp` imports the module for its entry points: it brings neither jieba nor the readers of PDFs."""
    script = (
        "import sys, pipeline.components\n"
        "print({'jieba', 'pdfplumber', 'pypdfium2', 'pipeline.house'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("page", ["docs/spacy.md", "docs/library.md", "README.md"])
def test_examples_print_what_they_show(page: str) -> None:
    """The examples run, block after block, and print what stands below each line."""
    blocks = re.findall(
        r"^<!-- python -->\n```python\n(.*?)^```$", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert blocks
    test = doctest.DocTestParser().get_doctest("".join(blocks), {}, page, page, 0)
    assert test.examples
    told: list[str] = []
    assert doctest.DocTestRunner(verbose=False).run(test, out=told.append).failed == 0, "".join(told)


def test_every_setting_is_explained() -> None:
    """docs/spacy.md names each setting of the components and each extension that they set."""
    page = (ROOT / "docs/spacy.md").read_text("utf-8")
    settings = {
        s for f in ("claim_mentions", "claim_claims") for s in Language.get_factory_meta(f).default_config or ()
    }
    assert settings == {"lexicon", "segmenter", "split_tokens", "set_ents"}
    assert not [s for s in settings if f"| `{s}` |" not in page]
    assert not [name for name in components._OF_DOC if f"doc._.{name}`" not in page]
    assert not [name for name in components._OF_SPAN if f"`span._.{name}`" not in page]
