"""Read claims off sentences: the grammar's rules at each trigger, the running subject, net direction, negation, hedges.

One pass from left to right. Each trigger is tried against the rules; a rule fills the object, and the subject where its
pattern names one. Where it does not, the running subject stands in: the last noun phrase that no trigger or preposition has
taken, else the subject of the clause before, else that of the sentence before (then `implicit`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.claims.chunks import ChineseChunker, citations
from pipeline.claims.grammar import Match, load_rules, match
from pipeline.claims.models import Models
from pipeline.claims.pieces import Piece, row
from pipeline.knowledge import Knowledge
from pipeline.records import Certainty, Claim, Evidence, Mention, Object, Paper, Relation, Sentence, Subject, Trigger, Word

_ACTION = re.compile(r"^(?:抗|镇|促|降|保|护|解|利|安|免疫|神经|心肌|心血管|肝|肾|胃|器官|细胞|心脏|脑|清除|止|祛|活血|调节|抑|杀|驱|强|补|通|散|化|消|扩|舒|增)")
_SIGN = {"increases": 1, "decreases": -1, "improves": 1}


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


@dataclass(slots=True)
class State:
    """What is carried from sentence to sentence within a paper."""

    topic: Mention | None = None
    paragraph: int = -1


class Claims:
    """All that the claims room needs, built once from the knowledge; holds no state of a paper."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._chunker = ChineseChunker(knowledge)
        self._rules = load_rules(knowledge.grammars["claims-zh"], "claims-zh")
        self._models = Models(knowledge)

    @property
    def vocabulary(self) -> tuple[str, ...]:
        return self._chunker.vocabulary

    def find(self, paper: Paper, sentences: Sequence[Sentence], mentions: Sequence[Mention], words: Sequence[Sequence[Word]]) -> tuple[Claim, ...]:
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
            if sentence.lang != "zh":
                continue
            drafts = self.read(own, here, state)
            claims.extend(self._record(paper, sentence, drafts, own, len(claims)))
        return tuple(claims)

    # -- a sentence -----------------------------------------------------------------------------------------------------

    def read(self, words: Sequence[Word], mentions: Sequence[Mention], state: State) -> list[Draft]:
        """The claims of a Chinese sentence, as drafts; moves `state` on."""
        pieces = self._chunker.chunk(words, {m.start: m for m in mentions})
        codes = row(pieces)
        drafts: list[Draft] = []
        objects: set[int] = set()
        inner: set[int] = set()
        oblique = _obliques(codes)
        heads: dict[int, Piece] = {}
        # Relative clauses and agents inside objects first: what they qualify is then one noun phrase for the rest.
        matches: dict[int, Match] = {}
        alive = list(range(len(pieces)))
        for i, piece in enumerate(pieces):
            if piece.code in "VWS":
                found = match(tuple(r for r in self._rules if r.collapse), codes, i, piece.text)
                if found:
                    matches[i] = found
        for i, found in matches.items():
            self._claim(pieces, i, found, found.roles["subject"], drafts, False, False, [])
            lo = min(i, *found.roles.values())
            hi = found.roles["object"]
            alive = [k for k in alive if not (lo <= k < hi)]
        pieces2 = [pieces[k] for k in alive]
        self._main(pieces2, drafts, state)
        del objects, inner, oblique, heads
        drafts.sort(key=lambda d: d.at)
        return drafts

    def _main(self, pieces: list[Piece], drafts: list[Draft], state: State) -> None:
        codes = row(pieces)
        rules = tuple(r for r in self._rules if not r.collapse)
        oblique = _obliques(codes)
        taken: set[int] = set()
        inner: set[int] = set()
        subject: int | None = None
        hedged = asked = False
        negated = False
        path: list[str] = []
        chain: list[str] = []
        in_path = False
        clause_subject: int | None = None
        for i, piece in enumerate(pieces):
            code = piece.code
            if code == ";":
                hedged = asked = False
                path, chain, in_path, negated = [], [], False, False
            elif code == ",":
                negated = False
            elif code == "q":
                hedged = True
            elif code == "x":
                asked = True
            elif code == "T":
                asked = False
            elif code == "t":
                in_path, path = True, []
            elif code == "c":
                if in_path or chain:
                    path = list(dict.fromkeys([*path, *chain]))
                in_path = False
            elif code == "N" and i not in taken and i not in oblique:
                follows = codes[i + 1 : i + 2]
                if not (i and codes[i - 1] in "o") or follows == "":
                    subject = i
            if i in inner or code not in "VWISFKuhn":
                if code == "n":
                    negated = True
                    if piece.text not in ("无", "没有", "未见", "未观察到", "未发现", "并无", "毫无"):
                        continue
                else:
                    continue
            found = match(rules, codes, i, piece.text)
            if found is None:
                continue
            rule = found.rule
            target = found.roles.get("object", found.roles.get("pair"))
            if target is None or (target in taken and rule.name not in ("zh-dui",) and rule.right.pattern == ""):
                if target is None:
                    continue
            who = found.roles.get("subject")
            if rule.subject == "treatment":
                who = _treatment(codes, i, target)
                if who is None:
                    continue
            if who is None and rule.subject == "running":
                who = subject
                if who == target:
                    who = clause_subject if clause_subject != target else None
            if "pair" in found.roles and "object" not in found.roles:
                group = pieces[target]
                if len(group.members) < 2:
                    continue
            if asked:
                taken.add(target)
                continue
            before = len(drafts)
            self._claim(pieces, i, found, who, drafts, negated, hedged or _after_hedge(codes, i), [*path] if not in_path else [], state, inner)
            taken.add(target)
            if "cause" in found.roles:
                cause = found.roles["cause"]
                drafts[:] = [d for k, d in enumerate(drafts) if k >= before or d.trigger is not pieces[cause] or d.object not in pieces[target].members]
            made = [d.object.id for d in drafts[before:] if d.trigger is piece]
            if made:
                if in_path:
                    path.extend(made)
                else:
                    chain.extend(made)
                    if who is not None:
                        clause_subject = who
            if code != "n":
                negated = False
        if drafts:
            first = next((d for d in drafts if not d.implicit), None)
            if first is not None:
                state.topic = first.subject
        else:
            lead = next((p for p in pieces if p.code == "N"), None)
            if lead is not None and lead.members[0].type != "effect":
                state.topic = lead.members[0]

    def _claim(
        self, pieces: Sequence[Piece], i: int, found: Match, who: int | None, drafts: list[Draft], negated: bool, hedged: bool,
        via: list[str], state: State | None = None, inner: set[int] | None = None,
    ) -> None:  # fmt: skip
        piece, rule = pieces[i], found.rule
        relation = rule.relation
        for kind in rule.sense if relation is None else ():
            if kind in piece.senses:
                relation = piece.senses[kind]
                break
        if relation is None:
            relation = next(iter(piece.senses.values()), None)
        if relation is None:
            return
        if "object" in found.roles:
            objects = list(pieces[found.roles["object"]].members)
            at = found.roles["object"]
        else:
            members = pieces[found.roles["pair"]].members
            self._add(drafts, piece, rule.name, members[0], False, members[1], relation, negated, hedged, via)
            return
        if rule.objects and not _fit(rule.objects, objects, pieces, at):
            return
        subjects: list[Mention] = []
        implicit = False
        if who is not None:
            subjects = list(pieces[who].members)
        elif state is not None and state.topic is not None:
            subjects, implicit = [state.topic], True
        # 防止…减少, 抑制…的上调: what is undone says the direction.
        sign = None
        if rule.name in ("zh-svo", "zh-dui"):
            sign, used = _inner_change(row(pieces), pieces, at)
            if used is not None and inner is not None:
                inner.add(used)
        if rule.invert:
            relation = {"increases": "decreases", "decreases": "increases"}.get(relation, relation)
        for s in subjects:
            for o in objects:
                if s.id == o.id:
                    continue
                final = relation
                if sign is not None and relation in _SIGN and o.type != "effect":
                    final = "increases" if _SIGN[relation] * sign > 0 else "decreases"
                self._add(drafts, piece, rule.name, s, implicit, o, final, negated, hedged, via)

    @staticmethod
    def _add(drafts: list[Draft], piece: Piece, rule: str, subject: Mention, implicit: bool, obj: Mention, relation: str, negated: bool, hedged: bool, via: list[str]) -> None:
        same = [d for d in drafts if d.subject.id == subject.id and d.object.id == obj.id and d.relation == relation and d.negated == negated]
        if not same:
            drafts.append(Draft(subject, implicit, obj, relation, piece, rule, negated, hedged, [v for v in via if v not in (subject.id, obj.id)], piece.start))  # type: ignore[arg-type]

    # -- records ------------------------------------------------------------------------------------------------------

    def _record(self, paper: Paper, sentence: Sentence, drafts: Sequence[Draft], words: Sequence[Word], count: int) -> list[Claim]:
        doc = paper.document.id
        marks = citations(sentence.text)
        place = paper.place(sentence.start, sentence.end)
        evidence = Evidence(sentence.start, sentence.end, sentence.text, sentence.section, sentence.lang, place.page, place.boxes, place.box_pages)
        models = self._models.find(words, sentence)
        claims = []
        for number, d in enumerate(drafts, count + 1):
            s, o = d.subject, d.object
            after = max(d.trigger.end, o.end) - sentence.start
            cited = next((n for a, n in marks if a >= after), None)
            if cited is None:
                cited = next((n for a, n in marks if sentence.text[max(0, a - 1) : a] in ("等", "人") or sentence.text[max(0, a - 2) : a] == "l "), ())
            certainty: Certainty = "hedged" if d.hedged else "asserted"
            claims.append(
                Claim(
                    f"{doc}:c{number}", doc,
                    Subject(s.id, s.text, s.type, s.concept_id, s.concept_name, d.implicit or not sentence.start <= s.start < sentence.end),
                    Object(o.id, o.text, o.type, o.concept_id, o.concept_name),
                    d.relation, Trigger(d.trigger.text if paper.text[d.trigger.start : d.trigger.end] == d.trigger.text else paper.text[d.trigger.start : d.trigger.end], d.trigger.start, d.trigger.end),
                    d.negated, certainty, tuple(d.via), cited, models.near(d.trigger.start), evidence, d.rule,
                )
            )  # fmt: skip
        return claims


