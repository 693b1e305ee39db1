"""Coverage: what each row of the catalogue owed in a year, and what was disclosed.

An inspector looks first for what is not there (应公开而未公开): a yearly row fails by absence, and
no fault of any file says so. What is held back with a reason on record (暂不宜公开台账) is no
gap, or the report would cry wolf. The due day is not in any regulation we know: the institution
states it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from generator.model.approved import Approved, ApprovedItem
from generator.model.catalogue import Catalogue, Row, by_id
from generator.model.institution import Unit
from generator.model.period import Period
from generator.model.registers import Held
from generator.oversight.scene import Scene, first_day, overlap, released_in, spans, whole


class State(Enum):
    """What became of a row in a year; the value is how the report says it."""

    DISCLOSED = "已公开"
    LATE = "逾期公开"
    PARTIAL = "部分时段"
    WITHDRAWN = "公开后撤下"
    MISSING = "未公开"
    HELD = "暂不公开（已登记）"
    PENDING = "待公开"
    NOT_DUE = "目录尚未施行"
    COUNTED = "按发生公开"
    NONE = "本年无"


YEARLY_STATES = (
    State.DISCLOSED,
    State.LATE,
    State.PARTIAL,
    State.WITHDRAWN,
    State.MISSING,
    State.HELD,
    State.PENDING,
)
"""States of a row that owes something every year."""

URGENT = (State.MISSING, State.WITHDRAWN, State.PARTIAL, State.HELD, State.LATE)
"""States that may need somebody's look, in the order in which an inspector asks."""


@dataclass(frozen=True, slots=True)
class RowYear:
    """A row in the year. ``items`` are the ids that count for it, by day; ``day`` is when the
    duty was met (yearly rows) or of the first disclosure (others), None where there is none.
    ``held`` are the entries of the register that hold it on the report's day, ``excused`` the
    units whose whole rest of the year they hold.
    """

    catalogue: str
    row: Row
    yearly: bool
    state: State
    items: tuple[str, ...]
    day: date | None
    held: tuple[Held, ...] = ()
    excused: frozenset[Unit | None] = frozenset()

    def state_at(self, unit: Unit | None) -> State:
        """What the row's year is for one of its units: one may hold back what another owes."""
        return State.HELD if unit in self.excused else self.state


@dataclass(frozen=True, slots=True)
class UnitYear:
    """A unit's rows by state; a row of several units counts at each. None: no unit stated."""

    unit: Unit | None
    states: Mapping[State, int]
    disclosures: int


@dataclass(frozen=True, slots=True)
class OffCatalogue:
    """An item outside the catalogue that no row has absorbed yet."""

    id: str
    title: str
    units: tuple[Unit, ...]
    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """The report: rows in catalogue order, units in the institution's order."""

    scene: Scene
    due: date
    rows: tuple[RowYear, ...]
    units: tuple[UnitYear, ...]
    off: tuple[OffCatalogue, ...]

    @property
    def open(self) -> tuple[tuple[Unit | None, RowYear], ...]:
        """What needs somebody's look, by unit, the most urgent first."""
        found = [
            (each.unit, row)
            for each in self.units
            for state in URGENT
            for row in self.rows
            if each.unit in (row.row.units or (None,))
            and row.state_at(each.unit) is state
            and self._asks(state, row)
        ]
        return tuple(found)

    def _asks(self, state: State, row: RowYear) -> bool:
        """Part of a year is enough until the due day, a hold until the day of its review."""
        if state is State.PARTIAL:
            return self.scene.as_of > self.due
        if state is State.HELD:
            return any(each.review and each.review < self.scene.as_of for each in row.held)
        return True


@dataclass(frozen=True, slots=True)
class _Duty:
    """What is owed: which words mean every year, and the last day in time."""

    scene: Scene
    due: date
    yearly: frozenset[str]
    held: Mapping[str, tuple[Held, ...]]


def coverage(approved: Approved, scene: Scene, due: date, held: Iterable[Held] = ()) -> Coverage:
    """The year of every row, as known on the scene's day; ``due`` is the last day in time,
    ``held`` the register of what is held back.
    """
    absorbed = _absorbed(approved, scene)
    by_row: dict[str, list[ApprovedItem]] = {}
    for item in approved.items:
        row = item.row.id if item.row else absorbed.get(item.disclosure.id)
        if row is not None:
            by_row.setdefault(row, []).append(item)
    duty = _Duty(scene, due, approved.institution.yearly, _holding(held, scene))
    rows = tuple(
        _row_year(catalogue, row, by_row.get(row.id, []), duty)
        for catalogue in _of_year(approved, scene)
        for row in catalogue.rows
    )
    off = tuple(each for each in _off(approved, scene) if each.id not in absorbed)
    return Coverage(scene, due, rows, _units(approved, rows), off)


def _of_year(approved: Approved, scene: Scene) -> Iterator[Catalogue]:
    """Of each catalogue the version in force at the end of the year, or else its first one."""
    for versions in by_id(approved.catalogues).values():
        begun = [each for each in versions if each.starts <= scene.last]
        yield begun[-1] if begun else versions[0]


def _absorbed(approved: Approved, scene: Scene) -> Mapping[str, str]:
    """Items outside the catalogue and the rows that have taken them in by the report's day."""
    return {
        name: row.id
        for version in approved.catalogues
        if version.starts <= scene.as_of
        for row in version.rows
        for name in row.absorbs
    }


