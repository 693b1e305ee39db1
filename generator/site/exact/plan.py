"""Which items share a segment, and each item's number in it.

Both are cut at fixed places, so that an item added or taken away anywhere leaves all others where
they were: segments at spans of years (or months) that begin at multiples of a power of two,
numbers by the day. The reader asks every segment, so they are as few as can be handled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

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
    return Segment(_name(part), tuple(items), tuple(_numbers(items)))


def _name(part: Part) -> str:
    if part.level == _BITS:
        return "all"
    year, month = divmod(part.start, 1 << _MONTH_BITS)
    if part.level < _MONTH_BITS:
        return f"{year:04}.{max(1, month):02}"
    last = year + (1 << part.level - _MONTH_BITS) - 1
    return f"{year:04}" if last == year else f"{year:04}-{last:04}"


def _numbers(items: Sequence[Item]) -> Iterator[int]:
    """Every day has room for half as many more items than a usual one has; what a busier day has
    beyond that is numbered after all days, with as much to spare.
    """
    first = date(items[0].release.year, 1, 1).toordinal()
    span = date(items[-1].release.year, 12, 31).toordinal() - first + 1
    days = Counter([item.release for item in items])
    room = _step(1.5 * len(items) / span)
    more = _step(1.5 * (max(days.values()) - room))
    for each, count in days.items():
        day = each.toordinal() - first
        usual, beyond = day * room, span * room + day * more
        yield from range(usual, usual + min(count, room))
        yield from range(beyond, beyond + count - room)


def _step(least: float) -> int:
    """The least number that is not less and has three bits that count: so it seldom changes."""
    found = max(1, ceil(least))
    fine = max(0, found.bit_length() - 3)
    return -(-found >> fine) << fine


def labels(items: Iterable[Item]) -> dict[str, list[tuple[str, ...]]]:
    """The values of each filter, per item in order: what the search page's choices are called."""
    listed = list(items)
    return {
        "year": [(str(item.release.year),) for item in listed],
        "category": [(item.category.title,) for item in listed],
        "unit": [tuple([unit.name for unit in item.units]) for item in listed],
        "kind": [(item.kind,) for item in listed],
    }
