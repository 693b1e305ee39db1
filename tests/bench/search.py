"""`python -m tests.bench.search`: the search engines on one corpus: found, cost, speed.

For each size the generated project is built for its widest audience and searched in Chromium and
Firefox, on a server and from a folder. `<work>/<size>/project` and `<work>/<size>/dist` are used
where they are there already. Every size's figures are kept in `<work>/<size>.json`, and the page
shows all that are there. Exit status: 0 measured and all found exactly; 1 something missed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from generator.build import build
from generator.site.exact.write import FOLDER
from tests.bench import corpus, measure, search_index, search_report
from tests.bench.search_reader import (
    PAGEFIND,
    Run,
    ask,
    cold,
    grade,
    quantile,
    runner,
    serving,
    timed,
)
from tests.browsers import launch
from tests.search_browser import oracle
from tests.search_browser.firefox import PROGRAM, Firefox

_ROOT = Path(__file__).resolve().parents[2]
_QUERIES, _TIMED, _COLD, _PEER = 1000, 100, 40, 200
_LARGE, _ASKED = 10_000, 100
"""Of a corpus larger than this so many phrases are held against what the pages say."""
_SHOWN = "() => !document.querySelector('[data-search-found]').hidden"
_PEER_PAGE = '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>x</title>'
Figures = dict[str, Any]


class Corpus:
    """One size: its site, what its pages say, the queries and their true answers."""

    def __init__(self, folder: Path, size: int) -> None:
        self.project, dist = folder / "project", folder / "dist"
        if not self.project.exists():
            corpus.make_project(self.project, size)
            corpus.approve(self.project)
        if not dist.exists():
            built = build(self.project, dist, lambda zone: corpus.AS_OF, ["party"])
            assert built.items, built.diagnostics
        self.site = dist / "party"
        self.pages = oracle.read(self.site)
        self.phrases = oracle.substrings(self.pages, _QUERIES, size)
        self.right = [oracle.holding(self.pages, each) for each in self.phrases]
        self.queries = [f'"{each}"' for each in self.phrases]
        self.totals = [len(each) for each in self.right]
        self.known = search_index.ids(self.site)
        blocks = (text for page in self.pages for _, text in page.blocks)
        self.text = sum(len(text.encode("utf-8")) for text in blocks)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write the page; see the module for the exit status."""
    options = _options(arguments)
    work: Path = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    missed = False
    for size in options.sizes:
        figures = _measure(work, size, not options.no_peers)
        (work / f"{size}.json").write_text(json.dumps(figures, ensure_ascii=False, indent=1))
        missed |= any(each["exact"] < each["queries"] for each in figures["found"].values())
        search_report.write(options.page, work)
    return int(missed)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.bench.search", description=__doc__)
    parser.add_argument("--sizes", type=_sizes, default=(1000, 10000), help="1000,10000")
    parser.add_argument("--no-peers", action="store_true", help="without Pagefind")
    parser.add_argument("--work", type=Path, default=_ROOT / ".bench" / "search")
    parser.add_argument("--page", type=Path, default=_ROOT / "docs" / "search.md")
    return parser.parse_args(arguments)


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _measure(work: Path, size: int, peers: bool) -> Figures:
    made = Corpus(work / str(size), size)
    _say(f"{size:,} items: {made.text / 1e6:.1f} MB of text")
    figures: Figures = {"items": size, "text": made.text}
    with tempfile.TemporaryDirectory(dir=work) as scratch:
        figures["index"] = search_index.measure(made.project, made.site, Path(scratch))
    figures["index"]["bytes"] = search_index.size(made.site / FOLDER)
    _say(f"index: {figures['index']}")
    figures["found"], figures["times"] = {}, {}
    with sync_playwright() as playwright, serving(made.site) as url:
        browser = launch(playwright)
        folder = made.site.as_uri() + "/"
        for place, base in (("HTTP", url), ("file://", folder)):
            _chromium(browser, f"Chromium, {place}", f"{base}search/index.html", made, figures)
        queries = made.queries[-_COLD:]
        figures["cold"] = cold(browser, f"{url}search/?q=QUERY", queries, _SHOWN)
        _say(f"cold: {figures['cold']}")
        browser.close()
        if PROGRAM:
            _firefox({"HTTP": url, "file://": folder}, made, figures)
    if peers:
        figures["peers"] = {name: _peer(name, made, work) for name in _PEERS}
    return figures


