"""Shared settings of all tests."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, expect, sync_playwright

from generator.build import build
from generator.publish.release import disk
from generator.site import crew
from tests.browsers import PATIENCE, launch

AS_OF = date(2026, 11, 21)
"""The day on which the projects of this repository are complete."""

SitesOf = Callable[[Path], Path]

# Where the machine forbids bytecode, every process of the tests would compile the program anew:
# a third of a second each, hundreds of times.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

settings.register_profile(
    "quick",
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("quick")


def _slow(items: list[pytest.Item]) -> int:
    return sum(each.get_closest_marker("slow") is not None for each in items)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each worker begins with a share of the slow folders and ends with quick tests: those are what
    the first one done takes over from the other, so that none works on alone at the end.
    """
    workers: int = getattr(config, "workerinput", {}).get("workercount", 1)
    if workers == 1:
        return
    slow = {each.path for each in items if each.get_closest_marker("slow")}
    folders: dict[Path, list[pytest.Item]] = {}
    for each in items:
        if each.path in slow:
            folders.setdefault(each.path.parent, []).append(each)
    shares: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for folder in sorted(folders.values(), key=_slow, reverse=True):
        min(shares, key=_slow).extend(folder)
    quick = [each for each in items if each.path not in slow]
    items.clear()
    for number, share in enumerate(shares):
        left = len(quick) + sum(map(len, shares[number:]))
        room = max(left // (workers - number) - len(share), 0)  # xdist gives even shares
        items += [*share, *quick[:room]]
        del quick[:room]
    items += quick


@pytest.fixture(scope="session", autouse=True)
def unforced() -> Iterator[None]:
    """Nothing is forced onto the disk in this process and its forks, though it is asked for as
    ever: a killed process loses nothing that it wrote, and no test takes the machine's power. A
    release waits for all that other tests are writing, too.
    """
    library = SimpleNamespace(syncfs=os.fstat)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", os.fstat)
        patch.setattr(disk, "ctypes", SimpleNamespace(CDLL=lambda _: library))
        yield


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share, and no other run."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def sites_of(common: Path) -> SitesOf:
    """The sites of a project of this repository on ``AS_OF``, built once for all workers: to be
    looked at, not touched.
    """

    def built(project: Path) -> Path:
        out = common / "sites-of" / project.name
        out.parent.mkdir(exist_ok=True)
        with FileLock(out.with_suffix(".lock")):
            if not out.is_dir():
                made = build(project, out, lambda zone: AS_OF)
                assert made.diagnostics == ()
                assert made.items
                assert all(made.items.values())
        return out

    return built


class Inline(Executor):
    """Does the work where it is asked for: a process for each site would take the test's time."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(work(*args, **named))
        except BaseException as error:
            future.set_exception(error)
        return future


@pytest.fixture
def inline(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sites are made in this process, which gets its umask and build date back: for tests that
    build again and again and whose promise lies elsewhere. A third of the processor time.
    """
    monkeypatch.setattr(crew, "_hire", lambda counter: Inline())
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    mask, before = os.umask(0o022), os.environ.get("SOURCE_DATE_EPOCH")
    yield
    gc.enable()
    os.umask(mask)
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    if before is not None:
        os.environ["SOURCE_DATE_EPOCH"] = before


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for all tests of a worker: Playwright bears no second one beside it."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()
