"""A target over ssh: a real sshd and rsync on loopback, the same promises as at home."""

from __future__ import annotations

import ast
import os
import signal
import time
from inspect import getsource
from pathlib import Path

import pytest

from generator.diagnostics import EnvironmentFault
from generator.publish.release import agent, disk
from generator.publish.release.back import rollback
from generator.publish.release.deploy import deploy
from generator.publish.release.issue import Place, open_target
from generator.publish.release.purge import purge
from generator.publish.release.reach import reach
from tests.release.conftest import Make, Server
from tests.release.lab import (
    Site,
    at_once,
    content,
    current,
    exact,
    in_child,
    kept,
    lay,
    manifest,
    place,
    put,
    swept,
    whole,
)

SITE: Site = {
    "index.html": b"home",
    "d/a/index.html": b"a",
    "d/a/$(touch pwned) '\"\\ 名单.pdf": b"b",
    "-e": b"c",
    "a\nb": b"d",
}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """An empty folder whose name needs quoting."""
    folder = tmp_path / "web root's $HOME"
    folder.mkdir()
    return folder


def test_the_same_as_at_home(ssh: Server, target: Path, tmp_path: Path) -> None:
    where = place(f"{ssh.host}:{target}", keep=2)
    put(where, lay(tmp_path / "one", SITE), content(SITE), first=True)
    assert whole(target, 1).files == content(SITE).files
    more = {**SITE, "index.html": b"HOME", "new/index.html": b"n"}
    issued = put(where, lay(tmp_path / "two", more), content(more))
    assert issued.sent == 2
    assert whole(target, 2).files == content(more).files
    same = "d/a/index.html"
    assert (target / "releases/000001/site" / same).samefile(target / "releases/000002/site" / same)
    assert swept(target)
    assert not list(target.rglob("pwned"))
    assert {each.lstat().st_mode & 0o777 for each in target.rglob("*.html")} == {0o644}


def test_deploy_roll_back_purge(ssh: Server, target: Path, project: Make) -> None:
    old, new = project(), project(mended=True)
    folder = f"{ssh.host}:{target}"
    assert deploy(old.place(folder), old.dist, first=1).release
    assert deploy(new.place(folder), new.dist).release
    allowed = frozenset({"A-1", "C-1"})
    assert rollback(new.place(folder), 1, allowed, frozenset()).release is None
    assert rollback(new.place(folder), 1, allowed, frozenset({"B-1"})).release
    assert whole(target, 3).files == manifest(target, 1).files
    assert deploy(new.place(folder), new.dist).release
    assert purge(new.place(folder), "B-1").gone == (1, 3)
    assert (current(target), kept(target)) == (4, [2, 4])


def test_what_a_target_refuses_is_told_from_there(
    ssh: Server, target: Path, tmp_path: Path
) -> None:
    site = lay(tmp_path / "one", SITE)
    codes = []
    for where, first in (
        (place(f"{ssh.host}:{target}/no"), False),
        (place(f"{ssh.host}:{target}"), False),
        (place(f"{ssh.host}:{target}", audience="public"), True),
        (place(f"{ssh.host}:{target}"), False),
    ):
        try:
            put(where, site, content(SITE), first=first)
        except EnvironmentFault as problem:
            codes.append(problem.code)
    assert codes == ["D04", "D05", "D07"]
    assert whole(target, 1).audience == "public"


def test_the_lock_holds_across_machines(ssh: Server, target: Path, tmp_path: Path) -> None:
    """One held here is met over ssh, and the other way round."""
    site = lay(tmp_path / "one", SITE)
    there, here = place(f"{ssh.host}:{target}"), place(target)
    put(here, site, content(SITE), first=True)
    for holder, other in ((here, there), (there, here)):
        with reach(holder.folder) as reached:
            open_target(reached, holder)
            with pytest.raises(EnvironmentFault) as refused:
                put(other, site, content(SITE))
            assert refused.value.code == "D09"
        put(other, site, content(SITE))


def test_what_came_is_checked_there(ssh: Server, target: Path, tmp_path: Path) -> None:
    where = place(f"{ssh.host}:{target}")
    put(where, lay(tmp_path / "one", SITE), content(SITE), first=True)
    before = exact(target)
    more = {**SITE, "index.html": b"HOME"}
    with pytest.raises(EnvironmentFault) as refused:
        put(where, lay(tmp_path / "two", {**more, "index.html": b"EVIL"}), content(more))
    assert refused.value.code == "D13"
    assert exact(target) == before


