"""What passed the gates: items with every open question answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from generator.model.catalogue import Catalogue, Row
from generator.model.disclosure import Disclosure, StandingPage
from generator.model.institution import Contact, Form, Institution
from generator.model.period import Term
from generator.model.settled import Told


@dataclass(frozen=True, slots=True)
class ApprovedItem:
    """A disclosure with its gates resolved.

    ``terms`` has a key for each audience that may ever see it on a site: scope, group and form
    have been applied, so an item for paper only has none. ``withdrawn`` is the first day on
    which it is off every list. ``end`` is the last day anywhere, web or not (None: for ever),
    ``contact`` whom readers may turn to where the kind invites them. ``boards`` are the terms at
    the audiences on whose bulletin boards (公开栏) it may hang, whatever the sites show.
    ``told`` has what the door made of this very item before, by audience.
    """

    disclosure: Disclosure
    row: Row | None
    forms: tuple[Form, ...]
    terms: Mapping[str, Term]
    withdrawn: date | None
    end: date | None = None
    contact: Contact | None = None
    boards: Mapping[str, Term] = field(default_factory=dict)
    told: Mapping[str, Told] = field(init=False, default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class ApprovedPage:
    """A standing page with its gates resolved; ``terms`` as in ``ApprovedItem``."""

    page: StandingPage
    terms: Mapping[str, Term]


@dataclass(frozen=True, slots=True)
class Approved:
    """The approved corpus, the only thing the door accepts."""

    institution: Institution
    catalogues: tuple[Catalogue, ...]
    items: tuple[ApprovedItem, ...]
    pages: tuple[ApprovedPage, ...] = ()
