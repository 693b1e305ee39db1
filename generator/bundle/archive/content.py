"""What a package promises of its contents, looked at file by file."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias
from xml.etree import ElementTree

from generator.bundle.archive.envelope import NAME, ROOT
from generator.bundle.archive.listing import (
    COLUMNS,
    EXCEL,
    FILES,
    FOLDER,
    ITEMS,
    OTHERS,
    README,
    XML,
)
from generator.bundle.archive.workbook import rows
from generator.bundle.archive.xml import Element, Malformed, parsed
from generator.model.chain import read_stretch

ABSENT, UNLISTED, APART, BROKEN = "A16", "A17", "A18", "A19"
_SHARED = ("档号", "责任者", "题名", "保管期限", "密级")
"""What catalogue and envelope both say of an item."""
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<文件目录 '.encode()

Problem: TypeAlias = tuple[str, str, Mapping[str, object]]
"""A code, the file it is told of (from the payload's folder), what its sentence names."""

File: TypeAlias = tuple[str, str, str, str]
"""Of a listed file: path from the payload's folder, what it is, size, SHA-256."""


def problems(payload: Path) -> Iterator[Problem]:
    """Where the lists, the envelopes, the log and the files disagree."""
    here = {
        path.relative_to(payload).as_posix() for path in payload.rglob("*") if path.is_file()
    } - {XML, EXCEL, README}
    logs = sorted(each for each in here if each.startswith(f"{OTHERS}/") and each[-6:] == ".jsonl")
    try:
        yield from _listed(payload, here)
    except (OSError, Malformed, ElementTree.ParseError, ValueError) as problem:
        yield APART, XML, {"other": "XML", "name": str(problem)}
    for name in logs:
        if broken := read_stretch((payload / name).read_bytes()).fault:
            yield BROKEN, name, {"line": broken[1]}


def filed(payload: Path) -> int:
    """How many items lie in the package."""
    return len({path.parent for path in (payload / FOLDER).rglob(NAME)})


def _listed(payload: Path, here: set[str]) -> Iterator[Problem]:
    """The catalogue in XML against the files, the envelopes and the catalogue in Excel. What is
    listed is taken out of ``here``; whatever is left at the end is not.
    """
    items, files, count = rows(payload / EXCEL, ITEMS), rows(payload / EXCEL, FILES), 0
    beside: dict[str, list[File]] = defaultdict(list)
    for entry in _entries(payload / XML):
        if entry.tag == "文件目录":
            if entry.get("件数") != str(count):
                yield APART, XML, {"other": "件数", "name": count}
            continue
        number, mine = entry.findtext("档号", ""), _files(entry)
        if entry.tag == "条目":
            count += 1
            said = (str(count), *(entry.findtext(name, "") for name, _ in COLUMNS[1:]))
            if entry.get("顺序号") != said[0] or next(items, ()) != said:
                yield APART, EXCEL, {"other": XML, "name": number}
            facts = {name: entry.findtext(name, "") for name in _SHARED}
            yield from _enveloped(payload, entry.findtext("电子档案名称", ""), mine, facts)
        for file in mine:
            if next(files, ()) != (number, *file):
                yield APART, EXCEL, {"other": XML, "name": file[0]}
            if entry.tag != "条目":
                beside[file[0].rpartition("/")[0]].append(file)
            yield from _there(payload, file, here)
    for folder, mine in beside.items():
        if any(file[0] == f"{folder}/{NAME}" for file in mine):
            yield from _enveloped(payload, folder, mine, {})
    for left in (*items, *files):
        yield APART, EXCEL, {"other": XML, "name": left[1]}
    for name in sorted(here):
        yield UNLISTED, name, {"name": name}


def _entries(path: Path) -> Iterator[Element]:
    """Each entry of the catalogue, each file beside them, at last the catalogue itself, emptied:
    however long it is, one entry is held at a time.
    """
    with path.open("rb") as stream:
        if stream.read(len(_HEAD)) != _HEAD:  # no room for declarations either
            raise Malformed("文件目录")
        stream.seek(0)
        steps = ElementTree.iterparse(stream, ("start", "end"))
        _, root = next(steps)
        depth = 0
        for event, each in steps:
            depth += 1 if event == "start" else -1
            if event == "end" and depth <= 0:
                yield each
                del root[:]


def _files(entry: Element) -> list[File]:
    """The files of an entry, or the file that it is itself."""
    folder = entry.findtext("电子档案名称", "")
    listed = entry.iter("文件")
    return [
        (
            f"{folder}/{each.get('名称', '')}" if folder else each.get("名称", ""),
            each.get("用途", ""),
            each.get("字节数", ""),
            each.get("SHA256", ""),
        )
        for each in listed
    ]


def _there(payload: Path, file: File, here: set[str]) -> Iterator[Problem]:
    """A listed file against the one that is there."""
    name, _, size, digest = file
    if name not in here:
        yield ABSENT, XML, {"name": name}
        return
    here.remove(name)
    path = payload / name
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if (str(path.stat().st_size), found) != (size, digest):
        yield APART, name, {"other": XML, "name": name}


def _enveloped(
    payload: Path, folder: str, files: list[File], facts: Mapping[str, str]
) -> Iterator[Problem]:
    """An envelope against the files that the catalogue lists in its folder, and what it says of
    the item.
    """
    name = f"{folder}/{NAME}"
    try:
        root = parsed((payload / name).read_bytes())
    except OSError:
        return  # told as a file that is not there
    except Malformed as problem:
        yield APART, name, {"other": "XML", "name": problem}
        return
    said = {key: root.findtext(f"文件实体/{key}", "") for key in facts}
    mine = {(f"{folder}/{path}", *rest) for path, _, *rest in _files(root)}
    listed = {(path, *rest) for path, _, *rest in files if path != name}
    if root.tag != ROOT or said != facts or mine != listed:
        yield APART, name, {"other": XML, "name": facts.get("档号", folder)}
