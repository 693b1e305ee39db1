"""The day before, of and after each release and end, as ``--as-of`` shows them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from generator.build import check, edition
from generator.cli import cli
from generator.model.approved import Approved
from tests.support import INSTITUTION, complete, item, make_project

ROOT = Path(__file__).parents[2]
DWGK = Path(sys.executable).with_name("dwgk")
DAY = timedelta(days=1)


def _dates(release: str, until: str, written: str = "2025-03-03") -> str:
    return f"{{written: {written}, release: {release}, until: {until}}}"


EVERY = "校内外"
CASES = {
    # id: (scope, release, until, {audience: (first day, last day)}), the last days by hand from
    # the notices on holidays of 2025 and 2026.
    "NEW-YEAR": (EVERY, "2025-12-31", "1天", {"public": ("2025-12-31", "2026-01-01")}),
    "YEAR-END": (EVERY, "2025-12-01", "2025-12-31", {"public": ("2025-12-01", "2025-12-31")}),
    "LEAP": (EVERY, "2028-02-28", "1天", {"public": ("2028-02-28", "2028-02-29")}),
    "ONE-DAY": (EVERY, "2025-04-01", "2025-04-01", {"public": ("2025-04-01", "2025-04-01")}),
    # Sunday 28 September is worked, 1 to 8 October are free, Saturday 11 October is worked.
    "NATIONAL": (EVERY, "2025-09-26", "5个工作日", {"public": ("2025-09-26", "2025-10-10")}),
    "NATIONAL-2": (EVERY, "2025-09-28", "5个工作日", {"public": ("2025-09-28", "2025-10-11")}),
    # Saturday 14 February is worked, 15 to 23 are free, Saturday 28 is worked.
    "SPRING": (EVERY, "2026-02-13", "2个工作日", {"public": ("2026-02-13", "2026-02-24")}),
    "SPRING-2": (EVERY, "2026-02-14", "5个工作日", {"public": ("2026-02-14", "2026-02-28")}),
    # 1 to 3 January 2026 are free, Sunday 4 January is worked.
    "OVER-YEAR": (EVERY, "2025-12-31", "1个工作日", {"public": ("2025-12-31", "2026-01-04")}),
    "IN-TURN": (
        EVERY,
        "{party: 2025-12-30, campus: 2025-12-31, public: 2026-01-01}",
        "2个工作日",
        {
            "party": ("2025-12-30", "2026-01-04"),
            "campus": ("2025-12-31", "2026-01-05"),
            "public": ("2026-01-01", "2026-01-05"),
        },
    ),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {
        f"content/{name}.md": item(name, scope=scope, dates=_dates(release, until))
        for name, (scope, release, until, _) in CASES.items()
    }
    return make_project(tmp_path_factory.mktemp("time"), files)


@pytest.fixture(scope="module")
def small(project: Path) -> Approved:
    return _approved(project)


@pytest.fixture(scope="module")
def example() -> Approved:
    return _approved(ROOT)


def _approved(root: Path) -> Approved:
    checked = check(root)
    assert checked.approved is not None
    assert checked.diagnostics == ()
    return checked.approved


def _ids(approved: Approved, audience: str, day: date) -> set[str]:
    return {each.id for each in edition(approved, audience, day).items}


SPANS = [
    (name, audience, date.fromisoformat(first), date.fromisoformat(last))
    for name, (*_, spans) in CASES.items()
    for audience, (first, last) in spans.items()
]


@pytest.mark.parametrize(("name", "audience", "first", "last"), SPANS)
def test_it_stands_from_its_first_to_its_last_day(
    small: Approved, name: str, audience: str, first: date, last: date
) -> None:
    for day, there in ((first - DAY, False), (first, True), (last, True), (last + DAY, False)):
        assert (name in _ids(small, audience, day)) is there, day


@pytest.mark.parametrize(("name", "audience", "first", "last"), SPANS)
def test_due_tells_release_and_end(
    project: Path, name: str, audience: str, first: date, last: date
) -> None:
    for day, event in ((first, "release"), (last + DAY, "expiry")):
        (found,) = (
            each
            for each in _due(project, day - DAY, "1d")
            if (each["id"], each["audience"]) == (name, audience)
        )
        assert (found["event"], found["date"]) == (event, day.isoformat())
        # Today's are for today's build, and what lies beyond the span is not told.
        for start in (day, day - 2 * DAY):
            assert (name, audience, event) not in {
                (each["id"], each["audience"], each["event"])
                for each in _due(project, start, "1天")
            }


def _due(root: Path, day: date, within: str) -> list[dict[str, str]]:
    arguments = ["due", "--project", str(root), "--as-of", day.isoformat(), "--within", within]
    done = CliRunner().invoke(cli, [*arguments, "--format", "json"])
    found: list[dict[str, str]] = json.loads(done.stdout)
    assert done.exit_code == (1 if found else 0)
    return found


def test_every_release_and_end_of_the_example(example: Approved) -> None:
    """What the clerk wrote, read here without the gate: a release date, and an end by date."""
    ends = 0
    for each in example.items:
        source = each.disclosure
        for audience, term in each.terms.items():
            first = source.release.get(audience, source.release.get("*"))
            assert first is not None
            written = source.until.day if source.until else None
            assert written in (None, term.last)
            _stands(example, source.id, audience, (first, term.last, each.withdrawn))
            ends += term.last is not None
    assert ends > 20


def _stands(
    approved: Approved, name: str, audience: str, span: tuple[date, date | None, date | None]
) -> None:
    first, last, withdrawn = span
    assert name not in _ids(approved, audience, first - DAY)
    assert _told(approved, name, audience, first)
    if withdrawn is not None:
        assert name in _ids(approved, audience, withdrawn - DAY)
        seen = edition(approved, audience, withdrawn)
        assert name not in {each.id for each in seen.items}
        assert name in {each.id for each in seen.notices}
    elif last is not None:
        assert _told(approved, name, audience, last)
        assert name not in _ids(approved, audience, last + DAY)


def _told(approved: Approved, name: str, audience: str, day: date) -> bool:
    """There, or one text of its matter is."""
    shown = _ids(approved, audience, day)
    matter = {each.disclosure.id: each.disclosure.matter for each in approved.items}
    return name in shown or bool(matter[name] and matter[name] in {matter[each] for each in shown})


def test_the_machine_s_time_zone_says_nothing(project: Path) -> None:
    zones = ("Pacific/Kiritimati", "America/Los_Angeles")
    arguments = ("due", "--as-of", "2025-12-30", "--within", "7d")
    told = {_run(*arguments, at=project, zone=zone) for zone in zones}
    assert len(told) == 1
    assert "2026-01-02" in told.pop()


def test_today_is_the_institution_s_day(tmp_path: Path) -> None:
    """Between these zones lie 26 hours: it is never the same day in both."""
    east, west = "Pacific/Kiritimati", "Etc/GMT+12"
    today = datetime.now(UTC).astimezone(ZoneInfo(east)).date()
    for zone, machine, there in ((east, west, True), (west, east, False)):
        text = complete(f"time_zone: {zone}\n", INSTITUTION)
        dates = f"{{written: 2025-03-03, release: {today}}}"
        files = {"site_config/institution.yml": text, "content/a.md": item("A-1", dates=dates)}
        root = make_project(tmp_path / zone.replace("/", "-"), files)
        assert ("A-1" in _run("show", "public", at=root, zone=machine)) is there, zone


def _run(*arguments: str, at: Path, zone: str) -> str:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": zone}
    done = subprocess.run(
        [DWGK, *arguments, "--project", at],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    return done.stdout
