"""The institution's own rules of oversight: what is owed by when, and how registers speak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from generator.model.period import Until


@dataclass(frozen=True, slots=True)
class Outcome:
    """A word of what became of an application. ``reason``: a refusal owes one; ``pending``: no
    answer is given yet.
    """

    word: str
    reason: bool = False
    pending: bool = False


OUTCOMES: Mapping[str, Outcome] = {
    each.word: each
    for each in (
        Outcome("公开"),
        Outcome("部分公开", reason=True),
        Outcome("一定范围公开"),
        Outcome("不予公开", reason=True),
        Outcome("非本单位", reason=True),
        Outcome("撤回申请"),
        Outcome("补正", pending=True),
        Outcome("办理中", pending=True),
    )
}
"""The words of 依申请公开 for an institution that states none."""


@dataclass(frozen=True, slots=True)
class ApplicationRules:
    """How applications (依申请公开) are dealt with.

    ``within`` is the time to answer, counted from the day after receipt (None: no limit);
    ``report_to`` are the ids of audiences that may be told figures; ``applicants`` are the words
    for kinds of applicants (none: any word).
    """

    within: Until | None = None
    report_to: frozenset[str] = frozenset()
    applicants: tuple[str, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=lambda: OUTCOMES)


@dataclass(frozen=True, slots=True)
class DueDay:
    """The last day of a yearly duty: so many years after the year, that month and day.

    The end of the next June is usual: then a year's files go to the archive.
    """

    later: int = 1
    month: int = 6
    day: int = 30

    def of(self, year: int) -> date:
        """The day by which a year's matters are expected."""
        return date(min(year + self.later, date.max.year), self.month, self.day)


@dataclass(frozen=True, slots=True)
class AnnualRules:
    """What the draft of the annual report may fill in by itself; empty strings where unsaid."""

    catalog: str = ""
    kind: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class OversightRules:
    """The block ``oversight`` of ``institution.yml``. ``reconfirm``: after how long somebody must
    look again at what is disclosed for good (None: never).
    """

    yearly_due: DueDay = DueDay()
    reconfirm: timedelta | None = None
    applications: ApplicationRules = ApplicationRules()
    annual: AnnualRules = AnnualRules()
