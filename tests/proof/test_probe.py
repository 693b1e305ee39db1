"""A well guarded site is silent; every hole is found, and none is made up."""

from __future__ import annotations

import gzip
import hashlib
import json
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.publish.proof.http import Address, Answer, Server, address
from generator.publish.proof.probe import Listed, Probed, listed, probe
from generator.publish.proof.refusal import like, shape, steady
from tests.proof.lab import FILES, Fake, Question, Reply, Target, nginx, release_of, scripted

SITE_FILES = Listed("party", release_of(FILES).files)
FEW = Listed("party", {name: SITE_FILES.files[name] for name in ("index.html", "d/X-1/index.html")})
"""Enough for a real server: every further kind of file costs hundreds of questions."""


def ask(server: str | Fake, cookies: str = "", site: Listed = SITE_FILES) -> Probed:
    asked = Server(address(server)) if isinstance(server, str) else server
    return probe(asked, site, site.files, cookies, hands=4)  # type: ignore[arg-type]


def found(probed: Probed) -> set[tuple[str, str]]:
    return {
        (each.code, dict(each.args).get("way", "")) for each in probed.faults if each.code != "D69"
    }


# Guards as they should be.

GUARDS = {
    "forbidden": "location / { deny all; }",
    "not found": "location / { return 404; }",
    "sign on": "location / { return 302 "
    "https://sso.localhost/?service=$scheme://$http_host$request_uri; }",
    "over TLS": "location / { return 301 https://$http_host$request_uri; }",
    "basic": "location / { auth_basic x; auth_basic_user_file {root}/none; "
    "root {root}/current/site; }",
    "a page of its own": "error_page 403 404 =403 @no; location @no { internal; return 403 no; } "
    "location / { deny all; }",
}


def guard(name: str, target: Target) -> str:
    (target.root / "none").write_text("")
    return GUARDS[name].replace("{root}", str(target.root))


@pytest.mark.slow
@pytest.mark.parametrize("name", GUARDS)
def test_a_guarded_site_is_silent(name: str, target: Target, tmp_path: Path) -> None:
    with nginx(tmp_path / "nginx", guard(name, target)) as url:
        probed = ask(url, "session=1", FEW)
    assert found(probed) == set()
    assert probed.questions > 2 * len(FEW.files) * 40


# Holes.

_OPEN = "root {root}/current/site;"
_DENY = "location / { deny all; }"

