"""A segment's characters to postings: every token of every item, sorted.

Tokens are pairs of neighbours, with their places, and single characters, without. They are
collected and sorted for one part of the alphabet at a time, so the peak of memory is a small
multiple of the characters themselves, two bytes each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.site.exact.chunk import CHUNK, Chunk, piece, split, token_weights
from generator.site.exact.cut import cut_so_far
from generator.site.exact.normal import normal_blocks
from generator.site.exact.packing import Numbers
from generator.site.exact.postings import (
    BITS,
    SHIFT,
    Column,
    Entries,
    changes,
    joined,
    nothing,
    token_starts,
)

_AT_ONCE = 1_000_000
"""Characters whose tokens are sorted at one time: about 100 MB."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Characters as numbers into ``alphabet``, item after item, block after block.

    ``starts`` has each item's first place, and the end; ``numbers`` their numbers, ``title`` how
    many characters each title has. Number 0 of the alphabet is the break between blocks.
    """

    characters: NDArray[np.uint16]
    alphabet: Numbers
    starts: Column
    numbers: Column
    title: Column


def stream(texts: Iterable[tuple[int, list[str]]]) -> Stream:
    """The normal forms of items' blocks (title first), each item with its number."""
    letters, lengths, titles, numbers = Letters(), [], [], []
    for number, blocks in texts:
        text = normal_blocks(blocks)
        lengths.append(letters.add(text))
        titles.append(text.index("\0"))
        numbers.append(number)
    characters, alphabet = letters.done()
    starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    columns = (np.array(each, np.int64) for each in (numbers, titles))
    return Stream(characters, alphabet, starts, *columns)


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
        characters = np.concatenate(self._parts or [np.zeros(0, np.uint16)])
        self._parts.clear()
        return renumber[characters], alphabet[order]


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


def postings(stream: Stream) -> Entries:
    """All postings at once: of a few items."""
    return joined([_entries(stream, 1, stream.alphabet.size)])


def chunks(stream: Stream) -> Iterator[Chunk]:
    """All postings of a segment as chunks, whatever part of the alphabet is sorted at a time."""
    cutting = _Cutting()
    for low, high in _parts(stream):
        rare, heavy = split(_entries(stream, low, high))
        yield from heavy
        last = high == stream.alphabet.size
        yield from cutting.more(rare, 1 << BITS if last else int(stream.alphabet[high]) << SHIFT)


class _Cutting:
    """Cuts the rare tokens as they come. What was cut before still weighs in what follows."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._weights: list[int] = []
        self._rest = nothing()

    def more(self, rows: Entries, until: int) -> Iterator[Chunk]:
        """The chunks that are certain with these postings, the last ones below ``until``."""
        rows = joined([self._rest, rows])
        tokens, weights = token_weights(rows)
        before = len(self._starts)
        all_weights = [*self._weights, *weights.tolist()]
        done, still = cut_so_far([*self._starts, *tokens.tolist()], all_weights, CHUNK, BITS, until)
        bounds = np.append(token_starts(rows), rows.token.size)
        parts = done[before:]
        *runs, self._rest = rows.runs(
            [int(bounds[each - before]) for each in (*(p.begin for p in parts), still)]
            + [rows.token.size]
        )
        for part, run in zip(parts, runs, strict=True):
            self._starts.append(part.start)
            self._weights.append(sum(all_weights[part.begin : part.end]))
            yield Chunk(part.start, False, [piece(run, 0, self._weights[-1])])


def _entries(stream: Stream, low: int, high: int) -> Entries:
    """The postings of tokens that begin with the letters from ``low`` until ``high``."""
    keys = _sorted_keys(stream.characters, low, high)
    place = (keys & np.uint64(0xFFFFFFFF)).astype(np.int64)
    item = np.searchsorted(stream.starts, place, side="right") - 1
    place -= stream.starts[item]
    pair = (keys >> np.uint64(32)).astype(np.int64)
    starts = changes(pair, item)
    counts = np.diff(starts, append=pair.size)
    item, first = item[starts], place[starts]
    steps = np.diff(place, prepend=0)
    steps[starts] = first
    letters = stream.alphabet.astype(np.int64)
    token = letters[pair[starts] >> 16] << SHIFT | letters[pair[starts] & 0xFFFF]
    mark = counts * 2 + (first < stream.title[item])
    return Entries(token, stream.numbers[item], mark, steps[(pair & 0xFFFF) > 0])


def _sorted_keys(letters: NDArray[np.uint16], low: int, high: int) -> NDArray[np.uint64]:
    """First letter, second letter (0: none), place, of all tokens: 16, 16 and 32 bits."""
    at = np.flatnonzero((letters >= low) & (letters < high)).astype(np.uint64)
    first = letters[at].astype(np.uint64) << np.uint64(48)
    following = np.append(letters, np.uint16(0))
    second = following[at + np.uint64(1)].astype(np.uint64)
    pair = second > 0
    keys = np.concatenate((first, first[pair]))
    keys[at.size :] |= second[pair] << np.uint64(32)
    keys |= np.concatenate((at, at[pair]))
    keys.sort()
    return keys
