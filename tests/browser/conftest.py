"""The example project's sites, built once, served on loopback under a sub-path, in Chromium."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser

from generator.build import build

ROOT = Path(__file__).parents[2]
AS_OF = date(2026, 11, 21)
SUB_PATH = "one/two"


@pytest.fixture(scope="session")
def sites(common: Path) -> Path:
    """A web root whose ``one/two/`` holds the three sites; built by the first test that asks."""
    web = common / "example-web"
    with FileLock(web.with_suffix(".lock")):
        if not (web / SUB_PATH).is_dir():
            built = build(ROOT, web / "one" / "dist", lambda zone: AS_OF)
            assert built.items, built.diagnostics
            (web / "one" / "dist").rename(web / SUB_PATH)
    return web


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def origin(sites: Path) -> Iterator[str]:
    """The address under which the three sites stand, ending in a slash."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(sites))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{SUB_PATH}/"
        server.shutdown()


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """The worker's Chromium."""
    return chromium
