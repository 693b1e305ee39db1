"""A segment's characters to postings: every token of every item, sorted.

Tokens are pairs of neighbours, with their places, and single characters, without. They are
collected and sorted for one part of the alphabet at a time, so the peak of memory is a small
multiple of the characters themselves, two bytes each. Parts do not depend on each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from generator.site.exact.chunk import CHUNK, Chunk, piece, split, token_weights
from generator.site.exact.cut import Part, certain, cut
from generator.site.exact.normal import normal_blocks
from generator.site.exact.packing import Numbers
from generator.site.exact.postings import (
    BITS,
    SHIFT,
    Column,
    Entries,
    changes,
    joined,
    stacked,
    token_starts,
)

_AT_ONCE = 500_000
"""Characters whose tokens are sorted at one time: about 50 MB."""

_LOOK = 1 << 18
"""Characters gone through at one time: what a step leaves is still near for the next."""

Letters = NDArray[np.uint16]
"""Characters as numbers into an alphabet."""

Range = tuple[int, int]
"""Letters of the alphabet, from one until another."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of some items, one after the other, each block ended by the break.

    ``numbers`` are the items', ``lengths`` how many characters they have, ``titles`` how many of
    them are the title. Number 0 of the alphabet (code points, ascending) is the break.
    """

    letters: Letters
    alphabet: Numbers
    numbers: Sequence[int]
    lengths: Sequence[int]
    titles: Sequence[int]


@dataclass(frozen=True, slots=True)
class Stream:
    """Characters of all items, likewise; ``starts`` has each item's first place, and the end."""

    letters: Letters
    alphabet: Numbers
    starts: Column
    numbers: Column
    title: Column


@dataclass(frozen=True, slots=True)
class Sorted:
    """What became of a range: ``frequent`` tokens and chunks of ``rare`` ones that were taken, with
    their weights; ``open`` are postings that share chunks with those of ranges beside it.
    """

    frequent: dict[int, int]
    rare: dict[int, int]
    open: Entries


def run(texts: Iterable[tuple[int, list[str]]]) -> Run:
    """The normal forms of items' blocks (title first), each item with its number."""
    numbers, normal = [], []
    for number, blocks in texts:
        numbers.append(number)
        normal.append(normal_blocks(blocks))
    codes = np.frombuffer("".join(normal).encode("utf-32-le"), np.uint32)
    there = np.zeros(0x110000, bool)
    there[0] = True
    there[codes] = True
    alphabet = _alphabet(there)
    places = np.zeros(there.size, np.uint16)
    places[alphabet] = np.arange(alphabet.size)
    lengths, titles = [len(each) for each in normal], [each.index("\0") for each in normal]
    return Run(places[codes], alphabet, numbers, lengths, titles)


def stream(runs: Sequence[Run]) -> Stream:
    """All runs, one after the other."""
    there = np.zeros(0x110000, bool)
    for each in runs:
        there[each.alphabet] = True
    alphabet = _alphabet(there)
    letters = np.empty(sum(each.letters.size for each in runs), np.uint16)
    end = 0
    for each in runs:
        places = np.searchsorted(alphabet, each.alphabet).astype(np.uint16)
        begin, end = end, end + each.letters.size
        letters[begin:end] = places[each.letters]
    ends = accumulate((size for each in runs for size in each.lengths), initial=0)
    numbers = [number for each in runs for number in each.numbers]
    titles = [size for each in runs for size in each.titles]
    columns = (np.array(each, np.int64) for each in ([*ends], numbers, titles))
    return Stream(letters, alphabet, *columns)


def _alphabet(there: NDArray[np.bool_]) -> Numbers:
    found = np.flatnonzero(there).astype(np.uint32)
    if found.size > 0xFFFF:
        raise OverflowError("more than 65,534 different characters in one segment")
    return found


def ranges(stream: Stream) -> list[Range]:
    """Ranges of the alphabet, each with about as many characters as are sorted at one time."""
    counts = np.zeros(stream.alphabet.size, np.int64)
    for begin in range(0, stream.letters.size, _LOOK):
        some = stream.letters[begin : begin + _LOOK]
        counts += np.bincount(some, minlength=counts.size)
    bounds, total = [1], 0
    for letter, count in enumerate(counts[1:].tolist(), 1):
        if total and total + count > _AT_ONCE:
            bounds.append(letter)
            total = 0
        total += count
    return [*pairwise([*bounds, counts.size])] if total else []


def postings(stream: Stream) -> Entries:
    """All postings at once: of a few items."""
    return joined([_entries(stream, 1, stream.alphabet.size)])


