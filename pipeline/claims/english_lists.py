"""What stands together in an English row of pieces: brackets, appositions, and names in a list.

Each pass takes the pieces of a sentence and returns them with something joined or left out; `english_rows` goes on
from there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.claims.pieces import Piece
from pipeline.records import Mention

# Which way a change goes, and the kinds that are a clause's own verb.
SIGN = {"increases": 1, "improves": 1, "decreases": -1}
FINITE = ("V", "YOU", "BE", "SYM", "OTHER")
_APPOSED = re.compile(r"\s*(?:(?:which|that) (?:is|are) )?(?:an?|one of the|the)\s")
# How the participles and adjectives end that go with a preposition: associated with, essential for.
_QUALIFIES = re.compile(r"(?:ed|nt|al|ry|ble|ive)$")
# Class words between two names, of which the second is meant.
_KINDS_OF = frozenset({
    "analogue", "analog", "analogues", "derivative", "derivatives", "metabolite", "metabolites", "precursor", "product",
    "inhibitor", "inhibitors", "antagonist", "antagonists", "agonist", "agonists", "blocker", "activator", "donor",
    "alkaloid", "homolog", "homologue", "ligand", "mimetic", "compound", "family", "homologs",
})  # fmt: skip
_TOGETHER = frozenset({"combined with", "in combination with", "together with", "along with"})


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
        # A, but not B, increases C; A increases B but not C
        if piece.text == "but" and i + 2 < len(pieces) and pieces[i + 1].kind == "NEG" and pieces[i + 2].kind == "NP":
            acting = out[-2] if len(out) > 1 and out[-1].kind == "NP" and out[-2].kind in ("V", "ING") else None
            ends = i + 3 == len(pieces) or pieces[i + 3].kind in ("STOP", "COMMA", "PREP", "WORD")
            if acting is not None and ends:
                # The verb once more; what says it here is the `not`.
                no = pieces[i + 1]
                again = replace(acting, start=no.start, end=no.end)
                out += [piece, replace(no, start=piece.start), again, pieces[i + 2]]
            i += 3
            continue
        # A combined with B: two that act.
        if (
            piece.text in _TOGETHER
            and piece.kind == "PREP"
            and out
            and i + 1 < len(pieces)
            and all(p.kind == "NP" and p.members[0].type == "compound" for p in (out[-1], pieces[i + 1]))
        ):
            out.append(replace(piece, kind="AND"))
            i += 1
            continue
        if piece.kind == "COMMA" and out and out[-1].kind == "NP" and _APPOSED.match(text, piece.end):
            k = i + 1
            while (
                k < len(pieces)
                and pieces[k].kind in ("NP", "WORD", "ADJ", "OF", "PREP", "NOUN", "OTHER", "LIGHT", "EFF")
                and k - i < 9
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
        place = _adverbial(out)
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


def _adverbial(out: Sequence[Piece]) -> bool:
    """Whether what comes next ends a phrase that opens its clause: `In A, …`, `After treatment with A, …`."""
    start = max((k for k, p in enumerate(out) if p.kind in ("STOP", "COMMA", "TELL")), default=-1) + 1
    opening = out[start:]
    return (
        bool(opening)
        and opening[0].kind == "PREP"
        and opening[-1].kind in ("PREP", "OF", "TREAT", "WORD", "ADJ")
        and all(p.kind in ("PREP", "OF", "TREAT", "WORD", "ADJ", "LACK") for p in opening)
    )


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
    while k < len(pieces) and pieces[k].kind in ("WORD", "LIGHT") and k - i < 3:
        k += 1
    # A place between two items: `cognition in adults and sleep in children`.
    if k < len(pieces) and pieces[k].kind == "PREP" and k + 1 < len(pieces) and pieces[k + 1].kind == "WORD":
        m = k + 1
        while m < len(pieces) and pieces[m].kind == "WORD" and m - k < 5:
            m += 1
        # in depressed and healthy SNL rats: two kinds of one place.
        if m + 1 < len(pieces) and pieces[m].kind == "AND" and pieces[m + 1].kind == "NP":
            k = m
    if k >= len(pieces):
        return None
    link = pieces[k]
    # showed lower A and higher B: two changes
    if link.kind in ("AND", "COMMA") and any(p.kind == "YOU" for p in before[-3:]):
        if k + 1 < len(pieces) and pieces[k + 1].kind == "ADJ" and pieces[k + 1].senses.get("va") in SIGN:
            return None
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
        names = [p for p in pieces[at:m] if p.kind == "NP"]
        had = m < len(pieces) and any(p.kind == "LIGHT" for p in pieces[at:m])
        if m < len(pieces) and (
            pieces[m].kind == "ETC"
            or (
                had
                and pieces[m].kind in ("STOP", "DUI", "PREP", "BY", "COMMA")
                and all(p.members[0].type == "effect" for p in names)
            )
        ):
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
    if not any(p.kind in (*FINITE, "ING") for p in before[clause:]):
        return False
    k = at + 1
    while (
        k < len(pieces)
        and k - at < 8
        and (pieces[k].kind != "AND" or _item(pieces, k + 1) is not None)
        and pieces[k].kind in ("NP", "AND", "WORD", "NEG", "HEDGE", "NOUN", "LACK", "TREAT", "LIGHT")
    ):
        k += 1
    # A lowers B and C associated with D: no verb, but what qualifies C.
    finite = k < len(pieces) and pieces[k].kind == "SYM" and not _QUALIFIES.search(pieces[k].text.split()[0])
    return k < len(pieces) and (finite or pieces[k].kind in ("V", "YOU", "BE"))


def _one(pieces: Sequence[Piece], i: int) -> tuple[list[Mention], int]:
    """One item: names side by side, of which the last is meant (`the transporter GLUT4`)."""
    head = pieces[i].members[0]
    i += 1
    # The folate analogue methotrexate, the mTOR inhibitor rapamycin: what is named of a kind is meant.
    if (
        i + 1 < len(pieces)
        and pieces[i + 1].kind == "NP"
        and (pieces[i].text in _KINDS_OF or pieces[i].kind == "AGENT")
        and _side_by_side(pieces[i - 1 : i + 2])
    ):
        head = pieces[i + 1].members[0]
        i += 2
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


def _side_by_side(pieces: Sequence[Piece]) -> bool:
    """Whether these stand side by side, with no more than a blank between them."""
    return all(b.start - a.end <= 1 for a, b in pairwise(pieces))
