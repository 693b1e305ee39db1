"""What a server may answer instead of a file, and how the server is found and trusted."""

from __future__ import annotations

import gzip
import hashlib
import ssl
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import EnvironmentFault
from generator.model.release import MANIFEST, SIGNATURE
from generator.publish.proof.cookies import cookies_for
from generator.publish.proof.http import Address, BadAddress, NoAnswer, Server, address
from generator.publish.proof.judge import Expected
from generator.publish.proof.live import Live, target
from generator.publish.proof.prove import Proof, prove
from generator.publish.signing import sign
from tests.proof.lab import FILES, NOW, Reply, make_certificate, release_of, scripted

PAGE = "d/X-1/index.html"
SENT = {"Location": "https://sso.example.edu.cn/login?service=secret"}

_Handler = BaseHTTPRequestHandler
Reaction = Callable[[_Handler, bytes], Reply | None]


def _truncated(_: _Handler, body: bytes) -> Reply:
    return 200, {"Content-Length": str(len(body))}, body[:-7]


def _too_short_a_length(_: _Handler, body: bytes) -> Reply:
    return 200, {"Content-Length": str(len(body) - 7)}, body[:-7]


def _too_long_a_length(_: _Handler, body: bytes) -> Reply:
    return 200, {"Content-Length": str(len(body) + 7)}, body


def _broken_compression(_: _Handler, body: bytes) -> Reply:
    return 200, {"Content-Encoding": "gzip"}, gzip.compress(body)[:-20]


def _no_compression(_: _Handler, body: bytes) -> Reply:
    return 200, {"Content-Encoding": "gzip"}, body


def _unknown_compression(_: _Handler, body: bytes) -> Reply:
    return 200, {"Content-Encoding": "br"}, body


def _other_when_compressed(handler: _Handler, body: bytes) -> Reply:
    if "gzip" in handler.headers["Accept-Encoding"]:
        return 200, {"Content-Encoding": "gzip"}, gzip.compress(body + b"planted")
    return 200, {}, body


def _other_when_plain(handler: _Handler, body: bytes) -> Reply:
    if "gzip" in handler.headers["Accept-Encoding"]:
        return 200, {"Content-Encoding": "gzip"}, gzip.compress(body)
    return 200, {}, body + b"planted"


def _always(status: int, headers: dict[str, str] | None = None) -> Reaction:
    return lambda _, body: (status, headers or {}, b"" if status in (204, 304) else body)


REACTIONS: dict[str, tuple[Reaction, str]] = {
    "truncated": (_truncated, "D58"),
    "length too short": (_too_short_a_length, "D50"),
    "length too long": (_too_long_a_length, "D58"),
    "broken compression": (_broken_compression, "D50"),
    "no compression": (_no_compression, "D58"),
    "unknown compression": (_unknown_compression, "D58"),
    "other when compressed": (_other_when_compressed, "D50"),
    "other when plain": (_other_when_plain, "D50"),
    "hangs up": (lambda _, body: None, "D58"),
    "sent to sign on": (_always(302, SENT), "D55"),
    "moved": (_always(301, {"Location": "/elsewhere/"}), "D55"),
    "signed out": (_always(401), "D56"),
    "refused": (_always(403), "D56"),
    "gone": (_always(410), "D51"),
    "broken": (_always(500), "D57"),
    "nothing": (_always(204), "D57"),
}


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory, keys: Path) -> dict[str, bytes]:
    """What a server has to give: every file by its target."""
    manifest = release_of(FILES).to_bytes()
    named = {**FILES, MANIFEST: manifest, SIGNATURE: sign(manifest, keys)}
    return {target("/", name): data for name, data in named.items()}


def serving(
    papers: dict[str, bytes], spoilt: set[str], reaction: Reaction
) -> Callable[[_Handler], Reply | None]:
    def reply(handler: _Handler) -> Reply | None:
        body = papers.get(handler.path)
        if handler.path in spoilt:
            return reaction(handler, body or b"")
        return (404, {}, b"") if body is None else (200, {}, body)

    return reply


def look(url: str, keys: Path, **how: object) -> Proof:
    server = Server(address(url), **how)  # type: ignore[arg-type]
    return prove(Live(server, "", 4), Expected(keys.with_suffix(".pub"), "", None, NOW))


@pytest.mark.parametrize("name", REACTIONS)
def test_what_comes_instead_of_a_file(name: str, papers: dict[str, bytes], keys: Path) -> None:
    reaction, code = REACTIONS[name]
    with scripted(serving(papers, {"/d/X-1/", f"/{PAGE}"}, reaction)) as url:
        found = look(url, keys).faults
    assert [(each.code, each.span.file) for each in found] == [(code, PAGE)]
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    ("name", "code"),
    {
        **{name: code for name, (_, code) in REACTIONS.items()},
        "gone": "D40",
        "length too short": "D43",
        "broken compression": "D43",
        "other when compressed": "",
        "other when plain": "D43",
    }.items(),
)
def test_what_comes_instead_of_the_manifest(
    name: str, code: str, papers: dict[str, bytes], keys: Path
) -> None:
    with scripted(serving(papers, {f"/{MANIFEST}"}, REACTIONS[name][0])) as url:
        found = look(url, keys).faults
    assert [each.code for each in found] == ([code] if code else [])


def test_a_page_for_not_found_may_say_so(papers: dict[str, bytes], keys: Path) -> None:
    with scripted(serving(papers, {"/404.html"}, _always(404))) as url:
        assert not look(url, keys).faults


