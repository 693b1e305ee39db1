"""Applications (依申请公开): what came, what was answered and in time, as known on a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from generator.gate.registers import answer_by
from generator.gate.workdays import UnannouncedYear
from generator.model.institution import Institution
from generator.model.registers import Application, Registers
from generator.oversight.scene import Scene


@dataclass(frozen=True, slots=True)
class Request:
    """An application and the last day to answer it; None where no limit is known."""

    application: Application
    by: date | None

    def answered(self, day: date) -> bool:
        """Whether it had its answer on a day."""
        answered = self.application.answered
        return answered is not None and answered <= day

    def late(self, day: date) -> bool:
        """Whether on a day the answer had come after its time, or was owed in vain."""
        if self.by is None:
            return False
        answered = self.application.answered
        return min(answered or day, day) > self.by


@dataclass(frozen=True, slots=True)
class ApplicationYear:
    """A year's applications: those received in it and those carried over from before.

    ``received`` + ``carried`` = ``answered`` + ``pending``; ``outcomes`` counts the answered
    ones by word, ``late`` those of them that were answered out of time.
    """

    scene: Scene
    requests: tuple[Request, ...]
    received: int
    carried: int
    answered: int
    pending: int
    late: int
    outcomes: Mapping[str, int]


def application_year(
    registers: Registers, institution: Institution, scene: Scene
) -> ApplicationYear:
    """The year's applications in the order of their receipt; an unreadable date counts nowhere."""
    end = min(scene.last, scene.as_of)
    mine = sorted(
        (
            request(each, institution)
            for each in registers.applications
            if each.received and each.received <= end
            if each.received >= scene.first or each.answered is None or each.answered >= scene.first
        ),
        key=lambda found: (found.application.received or date.min, found.application.number),
    )
    received = sum((each.application.received or date.min) >= scene.first for each in mine)
    done = [each for each in mine if each.answered(end)]
    words = Counter(each.application.outcome.word for each in done if each.application.outcome)
    order = institution.oversight.applications.outcomes
    return ApplicationYear(
        scene=scene,
        requests=tuple(mine),
        received=received,
        carried=len(mine) - received,
        answered=len(done),
        pending=len(mine) - len(done),
        late=sum(each.late(end) for each in done),
        outcomes={word: words[word] for word in order if words[word]},
    )


def request(application: Application, institution: Institution) -> Request:
    """An application with its limit."""
    try:
        return Request(application, answer_by(application, institution))
    except UnannouncedYear:
        return Request(application, None)
