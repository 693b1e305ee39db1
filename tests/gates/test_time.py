"""Counting: from the day after release, by the official calendar, each audience by its own day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.build import check
from generator.gate.workdays import UnannouncedYear, is_workday, last_day
from generator.model.institution import CalendarYear
from generator.model.period import FOREVER, Until
from tests.support import INSTITUTION, complete, item, make_project


@pytest.mark.parametrize(
    ("release", "end", "last"),
    [
        ("2025-03-10", Until("days", count=30), "2025-04-09"),
        ("2024-02-28", Until("days", count=1), "2024-02-29"),
        ("2025-03-07", Until("workdays", count=5), "2025-03-14"),
        ("2025-03-08", Until("workdays", count=5), "2025-03-14"),
        # National Day: Sunday 28 September is worked, 1 to 8 October are not.
        ("2025-09-26", Until("workdays", count=5), "2025-10-10"),
        ("2025-10-10", Until("workdays", count=1), "2025-10-11"),
        # Spring Festival: Saturday 14 February is worked, 15 to 23 February are not.
        ("2026-02-13", Until("workdays", count=3), "2026-02-25"),
        # New Year: 1 January is a holiday, and the year before was announced.
        ("2024-12-31", Until("workdays", count=2), "2025-01-03"),
        ("2025-03-10", Until("date", date(2025, 3, 10)), "2025-03-10"),
        ("9999-12-31", Until("days", count=30), "9999-12-31"),
    ],
)
def test_last_days(release: str, end: Until, last: str) -> None:
    assert last_day(date.fromisoformat(release), end, {}) == date.fromisoformat(last)


def test_for_ever_has_no_last_day() -> None:
    assert last_day(date(2025, 1, 1), FOREVER, {}) is None


@given(st.dates(date(2005, 1, 1), date(2025, 12, 1)), st.integers(1, 15))
def test_the_last_day_is_the_working_day_counted_to(release: date, count: int) -> None:
    last = last_day(release, Until("workdays", count=count), {})
    assert last is not None
    after = [release + timedelta(days=n) for n in range(1, (last - release).days + 1)]
    assert sum(is_workday(day, {}) for day in after) == count
    assert is_workday(last, {})


@pytest.mark.parametrize("year", [2003, 2027, 2050])
def test_a_year_not_announced_is_never_guessed(year: int) -> None:
    with pytest.raises(UnannouncedYear) as unknown:
        last_day(date(year, 5, 1), Until("workdays", count=5), {})
    assert unknown.value.year == year


def test_an_institution_may_state_a_year_itself() -> None:
    stated = {2027: CalendarYear(frozenset({date(2027, 1, 1)}), frozenset({date(2027, 1, 2)}))}
    # Two days of 2026, then Saturday 2 January (worked), then Monday and Tuesday.
    assert last_day(date(2026, 12, 29), Until("workdays", count=5), stated) == date(2027, 1, 5)


def test_a_stated_year_overrides_the_announced_one(tmp_path: Path) -> None:
    text = "calendar:\n  2025: {holidays: [2025-03-11], workdays: [2025年3月15日]}\n"
    files = {
        "site_config/institution.yml": complete(text, INSTITUTION),
        "content/a.md": item("A-1", catalog="zz-03", kind="公示"),
    }
    approved = check(make_project(tmp_path, files)).approved
    assert approved is not None
    (found,) = approved.items
    assert found.terms["public"].last == date(2025, 3, 17)


def test_each_audience_counts_from_its_own_release(tmp_path: Path) -> None:
    release = "{party: 2025-03-07, campus: 2025-03-10, public: 2025-03-11}"
    dates = f"{{written: 2025-03-01, release: {release}}}"
    files = {"content/a.md": item("A-1", catalog="zz-03", kind="公示", dates=dates)}
    approved = check(make_project(tmp_path, files)).approved
    assert approved is not None
    days = {name: term.last for name, term in approved.items[0].terms.items()}
    assert days == {
        "party": date(2025, 3, 14),
        "campus": date(2025, 3, 17),
        "public": date(2025, 3, 18),
    }
