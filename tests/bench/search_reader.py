"""What a search costs the reader and finds, asked of real browsers."""

from __future__ import annotations

import statistics
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from playwright.sync_api import Browser

from tests.search_browser import scripts

Run = Callable[[str, Any], Any]
"""Runs the body of an async function of its argument in a page."""

_AT_ONCE = 50

TIMES = """
const root = document.querySelector("[data-search]");
const [form, found, total] = ["form", "found", "total"].map(
  (name) => root.querySelector(`[data-search-${name}]`));
const took = [];
const [type, queries] = arg;
for (const query of queries) {
  // As far apart as people ask: browsers ignore a page that changes its address too often.
  await new Promise((resolve) => setTimeout(resolve, 60));
  if (type) {
    // Two characters at a time, as input methods give them, faster than any hand.
    for (let end = 2; end < query.length + 2; end += 2) {
      form.elements.q.value = query.slice(0, end);
      form.elements.q.dispatchEvent(new InputEvent("input", { bubbles: true }));
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
  }
  form.elements.q.value = query;
  const shown = new Promise((resolve) => {
    const watch = new MutationObserver(() => {
      if (found.hidden) return;
      watch.disconnect();
      resolve();
    });
    watch.observe(root, { subtree: true, attributes: true, childList: true });
  });
  const begin = performance.now();
  form.requestSubmit();
  await shown;
  document.body.getBoundingClientRect(); // laid out
  took.push([performance.now() - begin, Number(total.textContent)]);
}
return took;
"""
"""[typed, queries] → [milliseconds from submit to results laid out, how many] for each."""

PAGEFIND = """
const pagefind = await import("/pagefind/pagefind.js");
const found = [];
for (const query of arg) {
  const begin = performance.now();
  const answer = await pagefind.search(query);
  await Promise.all(answer.results.slice(0, 10).map((each) => each.data()));
  found.push([answer.results.map((each) => each.id), performance.now() - begin]);
}
return found;
"""
"""Queries → [fragments found, milliseconds until the first ten are there] for each."""


class Server(SimpleHTTPRequestHandler):
    """Static files, uncompressed; counts the bytes it sends, by part of the address."""

    protocol_version = "HTTP/1.1"
    # Else each answer's body waits for the browser to acknowledge its head: 40 ms, no server's way.
    disable_nagle_algorithm = True
    wbufsize = -1
    sent: ClassVar[dict[str, int]] = {}

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        name = "other"
        if "/search/exact/" in self.path:
            texts = "/t/" in self.path or "/words.js" in self.path
            name = "texts" if texts else "index"
        elif "/pagefind/" in self.path:
            name = "texts" if "/fragment/" in self.path else "index"
        if path.is_file():
            Server.sent[name] = Server.sent.get(name, 0) + path.stat().st_size
        super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a folder on loopback, ending in a slash."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Server, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def ask(run: Run, queries: Sequence[str], known: dict[str, str]) -> list[set[str]]:
    """The ids each query finds; ``known`` has the ids of the index's items."""
    run("window.testKnown = new Map(Object.entries(arg));", known)
    found: list[set[str]] = []
    for begin in range(0, len(queries), _AT_ONCE):
        asked = [[query, {}, ""] for query in queries[begin : begin + _AT_ONCE]]
        found += [set(each["ids"]) for each in run(scripts.ASK, asked)]
    return found


def timed(
    run: Run, queries: Sequence[str], totals: Sequence[int], typed: bool = False
) -> list[float]:
    """Milliseconds from submitting each query to its results; ``typed`` key by key before it."""
    took = []
    for begin in range(0, len(queries), _AT_ONCE):
        took += run(TIMES, [typed, list(queries[begin : begin + _AT_ONCE])])
    wrong = [q for q, (_, n), right in zip(queries, took, totals, strict=True) if n != right]
    assert not wrong, wrong
    return [ms for ms, _ in took]


def cold(
    browser: Browser, url: str, queries: Sequence[str], wait: str, **options: Any
) -> dict[str, float]:
    """Medians over queries, each in a browser with an empty cache: bytes and milliseconds."""
    index, texts = [], []
    for query in queries:
        context = browser.new_context(**options)
        page = context.new_page()
        Server.sent.clear()
        page.goto(url.replace("QUERY", quote(query)))
        page.wait_for_function(wait, arg=query)
        index.append(Server.sent.get("index", 0))
        texts.append(Server.sent.get("texts", 0))
        context.close()
    both = [a + b for a, b in zip(index, texts, strict=True)]
    return {
        "index": statistics.median(index),
        "texts": statistics.median(texts),
        "bytes": statistics.median(both),
        "p95": quantile(both, 0.95),
    }


def quantile(values: Sequence[float], part: float) -> float:
    """The value that this part of all does not exceed."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def runner(page: Any) -> Run:
    """Playwright's page as a ``Run``."""
    return lambda body, arg: page.evaluate(f"async (arg) => {{ {body} }}", arg)


def grade(
    queries: Sequence[str], right: Sequence[set[str]], found: Sequence[set[str]]
) -> dict[str, Any]:
    """Recall, precision, number of exact sets, and each miss by name."""
    both = sum(len(a & b) for a, b in zip(right, found, strict=True))
    wanted, given = sum(map(len, right)), sum(map(len, found))
    misses = [
        [query, sorted(a - b)[:3], sorted(b - a)[:3]]
        for query, a, b in zip(queries, right, found, strict=True)
        if a != b
    ]
    return {
        "recall": both / wanted if wanted else 1.0,
        "precision": both / given if given else 1.0,
        "exact": len(queries) - len(misses),
        "queries": len(queries),
        "misses": misses[:20],
    }
