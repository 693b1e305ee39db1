"""A signed target, its keys, and a look at it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.proof.lab import Target, make_key


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key for signing, and ``other``, which is nobody's."""
    folder = tmp_path_factory.mktemp("keys")
    make_key(folder / "other")
    return make_key(folder / "key")


@pytest.fixture(scope="session")
def _laid(tmp_path_factory: pytest.TempPathFactory, keys: Path) -> Target:
    target = Target(tmp_path_factory.mktemp("laid"), keys)
    target.put(version=6)
    target.put()
    return target


@pytest.fixture
def target(tmp_path: Path, _laid: Target) -> Target:
    """A target with releases 6 and 7, 7 in service, for this test to spoil."""
    root = tmp_path / "target"
    shutil.copytree(_laid.root, root, symlinks=True)
    return Target(root, _laid.key)
