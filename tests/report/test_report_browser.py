"""The report in a real browser, opened from disk: it is searched, filtered and walked through as a curator would."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from builders import claim, mention, result, write_run

from pipeline.outcome import Failure
from pipeline.records import Trigger
from pipeline.report.make import write
from pipeline.store import RunFolder, read_run

pytest_plugins = ["made_reports"]  # run_folder, found, report

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CORPUS = Path(__file__).resolve().parents[2] / "corpus"
CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

pytestmark = pytest.mark.skipif(not CHROMIUM.is_file(), reason=f"{CHROMIUM} is not installed")


VIEWS = ("overview", "claims", "papers", "graph", "across", "across?show=against")


class Browser:
    """A page of the report, and what it asked for and complained of."""

    def __init__(self, page: Any, report: Path) -> None:
        self.page = page
        self.report = report
        self.asked: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda told: self.errors.append(told.text) if told.type in ("error", "warning") else None)

    def open(self, address: str = "") -> None:
        """Go to a view."""
        self.page.goto("about:blank")
        self.page.goto(f"file://{self.report}/index.html{address}")

    def texts(self, selector: str) -> list[str]:
        """The texts of all elements that a selector finds."""
        return [" ".join(text.split()) for text in self.page.locator(selector).all_inner_texts()]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Chromium, with a profile of its own."""
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def browser(chromium: Any, report: Path) -> Iterator[Browser]:
    """The report in English."""
    with opened(chromium, report) as shown:
        yield shown


@contextmanager
def opened(chromium: Any, report: Path) -> Iterator[Browser]:
    """A report in English; at the end nothing may have gone wrong, nor been asked of a network."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, locale="en-US")
    shown = Browser(context.new_page(), report)
    yield shown
    assert shown.errors == []
    assert [url for url in shown.asked if not url.startswith(("file://", "about:", "data:", "blob:"))] == []
    context.close()


def letters(text: str) -> str:
    """Text without what a page may add or leave out: width, blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def test_a_curator_searches_filters_and_sees_the_box_over_the_right_words(browser: Browser, found: RunFolder) -> None:
    """From two hanzi to a claim, and on the picture of its page boxes that lie over the words that they mean."""
    page = browser.page
    browser.open("#/claims")
    page.fill("#search", "炎症")
    wanted = sum("炎症" in "".join((c.evidence.text, c.subject.text, c.object.text)) for c in found.claims)
    page.wait_for_function("() => document.querySelector('.total').textContent.includes(' of ')")
    shown = int(browser.texts(".total")[0].split()[0])
    assert wanted <= shown < len(found.claims)
    assert browser.texts("mark.hit")[0] == "炎症"
    page.locator(".facet label", has_text="decreases").click()
    page.wait_for_function(f"() => !document.querySelector('.total').textContent.startsWith('{shown} ')")
    assert set(browser.texts(".row .c-relation .relation")) == {"↓ decreases"}
    assert "relation=decreases" in page.url
    page.locator(".row").first.click()
    page.wait_for_selector("svg.boxes rect.sentence")
    claim = next(c for c in found.claims if c.id == re.search(r"claim=([^&]+)", page.url)[1].replace("%3A", ":"))  # type: ignore[index]
    assert browser.texts(".evidence .own") == [claim.evidence.text]
    assert browser.texts(".evidence .mark.subject")[0] == claim.subject.text
    words = {"subject": claim.subject.text, "object": claim.object.text, "trigger": claim.trigger.text}
    pdf = pypdfium2.PdfDocument(CORPUS / f"{claim.doc}.pdf")
    for kind, text in words.items():
        seen = ""
        for rect in page.locator(f"svg.boxes > rect.{kind}").all():
            # Where the box is seen over the picture, as shares of it, in the points of the PDF's page.
            x0, top, x1, bottom, number = rect.evaluate(
                """(rect) => {
                  const page = rect.closest('figure');
                  const [box, on] = [rect, page.querySelector('img')].map((n) => n.getBoundingClientRect());
                  const [x, y] = [(at) => (at - on.left) / on.width, (at) => (at - on.top) / on.height];
                  return [x(box.left), y(box.top), x(box.right), y(box.bottom), Number(page.dataset.page)];
                }"""
            )
            sheet = pdf[number - 1]
            width, height = sheet.get_size()
            seen += sheet.get_textpage().get_text_bounded(
                x0 * width - 0.3, height * (1 - bottom) + 0.8, x1 * width + 0.3, height * (1 - top) - 0.8
            )
        assert letters(seen) == letters(text), kind
    picture = page.locator("figure.page img").first
    picture.evaluate("(image) => image.decode()")
    assert picture.evaluate("(image) => image.naturalWidth") > 1000
    box = page.locator("svg.boxes rect.sentence").first.bounding_box()
    frame = page.locator(".page-frame").bounding_box()
    assert frame["y"] <= box["y"] <= frame["y"] + frame["height"] - box["height"]


