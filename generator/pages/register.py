"""The catalogue page: the register in the institution's own columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from generator.model.edition import CatalogueView, Edition, Item
from generator.model.page import Anchor, CatalogueData, Page, RowData
from generator.pages.lists import grouped_list, line

NEWEST_IN_ROW = 5
CATALOGUE = Anchor("公开目录", "catalog/")


def catalogue_pages(edition: Edition) -> Iterator[Page]:
    """The page of all catalogues, and a list for each row that has items."""
    items: dict[str, list[Item]] = defaultdict(list)
    for item in edition.items:
        items[item.row].append(item)
    data = tuple(_catalogue(view, items) for view in edition.catalogues)
    yield Page(CATALOGUE.url, "catalogue.html", CATALOGUE.label, data)
    for view in edition.catalogues:
        for row in view.rows:
            if row.id in items:
                yield from grouped_list(row_url(row.id), row.title, items[row.id], (CATALOGUE,))


def row_url(row_id: str) -> str:
    """Where all items of a row are listed."""
    return f"catalog/{row_id}/"


def _catalogue(view: CatalogueView, items: Mapping[str, Sequence[Item]]) -> CatalogueData:
    spans = _spans([row.cells for row in view.rows])
    rows = tuple(
        RowData(
            id=row.id,
            cells=row.cells,
            spans=span,
            web=row.web,
            latest=tuple(line(item) for item in items.get(row.id, ())[:NEWEST_IN_ROW]),
            total=len(items.get(row.id, ())),
            more=row_url(row.id) if row.id in items else "",
        )
        for row, span in zip(view.rows, spans, strict=True)
    )
    return CatalogueData(view.title, view.filing, view.columns, rows)


def _spans(cells: Sequence[tuple[str, ...]]) -> list[tuple[int, ...]]:
    """How many rows each cell stands for: equal neighbours in the first column are one cell."""
    spans: list[tuple[int, ...]] = []
    for place, row in enumerate(cells):
        covered = place > 0 and cells[place - 1][:1] == row[:1] and row[:1] != ("",)
        run = 0
        while not covered and place + run < len(cells) and cells[place + run][:1] == row[:1]:
            run += 1
        spans.append((0 if covered else run, *(1 for _ in row[1:])))
    return spans
