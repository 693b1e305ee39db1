"""Who may see what, told a second time in the plainest words, sharing nothing with the door."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from generator.model.approved import Approved, ApprovedItem, ApprovedPage
from generator.model.catalogue import Catalogue, Row

Fate = Literal["live", "notice", "hidden"]


def fate(item: ApprovedItem, audience: str, day: date) -> Fate:
    """What of an item stands on an audience's site on a day."""
    if audience not in item.terms:
        return "hidden"
    term = item.terms[audience]
    started = term.release <= day
    ended = term.last is not None and day > term.last
    if not started or ended:
        return "hidden"
    if item.withdrawn is None or item.withdrawn > day:
        return "live"
    return "notice" if item.withdrawn > term.release else "hidden"


def ever(item: ApprovedItem, audience: str) -> bool:
    """Whether the audience may see the item on any day at all."""
    return audience in item.terms


def page_seen(page: ApprovedPage, audience: str, day: date) -> bool:
    """Whether a standing page is on an audience's site on a day."""
    term = page.terms.get(audience)
    if term is None or day < term.release:
        return False
    return term.last is None or day <= term.last


def row_seen(row: Row, catalogue: Catalogue, approved: Approved, audience: str, day: date) -> bool:
    """Whether the audience may see a row of a version of a catalogue on a day."""
    return catalogue_seen(catalogue, approved, audience, day) and _reaches(row.visible, audience)


def catalogue_seen(catalogue: Catalogue, approved: Approved, audience: str, day: date) -> bool:
    """Whether the audience may see a version of a catalogue on a day: it has begun, it is open,
    and so is the version that is in force.
    """
    if not begun(catalogue, day):
        return False
    newest = catalogue
    for other in approved.catalogues:
        same = other.id == catalogue.id and begun(other, day)
        if same and _first(other) > _first(newest):
            newest = other
    return _reaches(catalogue.scope, audience) and _reaches(newest.scope, audience)


def begun(catalogue: Catalogue, day: date) -> bool:
    """Whether a version has taken effect."""
    return _first(catalogue) <= day


def _first(catalogue: Catalogue) -> date:
    return date.min if catalogue.filing.effective is None else catalogue.filing.effective


def _reaches(scope: Any, audience: str) -> bool:
    if scope is None:
        return False
    return any(audience in word.audiences for word in scope.words if not word.group)


def fates(approved: Approved, audience: str, day: date) -> Mapping[str, Fate]:
    """The fate of every item, by id."""
    return {each.disclosure.id: fate(each, audience, day) for each in approved.items}


def told(value: Any) -> str:
    """Everything a value holds, as one text to search in."""
    return json.dumps(value, ensure_ascii=False, default=_plain, sort_keys=True)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def mentions(text: str, marks: Iterable[str]) -> set[str]:
    """Which of ``marks`` occur in a text."""
    return {mark for mark in marks if mark in text}
