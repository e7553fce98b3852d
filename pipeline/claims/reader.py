"""Read claims off sentences: the grammar's rules at each trigger, the running subject, net direction, negation, hedges.

One pass from left to right. Each trigger is tried against the rules; a rule fills the object, and the subject where
its pattern names one. Where it does not, the running subject stands in: the last noun phrase that no trigger or
preposition has taken, else the subject of the clause before, else that of the sentence before (then `implicit`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

from pipeline.claims.chunks import ChineseChunker, citations
from pipeline.claims.english import EnglishChunker
from pipeline.claims.grammar import Match, Rule, Rules, load_rules
from pipeline.claims.meet import meet
from pipeline.claims.models import find_models
from pipeline.claims.pieces import Piece, row
from pipeline.fold import fold
from pipeline.knowledge import Knowledge
from pipeline.records import (
    Certainty,
    Claim,
    Evidence,
    Mention,
    Object,
    Paper,
    Relation,
    Sentence,
    Subject,
    Trigger,
    Word,
)
from pipeline.trace import Trace, TriggerSeen

# How the name of an action begins that a substance can have: 镇痛, 抗氧化, 神经保护.
_ACTION = re.compile(
    r"^(?:抗|镇|促|降|保|护|解|利|安|免疫|神经|心肌|心血管|肝|肾|胃|器官|细胞|心脏|脑|清除|止|祛|活血|调节|抑|杀|驱|强|补|通|"
    r"散|化|消|扩|舒|增)"
)
_ANTI = re.compile("抗|镇|降|促")
_BREAKING = frozenset(["降解", "分解", "解离", "解聚", "溶解", "水解"])
_MEASURE = re.compile("(?:[数率量值度]|数目|比例|功能|能力|指数|评分)$")
_WHETHER = re.compile("是否|能否|可否|究竟")
_LIGHT = re.compile("作用|效果|活性|效应|功效|特性")
_OWNED = re.compile(r"[ ]?(?:治疗|处理|补充)?的(?:其他|某些|长期|主要|潜在|快速|显著|强)?|[ ]?")
SIGN = {"increases": 1, "decreases": -1}
# What becomes of a change that is acted on: 改善B的降低 raises B.
OUTER = {"increases": 1, "decreases": -1, "improves": -1}
# What the lack of the subject, or the change turned round, makes of a relation.
REVERSED: dict[Relation, Relation] = {"increases": "decreases", "decreases": "increases", "improves": "decreases"}
# Rules whose object may be a change of something (防止…减少), so that the direction is the net one.
NETS = frozenset([
    "zh-passive", "zh-passive-treated", "zh-relative-agent", "zh-agent-before-object", "zh-passive-relative", "zh-svo",
    "zh-dui", "zh-shared-object",
])  # fmt: skip
# After these the one given goes on as subject, not what changed.
KEEPS_SUBJECT = frozenset(
    {
        "zh-treated",
        "zh-intransitive",
        "zh-causative",
        "zh-dose",
        "zh-topic-first",
        "zh-passive",
        "en-passive",
        "en-treated",
    }
)
# After these what acted goes on acting on what changes next: A使B降低，C上升.
_GIVES_AGENT = frozenset({"zh-causative", "zh-treated", "zh-intransitive", "zh-dose"})
RELATIVE = frozenset({"zh-relative-agent", "zh-passive-relative", "zh-agent-before-object", "zh-symmetric-relative"})
_MARKS = ("HEDGE", "NEG")
_THERE_IS = frozenset(["存在", "存在着"])
PRONOUNS = frozenset([
    "它", "它们", "该化合物", "该药", "该药物", "此药", "本品", "该物质", "上述化合物",
    "it", "its", "they", "their", "these compounds",
    "this compound", "this drug", "this agent", "this protein", "this substance",
])  # fmt: skip


@dataclass(slots=True)
class Draft:
    """A claim in the making."""

    subject: Mention
    implicit: bool
    object: Mention
    relation: Relation
    trigger: Piece
    rule: str
    negated: bool = False
    hedged: bool = False
    via: list[str] = field(default_factory=list)
    at: int = 0


@dataclass(frozen=True, slots=True)
class Grammar:
    """A language's rules: those that make a phrase of a relative clause, and the rest."""

    collapsing: Rules
    plain: Rules
    zero: bool

    @staticmethod
    def of(rules: Sequence[Rule], *, zero: bool) -> Grammar:
        return Grammar(Rules(r for r in rules if r.collapse), Rules(r for r in rules if not r.collapse), zero)


