"""The search page and accessibility in a real browser, under a strict policy and a sub-path."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.loopback import Files, serving

from . import samples
from .rendering import write_site

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; worker-src 'self'; form-action 'self'"
)

pytestmark = pytest.mark.slow


class Handler(Files):
    """A campus web server: a policy on every answer; ``expired`` answers with a sign-on page."""

    expired = False

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def do_GET(self) -> None:  # noqa: N802 - the library's name
        if Handler.expired and "/pagefind/" in self.path:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>sign on</title>")
            return
        super().do_GET()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("web")
    folder = root / "dept" / "x"
    write_site(folder, samples.PAGES)
    subprocess.run(
        [sys.executable, "-m", "pagefind_bin", "--site", str(folder)],
        check=True,
        capture_output=True,
    )
    with serving(root, Handler) as origin:
        yield f"{origin}/dept/x/"


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    return chromium


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.problems = []
    opened.on("pageerror", lambda error: opened.problems.append(str(error)))
    opened.on(
        "console",
        lambda m: opened.problems.append(m.text) if "Content Security Policy" in m.text else None,
    )
    yield opened
    assert opened.problems == []
    context.close()


def total(page: Any) -> int:
    page.wait_for_selector("[data-search-found]:not([hidden])")
    return int(page.inner_text("[data-search-total]"))


def test_the_address_bar_is_the_query(page: Any, site: str) -> None:
    page.goto(f"{site}search/?kind=公示")
    assert total(page) == 3
    assert page.input_value("[name=kind]") == "公示"
    assert page.locator("[data-search-hit] a").count() == 3
    page.goto(f"{site}search/?kind=公示&year=1999")
    assert total(page) == 0
    assert page.is_visible("[data-search-none]")
    assert page.input_value("[name=year]") == "1999"


def test_hits_lead_to_items_and_more_follow(page: Any, site: str) -> None:
    page.goto(f"{site}search/?unit=组织部&sort=date")
    assert total(page) == 12
    assert page.locator("[data-search-hit]").count() == 10
    dates = page.locator("[data-search-hit] time").all_inner_texts()
    assert dates == sorted(dates, reverse=True)
    page.click("[data-search-more]")
    expect(page.locator("[data-search-hit]")).to_have_count(12)
    assert page.is_hidden("[data-search-more]")
    assert page.evaluate("document.activeElement.closest('[data-search-hit]') !== null")
    page.click("[data-search-hit] a >> nth=0")
    page.wait_for_url(f"{site}d/X-2025-0000/")
    page.go_back()
    assert total(page) == 12


def test_history_and_counts(page: Any, site: str) -> None:
    page.goto(f"{site}search/")
    assert page.is_visible("[data-search-browse]")
    page.fill("[name=q]", "X-2025-0001")
    page.click("[data-search-form] button")
    assert total(page) >= 1
    assert "q=X-2025-0001" in page.url
    page.goto(f"{site}search/?kind=公示")
    assert total(page) == 3
    label = page.inner_text("[name=kind] option[value=制度]")
    assert label == "制度（3）"  # what choosing it instead would give
    page.select_option("[name=kind]", "制度")
    page.wait_for_url("**kind=*%E5%88%B6%E5%BA%A6")
    page.go_back()
    expect(page.locator("[name=kind]")).to_have_value("公示")
    assert total(page) == 3


def test_marks_are_nodes_not_html(page: Any, site: str) -> None:
    page.goto(f"{site}search/?q=X-2025-0001")
    total(page)
    assert page.locator("[data-search-hit] mark").count() > 0
    assert page.locator("[data-search-hit] script").count() == 0


def test_an_expired_session_says_so(page: Any, site: str) -> None:
    Handler.expired = True
    try:
        page.goto(f"{site}search/?q=党费")
        page.wait_for_selector("[data-search-failed]:not([hidden])")
        assert "请重新登录" in page.inner_text("[data-search-failed]")
        assert page.is_visible("[data-search-browse]")
    finally:
        Handler.expired = False
    page.click("[data-search-reload]")
    assert total(page) >= 0


def test_a_session_that_ends_while_searching_is_no_answer(page: Any, site: str) -> None:
    page.goto(f"{site}search/?kind=公示")
    assert total(page) == 3
    Handler.expired = True
    try:
        page.fill("[name=q]", "意见反馈表")
        page.click("[data-search-form] button")
        page.wait_for_selector("[data-search-failed]:not([hidden])")
    finally:
        Handler.expired = False


def test_without_script_the_lists_are_there(browser: Any, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{site}search/?q=党费")
    assert plain.is_visible("noscript .message")
    assert plain.is_visible("[data-search-browse] a >> nth=0")
    assert plain.is_hidden("[data-search-more]")
    context.close()


SHOWN = ("", "d/X-2025-0001/", "catalog/", "catalog/more/", "catalog/by-unit/",
         "catalog/by-year/", "catalog/versions/", "archive/2025/2/", "archive/", "search/",
         "search/?kind=公示", "d/X-2024-0001/", "404.html")  # fmt: skip


def test_accessible_and_no_wider_than_the_screen(browser: Any, site: str) -> None:
    """Each page is loaded once, on a telephone, and looked at there and on a wide screen."""
    axe = Axe()
    # axe's own script is put into the page: the policy is for the site, not for the examiner
    context = browser.new_context(bypass_csp=True)
    opened = context.new_page()
    for address in SHOWN:
        opened.set_viewport_size({"width": 360, "height": 800})
        opened.goto(site + address)
        if address.startswith("search"):  # half a second of silence: the rest is there already
            opened.wait_for_load_state("networkidle")
        for width in (360, 1440):
            opened.set_viewport_size({"width": width, "height": 800})
            opened.evaluate("() => new Promise(requestAnimationFrame)")  # scripts have heard of it
            too_wide = opened.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert too_wide <= 0, (address, width)
            found = axe.run(opened).response["violations"]
            grave = [(v["id"], v["nodes"][0]["html"]) for v in found]
            assert grave == [], (address, width)
    context.close()


def test_print_has_no_navigation_and_no_addresses(page: Any, site: str) -> None:
    page.emulate_media(media="print")
    page.goto(f"{site}d/X-2025-0001/")
    for hidden in (".sections", ".crumbs", ".masthead .find", ".neighbours", ".foot-data"):
        assert page.is_hidden(hidden), hidden
    for shown in (".register", ".text", ".files", ".brand"):
        assert page.is_visible(shown), shown
    contents = page.evaluate(
        "[...document.querySelectorAll('a')].map(a => getComputedStyle(a, '::after').content)"
    )
    assert set(contents) == {"none"}
