"""Which items share a segment: the newest year alone, closed years in groups.

A new item then rewrites the newest segment only. Groups are filled from the oldest year on, so
they do not move when the newest year grows; small ones are joined because every segment costs
each search a few requests.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from generator.model.edition import Item

ENOUGH = 8192
"""Items that make a group of closed years worth a segment of its own."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment's name ("2019-2023" or "2026") and its items, oldest first.

    An item's place in the order is its number in the segment: a new item comes last and changes
    no other number.
    """

    name: str
    items: tuple[Item, ...]


def plan(newest_first: Sequence[Item]) -> list[Segment]:
    """The segments of an edition's items, newest segment first."""
    oldest_first = list(reversed(newest_first))
    years = [list(each) for _, each in groupby(oldest_first, key=_year)]
    groups: list[list[Item]] = []
    for year in years[:-1]:
        if groups and len(groups[-1]) < ENOUGH:
            groups[-1].extend(year)
        else:
            groups.append(list(year))
    groups += years[-1:]
    return [_segment(group) for group in reversed(groups)]


def _year(item: Item) -> int:
    return item.release.year


def _segment(items: Sequence[Item]) -> Segment:
    first, last = _year(items[0]), _year(items[-1])
    return Segment(str(first) if first == last else f"{first}-{last}", tuple(items))


def labels(items: Iterable[Item]) -> dict[str, list[list[str]]]:
    """The values of each filter, per item in order: what the search page's choices are called."""
    listed = list(items)
    return {
        "year": [[str(_year(item))] for item in listed],
        "category": [[item.category.title] for item in listed],
        "unit": [[unit.name for unit in item.units] for item in listed],
        "kind": [[item.kind] for item in listed],
    }
