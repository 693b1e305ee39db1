"""Values as Chinese input methods produce them: dates, periods, durations, scope cells."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date

from generator.model.institution import ScopeWord, Unit
from generator.model.period import FOREVER, Period, Until
from generator.model.scope import Scope

_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_HAN_TENS = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)")
_DATE = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?")
_YEAR = re.compile(r"(\d{4})年?")
_HALF = re.compile(r"(\d{4})-?H([12])", re.IGNORECASE)
_QUARTER = re.compile(r"(\d{4})-?Q([1-4])", re.IGNORECASE)
_MONTH = re.compile(r"(\d{4})(?:-|年)(\d{1,2})月?")
_SCHOOL_YEAR = re.compile(r"(\d{4})-(\d{4})学年")
_DURATION = re.compile(r"(\d{1,4})个?(工作日|日|天)")


def plain(text: str) -> str:
    """Half-width, without spaces: ２０２５－０９ becomes 2025-09."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _digits(text: str) -> str:
    """Chinese numerals of a date as digits: 二〇一八年十二月三十一日 becomes 2018年12月31日."""
    tens = _HAN_TENS.sub(lambda m: (m[1] or "一") + (m[2] or "〇"), text)
    return tens.translate(_HAN_DIGITS)


def parse_date(text: str) -> date | None:
    """A day, as 2025-09-12, 2025年9月12日, 二〇二五年九月十二日, in any width."""
    match = _DATE.fullmatch(_digits(plain(text)))
    return _day(*(int(part) for part in match.groups())) if match else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _span(label: str, year: int, first: int, last: int) -> Period | None:
    if not (1 <= year <= 9999 and 1 <= first <= last <= 12):
        return None
    return Period(label, date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def parse_period(text: str) -> Period | None:
    """A period of design.md §3: 长期, year, half, quarter, month, day, range, school year."""
    label = plain(text)
    if label == "长期":
        return Period(label)
    if match := _SCHOOL_YEAR.fullmatch(label):
        first, second = int(match[1]), int(match[2])
        if not 1 <= first == second - 1:
            return None
        return Period(label, date(first, 9, 1), date(second, 8, 31))
    if "/" in label:
        start, end = (parse_date(part) for part in label.split("/", 1))
        return Period(label, start, end) if start and end and start <= end else None
    if match := _HALF.fullmatch(label):
        half = int(match[2])
        return _span(label.upper(), int(match[1]), half * 6 - 5, half * 6)
    if match := _QUARTER.fullmatch(label):
        quarter = int(match[2])
        return _span(label.upper(), int(match[1]), quarter * 3 - 2, quarter * 3)
    return _single_period(label)


def _single_period(label: str) -> Period | None:
    digits = _digits(label)
    if match := _YEAR.fullmatch(digits):
        return _span(match[1], int(match[1]), 1, 12)
    if match := _MONTH.fullmatch(digits):
        return _span(f"{match[1]}-{int(match[2]):02d}", int(match[1]), int(match[2]), int(match[2]))
    day = parse_date(label)
    return Period(day.isoformat(), day, day) if day else None


def parse_until(text: str) -> Until | None:
    """The end of disclosure: 永久, a last day, ``30天`` or ``5个工作日``."""
    value = plain(text)
    if value in {"永久", "长期"}:
        return FOREVER
    if match := _DURATION.fullmatch(_digits(value)):
        unit = "workdays" if match[2] == "工作日" else "days"
        return Until(unit, count=int(match[1])) if int(match[1]) else None  # type: ignore[arg-type]
    day = parse_date(value)
    return Until("date", day) if day else None


def parse_scope(text: str, words: Mapping[str, ScopeWord]) -> tuple[Scope, tuple[str, ...]]:
    """A scope cell by the institution's words, and the parts that are no word of it.

    Spaces are line wraps of the office's table ("校内 一定范围"), never separators.
    """
    cell = plain(text)
    parts = [part for part in re.split(r"[、,，;；或]", cell) if part]
    known = tuple(words[part] for part in parts if part in words)
    unknown = tuple(part for part in parts if part not in words)
    return Scope(cell, known, choice="或" in cell), unknown


def split_units(text: str, registry: Mapping[str, Unit]) -> tuple[Unit, ...] | None:
    """Units of one part of a cell; glued names (纪委组织部) are split by the registry.

    None when some of the text is no unit of the registry.
    """
    if text in registry:
        return (registry[text],)
    for length in range(len(text) - 1, 0, -1):
        if text[:length] in registry and (rest := split_units(text[length:], registry)):
            return (registry[text[:length]], *rest)
    return None


def unique(values: Iterable[Unit]) -> tuple[Unit, ...]:
    """In order, each once."""
    return tuple(dict.fromkeys(values))
