"""The short word of a ledger: whether a site stands, without the ledger being read.

It lies beside the ledger, is written with it, and may be deleted at any time; what does not agree
with it in every respect is looked at by the ledger, file by file.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from generator.facts import digest
from generator.site.ledger import Ledger, facts, folders, marks, root_of

NAME = "seal.json"


def write_seal(ledger: Ledger, cache: Path) -> None:
    """Write what is known of a sealed ledger's files and folders, for this user alone."""
    table = {
        "folders": folders(ledger),
        "trees": ledger.trees,
        "files": list(ledger.files),
        "facts": digest(row[1:] for row in ledger.files.values()),
    }
    write(cache / NAME, ledger.key, table)


def sealed(cache: Path, key: str, site: Path) -> bool:
    """Whether ``site`` is the one of ``key``, and to the system each file and folder what it was;
    a site that only looks touched is not.
    """
    root = str(site)
    try:
        table = read(cache / NAME, key)
        if table["trees"][root_of(site)] != marks(site, table["folders"]):
            return False
        seen = digest(facts(os.lstat(f"{root}/{path}")) for path in table["files"])
        return bool(seen == table["facts"])
    except (OSError, ValueError, TypeError, KeyError):
        return False


def write(path: Path, key: str, table: object) -> None:
    """Write a table that stands for ``key`` beside ``path``, then in its place."""
    body = json.dumps(table, separators=(",", ":")).encode("ascii")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(f"{hashlib.sha256(body).hexdigest()} {key}\n".encode("ascii") + body)
    beside.replace(path)


def read(path: Path, key: str) -> dict[str, Any]:
    """The table written for ``key``; OSError, or ValueError where it is not whole or another's."""
    with path.open("rb") as stream:
        head, body = stream.readline(), stream.read()
    if head != f"{hashlib.sha256(body).hexdigest()} {key}\n".encode("ascii"):
        raise ValueError(path)
    table = json.loads(body)
    if not isinstance(table, dict):
        raise ValueError(path)
    return table
