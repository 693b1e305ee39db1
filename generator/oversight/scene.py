"""What every oversight report starts from: which institution, which year, which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from generator.model.disclosure import Disclosure


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
