"""``dwgk status``: the dead-man check. Is a live site older than the day it should have changed?

A static site cannot take itself down: when the rebuild that an expiry needs did not happen, only
a look from outside tells. The manifest beside a site says until when the site is right.
"""

from __future__ import annotations

import http.client
import json
import re
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit, urlunsplit

from generator.diagnostics import Diagnostic, Span, fault, several

STALE, MISSING, UNREADABLE, UNREACHABLE, UNKNOWN, WRONG = (f"T0{n}" for n in range(1, 7))

TIMEOUT = 10
"""Seconds to wait for a server."""

_LARGEST = 1 << 28
"""Bytes of a manifest; one of 100,000 items has some ten million."""


@dataclass(frozen=True, slots=True)
class Live:
    """A live site as its manifest tells: the day it was made for, and until when it is right."""

    audience: str
    as_of: str
    next_change: datetime | None


Found = Live | Diagnostic
"""A site that is right, or what is wrong with it."""


def status(live: str, audiences: Sequence[str], now: datetime) -> list[Found]:
    """Look at every site of ``live`` at the instant ``now`` (aware).

    ``live`` is a folder with ``<audience>.json`` for each of ``audiences``, such a file, or its
    http(s) address. Never raises for what it finds there.
    """
    if live.startswith(("http://", "https://")):
        return [_judge(_fetch(live), Span(_shown(live)), audiences, _stem(live, audiences), now)]
    path = Path(live)
    names = [f"{each}.json" for each in audiences]
    if not path.is_dir():
        folder, names = path.parent, [path.name]
    else:
        folder = path
        names += sorted(each.name for each in path.glob("*.json") if each.name not in names)
    found = []
    for name in names:
        span = Span(f"{folder.name}/{name}".lstrip("/"))
        expected = name.removesuffix(".json") if path.is_dir() else _stem(name, audiences)
        found.append(_judge(_read(folder / name), span, audiences, expected, now))
    return found


class _Unavailable(Exception):
    """Why a manifest cannot be had: a code and a reason."""


def _judge(
    load: Callable[[], bytes], span: Span, audiences: Sequence[str], expected: str, now: datetime
) -> Found:
    try:
        live = _parse(load())
    except _Unavailable as problem:
        code, why = problem.args
        return fault(code, span, why=why)
    if live.audience not in audiences:
        return fault(UNKNOWN, span, value=live.audience, known=several(audiences))
    if expected and live.audience != expected:
        return fault(WRONG, span, audience=live.audience, expected=expected)
    if live.next_change is not None and live.next_change <= now:
        due = live.next_change.astimezone(now.tzinfo).isoformat(" ", "minutes")
        seen = now.isoformat(" ", "minutes")
        return fault(STALE, span, audience=live.audience, as_of=live.as_of, due=due, now=seen)
    return live


def _parse(text: bytes) -> Live:
    """The manifest's own statements; anything doubtful is unreadable, never fresh."""
    try:
        table = json.loads(text)
    except (ValueError, RecursionError):
        raise _Unavailable(UNREADABLE, "JSON") from None
    if not isinstance(table, Mapping) or table.get("format") != 1:
        raise _Unavailable(UNREADABLE, "format")
    audience, as_of, change = (table.get(key, 0) for key in ("audience", "as_of", "next_change"))
    if not isinstance(audience, str) or not isinstance(as_of, str):
        raise _Unavailable(UNREADABLE, "audience, as_of")
    if change is None:
        return Live(audience, as_of, None)
    try:
        instant = datetime.fromisoformat(change)
    except (TypeError, ValueError):
        raise _Unavailable(UNREADABLE, "next_change") from None
    if instant.tzinfo is None:
        raise _Unavailable(UNREADABLE, "next_change")
    return Live(audience, as_of, instant)


def _read(path: Path) -> Callable[[], bytes]:
    def load() -> bytes:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise _Unavailable(MISSING, "") from None
        except OSError as error:
            raise _Unavailable(UNREADABLE, error.strerror or "") from None

    return load


def _fetch(address: str) -> Callable[[], bytes]:
    def load() -> bytes:
        try:
            with urllib.request.urlopen(address, timeout=TIMEOUT) as answer:
                text: bytes = answer.read(_LARGEST)
                return text
        except HTTPError as error:
            raise _Unavailable(MISSING if error.code == 404 else UNREACHABLE, error.code) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise _Unavailable(UNREACHABLE, str(reason) or type(error).__name__) from None

    return load


def _stem(address: str, audiences: Sequence[str]) -> str:
    """The audience that a file's name promises, if it is one."""
    stem = re.split("[?#]", address)[0].rpartition("/")[2].removesuffix(".json")
    return stem if stem in audiences else ""


def _shown(address: str) -> str:
    """An address for messages, without password and query."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "URL"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def parted(found: Sequence[Found]) -> tuple[list[Live], list[Diagnostic]]:
    """The sites that are right, and the faults."""
    right = [each for each in found if isinstance(each, Live)]
    return right, [each for each in found if isinstance(each, Diagnostic)]
