"""What stands together in an English row of pieces, in passes: brackets, appositions, lists, changes, places.

Each pass takes the pieces of a sentence and returns them with something joined or left out: a list of names becomes one
noun phrase, a change of something (`loss of A`, `A knockdown`, `increased A`) a noun phrase with a sign, and
what is only a place, a comparison or a bracket goes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.claims.pieces import Piece
from pipeline.records import Mention

_SIGN = {"increases": 1, "improves": 1, "decreases": -1}
# What is done about an illness is no change of it that could act.
_CARE = frozenset({"prevention", "treatment", "therapy", "relief", "alleviation", "management", "mitigation"})
_APPOSED = re.compile(r"\s*(?:(?:which|that) (?:is|are) )?(?:an?|one of the|the)\s")
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
        "polymorphism",
        "polymorphisms",
    }
)
_FINITE = ("V", "YOU", "BE", "SYM", "OTHER")
_VERBAL = ("V", "PPART", "ING")


def brackets(pieces: list[Piece]) -> list[Piece]:
    """A bracket's content stays only where it lists members of the class before it."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        if piece.kind == "CLOSE":
            i += 1
            continue
        if piece.kind != "OPEN":
            out.append(piece)
            i += 1
            continue
        depth, k = 1, i + 1
        while k < len(pieces) and depth and pieces[k].start - piece.start < 400:
            depth += (pieces[k].kind == "OPEN") - (pieces[k].kind == "CLOSE")
            k += 1
        if depth:
            i += 1
            continue
        inner = pieces[i + 1 : k - 1]
        names = [p for p in inner if p.kind == "NP"]
        host = next((p for p in reversed(out[-3:]) if p.kind != "WORD"), None)
        if (
            names
            and host is not None
            and host.kind == "NP"
            and all(p.kind in ("NP", "COMMA", "AND", "WORD", "SUCH", "OPEN", "CLOSE") for p in inner)
        ):
            known = {n.casefold() for n in host.members[-1].names}
            if not any(p.text.casefold() in known for p in names) and (len(names) > 1 or inner[0].kind == "SUCH"):
                out.append(Piece("SUCH", piece.start, piece.end, "("))
                for n, name in enumerate(names):
                    if n:
                        out.append(Piece("AND", name.start, name.start, ","))
                    out.append(name)
        i = k
    return out


def apposed(text: str, pieces: list[Piece]) -> list[Piece]:
    """`A, a new feed additive, improves B`: what A is said to be between commas is left out."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        # A, but not B, increases C
        if piece.text == "but" and i + 2 < len(pieces) and pieces[i + 1].kind == "NEG" and pieces[i + 2].kind == "NP":
            i += 3
            continue
        if piece.kind == "COMMA" and out and out[-1].kind == "NP" and _APPOSED.match(text, piece.end):
            k = i + 1
            while (
                k < len(pieces) and pieces[k].kind in ("NP", "WORD", "ADJ", "OF", "PREP", "NOUN", "OTHER") and k - i < 9
            ):
                k += 1
            if (
                k < len(pieces)
                and pieces[k].kind == "COMMA"
                and k > i + 1
                and not any(p.kind == "AND" for p in pieces[k + 1 : k + 2])
            ):
                i = k + 1 if k + 1 < len(pieces) and pieces[k + 1].kind != "REL" else k
                continue
        out.append(piece)
        i += 1
    return out


# -- noun phrases -----------------------------------------------------------------------------------------------------


def lists(pieces: list[Piece]) -> list[Piece]:
    """Join names in a list (A, B and C), and names side by side, into one noun phrase."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        if pieces[i].kind != "NP":
            out.append(pieces[i])
            i += 1
            continue
        first = i
        # In A, B and C increase: the comma after a place that opens the sentence joins nothing.
        place = bool(out) and out[-1].kind == "PREP" and (len(out) == 1 or out[-2].kind in ("STOP", "COMMA"))
        members, i = _one(pieces, i)
        end, start = pieces[i - 1].end, members[0].start
        while True:
            found = _next_item(pieces, i, out, comma=not place)
            if found is None:
                break
            more, i = _one(pieces, found)
            members = [*members, *more]
            end = pieces[i - 1].end
        out.append(replace(pieces[first], start=start, end=end, text="", members=tuple(members)))
    return out


def _item(pieces: Sequence[Piece], k: int) -> int | None:
    """Where the name of a list's item stands that begins at `k`: behind adjectives and `levels of`."""
    a = k
    while (
        k < len(pieces)
        and k - a < 5
        and (pieces[k].kind in ("WORD", "ADJ", "LIGHT") or (pieces[k].kind == "OF" and k > a))
    ):
        k += 1
    return k if k < len(pieces) and pieces[k].kind == "NP" else None


