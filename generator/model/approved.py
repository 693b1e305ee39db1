"""What passed the gates: items with every open question answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from generator.model.catalogue import Catalogue, Row
from generator.model.disclosure import Disclosure
from generator.model.institution import Form, Institution


@dataclass(frozen=True, slots=True)
class Term:
    """First and last day (both included) at one audience; no last day means for ever."""

    release: date
    last: date | None


@dataclass(frozen=True, slots=True)
class ApprovedItem:
    """A disclosure with its gates resolved.

    ``terms`` has a key for each audience that may ever see it on a site: scope, group and form
    have been applied, so an item for paper only has none. ``withdrawn`` is the first day on
    which it is off every list.
    """

    disclosure: Disclosure
    row: Row | None
    forms: tuple[Form, ...]
    terms: Mapping[str, Term]
    withdrawn: date | None


@dataclass(frozen=True, slots=True)
class Approved:
    """The approved corpus, the only thing the door accepts."""

    institution: Institution
    catalogues: tuple[Catalogue, ...]
    items: tuple[ApprovedItem, ...]
