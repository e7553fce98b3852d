"""From words to pieces: function words and triggers are looked up, mentions in a list become one noun phrase."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from pipeline.claims.pieces import Piece, relation_named
from pipeline.claims.settle import SKIP, VERBAL, WITH, settle
from pipeline.knowledge import Knowledge
from pipeline.records import Mention, Relation, Word

_CITE = re.compile(r"\[\s*\d+(?:\s*[-–~,，、]\s*\d+)*\s*\]")
_PUNCT = {
    "，": "COMMA", ",": "COMMA", "：": "COMMA", ":": "COMMA", "——": "COMMA",
    "；": "STOP", ";": "STOP", "。": "STOP",
    "（": "OPEN", "(": "OPEN", "[": "OPEN", "［": "OPEN",
    "）": "CLOSE", ")": "CLOSE", "]": "CLOSE", "］": "CLOSE",
}  # fmt: skip
_KIND_OF_WORD = {
    "dui": "DUI", "bei": "BEI", "tong": "TONG", "yu": "YU", "zai": "ZAI", "loc": "LOC", "shi": "SHI", "de": "DE",
    "you": "YOU", "chain": "CHAIN", "treat": "TREAT", "after": "AFTER", "light": "LIGHT", "cop": "COP", "and": "AND",
    "such": "SUCH", "etc": "ETC", "cmp": "CMP", "than": "THAN", "sui": "SUI", "pron": "PRON", "lack": "LACK",
    "neg": "NEG", "after_neg": "ANEG", "hedge": "HEDGE", "after_hedge": "AHEDGE", "ask": "ASK", "tell": "TELL",
    "adv": "", "frame": "",
}  # fmt: skip
# Where a word is of several kinds, the first of these that it has; context may change it (`_settle`).
_ORDER = (
    "after_neg", "after_hedge", "neg", "ask", "hedge", "trigger", "such", "etc", "dui", "tong", "shi", "lack", "you",
    "treat", "chain", "yu", "and", "bei", "zai", "cmp", "de", "cop", "after", "loc", "light", "tell", "pron", "than",
    "sui", "adv", "frame",
)  # fmt: skip


class ChineseChunker:
    """Turns the words of a Chinese sentence into pieces. Holds the word lists; no state of a text."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._no_subject = knowledge.listed("no-subject")
        self._linking = knowledge.listed("linking")
        self._noun_heads = knowledge.listed("noun-head")
        kinds: dict[str, list[str]] = {}
        for table in ("words", "cues"):
            for r in knowledge.tables[table]:
                if r["lang"] == "zh" and r["kind"] != "frame":
                    kinds.setdefault(r["word"], []).append(r["kind"])
        self._senses: dict[str, dict[str, Relation]] = {}
        for r in knowledge.tables["triggers"]:
            if r["lang"] == "zh":
                self._senses.setdefault(r["word"], {})[r["kind"]] = relation_named(r["relation"])
                kinds.setdefault(r["word"], []).append("trigger")
        self._kinds: Mapping[str, tuple[str, ...]] = {
            w: tuple(sorted(set(k), key=_ORDER.index)) for w, k in kinds.items()
        }
        # What longer words begin with, so that none is looked for where none can be.
        self._begun = frozenset(word[:n] for word in self._kinds for n in range(1, len(word)))
        self._beginnings = self._begun | self._kinds.keys()
        self._aspects = frozenset(r["word"] for r in knowledge.tables["aspects"] if r["lang"] == "zh")

    def chunk(self, words: Sequence[Word], mentions: Mapping[int, Mention]) -> list[Piece]:
        """Pieces of a sentence; `mentions` by where they start."""
        pieces = settle(_uncited(self._look_up(words, mentions)), self._kinds, self._noun_heads)
        compared = _modifiers(_compared(pieces), conditions=_of_conditions(pieces))
        return self._group(_listed_changes(compared))

    def _look_up(self, words: Sequence[Word], mentions: Mapping[int, Mention]) -> list[Piece]:
        pieces: list[Piece] = []
        i = 0
        while i < len(words):
            word = words[i]
            start, end, own, pos = word
            mention = mentions.get(start)
            if mention is not None and mention.end == end:
                pieces.append(Piece("NP", start, end, own, (mention,)))
                i += 1
                continue
            if own in _PUNCT:
                pieces.append(Piece(_PUNCT[own], start, end, own))
                i += 1
                continue
            j, text = self._longest_word(words, i, mentions) if own in self._beginnings else (i, "")
            if text:
                kinds = self._kinds[text]
                piece = Piece("ADV", start, words[j - 1].end, text)
                if "trigger" in kinds:
                    piece.senses = self._senses[text]
                piece.kind = self._first(kinds, piece.senses) or SKIP
                pieces.append(piece)
                i = j
                continue
            # Words that say nothing here still part what stands on their two sides.
            if pos not in ("x", "w"):
                piece = Piece("ORG" if pos == "organisms" else "WORD", start, end, own)
                piece.shadow = pos == "v" and len(own) > 1 and own not in self._aspects
                pieces.append(piece)
            i += 1
        return pieces

    def _longest_word(self, words: Sequence[Word], i: int, mentions: Mapping[int, Mention]) -> tuple[int, str]:
        best, found = i, ""
        text = ""
        for j in range(i, min(len(words), i + 5)):
            word = words[j]
            if word.start in mentions or (j > i and word.start != words[j - 1].end):
                break
            text += word.text
            if text in self._kinds:
                best, found = j + 1, text
            if text not in self._begun:
                break
        return best, found

    @staticmethod
    def _first(kinds: Sequence[str], senses: Mapping[str, str]) -> str:
        kind = kinds[0]
        if kind != "trigger":
            return _KIND_OF_WORD[kind]
        if "vs" in senses and "va" not in senses:
            return "SYM"
        if "va" in senses:
            return "AMBI" if "vi" in senses else "V"  # 导致 and the like: see `_settle`
        if "vi" in senses:
            return "INTR"
        if "vn" in senses:
            return "NOUN"
        return "AGENT"

    # -- noun phrases -------------------------------------------------------------------------------------------------

    def _group(self, pieces: list[Piece]) -> list[Piece]:
        """Join mentions in a list (A、B和C; A(B, C); class + name) into one noun phrase; drop empty words."""
        out: list[Piece] = []
        i = 0
        shadow = noun = False
        while i < len(pieces):
            piece = pieces[i]
            if piece.kind in ("COMMA", "STOP"):
                noun = False
            elif (
                piece.kind == "WORD"
                and not piece.shadow
                and len(piece.text) > 1
                and piece.text not in self._no_subject
                and not (
                    out
                    and out[-1].kind in ("ZAI", "DUI", "SHI", "YU", "BEI", "TONG", "V", "AMBI", "CAUSV", "YOU", "DE")
                )
            ):
                noun = True
            elif piece.senses:
                piece.lead = noun
                after = pieces[i + 1 : i + 4]
                piece.shadow = any(
                    p.kind == "WORD" and not p.shadow and p.text not in self._aspects
                    for p in after[: next((k for k, p in enumerate(after) if p.kind in ("COMMA", "STOP", "NP")), 3)]
                )
            if piece.kind != "NP":
                # B的表达上调: 的 and the aspect behind it belong to B.
                if (
                    piece.kind == "DE"
                    and out
                    and out[-1].kind == "NP"
                    and i + 1 < len(pieces)
                    and pieces[i + 1].kind == "WORD"
                    and not pieces[i + 1].shadow
                ):
                    i += 1
                    continue
                if piece.kind in ("COMMA", "STOP", "V", "AMBI"):
                    shadow = False
                if piece.kind not in ("WORD", "ORG"):
                    out.append(piece)
                else:
                    shadow = shadow or piece.shadow
                i += 1
                continue
            before = len(out)
            i = self._list(pieces, i, out)
            for made in out[before:]:
                made.shadow = shadow
        return _tidy(_signed(out))

    def _list(self, pieces: list[Piece], i: int, out: list[Piece]) -> int:
        members, i = self._one(pieces, i)
        start = members[0].start
        end = pieces[i - 1].end
        # 在A、肠道调节及B等方面: an item that is no mention does not end the list
        topic = bool(out) and out[-1].kind == "ZAI"
        joint: int | None = None
        while True:
            j = i
            # aspects, places and species between the name and the connective: 血清TNF-α水平和肝脏IL-6含量
            while j < len(pieces) and pieces[j].kind in ("WORD", "ORG", "DE", "LOC") and j - i < 4:
                j += 1
            if j < len(pieces) and pieces[j].kind == "ETC":
                # 长春新碱等化疗药物: the class after its members is one of them, and the list may go on.
                i = k = j + 1
                end = pieces[j].end
                while k < len(pieces) and pieces[k].kind == "WORD" and k - i < 2:
                    k += 1
                if k < len(pieces) and pieces[k].kind == "NP" and pieces[k].start - pieces[j].end <= 6:
                    more, i = self._one(pieces, k)
                    # 肝癌、肺癌等肿瘤细胞的增殖: whose cells they are
                    members = more if _cells_of(members, more[0]) else [*members, *more]
                    end = pieces[i - 1].end
                if i < len(pieces) and pieces[i].kind in ("AND", "YU", "WORD"):
                    continue
                break
            such = j < len(pieces) and pieces[j].kind in ("SUCH", "OPEN") and j + 1 < len(pieces)
            if such and pieces[j].kind == "OPEN":
                k = j + 1
                while k < len(pieces) and pieces[k].kind == "SUCH":
                    k += 1
                said = k > j + 1 or (k < len(pieces) and pieces[k].start == pieces[j].end)
                if k < len(pieces) and pieces[k].kind == "NP" and said:
                    inner: list[Piece] = []
                    k2 = self._list(pieces, k, inner)
                    while k2 < len(pieces) and pieces[k2].kind in ("ETC", "WORD"):
                        k2 += 1
                    if k2 < len(pieces) and pieces[k2].kind == "CLOSE":
                        members = [*members, *inner[0].members]
                        i = k2 + 1
                        end = pieces[k2].end
                        continue
                break
            # A组和B组: two groups
            if (
                j + 2 < len(pieces)
                and pieces[j].kind in ("GROUP", "AFTER")
                and pieces[j].text.startswith("组")
                and pieces[j + 1].kind in ("AND", "YU")
                and pieces[j + 2].kind == "NP"
            ):
                j += 1
            comma = j < len(pieces) and pieces[j].kind == "COMMA"
            if comma and j + 1 < len(pieces) and pieces[j + 1].kind == "SUCH":
                such, j = True, j + 1
            if not (such or (j < len(pieces) and (pieces[j].kind in ("AND", "YU")))):
                break
            link = pieces[j]
            # A在B条件下与C结合: the place ends before 与.
            if topic and link.text in WITH and any(p.kind == "LOC" for p in pieces[i:j]):
                break
            k = j + 1
            while (
                k < len(pieces)
                and (
                    pieces[k].kind in ("WORD", "ORG", "DE", "LOC")
                    or pieces[k].text == "、"
                    or (topic and pieces[k].text in ("及", "以及", "和"))
                )
                and k - j < 7
            ):
                k += 1
            if k >= len(pieces) or pieces[k].kind != "NP":
                break
            item = pieces[k].members[0]
            more, k = self._one(pieces, k)
            # DM、CP和NDF的消化率: one measure of several substances.
            if (
                more[0] is not item
                and more[0].type == "effect"
                and all(m.type != "effect" for m in [*members, item])
                and joint is None
            ):
                members = more
                end = pieces[k - 1].end
                i = k
                continue
            # A和B相关: a pair rather than a list, where the verb wants two.
            if link.text in ("与", "和", "同", "跟", "及"):
                ahead = next(
                    (
                        p
                        for p, then in zip(pieces[k : k + 12], pieces[k + 1 : k + 13], strict=False)
                        if p.kind in ("SYM", "COMMA", "STOP", "CHAIN")
                        # A与B的调控相关: what is done to B is no verb of the clause
                        or (p.kind in ("V", "AMBI", "INTR", "NOUN") and ("vs" in p.senses or then.kind != "SYM"))
                    ),
                    None,
                )
                # 与抑制B和C有关: the 与 of the pair went before.
                tail = out[_clause_start(out) :]
                opened = any(p.kind == "YU" and p.text in WITH for p in tail)
                if link.kind == "YU" and not opened and ahead is not None and "vs" in ahead.senses:
                    # A和B与C相关: the last 与 parts the two sides.
                    later = any(p.text in WITH for p in pieces[k : pieces.index(ahead)])
                    if not later and (joint is None or link.text in WITH):
                        joint = len(members)
            members = [*members, *more]
            end = pieces[k - 1].end
            i = k
        if joint is not None:
            left, right = tuple(members[:joint]), tuple(members[joint:])
            out.append(Piece("NP", left[0].start, left[-1].end, "", left))
            out.append(Piece("YU", left[-1].end, right[0].start, "与"))
            out.append(Piece("NP", right[0].start, end, "", right))
        else:
            out.append(Piece("NP", start, end, "", tuple(members)))
        return i

    @staticmethod
    def _defines(pieces: Sequence[Piece], i: int) -> bool:
        """是诱导B的转录因子, 诱导参与B的酶: 的 closes a clause about what follows, B is no owner of it."""
        solid = [p for p in pieces[max(0, i - 6) : i] if p.kind not in ("WORD", "ORG", "AND", "YU", "NP", "DE")]
        if not solid or solid[-1].kind not in VERBAL:
            return False
        if len(solid) == 1 or solid[-2].kind in ("COMMA", "STOP", "TELL"):
            # 能够激活B的A可…: A acts on B, and goes on.
            k = i + 1
            while k < len(pieces) and pieces[k].kind in ("WORD", "DE"):
                k += 1
            named = (
                k < len(pieces)
                and pieces[k].kind == "NP"
                and not any(p.kind == "NP" for p in pieces[max(0, i - 6) : i])
            )
            return (
                named
                and k + 1 < len(pieces)
                and pieces[k + 1].kind in (*VERBAL, "YOU", "TONG", "DUI")
                and pieces[k + 1].kind != "INTR"
            )
        return (len(solid) > 1 and solid[-2].kind == "COP") or (
            solid[-1].text == "参与" and len(solid) > 1 and solid[-2].kind in VERBAL
        )

    def _one(self, pieces: list[Piece], i: int) -> tuple[list[Mention], int]:
        """One item of a list: names side by side (the last is what it is about), with the names its bracket gives."""
        first = pieces[i].members[0]
        first_at = i
        head = first
        i += 1
        while i < len(pieces):
            piece = pieces[i]
            if piece.kind == "NP" and piece.start - pieces[i - 1].end <= 1 and pieces[i - 1].kind in ("NP", "CLOSE"):
                head = piece.members[0]
                i += 1
                continue
            # 阿片类药物的镇痛, NMDAR中的NR2B, Ca2+依赖性NOS: what it is about comes last.
            k = i
            while (
                k < len(pieces)
                and k - i < 3
                and (pieces[k].kind == "LOC" or (pieces[k].kind == "WORD" and pieces[k].text in self._linking))
            ):
                k += 1
            if k < len(pieces) and pieces[k].kind == "DE":
                k += 1
                while k < len(pieces) and pieces[k].kind in ("WORD", "ORG") and pieces[k].end - pieces[i].start < 14:
                    k += 1
            elif k == i:
                k = len(pieces)
            if (
                k < len(pieces)
                and pieces[k].kind == "NP"
                and pieces[k].start - piece.start <= 16
                and not _clause_follows(pieces, k)
                and not self._defines(pieces, first_at)
            ):
                head = pieces[k].members[0]
                i = k + 1
                continue
            # NGF(nerve growth factor, NGF): the bracket's names are the same thing.
            if piece.kind == "OPEN" and piece.start - pieces[i - 1].end <= 1:
                k = i + 1
                while (
                    k < len(pieces)
                    and pieces[k].kind in ("NP", "COMMA", "WORD")
                    and pieces[k].start - pieces[i].end < 120
                ):
                    k += 1
                if (
                    k < len(pieces)
                    and pieces[k].kind == "CLOSE"
                    and any(p.kind == "NP" for p in pieces[i + 1 : k])
                    and _same(head, pieces[i + 1 : k])
                ):
                    i = k + 1
                    continue
                # A bracket with nothing for us in it: （图1）, (P<0.05)
                if k < len(pieces) and pieces[k].kind == "CLOSE" and not any(p.kind == "NP" for p in pieces[i + 1 : k]):
                    i = k + 1
                    continue
            break
        return [head], i


