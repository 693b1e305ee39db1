"""A segment's files from the last ones and from what changed.

The cost is in proportion to the items that changed: each of their tokens means a piece unpacked,
changed and packed again. The bytes are those of a clean build; where the last files do not agree
with themselves, ValueError says so before anything is put.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from generator.model.edition import Item
from generator.site.exact.chunk import Chunk, Piece, file, file_name, is_frequent, pieces_of, split
from generator.site.exact.head import Head, facts, filters, row_digest
from generator.site.exact.last import Last
from generator.site.exact.packing import pack
from generator.site.exact.plan import Segment
from generator.site.exact.postings import (
    Column,
    Entries,
    changes,
    common,
    joined,
    nothing,
    stacked,
    token_starts,
)
from generator.site.exact.recut import BY_NUMBER, BY_TOKEN, Kept, Source, recut
from generator.site.exact.tokens import postings, run, stream
from generator.site.exact.whole import WINDOW, Blocks, Put, drawn, put_head, text, text_name

MOST = 16
"""One of so many items changed: from then on a segment is sooner written whole."""


class TooMuch(ValueError):
    """So much changed that a patch does not pay."""


def patch(segment: Segment, digests: Mapping[str, bytes], blocks: Blocks, last: Last) -> Patch:
    """Work out a segment's changed files; ``digests`` are the rows' of all items, by id."""
    old = last.rows(segment.name)
    new = {
        number: digests[item.id]
        for number, item in zip(segment.numbers, segment.items, strict=True)
    }
    gone = [number for number, digest in old.items() if new.get(number) != digest]
    come = [number for number, digest in new.items() if old.get(number) != digest]
    if (len(gone) + len(come)) * MOST > len(old) + len(new):
        raise TooMuch(segment.name)
    found = Patch(segment, last, last.head(segment.name), new)
    found.sampled(old, gone)
    found.texts(sorted(gone), sorted(come), blocks)
    found.postings()
    if not found.kept() <= last.paths:
        raise ValueError(segment.name)
    return found


@dataclass(slots=True)
class Patch:
    """The changed files of one segment, and its new head."""

    segment: Segment
    last: Last
    head: Head
    digests: Mapping[int, bytes]
    files: dict[str, bytes] = field(default_factory=dict)
    rare: dict[int, int] = field(default_factory=dict)
    frequent: dict[int, int] = field(default_factory=dict)
    _gone: Entries = field(default_factory=nothing)
    _come: Entries = field(default_factory=nothing)
    _titles: dict[int, int] = field(default_factory=dict)

    def put(self, put: Put) -> str:
        """Put what changed; returns the segment's version."""
        for name, data in self.files.items():
            put(f"{name}.js", data)
        head = Head(
            self.segment.numbers,
            [self._titles[number] for number in self.segment.numbers],
            dict(sorted(self.rare.items())),
            dict(sorted(self.frequent.items())),
            filters(self.segment),
        )
        digests = [self.digests[number] for number in self.segment.numbers]
        return put_head(self.segment.name, head, digests, put)

    def kept(self) -> set[str]:
        """The paths of the last index that stay as they are."""
        folder = self.segment.name
        names = {f"{text_name(folder, number)}.js" for number in self.segment.numbers}
        names |= {f"{folder}/{file_name(token, False)}.js" for token in self.rare}
        names |= {f"{folder}/{file_name(token, True)}.js" for token in self.frequent}
        names |= {f"{folder}/words.js"}
        return names.difference([f"{name}.js" for name in self.files])

    def sampled(self, old: Collection[int], gone: Collection[int]) -> None:
        """Make sure that the items whose texts all others are squeezed by are the same."""
        size = 0
        for before, after in zip(drawn(old), drawn(self.segment.numbers), strict=False):
            if before != after or before in gone:
                break
            size += len(self.last.text(self.segment.name, before))
            if size >= WINDOW:
                return
        raise TooMuch(self.segment.name)

    def texts(self, gone: Sequence[int], come: Sequence[int], blocks: Blocks) -> None:
        """The texts that hits show, and the postings that go and come with them."""
        folder, words = self.segment.name, self.last.words(self.segment.name)
        items = dict(zip(self.segment.numbers, self.segment.items, strict=True))
        found = {number: _blocks(items[number], blocks, self.digests[number]) for number in come}
        for number, each in found.items():
            name = text_name(folder, number)
            self.files[name] = pack(name, text(items[number], each), words)
        self._titles = dict(zip(self.head.numbers, self.head.titles, strict=True))
        if found:
            laid = stream([run(found.items())])
            self._titles.update(zip(laid.numbers.tolist(), laid.title.tolist(), strict=True))
            self._come = postings(laid)
        if gone:
            before = [(number, self.last.blocks(folder, number)) for number in gone]
            self._gone = postings(stream([run(before)]))
        gone_too, come_too = common(self._gone, self._come)
        self._gone, self._come = self._gone.rows(~gone_too), self._come.rows(~come_too)

    def postings(self) -> None:
        """The chunks that hold a token of what goes or comes, cut anew."""
        heavy = np.fromiter(self.head.frequent, np.int64)
        gone, self._gone = _parted(self._gone, heavy)
        come, self._come = _parted(self._come, heavy)
        self.frequent.update(self.head.frequent)
        rarer = [
            self._heavy(token, gone.get(token, nothing()), come.get(token, nothing()))
            for token in sorted(gone.keys() | come.keys())
        ]
        self._come = joined([self._come, *(each for each in rarer if each is not None)])
        for each in recut(self._sources(), BY_TOKEN):
            if not isinstance(each, Kept):
                self._chunk(Chunk(each[0], False, [each[1]]))
            elif each.start == each.source.start:
                self.rare[each.start] = each.source.weight
            else:
                self._chunk(Chunk(each.start, False, [each.source.read()]))

    def _sources(self) -> list[Source]:
        """All chunks of rare tokens, in order; opened and changed where a token comes or goes."""
        starts = [*self.head.rare]
        if not starts:
            return [Source(0, 0, entries=self._rare(self._come))]
        gone, come = (_shared(each.token, each, starts) for each in (self._gone, self._come))
        found = []
        for place, (start, weight) in enumerate(self.head.rare.items()):
            source = Source(start, weight, partial(self._one, start))
            if place in gone or place in come:
                rows = _changed(source.rows(), gone.get(place), come.get(place))
                source = replace(source, entries=self._rare(rows))
            found.append(source)
        return found

    def _rare(self, rows: Entries) -> Entries:
        """Postings of tokens that do not have chunks of their own; the others get one."""
        rare, heavy = split(rows)
        for each in heavy:
            self._chunk(each)
        return rare

    def _heavy(self, token: int, gone: Entries, come: Entries) -> Entries | None:
        """Change the chunk of a frequent token; if it is frequent no more, its postings."""
        pieces = self._pieces(file_name(token, True))
        starts = [each.start for each in pieces]
        went, came = (_shared(each.number, each, starts) for each in (gone, come))
        sources, weight = [], sum(each.weight for each in pieces)
        for place, each in enumerate(pieces):
            source = Source(each.start, each.weight, partial(_itself, each))
            if place in went or place in came:
                rows = _changed(each.open(), went.get(place), came.get(place))
                weight += int(rows.weights().sum()) - each.weight
                source = replace(source, entries=rows)
            sources.append(source)
        if not is_frequent(weight):
            del self.frequent[token]
            return joined([each.rows() for each in sources])
        parts = recut(sources, BY_NUMBER)
        self._chunk(Chunk(token, True, [_piece(each) for each in parts]))
        return None

    def _chunk(self, chunk: Chunk) -> None:
        folder = self.segment.name
        self.files[f"{folder}/{chunk.name}"] = file(folder, chunk)
        (self.frequent if chunk.frequent else self.rare)[chunk.token] = chunk.weight

    def _one(self, start: int) -> Piece:
        pieces = self._pieces(file_name(start, False))
        if len(pieces) != 1:
            raise ValueError(f"{start:x}")
        return pieces[0]

    def _pieces(self, chunk: str) -> list[Piece]:
        name = f"{self.segment.name}/{chunk}"
        return pieces_of(self.last.read(f"{name}.js"), name)