def test_the_keyboard_walks_through_claims(browser: Browser, found: RunFolder) -> None:
    """/ searches, j and Enter open, j goes on, Esc closes, ? tells; the address follows."""
    page = browser.page
    browser.open("#/claims")
    page.wait_for_selector(".row")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector(".claim .evidence")
    assert page.url.endswith(f"claim={found.claims[1].id.replace(':', '%3A')}")
    page.keyboard.press("j")
    page.wait_for_function(f"() => decodeURIComponent(location.hash).endsWith('{found.claims[2].id}')")
    page.keyboard.press("Escape")
    page.wait_for_function("() => !location.hash.includes('claim=')")
    page.keyboard.press("?")
    assert browser.texts(".help h2") == ["Keyboard"]
    page.keyboard.press("Escape")
    page.wait_for_selector(".help", state="detached")
    page.keyboard.press("4")
    page.wait_for_selector(".node")


def test_an_address_opens_what_it_says(browser: Browser, found: RunFolder) -> None:
    """Filters, order and claim stand in the address; what it names and the run lacks is told, not an error."""
    hedged = [c for c in found.claims if c.certainty == "hedged"]
    browser.open(f"#/claims?certainty=hedged&sort=-subject&claim={hedged[0].id}")
    browser.page.wait_for_selector(".mark.hedge")
    assert browser.texts(".total") == [f"{len(hedged)} of {len(found.claims)} claims"]
    browser.open("#/claims?claim=none:c1&paper=nowhere")
    assert browser.texts(".detail .nothing") == ["There is no claim none:c1 in this report."]
    browser.open("#/paper/nowhere")
    assert browser.texts(".nothing") == ["There is no paper nowhere in this report."]


def test_a_paper_shows_its_mentions_and_claims(browser: Browser, found: RunFolder) -> None:
    """Mentions are coloured by type and tell their concept; claims stand beside, and lead to the claim."""
    page = browser.page
    browser.open("#/paper/curcumin")
    page.wait_for_selector(".mention")
    mentions = [m for m in found.mentions if m.doc == "curcumin"]
    assert len(set(page.locator(".mention").evaluate_all("all => all.map((m) => m.dataset.at)"))) == len(mentions)
    assert "".join(browser.texts(".paper-text p, .paper-text .heading")).startswith(found.texts["curcumin"][:12])
    page.locator(".mention").first.click()
    assert mentions[0].concept_id
    assert mentions[0].concept_id in browser.texts(".mention-card")[0]
    page.keyboard.press("Escape")
    assert page.locator(".mention-card").count() == 0
    claims = [c for c in found.claims if c.doc == "curcumin"]
    assert page.locator(".claim-line").count() == len(claims)
    page.locator(".claim-line a").first.click()
    page.wait_for_selector("svg.boxes rect.sentence")


def test_the_graph_leads_to_claims(browser: Browser) -> None:
    """An edge shows its claims, a node its neighbours; names stand apart; the same graph is laid out the same."""
    page = browser.page
    places = []
    for _ in range(2):
        browser.open("#/graph")
        page.wait_for_selector(".node")
        places.append(page.locator(".node").evaluate_all("all => all.map((n) => n.getAttribute('transform'))"))
    assert places[0] == places[1]
    overlaps = page.evaluate(
        """() => {
          const boxes = [...document.querySelectorAll('.node text')].map((n) => n.getBoundingClientRect());
          const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
          return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => over(a, b))).length;
        }"""
    )
    assert overlaps <= len(places[0]) // 10
    page.locator(".edge").first.dispatch_event("click")
    assert page.locator(".graph-side .card").count() >= 1
    page.locator(".node").first.dispatch_event("dblclick")
    page.wait_for_function("() => location.hash.includes('around=')")
    assert 1 < page.locator(".node").count() <= len(places[0]) + 40


