"""What a target refuses: each leaves it as it was, to the inode, and says what to do."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.diagnostics import EnvironmentFault
from generator.publish.release.issue import open_target
from generator.publish.release.reach import reach
from tests.release.lab import (
    Site,
    at_once,
    content,
    current,
    exact,
    in_child,
    lay,
    place,
    put,
    swept,
    whole,
)

OLD: Site = {"index.html": b"old", "d/a/index.html": b"a"}
NEW: Site = {"index.html": b"new", "d/a/index.html": b"a", "big": os.urandom(300_000)}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A target with a release."""
    folder = tmp_path / "target"
    folder.mkdir()
    put(place(folder), lay(tmp_path / "old", OLD), content(OLD), first=True)
    lay(tmp_path / "new", NEW)
    return folder


def _refused(
    target: Path, site: Path | None = None, *, audience: str = "party", first: bool = False
) -> str:
    """The code with which a release is refused; "" where it is taken."""
    where = place(target, audience=audience)
    try:
        put(where, site or target.parent / "new", content(NEW), first=first)
    except EnvironmentFault as problem:
        assert all(problem.sentence(language) for language in ("zh", "en"))  # type: ignore[arg-type]
        print(problem.sentence("en"), file=sys.stderr)
        return problem.code
    return ""


def test_another_audience(target: Path) -> None:
    """A party build never lands in the public web root."""
    before = exact(target)
    assert _refused(target, audience="public") == "D07"
    assert _refused(target, audience="public", first=True) == "D14"
    assert exact(target) == before


def test_no_such_folder(tmp_path: Path) -> None:
    assert _refused(tmp_path / "mistyped") == "D04"
    assert not (tmp_path / "mistyped").exists()


def test_an_empty_folder_is_not_taken_unasked(tmp_path: Path) -> None:
    """It may be a disk that is not mounted, or the wrong web root."""
    folder = tmp_path / "empty"
    folder.mkdir()
    assert _refused(folder) == "D05"
    assert not any(folder.iterdir())


@pytest.mark.parametrize("name", ["index.html", ".htaccess", "releases", "current"])
@pytest.mark.parametrize("first", [False, True])
def test_somebody_elses_folder(tmp_path: Path, name: str, first: bool) -> None:
    folder = tmp_path / "html"
    lay(folder, {name: b"theirs"})
    before = exact(folder)
    assert _refused(folder, first=first) == "D06"
    assert exact(folder) == before


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"audience": "party", "format": 2}',
        b'{"audience": 1, "format": 1}',
    ],
)
def test_an_unreadable_marker(target: Path, text: bytes) -> None:
    (target / "dwgk-target.json").write_bytes(text)
    before = exact(target)
    assert _refused(target) == "D08"
    assert exact(target) == before


def test_two_at_once(target: Path) -> None:
    with reach(str(target)) as reached:
        open_target(reached, place(target))
        before = exact(target)
        assert _refused(target) == "D09"
        assert exact(target) == before
    assert _refused(target) == ""


def test_many_at_once(target: Path, tmp_path: Path) -> None:
    """Of twelve processes some are told that another is at work; the target is always whole."""

    def work() -> None:
        code = _refused(target)
        assert code in {"", "D09"}
        (tmp_path / f"done-{os.getpid()}").write_text(code)

    assert set(at_once([work] * 12)) == {0}
    codes = [each.read_text() for each in tmp_path.glob("done-*")]
    assert "" in codes
    assert swept(target)
    assert whole(target, current(target)).files == content(NEW).files
    assert current(target) == 1 + codes.count("")


def test_a_file_that_is_not_what_the_manifest_says(target: Path, tmp_path: Path) -> None:
    """The build changed under the deployment."""
    before = exact(target)
    lay(tmp_path / "new", {"index.html": b"touched"})
    assert _refused(target) == "D13"
    assert exact(target) == before


def test_a_file_that_went_away(target: Path, tmp_path: Path) -> None:
    before = exact(target)
    (tmp_path / "new/index.html").unlink()
    assert _refused(target) == "D13"
    assert exact(target) == before


def test_a_link_in_the_build_brings_nothing_from_outside(target: Path, tmp_path: Path) -> None:
    before = exact(target)
    (tmp_path / "new/index.html").unlink()
    (tmp_path / "new/index.html").symlink_to("/etc/passwd")
    assert _refused(target) == "D13"
    assert exact(target) == before


def test_a_limit_on_files(target: Path) -> None:
    """As a full disk, on any machine."""
    before = exact(target)

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        assert _refused(target) == "D10"

    assert in_child(work) == 0
    assert exact(target) == before


def _alone() -> None:
    """From here on this process has mounts of its own; as root of its own where it is not root."""
    user, group = os.getuid(), os.getgid()
    new_user, new_mounts = 0x10000000, 0x00020000
    flags = new_mounts | (new_user if user else 0)
    if ctypes.CDLL(None, use_errno=True).unshare(flags) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    if user:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    _mount("--make-rprivate", "/")


def _mount(*options: object) -> None:
    subprocess.run(["mount", *map(str, options)], check=True)


def _mounted(work: Callable[[], None]) -> None:
    def alone() -> None:
        _alone()
        work()

    assert in_child(alone) == 0


def test_a_full_disk(target: Path, tmp_path: Path) -> None:
    """At every amount of space that is left: the old release, and afterwards the new one."""

    def work() -> None:
        disk = tmp_path / "disk"
        disk.mkdir()
        _mount("-t", "tmpfs", "-o", "size=700k", "none", disk)
        full = 0
        for left in range(0, 420, 20):
            here = disk / "target"
            shutil.copytree(target, here, symlinks=True)
            filler = disk / "filler"
            filler.write_bytes(bytes(shutil.disk_usage(disk).free))
            os.truncate(filler, max(filler.stat().st_size - left * 1024, 0))
            before = exact(here)
            code = _refused(here, tmp_path / "new")
            assert code in ("", "D10")
            if code:
                full += 1
                assert exact(here) == before
                filler.unlink()
                assert _refused(here, tmp_path / "new") == ""
            assert whole(here, current(here)).files == content(NEW).files
            shutil.rmtree(here)
            filler.unlink(missing_ok=True)
        assert 10 <= full < 21

    _mounted(work)


def test_a_read_only_target(target: Path) -> None:
    before = exact(target)

    def work() -> None:
        _mount("--bind", target, target)
        _mount("-o", "remount,bind,ro", target)
        assert _refused(target) == "D11"
        assert _refused(target, first=True) == "D14"
        assert exact(target) == before

    _mounted(work)
    assert exact(target) == before


def test_a_target_of_another_account(target: Path) -> None:
    """Without permission to write, as an account that is not root."""
    before = exact(target)
    target.chmod(0o755)

    def work() -> None:
        if os.getuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        else:
            target.chmod(0o555)
            (target / "dwgk-target.json").chmod(0o444)
        assert _refused(target) == "D11"

    for folder in [*target.parents][: len(target.parents) - 2]:
        folder.chmod(folder.stat().st_mode | 0o055)
    assert in_child(work) == 0
    target.chmod(0o755)
    assert {name: each[1:] for name, each in exact(target).items()} == {
        name: each[1:] for name, each in before.items()
    }
