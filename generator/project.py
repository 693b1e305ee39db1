"""The door: Approved × Audience × as-of date → Edition. Pure, total, and the only way through.

An edition is built up from nothing by naming what is allowed, never cut down from the whole.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from generator.model.approved import Approved, ApprovedItem, Term
from generator.model.catalogue import Catalogue, Row
from generator.model.disclosure import WITHDRAWALS, Change, Disclosure
from generator.model.edition import (
    CatalogueView,
    Category,
    ChangeNote,
    Edition,
    Item,
    Notice,
    PublishedFile,
    Related,
    RowView,
)
from generator.model.institution import Audience

OFF_CATALOGUE = Category("目录外事项", "off-catalogue")
LISTED = Category("目录事项", "listed")
UNLISTED = Category("其他事项", "other")

_SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)+")
_IMAGES = {"png", "jpg", "jpeg", "gif", "webp", "svg"}
_PAGE_NAME = re.compile(r"index\.[a-z]+")


@dataclass(frozen=True, slots=True)
class _Sight:
    """What one audience sees on one day.

    ``live`` holds the items by id; ``told_by`` leads from every text of a matter to the one this
    audience reads, ``files`` from a Markdown file to the id that tells its matter here.
    """

    live: Mapping[str, ApprovedItem]
    told_by: Mapping[str, str]
    files: Mapping[str, str]
    withdrawn: tuple[ApprovedItem, ...]
    day: date


def project(approved: Approved, audience: Audience, as_of: date) -> Edition:
    """All that ``audience`` may see on ``as_of``, and nothing else; items newest first."""
    sight = _look(approved.items, audience.id, as_of)
    views = _catalogues(approved.catalogues, audience.id)
    rows = {row.id: row for view in views for row in view.rows}
    inverse = _inverse_relations(sight)
    items = [_item(each, audience.id, sight, rows, inverse) for each in sight.live.values()]
    items.sort(key=lambda item: (item.release, item.id), reverse=True)
    return Edition(
        audience=audience,
        as_of=as_of,
        face=approved.institution.face,
        catalogues=views,
        items=tuple(items),
        notices=tuple(_notice(each) for each in sight.withdrawn),
    )


def narrow(edition: Edition, keep: Callable[[Item], bool]) -> Edition:
    """The edition with only the items to keep, and no link or relation to the others."""
    kept = {item.id: item for item in edition.items if keep(item)}

    def within(address: str) -> bool:
        return address.split("/")[1] in kept if address else True

    items = tuple(
        replace(
            item,
            related=tuple(each for each in item.related if each.id in kept),
            links={key: each if within(each) else "" for key, each in item.links.items()},
        )
        for item in kept.values()
    )
    return replace(edition, items=items)


def next_change(approved: Approved, audience: Audience, as_of: date) -> date | None:
    """The first day after ``as_of`` on which this audience's edition would differ."""
    days = {day for item in approved.items for day in _turning_days(item, audience.id)}
    today = _look(approved.items, audience.id, as_of)
    for day in sorted(day for day in days if day > as_of):
        then = _look(approved.items, audience.id, day)
        if _outline(then, audience.id) != _outline(today, audience.id):
            return day
        # The same items, but a link may lead elsewhere when a text of a matter comes or goes.
        if then.told_by != today.told_by:
            one, other = (project(approved, audience, each) for each in (as_of, day))
            if replace(one, as_of=day) != other:
                return day
    return None


def _turning_days(item: ApprovedItem, audience: str) -> Iterable[date]:
    term = item.terms.get(audience)
    if term is None:
        return
    yield term.release
    if term.last is not None and term.last < date.max:
        yield term.last + timedelta(days=1)
    yield from (entry.date for entry in item.disclosure.lifecycle if entry.date is not None)


def _outline(sight: _Sight, audience: str) -> tuple[object, ...]:
    """What is there, with how many change notes, and what was withdrawn."""
    live = {
        key: len(_changes(item.disclosure.lifecycle, item.terms[audience], sight.day))
        for key, item in sight.live.items()
    }
    return live, tuple(each.disclosure.id for each in sight.withdrawn)


def _look(items: Iterable[ApprovedItem], audience: str, day: date) -> _Sight:
    live: dict[str, ApprovedItem] = {}
    withdrawn = []
    for item in items:
        term = item.terms.get(audience)
        if term is None or term.release > day or (term.last is not None and term.last < day):
            continue
        if item.withdrawn is None or day < item.withdrawn:
            live[item.disclosure.id] = item
        elif term.release < item.withdrawn:
            withdrawn.append(item)
    withdrawn.sort(key=lambda each: each.disclosure.id)
    told_by = _fullest(live)
    shown = {key: item for key, item in live.items() if told_by[key] == key}
    files = {item.disclosure.file: told_by[key] for key, item in live.items()}
    return _Sight(shown, told_by, files, tuple(withdrawn), day)


def _fullest(live: Mapping[str, ApprovedItem]) -> Mapping[str, str]:
    """Of each matter told in several texts, the one for the fewest audiences is the fullest."""
    matters = defaultdict(list)
    for item_id, item in live.items():
        matters[item.disclosure.matter or f"#{item_id}"].append((len(item.terms), item_id))
    return {item_id: min(texts)[1] for texts in matters.values() for _, item_id in texts}


