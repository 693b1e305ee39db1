"""The search page in a reader's hands: typing, links, back, marks, an ended session, no mouse."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Route

from generator.site.exact.normal import normal
from tests.search_browser import oracle
from tests.search_browser.conftest import Handler
from tests.search_browser.firefox import Firefox

pytestmark = pytest.mark.slow


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def _settled(page: Page) -> int:
    """Wait for the results; how many the page says there are."""
    page.wait_for_selector("[data-search-found]:not([hidden])")
    return int(page.inner_text("[data-search-total]"))


def _shown(page: Page) -> set[str]:
    links = page.locator("[data-search-hit] a").evaluate_all("all => all.map(a => a.href)")
    return {link.partition("/d/")[2].partition("/")[0] for link in links}


@pytest.mark.parametrize("query", ["党费收缴", "院党发〔2024〕3号", "院党发 -ppp", "样表", "512"])
def test_typing_shows_exactly_the_hits(
    query: str, page: Page, url: str, pages: list[oracle.Page]
) -> None:
    page.goto(f"{url}search/")
    page.fill("#search-q", query)
    page.press("#search-q", "Enter")
    total = _settled(page)
    while page.locator("[data-search-more]:visible").count():
        count = page.locator("[data-search-hit]").count()
        page.locator("[data-search-more]").click()
        page.wait_for_function(
            "n => document.querySelectorAll('[data-search-hit]').length > n", arg=count
        )
    terms = query.split()
    right = {
        each.id
        for each in pages
        if all((each.has(normal(t.lstrip("-")))) != t.startswith("-") for t in terms)
    }
    assert _shown(page) == right
    assert total == len(right) > 0
    assert f"q={quote(query.split(maxsplit=1)[0])}" in page.url


def test_every_hit_shows_its_phrase_marked(page: Page, url: str) -> None:
    page.goto(f"{url}search/?q={quote('党费收缴')}")
    _settled(page)
    hits = page.locator("[data-search-hit]").all()
    assert hits
    for hit in hits:
        marked = hit.locator("mark").all_inner_texts()
        assert marked and all(normal(each) == "党费收缴" for each in marked)
    titles = page.locator("[data-search-hit] h2").all()
    assert "党费收缴" in titles[0].locator("mark").all_inner_texts()


def test_a_linked_search_and_the_back_button(page: Page, url: str) -> None:
    page.goto(f"{url}search/?q={quote('党费')}&year=2025&sort=date")
    first = _settled(page)
    assert page.input_value("#search-q") == "党费"
    assert page.input_value("#search-year") == "2025"
    page.fill("#search-q", "党费收缴")
    page.press("#search-q", "Enter")
    page.wait_for_url(f"**q={quote('党费收缴')}**")
    assert 0 < _settled(page) < first
    page.locator("[data-search-hit] a").first.click()
    page.wait_for_selector("main mark")
    page.go_back()
    page.wait_for_selector("[data-search-hit]")
    assert page.input_value("#search-q") == "党费收缴"
    page.go_back()
    page.wait_for_function(
        "n => document.querySelector('[data-search-total]').textContent === String(n)", arg=first
    )
    assert page.input_value("#search-q") == "党费"


def test_the_item_page_marks_the_phrase(page: Page, url: str) -> None:
    page.goto(f"{url}search/?q={quote('院党发[2024]3号 512人')}")
    assert _settled(page) == 1
    page.locator("[data-search-hit] a").first.click()
    page.wait_for_selector("main mark")
    assert page.locator("main mark").all_inner_texts() == ["院党发〔2024〕3号", "512人"]
    assert page.locator("main mark").first.bounding_box()


def test_all_of_it_by_keyboard(page: Page, url: str) -> None:
    page.goto(f"{url}search/")
    _tab_to(page, "search-q")
    page.keyboard.type("建设")
    page.keyboard.press("Enter")
    total = _settled(page)
    assert total > 10
    _tab_to(page, "search-year")
    page.keyboard.press("ArrowDown")
    page.wait_for_url("**year=**")
    page.wait_for_function(
        "n => Number(document.querySelector('[data-search-total]').textContent || n) < n",
        arg=total,
    )
    page.locator("#search-year").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('[data-search-hit]') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("main mark")


def _tab_to(page: Page, element: str) -> None:
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == element:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {element}")


def test_results_are_announced(page: Page, url: str) -> None:
    page.goto(f"{url}search/?q={quote('党费')}")
    _settled(page)
    status = page.locator("[role=status]")
    assert status.get_attribute("aria-live") == "polite"
    assert "找到" in status.inner_text()


def test_an_ended_session_says_sign_in_again(page: Page, url: str) -> None:
    Handler.expired.set()
    try:
        page.goto(f"{url}search/?q={quote('党费')}")
        page.wait_for_selector("[data-search-failed]:not([hidden])")
        assert "请重新登录" in page.inner_text("[data-search-failed]")
        assert page.locator("[data-search-failed] a").get_attribute("href") == page.url
        assert not page.locator("[data-search-hit]").count()
        assert page.locator("[data-search-browse]").is_visible()
    finally:
        Handler.expired.clear()
    page.locator("[data-search-failed] a").click()
    assert _settled(page) > 0


def test_a_session_that_ends_between_two_searches(page: Page, url: str) -> None:
    page.goto(f"{url}search/?q={quote('党费')}")
    _settled(page)
    Handler.expired.set()
    try:
        page.fill("#search-q", "志愿宣讲")
        page.press("#search-q", "Enter")
        page.wait_for_selector("[data-search-failed]:not([hidden])")
        assert "请重新登录" in page.inner_text("[data-search-failed]")
    finally:
        Handler.expired.clear()
    page.fill("#search-q", "志愿")
    page.press("#search-q", "Enter")
    assert _settled(page) > 0


def test_from_a_folder_typing_back_and_marks(chromium: Browser, folder_url: str) -> None:
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto(f"{folder_url}search/index.html")
    page.fill("#search-q", "党费收缴")
    page.press("#search-q", "Enter")
    _settled(page)
    first = page.locator("[data-search-hit] a").first
    assert "/index.html#q=" in str(first.get_attribute("href"))
    first.click()
    page.wait_for_selector("main mark")
    assert page.url.startswith(folder_url)
    page.go_back()
    assert _settled(page) > 0
    assert page.input_value("#search-q") == "党费收缴"
    context.close()


def test_firefox_from_a_folder_typing_and_back(firefox: Firefox, folder_url: str) -> None:
    firefox.offline(True)
    firefox.open(f"{folder_url}search/index.html")
    firefox.keys("#search-q", "党费收缴\ue007")
    wait = """
    for (let i = 0; i < 200; i += 1) {
      if (document.querySelector(arg)) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    """
    shown = firefox.run(wait + "return document.querySelector(arg).href;", "[data-search-hit] a")
    assert shown.startswith(folder_url) and "/index.html#q=" in shown
    firefox.open(shown)
    marked = "return Array.from(document.querySelectorAll(arg), (each) => each.textContent);"
    assert set(firefox.run(wait + marked, "main mark")) == {"党费收缴"}
    firefox.back()
    value = "return document.querySelector('#search-q').value;"
    assert firefox.run(wait + value, "[data-search-hit] a") == "党费收缴"


def test_what_is_typed_is_looked_up_before_it_is_asked_for(page: Page, url: str) -> None:
    page.goto(f"{url}search/")
    with page.expect_event("requestfinished", lambda each: "/t/" in each.url):
        page.locator("#search-q").press_sequentially("党费收缴", delay=20)
    page.wait_for_load_state("networkidle")
    assert page.locator("[data-search-hit]").count() == 0, "nothing shows before it is asked for"
    asked: list[str] = []
    page.on("request", lambda each: asked.append(each.url))
    page.press("#search-q", "Enter")
    assert _settled(page) == len(_shown(page)) > 0
    # Whether the site still stands is asked after what was looked up, maybe only now.
    asked = [each for each in asked if "/search/exact/index.js?v=" not in each]
    assert [each for each in asked if "/search/exact/" in each] == []
    # Words that nobody had time to look up are answered just as well.
    page.fill("#search-q", "党费收缴 没有这样的话")
    page.press("#search-q", "Enter")
    page.wait_for_selector("[data-search-none]:not([hidden])")


@pytest.mark.parametrize("linked", ["", "?q=样表"])
def test_a_word_typed_before_the_script_is_there_stays(page: Page, url: str, linked: str) -> None:
    held: list[Route] = []
    page.route("**/search.js", lambda route: held.append(route))  # noqa: PLW0108 - it is wrapped
    page.goto(f"{url}search/{linked}", wait_until="commit")
    page.fill("#search-q", "党费收缴")
    (slow,) = held
    slow.continue_()
    page.wait_for_load_state("load")
    if linked:
        _settled(page)
    assert page.input_value("#search-q") == "党费收缴"
    page.press("#search-q", "Enter")
    page.wait_for_function("document.title.startsWith('党费收缴')")
    assert _settled(page) == len(_shown(page)) > 0