@dataclass(slots=True)
class Flags:
    """What holds at a trigger: hedged, negated, only asked; and the mentions it works by way of."""

    hedged: bool = False
    negated: bool = False
    asked: bool = False
    via: list[str] = field(default_factory=list)
    zero: bool = False
    """whether the subject may be left out here: always in Chinese, in English behind a pronoun only"""


@dataclass(slots=True)
class Reading:
    """A sentence as it was read: its pieces, its claims, and what became of each trigger."""

    pieces: list[Piece]
    marks: list[Piece] = field(default_factory=list)
    """negations and hedges, taken out of the row: they say how a claim is made, not which"""
    drafts: list[Draft] = field(default_factory=list)
    seen: list[tuple[Piece, str | None, str]] = field(default_factory=list)

    def tell(self, piece: Piece, rule: str | None, outcome: str) -> None:
        self.seen.append((piece, rule, outcome))


class Framed:
    """Where a sentence only asks, hopes or plans; looked for when first asked: a third of the sentences never are."""

    def __init__(self, frames: Sequence[re.Pattern[str]], sentence: Sentence) -> None:
        self._frames, self._sentence = frames, sentence
        self._spans: list[tuple[int, int]] | None = None

    def at(self, place: int) -> bool:
        """Whether that place of the paper is within a frame."""
        if self._spans is None:
            plain = fold(self._sentence.text)
            self._spans = [found.span() for frame in self._frames for found in frame.finditer(plain)]
        place -= self._sentence.start
        return any(a <= place < b for a, b in self._spans)


@dataclass(slots=True)
class State:
    """What is carried from sentence to sentence within a paper."""

    topic: Mention | None = None


