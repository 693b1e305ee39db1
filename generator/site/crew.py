"""Several sites at once, each in fresh processes of its own."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import (
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    as_completed,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from multiprocessing import forkserver
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from generator.diagnostics import EnvironmentFault
from generator.helpers import die_with_parent
from generator.model.written import read_all, write_all
from generator.site.faults import ConfigurationFault, PageFault
from generator.site.ledger import NAME, hold
from generator.site.order import SiteOrder, sharing
from generator.site.place import spare_of
from generator.site.renditions import Lending

if TYPE_CHECKING:
    from generator.site.left import Left
    from generator.site.survey import Site

Progress = Callable[[int, int], None]
Stock = Callable[[SiteOrder, frozenset[str]], None]
"""Puts texts and files of those digests on an order's shelf."""

Given = ParamSpec("Given")
Result = TypeVar("Result")
_FRESH = multiprocessing.get_context("forkserver")
_FRESH.set_forkserver_preload(["generator.site.assemble", "generator.site.ready", "generator.cli"])
"""Processes for sites come from one that has the program and nothing else: it never saw content.
What makes sites is loaded there and not here, which has to read the content meanwhile; the command
too, for multiprocessing lets each of them run the main script once more.
"""


def warm() -> None:
    """Let the program be loaded for the processes of sites while this one reads the content."""
    forkserver.ensure_running()


class Crew:
    """A fresh process for each audience: its text is never in another's memory. A process stays
    as long as the crew, so that a preview need not start one for every saved file.
    """

    def __init__(self, stack: ExitStack, starter: Executor) -> None:
        self._stack = stack
        self._starter = starter
        self._looking: Future[None] | None = None
        self._noting: list[Future[None]] = []
        self._counter = _FRESH.Value("q", 0)
        self._pools: dict[str, Executor] = {}

    def look_back(self, folder: Path, out: Path) -> None:
        """Let every site whose builds remember in ``folder`` look at what the last one left, and
        do not wait for it: no process begins before the program is loaded where they come from.
        """
        self._looking = self._starter.submit(self._look_back, folder, out)

    def _look_back(self, folder: Path, out: Path) -> None:
        ledgers = sorted(folder.glob(f"*/{NAME}"), key=lambda each: -each.lstat().st_size)
        audiences = dict.fromkeys((*(each.parent.name for each in ledgers), *self._pools))
        held = [self._ask(each, _hold, each, spare_of(out) / each) for each in audiences]
        for turn, each in enumerate(audiences, start=1):
            self._ask(each, _look_back, each, turn, folder / each, out / each)
        wait(held)  # as soon as the first site has looked back the spares may be moved

    def stands(self, order: SiteOrder) -> Future[tuple[bool, bool]]:
        """Whether the site lies in its place already, and whether it has a spare: to be answered
        when it has looked back.
        """
        return self._starter.submit(self._stands, _whose(order), order.key)

    def _stands(self, audience: str, key: str) -> tuple[bool, bool]:
        if self._looking:
            wait([self._looking])
        return self._ask(audience, _stands, audience, key).result()

    def assemble(
        self,
        orders: Iterable[SiteOrder],
        stock: Stock,
        progress: Progress,
        meanwhile: Callable[[], None],
    ) -> list[PageFault]:
        """Make every site; each shelf is stocked with what its site turns out to need.

        A site is surveyed while the next order is thought of, and made when all are known, for it
        may be told of others' renditions. ``meanwhile`` is what this process does while the others
        make sites.
        """
        asked = {self._ask(_whose(order), _survey, *_sent(order)): order for order in orders}
        lent = dict(zip(asked, sharing(list(asked.values())), strict=True))
        makings: dict[Future[list[PageFault]], SiteOrder] = {}
        for future in as_completed(asked):
            order = asked[future]
            needed = _done(future, order)
            if isinstance(needed, list):
                return needed
            stock(order, needed)
            makings[self._ask(_whose(order), _make, _whose(order), lent[future])] = order
        meanwhile()
        self._watch(makings, sum(len(order.edition.items) for order in asked.values()), progress)
        return [each for future, order in makings.items() for each in _done(future, order)]

    def remember(self, orders: Sequence[SiteOrder]) -> None:
        """Let every site note what it is now, for the next build, and do not wait for it."""
        self._noting = [self._ask(_whose(each), _remember, _whose(each)) for each in orders]
        wait(self._noting, _BEGIN)  # nothing is sent while this process takes a corpus apart

    def remembered(self) -> None:
        """Wait until they have."""
        while self._noting:
            self._noting.pop().result()

    def rest(self) -> None:
        """Let go of what was made, between a preview's builds: a process that ends need not."""
        for pool in self._pools.values():
            pool.submit(_rest)

    def _ask(
        self, audience: str, task: Callable[Given, Result], *args: Given.args, **named: Given.kwargs
    ) -> Future[Result]:
        """Let the process of an audience do something."""
        if audience not in self._pools:
            self._pools[audience] = self._stack.enter_context(_hire(self._counter))
        try:
            return self._pools[audience].submit(task, *args, **named)
        except BrokenProcessPool:
            raise EnvironmentFault("E10", {"name": audience}) from None

    def _watch(
        self, futures: Iterable[Future[list[PageFault]]], total: int, progress: Progress
    ) -> None:
        pending = set(futures)
        while pending:
            _, pending = wait(pending, timeout=0.2)
            progress(min(self._counter.value, total), total)


