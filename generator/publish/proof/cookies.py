"""The cookies of a browser's session, from a file in Netscape's format (curl, browser add-ons)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generator.diagnostics import EnvironmentFault
from generator.publish.proof.found import BAD_INPUT
from generator.publish.proof.http import Address

_HTTP_ONLY = "#HttpOnly_"


def cookies_for(path: Path, where: Address) -> str:
    """The ``Cookie`` header a browser would send to the site ``where``; "" when none is for it.

    A line holds domain, whether its subdomains count, path, whether only over TLS, expiry, name
    and value. Expiry is not looked at: whether a session still counts is for the server to say.
    Raises ``EnvironmentFault`` for a file that is not of that format.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as problem:
        raise _unusable(path, getattr(problem, "strerror", None) or "UTF-8") from None
    return "; ".join(_fitting(path, lines, where))


def _fitting(path: Path, lines: list[str], where: Address) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        text = line.removeprefix(_HTTP_ONLY)
        if not text.strip() or text.startswith("#"):
            continue
        fields = text.split("\t")
        if len(fields) != 7:
            raise _unusable(path, f"line {number}")
        domain, below, folder, secure, _, name, value = fields
        if (
            _of_host(domain, below == "TRUE", where.host)
            and _of_path(folder, where.base)
            and (secure != "TRUE" or where.scheme == "https")
        ):
            yield f"{name}={value}"


def _of_host(domain: str, below: bool, host: str) -> bool:
    bare = domain.lstrip(".").lower()
    return host == bare or (below and host.endswith(f".{bare}"))


def _of_path(folder: str, base: str) -> bool:
    """RFC 6265, 5.1.4."""
    return base == folder or base.startswith(folder if folder.endswith("/") else f"{folder}/")


def _unusable(path: Path, why: str) -> EnvironmentFault:
    return EnvironmentFault(BAD_INPUT, {"file": path.name, "why": why})
