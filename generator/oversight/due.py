"""What comes next on each site: releases, ends and changes within a number of days.

For the office, never for a site: it names what is not to be seen yet.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

from generator.diagnostics import Language
from generator.model.approved import Approved, ApprovedItem
from generator.model.edition import Edition
from generator.model.institution import Audience
from generator.project import next_change, project

EVENTS = {
    "release": ("公开", "released"),
    "expiry": ("到期撤下", "expires"),
    "withdrawal": ("撤销或终止", "withdrawn"),
    "change": ("登记变更", "changed"),
    "taken-over": ("改由另一文本公开", "told by another text of the matter"),
    "taken-back": ("改由这一文本公开", "told by this text of the matter again"),
    "notice-end": ("撤销告示到期", "notice of withdrawal ends"),
    "links": ("关联更新", "links change"),
}
"""Event → how it is said in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to come; ``date`` is the first day on which the site differs, so that an expiry
    bears the day after the last day of disclosure. ``links`` names no item.
    """

    date: date
    event: str
    audience: str
    id: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What comes at one audience, in order, and the next day on which its site differs at all."""

    audience: Audience
    entries: tuple[Due, ...]
    next_change: date | None


def outlooks(approved: Approved, as_of: date, days: int) -> tuple[Outlook, ...]:
    """For every audience what comes after ``as_of``, up to ``days`` days later, that day included.

    Today's own releases and ends are not among it: they are for today's build.
    """
    end = as_of + min(timedelta(days=days), date.max - as_of)
    moving = _moving(approved.items, as_of, end)
    turning = sorted({day for item in moving for day in _turning(item) if as_of < day <= end})
    small = replace(approved, items=moving)
    return tuple(
        _outlook(approved, small, each, (as_of, *turning), end)
        for each in approved.institution.audiences
    )


def due_lines(outlooks: Iterable[Outlook], language: Language) -> Iterator[str]:
    """Lines to read: each audience with its next change, below it what comes."""
    english = language == "en"
    for each in outlooks:
        name, change = each.audience.id, each.next_change
        if english:
            yield f"{name}: next change {change or 'none'}"
        else:
            yield f"{each.audience.title}（{name}）下一次变动：{change or '无'}"
        for entry in each.entries:
            event = EVENTS[entry.event][english]
            yield f"  {entry.date}  {event}  {entry.id}  {entry.title}".rstrip()


def due_json(outlooks: Iterable[Outlook]) -> str:
    """A JSON array of objects, one per entry, for programs: date, event, audience, id, title."""
    entries = [asdict(entry) for each in outlooks for entry in each.entries]
    return json.dumps(entries, ensure_ascii=False, indent=2, default=str)


def _outlook(
    approved: Approved, small: Approved, audience: Audience, days: tuple[date, ...], end: date
) -> Outlook:
    """``small`` holds the moving items alone: the cost is that of what changes."""
    sources = {item.disclosure.id: item for item in small.items}
    entries: list[Due] = []
    before = project(small, audience, days[0])
    for day in days[1:]:
        after = project(small, audience, day)
        entries += _differences(before, after, sources)
        before = after
    following = next_change(approved, audience, days[0])
    if following and following <= end and following not in {each.date for each in entries}:
        # No item comes or goes, yet a link leads elsewhere: a text behind another one ended.
        entries.append(Due(following, "links", audience.id))
    entries.sort(key=lambda each: (each.date, each.id, each.event))
    return Outlook(audience, tuple(entries), following)


def _differences(
    before: Edition, after: Edition, sources: Mapping[str, ApprovedItem]
) -> Iterator[Due]:
    """What the second edition has and the first has not, and the other way round."""
    audience = after.audience.id
    old, new = ({item.id: item for item in each.items} for each in (before, after))
    old_notices, new_notices = ({each.id for each in e.notices} for e in (before, after))
    for name in sorted({*old, *new, *old_notices, *new_notices}):
        source = sources[name]
        if name in new and name not in old:
            event = "release" if new[name].release == after.as_of else "taken-back"
        elif name in new_notices and name not in old_notices:
            event = "withdrawal"
        elif name in old and name not in new:
            last = source.terms[audience].last
            event = "expiry" if last is not None and last < after.as_of else "taken-over"
        elif name in new and new[name].changes != old[name].changes:
            event = "change"
        elif name in old_notices and name not in new_notices:
            event = "notice-end"
        else:
            continue
        yield Due(after.as_of, event, audience, name, source.disclosure.title)


def _moving(items: Iterable[ApprovedItem], start: date, end: date) -> tuple[ApprovedItem, ...]:
    """Items with a turning day in the span, and every other text of their matters."""
    matters: dict[str, list[ApprovedItem]] = defaultdict(list)
    for item in items:
        matters[item.disclosure.matter or f"#{item.disclosure.id}"].append(item)
    return tuple(
        item
        for texts in matters.values()
        if any(start < day <= end for text in texts for day in _turning(text))
        for item in texts
    )


def _turning(item: ApprovedItem) -> Iterator[date]:
    """Days on which an item may come, go or change at any audience."""
    for term in item.terms.values():
        yield term.release
        if term.last is not None and term.last < date.max:
            yield term.last + timedelta(days=1)
    yield from (entry.date for entry in item.disclosure.lifecycle if entry.date is not None)