def test_a_session_that_expires_on_the_way_ends_the_look(keys: Path) -> None:
    files = {**FILES, **{f"d/Y-{n}/index.html": b"x" for n in range(400)}}
    manifest = release_of(files).to_bytes()
    given_ = {f"/{MANIFEST}": manifest, f"/{SIGNATURE}": sign(manifest, keys)}
    asked = []

    def reply(handler: _Handler) -> Reply:
        asked.append(handler.path)
        if body := given_.get(handler.path):
            return 200, {}, body
        return 302, SENT, b""

    with scripted(reply) as url:
        found = look(url, keys).faults
    assert {each.code for each in found} == {"D55", "D59"}
    assert sum(each.code == "D55" for each in found) == 20
    assert dict(found[-1].args)["left"] == str(len(files) - 20)
    assert len(asked) < 200


def test_nobody_there(keys: Path) -> None:
    with scripted(lambda _: None) as url:
        pass
    found = look(url, keys).faults
    assert [each.code for each in found] == ["D58"]


# Whom to ask, and whom to trust.


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    make_certificate(folder)
    return folder / "cert.pem"


def _tls(trusted: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, trusted.with_name("key.pem"))
    return context


def _hello(handler: _Handler) -> Reply:
    return 200, {}, handler.headers["Host"].encode()


def test_certificates_are_checked(trusted: Path) -> None:
    with scripted(_hello, _tls(trusted)) as url:
        answer = Server(address(url), ca=trusted).ask("/", keep=100)
        assert answer.body.decode() == url.split("/")[2]
        with pytest.raises(NoAnswer, match="certificate"):
            Server(address(url)).ask("/")
        with pytest.raises(NoAnswer, match=r"(?i)hostname"):
            Server(address(url.replace("party.", "campus.")), ca=trusted).ask("/")


def test_resolve_asks_another_machine_in_the_same_name(trusted: Path) -> None:
    with scripted(_hello, _tls(trusted)) as url:
        port = url.split(":")[2].strip("/")
        where = address(f"https://party.localhost:{port}/")
        assert Server(where, ca=trusted, resolve=f"party.localhost:{port}:127.0.0.1").ask("/")
        elsewhere = Server(where, ca=trusted, resolve=f"party.localhost:{port}:127.0.0.2")
        with pytest.raises(NoAnswer):
            elsewhere.ask("/")
        others = Server(where, ca=trusted, resolve=f"other.localhost:{port}:127.0.0.2")
        assert others.ask("/").status == 200


@pytest.mark.parametrize("text", ["x", "a:1", "a:x:127.0.0.1", "a:443:", ":443:127.0.0.1"])
def test_a_resolve_that_is_none(text: str) -> None:
    with pytest.raises(BadAddress):
        Server(address("https://a/"), resolve=text)


def test_a_file_that_holds_no_certificate(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("x")
    with pytest.raises(EnvironmentFault) as raised:
        Server(address("https://a/"), ca=tmp_path / "ca.pem")
    assert raised.value.code == "D62"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://a.edu.cn", "https://a.edu.cn/"),
        ("https://a.edu.cn:443/x", "https://a.edu.cn/x/"),
        ("http://u:p@a.edu.cn:81/x/?q=1#f", "http://a.edu.cn:81/x/"),
        ("https://[::1]:8443/", "https://[::1]:8443/"),
    ],
)
def test_addresses(written: str, shown: str) -> None:
    assert str(address(written)) == shown


@pytest.mark.parametrize(
    "text", ["", "a.edu.cn", "ftp://a/", "https://", "https://a:x/", "http://a b"]
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(BadAddress):
        address(text)


@given(st.binary(max_size=100_000), st.integers(0, 1000))
def test_all_of_a_body_is_hashed_and_little_is_kept(
    fixed: dict[str, object], body: bytes, keep: int
) -> None:
    fixed["body"] = body
    for encoding in ("identity", "gzip"):
        answer = fixed["server"].ask("/", {"Accept-Encoding": encoding}, keep=keep)  # type: ignore[attr-defined]
        assert answer.digest == hashlib.sha256(body).hexdigest()
        assert (answer.length, answer.body) == (len(body), body[:keep])


@pytest.fixture(scope="module")
def fixed() -> object:
    held: dict[str, object] = {}

    def reply(handler: _Handler) -> Reply:
        body = held["body"]
        assert isinstance(body, bytes)
        if "gzip" in handler.headers["Accept-Encoding"]:
            return 200, {"Content-Encoding": "gzip"}, gzip.compress(body)
        return 200, {}, body

    with scripted(reply) as url:
        held["server"] = Server(address(url))
        yield held


# Sessions.

_COOKIES = """# Netscape HTTP Cookie File
#HttpOnly_party.example.edu.cn\tFALSE\t/dwgk\tTRUE\t0\tMOD_AUTH_CAS\tabc
.example.edu.cn\tTRUE\t/\tFALSE\t0\twide\t1
campus.example.edu.cn\tFALSE\t/\tFALSE\t0\tother\t2
party.example.edu.cn\tFALSE\t/dwg\tFALSE\t0\telsewhere\t3

"""


def test_cookies_go_where_a_browser_would_send_them(tmp_path: Path) -> None:
    path = tmp_path / "cookies"
    path.write_text(_COOKIES)
    for scheme, port, sent in (("https", 443, "MOD_AUTH_CAS=abc; wide=1"), ("http", 80, "wide=1")):
        where = Address(scheme, "party.example.edu.cn", port, "/dwgk/")
        assert cookies_for(path, where) == sent
    assert cookies_for(path, address("https://other.edu.cn/")) == ""


@pytest.mark.parametrize("text", ["a=b; c=d\n", "{}\n", b"\xff\xfe"])
def test_what_is_no_file_of_cookies(text: str | bytes, tmp_path: Path) -> None:
    path = tmp_path / "cookies"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(EnvironmentFault):
        cookies_for(path, address("https://a/"))
