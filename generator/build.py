"""The conductor: reads as a table of contents of the whole program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from generator.bundle.copies import Copy, next_number, record
from generator.bundle.offline import Label, write_copy
from generator.diagnostics import (
    Diagnostic,
    EnvironmentFault,
    Span,
    UnknownName,
    fault,
    has_errors,
    in_order,
)
from generator.facts import Seen
from generator.gate.checks import approve
from generator.gate.published import check_day
from generator.helpers import uncollected
from generator.model.approved import Approved
from generator.model.disclosure import Corpus, Document
from generator.model.edition import Edition, Item
from generator.model.institution import Institution
from generator.model.shelf import Shelf
from generator.placing import placed
from generator.press.orders import WebOrder
from generator.project import narrow, project
from generator.remembered import Asked, Built, DayIn, Watch
from generator.settling import settled
from generator.site import place
from generator.site.basis import made_of
from generator.site.configuration import search_engine, settings
from generator.site.crew import Crew, crew
from generator.site.faults import ConfigurationFault
from generator.site.order import Run, SiteOrder
from generator.site.revision import revision
from generator.source.project import inputs, note, read_project
from generator.source.shelf import stock
from generator.states import write_states
from generator.turning import next_change

Progress = Callable[[int, int], None]
"""Called with how many of how many steps are done."""


def _silent(done: int, total: int) -> None:
    """No progress shown."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A project read and checked: the approved corpus (None when unreadable) and all faults."""

    corpus: Corpus | None
    approved: Approved | None
    diagnostics: tuple[Diagnostic, ...]


@uncollected()
def check(root: Path, progress: Progress = _silent, seen: Seen | None = None) -> Checked:
    """Read a project and put it through the gates; every fault in one run."""
    corpus, faults = read_project(root, progress, seen)
    if corpus is None:
        return Checked(None, None, tuple(in_order(faults)))
    faulty = frozenset(each.span.file for each in faults if each.severity == "error")
    approved, found = approve(corpus, faulty)
    found += _check_configurations(root, corpus)
    return Checked(corpus, approved, tuple(in_order([*faults, *found])))


@uncollected()
def build(
    root: Path,
    out: Path,
    as_of: DayIn,
    audiences: Sequence[str] = (),
    progress: Progress = _silent,
    *,
    pdf: bool = False,
    cores: int = 1,
    hands: Crew | None = None,
    seen: Seen | None = None,
) -> Built:
    """Build the sites of ``audiences`` (all when empty) and put them in place at once, with ``pdf``
    a PDF of every item too; each with up to ``cores`` helpers, by the processes of ``hands`` or
    else by new ones. What was ``seen`` to be as the last build noted it is not looked at again.

    Nothing is published while there is an error anywhere; the last good output stays.
    """
    asked = Asked(root, out, tuple(audiences), pdf)
    watch = Watch(asked, seen or {}, worth=hands is None)  # a preview builds because of a change
    with place.workshop(out) as work, nullcontext(hands) if hands else crew() as these:
        these.look_back(asked.folder, out)
        # What was read is taken apart as this returns: meanwhile the sites note what they are.
        made = _build(watch, as_of, work, these, cores=cores, progress=progress)
        made.note()
        these.remembered()
        if made.built.items:
            place.leave_spare(work / "next", out)
    return made.built


@dataclass(frozen=True, slots=True)
class _Made:
    """What was built, and how to note it for the next run: nothing where there was a fault."""

    built: Built
    note: Callable[[], None] = lambda: None


def _build(
    watch: Watch, as_of: DayIn, work: Path, hands: Crew, *, cores: int, progress: Progress
) -> _Made:
    """The same up to when all sites lie in their places."""
    asked, root, out = watch.asked, watch.asked.root, watch.asked.out
    watch.see(inputs(root))
    checked = check(root, seen=watch.seen)
    approved = checked.approved
    if approved is None or has_errors(checked.diagnostics):
        return _Made(Built({}, checked.diagnostics))
    if not place.ours(out):
        raise EnvironmentFault("E03", {"name": out.name})
    institution = approved.institution
    wanted, day = _known(asked.audiences, institution), as_of(institution.time_zone)
    if checked.corpus and (early := list(check_day(checked.corpus, approved.items, day))):
        return _Made(Built({}, tuple(in_order([*checked.diagnostics, *early]))))
    for each in institution.audiences:
        watch.see(made_of(configuration(root, each.id)))
    others = {each.id for each in institution.audiences}.difference(wanted)
    staged = work / "next"
    run = Run(partial(place.take_spare, out, staged, wanted))
    orders = (
        replace(order, helpers=cores)
        for order in _remembering(asked, approved, _largest_first(approved, wanted), day, work)
    )
    todo = run.to_make(orders, hands.stands, anyway=not place.holds(out, wanted, others))
    write = partial(_meanwhile, root, checked, run, staged)
    if faults := _assemble(root, approved, hands, todo, progress, meanwhile=write):
        return _Made(Built({}, faults))
    if run.begun:
        place.put(out, staged, run.spared, others, set(wanted))
    hands.remember(run.made)
    items = {each.out.name: len(each.edition.items) for each in run.known}
    built = Built({each: items[each] for each in wanted}, checked.diagnostics)
    keys = {each.out.name: each.key for each in run.known}
    return _Made(built, partial(watch.keep, built, institution.time_zone, day, keys))


