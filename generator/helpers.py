"""Forked helpers: several cores for one task, without a second way into it.

A helper is a copy of the process it helps: it knows what that one knows (behind the door: one
edition, its configuration and templates), shares its memory, and ends with it.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import connection, parent_process
from typing import Any, TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")


def spread(task: Callable[[Part], Result], parts: Sequence[Part], helpers: int) -> Iterator[Result]:
    """The results of ``task`` for each part, in order, made by up to so many helpers.

    ``task`` may be any function, for the helpers inherit it; parts and results travel. A part
    begins when all before it have begun, whoever makes it.
    """
    if helpers < 2 or len(parts) < 2:
        yield from map(task, parts)
        return
    context = multiprocessing.get_context("fork")
    workers = min(helpers, len(parts))
    with ProcessPoolExecutor(workers, context, _begin, (task,)) as pool:
        try:
            yield from pool.map(_do, parts)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


_task: Callable[[Any], Any] | None = None


def _begin(task: Callable[[Any], Any]) -> None:
    global _task  # noqa: PLW0603 - a helper does nothing else
    _task = task
    die_with_parent()


def _do(part: Any) -> Any:
    if _task is None:
        raise AssertionError("set when a helper begins")
    return _task(part)


def die_with_parent() -> None:
    """End this process when the one that started it is killed, lest it write on alone."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector of cycles: the frozen data of a corpus has none, and looking for them
    among a million objects again and again costs a third of the time it takes to load.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
