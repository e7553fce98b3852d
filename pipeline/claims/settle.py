"""Words of several kinds, by what stands beside them: each case a small function with its example.

A case looks at a piece and its neighbours and may change the piece's kind; `SKIP` takes it out of the row. The cases
run in the order of `CASES` on each piece from left to right, so that a case sees the pieces before it settled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pipeline.claims.pieces import CODES, Piece

SKIP = "ADV"
VERBAL = ("V", "CAUSV", "AMBI", "INTR")
_ENDS = ("COMMA", "STOP")
_EMPTY = frozenset({"WORD", "ORG", SKIP, "DE"})

# Verbs that lead to a change (导致B升高), rather than act on what changes (防止B升高).
CAUSERS = frozenset(["导致", "引起", "造成", "致使", "促使", "诱发", "引发", "招致", "促成", "诱导", "触发"])
# Verbs whose agent may stand before them in a relative clause (A诱导的B).
RELATIVE = CAUSERS | frozenset(["介导", "所致", "激发", "产生", "激活", "刺激", "调控", "调节", "依赖", "致"])
_MODAL = frozenset(["可", "可以", "能", "能够", "会", "则", "将", "有利于", "有助于", "利于"])
# Triggers that are aspects of a protein where the clause has a verb of its own (对MAPK的活化无影响).
_ASPECTUAL = frozenset(
    ["活化", "激活", "磷酸化", "释放", "分泌", "生成", "产生", "合成", "转位", "增殖", "形成", "表达", "降解"]
)
_ARISING = frozenset(["产生", "发生", "形成", "出现", "表达"])
_BECOMING = frozenset(["降解", "转化", "分解", "水解", "还原", "氧化", "代谢"])

# What parts the two sides of a pair, as 和 need not.
WITH = frozenset(["与", "同", "跟", "与其"])
# How far a change may stand behind what changes: 水平的, 的表达量.
_ASPECT_LENGTH = 4


class Beside:
    """The neighbours of a piece, adverbs left out; what few cases ask for is made when it is asked for."""

    __slots__ = ("_at", "_first", "_last", "_pieces", "kinds", "noun", "nxt", "prv")

    def __init__(
        self, pieces: Sequence[Piece], at: int, clause: tuple[int, int], kinds: tuple[str, ...], heads: frozenset[str]
    ) -> None:
        self._pieces, self._at, self._first, self._last = pieces, at, *clause
        self.kinds = kinds
        before, after = at - 1, at + 1
        while before >= 0 and pieces[before].kind == SKIP:
            before -= 1
        while after < len(pieces) and pieces[after].kind == SKIP:
            after += 1
        # The one before, the one after, and whether that makes a noun of a trigger (因子, 机制).
        self.prv = pieces[before] if before >= 0 else None
        self.nxt = pieces[after] if after < len(pieces) else None
        self.noun = self.nxt is not None and self.nxt.text in heads

    @property
    def near(self) -> Piece | None:
        """The next that is no empty word."""
        return next((p for p in self._pieces[self._at + 1 : self._at + 6] if p.kind not in _EMPTY), None)

    @property
    def clause(self) -> Sequence[Piece]:
        """The pieces of the clause before this one."""
        return self._pieces[self._first : self._at]

    @property
    def rest(self) -> Sequence[Piece]:
        """The pieces of the clause after this one."""
        return self._pieces[self._at + 1 : self._last]


def _part_of_noun(piece: Piece, by: Beside) -> None:
    """调控因子, 抑制分子: a trigger that is part of a noun; ATP依赖的: an adjective."""
    if piece.senses and piece.kind != "INTR" and by.nxt is not None and by.nxt.start == piece.end:
        if (
            (by.nxt.kind == "WORD" and by.noun)
            or (piece.text in _BECOMING and by.nxt.text in ("成", "为", "至", "到"))
            or (piece.text == "依赖" and by.nxt.kind == "ORG")
        ):
            piece.kind, piece.senses = "WORD", {}


def _given(piece: Piece, by: Beside) -> None:
    """补充ALC后, 给予…治疗: a substance given, unless it is what the verb acts on."""
    if not ("treat" in by.kinds and "trigger" in by.kinds and piece.kind in ("V", "AMBI")):
        return
    given = by.near is not None and by.near.kind == "NP" and by.near.members[0].type == "compound"
    opens = by.prv is None or by.prv.kind in ("COMMA", "STOP", "TREAT", "ORG", "WORD", "TELL", "LOC")
    solid = next((p for p in reversed(by.clause) if p.kind not in ("WORD", "ORG", SKIP)), None)
    after_name = by.prv is not None and by.prv.kind == "NP" and by.prv.members[0].type == "compound"
    if (given and opens and not (solid is not None and solid.kind in ("TONG", "NP", "CHAIN"))) or (
        after_name and (by.nxt is None or by.nxt.kind not in ("NP", "WORD", "ORG"))
    ):
        piece.kind = "TREAT"


def _taken_away(piece: Piece, by: Beside) -> None:
    """敲除Nrf2后, 阻断GLUT可以…: taken away, when the sentence goes on about what follows."""
    if not ("lack" in by.kinds and piece.kind in ("V", "AMBI")):
        return
    opens = by.prv is None or by.prv.kind in ("COMMA", "STOP", "WORD", "ORG", "TELL", "LOC")
    if not (opens and by.near is not None and by.near.kind == "NP" and by.near.members[0].type == "protein"):
        return
    far = next((p for p in by.rest if p.kind in ("AFTER", *VERBAL)), None)
    modal = next((p for p in by.rest if p.text in _MODAL or p.kind == "HEDGE"), None)
    if (far is not None and far.kind == "AFTER") or (modal is not None and (far is None or modal.start < far.start)):
        piece.kind = "LACK"


def _acted_on_first(piece: Piece, by: Beside) -> None:
    """激活5-HT3R可增加Ca2+, 抑制脂氧合酶又会降低B: what a clause acts on before its modal verb is its subject."""
    if (
        piece.kind not in ("V", "AMBI")
        or by.near is None
        or by.near.kind != "NP"
        or any(p.kind != SKIP for p in by.clause)
    ):
        return
    after = [p for p in by.rest if p.start >= by.near.end]
    verb = next((p for p in after if p.kind in VERBAL), None)
    modal = next((p for p in after if p.text in _MODAL), None)
    if (
        verb is None
        or modal is None
        or modal.start > verb.start
        or any(p.kind == "NP" for p in after if p.start < verb.start)
    ):
        return
    relation = piece.senses.get("va", "")
    piece.kind = "LACK" if relation == "decreases" else SKIP if relation in ("increases", "regulates") else piece.kind


def _negates_ahead(piece: Piece, by: Beside) -> None:
    """不显著影响B: a negation before its verb, not behind it."""
    if piece.kind == "ANEG" and by.nxt is not None and by.nxt.kind in VERBAL:
        piece.kind = "NEG"


def _related(piece: Piece, by: Beside) -> None:
    """X相关Y: Y is meant."""
    if piece.kind == "SYM" and piece.text in ("相关", "有关") and by.prv is not None and by.prv.kind == "NP":
        paired = any(p.kind == "YU" for p in by.clause)
        if by.prv.end == piece.start and not paired and by.near is not None and by.near.kind == "NP":
            piece.kind, piece.senses = "WORD", {}


def _has(piece: Piece, by: Beside) -> None:
    """产生有益影响, 产生保护作用: has. 研究显示，…: tells."""
    if piece.kind in ("V", "AMBI") and "you" in by.kinds and by.near is not None:
        after = [p for p in by.rest if p.start > by.near.start][:2]
        if by.near.kind in ("NOUN", "LIGHT") or (
            by.near.kind in ("V", "AMBI") and any(p.kind == "LIGHT" for p in after)
        ):
            piece.kind, piece.senses = "YOU", {}
    if piece.kind == "YOU" and "tell" in by.kinds:
        if by.nxt is None or by.nxt.kind == "COMMA" or by.prv is None or by.prv.kind in ("WORD", "TELL"):
            piece.kind = "TELL"


def _nominal(piece: Piece, by: Beside) -> None:
    """肠道调节及镇痛: a noun in a list.

    对MAPK的活化无影响, 抑制小鼠产生依赖: an aspect beside the clause's own verb.
    """
    if piece.kind not in VERBAL:
        return
    in_list = False
    if by.nxt is not None and by.nxt.kind in ("AND", "YU"):
        after = [p for p in by.rest if p.start >= by.nxt.end and p.kind not in ("WORD", "ORG", SKIP, "DE")]
        # A的蛋白水平下调、B上调: changes in a list are no nouns.
        changes = piece.kind == "AMBI" and len(after) > 1 and after[1].kind in ("AMBI", "INTR")
        in_list = bool(after) and after[0].kind == "NP" and not changes
    if piece.kind in ("V", "AMBI") and in_list and by.prv is not None:
        behind = len(by.clause) > 1 and by.clause[-2].kind == "NP" and by.clause[-2].end == by.prv.start
        if by.prv.kind in ("WORD", "ORG") and not by.prv.shadow and by.prv.end == piece.start and not behind:
            piece.kind = "WORD"
            return
    if piece.text in _ASPECTUAL and by.prv is not None and by.prv.kind in ("DE", "NP"):
        upon = any(p.kind == "DUI" for p in by.clause)
        if upon and any(p.kind in ("V", "AMBI", "NOUN") for p in by.rest):
            piece.kind, piece.senses = "WORD", {}
            return
    if piece.text in _ARISING:
        solid = next((p for p in reversed(by.clause) if p.kind not in ("WORD", "ORG", SKIP)), None)
        if solid is not None and solid.kind in VERBAL and by.near is not None and by.near.kind == "NP":
            piece.kind, piece.senses = "WORD", {}


def _change_in_list(piece: Piece, by: Beside) -> None:
    """A改变和B, A的降低及B: a change that 和 joins to a name happened; it acts on nothing."""
    if piece.kind not in ("AMBI", "INTR") or by.prv is None or by.nxt is None or by.near is not by.nxt:
        return
    owner = next((p for p in reversed(by.clause) if p.kind not in ("WORD", "LIGHT", "DE")), None)
    after = [p for p in by.rest if p.start >= by.nxt.end and p.kind not in ("WORD", "ORG", SKIP, "DE", "LOC")]
    if (
        owner is None
        or owner.kind != "NP"
        or piece.start - owner.end > _ASPECT_LENGTH
        or by.nxt.kind not in ("AND", "YU")
        or by.nxt.text in WITH
        or not after
        or after[0].kind != "NP"
    ):
        return
    # A的升高以及B是C的机制, A升高和B降低与C有关: both are what the clause is about
    verb = next((p for p in after[1:] if p.kind not in ("AMBI", "INTR", "NP")), None)
    told = verb is not None and (verb.kind == "COP" or (verb.kind == "YU" and verb.text in WITH))
    told = told and not any(p.kind in (*VERBAL, "TONG", "DUI", "YU") for p in by.clause)
    if told or (piece.senses.get("vi") == "regulates" and owner.members[0].type == "effect"):
        piece.kind, piece.senses = "WORD", {}
    else:
        piece.kind = "INTR"


def _aspect(piece: Piece, by: Beside) -> None:
    """蛋白活性, 酶的活力: an aspect of what it stands behind. 作用 is the empty head wherever it stands."""
    if piece.text == "作用":
        piece.kind = "LIGHT"
    elif piece.kind == "LIGHT" and piece.text in ("活性", "能力", "功能"):
        over = (SKIP, "DE") if piece.text == "活性" else (SKIP,)
        owner = next((p for p in reversed(by.clause) if p.kind not in over), None)
        if owner is not None and owner.kind == "NP" and owner.members[0].type != "effect":
            piece.kind = "WORD"


def _manner(piece: Piece, by: Beside) -> None:
    """以…方式: how it is done, rather than a chain."""
    if piece.text == "以" and piece.kind == "CHAIN":
        how = next((p for p in by.rest[:7] if p.kind in ("LOC", "V", "AMBI")), None)
        if how is not None and how.kind == "LOC":
            piece.kind = "ZAI"


def _way(piece: Piece, by: Beside) -> None:
    """经A干预: a treatment, not a passive."""
    if piece.kind == "BEI" and piece.text in ("经", "由"):
        ahead = [p for p in by.rest if p.kind not in ("WORD", "ORG", SKIP)][:2]
        if len(ahead) == 2 and ahead[0].kind == "NP" and ahead[1].kind in ("TREAT", "AFTER"):
            piece.kind = SKIP


def _adverbial(piece: Piece, by: Beside) -> None:
    """显著的降低B: 的 for 地."""
    if piece.kind == "DE" and by.clause and by.clause[-1].kind == SKIP and by.nxt is not None and by.nxt.kind in VERBAL:
        after = [p for p in by.rest if p.start > by.nxt.start and p.kind not in ("WORD", "ORG", SKIP)]
        if after and after[0].kind == "NP":
            piece.kind = SKIP


def _response(piece: Piece, by: Beside) -> None:
    """提高奶牛对B的消化率: what a verb's object is directed at, with no verb of its own behind it."""
    if piece.kind != "DUI" or by.near is None or by.near.kind != "NP":
        return
    solid = next((p for p in reversed(by.clause) if p.kind not in ("WORD", "ORG", SKIP)), None)
    verb = any(p.kind in (*VERBAL, "NOUN", "YOU", "LIGHT") for p in by.rest)
    names = [p for p in by.rest if p.kind == "NP"]
    measured = len(names) > 1 and names[-1].members[0].type == "effect"
    if solid is not None and solid.kind in ("V", "AMBI") and measured and not verb:
        piece.kind = SKIP


