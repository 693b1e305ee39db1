"""Law 8: a build killed at any moment leaves the last good output, or the new one, whole."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.laws.lab import files
from tests.laws.run import build, gone, inside, members, parent, start, with_pagefind
from tests.laws.snapshot import Snapshot, complete, differing, snapshot
from tests.support import bind, make_project

KILLS = 10
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
        return self.repeated()

    def repeated(self) -> Snapshot:
        """The output after a build that comes to its end."""
        done = inside(self.root)
        assert done.exit_code == 0, done.output
        return snapshot(self.root / "dist")

    def write(self, number: int) -> None:
        self._page.write_bytes(self._texts[number])
        bind(self.root)


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Versions]:
    """Built in its first state, and a copy of the folder to begin from again and again."""
    versions = _Versions(tmp_path_factory.mktemp("versions"))
    shutil.copytree(versions.root, versions.root.with_name("kept"))
    yield versions


@pytest.fixture
def versions(laid: _Versions, inline: None) -> _Versions:
    """As it was built, at the same place; what is repeated is made in this process."""
    shutil.rmtree(laid.root)
    shutil.copytree(laid.root.with_name("kept"), laid.root)
    return laid


def _leftovers(root: Path) -> list[str]:
    return sorted(each.name for each in root.glob(".dist.work-*"))


@pytest.mark.slow
@pytest.mark.parametrize("kill", [_group, _parent])
def test_killed_at_any_moment(kill: Callable[[int], None], versions: _Versions) -> None:
    """In a process of its own; that the next build comes through is seen without one."""
    root, dist = versions.root, versions.root / "dist"
    assert versions.outputs[0] != versions.outputs[1]
    versions.write(1)
    began = time.monotonic()
    assert build(root).returncode == 0
    whole = time.monotonic() - began
    chance, current, outcomes = random.Random(kill.__name__), 1, {"old": 0, "new": 0}
    for number in range(KILLS):
        following = 1 - current
        versions.write(following)
        # One after the other from begin to end; every third near the end, where the exchange is.
        late = number % 3 == 0
        delay = chance.uniform(0.8, 1.05) * whole if late else (number + 0.5) / KILLS * whole
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
        assert versions.repeated() == versions.outputs[following]
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
    assert gone(process.pid)
    assert not (root / "dist").exists()
    assert build(root).returncode == 0
    assert _leftovers(root) == []


@pytest.mark.slow
def test_a_killed_worker_ends_the_build(versions: _Versions) -> None:
    """As when the machine is out of memory: the build fails and the output stays."""
    versions.write(1)
    process = start(versions.root)
    workers: list[int] = []
    while process.poll() is None and not workers:  # grandchildren: forked from the one loaded once
        others = [each for each in members(process.pid) if each != process.pid]
        workers = [each for each in others if parent(each) in others]
        time.sleep(0.01)
    os.kill(workers[0], signal.SIGKILL)
    assert process.wait(timeout=300) != 0
    assert gone(process.pid)
    assert snapshot(versions.root / "dist") == versions.outputs[0]
    assert _leftovers(versions.root) == []
    assert build(versions.root).returncode == 0


@pytest.mark.slow
def test_two_builds_at_once(versions: _Versions) -> None:
    """The second one is told so, and harms nothing."""
    shutil.rmtree(versions.root / ".dwgk")  # so that the first has something to do
    process = start(versions.root)
    lock_held = versions.root.glob(".dist.work-*")
    while not list(lock_held):
        assert process.poll() is None
        lock_held = versions.root.glob(".dist.work-*")
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGSTOP)  # it is at work for as long as the second one needs
    try:
        assert inside(versions.root).exit_code == 3
    finally:
        os.kill(process.pid, signal.SIGCONT)
    assert process.wait(timeout=300) == 0
    assert snapshot(versions.root / "dist") == versions.outputs[0]
