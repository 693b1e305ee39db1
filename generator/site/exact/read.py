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

import numpy as np
from numpy.typing import NDArray

from generator.site.exact.chunk import file_name, pieces_of
from generator.site.exact.last import Last
from generator.site.exact.normal import normal
from generator.site.exact.packing import unpack
from generator.site.exact.postings import Entries, joined, nothing, run_sums, token_of
from generator.site.exact.whole import text_name
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
        last = Last(lambda path: (root / path).read_bytes(), set())
        table = json.loads(unpack(last.read("index.js"), "index"))
        self._segments = [_Segment(last, name) for name, _, _ in table["segments"]]

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
    """One segment; items are rows, in the order of the head."""

    def __init__(self, last: Last, name: str) -> None:
        self.name = name
        self._last = last
        self._head = last.head(name)
        self._titles = np.array(self._head.titles, np.int64)
        numbers = np.array(self._head.numbers, np.int64)
        self._order = np.argsort(numbers)
        self._ascending = numbers[self._order]
        self._starts = [*self._head.rare]
        self.count = numbers.size

    def hit(self, row: int, in_title: bool) -> Hit:
        name = text_name(self.name, self._head.numbers[row])
        facts = json.loads(unpack(self._last.read(f"{name}.js"), name, self._last.words(self.name)))
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
        table = self._head.filters[name]
        if value not in table["values"]:
            return np.array([], np.int64)
        place = table["values"].index(value)
        sets = [number for number, each in enumerate(table["sets"]) if place in each]
        return np.flatnonzero(np.isin(np.array(table["items"]), sets))

    def _phrase(self, phrase: str) -> tuple[Items, Items, NDArray[np.bool_]]:
        codes = [ord(character) for character in phrase]
        if len(codes) <= 2:
            found = self._token(token_of(*codes))
            order = np.argsort(self._rows(found))
            marks = found.mark[order]
            return self._rows(found)[order], marks >> 1, (marks & 1).astype(bool)
        # Every second pair covers the phrase; the last one may overlap the one before it.
        offsets = [*range(0, len(codes) - 2, 2), len(codes) - 2]
        starts = None
        for offset in dict.fromkeys(offsets):
            found = self._token(token_of(codes[offset], codes[offset + 1]))
            counts = found.mark >> 1
            places = run_sums(found.steps, np.cumsum(counts) - counts)
            here = np.sort((np.repeat(self._rows(found), counts) << 32) + places - offset)
            starts = here if starts is None else np.intersect1d(starts, here)
        assert starts is not None
        items, counts = np.unique(starts >> 32, return_counts=True)
        first = (starts & 0xFFFFFFFF)[np.searchsorted(starts >> 32, items)]
        return items, counts, first < self._titles[items]

    def _rows(self, found: Entries) -> Items:
        return self._order[np.searchsorted(self._ascending, found.number)]

    def _token(self, token: int) -> Entries:
        """The postings of a token; none where it does not occur."""
        frequent = token in self._head.frequent
        chunk = bisect_right(self._starts, token) - 1
        if not frequent and chunk < 0:
            return nothing()
        name = file_name(token if frequent else self._starts[chunk], frequent)
        name = f"{self.name}/{name}"
        rows = joined([each.open() for each in pieces_of(self._last.read(f"{name}.js"), name)])
        return rows.rows(rows.token == token)
