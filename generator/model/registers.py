"""The office's private registers: never content, in no edition, on no site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from generator.diagnostics import Span
from generator.model.institution import Unit
from generator.model.oversight import Outcome
from generator.model.period import Period


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a register: its place, and those of its keys."""

    span: Span
    spans: Mapping[str, Span]

    def at(self, key: str) -> Span:
        """The place of a key, or of the whole entry."""
        return self.spans.get(key, self.span)


@dataclass(frozen=True, slots=True)
class Application:
    """A request for disclosure (依申请公开). The applicant's name has no field: the file may hold
    it, no paper can.

    ``extended`` is the last day after an extension; ``answered`` the day of the answer.
    """

    entry: Entry
    number: str
    received: date | None
    applicant: str
    matter: str
    units: tuple[Unit, ...]
    outcome: Outcome | None
    answered: date | None
    extended: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """A matter that is owed and held back for now (暂不宜公开), by whose decision and why.

    Without units it speaks of all units of its row. ``review`` is the day to decide again,
    ``ended`` the first day on which it is held no more.
    """

    entry: Entry
    row: str
    period: Period | None
    units: tuple[Unit, ...]
    reason: str
    by: str
    decided: date | None
    reference: str
    review: date | None
    ended: date | None

    def holds(self, day: date) -> bool:
        """Whether the matter is held on a day; a decision without a date holds nothing."""
        begun = self.decided is not None and self.decided <= day
        return begun and (self.ended is None or day < self.ended)


@dataclass(frozen=True, slots=True)
class Registers:
    """Both registers, in the order of their files; empty where there is no file."""

    applications: tuple[Application, ...] = ()
    held: tuple[Held, ...] = ()
