"""Dates, periods of disclosure and working days, as clerks write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar

_DIGITS = {sign: str(number) for number, sign in enumerate("〇一二三四五六七八九")}
_DIGITS |= {"○": "0", "零": "0", "两": "2", "0": "0"}
_DATE = re.compile(r"(\d{4})(?:年|-|/|\.)(\d{1,2})(?:月|-|/|\.)(\d{1,2})日?")
_CHINESE_DATE = re.compile(
    r"([〇○零0一二三四五六七八九]{4})年([一二三四五六七八九十]+)月([一二三四五六七八九十]+)日?"
)
_SPAN = re.compile(r"([0-9一二三四五六七八九十两]+)个?(工作日|日|天)")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The official calendar, with the institution's own years laid over it."""

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    years: frozenset[int] = field(default_factory=frozenset)

    def is_workday(self, day: date) -> bool | None:
        """Whether people work on ``day``; None when nobody has announced its year."""
        if day in self.workdays:
            return True
        if day in self.holidays:
            return False
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.weekday() < 5 if day.year in self.years else None


def calendar(settings: object) -> Calendar:
    """``calendar`` of the institution: year → {holidays, workdays}."""
    if not isinstance(settings, Mapping):
        return Calendar()
    years = {year: each for year, each in settings.items() if isinstance(each, Mapping)}
    return Calendar(
        frozenset(_dates(each.get("holidays") for each in years.values())),
        frozenset(_dates(each.get("workdays") for each in years.values())),
        frozenset(int(year) for year in years if str(year).isdigit()),
    )


def _dates(lists: object) -> list[date]:
    found: list[date] = []
    for each in lists if hasattr(lists, "__iter__") else ():
        if isinstance(each, list):
            found += [day for text in each if (day := read_date(text))]
    return found


def read_date(value: object) -> date | None:
    """A calendar date from 2025-01-02, 2025年1月2日 or 二〇二五年一月二日; None if it is none."""
    if not isinstance(value, str):
        return None
    text = "".join(unicodedata.normalize("NFKC", value).split())
    if match := _DATE.fullmatch(text):
        parts = [int(part) for part in match.groups()]
    elif match := _CHINESE_DATE.fullmatch(text):
        year = int("".join(_DIGITS[sign] for sign in match[1]))
        parts = [year, _number(match[2]), _number(match[3])]
    else:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (_number(tens) if tens else 1) * 10 + (_number(ones) if ones else 0)
    return int("".join(_DIGITS.get(sign, sign) for sign in text))


def last_day(period: str, release: date, working: Calendar) -> date | None:
    """The last day on which something released on ``release`` may be seen.

    ``period`` is 永久, a date, N天 or N个工作日 (counted from the day after release). None when
    it cannot be told, so that the caller may treat the thing as withheld.
    """
    text = "".join(unicodedata.normalize("NFKC", period).split())
    if text in ("永久", "长期"):
        return date.max
    if day := read_date(text):
        return day
    match = _SPAN.fullmatch(text)
    if match is None:
        return None
    count = _number(match[1])
    if match[2] != "工作日":
        return release + timedelta(days=count)
    return _after_workdays(release, count, working)


def _after_workdays(day: date, count: int, working: Calendar) -> date | None:
    while count > 0:
        day += timedelta(days=1)
        works = working.is_workday(day)
        if works is None:
            return None
        count -= works
    return day
