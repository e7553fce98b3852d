"""What an English row of pieces comes to, in passes behind those of `english_lists`: changes, places, things.

Each pass takes the pieces of a sentence and returns them with something joined, left out or said again: a change of
something (`loss of A`, `A knockdown`, `increased A`) becomes a noun phrase with a sign, what is only a place or a
comparison goes, and a name stands once more where a clause goes on with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.claims.english_lists import FINITE, SIGN
from pipeline.claims.pieces import Piece, row
from pipeline.records import Relation

# What is done about an illness is no change of it that could act.
_CARE = frozenset({"prevention", "treatment", "therapy", "relief", "alleviation", "management", "mitigation"})
# Rows of pieces, in their letters: `inhibition of A by B`; `A is inhibited by B`; `blocks the effect of A on B`.
_ACT_BY = "FdNtN"
_DONE_BY = "NePtN"
_EFFECT_ON = re.compile(r"[VG]EdN[oz]N")
_NOT_ITSELF = frozenset(
    {
        "function",
        "functions",
        "role",
        "roles",
        "mechanism",
        "mechanisms",
        "importance",
        "contribution",
    }
)
_SEEN = frozenset({"observed", "found", "seen", "detected", "noted", "reported", "noticed", "recorded"})
_LEVELS = frozenset({"level", "levels", "expression", "expressions", "intake", "status"})
_FOLLOWS = ("lead", "led", "result", "contribute", "give rise", "gave rise", "cause")
_MEASURES = frozenset({"fold", "times", "percent", "weeks", "days", "hours", "min", "respectively", "compared"})
# What stands for the text of a verb made of `showed higher`.
_SHOWED = "showed"
_TAKEN = frozenset({"extracted", "isolated", "derived", "obtained", "purified", "originated", "prepared", "separated"})
# Parts and kinds of something: in `the A subunit of B` the part is meant.
_PARTS = frozenset({
    "subunit", "subunits", "isoform", "isoforms", "member", "members", "component", "components", "subtype", "subtypes",
    "domain", "promoter", "promoters", "site", "sites", "region", "receptors", "neurons", "levels", "level", "axis",
})  # fmt: skip
_OPENS = ("COMMA", "STOP", "TELL", "THING", "TREAT", "OF")
_VERBAL = ("V", "PPART", "ING")


def changes(pieces: list[Piece]) -> list[Piece]:
    """Noun phrases of a change become the name with a sign: `loss of A`, `A knockdown`, `increased A`."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        # the initiation and development of A: the second noun's of is the first one's as well
        if piece.kind == "NOUN" and (skipped := _shared_of(pieces, i)):
            pieces = [*pieces[: i + 1], *pieces[skipped:]]
        # An increase in A was observed: A was increased.
        if piece.text in _SEEN and piece.kind in ("OTHER", "TELL") and len(out) > 1 and out[-1].kind == "BE":
            seen = out[-2]
            if seen.kind == "NP" and seen.sign and not (len(out) > 2 and out[-3].kind == "PPART"):
                relation: Relation = "increases" if seen.sign > 0 else "decreases"
                out[-2] = replace(seen, sign=0)
                piece = replace(piece, kind="PPART", senses={"va": relation})
        sign = SIGN.get(piece.senses.get("vn", "")) if piece.kind == "NOUN" else -1 if piece.kind == "LACK" else None
        attached = bool(out) and out[-1].kind == "PPART"
        k = i + 1
        role = (
            piece.kind == "NOUN"
            and piece.text in ("role", "roles")
            and k + 1 < len(pieces)
            and pieces[k].kind in ("OF", "PREP")
            and pieces[k].text in ("of", "for")
        )
        if role and pieces[k + 1].kind == "NP":
            # a role for A in promoting B
            i = k + 1
            continue
        if (
            sign is not None
            and (piece.text not in _CARE or _brings(out))
            and not _path_goes_on(out)
            and (_passive_agent(out) or not (out and out[-1].kind == "BY"))
            and (_passive_agent(out[:-1]) or not (len(out) > 1 and out[-2].kind == "BY" and out[-1].kind == "NP"))
        ):
            skip = {"WORD", "ADJ"}
            if k < len(pieces) and (
                pieces[k].kind == "OF"
                or piece.text.endswith(" of")
                or (piece.kind == "LACK" and pieces[k].kind == "NP" and pieces[k].start - piece.end == 1)
                or (pieces[k].kind == "PREP" and pieces[k].text in ("in", "for"))
            ):
                k += pieces[k].kind != "NP"
                while (
                    k < len(pieces)
                    and (pieces[k].kind in skip or (pieces[k].kind == "OF" and pieces[k - 1].kind == "WORD"))
                    and pieces[k].start - piece.end < 60
                ):
                    k += 1
                after = next((p.kind for p in pieces[k + 1 : k + 4] if p.kind != "WORD"), "")
                if k < len(pieces) and pieces[k].kind == "NP" and (after != "BY" or piece.kind == "LACK"):
                    # A inhibition of B: what A does to B, not a change of B for its own sake.
                    nominal = bool(out) and out[-1].kind == "NP" and piece.start - out[-1].end == 1 and not attached
                    if not nominal:
                        inner = pieces[k].sign
                        # Its text tells a lack from a mere fall: `places` reads it.
                        lack = "lack" if piece.kind == "LACK" else ""
                        changed = replace(pieces[k], sign=(inner or 1) * sign, text=lack)
                        if len(out) > 1 and out[-1].kind == "BE" and out[-2].text == "there" and piece.kind == "NOUN":
                            # There was an increase in A: A was increased.
                            happens: Relation = "increases" if sign > 0 else "decreases"
                            out[-2:] = [replace(changed, sign=inner), out[-1]]
                            changed = replace(piece, kind="PPART", senses={"va": happens})
                        out.append(changed)
                        i = k + 1
                        # Knockdown of A by siRNA: by what means.
                        if piece.kind == "LACK" and i < len(pieces) and pieces[i].kind == "BY":
                            i += 1 + (i + 1 < len(pieces) and pieces[i + 1].kind == "NP")
                        continue
            elif (
                out
                and out[-1].kind == "NP"
                and piece.start - out[-1].end <= 12
                and pieces[i - 1].kind != "AND"
                and not (k < len(pieces) and pieces[k].kind == "BY" and not (len(out) > 1 and out[-2].kind in _VERBAL))
            ):
                out[-1] = replace(out[-1], sign=(out[-1].sign or 1) * sign, text="lack" if piece.kind == "LACK" else "")
                i += 1
                continue
        # A contributes to the treatment of B: it is for B.
        if piece.kind == "NOUN" and piece.senses.get("vn") == "treats" and _brings(out):
            if k < len(pieces) and pieces[k].kind in ("OF", "PREP"):
                care: Relation = "treats"
                out[-1] = replace(out[-1], senses={"va": care})
                i = k + 1
                continue
        if piece.kind == "ADJ":
            s = SIGN.get(piece.senses.get("va", ""))
            if piece.text == "low" and not (k < len(pieces) and pieces[k].text in _LEVELS):
                s = None
            while (
                k < len(pieces)
                and pieces[k].start - piece.end < 50
                and (pieces[k].kind == "WORD" or (pieces[k].kind == "OF" and pieces[k - 1].kind == "WORD"))
            ):
                k += 1
            if s is not None and k < len(pieces) and pieces[k].kind == "NP":
                changed = replace(pieces[k], sign=(pieces[k].sign or 1) * s)
                # A showed reduced B: it reduced B.
                if out and out[-1].kind == "YOU":
                    out[-1] = replace(piece, kind="V", text=_SHOWED)
                    changed = replace(pieces[k])
                # and higher B
                elif len(out) > 2 and out[-1].kind in ("AND", "COMMA") and out[-3].text == _SHOWED:
                    out.append(replace(piece, kind="V", text=_SHOWED))
                    changed = replace(pieces[k])
                out.append(changed)
                i = k + 1
                continue
            i += 1
            continue
        # Inhibiting A reduced B: a clause that begins with what is done to A.
        opens = not out or out[-1].kind in ("STOP", "TELL")
        if (
            piece.kind == "ING"
            and opens
            and k < len(pieces)
            and pieces[k].kind == "NP"
            and piece.senses.get("va") in SIGN
        ):
            m = next(
                (
                    p.kind
                    for n, p in enumerate(pieces[k + 1 : k + 6], k + 1)
                    if p.kind not in ("WORD", "NEG", "HEDGE", "PREP") and pieces[n - 1].kind != "PREP"
                ),
                "",
            )
            if m in ("V", "SYM"):
                out.append(replace(pieces[k], sign=SIGN[piece.senses["va"]]))
                i = k + 1
                continue
        out.append(piece)
        i += 1
    return out


