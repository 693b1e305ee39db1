"""A segment's files from its items' texts alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

import numpy as np

from generator.model.edition import Item
from generator.site.exact.chunk import Chunk, file
from generator.site.exact.head import (
    Head,
    facts,
    filters,
    row_digest,
    rows_file,
    version,
)
from generator.site.exact.packing import pack
from generator.site.exact.plan import Segment
from generator.site.exact.tokens import (
    Range,
    Run,
    Sorted,
    Stream,
    between,
    chunks,
    ranges,
    run,
    stream,
)

WINDOW = 16_384
"""Bytes of sample texts; deflate can look back twice as far."""

_SHARE = 100
"""Items read in one go: short enough that no helper is idle at the end, long enough to pay."""

Blocks = Callable[[Item], list[str]]
"""An item's blocks, title first."""

Put = Callable[[str, bytes], None]
"""Takes a file's path in the index, and its bytes."""

Part = TypeVar("Part")
Result = TypeVar("Result")


class Share(Protocol):
    """Who does a task for each part, and where: it is the caller's choice."""

    def __call__(
        self, task: Callable[[Part, Put], Result], parts: Sequence[Part], /
    ) -> Iterator[Result]:
        """The results in order; what the task is given besides takes its files."""


def whole(segment: Segment, blocks: Blocks, put: Put, share: Share | None = None) -> str:
    """Put all files of a segment; returns its version. What is done for each of its items, and
    then for each range of its alphabet, may be shared out.
    """
    share = share or _alone(put)
    folder, items = segment.name, dict(by_number(segment))
    dictionary = sample(text(items[n], blocks(items[n])) for n in drawn(items))
    put(f"{folder}/words.js", pack(f"{folder}/words", dictionary))
    runs, digests = _read(folder, items, blocks, dictionary, share)
    laid = stream(runs)
    del runs
    rare, frequent = _postings(folder, laid, put, share)
    titles = dict(zip(laid.numbers.tolist(), laid.title.tolist(), strict=True))
    listed = [titles[number] for number in segment.numbers]
    head = Head(segment.numbers, listed, rare, frequent, filters(segment))
    return put_head(folder, head, [digests[number] for number in segment.numbers], put)


def _alone(put: Put) -> Share:
    def share(task: Callable[[Part, Put], Result], parts: Sequence[Part]) -> Iterator[Result]:
        return (task(part, put) for part in parts)

    return share


def _read(
    folder: str, items: Mapping[int, Item], blocks: Blocks, dictionary: bytes, share: Share
) -> tuple[list[Run], dict[int, bytes]]:
    """Put what hits are shown by; returns all texts, and the digests of the items' rows."""

    def read(part: Sequence[int], put: Put) -> tuple[Run, dict[int, bytes]]:
        digests = {}

        def texts() -> Iterator[tuple[int, list[str]]]:
            for number in part:
                item = items[number]
                found = blocks(item)
                name = text_name(folder, number)
                put(f"{name}.js", pack(name, text(item, found), dictionary))
                digests[number] = row_digest(facts(item), found)
                yield number, found

        return run(texts()), digests

    numbers = [*items]
    parts = [numbers[at : at + _SHARE] for at in range(0, len(numbers), _SHARE)]
    runs, digests = [], dict[int, bytes]()
    for each, own in share(read, parts):
        runs.append(each)
        digests |= own
    return runs, digests


def _postings(
    folder: str, laid: Stream, put: Put, share: Share
) -> tuple[dict[int, int], dict[int, int]]:
    """Put what finds them; returns the chunks of rare and of frequent tokens, with weights."""

    def take(chunk: Chunk, put: Put) -> None:
        put(f"{folder}/{chunk.name}.js", file(folder, chunk))

    def code(part: Range, put: Put) -> Sorted:
        return chunks(laid, part, lambda chunk: take(chunk, put))

    found = [*share(code, ranges(laid))]
    rare = {token: weight for each in found for token, weight in each.rare.items()}
    frequent = {token: weight for each in found for token, weight in each.frequent.items()}
    for chunk in between(found):
        take(chunk, put)
        rare[chunk.token] = chunk.weight
    return dict(sorted(rare.items())), frequent


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


def drawn(numbers: Collection[int]) -> list[int]:
    """The numbers in the order of a lottery that is the same each time (Knuth's multiplicative
    hash, 32 bits): whatever is edited, it is hardly ever one of the first few.
    """
    column = np.fromiter(numbers, np.uint32, len(numbers))
    found: list[int] = column[np.argsort(column * np.uint32(2_654_435_761))].tolist()
    return found


def sample(texts: Iterable[bytes]) -> bytes:
    """What texts of a segment are like: as many of the first ones as fill the window."""
    found = b""
    for each in texts:
        found += each
        if len(found) >= WINDOW:
            break
    return found[:WINDOW].decode("utf-8", "ignore").encode("utf-8")
