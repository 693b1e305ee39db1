"""Packages are made once for all tests of a worker that only look at them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.archive import lab


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of the lab, with its publish log."""
    return lab.make(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="session")
def package(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its package of 2025, made by the command in a process of its own: tests that read workbooks
    load openpyxl their way, and with lxml beside it that writes other bytes.
    """
    out = tmp_path_factory.mktemp("package") / "移交.zip"
    assert lab.apart(project, out).wait() == 0
    return out


@pytest.fixture
def top(package: Path, tmp_path: Path) -> Path:
    """The package taken apart, to be spoiled."""
    return lab.unpacked(package, tmp_path / "别处" / "解压")
