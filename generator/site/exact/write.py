"""Writing the index of a site, segment by segment, file by file."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from generator.model.edition import Edition, Item
from generator.site.exact.normal import normal_blocks
from generator.site.exact.packing import pack, varints
from generator.site.exact.plan import Segment, labels, plan
from generator.site.exact.tokens import Letters, Stream, chunks

FOLDER = "search/exact"
FORMAT = 1
_WINDOW = 16_384
"""Bytes deflate can look back."""


class _Hash(Protocol):
    """What hashlib's objects can do."""

    def update(self, data: bytes, /) -> None: ...


class Texts:
    """The blocks of every item, kept on disk between rendering and indexing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    def put(self, item: Item, blocks: list[str]) -> None:
        """Keep an item's blocks, title first."""
        (self._folder / item.id).write_text("\n".join(blocks), encoding="utf-8", newline="\n")

    def get(self, item: Item) -> list[str]:
        """An item's blocks as they were put."""
        file = os.open(f"{self._folder}/{item.id}", os.O_RDONLY)
        with os.fdopen(file, "rb", buffering=0) as stream:
            return stream.read().decode("utf-8").split("\n")


def write_index(edition: Edition, texts: Texts, site: Path) -> None:
    """Write ``site/search/exact`` for every item of the edition."""
    root = site / FOLDER
    names: list[list[object]] = [
        [segment.name, len(segment.items), write_segment(segment, texts, root)]
        for segment in plan(edition.items)
    ]
    root.mkdir(parents=True, exist_ok=True)
    _write(root, "index", table(names))


def table(segments: Sequence[Sequence[object]]) -> bytes:
    """The file that lists the segments: name, number of items, version."""
    text = json.dumps({"format": FORMAT, "segments": segments}, ensure_ascii=False)
    return pack("index", text.encode("utf-8"))


def write_segment(segment: Segment, texts: Texts, root: Path) -> str:
    """Write a segment's files; returns its version, which the reader adds to their addresses.

    Without it a browser could read one build's bounds with another's chunks from its cache.
    """
    version = hashlib.sha256()
    (root / segment.name / "t").mkdir(parents=True)
    stream = _read(segment, texts, root, version)
    bounds = []
    for number, chunk in enumerate(chunks(stream)):
        name = f"{segment.name}/c{number}"
        packed = pack(name, varints(chunk.numbers), noise=chunk.low)
        version.update(packed)
        bounds.append([*chunk.first, _write(root, name, packed)])
    head = {"chunks": bounds, "title": stream.title.tolist(), "filters": _filters(segment)}
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    version.update(text.encode("utf-8"))
    name = f"{segment.name}/head"
    _write(root, name, pack(name, text.encode("utf-8")))
    return version.hexdigest()[:8]


def _read(segment: Segment, texts: Texts, root: Path, version: _Hash) -> Stream:
    """Lay the segment's texts out as one stream, and write each item's text for excerpts."""
    letters, lengths, titles = Letters(), [], []
    dictionary = _dictionary(segment, texts)
    name = f"{segment.name}/words"
    _write(root, name, pack(name, dictionary))
    for number, item in enumerate(segment.items):
        blocks = texts.get(item)
        name = f"{segment.name}/t/{number}"
        text = _text(item, blocks)
        version.update(text)
        _write(root, name, pack(name, text, dictionary))
        stream = normal_blocks(blocks)
        lengths.append(letters.add(stream))
        titles.append(stream.index("\0"))
    characters, alphabet = letters.done()
    starts = np.concatenate(([0], np.cumsum(lengths)))
    return Stream(characters, alphabet, starts, np.array(titles, np.uint32))


def _write(root: Path, name: str, data: bytes) -> int:
    """Write a new file; its size. An index is thousands of files: Python's own ``open`` would
    spend more on each than the system does.
    """
    file = os.open(f"{root}/{name}.js", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        left = data
        while left:
            left = left[os.write(file, left) :]
    finally:
        os.close(file)
    return len(data)


def _dictionary(segment: Segment, texts: Texts) -> bytes:
    """What texts of this segment are like: its oldest ones, which new items do not change."""
    found = b""
    for item in segment.items:
        if len(found) >= _WINDOW:
            break
        found += _text(item, texts.get(item))
    return found[:_WINDOW].decode("utf-8", "ignore").encode("utf-8")


def _text(item: Item, blocks: list[str]) -> bytes:
    """What a hit shows: id, title, day of release, unit, and the other blocks for excerpts."""
    unit = item.units[0].name if item.units else ""
    facts = [item.id, item.title, item.release.isoformat(), unit]
    text = json.dumps([*facts, blocks[1:]], ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8")


def _filters(segment: Segment) -> dict[str, dict[str, list[object]]]:
    """Per filter its values, the combinations of values that occur, and each item's one."""
    found: dict[str, dict[str, list[object]]] = {}
    for name, chosen in labels(segment.items).items():
        values = sorted({value for each in chosen for value in each})
        places = {value: number for number, value in enumerate(values)}
        sets = sorted({tuple(sorted(places[value] for value in each)) for each in chosen})
        numbers = {each: number for number, each in enumerate(sets)}
        column = [numbers[tuple(sorted(places[v] for v in each))] for each in chosen]
        found[name] = {"values": [*values], "sets": [*sets], "items": [*column]}
    return found
