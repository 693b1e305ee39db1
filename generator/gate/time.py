"""Release and expiry per audience: when an item may stand on which site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

from generator.diagnostics import Diagnostic, fault
from generator.gate.context import Context
from generator.gate.workdays import UnannouncedYear, last_day
from generator.model.approved import Term
from generator.model.disclosure import Disclosure, Document, StandingPage
from generator.model.institution import Channel
from generator.model.period import FOREVER, Until

_EVERYBODY = {"*"}


def release_of(item: Document, audience: str) -> date | None:
    """The first day at an audience; None where the item does not say. A standing page without a
    day stands from the beginning.
    """
    if isinstance(item, StandingPage) and not item.release:
        return date.min
    return item.release.get(audience, item.release.get("*"))


def until_of(item: Document, context: Context) -> Until | None:
    """The end of disclosure: the item's, the row's, or for ever; None where one is demanded."""
    row = context.row(item)
    until = item.until or (row.duration if row else None) or FOREVER
    kind = item.kind if isinstance(item, Disclosure) else None
    demanded = kind is not None and kind.until_required
    return None if demanded and until.unit == "forever" else until


def terms(item: Document, context: Context, channel: Channel = "web") -> Mapping[str, Term]:
    """First and last day per audience; audiences with any doubt about either are left out."""
    until = until_of(item, context)
    if until is None:
        return {}
    found: dict[str, Term] = {}
    by_day: dict[date, Term] = {}  # most items are released to all on one day
    for audience in sorted(context.sites(item, channel)):
        release = release_of(item, audience)
        if release is None:
            continue
        try:
            if release not in by_day:
                last = last_day(release, until, context.institution.calendar)
                by_day[release] = Term(release, last)
        except UnannouncedYear:
            continue
        found[audience] = by_day[release]
    return found


def end_of(item: Disclosure, context: Context) -> date | None:
    """The last day of disclosure anywhere, web or not; None for ever, or where it is unsure."""
    until = until_of(item, context)
    if until is None or not item.release:
        return None
    try:
        return last_day(max(item.release.values()), until, context.institution.calendar)
    except UnannouncedYear:
        return None


def check_release(item: Document, context: Context) -> Iterator[Diagnostic]:
    """A date for every audience of the scope and for no other; party first."""
    if item.scope is None or not item.release:
        return
    if item.release.keys() == _EVERYBODY:
        return  # one day for all: nobody is left out or added, and none comes before another
    titles = {each.id: each.title for each in context.institution.audiences}
    walls = {board.audience for board in context.institution.boards}
    reached = context.sites(item) | (context.sites(item, "board") & walls)
    for audience in sorted(reached):
        if release_of(item, audience) is None and f"dates.release.{audience}" not in item.marks:
            yield fault("G20", item.at("dates.release"), audience=titles[audience])
    for audience in item.release:
        if audience != "*" and audience not in item.scope.reach:
            place = item.at(f"dates.release.{audience}")
            yield fault("G21", place, audience=titles[audience])
    yield from _check_party_first(item, context, titles)


def _check_party_first(
    item: Document, context: Context, titles: Mapping[str, str]
) -> Iterator[Diagnostic]:
    level = context.institution.rule("party_first")
    order = [each.id for each in context.institution.audiences if each.id in item.release]
    if level == "off":
        return
    for earlier, later in pairwise(order):
        if item.release[later] < item.release[earlier]:
            yield fault(
                "G19",
                item.at(f"dates.release.{later}"),
                level,
                later=titles[later],
                later_date=item.release[later],
                earlier=titles[earlier],
                earlier_date=item.release[earlier],
            )


def check_until(item: Document, context: Context) -> Iterator[Diagnostic]:
    """An end where the kind demands one, after the release, countable by the calendar."""
    if item.until is None and "dates.until" in item.marks:
        return  # there, but unreadable: already a fault of the source
    until = until_of(item, context)
    if until is None:
        kind = item.kind.word if isinstance(item, Disclosure) and item.kind else ""
        yield fault("G22", item.at("dates.until"), kind=kind)
        return
    for release in sorted(set(item.release.values())):
        try:
            last = last_day(release, until, context.institution.calendar)
        except UnannouncedYear as unknown:
            place = item.at("dates.until")
            yield fault("G24", place, year=unknown.year, count=until.count)
            return
        if last is not None and last < release:
            yield fault("G23", item.at("dates.until"), last=last, release=release)
