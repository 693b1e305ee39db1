"""One press for all tests of a worker: finding and reading the fonts takes a second."""

from __future__ import annotations

import pytest

from tests.press.lab import Workbench


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return Workbench(tmp_path_factory.mktemp("press"))
