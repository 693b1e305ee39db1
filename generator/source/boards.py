"""``boards`` of ``institution.yml``: bulletin boards (公开栏), each with who passes by."""

from __future__ import annotations

import re

from generator.model.institution import Board
from generator.source.sheet import Fields
from generator.source.values import plain

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DAYS = re.compile(r"([0-9]{1,4})天?")


def read_boards(fields: Fields, audiences: tuple[str, ...]) -> tuple[Board, ...]:
    """The boards in order; one whose audience is unknown is a fault and is left out."""
    table = fields.map("boards", None)
    found = []
    for name in table.names():
        entry = table.map(name, ("title", "audience", "keep"))
        entry.require("title", "audience")
        if not _NAME.fullmatch(name):
            table.fail("S15", name, key="boards", value=name)
        audience = entry.word("audience", audiences, "audience")
        if audience:
            keep = entry.parsed("keep", _days, "P08") or 0
            found.append(Board(name, entry.text("title"), audience, keep))
    return tuple(found)


def _days(text: str) -> int | None:
    """``30天`` or ``30``: calendar days."""
    match = _DAYS.fullmatch(plain(text))
    return int(match[1]) if match else None
