"""The versions of a catalogue and what each changed, as this audience saw them.

A function of the views of two versions alone: a row closed to this audience in both never shows
or counts. One that is no longer open to it is told as no longer listed, whatever the reason: it
read the row before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from generator.model.edition import CatalogueView, RowView
from generator.model.page import Anchor, CellChange, Page, RowChange, VersionData, VersionsData

VERSIONS = "versions/"
_PLACE = "number"
"""The field that only says where a row stands: it moves when others come and go."""


def versions_page(view: CatalogueView, base: str, lists: Mapping[str, Anchor]) -> Page:
    """All versions of ``view``, newest first; ``lists`` is where a row's items are, by its id."""
    versions = (view, *view.former)
    pairs = zip(versions, (*view.former, None), strict=True)
    found: list[VersionData] = []
    placed: set[str] = set()
    for after, before in pairs:
        found.append(_unplaced(_version(after, before, lists), placed))
        placed |= {row.id for row in found[-1].dropped}
    data = VersionsData("版本与变动", tuple(found))
    return Page(base + VERSIONS, "catalogue-versions.html", "版本与变动", data)


def _unplaced(version: VersionData, placed: set[str]) -> VersionData:
    """A row dropped twice is a place to link to once: the newer one."""
    dropped = (replace(row, id="") if row.id in placed else row for row in version.dropped)
    return replace(version, dropped=tuple(dropped))


def _version(
    after: CatalogueView, before: CatalogueView | None, lists: Mapping[str, Anchor]
) -> VersionData:
    if before is None:
        rows = len(after.rows)
        return VersionData(after.filing, after.title, rows, True, None, (), (), ())
    new = {row.id: row for row in after.rows}
    old = {row.id: row for row in before.rows}
    headings = tuple(tuple(each.heading for each in view.columns) for view in (before, after))
    return VersionData(
        filing=after.filing,
        title=after.title,
        size=len(after.rows),
        first=False,
        columns=(headings[0], headings[1]) if headings[0] != headings[1] else None,
        added=tuple(_came(row, after, lists) for row in after.rows if row.id not in old),
        dropped=tuple(_went(row, before, lists) for row in before.rows if row.id not in new),
        changed=tuple(
            RowChange(row.id, row.title, lists.get(row.id), cells)
            for row in after.rows
            if row.id in old and (cells := _cells(old[row.id], row, before, after))
        ),
    )


def _came(row: RowView, view: CatalogueView, lists: Mapping[str, Anchor]) -> RowChange:
    cells = (CellChange(heading, "", text) for heading, text in _shown(row, view).values())
    return RowChange(row.id, row.title, lists.get(row.id), tuple(cells))


def _went(row: RowView, view: CatalogueView, lists: Mapping[str, Anchor]) -> RowChange:
    cells = (CellChange(heading, text, "") for heading, text in _shown(row, view).values())
    return RowChange(row.id, row.title, lists.get(row.id), tuple(cells))


def _cells(
    old: RowView, new: RowView, before: CatalogueView, after: CatalogueView
) -> tuple[CellChange, ...]:
    """The cells that differ, in the newer order of columns; a column of one version alone is the
    columns' change, not the row's.
    """
    was = _shown(old, before)
    return tuple(
        CellChange(heading, was[field][1], text)
        for field, (heading, text) in _shown(new, after).items()
        if field in was and was[field][1] != text
    )


def _shown(row: RowView, view: CatalogueView) -> Mapping[str, tuple[str, str]]:
    """Heading and text by field, without the row's place."""
    pairs = zip(view.columns, row.cells, strict=True)
    return {each.field: (each.heading, text) for each, text in pairs if each.field != _PLACE}
