"""What the office owes by when: told in time, and told on until it is done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.cli import cli
from tests.support import INSTITUTION, complete, item, make_project

RULES = """oversight:
  reconfirm: 30天
  yearly_due: 次年03-31
  applications: {within: 5个工作日}
"""
NO_ROWS = (
    "items:\n  - {id: no-01, category: 一, title: 其他, forms: 网站, scope: 校内外, time: 即时}\n"
)


def _project(
    tmp_path: Path, *items: str, rules: str = RULES, rows: str = NO_ROWS, **more: str
) -> Path:
    catalogue = "title: 目录\nversion: '1'\nscope: 校内外\ncolumns: {内容: title}\n" + rows
    contents = {f"content/{number}.md": text for number, text in enumerate(items)}
    files = {
        "site_config/institution.yml": complete(rules, INSTITUTION),
        "catalog.yaml": catalogue,
    }
    return make_project(tmp_path, files | contents | more)


def _office(root: Path, as_of: str, within: str = "7d") -> list[tuple[str, str, str]]:
    """Date, event and id of all that has no audience; the exit status says whether there is any."""
    arguments = ["due", "--project", str(root), "--as-of", as_of, "--within", within]
    done = CliRunner().invoke(cli, [*arguments, "--format", "json"])
    entries = json.loads(done.stdout)
    assert done.exit_code == bool(entries), done.output
    return [(e["date"], e["event"], e["id"]) for e in entries if not e["audience"]]


def _lasting(**keys: str) -> str:
    return item("A-1", catalog="no-01", period="长期", **keys)


def _confirmed(day: str) -> str:
    return f"{{written: 2025-03-01, release: 2025-03-10, confirmed: {day}}}"


CHANGED = "[{change: 变更, date: 2025-04-01, by: 院党委, reference: 甲, note: 改了}]"
GONE = "[{change: 撤销, date: 2025-04-01, by: 院党委, reference: 甲, note: 撤了}]"
ENDING = "{written: 2025-03-01, release: 2025-03-10, until: 2025-04-01}"


@pytest.mark.parametrize(
    ("keys", "as_of", "due"),
    [
        ({}, "2025-04-01", ""),
        ({}, "2025-04-02", "2025-04-09"),
        ({}, "2026-01-01", "2025-04-09"),
        ({"dates": _confirmed("2025-05-01")}, "2025-05-23", ""),
        ({"dates": _confirmed("2025-05-01")}, "2025-05-24", "2025-05-31"),
        ({"lifecycle": CHANGED}, "2025-04-24", "2025-05-01"),
        ({"lifecycle": GONE}, "2026-01-01", ""),
        ({"dates": ENDING}, "2026-01-01", ""),
        ({"period": "'2025'"}, "2026-01-01", ""),
    ],
)
def test_what_lasts_must_be_looked_at_again(
    keys: dict[str, str], as_of: str, due: str, tmp_path: Path
) -> None:
    root = _project(tmp_path, item("A-1", **({"catalog": "no-01", "period": "长期"} | keys)))
    assert _office(root, as_of) == ([(due, "reconfirm", "A-1")] if due else [])


def test_confirming_needs_no_new_approval(tmp_path: Path) -> None:
    root = _project(tmp_path, _lasting())
    path = root / "content/0.md"
    text = path.read_text()
    path.write_text(
        text.replace("release: 2025-03-10}", "release: 2025-03-10, confirmed: 2025-06-01}")
    )
    assert path.read_text() != text
    assert CliRunner().invoke(cli, ["check", "--project", str(root)]).exit_code == 0


def test_without_the_rule_nobody_is_asked(tmp_path: Path) -> None:
    assert _office(_project(tmp_path, _lasting(), rules="oversight: {}\n"), "2030-01-01") == []


ROWS = """items:
  - {id: yr-01, category: 一, title: 机构, forms: 网站, scope: 校内外, time: 年度, units: 党政办}
  - {id: no-01, category: 一, title: 其他, forms: 网站, scope: 校内外, time: 即时}
effective: 2024-01-01
"""
HELD = """held:
  - {row: yr-01, period: '2024', reason: 正在核实, by: 院党委会, date: 2025-02-01,
     review: 2025-05-01}
"""


@pytest.mark.parametrize(
    ("year", "as_of", "found"),
    [
        ("", "2025-03-23", []),
        ("", "2025-03-24", ["2025-03-31"]),
        ("", "2025-03-31", ["2025-03-31"]),
        ("", "2025-04-01", ["2025-03-31"]),
        ("", "2026-03-01", ["2025-03-31"]),
        ("", "2026-03-24", ["2025-03-31", "2026-03-31"]),
        ("", "2026-04-01", ["2026-03-31"]),
        ("'2024'", "2025-04-01", []),
        ("2024-H1", "2025-04-01", ["2025-03-31"]),
    ],
)
def test_yearly_rows_about_to_be_late_and_late(
    year: str, as_of: str, found: list[str], tmp_path: Path
) -> None:
    items = [item("A-1", catalog="yr-01", period=year)] if year else []
    root = _project(tmp_path, *items, rows=ROWS)
    assert _office(root, as_of) == [(day, "yearly", "yr-01") for day in found]


def test_what_is_held_is_asked_about_on_its_review(tmp_path: Path) -> None:
    root = _project(tmp_path, rows=ROWS, **{"registers/held.yaml": HELD})
    assert _office(root, "2025-04-10") == []
    assert _office(root, "2025-04-24") == [("2025-05-01", "review", "yr-01")]
    assert _office(root, "2025-06-01") == [("2025-05-01", "review", "yr-01")]
    ended = HELD.replace("review", "ended: 2025-05-20, review")
    (root / "registers/held.yaml").write_text(ended)
    assert _office(root, "2025-06-01") == [("2025-03-31", "yearly", "yr-01")]


def test_applications_wait_for_their_answer(tmp_path: Path) -> None:
    text = """applications:
  - {number: '1', received: 2025-04-28, name: 张某某, matter: 甲事, outcome: 办理中}
  - {number: '2', received: 2025-04-28, matter: 乙事, outcome: 公开, answered: 2025-04-29}
  - {number: '3', received: 2025-04-28, matter: 丙事, outcome: 补正, extended: 2025-05-30}
"""
    root = _project(tmp_path, **{"registers/applications.yaml": text})
    assert _office(root, "2025-04-28") == []
    assert _office(root, "2025-05-01") == [("2025-05-08", "answer", "1")]
    assert _office(root, "2025-05-24") == [
        ("2025-05-08", "answer", "1"),
        ("2025-05-30", "answer", "3"),
    ]
    arguments = ["due", "--project", str(root), "--as-of", "2025-05-24"]
    told = CliRunner().invoke(cli, [*arguments, "--lang", "zh"]).stdout
    assert "办公室应办：\n  2025-05-08  依申请公开应答复（已过期）  1  甲事\n" in told
    assert "2025-05-30  依申请公开应答复  3  丙事" in told
    assert "张某某" not in told
    english = CliRunner().invoke(cli, [*arguments, "--lang", "en"]).stdout
    assert "office:\n  2025-05-08  application to be answered (overdue)  1" in english


def test_a_fault_of_a_register_comes_first(tmp_path: Path) -> None:
    root = _project(tmp_path, _lasting(), **{"registers/held.yaml": HELD})
    done = CliRunner().invoke(cli, ["due", "--project", str(root), "--as-of", "2026-01-01"])
    assert done.exit_code == 1
    assert "R28" in done.stdout
    assert "A-1" not in done.stdout
