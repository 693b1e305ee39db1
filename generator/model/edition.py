"""An edition: all that one audience may see on one day, and nothing else.

Whatever is not a field here cannot reach a page: approval, review, risk and handling have no
field, nor has another audience's date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from generator.model.catalogue import Column, Filing
from generator.model.institution import Audience, PublicFace, Unit


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """An attachment as published: ASCII name beside the item's page, title and size in bytes.

    ``download`` is the author's own file name, offered to the reader when saving; ``inline``
    tells an image that the text itself shows.
    """

    name: str
    download: str
    title: str
    digest: str
    size: int
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Related:
    """A link to another item of the same edition; ``relation`` as in the front matter,
    ``inverse`` when the other item named this one.
    """

    relation: str
    inverse: bool
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """A change (变更, 延期) made after this audience could see the item: when, what, and why."""

    date: date
    change: str
    note: str


@dataclass(frozen=True, slots=True)
class Category:
    """A first-level heading of the catalogue and its ASCII name in addresses."""

    title: str
    slug: str


@dataclass(frozen=True, slots=True)
class Item:
    """A disclosure as this audience sees it. ``links`` maps what the body's author wrote to an
    address within the site, or to "" where the target is not to be seen today.
    """

    id: str
    title: str
    row: str
    category: Category
    scope: str
    period: str
    units: tuple[Unit, ...]
    forms: tuple[str, ...]
    kind: str
    number: str
    written: date
    release: date
    last: date | None
    series: tuple[str, int] | None
    related: tuple[Related, ...]
    changes: tuple[ChangeNote, ...]
    attachments: tuple[PublishedFile, ...]
    summary: str
    keywords: tuple[str, ...]
    aliases: tuple[str, ...]
    links: Mapping[str, str]
    text_digest: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands at the address of an item that was visible here and was withdrawn.

    No title and no text: the reader learns that it is gone, since when, and why.
    """

    id: str
    change: str
    date: date
    note: str


@dataclass(frozen=True, slots=True)
class RowView:
    """A visible row: the texts of its cells in column order; ``web`` tells whether its items
    may stand on a site at all.
    """

    id: str
    category: Category
    title: str
    cells: tuple[str, ...]
    web: bool


@dataclass(frozen=True, slots=True)
class CatalogueView:
    """A catalogue as this audience sees it."""

    title: str
    filing: Filing
    columns: tuple[Column, ...]
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything behind the door receives this and nothing else; items are newest first."""

    audience: Audience
    as_of: date
    face: PublicFace
    catalogues: tuple[CatalogueView, ...]
    items: tuple[Item, ...]
    notices: tuple[Notice, ...]
