"""Kinds of disclosure as ``institution.yml`` states them, each with what it owes."""

from __future__ import annotations

from typing import cast

from generator.diagnostics import Severity
from generator.model.disclosure import RELATIONS
from generator.model.institution import Kind
from generator.model.period import Until
from generator.source.sheet import Fields
from generator.source.values import parse_until

KEYS = ("until", "effective", "invites", "result", "relations")
_LEVELS = ("error", "warning")


def read_kind(word: str, entry: Fields) -> Kind:
    """The kind of one entry of ``kinds``; what could not be read is a fault there."""
    result = entry.map("result", ("within",))
    if "result" in entry:
        result.require("within")
    within = result.parsed("within", _days, "S12")
    relations = entry.map("relations", RELATIONS)
    levels = [(name, relations.word(name, _LEVELS, name)) for name in relations.names()]
    return Kind(
        word,
        until_required=entry.word("until", ("required",), "until") == "required",
        effective_required=entry.word("effective", ("required",), "effective") == "required",
        invites=entry.text("invites"),
        result_within=within.count if within else 0,
        relations=tuple((name, cast(Severity, level)) for name, level in levels if level),
    )


def _days(text: str) -> Until | None:
    """Calendar days: the end may lie in a year whose working days nobody knows yet."""
    until = parse_until(text)
    return until if until is not None and until.unit == "days" else None
