"""The annual report: counted through the door alone, a draft nobody can publish unfinished."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import shutil
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.answers import examine
from generator.build import edition
from generator.cli import cli
from generator.model.approved import Approved
from generator.model.edition import Item
from generator.model.registers import Registers
from generator.oversight.annual import Annual, annual, told
from generator.oversight.draft import draft
from generator.oversight.scene import Scene
from generator.source.front import BLANK
from generator.terminal import CLEAN, ENVIRONMENT, FAULTY, USAGE
from tests.laws.strategies import audiences, corpora, days
from tests.support import INSTITUTION, complete, item, make_project

HOME = Path(__file__).parents[2]
NAMES = ("party", "campus", "public")
DAY = timedelta(days=1)


def _annual(root: Path, name: str, year: int, as_of: date) -> Annual:
    checked, registers = examine(root)
    assert checked.approved is not None
    who = checked.approved.institution.audience(name)
    return annual(checked.approved, registers, who, Scene("示例", year, as_of, frozenset()))


def _seen(
    approved: Approved, name: str, first: date, last: date
) -> tuple[dict[str, Item], Counter[str]]:
    """By looking at the whole edition of every single day."""
    items: dict[str, Item] = {}
    changes: set[tuple[str, date, str]] = set()
    day = first
    while day <= last:
        shown = edition(approved, name, day)
        items |= {each.id: each for each in shown.items if first <= each.release <= last}
        changes |= {(i.id, note.date, note.change) for i in shown.items for note in i.changes}
        changes |= {(each.id, each.date, each.change) for each in shown.notices}
        day += DAY
    return items, Counter(word for _, when, word in changes if first <= when <= last)


@pytest.mark.parametrize("name", NAMES)
def test_the_example_is_counted_as_its_readers_saw_it_day_by_day(name: str) -> None:
    approved = examine(HOME)[0].approved
    assert approved is not None
    first, last = date(2025, 1, 1), date(2025, 12, 31)
    found = told(approved, approved.institution.audience(name), first, last)
    items, changes = _seen(approved, name, first, last)
    assert {each.id for each in found.items} == set(items)
    assert len(found.items) > 5
    assert found.changes == changes
    units = Counter(unit.name for each in items.values() for unit in each.units)
    assert found.by(lambda each: (unit.name for unit in each.units)) == units


@settings(max_examples=60)
@given(corpora(), audiences, days, st.integers(0, 8))
def test_any_span_is_counted_as_seen_day_by_day(
    approved: Approved, name: str, first: date, count: int
) -> None:
    last = first + timedelta(days=count)
    found = told(approved, approved.institution.audience(name), first, last)
    items, changes = _seen(approved, name, first, last)
    assert {each.id for each in found.items} == set(items)
    assert {word: n for word, n in found.changes.items() if n} == dict(changes)


def test_no_reader_s_draft_changes_with_what_others_alone_may_see(tmp_path: Path) -> None:
    secret = "仅党内可见的题目与单位"
    open_ = {
        "content/a.md": item("A-1", scope="校内", catalog="zz-03", unit="纪委",
                             dates="{written: 2025-03-01, release: 2025-03-10, until: 30天}"),
    }  # fmt: skip
    hidden = {
        "content/b.md": item("B-1", scope="党内", catalog="zz-01", unit="组织部", title=secret),
        "content/c.md": item("C-1", catalog="jb-02", title=secret),
        "content/d.md": item(
            "D-1",
            scope="党内",
            catalog="zz-01",
            unit="学工处",
            kind="制度",
            lifecycle="[{change: 撤销, date: 2025-06-01, by: 院党委}]",
        ),
        "registers/held.yaml": "held:\n  - {row: zz-01, period: '2025', reason: 正在核实某件事情,"
        " by: 院党委会, date: 2025-06-01, review: 2026-12-01}\n",
        "registers/applications.yaml": "applications:\n  - {number: 甲1, received: 2025-03-03,"
        " matter: 某项申请的内容, outcome: 办理中}\n",
    }
    with_, without = (
        _drafts(make_project(tmp_path / name, files))
        for name, files in (("a", open_ | hidden), ("b", open_))
    )
    assert with_["campus"] == without["campus"]
    assert with_["public"] == without["public"]
    assert with_["party"] != without["party"]
    for text in with_.values():
        assert not re.search("仅党内|正在核实|某项申请|依申请", text)
    assert "公开 1 件" in with_["campus"]
    assert "公开 0 件" in with_["public"]


def _drafts(root: Path) -> dict[str, str]:
    made = {}
    for name in NAMES:
        found = _annual(root, name, 2025, date(2026, 1, 15))
        approved = examine(root)[0].approved
        assert approved is not None
        drafted = draft(found, approved.institution)
        made[name] = drafted.text + "".join(each.decode() for each in drafted.files.values())
    return made


@settings(max_examples=60)
@given(st.data(), audiences, days)
def test_the_figures_are_those_of_the_audience_s_own_items_alone(
    data: st.DataObject, name: str, day: date
) -> None:
    """Take away everything that never stands at the audience: nothing of its account changes."""
    approved = data.draw(corpora())
    who = approved.institution.audience(name)
    own = tuple(each for each in approved.items if name in each.terms)
    alone = dataclasses.replace(approved, items=own)
    scene = Scene("", day.year, day, frozenset())
    assert annual(approved, Registers(), who, scene) == annual(alone, Registers(), who, scene)


APPLICATIONS = """applications:
  - {number: '1', received: 2024-12-20, matter: 旧事, outcome: 公开, answered: 2025-01-06}
  - {number: '2', received: 2024-12-20, matter: 旧事, outcome: 公开, answered: 2024-12-23}
  - {number: '3', received: 2025-02-05, name: 张某某, contact: 某楼某室, matter: 甲事,
     outcome: 不予公开, reason: 未定, answered: 2025-03-20}
  - {number: '4', received: 2025-12-30, matter: 乙事, outcome: 公开, answered: 2026-01-04}
  - {number: '5', received: 2026-01-02, matter: 丙事, outcome: 公开, answered: 2026-01-05}