def _path_goes_on(out: Sequence[Piece]) -> bool:
    """Whether the row ends in `by inhibition of A and`: what comes next is one more way."""
    kinds = [p.kind for p in out]
    while kinds and kinds[-1] in ("COMMA", "AND", "WORD"):
        kinds.pop()
    joined = len(kinds) < len(out)
    while kinds[-3:] == ["NOUN", "OF", "NP"] and kinds[-4:-3] != ["BY"]:
        kinds = kinds[:-3]
        while kinds and kinds[-1] in ("COMMA", "AND", "WORD"):
            kinds.pop()
    return joined and kinds[-4:] == ["BY", "NOUN", "OF", "NP"]


def _passive_agent(out: Sequence[Piece]) -> bool:
    """Whether what follows is who acts in a passive: `was reduced by`."""
    return len(out) > 2 and out[-1].text == "by" and out[-2].kind == "PPART" and out[-3].kind == "BE"


def _brings(out: Sequence[Piece]) -> bool:
    """Whether a verb stands right before that brings about what is named next."""
    return bool(out) and out[-1].kind in ("V", "ING") and out[-1].senses.get("va") == "increases"


def _shared_of(pieces: Sequence[Piece], i: int) -> int:
    """Where the `of` stands that a noun shares with those joined to it; 0 where it shares none."""
    k = i + 1
    if k >= len(pieces) or pieces[k].kind != "AND":
        return 0
    k += 1
    while k < len(pieces) and k - i < 5 and pieces[k].kind in ("WORD", "NOUN", "ADJ"):
        k += 1
    one = k < len(pieces) and pieces[k].kind == "OF" and k > i + 2
    same = all(p.senses.get("vn", "") in ("", pieces[i].senses.get("vn", "")) for p in pieces[i + 2 : k])
    return k if one and same else 0


