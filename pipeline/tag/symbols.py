"""Symbols that no lexicon lists: gene-symbol shapes in a gene's company, codes typed by what stands beside them.

Each finder yields hits of rank -1: a name of the lexicon or of the paper itself goes before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.knowledge import Knowledge
from pipeline.tag.match import Hit

_RANK = -1
_SYMBOL = re.compile(
    r"(?<![A-Za-z0-9\u0370-\u03ff])"
    r"(?:p-|c-|sh|si|ph?ospho-|t-|n)?"
    r"[A-Z][A-Za-z]{0,7}(?:-?[A-Z]{1,4})?(?:[- ]?\d{1,4})?"
    r"(?:[A-Za-zα-ωⅠ-Ⅻ]{0,2}\d{0,2})(?:[-/]\d{1,2})*(?:[-][α-ωA-Zκ]{1,3}\d?)?"
    r"(?![A-Za-z0-9\u0370-\u03ff])"
)
# What every symbol has, but for caspases.
_CAPITAL = re.compile("[A-Z]")
# Ser473, Thr308: where a protein is phosphorylated.
_RESIDUE = re.compile(r"(?:Ser|Thr|Tyr|Lys|Arg|Cys|His|Asp|Glu|Asn|Gln|Pro|Leu|Val|Met)[- ]?\d{1,4}")
_CASPASE = re.compile(r"(?<![A-Za-z])(?:cleaved[- ])?[Cc]aspase[-– ]?\d{1,2}(?:[/、]-?\d{1,2})*")
_GENIC = re.compile(
    r"^\s*(?:的)?\s*(?:基因|蛋白|mRNA|表达|磷酸化|受体|抗体|家族|亚基|活性|启动子|转录|激酶|阳性|"
    r"敲除|沉默|敲低|抑制剂|激动剂|拮抗剂|信使)"
    r"|^\s*(?:protein|gene|mRNA|expression|phosphorylation|receptor|kinase|activity|promoter|knockdown|siRNA|"
    r"signaling|signalling|inhibitor|level)"
)


_EXPRESSED = re.compile(
    r"\b(?:expression|phosphorylation|overexpression|knockdown|knockout|silencing|deletion|mRNA|transcription) of "
    r"(?:the )?$",
    re.IGNORECASE,
)
_CLASS = re.compile(r"(?:酶|蛋白|受体|因子|剂|药物|通道|转运体|家族|激素)$")


class Symbols:
    """Gene-symbol shapes, taken where their company says that they are genes or their products."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._no_gene = knowledge.listed("no-gene")

    def find(self, text: str, start: int, end: int, known: Sequence[Hit]) -> Iterator[Hit]:
        """Symbols in `text[start:end]`; `known` are the hits already made there."""
        if not _CAPITAL.search(text, start, end) and text.find("aspase", start, end) < 0:
            return
        proteins = [(h.start, h.end) for h in known if h.kind == "protein"]
        for match in _CASPASE.finditer(text, start, end):
            if not any(h.start <= match.start() < h.end for h in known):
                yield Hit(match.start(), match.end(), "protein", None, "symbol-caspase", _RANK)
        open_: list[tuple[int, int]] = []
        for match in _SYMBOL.finditer(text, start, end):
            a, b = match.span()
            name = match.group()
            if (
                any(h.start <= a < h.end for h in known)
                or name.upper() in self._no_gene
                or name in self._no_gene
                or _RESIDUE.fullmatch(name)
                or len(name.replace("-", "")) < 2
                or b - a > 14
            ):
                continue
            upper = sum(c.isupper() for c in name)
            digit = any(c.isdigit() for c in name)
            if not (digit or upper >= 2):
                continue
            if name.startswith("p-") and any(c.isupper() for c in name):
                yield Hit(a, b, "protein", None, "symbol-phospho", _RANK)
            elif _GENIC.match(text[b : b + 14]) or _EXPRESSED.search(text, max(0, a - 24), a):
                proteins.append((a, b))
                yield Hit(a, b, "protein", None, "symbol-context", _RANK)
            elif (before := self._apposed(text, a, known)) is not None:
                yield Hit(a, b, before, None, "symbol-apposed", _RANK)
            elif digit or upper >= 3:
                open_.append((a, b))
        # A list tells its members from either end.
        for a, b in [*open_, *reversed(open_)]:
            if (a, b) not in proteins and self._listed(text, a, b, proteins):
                proteins.append((a, b))
                yield Hit(a, b, "protein", None, "symbol-list", _RANK)

    @staticmethod
    def _apposed(text: str, a: int, known: Sequence[Hit]) -> str | None:
        """泛素蛋白连接酶HERC2, 螯合剂 TPEN: the type of the class word right before a symbol."""
        for hit in known:
            if (
                0 <= a - hit.end <= 1
                and text[hit.end : a].strip() == ""
                and hit.kind in ("compound", "protein")
                and _CLASS.search(text[hit.start : hit.end])
            ):
                return hit.kind
        return None

    @staticmethod
    def _listed(text: str, a: int, b: int, proteins: Sequence[tuple[int, int]]) -> bool:
        """Whether a protein stands beside it in a list (、, 和, /, and)."""
        for x, y in proteins:
            between = text[y:a] if y <= a else text[b:x]
            if len(between) <= 5 and re.fullmatch(r"\s*(?:[、/,，]|和|及|与|或|and|or|以及)\s*", between):
                return True
        return False


