"""What the press is told; apart, so that a command that prints nothing loads no engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from generator.model.edition import Edition, Item
from generator.model.institution import Board
from generator.model.shelf import Shelf

A4, A3 = 1.0, 2.0**0.5
"""A3 is A4 with every length times √2 (ISO 216), so its lines end where those of A4 end."""


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """A board's papers: what may hang there, where online each item is that passers-by may open,
    the institution's own fonts; the texts of the items as HTML by id and their pictures, the
    folder to fill, one to work in, and how many may help.
    """

    edition: Edition
    board: Board | None
    links: Mapping[str, str]
    own_fonts: Path
    fragments: Path
    shelf: Shelf
    out: Path
    work: Path
    registers: bool = False
    scale: float = A4
    helpers: int = 1


def last_day(item: Item, board: Board) -> date | None:
    """The last day on the board: the item's end, or sooner where the board keeps sheets so many
    days, counted from the day after posting; None means for ever.
    """
    ends = [item.last] if item.last else []
    if board.keep:
        ends.append(item.release + timedelta(days=board.keep))
    return min(ends, default=None)


@dataclass(frozen=True, slots=True)
class WebOrder:
    """Where the institution's own fonts are."""

    own_fonts: Path
