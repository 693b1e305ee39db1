"""Writing the index of a site: what changed, or all of it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from generator.model.edition import Edition, Item
from generator.model.pack import Pack
from generator.site.exact.last import FORMAT, Last
from generator.site.exact.packing import pack
from generator.site.exact.patch import patch
from generator.site.exact.plan import Segment, plan
from generator.site.exact.whole import Blocks, Put, whole

FOLDER = "search/exact"


class Texts:
    """The blocks of every item, kept on disk between rendering and indexing."""

    def __init__(self, folder: Path) -> None:
        self._pack = Pack(folder)

    def put(self, item: Item, blocks: list[str]) -> None:
        """Keep an item's blocks, title first."""
        self._pack.put(item.id, "\n".join(blocks).encode("utf-8"))

    def get(self, item: Item) -> list[str]:
        """An item's blocks as they were put; FileNotFoundError where they were not."""
        found = self._pack.get(item.id)
        if found is None:
            raise FileNotFoundError(item.id)
        return found.decode("utf-8").split("\n")


def write_index(edition: Edition, texts: Texts, site: Path) -> None:
    """Write ``site/search/exact`` for every item of the edition."""
    root = site / FOLDER
    made: set[str] = set()

    def put(path: str, data: bytes) -> None:
        folder = path.rpartition("/")[0]
        if folder not in made:
            (root / folder).mkdir(parents=True, exist_ok=True)
            made.add(folder)
        write_new(f"{root}/{path}", data)

    index(edition, texts.get, put)


def index(
    edition: Edition,
    blocks: Blocks,
    put: Put,
    last: Last | None = None,
    digests: Mapping[str, bytes] | None = None,
) -> set[str]:
    """Put the files of an edition's index that are not in the last one, or are others there.

    Returns the paths of those that stay as they are; what the last index has beside them and beside
    what was put is to go. Most of them are not read here: a caller that finds one of them altered
    asks again without ``last``. The outcome is that of ``index(edition, blocks, put)``, byte for
    byte. ``blocks`` is asked for items that ``wanted`` names, and for others only where the last
    index turns out not to be what it was. ``digests`` are the rows' of all items, by id.
    """
    kept: set[str] = set()
    names = []
    if last is not None and digests is not None:
        blocks = known(blocks, last, digests)
    for segment in plan(edition.items):
        found: Made | None = None
        if last is not None and digests is not None:
            found = patched(segment, blocks, put, last, digests)
        version, same = found or (whole(segment, blocks, put), set())
        names.append([segment.name, len(segment.items), version])
        kept |= same
    put("index.js", table(names))
    return kept


def table(segments: Sequence[Sequence[object]]) -> bytes:
    """The file that lists the segments, newest first: name, number of items, version."""
    text = json.dumps({"format": FORMAT, "segments": segments}, ensure_ascii=False)
    return pack("index", text.encode("utf-8"))


Made = tuple[str, set[str]]
"""A segment's version, and its files that stay as they are."""


def patched(
    segment: Segment, blocks: Blocks, put: Put, last: Last, digests: Mapping[str, bytes]
) -> Made | None:
    """One segment of ``index`` from the last one's files: its version, and the paths that stay;
    None where it is to be written whole. Segments do not depend on each other, so that they can be
    made at one time in several processes.
    """
    if segment.name not in last.versions:
        return None
    try:
        found = patch(segment, digests, blocks, last)
    except (OSError, ValueError):  # too much changed, or the last index is damaged
        return None
    kept = found.kept()
    return found.put(_changed(put, last, kept)), kept


def _changed(put: Put, last: Last, kept: set[str]) -> Put:
    """Put what is not the same in the last index; that is noted as kept."""

    def changed(path: str, data: bytes) -> None:
        if path in last.paths and last.read(path) == data:
            kept.add(path)
        else:
            put(path, data)

    return changed


def wanted(edition: Edition, last: Last, digests: Mapping[str, bytes]) -> list[Item]:
    """The items whose blocks are not in the last index."""
    return [each for each in edition.items if digests[each.id] not in last.places]


def known(blocks: Blocks, last: Last, digests: Mapping[str, bytes]) -> Blocks:
    """Blocks out of the last index, or given where it has not the very same."""

    def get(item: Item) -> list[str]:
        try:
            return last.blocks(*last.places[digests[item.id]])
        except (KeyError, OSError, ValueError):
            return blocks(item)

    return get


def write_new(path: str, data: bytes) -> None:
    """Write a file that is not there yet. An index is thousands of files: Python's own ``open``
    would spend more on each than the system does.
    """
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        left = data
        while left:
            left = left[os.write(file, left) :]
    finally:
        os.close(file)


def folder_reader(root: Path, digests: Mapping[str, str]) -> Last:
    """The index in a folder, believed as far as its files have these SHA-256 (hex) by path."""

    def read(path: str) -> bytes:
        data = (root / path).read_bytes()
        if hashlib.sha256(data).hexdigest() != digests.get(path):
            raise ValueError(path)
        return data

    return Last(read, digests.keys())