def _itself(piece: Piece) -> Piece:
    return piece


def _piece(part: Kept | tuple[int, Piece]) -> Piece:
    if isinstance(part, Kept):
        return replace(part.source.read(), start=part.start)
    return part[1]


def _blocks(item: Item, blocks: Blocks, digest: bytes) -> list[str]:
    """An item's blocks; ValueError where they are not those that the build was told of."""
    found = blocks(item)
    if row_digest(facts(item), found) != digest:
        raise ValueError(item.id)
    return found


def _parted(entries: Entries, heavy: Column) -> tuple[dict[int, Entries], Entries]:
    """The postings of each frequent token, and the others."""
    own = entries.rows(np.isin(entries.token, heavy))
    starts = token_starts(own).tolist()
    runs = own.runs([*starts, own.token.size]) if starts else []
    tokens = own.token[starts].tolist() if starts else []
    rest = entries.rows(~np.isin(entries.token, heavy))
    return dict(zip(tokens, runs, strict=True)), rest


def _shared(keys: Column, entries: Entries, starts: Sequence[int]) -> dict[int, Entries]:
    """The rows that belong where; what lies before all starts belongs to the first."""
    places = np.maximum(np.searchsorted(starts, keys, side="right") - 1, 0)
    bounds = changes(places).tolist()
    runs = entries.runs([*bounds, keys.size]) if bounds else []
    return dict(zip(places[bounds].tolist(), runs, strict=True)) if bounds else {}


def _changed(rows: Entries, gone: Entries | None, come: Entries | None) -> Entries:
    """Postings without some and with others; ValueError where those to go are not there."""
    went, came = _places(rows, gone), _places(rows, come)
    if gone is not None and not (
        max(went) < rows.token.size
        and np.array_equal(rows.number[went], gone.number)
        and np.array_equal(rows.token[went], gone.token)
        and np.array_equal(rows.mark[went], gone.mark)
    ):
        raise ValueError("other postings than the texts have")
    bounds = sorted({0, rows.token.size, *went, *(place + 1 for place in went), *came})
    parts: dict[int, list[Entries]] = {
        begin: [part]
        for begin, part in zip(bounds, rows.runs(bounds), strict=False)
        if begin not in went
    }
    fresh = come.runs(range(come.token.size + 1)) if come is not None else []
    for place, row in zip(reversed(came), reversed(fresh), strict=True):
        parts.setdefault(place, []).insert(0, row)
    return stacked([part for place in sorted(parts) for part in parts[place]])


def _places(rows: Entries, wanted: Entries | None) -> list[int]:
    """Where in the postings rows stand, or would."""
    if wanted is None:
        return []
    begins = np.searchsorted(rows.token, wanted.token).tolist()
    ends = np.searchsorted(rows.token, wanted.token, side="right").tolist()
    return [
        begin + int(np.searchsorted(rows.number[begin:end], number))
        for begin, end, number in zip(begins, ends, wanted.number.tolist(), strict=True)
    ]