class Claims:
    """All that the claims room needs, built once from the knowledge; holds no state of a paper.

    With a `clock` it adds up the seconds that each rule of the grammar takes to be tried, by the rule's name.
    """

    def __init__(self, knowledge: Knowledge, clock: dict[str, float] | None = None) -> None:
        self.clock = clock
        self._zh, self._en = ChineseChunker(knowledge), EnglishChunker(knowledge)
        self._grammar_zh = Grammar.of(load_rules(knowledge.grammars["claims-zh"], "claims-zh"), zero=True)
        self._grammar_en = Grammar.of(load_rules(knowledge.grammars["claims-en"], "claims-en"), zero=False)
        self._framing = tuple(re.compile(r["word"]) for r in knowledge.tables["cues"] if r["kind"] == "frame")

    def find(
        self, paper: Paper, sentences: Sequence[Sentence], mentions: Sequence[Mention], words: Sequence[Sequence[Word]]
    ) -> tuple[Claim, ...]:
        """The claims of a paper, in the order of their sentences."""
        claims: list[Claim] = []
        state = State()
        at = 0
        for sentence, own in zip(sentences, words, strict=True):
            while at < len(mentions) and mentions[at].start < sentence.start:
                at += 1
            end = at
            while end < len(mentions) and mentions[end].start < sentence.end:
                end += 1
            here = mentions[at:end]
            if sentence.heading:
                compounds = [m for m in here if m.type == "compound"]
                if compounds:
                    state.topic = compounds[0]
                continue
            # Nothing named: nothing claimed, and no other topic.
            if not here:
                continue
            drafts = self.read(paper.text, sentence, own, here, state).drafts
            claims.extend(self._record(paper, sentence, drafts, own, len(claims)))
        return meet(claims, mentions)

    def trace(
        self,
        paper: Paper,
        sentences: Sequence[Sentence],
        mentions: Sequence[Mention],
        words: Sequence[Sequence[Word]],
        index: int,
    ) -> Trace:
        """One sentence as it is read, with those before it read for what it leaves out."""
        state = State()
        count = 0
        for number, (sentence, own) in enumerate(zip(sentences[: index + 1], words, strict=False)):
            here = [m for m in mentions if sentence.start <= m.start < sentence.end]
            reading = self.read(paper.text, sentence, own, here, state)
            if number == index:
                break
            count += 0 if sentence.heading else len(reading.drafts)
        claims = [] if sentence.heading else self._record(paper, sentence, reading.drafts, own, count)
        seen = []
        for piece, rule, outcome in reading.seen:
            written = paper.text[piece.start : piece.end]
            relation = ", ".join(dict.fromkeys(piece.senses.values())) or None
            seen.append(
                TriggerSeen(
                    Trigger(written, piece.start, piece.end),
                    piece.kind,
                    relation,
                    rule,
                    "a heading makes no claims" if sentence.heading else outcome,
                )
            )
        shown = sorted([*reading.pieces, *reading.marks], key=lambda p: p.start)
        row_ = tuple((p.kind, paper.text[p.start : p.end]) for p in shown)
        return Trace(sentence, tuple(own), tuple(here), row_, tuple(seen), tuple(claims))

    # -- a sentence ---------------------------------------------------------------------------------------------------

    def read(
        self, text: str, sentence: Sentence, words: Sequence[Word], mentions: Sequence[Mention], state: State
    ) -> Reading:
        """The claims of a sentence, as drafts, with what became of each trigger; moves `state` on."""
        if sentence.lang == "zh":
            pieces, grammar = self._zh.chunk(words, {m.start: m for m in mentions}), self._grammar_zh
        else:
            pieces, grammar = self._en.chunk(text, sentence.start, sentence.end, mentions), self._grammar_en
        marks = [p for p in pieces if p.kind in _MARKS and not _states_lack(pieces, p)]
        apart = set(map(id, marks))
        pieces = [p for p in pieces if id(p) not in apart]
        reading = Reading(pieces, marks)
        framed = Framed(self._framing, sentence)
        codes = row(pieces)
        # Relative clauses and agents inside objects first: what they qualify is then one noun phrase for the rest.
        alive = set(range(len(pieces)))
        for i, piece in enumerate(pieces):
            if piece.code not in "VCWSP" or i not in alive:
                continue
            found = grammar.collapsing.match(codes, i, piece, self.clock)
            if found is None or not {i, *found.roles.values()} <= alive:
                continue
            if found.rule.adjacent and piece.start - pieces[found.roles["subject"]].end > 1:
                continue
            if found.rule.subjects and pieces[found.roles["subject"]].members[-1].type not in found.rule.subjects:
                continue
            # 研究A对B诱导的C的影响: what B does is taken for granted, but for 是否 and 能否.
            if _WHETHER.search(fold(text[max(sentence.start, piece.start - 20) : piece.start])):
                reading.tell(piece, found.rule.name, "asked, hoped for or studied only")
            else:
                self._claim(reading, pieces, i, found, found.roles["subject"], Flags())
            keep = found.roles[found.rule.head]
            low = min(i, *found.roles.values())
            low -= codes[low - 1 : low] in ("b", "y")
            alive -= set(range(low, max(i, *found.roles.values()) + 1)) - {keep}
        self._main(reading, grammar, [p for k, p in enumerate(pieces) if k in alive], state, framed)
        if sentence.lang == "zh" and not any(p.code == "x" for p in pieces):
            self._owned(reading, text, mentions, framed)
        reading.drafts.sort(key=lambda d: d.at)
        self._move_topic(reading, state)
        return reading

    def _owned(self, reading: Reading, text: str, mentions: Sequence[Mention], framed: Framed) -> None:
        """ALC的镇痛作用: an action spoken of as something's own is claimed of it, whatever else the clause says."""
        for first, second in pairwise(mentions):
            between = text[first.end : second.start]
            light = _LIGHT.match(text, second.end)
            if (
                first.type == "effect"
                or second.type != "effect"
                or light is None
                or not _OWNED.fullmatch(between)
                or not _ACTION.match(second.text)
            ):
                continue
            if framed.at(first.start):
                continue
            piece = Piece("LIGHT", light.start(), light.end(), light.group())
            self._add(reading, piece, "zh-owned-action", first, False, second, "increases", Flags())

    def _main(self, reading: Reading, grammar: Grammar, pieces: list[Piece], state: State, framed: Framed) -> None:
        codes = row(pieces)
        oblique = _obliques(codes)
        if not grammar.zero:
            # in A-induced B: a place, whatever stands in it
            oblique |= {found.end() - 1 for found in re.finditer(r"(?<![rF])zN", codes)}
        taken: set[int] = set()
        inner: set[int] = set()
        outer: list[int | None] = []
        subject: int | None = None
        acting: int | None = None
        agent: int | None = None
        flags = Flags(zero=grammar.zero)
        path: list[str] = []
        chain: list[str] = []
        in_path = False
        led: Piece | None = None
        marks = list(reading.marks)
        for i, piece in enumerate(pieces):
            code = piece.code
            while marks and marks[0].start < piece.start:
                if marks.pop(0).code == "q":
                    flags.hedged = True
                else:
                    flags.negated = True
            if code == ";":
                flags.hedged = flags.asked = flags.negated = False
                path, chain, in_path, led = [], [], False, None
                if not grammar.zero:
                    subject, flags.zero = None, False
            elif code == ",":
                flags.negated = False
            elif code == "x":
                flags.asked = True
            elif code == "T":
                # 通过注射A，发现A…: the way to what was found, not what A works by
                flags.asked, in_path, path = False, False, []
            elif code == "t":
                in_path, path = True, []
                led = reading.drafts[-1].trigger if reading.drafts else None
            elif code == "c":
                path = list(dict.fromkeys([*path, *chain]))
                in_path = False
            elif code == "(":
                outer.append(subject)
                subject = next((k for k in range(i - 1, -1, -1) if codes[k] == "N"), subject)
            elif code == ")" and outer:
                subject = outer.pop()
            elif code == "R":
                # A activates B, which inhibits C
                subject = next((k for k in range(i - 1, -1, -1) if codes[k] in "NX"), subject)
                subject = None if subject is not None and codes[subject] == "X" else subject
            elif code == "X" and _opens_clause(codes, i):
                # Something that is no mention: what follows is not said of the subject before it.
                subject, flags.zero = None, False
            elif code == "p" and piece.text in PRONOUNS and _opens_clause(codes, i):
                flags.zero = True
            elif (
                code == "N"
                and i not in taken
                and i not in oblique
                and not (in_path and codes[i - 1 : i] == "~")
                and _opens_clause(codes, i)
                and not (piece.shadow and subject is not None)
            ):
                subject = i
            elif (
                code == "N"
                and pieces[i - 1].text in _THERE_IS
                and codes[i + 1 : i + 2] in (",", "")
                and "e" not in codes[max(codes.rfind(c, 0, i) for c in ",;") + 1 : i]
            ):
                # 细胞中存在B，能…: who is there goes on acting
                subject = i
            if code not in "VCWISFKuhntPGE" or i in inner:
                continue
            found = grammar.plain.match(codes, i, piece, self.clock)
            if found is None and code == "S" and not flags.asked:
                self._many(reading, pieces, codes, i, subject, state, flags, taken)
                continue
            if found is None:
                if code in "VCWISFKPGE":
                    reading.tell(piece, None, "no rule fits")
                continue
            rule = found.rule
            if flags.asked or framed.at(piece.start):
                reading.tell(piece, rule.name, "asked, hoped for or studied only")
                taken.update(found.roles.values())
                continue
            target = found.roles.get("object", found.roles.get("pair"))
            if target is None:
                continue
            if "pair" in found.roles and len(pieces[target].members) < 2:
                reading.tell(piece, rule.name, "wants two")
                continue
            who = found.roles.get("subject")
            if rule.subject == "treatment":
                who = _treatment(codes, i, target)
                if (who is None or who > i) and agent is not None and codes.rfind(";", 0, i) < agent:
                    who = agent
                if who is None:
                    reading.tell(piece, rule.name, "nothing given that it could be due to")
                    continue
            if who in taken and rule.subject == "running":
                who = None
            if who is None and rule.subject == "running":
                who = subject if subject != target else acting
                if who == target:
                    who = None
            if who is None and rule.subject == "running" and grammar.zero:
                who = _condition(pieces, codes, i)
                if who == target:
                    who = None
            if in_path and path and codes[i - 1 : i] == "N" and code in "VCW":
                # 通过V1 B V2 C: the second verb is what the first is the way to.
                in_path = False
            own = Flags(
                flags.hedged or _after(codes, i, "Q"),
                flags.negated or code == "n" or piece.text == "无关" or _after(codes, i, "!"),
                False,
                [] if in_path else list(path),
                flags.zero,
            )
            gone: list[Draft] = []
            if "cause" in found.roles:
                # 导致B升高: the cause word's own claim gives way to the change that it leads to.
                cause = pieces[found.roles["cause"]]
                gone = [d for d in reading.drafts if d.trigger is cause and d.object in pieces[target].members]
                reading.drafts[:] = [d for d in reading.drafts if d not in gone]
            before = len(reading.drafts)
            made = self._claim(reading, pieces, i, found, who, own, state, inner)
            if not made and len(reading.drafts) == before:
                reading.drafts.extend(gone)
                continue
            if rule.name == "zh-event-effect":
                for s, o in product(pieces[found.roles["actor"]].members, pieces[target].members):
                    if o.type == "effect" and not _alike(s, o):
                        self._add(reading, piece, rule.name, s, False, o, "increases", Flags())
            taken.add(target)
            if made:
                (path if in_path else chain).extend(made)
            if made and in_path and led is not None and not grammar.zero and (code == "G" or codes[i - 1 : i] == "t"):
                # A improves C by inhibiting B: the way stands behind what it leads to.
                for d in reading.drafts:
                    if d.trigger is led:
                        d.via.extend(v for v in made if v not in (d.subject.id, d.object.id, *d.via))
            if who is not None:
                acting = who
                if rule.name in KEEPS_SUBJECT:
                    subject = who
                    # A使B降低，C上升: what was made to change goes on changing.
                    agent = who if rule.name in _GIVES_AGENT else agent
                elif code == "C" and rule.name == "zh-svo" and re.match(r"Nd?[WI]", codes[i + 1 :]):
                    agent = who
            if code != "n":
                flags.negated = False

    def _many(
        self,
        reading: Reading,
        pieces: Sequence[Piece],
        codes: str,
        i: int,
        subject: int | None,
        state: State,
        flags: Flags,
        taken: set[int],
    ) -> None:
        """A与B增加、C的激活和D有关: all between 与 and 有关 is what A goes with, whatever is said of it there."""
        start = max(codes.rfind(c, 0, i) for c in ",;") + 1
        opened = codes.find("y", start, i)
        # What a verb of its own acts on there is claimed of that verb (与A和抑制B有关).
        led = {pieces[k].start for k in range(start + 1, i) if codes[k - 1] in "y&"}
        acted = {d.object.id for d in reading.drafts if d.trigger.start in led}
        between = range(opened + 1, i) if opened >= 0 else range(0)
        objects = [k for k in between if codes[k] == "N" and not acted & {m.id for m in pieces[k].members}]
        before = [k for k in range(start, opened) if codes[k] == "N"]
        who = before[-1] if before else subject
        relation = pieces[i].senses.get("vs")
        # 免疫相关X: 相关 qualifies what follows. No subject of its own: nothing is known of it.
        if codes[i + 1 : i + 2] == "N" or (who is None and pieces[i].lead):
            objects = []
        # 与抑制B和C有关: what is done to them is claimed, not that they go with it.
        if opened >= 0 and (re.match(r"N?[VCW]", codes[opened + 1 :]) or re.search("oNd?[VCW]", codes[opened:i])):
            objects = []
        if not objects or relation is None or who in objects:
            reading.tell(pieces[i], None, "no rule fits")
            return
        # 与A刺激B有关: the subject does not stimulate B, A does.
        inside = {pieces[k].start for k in range(opened + 1, i)} - led
        reading.drafts[:] = [d for d in reading.drafts if d.trigger.start not in inside]
        topic = () if state.topic is None else (state.topic,)
        subjects = topic if who is None else pieces[who].members
        own = Flags(flags.hedged, flags.negated)
        for s, k in product(subjects, objects):
            for o in pieces[k].members:
                if not _alike(s, o):
                    self._add(reading, pieces[i], "zh-symmetric-many", s, who is None, o, relation, own)
        taken.update(objects)

    @staticmethod
    def _move_topic(reading: Reading, state: State) -> None:
        """What a later sentence without a subject speaks of: the first explicit subject, else the first name."""
        explicit = [d.subject for d in reading.drafts if not d.implicit and d.rule not in RELATIVE]
        lead = next((p.members[0] for p in reading.pieces if p.code == "N"), None)
        if explicit:
            state.topic = explicit[0]
        elif (
            not any(d.implicit for d in reading.drafts)
            and lead is not None
            and lead.type != "effect"
            and not any(p.code == "p" and p.start < lead.start for p in reading.pieces)
        ):
            state.topic = lead

    def _claim(
        self, reading: Reading, pieces: Sequence[Piece], i: int, found: Match, who: int | None, flags: Flags,
        state: State | None = None, inner: set[int] | None = None,
    ) -> list[str]:  # fmt: skip
        """Make the claims of a rule that fits; -> the ids of their objects."""
        piece, rule = pieces[i], found.rule
        relation = rule.relation_at(piece)
        if "pair" in found.roles and "object" not in found.roles:
            first, second = pieces[found.roles["pair"]].members[:2]
            self._add(reading, piece, rule.name, first, False, second, relation, flags)
            return [second.id]
        at = found.roles["object"]
        objects = pieces[at].members
        if rule.objects and not _fit(rule.objects, objects, pieces, at):
            reading.tell(piece, rule.name, "what it has is no effect that it could exert")
            return []
        subjects: Sequence[Mention] = ()
        implicit = False
        if who is not None:
            subjects = pieces[who].members
        elif piece.lead and flags.zero:
            reading.tell(piece, rule.name, "the clause has a subject of its own, which is no mention")
            return []
        elif state is not None and state.topic is not None and flags.zero:
            subjects, implicit = [state.topic], True
        if not subjects:
            reading.tell(piece, rule.name, "no subject found")
            return []
        # 防止…减少, 抑制…的上调: what is undone says the direction.
        sign = None
        always = piece.kind == "CAUSV" or rule.name == "zh-dose"
        if "inner" in found.roles:
            nominal = pieces[found.roles["inner"]].senses
            sign = (
                SIGN.get(nominal.get("vn") or nominal.get("va") or nominal.get("vi") or "")
                if rule.relation is None or rule.net
                else None
            )
            always = always or rule.net or rule.name == "zh-event-object"
            if inner is not None and "actor" not in found.roles:
                inner.add(found.roles["inner"])
        elif rule.name in NETS:
            sign, used = _inner_change(row(pieces), pieces, at)
            if used == i:
                sign, used = None, None
            always = always or sign is not None
            if used is not None and inner is not None:
                inner.add(used)
        # A noun phrase of a change (English): `A reduced the loss of B`, `A knockdown reduced B`.
        if pieces[at].sign:
            sign, always = pieces[at].sign, always or pieces[at].sign < 0
            relation = piece.senses.get("vm", relation)
        if who is not None and pieces[who].sign < 0:
            relation = REVERSED.get(relation, relation)
        pairs = list(product(subjects, objects))
        if piece.respective and len(subjects) == len(objects) > 1:
            pairs = list(zip(subjects, objects, strict=True))
        elif piece.respective and len(subjects) > 1:
            # A和B分别V1 C和V2 D: the first verb is the first one's.
            nth = len({d.trigger.start for d in reading.drafts if d.trigger.respective and d.trigger is not piece})
            pairs = [(subjects[min(nth, len(subjects) - 1)], o) for o in objects]
        for s, o in pairs:
            if s.id == o.id or (s.concept_id is not None and s.concept_id == o.concept_id) or s.text == o.text:
                reading.tell(piece, rule.name, f"{s.text} on itself")
                continue
            final = relation
            # 具有保护B、抗氧化和镇痛等作用: an action in a list of what it does is had, not acted on.
            if (
                o is not objects[0]
                and relation != "treats"
                and o.type == "effect"
                and _ANTI.match(o.text)
                and not _ANTI.match(objects[0].text)
            ):
                final = "increases"
            turn = pieces[at].signs.get(o.id, sign)
            if rule.name == "zh-dose" and relation == "improves":
                turn = None
            # 造成纤维化和B的减少: of a list the change may be B's alone, but that a measure goes up or down.
            own = o.id in pieces[at].signs or (piece.kind == "CAUSV" and _MEASURE.search(o.text) is not None)
            mixed = not own and any(x.type != "effect" for x in objects)
            if turn is not None and relation in OUTER and (o.type != "effect" or (always and not mixed)):
                final = "increases" if OUTER[relation] * turn > 0 else "decreases"
            self._add(reading, piece, rule.name, s, implicit, o, final, flags)
        return [o.id for o in objects]

    @staticmethod
    def _add(
        reading: Reading,
        piece: Piece,
        rule: str,
        subject: Mention,
        implicit: bool,
        obj: Mention,
        relation: Relation,
        flags: Flags,
    ) -> None:
        for d in reading.drafts:
            if (
                _alike(d.subject, subject)
                and _alike(d.object, obj)
                and (d.relation, d.negated) == (relation, flags.negated)
            ):
                return
        via = [v for v in flags.via if v not in (subject.id, obj.id)]
        reading.drafts.append(
            Draft(subject, implicit, obj, relation, piece, rule, flags.negated, flags.hedged, via, piece.start)
        )
        reading.tell(piece, rule, "claim")

    # -- records ------------------------------------------------------------------------------------------------------

    def _record(
        self, paper: Paper, sentence: Sentence, drafts: Sequence[Draft], words: Sequence[Word], count: int
    ) -> list[Claim]:
        if not drafts:
            return []
        doc = paper.document.id
        marks = citations(sentence.text)
        place = paper.place(sentence.start, sentence.end)
        evidence = Evidence(
            sentence.start,
            sentence.end,
            sentence.text,
            sentence.section,
            sentence.lang,
            place.page,
            place.boxes,
            place.box_pages,
        )
        models = find_models(words, sentence)
        claims = []
        for number, d in enumerate(drafts, count + 1):
            s, o, at = d.subject, d.object, d.trigger
            elsewhere = not sentence.start <= s.start < sentence.end
            after = max(at.end, o.end) - sentence.start
            cited = next((n for a, n in marks if a >= after), None)
            if cited is None:
                cited = next(
                    (
                        n
                        for a, n in marks
                        if sentence.text[max(0, a - 1) : a] in ("等", "人") or sentence.text[max(0, a - 2) : a] == "l "
                    ),
                    (),
                )
            certainty: Certainty = "hedged" if d.hedged else "asserted"
            claims.append(
                Claim(
                    id=f"{doc}:c{number}",
                    doc=doc,
                    subject=Subject(s.id, s.text, s.type, s.concept_id, s.concept_name, d.implicit or elsewhere),
                    object=Object(o.id, o.text, o.type, o.concept_id, o.concept_name),
                    relation=d.relation,
                    trigger=Trigger(paper.text[at.start : at.end], at.start, at.end),
                    negated=d.negated,
                    certainty=certainty,
                    via=tuple(d.via),
                    citations=cited,
                    model=models.near(at.start),
                    evidence=evidence,
                    rule=d.rule,
                )
            )
        return claims


