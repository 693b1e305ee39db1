"""Which items have which tokens, as columns of numbers, and the same as bytes.

A token is two neighbouring code points, ``first << 21 | second``, or one alone (second: 0).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from generator.site.exact.packing import from_varints, varints

Column = NDArray[np.int64]

BITS = 42
"""Of a token."""

SHIFT = BITS // 2
_SECOND = (1 << SHIFT) - 1


def token_of(first: int, second: int = 0) -> int:
    """The token of two code points, or of one."""
    return first << SHIFT | second


@dataclass(frozen=True, slots=True)
class Entries:
    """One row per token and item, ordered by token, then number.

    ``mark`` is twice the count, plus one when the title has the token. ``steps`` are the places in
    the item, row after row, of tokens of two: the first as it is, then the steps from each to the
    next; a single character has none.
    """

    token: Column
    number: Column
    mark: Column
    steps: Column

    def lengths(self) -> Column:
        """How many places each row has."""
        return np.where(self.token & _SECOND, self.mark >> 1, 0)

    def weights(self) -> Column:
        """About how many bytes each row takes; the sum of many does not depend on neighbours."""
        return 2 + self.lengths()

    def runs(self, bounds: Sequence[int]) -> list[Entries]:
        """The rows from each bound to the next, without copying them."""
        places = np.concatenate(([0], np.cumsum(self.lengths())))
        return [
            Entries(
                self.token[begin:end],
                self.number[begin:end],
                self.mark[begin:end],
                self.steps[places[begin] : places[end]],
            )
            for begin, end in pairwise(bounds)
        ]

    def rows(self, chosen: Column | NDArray[np.bool_]) -> Entries:
        """Some rows, by their places or by a mask, in that order."""
        if chosen.dtype == bool:
            chosen = np.flatnonzero(chosen)
        lengths = self.lengths()
        begins = np.cumsum(lengths) - lengths
        taken = lengths[chosen]
        ends = np.cumsum(taken)
        total = int(ends[-1]) if ends.size else 0
        places = np.arange(total) + np.repeat(begins[chosen] - ends + taken, taken)
        return Entries(
            self.token[chosen], self.number[chosen], self.mark[chosen], self.steps[places]
        )


def nothing() -> Entries:
    """No rows."""
    return Entries(*(np.zeros(0, np.int64) for _ in range(4)))


def token_starts(entries: Entries) -> Column:
    """Where each token's rows begin."""
    return changes(entries.token)


def stacked(many: Sequence[Entries]) -> Entries:
    """The rows of all as they come."""
    if len(many) < 2:
        return many[0] if many else nothing()
    return Entries(
        np.concatenate([each.token for each in many]),
        np.concatenate([each.number for each in many]),
        np.concatenate([each.mark for each in many]),
        np.concatenate([each.steps for each in many]),
    )


def joined(many: Sequence[Entries]) -> Entries:
    """The rows of all, in order; no token and number may occur twice."""
    found = stacked(many)
    step = np.diff(found.token)
    if np.all((step > 0) | ((step == 0) & (np.diff(found.number) > 0))):
        return found
    return found.rows(np.lexsort((found.number, found.token)))


def common(one: Entries, other: Entries) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which rows of each are also in the other, places and all."""
    ours, theirs = _keyed(one), _keyed(other)
    same = {key for key, row in ours.items() if theirs.get(key) == row}
    one_too, other_too = (np.array([key in same for key in each], bool) for each in (ours, theirs))
    return one_too, other_too


def _keyed(entries: Entries) -> dict[tuple[int, int], tuple[int, bytes]]:
    ends = np.cumsum(entries.lengths()).tolist()
    steps = entries.steps.astype(np.int64).tobytes()
    columns = (entries.token, entries.number, entries.mark)
    rows = zip(*(each.tolist() for each in columns), pairwise([0, *ends]), strict=True)
    return {
        (token, number): (mark, steps[8 * begin : 8 * end])
        for token, number, mark, (begin, end) in rows
    }


def encode(entries: Entries) -> tuple[bytes, bytes]:
    """Numbers as LEB128, and bytes that no coding makes shorter.

    The numbers: how many places; how many tokens; per token the step of its first character from
    the token's before, its second character, how many items; then per token its items' numbers (as
    steps), all marks, and the high parts of all places. The bytes are the places' low parts.
    """
    starts = token_starts(entries)
    tokens = entries.token[starts]
    heads = np.empty((starts.size, 3), np.int64)
    heads[:, 0] = tokens >> SHIFT
    heads[1:, 0] -= heads[:-1, 0].copy()
    heads[:, 1] = tokens & _SECOND
    heads[:-1, 2] = starts[1:]
    heads[-1:, 2] = entries.token.size
    heads[:, 2] -= starts
    numbers = entries.number.copy()
    numbers[1:] -= entries.number[:-1]
    numbers[starts] = entries.number[starts]
    sizes = (entries.steps.size, starts.size)
    parts = (sizes, heads.ravel(), numbers, entries.mark, entries.steps >> 8)
    low = entries.steps.astype(np.uint8)
    return varints(np.concatenate(parts).astype(np.uint32)), low.tobytes()


def decode(data: bytes) -> Entries:
    """The rows of ``encode``, its two parts joined; ValueError where they cannot be."""
    places = int(from_varints(data[:5])[0])
    numbers = from_varints(data[: len(data) - places]).astype(np.int64)
    tokens = int(numbers[1])
    heads = numbers[2 : 2 + 3 * tokens].reshape(tokens, 3)
    items = heads[:, 2]
    rows = int(items.sum())
    if numbers.size != 2 + 3 * tokens + 2 * rows + places:
        raise ValueError("columns of different length")
    steps, mark, high = np.split(numbers[2 + 3 * tokens :], (rows, 2 * rows))
    low = np.frombuffer(data, np.uint8)[len(data) - places :]
    token = np.repeat(np.cumsum(heads[:, 0]) << SHIFT | heads[:, 1], items)
    starts = np.cumsum(items) - items
    return Entries(token, run_sums(steps, starts), mark, high << 8 | low)


def run_sums(steps: Column, starts: Column) -> Column:
    """Running sums that begin anew at ``starts``."""
    sums = np.cumsum(steps)
    before = sums[starts] - steps[starts]
    return sums - np.repeat(before, np.diff(starts, append=steps.size))


def changes(*columns: Column) -> Column:
    """Where a run of equal rows begins."""
    new = np.zeros(columns[0].size, bool)
    new[:1] = True
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(new)
