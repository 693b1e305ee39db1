"""What stands at the head of a segment: its items, its chunks, its filters; and digests of texts.

The reader loads the head before the first search. The digests ("rows") are for the next build: they
say which items it need not touch.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import sub
from typing import Any

from generator.model.edition import Item
from generator.site.exact.packing import pack, unpack
from generator.site.exact.plan import Segment, labels

Filters = dict[str, dict[str, Any]]

DIGEST = 8
"""Bytes of a row's digest: against chance, as nobody writes his own."""


@dataclass(frozen=True, slots=True)
class Head:
    """``numbers`` and ``titles`` (their lengths) are per item, oldest first. ``rare`` has the least
    token that may be in a chunk and what the chunk weighs, ``frequent`` the token that has a chunk
    of its own; both in ascending order.
    """

    numbers: Sequence[int]
    titles: Sequence[int]
    rare: Mapping[int, int]
    frequent: Mapping[int, int]
    filters: Filters

    def text(self) -> bytes:
        """As the reader gets it: ascending columns as steps."""
        found = {
            "numbers": _steps(self.numbers),
            "titles": [*self.titles],
            "rare": [_steps([*self.rare]), [*self.rare.values()]],
            "frequent": [_steps([*self.frequent]), [*self.frequent.values()]],
            "filters": self.filters,
        }
        return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def head_of(text: bytes) -> Head:
    """The head of its text; ValueError when it is none."""
    try:
        found = json.loads(text)
        rare, frequent = (
            dict(zip(accumulate(steps), weights, strict=True))
            for steps, weights in (found["rare"], found["frequent"])
        )
        numbers = [*accumulate(found["numbers"])]
        return Head(numbers, found["titles"], rare, frequent, found["filters"])
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from None


def _steps(values: Sequence[int]) -> list[int]:
    return [*map(sub, values, [0, *values])]


def facts(item: Item) -> list[str]:
    """What a hit shows beside its text: id, title, day of release, unit."""
    unit = item.units[0].name if item.units else ""
    return [item.id, item.title, item.release.isoformat(), unit]


def row_digest(facts: Sequence[str], blocks: Sequence[str]) -> bytes:
    """What stands for an item in a segment."""
    text = hashlib.sha256("\n".join(blocks).encode("utf-8")).digest()
    return hashlib.sha256(text + "\0".join(facts).encode("utf-8")).digest()[:DIGEST]


def rows_file(name: str, digests: Sequence[bytes]) -> bytes:
    """The digests of a segment's rows, oldest first, as a file."""
    return pack(f"{name}/rows", b"", noise=b"".join(digests))


def rows_of(data: bytes, name: str) -> list[bytes]:
    """The digests in a file; ValueError when it is not one."""
    found = unpack(data, f"{name}/rows")
    return [found[at : at + DIGEST] for at in range(0, len(found), DIGEST)]


def version(head: bytes, digests: Sequence[bytes]) -> str:
    """Changes with everything in the segment; the reader adds it to addresses. Without it a browser
    could read one build's head with another's chunks from its cache.
    """
    return hashlib.sha256(head + b"".join(digests)).hexdigest()[:8]


def filters(segment: Segment) -> Filters:
    """Per filter its values, the combinations of values that occur, and each item's one."""
    found: Filters = {}
    for name, chosen in labels(segment.items).items():
        distinct = {*chosen}
        values = sorted({value for each in distinct for value in each})
        places = {value: number for number, value in enumerate(values)}
        own = {each: tuple(sorted(places[value] for value in each)) for each in distinct}
        sets = sorted({*own.values()})
        numbers = {each: sets.index(places) for each, places in own.items()}
        column = [numbers[each] for each in chosen]
        found[name] = {"values": values, "sets": sets, "items": column}
    return found
