"""What was shown is not edited, dropped or brought back without an entry in ``lifecycle``.

The publish log says what each audience was last shown. A text that differs from it now owes its
readers a change (变更, 延期, …) with an approval of its own; an item that is gone owes them a
withdrawal. Without a log there is nothing to compare with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from generator.diagnostics import Diagnostic, Span, fault, several
from generator.model.approved import ApprovedItem
from generator.model.disclosure import Corpus
from generator.model.record import REGISTER, Standing
from generator.model.shown import changes_told, facts_digest, files

EDITED, DROPPED, EARLY, UNDONE = (f"R0{n}" for n in range(1, 5))

_PARTS = {
    "title": "标题 title",
    "attachments": "附件 attachments",
    "lifecycle": "正文 text",
    "": "登记信息 front matter",
}
"""Key at which a difference is told → what differs, for readers of either language."""


def check_published(
    corpus: Corpus, items: Iterable[ApprovedItem], doubtful: Collection[str]
) -> Iterator[Diagnostic]:
    """Every item against the log.

    ``items`` are those that could be read; whether one is gone is not asked of the files in
    ``doubtful``, whose other faults keep them from every site anyway.
    """
    titles = {each.id: each.title for each in corpus.institution.audiences}
    standing = by_item(corpus)
    for item in items:
        seen = standing.get(item.disclosure.id)
        if not seen or _settled(corpus, item, seen):
            continue
        yield from _check_edited(item, seen, titles)
        yield from _check_undone(item, seen, titles)
        if item.disclosure.file not in doubtful:
            yield from _check_dropped(item, seen, titles)
    told = {each.file for each in corpus.disclosures if each.id}
    if all(file in told for file in doubtful if file.endswith(".md")):
        for name in standing.keys() - {each.id for each in corpus.disclosures}:
            yield _dropped(name, standing[name], titles, None)


def digests(seen: Mapping[str, Standing]) -> Mapping[str, str]:
    """What stands for that which the log says of an item, by audience; "" for a notice."""
    return {name: each.shown.digest if each.shown else "" for name, each in seen.items()}


def check_day(corpus: Corpus, items: Iterable[ApprovedItem], day: date) -> Iterator[Diagnostic]:
    """A change is not shown before the day its entry names; ``day`` is that of the new sites."""
    titles = {each.id: each.title for each in corpus.institution.audiences}
    standing = by_item(corpus)
    for item in items:
        seen = standing.get(item.disclosure.id)
        if not seen or _settled(corpus, item, seen):
            continue
        early = {
            name: each
            for name, each in seen.items()
            if each.since <= day and _differs(item, name, each) and not _told(item, each, day)
        }
        if early:
            place = item.disclosure.at("lifecycle")
            yield fault(EARLY, place, day=day, audience=_names(early, titles))


def by_item(corpus: Corpus) -> Mapping[str, Mapping[str, Standing]]:
    """What the log says of each item, by audience."""
    found: dict[str, dict[str, Standing]] = defaultdict(dict)
    # In the institution's order; a former audience has no site any more.
    for audience in corpus.institution.audiences:
        for item, standing in corpus.published.get(audience.id, {}).items():
            found[item][audience.id] = standing
    return found


def _settled(corpus: Corpus, item: ApprovedItem, seen: Mapping[str, Standing]) -> bool:
    """Whether the log says of a settled item what it said when no gate had anything to say."""
    known = corpus.settled.get(item.disclosure.file)
    return known is not None and known.standing == digests(seen)


def _check_edited(
    item: ApprovedItem, seen: Mapping[str, Standing], titles: Mapping[str, str]
) -> Iterator[Diagnostic]:
    edited = {
        name: each
        for name, each in seen.items()
        if name in item.terms and _differs(item, name, each) and not _told(item, each, date.max)
    }
    if edited:
        keys = dict.fromkeys(key for each in edited.values() for key in _differing(item, each))
        place = item.disclosure.at(next(iter(keys)))
        what = several([_PARTS[key] for key in keys])
        since = max(each.since for each in edited.values())
        yield fault(EDITED, place, audience=_names(edited, titles), what=what, since=since)


def _differs(item: ApprovedItem, audience: str, standing: Standing) -> bool:
    """Whether the audience would now read something else than what it was last shown."""
    was = standing.shown
    if was is None:
        return False
    if audience not in item.terms:
        return True
    # Forms that the row gives are the row's to change.
    forms = was.forms if item.disclosure.forms is None else tuple(each.word for each in item.forms)
    return was.digest != facts_digest(item, audience, forms)


def _told(item: ApprovedItem, standing: Standing, day: date) -> bool:
    """Whether an entry up to ``day`` tells of a change of the state on record.

    It is no older than that state, and not one that the state itself already shows. A withdrawal
    in force explains everything: nothing of the item is shown any more.
    """
    if item.withdrawn is not None and item.withdrawn <= day:
        return True
    known = standing.shown.changes if standing.shown else ()
    return any(
        entry.date is not None
        and standing.since <= entry.date <= day
        and (entry.date.isoformat(), entry.change, entry.note) not in known
        for entry in item.disclosure.lifecycle
    )


def _differing(item: ApprovedItem, standing: Standing) -> list[str]:
    """Keys of ``_PARTS`` that differ; "" where it is something else."""
    was, source = standing.shown, item.disclosure
    if was is None:
        return []
    found = ["title"] if was.title != source.title else []
    found += ["attachments"] if was.files != files(item) else []
    found += ["lifecycle"] if was.text != source.text_digest else []
    return found or [""]


def _check_dropped(
    item: ApprovedItem, seen: Mapping[str, Standing], titles: Mapping[str, str]
) -> Iterator[Diagnostic]:
    dropped = {name: each for name, each in seen.items() if each.shown and name not in item.terms}
    if dropped and item.withdrawn is None:
        source = item.disclosure
        within = source.scope is not None and dropped.keys() <= source.scope.reach
        yield _dropped(source.id, dropped, titles, source.at("forms" if within else "scope"))


def _dropped(
    name: str, seen: Mapping[str, Standing], titles: Mapping[str, str], place: Span | None
) -> Diagnostic:
    """Told at the item, or at the line of the log where there is no item any more."""
    last = max(seen.values(), key=lambda each: each.line)
    place = place or Span(REGISTER, last.line)
    return fault(DROPPED, place, id=name, audience=_names(seen, titles), since=last.since)


def _check_undone(
    item: ApprovedItem, seen: Mapping[str, Standing], titles: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Change notes and withdrawals that readers were told of still stand in ``lifecycle``."""
    undone = {}
    for name, each in seen.items():
        if each.shown is None:
            gone = item.withdrawn is None
        else:
            told = changes_told(item, name, date.max) if name in item.terms else ()
            gone = name in item.terms and not set(each.shown.changes) <= set(told)
        if gone:
            undone[name] = each
    if undone:
        place = item.disclosure.at("lifecycle")
        yield fault(UNDONE, place, audience=_names(undone, titles))


def _names(seen: Iterable[str], titles: Mapping[str, str]) -> str:
    return several([titles[name] for name in seen])
