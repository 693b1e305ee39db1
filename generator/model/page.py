"""A page of a site: address, template, data. The renderer knows pages, not editions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from generator.model.catalogue import Column, Filing
from generator.model.edition import Item, Notice, Related
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
    """Home: latest items, ways into the archive, and the number of items in all."""

    latest: tuple[Line, ...]
    categories: tuple[Anchor, ...]
    years: tuple[Anchor, ...]
    units: tuple[Anchor, ...]
    total: int


@dataclass(frozen=True, slots=True)
class ItemData:
    """An item: its register block, relations, parts of its series, neighbours in the archive."""

    item: Item
    category: Anchor
    units: tuple[Anchor, ...]
    year: Anchor
    row: Anchor | None
    related: tuple[Related, ...]
    parts: tuple[Line, ...]
    newer: Line | None
    older: Line | None


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
class MovedData:
    """A former address: where the item is now."""

    title: str
    url: str


PageData: TypeAlias = (
    HomeData
    | ItemData
    | NoticeData
    | tuple[CatalogueData, ...]
    | ListData
    | SearchData
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
    """What every page of a site shares: whose it is, for whom, and the main sections."""

    face: PublicFace
    audience: Audience
    sections: tuple[Anchor, ...]
