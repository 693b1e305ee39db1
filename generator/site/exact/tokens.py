"""A segment's characters to chunks of postings: tokens sorted, coded as steps, cut to size.

Tokens are pairs of neighbours, with their places, and single characters, without. They are
collected and sorted for one part of the alphabet at a time, so the peak of memory is a small
multiple of the characters themselves, two bytes each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.site.exact.packing import Numbers, widths

CHUNK = 6_000
"""Bytes of postings after which a chunk is closed; a frequent token may be larger by itself."""

_AT_ONCE = 1_000_000
"""Characters whose tokens are sorted at one time: about 100 MB."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A segment's characters as numbers into ``alphabet``, item after item, block after block.

    ``starts`` has each item's first place, and the end; ``title`` how many characters each title
    has. Number 0 is the break between blocks.
    """

    characters: NDArray[np.uint16]
    alphabet: Numbers
    starts: NDArray[np.int64]
    title: Numbers


class Letters:
    """Characters as they come, two bytes each, numbered when first met."""

    def __init__(self) -> None:
        self._number = np.zeros(0x110000, np.uint16)
        self._alphabet = [0]
        self._parts: list[NDArray[np.uint16]] = []

    def add(self, text: str) -> int:
        """Append a text; how many characters it has."""
        codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
        new = np.unique(codes[(self._number[codes] == 0) & (codes > 0)])
        if len(self._alphabet) + new.size > 0xFFFF:
            raise OverflowError("more than 65,534 different characters in one segment")
        self._number[new] = np.arange(len(self._alphabet), len(self._alphabet) + new.size)
        self._alphabet += new.tolist()
        self._parts.append(self._number[codes])
        return int(codes.size)

    def done(self) -> tuple[NDArray[np.uint16], Numbers]:
        """All characters, numbered anew in the order of their code points, and the alphabet."""
        alphabet = np.array(self._alphabet, np.uint32)
        order = np.argsort(alphabet)
        renumber = np.empty(order.size, np.uint16)
        renumber[order] = np.arange(order.size)
        characters = np.concatenate(self._parts)
        self._parts.clear()
        return renumber[characters], alphabet[order]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Tokens that lie together. ``first`` are the two code points of the first token.

    ``numbers``: how many places; how many tokens; per token the step of its first character, its
    second character (0: none), how many items; then per token its items (steps); then per token
    and item twice the count, plus one when the title has it; then the high parts of the places.
    ``low`` are the places' low bytes, as good as random. Places are, per token of two characters
    and item, steps within the item.
    """

    first: tuple[int, int]
    numbers: Numbers
    low: bytes


def chunks(stream: Stream) -> Iterator[Chunk]:
    """A segment's postings, chunk after chunk, in the order of their tokens."""
    for low, high in _parts(stream):
        yield from _cut(_sorted_tokens(stream, low, high), stream)


def _parts(stream: Stream) -> Iterator[tuple[int, int]]:
    """Ranges of the alphabet, each with about as many characters as are sorted at one time."""
    counts = np.bincount(stream.characters, minlength=stream.alphabet.size)
    low, total = 1, 0
    for letter in range(1, stream.alphabet.size):
        if total and total + counts[letter] > _AT_ONCE:
            yield low, letter
            low, total = letter, 0
        total += int(counts[letter])
    if total:
        yield low, stream.alphabet.size


@dataclass(frozen=True, slots=True)
class _Tokens:
    """Tokens of one part of the alphabet, one entry per occurrence, sorted by token and place."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    item: NDArray[np.int64]
    place: NDArray[np.int64]


def _sorted_tokens(stream: Stream, low: int, high: int) -> _Tokens:
    letters = stream.characters
    at = np.flatnonzero((letters >= low) & (letters < high)).astype(np.uint64)
    following = np.append(letters, np.uint16(0))
    first = letters[at].astype(np.uint64)
    second = following[at + np.uint64(1)].astype(np.uint64)
    pair = second > 0
    keys = np.concatenate((first << np.uint64(48), (first << np.uint64(48))[pair]))
    keys[at.size :] |= second[pair] << np.uint64(32)
    keys |= np.concatenate((at, at[pair]))
    keys.sort()
    place = (keys & np.uint64(0xFFFFFFFF)).astype(np.int64)
    item = np.searchsorted(stream.starts, place, side="right") - 1
    return _Tokens(
        (keys >> np.uint64(48)).astype(np.int64),
        ((keys >> np.uint64(32)) & np.uint64(0xFFFF)).astype(np.int64),
        item,
        place - stream.starts[item],
    )


def _cut(tokens: _Tokens, stream: Stream) -> Iterator[Chunk]:
    """Postings of sorted tokens, cut into chunks between tokens."""
    key = (tokens.first << 16) | tokens.second
    entry_starts = _changes(key, tokens.item)
    token_of_entry = key[entry_starts]
    token_starts = _changes(token_of_entry)
    item = tokens.item[entry_starts]
    counts = np.diff(np.append(entry_starts, key.size))
    in_title = tokens.place[entry_starts] < stream.title[item]
    steps = _steps(item, token_starts)
    marks = (counts * 2 + in_title).astype(np.uint32)
    places = _steps(tokens.place, entry_starts)
    weights = np.add.reduceat(widths(steps) + widths(marks), token_starts)
    paired = tokens.second > 0
    items = np.diff(np.append(token_starts, item.size))
    table = np.stack(
        (
            stream.alphabet[token_of_entry[token_starts] >> 16],
            stream.alphabet[token_of_entry[token_starts] & 0xFFFF],
            items,
        ),
        axis=1,
    ).astype(np.int64)
    for begin, end in _ranges(weights + 6):
        entries = slice(token_starts[begin], _next(token_starts, end, item.size))
        inside = slice(entry_starts[entries.start], _next(entry_starts, entries.stop, key.size))
        heads = table[begin:end].copy()
        heads[:, 0] = np.diff(heads[:, 0], prepend=0)
        here = places[inside][paired[inside]]
        sizes = np.array([here.size, end - begin])
        parts = (sizes, heads.ravel(), steps[entries], marks[entries], here >> 8)
        numbers = np.concatenate(parts).astype(np.uint32)
        first = (int(table[begin, 0]), int(table[begin, 1]))
        yield Chunk(first, numbers, (here & 0xFF).astype(np.uint8).tobytes())


def _changes(*columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where a run of equal rows begins."""
    new = np.zeros(columns[0].size, bool)
    new[0] = True
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(new)


def _steps(values: NDArray[np.int64], starts: NDArray[np.int64]) -> Numbers:
    """Differences from the value before; the first of each run stands as it is."""
    steps = np.diff(values, prepend=0)
    steps[starts] = values[starts]
    return steps.astype(np.uint32)


def _next(starts: NDArray[np.int64], place: int, end: int) -> int:
    return int(starts[place]) if place < starts.size else end


def _ranges(sizes: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Runs of tokens of about ``CHUNK`` bytes; a larger token is a run by itself."""
    begin, total = 0, 0
    for place, size in enumerate(sizes.tolist()):
        if total and total + size > CHUNK:
            yield begin, place
            begin, total = place, 0
        total += size
    yield begin, len(sizes)