def test_no_server(ssh: Server, target: Path, tmp_path: Path) -> None:
    site = lay(tmp_path / "one", SITE)
    ssh.process.terminate()
    ssh.process.wait()
    with pytest.raises(EnvironmentFault) as refused:
        put(place(f"{ssh.host}:{target}"), site, content(SITE), first=True)
    assert refused.value.code == "D15"
    assert "refused" in refused.value.sentence("en")


@pytest.mark.parametrize("missing", ["python3", "rsync"])
def test_a_server_without_what_is_needed(
    ssh: Server, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    """Its shell finds no such program; what is there stays."""
    put(place(target), lay(tmp_path / "one", SITE), content(SITE), first=True)
    before = exact(target)
    wrapper = tmp_path / "ssh-without"
    wrapper.write_text(
        "#!/usr/bin/env python3\nimport os, sys\n"
        f"told = {os.environ['RSYNC_RSH'].split()!r}\n"
        f"rest = [each.replace({missing!r}, 'no-such-{missing}') for each in sys.argv[1:]]\n"
        "os.execvp(told[0], told + rest)\n"
    )
    wrapper.chmod(0o755)
    monkeypatch.setenv("RSYNC_RSH", str(wrapper))
    more = {**SITE, "index.html": b"HOME"}
    with pytest.raises(EnvironmentFault) as refused:
        put(place(f"{ssh.host}:{target}"), lay(tmp_path / "two", more), content(more))
    assert refused.value.code == "D16"
    assert "rsync python3" in refused.value.sentence("en")
    assert exact(target) == before


BIG: Site = {f"s/{number}.js": bytes([number % 251]) * 3000 for number in range(400)}
KILLS = 12


@pytest.mark.slow
def test_killed_at_any_moment(ssh: Server, target: Path, tmp_path: Path) -> None:
    """The program here is killed: the other end throws away what is unfinished, lets go, and the
    next deployment finds the target as it was, or with the new release.
    """
    where = place(f"{ssh.host}:{target}")
    put(where, lay(tmp_path / "one", SITE), content(SITE), first=True)
    site = lay(tmp_path / "two", {**SITE, **BIG})
    began = time.monotonic()
    assert in_child(lambda: put(where, site, content({**SITE, **BIG}))) == 0
    took = time.monotonic() - began
    outcomes = set()
    for number in range(KILLS):
        put(place(target), lay(tmp_path / "one", SITE), content(SITE))
        moment = took * (number + 0.5) / KILLS
        status = in_child(lambda moment=moment: _killed(moment, where, site))
        assert status in (0, -signal.SIGKILL)
        release = whole(target, current(target))
        outcomes.add(len(release.files))
        _until_free(target)
    assert len(SITE) in outcomes


def _killed(moment: float, where: Place, site: Path) -> None:
    """A deployment after so many seconds of which it, its ssh and its rsync are no more."""
    os.setsid()
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(0, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, moment)
    put(where, site, content({**SITE, **BIG}))
    signal.setitimer(signal.ITIMER_REAL, 0)


def _until_free(target: Path) -> None:
    """The far end needs a moment to see that the line is dead, and may only be beginning then."""
    for _ in range(100):
        try:
            with reach(str(target)) as reached:
                open_target(reached, place(target))
            if swept(target):
                return
        except EnvironmentFault as problem:
            assert problem.code == "D09"
        time.sleep(0.1)
    raise AssertionError("the target stays locked, or something unfinished in it")


def test_many_at_once(ssh: Server, target: Path, tmp_path: Path) -> None:
    put(place(target), lay(tmp_path / "one", SITE), content(SITE), first=True)

    def work(number: int) -> None:
        where = place(f"{ssh.host}:{target}" if number % 2 else target)
        try:
            put(where, tmp_path / "one", content(SITE))
        except EnvironmentFault as problem:
            assert problem.code == "D09"

    assert set(at_once([lambda number=each: work(number) for each in range(6)])) == {0}
    assert whole(target, current(target)).files == content(SITE).files
    assert swept(target)


def test_an_older_python_there() -> None:
    """What is sent needs nothing newer than it says: its syntax is that of Python 3.8."""
    for module in (agent, disk):
        ast.parse(getsource(module), feature_version=(3, 8))
