"""A release of one site as its manifest states it: what a server serves, and until when it holds.

The manifest is public to whoever may read the site. It therefore has no ``next_change``: a day on
which something will appear or go is nothing a reader may know.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from generator.model.record import canonical

MANIFEST = "dwgk-release.json"
"""The manifest's name, at a target and below a site's address."""

SIGNATURE = f"{MANIFEST}.sig"

_DIGEST = re.compile("[0-9a-f]{64}")
_INSTANT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Release:
    """One release: for whom, its number at the target, the day it was made for, and its files.

    ``version`` rises with each release of a target, after a rollback too, so that a lawful one can
    be told from an attacker's. ``issued`` is an instant in UTC, whole seconds. After ``expires``
    nobody vouches for it. ``source`` is the digest of the edition. ``files`` maps each path of
    the site (relative, forward slashes) to the SHA-256 of its bytes in hex.
    """

    audience: str
    version: int
    as_of: date
    issued: datetime
    expires: date
    source: str
    files: Mapping[str, str]

    def to_bytes(self) -> bytes:
        """The manifest: canonical JSON and one line end. Equal releases give equal bytes."""
        table = {
            "audience": self.audience,
            "version": self.version,
            "as_of": self.as_of.isoformat(),
            "issued": self.issued.astimezone(UTC).strftime(_INSTANT),
            "expires": self.expires.isoformat(),
            "source": self.source,
            "files": dict(self.files),
        }
        return f"{canonical(table)}\n".encode()


def parse(data: bytes) -> Release | str:
    """The release that ``data`` states; where it is none, what of it is not as it should be.

    Only the very bytes that ``to_bytes`` gives are a manifest: nothing that two readers could
    read in two ways (a key twice, another spelling of a number) passes.
    """
    try:
        release = _release(json.loads(data))
        same = isinstance(release, str) or release.to_bytes() == data
    except (ValueError, RecursionError):
        return "JSON"
    except (KeyError, TypeError, AttributeError):
        return "keys"
    return release if same else "canonical form"


def _release(table: Mapping[str, Any]) -> Release | str:
    files = table["files"]
    if not all(_DIGEST.fullmatch(digest) and is_path(name) for name, digest in files.items()):
        return "files"
    version = table["version"]
    if type(version) is not int or version < 1:
        return "version"
    if not all(isinstance(table[key], str) for key in ("audience", "source")):
        return "audience, source"
    try:
        days = [date.fromisoformat(table[key]) for key in ("as_of", "expires")]
        issued = datetime.strptime(table["issued"], _INSTANT).replace(tzinfo=UTC)
    except ValueError:
        return "as_of, issued, expires"
    return Release(
        table["audience"], version, days[0], issued, days[1], table["source"], dict(files)
    )


def is_path(name: str) -> bool:
    """Whether a path stays inside the site it is joined to."""
    return all(part not in ("", ".", "..") for part in name.split("/")) and "\0" not in name