def _cells_of(members: Sequence[Mention], last: Mention) -> bool:
    """Whether the members say which disease the cells have that the last one is about."""
    diseases = all(m.type == "effect" and m.text.endswith(("癌", "瘤", "病", "白血病", "肉瘤")) for m in members)
    return diseases and last.type == "effect" and "细胞" in last.text


def _uncited(pieces: Sequence[Piece]) -> list[Piece]:
    """Without reference marks: A[1]、B[2]和C[3] is a list."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        if pieces[i].kind == "OPEN" and pieces[i].text in "[［":
            k = i + 1
            while k < len(pieces) and (pieces[k].kind in ("COMMA", "AND") or pieces[k].text[:1].isdigit()):
                k += 1
            if k < len(pieces) and pieces[k].kind == "CLOSE":
                i = k + 1
                continue
        out.append(pieces[i])
        i += 1
    return out


_COMPARING = frozenset(["低于", "高于", "少于", "多于", "大于", "小于", "长于", "短于"])
_HIGH_LOW: dict[str, Relation] = {
    "高": "increases", "多": "increases", "大": "increases", "长": "increases",
    "低": "decreases", "少": "decreases", "小": "decreases", "短": "decreases",
}  # fmt: skip


def _compared(pieces: list[Piece]) -> list[Piece]:
    """与对照组相比, 较安慰剂组: what is compared with takes no part."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        if pieces[i].kind in ("YU", "CMP", "THAN"):
            k = i + 1
            while k < len(pieces) and pieces[k].kind in ("NP", "WORD", "ORG", "TREAT", "AND", "YU") and k - i < 7:
                k += 1
            group = k < len(pieces) and pieces[k].kind in ("GROUP", "AFTER") and pieces[k].text.endswith("组")
            closed = k + group < len(pieces) and pieces[k + group].kind == "CMP"
            if k > i + 1 and (closed or (group and pieces[i].kind != "YU")):
                end = k + group + closed
                # AFB1与空白组相比，…: the one before was given.
                if out and out[-1].kind == "NP" and end < len(pieces) and pieces[end].kind == "COMMA":
                    out.append(Piece("GROUP", pieces[i].start, pieces[end - 1].end, ""))
                # 较模型组低: the adjective is the change.
                if end < len(pieces) and pieces[end].text in _HIGH_LOW:
                    pieces[end].kind, pieces[end].senses = "INTR", {"vi": _HIGH_LOW[pieces[end].text]}
                i = end
                continue
        if pieces[i].kind == "INTR" and pieces[i].text in _COMPARING:
            k = i + 1
            while k < len(pieces) and pieces[k].kind in ("NP", "WORD", "ORG", "TREAT", "NEG") and k - i < 6:
                k += 1
            if k < len(pieces) and pieces[k].kind in ("GROUP", "AFTER") and pieces[k].text.startswith("组"):
                out.append(pieces[i])
                i = k + 1
                continue
        if pieces[i].kind != "THAN":
            out.append(pieces[i])
        i += 1
    return out


