"""Who may see what on which day: scope, form, release, expiry, withdrawal, approval."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from generator.publish.stranger.days import last_day, read_date
from generator.publish.stranger.reading import (
    Item,
    Project,
    Row,
    Table,
    Version,
    items_of,
    table,
    text,
    word,
    words,
)

State = Literal["visible", "notice", "withheld"]
"""``notice``: withdrawn after it had been visible; its id may be seen, its words may not."""

_PARTS = re.compile(r"[、，,;；]|或")


@dataclass(frozen=True, slots=True)
class Eyes:
    """One audience on one day; without a day (no manifest tells it) time bars nothing."""

    project: Project
    audience: str
    day: date | None

    def row(self, row: Row) -> bool:
        """Whether the audience may see a row of a catalogue, as it stands or as it once stood."""
        return self.scope(row.visible) and self.version(row.version)

    def version(self, version: Version) -> bool:
        """Whether a version of a catalogue has begun and, like the one now in force, is open."""
        begun = [each for each in self.project.versions if self._begun(each, version.catalogue)]
        return version in begun and self.scope(version.scope) and self.scope(begun[-1].scope)

    def _begun(self, version: Version, catalogue: str) -> bool:
        here = version.catalogue == catalogue
        return here and (self.day is None or version.since <= self.day)

    def scope(self, cell: str) -> bool:
        """Whether a cell of scope words reaches everybody of the audience."""
        parts = _scope_words(self.project, cell)
        return all(part is not None for part in parts) and any(
            self.audience in words(part.get("audiences"))
            for part in parts
            if part and not part.get("group")
        )

    def item(self, item: Item) -> State:
        """What the audience may see of an item."""
        if not (_approved(self.project, item) and self._in_scope(item) and self._by_form(item)):
            return "withheld"
        release = self._release(item)
        until = self._until(item, release) if release else None
        if release is None or until is None:
            return "withheld"
        return self._on_day(item, release, until)

    def _on_day(self, item: Item, release: date, until: date) -> State:
        withdrawn = _withdrawn(item)
        gone = withdrawn is not None and (self.day is None or withdrawn <= self.day)
        if self.day is None:
            return "notice" if gone else "visible"
        if self.day < release:
            return "withheld"
        if gone and withdrawn is not None:
            return "notice" if release <= withdrawn else "withheld"
        return "visible" if self.day <= until else "withheld"

    def _in_scope(self, item: Item) -> bool:
        cell = text(item.meta.get("scope"))
        parts = _scope_words(self.project, cell)
        if not parts or None in parts or "或" in cell:
            return False
        return self.scope(cell) or (
            any(part and part.get("group") for part in parts) and self._is_group(item)
        )

    def _is_group(self, item: Item) -> bool:
        group = word(text(item.meta.get("group")))
        return any(
            name == self.audience and group and group in (name, word(title))
            for name, title in self.project.audiences
        )

    def _by_form(self, item: Item) -> bool:
        if item.address:  # a standing page has no forms
            return True
        forms = words(item.meta.get("forms"))
        if not forms and (row := row_of(self.project, item)):
            forms = words(row.meta.get("forms"))
        known = [_entry(table(self.project.institution.get("forms")), form) for form in forms]
        return None not in known and any(self._web(form) for form in known if form is not None)

    def _web(self, form: Table) -> bool:
        meant = form.get("audiences")
        here = meant is None or self.audience in words(meant)
        return here and text(form.get("channel")) == "web"

    def saw_before(self, item: Item, change: Mapping[str, object]) -> bool:
        """Whether a change of the lifecycle came after this audience's release, and has come."""
        release, day = self._release(item), read_date(change.get("date"))
        if release is None or day is None:
            return False
        return release <= day and (self.day is None or day <= self.day)

    def _release(self, item: Item) -> date | None:
        release = table(item.meta.get("dates")).get("release")
        if item.address and not release:  # a standing page need not say since when
            return date.min
        if isinstance(release, Mapping):
            release = release.get(self.audience)
        return read_date(release)

    def _until(self, item: Item, release: date) -> date | None:
        until = text(table(item.meta.get("dates")).get("until"))
        row = row_of(self.project, item)
        if not until and row:
            until = text(row.meta.get("duration"))
        if not until and (item.address or not _needs_until(self.project, item)):
            return date.max
        return last_day(until, release, self.project.calendar)


def row_of(project: Project, item: Item) -> Row | None:
    """The row that bounds an item: of the version in force at its first release, or of the first
    one after that; None for ``off`` and for a row that is not there.
    """
    name = text(item.meta.get("catalog"))
    rows = [row for row in project.rows if row.id == name and name != "off"]
    first = _first_release(item)
    then = [
        each for each in project.versions if rows and each.catalogue == rows[0].version.catalogue
    ]
    begun = [each for each in then if each.since <= first]
    bounding = [row for row in rows if begun and row.version is begun[-1]]
    later = [row for row in rows if row.version.since > first]
    if any(row.version in begun for row in rows):
        later = []
    return next(iter([*bounding, *later]), None)


def _first_release(item: Item) -> date:
    release = table(item.meta.get("dates")).get("release")
    named = list(release.values()) if isinstance(release, Mapping) else [release]
    return min((day for each in named if (day := read_date(each))), default=date.max)


def _entry(vocabulary: Table, name: str) -> Table | None:
    for key, value in vocabulary.items():
        entry = table(value)
        if name == word(key) or name in words(entry.get("aliases")):
            return entry
    return None


def _scope_words(project: Project, cell: str) -> list[Table | None]:
    vocabulary = table(project.institution.get("scopes"))
    whole = [word(part) for part in _PARTS.split(cell) if part.strip()]
    return [entry for part in whole for entry in _part(vocabulary, part, cell)]


def _part(vocabulary: Table, part: str, cell: str) -> Iterator[Table | None]:
    """A part is one word, or (词 词, no 、 between) several words parted by spaces alone."""
    entry = _entry(vocabulary, part)
    split = [_entry(vocabulary, word(each)) for each in cell.split()]
    if entry is None and len(split) > 1 and None not in split:
        yield from split
    else:
        yield entry


def _approved(project: Project, item: Item) -> bool:
    approval = table(item.meta.get("approval"))
    steps = table(project.institution.get("workflow"))
    return bool(text(approval.get("digest"))) and all(table(approval.get(step)) for step in steps)


def _withdrawn(item: Item) -> date | None:
    changes = [table(each) for each in items_of(item.meta.get("lifecycle"))]
    ends = [each for each in changes if word(text(each.get("change"))) in ("撤销", "终止")]
    days = [read_date(each.get("date")) or date.min for each in ends]
    return min(days, default=None)


def _needs_until(project: Project, item: Item) -> bool:
    kinds = table(project.institution.get("kinds"))
    name = word(text(item.meta.get("kind"))) or word(next(iter(kinds), ""))
    return text((_entry(kinds, name) or {}).get("until")) == "required"
