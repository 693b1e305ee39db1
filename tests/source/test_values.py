"""Values as the clerk types them: dates, periods, ends, scope cells, glued units."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.model.institution import ScopeWord, Unit
from generator.model.period import FOREVER, Until
from generator.source.values import (
    parse_date,
    parse_period,
    parse_scope,
    parse_until,
    plain,
    split_units,
)

DAY = date(2018, 12, 31)
HAN = "〇一二三四五六七八九"


def _wide(text: str) -> str:
    """The same in full-width ASCII."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _han(number: int) -> str:
    """A month or day in Chinese numerals."""
    tens, ones = divmod(number, 10)
    if not tens:
        return HAN[ones]
    return ("" if tens == 1 else HAN[tens]) + "十" + (HAN[ones] if ones else "")


SPELLINGS = (
    lambda d: d.isoformat(),
    lambda d: f"{d.year}-{d.month}-{d.day}",
    lambda d: f"{d.year}/{d.month:02}/{d.day:02}",
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f" {d.year} 年 {d.month:02} 月 {d.day:02} 日 ",
    lambda d: f"{''.join(HAN[int(c)] for c in str(d.year))}年{_han(d.month)}月{_han(d.day)}日",
    lambda d: (
        f"{''.join('○一二三四五六七八九'[int(c)] for c in str(d.year))}年{d.month}月{d.day}日"
    ),
    lambda d: (
        f"{''.join('零一二三四五六七八九'[int(c)] for c in str(d.year))}年{d.month}月{d.day}日"
    ),
)


@given(st.dates(date(1921, 7, 1), date(2099, 12, 31)))
def test_a_day_is_the_same_in_every_spelling(day: date) -> None:
    for spell in SPELLINGS:
        text = spell(day)
        assert parse_date(text) == day, text
        assert parse_date(_wide(text)) == day, text


@pytest.mark.parametrize(
    "text",
    [
        "二○一八年十二月三十一日",
        "二〇一八年十二月三十一日",
        "２０１８－１２－３１",
        "２０１８年１２月３１日",
    ],
)
def test_the_spellings_of_official_papers(text: str) -> None:
    assert parse_date(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025",
        "2025-09",
        "2025-02-29",
        "2025-13-01",
        "25-01-02",
        "1月2日",
        "2025-9-31",
        "12:30",
        "20250102",
        "2025-01-02 08:00",
        "明天",
        "0000-01-01",
        "2025-00-10",
        "on",
    ],
)
def test_what_is_no_day(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "label", "start", "end"),
    [
        ("长期", "长期", None, None),
        ("2025", "2025", "2025-01-01", "2025-12-31"),
        ("2025年", "2025", "2025-01-01", "2025-12-31"),
        ("２０２５", "2025", "2025-01-01", "2025-12-31"),
        ("二〇二五年", "2025", "2025-01-01", "2025-12-31"),
        ("2025-H1", "2025-H1", "2025-01-01", "2025-06-30"),
        ("2025h2", "2025H2", "2025-07-01", "2025-12-31"),
        ("2025-Q1", "2025-Q1", "2025-01-01", "2025-03-31"),
        ("2024-q4", "2024-Q4", "2024-10-01", "2024-12-31"),
        ("2024-02", "2024-02", "2024-02-01", "2024-02-29"),
        ("2025年2月", "2025-02", "2025-02-01", "2025-02-28"),
        ("2025-09-12", "2025-09-12", "2025-09-12", "2025-09-12"),
        ("2025年9月12日", "2025-09-12", "2025-09-12", "2025-09-12"),
        ("2025-09-01/2025-09-30", "2025-09-01/2025-09-30", "2025-09-01", "2025-09-30"),
        ("2024-2025学年", "2024-2025学年", "2024-09-01", "2025-08-31"),
        ("２０２４－２０２５ 学年", "2024-2025学年", "2024-09-01", "2025-08-31"),
    ],
)
def test_periods(text: str, label: str, start: str | None, end: str | None) -> None:
    found = parse_period(text)
    assert found is not None
    days = tuple(day.isoformat() if day else None for day in (found.start, found.end))
    assert (found.label, *days) == (label, start, end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025-H3",
        "2025-Q0",
        "2025-13",
        "2025-09-31",
        "2024-2026学年",
        "2025-2024学年",
        "每年",
        "2025-09-30/2025-09-01",
        "2025/2026",
        "0000",
        "0000-01",
        "0000-0001学年",
        "25",
        "2025-09-12/",
    ],
)
def test_what_is_no_period(text: str) -> None:
    assert parse_period(text) is None


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("永久", FOREVER),
        ("长期", FOREVER),
        ("30天", Until("days", count=30)),
        ("３０ 天", Until("days", count=30)),
        ("三十日", Until("days", count=30)),
        ("5个工作日", Until("workdays", count=5)),
        ("五个工作日", Until("workdays", count=5)),
        ("十五个工作日", Until("workdays", count=15)),
        ("7工作日", Until("workdays", count=7)),
        ("2025年1月2日", Until("date", date(2025, 1, 2))),
    ],
)
def test_ends(text: str, end: Until) -> None:
    assert parse_until(text) == end


@pytest.mark.parametrize(
    "text", ["", "0天", "-5天", "5", "五", "5周", "一百天", "工作日", "99999天"]
)
def test_what_is_no_end(text: str) -> None:
    assert parse_until(text) is None


