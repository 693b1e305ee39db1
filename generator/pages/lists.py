"""Lists of items: a landing page with the newest, and numbered pages for each year.

A year is the unit of pagination everywhere, so that a new item moves the lines of one year's
pages only, and a closed year's pages never change.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from generator.model.edition import Item
from generator.model.outline import Chapter, Outline, outlined
from generator.model.page import Anchor, Line, ListData, Page, Pager

PER_PAGE = 50
NEWEST = 20


def item_url(item_id: str) -> str:
    """The address of an item, the same on every site."""
    return f"d/{item_id}/"


def line(item: Item) -> Line:
    """What a list shows of an item."""
    unit = item.units[0].name if item.units else ""
    return Line(item.id, item.title, item_url(item.id), item.kind, unit, item.release)


ToLine: TypeAlias = Callable[[Item], Line]


def lines_once() -> ToLine:
    """``line`` for one edition: an item stands in many lists, its line is made once."""
    made: dict[str, Line] = {}

    def known(item: Item) -> Line:
        found = made.get(item.id)
        if found is None:
            found = made[item.id] = line(item)
        return found

    return known


def by_year(items: Sequence[Item]) -> Mapping[int, Sequence[Item]]:
    """Items, newest first, by year of release."""
    years, end = {}, 0
    while end < len(items):
        begin, year = end, items[end].release.year
        end = bisect_right(items, -year, begin, key=lambda item: -item.release.year)
        years[year] = items[begin:end]
    return years


def grouped_list(
    base: str, heading: str, items: Sequence[Item], crumbs: tuple[Anchor, ...], line: ToLine
) -> Iterator[Chapter]:
    """The landing page of a list at ``base`` and its pages year by year."""
    years, here = by_year(items), Anchor(heading, base, len(items))
    counted = tuple([Anchor(f"{y}年", f"{base}{y}/", len(each)) for y, each in years.items()])
    yield Chapter(partial(_landing, line), (here, crumbs, counted, tuple(items[:NEWEST])))
    # Without counts: a page of a closed year must not change when another year grows.
    choices = tuple([Anchor(f"{y}年", f"{base}{y}/") for y in years])
    inside = (*crumbs, Anchor(heading, base))
    for year, each in years.items():
        title = f"{year}年" if base == "archive/" else f"{heading} {year}年"
        of = (Anchor(title, f"{base}{year}/"), inside, choices, tuple(each))
        yield Chapter(partial(_numbered, line), of)


def _landing(
    line: ToLine,
    here: Anchor,
    crumbs: tuple[Anchor, ...],
    years: tuple[Anchor, ...],
    newest: tuple[Item, ...],
) -> Iterator[Outline]:
    data = ListData(
        heading=here.label,
        groups_title="年度",
        groups=years,
        lines=tuple(map(line, newest)),
        total=here.count or 0,
        pager=None,
    )
    yield outlined(Page(here.url, "list.html", here.label, data, crumbs))


def _numbered(
    line: ToLine,
    here: Anchor,
    crumbs: tuple[Anchor, ...],
    choices: tuple[Anchor, ...],
    items: tuple[Item, ...],
) -> Iterator[Outline]:
    total = -(-len(items) // PER_PAGE)

    def address(number: int) -> str:
        if not 1 <= number <= total:
            return ""
        return here.url if number == 1 else f"{here.url}{number}/"

    for number in range(1, total + 1):
        part = items[(number - 1) * PER_PAGE : number * PER_PAGE]
        data = ListData(
            heading=here.label,
            groups_title="年度",
            groups=choices,
            lines=tuple(map(line, part)),
            total=len(items),
            pager=Pager(number, total, address(number - 1), address(number + 1)),
        )
        title = here.label if number == 1 else f"{here.label} 第{number}页"
        yield outlined(Page(address(number), "list.html", title, data, crumbs))
