"""The reports by name: from the corpus to a paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from generator.model.approved import Approved
from generator.model.disclosure import Corpus
from generator.oversight.coverage import coverage, usual_due
from generator.oversight.paper import Paper
from generator.oversight.sample import sample
from generator.oversight.scene import Scene
from generator.oversight.timeliness import timeliness
from generator.oversight.wording import coverage_paper, sample_paper, timeliness_paper

Kind = Literal["coverage", "timeliness", "sample"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A report asked for: which one, of which year, and what each kind may be told.

    ``due`` is the last day in time of a yearly matter (None: the usual one), ``within`` the
    limit in working days from writing to release, ``count`` and ``seed`` are the sample's.
    """

    kind: Kind
    year: int
    due: date | None = None
    within: int = 20
    count: int = 10
    seed: str = "1"


def make_paper(corpus: Corpus, approved: Approved, scene: Scene, asked: Asked) -> Paper:
    """The report asked for, in words."""
    if asked.kind == "coverage":
        due = asked.due or usual_due(asked.year)
        return coverage_paper(coverage(approved, scene, due))
    if asked.kind == "timeliness":
        return timeliness_paper(timeliness(approved, scene, asked.within))
    return sample_paper(sample(corpus, approved, scene, asked.count, asked.seed))