@given(st.text(max_size=30))
def test_no_text_breaks_a_parser(text: str) -> None:
    parse_date(text)
    parse_period(text)
    parse_until(text)
    scope, unknown = parse_scope(text, {})
    assert scope.words == ()
    assert unknown or not plain(text).strip("、,;或")


@given(st.text(alphabet="0123456789０９一二十〇○-/.年月日HQ学天个工作", max_size=14))
def test_no_near_miss_breaks_a_parser(text: str) -> None:
    parse_date(text)
    parse_period(text)
    parse_until(text)


@given(st.text(max_size=20))
def test_plain_is_settled(text: str) -> None:
    once = plain(text)
    assert not any(c.isspace() for c in once)
    assert unicodedata.normalize("NFKC", plain(once)) == unicodedata.normalize("NFKC", once)


PARTY, CAMPUS, EVERYBODY = frozenset({"party"}), frozenset({"party", "campus"}), frozenset()
EVERYBODY = frozenset({"party", "campus", "public"})
WORDS = {
    "党内": ScopeWord("党内", PARTY),
    "校内": ScopeWord("校内", CAMPUS),
    "校外": ScopeWord("校外", EVERYBODY),
    "校内外": ScopeWord("校内外", EVERYBODY),
    "校内一定范围": ScopeWord("校内一定范围", CAMPUS, group=True),
}

# The 33 rows of a real catalogue, read cell by cell by hand: cell, the words it holds, whether it
# leaves a choice, whether a group must be named, the widest site (by scope alone).
HUBEI = [
    ("校内外", "校内外", False, False, "public"),
    ("党内、校内", "党内 校内", False, False, "campus"),
    ("党内、校内", "党内 校内", False, False, "campus"),
    ("校内", "校内", False, False, "campus"),
    ("校内", "校内", False, False, "campus"),
    ("校内", "校内", False, False, "campus"),
    ("校内", "校内", False, False, "campus"),
    ("党内、校内", "党内 校内", False, False, "campus"),
    ("校内", "校内", False, False, "campus"),
    ("校内外", "校内外", False, False, "public"),
    ("党内、校内 一定范围", "党内 校内一定范围", False, True, "party"),
    ("党内、校内外", "党内 校内外", False, False, "public"),
    ("党内、校内", "党内 校内", False, False, "campus"),
    ("党内、校内", "党内 校内", False, False, "campus"),
    ("党内、校内", "党内 校内", False, False, "campus"),
    ("党内、校内外", "党内 校内外", False, False, "public"),
    ("党内、校内", "党内 校内", False, False, "campus"),
    ("党内、校内", "党内 校内", False, False, "campus"),
    ("党内、校内", "党内 校内", False, False, "campus"),
    ("党内、校内", "党内 校内", False, False, "campus"),
    ("党内、校内外", "党内 校内外", False, False, "public"),
    ("校内", "校内", False, False, "campus"),
    ("校内", "校内", False, False, "campus"),
    ("党内、校内外", "党内 校内外", False, False, "public"),
    ("校内一定范围", "校内一定范围", False, True, "none"),
    ("党内、校内外", "党内 校内外", False, False, "public"),
    ("党内或校内一定范围", "党内 校内一定范围", True, True, "party"),
    ("校内外", "校内外", False, False, "public"),
    ("校内外", "校内外", False, False, "public"),
    ("校内", "校内", False, False, "campus"),
    ("校内外", "校内外", False, False, "public"),
    ("党内、校内", "党内 校内", False, False, "campus"),
    ("党内、校内或校外", "党内 校内 校外", True, False, "public"),
]
WIDEST = {frozenset(): "none", PARTY: "party", CAMPUS: "campus", EVERYBODY: "public"}


@pytest.mark.parametrize(("number", "row"), list(enumerate(HUBEI, start=1)))
def test_hubei_scope_cells(number: int, row: tuple[str, str, bool, bool, str]) -> None:
    cell, words, choice, group, widest = row
    scope, unknown = parse_scope(cell, WORDS)
    assert unknown == ()
    assert [word.word for word in scope.words] == words.split()
    assert (scope.choice, scope.needs_group) == (choice, group)
    assert WIDEST[scope.everyone] == widest


UNITS = {
    name: Unit(str(number), name)
    for number, name in enumerate(
        [
            "党政办",
            "组织部",
            "人事处",
            "宣传部",
            "纪委",
            "学工处",
            "党委各职能部门",
            "党委",
            "党委组织部",
        ]
    )
}

# Cells of 责任单位 in the same 33 rows that hold more or other than one plain name.
GLUED = [
    ("纪委组织部", ["纪委", "组织部"]),
    ("组织部人事处", ["组织部", "人事处"]),
    ("党委各职能部门", ["党委各职能部门"]),
    ("党委组织部", ["党委组织部"]),
    ("纪委党委组织部人事处", ["纪委", "党委组织部", "人事处"]),
    ("党政办", ["党政办"]),
]


@pytest.mark.parametrize(("cell", "names"), GLUED)
def test_glued_units(cell: str, names: list[str]) -> None:
    found = split_units(cell, UNITS)
    assert found is not None
    assert [unit.name for unit in found] == names


@pytest.mark.parametrize("cell", ["", "财务处", "纪委财务处", "组织部部"])
def test_units_nobody_knows(cell: str) -> None:
    assert split_units(cell, UNITS) is None
