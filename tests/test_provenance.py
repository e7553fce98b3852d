"""From a record back to the page: what stands in a mention's boxes is the mention's text."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator

import pdfplumber
import pytest
from harness import SHARED, Bench, Read
from pdfplumber.pdf import PDF

from pipeline.read import read
from pipeline.records import Evidence, Mention

PAPER = SHARED / "papers" / "l-tams.pdf"
SAMPLE = 200
SHARE = 0.995
# A glyph belongs to a box where its middle stands in it; boxes are rounded to hundredths of a point.
SLACK = 0.02

pytestmark = pytest.mark.skipif(not PAPER.is_file(), reason="../shared/papers/l-tams.pdf is not here")


@pytest.fixture(scope="module")
def paper(bench: Bench) -> Read:
    """A two-column paper as it goes through the rooms."""
    return bench.work(read(PAPER, "l-tams"))


def letters(text: str) -> str:
    """Text without what a page may add or leave out: width, blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def cropped(pdf: PDF, m: Mention) -> str:
    """The characters whose middles stand in a mention's boxes."""
    assert m.boxes
    assert m.box_pages
    found: list[str] = []
    for (x0, top, x1, bottom), number in zip(m.boxes, m.box_pages, strict=True):
        page = pdf.pages[number - 1]
        inside = [
            c
            for c in page.chars
            if x0 - SLACK <= (c["x0"] + c["x1"]) / 2 <= x1 + SLACK
            and top - SLACK <= (c["top"] + c["bottom"]) / 2 <= bottom + SLACK
        ]
        found.extend(c["text"] for c in sorted(inside, key=lambda c: float(c["x0"])))
    return letters("".join(found))


def sample(mentions: tuple[Mention, ...]) -> Iterator[Mention]:
    """Mentions from all over the paper, as many as are looked at."""
    step = max(1, len(mentions) // SAMPLE)
    yield from mentions[::step][:SAMPLE]


def test_boxes_give_the_text_back(paper: Read) -> None:
    """Of 200 mentions, 199 and more stand in their boxes to the letter."""
    chosen = list(sample(paper.mentions))
    assert len(chosen) == SAMPLE
    wrong = []
    with pdfplumber.open(PAPER) as pdf:
        for m in chosen:
            found = cropped(pdf, m)
            if found != letters(m.text):
                wrong.append(f"{m.id} page {m.page}: {m.text!r} is {found!r} in its boxes")
    assert len(wrong) <= (1 - SHARE) * SAMPLE, "\n".join(wrong)


def test_boxes_lie_on_their_pages(paper: Read) -> None:
    """Every record has a page and boxes, each with room in it and within the page; a line of text has one box."""
    with pdfplumber.open(PAPER) as pdf:
        sizes = [(p.width, p.height) for p in pdf.pages]
    records: list[Mention | Evidence] = [*paper.mentions, *(c.evidence for c in paper.claims)]
    for r in records:
        assert r.page is not None
        assert r.boxes
        assert r.box_pages
        assert r.page == r.box_pages[0]
        assert list(r.box_pages) == sorted(r.box_pages)
        for (x0, top, x1, bottom), number in zip(r.boxes, r.box_pages, strict=True):
            width, height = sizes[number - 1]
            assert 0 <= x0 < x1 <= width
            assert 0 <= top < bottom <= height


def test_a_span_over_lines_has_a_box_for_each(paper: Read) -> None:
    """Evidence that runs over several lines has as many boxes, and no two of them on the same line of a column."""
    many = [c.evidence for c in paper.claims if c.evidence.boxes and len(c.evidence.boxes) > 1]
    assert many
    for e in many:
        assert e.boxes
        assert e.box_pages
        lines = Counter(
            (page, round(box[1]), round(box[0]) // 200) for page, box in zip(e.box_pages, e.boxes, strict=True)
        )
        assert max(lines.values()) == 1
