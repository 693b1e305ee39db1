"""Law 7: same inputs, same as-of date, same bytes, wherever and however the build is run."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.laws.lab import files
from tests.laws.run import build, inside
from tests.laws.snapshot import Snapshot, differing, snapshot, unstable
from tests.support import make_project

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("project"), files())


@pytest.fixture(scope="module")
def reference(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    out = tmp_path_factory.mktemp("reference") / "dist"
    done = build(project, out, TZ="Asia/Shanghai", LANG="C.UTF-8", PYTHONHASHSEED="1")
    assert done.returncode == 0, done.stderr
    return snapshot(out)


@pytest.mark.parametrize(
    "env",
    [
        {"TZ": "America/Los_Angeles", "LC_ALL": "C", "PYTHONHASHSEED": "0"},
        {"TZ": "Pacific/Kiritimati", "LANG": "en_US.UTF-8", "PYTHONHASHSEED": "4242"},
        {"LC_ALL": "zh_CN.UTF-8", "SOURCE_DATE_EPOCH": "1", "HOME": "/nonexistent"},
    ],
    ids=["west-C", "east-en", "zh-epoch"],
)
def test_environment(
    project: Path, reference: Snapshot, tmp_path: Path, env: dict[str, str]
) -> None:
    done = build(project, tmp_path / "dist", **env)
    assert done.returncode == 0, done.stderr
    assert differing(snapshot(tmp_path / "dist"), reference) == []


def test_names_that_cannot_be_read_are_refused(project: Path, tmp_path: Path) -> None:
    """A Python kept from UTF-8 by force cannot read Chinese file names: no output, not another."""
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = build(project, tmp_path / "dist", **env)
    assert done.returncode in (1, 3)
    assert not (tmp_path / "dist").exists()


def test_umask(project: Path, reference: Snapshot, tmp_path: Path) -> None:
    """A web server must be able to read what a careful clerk's account has built."""
    before = os.umask(0o077)
    try:
        done = build(project, tmp_path / "out" / "dist")
    finally:
        os.umask(before)
    assert done.returncode == 0, done.stderr
    dist = tmp_path / "out" / "dist"
    assert differing(snapshot(dist), reference) == []
    modes = {path.stat().st_mode & 0o777 for path in dist.rglob("*") if path.is_file()}
    folders = {path.stat().st_mode & 0o777 for path in [dist, *dist.rglob("*")] if path.is_dir()}
    assert (modes, folders) == ({0o644}, {0o755})


def test_another_folder_order_and_age(reference: Snapshot, tmp_path: Path) -> None:
    """Elsewhere on the disk, written in another order, with other times on the files."""
    shuffled = list(files().items())
    random.Random(7).shuffle(shuffled)
    root = make_project(tmp_path / "另一处 with spaces", dict(shuffled))
    for number, path in enumerate(sorted(root.rglob("*"))):
        os.utime(path, (10**9 + number * 86_400,) * 2)
    done = inside(root, tmp_path / "elsewhere" / "out put")
    assert done.exit_code == 0, done.output
    assert differing(snapshot(tmp_path / "elsewhere" / "out put"), reference) == []


def test_over_an_older_output(project: Path, reference: Snapshot, tmp_path: Path) -> None:
    """A build over another day's output equals a clean one, one audience at a time included."""
    older = make_project(tmp_path, {**files(), "content/mild-0003.md": None})
    out = tmp_path / "dist"
    assert inside(older, out).exit_code == 0
    assert differing(snapshot(out), reference) != []
    assert inside(project, out).exit_code == 0
    assert differing(snapshot(out), reference) == []


def test_only_pagefinds_order_is_excepted(project: Path, tmp_path: Path) -> None:
    """The exception stays as narrow as it is said to be: these files and no others."""
    runs = [tmp_path / name / "dist" for name in ("one", "two")]
    for out in runs:
        assert inside(project, out).exit_code == 0
    lists = [
        {
            path.relative_to(out).as_posix(): path.read_bytes()
            for path in out.rglob("*.*")
            if path.is_file()
        }
        for out in runs
    ]
    differs = {
        name.partition("/")[2] or name
        for each in lists[1:]
        for name in lists[0].keys() | each.keys()
        if lists[0].get(name) != each.get(name)
    }
    manifests = {f"{name}.json" for name in ("party", "campus", "public")}
    assert {name for name in differs if not unstable(name)} <= manifests
