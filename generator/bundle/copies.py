"""The register of offline copies handed out: a withdrawal must know which copies still hold it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

REGISTER = "registers/offline-copies.jsonl"


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: number, audience, as-of date, who has it, and the ids of the items in it."""

    number: int
    audience: str
    as_of: str
    to: str
    items: tuple[str, ...]


def copies(root: Path) -> Iterator[Copy]:
    """All copies on record, oldest first."""
    path = root / REGISTER
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            yield Copy(**{**entry, "items": tuple(entry["items"])})


def next_number(root: Path) -> int:
    """The number of the next copy."""
    return max((copy.number for copy in copies(root)), default=0) + 1


def record(root: Path, copy: Copy) -> None:
    """Append a copy; the line is on disk when this returns."""
    path = root / REGISTER
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(json.dumps(asdict(copy), ensure_ascii=False) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
