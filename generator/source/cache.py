"""Disclosures as they were read before, for files that have not changed since.

This cache is on the near side of the door: it holds the whole corpus but the texts, belongs to
the project and not to an audience, and no stage behind the door is told of it. It may be deleted
at any time. Each shard begins with the digest of the rest and with what it was made by; what it
holds can name nothing but the model's own classes, so a forged one can run no code.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from generator.diagnostics import Diagnostic
from generator.facts import Facts, facts
from generator.helpers import spread
from generator.model.canon import fingerprint
from generator.model.disclosure import Disclosure, StandingPage
from generator.model.identity import made_by
from generator.model.institution import Institution
from generator.model.kept import read_kept, write_kept

FOLDER = Path(".dwgk") / "cache" / "source"
SHARDS = 64
_MANY = 400
"""Files to read that are worth the start of helpers."""

Found = tuple[Disclosure | StandingPage | None, list[Diagnostic]]
Read = Callable[[Path, str, Institution], Found]
"""Reads one file of a project: a function of a module, so that helpers can be told of it."""


@dataclass(frozen=True, slots=True)
class Record:
    """One file as read. ``facts`` are the system's word on it and on its attachments, which are
    unchanged as long as these are; () for an attachment that is not there.
    """

    facts: Facts
    attached: tuple[tuple[str, Facts], ...]
    item: Disclosure | StandingPage | None
    faults: list[Diagnostic]


class _Pickler(pickle.Pickler):
    """Notes a dataclass as a call of its class, and what is equal once: read back in a quarter of
    the time of its own way, for the items of a shard share most words, days and keys.
    """

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream, 5)
        self._known: dict[tuple[type, Any], Any] = {}

    def reducer_override(self, value: Any) -> Any:
        """The class and its arguments; anything but a dataclass goes the usual way."""
        kind = type(value)
        if not is_dataclass(kind):
            return NotImplemented
        return kind, tuple([self._same(getattr(value, each)) for each in _fields(kind)])

    def _same(self, value: Any) -> Any:
        """The value, or the equal one that was noted before it."""
        kind = type(value)
        if kind is dict:
            value = {self._same(key): self._same(each) for key, each in value.items()}
            parts = tuple([id(each) for pair in value.items() for each in pair])
            return self._known.setdefault((kind, parts), value)
        try:
            return self._known.setdefault((kind, value), value)
        except TypeError:  # it holds a mapping or a list
            return value


@cache
def _fields(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind) if each.init)


class _Unpickler(pickle.Unpickler):
    """Builds the model's classes and dates, and refuses every other name."""

    def find_class(self, module: str, name: str) -> Any:
        """A class of the model; UnpicklingError for anything else."""
        ours = module.startswith("generator.model.") or module in (
            __name__,
            "generator.diagnostics",
        )
        if (ours and name[:1].isupper()) or (module, name) == ("datetime", "date"):
            found = super().find_class(module, name)
            # Not what such a module merely knows (Path), nor a part of a class (Path.unlink).
            if isinstance(found, type) and (found.__module__, found.__name__) == (module, name):
                return found
        raise pickle.UnpicklingError(f"{module}.{name}")


_at_hand: dict[Path, tuple[str, Facts, dict[str, Record]]] = {}
"""Shards that this process has read or written, with their maker and the system's word on them: a
preview builds again and again. What a record says is believed only while its files are unchanged.
"""


class Reader:
    """Reads the disclosures of one project, each file only when it changed."""

    def __init__(self, root: Path, institution: Institution, read: Read) -> None:
        self._root = root
        self._place = f"{root}/"
        self._read = read
        self._institution = institution
        self._folder = root / FOLDER
        self._maker = fingerprint((made_by(), institution))

    def read(self, files: Sequence[str]) -> Iterator[Found]:
        """What ``read`` gives for each file, in their order."""
        shards = defaultdict(list)
        for file in files:
            shards[_shard(file)].append(file)
        known = {number: self._load(number) for number in shards}
        kept = {
            file: record
            for number, listed in shards.items()
            for file in listed
            if (record := known[number].get(file)) and self._unchanged(file, record)
        }
        fresh = dict(self._fresh([file for file in files if file not in kept]))
        now = kept | fresh
        for number, listed in shards.items():
            if len(known[number]) != len(listed) or not fresh.keys().isdisjoint(listed):
                self._save(number, {file: now[file] for file in listed})
        for file in files:
            yield now[file].item, now[file].faults

    def _fresh(self, files: Sequence[str]) -> Iterator[tuple[str, Record]]:
        """The files read anew; many of them on all cores."""
        if len(files) < _MANY:
            return zip(files, map(self._record, files), strict=True)
        parts = [files[at : at + 100] for at in range(0, len(files), 100)]
        packed = spread(self._packed, parts, os.cpu_count() or 1)
        return zip(files, (each for data in packed for each in _unpacked(data)), strict=True)

    def _packed(self, files: Sequence[str]) -> bytes:
        return _packed([self._record(file) for file in files])

    def _record(self, file: str) -> Record:
        known = facts(self._place + file)
        item, faults = self._read(self._root, file, self._institution)
        listed = item.attachments if item else ()
        attached = tuple((each.path, self._attached(each.path)) for each in listed)
        return Record(known, attached, item, faults)

    def _unchanged(self, file: str, record: Record) -> bool:
        if facts(self._place + file) != record.facts:
            return False
        attached = record.attached  # nearly always none
        return not attached or all(self._attached(path) == known for path, known in attached)

    def _attached(self, path: str) -> Facts:
        """Through a symbolic link there is no attachment, wherever on the way it stands."""
        place = self._root / path
        inside = [place, *place.parents][: len(Path(path).parts)]
        return () if any(each.is_symlink() for each in inside) else facts(place)

    def _load(self, number: int) -> dict[str, Record]:
        place = self._folder / str(number)
        at_hand = _at_hand.get(place)
        if at_hand and at_hand[:2] == (self._maker, facts(place)):
            return at_hand[2]
        before, found = facts(place), self._read_shard(place)
        _at_hand[place] = self._maker, before, found
        return found

    def _read_shard(self, place: Path) -> dict[str, Record]:
        try:
            head, _, body = read_kept(place).partition(b"\n")
            if head.decode("ascii") != f"{hashlib.sha256(body).hexdigest()} {self._maker}":
                return {}
            found = _unpacked(body)
        except (OSError, ValueError, pickle.UnpicklingError, TypeError, EOFError):
            return {}
        return found if isinstance(found, dict) else {}

    def _save(self, number: int, records: dict[str, Record]) -> None:
        """Keep a shard; where nothing can be kept, the next run reads again."""
        body = _packed(records)
        head = f"{hashlib.sha256(body).hexdigest()} {self._maker}\n".encode("ascii")
        place = self._folder / str(number)
        with suppress(OSError):
            write_kept(place, head + body)
            _at_hand[place] = self._maker, facts(place), records


def _packed(value: Any) -> bytes:
    stream = io.BytesIO()
    _Pickler(stream).dump(value)
    return stream.getvalue()


def _unpacked(data: bytes) -> Any:
    return _Unpickler(io.BytesIO(data)).load()


def _shard(file: str) -> int:
    return zlib.crc32(os.fsencode(file)) % SHARDS
