"""Which items belong to a year, and what they are numbered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.build import check
from generator.handover import hand_over
from generator.model.approved import Approved
from generator.model.archive import ArchiveRules
from generator.model.dossier import Handover
from generator.source.record import read_log
from tests.archive import lab
from tests.support import CATALOGUE, complete, instant, item, make_project, publish

DAY = date(2026, 3, 2)


def _handed(root: Path, year: int = 2025, day: date = DAY) -> Handover:
    checked = check(root)
    assert checked.approved is not None
    return hand_over(checked.approved, read_log(root)[0].entries, year, day)


def _ids(found: Handover) -> set[str]:
    return {each.id for each in found.items}


def test_each_item_belongs_to_one_year(project: Path) -> None:
    years = {year: _ids(_handed(project, year, date(2027, 1, 1))) for year in range(2023, 2028)}
    assert years[2025] == lab.FILED
    assert years[2024] == {"G-0"}
    assert years[2026] == {"G-6", "G-7"}
    assert years[2023] == years[2027] == set()


def test_what_is_not_disclosed_yet_is_not_filed(project: Path) -> None:
    assert _ids(_handed(project, 2026)) == {"G-6"}


def test_the_day_the_log_saw_it_counts(tmp_path: Path) -> None:
    """Due on 30 December, put into service on 2 January: it was disclosed in January."""
    dates = "{written: 2025-12-01, release: 2025-12-30}"
    root = make_project(
        tmp_path, {"content/a.md": item("A-1"), "content/b.md": item("B-1", dates=dates)}
    )
    assert _ids(_handed(root)) == {"A-1", "B-1"}, "without a log its own word counts"
    publish(root, instant("2025-12-20"))
    publish(root, instant("2026-01-02"))
    assert _ids(_handed(root)) == {"A-1"}
    assert _ids(_handed(root, 2026)) == {"B-1"}


def test_what_a_log_finds_at_its_beginning_may_be_older(tmp_path: Path) -> None:
    root = make_project(tmp_path, {"content/a.md": item("A-1")})
    publish(root, instant("2026-02-01"))
    assert _ids(_handed(root)) == {"A-1"}


def test_what_the_project_lost_is_told(tmp_path: Path) -> None:
    root = make_project(tmp_path, {"content/a.md": item("A-1"), "content/b.md": item("B-1")})
    publish(root, instant("2025-04-01"))
    (root / "content/b.md").unlink()
    assert _handed(root).lacking == {"B-1": "示例事项"}
    assert _handed(root, 2024).lacking == {}


def test_versions_of_the_catalogue_in_force_in_the_year(tmp_path: Path) -> None:
    versions = {
        f"content/catalogs/history/main/{day}.yaml": complete(
            f'version: "{day}"\neffective: {day}', CATALOGUE
        )
        for day in ("2023-01-01", "2024-06-01", "2025-07-01")
    }
    newest = complete('version: "2026"\neffective: 2026-01-01', CATALOGUE)
    root = make_project(tmp_path, {"content/a.md": item("A-1"), **versions, "catalog.yaml": newest})
    named = [each.filing.version for each in _handed(root).catalogues]
    assert named == ["2024-06-01", "2025-07-01"]
    assert [len(view.rows) for view in _handed(root).edition.catalogues] == [5, 5]


def test_the_archive_sees_what_no_other_audience_does(project: Path) -> None:
    seen = _handed(project).edition
    assert {each.id for each in seen.items} == lab.FILED | {"G-0"}
    ended = next(each for each in seen.items if each.id == "G-2")
    assert ended.last == date(2025, 4, 9)


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Approved:
    """Five items of two units, two of them disclosed on one day."""
    root = make_project(
        tmp_path_factory.mktemp("five"),
        {
            f"content/{n}.md": item(
                f"A-{n}",
                unit=("组织部", "宣传部")[n % 2],
                dates=f"{{written: 2025-03-01, release: 2025-03-{10 + n // 2}}}",
            )
            for n in range(5)
        },
    )
    found = check(root).approved
    assert found is not None
    return found


@given(
    pattern=st.sampled_from(
        ["{全宗号}-{年度}-{件号}", "{年度}{件号}", "{机构}·{年度}·{件号}·{门类}"]
    ),
    order=st.permutations(range(5)),
)
def test_numbers_are_unique_and_without_gaps(
    approved: Approved, pattern: str, order: Sequence[int]
) -> None:
    """Whatever the pattern leaves out, and in whatever order the items come."""
    found = _numbers(approved, pattern, order)
    assert len(set(found.values())) == len(found) == 5
    assert found == _numbers(approved, pattern, range(5))
    if "{机构}" not in pattern:
        first = [found[f"A-{n}"] for n in range(5)]
        assert [int(each[-4:]) for each in first] == [1, 2, 3, 4, 5], "in the order of disclosure"


def _numbers(approved: Approved, pattern: str, order: Sequence[int]) -> dict[str, str]:
    rules = ArchiveRules(fonds="J1", pattern=pattern)
    mixed = replace(
        approved,
        items=tuple(approved.items[n] for n in order),
        institution=replace(approved.institution, archive=rules),
    )
    return {each.id: each.number for each in hand_over(mixed, (), 2025, DAY).items}
