"""The page of errors: all of them, all escaped, nothing fetched; in a browser it filters and finds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from gold_cases import Said, Words, gold_sentence, golds, run_of, runs
from hypothesis import given, settings

from pipeline.check.diff import RunRecords
from pipeline.check.gold import GoldDocument
from pipeline.check.intervals import Intervals
from pipeline.check.page import page
from pipeline.check.score import Report, evaluate

CHROMIUM = Path("/usr/bin/chromium")
TEXT = '甲药<b>与{{tiles}}使乙酶升高，"丁痛"减轻。'  # a paper may say anything
WORDS: Words = {"甲药<b>": "compound", "乙酶": "protein", '"丁痛"': "effect"}
RIGHT: Said = ("甲药<b>", "increases", "乙酶")
NONE = Intervals(1, "1 document")


class Cards(HTMLParser):
    """What an HTML page has: its tags in balance, the data of its cards, the marked words of each line."""

    VOID = frozenset({"meta", "link", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.cards: list[dict[str, str | None]] = []
        self.marked: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count it."""
        self.tags.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "article":
            self.cards.append(dict(attrs))
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        """Close the last one opened, which it has to be."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Words within a mark."""
        if self.open and self.open[-1] == "mark":
            self.marked[-1] += data


def report() -> Report:
    """Two documents: a wrong relation with a missed mention, and a claim that is denied."""
    golds_ = (
        GoldDocument("d", (gold_sentence(TEXT, WORDS, RIGHT),)),
        GoldDocument("e", (gold_sentence(TEXT, WORDS, RIGHT, doc="e"),)),
    )
    words: Words = {w: kind for w, kind in WORDS.items() if w != '"丁痛"'}
    one = run_of(TEXT, words, ("甲药<b>", "binds", "乙酶", {"rule": "zh-svo"}))
    other = run_of(TEXT, WORDS, (*RIGHT, {"negated": True, "rule": "<i>"}), doc="e")
    return evaluate(
        golds_, {**one.texts, **other.texts}, (*one.mentions, *other.mentions), (*one.claims, *other.claims)
    )


def test_page_has_every_finding_once() -> None:
    """There is a card for each finding, with its document, cause, relations and rule."""
    found = Cards(page(report(), NONE, "a run"))
    keys = ("data-doc", "data-cause", "data-relation", "data-rule")
    assert [tuple(card[k] for k in keys) for card in found.cards] == [
        ("d", "claim-relation", "increases binds", "zh-svo"),
        ("e", "claim-negation", "increases", "<i>"),
        ("d", "mention-missed", "", "(gold)"),
    ]


def test_page_is_escaped_and_fetches_nothing() -> None:
    """What papers, rules and paths say is text, never markup, and the page names no address."""
    text = page(report(), NONE, "<script>alert(1)</script> {{note}}")
    found = Cards(text)
    assert "<script>alert" not in text
    assert "甲药&lt;b&gt;与{{tiles}}使" in re.sub(r"</?mark[^>]*>", "", text)
    assert not re.search(r"https?://|//[a-z]|url\(|@import|<img|src=", text)
    assert {"甲药<b>", "乙酶", '"丁痛"'} <= set(found.marked)


def test_what_differs_is_marked() -> None:
    """Of two claims side by side the fields that differ are marked in both rows, and no other."""
    text = page(report(), NONE, "a run")
    cards = re.findall(r"<article.*?</article>", text, re.DOTALL)
    assert [re.findall(r'<td class="differ">([^<]*)', card) for card in cards] == [
        ["increases", "binds"], ["no", "yes"], [],
    ]  # fmt: skip


@given(golds(), runs())
@settings(max_examples=20, deadline=None)
def test_page_of_anything_is_whole(gold: GoldDocument, run: RunRecords) -> None:
    """Whatever is wrong, tags are in balance, a card is there for each finding, and the bytes are always the same."""
    found = evaluate((gold,), run.texts, run.mentions, run.claims)
    text = page(found, NONE, "a run")
    assert len(Cards(text).cards) == len(found.findings[0])
    assert text == page(found, NONE, "a run")


@pytest.fixture
def browser() -> Iterator[Any]:
    """Debian's Chromium."""
    sync_api = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("no /usr/bin/chromium")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def test_page_filters_in_a_browser(browser: Any, tmp_path: Path) -> None:
    """Search, filters, a click on a cause, and the address all choose the same cards; the console stays empty."""
    file = tmp_path / "errors.html"
    file.write_text(page(report(), NONE, "a run"), encoding="utf-8")
    tab = browser.new_page()
    trouble: list[str] = []
    tab.on("console", lambda message: trouble.append(message.text))
    tab.on("pageerror", lambda error: trouble.append(str(error)))
    tab.goto(file.as_uri())
    shown = tab.locator(".card:visible")
    assert shown.count() == 3
    tab.fill("input[name=q]", "丁痛 binds")
    assert shown.count() == 1
    tab.keyboard.press("Escape")
    tab.wait_for_function("document.querySelectorAll('.card:not([hidden])').length === 3")
    tab.click("[data-only=claim-negation]")
    assert (shown.count(), tab.inner_text("output")) == (1, "1 of 3")
    tab.select_option("select[name=doc]", "d")
    assert (shown.count(), tab.locator(".empty:visible").count()) == (0, 1)
    tab.goto(f"{file.as_uri()}#?of=mention&relation=")
    tab.reload()
    assert shown.get_attribute("data-cause") == "mention-missed"
    tab.keyboard.press("j")
    assert tab.evaluate("document.activeElement.dataset.cause") == "mention-missed"
    tab.goto(f"{file.as_uri()}#?doc=elsewhere")
    tab.reload()
    assert (shown.count(), tab.evaluate("document.querySelector('[name=doc]').selectedIndex")) == (3, 0)
    # `j` goes on from the card that the address names, which need not be the first.
    ids = [card.get_attribute("id") for card in shown.all()]
    tab.goto(f"{file.as_uri()}#{ids[1]}")
    tab.reload()
    tab.keyboard.press("j")
    assert tab.evaluate("document.activeElement.id") == ids[2]
    tab.keyboard.press("k")
    assert tab.evaluate("document.activeElement.id") == ids[1]
    assert trouble == []
