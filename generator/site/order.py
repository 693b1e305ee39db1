"""An order for a site: all it is made of, what the last build left; and the orders of one run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from generator.model.canon import fingerprint
from generator.model.edition import Edition
from generator.model.kept import read_kept
from generator.model.shelf import Shelf
from generator.press.orders import WebOrder
from generator.site.basis import basis
from generator.site.ledger import Ledger, intact, load, save, undisturbed
from generator.site.place import BESIDE
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

    def stands(self) -> bool:
        """Whether the very site lies in its place already, whole, with its manifest."""
        ledger = load(self.cache, self.key) if self.key else Ledger()
        if self.last is None or not ledger.key:
            return False
        try:
            beside = {each: self.beside(each) for each in BESIDE}
        except OSError:
            return False
        rows = intact(ledger, self.last) if beside == ledger.beside else None
        if rows and self.cache and rows != ledger.files:  # only touched: not to be read again
            save(replace(ledger, files=rows), self.cache)
        return rows is not None

    def doubled(self) -> bool:
        """Whether the spare of the site that ``stands`` lies in ``out``."""
        return undisturbed(load(self.cache, self.key), self.out)

    def beside(self, ending: str) -> str:
        """The digest of what lies beside the site in its place; OSError."""
        if self.last is None:
            raise AssertionError("asked of an order that remembers")
        path = self.last.with_name(self.last.name + ending)
        return hashlib.sha256(read_kept(path)).hexdigest()

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


class Run:
    """The orders of one run as they come: ``known`` all of them, ``made`` those that are made.

    ``begin`` is called before the first one is; ``begun`` tells whether it was.
    """

    def __init__(self, begin: Callable[[], None]) -> None:
        self.known: list[SiteOrder] = []
        self.made: list[SiteOrder] = []
        self.begun = False
        self._begin = begin

    def to_make(self, orders: Iterable[SiteOrder], *, anyway: bool) -> Iterator[SiteOrder]:
        """The orders whose sites do not stand. All sites are put in place together: with any of
        them, or ``anyway``, also those that stand and have no spare to be put there.
        """
        stand = []
        if anyway:
            self._start()
        for order in orders:
            self.known.append(order)
            if order.stands():
                stand.append(order)
            else:
                self._start()
                self.made.append(order)
                yield order
        for order in stand if self.begun else ():
            if not order.doubled():
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
