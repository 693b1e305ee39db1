"""A reader's browser before the servers as configured: sign-on, search, expiry, other sites."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browsers import PATIENCE
from tests.servers.conftest import GUARDED, OPEN, Stage

pytestmark = pytest.mark.slow

FOREIGN = "https://evil.localhost/"


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh browser in which nothing but loopback can be reached."""
    made = chromium.new_context(ignore_https_errors=True, locale="zh-CN")
    made.set_default_timeout(PATIENCE)
    made.route(
        lambda url: ".localhost" not in url or "/static/" in url, lambda route: route.abort()
    )
    yield made
    made.close()


def watched(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and what its browser complains of."""
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda each: said.append(each.text) if each.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return page, said


def sign_on(page: Page, account: str) -> None:
    """Fill the form of either protocol's sign-on page."""
    page.locator("input[name=username]").fill(account)
    page.locator("input[name=password]").fill(f"pw-{account}")
    page.locator("button").first.click()


def search(page: Page, words: str) -> int:
    """Ask the search page; how many it found. It is asked when its script has come: that sets the
    form to what the address says.
    """
    page.wait_for_url("**/search/**")
    page.locator("[data-search-form] input[name=q]").fill(words)
    page.locator("[data-search-form] button").click()
    expect(page.locator("[data-search-hit]").first).to_be_visible()
    return int(page.locator("[data-search-total]").inner_text())


@pytest.mark.parametrize("variant", GUARDED)
def test_a_member_signs_on_and_searches(
    stage: Stage, context: BrowserContext, variant: str, tmp_path: Path
) -> None:
    url = stage.urls[variant, "party"]
    page, said = watched(context)
    page.goto(url)
    assert page.url.startswith(stage.identity)
    assert "党务公开" not in page.content()
    sign_on(page, "member")
    page.wait_for_url(url)
    said.clear()  # what the sign-on page lacks is not our site's
    page.reload()
    expect(page.locator(".audience")).to_have_text("党内版")
    page.locator("nav.sections").get_by_text("检索", exact=True).click()
    found = search(page, "党费")
    assert found >= 1
    page.screenshot(path=tmp_path / f"search-{variant}.png")
    page.locator("[data-search-hit] a").first.click()
    expect(page.locator("h1")).to_be_visible()
    assert page.url.startswith(f"{url}d/")
    assert not said


@pytest.mark.parametrize("variant", GUARDED)
def test_a_teacher_is_told_why_not(
    stage: Stage, context: BrowserContext, variant: str, tmp_path: Path
) -> None:
    page, _ = watched(context)
    page.goto(stage.urls[variant, "party"] + "d/G-2025-0006/")
    sign_on(page, "teacher")
    expect(page.locator("h1")).to_have_text("不能查阅")
    page.screenshot(path=tmp_path / f"refused-{variant}.png")
    page.goto(stage.urls[variant, "campus"])  # the one sign-on holds for what one may read
    expect(page.locator(".audience")).to_have_text("校内版")


@pytest.mark.parametrize("variant", GUARDED)
def test_an_expired_session_on_the_search_page_says_what_to_do(
    stage: Stage, context: BrowserContext, variant: str, tmp_path: Path
) -> None:
    url = stage.urls[variant, "party"]
    page, _ = watched(context)
    page.goto(f"{url}search/")
    sign_on(page, "member")
    page.wait_for_url(f"{url}search/")
    _expire(stage, context, variant)
    page.locator("[data-search-form] input[name=q]").fill("党费")
    page.locator("[data-search-form] button").click()
    failed = page.locator("[data-search-failed]")
    expect(failed).to_be_visible()
    expect(failed).to_contain_text("请重新登录")
    page.screenshot(path=tmp_path / f"expired-{variant}.png")
    failed.get_by_role("link").click()
    expect(page.locator("[data-search-hit]").first).to_be_visible()
    assert "q=%E5%85%9A%E8%B4%B9" in page.url


@pytest.mark.parametrize("variant", ["cas", "oidc"])
def test_a_session_that_expires_between_two_searches_is_told_too(
    stage: Stage, context: BrowserContext, variant: str
) -> None:
    """The engine is there already, and a further piece of its index does not come."""
    url = stage.urls[variant, "party"]
    page, _ = watched(context)
    page.goto(f"{url}search/")
    sign_on(page, "member")
    page.wait_for_url(f"{url}search/")
    search(page, "党费")
    _expire(stage, context, variant)
    for words in ("监督", "干部", "会议", "制度", "公示", "学生"):
        page.locator("[data-search-form] input[name=q]").fill(words)
        page.locator("[data-search-form] button").click()
        page.wait_for_timeout(300)
        if page.locator("[data-search-failed]").is_visible():
            break
    expect(page.locator("[data-search-failed]")).to_contain_text("请重新登录")


def _expire(stage: Stage, context: BrowserContext, variant: str) -> None:
    """The site's session ends; the one of the identity provider goes on."""
    if variant.endswith("oidc"):  # kept in Apache's memory: forget the key to it
        context.clear_cookies(domain="party.localhost")
        return
    sessions = stage.folder / "sessions" / f"{variant}-party"
    for path in sessions.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize("variant", OPEN)
def test_the_open_site_works_under_its_policy(
    stage: Stage, context: BrowserContext, variant: str
) -> None:
    url = stage.urls[variant, "public"]
    page, said = watched(context)
    page.goto(url)
    expect(page.locator(".audience")).to_be_visible()
    page.goto(f"{url}search/?q=2025")
    expect(page.locator("[data-search-hit]").first).to_be_visible()
    page.locator("[data-search-hit] a").first.click()
    expect(page.locator("h1")).to_be_visible()
    assert not said


@pytest.mark.parametrize("variant", GUARDED)
def test_another_sites_page_gets_nothing_and_its_links_work(
    stage: Stage, context: BrowserContext, variant: str
) -> None:
    url = stage.urls[variant, "party"]
    script = next(path for path in stage.paths("party") if path.startswith("search/exact/"))
    html = (
        f"<a href='{url}d/G-2025-0006/'>link</a><p id=said></p><img src='{url}nothing.png'>"
        f"<script src='{url}{script}' onload='said.textContent=\"got\"'"
        " onerror='said.textContent=\"nothing\"'></script>"
    )
    context.route(f"{FOREIGN}**", lambda route: route.fulfill(body=html, content_type="text/html"))
    page, _ = watched(context)
    page.goto(url)
    sign_on(page, "member")
    page.wait_for_url(url)
    page.goto(FOREIGN)
    expect(page.locator("#said")).to_have_text("nothing")
    page.get_by_text("link").click()
    page.wait_for_url(f"{url}d/G-2025-0006/")
    expect(page.locator("h1")).to_be_visible()
