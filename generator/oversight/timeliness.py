"""Timeliness: days from a matter's writing and approval to its first release, by unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from generator.gate.workdays import UnannouncedYear, is_workday
from generator.model.approved import Approved
from generator.model.disclosure import Disclosure
from generator.model.institution import CalendarYear, Institution, Unit
from generator.oversight.scene import Scene, first_day, released_in


@dataclass(frozen=True, slots=True)
class Wait:
    """One item's way to its readers. Days are calendar days; ``workdays`` count from the day
    after writing to the day of release, None where a year's calendar is not known.
    """

    id: str
    title: str
    units: tuple[Unit, ...]
    written: date
    approved: date | None
    released: date
    workdays: int | None

    @property
    def from_written(self) -> int:
        """Days from 成文 to the first release."""
        return (self.released - self.written).days

    @property
    def from_approved(self) -> int | None:
        """Days from the last step of approval to the first release."""
        return None if self.approved is None else (self.released - self.approved).days


@dataclass(frozen=True, slots=True)
class UnitWaits:
    """A unit's items of the year (None: all units; each item counted once): how many, median
    and longest in days, and how many waited over the limit.
    """

    unit: Unit | None
    count: int
    written_median: float
    written_longest: int
    approved_median: float | None
    approved_longest: int | None
    over: int


@dataclass(frozen=True, slots=True)
class Timeliness:
    """The report; ``within`` is the limit in working days from writing, ``over`` the items that
    waited longer (the longest first), ``unknown`` those whose working days nobody can count.
    """

    scene: Scene
    within: int
    waits: tuple[Wait, ...]
    units: tuple[UnitWaits, ...]
    over: tuple[Wait, ...]
    unknown: tuple[Wait, ...]


def timeliness(approved: Approved, scene: Scene, within: int) -> Timeliness:
    """Every approved item first released in the year, by release and id."""
    institution = approved.institution
    items = (item.disclosure for item in approved.items if released_in(item.disclosure, scene))
    waits = sorted(_waits(items, institution), key=lambda wait: (wait.released, wait.id))
    over = [wait for wait in waits if _over(wait, within)]
    return Timeliness(
        scene,
        within,
        tuple(waits),
        tuple(_units(waits, institution, within)),
        tuple(sorted(over, key=lambda wait: (-(wait.workdays or 0), wait.id))),
        tuple(wait for wait in waits if wait.workdays is None),
    )


def _over(wait: Wait, within: int) -> bool:
    return wait.workdays is not None and wait.workdays > within


def _waits(items: Iterator[Disclosure], institution: Institution) -> Iterator[Wait]:
    for item in items:
        released = first_day(item)
        if released is None or item.written is None:
            continue
        days = workdays_between(item.written, released, institution.calendar)
        granted = approved_on(item, institution)
        yield Wait(item.id, item.title, item.units, item.written, granted, released, days)


def approved_on(item: Disclosure, institution: Institution) -> date | None:
    """The day of the last recorded step of the workflow."""
    acts = item.approval.acts if item.approval else {}
    days = (act.date for step in institution.workflow if (act := acts.get(step.key)))
    return max((day for day in days if day is not None), default=None)


def workdays_between(start: date, end: date, stated: Mapping[int, CalendarYear]) -> int | None:
    """Working days after ``start`` up to ``end``, that day included; 0 when ``end`` is not
    later, None where the calendar of a year between is not announced.
    """
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    try:
        return sum(is_workday(day, stated) for day in days)
    except UnannouncedYear:
        return None


def _units(waits: list[Wait], institution: Institution, within: int) -> Iterator[UnitWaits]:
    if waits:
        yield _summary(None, waits, within)
    for unit in dict.fromkeys(institution.units.values()):
        mine = [wait for wait in waits if unit in wait.units]
        if mine:
            yield _summary(unit, mine, within)


def _summary(unit: Unit | None, waits: list[Wait], within: int) -> UnitWaits:
    written = [wait.from_written for wait in waits]
    granted = [days for wait in waits if (days := wait.from_approved) is not None]
    return UnitWaits(
        unit,
        len(waits),
        float(median(written)),
        max(written),
        float(median(granted)) if granted else None,
        max(granted, default=None),
        sum(_over(wait, within) for wait in waits),
    )
