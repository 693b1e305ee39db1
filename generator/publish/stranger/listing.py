"""The manifest beside a site, and whether it and the site agree."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from generator.publish.stranger.days import read_date

UNREADABLE, WRONG_AUDIENCE, UNLISTED, MISSING, CHANGED, STRAY, NOT_ASCII = (
    f"VF{n}" for n in range(20, 27)
)


@dataclass(frozen=True, slots=True)
class Listing:
    """A manifest as read; ``None`` and empty values where it does not tell."""

    audience: str = ""
    as_of: date | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    """What keeps it from being used, in English words, or nothing."""


def read_listing(path: Path) -> Listing:
    """The manifest at ``path``."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        return Listing(fault="missing")
    except ValueError:
        return Listing(fault="not JSON")
    if not isinstance(found, dict) or found.get("format") != 1:
        return Listing(fault="not of format 1")
    files = found.get("files")
    as_of = read_date(found.get("as_of"))
    if not isinstance(files, dict) or not all(isinstance(each, str) for each in files.values()):
        return Listing(str(found.get("audience", "")), as_of, fault="without files")
    fault = "" if as_of else "without as_of"
    return Listing(str(found.get("audience", "")), as_of, files, fault)


def walk(root: Path, closed: Callable[[OSError], None] | None = None) -> Iterator[tuple[str, Path]]:
    """Every file (and link, and other thing that is no folder) below ``root``, in order.

    ``closed`` is told of each folder that cannot be read.
    """
    for folder, folders, names in os.walk(root, onerror=closed):
        folders.sort()
        linked = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in sorted([*names, *linked]):
            path = Path(folder) / name
            yield path.relative_to(root).as_posix(), path
