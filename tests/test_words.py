"""The private tokenizer: words tile the text, names stay whole, and nothing leaks to or from the process-wide jieba."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

import jieba
import jieba.posseg
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.knowledge import Knowledge
from pipeline.records import Word
from pipeline.segment.words import ENGINES, OURS, TOTAL, Dictionary, Engine, Segmenter

ROOT = Path(__file__).resolve().parents[1]
PROSE = "而小檗碱则可抑制NF-κB的活化，用姜黄素钠处理大鼠后，丹参酮ⅡA升高HO-1水平(P<0.05)。"


def texts(words: Sequence[Word]) -> list[str]:
    """What the words read."""
    return [w.text for w in words]


def spans(text: str, *names: str) -> list[tuple[int, int, str]]:
    """Where these names stand in the text, as `cut` wants them."""
    return sorted((text.index(n), text.index(n) + len(n), "compound") for n in names)


@pytest.fixture(scope="module")
def own() -> Segmenter:
    """A tokenizer with no words of ours."""
    return Segmenter()


def test_names_are_words(own: Segmenter) -> None:
    """What jieba would cut through (小檗|碱则, 姜黄|素钠, NF-κ|B) is one word, with the type it was given."""
    names = ("小檗碱", "NF-κB", "姜黄素钠", "丹参酮ⅡA", "HO-1")
    words = own.cut(PROSE, 0, len(PROSE), spans(PROSE, *names))
    assert [w.text for w in words if w.pos == "compound"] == list(names)


def test_a_part_of_the_text(own: Segmenter) -> None:
    """Words of a part have the offsets of the whole text."""
    start, end = PROSE.index("用"), PROSE.index("，丹")
    words = own.cut(PROSE, start, end)
    assert words[0].start == start
    assert words[-1].end == end
    assert all(PROSE[w.start : w.end] == w.text for w in words)


def test_nothing_to_cut(own: Segmenter) -> None:
    """No text, or blanks alone, has no words."""
    assert own.cut("", 0, 0) == []
    assert own.cut(" \t ", 0, 3) == []


def test_latin_names_stay_whole(own: Segmenter) -> None:
    """Hyphens and primes between letters do not part a Latin name; brackets and slashes do."""
    assert texts(own.cut("TNF-α/IL-6 (p38)", 0, 16)) == ["TNF-α", "/", "IL-6", "(", "p38", ")"]


def test_modals_are_parted_from_our_verbs() -> None:
    """可抑制 falls into the modal and the verb where the verb is a word of ours."""
    segmenter = Segmenter([("抑制", "v")])
    assert texts(segmenter.cut("其可抑制肿瘤", 0, 6))[:3] == ["其", "可", "抑制"]


def test_our_words_stay_ours() -> None:
    """A word that one tokenizer is given reaches neither another nor the process-wide jieba, and theirs not ours."""
    text = "给予苏合紫灵草素后好转"
    word = "苏合紫灵草素"
    first, second = Segmenter([(word, "nz")]), Segmenter()
    assert word in texts(first.cut(text, 0, len(text)))
    assert word not in texts(second.cut(text, 0, len(text)))
    assert word not in jieba.lcut(text)


def test_their_words_stay_theirs() -> None:
    """A word that somebody adds to the process-wide jieba does not change ours."""
    text = "给予白芷玄黄灵素后好转"
    before = texts(Segmenter().cut(text, 0, len(text)))
    script = (
        "import jieba\n"
        "jieba.setLogLevel(60)\n"
        "jieba.add_word('白芷玄黄灵素')\n"
        f"assert '白芷玄黄灵素' in jieba.lcut({text!r})\n"
        "from pipeline.segment.words import Segmenter\n"
        f"print('|'.join(w.text for w in Segmenter().cut({text!r}, 0, {len(text)})))\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, encoding="utf-8"
    ).stdout
    assert out.strip().split("|") == before


def test_jieba_is_not_imported() -> None:
    """jieba would read a table from the shared temporary folder; without it nothing is said on either stream."""
    script = (
        "import sys\n"
        "from pipeline.segment.words import Segmenter\n"
        f"Segmenter([('抑制', 'v')]).cut({PROSE!r}, 0, {len(PROSE)})\n"
        "assert 'jieba' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_an_unknown_engine_is_told() -> None:
    """Without rjieba, asking for it ends in a line that says what to install."""
    with patch.dict(sys.modules, {"rjieba": None}), pytest.raises(UsageError, match="extra"):
        Segmenter(engine="rjieba")


HANZI = st.sampled_from(
    "的了在是我不小檗碱黄素可抑制表达细胞线粒体功能障碍升高降低显著诱导巨噬和与、，。糖尿病大鼠脏甲乙丙氧化应激葛根"
)
MIXED = st.sampled_from(
    ["NF-κB", "p38", " ", "α", "0.05", "%", "（", "）", "[12]", "#", "_", "＝", "𠮷", "\u3000", "é", "+"]
)
TEXT = st.lists(HANZI | MIXED, max_size=40).map("".join)


@given(TEXT, st.data())
def test_words_tile_the_text(own: Segmenter, text: str, data: st.DataObject) -> None:
    """Words stand in order and apart, hold their own text, leave out nothing but blanks, and respect what is fixed."""
    edges = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    fixed = [(a, b, "effect") for a, b in zip(edges[::2], edges[1::2], strict=False) if text[a:b].strip()]
    words = own.cut(text, 0, len(text), fixed)
    at = 0
    for w in words:
        assert text[at : w.start].strip() == ""
        assert text[w.start : w.end] == w.text != ""
        at = w.end
    assert text[at:].strip() == ""
    assert [(w.start, w.end) for w in words if w.pos == "effect"] == [(a, b) for a, b, _ in fixed]
    edges_of_words = {w.start for w in words} | {w.end for w in words}
    assert all(a in edges_of_words and b in edges_of_words for a, b, _ in fixed)


@pytest.fixture(scope="module")
def engines(knowledge: Knowledge) -> tuple[Segmenter, Segmenter]:
    """Both engines, with the house's own words."""
    pytest.importorskip("rjieba")
    own = [(word, "v") for word in knowledge.kept_whole()]
    return Segmenter(own), Segmenter(own, "rjieba")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_word_that_is_not_there_changes_nothing(knowledge: Knowledge, engine: Engine) -> None:
    """A text is cut alike whether or not there are more words of ours, common ones too, that it does not hold."""
    if engine == "rjieba":
        pytest.importorskip("rjieba")
    own = [(word, "v") for word in knowledge.kept_whole()]
    few, many = Segmenter(own[:1], engine), Segmenter(own, engine)
    for source in sorted((ROOT / "corpus" / "src").glob("*.md")):
        for run in re.findall("[\u4e00-\u9fd5]+", source.read_text(encoding="utf-8")):
            if not any(word in run for word, _ in own[1:]):
                assert few.cut(run, 0, len(run)) == many.cut(run, 0, len(run))


