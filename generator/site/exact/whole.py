"""A segment's files from its items' texts alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence

from generator.model.edition import Item
from generator.site.exact.chunk import file
from generator.site.exact.head import (
    Head,
    blocks_digest,
    facts,
    filters,
    row_digest,
    rows_file,
    version,
)
from generator.site.exact.packing import pack
from generator.site.exact.plan import Segment
from generator.site.exact.tokens import chunks, stream

WINDOW = 16_384
"""Bytes of sample texts; deflate can look back twice as far."""

Blocks = Callable[[Item], list[str]]
"""An item's blocks, title first."""

Put = Callable[[str, bytes], None]
"""Takes a file's path in the index, and its bytes."""


def whole(segment: Segment, blocks: Blocks, put: Put) -> str:
    """Put all files of a segment; returns its version."""
    excerpts(segment, blocks, put)
    return lookup(segment, blocks, put)


def excerpts(segment: Segment, blocks: Blocks, put: Put) -> None:
    """Put what hits are shown by: the texts, and the sample that they are deflated against."""
    folder = segment.name
    items = dict(zip(segment.numbers, segment.items, strict=True))
    dictionary = sample(text(items[n], blocks(items[n])) for n in drawn(segment.numbers))
    put(f"{folder}/words.js", pack(f"{folder}/words", dictionary))
    for number, item in items.items():
        name = text_name(folder, number)
        put(f"{name}.js", pack(name, text(item, blocks(item)), dictionary))


def lookup(segment: Segment, blocks: Blocks, put: Put) -> str:
    """Put what finds them: postings, and what stands at their head; returns the version."""
    folder = segment.name
    digests: dict[int, bytes] = {}

    def read() -> Iterator[tuple[int, list[str]]]:
        for number, item in by_number(segment):
            found = blocks(item)
            digests[number] = row_digest(facts(item), blocks_digest(found))
            yield number, found

    laid = stream(read())
    titles = dict(zip(laid.numbers.tolist(), laid.title.tolist(), strict=True))
    rare: dict[int, int] = {}
    frequent: dict[int, int] = {}
    for chunk in chunks(laid):
        (frequent if chunk.frequent else rare)[chunk.token] = chunk.weight
        put(f"{folder}/{chunk.name}.js", file(folder, chunk))
    head = Head(
        segment.numbers,
        [titles[number] for number in segment.numbers],
        rare,
        dict(sorted(frequent.items())),
        filters(segment),
    )
    return put_head(folder, head, [digests[number] for number in segment.numbers], put)


def put_head(folder: str, head: Head, digests: Sequence[bytes], put: Put) -> str:
    """Put what is written last; returns the segment's version."""
    found = head.text()
    put(f"{folder}/rows.js", rows_file(folder, digests))
    put(f"{folder}/head.js", pack(f"{folder}/head", found))
    return version(found, digests)


def by_number(segment: Segment) -> list[tuple[int, Item]]:
    """The items in the order of postings."""
    both = zip(segment.numbers, segment.items, strict=True)
    return sorted(both, key=lambda each: each[0])


def text_name(folder: str, number: int) -> str:
    """The file that shows an item, without its ending."""
    return f"{folder}/t/{number}"


def text(item: Item, blocks: list[str]) -> bytes:
    """What a hit shows: its facts, and the blocks other than the title for excerpts."""
    found = json.dumps([*facts(item), blocks[1:]], ensure_ascii=False, separators=(",", ":"))
    return found.encode("utf-8")


def drawn(numbers: Iterable[int]) -> list[int]:
    """The numbers in the order of a lottery that is the same each time (Knuth's multiplicative
    hash): whatever is edited, it is hardly ever one of the first few.
    """
    return sorted(numbers, key=lambda number: number * 2_654_435_761 % (1 << 32))


def sample(texts: Iterable[bytes]) -> bytes:
    """What texts of a segment are like: as many of the first ones as fill the window."""
    found = b""
    for each in texts:
        found += each
        if len(found) >= WINDOW:
            break
    return found[:WINDOW].decode("utf-8", "ignore").encode("utf-8")
