"""Builds in this process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from typing import Any

import pytest

from generator.site import crew


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
    """Builds in this process, which gets its umask and build date back."""
    monkeypatch.setattr(crew, "_hire", lambda counter: Inline())
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    mask, before = os.umask(0o022), os.environ.get("SOURCE_DATE_EPOCH")
    yield
    os.umask(mask)
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    if before is not None:
        os.environ["SOURCE_DATE_EPOCH"] = before
