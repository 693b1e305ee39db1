"""What the last build of a site left, and from what: one file per audience, outside the site.

It may be deleted at any time: the next build is then a clean one. Nothing is taken on its word:
the file begins with the digest of the rest, and each file of the site it speaks of must still be
the very file it was, or have the digest it had.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path

NAME = "ledger.json"
Row = list[str | int]
"""A file of the site: SHA-256 in hex, then what the system says of it."""


@dataclass(slots=True)
class Ledger:
    """``base`` stands for all that every page depends on, ``key`` for all that the site does.

    ``pages`` maps addresses to fingerprints, ``texts`` items to digests of their blocks,
    ``papers`` items to the keys of their PDF files, ``beside`` endings to digests of what lies
    beside the site, ``files`` paths to rows. ``trees`` has what the system says of all folders, as
    a digest, for the site and its spare, each by the inode of its root: a folder changes when
    anything comes or goes in it.
    """

    key: str = ""
    base: str = ""
    made_by: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    papers: dict[str, str] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)
    files: dict[str, Row] = field(default_factory=dict)
    trees: dict[str, str] = field(default_factory=dict)


def load(cache: Path | None, key: str = "") -> Ledger:
    """The ledger in ``cache``; an empty one where there is none that can be believed, or where it
    is of another ``key`` than the one asked for.
    """
    if cache is None:
        return Ledger()
    try:
        with (cache / NAME).open("rb") as stream:
            head = stream.readline().decode("ascii").split()
            if key and head[1:] != [key]:
                return Ledger()
            body = stream.read()
        if head[:1] != [hashlib.sha256(body).hexdigest()]:
            return Ledger()
        return Ledger(**json.loads(body))
    except (OSError, ValueError, TypeError):
        return Ledger()


def save(ledger: Ledger, cache: Path) -> None:
    """Write it beside and put it in place, readable for this user alone."""
    table = {each.name: getattr(ledger, each.name) for each in fields(ledger)}
    body = json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    beside = cache / f"{NAME}.new"
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(f"{hashlib.sha256(body).hexdigest()} {ledger.key}\n".encode("ascii") + body)
    beside.replace(cache / NAME)


def seal(ledger: Ledger, site: Path, spare: Path) -> None:
    """Note what the system says of each file and folder, now that the site lies in its place and
    its spare, if it has one, beside.
    """
    root = str(site)
    for path, row in ledger.files.items():
        row[1:] = facts(os.lstat(f"{root}/{path}"))
    inside = folders(ledger)
    trees = [each for each in (site, spare) if each.is_dir()]
    ledger.trees = {root_of(each): marks(each, inside) for each in trees}


def undisturbed(ledger: Ledger, tree: Path) -> bool:
    """Whether nothing came or went in the site or in its spare since it was sealed."""
    try:
        return ledger.trees[root_of(tree)] == marks(tree, folders(ledger))
    except (OSError, KeyError):
        return False


def intact(ledger: Ledger, site: Path) -> bool:
    """Whether nothing of the site was changed, added or taken away since it was sealed."""
    root = str(site)
    try:
        return undisturbed(ledger, site) and all(
            same(f"{root}/{path}", row) for path, row in ledger.files.items()
        )
    except OSError:
        return False


def same(path: str, row: Row) -> bool:
    """Whether a file is what its row says: by the system's word, or else by its bytes.

    Time of change (ctime) included: an edit that puts the time of writing back does not pass.
    """
    found = os.lstat(path)
    if facts(found) == row[1:]:
        return True
    if not stat.S_ISREG(found.st_mode) or stat.S_IMODE(found.st_mode) != 0o644:
        return False
    with open(path, "rb") as stream:  # noqa: PTH123 - a path as text, tens of thousands of times
        return hashlib.file_digest(stream, "sha256").hexdigest() == row[0]


def facts(found: os.stat_result) -> Row:
    """Mode, size, inode, times of writing and of change in nanoseconds."""
    times = (found.st_mtime_ns, found.st_ctime_ns)
    return [found.st_mode, found.st_size, found.st_ino, *times]


def root_of(tree: Path) -> str:
    """What ``trees`` knows a tree by."""
    return str(os.lstat(tree).st_ino)


def marks(tree: Path, inside: Iterable[str]) -> str:
    """What the system says of the folders of a tree, as a digest; OSError."""
    root, digest = str(tree), hashlib.sha256()
    for path in inside:
        found = os.lstat(f"{root}/{path}")
        mark = f"{found.st_mode} {found.st_ino} {found.st_mtime_ns} {path}\n"
        digest.update(mark.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def folders(ledger: Ledger) -> list[str]:
    """The folders of the files and those they lie in, the site's own ("") included, in order."""
    found = {""}
    for each in {path.rpartition("/")[0] for path in ledger.files}:
        above = each
        while above not in found:
            found.add(above)
            above = above.rpartition("/")[0]
    return sorted(found)