def _chromium(browser: Browser, name: str, url: str, made: Corpus, figures: Figures) -> None:
    page = browser.new_page()
    page.goto(url)
    figures["found"][name] = _found(runner(page), made)
    page.close()
    pages = {typed: browser.new_page() for typed in (True, False)}

    def opened(typed: bool) -> Run:
        pages[typed].goto(url)
        return runner(pages[typed])

    figures["times"][name] = _times(opened, made)
    for page in pages.values():
        page.close()
    _told(name, figures)


def _firefox(places: dict[str, str], made: Corpus, figures: Figures) -> None:
    with Firefox() as firefox:
        for place, base in places.items():
            name = f"Firefox, {place}"
            firefox.offline(place == "file://")
            firefox.open(f"{base}search/index.html")
            figures["found"][name] = _found(firefox.run, made)

            def opened(typed: bool, base: str = base) -> Run:
                firefox.open(f"{base}search/index.html?{typed:d}")
                return firefox.run

            figures["times"][name] = _times(opened, made)
            _told(name, figures)


def _found(run: Run, made: Corpus) -> Figures:
    """The exact sets that a browser finds, held against the true ones."""
    asked = _QUERIES if len(made.pages) <= _LARGE else _ASKED
    queries, right = made.queries[:asked], made.right[:asked]
    return grade(queries, right, ask(run, queries, made.known))


def _times(opened: Callable[[bool], Run], made: Corpus) -> Figures:
    """Typed and then submitted; submitted at once; submitted again. Each page is searched before
    it is measured, so that the engine itself is there.
    """
    queries, totals = made.queries[:_TIMED], made.totals[:_TIMED]
    found = {}
    for typed, name in ((True, "typed"), (False, "at once")):
        run = opened(typed)
        timed(run, queries[:1], totals[:1])
        found[name] = timed(run, queries, totals, typed)
        if not typed:
            found["again"] = timed(run, queries, totals)
    return {name: _spread(each) for name, each in found.items()}


def _spread(took: Sequence[float]) -> dict[str, float]:
    return {"median": statistics.median(took), "p95": quantile(took, 0.95)}


_PEERS = {"pagefind_bin": "Pagefind", "pagefind_bin_extended": "Pagefind extended"}


def _peer(module: str, made: Corpus, work: Path) -> Figures:
    """Pagefind's index of the same pages, asked for the same phrases, quoted."""
    program = import_module(module).get_executable()
    with tempfile.TemporaryDirectory(dir=work) as scratch, sync_playwright() as playwright:
        folder = Path(scratch)
        (folder / "index.html").write_text(_PEER_PAGE, encoding="utf-8")
        command = [str(program), "--site", str(made.site), "--glob", "d/**/*.html", "--quiet"]
        command += ["--output-path", str(folder / "pagefind"), "--force-language", "zh"]
        cost = measure.run(command, folder)
        if cost.error:
            return {"error": cost.error}
        known = _fragments(folder / "pagefind")
        figures: Figures = {"cpu": cost.cpu, "wall": cost.wall, "peak": cost.peak_tree}
        figures["bytes"] = search_index.size(folder / "pagefind")
        queries, right = made.queries[:_PEER], made.right[:_PEER]
        with serving(folder) as url:
            browser = launch(playwright)
            page = browser.new_page()
            page.goto(url)
            answers = page.evaluate(f"async (arg) => {{ {PAGEFIND} }}", queries)
            found = [{known[each] for each in ids} for ids, _ in answers]
            figures |= grade(queries, right, found)
            took = [ms for _, ms in answers]
            figures["times"] = {"at once": _spread(took)}
            wait = f"async (query) => {{ const arg = [query]; {PAGEFIND} }}"
            figures["cold"] = cold(browser, url, made.queries[-_COLD:], wait)
            browser.close()
    _say(f"{_PEERS[module]}: {[v for k, v in figures.items() if k != 'misses']}")
    return figures


def _fragments(folder: Path) -> dict[str, str]:
    """Pagefind's name of each page, and the item's id."""
    found = {}
    for path in (folder / "fragment").iterdir():
        data = gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd")
        address = json.loads(data)["url"]
        found[path.name.partition(".")[0]] = address.partition("/d/")[2].partition("/")[0]
    return found


def _told(name: str, figures: Figures) -> None:
    found, took = figures["found"][name], figures["times"][name]
    _say(f"{name}: {found['exact']} of {found['queries']} exact; {took}")


def _say(text: str) -> None:
    print(f"{time.strftime('%X')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
