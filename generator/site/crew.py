"""Several sites at once, each in a fresh process of its own."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection, parent_process
from multiprocessing.sharedctypes import Synchronized

from generator.diagnostics import EnvironmentFault
from generator.site.assemble import SiteOrder, assemble
from generator.site.render import ConfigurationFault, PageFault

Progress = Callable[[int, int], None]


def assemble_all(orders: Sequence[SiteOrder], progress: Progress) -> list[PageFault]:
    """Each site in a fresh process: one audience's text is never in another's memory."""
    with _pool(len(orders)) as (pool, counter):
        futures = [pool.submit(_assemble, order) for order in orders]
        total = sum(len(order.edition.items) for order in orders)
        _watch(futures, counter, total, progress)
        return [
            each
            for future, order in zip(futures, orders, strict=True)
            for each in _faults(future, order)
        ]


def _faults(future: Future[list[PageFault]], order: SiteOrder) -> list[PageFault]:
    try:
        return future.result()
    except BrokenProcessPool:
        raise EnvironmentFault("E10", {"name": order.out.name}) from None
    except ConfigurationFault as problem:
        return [PageFault(f"site_config/{order.config_file.name}", "B02", str(problem))]


@contextmanager
def _pool(tasks: int) -> Iterator[tuple[ProcessPoolExecutor, Synchronized[int]]]:
    context = multiprocessing.get_context("spawn")
    counter = context.Value("q", 0)
    workers = min(tasks, multiprocessing.cpu_count())
    with ProcessPoolExecutor(workers, context, _begin, (counter,), max_tasks_per_child=1) as pool:
        yield pool, counter


_counter: Synchronized[int] | None = None


def _begin(counter: Synchronized[int]) -> None:
    global _counter  # noqa: PLW0603 - the only way into a pool's worker
    _counter = counter
    _die_with_parent()


def _assemble(order: SiteOrder) -> list[PageFault]:
    return assemble(order, _count)


def _count(done: int) -> None:
    if _counter is not None:
        with _counter.get_lock():
            _counter.value += done


def _watch(
    futures: Sequence[Future[list[PageFault]]],
    counter: Synchronized[int],
    total: int,
    progress: Progress,
) -> None:
    pending = set(futures)
    while pending:
        _, pending = wait(pending, timeout=0.2)
        progress(min(counter.value, total), total)


def _die_with_parent() -> None:
    """End this process when the one that started it is killed, lest it write on alone."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