def _meanwhile(root: Path, checked: Checked, run: Run, staged: Path) -> None:
    """What is left to do on this side of the door while the sites are made."""
    if checked.corpus is None or checked.approved is None:
        raise AssertionError("sites are made of what passed the gates")
    write_states(checked.approved, run.made, staged)
    doubtful = {each.span.file for each in checked.diagnostics}
    note(root, checked.corpus, settled(checked.corpus, checked.approved, doubtful, run.known))


def _largest_first(approved: Approved, audiences: Sequence[str]) -> list[str]:
    """Who sees most first: that site takes longest, and is begun while the others are projected."""
    items = Counter(each for item in approved.items for each in item.terms)
    return sorted(audiences, key=lambda each: -items[each])


def _known(audiences: Sequence[str], institution: Institution) -> Sequence[str]:
    known = [each.id for each in institution.audiences]
    for name in audiences:
        if name not in known:
            raise UnknownName(name)
    return tuple(dict.fromkeys(audiences)) or known


def edition(approved: Approved, audience: str, as_of: date) -> Edition:
    """What one audience may see on one day."""
    return project(approved, approved.institution.audience(audience), as_of)


@dataclass(frozen=True, slots=True)
class CopyAsked:
    """An offline copy asked for: the zip's place, for whom, which years, since which day.

    ``number`` 0 takes the next one of the register.
    """

    target: Path
    to: str = ""
    years: tuple[int, ...] = ()
    since: date = date.min
    number: int = 0

    def keeps(self, item: Item) -> bool:
        """Whether an item goes into the copy."""
        return item.release >= self.since and (not self.years or item.release.year in self.years)


@dataclass(frozen=True, slots=True)
class Offline:
    """An offline copy's number, or None when a fault stood in the way."""

    number: int | None
    diagnostics: tuple[Diagnostic, ...]


def offline(
    root: Path, as_of: DayIn, audience: str, asked: CopyAsked, progress: Progress = _silent
) -> Offline:
    """Make an offline copy and enter it in the register; nothing is made while there are errors."""
    checked = check(root)
    if checked.approved is None or has_errors(checked.diagnostics):
        return Offline(None, checked.diagnostics)
    institution = checked.approved.institution
    _known([audience], institution)
    day = as_of(institution.time_zone)
    number = asked.number or next_number(root)
    with place.workshop(asked.target) as work:
        seen = narrow(edition(checked.approved, audience, day), asked.keeps)
        order = replace(_order(root, checked.approved, seen, work), engine="exact")
        with crew() as hands:
            if faults := _assemble(root, checked.approved, hands, [order], progress):
                return Offline(None, faults)
        label = Label(institution.face.name, seen.audience.title, day, number, order.next_change)
        write_copy(order.out, label, work / "copy.zip")
        ids = tuple(item.id for item in seen.items)
        record(root, Copy(number, audience, day.isoformat(), asked.to, ids))
        (work / "copy.zip").replace(asked.target)
    return Offline(number, checked.diagnostics)


def _order(
    root: Path, approved: Approved, seen: Edition, work: Path, pdf: bool = False
) -> SiteOrder:
    audience = seen.audience.id
    return SiteOrder(
        edition=seen,
        revision=revision(seen),
        shelf=Shelf(work / "shelves" / audience),
        config_file=configuration(root, audience),
        engine=search_engine(configuration(root, audience)),
        out=work / "next" / audience,
        next_change=next_change(approved, seen.audience, seen.as_of),
        time_zone=approved.institution.time_zone,
        pdf=WebOrder(root / "fonts") if pdf else None,
    )


def _remembering(
    asked: Asked, approved: Approved, audiences: Iterable[str], day: date, work: Path
) -> Iterator[SiteOrder]:
    """Orders for sites made from what the last builds of them into this output left."""
    for each in audiences:
        order = _order(asked.root, approved, edition(approved, each, day), work, asked.pdf)
        yield order.remembering(asked.out / each, asked.folder / each)


def _assemble(
    root: Path,
    approved: Approved,
    hands: Crew,
    orders: Iterable[SiteOrder],
    progress: Progress,
    *,
    meanwhile: Callable[[], None] = lambda: None,
) -> tuple[Diagnostic, ...]:
    sources = documents(approved)

    def fill(order: SiteOrder, needed: frozenset[str]) -> None:
        stock(root, sources, order.edition, order.shelf.root, needed)

    return tuple(
        in_order(placed(root, approved, hands.assemble(orders, fill, progress, meanwhile)))
    )


def documents(approved: Approved) -> dict[str, Document]:
    """What an edition's texts come from: disclosures by id, standing pages by address."""
    found: dict[str, Document] = {each.page.url: each.page for each in approved.pages}
    return found | {item.disclosure.id: item.disclosure for item in approved.items}


def configuration(root: Path, audience: str) -> Path:
    """The MkDocs configuration of an audience."""
    return root / "site_config" / f"{audience}.yml"


def _check_configurations(root: Path, corpus: Corpus) -> Iterator[Diagnostic]:
    for audience in corpus.institution.audiences:
        path = configuration(root, audience.id)
        try:
            settings(path)
        except ConfigurationFault as problem:
            file = path.relative_to(root).as_posix()
            yield fault("B02", Span(file), value=problem)
