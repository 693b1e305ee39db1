"""Postings of a file or of many, cut anew where some of them changed.

The borders are those of a clean build: what did not change is taken as one heavy key at its start,
which lies in the same node as all that is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from generator.site.exact.chunk import CHUNK, NUMBER_BITS, PIECE, Piece, piece, token_weights
from generator.site.exact.cut import Part, cut
from generator.site.exact.postings import BITS, Column, Entries, joined


def _unread() -> Piece:
    raise AssertionError("a source without a piece has entries")


@dataclass(frozen=True, slots=True)
class Source:
    """A piece of the last index, with its last ``start`` and ``weight``; ``entries`` are its
    postings where they changed, or where it is new.
    """

    start: int
    weight: int
    read: Callable[[], Piece] = _unread
    entries: Entries | None = None

    def rows(self) -> Entries:
        """Its postings as they are now."""
        return self.read().open() if self.entries is None else self.entries


@dataclass(frozen=True, slots=True)
class Kept:
    """A part that is a source unchanged, at ``start``."""

    start: int
    source: Source


@dataclass(frozen=True, slots=True)
class Order:
    """What pieces are cut by: tokens, or the numbers of one token's items."""

    bits: int
    limit: int
    weights: Callable[[Entries], tuple[Column, Column]]
    """The keys in postings, ascending, and what each of them weighs."""


BY_TOKEN = Order(BITS, CHUNK, token_weights)
BY_NUMBER = Order(NUMBER_BITS, PIECE, lambda rows: (rows.number, rows.weights()))


def recut(sources: Sequence[Source], order: Order) -> Iterator[Kept | tuple[int, Piece]]:
    """The parts of ascending sources: kept ones, and starts with new pieces."""
    keys: list[int] = []
    weights: list[int] = []
    owners: list[int] = []
    for place, (each, end) in enumerate(zip(sources, _ends(sources, order), strict=True)):
        own, heavy = _atoms(each, end, order)
        keys += own
        weights += heavy
        owners += [place] * len(own)
    for part in cut(keys, weights, order.limit, order.bits):
        first, last = owners[part.begin], owners[part.end - 1]
        if first == last and sources[first].entries is None:
            yield Kept(part.start, sources[first])
        else:
            weight = sum(weights[part.begin : part.end])
            rows = _rows(sources[first : last + 1], part, order)
            yield part.start, piece(rows, part.start if order is BY_NUMBER else 0, weight)


def _ends(sources: Sequence[Source], order: Order) -> list[int]:
    """Where the part of each source ended in the last index."""
    starts, weights = [each.start for each in sources], [each.weight for each in sources]
    parts = cut(starts, weights, order.limit, order.bits)
    if [each.start for each in parts] != starts:
        return starts  # some are new: their keys are taken one by one
    return [each.start + (1 << each.level) for each in parts]


def _atoms(source: Source, end: int, order: Order) -> tuple[list[int], list[int]]:
    """Keys and weights of a source: one, if it is a part still or lies in a larger one whole."""
    if source.entries is None:
        return [source.start], [source.weight]
    keys, weights = order.weights(source.entries)
    if not keys.size:
        return [], []
    total = int(weights.sum())
    if total <= order.limit and source.start <= keys[0] and keys[-1] < end:
        return [source.start], [total]
    return keys.tolist(), weights.tolist()


def _rows(sources: Sequence[Source], part: Part, order: Order) -> Entries:
    """The postings of sources that lie in a part."""
    found, end = [], part.start + (1 << part.level)
    for each in sources:
        rows = each.rows()
        keys, _ = order.weights(rows)
        if not keys.size or (keys[0] >= part.start and keys[-1] < end):
            found.append(rows)
        else:
            column = rows.token if order is BY_TOKEN else rows.number
            inside = (column >= part.start) & (column < end)
            found.append(rows.rows(inside))
    return joined(found) if len(found) > 1 else found[0]
