"""Who gets what from the servers as configured: every path, every account, both protocols."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
import requests

from tests.servers.conftest import GUARDED, Stage

pytestmark = pytest.mark.slow

NOWHERE = ("d/X-1999-0001/", "d/X-1999-0001", "nothing.html", "assets/none.js", "d/", "assets/")
"""Paths that no release has, and folders without a page."""


def shape(answer: requests.Response) -> tuple[object, ...]:
    """All an answer says, without what says nothing of the path's existence: the clock, random
    values, and the path itself as the visitor typed it.
    """
    passing = {"date", "location", "set-cookie", "content-length", "keep-alive", "connection"}
    told = {key: value for key, value in answer.headers.items() if key.lower() not in passing}
    body = re.sub(r'href="[^"]*"', "", answer.text)
    return (answer.status_code, tuple(sorted(told.items())), body)


@pytest.mark.parametrize("audience", ["party", "campus"])
@pytest.mark.parametrize("variant", GUARDED)
def test_an_anonymous_visitor_gets_nothing_of_any_path(
    stage: Stage, variant: str, audience: str
) -> None:
    url, visitor = stage.urls[variant, audience], stage.visitor()
    paths = stage.paths(audience)
    assert len(paths) > 300
    shapes = set()
    for path in [*paths, *NOWHERE]:
        visitor.session.cookies.clear()
        answer = visitor.ask(url + path)
        assert answer.headers["Location"].startswith(stage.identity)
        shapes.add(shape(answer))
    (only,) = shapes
    assert only[0] == 302
    assert "private, no-store" in dict(only[1])["Cache-Control"]  # type: ignore[call-overload]


@pytest.mark.parametrize("variant", GUARDED)
def test_a_refusal_is_the_same_bytes_whether_a_path_exists_or_not(
    stage: Stage, variant: str
) -> None:
    url, teacher = stage.urls[variant, "party"], stage.visitor("teacher")
    assert teacher.open(url).status_code == 403
    answers = [teacher.ask(url + path) for path in [*stage.paths("party"), *NOWHERE]]
    assert {each.status_code for each in answers} == {403}
    assert len({each.content for each in answers}) == 1
    assert len({shape(each) for each in answers}) == 1
    assert "ETag" not in answers[0].headers
    assert "Last-Modified" not in answers[0].headers


@pytest.mark.parametrize("variant", GUARDED)
@pytest.mark.parametrize(
    ("account", "party", "campus"),
    [("member", 200, 200), ("teacher", 403, 200), ("applicant", 403, 200), ("bare", 403, 200)],
)
def test_each_account_reads_its_sites_and_no_other(
    stage: Stage, variant: str, account: str, party: int, campus: int
) -> None:
    visitor = stage.visitor(account)
    for audience, status in (("party", party), ("campus", campus)):
        answer = visitor.open(stage.urls[variant, audience])
        home = (stage.sites / audience / "index.html").read_bytes()
        assert answer.status_code == status
        assert (answer.content == home) == (status == 200)


@pytest.mark.parametrize("variant", GUARDED)
def test_a_member_reads_every_file_as_it_was_built(stage: Stage, variant: str) -> None:
    url, member = stage.urls[variant, "party"], stage.visitor("member")
    member.open(url)
    for path in stage.paths("party"):
        answer = member.ask(url + path)
        if path.startswith("dwgk-release"):
            built = stage.target("party") / "current" / path
        else:
            name = path + "index.html" if path.endswith("/") or not path else path
            built = stage.sites / "party" / name
        assert answer.status_code == 200, path
        assert answer.content == built.read_bytes(), path
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"


@pytest.mark.parametrize("variant", ["cas", "oidc"])
def test_a_removed_member_is_refused_on_the_next_request(stage: Stage, variant: str) -> None:
    url, member = stage.urls[variant, "party"], stage.visitor("member")
    assert member.open(url).status_code == 200
    try:
        stage.members()
        refused = [member.ask(url + path).status_code for path in ("", "search/", "feed.xml")]
        stage.members("teacher")
        still = member.ask(url).status_code
    finally:
        stage.members("member")
    assert refused == [403, 403, 403]
    assert still == 403
    assert member.ask(url).status_code == 200


@pytest.mark.parametrize("variant", GUARDED)
def test_a_deep_link_to_a_file_with_a_chinese_name_works_after_sign_on(
    stage: Stage, variant: str
) -> None:
    url = stage.urls[variant, "party"]
    found = []
    for page in sorted((stage.sites / "party" / "d").glob("*/index.html")):
        text = page.read_text(encoding="utf-8")
        for link, name in re.findall(r'href="([^"]+)"[^>]*download="([^"]+)"', text):
            if not name.isascii():
                found.append((f"d/{page.parent.name}/{link}", page.parent / link))
    assert found
    for link, built in found[:4]:
        assert link.isascii()
        answer = stage.visitor("member").open(url + link)
        assert answer.url == urljoin(url, link)
        assert answer.content == built.read_bytes()


@pytest.mark.parametrize("variant", GUARDED)
def test_a_deep_link_to_a_search_keeps_its_words(stage: Stage, variant: str) -> None:
    answer = stage.visitor("member").open(stage.urls[variant, "party"] + "search/?q=党费&year=2025")
    assert answer.status_code == 200
    assert answer.url.endswith("search/?q=%E5%85%9A%E8%B4%B9&year=2025")


@pytest.mark.parametrize("variant", GUARDED)
def test_what_lies_beside_the_site_is_never_served(stage: Stage, variant: str) -> None:
    url, member = stage.urls[variant, "party"], stage.visitor("member")
    member.open(url)
    for name in ("build.json", "items.jsonl", "number", "dwgk-target.json", "current/build.json"):
        assert member.ask(url + name).status_code == 404
        for around in ("%2e%2e/", "..%2f", "d/%2e%2e/%2e%2e/"):
            assert member.ask(url + around + name).status_code in {400, 403, 404}
    assert "未找到页面" in stage_text(member.ask(url + "nothing/"))
    for place in ("d/", "assets/", "assets/disclosure/"):
        answer = member.ask(url + place)
        assert answer.status_code in {403, 404}
        assert "href" not in answer.text


def stage_text(answer: requests.Response) -> str:
    """The text of a page written in numeric entities."""
    return re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), answer.text)


@pytest.mark.parametrize("variant", GUARDED)
def test_another_site_cannot_borrow_a_readers_sign_on(stage: Stage, variant: str) -> None:
    """The index is scripts, and a page of any host may ask a browser for a script."""
    url, member = stage.urls[variant, "party"], stage.visitor("member")
    assert member.open(url).status_code == 200
    script = next(path for path in stage.paths("party") if path.endswith(".js"))
    for site in ("cross-site", "same-site"):
        borrowed = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
        assert member.ask(url + script, headers=borrowed).status_code == 403
        clicked = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}
        assert member.ask(url, headers=clicked).status_code == 200
    answer = member.ask(url + script)
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    cookies = [each for each in member.session.cookies if each.domain.startswith("party")]
    assert cookies
    for cookie in cookies:
        assert cookie.secure
        assert cookie.path == "/dwgk/"
        assert "HttpOnly" in cookie._rest  # type: ignore[attr-defined]
        if variant != "cas":  # mod_auth_cas itself knows no SameSite
            assert cookie._rest["SameSite"] == "Lax"  # type: ignore[attr-defined]


@pytest.mark.parametrize("variant", GUARDED)
def test_the_host_a_visitor_claims_changes_nothing(stage: Stage, variant: str) -> None:
    url = stage.urls[variant, "party"]
    answer = stage.visitor().ask(url, headers={"Host": "evil.example", "X-Forwarded-Host": "evil"})
    assert "evil" not in answer.headers.get("Location", "")
    assert answer.status_code in {302, 400, 404, 500}


def test_signing_out_of_cas_signs_out_of_the_site(stage: Stage) -> None:
    url, member = stage.urls["cas", "party"], stage.visitor("member")
    assert member.open(url).status_code == 200
    member.session.get(f"{stage.identity}/cas/logout", timeout=30)
    assert member.ask(url).status_code == 302
