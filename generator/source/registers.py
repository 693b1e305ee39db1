"""``registers/applications.yaml`` and ``registers/held.yaml``: private, optional, by the office.

Only ``check``, ``report`` and ``due`` read them; a build does not open them at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generator.diagnostics import Diagnostic, Span
from generator.model.institution import Institution
from generator.model.registers import Application, Entry, Held, Registers
from generator.source.catalogue import read_units
from generator.source.project import read_sheet
from generator.source.sheet import Fields
from generator.source.values import parse_date, parse_period

APPLICATIONS = "registers/applications.yaml"
HELD = "registers/held.yaml"

_APPLICATION = (
    "number",
    "received",
    "applicant",
    "name",
    "contact",
    "matter",
    "unit",
    "outcome",
    "answered",
    "extended",
    "reason",
)
"""``name`` and ``contact`` may stand in the file for the office's own use; nothing reads them."""
_HELD = ("row", "period", "unit", "reason", "by", "date", "reference", "review", "ended")


def read_registers(root: Path, institution: Institution) -> tuple[Registers, list[Diagnostic]]:
    """Both registers of a project, and every fault of their spelling; no file is no fault."""
    faults: list[Diagnostic] = []
    applications = tuple(
        _application(each, institution)
        for each in _entries(root, APPLICATIONS, "applications", _APPLICATION, faults)
    )
    held = tuple(_held(each, institution) for each in _entries(root, HELD, "held", _HELD, faults))
    return Registers(applications, held), faults


def _entries(
    root: Path, file: str, key: str, known: tuple[str, ...], faults: list[Diagnostic]
) -> Iterator[Fields]:
    if not (root / file).is_file():
        return
    sheet, found = read_sheet(root, file)
    if sheet is None:
        faults += found
        return
    yield from sheet.fields((key,)).maps(key, known)
    faults += sheet.faults


def _entry(fields: Fields) -> Entry:
    sheet = fields.sheet
    nodes = {key: node for key in fields.names() if (node := fields.at(key)) is not None}
    whole = fields.at()
    return Entry(
        span=sheet.span(whole) if whole is not None else Span(sheet.file),
        spans={key: sheet.span(node) for key, node in nodes.items()},
    )


def _application(fields: Fields, institution: Institution) -> Application:
    rules = institution.oversight.applications
    fields.require("number", "received", "matter", "outcome")
    kind = fields.text("applicant")
    if rules.applicants:
        kind = fields.word("applicant", rules.applicants, "applicant")
    return Application(
        entry=_entry(fields),
        number=fields.text("number"),
        received=fields.parsed("received", parse_date, "S10"),
        applicant=kind,
        matter=fields.text("matter"),
        units=read_units(fields, "unit", institution),
        outcome=rules.outcomes.get(fields.word("outcome", rules.outcomes, "outcome")),
        answered=fields.parsed("answered", parse_date, "S10"),
        extended=fields.parsed("extended", parse_date, "S10"),
        reason=fields.text("reason"),
    )


def _held(fields: Fields, institution: Institution) -> Held:
    fields.require("row", "period", "reason", "by", "date", "review")
    return Held(
        entry=_entry(fields),
        row=fields.text("row"),
        period=fields.parsed("period", parse_period, "S11"),
        units=read_units(fields, "unit", institution),
        reason=fields.text("reason"),
        by=fields.text("by"),
        decided=fields.parsed("date", parse_date, "S10"),
        reference=fields.text("reference"),
        review=fields.parsed("review", parse_date, "S10"),
        ended=fields.parsed("ended", parse_date, "S10"),
    )
