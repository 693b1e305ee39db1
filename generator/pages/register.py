"""The register: each catalogue in the institution's own columns, and the lists of its rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from generator.model.catalogue import MAIN
from generator.model.edition import CatalogueView, Edition, Item
from generator.model.outline import Chapter, loose
from generator.model.page import Anchor, CatalogueData, Page, RegisterData, RowData
from generator.pages.lists import NEWEST, ToLine, grouped_list
from generator.pages.overviews import overview_pages
from generator.pages.versions import VERSIONS, versions_page

NEWEST_IN_ROW = 5
CATALOGUE = Anchor("公开目录", "catalog/")
CSV, JSON = "catalog.csv", "catalog.json"
_OUTSIDE = "off-catalogue"

Items = Mapping[str, Sequence[Item]]


def catalogue_chapters(edition: Edition, line: ToLine) -> Iterator[Chapter]:
    """The page of each catalogue, its other readings, its versions, and a list for each row that
    has items, whether the row still stands or not.
    """
    items: dict[str, list[Item]] = defaultdict(list)
    for item in edition.items:
        items[item.row].append(item)
    if all(view.id != MAIN for view in edition.catalogues):
        yield loose([_register(edition, None, items, (), line)])
    for view in edition.catalogues:
        yield loose(_catalogue_pages(edition, view, items, line))
    for row_id, title in _titles(edition).items():
        if row_id in items:
            yield from grouped_list(row_url(row_id), title, items[row_id], (CATALOGUE,), line)


def row_url(row_id: str) -> str:
    """Where all items of a row are listed."""
    return f"catalog/{row_id}/"


def catalogue_url(view: CatalogueView) -> str:
    """The address of a catalogue: the main one has the section's own."""
    return CATALOGUE.url if view.id == MAIN else f"{CATALOGUE.url}{view.id}/"


def row_anchors(edition: Edition) -> Mapping[str, Anchor]:
    """By row id its place in the register; of a row that no longer stands, among the versions."""
    found: dict[str, Anchor] = {}
    for view in edition.catalogues:
        base = catalogue_url(view)
        for row in view.rows:
            found[row.id] = Anchor(row.title, f"{base}#{row.id}")
        for version in view.former:
            for row in version.rows:
                found.setdefault(row.id, Anchor(row.title, f"{base}{VERSIONS}#{row.id}"))
    return found


def _titles(edition: Edition) -> Mapping[str, str]:
    """Rows by id as last worded, those that stand first."""
    found: dict[str, str] = {}
    for view in edition.catalogues:
        for version in (view, *view.former):
            for row in version.rows:
                found.setdefault(row.id, row.title)
    return found


def _catalogue_pages(
    edition: Edition, view: CatalogueView, items: Items, line: ToLine
) -> Iterator[Page]:
    base, lists = catalogue_url(view), _lists(items)
    further = list(overview_pages(view, base, items, lists))
    if view.former:
        further.append(versions_page(view, base, lists))
    ways = tuple(Anchor(page.title, page.url) for page in further)
    yield _register(edition, view, items, ways, line)
    here = (CATALOGUE,) if view.id == MAIN else (CATALOGUE, Anchor(view.title, base))
    for page in further:
        yield Page(page.url, page.template, _titled(view, page.title), page.data, here)


def _titled(view: CatalogueView, title: str) -> str:
    return f"{CATALOGUE.label if view.id == MAIN else view.title}（{title}）"


def _lists(items: Items) -> Mapping[str, Anchor]:
    """By row id the list of all its items."""
    return {row: Anchor("", row_url(row), len(found)) for row, found in items.items() if row}


def _register(
    edition: Edition,
    view: CatalogueView | None,
    items: Items,
    ways: tuple[Anchor, ...],
    line: ToLine,
) -> Page:
    main = view is None or view.id == MAIN
    others = [each for each in edition.catalogues if each.id != (view.id if view else MAIN)]
    outside = [item for item in items.get("", ()) if item.category.slug == _OUTSIDE]
    all_outside = Anchor("目录外事项", f"category/{_OUTSIDE}/", len(outside))
    base = catalogue_url(view) if view else CATALOGUE.url
    data = RegisterData(
        catalogue=_catalogue(view, items, line) if view else None,
        ways=ways,
        files=(Anchor("CSV", base + CSV), Anchor("JSON", base + JSON)) if view else (),
        others=tuple(Anchor(each.title, catalogue_url(each)) for each in others),
        outside=tuple(line(item) for item in outside[:NEWEST]) if main else (),
        all_outside=all_outside if main and outside else None,
    )
    if view is None or main:
        return Page(CATALOGUE.url, "catalogue.html", CATALOGUE.label, data)
    return Page(base, "catalogue.html", view.title, data, (CATALOGUE,))


def _catalogue(view: CatalogueView, items: Items, line: ToLine) -> CatalogueData:
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
