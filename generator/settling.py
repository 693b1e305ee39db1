"""What a build notes of disclosures that stand by themselves, so that the next one need not ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import TypeAlias

from generator.gate.published import by_item, digests
from generator.model.approved import Approved, ApprovedItem
from generator.model.asleep import mark_of
from generator.model.disclosure import Corpus
from generator.model.edition import Item
from generator.model.settled import Settled
from generator.model.written import write_down
from generator.project import register_mark
from generator.site.order import SiteOrder
from generator.views import look_at_catalogues


def settled(
    corpus: Corpus, approved: Approved, doubtful: Collection[str], orders: Iterable[SiteOrder]
) -> dict[str, Callable[[], Settled]]:
    """By file, all that is news: of disclosures that were made or told anew, and stand by
    themselves; but for the files that a gate had anything to say of. It is made when it is asked
    for: all at once would be as much again as the corpus.
    """
    told: dict[str, list[_News]] = defaultdict(list)
    for order in orders:
        for each in _told(approved, order):
            told[each[-1].id].append(each)
    found: dict[str, Callable[[], Settled]] = {}
    standing = by_item(corpus)
    for item in approved.items:
        source = item.disclosure
        shown = digests(standing.get(source.id, {}))
        known, news = corpus.settled.get(source.file), told.get(source.id, [])
        if known and not news and known.standing == shown:
            continue
        if source.apart() and source.file not in doubtful:
            found[source.file] = partial(_settled, item, shown, news)
    return found


_News: TypeAlias = tuple[str, bytes, bytes, Item]
"""The audience, what stands for its catalogues, what stands for the item, and the item."""


def _told(approved: Approved, order: SiteOrder) -> Iterator[_News]:
    """What the door told anew."""
    seen = order.edition
    register = look_at_catalogues(approved.catalogues, seen.audience.id, seen.as_of)
    mark = register_mark(register)
    for item, digest in zip(seen.items, order.revision.items, strict=True):
        if not mark_of(item) and not item.related:  # what others say of it is not its own
            yield seen.audience.id, mark, digest, item


def _settled(item: ApprovedItem, shown: Mapping[str, str], news: Iterable[_News]) -> Settled:
    told = {audience: (mark, digest, write_down(each)) for audience, mark, digest, each in news}
    return Settled(item.terms, shown, {**item.told, **told})
