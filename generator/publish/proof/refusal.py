"""Refusals as they may be compared: what was asked for is taken out of the answer, the rest stays.

A refusal may name the address it refuses (a sign-on page is told where to return to) and may carry
a secret of its own (a state, a cookie). It must not differ in anything else between a file that
exists and one that does not.
"""

from __future__ import annotations

import hashlib
import html
import posixpath
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

from generator.publish.proof.http import Address, Answer

Shape = Mapping[str, str]
"""An answer in parts: ``status``, each header, each field of a redirection, ``body``."""

OTHER_NAME = "localhost"
"""A name by which the server may know itself too, for one of the ways of asking."""

LARGEST = 1 << 16
"""Bytes of a body in which the address is looked for; beyond, bodies are compared by digest."""

_OWN_LIFE = {
    "age",
    "connection",
    "content-length",  # a part of its own, where a body does not tell
    "date",
    "keep-alive",
    "transfer-encoding",
    "x-request-id",
}
_HERE = "<PATH>"
_SECRET = re.compile(r"[A-Za-z0-9_~-]{16,}$")


def shape(answer: Answer, asked: str, where: Address, *, plain_length: int = -1) -> Shape:
    """The parts of ``answer`` to the request target ``asked`` of the site ``where``.

    For an answer without a body (HEAD) ``plain_length`` is what GET of the same target brought:
    the length it states must be that or none.
    """
    echo = _Echo(asked, where)
    parts = {"status": str(answer.status)}
    for name, value in answer.headers:
        if name == "location":
            parts |= _location(value, echo)
        elif name == "set-cookie":
            key = f"set-cookie {_SECRET.sub('', value.partition('=')[0])}"
            parts[key] = value.partition(";")[2].strip()
        elif name not in _OWN_LIFE:
            parts[name] = ", ".join(filter(None, (parts.get(name, ""), echo.removed(value))))
    parts["body"] = _body(answer, echo)
    stated = answer.header("content-length")
    if plain_length >= 0 and stated not in ("", str(plain_length)):
        parts["content-length"] = stated
    return parts


def differing(one: Shape, other: Shape) -> list[str]:
    """The names of the parts in which two answers differ."""
    return sorted(part for part in {*one, *other} if one.get(part) != other.get(part))


def steady(shapes: list[Shape]) -> tuple[Shape, list[str]]:
    """What several refusals have in common, and the parts in which they wrongly differ.

    Fields of a redirection that are new each time (state, nonce) are left out of the comparison;
    that they are there is kept.
    """
    first = shapes[0]
    noise = {part for other in shapes[1:] for part in differing(first, other)}
    wrong = sorted(part for part in noise if not part.startswith("location "))
    return {part: value for part, value in first.items() if part not in noise}, wrong


def like(refusal: Shape, answer: Shape) -> list[str]:
    """The parts of ``answer`` that are not those of ``refusal`` (from ``steady``)."""
    known = {part: answer[part] for part in answer if part in refusal or not _is_field(part)}
    return differing(refusal, known)


def _is_field(part: str) -> bool:
    return part.startswith("location ")


class _Echo:
    """Every spelling in which a server may repeat the address it was asked for."""

    def __init__(self, asked: str, where: Address) -> None:
        path = asked.partition("?")[0]
        self._path, self._host = _normal(path), where.host
        self._found: re.Pattern[str] | None = None
        if self._path == _normal(where.base):  # a refusal may name the site's own root by itself
            return
        forms = {asked, path, unquote(asked), unquote(path), _normal(path), quote(_normal(path))}
        escaped = {quote(each, safe="") for each in forms}
        forms |= escaped | {each.lower() for each in escaped}
        forms |= {re.sub("%..", lambda found: found[0].lower(), each) for each in escaped}
        forms |= {html.escape(each) for each in forms}
        long = sorted((each for each in forms if len(each) > 3), key=len, reverse=True)
        self._found = re.compile("|".join(map(re.escape, long))) if long else None

    def removed(self, text: str) -> str:
        """``text`` without the address."""
        return self._found.sub(_HERE, text) if self._found else text

    def address(self, value: str) -> str:
        """The same for where a redirection leads; elsewhere the same path is another page."""
        own = urlsplit(value).hostname in (None, self._host, OTHER_NAME)
        return self.field(value) if own else self.removed(value)

    def field(self, value: str) -> str:
        """The same for one field of a redirection, which may be a whole URL, short ones too."""
        parts = urlsplit(value)
        if parts.path.startswith("/") and _normal(parts.path) == self._path:
            return f"{parts.scheme}://{parts.netloc}{_HERE}"
        return self.removed(value)


def _normal(path: str) -> str:
    """A path as most servers come to read it: escapes undone, dots and doubled slashes gone."""
    plain = unquote(path) or "/"
    folder = "/" if plain.endswith(("/", "/.", "/..")) else ""
    return "/" + (posixpath.normpath(plain).strip("/") + folder).lstrip("/")


def _location(value: str, echo: _Echo) -> dict[str, str]:
    """A redirection in fields, so that a state that is new each time hides nothing else."""
    try:
        parts = urlsplit(value)
        fields = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return {"location": echo.removed(value)}
    found = {"location": echo.address(urlunsplit((*parts[:3], "", "")))}
    found |= {"location-fields": " ".join(key for key, _ in fields)}
    return found | {f"location {key}": echo.field(field) for key, field in fields}


def _body(answer: Answer, echo: _Echo) -> str:
    if answer.length > LARGEST or answer.length != len(answer.body):
        return answer.digest
    text = answer.body.decode("latin-1")
    if there := answer.header("location"):
        for written in (html.escape(there), there):
            text = text.replace(written, "<LOCATION>")
    return hashlib.sha256(echo.removed(text).encode()).hexdigest()
