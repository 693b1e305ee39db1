"""What every oversight report starts from: which institution, which year, which day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from generator.model.disclosure import Disclosure
from generator.model.period import Period


@dataclass(frozen=True, slots=True)
class Scene:
    """The head of a report. ``faulty`` are the files with errors: their items are approved for
    nobody, so a report says how many it had to leave out.
    """

    institution: str
    year: int
    as_of: date
    faulty: frozenset[str]

    @property
    def first(self) -> date:
        """The year's first day."""
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        """The year's last day."""
        return date(self.year, 12, 31)


def first_day(item: Disclosure) -> date | None:
    """The day of the first release to anybody, on paper or on a site; None where none is said."""
    return min(item.release.values(), default=None)


def released_in(item: Disclosure, scene: Scene) -> bool:
    """Whether the item was first released in the report's year, and not after its day."""
    day = first_day(item)
    return day is not None and day.year == scene.year and day <= scene.as_of


def overlap(period: Period, scene: Scene) -> tuple[date, date] | None:
    """The part of the year the period speaks of. A period of a year or more (a school year)
    stands for the whole of the year it ends in.
    """
    start, end = period.start or date.min, period.end or date.max
    if end.year == scene.year and end - start >= timedelta(days=364):
        return scene.first, scene.last
    start, end = max(start, scene.first), min(end, scene.last)
    return (start, end) if start <= end else None


def spans(periods: Iterable[Period | None], scene: Scene) -> list[tuple[date, date]]:
    """The parts of the year that periods speak of."""
    return [span for each in periods if each and (span := overlap(each, scene)) is not None]


def whole(parts: list[tuple[date, date]], scene: Scene) -> bool:
    """Whether parts of the year make up all of it."""
    reached = scene.first - timedelta(days=1)
    for start, end in sorted(parts):
        if start > reached + timedelta(days=1):
            return False
        reached = max(reached, end)
    return reached >= scene.last