def _listed_aspect(piece: Piece, by: Beside) -> None:
    """抑制A的激活及B的生成: an aspect in a list of what the verb before acts on."""
    if piece.text not in _ASPECTUAL or piece.kind not in VERBAL or by.prv is None or by.prv.kind != "DE":
        return
    joined = (
        by.nxt is not None and by.nxt.kind in ("AND", "YU") and by.near is not None and by.near.kind in ("AND", "YU")
    )
    acting = any(p.kind in ("V", "AMBI", "CAUSV") for p in by.clause)
    after = [p for p in by.rest if p.kind not in ("WORD", "ORG", SKIP)]
    if joined and acting and len(after) > 1 and after[1].kind == "NP":
        piece.kind, piece.senses = "WORD", {}


def _effective(piece: Piece, by: Beside) -> None:
    """对B有效: works against it; 有效降低B: an adverb."""
    if piece.text == "有效" and not (by.nxt is None or by.nxt.kind in _ENDS):
        piece.kind, piece.senses = SKIP, {}


def _going_along(piece: Piece, by: Beside) -> None:
    """A下降，伴有B的增加: B's change has the cause of the clause before; nothing goes with it."""
    if piece.text not in ("伴随", "伴有", "伴") or not piece.senses or any(p.kind == "NP" for p in by.clause):
        return
    solid = [p for p in by.rest if p.kind not in ("WORD", "ORG", SKIP, "DE")]
    change = next((k for k, p in enumerate(solid) if p.kind in ("AMBI", "INTR")), 0)
    named = change > 0 and solid[change - 1].kind == "NP" and all(p.kind in ("NP", "AND", "YU") for p in solid[:change])
    if named and (change + 1 == len(solid) or solid[change + 1].kind != "NP"):
        piece.kind, piece.senses = SKIP, {}