def _listed_changes(pieces: list[Piece]) -> list[Piece]:
    """B的蛋白和mRNA下调、C上调: what joins aspects says nothing, and a change before 、 acts on nothing behind it."""
    out: list[Piece] = []
    for i, piece in enumerate(pieces):
        if piece.kind not in ("AND", "YU"):
            out.append(piece)
            continue
        rest = [k for k in range(i + 1, min(i + 9, len(pieces))) if pieces[k].kind not in ("WORD", "DE", "ORG")]
        after = [pieces[k].kind for k in rest]
        joins = piece.text in ("和", "及", "与")
        if joins and after[:1] in (["AMBI"], ["INTR"]) and rest[0] > i + 1:
            if any(p.kind == "NP" for p in pieces[max(0, i - 4) : i]):
                continue
        if (
            piece.kind == "AND"
            and piece.text == "、"
            and out
            and out[-1].kind in ("AMBI", "INTR")
            and any(p.kind == "NP" for p in out[-9:-1])
            and _change_listed(after)
        ):
            out[-1].kind = "INTR"
            out.append(Piece("COMMA", piece.start, piece.end, "，"))
            continue
        out.append(piece)
    return out


def _change_listed(after: Sequence[str]) -> bool:
    """Whether names and then a change follow, with no verb between."""
    names = 0
    for kind in after:
        if kind in ("AMBI", "INTR"):
            return names > 0
        if kind not in ("NP", "AND", "YU", "LOC"):
            return False
        names += kind == "NP"
    return False


