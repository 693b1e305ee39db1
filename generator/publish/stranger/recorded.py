"""Titles that the publish log has seen on other sites: they outlive the files they came from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from generator.publish.stranger.reading import characters, items_of, table, text


def titles_elsewhere(root: Path, audience: str) -> Iterator[tuple[str, str]]:
    """Id and title of everything shown to others under a title this audience never was shown."""
    path = root / "registers/publish-log.jsonl"
    if not path.is_file():
        return
    here: set[str] = set()
    there: dict[str, str] = {}
    for line in characters(path).split("\n"):
        entry = _entry(line)
        for each in items_of(entry.get("came")):
            title = text(table(each).get("title"))
            if text(entry.get("audience")) == audience:
                here.add(title)
            else:
                there.setdefault(title, text(table(each).get("id")))
    yield from ((name, title) for title, name in there.items() if title and title not in here)


def _entry(line: str) -> dict[str, object]:
    """A line as it stands, whatever the chain says of it; nothing of one that is no JSON."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
