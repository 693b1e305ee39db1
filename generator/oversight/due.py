"""What comes next: on each site, and on the office's own agenda, within a number of days.

For the office, never for a site: it names what is not to be seen yet.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

from generator.diagnostics import Language
from generator.model.approved import Approved, ApprovedItem, ApprovedPage
from generator.model.edition import Edition
from generator.model.institution import Audience
from generator.project import project
from generator.turning import next_change
from generator.views import starting_days

EVENTS = {
    "release": ("公开", "released"),
    "expiry": ("到期撤下", "expires"),
    "withdrawal": ("撤销或终止", "withdrawn"),
    "change": ("登记变更", "changed"),
    "taken-over": ("改由另一文本公开", "told by another text of the matter"),
    "taken-back": ("改由这一文本公开", "told by this text of the matter again"),
    "notice-end": ("撤销告示到期", "notice of withdrawal ends"),
    "version": ("公开目录新版施行", "catalogue's new version takes effect"),
    "links": ("关联更新", "links change"),
    "answer": ("依申请公开应答复", "application to be answered"),
    "review": ("暂不公开应复核", "held matter to be reviewed"),
    "reconfirm": ("长期事项应核对", "lasting item to be confirmed"),
    "yearly": ("年度事项应公开", "yearly row to be disclosed"),
    "result": ("应公开办理结果", "result to be disclosed"),
    "revision": ("公开目录应作年度调整", "catalogue to be revised"),
}
"""Event → how it is said in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to come; ``date`` is the first day on which the site differs, so that an expiry
    bears the day after the last day of disclosure. ``id`` is an item's id, a standing page's
    address or a catalogue's id, and nothing where only ``links`` change. What the office itself
    owes has no audience, its ``date`` is the last day in time and may be past.
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
    standing: tuple[ApprovedItem | ApprovedPage, ...] = (*moving, *approved.pages)
    days_to_look = {day for each in standing for day in _turning(each)}
    days_to_look |= starting_days(approved.catalogues)
    turning = sorted(day for day in days_to_look if as_of < day <= end)
    small = replace(approved, items=moving)
    return tuple(
        _outlook(approved, small, each, (as_of, *turning), end)
        for each in approved.institution.audiences
    )


@dataclass(frozen=True, slots=True)
class Coming:
    """The answer to ``due``: each site's outlook, and what the office owes, in order."""

    as_of: date
    outlooks: tuple[Outlook, ...] = ()
    agenda: tuple[Due, ...] = ()

    @property
    def entries(self) -> tuple[Due, ...]:
        """Everything that comes."""
        return (*(entry for each in self.outlooks for entry in each.entries), *self.agenda)


def due_lines(coming: Coming, language: Language) -> Iterator[str]:
    """Lines to read: each audience with its next change, below it what comes; then the office."""
    english = language == "en"
    for each in coming.outlooks:
        name, change = each.audience.id, each.next_change
        if english:
            yield f"{name}: next change {change or 'none'}"
        else:
            yield f"{each.audience.title}（{name}）下一次变动：{change or '无'}"
        yield from (_line(entry, coming.as_of, language) for entry in each.entries)
    if coming.agenda:
        yield "office:" if english else "办公室应办："
    yield from (_line(entry, coming.as_of, language) for entry in coming.agenda)


def _line(entry: Due, as_of: date, language: Language) -> str:
    english = language == "en"
    late = (" (overdue)" if english else "（已过期）") if entry.date < as_of else ""
    return (
        f"  {entry.date}  {EVENTS[entry.event][english]}{late}  {entry.id}  {entry.title}".rstrip()
    )


def due_json(coming: Coming) -> str:
    """A JSON array of objects, one per entry, for programs: date, event, audience ("" for the
    office), id, title.
    """
    entries = [asdict(entry) for entry in coming.entries]
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
    yield from _pages_apart(before, after)
    yield from _versions_apart(before, after)
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


def _pages_apart(before: Edition, after: Edition) -> Iterator[Due]:
    """Standing pages that come and go."""
    old, new = ({page.url: page.title for page in each.pages} for each in (before, after))
    for event, there, here in (("release", new, old), ("expiry", old, new)):
        for url in sorted(there.keys() - here.keys()):
            yield Due(after.as_of, event, after.audience.id, url, there[url])


def _versions_apart(before: Edition, after: Edition) -> Iterator[Due]:
    """Catalogues of which another version stands."""
    old = {view.id: view.filing for view in before.catalogues}
    for view in after.catalogues:
        if old.get(view.id) != view.filing:
            title = f"{view.title} {view.filing.version}"
            yield Due(after.as_of, "version", after.audience.id, view.id, title)


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


def _turning(item: ApprovedItem | ApprovedPage) -> Iterator[date]:
    """Days on which an item or a standing page may come, go or change at any audience."""
    for term in item.terms.values():
        yield term.release
        if term.last is not None and term.last < date.max:
            yield term.last + timedelta(days=1)
    if isinstance(item, ApprovedItem):
        yield from (entry.date for entry in item.disclosure.lifecycle if entry.date is not None)
