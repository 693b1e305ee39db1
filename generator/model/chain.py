"""The publish log as lines: written, verified on every reading, and told as states and spells."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from generator.model.record import (
    FORMAT,
    Entry,
    Gone,
    Published,
    Shown,
    ShownFile,
    Spell,
    Standing,
    State,
    canonical,
    sha256,
)

CHANGED, APART, UNREADABLE = "E11", "E12", "E13"


@dataclass(frozen=True, slots=True)
class Chain:
    """A log as read: its entries, how many bytes they take, the line (0: none) that was cut off.

    ``fault`` is a code and the line (from 1) at which the chain breaks; the entries are then
    those before it.
    """

    entries: tuple[Entry, ...] = ()
    size: int = 0
    torn: int = 0
    fault: tuple[str, int] | None = None

    @property
    def last(self) -> str:
        """The digest of the last entry; "" for an empty log."""
        return self.entries[-1].hash if self.entries else ""


def seal(entry: Entry, previous: str) -> Entry:
    """The entry as a link of the chain after the one whose digest is ``previous``."""
    linked = replace(entry, previous=previous, hash="")
    return replace(linked, hash=sha256(_table(linked)))


def line(entry: Entry) -> str:
    """The line of a sealed entry, without its line end."""
    return canonical({**_table(entry), "hash": entry.hash})


def _table(entry: Entry) -> dict[str, Any]:
    """Everything of an entry but its own digest."""
    return {
        "format": FORMAT,
        "number": entry.number,
        "audience": entry.audience,
        "at": entry.at,
        "as_of": entry.as_of,
        "source": entry.source,
        "came": [table_of(each) for each in entry.came],
        "went": [{"id": each.id, "notice": each.notice} for each in entry.went],
        "previous": entry.previous,
    }


def read_chain(data: bytes, before: int = 0, previous: str = "") -> Chain:
    """The entries of a log file, each verified: its text, its digest, its place in the chain, which
    may begin after ``before`` entries, the last of them with the digest ``previous``.

    A last line without line end was cut off by the end of the program that wrote it: it is left
    out, or kept where only the line end is missing. One that is neither is a fault.
    """
    *lines, tail = data.split(b"\n")
    entries: list[Entry] = []
    size = 0
    for number, text in enumerate(lines, start=before + 1):
        entry = _link(text, number, previous)
        if isinstance(entry, str):
            return Chain(tuple(entries), size, fault=(entry, number))
        entries.append(entry)
        previous, size = entry.hash, size + len(text) + 1
    if not tail:
        return Chain(tuple(entries), size)
    after = before + len(lines) + 1
    last = _link(tail, after, previous)
    if isinstance(last, Entry):
        return Chain((*entries, last), len(data), torn=after)
    if _whole(tail):
        return Chain(tuple(entries), size, fault=(last, after))
    return Chain(tuple(entries), size, torn=after)


def read_stretch(data: bytes) -> Chain:
    """The entries of a stretch of a log, verified by itself: its first line says what it follows.

    A stretch is whole lines: one that was cut off is a fault.
    """
    try:
        head = json.loads(data.partition(b"\n")[0])
        chain = read_chain(data, int(head["number"]) - 1, str(head["previous"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return Chain(fault=(UNREADABLE, 1))
    return replace(chain, fault=(UNREADABLE, chain.torn)) if chain.torn else chain


def _link(text: bytes, number: int, previous: str) -> Entry | str:
    """The entry of a line, or the code of what is wrong with it."""
    try:
        entry = _entry(json.loads(text))
        own = f'"hash":"{entry.hash}",'.encode()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return UNREADABLE
    # What was sealed is the line without its own digest, byte for byte.
    before, found, after = text.partition(own)
    if not found or hashlib.sha256(before + after).hexdigest() != entry.hash:
        return CHANGED
    return entry if (entry.number, entry.previous) == (number, previous) else APART


def _entry(table: Mapping[str, Any]) -> Entry:
    if table["format"] != FORMAT:
        raise ValueError("format")
    at = datetime.fromisoformat(table["at"])
    if at.tzinfo is None:
        raise ValueError("at")
    return Entry(
        number=table["number"],
        audience=table["audience"],
        at=at,
        as_of=date.fromisoformat(table["as_of"]),
        source=table["source"],
        came=tuple(shown_of(each) for each in table["came"]),
        went=tuple(Gone(each["id"], each["notice"]) for each in table["went"]),
        previous=table["previous"],
        hash=table["hash"],
    )


def table_of(shown: Shown) -> dict[str, Any]:
    """An item's state as JSON takes it."""
    return {
        "id": shown.id,
        "title": shown.title,
        "text": shown.text,
        "files": [
            {"name": each.name, "title": each.title, "digest": each.digest} for each in shown.files
        ],
        "forms": shown.forms,
        "changes": shown.changes,
        "digest": shown.digest,
    }


def shown_of(table: Mapping[str, Any]) -> Shown:
    """The state that ``table_of`` made the table of."""
    return Shown(
        id=table["id"],
        title=table["title"],
        text=table["text"],
        files=tuple(ShownFile(**each) for each in table["files"]),
        forms=tuple(table["forms"]),
        changes=tuple((day, change, note) for day, change, note in table["changes"]),
        digest=table["digest"],
    )


def _whole(tail: bytes) -> bool:
    """Whether a whole JSON value stands there: a line cut off in the writing holds none."""
    try:
        json.JSONDecoder().raw_decode(tail.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return False
    return True


def difference(before: State, after: State) -> tuple[tuple[Shown, ...], tuple[Gone, ...]]:
    """What came (or is shown in another state) and what went, each in the order of ids."""
    came = tuple(
        each for name, each in sorted(after.items.items()) if before.items.get(name) != each
    )
    left = before.items.keys() - after.items.keys()
    left |= (before.notices ^ after.notices) - after.items.keys()
    return came, tuple(Gone(name, name in after.notices) for name in sorted(left))


def standings(entries: Iterable[Entry]) -> Published:
    """What the log last says, in one pass."""
    found: dict[str, dict[str, Standing]] = {}
    for entry in entries:
        site = found.setdefault(entry.audience, {})
        for each in entry.came:
            site[each.id] = Standing(each, entry.at.date(), entry.number)
        for gone in entry.went:
            site.pop(gone.id, None)
            if gone.notice:
                site[gone.id] = Standing(None, entry.at.date(), entry.number)
    return found


def state_of(site: Mapping[str, Standing]) -> State:
    """An audience's standings as the state of its site."""
    items = {name: each.shown for name, each in site.items() if each.shown is not None}
    return State(items, frozenset(site.keys() - items.keys()))


def spells(entries: Iterable[Entry]) -> Iterator[Spell]:
    """Every stretch of time in which something was shown; those that ended first, by their end."""
    open_spells: dict[tuple[str, str], tuple[Shown | None, datetime]] = {}
    for entry in entries:
        now: dict[str, Shown | None] = {each.id: each for each in entry.came}
        now |= {gone.id: None for gone in entry.went if gone.notice}
        for name in sorted({*now, *(gone.id for gone in entry.went)}):
            key = (entry.audience, name)
            if key in open_spells:
                yield Spell(*key, *open_spells.pop(key), entry.at)
            if name in now:
                open_spells[key] = (now[name], entry.at)
    for key, (state, start) in open_spells.items():
        yield Spell(*key, state, start, None)