def chunks(stream: Stream, part: Range, take: Callable[[Chunk], None]) -> Sorted:
    """Take the chunks of tokens that begin with the letters of a range, as far as it says which."""
    low, high = part
    rare, heavy = split(_entries(stream, low, high))
    frequent = {}
    for chunk in heavy:
        take(chunk)
        frequent[chunk.token] = chunk.weight
    since = int(stream.alphabet[low]) << SHIFT if low > 1 else 0
    until = int(stream.alphabet[high]) << SHIFT if high < stream.alphabet.size else 1 << BITS
    tokens, weights = (each.tolist() for each in token_weights(rare))
    parts = certain(tokens, weights, CHUNK, BITS, (since, until))
    found = {}
    for chunk in _cut(rare, weights, parts):
        take(chunk)
        found[chunk.token] = chunk.weight
    bounds = [*token_starts(rare).tolist(), rare.token.size]
    ends = (bounds[parts[0].begin], bounds[parts[-1].end]) if parts else (0, 0)
    before, _, after = rare.runs([0, *ends, rare.token.size])
    return Sorted(frequent, found, stacked([before, after]))


def between(ranges: Sequence[Sorted]) -> Iterator[Chunk]:
    """The chunks of postings that were left open. A chunk that was taken weighs in the cutting like
    one token at its start, which lies in the same node as all that is in it.
    """
    rows = stacked([each.open for each in ranges])
    own = dict(zip(*(each.tolist() for each in token_weights(rows)), strict=True))
    taken = {start: weight for each in ranges for start, weight in each.rare.items()}
    weights = dict(sorted((own | taken).items()))
    keys, places = list(weights), {token: place for place, token in enumerate(own)}
    parts = [
        Part(places[key], places[key] + part.end - part.begin, part.start, part.level)
        for part in cut(keys, list(weights.values()), CHUNK, BITS)
        if (key := keys[part.begin]) in places
    ]
    yield from _cut(rows, list(own.values()), parts)


def _cut(rows: Entries, weights: Sequence[int], parts: Sequence[Part]) -> Iterator[Chunk]:
    """Chunks of rare tokens that lie side by side."""
    if not parts:
        return
    bounds = [*token_starts(rows).tolist(), rows.token.size]
    runs = rows.runs([bounds[each] for each in (parts[0].begin, *(part.end for part in parts))])
    for part, each in zip(parts, runs, strict=True):
        weight = sum(weights[part.begin : part.end])
        yield Chunk(part.start, False, [piece(each, 0, weight)])


def _entries(stream: Stream, low: int, high: int) -> Entries:
    """The postings of tokens that begin with the letters from ``low`` until ``high``."""
    at = _places(stream.letters, low, high)
    counts = np.diff(np.searchsorted(at, stream.starts))
    items = np.repeat(np.arange(counts.size), counts)
    keys = _sorted_keys(stream.letters, at)
    rank = (keys & np.uint64(0xFFFFFFFF)).view(np.int64)
    item, place = items[rank], (at - stream.starts[items])[rank]
    del rank
    keys >>= np.uint64(32)
    pair = keys.view(np.int64)
    starts = changes(pair, item)
    counts = np.diff(starts, append=pair.size)
    item, first = item[starts], place[starts]
    steps = np.diff(place, prepend=0)
    steps[starts] = first
    letters = stream.alphabet.astype(np.int64)
    token = letters[pair[starts] >> 16] << SHIFT | letters[pair[starts] & 0xFFFF]
    mark = counts * 2 + (first < stream.title[item])
    return Entries(token, stream.numbers[item], mark, steps[(pair & 0xFFFF) > 0])


def _places(letters: Letters, low: int, high: int) -> Column:
    """Where the letters from ``low`` until ``high`` are."""
    found = []
    for begin in range(0, letters.size, _LOOK):
        some = letters[begin : begin + _LOOK]
        found.append(np.flatnonzero(some - np.uint16(low) < np.uint16(high - low)) + begin)
    return np.concatenate(found)


def _sorted_keys(letters: Letters, at: NDArray[np.int64]) -> NDArray[np.uint64]:
    """First letter, second letter (0: none), rank of the place, of all tokens that begin at these
    places: 16, 16 and 32 bits. A break follows the last letter of all.
    """
    rank = np.arange(at.size, dtype=np.uint64)
    rank |= letters[at].astype(np.uint64) << np.uint64(48)
    second = letters[at + 1].astype(np.uint64)
    pair = second > 0
    keys = np.concatenate((rank, rank[pair] | second[pair] << np.uint64(32)))
    keys.sort()
    return keys
