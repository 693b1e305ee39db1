"""The same bytes each time and everywhere; the whole package or none of it."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path
from random import Random

import pytest

from generator.bundle.archive.check import check
from tests.archive import lab

KILLS = 4


@pytest.mark.slow
def test_byte_identical_anywhere(package: Path, project: Path, tmp_path: Path) -> None:
    """Another time zone, locale, hash seed, home, umask, folder; with nothing remembered."""
    moved = tmp_path / "别的地方" / "项目"
    moved.parent.mkdir()
    shutil.copytree(project, moved, ignore=shutil.ignore_patterns(".dwgk"))
    env = {"TZ": "America/New_York", "LC_ALL": "C", "HOME": str(tmp_path), "PYTHONHASHSEED": "7"}
    out = tmp_path / "x.zip"
    assert lab.apart(moved, out, 0o000, **env).wait() == 0
    assert out.read_bytes() == package.read_bytes()
    assert out.stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_killed_halfway(package: Path, project: Path, tmp_path: Path) -> None:
    """At any moment there is no package, or the last one, or the new one: never half of one."""
    folder = tmp_path / "out"
    folder.mkdir()
    out = folder / "x.zip"
    start = time.monotonic()
    assert lab.apart(project, out, 0o077).wait() == 0
    took, whole = time.monotonic() - start, out.read_bytes()
    assert whole == package.read_bytes(), "with something remembered, for a careful account"
    deal = Random(3)
    for number in range(KILLS):
        keep = number % 2
        if keep:
            out.write_bytes(whole)
        else:
            out.unlink(missing_ok=True)
        child = lab.apart(project, out)
        # Most of them late, where files are written.
        time.sleep(took * (1 - deal.random() ** 2 * 0.8))
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        if out.exists():
            assert out.read_bytes() == whole
        else:
            assert not keep
        for left in folder.iterdir():
            if left.is_dir():
                assert left.stat().st_mode & 0o777 == 0o700, "what was left is nobody else's"
    assert lab.apart(project, out).wait() == 0
    assert out.read_bytes() == whole
    assert {each.name for each in folder.iterdir()} == {"x.zip", ".x.zip.lock"}
    assert check(out) == ([], 8)


@pytest.mark.slow
def test_no_room(project: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands for a full disk: exit status 3, no package."""
    out = tmp_path / "x.zip"
    limited = f"ulimit -f 300; trap '' XFSZ; exec '{lab.DWGK}' archive --project '{project}'"
    done = os.system(
        f"bash -c \"{limited} --year 2025 --as-of {lab.DAY} --out '{out}'\" 2>/dev/null"
    )
    assert os.waitstatus_to_exitcode(done) == 3
    assert {each.name for each in tmp_path.iterdir()} == {".x.zip.lock"}
