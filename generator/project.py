"""The door: Approved × Audience × as-of date → Edition. Pure, total, and the only way through.

An edition is built up from nothing by naming what is allowed, never cut down from the whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from operator import attrgetter

from generator.addresses import followed_links, published_files
from generator.model.approved import Approved, ApprovedItem, ApprovedPage
from generator.model.asleep import MARK, Bed
from generator.model.canon import fingerprint
from generator.model.disclosure import WITHDRAWALS, Change, Document
from generator.model.edition import (
    Call,
    Category,
    ChangeNote,
    Edition,
    Item,
    Notice,
    PageView,
    Part,
    PublishedFile,
    Related,
)
from generator.model.institution import Audience
from generator.model.period import Term
from generator.model.settled import Told
from generator.model.written import read_back
from generator.views import RegisterSight, look_at_catalogues

OFF_CATALOGUE = Category("目录外事项", "off-catalogue")
UNLISTED = Category("其他事项", "other")


@dataclass(frozen=True, slots=True)
class Sight:
    """What one audience sees on one day.

    ``live`` holds the items by id; ``fuller`` leads from a text that could be read here to the
    fuller one of its matter that is read instead, ``files`` from a Markdown file to the address
    that tells its matter here: worked out where a link must be followed, which few have.
    """

    live: Mapping[str, ApprovedItem]
    fuller: Mapping[str, str]
    files: Callable[[], Mapping[str, str]]
    withdrawn: tuple[ApprovedItem, ...]
    pages: tuple[ApprovedPage, ...]
    day: date

    def told_by(self, name: str) -> str | None:
        """The id of the text that tells an item's matter here; None where nothing does."""
        shown = self.fuller.get(name, name)
        return shown if shown in self.live else None


def project(approved: Approved, audience: Audience, as_of: date) -> Edition:
    """All that ``audience`` may see on ``as_of``, and nothing else; items newest first.

    What was told of an item before is told again, where the catalogues are what they were and no
    other item names it.
    """
    sight = look(approved, audience.id, as_of)
    register = look_at_catalogues(approved.catalogues, audience.id, as_of)
    inverse = _inverse_relations(sight)
    mark = register_mark(register)
    items = [
        _known(each, audience.id, told)
        if (told := each.told.get(audience.id)) and told[0] == mark and key not in inverse
        else _item(each, audience.id, sight, register, inverse)
        for key, each in sight.live.items()
    ]
    items.sort(key=attrgetter("id"), reverse=True)
    items.sort(key=attrgetter("release"), reverse=True)
    return Edition(
        audience=audience,
        as_of=as_of,
        face=approved.institution.face,
        catalogues=register.views,
        items=tuple(items),
        notices=tuple(_notice(each, inverse) for each in sight.withdrawn),
        pages=tuple(_page(each, audience.id, sight) for each in sight.pages),
    )


def register_mark(register: RegisterSight) -> bytes:
    """What stands for all that an item may owe to the catalogues."""
    return bytes.fromhex(fingerprint((register.views, register.absorbed)))


def on_boards(approved: Approved) -> Approved:
    """The approved corpus as it stands for bulletin boards: projected, it gives what may hang there
    for an audience to read, the second gate being the form 公开栏 instead of the web.
    """
    items = (replace(item, terms=item.boards) for item in approved.items)
    return replace(approved, items=tuple(items), pages=())


def narrow(edition: Edition, keep: Callable[[Item], bool]) -> Edition:
    """The edition with only the items to keep, and no link or relation to the others."""
    kept = {item.id: item for item in edition.items if keep(item)}

    def within(address: str) -> str:
        return address if not address.startswith("d/") or address.split("/")[1] in kept else ""

    def followed(links: Mapping[str, str]) -> Mapping[str, str]:
        return {key: within(each) for key, each in links.items()}

    def known(related: Iterable[Related]) -> tuple[Related, ...]:
        return tuple(each for each in related if each.id in kept)

    items = tuple(
        replace(
            item,
            related=known(item.related),
            links=followed(item.links),
        )
        for item in kept.values()
    )
    notices = tuple(replace(each, again=known(each.again)) for each in edition.notices)
    pages = tuple(replace(each, links=followed(each.links)) for each in edition.pages)
    return replace(edition, items=items, notices=notices, pages=pages)


def look(approved: Approved, audience: str, day: date) -> Sight:
    """What stands for ``audience`` on ``day``."""
    live: dict[str, ApprovedItem] = {}
    withdrawn = []
    for item in approved.items:
        term = item.terms.get(audience)
        if term is None or not term.holds(day):
            continue
        if item.withdrawn is None or day < item.withdrawn:
            live[item.disclosure.id] = item
        elif term.release < item.withdrawn:
            withdrawn.append(item)
    withdrawn.sort(key=lambda each: each.disclosure.id)
    fuller = _fuller(live)
    told = {key: item for key, item in live.items() if key not in fuller} if fuller else live
    pages = [each for each in approved.pages if (at := each.terms.get(audience)) and at.holds(day)]
    pages.sort(key=lambda each: (each.page.order, each.page.slug))

    @cache
    def files() -> Mapping[str, str]:
        found = {item.disclosure.file: f"d/{fuller.get(key, key)}/" for key, item in live.items()}
        return found | {each.page.file: each.page.url for each in pages}

    return Sight(told, fuller, files, tuple(withdrawn), tuple(pages), day)


