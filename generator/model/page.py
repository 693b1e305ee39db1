"""A page of a site: address, template, data. The renderer knows pages, not editions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from generator.model.catalogue import Column, Filing
from generator.model.edition import Item, Notice, PageView, Related
from generator.model.institution import Audience, PublicFace


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link within the site: a label, an address from the site's root, and a count or None."""

    label: str
    url: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A disclosure in a list: what a list shows of it."""

    id: str
    title: str
    url: str
    kind: str
    unit: str
    release: date


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a page of a list stands: 1-based number, how many, neighbours' addresses or ""."""

    number: int
    total: int
    newer: str
    older: str


@dataclass(frozen=True, slots=True)
class HomeData:
    """Home: latest items, ways into the archive, the number of items in all, standing pages."""

    latest: tuple[Line, ...]
    categories: tuple[Anchor, ...]
    years: tuple[Anchor, ...]
    units: tuple[Anchor, ...]
    total: int
    standing: tuple[Anchor, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemData:
    """An item: its register block, relations, parts of its series (and the page of them),
    neighbours in the archive.
    """

    item: Item
    category: Anchor
    units: tuple[Anchor, ...]
    year: Anchor
    row: Anchor | None
    related: tuple[Related, ...]
    parts: tuple[Line, ...]
    newer: Line | None
    older: Line | None
    series: Anchor | None = None


@dataclass(frozen=True, slots=True)
class NoticeData:
    """The notice in place of a withdrawn item."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class RowData:
    """A row of the catalogue page: cells in column order, the newest items, where all are.

    ``spans`` has, per column, how many rows this cell stands for (0: covered by the cell above),
    so that equal neighbours in the first column are merged as in the printed table.
    """

    id: str
    cells: tuple[str, ...]
    spans: tuple[int, ...]
    web: bool
    latest: tuple[Line, ...]
    total: int
    more: str


@dataclass(frozen=True, slots=True)
class CatalogueData:
    """A catalogue in the institution's own columns."""

    title: str
    filing: Filing
    columns: tuple[Column, ...]
    rows: tuple[RowData, ...]


@dataclass(frozen=True, slots=True)
class RegisterData:
    """The page of a catalogue, and what leads on from it.

    ``catalogue`` is None where the main one is closed to this audience. ``ways`` are the other
    readings of the same rows, ``files`` the same rows for programs, ``others`` further
    catalogues; ``outside`` the newest items outside the catalogue, ``all_outside`` where all are.
    """

    catalogue: CatalogueData | None
    ways: tuple[Anchor, ...] = ()
    files: tuple[Anchor, ...] = ()
    others: tuple[Anchor, ...] = ()
    outside: tuple[Line, ...] = ()
    all_outside: Anchor | None = None


@dataclass(frozen=True, slots=True)
class RowLine:
    """A row told in one line: its place in the register, and all its items (None: no item yet).
    ``web`` as in ``RowData``.
    """

    row: Anchor
    items: Anchor | None
    web: bool


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows under one heading; ``items`` is the list of that heading's items, if there are any."""

    heading: str
    items: Anchor | None
    rows: tuple[RowLine, ...]


@dataclass(frozen=True, slots=True)
class RowGroupsData:
    """The rows of a catalogue in groups (categories, units)."""

    heading: str
    groups: tuple[RowGroup, ...]


@dataclass(frozen=True, slots=True)
class MatrixData:
    """Rows against the years their items speak of: a cell leads to the items, None where there is
    no item. A row with a false ``web`` has no cells.
    """

    heading: str
    years: tuple[str, ...]
    rows: tuple[tuple[RowLine, tuple[Anchor | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell of a row that a later version words anew; both texts may be empty."""

    heading: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that came, went or changed between two versions: its id, its title as the newer one
    words it, all its items if there are any, and its cells (``before`` or ``after`` alone where
    it came or went).
    """

    id: str
    title: str
    items: Anchor | None
    cells: tuple[CellChange, ...]


@dataclass(frozen=True, slots=True)
class VersionData:
    """A version of a catalogue and how it differs from the one before it that this audience saw.

    ``columns`` are the headings before and after, where they differ; ``first``: nothing to
    compare with.
    """

    filing: Filing
    title: str
    size: int
    first: bool
    columns: tuple[tuple[str, ...], tuple[str, ...]] | None
    added: tuple[RowChange, ...]
    dropped: tuple[RowChange, ...]
    changed: tuple[RowChange, ...]


@dataclass(frozen=True, slots=True)
class VersionsData:
    """Every version of a catalogue, newest first."""

    heading: str
    versions: tuple[VersionData, ...]


@dataclass(frozen=True, slots=True)
class ListData:
    """A list of items (archive, category, unit, row): heading, ways to narrow it, the lines.

    ``groups`` are links to narrower or neighbouring lists (years, units, categories).
    """

    heading: str
    groups_title: str
    groups: tuple[Anchor, ...]
    lines: tuple[Line, ...]
    total: int
    pager: Pager | None


@dataclass(frozen=True, slots=True)
class SearchData:
    """The search page: the filters' choices, and the lists offered where no script runs."""

    years: tuple[Anchor, ...]
    categories: tuple[Anchor, ...]
    units: tuple[Anchor, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeriesData:
    """A matter disclosed step by step: the parts this audience sees, the first one first."""

    heading: str
    parts: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class MovedData:
    """A former address: where the item is now."""

    title: str
    url: str


PageData: TypeAlias = (
    HomeData
    | ItemData
    | NoticeData
    | RegisterData
    | RowGroupsData
    | MatrixData
    | VersionsData
    | ListData
    | SearchData
    | SeriesData
    | PageView
    | MovedData
    | None
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page. ``url`` is directory style from the site's root ("" home, "d/X-1/").

    ``text_digest`` names the Markdown on the shelf that becomes the page's content, if any.
    ``crumbs`` lead from home to here, this page excluded; ``meta`` are name/content pairs of
    the head (国办发〔2017〕47号 for government sites).
    """

    url: str
    template: str
    title: str
    data: PageData
    crumbs: tuple[Anchor, ...] = ()
    meta: tuple[tuple[str, str], ...] = ()
    text_digest: str = ""


@dataclass(frozen=True, slots=True)
class SiteFrame:
    """What every page of a site shares: whose it is, for whom, the main sections, and the
    standing pages that its foot leads to.
    """

    face: PublicFace
    audience: Audience
    sections: tuple[Anchor, ...]
    standing: tuple[Anchor, ...] = ()
