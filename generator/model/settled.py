"""What gates and door made of a disclosure that stands by itself, noted for the next build.

Most disclosures name no other one: what becomes of them is decided by themselves, the settings and
the catalogues. While none of these changes, it need not be worked out again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.model.period import Term


@dataclass(frozen=True, slots=True)
class Told:
    """A disclosure as the door told it to an audience. ``register`` stands for the catalogues as
    that audience saw them, ``mark`` for the item, ``item`` is the item packed.
    """

    register: bytes
    mark: bytes
    item: bytes


@dataclass(frozen=True, slots=True)
class Settled:
    """A disclosure of which no gate had anything to say. ``terms`` as in ``ApprovedItem``,
    ``standing`` has the digests of what the publish log said each audience was shown, ``told``
    what the door made of it, by audience.
    """

    terms: Mapping[str, Term]
    standing: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Told] = field(default_factory=dict)
