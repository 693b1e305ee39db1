"""The conductor's other half: what the office asks. Nothing here makes or changes a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from generator.build import DayIn, UnknownName, check, edition
from generator.desk.approve import Approving, FinalStep, approve_files, markdown_files
from generator.diagnostics import Diagnostic, has_errors
from generator.gate.context import make_context
from generator.model.edition import Item
from generator.oversight.due import Outlook, outlooks
from generator.oversight.paper import Paper
from generator.oversight.reports import Asked, make_paper
from generator.oversight.scene import Scene
from generator.oversight.show import Sight, sights
from generator.project import next_change
from generator.site.exact.read import Hit, Index
from generator.site.exact.write import FOLDER as INDEX
from generator.source.project import read_settings


@dataclass(frozen=True, slots=True)
class Seen:
    """The answer to ``show``: an item's sights, or an audience's items and its next change."""

    items: tuple[Item, ...] = ()
    sights: tuple[Sight, ...] = ()
    next_change: date | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def look(root: Path, as_of: DayIn, name: str) -> Seen:
    """Who sees the item ``name``, or what the audience ``name`` sees; raises UnknownName."""
    checked = check(root)
    if checked.corpus is None or checked.approved is None:
        return Seen(diagnostics=checked.diagnostics)
    approved, day = checked.approved, as_of(checked.approved.institution.time_zone)
    audiences = approved.institution.audiences
    if name in {each.id for each in audiences}:
        seen = edition(approved, name, day)
        return Seen(seen.items, (), next_change(approved, seen.audience, day))
    context = make_context(checked.corpus)
    item = context.items.get(name)
    if item is None:
        raise UnknownName(name)
    passed = next((each for each in approved.items if each.disclosure is item), None)
    editions = tuple(edition(approved, each.id, day) for each in audiences)
    faults = tuple(each for each in checked.diagnostics if each.span.file == item.file)
    return Seen(sights=tuple(sights(item, passed, editions)), diagnostics=faults)


def due(root: Path, as_of: DayIn, days: int) -> tuple[tuple[Outlook, ...], Sequence[Diagnostic]]:
    """What comes within so many days; nothing while there are errors, as nothing would be built."""
    checked = check(root)
    if checked.approved is None or has_errors(checked.diagnostics):
        return (), checked.diagnostics
    day = as_of(checked.approved.institution.time_zone)
    return outlooks(checked.approved, day, days), ()


@dataclass(frozen=True, slots=True)
class Reported:
    """An oversight report, or None where the project could not be read, and all faults."""

    paper: Paper | None
    diagnostics: tuple[Diagnostic, ...]


def report(root: Path, as_of: DayIn, asked: Asked) -> Reported:
    """An oversight report; errors in some files stand in nobody's way, it says how many."""
    checked = check(root)
    if checked.corpus is None or checked.approved is None:
        return Reported(None, checked.diagnostics)
    institution = checked.approved.institution
    faulty = frozenset(each.span.file for each in checked.diagnostics if each.severity == "error")
    scene = Scene(institution.face.name, asked.year, as_of(institution.time_zone), faulty)
    paper = make_paper(checked.corpus, checked.approved, scene, asked)
    return Reported(paper, checked.diagnostics)


def search(
    dist: Path, audience: str, query: str, filters: Mapping[str, str], by_date: bool
) -> list[Hit]:
    """What the search page of a built site answers; raises UnknownName where there is none."""
    if not (dist / audience / INDEX).is_dir():
        raise UnknownName(str(dist / audience))
    return Index(dist / audience).search(query, filters, by_date)


def approve_paths(root: Path, paths: Sequence[Path], step: FinalStep | None) -> Approving:
    """Bind the approval records of files and folders to their present text."""
    institution, faults = read_settings(root)
    if institution is None:
        return Approving((), (), tuple(faults))
    return approve_files(root, list(markdown_files(root, paths)), institution, step)
