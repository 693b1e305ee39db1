"""Law 8: a build killed at any moment leaves the last good output, or the new one, whole."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.laws.lab import files
from tests.laws.run import build, gone, members, parent, start, with_pagefind
from tests.laws.snapshot import Snapshot, complete, differing, snapshot
from tests.support import bind, make_project

KILLS = 13
"""For each way of killing."""


def _group(leader: int) -> None:
    os.killpg(leader, signal.SIGKILL)


def _parent(leader: int) -> None:
    os.kill(leader, signal.SIGKILL)


class _Versions:
    """A project that can be in two states, and the output of each."""

    def __init__(self, folder: Path) -> None:
        self.root = make_project(folder, files())
        self._page = self.root / "content/open-0002.md"
        self._texts = [self._page.read_bytes(), self._page.read_bytes() + "\n补充一段。\n".encode()]
        self.outputs = [self._output(1), self._output(0)][::-1]

    def _output(self, number: int) -> Snapshot:
        """Of a clean build: what killed and repeated ones must come to."""
        self.write(number)
        shutil.rmtree(self.root / ".dwgk", ignore_errors=True)
        done = build(self.root)
        assert done.returncode == 0, done.stderr
        return snapshot(self.root / "dist")

    def write(self, number: int) -> None:
        self._page.write_bytes(self._texts[number])
        bind(self.root)


def _leftovers(root: Path) -> list[str]:
    return sorted(each.name for each in root.glob(".dist.work-*"))


@pytest.mark.slow
@pytest.mark.parametrize("kill", [_group, _parent])
def test_killed_at_any_moment(kill: Callable[[int], None], tmp_path: Path) -> None:
    versions = _Versions(tmp_path)
    root, dist = versions.root, versions.root / "dist"
    assert versions.outputs[0] != versions.outputs[1]
    began = time.monotonic()
    assert build(root).returncode == 0
    whole = time.monotonic() - began
    chance, current, outcomes = random.Random(kill.__name__), 0, {"old": 0, "new": 0}
    for number in range(KILLS):
        following = 1 - current
        versions.write(following)
        # Every third one near the end, where the exchange is.
        early = number % 3
        delay = chance.uniform(0.0, whole) if early else chance.uniform(0.8 * whole, 1.05 * whole)
        process = start(root)
        time.sleep(delay)
        if process.poll() is None:
            kill(process.pid)
        process.wait()
        assert gone(process.pid), f"processes live on: {members(process.pid)}"

        assert complete(dist)
        found = snapshot(dist)
        assert found in versions.outputs, differing(found, versions.outputs[current])
        outcomes["new" if found == versions.outputs[following] else "old"] += 1
        done = build(root)
        assert done.returncode == 0, done.stderr
        assert snapshot(dist) == versions.outputs[following]
        assert _leftovers(root) == []
        current = following
    assert outcomes["old"] > 0


@pytest.mark.slow
def test_no_tool_lives_on(tmp_path: Path) -> None:
    """A search tool at work when only the parent is killed: it must not write on alone."""
    root = make_project(tmp_path, files())
    tool, begun = tmp_path / "slow", tmp_path / "begun"
    tool.write_text(f"#!/bin/sh\n: > {begun}\nexec sleep 60\n", encoding="utf-8")
    tool.chmod(0o755)
    other = tmp_path / "other"
    other.mkdir()
    process = start(root, PYTHONPATH=with_pagefind(other, f"return {str(tool)!r}"))
    while not begun.exists():
        assert process.poll() is None
        time.sleep(0.05)
    _parent(process.pid)
    process.wait()
    assert gone(process.pid, patience=5)
    assert not (root / "dist").exists()
    assert build(root).returncode == 0
    assert _leftovers(root) == []


@pytest.mark.slow
def test_a_killed_worker_ends_the_build(tmp_path: Path) -> None:
    """As when the machine is out of memory: the build fails and the output stays."""
    versions = _Versions(tmp_path)
    versions.write(1)
    process = start(versions.root)
    workers: list[int] = []
    while process.poll() is None and not workers:  # grandchildren: forked from the one loaded once
        others = [each for each in members(process.pid) if each != process.pid]
        workers = [each for each in others if parent(each) in others]
        time.sleep(0.01)
    os.kill(workers[0], signal.SIGKILL)
    assert process.wait(timeout=60) != 0
    assert gone(process.pid)
    assert snapshot(versions.root / "dist") == versions.outputs[0]
    assert _leftovers(versions.root) == []
    assert build(versions.root).returncode == 0


@pytest.mark.slow
def test_two_builds_at_once(tmp_path: Path) -> None:
    """The second one is told so, and harms nothing."""
    versions = _Versions(tmp_path)
    shutil.rmtree(versions.root / ".dwgk")  # so that the first has something to do
    process = start(versions.root)
    lock_held = versions.root.glob(".dist.work-*")
    while not list(lock_held):
        lock_held = versions.root.glob(".dist.work-*")
        time.sleep(0.01)
    second = build(versions.root)
    assert second.returncode == 3
    assert process.wait(timeout=60) == 0
    assert snapshot(versions.root / "dist") == versions.outputs[0]
