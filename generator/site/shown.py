"""What lies beside a site for the publish log: its items in short, bound to its manifest.

``dist/<audience>.items.jsonl`` holds a head (audience, the manifest's ``source``, the ids at
whose address a notice stands) and one line for each item, in the order of ids. It knows of this
audience only, like the manifest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from generator.model.chain import shown_of, table_of
from generator.model.identity import made_by
from generator.model.kept import read_kept, read_table, write_table
from generator.model.record import FORMAT, Shown, State, canonical
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


def line(item: Shown) -> bytes:
    """An item as a line, without its line end."""
    return canonical(table_of(item)).encode("utf-8")


class Lines:
    """Items as lines: those that are made of what they were made of before are the last ones.

    These lie beside the last site. What each was made of is kept in ``cache``, in a file for this
    audience alone, with the digest of theirs; None: nowhere.
    """

    def __init__(self, last: Path | None, cache: Path | None) -> None:
        self._place = cache / "lines" if cache else None
        self._last: dict[bytes, bytes] = {}
        if last and self._place:
            with suppress(OSError, ValueError, KeyError, TypeError):
                kept = read_table(self._place, made_by())
                data = read_kept(last.with_name(f"{last.name}{SUFFIX}"))
                if sha256(data).digest() == kept["digest"]:
                    self._last = dict(zip(kept["keys"], data.split(b"\n")[1:-1], strict=True))

    def of(self, keys: Mapping[str, bytes], show: Callable[[str], Shown]) -> Iterator[bytes]:
        """The lines of the items with these ids, in their order; the keys stand for all that
        ``show`` makes of them.
        """
        return (self._last.get(key) or line(show(item)) for item, key in keys.items())

    def keep(self, data: bytes, keys: Iterable[bytes]) -> None:
        """Let the lines in a file be the last ones, with these keys in their order."""
        if self._place:
            table = {"digest": sha256(data).digest(), "keys": [*keys]}
            with suppress(OSError):
                write_table(self._place, made_by(), table)


def write_state(
    dist: Path, audience: str, source: str, notices: Iterable[str], lines: Iterable[bytes]
) -> bytes:
    """Write the file beside the site of ``audience``; ``source`` is the edition's digest,
    ``lines`` are those of its items in the order of ids. Returns what is in it.
    """
    head = {
        "format": FORMAT,
        "audience": audience,
        "source": source,
        "notices": sorted(notices),
    }
    rows = [canonical(head).encode("utf-8"), *lines, b""]
    data = b"\n".join(rows)
    path = dist / f"{audience}{SUFFIX}"
    path.write_bytes(data)
    path.chmod(0o644)  # as the manifest, whoever builds
    return data


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