def _row_year(catalogue: Catalogue, row: Row, items: list[ApprovedItem], duty: _Duty) -> RowYear:
    yearly = row.cells["time"] in duty.yearly
    state, counted, day = (_yearly if yearly else _occasional)(row, items, duty)
    held = duty.held.get(row.id, ())
    excused: frozenset[Unit | None] = frozenset()
    if yearly and state not in {State.DISCLOSED, State.LATE}:
        excused = _excused(row, [item for item in items if item.disclosure.id in counted], duty)
    if excused and excused.issuperset(row.units or (None,)):
        state = State.HELD
    elif state in {State.MISSING, State.PENDING} and catalogue.starts > duty.scene.last:
        state = State.NOT_DUE
    return RowYear(catalogue.title, row, yearly, state, counted, day, held, excused)


def _holding(held: Iterable[Held], scene: Scene) -> Mapping[str, tuple[Held, ...]]:
    """By row the entries that hold anything of the year on the report's day."""
    table: dict[str, list[Held]] = {}
    for each in held:
        if each.holds(scene.as_of) and each.period and overlap(each.period, scene):
            table.setdefault(each.row, []).append(each)
    return {row: tuple(entries) for row, entries in table.items()}


def _excused(row: Row, items: list[ApprovedItem], duty: _Duty) -> frozenset[Unit | None]:
    """Units for which what is disclosed and what is held make up the whole year."""
    held = duty.held.get(row.id, ())
    told = [item.disclosure.period for item in items if not _withdrawn(item, duty.scene)]
    found: set[Unit | None] = set()
    for unit in row.units or (None,):
        mine = [
            each.period for each in held if unit is None or not each.units or unit in each.units
        ]
        if mine and whole(spans([*told, *mine], duty.scene), duty.scene):
            found.add(unit)
    return frozenset(found)


_Judgement = tuple[State, tuple[str, ...], date | None]


def _occasional(row: Row, items: list[ApprovedItem], duty: _Duty) -> _Judgement:
    """A row that owes nothing by the calendar: how often it was disclosed in the year."""
    found = _by_day(item for item in items if released_in(item.disclosure, duty.scene))
    ids = tuple(item.disclosure.id for _, item in found)
    return (State.COUNTED, ids, found[0][0]) if found else (State.NONE, (), None)


def _yearly(row: Row, items: list[ApprovedItem], duty: _Duty) -> _Judgement:
    """A row that owes the year: met, and when, by items whose periods cover it."""
    scene = duty.scene
    known = _by_day(item for item in items if _touches(item, scene) and _told(item, row, scene))
    standing = [(day, item) for day, item in known if not _withdrawn(item, scene)]
    ids = tuple(item.disclosure.id for _, item in standing)
    if (met := _met(standing, scene)) is not None:
        return (State.DISCLOSED if met <= duty.due else State.LATE), ids, met
    if standing:
        return State.PARTIAL, ids, None
    if known:
        return State.WITHDRAWN, tuple(item.disclosure.id for _, item in known), None
    return (State.MISSING if scene.as_of > duty.due else State.PENDING), (), None


def _by_day(items: Iterable[ApprovedItem]) -> list[tuple[date, ApprovedItem]]:
    found = [(first_day(item.disclosure) or date.max, item) for item in items]
    return sorted(found, key=lambda pair: (pair[0], pair[1].disclosure.id))


def _touches(item: ApprovedItem, scene: Scene) -> bool:
    """Whether the item speaks of any part of the year."""
    period = item.disclosure.period
    return period is not None and overlap(period, scene) is not None


def _told(item: ApprovedItem, row: Row, scene: Scene) -> bool:
    """Released to anybody by the day; where the row has no form for a site, the record is all
    the evidence there can be.
    """
    if row.forms and not any(form.channel == "web" for form in row.forms):
        return True
    day = first_day(item.disclosure)
    return day is not None and day <= scene.as_of


def _withdrawn(item: ApprovedItem, scene: Scene) -> bool:
    return item.withdrawn is not None and item.withdrawn <= scene.as_of


def _met(items: list[tuple[date, ApprovedItem]], scene: Scene) -> date | None:
    """The day on which the released items together covered the whole year."""
    told: list[Period | None] = []
    for day, item in items:
        told.append(item.disclosure.period)
        if whole(spans(told, scene), scene):
            return day
    return None


def _units(approved: Approved, rows: tuple[RowYear, ...]) -> tuple[UnitYear, ...]:
    order: dict[Unit | None, None] = dict.fromkeys(approved.institution.units.values())
    states: dict[Unit | None, Counter[State]] = {}
    counts: Counter[Unit | None] = Counter()
    for each in rows:
        for unit in each.row.units or (None,):
            states.setdefault(unit, Counter())[each.state_at(unit)] += 1
            counts[unit] += len(each.items)
    order[None] = None
    return tuple(UnitYear(unit, states[unit], counts[unit]) for unit in order if unit in states)


def _off(approved: Approved, scene: Scene) -> Iterator[OffCatalogue]:
    """Those known by the end of the year: one of an earlier year is still not absorbed."""
    bound = min(scene.as_of, scene.last)
    for day, item in _by_day(item for item in approved.items if item.row is None):
        if day <= bound:
            facts = item.disclosure
            reason = facts.approval.off_catalog if facts.approval else ""
            yield OffCatalogue(facts.id, facts.title, facts.units, day, reason)