"""
RULES = "oversight: {applications: {within: 15个工作日, report_to: [campus]}}\n"


def test_applications_are_told_to_whom_the_institution_says_and_add_up(tmp_path: Path) -> None:
    files = {
        "site_config/institution.yml": complete(RULES, INSTITUTION),
        "registers/applications.yaml": APPLICATIONS,
    }
    root = make_project(tmp_path, files)
    made = _drafts(root)
    assert "依申请" not in made["party"] + made["public"]
    assert (
        "本年收到 2 件，上年结转 1 件；答复 2 件，其中逾期答复 1 件，尚未答复 1 件。"
        in made["campus"]
    )
    assert "| 不予公开 | 1 |" in made["campus"]
    assert not re.search("甲事|张某某|未定", made["campus"])
    year = _annual(root, "campus", 2025, date(2026, 1, 15)).applications
    assert year is not None
    assert year.received + year.carried == year.answered + year.pending
    assert sum(year.outcomes.values()) == year.answered
    arguments = [
        "applications",
        "--csv",
        str(tmp_path / "a.csv"),
        "--html",
        str(tmp_path / "a.html"),
    ]
    shown = _report(root, *arguments)
    table = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    for text in (shown.stdout, table, (tmp_path / "a.html").read_text(encoding="utf-8")):
        assert "甲事" in text
        assert not re.search("张某某|某楼某室", text)
    states = {row["编号"]: row["是否按期"] for row in csv.DictReader(io.StringIO(table))}
    assert states == {"1": "按期", "3": "逾期", "4": "未到期"}


def _run(*arguments: object) -> Result:
    environment = {"LC_ALL": "", "LANG": "zh_CN.UTF-8"}
    return CliRunner().invoke(cli, [str(each) for each in arguments], env=environment)


def _report(root: Path, kind: str, *arguments: object, as_of: str = "2026-01-15") -> Result:
    fixed = ("report", kind, "--year", 2025, "--as-of", as_of, "--project", root)
    return _run(*fixed, *arguments)


def test_drafts_on_the_screen_or_in_folders_of_their_own(tmp_path: Path) -> None:
    root = make_project(tmp_path, {"content/a.md": item("A-1")})
    shown = _report(root, "annual", "--audience", "campus").stdout
    assert shown.count("scope: 校内\n") == 1
    assert not list(root.rglob("annual-*"))
    out = tmp_path / "drafts"
    assert _report(root, "annual", "--out", out).exit_code == CLEAN
    assert sorted(each.name for each in out.iterdir()) == [f"annual-2025-{n}" for n in
                                                           sorted(NAMES)]  # fmt: skip
    assert {each.name for each in (out / "annual-2025-campus").iterdir()} == {
        "index.md",
        "chart-month.svg",
        "chart-category.svg",
        "chart-unit.svg",
    }
    assert (out / "annual-2025-campus/index.md").read_text() == shown.removesuffix("\n")
    kept = (out / "annual-2025-party/index.md").read_bytes()
    assert _report(root, "annual", "--out", out).exit_code == ENVIRONMENT
    assert (out / "annual-2025-party/index.md").read_bytes() == kept
    assert not [each for each in out.iterdir() if each.name.startswith(".")]


def test_wrong_use(tmp_path: Path) -> None:
    root = make_project(tmp_path, {})
    assert _report(root, "annual", "--audience", "all").exit_code == USAGE
    assert _report(root, "coverage", "--audience", "party").exit_code == USAGE
    assert _report(root, "coverage", "--out", tmp_path).exit_code == USAGE


def test_a_year_without_items_is_told_too(tmp_path: Path) -> None:
    shown = _report(make_project(tmp_path, {}), "annual")
    assert shown.exit_code == CLEAN
    assert shown.stdout.count("公开 0 件，2024 年公开 0 件，与上年持平") == 3
    assert "chart-" not in shown.stdout


def test_faulty_files_are_told_to_the_clerk_not_to_the_reader(tmp_path: Path) -> None:
    root = make_project(tmp_path, {"content/f.md": item("F-1", scope="校里")})
    shown = _report(root, "annual")
    assert "1 个文件有错误" in shown.stderr
    assert "有错误" not in shown.stdout


def _finish(text: str) -> str:
    """What the office writes into a draft."""
    text = text.replace(f"id: {BLANK}", "id: X-2026-9001")
    text = text.replace(
        f"written: {BLANK}, release: {BLANK}", "written: 2026-01-12, release: 2026-01-20"
    )
    text = text.replace(f"by: {BLANK}, date: {BLANK}", "by: 党政办公室, date: 2026-01-13")
    text = text.replace(f"risk: {BLANK}", "risk: 低").replace(f"catalog: {BLANK}", "catalog: jb-01")
    text = text.replace(f"unit: {BLANK}", "unit: 党政办公室")
    return re.sub(f"(secrecy|necessity|accuracy): {BLANK}", r"\1: 通过", text)


def test_an_unfinished_draft_is_refused_everywhere(tmp_path: Path) -> None:
    root = make_project(tmp_path, {"content/a.md": item("A-1")})
    assert _report(root, "annual", "--audience", "campus", "--out", root / "content").exit_code == 0
    path = root / "content/annual-2025-campus/index.md"
    assert "R20" in _run("check", "--project", root).stdout
    path.write_text(_finish(path.read_text()))
    refused = _run("approve", path, "--project", root)
    assert refused.exit_code == FAULTY
    assert refused.stdout.count("R20") == 2
    assert "digest" not in path.read_text()
    path.write_text(path.read_text().replace(BLANK, "有的单位公开不够及时，下一步按季度通报。"))
    assert _run("approve", path, "--project", root).exit_code == CLEAN
    assert _run("check", "--project", root).exit_code == CLEAN


@pytest.mark.slow
@pytest.mark.usefixtures("inline")
def test_a_finished_draft_is_published_with_its_charts(tmp_path: Path) -> None:
    root = tmp_path / "project"
    parts = ("content", "registers", "site_config", "catalog.yaml", "mkdocs.yml", "themes")
    for part in parts:
        copy = shutil.copytree if (HOME / part).is_dir() else shutil.copy
        (root / part).parent.mkdir(parents=True, exist_ok=True)
        copy(HOME / part, root / part)
    out = root / "content/2026"
    for name in NAMES:
        drafted = _report(root, "annual", "--audience", name, "--out", out)
        assert drafted.exit_code == CLEAN, drafted.output
    for number, name in enumerate(NAMES):
        path = out / f"annual-2025-{name}/index.md"
        text = _finish(path.read_text()).replace(BLANK, "有的单位公开不够及时。")
        path.write_text(text.replace("X-2026-9001", f"{name.upper()}-2026-{number}"))
        assert _run("approve", path, "--project", root).exit_code == CLEAN
    built = _run("build", "--as-of", "2026-11-21", "--project", root)
    assert built.exit_code == CLEAN, built.output
    for number, name in enumerate(NAMES):
        page = root / f"dist/{name}/d/{name.upper()}-2026-{number}"
        assert 'src="chart-month.svg"' in (page / "index.html").read_text()
        assert (page / "chart-month.svg").read_bytes().startswith(b"<svg")
        others = {f"{each.upper()}-2026-{n}" for n, each in enumerate(NAMES)} - {page.name}
        assert not any((page.parent / each).exists() for each in others), "one text for each"
    assert _run("verify", root / "dist", "--project", root).exit_code == CLEAN
