"""What lies beside a site for the publish log: its items in short, bound to its manifest.

``dist/<audience>.items.jsonl`` holds a head (audience, the manifest's ``source``, the ids at
whose address a notice stands) and one line for each item, in the order of ids. It knows of this
audience only, like the manifest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from generator.model.chain import shown_of, table_of
from generator.model.record import FORMAT, State, canonical
from generator.site.manifest import MANIFEST, differing, read_manifest

SUFFIX = ".items.jsonl"


@dataclass(frozen=True, slots=True)
class Site:
    """A finished site: for whom, of which day, of which edition, and what it shows."""

    audience: str
    as_of: date
    source: str
    state: State


class Unfit(Exception):
    """A site that cannot be told what it shows: a file of it, and whether it is only missing."""

    def __init__(self, file: str, *, missing: bool = False) -> None:
        super().__init__(file)
        self.file = file
        self.missing = missing


def write_state(dist: Path, audience: str, source: str, state: State) -> None:
    """Write the file beside the site of ``audience``; ``source`` is the edition's digest."""
    head = {
        "format": FORMAT,
        "audience": audience,
        "source": source,
        "notices": sorted(state.notices),
    }
    rows = [head, *(table_of(each) for _, each in sorted(state.items.items()))]
    text = "".join(f"{canonical(row)}\n" for row in rows)
    path = dist / f"{audience}{SUFFIX}"
    path.write_text(text, encoding="utf-8", newline="\n")
    path.chmod(0o644)  # as the manifest, whoever builds


def read_site(dist: Path, audience: str) -> Site:
    """A site that is whole: every file as its manifest says, its items those of its edition.

    Raises Unfit with the first file that is missing, too much or not as it should be.
    """
    manifest = read_manifest(dist, audience)
    if manifest is None:
        missing = not (dist / f"{audience}{MANIFEST}").is_file()
        raise Unfit(f"{audience}{MANIFEST}", missing=missing)
    if wrong := differing(dist / audience, manifest):
        raise Unfit(f"{audience}/{wrong}")
    try:
        text = (dist / f"{audience}{SUFFIX}").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Unfit(f"{audience}{SUFFIX}", missing=True) from None
    except ValueError:
        raise Unfit(f"{audience}{SUFFIX}") from None
    return site_of(manifest, text)


def site_of(manifest: Mapping[str, Any], text: str) -> Site:
    """What the site of ``manifest`` shows, ``text`` being its items; Unfit where they are not."""
    audience = str(manifest.get("audience"))
    try:
        head, *rows = text.removesuffix("\n").split("\n")
        table = json.loads(head)
        bound = {"format": FORMAT, "audience": audience, "source": manifest["source"]}
        if {key: table[key] for key in bound} != bound:
            raise Unfit(f"{audience}{SUFFIX}")
        shown = [shown_of(json.loads(row)) for row in rows]
        state = State({each.id: each for each in shown}, frozenset(table["notices"]))
        return Site(audience, date.fromisoformat(manifest["as_of"]), table["source"], state)
    except (ValueError, KeyError, TypeError):
        raise Unfit(f"{audience}{SUFFIX}") from None
