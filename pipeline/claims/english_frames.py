"""Fixed frames of English, before the row is settled: whose action it is, what is only told, by which mechanism.

Each case looks along the pieces of a sentence as they were looked up and returns them with a word's kind changed, or
with a wordy frame (`the mechanism may be related to`) said in one piece. `ITS` is a piece of this module alone: no row
holds one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.claims.pieces import Piece
from pipeline.records import Relation

# Who tells: `the results demonstrated A inhibits B` has no `that`.
_TELLERS = frozenset({
    "data", "result", "results", "study", "studies", "finding", "findings", "we", "experiment", "experiments",
    "analysis", "analyses", "research", "researches", "assay", "assays", "observation", "observations", "trial",
    "trials", "evidence", "literature", "reports", "investigation", "investigations",
})  # fmt: skip
_OWNED = frozenset({
    "activity", "activities", "property", "properties", "role", "roles", "action", "actions", "ability", "capacity",
    "function", "functions", "efficacy", "potential", "benefit", "benefits", "influence",
})  # fmt: skip
_GOES_WITH = frozenset({
    "related to", "associated with", "correlated with", "linked to", "closely related to", "attributed to",
    "attributable to", "ascribed to", "relate to", "correlate with", "involve", "involves", "involved", "depend on",
    "depends on", "linked with", "connected with", "related with", "include", "includes", "included",
})  # fmt: skip
_MECHANISM = frozenset({"mechanism", "mechanisms"})
_EXERTED = frozenset({"mediated", "achieved", "exerted", "realized", "accomplished", "occurred", "explained", "caused"})
_ALLOWED = frozenset({"approved", "recommended", "prescribed", "licensed", "indicated"})
_AS = frozenset({
    "act", "acts", "acted", "acting", "function", "functions", "functioned", "functioning", "serve", "serves", "served",
    "serving", "work", "works", "worked", "behave", "behaves", "identified", "regarded", "considered", "known",
    "emerged", "emerge", "emerges", "described", "recognized", "used", "characterized", "established", "proposed",
    "defined",
})  # fmt: skip
_NAMED_FOR = frozenset({"inhibitor", "inhibitors", "antagonist", "antagonists", "blocker", "blockers"})
_LIKE = frozenset({
    "dependent", "independent", "related", "containing", "like", "specific", "sensitive", "responsive", "free", "rich",
})  # fmt: skip
_OVEREXPRESSING = frozenset({"overexpressing", "over-expressing"})
_OTHER = re.compile(r"\s+other\b")
_NUMBER = re.compile(r"\s*(?:about|approximately|nearly|up to|over|more than|[~≈>≥<≤])?\s*\d")
_TO_GO_ON = ("V", "BE", "SYM", "YOU", "HEDGE", "PPART")


def frames(text: str, pieces: list[Piece]) -> list[Piece]:
    """The pieces with every frame read."""
    for case in CASES:
        pieces = case(text, pieces)
    return [p for p in pieces if p.kind not in ("ADV", "ITS")]


def _numbers(text: str, pieces: list[Piece]) -> list[Piece]:
    """`reduced A by 30 %` names no agent, `50 mg/kg` joins nothing."""
    return [
        p
        for i, p in enumerate(pieces)
        if not (p.kind == "BY" and p.text == "by" and _NUMBER.match(text, p.end))
        and not (p.text == "/" and "NP" not in [q.kind for q in pieces[max(0, i - 1) : i + 2]])
    ]


def _as(_text: str, pieces: list[Piece]) -> list[Piece]:
    """`acts as an inhibitor of B`: is one."""
    for before, piece in pairwise(pieces):
        if piece.text == "as" and piece.kind == "PREP" and before.text in _AS:
            piece.kind = "BE"
    return pieces


def _adjectives(_text: str, pieces: list[Piece]) -> list[Piece]:
    """`a dual and indispensable role`, `in depressed and healthy SNL rats`: two adjectives, of one noun."""
    out: list[Piece] = []
    for i, piece in enumerate(pieces):
        if piece.kind == "AND" and 0 < i < len(pieces) - 2 and pieces[i - 1].kind == pieces[i + 1].kind == "WORD":
            after = next((p.kind for p in pieces[i + 1 :] if p.kind != "WORD"), "")
            if after in ("NOUN", "EFF"):
                continue
        if piece.kind == "AND" and 1 < i < len(pieces) - 1 and pieces[i + 1].kind == "WORD":
            if pieces[i - 2].kind == "PREP" and pieces[i - 1].kind == "PPART":
                continue
        out.append(piece)
    return out


def _activity_of(_text: str, pieces: list[Piece]) -> list[Piece]:
    """`the activities of SOD`: an aspect of it, where no name stands before whose the activity is."""
    gone: set[int] = set()
    for i, (piece, of) in enumerate(pairwise(pieces)):
        if piece.kind == "LIGHT" and of.kind == "OF" and not (i and pieces[i - 1].kind == "NP"):
            named = next((p for p in pieces[i + 2 : i + 5] if p.kind != "WORD"), None)
            if named is not None and named.kind == "NP" and named.members[0].type != "effect":
                gone |= {i, i + 1}
    return [p for i, p in enumerate(pieces) if i not in gone]


def _and_others(text: str, pieces: list[Piece]) -> list[Piece]:
    """`A, B and other biological activities`: the list ends with what they are."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        if piece.kind == "AND" and out and out[-1].kind == "NP" and _OTHER.match(text, piece.end):
            k = i + 1
            while k < len(pieces) and k - i < 4 and pieces[k].kind == "WORD":
                k += 1
            if k < len(pieces) and pieces[k].kind in ("LIGHT", "EFF"):
                i = k
                continue
        out.append(piece)
        i += 1
    return out


