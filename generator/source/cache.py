"""Disclosures as they were read before, for files that have not changed since, and what gates and
door then made of them.

This cache is on the near side of the door: it holds the whole corpus but the texts, belongs to
the project and not to an audience, and no stage behind the door is told of it. It may be deleted
at any time. Each shard begins with the digest of the rest and with what it was made by; what it
holds can name nothing but the model's own classes, so a forged one can run no code.
"""

from __future__ import annotations

import os
import pickle
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cache, partial
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeAlias

from generator.diagnostics import Diagnostic
from generator.facts import Facts, Seen, facts
from generator.helpers import spread
from generator.model.asleep import Bed
from generator.model.canon import fingerprint
from generator.model.catalogue import Catalogue
from generator.model.disclosure import Attachment, Disclosure, StandingPage
from generator.model.identity import made_by
from generator.model.institution import Institution
from generator.model.kept import read_table, write_table
from generator.model.packed import packed, unpacked
from generator.model.period import Term
from generator.model.settled import Settled
from generator.source import front

FOLDER = Path(".dwgk") / "cache" / "source"
SHARDS = 64
_MANY = 400
"""Files to read that are worth the start of helpers."""

Found = tuple[Disclosure | StandingPage | None, list[Diagnostic]]
Read = Callable[[Path, str, Institution], Found]
"""Reads one file of a project: a function of a module, so that helpers can be told of it."""

_NOTHING: Seen = {}
_Record: TypeAlias = tuple[Facts, tuple[tuple[str, Facts], ...], bytes, tuple[Any, ...]]
"""One file as read, in plain values: the system's word on it and on its attachments, which are
unchanged as long as these are, () for an attachment that is not there; what was found, packed; and,
() for most of what does not stand by itself, what ``_noted`` spells out.
"""

_FACE = ("file", "id", "catalog", "text_digest", "written", "attachments")
_ASLEEP = Bed(Disclosure, *_FACE, aliases=(), series=None, matter="", relations={}, lifecycle=())

_FILE = attrgetter("file", "title", "path", "digest", "size")

_at_hand: dict[Path, tuple[str, Facts, dict[str, _Record]]] = {}
"""Shards as this process read or wrote them last, with their maker and the system's word on them: a
preview builds again and again. What a record says is believed only while its files are unchanged.
"""