def _respective(piece: Piece, by: Beside) -> None:
    """A和B分别V C和D: the first on the first."""
    if piece.senses and any(p.text == "分别" for p in by.clause):
        piece.respective = True


def _causer(piece: Piece, _by: Beside) -> None:
    """导致B升高: leads to a change, does not act on it."""
    if piece.kind == "V" and piece.text in CAUSERS:
        piece.kind = "CAUSV"


def _dangling_relative(piece: Piece, by: Beside) -> None:
    """抑制高脂饲料诱导的肥胖: the agent is no mention, and what it led to is what the clause is about."""
    if (
        piece.kind in ("V", "CAUSV")
        and piece.text in RELATIVE
        and by.nxt is not None
        and by.nxt.kind == "DE"
        and by.nxt.start == piece.end
    ):
        after = next((p for p in by.rest if p.start > by.nxt.start and p.kind not in ("WORD", "ORG", SKIP, "DE")), None)
        solid = next((p for p in reversed(by.clause) if p.kind not in ("ORG", SKIP)), None)
        outer = any(p.kind in (*VERBAL, "DUI") for p in by.clause)
        if after is not None and after.kind == "NP" and outer and solid is not None and solid.kind in ("WORD", "AGENT"):
            piece.kind = by.nxt.kind = SKIP
            piece.senses = {}


