"""An order for a site: all it is made of, and what the last build of it left."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from generator.model.canon import fingerprint
from generator.model.edition import Edition
from generator.model.shelf import Shelf
from generator.site.basis import basis
from generator.site.ledger import intact, load


@dataclass(frozen=True, slots=True)
class SiteOrder:
    """All a site is made of. ``engine`` is the search engine's name, ``out`` the folder to fill;
    the manifest goes beside it. ``last`` is the site now in its place, ``cache`` the folder in
    which this audience's builds remember (None: nowhere), ``helpers`` how many may help.
    """

    edition: Edition
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

    def remembering(self, last: Path, cache: Path) -> SiteOrder:
        """The same, to be made from what the last build left. ``key`` then stands for all that
        the site and its manifest depend on; ConfigurationFault.
        """
        base = basis(self.config_file, self.edition).key
        known = (base, self.edition, self.engine, self.next_change, self.time_zone)
        return replace(self, last=last, cache=cache, key=fingerprint(known))

    def stands(self) -> bool:
        """Whether the very site lies in its place already, whole, with its manifest."""
        ledger = load(self.cache, self.key)
        if self.last is None or not ledger.key:
            return False
        try:
            manifest = self.last.with_suffix(".json").read_bytes()
        except OSError:
            return False
        digest = hashlib.sha256(manifest).hexdigest()
        return digest == ledger.manifest and intact(ledger, self.last)
