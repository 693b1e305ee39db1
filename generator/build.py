"""The conductor: reads as a table of contents of the whole program."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from generator.desk.approve import Approving, FinalStep, approve_files, markdown_files
from generator.diagnostics import Diagnostic, EnvironmentFault, Span, fault, has_errors, in_order
from generator.gate.checks import approve
from generator.gate.context import make_context
from generator.model.approved import Approved
from generator.model.disclosure import Corpus
from generator.model.edition import Edition, Item
from generator.model.institution import Institution
from generator.oversight.show import Sight, sights
from generator.project import next_change, project
from generator.site import place
from generator.site.assemble import SiteOrder, assemble, die_with_parent
from generator.site.render import ConfigurationFault, PageFault, settings
from generator.source.project import read_project, read_settings
from generator.source.shelf import stock

Progress = Callable[[int, int], None]
"""Called with how many of how many steps are done."""


DayIn = Callable[[str], date]
"""The as-of date, given the institution's time zone: only the command line reads a clock."""


class UnknownName(Exception):
    """A command named an audience, an item or a code that does not exist; holds the name."""


def _silent(done: int, total: int) -> None:
    """No progress shown."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A project read and checked: the approved corpus (None when unreadable) and all faults."""

    corpus: Corpus | None
    approved: Approved | None
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: items per audience, or nothing when a fault stood in the way."""

    items: Mapping[str, int]
    diagnostics: tuple[Diagnostic, ...]


def check(root: Path, progress: Progress = _silent) -> Checked:
    """Read a project and put it through the gates; every fault in one run."""
    corpus, faults = read_project(root, progress)
    if corpus is None:
        return Checked(None, None, tuple(in_order(faults)))
    faulty = frozenset(each.span.file for each in faults if each.severity == "error")
    approved, found = approve(corpus, faulty)
    found += _check_configurations(root, corpus)
    return Checked(corpus, approved, tuple(in_order([*faults, *found])))


def build(
    root: Path,
    out: Path,
    as_of: DayIn,
    audiences: Sequence[str] = (),
    progress: Progress = _silent,
) -> Built:
    """Build the sites of ``audiences`` (all when empty) and put them in place at once.

    Nothing is published while there is an error anywhere; the last good output stays.
    """
    checked = check(root)
    if checked.approved is None or has_errors(checked.diagnostics):
        return Built({}, checked.diagnostics)
    if not place.ours(out):
        raise EnvironmentFault("E03", {"name": out.name})
    institution = checked.approved.institution
    wanted = _known(audiences, institution)
    day = as_of(institution.time_zone)
    with place.workshop(out) as work:
        orders = [_order(root, checked.approved, each, day, work) for each in wanted]
        faults = _assemble_all(orders, progress)
        if faults:
            return Built({}, _placed(faults, checked.approved))
        place.keep_others(out, work / "next", wanted)
        place.exchange(work / "next", out)
    counts = {order.edition.audience.id: len(order.edition.items) for order in orders}
    return Built(counts, checked.diagnostics)


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


def approve_paths(root: Path, paths: Sequence[Path], step: FinalStep | None) -> Approving:
    """Bind the approval records of files and folders to their present text."""
    institution, faults = read_settings(root)
    if institution is None:
        return Approving((), (), tuple(faults))
    return approve_files(root, list(markdown_files(root, paths)), institution, step)


def _order(root: Path, approved: Approved, audience: str, as_of: date, work: Path) -> SiteOrder:
    seen = edition(approved, audience, as_of)
    sources = {item.disclosure.id: item.disclosure for item in approved.items}
    return SiteOrder(
        edition=seen,
        shelf=stock(root, sources, seen, work / "shelves" / audience),
        config_file=configuration(root, audience),
        out=work / "next" / audience,
        next_change=next_change(approved, seen.audience, as_of),
        time_zone=approved.institution.time_zone,
    )


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


def _assemble_all(orders: Sequence[SiteOrder], progress: Progress) -> list[PageFault]:
    """Each site in a fresh process: one audience's text is never in another's memory."""
    with _pool(len(orders)) as (pool, counter):
        futures = [pool.submit(_assemble, order) for order in orders]
        total = sum(len(order.edition.items) for order in orders)
        _watch(futures, counter, total, progress)
        return [
            each
            for future, order in zip(futures, orders, strict=True)
            for each in _faults(future, order)
        ]


def _faults(future: Future[list[PageFault]], order: SiteOrder) -> list[PageFault]:
    try:
        return future.result()
    except ConfigurationFault as problem:
        return [PageFault(f"site_config/{order.config_file.name}", "B02", str(problem))]


@contextmanager
def _pool(tasks: int) -> Iterator[tuple[ProcessPoolExecutor, Synchronized[int]]]:
    context = multiprocessing.get_context("spawn")
    counter = context.Value("q", 0)
    workers = min(tasks, multiprocessing.cpu_count())
    with ProcessPoolExecutor(workers, context, _begin, (counter,), max_tasks_per_child=1) as pool:
        yield pool, counter


_counter: Synchronized[int] | None = None


def _begin(counter: Synchronized[int]) -> None:
    global _counter  # noqa: PLW0603 - the only way into a pool's worker
    _counter = counter
    die_with_parent()


def _assemble(order: SiteOrder) -> list[PageFault]:
    return assemble(order, lambda done: _count())


def _count() -> None:
    if _counter is not None:
        with _counter.get_lock():
            _counter.value += 1


def _watch(
    futures: Sequence[Future[list[PageFault]]],
    counter: Synchronized[int],
    total: int,
    progress: Progress,
) -> None:
    pending = set(futures)
    while pending:
        _, pending = wait(pending, timeout=0.2)
        progress(min(counter.value, total), total)


def _placed(faults: Sequence[PageFault], approved: Approved) -> tuple[Diagnostic, ...]:
    files = {f"d/{item.disclosure.id}/": item.disclosure.at() for item in approved.items}
    found = (
        fault(each.code, files.get(each.url, Span(each.url)), value=each.value) for each in faults
    )
    return tuple(in_order(found))
