"""A portion of a site's files for a quick look, another one each hour, all of them in turn."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

HOME = "index.html"


def hour_of(instant: datetime) -> int:
    """The running number of the hour of an aware instant."""
    return int(instant.timestamp()) // 3600


def portion(paths: Iterable[str], version: int, hour: int, size: int) -> list[str]:
    """About ``size`` (≥ 1) of ``paths``, sorted, and the home page in any case.

    The files are divided into equal parts in an order that depends on the version; ``hour``, any
    running number, chooses the part. Looks in successive hours see every file of a release after
    ⌈files ÷ size⌉ of them, whichever hour they begin in. Whoever controls the server can work
    out which part is next: a portion finds accidents early and does not replace the whole look.
    """

    def rank(path: str) -> bytes:
        return hashlib.sha256(f"{version}\n{path}".encode()).digest()

    ranked = sorted(paths, key=rank)
    parts = max(1, -(-len(ranked) // size))
    chosen = set(ranked[hour % parts :: parts])
    return sorted(chosen | ({HOME} & set(ranked)))