def _catalogues(catalogues: Iterable[Catalogue], audience: str) -> tuple[CatalogueView, ...]:
    views = []
    for each in catalogues:
        if each.scope is None or audience not in each.scope.everyone:
            continue
        seen = (row for row in each.rows if row.visible and audience in row.visible.everyone)
        rows = tuple(_row(row, each, place) for place, row in enumerate(seen, start=1))
        views.append(CatalogueView(each.title, each.filing, each.columns, rows))
    return tuple(views)


def _row(row: Row, catalogue: Catalogue, place: int) -> RowView:
    # A row without a number of its own is counted among the rows this audience sees: its place
    # among all rows would tell of the others.
    cells = {**row.cells, "number": row.cells["number"] or str(place)}
    category = Category(row.category, catalogue.slug(row.category)) if row.category else LISTED
    return RowView(
        id=row.id,
        category=category,
        title=row.title,
        cells=tuple(cells[column.field] for column in catalogue.columns),
        web=not row.forms or any(form.channel == "web" for form in row.forms),
    )


def _item(
    approved: ApprovedItem,
    audience: str,
    sight: _Sight,
    rows: Mapping[str, RowView],
    inverse: Mapping[str, tuple[Related, ...]],
) -> Item:
    source = approved.disclosure
    term = approved.terms[audience]
    row = rows.get(source.catalog)
    files = _published(source)
    return Item(
        id=source.id,
        title=source.title,
        row=row.id if row else "",
        category=row.category if row else UNLISTED if approved.row else OFF_CATALOGUE,
        scope=source.scope.text if source.scope else "",
        period=source.period.label if source.period else "",
        units=source.units,
        forms=tuple(form.word for form in approved.forms),
        kind=source.kind.word if source.kind else "",
        number=source.number,
        written=source.written or term.release,
        release=term.release,
        last=term.last,
        series=(source.series.id, source.series.part) if source.series else None,
        related=(*_relations(source.relations, sight), *inverse.get(source.id, ())),
        changes=_changes(source.lifecycle, term, sight.day),
        attachments=tuple(files.values()),
        summary=source.summary,
        keywords=source.keywords,
        aliases=source.aliases,
        links=_links(approved, files, sight),
        text_digest=source.text_digest,
    )


def _changes(lifecycle: Iterable[Change], term: Term, day: date) -> tuple[ChangeNote, ...]:
    """What changed since this audience first saw the item; earlier changes are none of its."""
    return tuple(
        ChangeNote(entry.date, entry.change, entry.note)
        for entry in lifecycle
        if entry.date is not None
        and entry.change not in WITHDRAWALS
        and term.release < entry.date <= day
    )


def _published(source: Disclosure) -> Mapping[str, PublishedFile]:
    """By project path: ASCII names beside the page (sign-on fails on others, see operations)."""
    used = {link.path for link in source.links}
    files: dict[str, PublishedFile] = {}
    taken: set[str] = set()
    for number, each in enumerate(source.attachments, start=1):
        download = each.file.rpartition("/")[2]
        name = download
        if not _SAFE_NAME.fullmatch(name) or _PAGE_NAME.fullmatch(name) or name in taken:
            name = f"fujian-{number}.{_extension(download)}"
        taken.add(name)
        inline = each.path in used and _extension(download) in _IMAGES
        files[each.path] = PublishedFile(
            name, download, each.title, each.digest or "", each.size, inline
        )
    return files


def _extension(name: str) -> str:
    extension = name.rpartition(".")[2].lower()
    return extension if re.fullmatch(r"[a-z0-9]{1,8}", extension) else "bin"


def _links(
    approved: ApprovedItem, files: Mapping[str, PublishedFile], sight: _Sight
) -> Mapping[str, str]:
    home = f"d/{approved.disclosure.id}/"
    table = {}
    for link in approved.disclosure.links:
        fragment = "#" + link.written.partition("#")[2] if "#" in link.written else ""
        if link.path in files:
            table[link.written] = home + files[link.path].name
        elif link.path in sight.files:
            table[link.written] = f"d/{sight.files[link.path]}/{fragment}"
        else:
            table[link.written] = ""
    return table


def _relations(relations: Mapping[str, tuple[str, ...]], sight: _Sight) -> tuple[Related, ...]:
    return tuple(
        Related(relation, False, shown, sight.live[shown].disclosure.title)
        for relation, ids in relations.items()
        for shown in (sight.told_by.get(other) for other in ids)
        if shown is not None
    )


def _inverse_relations(sight: _Sight) -> Mapping[str, tuple[Related, ...]]:
    found: dict[str, list[Related]] = defaultdict(list)
    for item in sorted(sight.live.values(), key=lambda each: each.disclosure.id):
        source = item.disclosure
        for relation, ids in source.relations.items():
            for shown in (sight.told_by.get(other) for other in ids):
                if shown is not None:
                    found[shown].append(Related(relation, True, source.id, source.title))
    return {key: tuple(values) for key, values in found.items()}


def _notice(item: ApprovedItem) -> Notice:
    entry = item.disclosure.withdrawn()
    if entry is None or entry.date is None:
        raise AssertionError("only withdrawn items have notices")
    return Notice(item.disclosure.id, entry.change, entry.date, entry.note)
