"""The laboratory of this folder as a fixture."""

from __future__ import annotations

from pathlib import Path

import pytest
from verify_lab import Lab, clean_lab


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A clean project with a clean public site."""
    return clean_lab(tmp_path)
