"""The door to the archive: Approved × publish log × year → Handover. Pure.

The archive office is an audience that gets everything, expired and withdrawn items too, and what
no other audience ever gets: approvals and all terms. Papers are made of its edition like those of
any audience; the records travel in a type of their own (``model.dossier``).

An item belongs to the year of its first disclosure to anybody. Where the publish log saw it
appear, that day counts; where the log knows it only from the first entry of a site, it may have
stood there before, and the day that the item itself states counts, as it does for what never was
on a site.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from generator.model.approved import Approved, ApprovedItem
from generator.model.catalogue import Catalogue, by_id
from generator.model.chain import spells
from generator.model.disclosure import Disclosure
from generator.model.dossier import Dossier, Handover, Tie
from generator.model.edition import CatalogueView, Edition
from generator.model.institution import Audience, Institution, ScopeWord
from generator.model.period import Term
from generator.model.record import Entry, Spell
from generator.model.scope import Scope
from generator.project import project
from generator.views import look_at_catalogues

ARCHIVE = Audience("archive", "档案")
_EVERYTHING = Scope("", (ScopeWord("", frozenset({ARCHIVE.id})),))


def hand_over(approved: Approved, log: Sequence[Entry], year: int, as_of: date) -> Handover:
    """What is filed for ``year`` as things stand on ``as_of``."""
    known = {item.disclosure.id: item for item in approved.items}
    first = first_days(approved.items, log)
    told = {name for name in known if first[name] <= as_of}
    filed = {name for name in told if first[name].year == year}
    changed = {
        name
        for name in told
        if first[name].year < year and _changed(known[name].disclosure, year, as_of)
    }
    row = approved.institution.oversight.annual.catalog
    reports = {name for name in told - filed if row and _reports(known[name].disclosure, row, year)}
    seen = _edition(approved, {name: first[name] for name in filed | changed | reports}, as_of)
    numbers = _numbers(approved.institution, [known[name] for name in sorted(filed)], first)
    all_of = _dossiers(approved, seen, first, numbers, log)
    versions = tuple(_in_force(approved.catalogues, year, as_of))
    return Handover(
        year=year,
        as_of=as_of,
        items=tuple(all_of[name] for name in numbers),
        changed=tuple(all_of[name] for name in sorted(changed - reports)),
        reports=tuple(all_of[name] for name in sorted(reports)),
        lacking={
            shown.id: shown.title
            for entry in log
            for shown in entry.came
            if entry.at.year == year and shown.id not in known
        },
        catalogues=versions,
        edition=replace(seen, catalogues=tuple(_views(versions, as_of))),
    )


def first_days(items: Iterable[ApprovedItem], log: Iterable[Entry]) -> Mapping[str, date]:
    """By id the day of the first disclosure to anybody."""
    begun: set[str] = set()
    seen: dict[str, date | None] = {}
    for entry in log:
        appeared = entry.at.date() if entry.audience in begun else None
        begun.add(entry.audience)
        for each in entry.came:
            seen.setdefault(each.id, appeared)
    return {
        item.disclosure.id: seen.get(item.disclosure.id) or min(item.disclosure.release.values())
        for item in items
    }


def _changed(source: Disclosure, year: int, as_of: date) -> bool:
    """Whether something befell it in the year: what the archive holds of it is then out of date."""
    days = (entry.date for entry in source.lifecycle if entry.date)
    return any(day.year == year and day <= as_of for day in days)


def _reports(source: Disclosure, row: str, year: int) -> bool:
    return source.catalog == row and source.period is not None and source.period.year == year


def _edition(approved: Approved, wanted: Mapping[str, date], as_of: date) -> Edition:
    """Those items as the archive's readers get them: every text of a matter, ended or not."""
    items = tuple(
        replace(
            item,
            disclosure=replace(item.disclosure, matter=""),
            terms={ARCHIVE.id: Term(wanted[item.disclosure.id], None)},
            withdrawn=None,
        )
        for item in approved.items
        if item.disclosure.id in wanted
    )
    opened = tuple(_opened(each) for each in approved.catalogues)
    seen = project(replace(approved, items=items, catalogues=opened, pages=()), ARCHIVE, as_of)
    ends = {item.disclosure.id: item.end for item in items}
    return replace(seen, items=tuple(replace(each, last=ends[each.id]) for each in seen.items))