def _of_conditions(pieces: Sequence[Piece]) -> bool:
    """Whether animals or patients of some condition are compared with others, and none was given anything."""
    if not any(p.kind in ("CMP", "THAN") or p.text in _COMPARING for p in pieces):
        return False
    return not any(p.kind == "TREAT" or (p.kind in ("GROUP", "AFTER") and "组" in p.text) for p in pieces)


def _modifiers(pieces: list[Piece], *, conditions: bool) -> list[Piece]:
    """糖尿病大鼠的血糖: a condition that names the animal is not what the clause is about, where more follows.

    With `conditions` it is what the animals are compared by, as a group of a trial is by what it was given.
    """
    out: list[Piece] = []
    for i, piece in enumerate(pieces):
        nxt = pieces[i + 1] if i + 1 < len(pieces) else None
        # 对B具有神经调节作用: B is what it regulates
        if (
            piece.kind == "NP" and piece.text.endswith(("调节", "调控")) and nxt is not None and nxt.kind == "LIGHT"
            and out and out[-1].kind == "YOU" and _upon(out)
        ):  # fmt: skip
            piece = Piece("V", piece.start, piece.end, piece.text, senses={"va": "regulates"})
        # 磷酸化激活: how it is activated
        if (
            piece.kind == "NP"
            and nxt is not None
            and nxt.kind in ("V", "CAUSV", "AMBI")
            and nxt.start == piece.end
            and piece.text.endswith(("磷酸化", "乙酰化", "泛素化", "甲基化"))
        ):
            piece = Piece("WORD", piece.start, piece.end, piece.text)
        # B的重要炎症机制: what kind of mechanism it is, rather than whose
        if (
            piece.kind == "NP" and piece.members[0].type == "effect" and nxt is not None and nxt.kind == "AGENT"
            and nxt.start == piece.end and nxt.senses.get("na") == "associated_with" and _owned(pieces, i)
        ):  # fmt: skip
            piece = Piece("WORD", piece.start, piece.end, piece.text)
        if (
            piece.kind == "NP" and piece.members[0].type == "effect" and nxt is not None and nxt.start - piece.end <= 1
            and (nxt.kind == "ORG" or nxt.text in ("模型", "模型中", "模型组", "模型大鼠", "患者"))
        ):  # fmt: skip
            rest = [p.kind for p in pieces[i + 2 :]]
            stop = next((k for k, kind in enumerate(rest) if kind in ("COMMA", "STOP")), len(rest))
            if "NP" in rest[:stop]:
                if conditions and {"AMBI", "INTR"} & set(rest[:stop]):
                    out += (piece, Piece("GROUP", nxt.start, nxt.end, nxt.text))
                    continue
                piece = Piece("WORD", piece.start, piece.end, piece.text)
        out.append(piece)
    return out


