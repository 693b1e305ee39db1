"""The annual report (年度通报) of one audience: counted from its editions alone.

Each region's regulation asks for a yearly account to members and to the masses. What a reader may
not see must not show in its numbers either (law 2), so nothing is counted but what came through
the door to this audience on some day of the year.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from generator.model.approved import Approved, ApprovedItem
from generator.model.edition import CatalogueView, Item
from generator.model.institution import Audience
from generator.model.registers import Registers
from generator.oversight.applications import ApplicationYear, application_year
from generator.oversight.scene import Scene
from generator.project import project
from generator.turning import turning_days


@dataclass(frozen=True, slots=True)
class Told:
    """What an audience was told in a span of days: the items released to it then, and how often
    what it had seen was changed, withdrawn or ended, by the word of the change.
    """

    items: tuple[Item, ...]
    changes: Mapping[str, int]

    def by(self, words: Callable[[Item], Iterable[str]]) -> Mapping[str, int]:
        """How many items bear each word; an item of several words counts at each."""
        return Counter(word for item in self.items for word in dict.fromkeys(words(item)))


@dataclass(frozen=True, slots=True)
class Annual:
    """The figures of one audience. ``applications`` is None where the institution does not tell
    this audience about them.
    """

    scene: Scene
    audience: Audience
    last: date
    told: Told
    before: Told
    catalogues: tuple[CatalogueView, ...]
    applications: ApplicationYear | None


def annual(approved: Approved, registers: Registers, audience: Audience, scene: Scene) -> Annual:
    """The year of one audience up to the scene's day, and the whole year before."""
    institution = approved.institution
    last = min(scene.last, scene.as_of)
    to = institution.oversight.applications.report_to
    return Annual(
        scene=scene,
        audience=audience,
        last=last,
        told=told(approved, audience, scene.first, last),
        before=told(
            approved, audience, scene.first.replace(year=scene.year - 1),
            scene.last.replace(year=scene.year - 1),
        ),
        catalogues=project(replace(approved, items=()), audience, last).catalogues,
        applications=(
            application_year(registers, institution, scene) if audience.id in to else None
        ),
    )  # fmt: skip


def told(approved: Approved, audience: Audience, first: date, last: date) -> Told:
    """What came to the audience from ``first`` to ``last``, both included.

    An item becomes visible, and a change or a notice shows, only on a turning day of the item or
    of another text of its matter: looking at those alone on each such day is enough.
    """
    items: dict[str, Item] = {}
    changes: set[tuple[str, date, str]] = set()
    for day, moving in sorted(_moving(approved, audience, first, last).items()):
        edition = project(replace(approved, items=moving), audience, day)
        items |= {each.id: each for each in edition.items if first <= each.release <= last}
        notes = ((each.id, note) for each in edition.items for note in each.changes)
        changes |= {(name, note.date, note.change) for name, note in notes}
        changes |= {(each.id, each.date, each.change) for each in edition.notices}
    # A later version of the catalogue may have taken an item in: it is counted where it now stands.
    counted_ones = tuple(each for each in approved.items if each.disclosure.id in items)
    standing = project(replace(approved, items=counted_ones), audience, last)
    items |= {each.id: each for each in standing.items}
    counted = Counter(word for _, day, word in changes if first <= day <= last)
    order = sorted(items.values(), key=lambda each: (each.release, each.id))
    return Told(tuple(order), counted)


def _moving(
    approved: Approved, audience: Audience, first: date, last: date
) -> Mapping[date, tuple[ApprovedItem, ...]]:
    """By turning day the items that turn then, with the other texts of their matters."""
    matters: dict[str, list[ApprovedItem]] = defaultdict(list)
    for item in approved.items:
        if audience.id in item.terms:
            matters[item.disclosure.matter or f"#{item.disclosure.id}"].append(item)
    table: dict[date, list[ApprovedItem]] = defaultdict(list)
    for texts in matters.values():
        days = {day for text in texts for day in turning_days(text, audience.id)}
        for day in days:
            if first <= day <= last:
                table[day] += texts
    return {day: tuple(texts) for day, texts in table.items()}
