"""An order for a site: all it is made of, and what the last build of it left."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from generator.model.canon import fingerprint
from generator.model.edition import Edition
from generator.model.kept import read_kept
from generator.model.shelf import Shelf
from generator.press.orders import WebOrder
from generator.site.basis import basis
from generator.site.ledger import intact, load, save, undisturbed
from generator.site.place import BESIDE
from generator.site.renditions import lenders


@dataclass(frozen=True, slots=True)
class SiteOrder:
    """All a site is made of. ``source`` is the edition's digest, ``engine`` the search engine's
    name, ``out`` the folder to fill; the manifest goes beside it. ``last`` is the site now in its
    place, ``cache`` the folder in which this audience's builds remember (None: nowhere),
    ``helpers`` how many may help, ``pdf`` asks for a PDF of every item. ``renditions`` is the
    folder to keep texts' HTML in for other sites, ``lenders`` are those of others to look in.
    """

    edition: Edition
    source: str
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
    renditions: Path | None = None
    lenders: tuple[Path, ...] = ()

    def remembering(self, last: Path, cache: Path) -> SiteOrder:
        """The same, to be made from what the last build left. ``key`` then stands for all that
        the site and its manifest depend on, and is "" where nobody can tell (plugins, hooks);
        ConfigurationFault.
        """
        found = basis(self.config_file, self.edition)
        base, day = (found.key, self.made_on_paper()), self.edition.as_of
        known = (base, self.source, day, self.engine, self.next_change, self.time_zone)
        key = fingerprint(known) if found.apart else ""
        return replace(self, last=last, cache=cache, key=key)

    def stands(self) -> bool:
        """Whether the very site lies in its place already, whole, with its manifest."""
        ledger = load(self.cache, self.key)
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

    @property
    def kept(self) -> Path:
        """Where the site keeps renditions, if others look there."""
        return self.shelf.root.with_name(f"{self.out.name}.renditions")

    def made_on_paper(self) -> tuple[str, ...]:
        """What the items' PDF files are made by; the engine is loaded only where there are any."""
        if self.pdf is None:
            return ()
        from generator.press.web import made_by  # noqa: PLC0415

        return made_by(self.pdf)


def sharing(orders: Sequence[SiteOrder]) -> list[SiteOrder]:
    """The orders of one run, each told whose renditions it may look at and whether to keep any."""
    found = lenders([each.edition for each in orders])
    asked = {place for each in found for place in each}
    return [
        replace(
            order,
            renditions=order.kept if place in asked else None,
            lenders=tuple(orders[each].kept for each in found[place]),
        )
        for place, order in enumerate(orders)
    ]
