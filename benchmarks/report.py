"""A report of twenty thousand claims in a real browser: how long until claims are seen, searched and filtered.

`python benchmarks/report.py RUN [--claims 20000] [--times 5] [--chromium /usr/bin/chromium] [--keep DIR]`

The records of RUN, a finished run, are repeated under other document ids until there are that many claims; its report
is made without page pictures, and opened from disk by Chromium through Playwright with an empty profile. Milliseconds
are the browser's own, from the start of the navigation, the input or the click until the frame after the one that
shows it; the median and the worst of `--times` are printed.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from playwright.sync_api import Page, sync_playwright

from pipeline.report.make import write
from pipeline.store import FILES, read_run

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
# The fields of records that hold ids which begin with a document's.
IDS = ("id", "doc", "mention", "via", "corroborates", "conflicts")
# Resolves with the time of the frame after the first that fits.
SEEN = """(fits) => new Promise((done) => {
  const look = () => (fits() ? requestAnimationFrame(() => done(performance.now())) : requestAnimationFrame(look));
  look();
})"""
VIEWS = {"claims": ".row", "overview": ".tiles", "graph": ".node", "across": ".across", "papers": "tbody tr"}


def repeated(run: Path, out: Path, least: int) -> int:
    """Write a run of at least that many claims, the records of another over and over; how many claims it has."""
    found = {name: _lines(run / name) for name in FILES if name.endswith(".jsonl") and (run / name).exists()}
    times = -(-least // max(1, len(found["claims.jsonl"])))
    (out / "texts").mkdir(parents=True)
    shutil.copy(run / "run.json", out)
    for name, records in found.items():
        with (out / name).open("wb") as file:
            for nth in range(times):
                file.writelines(orjson.dumps(_renamed(record, nth)) + b"\n" for record in records)
    for nth in range(times):
        for text in sorted((run / "texts").iterdir()):
            shutil.copy(text, out / "texts" / f"{nth:03}-{text.name}")
    return times * len(found["claims.jsonl"])


def _lines(path: Path) -> list[Any]:
    return [orjson.loads(line) for line in path.read_bytes().split(b"\n") if line.strip()]


def _renamed(value: Any, nth: int, key: str = "") -> Any:
    """A record under another document id. Its file is another too: assembling takes files of one digest for one."""
    if isinstance(value, dict):
        return {k: _renamed(v, nth, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_renamed(v, nth, key) for v in value]
    if key in IDS and isinstance(value, str):
        return f"{nth:03}-{value}"
    return hashlib.sha256(f"{nth} {value}".encode()).hexdigest() if key == "sha256" else value


def opened(page: Page, report: Path, view: str) -> float:
    """Milliseconds from the navigation until the view is shown."""
    page.goto("about:blank")
    page.goto(f"file://{report}/index.html#/{view}", wait_until="commit")
    return float(page.evaluate(f"({SEEN})(() => document.querySelector('{VIEWS[view]}'))"))


def acted(page: Page, act: str) -> float:
    """Milliseconds from an act in the table of claims until other rows are shown."""
    return float(
        page.evaluate(
            f"""async () => {{
              const total = document.querySelector('.total');
              const before = total.textContent;
              const start = performance.now();
              {act};
              return (await ({SEEN})(() => total.textContent !== before)) - start;
            }}"""
        )
    )


SEARCH = (
    "const box = document.getElementById('search'); box.value = '{}'; "
    "box.dispatchEvent(new Event('input', {{bubbles: true}}))"
)
ACTS = {
    "search two hanzi": SEARCH.format("炎症"),
    "search two words more": SEARCH.format("大鼠 oxidative"),
    "search nothing again": SEARCH.format(""),
    "filter by relation": "document.querySelectorAll('.facet input[type=checkbox]')[1].click()",
    "sort by object": "document.querySelector('[data-focus=\"sort object\"]').click(); total.textContent += ' '",
}


def measured(page: Page, report: Path) -> Iterator[tuple[str, float]]:
    """What is measured, by name."""
    for view in VIEWS:
        yield f"open {view}", opened(page, report, view)
    opened(page, report, "claims")
    for name, act in ACTS.items():
        yield name, acted(page, act)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--claims", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--chromium", default=CHROMIUM)
    parser.add_argument("--keep", type=Path, help="keep the run and its report in this folder")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = told.keep or Path(scratch)
        count = repeated(told.run, folder / "run", told.claims)
        began = time.perf_counter()
        found = read_run(folder / "run")
        read = time.perf_counter()
        write(found, folder / "report", f"{count} claims", pages="none")
        made = time.perf_counter()
        size = sum(f.stat().st_size for f in (folder / "report").rglob("*") if f.is_file())
        print(f"{count} claims of {len(found.documents)} papers")
        print(f"run read in {read - began:.1f} s, report written in {made - read:.1f} s")
        print(f"{size / 1e6:.1f} MB, {(folder / 'report/data/claims.js').stat().st_size / 1e6:.1f} of them the table")
        times: dict[str, list[float]] = {}
        with sync_playwright() as playwright:
            for _ in range(told.times):
                browser = playwright.chromium.launch(executable_path=told.chromium, args=list(QUIET))
                page = browser.new_page(viewport={"width": 1400, "height": 900})
                for name, milliseconds in measured(page, (folder / "report").resolve()):
                    times.setdefault(name, []).append(milliseconds)
                print(f"Chromium {browser.version}", file=sys.stderr)
                browser.close()
        for name, found_times in times.items():
            print(f"{name:24}{statistics.median(found_times):8.0f} ms, at worst {max(found_times):6.0f} ms")


if __name__ == "__main__":
    main()
