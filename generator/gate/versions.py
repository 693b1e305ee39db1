"""One row through the versions of its catalogue: which version's row bounds an item.

An item is bound by the version in force on the day of its first release: what was right then is
not made wrong by a later revision, and a row that came later binds what it took in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from generator.model.catalogue import Catalogue, Row, by_id
from generator.model.disclosure import Disclosure


@dataclass(frozen=True, slots=True)
class RowLife:
    """The versions of a catalogue, oldest first, each with its row of that id (None: it has none;
    of rows with one id the first counts).
    """

    versions: tuple[tuple[Catalogue, Row | None], ...]

    def bound(self, day: date) -> Row | None:
        """The row that bounds an item first released on ``day``: of the version in force then, or
        of the first one after it where the row is new. None once a version has dropped the row.
        """
        if len(self.versions) == 1:
            return self.versions[0][1]
        begun, coming = self._parted(day)
        if begun and begun[-1][1] is not None:
            return begun[-1][1]
        if any(row for _, row in begun):
            return None
        return next((row for _, row in coming if row is not None), None)

    def dropped_by(self, day: date) -> Catalogue | None:
        """The version that dropped the row for good, as things stood on ``day``."""
        begun, _ = self._parted(day)
        without: Catalogue | None = None
        for version, row in reversed(begun):
            if row is not None:
                return without
            without = version
        return None

    def _parted(
        self, day: date
    ) -> tuple[tuple[tuple[Catalogue, Row | None], ...], tuple[tuple[Catalogue, Row | None], ...]]:
        count = sum(version.starts <= day for version, _ in self.versions)
        return self.versions[:count], self.versions[count:]


def row_lives(catalogues: Iterable[Catalogue]) -> Mapping[str, RowLife]:
    """Every row id of every version; an id of two catalogues is the first one's."""
    found: dict[str, RowLife] = {}
    for versions in by_id(catalogues).values():
        tables = [
            (version, {row.id: row for row in reversed(version.rows)}) for version in versions
        ]
        for name in dict.fromkeys(row.id for version in versions for row in version.rows):
            life = RowLife(tuple((version, table.get(name)) for version, table in tables))
            found.setdefault(name, life)
    return found


def first_day(item: Disclosure) -> date:
    """The day of an item's first release; without one, as late as can be."""
    return min(item.release.values(), default=date.max)
