"""The example project's sites, built once, served on loopback under a sub-path, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import SitesOf
from tests.loopback import serving

ROOT = Path(__file__).parents[2]
SUB_PATH = "one/two"


@pytest.fixture(scope="session")
def sites(sites_of: SitesOf, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A web root whose ``one/two/`` holds the three sites."""
    web = tmp_path_factory.mktemp("example-web")
    (web / SUB_PATH).parent.mkdir()
    (web / SUB_PATH).symlink_to(sites_of(ROOT))
    return web


@pytest.fixture(scope="session")
def origin(sites: Path) -> Iterator[str]:
    """The address under which the three sites stand, ending in a slash."""
    with serving(sites) as address:
        yield f"{address}/{SUB_PATH}/"


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """The worker's Chromium."""
    return chromium
