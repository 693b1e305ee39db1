"""Item pages: register block, relations, series, neighbours; notices; former addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from generator.model.edition import Edition, Item
from generator.model.page import Anchor, ItemData, Line, MovedData, NoticeData, Page
from generator.pages.lists import item_url, line


def item_pages(edition: Edition) -> Iterator[Page]:
    """A page for every item, for every notice, and for every former address."""
    series = _series(edition)
    rows = {row.id: row.title for view in edition.catalogues for row in view.rows}
    items = edition.items
    for place, item in enumerate(items):
        newer = line(items[place - 1]) if place else None
        older = line(items[place + 1]) if place + 1 < len(items) else None
        parts = series.get(item.series[0], ()) if item.series else ()
        row = Anchor(rows[item.row], f"catalog/#{item.row}") if item.row else None
        yield _item_page(item, row, parts, newer, older)
        for alias in item.aliases:
            address = alias if alias.endswith((".htm", ".html")) else f"{alias}/"
            moved = MovedData(item.title, item_url(item.id))
            yield Page(address, "moved.html", item.title, moved)
    for notice in edition.notices:
        title = f"{notice.id} 已{notice.change}"
        yield Page(item_url(notice.id), "notice.html", title, NoticeData(notice))


def _series(edition: Edition) -> Mapping[str, tuple[Line, ...]]:
    """Lines of the parts of each series, in the order of the parts."""
    parts: dict[str, list[tuple[int, str, Line]]] = defaultdict(list)
    for item in edition.items:
        if item.series:
            parts[item.series[0]].append((item.series[1], item.id, line(item)))
    return {key: tuple(each for _, _, each in sorted(found)) for key, found in parts.items()}


def _item_page(
    item: Item,
    row: Anchor | None,
    parts: tuple[Line, ...],
    newer: Line | None,
    older: Line | None,
) -> Page:
    year = Anchor(f"{item.release.year}年", f"archive/{item.release.year}/")
    category = Anchor(item.category.title, f"category/{item.category.slug}/")
    return Page(
        url=item_url(item.id),
        template="item.html",
        title=item.title,
        data=ItemData(
            item=item,
            category=category,
            units=tuple(Anchor(unit.name, f"unit/{unit.id}/") for unit in item.units),
            year=year,
            row=row,
            related=item.related,
            parts=parts,
            newer=newer,
            older=older,
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
