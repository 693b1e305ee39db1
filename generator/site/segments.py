"""The exact index in proportion to what changed: the last site's own index is all it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from generator.model.edition import Edition, Item
from generator.model.identity import made_by
from generator.site.exact.head import facts, row_digest
from generator.site.exact.last import Last
from generator.site.exact.plan import plan
from generator.site.exact.whole import excerpts, lookup
from generator.site.exact.write import FOLDER, Texts, index_segment, table
from generator.site.ledger import Ledger
from generator.site.tree import Tree

Written = tuple[str, set[str], dict[str, str]]
"""A segment's version, its files that stay as they are, the digests of the others."""

Part = tuple[str, str]
"""A segment's name, and which of ``HALVES`` of it, or "" for all."""

Write = Callable[[Sequence[Part]], Iterator[Written]]
"""Writes parts of segments, wherever."""

HALVES = ("lookup", "excerpts")
"""A segment with no last one is made by two helpers: often it is the only one, and the last to do.
The dearer half comes first.
"""


class Segments:
    """The segments of one edition. ``texts`` has the digest (hex) of each item's blocks: those of
    the last site first, and those of pages made now as they come.
    """

    def __init__(self, edition: Edition, blocks: Texts, tree: Tree, last: Ledger) -> None:
        self._items = edition.items
        self._all = {each.name: each for each in plan(edition.items)}
        self._blocks = blocks
        self._tree = tree
        self._last = _last_index(tree, last)
        ids = {item.id for item in edition.items}
        known = last.texts if self._last else {}
        self.texts = {key: each for key, each in known.items() if key in ids}
        self._touched: set[str] = set()

    def touch(self, item: Item) -> None:
        """Note that the page of an item is made anew, and its text with it."""
        self._touched.add(item.id)

    def unread(self) -> list[Item]:
        """Items that must be made anew only because the last index has not their text."""
        there = self._touched | self._read
        return [item for item in self._items if item.id not in there]

    @cached_property
    def _read(self) -> set[str]:
        there = self._last.places if self._last else {}
        known = ((item, self.texts.get(item.id)) for item in self._items)
        return {
            item.id
            for item, digest in known
            if digest and row_digest(facts(item), bytes.fromhex(digest)) in there
        }

    def finish(self, write: Write) -> None:
        """Every segment and the table of them in the tree."""
        versions = dict.fromkeys(self._all, "")
        _ = self._digests  # worked out once, before helpers are forked
        halves = HALVES if self._last is None else ("",)
        parts = [(name, half) for name in self._all for half in halves]
        for (name, _half), (version, kept, rows) in zip(parts, write(parts), strict=True):
            self._tree.written(rows)
            for path in sorted(kept):
                if not self._tree.keep(f"{FOLDER}/{path}"):  # a file system without links
                    self._tree.put(f"{FOLDER}/{path}", self._tree.last(f"{FOLDER}/{path}"))
            versions[name] += version
        listed = [[name, len(each.items), versions[name]] for name, each in self._all.items()]
        self._tree.put(f"{FOLDER}/index.js", table(listed))

    def write(self, wanted: Part) -> Written:
        """Write one segment's files that are not the last ones, or half of them, in any process."""
        name, half = wanted
        part = Tree(self._tree.out, None, {})

        def put(path: str, data: bytes) -> None:
            part.put(f"{FOLDER}/{path}", data)

        version, kept = "", set[str]()
        if half == "excerpts":
            excerpts(self._all[name], self._blocks.get, put)
        elif half == "lookup":
            version = lookup(self._all[name], self._blocks.get, put)
        else:
            given = (self._last, self._digests)
            version, kept = index_segment(self._all[name], self._blocks.get, put, *given)
        return version, kept, part.rows

    @cached_property
    def _digests(self) -> dict[str, bytes]:
        return {key: bytes.fromhex(each) for key, each in self.texts.items()}


def _last_index(tree: Tree, last: Ledger) -> Last | None:
    """The last site's index where this very program wrote it and all of it is as it was."""
    start = f"{FOLDER}/"
    paths = [path for path in last.files if path.startswith(start)]
    if not paths or last.made_by != made_by() or not all(map(tree.intact, paths)):
        return None
    return Last(lambda path: tree.last(start + path), {path.removeprefix(start) for path in paths})
