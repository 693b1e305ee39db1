"""Coverage: what each row of the catalogue owed in a year, and what was disclosed.

An inspector looks first for what is not there (应公开而未公开): a yearly row fails by absence, and
no fault of any file says so. The due day is not in any regulation we know, so the caller says it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from generator.model.approved import Approved, ApprovedItem
from generator.model.catalogue import Catalogue, Row
from generator.model.institution import Unit
from generator.model.period import Period
from generator.oversight.scene import Scene, first_day, released_in


class State(Enum):
    """What became of a row in a year; the value is how the report says it."""

    DISCLOSED = "已公开"
    LATE = "逾期公开"
    PARTIAL = "部分时段"
    WITHDRAWN = "公开后撤下"
    MISSING = "未公开"
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
    State.PENDING,
)
"""States of a row that owes something every year, the best first."""

_OPEN = frozenset({State.LATE, State.WITHDRAWN, State.MISSING})


@dataclass(frozen=True, slots=True)
class RowYear:
    """A row in the year. ``items`` are the ids that count for it, by day; ``day`` is when the
    duty was met (yearly rows) or of the first disclosure (others), None where there is none.
    """

    catalogue: str
    row: Row
    yearly: bool
    state: State
    items: tuple[str, ...]
    day: date | None


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
    def open(self) -> tuple[RowYear, ...]:
        """The rows that need somebody's look; part of a year is enough until the due day."""
        past = self.scene.as_of > self.due
        states = _OPEN | {State.PARTIAL} if past else _OPEN
        return tuple(each for each in self.rows if each.state in states)


def usual_due(year: int) -> date:
    """The day by which a year's matters are expected unless the caller says another: the end of
    the next June, when the year's files go to the archive.
    """
    return date(year + 1, 6, 30)


@dataclass(frozen=True, slots=True)
class _Duty:
    """What is owed: which words mean every year, and the last day in time."""

    scene: Scene
    due: date
    yearly: frozenset[str]


def coverage(approved: Approved, scene: Scene, due: date) -> Coverage:
    """The year of every row, as known on the scene's day; ``due`` is the last day in time."""
    by_row: dict[str, list[ApprovedItem]] = {}
    for item in approved.items:
        if item.row is not None:
            by_row.setdefault(item.row.id, []).append(item)
    duty = _Duty(scene, due, approved.institution.yearly)
    rows = tuple(
        _row_year(catalogue, row, by_row.get(row.id, []), duty)
        for catalogue in approved.catalogues
        for row in catalogue.rows
    )
    return Coverage(scene, due, rows, _units(approved, rows), tuple(_off(approved, scene)))


def _row_year(catalogue: Catalogue, row: Row, items: list[ApprovedItem], duty: _Duty) -> RowYear:
    yearly = row.cells["time"] in duty.yearly
    state, counted, day = (_yearly if yearly else _occasional)(row, items, duty)
    if state in {State.MISSING, State.PENDING} and _later(catalogue, duty.scene):
        state = State.NOT_DUE
    return RowYear(catalogue.title, row, yearly, state, counted, day)


def _later(catalogue: Catalogue, scene: Scene) -> bool:
    """Whether the catalogue came into force only after the year."""
    effective = catalogue.filing.effective
    return effective is not None and effective > scene.last


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
    return period is not None and _overlap(period, scene) is not None


def _overlap(period: Period, scene: Scene) -> tuple[date, date] | None:
    """The part of the year the period speaks of. A period of a year or more (a school year)
    stands for the whole of the year it ends in.
    """
    start, end = period.start or date.min, period.end or date.max
    if end.year == scene.year and end - start >= timedelta(days=364):
        return scene.first, scene.last
    start, end = max(start, scene.first), min(end, scene.last)
    return (start, end) if start <= end else None


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
    spans: list[tuple[date, date]] = []
    for day, item in items:
        period = item.disclosure.period
        if period is not None and (span := _overlap(period, scene)) is not None:
            spans.append(span)
        if _whole(spans, scene):
            return day
    return None


def _whole(spans: list[tuple[date, date]], scene: Scene) -> bool:
    reached = scene.first - timedelta(days=1)
    for start, end in sorted(spans):
        if start > reached + timedelta(days=1):
            return False
        reached = max(reached, end)
    return reached >= scene.last


def _units(approved: Approved, rows: tuple[RowYear, ...]) -> tuple[UnitYear, ...]:
    order: dict[Unit | None, None] = dict.fromkeys(approved.institution.units.values())
    states: dict[Unit | None, Counter[State]] = {}
    counts: Counter[Unit | None] = Counter()
    for each in rows:
        for unit in each.row.units or (None,):
            states.setdefault(unit, Counter())[each.state] += 1
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