class Reader:
    """Reads the disclosures of one project, each file only when it changed.

    What was ``seen`` of a file before anything was read is not asked again. ``settled`` has, by
    file, what was noted of those that did not change, under the same catalogues.
    """

    def __init__(
        self,
        root: Path,
        institution: Institution,
        read: Read,
        catalogues: Sequence[Catalogue] = (),
        seen: Seen = _NOTHING,
    ) -> None:
        self.settled: dict[str, Settled] = {}
        self._root = root
        self._place = f"{root}/"
        self._read = read
        self._institution = institution
        self._seen = seen
        self._folder = root / FOLDER
        self._maker = fingerprint((made_by(), institution))
        self._under = bytes.fromhex(fingerprint(tuple(catalogues)))

    def read(self, files: Sequence[str]) -> Iterator[Found]:
        """What ``read`` gives for each file, in their order."""
        known = {number: self._load(number) for number in range(SHARDS)}
        before = {file: each for table in known.values() for file, each in table.items()}
        now = {
            file: record
            for file in files
            if (record := before.get(file)) and self._unchanged(file, record)
        }
        fresh = dict(self._fresh([file for file in files if file not in now]))
        now |= fresh
        changed = _by_shard(chain(fresh, before.keys() - now.keys()))
        for number, news in changed.items():
            here = sorted({*known[number], *news})
            self._save(number, {file: now[file] for file in here if file in now})
        for file in files:
            yield self._found(file, now[file])

    def note(self, settled: Mapping[str, Callable[[], Settled]]) -> None:
        """Note what gates and door made of disclosures that this process has just read."""
        for number, news in _by_shard(settled).items():
            place = self._folder / str(number)
            maker, _, records = _at_hand.get(place, ("", (), {}))
            if maker == self._maker:
                noted = {file: self._noted(file, records[file], settled[file]()) for file in news}
                self._save(number, records | noted)
                del _at_hand[place]  # after a first build that would be the corpus once more

    def _fresh(self, files: Sequence[str]) -> Iterator[tuple[str, _Record]]:
        """The files read anew; many of them on all cores."""
        if len(files) < _MANY:
            return zip(files, map(self._record, files), strict=True)
        parts = [files[at : at + 100] for at in range(0, len(files), 100)]
        found = spread(self._records, parts, os.cpu_count() or 1)
        return zip(files, chain.from_iterable(found), strict=True)

    def _records(self, files: Sequence[str]) -> list[_Record]:
        return [self._record(file) for file in files]

    def _record(self, file: str) -> _Record:
        known = facts(self._place + file)
        item, faults = self._read(self._root, file, self._institution)
        listed = item.attachments if item else ()
        attached = tuple((each.path, self._attached(each.path)) for each in listed)
        if any(each.code == front.UNREAD for each in faults):
            known = ()  # somebody else may be let in: never taken as known
        return known, attached, packed((item, faults)), ()

    def _unchanged(self, file: str, record: _Record) -> bool:
        place = self._place + file
        if (self._seen.get(place) or facts(place)) != record[0]:
            return False
        attached = record[1]  # often none
        return not attached or all(self._attached(path) == known for path, known in attached)

    def _attached(self, path: str) -> Facts:
        """Through a symbolic link there is no attachment, wherever on the way it stands."""
        place = self._root / path
        inside = [place, *place.parents][: len(Path(path).parts)]
        return () if any(each.is_symlink() for each in inside) else facts(place)

    def _found(self, file: str, record: _Record) -> Found:
        _, _, data, noted = record
        if not noted or noted[0] != self._under:
            return self._unpacked(file, data)
        _, id_, catalog, text, written, files, terms, standing, told = noted
        self.settled[file] = Settled(_terms(terms), standing, told)
        wake = partial(self._disclosure, file, data)
        attachments = tuple([Attachment(*each) for each in files]) if files else ()
        day = _day(written) if written else None
        return _ASLEEP.put(wake, file, id_, catalog, text, day, attachments), []

    def _unpacked(self, file: str, data: bytes) -> Found:
        """What was found in a file; it is read again where somebody wrote something else there."""
        try:
            item, faults = unpacked(data)
        except (pickle.UnpicklingError, ImportError, ValueError, TypeError, EOFError):
            return self._read(self._root, file, self._institution)
        return item, faults

    def _disclosure(self, file: str, data: bytes) -> Disclosure:
        item, _ = self._unpacked(file, data)
        if not isinstance(item, Disclosure):
            raise AssertionError("nothing else is settled")
        return item

    def _noted(self, file: str, record: _Record, settled: Settled) -> _Record:
        known, attached, data, _ = record
        item = self._disclosure(file, data)
        noted = (
            self._under,
            item.id,
            item.catalog,
            item.text_digest,
            item.written.toordinal() if item.written else 0,
            tuple(map(_FILE, item.attachments)),
            tuple([(key, *_days(each)) for key, each in settled.terms.items()]),
            dict(settled.standing),
            dict(settled.told),
        )
        return known, attached, data, noted

    def _load(self, number: int) -> dict[str, _Record]:
        place = self._folder / str(number)
        at_hand = _at_hand.get(place)
        if at_hand and at_hand[:2] == (self._maker, facts(place)):
            return at_hand[2]
        before, found = facts(place), dict[str, _Record]()
        with suppress(OSError, ValueError):
            found = read_table(place, self._maker)
        _at_hand[place] = self._maker, before, found
        return found

    def _save(self, number: int, records: dict[str, _Record]) -> None:
        """Keep a shard; where nothing can be kept, the next run reads again."""
        place = self._folder / str(number)
        with suppress(OSError):
            write_table(place, self._maker, records)
        _at_hand[place] = self._maker, facts(place), records


_day = cache(date.fromordinal)


def _days(term: Term) -> tuple[int, int]:
    return term.release.toordinal(), term.last.toordinal() if term.last else 0


@cache
def _terms(noted: tuple[tuple[str, int, int], ...]) -> Mapping[str, Term]:
    return {key: Term(_day(first), _day(last) if last else None) for key, first, last in noted}


def _by_shard(files: Iterable[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for file in files:
        found[zlib.crc32(os.fsencode(file)) % SHARDS].append(file)
    return found
