"""Several sites at once, each in fresh processes of its own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import TypeVar

from generator.diagnostics import EnvironmentFault
from generator.helpers import die_with_parent
from generator.site.assemble import Site, make
from generator.site.order import SiteOrder
from generator.site.render import ConfigurationFault, PageFault

Progress = Callable[[int, int], None]
Stock = Callable[[SiteOrder, frozenset[str]], None]
"""Puts texts and files of those digests on an order's shelf."""

Result = TypeVar("Result")
_SPAWN = multiprocessing.get_context("spawn")


class Crew:
    """A fresh process for each site: one audience's text is never in another's memory."""

    def __init__(self, orders: Sequence[SiteOrder], stack: ExitStack) -> None:
        self._orders = orders
        self._counter = _SPAWN.Value("q", 0)
        self._pools = [stack.enter_context(_hire(self._counter)) for _ in orders]

    def assemble(self, stock: Stock, progress: Progress) -> list[PageFault]:
        """Make every site; each shelf is stocked with what its site turns out to need."""
        asked = {
            pool.submit(_survey, order): (pool, order)
            for pool, order in zip(self._pools, self._orders, strict=True)
        }
        makings: dict[int, Future[list[PageFault]]] = {}
        for future in as_completed(asked):
            pool, order = asked[future]
            needed = _done(future, order)
            if isinstance(needed, list):
                return needed
            stock(order, needed)
            makings[id(order)] = pool.submit(_make, order.out)
        futures = [makings[id(order)] for order in self._orders]
        self._watch(futures, sum(len(order.edition.items) for order in self._orders), progress)
        return [
            each
            for future, order in zip(futures, self._orders, strict=True)
            for each in _done(future, order)
        ]

    def remember(self) -> None:
        """Let every site note what it is now, for the next build."""
        work = zip(self._pools, self._orders, strict=True)
        for future in [pool.submit(_remember, order.out) for pool, order in work]:
            future.result()

    def _watch(
        self, futures: Sequence[Future[list[PageFault]]], total: int, progress: Progress
    ) -> None:
        pending = set(futures)
        while pending:
            _, pending = wait(pending, timeout=0.2)
            progress(min(self._counter.value, total), total)


@contextmanager
def crew(orders: Sequence[SiteOrder]) -> Iterator[Crew]:
    """The processes for these sites, ended with the block."""
    with ExitStack() as stack:
        yield Crew(orders, stack)


def _done(future: Future[Result], order: SiteOrder) -> Result | list[PageFault]:
    try:
        return future.result()
    except BrokenProcessPool:
        raise EnvironmentFault("E10", {"name": order.out.name}) from None
    except ConfigurationFault as problem:
        return [PageFault(f"site_config/{order.config_file.name}", "B02", str(problem))]


def _hire(counter: Synchronized[int]) -> Executor:
    """A process that was told nothing yet, and will serve one site only."""
    return ProcessPoolExecutor(1, _SPAWN, _begin, (counter,))


_counter: Synchronized[int] | None = None
_sites: dict[Path, Site] = {}


def _begin(counter: Synchronized[int]) -> None:
    global _counter  # noqa: PLW0603 - the only way into a pool's worker
    _counter = counter
    die_with_parent()


def _survey(order: SiteOrder) -> frozenset[str]:
    _sites[order.out] = Site(order)
    return frozenset(_sites[order.out].survey.needed)


def _make(out: Path) -> list[PageFault]:
    return make(_sites[out], _count)


def _remember(out: Path) -> None:
    _sites.pop(out).remember()


def _count(done: int) -> None:
    if _counter is not None:
        with _counter.get_lock():
            _counter.value += done
