"""Which items share a segment, and each item's number in it.

Both are cut at fixed places, so that an item added or taken away anywhere leaves all others where
they were: segments at spans of years (or months) that begin at multiples of a power of two,
numbers by the day. The reader asks every segment, so they are as few as can be handled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from generator.model.edition import Item
from generator.site.exact.cut import Part, cut

ENOUGH = 16_384
"""Items that a segment has at most, unless one month has more."""

_MONTH_BITS = 4
_BITS = 14 + _MONTH_BITS


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment's name ("all", "2016-2023", "2026" or "2026.08") and its items, oldest first, each
    with its number.
    """

    name: str
    items: tuple[Item, ...]
    numbers: tuple[int, ...]


def plan(newest_first: Sequence[Item]) -> list[Segment]:
    """The segments of an edition's items, newest segment first."""
    items = newest_first[::-1]
    months = [item.release.year << _MONTH_BITS | item.release.month for item in items]
    parts = cut(months, [1] * len(items), ENOUGH, _BITS)
    return [_segment(part, items[part.begin : part.end]) for part in reversed(parts)]


def _segment(part: Part, items: Sequence[Item]) -> Segment:
    return Segment(_name(part), tuple(items), tuple(_numbers([each.release for each in items])))


def _name(part: Part) -> str:
    if part.level == _BITS:
        return "all"
    year, month = divmod(part.start, 1 << _MONTH_BITS)
    if part.level < _MONTH_BITS:
        return f"{year:04}.{max(1, month):02}"
    last = year + (1 << part.level - _MONTH_BITS) - 1
    return f"{year:04}" if last == year else f"{year:04}-{last:04}"


def _numbers(days: Sequence[date]) -> Iterable[int]:
    """Every day has room for as many numbers as two usual days need; what a busier day has
    beyond that is numbered after all days, where each has room for the busiest one.
    """
    first = date(days[0].year, 1, 1).toordinal()
    span = date(days[-1].year, 12, 31).toordinal() - first + 1
    groups = [(day.toordinal() - first, len(list(same))) for day, same in groupby(days)]
    room = _power(2 * len(days) / span)
    more = _power(max(count for _, count in groups) - room)
    for day, count in groups:
        for rank in range(count):
            yield day * room + rank if rank < room else span * room + day * more + rank - room


def _power(least: float) -> int:
    """The least power of two that is not less."""
    found = 1
    while found < least:
        found *= 2
    return found


def labels(items: Iterable[Item]) -> dict[str, list[list[str]]]:
    """The values of each filter, per item in order: what the search page's choices are called."""
    listed = list(items)
    return {
        "year": [[str(item.release.year)] for item in listed],
        "category": [[item.category.title] for item in listed],
        "unit": [[unit.name for unit in item.units] for item in listed],
        "kind": [[item.kind] for item in listed],
    }
