"""The ways in which a file of a guarded site may be asked for, each of them once a hole somewhere.

Two programs seldom read one address alike: what guards and what serves may differ about dots,
slashes, escapes and letters, about methods, and about headers that were meant for one of them.
None of the questions can change a server: no PUT, no DELETE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from generator.publish.proof.live import target
from generator.publish.proof.portion import HOME
from generator.publish.proof.refusal import OTHER_NAME

PATH = "PATH"
"""In a header's value: the request target of the file as readers ask for it."""

Spelling = Callable[[str, str], str | None]
"""From the site's base and a file's path to a request target; None where it does not apply."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way of asking. ``label`` shows it to people, PATH standing for the address."""

    label: str
    spell: Spelling
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()


def _shown(base: str, name: str) -> str:
    return target(base, name)


def _home(base: str, _: str) -> str:
    return base


def _below(before: str, after: str = "") -> Spelling:
    return lambda base, name: base + before + target("", name) + after


def _folder(after: str) -> Spelling:
    """For pages, whose address is a folder."""

    def spell(base: str, name: str) -> str | None:
        head, _, last = name.rpartition("/")
        return base + head + after if head and last == HOME else None

    return spell


def _page(base: str, name: str) -> str | None:
    return base + name if name.endswith(HOME) else None


def _file(after: str) -> Spelling:
    """The file's own path, an index page's too, and something after it."""
    return lambda base, name: base + name + after


def _replaced(old: str, new: str) -> Spelling:
    def spell(base: str, name: str) -> str | None:
        head, found, last = name.rpartition(old)
        return base + head + new + last if found else None

    return spell


def _escaped(escape: str) -> Spelling:
    """The first letter written as an escape."""
    return lambda base, name: f"{base}{escape}{ord(name[0]):02x}{name[1:]}"


def _escaped_base(base: str, name: str) -> str | None:
    """The first letter of the site's own folder written as an escape: the guard may stand there."""
    return f"/%{ord(base[1]):02x}{base[2:]}{name}" if len(base) > 1 else None


def _cased(base: str, name: str) -> str | None:
    return base + name.swapcase() if name.swapcase() != name else None


def _cased_base(base: str, name: str) -> str | None:
    return base.upper() + name if base.upper() != base else None


PLAIN = Way("GET PATH", _shown)
"""As readers ask; every other way is one more look at the same file."""

_SPELLINGS: tuple[tuple[str, Spelling], ...] = (
    ("PATH/index.html", _page),
    ("PATH without its slash", _folder("")),
    ("PATH/.", _folder("/.")),
    ("PATH/", _file("/")),
    ("PATH.", _file(".")),
    ("PATH%20", _file("%20")),
    ("PATH%00", _file("%00")),
    ("PATH;x", _file(";x")),
    ("PATH/x", _file("/x")),
    ("PATH?x", _file("?x")),
    ("./PATH", _below("./")),
    ("//PATH", _below("/")),
    ("///…PATH", lambda base, name: "//" + (base + name)),
    ("x/../PATH", _below("x/../")),
    ("x/%2e%2e/PATH", _below("x/%2e%2e/")),
    ("x/..%2fPATH", _below("x/..%2f")),
    ("x/..;/PATH", _below("x/..;/")),
    (";/PATH", _below(";/")),
    ("%2fPATH", _below("%2f")),
    ("P%2fATH", _replaced("/", "%2f")),
    ("P%5cATH", _replaced("/", "%5c")),
    ("%..PATH", _escaped("%")),
    ("%25..PATH", _escaped("%25")),
    ("/%..BASE/PATH", _escaped_base),
    ("pATH", _cased),
    ("/BASE/PATH", _cased_base),
    *((f"PATH{end}", _file(end)) for end in (".gz", ".br", ".zst", ".json", ".sig", ".bak", "~")),
)

_METHODS = ("HEAD", "POST", "OPTIONS", "TRACE", "PROPFIND", "QUERY", "DWGK")

_HEADERS: tuple[tuple[tuple[str, str], ...], ...] = (
    (("Range", "bytes=0-0"),),
    (("Range", "bytes=999999999-"),),
    (("If-None-Match", "*"),),
    (("If-Match", '"dwgk"'),),
    (("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"),),
    (("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:01 GMT"),),
    (("Accept-Encoding", "gzip, br, zstd"),),
    (("Accept", "application/x-none"),),
    (("Host", OTHER_NAME),),
    (("X-Forwarded-For", "127.0.0.1"), ("X-Real-IP", "127.0.0.1")),
    (("Authorization", "Basic YWRtaW46YWRtaW4="),),
    (
        ("X-Remote-User", "admin"),
        ("Remote-User", "admin"),
        ("X-Forwarded-User", "admin"),
        ("CAS-User", "admin"),
        ("OIDC_CLAIM_sub", "admin"),
        ("OIDC-CLAIM-sub", "admin"),
    ),
)


def _all() -> Iterator[Way]:
    yield PLAIN
    for label, spell in _SPELLINGS:
        yield Way(f"GET {label}", spell)
    for method in _METHODS:
        yield Way(f"{method} PATH", _shown, method)
    for headers in _HEADERS:
        told = ", ".join(f"{name}: {value}" for name, value in headers[:1])
        yield Way(f"GET PATH + {told}", _shown, headers=headers)
    for header in ("X-Original-URL", "X-Rewrite-URL"):
        yield Way(f"GET / + {header}: PATH", _home, headers=((header, PATH),))


WAYS: tuple[Way, ...] = tuple(_all())
