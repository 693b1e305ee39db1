"""What the publish log is to know of sites: told of the approved corpus, written beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from generator.model.approved import Approved, ApprovedItem
from generator.model.edition import Edition
from generator.model.record import Shown, State
from generator.model.shown import files, shown
from generator.site.order import SiteOrder
from generator.site.shown import Lines, write_state


def state(approved: Approved, seen: Edition) -> State:
    """What the publish log is to know of an edition."""
    sources = _sources(approved)
    items = {item.id: _shown(sources, seen, item.id) for item in seen.items}
    return State(items, _notices(seen))


def write_states(approved: Approved, orders: Iterable[SiteOrder], folder: Path) -> None:
    """Write into ``folder``, for every order, the file beside its site."""
    sources = _sources(approved)
    for each in orders:
        lines, keys = Lines(each.last, each.cache), _keys(sources, each)
        about = (each.out.name, each.revision.source, _notices(each.edition))
        data = write_state(folder, *about, lines.of(keys, partial(_shown, sources, each.edition)))
        lines.keep(data, keys.values())


def _shown(sources: Mapping[str, ApprovedItem], seen: Edition, item: str) -> Shown:
    return shown(sources[item], seen.audience.id, seen.as_of)


def _keys(sources: Mapping[str, ApprovedItem], order: SiteOrder) -> dict[str, bytes]:
    """What stands for all that is told of each item, in the order of ids."""
    items = zip(order.edition.items, order.revision.items, strict=True)
    digests = {item.id: digest for item, digest in items}
    return {each: digests[each] + _beside(sources[each]) for each in sorted(digests)}


def _beside(item: ApprovedItem) -> bytes:
    """What is told of an item and not to be seen in the edition: whether it has a date of its own,
    attachments that are listed twice.
    """
    own = b"dated" if item.disclosure.written else b""
    return own + (repr(files(item)).encode("utf-8") if item.disclosure.attachments else b"")


def _sources(approved: Approved) -> dict[str, ApprovedItem]:
    return {item.disclosure.id: item for item in approved.items}


def _notices(seen: Edition) -> frozenset[str]:
    return frozenset(notice.id for notice in seen.notices)
