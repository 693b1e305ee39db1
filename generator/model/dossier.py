"""What the archive gets of a year: each item with its whole record.

These types hold what no edition holds (approvals, every audience's terms, what was withdrawn).
They are made for the archive office alone: ``handover`` fills them, ``bundle.archive`` writes them
into a private package, and no other stage knows them (tests/test_layers.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from generator.model.approved import ApprovedItem
from generator.model.catalogue import Catalogue
from generator.model.edition import Edition
from generator.model.record import Spell


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation to another item, as in the front matter; ``inverse`` where the other named this
    one. ``number`` is the other's 档号 where it is in the same package.
    """

    relation: str
    inverse: bool
    id: str
    title: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """One item for the archive. ``first`` is the day of its first disclosure to anybody, ``number``
    its 档号 ("" for one filed in another year), ``spells`` what the publish log has on it.
    """

    item: ApprovedItem
    first: date
    category: str
    number: str
    term: str
    secrecy: str
    ties: tuple[Tie, ...] = ()
    spells: tuple[Spell, ...] = ()

    @property
    def id(self) -> str:
        """The item's 索引号."""
        return self.item.disclosure.id


@dataclass(frozen=True, slots=True)
class Handover:
    """What is filed for a year, as things stand on a day.

    ``items`` were first disclosed in the year, in the order of their 档号; ``changed`` were first
    disclosed in an earlier year and changed in this one, ``reports`` are the annual reports on the
    year: both are enclosed beside the filed items. ``lacking`` has by id the titles of items that
    the publish log knows and the project does not. ``edition`` is what papers are made of.
    """

    year: int
    as_of: date
    items: tuple[Dossier, ...]
    changed: tuple[Dossier, ...]
    reports: tuple[Dossier, ...]
    lacking: Mapping[str, str]
    catalogues: tuple[Catalogue, ...]
    edition: Edition

    @property
    def everything(self) -> tuple[Dossier, ...]:
        """All that the package holds, filed or enclosed."""
        return (*self.items, *self.changed, *self.reports)
