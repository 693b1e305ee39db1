"""The conductor's other half: what the office asks. Nothing here makes or changes a site."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from generator.build import Checked, Progress, check, edition
from generator.desk.approve import Approving, FinalStep, approve_files, markdown_files
from generator.diagnostics import Diagnostic, Span, UnknownName, fault, has_errors, in_order
from generator.gate.context import make_context
from generator.gate.registers import check_registers
from generator.model.approved import Approved, ApprovedItem, ApprovedPage
from generator.model.chain import Chain
from generator.model.disclosure import Corpus, Document, StandingPage
from generator.model.edition import Edition, Item
from generator.model.record import REGISTER
from generator.model.registers import Registers
from generator.oversight.agenda import agenda
from generator.oversight.draft import Draft
from generator.oversight.due import Coming, outlooks
from generator.oversight.paper import Paper
from generator.oversight.recorded import Day, Witness, day_at, of_audience, of_item, witnesses
from generator.oversight.reports import Asked, Source, make_drafts, make_paper
from generator.oversight.scene import Scene
from generator.oversight.show import Sight, sights
from generator.publish.log import Entered, enter
from generator.publish.server.service import read_service
from generator.remembered import DayIn
from generator.site.exact.read import Hit, Index
from generator.site.exact.write import FOLDER as INDEX
from generator.site.manifest import MANIFEST
from generator.site.place import held
from generator.source.project import read_settings
from generator.source.record import read_log
from generator.source.registers import read_registers
from generator.states import state
from generator.turning import next_change


@dataclass(frozen=True, slots=True)
class Seen:
    """The answer to ``show``: an item's sights, or an audience's items and its next change; and
    what the publish log says of that day.
    """

    items: tuple[Item, ...] = ()
    sights: tuple[Sight, ...] = ()
    next_change: date | None = None
    recorded: tuple[Witness, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def examine(root: Path, progress: Progress | None = None) -> tuple[Checked, Registers]:
    """A project checked as a build would, and the office's registers, which no build opens."""
    checked = check(root, progress) if progress else check(root)
    if checked.corpus is None:
        return checked, Registers()
    institution, catalogues = checked.corpus.institution, checked.corpus.catalogues
    registers, faults = read_registers(root, institution)
    faults += check_registers(registers, institution, catalogues)
    faults += read_service(root, institution)[1]
    found = tuple(in_order([*checked.diagnostics, *faults]))
    return replace(checked, diagnostics=found), registers


def look(root: Path, as_of: DayIn, name: str, *, history: bool = False) -> Seen:
    """Who sees the item ``name``, or what the audience ``name`` sees; raises UnknownName.

    An item that only the publish log knows has no sights. With ``history`` the log also tells of
    an item before that day, and what an audience was shown on it.
    """
    checked = check(root)
    if checked.corpus is None or checked.approved is None:
        return Seen(diagnostics=checked.diagnostics)
    approved, day = checked.approved, as_of(checked.approved.institution.time_zone)
    audiences = approved.institution.audiences
    editions = tuple(edition(approved, each.id, day) for each in audiences)
    named = {each.id for each in audiences}
    span = day_at(day, approved.institution.time_zone, history=history and name not in named)
    recorded = tuple(_recorded(root, approved, editions, span))
    broken = _about(checked.diagnostics, REGISTER)
    if name in named:
        seen = next(each for each in editions if each.audience.id == name)
        change = next_change(approved, seen.audience, day)
        told = of_audience(recorded, name) if history else ()
        return Seen(seen.items, (), change, told, broken)
    item: Document | None = make_context(checked.corpus).items.get(name)
    item = item or _page(checked.corpus, name)
    told = of_item(recorded, name)
    if item is None and not told:
        raise UnknownName(name)
    if item is None:
        return Seen(recorded=told, diagnostics=broken)
    passed: ApprovedItem | ApprovedPage | None = next(
        (each for each in approved.items if each.disclosure is item),
        next((each for each in approved.pages if each.page is item), None),
    )
    faults = (*_about(checked.diagnostics, item.file), *broken)
    return Seen(sights=tuple(sights(item, passed, editions)), recorded=told, diagnostics=faults)


