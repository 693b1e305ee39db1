"""The manifest beside a site: for whom, as of when, until when, and every file's digest."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import date, datetime, time
from json.encoder import encode_basestring as _quoted
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from generator.model.edition import Edition
from generator.model.kept import read_kept

FORMAT = 1
MANIFEST = ".json"
"""What follows the audience's id in the manifest's name."""


def manifest(
    files: Mapping[str, str], edition: Edition, source: str, change: date | None, time_zone: str
) -> str:
    """The JSON text of ``dist/<audience>.json``; ``files`` has each one's SHA-256 in hex.

    ``change`` is the next day on which the site would differ; it begins at 00:00 of the
    institution's time zone. ``source``, the revision, is the digest of this audience's edition: a
    revision of the whole repository would change with what this audience may not see.
    """
    instant = datetime.combine(change, time(), ZoneInfo(time_zone)) if change else None
    table = {
        "format": FORMAT,
        "audience": edition.audience.id,
        "as_of": edition.as_of.isoformat(),
        "next_change": instant.isoformat() if instant else None,
        "source": source,
    }
    head = json.dumps(table, ensure_ascii=False, separators=(",\n", ": ")).removesuffix("}")
    # Tens of thousands of rows, of which the encoder need not find out what they are.
    rows = ",\n".join([f'{_quoted(path)}: "{files[path]}"' for path in sorted(files)])
    return f'{head},\n"files": {{{rows}}}}}\n'


def read_manifest(dist: Path, audience: str) -> dict[str, Any] | None:
    """The manifest beside the site of ``audience``; None where it is missing or not that."""
    try:
        table = json.loads(read_kept(dist / f"{audience}{MANIFEST}"))
        right = (table["format"], table["audience"]) == (FORMAT, audience)
        date.fromisoformat(table["as_of"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return table if right and isinstance(table.get("files"), dict) else None


def differing(site: Path, manifest: Mapping[str, Any]) -> str:
    """The first path at which a site and its manifest differ; "" when there is none."""
    listed: Mapping[str, str] = manifest["files"]
    present = set(files_of(site))
    for path in sorted(present | listed.keys()):
        if path not in present or listed.get(path) != _digest(site / path):
            return path
    return ""


def files_of(site: Path) -> list[str]:
    """Every file of a site, as sorted relative paths with forward slashes."""
    found = []
    for folder, _, files in os.walk(site):
        place = Path(folder).relative_to(site)
        found += [(place / name).as_posix() for name in files]
    return sorted(found)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
