"""Other readings of a catalogue: its rows by category, by unit, and against the years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from generator.model.edition import CatalogueView, Item, RowView
from generator.model.page import Anchor, MatrixData, Page, RowGroup, RowGroupsData, RowLine

BY_CATEGORY = Anchor("按类别", "by-category/")
BY_UNIT = Anchor("按责任单位", "by-unit/")
BY_YEAR = Anchor("按所属年度", "by-year/")
LASTING = "长期"

Lists = Mapping[str, Anchor]
"""By row id where all its items are."""


def overview_pages(
    view: CatalogueView, base: str, items: Mapping[str, Sequence[Item]], lists: Lists
) -> Iterator[Page]:
    """The readings that have anything to show, at addresses below ``base``; titles without the
    catalogue's.
    """
    lines = {row.id: _line(row, base, lists) for row in view.rows}
    there = [item for found in items.values() for item in found]
    known = {f"category/{slug}/" for slug in {item.category.slug for item in there}}
    known |= {f"unit/{name}/" for name in {unit.id for item in there for unit in item.units}}
    if any(row.category.slug != "listed" for row in view.rows):
        yield _page(BY_CATEGORY, base, _groups(_categories(view.rows), lines, known))
    if any(row.units for row in view.rows):
        yield _page(BY_UNIT, base, _groups(_units(view.rows), lines, known))
    if matrix := _matrix(view.rows, lines, items):
        yield Page(base + BY_YEAR.url, "catalogue-years.html", BY_YEAR.label, matrix)


def _page(way: Anchor, base: str, groups: tuple[RowGroup, ...]) -> Page:
    data = RowGroupsData(way.label, groups)
    return Page(base + way.url, "catalogue-groups.html", way.label, data)


def _line(row: RowView, base: str, lists: Lists) -> RowLine:
    return RowLine(Anchor(row.title, f"{base}#{row.id}"), lists.get(row.id), row.web)


_Grouped = Mapping[tuple[str, str], Sequence[RowView]]
"""By heading and address of its items."""


def _categories(rows: Sequence[RowView]) -> _Grouped:
    found: dict[tuple[str, str], list[RowView]] = defaultdict(list)
    for row in rows:
        found[row.category.title, f"category/{row.category.slug}/"].append(row)
    return found


def _units(rows: Sequence[RowView]) -> _Grouped:
    """A row of several units stands under each of them."""
    found: dict[tuple[str, str], list[RowView]] = defaultdict(list)
    for row in rows:
        for unit in row.units:
            found[unit.name, f"unit/{unit.id}/"].append(row)
    return found


def _groups(
    grouped: _Grouped, lines: Mapping[str, RowLine], known: set[str]
) -> tuple[RowGroup, ...]:
    return tuple(
        RowGroup(
            heading,
            Anchor(heading, address) if address in known else None,
            tuple(lines[row.id] for row in rows),
        )
        for (heading, address), rows in grouped.items()
    )


def _matrix(
    rows: Sequence[RowView], lines: Mapping[str, RowLine], items: Mapping[str, Sequence[Item]]
) -> MatrixData | None:
    """Rows × years, the newest year first, lasting matters last; None where no row has an item."""
    cells: dict[str, dict[str, list[Item]]] = {row.id: defaultdict(list) for row in rows}
    for row in rows:
        for item in items.get(row.id, ()):
            cells[row.id][str(item.year) if item.year else LASTING].append(item)
    found = {year for each in cells.values() for year in each}
    years = tuple(sorted(found - {LASTING}, reverse=True)) + tuple(found & {LASTING})
    if not years:
        return None
    return MatrixData(
        BY_YEAR.label,
        years,
        tuple(
            (
                lines[row.id],
                tuple(_cell(cells[row.id].get(year, ()), lines[row.id]) for year in years)
                if row.web
                else (),
            )
            for row in rows
        ),
    )


def _cell(found: Sequence[Item], line: RowLine) -> Anchor | None:
    """One item is led to at once, several by the row's list."""
    if not found or line.items is None:
        return None
    if len(found) == 1:
        return Anchor(found[0].title, f"d/{found[0].id}/", 1)
    return Anchor(line.row.label, line.items.url, len(found))
