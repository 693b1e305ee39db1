"""Law 8 at a target: killed at any file-system event, there is always one complete release."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from generator.publish.release import disk
from generator.publish.release import reach as reaching
from generator.publish.release.issue import issue, manifest_of, open_target
from generator.publish.release.purge import purge
from generator.publish.release.reach import reach
from tests.release.lab import Site, content, current, in_child, kept, lay, place, put, swept, whole

pytestmark = pytest.mark.slow

EVENTS = {
    "open",
    "os.chmod",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.symlink",
    "os.utime",
    "os.listdir",
    "os.scandir",
    "fcntl.flock",
}
"""What Python tells of before it happens; reading included, so that no gap is left between."""


class _Killer:
    """Kills this process before the ``number``-th event."""

    def __init__(self, number: int) -> None:
        self._left = number
        sys.addaudithook(self._hear)
        for module, name in (
            (os, "fsync"),
            (os, "fdopen"),
            (disk, "settle"),
            (reaching, "copyfile"),
        ):
            self._wrap(module, name)

    def _wrap(self, module: Any, name: str) -> None:
        true = getattr(module, name)

        def wrapped(*values: Any, **named: Any) -> Any:
            self._count()
            if name == "copyfile":  # half of it written
                Path(values[1]).write_bytes(Path(values[0]).read_bytes()[:10])
                self._count()
            return true(*values, **named)

        setattr(module, name, wrapped)

    def _hear(self, event: str, _: object) -> None:
        if event in EVENTS:
            self._count()

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


def _site(number: int) -> Site:
    """Files that stay, change, come and go from one number to the next."""
    same = {"index.html": b"home", "d/a/index.html": b"a" * 50, "assets/x.css": b"css"}
    changing = {"d/b/index.html": b"b" * 50 + bytes([number % 251]), "feed.xml": b"%d" % number}
    own = {f"d/n{number % 3}/index.html": b"only some", f"s/{number % 2}/p.js": b"js"}
    return same | changing | own


def _deployed(target: Path, work: Path, number: int, keep: int = 2) -> None:
    folder = lay(work / f"site-{number}", _site(number))
    put(place(target, keep=keep), folder, content(_site(number)))


def _brought_back(target: Path, number: int) -> None:
    where = place(target, keep=9)
    with reach(str(target)) as reached:
        opened = open_target(reached, where)
        older = manifest_of(reached, number)
        assert older is not None
        content_of = next(
            content(_site(n)) for n in range(9) if content(_site(n)).source == older.source
        )
        issue(reached, where, opened, content_of, base=number)


def _first(target: Path, work: Path) -> None:
    put(place(target), lay(work / "site-0", _site(0)), content(_site(0)), first=True)


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """In memory where there is such a place: hundreds of runs write through to the disk."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as folder:
        yield Path(folder)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A target with two releases."""
    folder = tmp_path / "target"
    folder.mkdir()
    _first(folder, tmp_path)
    _deployed(folder, tmp_path, 1)
    return folder


def _killed_everywhere(
    target: Path, work: Callable[[], None], after: Callable[[bool], None]
) -> int:
    """Do ``work`` again and again, killed one event later each time, until it comes to its end.

    ``after`` looks at what each left, told whether that one was killed. The number of events.
    """
    number = 0
    while True:

        def killed(number: int = number) -> None:
            _Killer(number)
            work()

        status = in_child(killed)
        assert status in (0, -signal.SIGKILL)
        assert all(whole(target, each) for each in kept(target)), number
        whole(target, current(target))
        after(status != 0)
        if status == 0:
            return number
        number += 1


def test_deployment(target: Path, tmp_path: Path) -> None:
    """Old or new, never neither; what is left over is swept by the next, whose number is higher."""
    state, outcomes = {"site": 1, "release": current(target)}, {"old": 0, "new": 0}
    for each in range(2, 8):
        lay(tmp_path / f"site-{each}", _site(each))

    def after(killed: bool) -> None:
        found = current(target)
        fresh = found != state["release"]
        outcomes["new" if fresh else "old"] += 1
        assert whole(target, found).source == content(_site(state["site"] + fresh)).source
        assert len(kept(target)) <= 4
        if killed:  # the next one, of yet another site, finds its way
            shutil.rmtree(target)
            shutil.copytree(backup, target, symlinks=True)

    backup = tmp_path / "backup"
    shutil.copytree(target, backup, symlinks=True)
    events = _killed_everywhere(target, lambda: _deployed(target, tmp_path, 2), after)
    assert events > 100
    assert outcomes["old"] > 50
    assert outcomes["new"] > 5  # while pruning


def test_one_after_the_other(target: Path, tmp_path: Path) -> None:
    """Each finds what the one killed before it left, at whatever event; all in one target."""
    highest = current(target)
    for number in range(0, 160):
        one = 2 + number % 5

        def killed(number: int = number, one: int = one) -> None:
            _Killer(number)
            _deployed(target, tmp_path, one)

        in_child(killed)
        whole(target, current(target))
        if number % 7 == 6:
            assert in_child(lambda one=one: _deployed(target, tmp_path, one + 1)) == 0
            assert swept(target)
            assert current(target) > highest
            assert len(kept(target)) <= 2
            highest = current(target)


def test_first_deployment(tmp_path: Path) -> None:
    """Before it there is nothing; then there is one complete release, or nothing."""
    target = tmp_path / "target"
    lay(tmp_path / "site-0", _site(0))
    number, status = 0, -1
    while status != 0:
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()

        def killed(number: int = number) -> None:
            _Killer(number)
            _first(target, tmp_path)

        status = in_child(killed)
        if (target / "current").is_symlink():
            whole(target, current(target))
        else:
            assert in_child(lambda: _first(target, tmp_path)) == 0
        number += 1
    assert number > 60
    assert swept(target)


def test_rollback(target: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    shutil.copytree(target, backup, symlinks=True)

    def after(killed: bool) -> None:
        found = whole(target, current(target))
        assert found.source == content(_site(1 if found.version == 2 else 0)).source
        if killed:
            shutil.rmtree(target)
            shutil.copytree(backup, target, symlinks=True)

    assert _killed_everywhere(target, lambda: _brought_back(target, 1), after) > 60
    assert kept(target) == [1, 2, 3]


def test_purge(tmp_path: Path) -> None:
    """The release in service stays; a purge that came to its end left nothing of the item."""
    target = tmp_path / "target"
    target.mkdir()
    where = place(target, keep=9)
    for number in range(4):
        site = _site(number)
        items = ("X-1", "X-2") if number < 3 else ("X-2",)
        put(where, lay(tmp_path / f"s{number}", site), content(site, items), first=not number)

    def after(killed: bool) -> None:
        assert current(target) == 4
        if not killed:
            assert kept(target) == [4]
            assert swept(target)

    assert _killed_everywhere(target, lambda: purge(where, "X-1"), after) > 20
