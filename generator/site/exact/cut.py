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
    return _Cutting(keys, weights, limit).cut(bits, 1 << bits)[0]


def cut_so_far(
    keys: Sequence[int], weights: Sequence[int], limit: int, bits: int, until: int
) -> tuple[list[Part], int]:
    """The parts that are certain when all keys below ``until`` are known but none above; and the
    place from which on the keys' part is still open: they weigh at most ``limit``.
    """
    return _Cutting(keys, weights, limit).cut(bits, until)


@dataclass(slots=True)
class _Cutting:
    keys: Sequence[int]
    weights: Sequence[int]
    limit: int
    found: list[Part] = field(default_factory=list)
    _sums: list[int] = field(default_factory=list)
    _open: int = 0

    def cut(self, bits: int, until: int) -> tuple[list[Part], int]:
        self._sums = list(accumulate(self.weights, initial=0))
        self._open = len(self.keys)
        self._node(0, len(self.keys), 0, bits, until)
        return self.found, self._open

    def _node(self, begin: int, end: int, start: int, level: int, until: int) -> None:
        if begin == end:
            return
        light = self._sums[end] - self._sums[begin] <= self.limit
        known = start + (1 << level) <= until
        if light and not known:
            self._open = begin
        elif light or level == 0:
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
            self._node(begin, middle, start, level, until)
            self._node(middle, end, half, level, until)
