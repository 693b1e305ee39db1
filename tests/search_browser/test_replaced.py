"""A search page that stays open while the site is replaced by its next release."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page

from generator.build import build
from tests.bench import corpus
from tests.loopback import serving
from tests.search_browser import oracle
from tests.search_browser.conftest import AUDIENCE, Handler

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def later(common: Path) -> Path:
    """The next release: most items of the one before are not in it."""
    root = common / "search-later"
    with FileLock(root.with_suffix(".lock")):
        if not root.exists():
            corpus.make_project(root, 120)
            corpus.approve(root)
            built = build(root, root / "dist", lambda zone: corpus.AS_OF, [AUDIENCE])
            assert built.items, built.diagnostics
    return root / "dist" / AUDIENCE


@pytest.fixture
def current(site: Path, tmp_path: Path) -> Path:
    """What the server serves: a link that can be switched."""
    (tmp_path / "current").symlink_to(site)
    return tmp_path / "current"


@pytest.fixture
def page(chromium: Browser, current: Path) -> Iterator[Page]:
    with serving(current.parent, Handler) as origin:
        context = chromium.new_context(base_url=f"{origin}/current/")
        yield context.new_page()
        context.close()


def _switch(current: Path, site: Path) -> None:
    beside = current.with_name("next")
    beside.symlink_to(site)
    beside.replace(current)


def _right(site: Path, phrase: str) -> set[str]:
    return {each.id for each in oracle.read(site) if each.has(phrase)}


def _says(page: Page, count: int) -> None:
    page.wait_for_selector("[data-search-found]:not([hidden])")
    page.wait_for_function(
        "n => document.querySelector('[data-search-total]').textContent === String(n)", arg=count
    )


@pytest.mark.parametrize("phrase", ["支部", "2026", "党费收缴", "会"])
def test_the_next_query_is_of_the_new_site_alone(
    phrase: str, page: Page, current: Path, later: Path, site: Path
) -> None:
    page.goto("search/?q=党费")
    _says(page, len(_right(site, "党费")))
    _switch(current, later)
    page.fill("#search-q", phrase)
    page.press("#search-q", "Enter")
    right = _right(later, phrase)
    assert right != _right(site, phrase)
    _says(page, len(right))
    links = page.locator("[data-search-hit] a").evaluate_all("all => all.map(a => a.href)")
    assert {link.partition("/d/")[2].partition("/")[0] for link in links} <= right


def test_further_hits_are_not_those_of_another_site(
    page: Page, current: Path, later: Path, site: Path
) -> None:
    page.goto("search/?q=党费")
    before, after = _right(site, "党费"), _right(later, "党费")
    _says(page, len(before))
    assert 10 < len(after) < len(before)
    _switch(current, later)
    page.locator("[data-search-more]").click()
    _says(page, len(after))
    assert page.locator("[data-search-hit]").count() == 10


def test_a_site_that_stays_is_asked_once_for_its_table(page: Page, site: Path) -> None:
    """A query that needs no further file asks the server nothing."""
    page.goto("search/?q=党费")
    _says(page, len(_right(site, "党费")))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.fill("#search-q", "党费 党费")
    page.press("#search-q", "Enter")
    page.wait_for_function("() => location.search.includes('+')")
    _says(page, len(_right(site, "党费")))
    assert not [each for each in asked if "/search/exact/" in each]
