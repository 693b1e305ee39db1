"""``dwgk verify`` with a key: the 防篡改 check of a release, on the web or in a folder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from generator.diagnostics import Diagnostic
from generator.model.release import Release
from generator.publish.proof.found import Unavailable
from generator.publish.proof.judge import Expected, believe, doubts, for_others, seen_of
from generator.publish.proof.memory import recall, remember
from generator.publish.proof.portion import hour_of, portion

_ROUNDS = 3
"""Looks before a site that changes under them is told as it was seen the last time."""


class Place(Protocol):
    """Where a release can be looked at."""

    def papers(self) -> tuple[bytes, bytes]:
        """Manifest and signature; raises ``Unavailable``."""

    def examine(
        self, release: Release, chosen: Collection[str], shown: Callable[[int, int], None]
    ) -> Iterator[Diagnostic]:
        """Faults of its files."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a look found: at which place, which release, how many of its files were read."""

    place: str
    release: Release | None
    examined: int
    faults: tuple[Diagnostic, ...]


def prove(
    place: Place,
    expected: Expected,
    state: Path | None = None,
    sample: int | None = None,
    shown: Callable[[int, int], None] = lambda done, total: None,
) -> Proof:
    """Look at ``place``; every fault is in the proof, none is raised.

    ``state`` is the memory of the newest release seen; it is read and, for a release that was
    truly signed for the right audience, written. ``sample`` looks at about so many files, others
    each hour. Raises ``EnvironmentFault`` for keys, memory or tools that cannot be used.
    """
    proof = _look(place, expected, state, sample, shown)
    for _ in range(_ROUNDS - 1):
        if not proof.faults or not _moved(place, proof.release):
            break  # a deployment during the look would make every changed file a fault
        proof = _look(place, expected, state, sample, shown)
    return proof


def _moved(place: Place, release: Release | None) -> bool:
    try:
        return release is not None and place.papers()[0] != release.to_bytes()
    except Unavailable:
        return False


def _look(
    place: Place,
    expected: Expected,
    state: Path | None,
    sample: int | None,
    shown: Callable[[int, int], None],
) -> Proof:
    seen = recall(state) if state else None
    measure = Expected(expected.keys, expected.audience, seen, expected.at)
    try:
        release = believe(*place.papers(), expected.keys)
    except Unavailable as problem:
        return Proof(str(place), None, 0, (problem.found,))
    if isinstance(release, Diagnostic):
        return Proof(str(place), None, 0, (release,))
    if foreign := for_others(release, measure):
        return Proof(str(place), release, 0, (foreign,))
    chosen = _chosen(release, measure, sample)
    faults = [*doubts(release, measure), *place.examine(release, chosen, shown)]
    if state:
        remember(state, seen_of(release))
    return Proof(str(place), release, len(chosen), tuple(faults))


def _chosen(release: Release, expected: Expected, sample: int | None) -> Collection[str]:
    if sample is None:
        return release.files.keys()
    return portion(release.files, release.version, hour_of(expected.at), sample)