def _alike(a: Mention, b: Mention) -> bool:
    """Whether two mentions name one concept: the guidelines count a claim said twice in a sentence once."""
    return (
        a.id == b.id
        or a.text == b.text
        or (a.concept_id is not None and a.concept_id == b.concept_id and a.type == b.type != "effect")
    )


def _fit(kinds: frozenset[str], objects: Sequence[Mention], pieces: Sequence[Piece], at: int) -> bool:
    """Whether the objects are of the rule's kind: an `effect`, or an `action` that a substance can have."""
    if any(o.type != "effect" for o in objects):
        return False
    if "action-only" in kinds:
        return all(_ANTI.match(o.text) for o in objects)
    if "action" in kinds:
        light = at + 1 < len(pieces) and (
            pieces[at + 1].code == "u"
            or (pieces[at + 1].code == "d" and at + 2 < len(pieces) and pieces[at + 2].code == "u")
        )
        light = light or re.match(r"K?d?u", row(pieces)[at + 1 :]) is not None
        return light or all(_ACTION.match(o.text) for o in objects)
    return True


def _inner_change(codes: str, pieces: Sequence[Piece], at: int) -> tuple[int | None, int | None]:
    """The change that stands as object with its theme (B的上调, B减少): its sign, and the piece that says it."""
    found = re.match(r"u?(?:d([WIVC])(?!N)(?!dN)|([WI])(?!N)(?!dN))", codes[at + 1 :])
    if found is None:
        return None, None
    # 激动B抑制多条通路: a verb of its own, with an object that is no mention.
    if found.group(2) and pieces[at + 1 + found.start(2)].shadow:
        return None, None
    k = at + 1 + found.start(1 if found.group(1) else 2)
    senses = pieces[k].senses
    relation = senses.get("vi") or (senses.get("va") if codes[k] == "V" else None)
    # 防止骨组织降解: of an effect, a process rather than a level.
    if pieces[k].text in _BREAKING and pieces[at].members[0].type == "effect":
        return None, None
    return (SIGN[relation], k) if relation in ("increases", "decreases") else (None, None)


