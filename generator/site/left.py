"""What the last build of a site left, looked at while the content is still read.

Nobody knows then what the next site is to be, so this asks for no edition: only for the place of
what this audience's builds remember by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from generator.model.kept import read_kept
from generator.site.ledger import Ledger, Row, load, look, root_of, save, undisturbed
from generator.site.place import BESIDE


@dataclass(frozen=True, slots=True)
class Left:
    """What builds that remember in ``cache`` left at ``site``; ``ledger`` is the last one's.

    ``files`` are the rows of the site's files as they are found, None for one that is not what it
    was. Where nothing came or went in the spare they are those of the spare, and ``spare`` tells
    what it is known by.
    """

    cache: Path = Path()
    site: Path = Path()
    ledger: Ledger = field(default_factory=Ledger)
    files: Mapping[str, Row | None] = field(default_factory=dict)
    spare: str = ""

    def is_at(self, place: Path) -> bool:
        """Whether the spare lies there."""
        try:
            return bool(self.spare) and root_of(place) == self.spare
        except OSError:
            return False

    def stands(self, key: str) -> bool:
        """Whether the very site that ``key`` stands for lies in its place, whole, with its
        manifest.
        """
        ledger, site = self.ledger, self.site
        if not key or key != ledger.key or None in self.files.values():
            return False
        try:
            whole = beside(site) == ledger.beside
        except OSError:
            return False
        # Its files and those of its spare are the same ones while nothing comes or goes.
        if not whole or not undisturbed(ledger, site):
            return False
        found = {path: row for path, row in self.files.items() if row}
        if found != ledger.files:  # only touched: not to be read again
            save(replace(ledger, files=found), self.cache)
        return True


def beside(site: Path) -> dict[str, str]:
    """The digests of what lies beside a site, by its endings; OSError."""
    paths = {each: site.with_name(site.name + each) for each in BESIDE}
    return {each: sha256(read_kept(path)).hexdigest() for each, path in paths.items()}


def look_back(cache: Path | None, site: Path | None, spare: Path) -> Left:
    """What the builds that remember in ``cache`` left in place of ``site`` and as its spare."""
    if cache is None or site is None:
        return Left()
    ledger = load(cache)
    doubled = undisturbed(ledger, spare)
    root, found = str(spare if doubled else site), dict[str, Row | None]()
    for path, row in ledger.files.items():
        try:
            found[path] = look(f"{root}/{path}", row)
        except OSError:
            found[path] = None
    return Left(cache, site, ledger, found, root_of(spare) if doubled else "")
