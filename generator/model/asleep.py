"""Values of which a few fields are at hand and the rest lies packed until somebody asks for it.

Of a hundred thousand disclosures hardly any is looked into when one has changed. To whoever has it
an asleep value is one of its class; what is not asked of it costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any, Generic, TypeVar

T = TypeVar("T")

MARK = "_mark"
"""A field that every kind of asleep values may have beside its own: bytes that stand for all of
the value.
"""


class Bed(Generic[T]):
    """Puts values of a frozen dataclass with slots to sleep: the fields ``known`` are at hand, and
    those that are ``always`` the same.
    """

    def __init__(self, kind: type[T], *known: str, **always: Any) -> None:
        self._kind = _asleep(kind, always)
        self._wake, *self._fill = [getattr(self._kind, name).__set__ for name in ("_wake", *known)]

    def put(self, wake: partial[T], *known: Any) -> T:
        """A value that ``wake`` makes in full; ``known`` are the fields at hand, in their order."""
        value: T = object.__new__(self._kind)
        self._wake(value, wake)
        for fill, each in zip(self._fill, known):  # noqa: B905 - a hundred thousand times
            fill(value, each)
        return value


def mark_of(value: object) -> bytes:
    """What stands for all of a value that is asleep, where that is known; for others nothing."""
    return getattr(value, MARK, b"")


def slept(value: object, wake: Callable[[bytes], object]) -> bytes | None:
    """What ``wake`` makes a value of that is asleep; None for others."""
    asleep: partial[object] | None = getattr(value, "_wake", None)
    return asleep.args[0] if asleep and asleep.func is wake else None


def _asleep(kind: Any, always: dict[str, Any]) -> type[Any]:
    """The class of asleep values of ``kind``."""
    slots = {each.name: getattr(kind, each.name) for each in fields(kind)}

    def ask(self: Any, name: str) -> Any:
        """A field that is not at hand: from now on all are."""
        if name not in slots:
            raise AttributeError(name)
        awake = self._wake()
        for each, slot in slots.items():
            try:
                slot.__get__(self)
            except AttributeError:
                slot.__set__(self, getattr(awake, each))
        return slots[name].__get__(self)

    def same(self: Any, other: object) -> bool:
        mark = mark_of(self)
        return bool(mark and mark == mark_of(other)) or kind.__eq__(self, other)

    def reduce(self: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """It travels packed, and is awake where it arrives."""
        return self._wake.func, self._wake.args

    body = {
        "__class__": property(lambda self: kind),  # copies of it with another field are awake
        "__doc__": kind.__doc__,
        "__eq__": same,
        "__getattr__": ask,
        "__hash__": kind.__hash__,
        "__module__": kind.__module__,
        "__reduce__": reduce,
        "__slots__": ("_wake", MARK),
    }
    return type(kind.__name__, (kind,), body | always)
