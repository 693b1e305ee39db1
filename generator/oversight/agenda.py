"""What the office has to do by when, besides the sites: answer, look again, disclose the year.

Past days stay on the agenda until the thing is done, or a stopped clerk would go unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from generator.model.approved import Approved, ApprovedItem
from generator.model.catalogue import in_force
from generator.model.institution import Institution
from generator.model.registers import Registers
from generator.oversight.applications import request
from generator.oversight.coverage import RowYear, State, coverage
from generator.oversight.due import Due
from generator.oversight.results import awaited_results
from generator.oversight.scene import Scene

_OWED = frozenset({State.MISSING, State.PENDING, State.PARTIAL})


def agenda(approved: Approved, registers: Registers, as_of: date, days: int) -> tuple[Due, ...]:
    """Everything the office owes up to ``days`` after ``as_of``, that day included, in order."""
    end = as_of + min(timedelta(days=days), date.max - as_of)
    found = [
        *_answers(registers, approved.institution),
        *_reviews(registers, as_of),
        *_confirmations(approved, as_of),
        *_rows(approved, registers, as_of, end),
        *_results(approved, as_of),
        *_revisions(approved, as_of),
    ]
    return tuple(sorted((each for each in found if each.date <= end), key=_order))


def _order(each: Due) -> tuple[date, str, str]:
    return each.date, each.event, each.id


def _answers(registers: Registers, institution: Institution) -> Iterator[Due]:
    for each in registers.applications:
        by = request(each, institution).by
        if each.answered is None and by is not None:
            yield Due(by, "answer", "", each.number, each.matter)


def _reviews(registers: Registers, as_of: date) -> Iterator[Due]:
    for each in registers.held:
        if each.review and each.holds(as_of):
            period = each.period.label if each.period else ""
            yield Due(each.review, "review", "", each.row, f"{period} {each.reason}".strip())


def _confirmations(approved: Approved, as_of: date) -> Iterator[Due]:
    """Items without an end of their period (长期) rot silently: somebody has to look again, so
    long after the last release, approved change or confirmation.
    """
    after = approved.institution.oversight.reconfirm
    for item in approved.items if after else ():
        if after and (looked := _last_look(item, as_of)):
            day = looked + min(after, date.max - looked)
            yield Due(day, "reconfirm", "", item.disclosure.id, item.disclosure.title)


def _last_look(item: ApprovedItem, as_of: date) -> date | None:
    """When the office last answered for a lasting item that stands somewhere today."""
    facts = item.disclosure
    gone = item.withdrawn is not None and item.withdrawn <= as_of
    standing = [
        term.release
        for term in item.terms.values()
        if term.release <= as_of and (term.last is None or as_of <= term.last)
    ]
    if facts.period is None or facts.period.end is not None or gone or not standing:
        return None
    changed = (entry.date for entry in facts.lifecycle if entry.date and entry.date <= as_of)
    return max([*standing, *changed, *([facts.confirmed] if facts.confirmed else [])])


def _rows(approved: Approved, registers: Registers, as_of: date, end: date) -> Iterator[Due]:
    """Yearly rows of the last year that is over its day, and of those whose day comes."""
    rule = approved.institution.oversight.yearly_due
    year = as_of.year - rule.later
    closed = year if rule.of(year) < as_of else year - 1
    coming = closed + 1
    while coming < date.max.year - 1 and rule.of(coming) <= end and coming <= end.year:
        coming += 1
    for each in range(max(closed, 1), coming):
        report = coverage(
            approved, Scene("", each, as_of, frozenset()), rule.of(each), registers.held
        )
        yield from _owed(report.rows, each, rule.of(each))


def _results(approved: Approved, as_of: date) -> Iterator[Due]:
    for each in awaited_results(approved, as_of):
        yield Due(each.due, "result", "", each.id, each.title)


def _revisions(approved: Approved, as_of: date) -> Iterator[Due]:
    """Catalogues whose version in force has stood for a year, where the institution's rule says
    that they are adjusted every year (目录每年调整).
    """
    if approved.institution.rules.get("catalogue_yearly", "off") == "off":
        return
    for each in in_force(approved.catalogues, as_of):
        first = each.starts
        if date.min < first and first.year < date.max.year:
            leap = (first.month, first.day) == (2, 29)
            day = first.replace(year=first.year + 1, day=28 if leap else first.day)
            yield Due(day, "revision", "", each.id, f"{each.title} {each.filing.version}")


def _owed(rows: Iterable[RowYear], year: int, day: date) -> Iterator[Due]:
    for each in rows:
        if each.yearly and each.state in _OWED:
            units = "、".join(unit.name for unit in each.row.units)
            title = f"{year}年度 {each.row.title}"
            yield Due(day, "yearly", "", each.row.id, f"{title}（{units}）" if units else title)
