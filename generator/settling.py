"""What a build notes of disclosures that stand by themselves, so that the next one need not ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from generator.gate.published import by_item, digests
from generator.model.approved import Approved
from generator.model.asleep import mark_of
from generator.model.disclosure import Corpus
from generator.model.settled import Settled, Told
from generator.model.written import write_down
from generator.project import register_mark
from generator.site.order import SiteOrder
from generator.views import look_at_catalogues


def settled(
    corpus: Corpus, approved: Approved, doubtful: Collection[str], orders: Iterable[SiteOrder]
) -> dict[str, Settled]:
    """By file, all that is news: of disclosures that were made or told anew, and stand by
    themselves; but for the files that a gate had anything to say of.
    """
    told: dict[str, dict[str, Told]] = defaultdict(dict)
    for order in orders:
        for name, each in _told(approved, order):
            told[name][order.edition.audience.id] = each
    standing, found = by_item(corpus), {}
    for item in approved.items:
        source = item.disclosure
        shown = digests(standing.get(source.id, {}))
        known, news = corpus.settled.get(source.file), told.get(source.id, {})
        if known and not news and known.standing == shown:
            continue
        if source.apart() and source.file not in doubtful:
            found[source.file] = Settled(item.terms, shown, {**item.told, **news})
    return found


def _told(approved: Approved, order: SiteOrder) -> Iterator[tuple[str, Told]]:
    """What the door told anew, by the items' ids."""
    seen = order.edition
    register = look_at_catalogues(approved.catalogues, seen.audience.id, seen.as_of)
    mark = register_mark(register)
    for item, digest in zip(seen.items, order.revision.items, strict=True):
        if not mark_of(item) and not item.related:  # what others say of it is not its own
            yield item.id, (mark, digest, write_down(item))
