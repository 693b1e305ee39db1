"""Item pages: register block, relations, series, neighbours; notices; former addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from typing import TypeAlias, TypeVar

from generator.model.edition import Edition, Item, Notice
from generator.model.outline import Chapter, Outline, loose
from generator.model.page import Anchor, ItemData, Line, MovedData, NoticeData, Page
from generator.pages.lists import ToLine, item_url, lines_once
from generator.pages.register import row_anchors
from generator.pages.series import Whole, series_of

Named = TypeVar("Named")


def item_pages(edition: Edition) -> Iterator[Page]:
    """A page for every item, every series, every notice, and every former address."""
    chapters = item_chapters(edition, lines_once())
    return (each.page() for chapter in chapters for each in chapter.outlines())


def item_chapters(edition: Edition, line: ToLine) -> Iterator[Chapter]:
    """These pages, those of items by the month of their release."""
    series, rows, items = series_of(edition, line), row_anchors(edition), edition.items
    pages, end = _Pages(line), 0
    for _, month in groupby(items, lambda item: (item.release.year, item.release.month)):
        here = tuple(month)
        begin, end = end, end + len(here)
        newer = items[begin - 1] if begin else None
        older = items[end] if end < len(items) else None
        anchors = _some(rows, {item.row for item in here})
        wholes = _some(series, {item.series.series for item in here if item.series})
        yield Chapter(pages.month, (newer, here, older, anchors, wholes))
    yield loose(_moved(item, alias) for item in items for alias in item.aliases)
    yield loose(each.page() for each in series.values())
    yield loose(map(_notice, edition.notices))


def _some(table: Mapping[str, Named], keys: set[str]) -> tuple[tuple[str, Named], ...]:
    return tuple([(key, table[key]) for key in sorted(keys) if key in table])


_Of: TypeAlias = tuple[Item, Anchor | None, Whole | None, Line | None, Line | None]
"""All that an item's page is made of: the item, its row, its series, its neighbours."""


class _Pages:
    """The pages of items. The lists that these lead to are few, and on thousands of pages."""

    def __init__(self, line: ToLine) -> None:
        self._line = line
        self._ways: dict[tuple[str, str], Anchor] = {}

    def month(
        self,
        newer: Item | None,
        items: tuple[Item, ...],
        older: Item | None,
        anchors: Iterable[tuple[str, Anchor]],
        wholes: Iterable[tuple[str, Whole]],
    ) -> Iterator[Outline]:
        """Those of items that lie between two others; rows and series are given by id."""
        rows, series = dict(anchors), dict(wholes)
        lines = [self._line(each) if each else None for each in (newer, *items, older)]
        for item, before, after in zip(items, lines, lines[2:], strict=False):
            whole = series[item.series.series] if item.series else None
            of = (item, rows.get(item.row), whole, before, after)
            page = partial(self._page, of)
            yield Outline(item_url(item.id), "item.html", of, page, item.text_digest, item)

    def _page(self, of: _Of) -> Page:
        item, row, whole, newer, older = of
        year = self._to(f"{item.release.year}年", f"archive/{item.release.year}/")
        category = self._to(item.category.title, f"category/{item.category.slug}/")
        return Page(
            url=item_url(item.id),
            template="item.html",
            title=item.title,
            data=ItemData(
                item=item,
                category=category,
                units=tuple(self._to(unit.name, f"unit/{unit.id}/") for unit in item.units),
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

    def _to(self, label: str, url: str) -> Anchor:
        """The one anchor of that label and address."""
        found = self._ways.get((label, url))
        if found is None:
            found = self._ways[label, url] = Anchor(label, url)
        return found


def _moved(item: Item, alias: str) -> Page:
    address = alias if alias.endswith((".htm", ".html")) else f"{alias}/"
    return Page(address, "moved.html", item.title, MovedData(item.title, item_url(item.id)))


def _notice(notice: Notice) -> Page:
    title = f"{notice.id} 已{notice.change}"
    return Page(item_url(notice.id), "notice.html", title, NoticeData(notice))


def _meta(item: Item) -> tuple[tuple[str, str], ...]:
    """Head fields of an article page (国办发〔2017〕47号; the day begins at 00:00)."""
    return (
        ("ArticleTitle", item.title),
        ("PubDate", f"{item.release.isoformat()} 00:00"),
        ("ContentSource", "、".join(unit.name for unit in item.units)),
        ("Keywords", ",".join(item.keywords)),
        ("Description", item.summary),
    )
