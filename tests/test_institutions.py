"""The five institutions of the seeds, and the example: each checks, builds and verifies clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.build import check
from generator.publish.verify import verify
from tests.conftest import SitesOf

ROOT = Path(__file__).parents[1]
SITES = sorted(path for path in (ROOT / "tests" / "sites").iterdir() if path.is_dir())


@pytest.mark.parametrize("project", [ROOT, *SITES], ids=lambda path: path.name)
def test_every_project_passes_check(project: Path) -> None:
    checked = check(project)
    assert checked.diagnostics == ()
    assert checked.corpus and checked.corpus.disclosures


@pytest.mark.slow
@pytest.mark.parametrize("project", [ROOT, *SITES], ids=lambda path: path.name)
def test_every_project_builds_and_a_stranger_finds_nothing(
    project: Path, sites_of: SitesOf
) -> None:
    """Without a word of the gates, and something for each audience: ``sites_of`` demands it."""
    assert verify(sites_of(project), project) == []


@pytest.mark.parametrize("name", ["hubei", "shoudu"])
def test_catalogue_keeps_the_institutions_own_columns(name: str) -> None:
    checked = check(ROOT / "tests" / "sites" / name)
    assert checked.corpus is not None
    headings = [column.heading for column in checked.corpus.catalogues[0].columns]
    expected = {
        "hubei": "一级目录 二级目录 公开形式 公开范围 公开时限 责任单位",
        "shoudu": "序号 公开内容 公开范围 审批程序 公开方式 公开起始时点 公开时长 责任主体 "
        "协同单位或人员 备注",
    }
    assert headings == expected[name].split()


def test_example_covers_what_readers_and_tests_rely_on() -> None:
    """At least sixty items over three years, in every form, withdrawn and off-catalogue too."""
    checked = check(ROOT)
    assert checked.corpus is not None
    items = checked.corpus.disclosures
    assert len(items) >= 60
    assert len({min(item.release.values()).year for item in items}) >= 3
    forms = {form.word for item in items for form in item.forms or ()}
    assert forms == {form.word for form in checked.corpus.institution.forms.values()}
    assert any(item.withdrawn() for item in items)
    assert any(item.catalog == "off" for item in items)
    assert any(item.attachments for item in items)
