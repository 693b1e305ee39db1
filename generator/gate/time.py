"""Release and expiry per audience: when an item may stand on which site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

from generator.diagnostics import Diagnostic, fault
from generator.gate.context import Context
from generator.gate.workdays import UnannouncedYear, last_day
from generator.model.disclosure import Disclosure, Document, StandingPage
from generator.model.institution import Channel, Institution
from generator.model.period import FOREVER, Term, Until

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
    until = item.until
    if until is None:
        row = context.row(item)
        until = (row.duration if row else None) or FOREVER
    if until.unit == "forever" and isinstance(item, Disclosure):
        return None if item.kind is not None and item.kind.until_required else until
    return until


def terms(item: Document, context: Context, channel: Channel = "web") -> Mapping[str, Term]:
    """First and last day per audience; audiences with any doubt about either are left out."""
    sites = context.sites(item, channel)
    until = until_of(item, context) if sites else None
    if until is None:
        return {}
    found: dict[str, Term] = {}
    others, term = release_of(item, "*"), None
    for audience in sorted(sites):
        release = item.release.get(audience, others)
        if release is None:
            continue
        if term is None or term.release != release:  # most items are released to all on one day
            try:
                term = Term(release, last_day(release, until, context.institution.calendar))
            except UnannouncedYear:
                continue
        found[audience] = term
    return found


def end_of(item: Disclosure, context: Context) -> date | None:
    """The last day of disclosure anywhere, web or not; None for ever, or where it is unsure."""
    until = until_of(item, context)
    if until is None or until.unit == "forever" or not item.release:
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
    reached = context.sites(item)
    if context.walls:
        reached |= context.sites(item, "board") & context.walls
    titled = context.institution.audience
    for audience in sorted(reached.difference(item.release)):
        if release_of(item, audience) is None and f"dates.release.{audience}" not in item.marks:
            yield fault("G20", item.at("dates.release"), audience=titled(audience).title)
    for audience in item.release:
        if audience != "*" and audience not in item.scope.reach:
            place = item.at(f"dates.release.{audience}")
            yield fault("G21", place, audience=titled(audience).title)
    yield from _check_party_first(item, context.institution)


def _check_party_first(item: Document, institution: Institution) -> Iterator[Diagnostic]:
    level = institution.rule("party_first")
    if level == "off":
        return
    days = [
        (item.release[each.id], each) for each in institution.audiences if each.id in item.release
    ]
    for (before, earlier), (day, later) in pairwise(days):
        if day < before:
            yield fault(
                "G19",
                item.at(f"dates.release.{later.id}"),
                level,
                later=later.title,
                later_date=day,
                earlier=earlier.title,
                earlier_date=before,
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
    if until.unit == "forever":
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
