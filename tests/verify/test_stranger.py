"""The stranger stays a stranger: no code shared with the projection, and its own arithmetic."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest

from generator.publish import verify as entry
from generator.publish.stranger.days import Calendar, calendar, last_day, read_date

HOUSE = Path(entry.__file__).parent


def test_imports_nothing_of_the_projection() -> None:
    for path in [HOUSE / "verify.py", *(HOUSE / "stranger").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            ours = [name for name in names if name.startswith("generator")]
            allowed = ("generator.diagnostics", "generator.publish.stranger")
            assert all(name.startswith(allowed) for name in ours), path


@pytest.mark.parametrize(
    "text",
    [
        "2025-10-01",
        "2025年10月1日",
        "二〇二五年十月一日",
        "二○二五年十月一日",
        "２０２５-１０-０１",
    ],
)
def test_dates(text: str) -> None:
    assert read_date(text) == date(2025, 10, 1)


@pytest.mark.parametrize("text", ["", "2025-13-01", "明天", "2025年", None, 3])
def test_no_dates(text: object) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("period", "last"),
    [
        ("永久", date.max),
        ("2025-10-20", date(2025, 10, 20)),
        ("10天", date(2025, 10, 9)),
        ("5个工作日", date(2025, 10, 13)),  # 1–8 October are holidays, Saturday 11 is worked
        ("五个工作日", date(2025, 10, 13)),
        ("一阵子", None),
    ],
)
def test_periods(period: str, last: date | None) -> None:
    assert last_day(period, date(2025, 9, 29), Calendar()) == last


def test_unannounced_year_is_unknown_unless_the_institution_tells() -> None:
    release = date(2040, 1, 2)
    assert last_day("2个工作日", release, Calendar()) is None
    own = calendar({"2040": {"holidays": ["2040-01-03"], "workdays": []}})
    assert last_day("2个工作日", release, own) == date(2040, 1, 5)
