"""Asking one server: certificates always checked, connections kept, bodies streamed and hashed.

The only module that knows urllib3. Redirections are never followed: where a site wants a sign-on,
following one would prove the sign-on page and not the site. No proxy is used and nothing is
remembered between questions but the connections.
"""

from __future__ import annotations

import hashlib
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError, SSLError

from generator.diagnostics import EnvironmentFault
from generator.publish.proof.found import BAD_CA

CONNECT, READ = 10, 30
"""Seconds to wait for a connection, and for each next piece of an answer."""

_PIECE = 1 << 16
_LARGEST = 1 << 34
"""Bytes of one body; no attachment is that large, and a server may send without end."""

_PORTS = {"http": 80, "https": 443}
_PLAIN = ("", "identity", "gzip", "x-gzip", "deflate")
_RESOLVE = re.compile(r"([^:\[\]]+|\[[^]]+\]):([0-9]{1,5}):(?:\[([^]]+)\]|([^\[\]]+))")


class BadAddress(ValueError):
    """An address, or a ``--resolve``, that cannot be used; the text is what was written."""


class NoAnswer(Exception):
    """Nobody answered, or not to the end; the text says why, in a few English words."""


@dataclass(frozen=True, slots=True)
class Address:
    """The root of a site on the web."""

    scheme: str
    host: str
    port: int
    base: str
    """Path of the site's root, with a slash at both ends."""

    @property
    def origin(self) -> str:
        """What the ``Host`` header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.origin}{self.base}"


def address(url: str) -> Address:
    """The address written as ``url``; raises ``BadAddress``. Query and password are left out."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadAddress(url) from None
    if parts.scheme not in _PORTS or not parts.hostname or not url.isascii() or " " in url:
        raise BadAddress(url)
    path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    return Address(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], path)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the beginning of the body, and digest and length of all of it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    """In the order received, names in lower case, several of one name as several."""

    body: bytes
    digest: str
    """SHA-256 of the identity body, in hex."""

    length: int
    """Bytes of the identity body."""

    def header(self, name: str) -> str:
        """The first header of this lower-case name, or nothing."""
        return next((value for key, value in self.headers if key == name), "")


class Server:
    """One server, asked by several threads at once."""

    def __init__(
        self, where: Address, *, ca: Path | None = None, resolve: str = "", hands: int = 8
    ) -> None:
        """``ca`` is a file of certificates to trust instead of the system's. ``resolve``, written
        ``HOST:PORT:ADDRESS``, names the machine to ask when it is for this site.

        Raises ``EnvironmentFault`` when ``ca`` cannot be used and ``BadAddress`` for ``resolve``.
        """
        self.where = where
        self._pool = _pool(where, ca, _machine(where, resolve), hands)

    def ask(
        self,
        target: str,
        headers: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        body: bytes | None = None,
        keep: int = 0,
    ) -> Answer:
        """The answer for a request target (path from the server's root, already encoded).

        At most ``keep`` bytes of the body are kept. Asks once more when a body breaks off: a
        server may close a kept connection at any time. Raises ``NoAnswer``.
        """
        asked = {"Host": self.where.origin, "User-Agent": "dwgk", "Accept": "*/*"}
        asked |= headers or {}
        for last in (False, True):
            try:
                return self._once(method, target, asked, body, keep)
            except (ProtocolError, ReadTimeoutError, SSLError) as problem:
                if last:
                    raise NoAnswer(_why(problem)) from None
            except (HTTPError, ValueError, OSError) as problem:
                raise NoAnswer(_why(problem)) from None
        raise AssertionError("the second time returns or raises")

    def _once(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, keep: int
    ) -> Answer:
        response = self._pool.urlopen(
            method,
            target,
            body,
            headers=headers,
            redirect=False,
            assert_same_host=False,
            preload_content=False,
            decode_content=False,
        )
        try:
            answer = _read(response, keep)
        except BaseException:
            response.close()  # the rest of the body must not be taken for the next answer
            raise
        response.release_conn()
        return answer

    def close(self) -> None:
        """Let the connections go."""
        self._pool.close()


def _pool(
    where: Address, ca: Path | None, machine: str, hands: int
) -> urllib3.HTTPConnectionPool | urllib3.HTTPSConnectionPool:
    timeout = urllib3.Timeout(connect=CONNECT, read=READ)
    retries = urllib3.Retry(2, redirect=0, status=0, allowed_methods=None, backoff_factor=0.1)
    if where.scheme == "http":
        return urllib3.HTTPConnectionPool(
            machine, where.port, timeout=timeout, retries=retries, maxsize=hands, block=True
        )
    try:
        context = ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as problem:
        raise EnvironmentFault(BAD_CA, {"file": str(ca), "why": _short(problem)}) from None
    return urllib3.HTTPSConnectionPool(
        machine,
        where.port,
        timeout=timeout,
        retries=retries,
        maxsize=hands,
        block=True,
        ssl_context=context,
        server_hostname=where.host,
    )


def _machine(where: Address, resolve: str) -> str:
    """The name or address to connect to; ``localhost`` and all below it are this machine."""
    if resolve:
        match = _RESOLVE.fullmatch(resolve)
        if match is None:
            raise BadAddress(resolve)
        if (match[1].strip("[]"), int(match[2])) == (where.host, where.port):
            return match[3] or match[4]
    local = where.host == "localhost" or where.host.endswith(".localhost")  # RFC 6761, 6.3
    return "127.0.0.1" if local else where.host


def _read(response: urllib3.BaseHTTPResponse, keep: int) -> Answer:
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in _PLAIN:
        raise ProtocolError(f"Content-Encoding: {encoding}")
    seen = hashlib.sha256()
    kept, length = bytearray(), 0
    for piece in response.stream(_PIECE, decode_content=True):
        seen.update(piece)
        length += len(piece)
        if len(kept) < keep:
            kept += piece[: keep - len(kept)]
        if length > _LARGEST:
            raise ProtocolError("endless body")
    headers = tuple((name.lower(), value) for name, value in response.headers.items())
    return Answer(response.status, headers, bytes(kept), seen.hexdigest(), length)


def _why(problem: BaseException) -> str:
    """The innermost reason, without addresses of memory or of machines."""
    reason = getattr(problem, "reason", None)
    if isinstance(reason, BaseException):
        return _why(reason)
    if isinstance(problem, ProtocolError) and len(problem.args) > 1:
        inner = problem.args[1]
        return _short(inner) if isinstance(inner, BaseException) else str(inner)
    return _short(problem)


def _short(problem: BaseException) -> str:
    text = str(getattr(problem, "strerror", None) or problem)
    return re.sub(r"^.*\[Errno -?[0-9]+\] |^HTTPS?Connection\(.*?\): ", "", text) or "no answer"
