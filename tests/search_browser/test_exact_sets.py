"""Random phrases in real browsers, on a server and from a folder: exactly what contains them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from generator.site.exact.normal import normal
from tests.search_browser import oracle, scripts
from tests.search_browser.firefox import Firefox

pytestmark = pytest.mark.slow

COUNT = 160


def _asked(pages: list[oracle.Page], seed: int) -> list[tuple[str, set[str]]]:
    phrases = oracle.substrings(pages, COUNT, seed)
    return [(f'"{each}"', oracle.holding(pages, each)) for each in phrases]


def _compare(asked: list[tuple[str, set[str]]], answers: list[dict[str, Any]]) -> None:
    wrong = []
    for (query, wanted), answer in zip(asked, answers, strict=True):
        assert len(answer["ids"]) == len(set(answer["ids"])), query
        if set(answer["ids"]) != wanted:
            wrong.append((query, wanted.symmetric_difference(answer["ids"])))
    assert not wrong


def _queries(asked: list[tuple[str, set[str]]]) -> list[list[object]]:
    return [[query, {}, ""] for query, _ in asked]


def test_chromium_on_a_server(chromium: Browser, url: str, pages: list[oracle.Page]) -> None:
    asked = _asked(pages, 1)
    page = chromium.new_page()
    seen: list[str] = []
    page.on("request", lambda each: seen.append(each.url))
    page.goto(f"{url}search/")
    answers = page.evaluate(f"async (arg) => {{ {scripts.ASK} }}", _queries(asked))
    page.close()
    _compare(asked, answers)
    assert all(each.startswith(url) for each in seen)


def test_chromium_from_a_folder_without_network(
    chromium: Browser, folder_url: str, pages: list[oracle.Page]
) -> None:
    asked = _asked(pages, 2)
    context = chromium.new_context(offline=True)
    page = context.new_page()
    seen: list[str] = []
    page.on("request", lambda each: seen.append(each.url))
    page.goto(f"{folder_url}search/index.html")
    answers = page.evaluate(f"async (arg) => {{ {scripts.ASK} }}", _queries(asked))
    context.close()
    _compare(asked, answers)
    assert all(each.startswith(folder_url) for each in seen)
    assert any("/search/exact/" in each for each in seen)


def test_firefox_on_a_server(firefox: Firefox, url: str, pages: list[oracle.Page]) -> None:
    asked = _asked(pages, 3)
    firefox.offline(False)
    firefox.open(f"{url}search/")
    _compare(asked, firefox.run(scripts.ASK, _queries(asked)))
    assert firefox.run(scripts.ELSEWHERE, url) == []


def test_firefox_from_a_folder_without_network(
    firefox: Firefox, folder_url: str, pages: list[oracle.Page]
) -> None:
    asked = _asked(pages, 4)
    firefox.offline(True)
    firefox.open(f"{folder_url}search/index.html")
    _compare(asked, firefox.run(scripts.ASK, _queries(asked)))
    assert firefox.run(scripts.ELSEWHERE, folder_url) == []


def test_the_oracle_sees_every_kind_of_text(pages: list[oracle.Page]) -> None:
    kinds = {kind for page in pages for kind, _ in page.blocks}
    assert kinds >= {*oracle.KINDS, "number"}
    assert all(normal(page.blocks[0][1]) and page.blocks[0][0] == "title" for page in pages)
