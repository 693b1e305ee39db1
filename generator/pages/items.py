"""Item pages: register block, relations, series, neighbours; notices; former addresses."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TypeAlias

from generator.model.edition import Edition, Item
from generator.model.outline import Outline, outlined
from generator.model.page import Anchor, ItemData, Line, MovedData, NoticeData, Page
from generator.pages.lists import ToLine, item_url, lines_once
from generator.pages.register import row_anchors
from generator.pages.series import Whole, series_of


def item_pages(edition: Edition) -> Iterator[Page]:
    """A page for every item, every series, every notice, and every former address."""
    return (each.page() for each in item_outlines(edition, lines_once()))


def item_outlines(edition: Edition, line: ToLine) -> Iterator[Outline]:
    """The outlines of these pages."""
    series = series_of(edition, line)
    rows = row_anchors(edition)
    items = edition.items
    ways = _Ways()
    for place, item in enumerate(items):
        newer = line(items[place - 1]) if place else None
        older = line(items[place + 1]) if place + 1 < len(items) else None
        whole = series[item.series.series] if item.series else None
        of = (item, rows.get(item.row), whole, newer, older)
        page = partial(_item_page, ways, of)
        yield Outline(item_url(item.id), "item.html", of, page, item.text_digest, item)
        for alias in item.aliases:
            address = alias if alias.endswith((".htm", ".html")) else f"{alias}/"
            moved = MovedData(item.title, item_url(item.id))
            yield outlined(Page(address, "moved.html", item.title, moved))
    for each in series.values():
        yield outlined(each.page())
    for notice in edition.notices:
        title = f"{notice.id} 已{notice.change}"
        yield outlined(Page(item_url(notice.id), "notice.html", title, NoticeData(notice)))


_Of: TypeAlias = tuple[Item, Anchor | None, Whole | None, Line | None, Line | None]
"""All that an item's page is made of: the item, its row, its series, its neighbours."""


class _Ways:
    """The lists that items lead to: few, and on thousands of pages."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], Anchor] = {}

    def to(self, label: str, url: str) -> Anchor:
        """The one anchor of that label and address."""
        found = self._made.get((label, url))
        if found is None:
            found = self._made[label, url] = Anchor(label, url)
        return found


def _item_page(ways: _Ways, of: _Of) -> Page:
    item, row, whole, newer, older = of
    year = ways.to(f"{item.release.year}年", f"archive/{item.release.year}/")
    category = ways.to(item.category.title, f"category/{item.category.slug}/")
    return Page(
        url=item_url(item.id),
        template="item.html",
        title=item.title,
        data=ItemData(
            item=item,
            category=category,
            units=tuple(ways.to(unit.name, f"unit/{unit.id}/") for unit in item.units),
            year=year,
            row=row,
            related=item.related,
            parts=whole.parts if whole else (),
            newer=newer,
            older=older,
            series=whole.anchor if whole else None,
        ),
        crumbs=(category, year),
        meta=_meta(item),
        text_digest=item.text_digest,
    )


def _meta(item: Item) -> tuple[tuple[str, str], ...]:
    """Head fields of an article page (国办发〔2017〕47号; the day begins at 00:00)."""
    return (
        ("ArticleTitle", item.title),
        ("PubDate", f"{item.release.isoformat()} 00:00"),
        ("ContentSource", "、".join(unit.name for unit in item.units)),
        ("Keywords", ",".join(item.keywords)),
        ("Description", item.summary),
    )
