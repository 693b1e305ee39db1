"""The register page, its CSV and its JSON tell the same rows, in the institution's own columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from generator import build as conductor
from tests.catalogue.reading import csv_rows, json_rows, page_table
from tests.conftest import AS_OF, SitesOf
from tests.support import make_project

ROOT = Path(__file__).parents[2]
COLUMNS = {
    "hubei": "一级目录 二级目录 公开形式 公开范围 公开时限 责任单位",
    "heilongjiang": "目录 内容 范围 时间 方式",
    "liaoning": "主体 内容 范围 方式 时限",
    "shaanxi": "序号 公开内容 具体内容 公开范围 备注",
    "shoudu": "序号 公开内容 公开范围 审批程序 公开方式 公开起始时点 公开时长 责任主体 "
    "协同单位或人员 备注",
}


def _built(project: Path, out: Path) -> Path:
    built = conductor.build(project, out, lambda zone: AS_OF)
    assert built.items, built.diagnostics
    return out


def _same(folder: Path) -> tuple[list[str], list[list[str]]]:
    headings, rows, ids = page_table(folder / "index.html")
    assert csv_rows(folder / "catalog.csv") == [headings, *rows]
    assert json_rows(folder / "catalog.json") == (headings, rows, ids)
    return headings, rows


def _written(project: Path) -> dict[str, Any]:
    text = (project / "catalog.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.BaseLoader)


@pytest.mark.slow
@pytest.mark.parametrize("name", COLUMNS)
def test_each_institution_in_its_own_columns(name: str, sites_of: SitesOf) -> None:
    """Cell by cell the words of its own table, for each of its audiences the rows open to it."""
    project = ROOT / "tests" / "sites" / name
    written = _written(project)
    fields = list(written["columns"].values())
    dist = sites_of(project)
    whole = max(
        (_same(site / "catalog") for site in dist.iterdir() if site.is_dir()),
        key=lambda found: len(found[1]),
    )
    headings, rows = whole
    assert headings == COLUMNS[name].split() == list(written["columns"])
    assert len(rows) == len(written["items"])
    for shown, row in zip(rows, written["items"], strict=True):
        assert shown == [_cell(row.get(field, "")) for field in fields]


def _cell(value: Any) -> str:
    return "、".join(value) if isinstance(value, list) else value


def test_the_thirty_three_rows_of_hubei(sites_of: SitesOf) -> None:
    """The printed table, cell by cell, stray space and glued units included; the figures were
    counted in the printed table.
    """
    project = ROOT / "tests" / "sites" / "hubei"
    dist = sites_of(project)
    for audience in ("party", "campus", "public"):
        headings, rows = _same(dist / audience / "catalog")
        assert headings == COLUMNS["hubei"].split()
        expected = [
            [row[key] for key in ("category", "title", "forms", "scope", "time", "units")]
            for row in _written(project)["items"]
            if "visible" not in row or audience == "party"
        ]
        assert rows == expected
    party = _same(dist / "party" / "catalog")[1]
    assert len(party) == 33
    assert sum("网站" in row[2] for row in party) == 18
    assert sum("公开栏" in row[2] for row in party) == 23
    assert sum(row[4] == "年度" for row in party) == 17
    assert [row[3] for row in party].count("党内、校内 一定范围") == 1
    assert [row[5] for row in party].count("纪委组织部") == 1


NASTY = """title: 组织部目录
version: "2024-1"
scope: 校内外
columns: {序号: number, 内容: title, 备注: remarks, 责任单位: units}
items:
  - {id: z-1, title: "=1+1", remarks: "a,\\"b\\"", scope: 校内外}
  - {id: z-2, title: "@SUM(A1)", remarks: "<b>&amp;", scope: 校内外, units: 组织部 纪委}
  - {id: z-3, title: 只供党内, scope: 党内, visible: 党内}
  - {id: z-4, number: "九", title: "+8", remarks: "'=quoted", scope: 校内外}
"""


def test_nothing_a_clerk_writes_becomes_a_formula_or_markup(tmp_path: Path) -> None:
    """And each further catalogue has its own page and files, its rows counted as they are seen."""
    root = make_project(tmp_path, {"content/catalogs/zzb.yaml": NASTY})
    dist = _built(root, tmp_path / "dist")
    for audience, count in (("party", 4), ("public", 3)):
        folder = dist / audience / "catalog" / "zzb"
        rows = _same(folder)[1]
        assert len(rows) == count
        assert [row[0] for row in rows] == ["1", "2", "3", "九"][:2] + ["3", "九"][4 - count :]
        text = (folder / "catalog.csv").read_text(encoding="utf-8-sig")
        assert "'=1+1" in text
        assert "'@SUM" in text
        assert "<b>" not in (folder / "index.html").read_text(encoding="utf-8").split("<table")[1]
        _same(dist / audience / "catalog")