def _fuller(live: Mapping[str, ApprovedItem]) -> Mapping[str, str]:
    """Of each matter told in several texts, the one for the fewest audiences is the fullest: to it
    from each of the others.
    """
    matters = defaultdict(list)
    for item_id, item in live.items():
        if item.disclosure.matter:
            matters[item.disclosure.matter].append((len(item.terms), item_id))
    return {
        item_id: fullest
        for texts in matters.values()
        for fullest in [min(texts)[1]]
        for _, item_id in texts
        if item_id != fullest
    }


_ASLEEP = Bed(Item, "id", "release", "text_digest", MARK)


def _known(approved: ApprovedItem, audience: str, told: Told) -> Item:
    """What ``_item`` gave before and would give again."""
    source, release = approved.disclosure, approved.terms[audience].release
    _, mark, item = told
    return _ASLEEP.put(partial(read_back, item), source.id, release, source.text_digest, mark)


def _item(
    approved: ApprovedItem,
    audience: str,
    sight: Sight,
    register: RegisterSight,
    inverse: Mapping[str, tuple[Related, ...]],
) -> Item:
    source = approved.disclosure
    term = approved.terms[audience]
    row = register.rows.get(register.absorbed.get(source.id, source.catalog))
    files = published_files(source)
    return Item(
        id=source.id,
        title=source.title,
        row=row.id if row else "",
        category=row.category if row else OFF_CATALOGUE if source.catalog == "off" else UNLISTED,
        scope=source.scope.text if source.scope else "",
        period=source.period.label if source.period else "",
        year=source.period.year if source.period else None,
        units=source.units,
        forms=tuple([form.word for form in approved.forms]),
        kind=kind.word if (kind := source.kind) else "",
        number=source.number,
        written=source.written or term.release,
        release=term.release,
        last=term.last,
        series=Part(step.id, step.part, step.title) if (step := source.series) else None,
        related=(*_relations(source.relations, sight), *inverse.get(source.id, ())),
        changes=changes_seen(source.lifecycle, term, sight.day),
        attachments=tuple(files.values()),
        summary=source.summary,
        keywords=source.keywords,
        aliases=source.aliases,
        links=_followed(source, f"d/{source.id}/", files, sight),
        text_digest=source.text_digest,
        effective=source.effective,
        call=Call(kind.invites, contact) if (contact := approved.contact) and kind else None,
    )


def _page(approved: ApprovedPage, audience: str, sight: Sight) -> PageView:
    source, release = approved.page, approved.terms[audience].release
    files = published_files(source)
    return PageView(
        url=source.url,
        title=source.title,
        label=source.label,
        nav=source.nav,
        layout=source.layout,
        release=release if source.release else None,
        attachments=tuple(files.values()),
        links=_followed(source, source.url, files, sight),
        text_digest=source.text_digest,
    )


def _followed(
    source: Document, url: str, files: Mapping[str, PublishedFile], sight: Sight
) -> Mapping[str, str]:
    return followed_links(source.links, url, files, sight.files()) if source.links else {}


def changes_seen(lifecycle: Sequence[Change], term: Term, day: date) -> tuple[ChangeNote, ...]:
    """What changed since this audience first saw the item; earlier changes are none of its."""
    if not lifecycle:
        return ()
    return tuple(
        ChangeNote(entry.date, entry.change, entry.note, entry.until)
        for entry in lifecycle
        if entry.date is not None
        and entry.change not in WITHDRAWALS
        and term.release < entry.date <= day
    )


def _relations(relations: Mapping[str, tuple[str, ...]], sight: Sight) -> tuple[Related, ...]:
    if not relations:
        return ()
    return tuple(
        Related(relation, False, shown, sight.live[shown].disclosure.title)
        for relation, ids in relations.items()
        for shown in map(sight.told_by, ids)
        if shown is not None
    )


def _inverse_relations(sight: Sight) -> Mapping[str, tuple[Related, ...]]:
    """By the id that is named: of what is live, and of notices in whose place something stands."""
    withdrawn = {each.disclosure.id for each in sight.withdrawn}
    found: dict[str, list[Related]] = defaultdict(list)
    relating = [each.disclosure for each in sight.live.values() if each.disclosure.relations]
    for source in sorted(relating, key=attrgetter("id")):
        for relation, ids in source.relations.items():
            day = source.effective if relation == "replaces" else None
            for other in ids:
                shown = other if other in withdrawn else sight.told_by(other)
                if shown is not None:
                    found[shown].append(Related(relation, True, source.id, source.title, day))
    return {key: tuple(values) for key, values in found.items()}


def _notice(item: ApprovedItem, inverse: Mapping[str, tuple[Related, ...]]) -> Notice:
    name, entry = item.disclosure.id, item.disclosure.withdrawn()
    if entry is None or entry.date is None:
        raise AssertionError("only withdrawn items have notices")
    again = tuple(each for each in inverse.get(name, ()) if each.relation == "republishes")
    return Notice(name, entry.change, entry.date, entry.note, again)
