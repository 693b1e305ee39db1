"""The terminal's reader of the same files: what ``dwgk search`` and the tests ask.

It follows the reader's script in method, so that the two can be held against each other.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.site.exact.normal import normal
from generator.site.exact.packing import from_varints, unpack
from generator.site.exact.write import FOLDER

Items = NDArray[np.int64]

_TERM = re.compile(r'(-?)(?:"([^"]*)"?|“([^”]*)”?|(\S+))')


@dataclass(frozen=True, slots=True)
class Query:
    """Phrases that must occur and phrases that must not, in normal form."""

    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """An item found: id, title, day of release, unit, and whether a title has a phrase."""

    id: str
    title: str
    release: str
    unit: str
    in_title: bool


def parse(text: str) -> Query:
    """A query as typed: terms, "phrases", and -exclusions."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, quoted, curly, bare in _TERM.findall(text):
        if phrase := normal(quoted or curly or bare):
            (unwanted if minus else wanted).append(phrase)
    return Query(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(unwanted)))


class Index:
    """The index of a site's folder."""

    def __init__(self, site: Path) -> None:
        root = site / FOLDER
        table = json.loads(unpack(root / "index.js"))
        self._segments = [_Segment(root / name, count) for name, count, _ in table["segments"]]

    def search(
        self, text: str, filters: Mapping[str, str] | None = None, by_date: bool = False
    ) -> list[Hit]:
        """All items that contain every phrase of the query, best (or newest) first."""
        query = parse(text)
        if not query.wanted and not filters:
            return []
        found = [segment.find(query, filters or {}) for segment in self._segments]
        sizes = [sum(len(each.items[n]) for each in found) for n in range(len(query.wanted))]
        total = sum(segment.count for segment in self._segments)
        weights = [math.log(1 + total / max(1, size)) for size in sizes]
        ranked = [
            (0, 0.0, place, -number, segment)
            if by_date
            else (-titles, -score, place, -number, segment)
            for place, (segment, each) in enumerate(zip(self._segments, found, strict=True))
            for number, titles, score in each.scored(weights)
        ]
        ranked.sort(key=lambda each: each[:4])
        return [segment.hit(-number, titles < 0) for titles, _, _, number, segment in ranked]


@dataclass(slots=True)
class _Found:
    """Of one segment: the items that match all, and per phrase its items, counts, title marks."""

    matching: Items
    items: list[Items] = field(default_factory=list)
    counts: list[Items] = field(default_factory=list)
    titles: list[NDArray[np.bool_]] = field(default_factory=list)

    def scored(self, weights: Sequence[float]) -> Iterator[tuple[int, int, float]]:
        for number in self.matching.tolist():
            titles, score = 0, 0.0
            for phrase, weight in enumerate(weights):
                place = int(np.searchsorted(self.items[phrase], number))
                titles += bool(self.titles[phrase][place])
                score += weight * (1 + math.log(int(self.counts[phrase][place])))
            yield number, titles, score


class _Segment:
    def __init__(self, folder: Path, count: int) -> None:
        head = json.loads(unpack(folder / "head.js"))
        self.count = count
        self._folder = folder
        self._bounds = [tuple(each[:2]) for each in head["chunks"]]
        self._title = np.array(head["title"], np.int64)
        self._filters: dict[str, Any] = head["filters"]

    def hit(self, number: int, in_title: bool) -> Hit:
        words = unpack(self._folder / "words.js")
        facts = json.loads(unpack(self._folder / "t" / f"{number}.js", words))
        item_id, title, release, unit = facts[:4]
        return Hit(item_id, title, release, unit, in_title)

    def find(self, query: Query, filters: Mapping[str, str]) -> _Found:
        found = _Found(np.arange(self.count))
        for phrase in query.wanted:
            items, counts, titles = self._phrase(phrase)
            found.items.append(items)
            found.counts.append(counts)
            found.titles.append(titles)
            found.matching = np.intersect1d(found.matching, items)
        for phrase in query.unwanted:
            found.matching = np.setdiff1d(found.matching, self._phrase(phrase)[0])
        for name, value in filters.items():
            found.matching = np.intersect1d(found.matching, self._having(name, value))
        return found

    def _having(self, name: str, value: str) -> Items:
        table = self._filters[name]
        if value not in table["values"]:
            return np.array([], np.int64)
        place = table["values"].index(value)
        sets = [number for number, each in enumerate(table["sets"]) if place in each]
        return np.flatnonzero(np.isin(np.array(table["items"]), sets))

    def _phrase(self, phrase: str) -> tuple[Items, Items, NDArray[np.bool_]]:
        codes = [ord(character) for character in phrase]
        if len(codes) <= 2:
            items, marks, _ = self._token(codes[0], codes[1] if len(codes) == 2 else 0)
            return items, marks >> 1, (marks & 1).astype(bool)
        # Every second pair covers the phrase; the last one may overlap the one before it.
        offsets = [*range(0, len(codes) - 2, 2), len(codes) - 2]
        common, starts = np.arange(self.count), None
        for offset in dict.fromkeys(offsets):
            items, marks, places = self._token(codes[offset], codes[offset + 1])
            owner = np.repeat(items, marks >> 1)
            here = (owner << 32) + places - offset
            starts = here if starts is None else np.intersect1d(starts, here)
            common = np.intersect1d(common, items)
        assert starts is not None
        items, counts = np.unique(starts >> 32, return_counts=True)
        first = (starts & 0xFFFFFFFF)[np.searchsorted(starts >> 32, items)]
        return items, counts, first < self._title[items]

    def _token(self, first: int, second: int) -> tuple[Items, Items, Items]:
        """Items, marks and places of a token; empty where it does not occur."""
        number = bisect_right(self._bounds, (first, second)) - 1
        nothing = np.array([], np.int64)
        if number < 0:
            return nothing, nothing, nothing
        raw = unpack(self._folder / f"c{number}.js")
        size = int(from_varints(raw[:5])[0])
        data = from_varints(raw[: len(raw) - size]).astype(np.int64)
        tokens = int(data[1])
        heads = data[2 : 2 + 3 * tokens].reshape(tokens, 3)
        letters = np.cumsum(heads[:, 0])
        match = np.flatnonzero((letters == first) & (heads[:, 1] == second))
        if not match.size:
            return nothing, nothing, nothing
        ends = np.cumsum(heads[:, 2])
        entries = slice(int(ends[match[0]] - heads[match[0], 2]), int(ends[match[0]]))
        steps, marks = np.split(data[2 + 3 * tokens : data.size - size], 2)
        items = np.cumsum(steps[entries])
        if not second:
            return items, marks[entries], nothing
        low = np.frombuffer(raw[len(raw) - size :], np.uint8)
        places = (data[data.size - size :] << 8) | low
        return items, marks[entries], self._places(places, heads, marks, entries)

    def _places(self, places: Items, heads: Items, marks: Items, entries: slice) -> Items:
        paired = np.repeat(heads[:, 1] > 0, heads[:, 2])
        counts = np.where(paired, marks >> 1, 0)
        begin = int(counts[: entries.start].sum())
        mine = counts[entries]
        steps = places[begin : begin + int(mine.sum())]
        sums = np.cumsum(steps)
        starts = np.concatenate(([0], np.cumsum(mine)[:-1]))
        return sums - np.repeat(sums[starts] - steps[starts], mine)
