"""When a file is unchanged: by the system's word on it, the same word wherever that is asked."""

from __future__ import annotations

import marshal
import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from time import sleep

Facts = tuple[int, ...]
Seen = dict[str, Facts]
"""What the system says of files and folders, by path."""

_TICK, _SECOND = 20_000_000, 1_000_000_000
"""Nanoseconds: more than the system takes from one stamp to the next one it can give."""


def facts(path: Path | str) -> Facts:
    """Device, inode, mode, size, times of writing and change: () where there is no file."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a quarter of the time, for every file of a corpus
    except OSError:
        return ()
    times = (found.st_mtime_ns, found.st_ctime_ns)
    return (found.st_dev, found.st_ino, found.st_mode, found.st_size, *times)


def settled(known: Facts, mark: int) -> bool:
    """Whether a change from ``mark`` on (a time of change of the same clock) cannot leave the facts
    as they are: a second one within a tick of the first does. Some file systems know seconds only.
    """
    tick = 2 * _SECOND if mark % _SECOND == 0 else _TICK
    return not known or known[-1] + tick < mark


def settle() -> None:
    """Let a tick pass, so that what changes from now on gets another time."""
    sleep(_TICK / _SECOND)


def digest(known: Iterable[Iterable[int | str]]) -> str:
    """SHA-256 (hex) of facts in their order."""
    return sha256(marshal.dumps([list(each) for each in known], 0)).hexdigest()
