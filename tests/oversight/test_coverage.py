"""Coverage: equal to a recount by other means; each state from a project that shows it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from generator.answers import examine
from generator.model.oversight import DueDay
from generator.oversight.coverage import Coverage, State, coverage
from generator.oversight.scene import Scene
from tests.oversight.recount import Recount
from tests.support import INSTITUTION, approval, complete, item, make_project

HOME = Path(__file__).parents[2]
INSTITUTIONS = [HOME, *sorted((HOME / "tests/sites").iterdir())]


def _coverage(root: Path, year: int, as_of: date, due: date | None = None) -> Coverage:
    checked, registers = examine(root)
    assert checked.approved is not None
    faulty = frozenset(each.span.file for each in checked.diagnostics if each.severity == "error")
    scene = Scene("示例", year, as_of, faulty)
    return coverage(checked.approved, scene, due or DueDay().of(year), registers.held)


@pytest.mark.parametrize("root", INSTITUTIONS, ids=lambda root: root.name)
def test_equals_a_recount(root: Path) -> None:
    checked, registers = examine(root)
    approved = checked.approved
    assert approved is not None
    for year in (2023, 2024, 2025, 2026):
        for as_of in (date(year, 6, 30), date(year, 12, 15), date(year + 1, 7, 1)):
            for due in (date(year, 12, 31), DueDay().of(year)):
                got = coverage(
                    approved, Scene("示例", year, as_of, frozenset()), due, registers.held
                )
                want = Recount(root, year, as_of, due)
                rows = {r.row.id: (r.state.value, set(r.items), r.day) for r in got.rows}
                known = {key: rows[key] for key in want.rows}
                assert known == want.rows, (year, as_of, due)
                assert {each.id for each in got.off} == want.off


PAPER = """items:
  - {id: jb-01, category: 一, title: 机构, forms: 网站, scope: 校内外, time: 年度, units: 党政办}
  - {id: pa-01, category: 一, title: 述职, forms: 文件、会议, scope: 校内, time: 年度,
     units: 纪委组织部}
  - {id: no-01, category: 一, title: 其他, forms: 网站, scope: 校内外, time: 即时}
