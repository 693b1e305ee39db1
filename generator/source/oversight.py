"""The block ``oversight`` of ``institution.yml``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from generator.model.oversight import (
    OUTCOMES,
    AnnualRules,
    ApplicationRules,
    DueDay,
    Outcome,
    OversightRules,
)
from generator.model.period import Until
from generator.source.sheet import Fields
from generator.source.values import parse_until, plain

_KEYS = ("yearly_due", "reconfirm", "applications", "annual")
_DUE = re.compile(r"(当年|次年)?(\d{1,2})(?:-|月)(\d{1,2})日?")


def read_oversight(
    fields: Fields, audiences: Sequence[str], kinds: Sequence[str], units: Sequence[str]
) -> OversightRules:
    """The rules of the settings' block; what is not said there keeps its usual value."""
    block = fields.map("oversight", _KEYS)
    reconfirm = block.parsed("reconfirm", _parse_span, "S12")
    annual = block.map("annual", ("catalog", "kind", "unit"))
    return OversightRules(
        yearly_due=block.parsed("yearly_due", _parse_due, "S10") or DueDay(),
        reconfirm=timedelta(days=reconfirm.count) if reconfirm else None,
        applications=_applications(block, audiences),
        annual=AnnualRules(
            catalog=annual.text("catalog"),
            kind=annual.word("kind", kinds, "kind"),
            unit=annual.word("unit", units, "unit"),
        ),
    )


def _parse_due(text: str) -> DueDay | None:
    """``次年06-30`` or ``当年12-31``; a day that every year has."""
    match = _DUE.fullmatch(plain(text))
    if match is None:
        return None
    month, day = int(match[2]), int(match[3])
    try:
        date(2001, month, day)
    except ValueError:
        return None
    return DueDay(0 if match[1] == "当年" else 1, month, day)


def _parse_span(text: str) -> Until | None:
    """A number of calendar days."""
    until = parse_until(text)
    return until if until and until.unit == "days" else None


def _parse_limit(text: str) -> Until | None:
    """A number of days or working days."""
    until = parse_until(text)
    return until if until and until.unit in {"days", "workdays"} else None


def _applications(block: Fields, audiences: Sequence[str]) -> ApplicationRules:
    rules = block.map("applications", ("within", "report_to", "applicants", "outcomes"))
    told = set()
    for text, node in rules.texts("report_to"):
        if text in audiences:
            told.add(text)
        else:
            rules.unknown_word(node, text, audiences, "report_to")
    return ApplicationRules(
        within=rules.parsed("within", _parse_limit, "S12"),
        report_to=frozenset(told),
        applicants=tuple(text for text, _ in rules.texts("applicants", split=True)),
        outcomes=_outcomes(rules) if "outcomes" in rules else OUTCOMES,
    )


def _outcomes(rules: Fields) -> Mapping[str, Outcome]:
    table = rules.map("outcomes", None)
    found = {}
    for word in table.names():
        entry = table.map(word, ("reason", "answer"))
        found[word] = Outcome(
            word,
            reason=entry.word("reason", ("required",), "reason") == "required",
            pending=entry.word("answer", ("pending",), "answer") == "pending",
        )
    return found
