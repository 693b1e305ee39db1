"""An edition: all that one audience may see on one day, and nothing else.

Whatever is not a field here cannot reach a page: approval, review, risk and handling have no
field, nor has another audience's date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter
from typing import Any, TypeAlias

from generator.model.catalogue import MAIN, Column, Filing
from generator.model.institution import Audience, Contact, PublicFace, Unit

Day: TypeAlias = date
"""For classes that have a field ``date``."""


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
    ``inverse`` when the other item named this one. ``effective`` is the day on which an item
    that replaces this one takes effect.
    """

    relation: str
    inverse: bool
    id: str
    title: str
    effective: date | None = None


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """A change (变更, 延期) made after this audience could see the item: when, what, and why;
    ``until`` is the last day that a 延期 granted.
    """

    date: date
    change: str
    note: str
    until: Day | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Place of an item in a series. ``number`` puts the parts in order and is never shown: its
    gaps would tell of parts this audience does not see. ``title`` names the whole series.
    """

    series: str
    number: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """What an item asks of its readers (异议, 意见) before it ends, and whom they may tell."""

    invites: str
    contact: Contact


@dataclass(frozen=True, slots=True)
class Category:
    """A first-level heading of the catalogue and its ASCII name in addresses."""

    title: str
    slug: str


@dataclass(frozen=True, slots=True)
class Item:
    """A disclosure as this audience sees it. ``links`` maps what the body's author wrote to an
    address within the site, or to "" where the target is not to be seen today. ``year`` is the
    one its period stands for, None for 长期.
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
    series: Part | None
    related: tuple[Related, ...]
    changes: tuple[ChangeNote, ...]
    attachments: tuple[PublishedFile, ...]
    summary: str
    keywords: tuple[str, ...]
    aliases: tuple[str, ...]
    links: Mapping[str, str]
    text_digest: str
    effective: date | None = None
    call: Call | None = None
    year: int | None = None

    def __reduce__(self) -> tuple[type[Item], tuple[Any, ...]]:
        """As a call of its class: an edition is sent to its site's process, item by item."""
        return Item, _FACTS(self)


_FACTS: attrgetter[tuple[Any, ...]] = attrgetter(*(each.name for each in fields(Item)))


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands at the address of an item that was visible here and was withdrawn.

    No title and no text: the reader learns that it is gone, since when, and why; ``again`` are
    the items that disclose it again (再次公开).
    """

    id: str
    change: str
    date: date
    note: str
    again: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class RowView:
    """A visible row: the texts of its cells in column order; ``web`` tells whether its items
    may stand on a site at all. ``units`` are known only where a column shows them.
    """

    id: str
    category: Category
    title: str
    cells: tuple[str, ...]
    web: bool
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogueView:
    """A version of a catalogue as this audience sees it; ``former`` are the versions before it
    that were open to this audience too, newest first (they have none themselves).
    """

    title: str
    filing: Filing
    columns: tuple[Column, ...]
    rows: tuple[RowView, ...]
    id: str = MAIN
    former: tuple[CatalogueView, ...] = ()


@dataclass(frozen=True, slots=True)
class PageView:
    """A standing page as this audience sees it; ``release`` only where its author says one.
    ``nav`` and ``layout`` as in ``model.disclosure``, ``links`` as in ``Item``.
    """

    url: str
    title: str
    label: str
    nav: tuple[str, ...]
    layout: str
    release: date | None
    attachments: tuple[PublishedFile, ...]
    links: Mapping[str, str]
    text_digest: str


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything behind the door receives this and nothing else; items are newest first, pages
    in their own order.
    """

    audience: Audience
    as_of: date
    face: PublicFace
    catalogues: tuple[CatalogueView, ...]
    items: tuple[Item, ...]
    notices: tuple[Notice, ...]
    pages: tuple[PageView, ...] = ()
