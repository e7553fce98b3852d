"""Made-up papers as tools dump them: hard line ends, running heads, page numbers, columns side by side.

The papers are those of `corpus/src`; what surrounds their prose is made here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.read import marks

SOURCES = sorted((Path(__file__).resolve().parents[2] / "corpus" / "src").glob("*.md"))


@dataclass
class Made:
    """A paper's parts in order, each with its kind: title, heading, paragraph, reference."""

    parts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def prose(self) -> list[str]:
        return [text for kind, text in self.parts if kind != "reference"]


def made(source: Path) -> Made:
    """The paper of a source file, its abstracts with run-in labels."""
    labels = {
        "abstract-en": "Abstract: ", "keywords-en": "Keywords: ", "abstract-zh": "摘要：", "keywords-zh": "关键词：",
    }  # fmt: skip
    out = Made()
    for line in source.read_text(encoding="utf-8").split("\n"):
        note = None if line.startswith("@ref ") else re.match(r"@([\w-]+) (.*)", line)
        head = re.match(r"(#+) (.*)", line)
        if note:
            if note[1] == "title-en":
                out.parts.append(("title", note[2]))
            elif note[1] in labels:
                out.parts.append(("paragraph", labels[note[1]] + note[2]))
        elif head:
            out.parts.append(("title" if len(head[1]) == 1 else "heading", head[2]))
        elif line.startswith("@ref "):
            out.parts.append(("reference", line.removeprefix("@ref ")))
        elif line.strip() and line[0] not in "|@":
            out.parts.append(("paragraph", line.strip()))
    # The English title, abstract and key words stand first.
    english = [p for p in out.parts[:8] if marks.columns(p[1]) == len(p[1])]
    rest = [p for p in out.parts if p not in english]
    return Made([*english, *rest])


def wrap(text: str, columns: int, indent: int = 0) -> list[str]:
    """Lines of at most `columns` columns of type, as a page has them: a hanzi counts two, Latin words stay whole."""
    lines = [" " * indent]
    for piece in re.findall(r"[A-Za-z0-9().,;:'%+-]+ ?|.", text):
        if marks.columns(lines[-1] + piece.rstrip()) > columns and lines[-1].strip():
            if piece[0] in "，。；：、！？）”" and len(piece) == 1:
                lines[-1] += piece  # no mark opens a line
                continue
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines if line.strip()]


def hyphenated(lines: Sequence[str], columns: int) -> list[str]:
    """The lines with long Latin words broken over their ends, where there is room."""
    out = list(lines)
    for k in range(len(out) - 1):
        word = re.match(r"[a-z]{8,}", out[k + 1])
        room = columns - marks.columns(out[k]) - 2
        if word and room >= 4 and re.search(r"[a-z,]$", out[k]):
            cut = min(room, len(word[0]) - 3)
            out[k] += f" {word[0][:cut]}-"
            out[k + 1] = out[k + 1][cut:]
    return out


def rows(paper: Made, columns: int, indent: int = 0, gaps: bool = True, hyphens: bool = False) -> Iterator[str]:
    """The paper's lines, in one column; blank lines round its headings if `gaps`."""
    listed = False
    for kind, text in paper.parts:
        if kind == "reference" and not listed:
            yield from ("", "参考文献")
            listed = True
        if gaps and kind in ("heading", "title"):
            yield ""
        wrapped = wrap(text, columns, indent if kind == "paragraph" else 0)
        yield from hyphenated(wrapped, columns) if hyphens else wrapped
        if kind == "title":
            yield from ("张三1，李四2*", "1某某大学医学院，北京 100000", "收稿日期：2020-01-02")
        if gaps and kind in ("heading", "title"):
            yield ""


def paged(lines: Sequence[str], length: int = 40, feed: str = "\f") -> str:
    """The lines on pages, with what stands at the edges of a journal's pages; `feed` parts them."""
    pages = [lines[k : k + length] for k in range(0, len(lines), length)]
    out = []
    for number, page in enumerate(pages, start=1):
        head = ["某某学报 2020年 第12卷", ""] if number % 2 else [f"张三 等：研究概述    {number}", ""]
        foot = ["", "DOI: 10.1000/made.2020.01", "", str(number), ""]
        out.append("\n".join([*head, *page, *foot]))
    return f"\n{feed}".join(out)


def beside(lines: Sequence[str], length: int = 40, padded: bool = True) -> list[str]:
    """The lines in two columns a page, side by side; places count characters if `padded`, as pdftotext has them."""
    out: list[str] = []
    for k in range(0, len(lines), 2 * length):
        left, right = lines[k : k + length], lines[k + length : k + 2 * length]
        width = max((len(x) if padded else marks.columns(x)) for x in left) + 4
        for n in range(length):
            a = left[n] if n < len(left) else ""
            b = right[n] if n < len(right) else ""
            out.append((a + " " * (width - (len(a) if padded else marks.columns(a))) + b).rstrip())
    return out


def loose(text: str) -> str:
    """The text with a blank line between all its lines."""
    return "\n\n".join(line for line in text.split("\n") if line.strip())


def spaced(text: str) -> str:
    """Hanzi and their marks set apart by blanks, as loose setting is dumped."""
    return re.sub(r"(?<=[\u4e00-\u9fff，。、])(?=[\u4e00-\u9fff，。、])", " ", text)
