"""When to tell somebody that scheduled runs fail: once, once a day while it lasts, once when over.

What earlier runs left: since when they fail, what was last told, what they put into service.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from generator.diagnostics import EnvironmentFault
from generator.model.servers import Notify
from generator.publish.notice import Event
from generator.site.place import writing

QUIET = timedelta(hours=1)
"""No two notices of failing come closer: what comes and goes would ring every few minutes."""

AGAIN = timedelta(days=1)
"""A failure that lasts is told again after this long."""


_ROOM = 4096
"""Bytes of the file, the rest of them blank: a file system gives room by such pieces."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Since when runs fail (None: they do not), and which notice went out last, when, of what."""

    since: datetime | None = None
    told: Event | None = None
    at: datetime | None = None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """What a run leaves to the next.

    ``served`` has, by audience, the release that this project was last seen to have put into
    service: its number and the digest of its content. ``notify`` is who is told where the
    settings themselves cannot be read.
    """

    alarm: Alarm = Alarm()
    served: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    notify: Notify = field(default_factory=Notify)


def after(alarm: Alarm, codes: Sequence[str], now: datetime) -> tuple[Alarm, Event | None]:
    """The state after a run that ended with ``codes`` (none: well), and what to tell, if anything.

    The state says nothing was told; who has told says so with ``told``.
    """
    if not codes:
        over: Event | None = "mended" if alarm.told in {"failed", "failing"} else None
        return replace(alarm, since=None), over
    current = replace(alarm, since=alarm.since or now)
    waited = now - alarm.at if alarm.at else AGAIN
    if alarm.told not in {"failed", "failing"}:
        return current, "failed" if waited >= QUIET else None
    changed = tuple(codes) != alarm.codes and waited >= QUIET
    return current, "failing" if changed or waited >= AGAIN else None


def told(alarm: Alarm, event: Event, codes: Sequence[str], now: datetime) -> Alarm:
    """The state once ``event`` was told."""
    return replace(alarm, told=event, at=now, codes=tuple(codes))


def recall(path: Path) -> Memory:
    """What the last run left in the file ``path``; nothing where there is none or it is broken."""
    try:
        table: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        alarm = dict(table["alarm"])
        for key in ("since", "at"):
            alarm[key] = datetime.fromisoformat(alarm[key]) if alarm[key] else None
        alarm["codes"] = tuple(alarm["codes"])
        served = {name: (int(each[0]), str(each[1])) for name, each in table["served"].items()}
        notify = dict(table["notify"])
        notify["to"] = tuple(notify["to"])
        return Memory(Alarm(**alarm), served, Notify(**notify))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return Memory()


def keep(path: Path, memory: Memory) -> None:
    """Leave it for the next run: whole or as it was; a fault of the machine is told.

    Where no new file can be written (a full disk) the old one is written over, which takes no
    further room: or each run would ring anew about the very disk.
    """
    alarm: dict[str, Any] = asdict(memory.alarm)
    for key in ("since", "at"):
        alarm[key] = alarm[key].isoformat() if alarm[key] else None
    table = {"alarm": alarm, "served": dict(memory.served), "notify": asdict(memory.notify)}
    data = f"{json.dumps(table, sort_keys=True, indent=1)}\n".encode().ljust(_ROOM)
    fresh = path.with_suffix(f".{os.getpid()}")
    try:
        with writing(path.name):
            path.parent.mkdir(exist_ok=True)
            fresh.write_bytes(data)
            fresh.replace(path)
    except EnvironmentFault:
        fresh.unlink(missing_ok=True)
        if not path.is_file() or path.stat().st_size < len(data):
            raise
        with writing(path.name), path.open("r+b") as stream:
            stream.write(data)
