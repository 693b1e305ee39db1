"""The exact index, segment by segment: what stayed the same is kept, the rest written anew."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from generator.model.canon import fingerprint
from generator.model.edition import Edition, Item
from generator.model.identity import made_by
from generator.site.exact.plan import Segment, plan
from generator.site.exact.write import FOLDER, Texts, table, write_segment
from generator.site.ledger import Ledger
from generator.site.tree import Tree

Write = Callable[[Sequence[str]], Iterator[tuple[str, dict[str, str]]]]
"""Writes the named segments; gives each one's version and the digests of its files."""


class Segments:
    """The segments of one edition. ``texts`` has the digest of each item's blocks: the kept ones
    first, and those of pages made now as they come.
    """

    def __init__(self, edition: Edition, texts: Texts, tree: Tree, last: Ledger) -> None:
        self._all = {each.name: each for each in plan(edition.items)}
        self._blocks = texts
        self._tree = tree
        self._last = last
        self._kept: dict[str, list[str]] = {}
        self._touched: set[str] = set()
        ids = {item.id for item in edition.items}
        self.texts = {key: each for key, each in last.texts.items() if key in ids}

    def touch(self, item: Item) -> None:
        """Note that the page of an item is made anew, and its text with it."""
        self._touched.add(item.id)

    def unread(self) -> list[Item]:
        """Items that must be made anew only because their kept text is lost or altered."""
        lost = [item for each in self._all.values() for item in self._lost(each)]
        self._touched.update(item.id for item in lost)
        return lost

    def _lost(self, segment: Segment) -> list[Item]:
        still = [item for item in segment.items if item.id not in self._touched]
        if len(still) == len(segment.items) and self._keep(segment):
            return []
        return [item for item in still if not self._readable(item)]

    def _readable(self, item: Item) -> bool:
        try:
            digest = text_digest(self._blocks.get(item))
        except (OSError, UnicodeDecodeError):
            return False
        return digest == self.texts.get(item.id)

    def finish(self, write: Write) -> dict[str, list[str]]:
        """Every segment and the table of them in the tree; each one's key and version."""
        new = [each.name for each in self._all.values() if not self._keep(each)]
        for name, (version, rows) in zip(new, write(new), strict=True):
            self._kept[name] = [self._key(self._all[name]), version]
            self._tree.rows.update(rows)
        listed = [[n, len(each.items), self._kept[n][1]] for n, each in self._all.items()]
        self._tree.put(f"{FOLDER}/index.js", table(listed))
        return self._kept

    def write(self, name: str) -> tuple[str, dict[str, str]]:
        """Write one segment's files, in any process."""
        root = self._tree.out / FOLDER
        version = write_segment(self._all[name], self._blocks, root)
        part = Tree(self._tree.out, None, {})
        part.found(f"{FOLDER}/{name}")
        return version, part.rows

    def _keep(self, segment: Segment) -> bool:
        """Whether the last site has the same segment, whole; then it is in the tree."""
        name = segment.name
        if name in self._kept:
            return True
        key, version = self._last.segments.get(name, ("", ""))
        if not version or key != self._key(segment):
            return False
        if not all(self._tree.keep(path) for path in self._files[name]):
            self._tree.drop(f"{FOLDER}/{name}")
            return False
        self._kept[name] = [key, version]
        return True

    def _key(self, segment: Segment) -> str:
        texts = tuple((item, self.texts.get(item.id, "")) for item in segment.items)
        return fingerprint((made_by(), segment.name, texts))

    @cached_property
    def _files(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for path in self._last.files:
            if path.startswith(f"{FOLDER}/"):
                found[path.removeprefix(f"{FOLDER}/").partition("/")[0]].append(path)
        return found


def text_digest(blocks: list[str]) -> str:
    """What stands for an item's visible text."""
    return hashlib.sha256("\n".join(blocks).encode("utf-8")).hexdigest()