def _page(corpus: Corpus, name: str) -> StandingPage | None:
    """A standing page by its address, or by the last part of it."""
    slug = name.strip("/").removeprefix("about/")
    return next((each for each in corpus.pages if each.slug == slug), None)


def _about(found: Sequence[Diagnostic], file: str) -> tuple[Diagnostic, ...]:
    return tuple(each for each in found if each.span.file == file)


def _recorded(
    root: Path, approved: Approved, editions: Sequence[Edition], day: Day
) -> Iterator[Witness]:
    """What the log says of a day; the entries before a break in its chain still count."""
    chain, _ = read_log(root)
    live = {seen.audience.id: state(approved, seen).items for seen in editions}
    titles = {seen.audience.id: seen.audience.title for seen in editions}
    return witnesses(chain.entries, day, live, titles)


def enter_log(
    root: Path, dist: Path, audiences: Sequence[str], at: Callable[[str], datetime]
) -> Entered:
    """Enter in the publish log what the sites in ``dist`` show: of ``audiences``, or all there are.

    ``at`` gives the instant of putting them into service in the institution's time zone.
    """
    institution, faults = read_settings(root)
    if institution is None:
        return Entered((), tuple(faults))
    names = [each.id for each in institution.audiences]
    for name in audiences:
        if name not in names:
            raise UnknownName(name)
    there = [each for each in names if (dist / f"{each}{MANIFEST}").exists()]
    with held(dist):
        return enter(root, dist, audiences or there or names, at(institution.time_zone))


def examine_log(root: Path, noted: str = "") -> tuple[Chain, tuple[Diagnostic, ...]]:
    """The log with its chain verified; ``noted`` is a digest that must be that of an entry."""
    chain, faults = read_log(root)
    if noted and noted not in {each.hash for each in chain.entries}:
        faults.append(fault("R08", Span(REGISTER, max(len(chain.entries), 1)), hash=noted))
    return chain, tuple(faults)


def due(root: Path, as_of: DayIn, days: int) -> tuple[Coming | None, Sequence[Diagnostic]]:
    """What comes within so many days; nothing while there are errors, as nothing would be built."""
    checked, registers = examine(root)
    if checked.approved is None or has_errors(checked.diagnostics):
        return None, checked.diagnostics
    approved, day = checked.approved, as_of(checked.approved.institution.time_zone)
    coming = outlooks(approved, day, days)
    return Coming(day, coming, agenda(approved, registers, day, days)), ()


@dataclass(frozen=True, slots=True)
class Reported:
    """An oversight report, or None where the project could not be read, all faults, and the
    drafts of the annual report.
    """

    paper: Paper | None
    diagnostics: tuple[Diagnostic, ...]
    drafts: tuple[Draft, ...] = ()


def report(root: Path, as_of: DayIn, asked: Asked) -> Reported:
    """An oversight report; errors in some files stand in nobody's way, it says how many."""
    checked, registers = examine(root)
    if checked.corpus is None or checked.approved is None:
        return Reported(None, checked.diagnostics)
    institution = checked.approved.institution
    for name in asked.audiences:
        if name not in {each.id for each in institution.audiences}:
            raise UnknownName(name)
    faulty = frozenset(each.span.file for each in checked.diagnostics if each.severity == "error")
    scene = Scene(institution.face.name, asked.year, as_of(institution.time_zone), faulty)
    log = read_log(root)[0].entries
    source = Source(checked.corpus, checked.approved, registers, log)
    drafts = make_drafts(source, scene, asked) if asked.kind == "annual" else ()
    return Reported(make_paper(source, scene, asked), checked.diagnostics, drafts)


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
