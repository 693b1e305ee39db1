"""What the account of a build may not read, or what is no file, is told and never waited for."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.build import check
from generator.site.manifest import read_manifest
from tests.laws.lab import sheet
from tests.laws.run import COMMAND, environment
from tests.support import item, make_project

LISTED = [{"file": "附表.xlsx", "title": "表"}]


def _ordinary() -> None:
    """Let file modes bind even root, as they bind everybody else."""
    if os.geteuid() == 0:
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "content/a.md": item("A-1", "见[表](附表.xlsx)。\n", attachments=LISTED),
        "content/附表.xlsx": sheet("表"),
        "content/sub/b.md": item("B-1"),
    }
    return make_project(tmp_path, files)


def _checked(project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "check", "--project", str(project)],
        env=environment(LANG="C.UTF-8"),
        preexec_fn=_ordinary,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    "closed",
    [
        *("content/a.md", "content/附表.xlsx", "content/sub", "catalog.yaml", "mkdocs.yml"),
        "site_config/institution.yml",
    ],
)
def test_what_may_not_be_read_is_told_with_its_name(closed: str, project: Path) -> None:
    """A folder too: without what lies in it a site would silently be a smaller one."""
    (project / closed).chmod(0)
    try:
        done = _checked(project)
    finally:
        (project / closed).chmod(0o755)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert closed in done.stdout + done.stderr


@pytest.mark.parametrize("closed", ["content/a.md", "content/附表.xlsx"])
def test_what_could_not_be_read_is_not_remembered_as_such(closed: str, project: Path) -> None:
    """Whoever may read it is not told that it cannot be read: nothing about the file changed."""
    (project / closed).chmod(0)
    assert "S40" in _checked(project).stdout
    assert os.geteuid() != 0 or not any(each.code == "S40" for each in check(project).diagnostics)


def test_a_pipe_among_the_texts_is_told(project: Path) -> None:
    os.mkfifo(project / "content/c.md")
    done = _checked(project)
    assert done.returncode == 1
    assert "content/c.md" in done.stdout + done.stderr


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_no_manifest(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "party.json")
    child = multiprocessing.get_context("fork").Process(target=_no_manifest, args=(tmp_path,))
    child.start()
    child.join(20)
    waits = child.is_alive()
    child.kill()
    child.join()
    assert (waits, child.exitcode) == (False, 0)


def _no_manifest(dist: Path) -> None:
    assert read_manifest(dist, "party") is None
