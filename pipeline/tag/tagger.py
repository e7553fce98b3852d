"""One paper's mentions: the steps of the tagging room in their order."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from pipeline.fold import Squeezed, fold, has_hanzi, lang_of, name_key, squeeze
from pipeline.knowledge import Concept, Knowledge
from pipeline.records import Gloss, Mention, Paper, Sentence, Word, mention_type
from pipeline.tag import glosses
from pipeline.tag.endings import EnglishEndings, HanziEndings
from pipeline.tag.ground import Grounder
from pipeline.tag.growth import drop_aspects, grow, off_cell_lines, pathways, ratios
from pipeline.tag.match import Hit, Matcher, begun_in, joined, longest
from pipeline.tag.phrases_en import EnglishPhrases
from pipeline.tag.phrases_zh import ChinesePhrases
from pipeline.tag.symbols import Symbols, by_company

_AUTHOR = re.compile(r"\s*等\s*(?:人\s*)?[\[［(（]")
# What makes a protein of the name whose bracket stands before it: N-甲基-D-天冬氨酸(NMDA)受体.
_PROTEIN_HEAD = re.compile("离子通道|转运体|受体|通道|激酶|酶")
_ASPECTS = frozenset(["蛋白", "蛋白质", "基因"])
_SHORT = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{2,3}")
# The language of a name: a paper says the same names again and again.
_lang_of = lru_cache(maxsize=8192)(lang_of)
Cutter = Callable[[str, int, int, Iterable[tuple[int, int, str]]], list[Word]]


class _Cuts:
    """The words of one paper's sentences: cut anew where more names have become known, else as they were."""

    def __init__(self, cut: Cutter, text: str) -> None:
        self._cut, self._text = cut, text
        self._found: Sequence[Hit] = ()
        self._starts: list[int] = []
        self._last: dict[int, tuple[Sequence[Hit], list[tuple[int, int, str]], list[Word]]] = {}

    def of(self, sentence: Sentence, found: Sequence[Hit]) -> list[Word]:
        """The words of the sentence, each of the hits that it holds being one."""
        end = sentence.end
        if found is not self._found:
            self._found, self._starts = found, [h.start for h in found]
        first = bisect_left(self._starts, sentence.start)
        near = found[first : bisect_left(self._starts, end, first)]
        last = self._last.get(sentence.start)
        if last is not None and last[0] == near:
            return last[2]
        fixed = [(h.start, h.end, h.kind) for h in near if h.end <= end]
        words = last[2] if last is not None and last[1] == fixed else self._cut(self._text, sentence.start, end, fixed)
        self._last[sentence.start] = (near, fixed, words)
        return words


