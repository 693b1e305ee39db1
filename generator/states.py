"""What the publish log is to know of sites: told of the approved corpus, written beside them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from generator.model.approved import Approved, ApprovedItem
from generator.model.edition import Edition
from generator.model.record import State
from generator.model.shown import files, shown
from generator.site.order import SiteOrder
from generator.site.shown import Lines


def state(approved: Approved, seen: Edition) -> State:
    """What the publish log is to know of an edition."""
    sources = _sources(approved)
    items = (shown(sources[item.id], seen.audience.id, seen.as_of) for item in seen.items)
    return State({each.id: each for each in items}, _notices(seen))


def write_states(approved: Approved, orders: Iterable[SiteOrder], folder: Path) -> None:
    """Write into ``folder``, for every order, the file beside its site."""
    sources = _sources(approved)
    for each in orders:
        seen, lines = each.edition, Lines(each.last, each.cache)
        for item, digest in zip(seen.items, each.revision.items, strict=True):
            source = sources[item.id]
            show = partial(shown, source, seen.audience.id, seen.as_of)
            lines.put(item.id, digest + _beside(source), show)
        lines.write(folder, each.out.name, each.revision.source, _notices(seen))


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
