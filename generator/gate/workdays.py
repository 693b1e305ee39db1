"""Working days by the official calendar (国务院办公厅节假日安排), 调休 included.

The package ``chinesecalendar`` knows the announced years; an institution may state others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import chinese_calendar

from generator.model.institution import CalendarYear
from generator.model.period import Until


class UnannouncedYear(Exception):
    """A working day was asked of a year whose calendar is not announced; holds the year."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year


def is_workday(day: date, stated: Mapping[int, CalendarYear]) -> bool:
    """Whether offices work on ``day``; raises UnannouncedYear where nobody knows yet."""
    if (year := stated.get(day.year)) is not None:
        return day in year.workdays or (day.weekday() < 5 and day not in year.holidays)
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        raise UnannouncedYear(day.year) from None


def last_day(release: date, until: Until, stated: Mapping[int, CalendarYear]) -> date | None:
    """The last day of disclosure, that day included; None for ever.

    Days and working days count from the day after release (the day of posting is day zero).
    Raises UnannouncedYear.
    """
    if until.unit == "forever":
        return None
    if until.unit == "date":
        return until.day
    if until.unit == "days":
        return release + min(timedelta(days=until.count), date.max - release)
    day, left = release, until.count
    while left:
        day += timedelta(days=1)
        left -= is_workday(day, stated)
    return day