"""
CATALOGUE = (
    "title: 目录\nversion: '1'\neffective: 2024-01-01\nscope: 校内外\n"
    "columns: {内容: title}\n" + PAPER
)


def _dates(release: str) -> str:
    return f"{{written: 2025-03-01, release: {release}}}"


def _one(tmp_path: Path, *items: str, as_of: str = "2026-12-01", **files: str) -> Coverage:
    contents = {f"content/{number}.md": text for number, text in enumerate(items)}
    root = make_project(tmp_path, {"catalog.yaml": CATALOGUE, **contents, **files})
    return _coverage(root, 2025, date.fromisoformat(as_of))


def _state(report: Coverage, row: str = "jb-01") -> State:
    return next(each.state for each in report.rows if each.row.id == row)


WITHDRAWN = "[{change: 撤销, date: 2025-06-01, by: 院党委}]"


@pytest.mark.parametrize(
    ("items", "as_of", "state"),
    [
        ([], "2026-06-30", State.PENDING),
        ([], "2026-07-01", State.MISSING),
        ([item("A")], "2025-03-09", State.PENDING),
        ([item("A")], "2025-03-10", State.DISCLOSED),
        ([item("A", period="长期")], "2025-03-10", State.DISCLOSED),
        ([item("A", period="2024-2025学年")], "2025-03-10", State.DISCLOSED),
        ([item("A", period="2025-2026学年")], "2026-12-01", State.PARTIAL),
        ([item("A", period="'2024'")], "2026-12-01", State.MISSING),
        ([item("A", period="2025-H1")], "2026-12-01", State.PARTIAL),
        (
            [item("A", period="2025-H1"), item("B", period="2025-H2", dates=_dates("2026-01-05"))],
            "2026-12-01",
            State.DISCLOSED,
        ),
        ([item("A", dates=_dates("2026-06-30"))], "2026-12-01", State.DISCLOSED),
        ([item("A", dates=_dates("2026-07-01"))], "2026-12-01", State.LATE),
        ([item("A", lifecycle=WITHDRAWN)], "2025-05-31", State.DISCLOSED),
        ([item("A", lifecycle=WITHDRAWN)], "2025-06-01", State.WITHDRAWN),
        ([item("A", scope="校里")], "2026-12-01", State.MISSING),
    ],
)
def test_states_of_a_yearly_row(items: list[str], as_of: str, state: State, tmp_path: Path) -> None:
    report = _one(tmp_path, *items, as_of=as_of)
    assert _state(report) is state
    wanted = state in {State.LATE, State.PARTIAL, State.WITHDRAWN, State.MISSING}
    assert any(each.row.id == "jb-01" for _, each in report.open) == wanted


def test_part_of_a_year_is_no_worry_before_the_due_day(tmp_path: Path) -> None:
    report = _one(tmp_path, item("A", period="2025-H1"), as_of="2025-12-01")
    assert _state(report) is State.PARTIAL
    assert report.open == ()


def test_halves_make_a_year_on_the_day_of_the_second(tmp_path: Path) -> None:
    halves = (
        item("B", period="2025-H2", dates=_dates("2026-07-05")),
        item("A", period="2025-H1"),
    )
    row = _one(tmp_path, *halves).rows[0]
    assert (row.state, row.items, row.day) == (State.LATE, ("A", "B"), date(2026, 7, 5))


def _hold(**keys: str) -> dict[str, str]:
    facts = {"row": "jb-01", "period": "2025", "date": "2025-07-01", "review": "2026-12-31"} | keys
    lines = "".join(f"\n    {key}: '{value}'" for key, value in facts.items())
    return {"registers/held.yaml": f"held:\n  - reason: 正在核实\n    by: 院党委会{lines}\n"}


@pytest.mark.parametrize(
    ("items", "hold", "as_of", "state"),
    [
        ([], {}, "2025-06-30", State.PENDING),
        ([], {}, "2025-07-01", State.HELD),
        ([], {}, "2026-12-01", State.HELD),
        ([], {"period": "长期"}, "2026-12-01", State.HELD),
        ([], {"period": "2024-01-01/2026-12-31"}, "2026-12-01", State.HELD),
        ([], {"period": "2024"}, "2026-12-01", State.MISSING),
        ([], {"period": "2025-H1"}, "2026-12-01", State.MISSING),
        ([], {"ended": "2026-12-01"}, "2026-12-01", State.MISSING),
        ([], {"ended": "2026-12-02"}, "2026-12-01", State.HELD),
        ([], {"row": "no-01"}, "2026-12-01", State.MISSING),
        ([item("A", period="2025-H1")], {"period": "2025-H2"}, "2026-12-01", State.HELD),
        ([item("A", period="2025-H1")], {"period": "2025-Q3"}, "2026-12-01", State.PARTIAL),
        ([item("A")], {}, "2026-12-01", State.DISCLOSED),
        ([item("A", dates=_dates("2026-07-01"))], {}, "2026-12-01", State.LATE),
        ([item("A", lifecycle=WITHDRAWN)], {}, "2026-12-01", State.HELD),
    ],
)
def test_what_is_held_with_a_reason_is_not_missing(
    items: list[str], hold: dict[str, str], as_of: str, state: State, tmp_path: Path
) -> None:
    files = _hold(**hold)
    report = _one(tmp_path, *items, as_of=as_of, **files)
    assert _state(report) is state
    unit = next(each for each in report.units if each.unit and each.unit.id == "dzb")
    assert unit.states[state] == 1
    root = tmp_path / "project"
    want = Recount(root, 2025, date.fromisoformat(as_of), date(2026, 6, 30))
    assert want.rows["jb-01"][0] == state.value


def test_a_hold_is_asked_about_when_its_review_has_passed(tmp_path: Path) -> None:
    files = _hold(review="2026-10-01")
    assert "jb-01" not in {
        each.row.id for _, each in _one(tmp_path, **files, as_of="2026-10-01").open
    }
    assert "jb-01" in {each.row.id for _, each in _one(tmp_path, **files, as_of="2026-10-02").open}


def test_one_unit_s_hold_excuses_no_other_unit(tmp_path: Path) -> None:
    report = _one(tmp_path, **_hold(row="pa-01", unit="纪委"))
    states = {each.unit.id: each.states for each in report.units if each.unit}
    assert states["jiwei"] == {State.HELD: 1}
    assert states["zzb"] == {State.MISSING: 1}
    assert _state(report, "pa-01") is State.MISSING
    assert [unit.id for unit, each in report.open if unit and each.row.id == "pa-01"] == ["zzb"]


def test_by_unit_what_is_missing_comes_before_what_was_late(tmp_path: Path) -> None:
    more = PAPER + (
        "  - {id: la-01, category: 一, title: 迟到, forms: 网站, scope: 校内外, time: 年度,"
        " units: 党政办}\n"
    )
    late = item("L", catalog="la-01", dates=_dates("2026-07-01"))
    report = _one(tmp_path, late, **{"catalog.yaml": CATALOGUE.replace(PAPER, "") + more})
    told = [(unit.id if unit else "", each.row.id) for unit, each in report.open]
    assert told == [("dzb", "jb-01"), ("dzb", "la-01"), ("zzb", "pa-01"), ("jiwei", "pa-01")]


@pytest.mark.parametrize(
    ("rule", "state"), [("当年12-31", State.LATE), ("次年03-31", State.DISCLOSED)]
)
def test_the_institution_says_by_which_day(rule: str, state: State, tmp_path: Path) -> None:
    text = complete(f"oversight: {{yearly_due: {rule}}}\n", INSTITUTION)
    files = {
        "site_config/institution.yml": text,
        "catalog.yaml": CATALOGUE,
        "content/a.md": item("A", dates=_dates("2026-02-01")),
    }
    root = make_project(tmp_path, files)
    checked, _ = examine(root)
    assert checked.approved is not None
    due = checked.approved.institution.oversight.yearly_due.of(2025)
    assert _state(_coverage(root, 2025, date(2026, 12, 1), due)) is state


def test_a_row_on_paper_is_met_by_its_record(tmp_path: Path) -> None:
    paper = item("P", catalog="pa-01", scope="校内", unit="纪委", dates=_dates("2026-05-01"))
    report = _one(tmp_path, paper, as_of="2026-04-01")
    assert _state(report, "pa-01") is State.DISCLOSED
    counts = {each.unit.id: each for each in report.units if each.unit}
    assert counts["jiwei"].states == counts["zzb"].states == {State.DISCLOSED: 1}
    assert counts["jiwei"].disclosures == 1


def test_other_rows_are_counted_in_the_year_of_their_release(tmp_path: Path) -> None:
    items = [
        item(f"N{number}", catalog="no-01", dates=_dates(day))
        for number, day in enumerate(("2025-03-10", "2025-12-31", "2026-01-01"))
    ]
    report = _one(tmp_path, *items)
    row = report.rows[2]
    assert (row.yearly, row.state, row.items) == (False, State.COUNTED, ("N0", "N1"))
    assert next(each for each in report.units if each.unit is None).disclosures == 2
    assert _state(_one(tmp_path / "none"), "no-01") is State.NONE


def test_a_catalogue_of_a_later_year_owes_nothing(tmp_path: Path) -> None:
    later = CATALOGUE.replace("2024-01-01", "2026-01-01")
    report = _one(tmp_path, **{"catalog.yaml": later})
    assert {each.state for each in report.rows if each.yearly} == {State.NOT_DUE}
    assert report.open == ()


def test_off_the_catalogue(tmp_path: Path) -> None:
    off = item("O-1", catalog="off", forms="[网站]", approval=approval(off_catalog="上级要求公开"))
    (found,) = _one(tmp_path, off).off
    assert (found.id, found.reason, found.day) == ("O-1", "上级要求公开", date(2025, 3, 10))
    assert _one(tmp_path, off, as_of="2025-03-09").off == ()


@pytest.mark.parametrize(
    ("times", "state"),
    [
        ("times: [年度, 即时]", State.MISSING),
        ("times: {年度: {recurrence: yearly}, 即时: {recurrence: none}}", State.MISSING),
        ("times: {年度: {recurrence: none}, 即时: {recurrence: none}}", State.NONE),
    ],
)
def test_which_words_mean_yearly(times: str, state: State, tmp_path: Path) -> None:
    settings = {"site_config/institution.yml": complete(times + "\n", INSTITUTION)}
    assert _state(_one(tmp_path, **settings)) is state


@pytest.mark.parametrize(
    ("times", "code"),
    [
        ("times: {年度: {recurrence: often}}", "S13"),
        ("times: {年度: {}}", "S08"),
        ("times: {年度: {recurs: yearly}}", "S06"),
        ("times: {年度: yearly}", "S09"),
    ],
)
def test_wrong_times_are_told(times: str, code: str, tmp_path: Path) -> None:
    settings = {"site_config/institution.yml": complete(times + "\n", INSTITUTION)}
    checked, _ = examine(make_project(tmp_path, settings, approve=False))
    assert checked.approved is None
    assert code in {each.code for each in checked.diagnostics}