def places(pieces: list[Piece]) -> list[Piece]:
    """Leave out what only says where, of whom, or compared with what; and `of` between a word and its name."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        prev = next((p for p in reversed(out) if p.kind not in ("NEG", "HEDGE")), None)
        k = i + 1
        while k < len(pieces) and (
            pieces[k].kind in ("WORD", "ADJ")
            or (piece.kind == "PREP" and pieces[k].kind == "OF" and pieces[k - 1].kind == "WORD")
        ):
            k += 1
        nxt = pieces[k] if k < len(pieces) else None
        # adjectives joined: effective and well tolerated in
        if (
            piece.kind == "AND"
            and out
            and out[-1].kind == "WORD"
            and i + 1 < len(pieces)
            and pieces[i + 1].kind == "WORD"
            and nxt is not None
            and nxt.kind in ("PREP", "DUI")
        ):
            i += 1
            continue
        # ALC fed together with B: what else was given.
        if (
            piece.kind == "TREAT"
            and prev is not None
            and out[-1] is prev
            and prev.kind == "NP"
            and prev.members[0].type == "compound"
            and piece.start - prev.end == 1
            and nxt is not None
            and nxt.kind == "PREP"
            and k + 1 < len(pieces)
            and pieces[k + 1].kind == "NP"
        ):
            i = k + 2
            continue
        if piece.kind == "CMP":
            i = k + 1 if nxt is not None and nxt.kind == "NP" else k
            continue
        if piece.kind == "PREP":
            # a role for A in promoting B
            if nxt is not None and nxt.kind == "ING" and k == i + 1:
                i += 1
                continue
            if nxt is not None and nxt.kind == "NP":
                # In A-deficient mice, in the absence of A: what is lacking there is what it is due to.
                if nxt.sign < 0 and nxt.text == "lack" and piece.text in ("in", "upon", "after", "following", "under"):
                    out += [piece, nxt, Piece("TREAT", nxt.end, nxt.end, "")]
                    i = k + 1
                    continue
                after = next((p.kind for p in pieces[k + 1 : k + 3] if p.kind != "WORD"), "")
                attached = (
                    k + 1 < len(pieces)
                    and pieces[k + 1].start - nxt.end <= 1
                    and pieces[k + 1].kind in ("PPART", "TREAT", "LACK")
                )
                if attached or after in ("TREAT", "GROUP"):
                    out.append(piece)
                    i += 1
                    continue
                if (
                    prev is not None
                    and prev.kind == "NP"
                    and len(out) > 2
                    and out[-2].kind == "OF"
                    and _between_two(out[-3])
                ):
                    out.append(piece)
                    i += 1
                    continue
                # extracted from A: where it comes from takes no part
                origin = prev is not None and prev.text in _TAKEN and piece.text == "from"
                if (
                    not origin
                    and prev is not None
                    and prev.kind
                    in (
                        "NOUN",
                        "EFF",
                        "AGENT",
                        "TREAT",
                        "LIGHT",
                        *FINITE,
                        *_VERBAL,
                        "CHAIN",
                        "LACK",
                    )
                ):
                    out.append(piece)
                    i += 1
                    continue
                # Supplementing the diet with A, the inclusion in diets of A
                given = next((p for p in reversed(out) if p.kind not in ("WORD", "OF")), None)
                if (
                    given is not None
                    and given.kind == "TREAT"
                    and piece.text in ("with", "of")
                    and nxt.members[0].type != "effect"
                ):
                    out.append(piece)
                    i += 1
                    continue
                if (
                    prev is not None
                    and prev.kind == "WORD"
                    and prev.text in ("role", "roles", "function", "functions")
                    and piece.text == "for"
                ):
                    i += 1
                    continue
                i = k + 1
                # The place of a place: `in rats with A of B`.
                while i < len(pieces) and pieces[i].kind == "OF" and i + 1 < len(pieces) and pieces[i + 1].kind == "NP":
                    i += 2
                continue
            if prev is not None and prev.kind in _VERBAL:
                out.append(piece)
            i += 1
            continue
        # Treatment of cells with A: whom it was given to.
        if piece.kind == "OF" and out and out[-1].kind == "TREAT" and nxt is not None and nxt.kind == "PREP":
            i = k
            continue
        if piece.kind == "OF":
            # The NR2B subunit of the NMDA receptor: the first is meant.
            part = len(out) > 1 and out[-2].kind == "NP" and out[-1].kind == "WORD" and out[-1].text in _PARTS
            if nxt is not None and nxt.kind == "NP" and (part or (out and out[-1] is prev and prev.kind == "NP")):
                i = k + 1
                continue
            if prev is not None and out and out[-1].kind == "WORD":
                i += 1
                # The function of A is mediated by B: that says nothing of A itself.
                if (
                    out[-1].text in _NOT_ITSELF
                    and (len(out) == 1 or out[-2].kind in ("STOP", "TELL", "COMMA", "WORD"))
                    and nxt is not None
                    and nxt.kind == "NP"
                    and not (k + 1 < len(pieces) and pieces[k + 1].kind in ("PREP", "DUI"))
                ):
                    i = k + 1
                continue
        out.append(piece)
        i += 1
    return out


def _between_two(piece: Piece) -> bool:
    """Whether a noun wants two names: the binding of A to B, the effect of A in B."""
    return piece.kind == "EFF" or piece.senses.get("vn") in ("binds", "associated_with")


def _acts_on_other(pieces: Sequence[Piece], i: int) -> bool:
    """Whether the verb at `i` has an object that is no mention: A raises hope. It is no change that just happens."""
    k = i + 1
    while k < len(pieces) and pieces[k].kind == "WORD":
        k += 1
    words = [p.text for p in pieces[i + 1 : k] if p.text.isalpha() and len(p.text) > 2 and p.text not in _MEASURES]
    ends = k == len(pieces) or pieces[k].kind in ("STOP", "PREP", "BY", "COMMA", "AND")
    members = any(p.kind == "SUCH" for p in pieces[k : k + 2])
    return bool(words) and pieces[i].kind == "V" and ends and not members


def things(pieces: list[Piece]) -> list[Piece]:
    """Nouns that name nothing of ours, where a subject stands: what the clause says is not said of the one before."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        if piece.kind == "WORD":
            k = i
            while k < len(pieces) and pieces[k].kind == "WORD":
                k += 1
            opens = not out or out[-1].kind in ("COMMA", "STOP", "TELL", "AND", "REL")
            nxt = next((p.kind for p in pieces[k:] if p.kind not in ("NEG", "HEDGE")), "")
            if (
                opens
                and nxt in ("V", "YOU", "BE", "SYM", "OTHER", "REL", "PPART")
                and any(p.text.isalpha() and len(p.text) > 2 for p in pieces[i:k])
            ):
                out.append(Piece("THING", piece.start, pieces[k - 1].end, piece.text))
            i = k
            continue
        out.append(replace(piece, kind="OTHER") if _acts_on_other(pieces, i) else piece)
        i += 1
    return out


