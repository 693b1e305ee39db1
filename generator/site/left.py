"""What the last build of a site left, looked at while the content is still read.

Nobody knows then what the next site is to be, so this asks for no edition: only for the place of
what this audience's builds remember by.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from generator.model.kept import read_kept
from generator.site.ledger import Ledger, Row, held, load, look, root_of, save, sealed, undisturbed
from generator.site.place import BESIDE


@dataclass(frozen=True, slots=True)
class Left:
    """What builds that remember in ``cache`` left at ``site``; ``ledger`` is the last one's.

    ``other`` has those of its files that are not found as they were: their rows, None for one that
    is not what it was. Where nothing came or went in the spare the files are those of the spare,
    and ``spare`` tells what it is known by. ``whole`` tells whether nothing did in the site.
    """

    cache: Path = Path()
    site: Path = Path()
    ledger: Ledger = field(default_factory=Ledger)
    other: Mapping[str, Row | None] = field(default_factory=dict)
    spare: str = ""
    whole: bool = False

    def is_at(self, place: Path) -> bool:
        """Whether the spare lies there."""
        with suppress(OSError), held(place) as here:
            return root_of(here) == self.spare
        return False

    def stands(self, key: str) -> bool:
        """Whether the very site that ``key`` stands for lies in its place, whole, with its
        manifest.
        """
        ledger = self.ledger
        if not key or key != ledger.key or None in self.other.values():
            return False
        try:
            accompanied = beside(self.site) == ledger.beside
        except OSError:
            return False
        # Its files and those of its spare are the same ones while nothing comes or goes.
        if not (accompanied and self.whole):
            return False
        touched = {path: row for path, row in self.other.items() if row}
        if touched:  # not to be read again
            save(replace(ledger, files=ledger.files | touched), self.cache)
        return True


def beside(site: Path) -> dict[str, str]:
    """The digests of what lies beside a site, by its endings; OSError."""
    paths = {each: site.with_name(site.name + each) for each in BESIDE}
    return {each: sha256(read_kept(path)).hexdigest() for each, path in paths.items()}


def look_back(cache: Path | None, site: Path | None, spare: int | None) -> Left:
    """What the builds that remember in ``cache`` left in place of ``site`` and as its spare, which
    is held, if there is one.
    """
    if cache is None or site is None:
        return Left()
    ledger = load(cache)
    found = Left(cache, site, ledger, whole=undisturbed(ledger, site))
    with suppress(OSError):
        if spare is not None and sealed(ledger, spare):
            return replace(found, other=_other(ledger, spare), spare=root_of(spare))
    with suppress(OSError), held(site) as here:
        return replace(found, other=_other(ledger, here))
    return replace(found, other=dict.fromkeys(ledger.files))


def _other(ledger: Ledger, here: int) -> dict[str, Row | None]:
    other: dict[str, Row | None] = {}
    for path, row in ledger.files.items():
        try:
            found = look(path, row, here)
        except OSError:
            found = None
        if found is not row:
            other[path] = found
    return other
