"""The example's sites day by day: nothing changes but on the days that were told before."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.build import check, edition
from generator.cli import cli
from generator.model.approved import Approved
from generator.model.edition import Edition
from generator.oversight.due import outlooks
from generator.turning import next_change
from tests.laws.strategies import corpora, days
from tests.support import item, make_project

ROOT = Path(__file__).parents[2]
AUDIENCES = ("party", "campus", "public")
START, END = date(2024, 1, 1), date(2027, 2, 28)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def example() -> Approved:
    approved = check(ROOT).approved
    assert approved is not None
    return approved


@pytest.fixture(scope="module")
def turning(example: Approved) -> dict[str, list[date]]:
    """Per audience the days on which its edition differs from that of the day before."""
    return {name: [day for day, *_ in _walk(example, name)] for name in AUDIENCES}


def _walk(approved: Approved, audience: str) -> Iterator[tuple[date, Edition, Edition]]:
    day, before = START, _timeless(approved, audience, START)
    while day < END:
        day += DAY
        after = _timeless(approved, audience, day)
        if after != before:
            yield day, before, after
        before = after


def _timeless(approved: Approved, audience: str, day: date) -> Edition:
    return dataclasses.replace(edition(approved, audience, day), as_of=date.min)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_chain_of_next_changes_is_all_that_ever_changes(
    audience: str, example: Approved, turning: dict[str, list[date]]
) -> None:
    chain, day = [], START
    while (following := next_change(example, example.institution.audience(audience), day)) and (
        following <= END
    ):
        chain.append(following)
        day = following
    assert chain == turning[audience]
    assert len(chain) > 30


@pytest.mark.parametrize("audience", AUDIENCES)
def test_due_tells_each_of_these_days(
    audience: str, example: Approved, turning: dict[str, list[date]]
) -> None:
    (found,) = (
        each
        for each in outlooks(example, START, (END - START).days)
        if each.audience.id == audience
    )
    assert sorted({entry.date for entry in found.entries}) == turning[audience]
    assert found.next_change == turning[audience][0]
    # Followed from the standing pages alone, what is told leads to what stands at the end.
    standing = {page.url for page in edition(example, audience, START).pages}
    for entry in found.entries:
        if entry.event in ("release", "taken-back"):
            standing.add(entry.id)
        elif entry.event in ("expiry", "withdrawal", "taken-over"):
            standing.discard(entry.id)
    shown = edition(example, audience, END)
    assert standing == {each.id for each in shown.items} | {page.url for page in shown.pages}


@settings(max_examples=40)
@given(corpora(), days, st.integers(1, 9))
def test_due_and_next_change_agree(approved: Approved, day: date, count: int) -> None:
    for each in outlooks(approved, day, count):
        assert each.next_change == next_change(approved, each.audience, day)
        first = min((entry.date for entry in each.entries), default=None)
        within = each.next_change and each.next_change <= day + timedelta(days=count)
        assert first == (each.next_change if within else None)


def test_every_kind_of_event(tmp_path: Path) -> None:
    dates = "{{written: 2025-03-03, release: {}, until: {}}}".format
    gone = "[{change: 撤销, date: 2025-05-01, by: 院党委}]"
    files = {
        "content/w.md": item("W-1", dates=dates("2025-04-01", "2025-06-01"), lifecycle=gone),
        "content/m.md": item("M-1", matter="m", dates=dates("2025-03-10", "永久")),
        "content/p.md": item(
            "P-1", matter="m", scope="党内", dates=dates("2025-04-02", "2025-04-03")
        ),
        "content/c.md": item(
            "C-1",
            lifecycle="[{change: 变更, date: 2025-05-02, by: 院党委, reference: 纪要, note: 改址}]",
        ),
        "content/n.md": item("N-1", catalog="jb-02"),
    }
    root = make_project(tmp_path, files)
    told = _due(root, "--as-of", "2025-03-20", "--within", "90天", "--format", "json")
    entries = json.loads(told)
    party = [
        (each["date"][5:], each["event"], each["id"])
        for each in entries
        if each["audience"] == "party"
    ]
    assert party == [
        ("04-01", "release", "W-1"),
        ("04-02", "taken-over", "M-1"),
        ("04-02", "release", "P-1"),
        ("04-04", "taken-back", "M-1"),
        ("04-04", "expiry", "P-1"),
        ("05-01", "withdrawal", "W-1"),
        ("05-02", "change", "C-1"),
        ("06-02", "notice-end", "W-1"),
    ]
    public = {(each["event"], each["id"]) for each in entries if each["audience"] == "public"}
    assert public == {
        ("release", "W-1"),
        ("withdrawal", "W-1"),
        ("notice-end", "W-1"),
        ("change", "C-1"),
    }
    text = _due(root, "--as-of", "2025-03-20", "--within", "90天")
    assert "党内（party）下一次变动：2025-04-01" in text
    assert "  2025-05-01  撤销或终止  W-1  示例事项" in text
    english = _due(root, "--as-of", "2025-03-20", "--within", "90", "--lang", "en")
    assert "party: next change 2025-04-01" in english
    assert len(english.splitlines()) == len(text.splitlines()) == len(entries) + 3


def _due(root: Path, *arguments: str, status: int = 1) -> str:
    environment = {"LC_ALL": "", "LANG": "zh_CN.UTF-8"}
    done = CliRunner().invoke(cli, ["due", "--project", str(root), *arguments], env=environment)
    assert done.exit_code == status, done.output
    return done.stdout


def test_a_link_that_leads_elsewhere_is_due_too(tmp_path: Path) -> None:
    """The mild text ends behind the full one: nothing comes or goes at the party, yet a link that
    led to the full text leads nowhere.
    """
    dates = "{written: 2025-03-03, release: 2025-03-10, until: 2025-05-01}"
    files = {
        "content/a.md": item("A-1", scope="党内", body="见[前文](mild.md)。\n"),
        "content/mild.md": item("M-1", matter="m", dates=dates),
        "content/full.md": item("F-1", matter="m", scope="党内"),
    }
    root = make_project(tmp_path, files)
    told = json.loads(_due(root, "--as-of", "2025-04-30", "--format", "json"))
    assert [(each["event"], each["id"], each["date"]) for each in told] == [
        ("links", "", "2025-05-02"),
        ("expiry", "M-1", "2025-05-02"),
        ("expiry", "M-1", "2025-05-02"),
    ]


def test_nothing_due(tmp_path: Path) -> None:
    root = make_project(tmp_path, {"content/a.md": item("A-1")})
    assert json.loads(_due(root, "--as-of", "2025-03-10", "--format", "json", status=0)) == []
    assert "社会（public）下一次变动：无" in _due(root, "--as-of", "2025-03-10", status=0)
    assert "2025-03-10" in _due(root, "--as-of", "2025-03-09", "--within", "９９９９９天")


def test_errors_come_first(tmp_path: Path) -> None:
    """While there are errors no site is built, so nothing is due but their correction."""
    files = {"content/a.md": item("A-1"), "content/f.md": item("F-1", scope="校里")}
    root = make_project(tmp_path, files)
    for form in ((), ("--format", "json")):
        told = _due(root, "--as-of", "2025-03-09", *form)
        assert "S13" in told
        assert "A-1" not in told


@pytest.mark.parametrize("within", ["soon", "5个工作日", "-1d", "7w", ""])
def test_within_is_a_number_of_days(within: str, tmp_path: Path) -> None:
    root = make_project(tmp_path, {"content/a.md": item("A-1")})
    _due(root, f"--within={within}", status=2)
