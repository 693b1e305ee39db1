"""The reports by name: from the corpus and the registers to a paper, and to drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from generator.model.approved import Approved
from generator.model.disclosure import Corpus
from generator.model.record import Entry
from generator.model.registers import Registers
from generator.oversight.annual import Annual, annual
from generator.oversight.annual_paper import annual_paper
from generator.oversight.applications import application_year
from generator.oversight.applications_paper import applications_paper
from generator.oversight.coverage import coverage
from generator.oversight.coverage_paper import coverage_paper
from generator.oversight.draft import Draft, draft
from generator.oversight.paper import Paper
from generator.oversight.sample import sample
from generator.oversight.scene import Scene
from generator.oversight.timeliness import timeliness
from generator.oversight.wording import sample_paper, timeliness_paper

Kind = Literal["coverage", "timeliness", "annual", "applications", "sample"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A report asked for: which one, of which year, and what each kind may be told.

    ``due`` is the last day in time of a yearly matter (None: the institution's), ``within`` the
    limit in working days from writing to release, ``count`` and ``seed`` are the sample's,
    ``audiences`` those of the annual report (none: all).
    """

    kind: Kind
    year: int
    due: date | None = None
    within: int = 20
    count: int = 10
    seed: str = "1"
    audiences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """All that a report may look at."""

    corpus: Corpus
    approved: Approved
    registers: Registers
    log: Sequence[Entry] = ()


def make_paper(source: Source, scene: Scene, asked: Asked) -> Paper:
    """The report asked for, in words."""
    approved, registers = source.approved, source.registers
    if asked.kind == "coverage":
        due = asked.due or approved.institution.oversight.yearly_due.of(asked.year)
        return coverage_paper(coverage(approved, scene, due, registers.held))
    if asked.kind == "timeliness":
        return timeliness_paper(timeliness(approved, scene, asked.within))
    if asked.kind == "annual":
        return annual_paper(_years(source, scene, asked), scene)
    if asked.kind == "applications":
        return applications_paper(application_year(registers, approved.institution, scene))
    return sample_paper(
        sample(source.corpus, approved, scene, asked.count, asked.seed, log=source.log)
    )


def make_drafts(source: Source, scene: Scene, asked: Asked) -> tuple[Draft, ...]:
    """The annual report drafted for each audience asked for."""
    institution = source.approved.institution
    return tuple(draft(each, institution) for each in _years(source, scene, asked))


def _years(source: Source, scene: Scene, asked: Asked) -> Sequence[Annual]:
    return [
        annual(source.approved, source.registers, each, scene)
        for each in source.approved.institution.audiences
        if not asked.audiences or each.id in asked.audiences
    ]