def _opens_clause(codes: str, i: int) -> bool:
    """Whether the noun phrase at `i` stands first in its clause, as subjects do: no verb or preposition before it."""
    start = max(codes.rfind(c, 0, i) for c in ",;T") + 1
    # A是B发挥…的机制: who acts within what A is.
    if codes[i - 1 : i] == "e" and re.match(r"[VCWh]+N?u?d", codes[i + 1 :]):
        return True
    # 与A影响B有关
    if codes[i - 1 : i] == "y" and re.match(r"[VCW][^,;]*S", codes[i + 1 :]):
        return True
    if codes[i - 1 : i] == "s":
        # 使B升高, 使B…V C: what is made to act; 通过使B…而V C: who made it.
        return False
    return not re.search(r"[VCWISFKhebtoyuPGREv]", codes[start:i])


def _obliques(codes: str) -> set[int]:
    """Noun phrases in places and times (在…中, …条件下): they are no subjects."""
    out: set[int] = set()
    for found in re.finditer(r"z([^,;]{0,8}?)l|z([^,;r]{0,6}?)f", codes):
        out.update(k for k in range(found.start(), found.end()) if codes[k] == "N")
    for found in re.finditer(r"m|o(N)|y(N)", codes):
        if found.group(0) == "m":
            k = found.start() - 1
            if k >= 0 and codes[k] == "N":
                out.add(k)
        else:
            out.add(found.start() + 1)
    return out