def test_every_view_is_in_both_languages(browser: Browser) -> None:
    """The switch turns the interface round, is remembered, and no view falls over it."""
    page = browser.page
    browser.open()
    assert browser.texts("#bar nav a") == ["Overview", "Claims", "Papers", "Graph", "Across papers"]
    page.locator(".language").click()
    for view in (*VIEWS, "paper/curcumin"):
        browser.open(f"#/{view}")
        page.wait_for_function("() => document.getElementById('main').textContent.length > 20")
        assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert browser.texts("#bar nav a") == ["概览", "论断", "论文", "关系图", "跨论文比较"]


def test_claims_are_taken_away_as_csv_and_paper(browser: Browser, found: RunFolder) -> None:
    """What is filtered is what is downloaded and printed, all of it, though few rows are elements."""
    page = browser.page
    browser.open("#/claims")
    page.wait_for_selector(".row")
    assert page.locator(".row").count() < len(found.claims)
    with page.expect_download() as download:
        page.get_by_text("Download CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(r["id"], r["sentence"]) for r in rows] == [(c.id, c.evidence.text) for c in found.claims]
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#printed li").count() == len(found.claims)
    assert page.locator("#printed").is_visible()
    assert not page.locator("#bar").is_visible()


def test_a_curator_notes_verdicts_and_takes_them_along(browser: Browser, found: RunFolder) -> None:
    """A key judges the open claim; the verdict and its note outlive the page, are filtered by and downloaded."""
    page = browser.page
    browser.open(f"#/claims?claim={found.claims[1].id}")
    page.wait_for_selector(".evidence")
    page.keyboard.press("2")
    page.keyboard.press("n")
    page.keyboard.type("=1+1, 主语 is 3")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("1")
    page.keyboard.press("1")  # taken back
    assert page.locator(".judge[aria-pressed=true]").count() == 0
    browser.open("#/claims?verdict=wrong")
    page.wait_for_selector(".row")
    assert browser.texts(".total") == [f"1 of {len(found.claims)} claims"]
    assert browser.texts(".row .verdict") == ["✗"]
    with page.expect_download() as download:
        page.get_by_text("Download CSV").click()
    (row,) = csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig")))
    assert (row["id"], row["verdict"], row["note"]) == (found.claims[1].id, "wrong", "'=1+1, 主语 is 3")
    page.locator(".row").first.click()
    page.wait_for_selector(".judge.wrong[aria-pressed=true]")
    assert page.input_value(".note") == "=1+1, 主语 is 3"
    page.keyboard.press("3")
    assert page.locator(".row").count() == 1  # it stays in its list until that is left
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.querySelector('.total').textContent.startsWith('0 ')")
    page.keyboard.press("2")
    assert page.url.endswith("#/claims")


def test_verdicts_survive_what_browsers_keep(browser: Browser, found: RunFolder) -> None:
    """What is kept may be cut short or another's: it is passed over; where nothing can be kept, that is told."""
    page = browser.page
    for kept in ("{", "[1]", '{"a": 1, "none:c1": ["right", ""]}', "null", '"x"'):
        browser.open()
        page.evaluate("(kept) => localStorage.setItem(`claim-report.verdicts.${CR.data.run.key}`, kept)", kept)
        browser.open("#/claims?verdict=right")
        page.wait_for_selector(".total")
        assert browser.texts(".total") == [f"0 of {len(found.claims)} claims"]
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('refused'); }; }")
    page.evaluate("(id) => { location.hash = `#/claims?claim=${id}`; }", found.claims[0].id)
    page.wait_for_selector(".evidence")
    page.keyboard.press("1")
    assert "keeps nothing" in browser.texts(".toast")[0]
    page.keyboard.press("j")
    page.keyboard.press("3")
    assert browser.texts(".row .verdict") == ["✓", "?"]


def test_figures_of_the_overview_are_those_of_their_claims(browser: Browser) -> None:
    """A figure leads to as many claims: an identifier that begins another, or a name within one, adds none."""
    page = browser.page
    browser.open()
    links = page.locator(".grid.three li a").evaluate_all(
        "all => all.map((a) => [a.getAttribute('href'), Number(a.querySelector('.bar-number').firstChild.textContent)])"
    )
    assert len(links) > 20
    for href, count in links:
        page.evaluate("(href) => { location.hash = href; }", href)
        page.wait_for_function("(n) => document.querySelector('.total')?.textContent.startsWith(`${n} of`)", arg=count)


