"""Law 8: a build that fails, whatever the reason, leaves the last good output as it was."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.laws.lab import files
from tests.laws.run import arguments, build, environment, inside, with_pagefind
from tests.laws.snapshot import Snapshot, complete, exact
from tests.support import bind, make_project

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a finished output."""
    root = make_project(tmp_path_factory.mktemp("finished"), files())
    done = inside(root)
    assert done.exit_code == 0, done.output
    assert complete(root / "dist")
    return root


@pytest.fixture
def before(finished: Path) -> Iterator[Snapshot]:
    """The output before; each test's own change of the project is undone after it."""
    kept = {path: path.read_bytes() for path in _inputs(finished)}
    found = exact(finished / "dist")
    yield found
    for path in _inputs(finished) - kept.keys():
        path.unlink()
    for path, data in kept.items():
        path.write_bytes(data)


def _inputs(root: Path) -> set[Path]:
    folders = (root / "content", root / "site_config", root / "own")
    return {each for folder in folders for each in folder.rglob("*") if each.is_file()}


def _changed(root: Path) -> None:
    """Something to publish, so that an output put in place by mistake would show.

    What builds remember goes, so that everything is written and a limit on writing is met.
    """
    shutil.rmtree(root / ".dwgk", ignore_errors=True)
    page = root / "content/open-0002.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n补充一段。\n", encoding="utf-8")
    bind(root)


def _untouched(root: Path, before: Snapshot) -> bool:
    left = list(root.glob(".dist.work-*"))
    return exact(root / "dist") == before and not left


def test_error_in_content(finished: Path, before: Snapshot) -> None:
    page = finished / "content/open-0002.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n未经审批的一段。\n", encoding="utf-8")
    done = inside(finished)
    assert done.exit_code == 1
    assert "G16" in done.stdout
    assert _untouched(finished, before)


def test_unlisted_file(finished: Path, before: Snapshot) -> None:
    (finished / "content/draft.txt").write_text("nobody lists this", encoding="utf-8")
    assert inside(finished).exit_code == 1
    assert _untouched(finished, before)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return '/bin/false'", "Pagefind failed"),
        ("raise FileNotFoundError", "Pagefind is not installed"),
    ],
)
def test_failing_search_tool(
    finished: Path, before: Snapshot, tmp_path: Path, body: str, said: str
) -> None:
    _changed(finished)
    done = build(finished, PYTHONPATH=with_pagefind(tmp_path, body), LANG="en_US.UTF-8")
    assert done.returncode == 3
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert _untouched(finished, before)


def test_template_error(finished: Path, before: Snapshot) -> None:
    _changed(finished)
    own = finished / "own"
    own.mkdir(exist_ok=True)
    (own / "list.html").write_text("{{ nothing.at.all }}", "utf-8")
    config = finished / "site_config/public.yml"
    text = config.read_text(encoding="utf-8") + "theme: {name: material, custom_dir: ../own}\n"
    config.write_text(text, encoding="utf-8")
    done = build(finished)
    assert done.returncode != 0
    assert _untouched(finished, before)


def _without_root_power() -> None:
    """Let file modes bind even root: drop CAP_DAC_OVERRIDE for the program to be started."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)  # PR_CAPBSET_DROP


def test_place_that_cannot_be_written(finished: Path, before: Snapshot) -> None:
    _changed(finished)
    finished.chmod(0o555)
    try:
        done = subprocess.run(
            arguments(finished),
            env=environment(),
            preexec_fn=_without_root_power,
            capture_output=True,
            check=False,
        )
    finally:
        finished.chmod(0o755)
    assert done.returncode == 3, done.stderr
    assert b"Traceback" not in done.stderr
    assert _untouched(finished, before)


@pytest.mark.parametrize("kilobytes", [4, 30, 60])
def test_files_that_cannot_grow(finished: Path, before: Snapshot, kilobytes: int) -> None:
    """The nearest to a full disk that any user can have: writing fails part of the way."""
    _changed(finished)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))

    done = subprocess.run(
        arguments(finished),
        env=environment(),
        preexec_fn=limited,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert b"Traceback" not in done.stderr
    assert _untouched(finished, before)


@contextmanager
def _small_disk(place: Path, kilobytes: int) -> Iterator[bool]:
    """A file system of that size at ``place``; False where this user cannot have one."""
    options = ["-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(["mount", *options], capture_output=True, check=False)
        made = mounted.returncode == 0
    except FileNotFoundError:
        made = False
    try:
        yield made
    finally:
        if made:
            subprocess.run(["umount", str(place)], check=True)


def test_full_disk(finished: Path, before: Snapshot, tmp_path: Path) -> None:
    """With a disk of its own where that is possible, elsewhere by the limit on files alone."""
    sizes = [path.stat().st_size for path in (finished / "dist").rglob("*") if path.is_file()]
    used = sum(4 * -(-size // 4096) for size in sizes)  # whole pages of memory, in kilobytes
    with _small_disk(tmp_path, used + used // 3) as mounted:
        if mounted:
            made = inside(finished, tmp_path / "dist")
            assert made.exit_code == 0, made.output
            first = exact(tmp_path / "dist")
            _changed(finished)
            done = build(finished, tmp_path / "dist")
            assert done.returncode == 3, done.stderr
            assert exact(tmp_path / "dist") == first
            assert list(tmp_path.glob(".dist.work-*")) == []
    if not mounted:
        test_files_that_cannot_grow(finished, before, 100)


def test_folder_that_is_not_ours(finished: Path, before: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("keep me", encoding="utf-8")
    assert inside(finished, tmp_path).exit_code == 3
    assert (tmp_path / "letters.txt").read_text(encoding="utf-8") == "keep me"
    assert _untouched(finished, before)
