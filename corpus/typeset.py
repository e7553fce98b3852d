"""Typeset corpus/src/*.md as journal-like PDFs, the same bytes every time.

Needs reportlab and pyphen, and the fonts Liberation Serif, AR PL UMing and WenQuanYi Micro Hei (see README.md).
Usage: python typeset.py [NAME ...]
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import pyphen
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).resolve().parent
FONTS = Path("/usr/share/fonts/truetype")
FONT_FILES = {
    "Latin": "liberation/LiberationSerif-Regular.ttf",
    "LatinBold": "liberation/LiberationSerif-Bold.ttf",
    "Song": "arphic/uming.ttc",
    "Hei": "wqy/wqy-microhei.ttc",
}
FACES = {  # face: fonts for Latin, hanzi, and the marks that UMing sets in the middle of the square
    "text": ("Latin", "Song", "Hei"),
    "bold": ("LatinBold", "Hei", "Hei"),
}

CJK = r"[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]"
CITE = r"\[\d+(?:[-,]\d+)*\]"
CLOSE = r"[,.;:!?)\]，。；：！？、）】》～]"
OPEN = "（【《("
ATOM = re.compile(rf"(?P<cite>{CITE})(?P<tail>{CLOSE}*)|(?P<space> +)|(?P<cjk>{CJK}{CLOSE}*)|[^ ]")
HYPHENS = pyphen.Pyphen(lang="en_US", left=2, right=3)
FOOT = 52.0  # where columns end
MAX_STRETCH = 0.085  # of the size, between two hanzi: more would read as a space in the text layer


@dataclass(frozen=True)
class Layout:
    """How one paper looks."""

    columns: int = 1
    size: float = 10
    superscript: bool = False
    hyphenate: bool = False
    zh_first: bool = True
    run_in: bool = True  # abstract label in the first line, or a line of its own
    labels: tuple[str, str, str, str] = ("摘要：", "关键词：", "Abstract: ", "Key words: ")
    references: str = "参考文献"
    head: tuple[str, str] = ("", "")
    foot: tuple[str, str] = ("", "")
    table_size: float = 8
    margin: float = 58


LAYOUTS = {
    "acetyl-l-carnitine": Layout(
        zh_first=False,
        run_in=False,
        labels=("摘要", "关键词", "Abstract", "Keywords"),
        head=("Claim-Records Digests 综述摘编", "乙酰左旋肉碱神经作用的研究概述"),
        foot=("DOI: 10.1073/pnas.1216100110 (lead source)", "综述摘编"),
        margin=68,
    ),
    "l-threonate-magnesium": Layout(
        columns=2, size=9.2, superscript=True, hyphenate=True, head=("综述摘编", "药物与神经科学")
    ),
    "curcumin": Layout(
        columns=2,
        size=9.2,
        hyphenate=True,
        labels=("摘　要：", "关键词：", "Abstract: ", "Key words: "),
        head=("姜黄素抗炎与代谢调节作用的研究进展", "综述摘编"),
        margin=54,
    ),
    "melatonin": Layout(
        columns=2,
        size=9.4,
        hyphenate=True,
        references="References",
        labels=("", "", "Abstract. ", "Keywords: "),
        head=("Claim-Records Digests", "Melatonin beyond the night"),
        margin=54,
    ),
    "metformin": Layout(
        size=10.2,
        superscript=True,
        labels=("[摘要] ", "[关键词] ", "[Abstract] ", "[Key words] "),
        head=("综述摘编", "二甲双胍降糖机制与糖外作用的研究概况"),
        margin=66,
    ),
    "vitamin-d": Layout(
        size=10.4,
        labels=("摘　要：", "关键词：", "Abstract: ", "Keywords: "),
        head=("动物营养与人类健康", "综述摘编"),
        foot=("Digest, CC BY 4.0", ""),
        margin=72,
    ),
}


@dataclass(frozen=True)
class Piece:
    """Text drawn in one style."""

    text: str
    face: str
    size: float
    rise: float = 0

    def runs(self) -> Iterator[tuple[str, str]]:
        """Yield (font, text) for each stretch that one font draws."""
        latin, cjk, stops = FACES[self.face]
        for match in re.finditer(rf"(?P<stops>[。、]+)|(?P<cjk>(?:(?![。、]){CJK})+)|(?:(?!{CJK}).)+", self.text):
            yield (stops if match["stops"] else cjk if match["cjk"] else latin), match[0]

    @cached_property
    def width(self) -> float:
        return float(sum(stringWidth(text, font, self.size) for font, text in self.runs()))


@dataclass
class Atom:
    """What no line may break; `space` is a breakable blank."""

    pieces: list[Piece]
    space: bool = False
    cjk: bool = False

    @property
    def width(self) -> float:
        return sum(piece.width for piece in self.pieces)


def atoms(text: str, face: str, size: float, superscript: bool = False) -> list[Atom]:
    """Cut text into atoms; closing punctuation and citation marks stay with what they follow."""
    out: list[Atom] = []
    sticky = False  # the next atom belongs to the last one
    for match in ATOM.finditer(text):
        cite, cjk, space = match["cite"], match["cjk"], match["space"]
        if cite and superscript:
            pieces = [Piece(cite, face, size * 0.66, size * 0.34)]
            pieces += [Piece(match["tail"], face, size)] if match["tail"] else []
            join, sticky_next = bool(out), False
        else:
            pieces = [Piece(match[0], face, size)]
            latin = not (cjk or space)
            join = sticky or bool(re.match(CLOSE, match[0])) or (latin and bool(out) and not _breakable(out[-1]))
            sticky_next = match[0][-1] in OPEN and bool(cjk)
        if join and out and not space:
            out[-1].pieces += pieces
            out[-1].cjk = bool(cjk)
        else:
            out.append(Atom(pieces, bool(space), bool(cjk)))
        sticky = sticky_next
    for atom in out:
        atom.pieces = _merged(atom.pieces)
    return out


def _breakable(atom: Atom) -> bool:
    return atom.space or atom.cjk or any(piece.rise for piece in atom.pieces[-2:])


def _merged(pieces: list[Piece]) -> list[Piece]:
    out: list[Piece] = []
    for piece in pieces:
        if out and (out[-1].size, out[-1].rise) == (piece.size, piece.rise):
            out[-1] = Piece(out[-1].text + piece.text, piece.face, piece.size, piece.rise)
        else:
            out.append(piece)
    return out


def split_word(atom: Atom, room: float, hyphenate: bool) -> tuple[Atom, Atom] | None:
    """Split a Latin word so that its head fits into `room`: after a hyphen or slash, or with a new hyphen."""
    first = atom.pieces[0]
    cuts = [(m.end(), "") for m in re.finditer(r"(?<=\w\w\w)/(?=\w\w\w)|(?<=\w)-(?=[^\W\d]{2})", first.text)]
    if hyphenate:
        for word in re.finditer(r"(?<![\w./:-])[A-Za-z][a-z]{5,}(?![\w/])", first.text):
            cuts += [(word.start() + at, "-") for at in HYPHENS.positions(word[0])]
    for at, mark in sorted(cuts, reverse=True):
        head = Piece(first.text[:at] + mark, first.face, first.size)
        if head.width <= room:
            return Atom([head]), Atom([Piece(first.text[at:], first.face, first.size), *atom.pieces[1:]], cjk=atom.cjk)
    return None


@dataclass
class Line:
    """One set line: atoms, left offset and the width to fill (0: ragged)."""

    atoms: list[Atom]
    x: float = 0
    fill: float = 0

    def draw(self, canvas: Canvas, left: float, y: float) -> None:
        """Draw the line on the base line `y`, spaces stretched first, then the gaps between hanzi a little."""
        gaps = [b.cjk or a.cjk for a, b in pairwise(self.atoms) if not (a.space or b.space)]
        spaces = sum(atom.space for atom in self.atoms)
        slack = max(0.0, self.fill - sum(atom.width for atom in self.atoms)) if self.fill else 0.0
        size = max((atom.pieces[0].size for atom in self.atoms), default=0)
        per_gap = min(slack / (sum(gaps) + 4 * spaces), MAX_STRETCH * size) if sum(gaps) + spaces else 0.0
        per_space = min((slack - per_gap * sum(gaps)) / spaces, 0.7 * size) if spaces else 0.0
        x = left + self.x
        for i, atom in enumerate(self.atoms):
            for piece in atom.pieces:
                for font, text in piece.runs():
                    canvas.setFont(font, piece.size)
                    canvas.drawString(x, y + piece.rise, text)
                    x += stringWidth(text, font, piece.size)
            following = self.atoms[i + 1] if i + 1 < len(self.atoms) else None
            if atom.space:
                x += per_space
            elif following and not following.space and (atom.cjk or following.cjk):
                x += per_gap


def break_lines(
    words: list[Atom], width: float, indent: float = 0, hang: float = 0, hyphenate: bool = False, align: str = "justify"
) -> list[Line]:
    """Fill lines greedily; `indent` moves the first line in, `hang` all the others."""
    lines: list[Line] = []
    row: list[Atom] = []
    todo = list(reversed(words))

    def close(last: bool) -> None:
        while row and row[-1].space:
            row.pop()
        x = hang if lines else indent
        used = sum(atom.width for atom in row)
        offset = (width - used) / 2 if align == "center" else x
        lines.append(Line(list(row), offset, 0 if last or align != "justify" else width - x))
        row.clear()

    while todo:
        atom = todo.pop()
        room = width - (hang if lines else indent) - sum(a.width for a in row)
        if atom.space and not row:
            continue
        if atom.space or atom.width <= room:
            row.append(atom)
            continue
        parts = split_word(atom, room, hyphenate)
        if parts:
            row.append(parts[0])
            todo.append(parts[1])
        elif row:
            todo.append(atom)
        else:
            row.append(atom)
            continue
        close(last=False)
    if row:
        close(last=True)
    return lines


@dataclass
class Block:
    """A stretch of the column: lines of text, or a drawing of a given height."""

    lines: list[Line] = field(default_factory=list)
    leading: float = 0
    before: float = 0
    keep: bool = False  # with the next block
    height: float = 0
    paint: Callable[[Canvas, float, float], None] | None = None  # (canvas, left, top)
    span: bool = False  # over all columns
    floating: bool = False  # may wait for the next column


@dataclass
class Paper:
    """A parsed source file."""

    marks: dict[str, str] = field(default_factory=dict)
    body: list[tuple[str, str]] = field(default_factory=list)  # (kind, text): h2, h3, p, figure, table
    rows: dict[str, list[list[str]]] = field(default_factory=dict)  # caption -> flow steps or table cells
    references: list[str] = field(default_factory=list)


def parse(source: str) -> Paper:
    """Read the simple markup: `#` headings, `@` markers, `|` table rows, a paragraph a line."""
    paper = Paper()
    for line in filter(None, map(str.strip, source.splitlines())):
        mark, _, rest = line.partition(" ")
        if mark in ("##", "###"):
            paper.body.append(("h2" if mark == "##" else "h3", rest))
        elif mark == "#":
            paper.marks["title"] = rest
        elif mark in ("@figure", "@table"):
            paper.body.append((mark[1:], rest))
            paper.rows[rest] = []
        elif mark == "@flow":
            paper.rows[paper.body[-1][1]].append(rest.split(" > "))
        elif mark == "|":
            paper.rows[paper.body[-1][1]].append([cell.strip() for cell in line.strip("|").split("|")])
        elif mark == "@ref":
            paper.references.append(rest)
        elif mark.startswith("@"):
            paper.marks[mark[1:]] = rest
        else:
            paper.body.append(("p", line))
    return paper


class Setter:
    """Turns a paper into blocks and blocks into pages."""

    def __init__(self, paper: Paper, layout: Layout) -> None:
        self.paper, self.layout = paper, layout
        self.page_width: float
        self.page_height: float
        self.page_width, self.page_height = A4
        self.full = self.page_width - 2 * layout.margin
        self.gutter = 20
        self.column = (self.full - self.gutter * (layout.columns - 1)) / layout.columns
        self.english = "abstract-zh" not in paper.marks
        self.leading = layout.size * (1.28 if self.english else 1.5)

    def text(
        self,
        text: str,
        size: float,
        face: str = "text",
        label: str = "",
        width: float = 0,
        before: float = 0,
        indent: float = 0,
        hang: float = 0,
        align: str = "justify",
        leading: float = 0,
        cites: bool = True,
        keep: bool = False,
        span: bool = False,
    ) -> Block:
        """Set a paragraph, with a bold label in front if there is one."""
        words = atoms(label, "bold", size) if label else []
        words += atoms(text, face, size, cites and self.layout.superscript)
        lines = break_lines(words, width or self.column, indent, hang, self.layout.hyphenate, align)
        return Block(lines, leading or self.leading * size / self.layout.size, before, keep=keep, span=span)

    def front(self) -> Iterator[Block]:
        """Yield title, byline, abstracts and key words, over the full width."""
        marks, layout, full = self.paper.marks, self.layout, self.full
        size = min(16, 16 * full / (Piece(marks["title"], "bold", 16).width + 1))
        yield self.text(marks["title"], size, "bold", width=full, align="center", before=8, span=True)
        if "title-en" in marks:
            yield self.text(marks["title-en"], 12, "bold", width=full, align="center", before=3, span=True)
        yield self.text(marks["byline"], 9.5, width=full, align="center", before=2, span=True)
        zh, zh_key, en, en_key = layout.labels
        parts = [("abstract-zh", zh), ("keywords-zh", zh_key), ("abstract-en", en), ("keywords-en", en_key)]
        for mark, label in parts if layout.zh_first else parts[2:] + parts[:2]:
            if mark not in marks:
                continue
            size, gap = layout.size - 0.4, 8 if mark.startswith("abstract") else 2
            if layout.run_in:
                yield self.text(marks[mark], size, label=label, width=full, before=gap, span=True)
            else:
                yield self.text(label, layout.size + 0.5, "bold", width=full, before=8, span=True, keep=True)
                yield self.text(marks[mark], size, width=full, before=2, span=True)
        yield Block(height=8, span=True)

    def blocks(self) -> Iterator[Block]:
        """Yield the whole paper in reading order."""
        yield from self.front()
        size = self.layout.size
        for kind, text in self.paper.body:
            if kind == "p":
                yield self.text(text, size, indent=size * (1.2 if self.english else 2))
            elif kind == "h2":
                yield self.text(text, size + 1.4, "bold", before=8, keep=True, align="left")
            elif kind == "h3":
                yield self.text(text, size + 0.3, "bold", before=3, keep=True, align="left")
            elif kind == "figure":
                yield self.figure(text)
            else:
                yield self.table(text)
        yield self.text(self.layout.references, size + 1, "bold", before=10, keep=True, align="left")
        for reference in self.paper.references:
            yield self.text(reference, size - 1.4, hang=18, leading=(size - 1.4) * 1.32, cites=False)

    def figure(self, caption: str) -> Block:
        """Rows of boxes joined by arrows, with the caption below."""
        rows, arrow, pad, row_height = self.paper.rows[caption], 13, 5, 30

        def row_width(row: list[str], size: float) -> float:
            return sum(Piece(step, "text", size).width + 2 * pad for step in row) + arrow * (len(row) - 1)

        size = self.layout.table_size
        while max(row_width(row, size) for row in rows) > self.column:
            size -= 0.1
        note = self.text(caption, self.layout.table_size, "bold", align="center")
        boxes = row_height * len(rows)

        def paint(canvas: Canvas, left: float, top: float) -> None:
            canvas.setLineWidth(0.6)
            for number, row in enumerate(rows):
                middle = top - row_height * (number + 0.5)
                x = left + (self.column - row_width(row, size)) / 2
                for i, step in enumerate(row):
                    piece = Piece(step, "text", size)
                    if i:
                        canvas.line(x - arrow + 1, middle, x - 3, middle)
                        canvas.lines([(x - 4.5, middle + 2, x - 1, middle), (x - 4.5, middle - 2, x - 1, middle)])
                    canvas.roundRect(x, middle - 9, piece.width + 2 * pad, 18, 3)
                    Line([Atom([piece])]).draw(canvas, x + pad, middle - size * 0.35)
                    x += piece.width + 2 * pad + arrow
            self.draw_lines(canvas, note.lines, left, top - boxes, note.leading)

        height = boxes + note.leading * len(note.lines) + 10
        return Block(height=height, before=6, paint=paint, floating=True)

    def table(self, caption: str) -> Block:
        """A three-rule table, with the caption above."""
        rows, size, pad = self.paper.rows[caption], self.layout.table_size, 4
        leading = size * 1.4
        natural = [max(sum(a.width for a in atoms(row[i], "text", size)) for row in rows) for i in range(len(rows[0]))]
        share = min(1.0, (self.column - 2 * pad * len(natural) - natural[-1]) / sum(natural[:-1]))
        widths = [w * share for w in natural[:-1]] + [natural[-1]]
        spare = (self.column - sum(widths)) / len(widths)
        cells = [
            [
                break_lines(atoms(cell, "bold" if row is rows[0] else "text", size), width + 2, align="left")
                for cell, width in zip(row, widths, strict=True)
            ]
            for row in rows
        ]
        heights = [leading * max(map(len, row)) + 3 for row in cells]
        note = self.text(caption, size, "bold", align="center")
        top_height = note.leading * len(note.lines) + 3

        def paint(canvas: Canvas, left: float, top: float) -> None:
            self.draw_lines(canvas, note.lines, left, top, note.leading)
            y = top - top_height
            for number, (row, height) in enumerate(zip(cells, heights, strict=True)):
                if number < 2:
                    canvas.setLineWidth(0.5 if number else 1)
                    canvas.line(left, y, left + self.column, y)
                x = left + spare / 2
                for cell, width in zip(row, widths, strict=True):
                    self.draw_lines(canvas, cell, x, y - 1, leading)
                    x += width + spare
                y -= height
            canvas.setLineWidth(1)
            canvas.line(left, y, left + self.column, y)

        return Block(height=top_height + sum(heights) + 10, before=6, paint=paint, floating=True)

    @staticmethod
    def draw_lines(canvas: Canvas, lines: list[Line], left: float, top: float, leading: float) -> None:
        """Draw lines downwards from `top`."""
        for number, line in enumerate(lines):
            line.draw(canvas, left, top - leading * (number + 0.78))

    def furniture(self, canvas: Canvas, page: int) -> None:
        """Running head, rule, foot and page number."""
        left, right = self.layout.margin, self.page_width - self.layout.margin
        head_y, foot_y = self.page_height - 42, 32
        canvas.setLineWidth(0.5)
        canvas.line(left, head_y - 5, right, head_y - 5)
        for (start, end), y in ((self.layout.head, head_y), (self.layout.foot, foot_y)):
            Line([Atom([Piece(start, "text", 8.5)])]).draw(canvas, left, y)
            last = Piece(end, "text", 8.5)
            Line([Atom([last])]).draw(canvas, right - last.width, y)
        Line([Atom([Piece(str(page), "text", 8.5)])]).draw(canvas, self.page_width / 2 - 3, foot_y)

    def write(self, target: Path) -> int:
        """Write the PDF, the columns of its last page level; return the number of pages."""
        blocks = list(self.blocks())
        pages = self.flow(blocks, Canvas(str(target)))
        foot = FOOT
        while self.layout.columns > 1 and self.flow(blocks, Canvas(str(target)), pages, foot + 12) == pages:
            foot += 12
        canvas = Canvas(str(target), pagesize=A4, invariant=1, initialFontName="Latin")
        canvas.setTitle(self.paper.marks["title"])
        canvas.setAuthor(self.paper.marks["byline"])
        self.flow(blocks, canvas, pages, foot)
        canvas.save()
        return pages

    def flow(self, blocks: list[Block], canvas: Canvas, last_page: int = 0, last_foot: float = 0) -> int:
        """Fill columns and pages, down to `last_foot` on the last page; return the number of pages."""
        bottom, top = FOOT, self.page_height - 56
        page, column, y, column_top = 1, 0, top, top
        self.furniture(canvas, page)
        todo = blocks[::-1]
        waiting: list[Block] = []

        def left() -> float:
            return self.layout.margin + column * (self.column + self.gutter)

        def next_column() -> None:
            nonlocal page, column, y, column_top, bottom
            column += 1
            if column == self.layout.columns:
                canvas.showPage()
                page, column, column_top = page + 1, 0, top
                self.furniture(canvas, page)
                bottom = last_foot if page == last_page else FOOT
            y = column_top
            while waiting:
                todo.append(waiting.pop())

        while todo or waiting:
            if not todo:
                next_column()
                continue
            block = todo.pop()
            y -= block.before if block.span or y < column_top else 0
            need = block.height or block.leading * min(len(block.lines), 2)
            for follower in reversed(todo) if block.keep else ():
                need += follower.before + follower.leading * min(len(follower.lines), 2)
                if not follower.keep:
                    break
            if y - need < bottom and y < column_top:
                if block.floating:
                    y += block.before
                    waiting.append(block)
                    continue
                todo.append(block)
                next_column()
                continue
            if block.paint:
                block.paint(canvas, left(), y)
            y -= block.height
            room = max(1, int((y - bottom) / block.leading)) if block.lines else 0
            if 0 < len(block.lines) - room < 2 < room:
                room -= 1  # no line alone at the head of a column
            self.draw_lines(canvas, block.lines[:room], left(), y, block.leading)
            y -= block.leading * len(block.lines[:room])
            if block.lines[room:]:
                todo.append(Block(block.lines[room:], block.leading))
                next_column()
            if block.span:
                column_top = y
        return page


def main(names: list[str]) -> None:
    """Typeset the named papers, or all."""
    for name, file in FONT_FILES.items():
        registerFont(TTFont(name, str(FONTS / file), subfontIndex=0))
    for name in names or LAYOUTS:
        paper = parse((HERE / "src" / f"{name}.md").read_text(encoding="utf-8"))
        pages = Setter(paper, LAYOUTS[name]).write(HERE / f"{name}.pdf")
        print(f"{name}.pdf: {pages} pages")


if __name__ == "__main__":
    main(sys.argv[1:])
