"""The model's values as bytes that are kept: read back, they can name nothing but its classes, so
that forged ones run no code.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache, partial
from importlib import import_module
from typing import Any

_recurring = lru_cache(1 << 12, typed=True)
"""Of what recurs in most disclosures each value is there once, however many of them are read."""


def packed(value: Any) -> bytes:
    """A value made of the model's dataclasses, dates, mappings, sequences and plain values."""
    stream = io.BytesIO()
    _Pickler(stream).dump(value)
    return stream.getvalue()


def unpacked(data: bytes) -> Any:
    """The value; ``pickle.UnpicklingError``, ValueError, TypeError or EOFError where it is none."""
    return _Unpickler(io.BytesIO(data)).load()


class _Pickler(pickle.Pickler):
    """Notes a dataclass as a call of its class, and what is equal once: read back in a quarter of
    the time of its own way, for its parts share most words, days and keys.
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

    def find_class(self, module: str, name: str) -> Callable[..., Any]:
        """What makes values of a class of the model; UnpicklingError for anything else."""
        return _maker(module, name)


@cache
def _maker(module: str, name: str) -> Callable[..., Any]:
    kind = _found(module, name)
    if module in _RECURRING:
        return _recurring(kind)
    return partial(_made, kind)


_RECURRING = {f"generator.model.{each}" for each in ("institution", "period", "scope")} | {
    "datetime"
}


def _made(kind: type, *parts: Any) -> Any:
    return kind(*[_shared(kind, each) if type(each) is dict else each for each in parts])


def _shared(kind: type, mapping: dict[Any, Any]) -> Mapping[Any, Any]:
    """The mapping, or the equal one that another value of the class has."""
    try:
        return _mapping(kind, tuple(mapping.items()))
    except TypeError:  # a value of it holds a mapping itself
        return mapping


@_recurring
def _mapping(kind: type, pairs: tuple[tuple[Any, Any], ...]) -> Mapping[Any, Any]:
    return dict(pairs)


def _found(module: str, name: str) -> type:
    ours = module.startswith("generator.model.") or module == "generator.diagnostics"
    if (ours and name[:1].isupper()) or (module, name) == ("datetime", "date"):
        # Not a part of a class (Path.unlink), nor what such a module merely knows (Path).
        found = vars(import_module(module)).get(name)
        if isinstance(found, type) and (found.__module__, found.__name__) == (module, name):
            return found
    raise pickle.UnpicklingError(f"{module}.{name}")
