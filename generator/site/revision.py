"""What an edition is known by: a digest of all of it, and one of each item.

An item is spelled out once, here. The edition's digest and the fingerprint of the item's page are
taken of its digest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from generator.model.asleep import mark_of
from generator.model.canon import Fingerprints
from generator.model.edition import Category, Edition, Item
from generator.model.institution import Unit


@dataclass(frozen=True, slots=True)
class Revision:
    """``source`` is the edition's, whatever the day it is asked on: ``sha256:`` and hex digits.
    ``items`` are those of its items in their order, 32 bytes each.
    """

    source: str
    items: tuple[bytes, ...]


def revision(edition: Edition) -> Revision:
    """The revision of what an audience may see."""
    marks = Fingerprints(Category, Unit)
    items = tuple([mark_of(item) or marks.digest(item) for item in edition.items])
    around = marks.digest(replace(edition, items=(), as_of=date.min))
    return Revision(f"sha256:{sha256(b''.join((around, *items))).hexdigest()}", items)


def knowing(revision: Revision, items: tuple[Item, ...], *kinds: type) -> Fingerprints:
    """Fingerprints in which items of the edition count by their digests, other ``kinds`` once."""
    marks = Fingerprints(Item, *kinds)
    marks.know(items, revision.items)
    return marks
