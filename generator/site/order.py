"""An order for a site: all it is made of, what the last build left; and the orders of one run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from generator.model.canon import fingerprint
from generator.model.edition import Edition
from generator.model.shelf import Shelf
from generator.press.orders import WebOrder
from generator.site.basis import basis
from generator.site.renditions import Lending, lenders
from generator.site.revision import Revision


@dataclass(frozen=True, slots=True)
class SiteOrder:
    """All a site is made of. ``revision`` is the edition's, ``engine`` the search engine's name,
    ``out`` the folder to fill; the manifest goes beside it. ``last`` is the site now in its
    place, ``cache`` the folder in which this audience's builds remember (None: nowhere),
    ``helpers`` how many may help, ``pdf`` asks for a PDF of every item.
    """

    edition: Edition
    revision: Revision
    shelf: Shelf
    config_file: Path
    engine: str
    out: Path
    next_change: date | None
    time_zone: str
    last: Path | None = None
    cache: Path | None = None
    helpers: int = 1
    key: str = ""
    pdf: WebOrder | None = None

    def remembering(self, last: Path, cache: Path) -> SiteOrder:
        """The same, to be made from what the last build left. ``key`` then stands for all that
        the site and its manifest depend on, and is "" where nobody can tell (plugins, hooks);
        ConfigurationFault.
        """
        found = basis(self.config_file, self.edition)
        base, day = (found.key, self.made_on_paper()), self.edition.as_of
        known = (base, self.revision.source, day, self.engine, self.next_change, self.time_zone)
        key = fingerprint(known) if found.apart else ""
        return replace(self, last=last, cache=cache, key=key)

    def made_on_paper(self) -> tuple[str, ...]:
        """What the items' PDF files are made by; the engine is loaded only where there are any."""
        if self.pdf is None:
            return ()
        from generator.press.web import made_by  # noqa: PLC0415

        return made_by(self.pdf)


def sharing(orders: Sequence[SiteOrder]) -> list[Lending]:
    """For each order of one run whose renditions it may look at and whether to keep any."""
    found = lenders([each.edition for each in orders])
    asked = {place for each in found for place in each}
    kept = [each.shelf.root.with_name(f"{each.out.name}.renditions") for each in orders]
    return [
        Lending(own if place in asked else None, tuple(kept[each] for each in found[place]))
        for place, own in enumerate(kept)
    ]


Stands = Callable[[SiteOrder], Future[tuple[bool, bool]]]
"""Asks whether a site lies in its place already, and whether it has a spare."""


class Run:
    """The orders of one run as they come: ``known`` all of them, ``made`` those that are made.

    ``begin`` is called before the first one is; ``begun`` tells whether it was.
    """

    def __init__(self, begin: Callable[[], None]) -> None:
        self.known: list[SiteOrder] = []
        self.made: list[SiteOrder] = []
        self.begun = False
        self._begin = begin

    def to_make(
        self, orders: Iterable[SiteOrder], stands: Stands, *, anyway: bool
    ) -> Iterator[SiteOrder]:
        """The orders whose sites do not stand. All sites are put in place together: with any of
        them, or ``anyway``, also those that stand and have no spare to be put there.

        While one is looked at, the next order is thought of.
        """
        if anyway:
            self._start()
        asked: list[tuple[SiteOrder, Future[tuple[bool, bool]]]] = []
        stand: list[tuple[SiteOrder, bool]] = []
        for order in orders:
            self.known.append(order)
            asked.append((order, stands(order)))
            while asked and asked[0][1].done():
                yield from self._judged(*asked.pop(0), stand)
        for each in asked:
            yield from self._judged(*each, stand)
        for order, doubled in stand if self.begun else ():
            if not (doubled and order.out.is_dir()):
                self.made.append(order)
                yield order

    def _judged(
        self,
        order: SiteOrder,
        answer: Future[tuple[bool, bool]],
        stand: list[tuple[SiteOrder, bool]],
    ) -> Iterator[SiteOrder]:
        # A process that is no more is told of when its site is asked for.
        stands, doubled = (False, False) if answer.exception() else answer.result()
        if stands:
            stand.append((order, doubled))
        else:
            self._start()
            self.made.append(order)
            yield order

    def _start(self) -> None:
        if not self.begun:
            self._begin()
            self.begun = True

    @property
    def spared(self) -> list[str]:
        """The sites that are not made: their spares are put in their place."""
        made = {each.out.name for each in self.made}
        return [each.out.name for each in self.known if each.out.name not in made]