def test_weights_do_not_depend_on_our_words(knowledge: Knowledge) -> None:
    """However many words are ours, the dictionary's keep their weights to the last digit; ours fit in their share."""
    few, many = Dictionary(["抑制"]), Dictionary(knowledge.kept_whole())
    others = [w for w in ("速度", "速度快", "快", "小檗", "的", "灵") if w not in many.raised]
    assert [few.weight(w) for w in others] == [many.weight(w) for w in others]
    assert 0 < many.gained < OURS


@pytest.fixture(scope="module")
def plain() -> jieba.Tokenizer:
    """jieba itself."""
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    return tokenizer


@pytest.fixture(scope="module")
def tagger(plain: jieba.Tokenizer) -> jieba.posseg.POSTokenizer:
    """jieba's own tagger."""
    return jieba.posseg.POSTokenizer(plain)


def test_the_sum_of_frequencies_is_jiebas(plain: jieba.Tokenizer) -> None:
    """The sum that is written down is that of the dictionary that is installed."""
    assert plain.total == TOTAL


@given(TEXT)
def test_words_are_jiebas(own: Segmenter, plain: jieba.Tokenizer, text: str) -> None:
    """Runs of hanzi are cut as jieba cuts them without its guesses, but for modals before verbs of ours."""
    for run in re.findall("[\u4e00-\u9fd5]+", text):
        assert texts(own.cut(run, 0, len(run))) == list(plain.cut(run, HMM=False))


@given(TEXT)
def test_parts_of_speech_are_possegs(own: Segmenter, tagger: jieba.posseg.POSTokenizer, text: str) -> None:
    """A word of the dictionary has the part of speech that jieba.posseg gives it without its guesses."""
    for run in re.findall("[\u4e00-\u9fd5]+", text):
        ours = [(w.text, w.pos) for w in own.cut(run, 0, len(run))]
        assert ours == [(p.word, p.flag) for p in tagger.cut(run, HMM=False)]


@given(TEXT)
@example("小小小了不")
def test_engines_agree(engines: tuple[Segmenter, Segmenter], knowledge: Knowledge, text: str) -> None:
    """Both engines give the same words with the same parts of speech, but of paths that weigh the same (小小|小)."""
    one, other = (engine.cut(text, 0, len(text)) for engine in engines)
    if one != other:
        weight = Dictionary(knowledge.kept_whole()).weight
        weights = [sum(weight(w.text) for w in words) for words in (one, other)]
        assert weights[0] == pytest.approx(weights[1], rel=1e-12)


def test_engines_agree_on_papers(engines: tuple[Segmenter, Segmenter]) -> None:
    """So they do over whole papers."""
    python, rust = engines
    for source in sorted((ROOT / "corpus" / "src").glob("*.md")):
        for line in source.read_text(encoding="utf-8").splitlines():
            assert python.cut(line, 0, len(line)) == rust.cut(line, 0, len(line))


@given(TEXT, st.data())
def test_a_cut_between_names_is_as_by_itself(own: Segmenter, text: str, data: st.DataObject) -> None:
    """What stands between two names is cut as it would be alone, whether or not the sentence's own words are used."""
    a, b = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    assume(a < b)
    words = [w for w in own.cut(text, 0, len(text), [(a, b, "protein")]) if w.pos != "protein"]
    assert words == [*own.cut(text, 0, a), *own.cut(text, b, len(text))]
