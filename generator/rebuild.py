"""Building again: nothing is loaded, let alone made, where all stands as the last build left it."""

from __future__ import annotations

import gc
from collections.abc import Callable

from generator.facts import Seen
from generator.helpers import uncollected
from generator.remembered import Asked, Built, DayIn, recall

Progress = Callable[[int, int], None]


@uncollected()
def rebuild(
    asked: Asked,
    as_of: DayIn,
    progress: Progress = lambda done, total: None,
    *,
    cores: int = 1,
) -> Built:
    """What ``build`` would do and say, by a short way where that is nothing new: once in a process,
    which keeps what is left to its end.
    """
    seen: Seen = {}
    built = recall(asked, as_of, seen, cores) or _in_full(asked, as_of, progress, cores, seen)
    gc.freeze()  # or the interpreter goes through all that is left, only to throw it away
    return built


def _in_full(asked: Asked, as_of: DayIn, progress: Progress, cores: int, seen: Seen) -> Built:
    from generator.site.crew import warm  # noqa: PLC0415 - little, and first of all

    if cores > 1:
        warm()
    from generator.build import build  # noqa: PLC0415 - a second of loading

    wanted, pdf = asked.audiences, asked.pdf
    return build(asked.root, asked.out, as_of, wanted, progress, pdf=pdf, cores=cores, seen=seen)
