"""Results that are owed: told when they are late, quiet when they are out or sure to come."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from click.testing import CliRunner

from generator.build import check
from generator.cli import cli
from generator.oversight.results import awaited_results
from tests.support import INSTITUTION, complete, item, make_project

OWN = complete(
    "kinds:\n  通报: {}\n  公示: {until: required, result: {within: 10天}}\n", INSTITUTION
)


def call(name: str, until: str = "2025-05-01", **more: str) -> str:
    dates = f"{{written: 2025-03-01, release: 2025-03-10, until: {until}}}"
    return item(name, kind="公示", dates=dates, **more)


def result(name: str, of: str, release: str = "2025-05-05", **more: str) -> str:
    dates = f"{{written: 2025-03-01, release: {release}}}"
    return item(name, result_of=of, dates=dates, **more)


def project(tmp_path: Path, *texts: str) -> Path:
    files = {f"content/{number}.md": text for number, text in enumerate(texts)}
    return make_project(tmp_path, {"site_config/institution.yml": OWN, **files})


def awaited(tmp_path: Path, as_of: str, *texts: str) -> list[tuple[str, str]]:
    approved = check(project(tmp_path, *texts)).approved
    assert approved is not None
    found = awaited_results(approved, date.fromisoformat(as_of))
    return [(each.id, each.due.isoformat()) for each in found]


def test_what_is_owed_and_by_when(tmp_path: Path) -> None:
    owed = awaited(
        tmp_path,
        "2025-06-01",
        call("A-1"),
        call("B-1", "2025-04-20"),
        call("C-1", forms="公开栏"),  # on the wall only: its result is owed all the same
        item("D-1"),
    )
    assert owed == [("B-1", "2025-04-30"), ("A-1", "2025-05-11"), ("C-1", "2025-05-11")]


def test_a_result_out_or_set_to_come_in_time_is_not_waited_for(tmp_path: Path) -> None:
    late, soon = result("R-1", "A-1", "2025-05-20"), result("R-2", "B-1", "2025-05-11")
    texts = (call("A-1"), call("B-1"), late, soon)
    assert awaited(tmp_path / "1", "2025-05-02", *texts) == [("A-1", "2025-05-11")]
    assert awaited(tmp_path / "2", "2025-05-19", *texts) == [("A-1", "2025-05-11")]
    assert awaited(tmp_path / "3", "2025-05-20", *texts) == []


def test_withdrawn_items_owe_nothing_and_withdrawn_results_tell_nothing(tmp_path: Path) -> None:
    def gone(day: str) -> str:
        return f"[{{change: 撤销, date: {day}, by: 院党委}}]"

    texts = (
        call("A-1", lifecycle=gone("2025-04-01")),
        call("B-1", lifecycle=gone("2025-05-02")),
        call("C-1"),
        result("R-1", "C-1", lifecycle=gone("2025-05-20")),
    )
    assert awaited(tmp_path / "1", "2025-05-19", *texts) == [("B-1", "2025-05-11")]
    both = [("B-1", "2025-05-11"), ("C-1", "2025-05-11")]
    assert awaited(tmp_path / "2", "2025-05-20", *texts) == both


def test_texts_of_one_matter_share_their_result(tmp_path: Path) -> None:
    texts = (call("A-1", matter="m", scope="党内"), call("A-2", matter="m"))
    assert awaited(tmp_path / "1", "2025-06-01", *texts) == [("A-1", "2025-05-11")]
    assert awaited(tmp_path / "2", "2025-06-01", *texts, result("R-1", "A-2")) == []


def test_due_reminds_the_office(tmp_path: Path) -> None:
    root = project(tmp_path, call("A-1"))

    def told(day: str, within: str) -> list[dict[str, str]]:
        asked = ["due", "--project", str(root), "--as-of", day, "--within", within]
        done = CliRunner().invoke(cli, [*asked, "--format", "json"])
        return [each for each in json.loads(done.output) if each["event"] == "result"]

    expected = {"date": "2025-05-11", "event": "result", "audience": "", "id": "A-1"}
    assert told("2025-05-03", "7d") == []
    for day in ("2025-05-04", "2025-05-12", "2026-01-01"):
        (entry,) = told(day, "7d")
        assert expected.items() <= entry.items()