def _dependent(text: str, pieces: list[Piece]) -> list[Piece]:
    """`iron-dependent B`: what B is like is not what is spoken of."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        how = pieces[i + 1] if i + 1 < len(pieces) else None
        if piece.kind == "NP" and how is not None and how.text in _LIKE and text[piece.end : how.start] == "-":
            if any(p.kind == "NP" for p in pieces[i + 2 : i + 4] if p.start - how.end < 24):
                i += 2
                continue
        out.append(piece)
        i += 1
    return out


def _with_effects(_text: str, pieces: list[Piece]) -> list[Piece]:
    """`A is a compound with antioxidant effects`: has them."""
    for i, piece in enumerate(pieces):
        if piece.kind == "PREP" and piece.text == "with" and any(p.kind == "BE" for p in _clause_before(pieces, i)):
            k = i + 1
            while k < len(pieces) and pieces[k].kind in ("NP", "WORD", "COMMA", "AND"):
                k += 1
            names = [p for p in pieces[i + 1 : k] if p.kind == "NP"]
            had = k < len(pieces) and pieces[k].kind in ("LIGHT", "EFF") and pieces[k - 1].kind == "NP"
            if had and names and all(p.members[0].type == "effect" for p in names):
                piece.kind, piece.text = "YOU", "has"
    return pieces


def _sensitized(_text: str, pieces: list[Piece]) -> list[Piece]:
    """`A sensitized cells to B`: to B is what counts. `A-overexpressing cells` were given A."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        if piece.text in _OVEREXPRESSING:
            piece = replace(piece, kind="TREAT", senses={})
        out.append(piece)
        i += 1
        if piece.senses and piece.text.startswith(("sensitiz", "sensitis")):
            k = i
            while k < len(pieces) and k - i < 4 and pieces[k].kind == "WORD":
                k += 1
            effect = any(p.kind == "NP" and p.members[0].type == "effect" for p in pieces[k + 1 : k + 4])
            i = k + 1 if k < len(pieces) and pieces[k].text == "to" and effect else i
    return out


