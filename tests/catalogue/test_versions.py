"""Versions of a catalogue: which is in force on which day, and what each audience is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from generator import build as conductor
from generator.diagnostics import has_errors
from generator.model.approved import Approved
from generator.model.edition import Edition
from generator.model.page import MatrixData, Page, RegisterData, RowChange, VersionsData
from generator.pages.sections import all_pages
from generator.turning import next_change
from tests.support import approval, item, make_project

CHANGE = date(2026, 4, 1)
HEAD = """title: 目录
version: "{version}"
effective: {effective}
filed: {{to: 上级党组织, date: {effective}}}
scope: {scope}
columns: {{序号: number, 类别: category, 内容: title, 范围: scope, 方式: forms, 单位: units}}
items:
"""
OLD = (
    HEAD.format(version="2024-1", effective="2024-01-01", scope="校内外")
    + """\
  - {id: jb-01, category: 一、基本情况, title: 机构设置,
     forms: 网站, scope: 校内外, units: 组织部}
  - {id: jb-02, category: 一、基本情况, title: 会议决定, forms: 网站, scope: 校内}
  - {id: jb-03, category: 一、基本情况, title: 党内安排,
     forms: 网站, scope: 党内, visible: 党内}
  - {id: jb-04, category: 一、基本情况, title: 内部酝酿,
     forms: 会议, scope: 党内, visible: 党内}
"""
)
NEW = (
    HEAD.format(version="2026-1", effective=CHANGE, scope="校内外")
    + """\
  - {id: jb-01, category: 一、基本情况, title: 机构设置和职责,
     forms: 网站, scope: 校内外, units: 组织部 纪委}
  - {id: jb-03, category: 一、基本情况, title: 党内安排和落实,
     forms: 网站, scope: 党内, visible: 党内}
  - {id: jb-05, category: 二、其他, title: 捐款收支,
     forms: 网站, scope: 校内外, absorbs: [O-1]}
  - {id: jb-06, category: 二、其他, title: 谈话情况,
     forms: 会议, scope: 党内, visible: 党内, absorbs: [O-2]}