# What stands beside an unknown symbol tells what it is; counted over the whole paper.
_AS_PROTEIN = re.compile(
    r"^\s*(?:的)?\s*(?:基因|蛋白|mRNA|表达|磷酸化|受体|敲除|沉默|敲低|过表达|siRNA|启动子|信号|通路|"
    r"protein|gene|expression|knockdown|knockout|overexpression|phosphorylation|promoter|deficien|signal+ing|"
    r"activation|translocat|nuclear|transcription|silencing|protein|binding|-/-)"
)
_BEFORE_PROTEIN = re.compile(
    r"(?:expression of|levels? of|overexpression of|knockdown of|deletion of|phosphorylation of|activation of|"
    r"silencing|binds? (?:to )?(?:the )?|interacts? with|binding (?:of|to|with)|translocation of|antagonism of|"
    r"基因|蛋白|下调|上调|敲除|沉默|转染|激活)\s*$"
)
_AS_COMPOUND = re.compile(
    r"^\s*(?:组|处理|干预|治疗|给药|灌胃|注射|添加量|剂量|浓度|溶液|提取物|预处理|mg|μmol|"
    r"treatment|administration|group|supplementation|injection|-treated|-induced|therapy|exposure|extract)"
)
_BEFORE_COMPOUND = re.compile(
    r"(?:treated with|treatment (?:of|with)|administration of|injection of|supplementation (?:of|with)|"
    r"exposed to|exposure to|doses? of|mg/kg|μM|添加|给予|灌胃|注射|口服|饲喂|补充|经|用|给药|服用)\s*$"
)
_CODE = re.compile(
    r"(?<![A-Za-z0-9\u0370-\u03ff-])[A-Z][A-Za-z]{0,5}[-]?\d{0,6}[A-Za-z]?\d{0,3}(?![A-Za-z0-9\u0370-\u03ff])"
)


def by_company(text: str, known: Sequence[Hit], no_gene: frozenset[str]) -> Iterator[Hit]:
    """Symbols that no list knows, typed by the company they keep over the whole paper.

    That takes two signs at least, and fewer than half as many against.
    """
    covered = bytearray(len(text) + 1)
    for hit in known:
        covered[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
    places: dict[str, list[tuple[int, int]]] = {}
    for match in _CODE.finditer(text):
        name = match.group()
        if covered[match.start()] or name.upper() in no_gene or name in no_gene or len(name) < 2:
            continue
        if sum(c.isupper() for c in name) < 2 and not (any(c.isdigit() for c in name) and len(name) > 2):
            continue
        places.setdefault(name, []).append(match.span())
    for spans in places.values():
        protein = compound = 0
        for a, b in spans:
            after, before = text[b : b + 18], text[max(0, a - 22) : a]
            protein += bool(_AS_PROTEIN.match(after)) + bool(_BEFORE_PROTEIN.search(before))
            compound += bool(_AS_COMPOUND.match(after)) + bool(_BEFORE_COMPOUND.search(before))
        if max(protein, compound) >= 2 and min(protein, compound) * 2 < max(protein, compound):
            kind = "protein" if protein > compound else "compound"
            for a, b in spans:
                yield Hit(a, b, kind, None, "symbol-company", _RANK)
