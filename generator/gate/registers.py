"""The office's private registers: entries that agree with the catalogue, the rules, themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from generator.diagnostics import Diagnostic, fault, nearest, several
from generator.gate.workdays import UnannouncedYear, last_day
from generator.model.catalogue import Catalogue, Row, by_id
from generator.model.institution import Institution
from generator.model.registers import Application, Held, Registers


def check_registers(
    registers: Registers, institution: Institution, catalogues: tuple[Catalogue, ...]
) -> Iterator[Diagnostic]:
    """Every fault of both registers that is not one of spelling."""
    seen: set[str] = set()
    for each in registers.applications:
        if each.number and each.number in seen:
            yield fault("R21", each.entry.at("number"), number=each.number)
        seen.add(each.number)
        yield from _application(each, institution)
    versions = (version for each in by_id(catalogues).values() for version in each)
    rows = {row.id: row for version in versions for row in version.rows}  # the newest counts
    for held in registers.held:
        yield from _held(held, rows)


def answer_by(application: Application, institution: Institution) -> date | None:
    """The last day to answer: as extended, or by the rule; None where nobody set a limit.

    Counted like a term of disclosure, from the day after receipt. Raises UnannouncedYear.
    """
    within = institution.oversight.applications.within
    if application.extended is not None:
        return application.extended
    if application.received is None or within is None:
        return None
    return last_day(application.received, within, institution.calendar)


def _application(each: Application, institution: Institution) -> Iterator[Diagnostic]:
    place, outcome = each.entry.at, each.outcome
    for key, day in (("answered", each.answered), ("extended", each.extended)):
        if day and each.received and day < each.received:
            yield fault("R22", place(key), later=day, earlier=each.received)
    if outcome is not None:
        if outcome.reason and not each.reason:
            yield fault("R23", place("reason"), outcome=outcome.word)
        if outcome.pending and each.answered:
            yield fault("R25", place("outcome"), outcome=outcome.word)
        if not outcome.pending and "answered" not in each.entry.spans:
            yield fault("R26", place("answered"), outcome=outcome.word)
    try:
        by = answer_by(each, institution)
    except UnannouncedYear as unknown:
        yield fault("R27", place("received"), year=unknown.year)
        return
    if by and each.answered and each.answered > by:
        yield fault("R24", place("answered"), answered=each.answered, by=by)


def _held(each: Held, rows: Mapping[str, Row]) -> Iterator[Diagnostic]:
    row = rows.get(each.row)
    if each.row and row is None:
        yield fault("R28", each.entry.at("row"), row=each.row, near=nearest(each.row, rows))
    if row is not None and row.units:
        for unit in each.units:
            if unit not in row.units:
                names = several([known.name for known in row.units])
                yield fault("R29", each.entry.at("unit"), unit=unit.name, row=row.id, units=names)
    for key, day in (("review", each.review), ("ended", each.ended)):
        if day and each.decided and day < each.decided:
            yield fault("R22", each.entry.at(key), later=day, earlier=each.decided)
