"""The sites as readers meet them: in a browser, under a sub-path, with nothing from elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request
from pypdf import PdfReader

from generator.site.exact.read import Index
from tests.browser.conftest import SUB_PATH

pytestmark = pytest.mark.slow

AUDIENCES = ("party", "campus", "public")
PLACES = (
    "",
    "ITEM",
    "d/G-2025-0006/",  # corrected
    "d/G-2025-0009/",  # withdrawn and disclosed again
    "catalog/",
    "catalog/versions/",
    "catalog/by-year/",
    "catalog/by-unit/",
    "catalog/dzb/",
    "archive/",
    "archive/2026/",
    "unit/",
    "category/",
    "search/?q=2026",
    "about/guide/",
    "about/apply/",
    "about/apply-form/",
)


def items(sites: Path, audience: str) -> list[dict[str, str]]:
    text = (sites / SUB_PATH / audience / "disclosures.json").read_text(encoding="utf-8")
    return list(json.loads(text)["disclosures"])


def addresses(sites: Path, audience: str) -> list[str]:
    first = items(sites, audience)[0]["url"]
    series = sorted((sites / SUB_PATH / audience / "series").glob("*"))
    more = [f"series/{each.name}/" for each in series[:1]]
    return [*(first if place == "ITEM" else place for place in PLACES), *more]


class Watch:
    """What a page asked for, and what went wrong on it."""

    def __init__(self, page: Page) -> None:
        self.asked: list[str] = []
        self.wrong: list[str] = []
        page.on("request", self._request)
        page.on("requestfailed", lambda each: self.wrong.append(f"failed {each.url}"))
        page.on("response", lambda each: each.status >= 400 and self.wrong.append(each.url))
        page.on("pageerror", lambda each: self.wrong.append(str(each)))
        page.on("console", lambda each: each.type == "error" and self.wrong.append(each.text))

    def _request(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.asked.append(request.url)


WIDTHS = (390, 1280)
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.parametrize("audience", AUDIENCES)
def test_pages_stand_alone_and_are_accessible(
    audience: str, sites: Path, origin: str, browser: Browser
) -> None:
    """Each page is loaded once, on a telephone, and looked at in every width: scripts follow it."""
    page = browser.new_page()
    watch = Watch(page)
    for place in addresses(sites, audience):
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.goto(f"{origin}{audience}/{place}")
        if place.startswith("search"):  # half a second of silence: the rest is there when it loads
            page.wait_for_load_state("networkidle")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate("() => new Promise(requestAnimationFrame)")  # scripts have heard of it
            found = Axe().run(page).response["violations"]
            serious = [each["id"] for each in found if each["impact"] in {"serious", "critical"}]
            assert not serious, (place, width, serious)
            assert not page.evaluate(TOO_WIDE), f"{place} is wider than {width}"
    page.wait_for_load_state("networkidle")
    page.close()
    assert not watch.wrong
    assert all(url.startswith(f"{origin}{audience}/") for url in watch.asked)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_search_keeps_its_contract(
    audience: str, sites: Path, origin: str, browser: Browser
) -> None:
    page = browser.new_page()
    index = Index(sites / SUB_PATH / audience)
    expected = {hit.id for hit in index.search("2026")}
    page.goto(f"{origin}{audience}/search/?q=2026")
    page.wait_for_selector("[data-search-hit]")
    total = int(page.inner_text("[data-search-total]"))
    assert total == len(expected) > 0
    while page.locator("[data-search-more]:visible").count():
        shown = page.locator("[data-search-hit]").count()
        page.locator("[data-search-more]").click()
        page.wait_for_function(
            "n => document.querySelectorAll('[data-search-hit]').length > n", arg=shown
        )
    links = page.locator("[data-search-hit] a").evaluate_all("all => all.map(a => a.href)")
    assert {link.partition("/d/")[2].partition("/")[0] for link in links} == expected
    assert len(links) == total
    assert all(link.startswith(f"{origin}{audience}/d/") for link in links)
    page.goto(f"{origin}{audience}/search/?q=2026&year=2025")
    page.wait_for_selector("[data-search-total]")
    page.wait_for_function(
        "document.querySelector('[data-search-total]').textContent.trim() !== ''"
    )
    narrowed = index.search("2026", {"year": "2025"})
    assert int(page.inner_text("[data-search-total]")) == len(narrowed)
    page.close()


def test_lists_work_without_scripts(origin: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{origin}campus/search/?q={quote('党费')}")
    assert page.get_by_role("link", name="2026年").first.is_visible()
    page.get_by_role("link", name="2026年").first.click()
    assert page.locator("main a[href*='d/']").count() > 5
    context.close()


def test_standing_pages_are_led_to_from_everywhere(origin: str, browser: Browser) -> None:
    page = browser.new_page()
    for place in ("", "archive/2026/"):
        for menu in (".sections", ".foot"):
            page.goto(f"{origin}public/{place}")
            page.locator(menu).get_by_role("link", name="依申请公开").click()
            assert page.url == f"{origin}public/about/apply/"
    assert page.locator(".sections [aria-current]").inner_text() == "依申请公开"
    with page.expect_download() as waiting:
        page.locator(".files a[download]").click()
    assert waiting.value.suggested_filename == "党务公开申请表.docx"
    page.close()


def test_the_application_form_is_one_sheet(origin: str, browser: Browser, tmp_path: Path) -> None:
    """Printed from the browser: one page of A4 with the title and the boxes, nothing around."""
    page = browser.new_page()
    page.goto(f"{origin}public/about/apply/")
    page.get_by_role("link", name="打印一张").click()
    page.wait_for_url("**/about/apply-form/")
    page.pdf(path=tmp_path / "form.pdf", prefer_css_page_size=True)
    sheets = PdfReader(tmp_path / "form.pdf").pages
    assert len(sheets) == 1
    assert [round(float(each) / 72 * 25.4) for each in sheets[0].mediabox[2:]] == [210, 297]
    page.emulate_media(media="print")
    assert page.locator("table td").last.is_visible()
    for around in (".masthead", ".sections", ".crumbs", ".foot"):
        assert not page.locator(around).is_visible()
    page.close()


DOWNLOADS = """async places => {
  const found = [];
  for (const place of places) {
    const answer = await fetch(place);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const link of page.querySelectorAll("a[download]")) {
      const address = new URL(link.getAttribute("href"), answer.url).href;
      found.push([address, link.getAttribute("download")]);
    }
  }
  return found;
}"""


def test_attachment_is_offered_under_its_own_name(
    sites: Path, origin: str, browser: Browser
) -> None:
    page = browser.new_page()
    page.goto(f"{origin}campus/")
    links = page.evaluate(DOWNLOADS, [each["url"] for each in items(sites, "campus")])
    assert links
    assert all(href.isascii() for href, _ in links)
    assert any(not name.isascii() for _, name in links)
    page.close()