def _lists_members(out: Sequence[Piece], after: Sequence[Piece]) -> bool:
    """Whether what a subject has is listed next: has many activities, such as A and B."""
    kinds = [p.kind for p in after[:2]]
    return bool(out) and out[-1].kind in ("YOU", "PRON") and (kinds[:1] == ["SUCH"] or kinds == ["COMMA", "SUCH"])


def _of_the_clause(out: Sequence[Piece], after: Sequence[Piece]) -> bool:
    """Whether `, which` takes up the clause before it rather than its last name.

    A lowers B, which leads to C: not B does, but its fall. A lowers B, which treats C: A does.
    """
    if len(out) < 3 or [p.kind for p in out[-2:]] != ["NP", "COMMA"] or out[-3].kind not in ("V", "ING"):
        return False
    verb = next((p for p in after[:3] if p.kind == "V"), None)
    last = next((p for p in after[:9] if p.kind == "V" and p.senses.get("va") in ("treats", "improves")), None)
    fall = out[-3].senses.get("va") == "decreases" and verb is not None and verb.text.startswith(_FOLLOWS)
    return fall or (out[-2].members[-1].type == "effect" and last is not None)


def _has_light(out: Sequence[Piece]) -> bool:
    """Whether an empty head goes on: behind an effect (antioxidant activity), or an act (A scavenging activity)."""
    if out[-1].kind == "NP":
        return out[-1].members[0].type == "effect"
    return len(out) > 1 and out[-1].kind in ("ING", "NOUN") and out[-2].kind == "NP"


