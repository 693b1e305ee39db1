"""Values as bytes that are equal exactly when the values are: what fingerprints are taken of."""

from __future__ import annotations

import dataclasses
import hashlib
import marshal
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any

_PLAIN = frozenset((str, int, bool, float, bytes, type(None)))
_NOTHING = ()
_fields: dict[type, Callable[[Any], tuple[Any, ...]]] = {}


def fingerprint(value: Any) -> str:
    """SHA-256 (hex) of a value made of dataclasses, tuples, mappings, dates and plain values.

    Marshal's version 0 knows neither references nor interned strings, so that equal values give
    equal bytes however they came about. Raises TypeError or ValueError for other kinds of values.
    """
    return Fingerprints().of(value)


class Fingerprints:
    """Fingerprints of many values that have parts in common: a part of one of ``kinds``, all of
    them frozen, is spelled out once, however often the very same object comes.
    """

    def __init__(self, *kinds: type) -> None:
        self._kinds = frozenset(kinds)
        self._spelled: dict[int, Any] = {}
        self._held: list[Any] = []  # lest another object should come to have the id of one of them

    def know(self, values: Sequence[Any], digests: Iterable[bytes]) -> None:
        """Let parts of these kinds be told by their digests instead of being spelled out."""
        self._held += values
        self._spelled.update(zip(map(id, values), digests, strict=True))

    def of(self, value: Any) -> str:
        """What ``fingerprint`` gives."""
        return self.digest(value).hex()

    def digest(self, value: Any) -> bytes:
        """The same as 32 bytes."""
        return hashlib.sha256(marshal.dumps(self._plain(value), 0)).digest()

    def _plain(self, value: Any) -> Any:
        """The value as nested tuples of plain values; a dataclass begins with its name."""
        kind = type(value)
        # Most of what there is is plain already: a look at its type costs less than a call.
        if kind is tuple:
            if value and type(value[0]) in self._kinds:  # such tuples are long
                found = tuple(map(self._spelled.get, map(id, value)))
                if None not in found:
                    return found
            return tuple(
                [
                    each if type(each) in _PLAIN or each is _NOTHING else self._plain(each)
                    for each in value
                ]
            )
        if kind is date:
            return ("date", value.toordinal())
        if kind is dict:
            return ("map", *[(self._plain(key), self._plain(value[key])) for key in value])
        if kind in self._kinds:
            known = self._spelled.get(id(value))
            if known is None:
                known = self._spelled[id(value)] = self._spell(value, kind)
                self._held.append(value)
            return known
        return self._spell(value, kind)

    def _spell(self, value: Any, kind: type) -> Any:
        take = _fields.get(kind)
        if take is not None:
            return (kind.__name__, *self._plain(take(value)))
        return value if kind in _PLAIN else self._rarer(value, kind)

    def _rarer(self, value: Any, kind: type) -> Any:
        if kind is timedelta:
            return ("timedelta", value.days, value.seconds, value.microseconds)
        if kind is list:
            return tuple([self._plain(each) for each in value])
        if isinstance(value, Mapping):
            pairs = ((self._plain(key), self._plain(each)) for key, each in value.items())
            return ("map", *pairs)
        if isinstance(value, frozenset | set):
            return ("set", *sorted((self._plain(each) for each in value), key=repr))
        if isinstance(value, Path):
            return ("path", str(value))
        if not dataclasses.is_dataclass(kind):
            raise TypeError(f"no canonical form of {kind.__name__}")
        names = [field.name for field in dataclasses.fields(kind)]
        _fields[kind] = attrgetter(*names) if len(names) > 1 else _tupled(names)
        return self._spell(value, kind)


def _tupled(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    return lambda value: tuple(getattr(value, name) for name in names)