def _upon(pieces: Sequence[Piece]) -> bool:
    """Whether the last clause names what is acted on: 对B."""
    clause = [p for p in pieces[_clause_start(pieces) :] if p.kind not in ("WORD", "ORG")]
    return any(a.kind == "DUI" and b.kind == "NP" for a, b in pairwise(clause))


def _owned(pieces: Sequence[Piece], i: int) -> bool:
    """Whether the name at `i` follows 的 behind another name, of which the clause says what it is: 是B的…."""
    k = i - 1
    while k >= 0 and pieces[k].kind == "WORD":
        k -= 1
    return k > 1 and pieces[k].kind == "DE" and pieces[k - 1].kind == "NP" and pieces[k - 2].kind in ("COP", "WORD")


def _change_at(pieces: Sequence[Piece], k: int) -> tuple[int, int] | None:
    """A bare change at `k` (下降, 的升高): its sign and where it ends."""
    if k < len(pieces) and pieces[k].kind == "DE":
        k += 1
    if k < len(pieces) and pieces[k].kind in ("AMBI", "INTR"):
        sign = {"increases": 1, "decreases": -1}.get(pieces[k].senses.get("vi", ""))
        return (sign, k + 1) if sign else None
    return None


def _signed(pieces: list[Piece]) -> list[Piece]:
    """Noun phrases of a change, with its sign.

    They stand as subject (敲除A, A的缺乏, A的降低), or are listed as objects (A升高和B降低).
    """
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        opens = not out or out[-1].kind in ("COMMA", "STOP", "TELL", "CHAIN")
        if piece.kind == "LACK" and opens and i + 1 < len(pieces) and pieces[i + 1].kind == "NP":
            pieces[i + 1].sign = -1
            out.append(pieces[i + 1])
            i += 2
            continue
        if piece.kind != "NP":
            out.append(piece)
            i += 1
            continue
        k = i + 1
        if opens:
            k += k < len(pieces) and pieces[k].kind == "DE"
            lack = k < len(pieces) and pieces[k].kind == "LACK"
            found = (-1, k + 1) if lack else _change_at(pieces, i + 1)
            nominal = k > i + 1 or lack
            after = pieces[found[1]].kind if found and found[1] < len(pieces) else ""
            if found and (after in ("SHI", "TONG", "CAUSV") or (nominal and after in ("V", "AMBI"))):
                piece.sign = min(found[0], 0)
                out.append(piece)
                i = found[1]
                continue
        if any(p.kind in ("V", "AMBI", "CAUSV", "SYM") for p in out[_clause_start(out) :][-4:]):
            items: list[tuple[Piece, int]] = []
            k = i
            while k < len(pieces) and pieces[k].kind == "NP" and (found := _change_at(pieces, k + 1)):
                items.append((pieces[k], found[0]))
                k = found[1]
                if not (k + 1 < len(pieces) and pieces[k].kind in ("AND", "YU") and pieces[k + 1].kind == "NP"):
                    break
                k += 1
            # B降低和C: what comes last need be no change.
            if items and k < len(pieces) and pieces[k].kind == "NP" and pieces[k - 1].kind in ("AND", "YU"):
                items.append((pieces[k], 0))
                k += 1
            if len(items) > 1 and (k >= len(pieces) or pieces[k].kind != "NP"):
                members = tuple(m for p, _ in items for m in p.members)
                signs = {m.id: sign for p, sign in items for m in p.members if sign}
                out.append(Piece("NP", piece.start, items[-1][0].end, "", members, signs=signs))
                i = k
                continue
        out.append(piece)
        i += 1
    return out


