"""The manifest beside a site: for whom, as of when, until when, and every file's digest."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from generator.model.canon import fingerprint
from generator.model.edition import Edition

FORMAT = 1


def manifest(
    files: Mapping[str, str], edition: Edition, change: date | None, time_zone: str
) -> str:
    """The JSON text of ``dist/<audience>.json``; ``files`` has each one's SHA-256 in hex.

    ``change`` is the next day on which the site would differ; it begins at 00:00 of the
    institution's time zone. The source revision is the digest of this audience's edition: a
    revision of the whole repository would change with what this audience may not see.
    """
    instant = datetime.combine(change, time(), ZoneInfo(time_zone)) if change else None
    table = {
        "format": FORMAT,
        "audience": edition.audience.id,
        "as_of": edition.as_of.isoformat(),
        "next_change": instant.isoformat() if instant else None,
        "source": edition_digest(edition),
        "files": dict(sorted(files.items())),
    }
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"


def edition_digest(edition: Edition) -> str:
    """``sha256:…`` over what the audience may see, whatever the day it is asked on."""
    return f"sha256:{fingerprint(dataclasses.replace(edition, as_of=date.min))}"
