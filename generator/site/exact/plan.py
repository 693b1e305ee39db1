"""Which items share a segment: closed years in groups, the newest year by itself, its closed
months in groups of their own once they have many items.

A new item then rewrites the newest segment only. Groups are filled from the oldest on, so they do
not move when the newest one grows; small ones are joined because every segment costs each search
a few requests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from generator.model.edition import Item

ENOUGH = 8192
"""Items that make a group of closed years worth a segment of its own."""

ENOUGH_MONTHS = 512
"""Items that make a group of the newest year's months worth one."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment's name ("2019-2023", "2026" or "2026.01-2026.07") and its items, oldest first.

    An item's place in the order is its number in the segment: a new item comes last and changes
    no other number.
    """

    name: str
    items: tuple[Item, ...]


def plan(newest_first: Sequence[Item]) -> list[Segment]:
    """The segments of an edition's items, newest segment first."""
    oldest_first = list(reversed(newest_first))
    years = [list(each) for _, each in groupby(oldest_first, key=_year)]
    months = [list(each) for _, each in groupby(years[-1], key=_month)] if years else []
    closed = [_segment(group, _year) for group in _groups(years[:-1], ENOUGH)]
    newest = _groups(months, ENOUGH_MONTHS)
    open_year = [_segment(group, _month if len(newest) > 1 else _year) for group in newest]
    return [*reversed(open_year), *reversed(closed)]


def _groups(parts: Iterable[list[Item]], enough: int) -> list[list[Item]]:
    """Neighbouring parts joined until they have enough items; the last group may have fewer."""
    groups: list[list[Item]] = []
    for part in parts:
        if groups and len(groups[-1]) < enough:
            groups[-1].extend(part)
        else:
            groups.append(list(part))
    return groups


def _year(item: Item) -> str:
    return f"{item.release.year:04}"


def _month(item: Item) -> str:
    return f"{item.release.year:04}.{item.release.month:02}"


def _segment(items: Sequence[Item], name: Callable[[Item], str]) -> Segment:
    first, last = name(items[0]), name(items[-1])
    return Segment(first if first == last else f"{first}-{last}", tuple(items))


def labels(items: Iterable[Item]) -> dict[str, list[list[str]]]:
    """The values of each filter, per item in order: what the search page's choices are called."""
    listed = list(items)
    return {
        "year": [[_year(item)] for item in listed],
        "category": [[item.category.title] for item in listed],
        "unit": [[unit.name for unit in item.units] for item in listed],
        "kind": [[item.kind] for item in listed],
    }
