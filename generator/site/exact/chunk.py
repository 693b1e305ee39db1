"""Chunks of postings as files: many rare tokens in one, a frequent token by itself in pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from generator.site.exact.cut import cut
from generator.site.exact.packing import NUMBERS, expand, squeeze
from generator.site.exact.postings import Column, Entries, decode, encode, token_starts

CHUNK = 12_000
"""What a chunk of rare tokens weighs at most, about bytes; a token that weighs more has its own."""

PIECE = 6_000
"""What a piece of a frequent token weighs at most: as much is packed anew for a changed item."""

NUMBER_BITS = 32
_TOKEN = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """Postings that are coded by themselves.

    ``start`` is the least number that may be in it (0 in a chunk of rare tokens), ``weight`` what
    the cutting went by, ``size`` the length of the data before it was squeezed into letters.
    """

    start: int
    weight: int
    size: int
    letters: bytes

    def open(self) -> Entries:
        """What is in it; ValueError where it cannot be read."""
        try:
            return decode(expand(self.letters, self.size))
        except IndexError as error:
            raise ValueError(str(error)) from None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A file of postings. A chunk of one frequent token carries the token, any other the least one
    that may be in it.
    """

    token: int
    frequent: bool
    pieces: Sequence[Piece]

    @property
    def name(self) -> str:
        """Its file's, without folder and ending."""
        return file_name(self.token, self.frequent)

    @property
    def weight(self) -> int:
        """What the reader pays for it, about bytes."""
        return sum(each.weight for each in self.pieces)


def file_name(token: int, frequent: bool) -> str:
    """What a chunk's file is called: by its token, so that none is renamed when others come."""
    return f"{'f' if frequent else 'c'}{token:x}"


def is_frequent(weight: int) -> bool:
    """Whether a token whose postings weigh so much has a chunk of its own."""
    return _TOKEN + weight > CHUNK


def token_weights(entries: Entries) -> tuple[Column, Column]:
    """The tokens that occur, and what each of them weighs."""
    starts = token_starts(entries)
    if not starts.size:
        return starts, starts
    return entries.token[starts], _TOKEN + np.add.reduceat(entries.weights(), starts)


def piece(entries: Entries, start: int, weight: int) -> Piece:
    """Postings as a piece."""
    data, low = encode(entries)
    return Piece(start, weight, len(data) + len(low), squeeze(data, b"", low, NUMBERS))


def frequent(entries: Entries) -> Chunk:
    """The chunk of one frequent token, a piece for each run of items."""
    weights = entries.weights()
    parts = cut(entries.number.tolist(), weights.tolist(), PIECE, NUMBER_BITS)
    runs = entries.runs([0, *(part.end for part in parts)])
    pieces = [
        piece(run, part.start, int(run.weights().sum()))
        for part, run in zip(parts, runs, strict=True)
    ]
    return Chunk(int(entries.token[0]), True, pieces)


def split(entries: Entries) -> tuple[Entries, Iterator[Chunk]]:
    """The rows of rare tokens, and the chunks of those too frequent to lie with others."""
    tokens, weights = token_weights(entries)
    heavy = tokens[weights > CHUNK]
    if not heavy.size:
        return entries, iter(())
    bounds = np.searchsorted(entries.token, np.stack((heavy, heavy + 1), axis=1)).ravel()
    own = entries.runs(bounds.tolist())[::2]
    return entries.rows(~np.isin(entries.token, heavy)), (frequent(each) for each in own)


def file(folder: str, chunk: Chunk) -> bytes:
    """A chunk's file: a call with its name and, piece after piece, start, weight, size, letters."""
    pieces = b"".join(
        b'%d,%d,%d,"%b",' % (each.start, each.weight, each.size, each.letters)
        for each in chunk.pieces
    )
    return b'dwgkData("%b",[%b])\n' % (f"{folder}/{chunk.name}".encode("ascii"), pieces)


def pieces_of(data: bytes, name: str) -> list[Piece]:
    """The pieces in a chunk's file; ValueError when it is not whole or not ours."""
    head, end = f'dwgkData("{name}",['.encode("ascii"), b"])\n"
    if not (data.startswith(head) and data.endswith(end)):
        raise ValueError(name)
    fields = data[len(head) : -len(end)].split(b'"')
    found = []
    for numbers, letters in zip(fields[0:-1:2], fields[1::2], strict=True):
        start, weight, size = (int(each) for each in numbers.strip(b",").split(b","))
        found.append(Piece(start, weight, size, letters))
    return found