# Behind these 的 belongs to a word that is no piece.
_NO_OWNER = frozenset([
    "YOU", "HEDGE", "NEG", "COMMA", "STOP", "YU", "DUI", "BEI", "TONG", "ZAI", "SHI", "CHAIN", "PRON", "TREAT", "AND",
])  # fmt: skip


def _tidy(pieces: list[Piece]) -> list[Piece]:
    """Drop brackets that say nothing, 中/上/内 where no 在 went before in the clause, and 和 that joins no verbs."""
    out: list[Piece] = []
    place = False
    clause = 0
    kept: set[int] = set()
    aside: set[int] = set()
    for i, piece in enumerate(pieces):
        if piece.kind == "OPEN":
            close = next((k for k in range(i + 1, len(pieces)) if pieces[k].kind == "CLOSE"), None)
            # A bracket that says something of the name before it: Akkermansia(缓解肠道炎症).
            if (
                close is not None
                and any(p.kind in VERBAL for p in pieces[i + 1 : close])
                and any(p.kind == "NP" for p in pieces[i + 1 : close])
            ):
                kept |= {i, close}
            # 甘草次酸（一种三萜类化合物）可…: what a bracket says of a name takes no part.
            elif close is not None and out and out[-1].kind == "NP":
                aside |= set(range(i, close + 1))
        if i in aside:
            continue
        if piece.kind in ("OPEN", "CLOSE") and i not in kept:
            continue
        # 其, 它 within a clause is no subject.
        if piece.kind == "PRON" and out and out[-1].kind not in ("COMMA", "STOP", "TELL"):
            continue
        if piece.kind in ("COMMA", "STOP"):
            clause = len(out)
        # 年龄相关的X, 表现: nouns and 相关 that stand in no frame of theirs (是…的机制, 与…相关).
        if piece.kind == "AGENT" and not any(p.kind in ("COP", "YOU", "BEI") for p in out[clause:]):
            continue
        if piece.kind == "SYM" and not any(p.kind == "YU" for p in out[clause:]):
            pair = next((p for p in reversed(out) if p.kind in ("NP", "COMMA", "STOP")), None)
            if pair is None or len(pair.members) < 2 or (i + 1 < len(pieces) and pieces[i + 1].kind == "NP"):
                continue
        joins = bool(out) and (out[-1].kind == "NP" or (out[-1].kind in VERBAL and piece.start - out[-1].end <= 1))
        if piece.kind == "YU" and piece.text == "和" and joins and i + 1 < len(pieces) and pieces[i + 1].kind in VERBAL:
            out.append(Piece("AND", piece.start, piece.end, piece.text))
            continue
        if piece.kind == "YU" and piece.text in ("和", "同", "跟"):
            # 和 that joins organs or the like, which are no pieces.
            if i + 1 >= len(pieces) or pieces[i + 1].kind != "NP" or not out or out[-1].kind != "NP":
                continue
        if piece.kind == "DE":
            last = out[-1] if out else None
            # 提高肉羊的…: 的 behind an animal or organ, which is no piece. 诱导的 keeps its own.
            if last is None or last.kind in _NO_OWNER:
                continue
            if last.kind in VERBAL and piece.start > last.end:
                continue
        if piece.kind == "AND":
            after = next((p for p in pieces[i + 1 :] if p.kind not in ("NEG", "HEDGE")), None)
            verb = after is not None and after.kind in VERBAL
            # 预防和治疗B: one object for both; 改变B和诱导C: two acts.
            if not (
                out and verb and (out[-1].kind == "NP" or (out[-1].kind in VERBAL and piece.start - out[-1].end <= 1))
            ):
                continue
        if piece.kind in ("COMMA", "STOP"):
            place = False
        elif piece.kind == "ZAI":
            place = True
        elif piece.kind == "LOC" and (
            not place
            or (out and out[-1].kind in (*VERBAL, "TREAT") and i + 1 < len(pieces) and pieces[i + 1].kind == "NP")
        ):
            # 提高初乳中B的含量: where the object is, not where the clause is.
            continue
        out.append(piece)
    return out


