"""When somebody is told: soon, not often, and when it is over, whatever fails and for how long."""

from __future__ import annotations

import errno
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import EnvironmentFault
from generator.model.servers import Notify
from generator.publish.alarm import AGAIN, QUIET, Alarm, Memory, after, keep, recall, told
from generator.publish.notice import Event

START = datetime(2026, 11, 21, tzinfo=UTC)
STEP = timedelta(minutes=5)

FAILING = {"failed", "failing"}

runs = st.lists(
    st.tuples(st.sampled_from(["", "S06", "D15"]), st.integers(1, 300)), min_size=1, max_size=40
)
"""Stretches of runs with one outcome each ("": well), and how many runs each has."""


def _ring(stretches: list[tuple[str, int]]) -> list[tuple[datetime, str, Event | None]]:
    """For every run: when, its outcome, what was told."""
    alarm, now, rung = Alarm(), START, []
    for code, count in stretches:
        for _ in range(count):
            codes = [code] if code else []
            alarm, event = after(alarm, codes, now)
            if event:
                alarm = told(alarm, event, codes, now)
            rung.append((now, code, event))
            now += STEP
    return rung


@given(runs)
def test_failures_are_told_at_most_once_an_hour(stretches: list[tuple[str, int]]) -> None:
    times = [now for now, _, event in _ring(stretches) if event in FAILING]
    assert all(later - earlier >= QUIET for earlier, later in pairwise(times))


@given(runs)
def test_each_failing_that_was_told_is_told_to_be_over(stretches: list[tuple[str, int]]) -> None:
    rung = _ring(stretches)
    state = "mended"
    for _, code, event in rung:
        if event == "mended":
            assert state in FAILING
            assert not code
        if event == "failed":
            assert state == "mended"
        if event == "failing":
            assert state in FAILING
        state = event or state
        assert code or state == "mended"  # a run that is well leaves nobody in the belief it is not


@given(runs)
def test_no_failing_stays_untold(stretches: list[tuple[str, int]]) -> None:
    """An hour of failing was told; one that lasts is told at least once a day."""
    since, last = None, None
    for now, code, event in _ring(stretches):
        since = (since or now) if code else None
        last = now if event in FAILING else (last if code else None)
        if since and now - since >= QUIET:
            assert last is not None
            assert now - last < AGAIN + STEP


@given(runs)
def test_the_first_failure_is_told_at_once(stretches: list[tuple[str, int]]) -> None:
    rung = _ring(stretches)
    first = next((event for _, code, event in rung if code), None)
    assert first in {None, "failed"}
    assert (first is None) == all(not code for code, _ in stretches)


def test_what_else_fails_is_told_too() -> None:
    rung = _ring([("S06", 20), ("D15", 20), ("", 1)])
    events = [(now - START, event) for now, _, event in rung if event]
    assert [event for _, event in events] == ["failed", "failing", "mended"]
    assert events[1][0] == timedelta(minutes=100)


def test_the_memory_is_kept_whole(tmp_path: Path) -> None:
    path = tmp_path / ".dwgk" / "renew.json"
    assert recall(path) == Memory()
    memory = Memory(
        Alarm(START, "failed", START + STEP, ("D15", "S06")),
        {"party": (17, "0" * 64)},
        Notify(("dwgk@example.edu.cn",), "a@example.edu.cn", "/etc/dwgk/webhook", "mail:25"),
    )
    keep(path, memory)
    assert recall(path) == memory
    assert [each.name for each in path.parent.iterdir()] == ["renew.json"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"alarm": 1}', "\x00", '{"alarm": {"told": 1}}'])
def test_a_broken_memory_is_none(text: str, tmp_path: Path) -> None:
    path = tmp_path / "renew.json"
    path.write_text(text, encoding="utf-8")
    assert recall(path) == Memory()


def test_a_full_disk_does_not_make_each_run_ring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "renew.json"
    keep(path, Memory())
    before = path.stat()

    def full(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    memory = Memory(Alarm(START, "failed", START, ("E04",)), {"party": (3, "0" * 64)})
    keep(path, memory)
    assert recall(path) == memory
    assert (path.stat().st_ino, path.stat().st_size) == (before.st_ino, before.st_size)
    path.unlink()
    with pytest.raises(EnvironmentFault):
        keep(path, memory)
