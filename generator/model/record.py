"""The publish log as values: what each site showed from when to when, chained by digests.

A line of the log is an entry, and an entry tells one site's difference from its entry before:
what came (new, or shown in another state than before) and what went. Lines are canonical JSON;
each holds the SHA-256 of the line before and of itself, so a change of any line shows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

REGISTER = "registers/publish-log.jsonl"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class ShownFile:
    """An attachment as offered: the author's file name, its title, SHA-256 (hex) of its bytes."""

    name: str
    title: str
    digest: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An item as one audience could read it.

    ``text`` is the SHA-256 of the body, ``digest`` that of everything of the item the audience
    could read but the change notes, which stand in ``changes`` as date, change, note. What is not
    the item's own is no part of it: rows, categories, related items, where links lead, the names
    of units, contacts.
    """

    id: str
    title: str
    text: str
    files: tuple[ShownFile, ...]
    forms: tuple[str, ...]
    changes: tuple[tuple[str, str, str], ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Gone:
    """An item, or the notice in its place, that is no longer there; ``notice``: one stands now."""

    id: str
    notice: bool


@dataclass(frozen=True, slots=True)
class State:
    """All that a site shows of items: by id, and the ids at whose address a notice stands."""

    items: Mapping[str, Shown] = field(default_factory=dict)
    notices: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log. ``at`` is the instant of putting the site into service (aware, in the
    institution's time zone), ``as_of`` and ``source`` are those of the site's manifest.
    """

    number: int
    audience: str
    at: datetime
    as_of: date
    source: str
    came: tuple[Shown, ...]
    went: tuple[Gone, ...]
    previous: str
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the log last says of an item at an audience: its state (None: a notice stands in its
    place), the day since when, and the line that says so.
    """

    shown: Shown | None
    since: date
    line: int


Published = Mapping[str, Mapping[str, Standing]]
"""By audience, by id: what the log says is shown; empty for a project without a log."""


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of time in which an audience was shown an item in one state (None: a notice);
    ``end`` None: it still stands.
    """

    audience: str
    id: str
    shown: Shown | None
    start: datetime
    end: datetime | None


def canonical(value: Any) -> str:
    """JSON with one spelling for one value: keys sorted, no spaces, dates as ISO 8601."""
    return json.dumps(
        value,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        default=lambda each: each.isoformat(),
    )


def sha256(value: Any) -> str:
    """The digest (hex) of a value's canonical JSON."""
    return hashlib.sha256(canonical(value).encode("utf-8")).hexdigest()