def _condition(pieces: Sequence[Piece], codes: str, i: int) -> int | None:
    """在A条件下，可使B增强: the condition stands for the subject that the clause leaves out."""
    found = re.match(r"[T,]*z(N)l", codes[:i])
    return found.start(1) if found and pieces[found.end() - 1].text.endswith("下") else None


def _states_lack(pieces: Sequence[Piece], mark: Piece) -> bool:
    """无, 没有 as the verb of its clause (无不良反应) rather than a negation of one."""
    k = pieces.index(mark) + 1
    lacking = mark.text in ("无", "没有", "未见", "未观察到", "未发现", "并无", "毫无")
    return lacking and row(pieces[k : k + 1]) == "N"


def _treatment(codes: str, i: int, target: int) -> int | None:
    """The substance given, or group named, earlier in the sentence: what an intransitive change is due to."""
    found = [*re.finditer(r"r[dz]?(N)|(N)[rgf]", codes[:target])] or [*re.finditer(r"r[dzt]?(N)|(N)r", codes[i:])][:1]
    if not found:
        return None
    last = found[-1]
    if last.string is not codes[:target] and last.end() <= len(codes) - i and last.string == codes[i:]:
        return i + (last.start(1) if last.group(1) else last.start(2))
    k = last.start(1) if last.group(1) else last.start(2)
    return k if ";" not in codes[k:i] else None


def _after(codes: str, i: int, mark: str) -> bool:
    """改善…的潜力, 变化不明显: a hedge or negation behind what it is of, in the same clause."""
    found = codes.find(mark, i)
    return found >= 0 and not any(c in ",;" for c in codes[i:found])
