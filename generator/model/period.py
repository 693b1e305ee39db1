"""Period (所属期), expiry (公开时长) and the days of disclosure as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Period:
    """The time an item speaks of; ``label`` as shown, no dates for 长期."""

    label: str
    start: date | None = None
    end: date | None = None

    @property
    def year(self) -> int | None:
        """The year it stands for: the one it ends in, as a school year does, but of a plan for
        several years the one it begins in. None for 长期.
        """
        if self.start is None or self.end is None:
            return None
        several = self.end.toordinal() - self.start.toordinal() > 366
        return self.start.year if several else self.end.year


@dataclass(frozen=True, slots=True)
class Until:
    """How long an item stays: for ever, to a date (that day included), or a count of days."""

    unit: Literal["forever", "date", "days", "workdays"]
    day: date | None = None
    count: int = 0


FOREVER = Until("forever")


@dataclass(frozen=True, slots=True)
class Term:
    """First and last day (both included) at one audience; no last day means for ever."""

    release: date
    last: date | None

    def holds(self, day: date) -> bool:
        """Whether ``day`` is one of its days."""
        return self.release <= day and (self.last is None or day <= self.last)
