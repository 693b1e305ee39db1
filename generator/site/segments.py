"""The exact index in proportion to what changed: the last site's own index is all it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

from generator.helpers import spread
from generator.model.edition import Edition, Item
from generator.model.identity import made_by
from generator.site.exact.last import Last
from generator.site.exact.plan import Segment, plan
from generator.site.exact.whole import Blocks, Put, whole
from generator.site.exact.write import FOLDER, Made, Texts, known, patched, table
from generator.site.ledger import Ledger
from generator.site.tree import Tree

Part = TypeVar("Part")
Result = TypeVar("Result")


class Segments:
    """The segments of one edition. ``texts`` has the digest of each item's row: those in
    the last index first, and those of pages made now as they come. ``touched`` are the items whose
    pages are made anew.
    """

    def __init__(self, edition: Edition, blocks: Texts, tree: Tree, last: Ledger) -> None:
        self._items = edition.items
        self._all = plan(edition.items)
        self._blocks: Blocks = blocks.get
        self._tree = tree
        self._last = _last_index(tree, last)
        ids = {item.id for item in edition.items}
        there = set(self._last.items()) if self._last else set()
        self.texts = {key: each for key, each in last.texts.items() if key in ids and each in there}
        self.touched: set[str] = set()

    def touch(self, item: Item) -> None:
        """Note that the page of an item is made anew, and its text with it."""
        self.touched.add(item.id)

    def unread(self) -> list[Item]:
        """Items that must be made anew only because the last index has not their text."""
        there = self.touched | self.texts.keys()
        return [item for item in self._items if item.id not in there]

    def finish(self, helpers: int) -> None:
        """Every segment and the table of them in the tree, with so many helpers."""
        share, blocks = partial(self._share, helpers), self._blocks
        made: dict[str, Made | None] = {}
        if (last := self._last) is not None:
            digests = self.texts
            blocks = self._given_or(known(blocks, last, digests))

            def change(segment: Segment, put: Put) -> Made | None:
                return patched(segment, blocks, put, last, digests)

            made = {each.name: self._same(each, last, digests) for each in self._all}
            rest = [each for each in self._all if made[each.name] is None]
            made.update(zip((each.name for each in rest), share(change, rest), strict=True))
        listed = []
        for segment in self._all:
            found = made.get(segment.name)
            version, kept = found or (whole(segment, blocks, self._put, share), set())
            listed.append([segment.name, len(segment.items), version])
            for path in self._tree.keep_all([f"{FOLDER}/{path}" for path in kept]):
                self._tree.put(path, self._tree.last(path))  # a file system without links
        self._put("index.js", table(listed))

    def _given_or(self, there: Blocks) -> Blocks:
        """Blocks as given of items made anew, of others as they are there."""
        return lambda item: (self._blocks if item.id in self.touched else there)(item)

    def _same(self, segment: Segment, last: Last, digests: Mapping[str, bytes]) -> Made | None:
        """A segment of the very items of the last one, none of which was made anew."""
        ids = [item.id for item in segment.items]
        if segment.name not in last.versions or not self.touched.isdisjoint(ids):
            return None
        with suppress(OSError, ValueError):
            if last.digests(segment.name) == [digests[each] for each in ids]:
                return last.versions[segment.name], last.files[segment.name]
        return None

    def _share(
        self, helpers: int, task: Callable[[Part, Put], Result], parts: Sequence[Part]
    ) -> Iterator[Result]:
        """The results of a task for each part, in any process; it puts files not of the last site
        where they belong.
        """

        def apart(part: Part) -> tuple[Result, dict[str, str]]:
            tree = Tree(self._tree.out)
            return task(part, partial(_put, tree)), tree.rows

        for result, rows in spread(apart, parts, helpers):
            self._tree.written(rows)
            yield result

    def _put(self, path: str, data: bytes) -> None:
        _put(self._tree, path, data)


def _put(tree: Tree, path: str, data: bytes) -> None:
    tree.put(f"{FOLDER}/{path}", data)


def _last_index(tree: Tree, last: Ledger) -> Last | None:
    """The last site's index where this very program wrote it and all of it is as it was."""
    start = f"{FOLDER}/"
    paths = [path for path in last.files if path.startswith(start)]
    if not paths or last.made_by != made_by() or not tree.intact(paths):
        return None
    return Last(lambda path: tree.last(start + path), {path.removeprefix(start) for path in paths})