def _next_item(pieces: Sequence[Piece], i: int, before: Sequence[Piece], *, comma: bool) -> int | None:
    """Where the next item of the list stands, if the list goes on at `i`: a comma joins only where an `and` follows."""
    k = i
    while k < len(pieces) and pieces[k].kind == "WORD" and k - i < 3:
        k += 1
    # A place between two items: `cognition in adults and sleep in children`.
    if k < len(pieces) and pieces[k].kind == "PREP" and k + 1 < len(pieces) and pieces[k + 1].kind == "WORD":
        m = k + 1
        while m < len(pieces) and pieces[m].kind == "WORD" and m - k < 5:
            m += 1
        if m < len(pieces) and pieces[m].kind == "AND":
            k = m
    if k >= len(pieces):
        return None
    link = pieces[k]
    nxt = pieces[k + 1] if k + 1 < len(pieces) else None
    if link.kind == "SUCH" or (link.kind == "COMMA" and nxt is not None and nxt.kind == "SUCH"):
        return _item(pieces, k + 1 + (link.kind != "SUCH"))
    if link.kind == "AND" or (link.kind == "COMMA" and nxt is not None and nxt.kind == "AND" and comma):
        at = _item(pieces, k + 1 + (link.kind != "AND"))
        return None if at is None or _new_clause(pieces, at, before) else at
    if link.kind == "COMMA" and comma:
        at = _item(pieces, k + 1)
        if at is None:
            # An item that names nothing of ours, amid the list.
            m = k + 1
            while m < len(pieces) and pieces[m].kind in ("WORD", "NOUN", "ADJ") and m - k < 4:
                m += 1
            if m > k + 1 and m < len(pieces) and pieces[m].kind in ("COMMA", "AND"):
                return _next_item(pieces, m, before, comma=comma)
            return None
        m = at + 1
        while m < len(pieces) and pieces[m].kind in ("NP", "COMMA", "WORD", "ADJ", "OF", "LIGHT"):
            m += 1
        if m < len(pieces) and pieces[m].kind == "ETC":
            return at
        if (
            m < len(pieces)
            and pieces[m].kind == "AND"
            and (last := _item(pieces, m + 1)) is not None
            and not _new_clause(pieces, last, before)
        ):
            return at
    return None


def _new_clause(pieces: Sequence[Piece], at: int, before: Sequence[Piece]) -> bool:
    """Whether the name at `at` is the subject of a clause of its own: `A causes B and C causes D`."""
    clause = 0
    for k, p in enumerate(before):
        if p.kind in ("STOP", "TELL", "COMMA"):
            clause = k + 1
    if not any(p.kind in (*_FINITE, "PPART", "ING") for p in before[clause:]):
        return False
    k = at + 1
    while (
        k < len(pieces)
        and k - at < 8
        and (pieces[k].kind != "AND" or _item(pieces, k + 1) is not None)
        and pieces[k].kind in ("NP", "AND", "WORD", "NEG", "HEDGE", "NOUN", "LACK", "TREAT", "LIGHT")
    ):
        k += 1
    return k < len(pieces) and pieces[k].kind in ("V", "YOU", "BE")


def _one(pieces: Sequence[Piece], i: int) -> tuple[list[Mention], int]:
    """One item: names side by side, of which the last is meant (`the transporter GLUT4`)."""
    head = pieces[i].members[0]
    i += 1
    # In patients with neuropathy ALC relieves pain: an illness and a drug side by side are two.
    while (
        i < len(pieces)
        and pieces[i].kind == "NP"
        and pieces[i].start - pieces[i - 1].end <= 1
        and not (head.type == "effect" and pieces[i].members[0].type == "compound")
    ):
        head = pieces[i].members[0]
        i += 1
    return [head], i


def changes(pieces: list[Piece]) -> list[Piece]:
    """Noun phrases of a change become the name with a sign: `loss of A`, `A knockdown`, `increased A`."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        sign = _SIGN.get(piece.senses.get("vn", "")) if piece.kind == "NOUN" else -1 if piece.kind == "LACK" else None
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
            and piece.text not in _CARE
            and not (out and out[-1].kind == "BY")
            and not (len(out) > 1 and out[-2].kind == "BY" and out[-1].kind == "NP")
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
                if k < len(pieces) and pieces[k].kind == "NP" and after != "BY":
                    # A inhibition of B: what A does to B, not a change of B for its own sake.
                    nominal = bool(out) and out[-1].kind == "NP" and piece.start - out[-1].end == 1 and not attached
                    if not nominal:
                        inner = pieces[k].sign
                        out.append(replace(pieces[k], sign=(inner or 1) * sign, start=pieces[k].start))
                        i = k + 1
                        continue
            elif (
                out
                and out[-1].kind == "NP"
                and piece.start - out[-1].end <= 12
                and pieces[i - 1].kind != "AND"
                and not (k < len(pieces) and pieces[k].kind == "BY" and not (len(out) > 1 and out[-2].kind in _VERBAL))
            ):
                out[-1] = replace(out[-1], sign=(out[-1].sign or 1) * sign)
                i += 1
                continue
        if piece.kind == "ADJ":
            s = _SIGN.get(piece.senses.get("va", ""))
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
                    out[-1] = replace(piece, kind="V")
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
            and piece.senses.get("va") in _SIGN
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
                out.append(replace(pieces[k], sign=_SIGN[piece.senses["va"]]))
                i = k + 1
                continue
        out.append(piece)
        i += 1
    return out


def places(pieces: list[Piece]) -> list[Piece]:
    """Leave out what only says where, of whom, or compared with what; and `of` between a word and its name."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        prev = next((p for p in reversed(out) if p.kind not in ("NEG", "HEDGE")), None)
        k = i + 1
        while k < len(pieces) and pieces[k].kind in ("WORD", "ADJ"):
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
                if prev is not None and prev.kind in (
                    "NOUN",
                    "EFF",
                    "AGENT",
                    "TREAT",
                    "LIGHT",
                    *_FINITE,
                    *_VERBAL,
                    "CHAIN",
                    "LACK",
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
        if piece.kind == "OF":
            if prev is not None and prev.kind == "NP" and out[-1] is prev and nxt is not None and nxt.kind == "NP":
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
        out.append(piece)
        i += 1
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
            or (piece.kind == "LIGHT" and not (out and out[-1].kind == "NP"))
        ):
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
