"""A site of 300 items as readers have it: on loopback under a sub-path, and as an offline copy."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from filelock import FileLock

from generator.build import CopyAsked, build, offline
from tests.bench import corpus
from tests.bench.catalogue import ROWS
from tests.loopback import Files, serving
from tests.search_browser import oracle, special
from tests.search_browser.firefox import Firefox

SUB_PATH = "one/two"
AUDIENCE = "campus"
ITEMS = 300


@pytest.fixture(scope="session")
def base(common: Path) -> Path:
    """A folder with ``one/two/campus`` and, in ``离线 副本``, the unzipped copy."""
    root = common / "search-browser"
    with FileLock(root.with_suffix(".lock")):
        if not (root / "done").exists():
            _make(root)
            (root / "done").touch()
    return root


def _make(root: Path) -> None:
    project = root / "project"
    corpus.make_project(project, ITEMS)
    row = next(each for each in ROWS if each.scope == "校内")
    special.write(project, row.id)
    corpus.approve(project)
    built = build(project, root / SUB_PATH, lambda zone: corpus.AS_OF, [AUDIENCE])
    assert built.items, built.diagnostics
    asked = CopyAsked(root / "copy.zip", to="示例")
    made = offline(project, lambda zone: corpus.AS_OF, AUDIENCE, asked)
    assert made.number == 1, made.diagnostics
    with zipfile.ZipFile(root / "copy.zip") as box:
        box.extractall(root / "离线 副本")


@pytest.fixture(scope="session")
def site(base: Path) -> Path:
    """The folder of the built site."""
    return base / SUB_PATH / AUDIENCE


@pytest.fixture(scope="session")
def pages(site: Path) -> list[oracle.Page]:
    """What every page of the site says."""
    return oracle.read(site)


@pytest.fixture(scope="session")
def folder_url(base: Path) -> str:
    """The unzipped offline copy's site as an address; its path has Chinese and a space."""
    (copy,) = (base / "离线 副本").iterdir()
    return (copy / "site").as_uri() + "/"


class Handler(Files):
    """Static files; once ``expired``, the sign-on page with status 200 instead of data files."""

    expired: ClassVar[threading.Event] = threading.Event()
    SIGN_ON = "<!doctype html><title>统一身份认证</title><p>请登录".encode()

    def do_GET(self) -> None:  # noqa: N802 - the library's name
        if not (self.expired.is_set() and "/search/exact/" in self.path):
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(self.SIGN_ON)))
        self.end_headers()
        self.wfile.write(self.SIGN_ON)


@pytest.fixture(scope="session")
def url(base: Path) -> Iterator[str]:
    """The site's address on loopback, under a sub-path, ending in a slash."""
    with serving(base, Handler) as origin:
        yield f"{origin}/{SUB_PATH}/{AUDIENCE}/"


@pytest.fixture(scope="session")
def firefox() -> Iterator[Firefox]:
    """One headless Firefox for all tests of a worker."""
    with Firefox() as started:
        yield started
