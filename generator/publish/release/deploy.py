"""``dwgk deploy``: a finished build goes into service at its audience's target, or nothing does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from generator.diagnostics import Diagnostic, Span, fault, has_errors
from generator.publish.log import enter_sites
from generator.publish.release.issue import Content, Done, Place, issue, open_target
from generator.publish.release.reach import reach
from generator.publish.sbom import bill
from generator.publish.status import Live, status
from generator.publish.verify import verify
from generator.site.manifest import MANIFEST, read_manifest
from generator.site.place import held
from generator.site.shown import SUFFIX, Site, Unfit, read_site

UNFIT, EARLY = "D17", "D18"


def deploy(place: Place, dist: Path, *, first: int = 0) -> Done:
    """Put the site of ``dist`` into service at ``place``, and enter it in the publish log.

    ``first`` is not 0 where the target is an empty folder to be initialised: then it is the
    number of the first release. Refused while ``verify`` finds an error on the site, its files
    are not those of its manifest, it is of a day to come, or past its next change. Raises
    EnvironmentFault for what the target refuses; until the switch nothing has changed there.
    """
    with held(dist), reach(place.folder) as reached:
        opened = open_target(reached, place, first=bool(first))
        faults = list(_refusals(place, dist))
        if has_errors(faults):
            return Done(diagnostics=tuple(faults))
        try:
            site, build = read_site(dist, place.audience), read_manifest(dist, place.audience)
        except Unfit as unfit:
            file = Span(f"{dist.name}/{unfit.file}")
            return Done(diagnostics=(*faults, fault(UNFIT, file, audience=place.audience)))
        content, files = _content(dist, site, build or {}), dist / place.audience
        issued = issue(
            reached, place, opened, content, base=opened.current, site=files, least=first
        )
    done = entered(place, site, Done(issued.release, issued.sent, issued.gone))
    return replace(done, diagnostics=(*faults, *issued.diagnostics, *done.diagnostics))


def entered(place: Place, site: Site, done: Done) -> Done:
    """The same with what the publish log has to say of the site now in service."""
    log = enter_sites(place.root, [site], place.at.replace(microsecond=0))
    return replace(done, entries=log.entries, diagnostics=(*done.diagnostics, *log.diagnostics))


def _content(dist: Path, site: Site, build: dict[str, Any]) -> Content:
    return Content(
        files=build["files"],
        as_of=site.as_of,
        source=site.source,
        items=(dist / f"{site.audience}{SUFFIX}").read_text(encoding="utf-8"),
        build=(dist / f"{site.audience}{MANIFEST}").read_text(encoding="utf-8"),
        notices=site.state.notices,
        bill=bill().decode(),
    )


def _refusals(place: Place, dist: Path) -> Sequence[Diagnostic]:
    """What forbids the build: its days first, then the stranger's look at every file."""
    file = dist / f"{place.audience}{MANIFEST}"
    (live,) = status(str(file), [place.audience], place.at)
    if isinstance(live, Diagnostic):
        return [live]
    if early := _early(live, place.at.date()):
        return [fault(EARLY, Span(f"{dist.name}/{file.name}"), as_of=early, today=place.at.date())]
    return verify(dist, place.root, [place.audience])


def _early(live: Live, today: date) -> str:
    """The day a site was made for, where that day has not come: what it shows is not yet due."""
    try:
        return live.as_of if date.fromisoformat(live.as_of) > today else ""
    except ValueError:
        return live.as_of
