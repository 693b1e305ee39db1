"""The days on which what an audience may see changes: when it must be looked at again. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain

from generator.model.approved import Approved, ApprovedItem, ApprovedPage
from generator.model.institution import Audience
from generator.project import Sight, changes_seen, look, project
from generator.views import starting_days


def next_change(approved: Approved, audience: Audience, as_of: date) -> date | None:
    """The first day after ``as_of`` on which this audience's edition would differ."""
    starting = starting_days(approved.catalogues)
    turning = replace(approved, items=tuple(_turning(approved, audience.id, as_of)))
    standing: Iterator[ApprovedItem | ApprovedPage] = chain(turning.items, turning.pages)
    days = {day for each in standing for day in turning_days(each, audience.id) if day > as_of}
    days.update(day for day in starting if day > as_of)
    if not days:
        return None
    today = look(turning, audience.id, as_of)
    for day in sorted(days):
        then = look(turning, audience.id, day)
        if _outline(then, audience.id) != _outline(today, audience.id):
            return day
        # The same items, but a link may lead elsewhere when a text of a matter comes or goes, and
        # a new version of a catalogue may show this audience other rows.
        if day in starting or then.fuller != today.fuller:
            one, other = (project(approved, audience, each) for each in (as_of, day))
            if replace(one, as_of=day) != other:
                return day
    return None


def _turning(approved: Approved, audience: str, as_of: date) -> Iterator[ApprovedItem]:
    """Items that may look otherwise on a later day, and those whose matter others tell too: nearly
    all were released long ago, and stand for ever as they are.
    """
    for each in approved.items:
        if term := each.terms.get(audience):
            source = each.disclosure
            if term.last or term.release > as_of or source.lifecycle or source.matter:
                yield each


def turning_days(item: ApprovedItem | ApprovedPage, audience: str) -> Sequence[date]:
    """Days on which an item or a standing page may come, go or change at an audience; none where
    it never stands.
    """
    term = item.terms.get(audience)
    if term is None:
        return ()
    days = [term.release]
    if term.last is not None and term.last < date.max:
        days.append(term.last + timedelta(days=1))
    if isinstance(item, ApprovedItem):
        days += [entry.date for entry in item.disclosure.lifecycle if entry.date is not None]
    return days


def _outline(sight: Sight, audience: str) -> tuple[object, ...]:
    """What is there, with how many change notes, and what was withdrawn."""
    live = {
        key: len(changes_seen(item.disclosure.lifecycle, item.terms[audience], sight.day))
        for key, item in sight.live.items()
    }
    return live, tuple(each.disclosure.id for each in sight.withdrawn), sight.pages
