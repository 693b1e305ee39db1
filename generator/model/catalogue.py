"""The catalogue (公开目录): rows in the institution's own columns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True)
class Column:
    """A heading of the institution's table and the row field under it."""

    heading: str
    field: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row (目录项). ``cells`` holds the texts to show, one per field of ``ROW_FIELDS``."""

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


@dataclass(frozen=True, slots=True)
class Filing:
    """Who approved the catalogue and where it was filed, as lines to show."""

    version: str
    effective: date | None
    approved: str = ""
    filed: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A catalogue: head, columns and rows. ``slugs`` names categories in addresses."""

    title: str
    scope: Scope | None
    filing: Filing
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    slugs: Mapping[str, str] = field(default_factory=dict)

    def slug(self, category: str) -> str:
        """The category's ASCII name in addresses.

        Unless the catalogue names it, a hash of the category alone: a running number would tell
        how many categories a reader does not see.
        """
        given = self.slugs.get(category)
        return given or "c-" + hashlib.sha256(category.encode("utf-8")).hexdigest()[:8]
