"""What gates and door made of a disclosure that stands by itself, noted for the next build.

Most disclosures name no other one: what becomes of them is decided by themselves, the settings and
the catalogues. While none of these changes, it need not be worked out again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from generator.model.period import Term

Told: TypeAlias = tuple[bytes, bytes, bytes]
"""A disclosure as the door told it to an audience: what stands for the catalogues as that audience
saw them, what stands for the item, and the item as ``written`` has it.
"""


@dataclass(frozen=True, slots=True)
class Settled:
    """A disclosure of which no gate had anything to say. ``terms`` as in ``ApprovedItem``,
    ``standing`` has the digests of what the publish log said each audience was shown, ``told``
    what the door made of it, by audience.
    """

    terms: Mapping[str, Term]
    standing: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Told] = field(default_factory=dict)
