"""The catalogue (公开目录): rows in the institution's own columns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from generator.diagnostics import Span
from generator.model.institution import Form, Unit
from generator.model.period import Until
from generator.model.scope import Scope

ROW_FIELDS = (
    "number",
    "category",
    "title",
    "forms",
    "scope",
    "time",
    "start",
    "duration",
    "units",
    "co_units",
    "approval_chain",
    "remarks",
)
"""Fields of a row that a column may show."""

MAIN = "main"
"""The id of the catalogue in ``catalog.yaml``."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading of the institution's table and the row field under it."""

    heading: str
    field: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row (目录项). ``cells`` holds the texts to show, one per field of ``ROW_FIELDS``;
    ``absorbs`` names items approved outside the catalogue that belong to this row from the day
    its version takes effect.
    """

    id: str
    category: str
    title: str
    scope: Scope | None
    visible: Scope | None
    forms: tuple[Form, ...]
    units: tuple[Unit, ...]
    duration: Until | None
    cells: Mapping[str, str]
    span: Span
    absorbs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filing:
    """Who approved the catalogue and where it was filed, as lines to show."""

    version: str
    effective: date | None
    approved: str = ""
    filed: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One version of a catalogue: head, columns and rows. ``slugs`` names categories in addresses.

    ``id`` tells the catalogues of an institution apart (``main`` for ``catalog.yaml``), its
    versions share it; ``former`` marks one kept in the history. ``places`` says where the keys of
    the head stand.
    """

    title: str
    scope: Scope | None
    filing: Filing
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    slugs: Mapping[str, str] = field(default_factory=dict)
    id: str = MAIN
    file: str = ""
    former: bool = False
    places: Mapping[str, Span] = field(default_factory=dict)

    @property
    def starts(self) -> date:
        """The day this version takes effect; one that does not say always was in force."""
        return self.filing.effective or date.min

    def at(self, key: str) -> Span:
        """The place of a key of the head."""
        return self.places.get(key) or Span(self.file)

    def slug(self, category: str) -> str:
        """The category's ASCII name in addresses.

        Unless the catalogue names it, a hash of the category alone: a running number would tell
        how many categories a reader does not see.
        """
        given = self.slugs.get(category)
        return given or "c-" + hashlib.sha256(category.encode("utf-8")).hexdigest()[:8]


def by_id(catalogues: Iterable[Catalogue]) -> Mapping[str, tuple[Catalogue, ...]]:
    """The versions of each catalogue, oldest first; the catalogues in the order they come."""
    found: dict[str, list[Catalogue]] = {}
    for each in catalogues:
        found.setdefault(each.id, []).append(each)
    return {
        name: tuple(sorted(versions, key=lambda each: each.starts))
        for name, versions in found.items()
    }


def in_force(catalogues: Iterable[Catalogue], day: date) -> tuple[Catalogue, ...]:
    """The version of each catalogue in force on ``day``; none of one that is yet to begin."""
    known = by_id(catalogues).values()
    begun = ([each for each in versions if each.starts <= day] for versions in known)
    return tuple(versions[-1] for versions in begun if versions)