@pytest.mark.parametrize(
    "address", ["#/constructor", "#/claims?sort=constructor", "#/claims?__proto__=1", "#/papers?sort=constructor"]
)
def test_no_address_breaks_a_page(browser: Browser, address: str) -> None:
    """Names that every JavaScript object has are names of nothing here."""
    browser.open(address)
    browser.page.wait_for_function("() => document.getElementById('main').textContent.length > 20")


def test_a_choice_that_the_run_lacks_can_be_taken_back(browser: Browser, found: RunFolder) -> None:
    """A link from another report may choose what is not here; it is not a dead end."""
    browser.open("#/claims?subject=nosuch")
    browser.page.get_by_text("Clear all").click()
    browser.page.wait_for_selector(".row")
    assert browser.texts(".total") == [f"{len(found.claims)} claims"]


def test_a_denied_claim_is_seen_as_such_beside_an_open_one(browser: Browser) -> None:
    """The short list beside a claim does not turn a denial into its opposite."""
    browser.open("#/claims?negation=denied")
    browser.page.locator(".row").first.click()
    browser.page.wait_for_selector(".evidence")
    assert browser.page.locator(".opened .row .badge.denied").first.is_visible()


def test_across_papers_opens_on_what_there_is(browser: Browser) -> None:
    """No paper confirms another in this run, but one contradicts itself: that is shown first."""
    browser.open("#/across")
    browser.page.wait_for_selector(".versus")
    assert browser.texts(".tab[aria-current]")[0].startswith("Contradictions")
    browser.page.get_by_text("Said in several papers").click()
    browser.page.wait_for_selector(".across .nothing")


def test_text_of_strangers_stays_text(chromium: Any, tmp_path: Path) -> None:
    """Markup, quotes and letters beyond U+FFFF in ids, titles and sentences are shown as they are, marked in place."""
    doc = "a&b '<i>"
    text = "</script><img src=x onerror=alert(1)> \U0001d6fc\U00020000\u2028\n药\U0001d6fc止<b>痛</b>。"
    start = text.index("药")
    drug = mention(doc, text, start, start + 2, "compound", 1)
    pain = mention(doc, text, text.index("痛"), text.index("痛") + 1, "effect", 2)
    stops = Trigger("止", start + 2, start + 3)
    said = claim(text, drug, "decreases", pain, 1, trigger=stops)
    run = write_run(tmp_path / "run", [result(doc, text, [drug, pain], [said])])
    write(read_run(run), tmp_path / "report", "<u>title</u>")
    with opened(chromium, tmp_path / "report") as browser:
        for view in VIEWS:
            browser.open(f"#/{view}")
            browser.page.wait_for_selector("#bar nav a")
        browser.open("#/claims")
        browser.page.locator(".row").first.click()
        browser.page.wait_for_selector(".evidence .mark.subject")
        assert browser.texts(".evidence .mark.subject") == ["药\U0001d6fc"]
        assert browser.texts(".evidence .mark.object") == ["痛"]
        browser.page.get_by_text("Read in the paper").click()
        browser.page.wait_for_selector(".mention.effect")
        assert browser.texts(".mention") == ["药\U0001d6fc", "痛"]
        assert browser.page.locator("main img, main script, main b, main i:not(.swatch)").count() == 0


def test_a_run_of_nothing_opens(chromium: Any, tmp_path: Path) -> None:
    """A run without claims, and one whose papers failed, are shown for what they are."""
    run = read_run(write_run(tmp_path / "run", [result("bare", "没有声明。")]))
    failure = Failure("bad.pdf", "read", "BrokenInput", "bad.pdf: ends in the middle")
    write(replace(run, failures=(failure,)), tmp_path / "report", "nothing")
    with opened(chromium, tmp_path / "report") as browser:
        for view in (*VIEWS, "paper/bare"):
            browser.open(f"#/{view}")
            browser.page.wait_for_function("() => document.getElementById('main').textContent.length > 8")
        browser.open()
        assert "ends in the middle" in browser.texts(".troubles")[0]