def _fit(kinds: frozenset[str], objects: Sequence[Mention], pieces: Sequence[Piece], at: int) -> bool:
    """Whether the objects are of the kind that the rule asks for: an `effect`, or an `action` that a substance can have."""
    if any(o.type != "effect" for o in objects):
        return False
    if "action" in kinds:
        light = at + 1 < len(pieces) and (pieces[at + 1].code == "u" or (pieces[at + 1].code == "d" and at + 2 < len(pieces) and pieces[at + 2].code == "u"))
        return light or all(_ACTION.match(o.text) for o in objects)
    return True


def _inner_change(codes: str, pieces: Sequence[Piece], at: int) -> tuple[int | None, int | None]:
    """The change that stands as object with its theme (B的上调, B减少): its sign, and the piece that says it."""
    found = re.match(r"d?([WIV])(?!N)(?!dN)", codes[at + 1 :])
    if found is None:
        return None, None
    k = at + 1 + found.start(1)
    senses = pieces[k].senses
    relation = senses.get("vi") or (senses.get("va") if codes[k] == "V" else None)
    return (_SIGN[relation], k) if relation in ("increases", "decreases") else (None, None)


def _obliques(codes: str) -> set[int]:
    """Noun phrases in places and times (在…中, …条件下): they are no subjects."""
    out: set[int] = set()
    for found in re.finditer(r"z([^,;]{0,8}?)l", codes):
        out.update(k for k in range(found.start(), found.end()) if codes[k] == "N")
    for found in re.finditer(r"m|o(N)|y(N)", codes):
        if found.group(0) == "m":
            k = found.start() - 1
            if k >= 0 and codes[k] == "N":
                out.add(k)
        else:
            out.add(found.start() + 1)
    return out


def _treatment(codes: str, i: int, target: int) -> int | None:
    """The substance given, or group named, earlier in the sentence: what an intransitive change is due to."""
    found = list(re.finditer(r"r(N)|(N)[rgf]", codes[:target]))
    if not found:
        return None
    last = found[-1]
    k = last.start(1) if last.group(1) else last.start(2)
    return k if ";" not in codes[k:i] else None


def _after_hedge(codes: str, i: int) -> bool:
    """改善…的潜力: a hedge behind the object, in the same clause."""
    stop = next((k for k in range(i, len(codes)) if codes[k] in ",;"), len(codes))
    return "Q" in codes[i:stop]