def _opened(catalogue: Catalogue) -> Catalogue:
    rows = tuple(replace(row, visible=_EVERYTHING) for row in catalogue.rows)
    return replace(catalogue, scope=_EVERYTHING, rows=rows)


def _in_force(catalogues: Iterable[Catalogue], year: int, as_of: date) -> Iterable[Catalogue]:
    """The versions in force on some day of the year."""
    last = min(date(year, 12, 31), as_of)
    for versions in by_id(catalogues).values():
        ends = [*(later.starts for later in versions[1:]), date.max]
        for version, end in zip(versions, ends, strict=True):
            if version.starts <= last and end > date(year, 1, 1):
                yield version


def _views(versions: Iterable[Catalogue], as_of: date) -> Iterable[CatalogueView]:
    """Each version by itself, under a name that tells it from the others."""
    for number, version in enumerate(versions, start=1):
        sight = look_at_catalogues((_opened(version),), ARCHIVE.id, as_of)
        yield from (replace(view, id=str(number)) for view in sight.views)


def _numbers(
    institution: Institution, items: Iterable[ApprovedItem], first: Mapping[str, date]
) -> Mapping[str, str]:
    """档号 by id, in their order. 件号 count within what else the 档号 says, in the order of first
    disclosure (DA/T 22-2015: within year, term and unit).
    """
    groups: dict[str, list[ApprovedItem]] = defaultdict(list)
    for item in items:
        groups[_number(institution, item, first, "\0")].append(item)
    found = {}
    for key in sorted(groups):
        mine = sorted(groups[key], key=lambda each: (first[each.disclosure.id], each.disclosure.id))
        for serial, item in enumerate(mine, start=1):
            found[item.disclosure.id] = key.replace("\0", f"{serial:04d}")
    return found


def _number(
    institution: Institution, item: ApprovedItem, first: Mapping[str, date], serial: str
) -> str:
    source, rules = item.disclosure, institution.archive
    unit = source.units[0].id if source.units else ""
    return rules.number(first[source.id].year, _term(institution, source), unit, serial)


def _term(institution: Institution, source: Disclosure) -> str:
    return institution.archive.term(source.kind.word if source.kind else "", source.catalog)


def _dossiers(
    approved: Approved,
    seen: Edition,
    first: Mapping[str, date],
    numbers: Mapping[str, str],
    log: Sequence[Entry],
) -> Mapping[str, Dossier]:
    """By id the dossier of every item of the edition."""
    rules, ties, logged = approved.institution.archive, _ties(approved, numbers), _spells(log)
    everybody = frozenset(each.id for each in approved.institution.audiences if each.open)
    categories = {item.id: item.category.title for item in seen.items}
    found = {}
    for item in approved.items:
        source = item.disclosure
        if source.id in categories:
            told = source.scope.everyone if source.scope else frozenset()
            found[source.id] = Dossier(
                item=item,
                first=first[source.id],
                category=categories[source.id],
                number=numbers.get(source.id, ""),
                term=_term(approved.institution, source),
                secrecy=rules.open if told & everybody else rules.inner,
                ties=tuple(ties.get(source.id, ())),
                spells=tuple(logged.get(source.id, ())),
            )
    return found


def _ties(approved: Approved, numbers: Mapping[str, str]) -> Mapping[str, list[Tie]]:
    """Every relation between items, from both ends."""
    titles = {item.disclosure.id: item.disclosure.title for item in approved.items}
    found: dict[str, list[Tie]] = defaultdict(list)

    def tie(one: str, relation: str, inverse: bool, other: str) -> None:
        found[one].append(Tie(relation, inverse, other, titles[other], numbers.get(other, "")))

    for item in approved.items:
        source = item.disclosure
        for relation, ids in source.relations.items():
            for other in (each for each in ids if each in titles):
                tie(source.id, relation, False, other)
                tie(other, relation, True, source.id)
    return found


def _spells(log: Iterable[Entry]) -> Mapping[str, list[Spell]]:
    found: dict[str, list[Spell]] = defaultdict(list)
    for each in sorted(spells(log), key=lambda spell: (spell.start, spell.audience)):
        found[each.id].append(each)
    return found
