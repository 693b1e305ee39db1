"""Values as bytes that are equal exactly when the values are: what fingerprints are taken of."""

from __future__ import annotations

import dataclasses
import hashlib
import marshal
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any

_PLAIN = frozenset((str, int, bool, float, bytes, type(None)))
_fields: dict[type, Callable[[Any], tuple[Any, ...]]] = {}


def fingerprint(value: Any) -> str:
    """SHA-256 (hex) of a value made of dataclasses, tuples, mappings, dates and plain values.

    Marshal's version 0 knows neither references nor interned strings, so that equal values give
    equal bytes however they came about. Raises TypeError or ValueError for other kinds of values.
    """
    return hashlib.sha256(marshal.dumps(plain(value), 0)).hexdigest()


def plain(value: Any) -> Any:
    """The value as nested tuples of plain values; a dataclass begins with its name."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple or kind is list:
        return tuple([plain(each) for each in value])
    take = _fields.get(kind)
    if take is not None:
        return (kind.__name__, *[plain(each) for each in take(value)])
    return _rarer(value, kind)


def _rarer(value: Any, kind: type) -> Any:
    if kind is date:
        return ("date", value.toordinal())
    if kind is timedelta:
        return ("timedelta", value.days, value.seconds, value.microseconds)
    if isinstance(value, Mapping):
        return ("map", *((plain(key), plain(each)) for key, each in value.items()))
    if isinstance(value, frozenset | set):
        return ("set", *sorted((plain(each) for each in value), key=repr))
    if isinstance(value, Path):
        return ("path", str(value))
    if not dataclasses.is_dataclass(kind):
        raise TypeError(f"no canonical form of {kind.__name__}")
    names = [field.name for field in dataclasses.fields(kind)]
    take = attrgetter(*names) if len(names) > 1 else _tupled(names)
    _fields[kind] = take
    return (kind.__name__, *[plain(each) for each in take(value)])


def _tupled(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    return lambda value: tuple(getattr(value, name) for name in names)
