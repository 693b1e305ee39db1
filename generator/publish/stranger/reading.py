"""The project read a second time: settings, catalogues, and what is known of each item.

Nothing here raises for faulty content. What cannot be read is seen by nobody, so that finding
it on a site is a leak.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml

from generator.publish.stranger.days import Calendar, calendar, read_date

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_FENCE = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)(.*)", re.DOTALL)
_WIDE_COLON = re.compile(r"^([ \t]*(?:- )?[A-Za-z_]+)[ \t]*：[ \t]*", re.MULTILINE)
_LIST = re.compile(r"[、，,;；\s]+")
Table = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Attached:
    """A file listed by an item: its name as written, its title, path and SHA-256 (or None)."""

    file: str
    title: str
    path: Path
    digest: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """One Markdown file of ``content/``; ``meta`` is empty when its head could not be read."""

    path: Path
    label: str
    meta: Table
    attached: tuple[Attached, ...] = ()
    address: str = ""
    """Of a standing page (content/pages), which has no id: where it stands on a site."""

    @property
    def id(self) -> str:
        """索引号, or nothing."""
        return text(self.meta.get("id"))

    @property
    def title(self) -> str:
        """标题, or nothing."""
        return text(self.meta.get("title"))


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a catalogue: which one, its first day, its scope words, all that it says."""

    catalogue: str
    since: date
    scope: str
    head: Table


@dataclass(frozen=True, slots=True)
class Row:
    """A row of one version of a catalogue, and the scope words that say who may see it."""

    id: str
    meta: Table
    visible: str
    version: Version

    @property
    def title(self) -> str:
        """The matter, as the catalogue words it."""
        return text(self.meta.get("title"))


@dataclass(frozen=True, slots=True)
class Project:
    """What the stranger knows: settings as raw tables, the versions of the catalogues (oldest
    first) and their rows, items, and all files beside them.
    """

    root: Path
    institution: Table
    rows: tuple[Row, ...]
    items: tuple[Item, ...]
    versions: tuple[Version, ...]
    calendar: Calendar = field(default_factory=Calendar)
    unreadable: tuple[Path, ...] = ()

    @property
    def audiences(self) -> tuple[tuple[str, str], ...]:
        """Id and title of every audience, in order."""
        listed = self.institution.get("audiences")
        tables = [each for each in items_of(listed) if isinstance(each, Mapping)]
        return tuple((text(each.get("id")), text(each.get("title"))) for each in tables)


def text(value: object) -> str:
    """A scalar as written, without surrounding space; nothing for lists and tables."""
    return value.strip() if isinstance(value, str) else ""


def table(value: object) -> Table:
    """A mapping, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def items_of(value: object) -> Sequence[object]:
    """A list, or an empty one."""
    return value if isinstance(value, list) else ()


def words(value: object) -> list[str]:
    """A list, or one text split at 、 and its like; each word in plain form."""
    parts = value if isinstance(value, list) else _LIST.split(text(value))
    return [word(part) for part in parts if isinstance(part, str) and part.strip()]


def word(value: str) -> str:
    """A word of the institution's vocabulary: NFKC, no white space."""
    return "".join(unicodedata.normalize("NFKC", value).split())


def leaves(value: object) -> Iterator[str]:
    """All texts within a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)


def read_project(root: Path) -> Project:
    """The project in the folder ``root``."""
    settings, main = root / "site_config/institution.yml", root / "catalog.yaml"
    institution = read_table(settings)
    versions = sorted(_versions(root, main), key=lambda each: each.since)
    return Project(
        root=root,
        institution=institution or {},
        rows=tuple(row for each in versions for row in _rows(each)),
        items=tuple(_item(root, path) for path in sorted((root / "content").rglob("*.md"))),
        versions=tuple(versions),
        calendar=calendar((institution or {}).get("calendar")),
        unreadable=tuple(path for path in (settings, main) if read_table(path) is None),
    )


def _versions(root: Path, main: Path) -> Iterator[Version]:
    """Files of one name are versions of one catalogue: the history has a folder for each."""
    folder = root / "content/catalogs"
    files = [(main, "main"), *((path, path.stem) for path in sorted(folder.glob("*.y*ml")))]
    files += [(path, path.parent.name) for path in sorted(folder.glob("history/*/*.y*ml"))]
    for path, name in files:
        head = read_table(path)
        if head:
            effective = text(head.get("effective"))
            since = (read_date(effective) or date.max) if effective else date.min
            yield Version(name, since, text(head.get("scope")), head)


def characters(path: Path) -> str:
    """The text of a file with LF ends and without a byte order mark, undecodable bytes replaced."""
    return (
        path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    )


def read_table(path: Path) -> Table | None:
    """A YAML file's mapping of texts; None where there is none to be read."""
    try:
        return _parsed(characters(path))
    except OSError:
        return None


def _parsed(source: str) -> Table | None:
    try:
        found = yaml.load(_WIDE_COLON.sub(r"\1: ", source), Loader=_LOADER)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return found if isinstance(found, Mapping) else None


def _rows(version: Version) -> Iterator[Row]:
    for each in items_of(version.head.get("items")):
        if isinstance(each, Mapping):
            visible = text(each.get("visible")) or version.scope
            yield Row(text(each.get("id")), each, visible, version)


def halves(path: Path) -> tuple[str, str]:
    """Front matter and body of a Markdown file; without a fence, all of it is body."""
    whole = characters(path)
    match = _FENCE.match(whole)
    return (match[1], match[2]) if match else ("", whole)


def _item(root: Path, path: Path) -> Item:
    meta = _parsed(halves(path)[0]) or {}
    listed = [table(each) for each in items_of(meta.get("attachments"))]
    attached = tuple(_attached(path.parent, each) for each in listed if text(each.get("file")))
    label = _label(root, path, text(meta.get("id")))
    return Item(path, label, meta, attached, _address(path.relative_to(root).as_posix()))


def _address(path: str) -> str:
    slug = re.fullmatch(r"content/pages/(.*?)(/index)?\.md", path)
    return f"about/{slug[1]}/" if slug else ""


def _label(root: Path, path: Path, name: str) -> str:
    """What a message may call an item: its id, or its path where that is no title in Chinese."""
    where = path.relative_to(root).as_posix()
    if name.isascii() and name:
        return name
    return (
        where if where.isascii() else f"content/#{hashlib.sha256(where.encode()).hexdigest()[:8]}"
    )


def _attached(folder: Path, entry: Table) -> Attached:
    file = text(entry.get("file"))
    path = folder / unicodedata.normalize("NFC", file)
    if not path.is_file():
        path = folder / file
    return Attached(file, text(entry.get("title")), path, file_digest(path))


def file_digest(path: Path) -> str | None:
    """SHA-256 (hex) of a file; None when there is nothing to read or nothing in it."""
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            return digest if stream.tell() else None
    except OSError:
        return None
