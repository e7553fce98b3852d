"""The pages of a report: HTML, one style sheet, and the scripts of `assets/` as one file."""

from __future__ import annotations

from pathlib import Path

ASSETS = Path(__file__).parent / "assets"
# What data files call, then (behind them) the rest: libraries first, and each of ours behind those that it takes from.
CORE = ("js/core.js",)
SCRIPTS = (
    "vendor/d3-dispatch-3.0.2.min.js", "vendor/d3-quadtree-3.0.2.min.js", "vendor/d3-timer-3.0.2.min.js",
    "vendor/d3-force-3.0.1.min.js", "js/words.js", "js/route.js", "js/model.js", "js/verdicts.js", "js/filter.js",
    "js/parts.js", "js/charts.js", "js/list.js", "js/page.js", "js/overview.js", "js/facets.js", "js/claim.js",
    "js/claims.js", "js/papers.js", "js/paper.js", "js/network.js", "js/graph.js", "js/across.js", "js/keep.js",
    "js/keys.js", "js/app.js",
)  # fmt: skip


def copy_assets(folder: Path) -> None:
    """Write the pages into a report folder. Thirty scripts would cost a browser 0.2 s to open one by one."""
    target = folder / "assets"
    target.mkdir()
    (folder / "index.html").write_bytes((ASSETS / "index.html").read_bytes())
    (target / "style.css").write_bytes((ASSETS / "style.css").read_bytes())
    for name, parts in (("core.js", CORE), ("report.js", SCRIPTS)):
        (target / name).write_bytes(b"\n".join((ASSETS / part).read_bytes() for part in parts))
    licences = sorted((ASSETS / "vendor").glob("*.LICENSE"))
    # The libraries have one licence, each with the years of its own.
    (target / "licences.txt").write_bytes(b"\n".join(f"{p.stem}\n\n".encode() + p.read_bytes() for p in licences))