HOLES: dict[str, tuple[str, set[tuple[str, str]]]] = {
    "no guard": (f"location / {{ {_OPEN} }}", {("D64", "GET PATH")}),
    "an unguarded alias": (
        f"{_DENY} location /assets/ {{ alias {{root}}/current/site/assets/; }}",
        {("D64", "GET PATH")},
    ),
    "missing is 404, present is 403": (
        f"location / {{ {_OPEN} if (-f $request_filename) {{ return 403; }} "
        "try_files $uri =404; }",
        {("D66", "GET PATH")},
    ),
    "folders get a slash": (
        f"location / {{ {_OPEN} if (-d $request_filename) {{ rewrite ^(.*[^/])$ $1/ permanent; }} "
        "return 403; }",
        {("D66", "GET PATH without its slash")},
    ),
    "HEAD is open": (
        f"location / {{ {_OPEN} limit_except HEAD {{ deny all; }} }}",
        {("D64", "HEAD PATH")},
    ),
    "escapes pass the guard": (
        f"location / {{ {_OPEN} if ($request_uri !~ %) {{ return 403; }} }}",
        {("D64", "GET %..PATH")},
    ),
    "a forged identity passes": (
        f"location / {{ {_OPEN} if ($http_x_remote_user = '') {{ return 403; }} }}",
        {("D64", "GET PATH + X-Remote-User: admin")},
    ),
    "the host's name passes": (
        "if ($host = localhost) { set $open 1; } "
        f"location / {{ {_OPEN} if ($open = '') {{ return 403; }} }}",
        {("D64", "GET PATH + Host: localhost")},
    ),
    "compressed copies": (
        f"location / {{ deny all; }} location ~ \\.gz$ {{ {_OPEN} }}",
        {("D64", "GET PATH.gz")},
    ),
    "the manifest": (
        f"{_DENY} location = /dwgk-release.json {{ alias {{root}}/current/dwgk-release.json; }}",
        {("D64", "GET PATH")},
    ),
    "what is never served": (
        f"{_DENY} location = /build.json {{ alias {{root}}/current/build.json; }}",
        {("D64", "GET PATH")},
    ),
    "everything is answered": ("location / { return 200 welcome; }", {("D60", "")}),
    "a refusal with a number": (
        "location / { return 403 $request_id; }",
        {("D68", "GET PATH"), ("D68", "GET PATH.gz"), ("D68", "POST PATH")},
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOLES)
def test_a_hole_is_found(name: str, target: Target, tmp_path: Path) -> None:
    for page in target.site.rglob("index.html"):
        page.with_name("index.html.gz").write_bytes(gzip.compress(page.read_bytes()))
    body, expected = HOLES[name]
    few = Listed("party", {**FEW.files, "assets/site.css": SITE_FILES.files["assets/site.css"]})
    with nginx(tmp_path / "nginx", body.replace("{root}", str(target.root))) as url:
        probed = ask(url, site=few)
    assert expected <= found(probed) or expected == found(probed)
    if ("D64", "GET PATH") not in expected:
        assert ("D64", "GET PATH") not in found(probed)


def _exists(asked: Question) -> bool:
    path = asked.path.lstrip("/")
    return path in FILES or f"{path}index.html" in FILES


def _etag(asked: Question) -> Reply:
    return 403, {"ETag": '"1-2"'} if _exists(asked) else {}, b"no"


def _modified(asked: Question) -> Reply:
    day = "Sat, 21 Nov 2026 01:00:00 GMT" if _exists(asked) else "Thu, 01 Jan 2026 00:00:00 GMT"
    return 403, {"Last-Modified": day}, b"no"


def _other_body(asked: Question) -> Reply:
    return 403, {}, b"members only" if _exists(asked) else b"no"


def _length_of_the_file(asked: Question) -> Reply:
    there = asked.command == "HEAD" and _exists(asked)
    return 403, {"Content-Length": "5000"} if there else {}, b"no"


def _range(asked: Question) -> Reply:
    if "Range" in asked.headers and _exists(asked):
        return 206, {"Content-Range": "bytes 0-0/2000"}, b"<"
    return 403, {}, b"no"


def _conditional(asked: Question) -> Reply:
    if "If-None-Match" in asked.headers and _exists(asked):
        return 304, {}, b""
    return 403, {}, b"no"


def _options(asked: Question) -> Reply:
    if asked.command == "OPTIONS" and _exists(asked):
        return 200, {"Allow": "GET"}, b""
    return 403, {}, b"no"


def _content_under_403(asked: Question) -> Reply:
    return 403, {}, FILES["d/X-1/index.html"] if asked.path == "/d/X-1/" else b"no"


def _hidden_in_the_redirection(asked: Question) -> Reply:
    known = "&known=1" if _exists(asked) else ""
    there = f"https://sso/?service={quote(asked.path)}{known}&state={secrets.token_hex(16)}"
    return 302, {"Location": there}, b""


def _hangs_up(asked: Question) -> Reply | None:
    return None if asked.command == "TRACE" and _exists(asked) else (403, {}, b"no")


PLANTED: dict[Callable[[Question], Reply | None], tuple[str, str, str]] = {
    _etag: ("D66", "GET PATH", "etag"),
    _modified: ("D66", "GET PATH", "last-modified"),
    _other_body: ("D66", "GET PATH", "body"),
    _length_of_the_file: ("D66", "HEAD PATH", "content-length"),
    _range: ("D64", "GET PATH + Range: bytes=0-0", "206"),
    _conditional: ("D66", "GET PATH + If-None-Match: *", "status"),
    _options: ("D64", "OPTIONS PATH", "200"),
    _content_under_403: ("D64", "GET PATH", "403"),
    _hidden_in_the_redirection: ("D66", "GET PATH", "location-fields"),
    _hangs_up: ("D58", "", "TRACE PATH"),
}


@pytest.mark.parametrize("reply", PLANTED)
def test_a_planted_hole_is_found(reply: Callable[[Question], Reply | None]) -> None:
    code, way, detail = PLANTED[reply]
    faults = ask(Fake(reply)).faults
    told = [dict(each.args) for each in faults if each.code == code]
    assert [
        each
        for each in told
        if each.get("way", "") == way
        and detail in (each.get("status"), each.get("part"), each.get("why", "").partition(":")[0])
    ]
    assert all(each.code == code or each.code == "D66" for each in faults)


def _signing_on(asked: Question) -> Reply:
    """As mod_auth_openidc refuses: state, nonce and cookie are new each time."""
    state = secrets.token_urlsafe(20)
    there = f"https://id.localhost/auth?redirect_uri=x&state={state}&nonce={secrets.token_hex(16)}"
    cookie = f"mod_auth_openidc_state_{state}={secrets.token_hex(90)}; Path=/; HttpOnly"
    page = f"<p>The document has moved <a href='{there.replace('&', '&amp;')}'>here</a>"
    return 302, {"Location": there, "Set-Cookie": cookie}, page.encode()


def test_a_sign_on_that_is_new_each_time_is_silent() -> None:
    assert ask(Fake(_signing_on)).faults == ()


def _account(asked: Question) -> Reply:
    if "session=1" in (asked.headers["Cookie"] or ""):
        return 403, {}, b"not entitled"
    return _signing_on(asked)


def _account_sees_one(asked: Question) -> Reply:
    if "session=1" in (asked.headers["Cookie"] or "") and asked.path == "/d/X-2/":
        return 200, {}, FILES["d/X-2/index.html"]
    return _account(asked)


def test_an_account_that_is_not_entitled() -> None:
    assert ask(Fake(_account), "session=1", FEW).faults == ()
    expired = ask(Fake(_account), "session=0", FEW).faults
    assert [(each.code, each.severity) for each in expired] == [("D69", "error")]
    one = Listed("party", {**FEW.files, "d/X-2/index.html": SITE_FILES.files["d/X-2/index.html"]})
    faults = ask(Fake(_account_sees_one), "session=1", one).faults
    assert [(each.code, each.span.file) for each in faults] == [("D65", "d/X-2/index.html")]


def test_a_server_that_asks_nobody_to_sign_on_is_a_reminder() -> None:
    faults = ask(Fake(lambda _: (403, {}, b"no")), "session=1").faults
    assert [(each.code, each.severity) for each in faults] == [("D69", "warning")]


def test_nobody_there_is_no_clean_site() -> None:
    with scripted(lambda _: None) as url:
        pass
    many = Listed("party", {f"d/{n}/index.html": "0" * 64 for n in range(100)})
    faults = probe(Server(address(url)), many, many.files, "", hands=4).faults
    assert {each.code for each in faults} == {"D58", "D59"}


def test_what_is_told_has_no_word_of_the_site(target: Target, tmp_path: Path) -> None:
    with nginx(tmp_path / "nginx", f"location / {{ root {target.root}/current/site; }}") as url:
        told = str(ask(url, site=FEW).faults)
    assert "示例" not in told
    assert "home" not in told.replace("home page", "")


def test_both_manifests_are_read(target: Target, tmp_path: Path) -> None:
    files = release_of(FILES).files
    assert listed(target.current / "dwgk-release.json") == Listed("party", files)
    built = {"format": 1, "audience": "party", "as_of": "2026-11-21", "files": dict(files)}
    (tmp_path / "party.json").write_text(json.dumps(built))
    assert listed(tmp_path / "party.json") == Listed("party", files)


# How refusals are compared.


_BASE = "/dwgk/"
_WHERE = Address("https", "party.localhost", 443, _BASE)
_words = st.text("abcdefgh0123456789-", min_size=4, max_size=20)
_paths = st.builds(lambda *each: f"{_BASE}{'/'.join(each)}/", st.just("d"), _words)


def _answer(status: int, headers: dict[str, str], body: str) -> Answer:
    data = body.encode()
    digest = hashlib.sha256(data).hexdigest()
    return Answer(status, tuple(headers.items()), data, digest, len(data))


def _echoing(path: str, spell: Callable[[str], str]) -> Answer:
    there = f"https://sso.localhost/login?service={spell(f'https://party.localhost{path}')}"
    return _answer(302, {"location": there}, f"<a href='{there}'>moved</a> {path} not for you")


@given(_paths, _paths, st.sampled_from([quote, lambda each: quote(each, safe=""), str]))
def test_an_echo_of_the_address_is_no_difference(
    one: str, other: str, spell: Callable[[str], str]
) -> None:
    shapes = [shape(_echoing(path, spell), path, _WHERE) for path in (one, other, _BASE)]
    assert shapes[0]["location service"] == shapes[1]["location service"]
    common, wrong = steady(shapes[:2])
    assert not wrong
    assert not like(common, shapes[0])


@given(
    _paths,
    _paths,
    st.sampled_from(["etag", "last-modified", "x-any", "allow", "content-type"]),
    st.text("abc123", min_size=1, max_size=10),
)
def test_any_other_difference_is_told(one: str, other: str, name: str, value: str) -> None:
    plain = shape(_answer(403, {}, "no"), one, _WHERE)
    common, _ = steady([plain, plain])
    assert like(common, shape(_answer(403, {name: value}, "no"), other, _WHERE)) == [name]
    assert like(common, shape(_answer(403, {}, f"no {value}"), other, _WHERE)) == ["body"]
    assert like(common, shape(_answer(404, {}, "no"), other, _WHERE)) == ["status"]


@settings(max_examples=8)
@given(st.sets(st.sampled_from(sorted(FILES)), min_size=1))
def test_exactly_the_open_files_are_told(leaking: set[str]) -> None:
    def reply(asked: Question) -> Reply:
        name = asked.path.removeprefix("/dwgk/")
        name = f"{name}index.html" if name.endswith("/") or not name else name
        if name in leaking and asked.command == "GET":
            return 200, {}, FILES[name]
        return 403, {}, b"no"

    faults = ask(Fake(reply, _BASE)).faults
    assert {each.code for each in faults} == {"D64"}
    (plain,) = (each for each in faults if dict(each.args)["way"] == "GET PATH")
    assert dict(plain.args)["count"] == str(len(leaking))