"""
)
FILES: Mapping[str, str] = {
    "catalog.yaml": NEW,
    "content/catalogs/history/main/2024-1.yaml": OLD,
    "content/a.md": item("A-1", catalog="jb-01", period='"2025"'),
    "content/b.md": item("B-1", catalog="jb-02", scope="校内"),
    "content/c.md": item("C-1", catalog="jb-03", scope="党内", period="2026-01-01/2030-12-31"),
    "content/o.md": item(
        "O-1", catalog="off", forms=["网站"], approval=approval(off_catalog="捐款没有这一项")
    ),
    "content/p.md": item(
        "O-2", catalog="off", forms=["会议"], scope="党内",
        approval=approval(off_catalog="谈话没有这一项"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Approved:
    root = make_project(tmp_path_factory.mktemp("versions"), FILES)
    checked = conductor.check(root)
    assert checked.approved is not None
    assert not has_errors(checked.diagnostics), checked.diagnostics
    return checked.approved


def _edition(approved: Approved, audience: str, day: date) -> Edition:
    return conductor.edition(approved, audience, day)


def _page(edition: Edition, url: str) -> Page:
    return next(page for page in all_pages(edition) if page.url == url)


def _rows(edition: Edition) -> list[str]:
    return [row.id for view in edition.catalogues for row in view.rows]


@pytest.mark.parametrize(
    ("audience", "before", "after"),
    [
        ("party", ["jb-01", "jb-02", "jb-03", "jb-04"], ["jb-01", "jb-03", "jb-05", "jb-06"]),
        ("public", ["jb-01", "jb-02"], ["jb-01", "jb-05"]),
    ],
)
def test_a_version_shows_from_its_day(
    approved: Approved, audience: str, before: list[str], after: list[str]
) -> None:
    assert _rows(_edition(approved, audience, date(2023, 12, 31))) == []
    for day, rows in ((CHANGE - timedelta(days=1), before), (CHANGE, after)):
        assert _rows(_edition(approved, audience, day)) == rows
    who = approved.institution.audience(audience)
    assert next_change(approved, who, date(2026, 3, 1)) == CHANGE
    assert next_change(approved, who, CHANGE) is None


def test_nothing_of_a_coming_version_is_told_before_its_day(approved: Approved) -> None:
    edition = _edition(approved, "public", CHANGE - timedelta(days=1))
    told = repr(list(all_pages(edition)))
    for word in ("2026-1", "职责", "捐款收支", "jb-05"):
        assert word not in told


def _told(changes: tuple[RowChange, ...]) -> dict[str, dict[str, tuple[str, str]]]:
    return {
        each.id: {cell.heading: (cell.before, cell.after) for cell in each.cells}
        for each in changes
    }


def test_differences_row_by_row_and_cell_by_cell(approved: Approved) -> None:
    page = _page(_edition(approved, "party", CHANGE), "catalog/versions/")
    assert isinstance(page.data, VersionsData)
    new, old = page.data.versions
    assert (old.first, old.size, old.filing.filed) == (True, 4, "上级党组织 2024-01-01")
    assert list(_told(new.added)) == ["jb-05", "jb-06"]
    assert list(_told(new.dropped)) == ["jb-02", "jb-04"]
    assert _told(new.changed) == {
        "jb-01": {"内容": ("机构设置", "机构设置和职责"), "单位": ("组织部", "组织部 纪委")},
        "jb-03": {"内容": ("党内安排", "党内安排和落实")},
    }
    assert _told(new.added)["jb-05"]["内容"] == ("", "捐款收支")
    assert new.columns is None


def test_differences_are_of_the_rows_an_audience_sees(approved: Approved) -> None:
    """Rows closed in both versions neither show nor count; places that moved are no change."""
    page = _page(_edition(approved, "public", CHANGE), "catalog/versions/")
    assert isinstance(page.data, VersionsData)
    new = page.data.versions[0]
    assert new.size == 2
    assert list(_told(new.added)) == ["jb-05"]
    assert list(_told(new.dropped)) == ["jb-02"]
    assert list(_told(new.changed)) == ["jb-01"]
    told = repr(page)
    for word in ("党内安排", "内部酝酿", "谈话情况", "jb-03", "jb-04", "jb-06", "O-2"):
        assert word not in told


def test_a_dropped_row_keeps_its_items(approved: Approved) -> None:
    """They stay at their address, in their category, and lead to where the row is told of."""
    edition = _edition(approved, "campus", CHANGE)
    kept = next(each for each in edition.items if each.id == "B-1")
    assert kept.category.title == "一、基本情况"
    data = _page(edition, "d/B-1/").data
    assert data.row.url == "catalog/versions/#jb-02"  # type: ignore[union-attr]
    assert _page(edition, "catalog/jb-02/").title == "会议决定"


def test_off_catalogue_until_a_row_absorbs_it(approved: Approved) -> None:
    before = _edition(approved, "public", CHANGE - timedelta(days=1))
    register = _page(before, "catalog/").data
    assert isinstance(register, RegisterData)
    assert [line.id for line in register.outside] == ["O-1"]
    after = _edition(approved, "public", CHANGE)
    register = _page(after, "catalog/").data
    assert isinstance(register, RegisterData)
    assert register.outside == ()
    assert register.catalogue is not None
    assert [(row.id, row.total) for row in register.catalogue.rows] == [("jb-01", 1), ("jb-05", 1)]
    item_now = next(each for each in after.items if each.id == "O-1")
    assert (item_now.row, item_now.category.title) == ("jb-05", "二、其他")


def test_years_against_rows(approved: Approved) -> None:
    """A plan for several years stands in the year it begins; rows without a site have no cells."""
    data = _page(_edition(approved, "party", CHANGE), "catalog/by-year/").data
    assert isinstance(data, MatrixData)
    assert data.years == ("2026", "2025")
    cells = {
        line.row.label: [cell.url if cell else "" for cell in cells] for line, cells in data.rows
    }
    assert cells == {
        "机构设置和职责": ["", "d/A-1/"],
        "党内安排和落实": ["d/C-1/", ""],
        "捐款收支": ["", "d/O-1/"],
        "谈话情况": [],
    }


@pytest.mark.parametrize(("now", "expected"), [("校内外", ["2026-1", "2024-1"]), ("党内", [])])
def test_a_catalogue_that_closes_is_gone_with_its_history(
    now: str, expected: list[str], tmp_path: Path
) -> None:
    files = {**FILES, "catalog.yaml": NEW.replace("scope: 校内外\ncol", f"scope: {now}\ncol")}
    files |= {"content/o.md": item("O-9"), "content/p.md": item("O-8")}
    files["catalog.yaml"] = files["catalog.yaml"].replace(", absorbs: [O-1]", "")
    files["catalog.yaml"] = files["catalog.yaml"].replace(", absorbs: [O-2]", "")
    if now == "党内":
        files["catalog.yaml"] = files["catalog.yaml"].replace("scope: 校内外}", "scope: 党内}")
    checked = conductor.check(make_project(tmp_path, files))
    assert checked.approved is not None
    edition = _edition(checked.approved, "public", CHANGE)
    found = [each.filing.version for view in edition.catalogues for each in (view, *view.former)]
    assert found == expected
    assert _page(edition, "catalog/").data is not None
