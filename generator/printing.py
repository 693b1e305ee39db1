"""The conductor's third part: paper. What hangs on which board, set apart from all other text.

A board has an audience, and its papers come through the same door as a site: an edition of what
that audience may see on a board on that day. The texts and the papers are each made in a fresh
process that gets the edition and its shelf, and is never told where the content lies.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from generator.build import Progress, check, configuration, documents, edition
from generator.diagnostics import (
    Diagnostic,
    EnvironmentFault,
    Span,
    UnknownName,
    fault,
    has_errors,
    in_order,
)
from generator.helpers import die_with_parent
from generator.model.approved import Approved, ApprovedItem
from generator.model.edition import Edition, Item
from generator.model.institution import Board
from generator.model.period import Period
from generator.placing import Addressed, placed
from generator.press.orders import A4, PrintOrder, last_day
from generator.project import narrow, on_boards
from generator.remembered import DayIn
from generator.site import place
from generator.site.configuration import settings
from generator.site.faults import ConfigurationFault, PageFault
from generator.site.fragments import FragmentOrder, write_fragments
from generator.source.project import SETTINGS
from generator.source.shelf import stock

Order = TypeVar("Order")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PrintAsked:
    """What to print: into which folder, for which boards (all when empty), and of what hangs there
    only these items, or only those of this period; ``catalog`` asks for the register instead,
    as the board's readers or the ``audience`` named see it.
    """

    out: Path
    boards: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    period: Period | None = None
    catalog: bool = False
    audience: str = ""
    scale: float = A4

    @property
    def whole(self) -> bool:
        """Whether all that hangs on a board is asked for."""
        return not (self.ids or self.period or self.catalog)


@dataclass(frozen=True, slots=True)
class Printed:
    """The files made, those of an earlier print that no longer hang (removed), and all faults."""

    files: tuple[Path, ...]
    gone: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]


def print_sheets(
    root: Path, as_of: DayIn, asked: PrintAsked, progress: Progress = lambda done, total: None
) -> Printed:
    """Make the papers asked for and put them in place; none while there is an error anywhere."""
    checked = check(root)
    if checked.approved is None or has_errors(checked.diagnostics):
        return Printed((), (), checked.diagnostics)
    approved = checked.approved
    day = as_of(approved.institution.time_zone)
    walls, faults = _walls(root, approved, day, asked)
    if faults:
        return Printed((), (), tuple(in_order(faults)))
    with place.workshop(asked.out) as work:
        for number, wall in enumerate(walls, start=1):
            found = make_papers(
                root, approved, wall, work, registers=asked.catalog, scale=asked.scale
            )
            faults += placed(root, approved, found)
            progress(number, len(walls))
        if faults:
            return Printed((), (), tuple(in_order(faults)))
        made, gone = _put(work / "papers", asked)
    return Printed(made, gone, checked.diagnostics)


@dataclass(frozen=True, slots=True)
class Wall:
    """Where papers are for: a board, or (None) an audience; what it sees, what is online, and the
    audience (that of the edition where it is not said) whose MkDocs configuration they follow.
    """

    board: Board | None
    edition: Edition
    links: Mapping[str, str]
    manner: str = ""

    @property
    def folder(self) -> str:
        """The name of its folder."""
        return self.board.id if self.board else self.edition.audience.id


def _walls(
    root: Path, approved: Approved, day: date, asked: PrintAsked
) -> tuple[list[Wall], list[Diagnostic]]:
    """What is to be printed for each board; why what was asked for cannot be."""
    institution = approved.institution
    if asked.catalog and asked.audience:
        if asked.audience not in {each.id for each in institution.audiences}:
            raise UnknownName(asked.audience)
        seen = narrow(edition(approved, asked.audience, day), lambda item: False)
        return [Wall(None, seen, {})], []
    boards = [each for each in institution.boards if not asked.boards or each.id in asked.boards]
    if unknown := set(asked.boards) - {each.id for each in boards}:
        raise UnknownName(min(unknown))
    if not boards:
        return [], [fault("P07", Span(SETTINGS))]
    known = {item.disclosure.id: item for item in approved.items}
    for name in asked.ids:
        if name not in known:
            raise UnknownName(name)
    wanted = _wanted(approved.items, asked)
    hanging = on_boards(approved)
    walls = [
        Wall(board, hangs(hanging, board, day, wanted), online(root, approved, board, day))
        for board in boards
    ]
    printed = {item.id for wall in walls for item in wall.edition.items}
    refused = (known[name] for name in asked.ids if name not in printed)
    return walls, [_reason(item, boards, day) for item in refused]


def hangs(hanging: Approved, board: Board, day: date, wanted: Callable[[str], bool]) -> Edition:
    """What hangs on a board on a day, of the corpus as it stands for boards, and is wanted."""
    seen = edition(hanging, board.audience, day)

    def stays(item: Item) -> bool:
        last = last_day(item, board)
        return wanted(item.id) and (last is None or day <= last)

    return narrow(seen, stays)


def online(root: Path, approved: Approved, board: Board, day: date) -> Mapping[str, str]:
    """Where each item is that whoever passes by the board may open: on an open site, else on the
    site of the board's own audience.
    """
    found: dict[str, str] = {}
    audiences = approved.institution.audiences
    for each in sorted(audiences, key=lambda audience: not audience.open):
        if each.open or each.id == board.audience:
            address = str(settings(configuration(root, each.id))["site_url"]).rstrip("/")
            for item in edition(approved, each.id, day).items:
                found.setdefault(item.id, f"{address}/d/{item.id}/")
    return found


def _wanted(items: Iterable[ApprovedItem], asked: PrintAsked) -> Callable[[str], bool]:
    if asked.catalog:
        return lambda name: False
    if asked.ids:
        return frozenset(asked.ids).__contains__
    if asked.period is None:
        return lambda name: True
    within = frozenset(
        item.disclosure.id for item in items if _within(item.disclosure.period, asked.period)
    )
    return within.__contains__


def _within(period: Period | None, asked: Period) -> bool:
    """Whether a period lies in the one asked for; 长期 lies in 长期 only."""
    if period is None or not (period.start and period.end and asked.start and asked.end):
        return period is not None and period.label == asked.label
    return asked.start <= period.start and period.end <= asked.end


def _reason(item: ApprovedItem, boards: Sequence[Board], day: date) -> Diagnostic:
    """Why an item that was asked for hangs on none of the boards today."""
    source = item.disclosure
    names = "、".join(board.title for board in boards)
    if not any(form.channel == "board" for form in item.forms):
        forms = "、".join(form.word for form in item.forms)
        return fault("P02", source.at("forms"), id=source.id, forms=forms)
    if not any(board.audience in item.boards for board in boards):
        scope = source.scope.text if source.scope else ""
        return fault("P03", source.at("scope"), id=source.id, scope=scope, boards=names)
    return fault("P06", source.at("dates.release"), id=source.id, day=day, boards=names)


def make_papers(
    root: Path,
    approved: Approved,
    wall: Wall,
    work: Path,
    *,
    registers: bool = False,
    scale: float = A4,
    helpers: int = 1,
) -> list[Addressed]:
    """Texts, then papers, each in a process of its own; papers come to lie in ``work``/papers in
    the wall's folder, its shelf in ``work``/shelves.
    """
    from generator.press.making import print_papers  # noqa: PLC0415 - it loads the engine

    name, seen = wall.folder, replace(wall.edition, pages=())  # standing pages hang nowhere
    shelf = stock(root, documents(approved), seen, work / "shelves" / name)
    fragments = work / "texts" / name
    config_file = configuration(root, wall.manner or seen.audience.id)
    try:
        faults = _apart(write_fragments, FragmentOrder(seen, shelf, config_file, fragments))
    except ConfigurationFault as problem:
        return [PageFault(f"site_config/{config_file.name}", "B02", str(problem))]
    order = PrintOrder(
        edition=seen,
        board=wall.board,
        links={item.id: wall.links[item.id] for item in seen.items if item.id in wall.links},
        own_fonts=root / "fonts",
        fragments=fragments,
        shelf=shelf,
        out=work / "papers" / name,
        work=work / "press" / name,
        registers=registers,
        scale=scale,
        helpers=helpers,
    )
    if faults:
        return list(faults)
    return list(_apart(print_papers, order))


def _apart(function: Callable[[Order], T], order: Order) -> T:
    """The answer of a fresh process that knows nothing but its order."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, die_with_parent) as pool:
        try:
            return pool.submit(function, order).result()
        except BrokenProcessPool:
            raise EnvironmentFault("E10", {"name": "print"}) from None


def _put(papers: Path, asked: PrintAsked) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Every paper to its place; of a whole board what no longer hangs is removed."""
    made = [path.relative_to(papers) for path in sorted(papers.rglob("*.pdf"))]
    gone = []
    folders = [each for each in sorted(papers.iterdir()) if each.is_dir()]
    for folder in folders if asked.whole else ():
        before = sorted((asked.out / folder.name).glob("*.pdf"))
        gone += [path for path in before if path.relative_to(asked.out) not in made]
    for each in made:
        (asked.out / each).parent.mkdir(parents=True, exist_ok=True)
        (papers / each).replace(asked.out / each)
    for path in gone:
        path.unlink()
    return tuple(asked.out / each for each in made), tuple(gone)