def resumed(pieces: list[Piece]) -> list[Piece]:
    """Say a name again where the clause goes on with it.

    `A, which is caused by B, increases C`: A does. `Inhibition of A by B increases C`: less A does. `Blocks the
    inhibitory effect of A on B`: what is acted on is less B.
    """
    out: list[Piece] = []
    heads: list[Piece] = []
    for piece in pieces:
        before = row(out[-5:])
        if piece.kind in ("STOP", "TELL"):
            heads = []
        elif piece.kind == "REL" and before.endswith("N,") and (len(out) == 2 or out[-3].kind in _OPENS):
            heads = [out[-2]]
        elif heads and before.endswith(",") and piece.kind in (*FINITE, "PPART"):
            out.append(replace(heads.pop(), start=piece.start, end=piece.start))
        elif piece.kind in ("V", "SYM", "YOU") and before == _DONE_BY and not piece.text.split()[0].endswith("ed"):
            # A is raised by B and lowers C: A does.
            out.append(replace(out[-5], start=piece.start, end=piece.start))
        elif piece.kind in FINITE and before == _ACT_BY and out[-5].senses.get("vn") in SIGN:
            out.append(replace(out[-3], start=piece.start, end=piece.start, sign=SIGN[out[-5].senses["vn"]]))
        out.append(piece)
        if _EFFECT_ON.fullmatch(row(out[-6:])):
            sign = SIGN.get(out[-5].senses.get("vn", ""))
            if sign is not None:
                # Protection against B is less B.
                sign = -1 if out[-2].text == "against" else sign
                out.append(replace(piece, start=piece.end, sign=sign))
    return out


def tidy(pieces: list[Piece]) -> list[Piece]:
    """Drop what says nothing to the rules; `and` between clauses parts them as a comma does."""
    out: list[Piece] = []
    for i, piece in enumerate(pieces):
        # A is a salt that raises B: what A is said to be is A.
        if (
            piece.kind == "NP"
            and len(out) > 1
            and out[-1].kind == "BE"
            and out[-2].kind == "NP"
            and i + 1 < len(pieces)
            and pieces[i + 1].kind == "REL"
        ):
            continue
        if (
            piece.kind in ("ADJ", "OPEN", "CLOSE", "ETC")
            or (piece.kind == "GROUP" and not (out and out[-1].kind == "NP"))
            or (piece.kind == "LIGHT" and not (out and _has_light(out)) and not _lists_members(out, pieces[i + 1 :]))
        ):
            continue
        if piece.kind == "REL" and _of_the_clause(out, pieces[i + 1 :]):
            out.append(replace(piece, kind="CHAIN"))
            continue
        if piece.kind == "AND":
            after = next((p for p in pieces[i + 1 :] if p.kind not in ("NEG", "HEDGE", "CHAIN")), None)
            if not (out and out[-1].kind in _VERBAL and after is not None and after.kind in _VERBAL):
                # `and` between clauses parts them as a comma does.
                if after is not None and after.kind in ("V", "YOU", "ING", "SYM"):
                    continue
                out.append(Piece("COMMA", piece.start, piece.end, piece.text))
                continue
        out.append(piece)
    return out
