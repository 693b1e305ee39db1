"""Lists of items: a landing page with the newest, and numbered pages for each year.

A year is the unit of pagination everywhere, so that a new item moves the lines of one year's
pages only, and a closed year's pages never change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from generator.model.edition import Item
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


def by_year(items: Iterable[Item]) -> Mapping[int, list[Item]]:
    """Items by year of release, newest year first, order within kept."""
    years: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        years[item.release.year].append(item)
    return dict(sorted(years.items(), reverse=True))


def grouped_list(
    base: str, heading: str, items: Sequence[Item], crumbs: tuple[Anchor, ...], line: ToLine
) -> Iterator[Page]:
    """The landing page of a list at ``base`` and its pages year by year."""
    years = by_year(items)
    yield Page(
        url=base,
        template="list.html",
        title=heading,
        data=ListData(
            heading=heading,
            groups_title="年度",
            groups=tuple(Anchor(f"{y}年", f"{base}{y}/", len(each)) for y, each in years.items()),
            lines=tuple(line(item) for item in items[:NEWEST]),
            total=len(items),
            pager=None,
        ),
        crumbs=crumbs,
    )
    # Without counts: a page of a closed year must not change when another year grows.
    choices = tuple(Anchor(f"{y}年", f"{base}{y}/") for y in years)
    inside = (*crumbs, Anchor(heading, base))
    for year, each in years.items():
        title = f"{year}年" if base == "archive/" else f"{heading} {year}年"
        lines = [line(item) for item in each]
        yield from _numbered(f"{base}{year}/", title, lines, choices, inside)


def _numbered(
    base: str,
    heading: str,
    lines: Sequence[Line],
    choices: tuple[Anchor, ...],
    crumbs: tuple[Anchor, ...],
) -> Iterator[Page]:
    total = -(-len(lines) // PER_PAGE)

    def address(number: int) -> str:
        if not 1 <= number <= total:
            return ""
        return base if number == 1 else f"{base}{number}/"

    for number in range(1, total + 1):
        part = tuple(lines[(number - 1) * PER_PAGE : number * PER_PAGE])
        pager = Pager(number, total, address(number - 1), address(number + 1))
        yield Page(
            url=address(number),
            template="list.html",
            title=heading if number == 1 else f"{heading} 第{number}页",
            data=ListData(
                heading=heading,
                groups_title="年度",
                groups=choices,
                lines=part,
                total=len(lines),
                pager=pager,
            ),
            crumbs=crumbs,
        )
