"""Building again: nothing is loaded, let alone made, where all stands as the last build left it."""

from __future__ import annotations

from collections.abc import Callable

from generator.remembered import Asked, Built, DayIn, recall


def rebuild(
    asked: Asked,
    as_of: DayIn,
    progress: Callable[[int, int], None] = lambda done, total: None,
    *,
    cores: int = 1,
) -> Built:
    """What ``build`` would do and say, by a short way where that is nothing new."""
    if known := recall(asked, as_of):
        return known
    from generator.site.crew import warm  # noqa: PLC0415 - little, and first of all

    if cores > 1:
        warm()
    from generator.build import build  # noqa: PLC0415 - a second of loading

    return build(
        asked.root, asked.out, as_of, asked.audiences, progress, pdf=asked.pdf, cores=cores
    )
