"""The door's half for catalogues: what one audience sees of them on one day. Pure.

A version is open from the day it takes effect, to the audiences of its own scope; a row to those
of its ``visible``. What stands here is a function of those versions and rows alone, so that
whatever is made of two versions (their differences) tells nothing of other rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from generator.model.catalogue import Catalogue, Row, by_id
from generator.model.edition import CatalogueView, Category, RowView

LISTED = Category("目录事项", "listed")


@dataclass(frozen=True, slots=True)
class RegisterSight:
    """The catalogues of one audience on one day, and the rows by id, former ones included.

    ``absorbed`` leads from an off-catalogue item to the row that took it in.
    """

    views: tuple[CatalogueView, ...]
    rows: Mapping[str, RowView]
    absorbed: Mapping[str, str]


def look_at_catalogues(catalogues: Iterable[Catalogue], audience: str, day: date) -> RegisterSight:
    """What ``audience`` may see of the catalogues on ``day``.

    A catalogue whose version in force is closed to the audience is not there at all, whatever its
    earlier versions were.
    """
    views: list[CatalogueView] = []
    absorbed: dict[str, str] = {}
    for versions in by_id(catalogues).values():
        begun = [each for each in versions if each.starts <= day]
        if not begun or not _open(begun[-1], audience):
            continue
        now, *former = [_view(each, audience) for each in reversed(begun) if _open(each, audience)]
        views.append(replace(now, former=tuple(former)))
        for version in begun:
            if _open(version, audience):
                for row in _seen(version, audience):
                    absorbed |= dict.fromkeys(row.absorbs, row.id)
    return RegisterSight(tuple(views), _rows(views), absorbed)


def starting_days(catalogues: Iterable[Catalogue]) -> frozenset[date]:
    """The days on which a version takes effect."""
    return frozenset(each.starts for each in catalogues)


def _open(catalogue: Catalogue, audience: str) -> bool:
    return catalogue.scope is not None and audience in catalogue.scope.everyone


def _seen(catalogue: Catalogue, audience: str) -> Iterator[Row]:
    return (row for row in catalogue.rows if row.visible and audience in row.visible.everyone)


def _rows(views: Iterable[CatalogueView]) -> Mapping[str, RowView]:
    """Rows by id, the newest wording of each; a heading's newest wording where it has several."""
    found: dict[str, RowView] = {}
    headings: dict[str, Category] = {}
    for view in views:
        for version in (view, *view.former):
            for row in version.rows:
                heading = headings.setdefault(row.category.slug, row.category)
                found.setdefault(row.id, replace(row, category=heading))
    return found


def _view(catalogue: Catalogue, audience: str) -> CatalogueView:
    rows = tuple(
        _row(row, catalogue, place) for place, row in enumerate(_seen(catalogue, audience), start=1)
    )
    return CatalogueView(catalogue.title, catalogue.filing, catalogue.columns, rows, catalogue.id)


def _row(row: Row, catalogue: Catalogue, place: int) -> RowView:
    # A row without a number of its own is counted among the rows this audience sees: its place
    # among all rows would tell of the others.
    cells = {**row.cells, "number": row.cells["number"] or str(place)}
    category = Category(row.category, catalogue.slug(row.category)) if row.category else LISTED
    return RowView(
        id=row.id,
        category=category,
        title=row.title,
        cells=tuple(cells[column.field] for column in catalogue.columns),
        web=not row.forms or any(form.channel == "web" for form in row.forms),
        units=row.units if any(column.field == "units" for column in catalogue.columns) else (),
    )
