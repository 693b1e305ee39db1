"""The index as the last build left it: what of it can be used again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Set
from contextlib import suppress
from functools import cache, cached_property

from generator.site.exact.head import Head, head_of, row_digest, rows_of
from generator.site.exact.packing import unpack
from generator.site.exact.whole import text_name

FORMAT = 3


class Last:
    """``read`` gives a file's bytes by its path in the index, and raises OSError or ValueError
    where they are not those that were written; so does whatever reads one here. ``paths`` are all
    there are.
    """

    def __init__(self, read: Callable[[str], bytes], paths: Set[str]) -> None:
        self.read = read
        self.paths = paths
        self.digests = cache(self._digests)
        self.head = cache(self._head)
        self.rows = cache(self._rows)
        self.words = cache(self._words)

    @cached_property
    def versions(self) -> dict[str, str]:
        """The segments, newest first; none where their table cannot be read."""
        try:
            table = json.loads(unpack(self.read("index.js"), "index"))
            found = {name: version for name, _, version in table["segments"]}
            return found if table["format"] == FORMAT else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    @cached_property
    def files(self) -> dict[str, set[str]]:
        """The paths that lie in the folder of each segment."""
        found: dict[str, set[str]] = defaultdict(set)
        for path in self.paths:
            found[path.partition("/")[0]].add(path)
        return found

    @cached_property
    def places(self) -> dict[bytes, tuple[str, int]]:
        """Segment and number of every item by its digest: its text is there, whatever became of it;
        without the segments that cannot be read.
        """
        found: dict[bytes, tuple[str, int]] = {}
        for name in self.versions:
            with suppress(OSError, ValueError):
                found |= {digest: (name, number) for number, digest in self.rows(name).items()}
        return found

    def items(self) -> Iterator[bytes]:
        """What stands for each item of the segments whose rows can be read."""
        for name in self.versions:
            with suppress(OSError, ValueError):
                yield from self.digests(name)

    def _digests(self, segment: str) -> list[bytes]:
        """What stands for each item of a segment, oldest first."""
        return rows_of(self.read(f"{segment}/rows.js"), segment)

    def _head(self, segment: str) -> Head:
        return head_of(unpack(self.read(f"{segment}/head.js"), f"{segment}/head"))

    def _rows(self, segment: str) -> dict[int, bytes]:
        """The same by the items' numbers."""
        return dict(zip(self.head(segment).numbers, self.digests(segment), strict=True))

    def _words(self, segment: str) -> bytes:
        """What a segment's texts are like."""
        return unpack(self.read(f"{segment}/words.js"), f"{segment}/words")

    def text(self, segment: str, number: int) -> bytes:
        """What an item shows; ValueError also where that is not what was indexed."""
        name = text_name(segment, number)
        found = unpack(self.read(f"{name}.js"), name, self.words(segment))
        *facts, blocks = json.loads(found)
        if row_digest(facts, [facts[1], *blocks]) != self.rows(segment)[number]:
            raise ValueError(name)
        return found

    def blocks(self, segment: str, number: int) -> list[str]:
        """An item's blocks, title first."""
        _, title, _, _, blocks = json.loads(self.text(segment, number))
        return [title, *blocks]