def _attributive(_text: str, pieces: list[Piece]) -> list[Piece]:
    """`the maintenance phase of B`, `non-depressed rats`, `the marker B`: a trigger inside another word's name."""
    for i, piece in enumerate(pieces):
        after = pieces[i + 1 : i + 3]
        phase = [p.kind for p in after] == ["WORD", "OF"] and after[0].start - piece.end == 1
        of_phase = piece.kind == "NOUN" and "treat" not in piece.text and phase
        not_so = piece.kind in ("PPART", "ING", "V") and i > 0 and pieces[i - 1].text == "non"
        # the epithelial marker E-cadherin, the selective inhibitor SAFit2
        class_word = (
            (piece.kind == "AGENT" or piece.text in _NAMED_FOR)
            and bool(after)
            and after[0].kind == "NP"
            and after[0].start - piece.end == 1
            and not (i and pieces[i - 1].kind == "NP")
        )
        if of_phase or not_so or class_word:
            piece.kind, piece.senses = "WORD", {}
    return pieces


def _with_more(_text: str, pieces: list[Piece]) -> list[Piece]:
    """`B rose with increasing A`, `with the increase of A`, `as A increased`: A made it."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        if piece.kind == "PREP" and piece.text == "as":
            named = next((k for k in range(i + 1, min(i + 4, len(pieces))) if pieces[k].kind != "WORD"), i)
            rose = next((k for k in range(named + 1, min(named + 3, len(pieces))) if pieces[k].kind != "WORD"), named)
            if pieces[named].kind == "NP" and pieces[rose].text in ("increased", "increases", "rose", "rises"):
                if rose + 1 == len(pieces) or pieces[rose + 1].kind in ("STOP", "COMMA"):
                    out += [replace(piece, kind="BY"), pieces[named]]
                    i = rose + 1
                    continue
        if piece.kind == "PREP" and piece.text == "with" and i + 2 < len(pieces):
            more = pieces[i + 1]
            of = pieces[i + 2].kind in ("OF", "PREP")
            if more.text in ("increasing", "rising") and not of:
                out.append(replace(piece, kind="BY"))
                i += 2
                continue
            if more.text in ("increase", "elevation", "rise") and of:
                out.append(replace(piece, kind="BY"))
                i += 3
                continue
        out.append(piece)
        i += 1
    return out


def _its_action(_text: str, pieces: list[Piece]) -> list[Piece]:
    """`its antioxidant activity`: what it has, it does."""
    out: list[Piece] = []
    for i, piece in enumerate(pieces):
        if piece.kind == "ITS":
            k = i + 1
            while k < len(pieces) and k - i < 9 and pieces[k].kind in ("WORD", "NP", "COMMA", "AND"):
                k += 1
            had = [p for p in pieces[i + 1 : k] if p.kind == "NP"]
            if (
                had
                and all(p.members[0].type == "effect" for p in had)
                and k < len(pieces)
                and pieces[k].kind in ("LIGHT", "EFF")
                and pieces[k - 1].kind == "NP"
            ):
                out.append(replace(piece, kind="PRON"))
                # Its antioxidant activity may be due to B: not the activity is the subject, but what has it.
                if len(out) == 1 or out[-2].kind in ("STOP", "TELL"):
                    out.append(Piece("YOU", piece.start, piece.end, "has"))
            continue
        out.append(piece)
    return out


def _told(_text: str, pieces: list[Piece]) -> list[Piece]:
    """`These data show A increased B` tells; `A has shown antioxidant effects` has."""
    for i, piece in enumerate(pieces):
        if piece.kind not in ("YOU", "TELL"):
            continue
        before = _clause_before(pieces, i)
        if piece.kind == "YOU" and any(p.kind == "WORD" and p.text in _TELLERS for p in before):
            after = _clause_after(pieces, i)
            named = next((k for k, p in enumerate(after) if p.kind in ("NP", "PRON")), None)
            if named is not None and any(p.kind in _TO_GO_ON for p in after[named + 1 :]):
                piece.kind = "TELL"
        elif piece.kind == "TELL" and piece.text in ("shown", "demonstrated", "exhibited") and before:
            head = next((p.kind for p in _clause_after(pieces, i) if p.kind not in ("WORD", "NP", "AND")), "")
            if before[-1].kind == "YOU" and any(p.kind == "NP" for p in before) and head in ("LIGHT", "EFF"):
                before[-1].kind, piece.kind, piece.text = "ADV", "YOU", "has"
    return pieces


def _owned_activity(text: str, pieces: list[Piece]) -> list[Piece]:
    """`inhibitory activity against B`, `a protective role in B`, `a promoting effect on B`: the word before directs."""
    for i, piece in enumerate(pieces):
        if not i or piece.start - pieces[i - 1].end > 1:
            continue
        before = pieces[i - 1]
        if before.kind == "WORD" and "ea" in before.senses and piece.text in _OWNED:
            piece.kind, piece.senses = "EFF", {"ne": before.senses["ea"], "vn": before.senses["ea"]}
            before.kind = "ADV"
        elif before.kind in ("ING", "NOUN") and piece.kind == "EFF" and text[before.start - 1 : before.start] != "-":
            relation = before.senses.get("vn") or before.senses.get("va")
            free = i < 2 or pieces[i - 2].kind != "NP" or before.start - pieces[i - 2].end > 1
            if relation is not None and free:
                piece.senses = {**piece.senses, "ne": relation, "vn": relation}
                before.kind = "ADV"
    return pieces


def _along_with(_text: str, pieces: list[Piece]) -> list[Piece]:
    """`A caused B, accompanied by increased C`: A did that as well."""
    for i, piece in enumerate(pieces[:-1]):
        ahead = pieces[i + 1]
        if piece.text in ("accompanied by", "accompanied with") and i and pieces[i - 1].kind in ("COMMA", "ADV"):
            if ahead.kind in ("ADJ", "PPART", "NOUN") or "vn" in ahead.senses:
                piece.kind, piece.text, piece.senses = "YOU", "show", {}
    return pieces


def _cause_of(_text: str, pieces: list[Piece]) -> list[Piece]:
    """`A is a major cause of B`: a noun for who acts, written as the verb is."""
    for i, piece in enumerate(pieces):
        if piece.kind == "V" and "na" in piece.senses and i + 1 < len(pieces) and pieces[i + 1].kind == "OF":
            piece.kind = "AGENT"
    return pieces


def _allowed_for(_text: str, pieces: list[Piece]) -> list[Piece]:
    """`A was approved by the FDA for B`: used for it."""
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        if piece.text in _ALLOWED and piece.kind in ("OTHER", "WORD") and any(p.kind == "BE" for p in out[-3:]):
            k = i + 1
            while k < len(pieces) and k - i < 6 and pieces[k].kind in ("WORD", "BY"):
                k += 1
            if (
                k + 1 < len(pieces)
                and pieces[k].text == "for"
                and pieces[k + 1].kind == "NP"
                and pieces[k + 1].members[0].type == "effect"
            ):
                senses: dict[str, Relation] = {"va": "treats"}
                out.append(Piece("V", piece.start, pieces[k].end, piece.text, senses=senses))
                i = k + 1
                continue
        out.append(piece)
        i += 1
    return out


def _treated_illness(_text: str, pieces: list[Piece]) -> list[Piece]:
    """`arthritis is treated with A`: of an illness, not of animals, so that it says what A is for."""
    out: list[Piece] = []
    for i, piece in enumerate(pieces):
        before = pieces[i - 2 : i] if i > 1 else []
        if (
            piece.kind == "TREAT"
            and piece.text in ("treated with", "treated by")
            and [p.kind for p in before] == ["NP", "BE"]
            and before[0].members[-1].type == "effect"
            and before[1].start - before[0].end == 1
        ):
            senses: dict[str, Relation] = {"va": "treats"}
            out.append(replace(piece, kind="PPART", text="given for", senses=senses))
            out.append(Piece("BY", piece.end, piece.end, "by"))
            continue
        out.append(piece)
    return out


def _mechanism(_text: str, pieces: list[Piece]) -> list[Piece]:
    """`and the mechanism may be related to inhibiting B`, `this effect was achieved by inhibiting B`: by way of B.

    Where no change follows, the subject goes with what is named.
    """
    out: list[Piece] = []
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        how = piece.kind == "WORD" and piece.text in _MECHANISM
        effect = piece.kind in ("EFF", "LIGHT") and piece.text in ("effect", "effects", "action", "actions")
        which = piece.kind == "REL" and piece.text == "which" and i > 0 and pieces[i - 1].kind == "COMMA"
        if not (how or effect or which):
            out.append(piece)
            i += 1
            continue
        k = i + 1
        skipped = (
            ("HEDGE", "BE", "ADV") if which else ("HEDGE", "BE", "WORD", "OF", "NP", "DUI", "PREP", "TREAT", "EFF")
        )
        while k < len(pieces) and k - i < 12 and pieces[k].kind in skipped:
            k += 1
        link = pieces[k] if k < len(pieces) else None
        exerted = link is not None and link.text in _EXERTED and k + 1 < len(pieces) and pieces[k + 1].kind == "BY"
        if link is None or not (
            link.text in _GOES_WITH or exerted or (link.kind == "BY" and pieces[k - 1].kind == "BE")
        ):
            out.append(piece)
            i += 1
            continue
        end = k + 1 + exerted
        ahead = next((p for p in pieces[end : end + 4] if p.kind not in ("WORD", "ADV", "OF", "ITS")), None)
        change = ahead is not None and (ahead.kind in ("NOUN", "ING", "LACK") or "vn" in ahead.senses)
        between = pieces[i + 1 : k]
        hedges = [p for p in between if p.kind == "HEDGE"]
        names = [p for p in between if p.kind == "NP"]
        by = Piece("BY", link.start, pieces[end - 1].end, "by")
        if which and change and hedges:
            out += [*hedges, by]
        elif how and (change or not names):
            said = [p for p in out if p.kind != "COMMA"][-1:]
            opens = not said or said[0].kind in ("STOP", "TELL")
            who = [names[0]] if names else [Piece("PRON", piece.start, piece.end, "it")] if opens else []
            out += [*who, *hedges, by] if change else [*who, *hedges, link]
        elif effect and change and not any(p.kind in ("BE", "HEDGE") for p in between):
            # effects attributable to the activation of B
            out += [piece, *between, by]
        elif effect and change and not names and out and out[-1].kind == "NP":
            out += [piece, *hedges, by]
        elif effect and change and names:
            out += [piece, *[p for p in between if p.kind not in ("HEDGE", "BE")], *hedges, by]
        elif effect and change:
            out += [Piece("PRON", piece.start, piece.end, "it"), *hedges, by]
        else:
            out.append(piece)
            i += 1
            continue
        i = end
    return out


def _clause_before(pieces: Sequence[Piece], i: int) -> list[Piece]:
    start = max((k for k in range(i) if pieces[k].kind in ("COMMA", "STOP")), default=-1) + 1
    return [p for p in pieces[start:i] if p.kind != "ADV"]


def _clause_after(pieces: Sequence[Piece], i: int) -> list[Piece]:
    end = next((k for k in range(i + 1, len(pieces)) if pieces[k].kind in ("COMMA", "STOP")), len(pieces))
    return [p for p in pieces[i + 1 : end] if p.kind != "ADV"]


CASES: tuple[Callable[[str, list[Piece]], list[Piece]], ...] = (
    _numbers,
    _as,
    _dependent,
    _activity_of,
    _and_others,
    _with_effects,
    _sensitized,
    _adjectives,
    _attributive,
    _with_more,
    _its_action,
    _told,
    _owned_activity,
    _cause_of,
    _along_with,
    _allowed_for,
    _treated_illness,
    _mechanism,
)