Case = Callable[[Piece, Beside], None]
_ACTS = frozenset({"V", "AMBI"})
_ANY = frozenset({*CODES, "WORD", "ORG", SKIP})
# Each case with the kinds of pieces that it looks at; those of `_ANY` go by the word, or look at triggers of any kind.
CASES: tuple[tuple[Case, frozenset[str]], ...] = (
    (_part_of_noun, _ANY),
    (_given, _ACTS),
    (_taken_away, _ACTS),
    (_acted_on_first, _ACTS),
    (_negates_ahead, frozenset({"ANEG"})),
    (_related, frozenset({"SYM"})),
    (_has, _ACTS | {"YOU"}),
    (_nominal, frozenset(VERBAL)),
    (_change_in_list, frozenset({"AMBI", "INTR"})),
    (_aspect, _ANY),
    (_manner, frozenset({"CHAIN"})),
    (_way, frozenset({"BEI"})),
    (_adverbial, frozenset({"DE"})),
    (_dangling_relative, frozenset({"V", "CAUSV"})),
    (_response, frozenset({"DUI"})),
    (_listed_aspect, frozenset(VERBAL)),
    (_effective, _ANY),
    (_going_along, _ANY),
    (_respective, _ANY),
    (_causer, frozenset({"V"})),
)


