"""The index as the last build left it: what of it can be used again."""

from __future__ import annotations

import json
from collections.abc import Callable, Set
from dataclasses import dataclass
from functools import cached_property

from generator.site.exact.head import (
    Head,
    blocks_digest,
    head_of,
    row_digest,
    rows_of,
)
from generator.site.exact.packing import unpack
from generator.site.exact.whole import text_name

FORMAT = 3


@dataclass(frozen=True, slots=True)
class Row:
    """An item of the last index: where it stands and what stands for it."""

    segment: str
    number: int
    digest: bytes


class Last:
    """``read`` gives a file's bytes by its path in the index, and raises OSError or ValueError
    where they are not those that were written; ``paths`` are all there are.
    """

    def __init__(self, read: Callable[[str], bytes], paths: Set[str]) -> None:
        self.read = read
        self.paths = paths
        self._words: dict[str, bytes] = {}

    @cached_property
    def segments(self) -> dict[str, list[Row]]:
        """The rows of each segment that can be read, oldest first."""
        try:
            table = json.loads(unpack(self.read("index.js"), "index"))
            names = [name for name, *_ in table["segments"]] if table["format"] == FORMAT else []
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        return {name: rows for name in names if (rows := self._rows(name))}

    @cached_property
    def places(self) -> dict[bytes, Row]:
        """Every item of the index by its digest: its text is there, whatever became of it."""
        return {row.digest: row for rows in self.segments.values() for row in rows}

    def head(self, segment: str) -> Head:
        """A segment's head; ValueError or OSError where it cannot be read."""
        return head_of(unpack(self.read(f"{segment}/head.js"), f"{segment}/head"))

    def words(self, segment: str) -> bytes:
        """What a segment's texts are like."""
        if segment not in self._words:
            found = unpack(self.read(f"{segment}/words.js"), f"{segment}/words")
            self._words[segment] = found
        return self._words[segment]

    def text(self, row: Row) -> bytes:
        """What a row shows; ValueError or OSError where that is not what was indexed."""
        name = text_name(row.segment, row.number)
        found = unpack(self.read(f"{name}.js"), name, self.words(row.segment))
        *facts, blocks = json.loads(found)
        if row_digest(facts, blocks_digest([facts[1], *blocks])) != row.digest:
            raise ValueError(name)
        return found

    def blocks(self, row: Row) -> list[str]:
        """A row's blocks, title first; errors as for its text."""
        _, title, _, _, blocks = json.loads(self.text(row))
        return [title, *blocks]

    def _rows(self, segment: str) -> list[Row]:
        try:
            digests = rows_of(self.read(f"{segment}/rows.js"), segment)
            numbers = self.head(segment).numbers
            rows = zip(numbers, digests, strict=True)
            return [Row(segment, number, digest) for number, digest in rows]
        except (OSError, ValueError):
            return []