def _clause_start(pieces: Sequence[Piece]) -> int:
    """Where the last clause of a row begins."""
    return next((k + 1 for k in range(len(pieces) - 1, -1, -1) if pieces[k].kind in ("COMMA", "STOP")), 0)


def _clause_follows(pieces: Sequence[Piece], k: int) -> bool:
    """Whether the name at `k` is the agent of a relative clause of its own: 大鼠的A诱导的B."""
    return k + 2 < len(pieces) and pieces[k + 1].kind in VERBAL and pieces[k + 2].kind == "DE"


def _same(head: Mention, inner: Sequence[Piece]) -> bool:
    names = {n.casefold() for n in head.names}
    mentions = [p.members[0] for p in inner if p.kind == "NP"]
    return any(
        m.text.casefold() in names or (m.concept_id is not None and m.concept_id == head.concept_id) for m in mentions
    )


def citations(text: str) -> list[tuple[int, tuple[int, ...]]]:
    """Reference marks of a sentence: where each (run of marks) stands, and its numbers, ranges expanded."""
    marks: list[tuple[int, int, list[int]]] = []
    for match in _CITE.finditer(text):
        numbers: list[int] = []
        for part in re.split(r"[,，、]", match.group()[1:-1]):
            ends = [int(n) for n in re.findall(r"\d+", part)]
            if len(ends) == 2 and 0 < ends[1] - ends[0] <= 15:
                numbers.extend(range(ends[0], ends[1] + 1))
            else:
                numbers.extend(ends)
        if marks and not text[marks[-1][1] : match.start()].strip(" ,，"):
            marks[-1] = (marks[-1][0], match.end(), [*marks[-1][2], *numbers])
        else:
            marks.append((match.start(), match.end(), numbers))
    return [(a, tuple(dict.fromkeys(n))) for a, _, n in marks]
