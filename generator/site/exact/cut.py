"""Where a long order is cut, so that a change moves no border but those beside it.

Keys are numbers of a fixed width. All keys that begin with the same bits are a node; a node of
little enough weight whose parent has too much is a part. So borders follow from what lies there
now, not from how it came to be (law 7), and what changes one place leaves the parts elsewhere.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Part:
    """The keys at ``begin`` to ``end`` of the order; all of them begin with the bits of ``start``
    above its lowest ``level`` ones, and ``start`` is the least key that does.
    """

    begin: int
    end: int
    start: int
    level: int


def cut(keys: Sequence[int], weights: Sequence[int], limit: int, bits: int) -> list[Part]:
    """Parts of ascending keys, each of at most ``limit`` weight where it has different keys."""
    return certain(keys, weights, limit, bits, (0, 1 << bits))


def certain(
    keys: Sequence[int], weights: Sequence[int], limit: int, bits: int, known: tuple[int, int]
) -> list[Part]:
    """The parts that are certain when all keys from the one until the other of ``known`` are there
    and nobody knows of others. They lie side by side; before the first and after the last of them
    keys may be left whose part is still open, each time of at most ``limit`` weight.
    """
    sums = list(accumulate(weights, initial=0))
    cutting = _Cutting(keys, sums, limit, *known)
    cutting.node(0, len(keys), 0, bits)
    return cutting.found


@dataclass(slots=True)
class _Cutting:
    keys: Sequence[int]
    sums: Sequence[int]
    limit: int
    since: int
    until: int
    found: list[Part] = field(default_factory=list)

    def node(self, begin: int, end: int, start: int, level: int) -> None:
        if begin == end:
            return
        light = self.sums[end] - self.sums[begin] <= self.limit
        known = self.since <= start and start + (1 << level) <= self.until
        if light and not known:
            return
        if light or level == 0:
            self.found.append(Part(begin, end, start, level))
        else:
            if known:  # nothing will lie beside them: straight to where they part
                first, last = self.keys[begin], self.keys[end - 1]
                level = max(1, (first ^ last).bit_length())
                start = first >> level << level
                if first == last:
                    self.found.append(Part(begin, end, first, 0))
                    return
            level -= 1
            half = start + (1 << level)
            middle = bisect_left(self.keys, half, begin, end)
            self.node(begin, middle, start, level)
            self.node(middle, end, half, level)
