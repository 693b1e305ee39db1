"""Timeliness: days and working days from writing and approval to the first release."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from statistics import median

import chinese_calendar
import pytest

from generator.build import check
from generator.oversight.scene import Scene
from generator.oversight.timeliness import Timeliness, timeliness, workdays_between
from tests.support import item, make_project

HOME = Path(__file__).parents[2]


def _timeliness(
    root: Path, year: int = 2025, as_of: str = "2026-12-01", within: int = 20
) -> Timeliness:
    approved = check(root).approved
    assert approved is not None
    scene = Scene("示例", year, date.fromisoformat(as_of), frozenset())
    return timeliness(approved, scene, within)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2025-03-03", "2025-03-04", 1),
        ("2025-03-03", "2025-03-03", 0),
        ("2025-03-04", "2025-03-03", 0),
        ("2025-03-07", "2025-03-10", 1),  # over a weekend
        ("2025-09-26", "2025-09-28", 1),  # Sunday the 28th was a working day
        ("2025-09-30", "2025-10-09", 1),  # eight days of holiday
        ("2026-12-30", "2027-01-04", None),
    ],
)
def test_working_days(start: str, end: str, days: int | None) -> None:
    assert workdays_between(date.fromisoformat(start), date.fromisoformat(end), {}) == days


def _dates(written: str, release: str) -> str:
    return f"{{written: {written}, release: {release}}}"


def test_who_waited_how_long(tmp_path: Path) -> None:
    files = {
        "content/a.md": item("A", unit="[党政办公室, 组织部]"),
        "content/b.md": item("B", unit="组织部", dates=_dates("2025-03-01", "2025-03-28")),
        "content/c.md": item("C", unit="组织部", dates=_dates("2025-03-01", "2025-03-31")),
        "content/d.md": item("D", dates=_dates("2025-03-01", "2026-01-05")),
        "content/f.md": item("F", scope="校里"),
    }
    report = _timeliness(make_project(tmp_path, files), within=20)
    assert [each.id for each in report.waits] == ["A", "B", "C"]
    assert [each.id for each in report.over] == ["C"]
    by_unit = {each.unit.id if each.unit else "": each for each in report.units}
    assert list(by_unit) == ["", "dzb", "zzb"]
    total, own = by_unit[""], by_unit["zzb"]
    assert (total.count, total.written_median, total.written_longest) == (3, 27, 30)
    assert (own.approved_median, own.approved_longest, own.over) == (25, 28, 1)
    assert by_unit["dzb"].count == 1
    first = report.waits[0]
    assert (first.from_written, first.from_approved, first.workdays) == (9, 7, 6)


def test_the_limit_itself_is_in_time(tmp_path: Path) -> None:
    root = make_project(tmp_path, {"content/a.md": item("A")})
    assert _timeliness(root, within=6).over == ()
    assert [each.id for each in _timeliness(root, within=5).over] == ["A"]
    assert _timeliness(root, as_of="2025-03-09").waits == ()


def test_a_year_without_a_calendar_is_said(tmp_path: Path) -> None:
    late = item("A", dates=_dates("2026-12-28", "2027-01-11"))
    report = _timeliness(make_project(tmp_path, {"content/a.md": late}), 2027, "2027-02-01")
    assert [each.id for each in report.unknown] == ["A"]
    assert report.over == ()
    assert report.units[0].written_longest == 14


def test_the_example_counted_again() -> None:
    approved = check(HOME).approved
    assert approved is not None
    report = _timeliness(HOME, 2025, within=9)
    waits = {}
    for each in (passed.disclosure for passed in approved.items):
        day, written = min(each.release.values()), each.written
        if day.year == 2025 and written:
            steps = range(1, (day - written).days + 1)
            days = [written + timedelta(days=step) for step in steps]
            waits[each.id] = (len(days), sum(map(chinese_calendar.is_workday, days)))
    assert {each.id: (each.from_written, each.workdays) for each in report.waits} == waits
    assert {each.id for each in report.over} == {key for key, (_, d) in waits.items() if d > 9}
    assert report.units[0].written_median == median(days for days, _ in waits.values())