def _bared(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """Without organisms named for a condition, and without species before effects.

    In 抑郁症患者, 糖尿病大鼠 the condition is a mention of its own; 仔猪断奶成活率 is 断奶成活率.
    """
    conditions = {h.start: h.end for h in hits if h.kind == "effect"}
    bare = {h.end: h.start for h in sorted(hits, key=lambda h: h.start) if h.kind == "organisms"}
    living = sorted((h for h in hits if h.kind == "organisms" and h.length > 1), key=lambda h: h.end)
    species = {h.start: h.end for h in living}
    hits = [
        h._replace(start=species[h.start], concept=None, rule="lexicon-trimmed")
        if h.kind == "effect" and h.start in species and h.end - species[h.start] > 2 and has_hanzi(text[h.start])
        else h
        for h in hits
    ]
    return [
        h
        for h in hits
        if h.kind != "organisms" or not h.start < conditions.get(h.start, h.start) <= bare[h.end] < h.end
    ]


class Tagger:
    """All that tagging needs, built once from the knowledge; holds no state of a paper."""

    def __init__(self, knowledge: Knowledge, cut: Cutter) -> None:
        self._matcher = Matcher(knowledge.by_key, "lexicon")
        self._grounder = Grounder(knowledge)
        self._cut = cut
        self._hanzi = HanziEndings(knowledge)
        self._symbols = Symbols(knowledge)
        self._no_gene = knowledge.listed("no-gene")
        self._english = EnglishEndings(knowledge)
        self._zh = ChinesePhrases(knowledge)
        self._en = EnglishPhrases(knowledge)
        self._verbs = frozenset(
            r["word"] for table in ("triggers", "words") for r in knowledge.tables[table] if r["lang"] == "zh"
        )
        self._vague = frozenset(r["word"] for r in knowledge.tables["aspects"] if r["kind"] == "vague")
        self._pathways = tuple(
            r["word"] for r in knowledge.tables["heads"] if r["kind"] == "pathway" and r["lang"] == "zh"
        )

    def tag(
        self, paper: Paper, sentences: Sequence[Sentence]
    ) -> tuple[tuple[Gloss, ...], tuple[Mention, ...], tuple[tuple[Word, ...], ...]]:
        """The paper's definitions, its mentions, and the words of each sentence (mentions are words of their own)."""
        text, doc = paper.text, paper.document.id
        squeezed = squeeze(text)
        # Words are cut from, and looked up in, folded text: 細胞 is 细胞.
        plain = fold(text)
        cuts = _Cuts(self._cut, plain)
        found = self._names(text, plain, squeezed, sentences, cuts)
        definitions = list(glosses.find(text, found))
        found = self._prefer_own(text, found, self._own(text, squeezed, definitions))
        found = joined(found, self._grounder.homonyms(text, found))
        found = pathways(text, ratios(text, found), self._pathways)
        found = joined(found, by_company(text, found, self._no_gene))
        found = joined(found, self._phrases(text, sentences, found, cuts))
        found = joined(found, self._objects(sentences, found, cuts))
        found = joined(found, self._repeated(text, sentences, found, cuts))
        # Effects that only their grammar found may be defined as well: `足趾肿胀度(E)`.
        late = list(glosses.find(text, found, known=definitions))
        if late:
            definitions += late
            found = self._prefer_own(text, found, self._own(text, squeezed, late))
        found = self._around(text, found, definitions)
        words = tuple(tuple(cuts.of(s, found)) for s in sentences)
        records = tuple(glosses.record(doc, text, d) for d in sorted(definitions, key=lambda d: d.start))
        return records, self._mentions(paper, found, definitions), words

    def words(
        self, paper: Paper, sentences: Sequence[Sentence], mentions: Sequence[Mention]
    ) -> tuple[tuple[Word, ...], ...]:
        """The words of each sentence around mentions that are given, and not those found here.

        Organs, organisms and microbes are words of their own as ever, where no mention of these takes them in.
        """
        text = paper.text
        plain = fold(text)
        cuts = _Cuts(self._cut, plain)
        names = self._names(text, plain, squeeze(text), sentences, cuts)
        given = [Hit(m.start, m.end, m.type, None, m.rule, 0) for m in mentions]
        taken = {i for m in mentions for i in range(m.start, m.end)}
        others = (h for h in names if mention_type(h.kind) is None and taken.isdisjoint(range(h.start, h.end)))
        fixed = sorted([*given, *others], key=lambda h: h.start)
        return tuple(tuple(cuts.of(s, fixed)) for s in sentences)

    # -- names --------------------------------------------------------------------------------------------------------

    def _names(
        self, text: str, plain: str, squeezed: Squeezed, sentences: Sequence[Sentence], cuts: _Cuts
    ) -> list[Hit]:
        hits = self._matcher.find(text, squeezed)
        hits = [h for h in hits if text[h.start : h.end] not in self._vague]
        hits = longest(self._across(plain, _bared(text, hits), sentences, cuts))
        shaped: list[Hit] = []
        for sentence in sentences:
            near = begun_in(hits, sentence.start, sentence.end)
            if has_hanzi(sentence.text):
                for hit in self._hanzi.find(cuts.of(sentence, hits)):
                    # A shape that takes a known name in is the longer name: 胰岛素 + 受体.
                    inner = [h for h in near if h.start < hit.end and hit.start < h.end]
                    if any(h.start < hit.start or h.end > hit.end for h in inner):
                        continue
                    shaped.append(hit._replace(rank=0) if inner else hit)
            shaped.extend(self._symbols.find(text, sentence.start, sentence.end, near))
            shaped.extend(self._english.find(text, sentence.start, sentence.end, near))
        # 李俊平等[3]: a person, not a drug.
        shaped = [h for h in shaped if not (h.length <= 3 and _AUTHOR.match(text, h.end))]
        return drop_aspects(plain, grow(plain, off_cell_lines(text, longest([*hits, *shaped]))))

    def _own(self, text: str, squeezed: Squeezed, definitions: Sequence[glosses.Definition]) -> list[Hit]:
        """Hits of the names that the paper itself defines: they go before the lexicon's."""
        entries: list[tuple[Concept, str, bool]] = []
        for d in definitions:
            if d.kind is None:
                continue
            names = tuple(dict.fromkeys(text[a:b] for a, b in d.spans))
            base = d.hit.concept if d.hit is not None else None
            concept = Concept(base.id if base else None, base.name if base else names[0], d.kind, names, (), "paper")
            entries.extend((concept, name, glosses.short_form(name)) for name in names if len(name_key(name)) > 1)
        return grow(text, longest(Matcher(entries, "gloss", rank=1).find(text, squeezed)))

    @staticmethod
    def _prefer_own(text: str, found: Sequence[Hit], own: Sequence[Hit]) -> list[Hit]:
        """The paper's own names before the lexicon's, but for those that stand inside a longer name (GSH in GSH-Px).

        A name with its aspect is no longer one: P-gp蛋白.
        """
        inside = {h.start: h for h in found}
        taken: list[Hit] = []
        aspects: set[Hit] = set()
        for h in own:
            other = inside.get(h.start)
            if other is not None and other.end > h.end and other.kind != "effect":
                if text[h.end : other.end].strip() not in _ASPECTS:
                    continue
                aspects.add(other)
            taken.append(h)
        return longest([*(h for h in found if h not in aspects), *taken]) if aspects else longest([*found, *taken])

    def _across(self, plain: str, hits: Sequence[Hit], sentences: Sequence[Sentence], cuts: _Cuts) -> list[Hit]:
        """Leave out short names that arise by accident where two words meet.

        干|预后 in 干预后, 降|低血压 in 降低血压.
        """
        # What stands in a longer name gives way to it, by accident or not.
        wide = longest([h for h in hits if h.length > 3])
        taken = {i for h in wide for i in range(h.start, h.end)}
        short = [
            h
            for h in hits
            if h.kind != "anatomy"
            and _SHORT.fullmatch(plain, h.start, h.end)
            and taken.isdisjoint(range(h.start, h.end))
        ]
        if not short:
            return list(hits)
        short.sort(key=lambda h: h.start)
        bad: set[tuple[int, int, str]] = set()
        for sentence in sentences:
            near = begun_in(short, sentence.start, sentence.end)
            if not near:
                continue
            words = cuts.of(sentence, ())
            at = [w.start for w in words]
            starts = {*at, sentence.end}
            for h in near:
                k = bisect_left(at, h.start) - 1
                word = words[k] if h.start not in starts and k >= 0 and h.start < words[k].end else None
                crosses = any(k in starts for k in range(h.start + 1, h.end))
                if h.length == 2:
                    inside = word is not None and word.text in self._verbs
                    if inside or (crosses and not (h.start in starts and h.end in starts)):
                        bad.add((h.start, h.end, h.kind))
                elif word is not None and crosses and word.text in self._verbs and h.end in starts:
                    bad.add((h.start, h.end, h.kind))
        return [h for h in hits if (h.start, h.end, h.kind) not in bad]

    # -- phrases ------------------------------------------------------------------------------------------------------

    def _phrases(self, text: str, sentences: Sequence[Sentence], found: Sequence[Hit], cuts: _Cuts) -> list[Hit]:
        effects: list[Hit] = []
        for sentence in sentences:
            if sentence.lang == "zh":
                effects.extend(self._zh.find(cuts.of(sentence, found)))
            else:
                near = begun_in(found, sentence.start, sentence.end)
                effects.extend(self._en.find(text, sentence.start, sentence.end, near))
        # A phrase takes in the names that it was built from, and so goes before them.
        return [e._replace(rank=2) for e in effects]

    def _objects(self, sentences: Sequence[Sentence], found: Sequence[Hit], cuts: _Cuts) -> list[Hit]:
        """What triggers act on and nothing above has named."""
        hits: list[Hit] = []
        for sentence in sentences:
            if sentence.lang == "zh" and not sentence.heading:
                hits.extend(self._zh.objects(cuts.of(sentence, found)))
        # An organ or cell that is acted on is an effect then: it goes before the word table's entry.
        return [h._replace(rank=2) for h in hits]

    def _repeated(self, text: str, sentences: Sequence[Sentence], found: Sequence[Hit], cuts: _Cuts) -> list[Hit]:
        """Words that stand where an effect stands at several places of the paper: an effect wherever they stand."""
        places: Counter[str] = Counter()
        for sentence in sentences:
            if sentence.lang == "zh" and not sentence.heading:
                places.update(text[a:b] for a, b in self._zh.slots(cuts.of(sentence, found)))
        named = [name for name, count in places.items() if count >= 2]
        return [
            Hit(m.start(), m.end(), "effect", None, "effect-company", -2)
            for name in named
            for m in re.finditer(re.escape(name), text)
        ]

    def _around(self, text: str, found: list[Hit], definitions: Sequence[glosses.Definition]) -> list[Hit]:
        """`N-甲基-D-天冬氨酸(NMDA)受体`: a name goes on behind its bracket, and takes the bracket in."""
        behind: list[Hit] = []
        for d in definitions:
            if text[d.end - 1] not in ")）]］":
                continue
            tail = text[d.end : d.end + 8].lstrip()
            gap = len(text[d.end : d.end + 8]) - len(tail)
            if head := _PROTEIN_HEAD.match(tail):
                behind.append(Hit(d.start, d.end + gap + head.end(), "protein", None, "around-bracket", 3))
        return longest([*found, *behind]) if behind else found

    # -- records ------------------------------------------------------------------------------------------------------

    def _mentions(
        self, paper: Paper, found: Sequence[Hit], definitions: Sequence[glosses.Definition]
    ) -> tuple[Mention, ...]:
        text, doc = paper.text, paper.document.id
        named = [(h, kind) for h in found if (kind := mention_type(h.kind)) is not None]
        grounded = self._grounder.ground(text, [h for h, _ in named], definitions)
        mentions = []
        for number, ((hit, kind), ground) in enumerate(zip(named, grounded, strict=True), 1):
            written, place = text[hit.start : hit.end], paper.place(hit.start, hit.end)
            mentions.append(
                Mention(
                    id=f"{doc}:m{number}",
                    doc=doc,
                    start=hit.start,
                    end=hit.end,
                    text=written,
                    type=kind,
                    concept_id=ground.id,
                    concept_name=ground.name,
                    names=ground.names,
                    lang=_lang_of(written),
                    page=place.page,
                    boxes=place.boxes,
                    rule=hit.rule,
                    box_pages=place.box_pages,
                    candidates=ground.candidates,
                )
            )
        return tuple(mentions)
