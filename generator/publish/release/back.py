"""``dwgk rollback``: an older release comes back into service, as a new one.

Its files are links to the older ones, its number is higher and its signature new, so that
monitors can tell it from an older release that an attacker put back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from generator.diagnostics import Diagnostic, Span, fault, has_errors, several
from generator.model.record import State
from generator.model.release import MANIFEST, SIGNATURE, Release
from generator.publish.release.deploy import entered
from generator.publish.release.issue import (
    BUILD,
    ITEMS,
    Content,
    Done,
    Opened,
    Place,
    Unsent,
    issue,
    manifest_of,
    open_target,
    release_span,
)
from generator.publish.release.reach import Reached, reach
from generator.publish.sbom import NAME as BILL
from generator.publish.signing import check
from generator.site.shown import Site, Unfit, site_of

AGAIN, OLDER, WHICH, SPOILT = "D20", "D21", "D22", "D23"


def rollback(place: Place, number: int, allowed: frozenset[str], again: frozenset[str]) -> Done:
    """Put the kept release ``number`` (0: the one before) into service again at ``place``.

    ``allowed`` are the items that may be shown to this audience today; what else the older
    release shows was withdrawn, has expired or is not for it any more, and must be named in
    ``again`` one by one. Raises EnvironmentFault for what the target refuses.
    """
    with reach(place.folder) as reached:
        opened = open_target(reached, place)
        number = number or _before(reached, opened)
        if number not in opened.releases or number == opened.current:
            return Done(diagnostics=(_choice(reached, opened),))
        older = manifest_of(reached, number)
        site = _site(reached, place, number) if _ours(reached, place, number, older) else None
        if older is None or site is None:
            return Done(diagnostics=(fault(SPOILT, release_span(number), file=MANIFEST),))
        serving = _site(reached, place, opened.current)
        now = serving.state if serving else State()
        faults = list(_returning(number, site.state, now, allowed, again))
        if has_errors(faults):
            return Done(diagnostics=tuple(faults))
        content = Content(
            files=older.files,
            as_of=older.as_of,
            source=older.source,
            items=_text(reached, number, ITEMS),
            build=_text(reached, number, BUILD),
            notices=site.state.notices,
            bill=_text(reached, number, BILL),
        )
        try:
            issued = issue(reached, place, opened, content, base=number)
        except Unsent as missing:
            return Done(diagnostics=(fault(SPOILT, release_span(number), file=missing),))
    done = entered(place, site, Done(issued.release, issued.sent, issued.gone))
    return replace(done, diagnostics=(*faults, *issued.diagnostics, *done.diagnostics))


def _before(reached: Reached, opened: Opened) -> int:
    """The kept release before the one in service; 0 where that is one taken back already.

    Before a release that was taken back lies the very one it was to replace.
    """
    earlier = [each for each in opened.releases if each < opened.current]
    if not earlier or opened.serving is None:
        return 0
    twin = any(_same(opened.serving, manifest_of(reached, each)) for each in earlier[:-1])
    return 0 if twin else earlier[-1]


def _same(one: Release, other: Release | None) -> bool:
    return other is not None and (one.source, one.files) == (other.source, other.files)


def _choice(reached: Reached, opened: Opened) -> Diagnostic:
    kept = [(each, manifest_of(reached, each)) for each in opened.releases]
    known = [f"{each}（{old.as_of}）" for each, old in kept if old and each != opened.current]
    return fault(WHICH, Span("releases"), current=opened.current, kept=several(known))


def _ours(reached: Reached, place: Place, number: int, older: Release | None) -> bool:
    """Whether an older manifest is what was issued: nobody's change is signed anew."""
    if older is None or (older.audience, older.version) != (place.audience, number):
        return False
    if place.key is None:
        return True
    signature = reached.call("read", number=number, name=SIGNATURE) or ""
    public = place.key if place.key.suffix == ".pub" else Path(f"{place.key}.pub")
    return check(older.to_bytes(), signature.encode("utf-8", "replace"), public)


def _text(reached: Reached, number: int, name: str) -> str:
    return str(reached.call("read", number=number, name=name) or "")


def _site(reached: Reached, place: Place, number: int) -> Site | None:
    """What a kept release shows; None where it cannot be told."""
    try:
        build = json.loads(_text(reached, number, BUILD))
        site = site_of(build, _text(reached, number, ITEMS))
    except (ValueError, TypeError, AttributeError, Unfit):
        return None
    return site if site.audience == place.audience else None


def _returning(
    number: int, old: State, now: State, allowed: frozenset[str], again: frozenset[str]
) -> Iterator[Diagnostic]:
    """Items that would come back (law 5), and texts before an approved change."""
    back = sorted(name for name in old.items if name not in allowed or name in now.notices)
    for name in back:
        if name not in again:
            yield fault(AGAIN, release_span(number), number=number, id=name)
    for name, shown in sorted(old.items.items()):
        if name in now.items and len(shown.changes) < len(now.items[name].changes):
            yield fault(OLDER, release_span(number), number=number, id=name)
