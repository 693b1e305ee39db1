"""``dwgk purge``: nothing of a withdrawn item is left in the releases kept at a target.

Lists, feeds and the index of a release name its items too, and its signature covers every file:
a release cannot be rewritten without them. So every kept release that shows the item is deleted.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.diagnostics import Diagnostic, fault
from generator.publish.release.issue import STUCK, Place, open_target, release_span
from generator.publish.release.reach import reach

IN_SERVICE = "D24"


@dataclass(frozen=True, slots=True)
class Purged:
    """The releases that were deleted, those that are left, and what stood in the way."""

    gone: tuple[int, ...] = ()
    left: tuple[int, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def purge(place: Place, item: str) -> Purged:
    """Delete every kept release at ``place`` that shows ``item``.

    Refused where the release in service shows it: the item goes out of service first. Raises
    EnvironmentFault for what the target refuses.
    """
    with reach(place.folder) as reached:
        opened = open_target(reached, place)
        showing = {int(each) for each, ids in reached.call("showing", ids=[item]).items() if ids}
        if opened.current in showing:
            span = release_span(opened.current)
            return Purged(diagnostics=(fault(IN_SERVICE, span, id=item, audience=place.audience),))
        found = reached.call("drop", numbers=sorted(showing))
    stuck = tuple(fault(STUCK, release_span(each), "error", number=each) for each in found["stuck"])
    left = tuple(each for each in opened.releases if each not in found["gone"])
    return Purged(tuple(found["gone"]), left, stuck)