# What no case looks at: names, words that say nothing here, marks.
_SETTLED = frozenset({SKIP, "NP", "WORD", "ORG", "COMMA", "STOP", "OPEN", "CLOSE"})
# Of the rest, triggers are looked at, and these kinds and words.
_KINDS = frozenset({"LIGHT"}).union(*(kinds for _, kinds in CASES if kinds is not _ANY))
_WORDS = frozenset(["作用", "有效"])
_OF_TRIGGERS = frozenset({_part_of_noun, _going_along, _respective})
_OF_OTHERS = tuple((case, kinds) for case, kinds in CASES if case not in _OF_TRIGGERS)


def settle(pieces: list[Piece], kinds: Mapping[str, tuple[str, ...]], noun_heads: frozenset[str]) -> list[Piece]:
    """The pieces with their kinds settled, adverbs taken out. `kinds` are all the kinds that the tables give a word."""
    first = 0
    for last in [*(i for i, p in enumerate(pieces) if p.kind in _ENDS), len(pieces)]:
        for i in range(first, last):
            piece = pieces[i]
            if piece.kind in _SETTLED or not (piece.senses or piece.kind in _KINDS or piece.text in _WORDS):
                continue
            by = Beside(pieces, i, (first, last), kinds.get(piece.text, ()), noun_heads)
            for case, looked_at in CASES if piece.senses else _OF_OTHERS:
                if piece.kind in looked_at:
                    case(piece, by)
        first = last + 1
    return [p for p in pieces if p.kind != SKIP]