@contextmanager
def crew() -> Iterator[Crew]:
    """Processes for sites, started when they are needed and ended with the block."""
    with ExitStack() as stack, ThreadPoolExecutor() as starter:
        yield Crew(stack, starter)


def _whose(order: SiteOrder) -> str:
    return order.edition.audience.id


def _sent(order: SiteOrder) -> tuple[SiteOrder, bytes]:
    """An order as it travels: its items as bytes."""
    bare = replace(order, edition=replace(order.edition, items=()))
    return bare, write_all(order.edition.items)


def _done(future: Future[Result], order: SiteOrder) -> Result | list[PageFault]:
    try:
        return future.result()
    except BrokenProcessPool:
        raise EnvironmentFault("E10", {"name": order.out.name}) from None
    except ConfigurationFault as problem:
        return [PageFault(f"site_config/{order.config_file.name}", "B02", str(problem))]


def _hire(counter: Synchronized[int]) -> Executor:
    """A process that was told nothing yet, and will serve one site only."""
    return ProcessPoolExecutor(1, _FRESH, _begin, (counter,))


_BEGIN = 0.02
"""Seconds until what is asked of a process has gone out."""

_GIVING_WAY = 6
"""Steps of niceness, more of them for each that comes later."""

_counter: Synchronized[int] | None = None
_spares: dict[str, int] = {}
_left: dict[str, Left] = {}
_sites: dict[str, Site] = {}


def _begin(counter: Synchronized[int]) -> None:
    global _counter  # noqa: PLW0603 - the only way into a pool's worker
    _counter = counter
    die_with_parent()
    gc.disable()  # until a site is made: an edition has no cycles, and an order is no garbage


def _hold(audience: str, spare: Path) -> None:
    with suppress(OSError):
        _spares[audience] = hold(spare)


def _look_back(audience: str, turn: int, cache: Path, site: Path) -> None:
    from generator.site.left import look_back  # noqa: PLC0415

    spare = _spares.pop(audience, None)
    # Everything waits for the content, which is read meanwhile. A thread may give way for a while,
    # where a process would have to for good.
    with ThreadPoolExecutor(1, initializer=partial(os.nice, turn * _GIVING_WAY)) as aside:
        _left[audience] = aside.submit(look_back, cache, site, spare).result()
    if spare is not None:
        os.close(spare)


def _stands(audience: str, key: str) -> tuple[bool, bool]:
    left = _left.get(audience)
    return (left.stands(key), bool(left.spare)) if left else (False, False)


def _survey(bare: SiteOrder, items: bytes) -> frozenset[str]:
    from generator.site.survey import Site  # noqa: PLC0415

    order = replace(bare, edition=replace(bare.edition, items=read_all(items)))
    site = _sites[_whose(order)] = Site(order, _left.pop(_whose(order), None))
    needed = frozenset(site.survey.needed)
    gc.freeze()  # what is known now lasts until the site is made: not to be gone through again
    return needed


def _make(audience: str, lending: Lending) -> list[PageFault]:
    from generator.site.assemble import make  # noqa: PLC0415

    gc.enable()
    return make(_sites[audience], lending, _count)


def _remember(audience: str) -> None:
    _sites[audience].remember()


def _rest() -> None:
    _left.clear()
    _sites.clear()
    gc.disable()
    gc.collect()  # before the next site is surveyed, and this one's leavings with it frozen


def _count(done: int) -> None:
    if _counter is not None:
        with _counter.get_lock():
            _counter.value += done
