"""What the last build of a site left, and from what: one file per audience, outside the site.

It may be deleted at any time: the next build is then a clean one. Nothing is taken on its word:
the file begins with the digest of the rest, and each file of the site it speaks of must still be
the very file it was, or have the digest it had.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from operator import attrgetter
from pathlib import Path

from generator.model.identity import made_by
from generator.model.kept import read_table, write_table

NAME = "ledger"
_TIMES = ("st_mtime_ns", "st_ctime_ns")  # that of writing can be put back, that of change cannot
_FACTS: attrgetter[tuple[int, int, int, int, int]]
_FACTS = attrgetter("st_mode", "st_size", "st_ino", *_TIMES)
_MARK: attrgetter[tuple[int, int, int, int]]
_MARK = attrgetter("st_mode", "st_ino", *_TIMES)

Row = tuple[str, int, int, int, int, int]
"""A file of the site: SHA-256 in hex, then what the system says of it."""

Marks = dict[str, tuple[int, int, int, int]]
"""What the system says of folders, by path: a folder changes when anything comes or goes in it."""

Chapters = dict[str, dict[str, str]]
"""Fingerprints of pages by their addresses, in their order, by that of their chapter: by "" those
of pages that are asked one by one.
"""


@dataclass(slots=True)
class Ledger:
    """``base`` stands for all that every page depends on, ``key`` for all that the site does.

    ``texts`` maps items to digests of their rows in the index, ``papers`` items to the keys of
    their PDF files, ``beside`` endings to digests of what lies beside the site, ``files`` paths to
    rows. ``trees`` has the marks of all folders, for the site and its spare, each by the inode of
    its root.
    """

    key: str = ""
    base: str = ""
    made_by: str = ""
    chapters: Chapters = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    papers: dict[str, str] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)
    files: dict[str, Row] = field(default_factory=dict)
    trees: dict[str, Marks] = field(default_factory=dict)


def load(cache: Path | None, key: str = "") -> Ledger:
    """The ledger in ``cache``; an empty one where there is none that can be believed, or where it
    is another program's, or of another ``key`` than the one asked for.
    """
    if cache is None:
        return Ledger()
    try:
        found = Ledger(**read_table(cache / NAME, key))
        return found if found.made_by == made_by() else Ledger()
    except (OSError, ValueError, TypeError):
        return Ledger()


def save(ledger: Ledger, cache: Path) -> None:
    """Keep it, readable for this user alone; where nothing can be kept, the next build is a clean
    one.
    """
    table = {each.name: getattr(ledger, each.name) for each in fields(ledger)}
    with suppress(OSError):
        write_table(cache / NAME, ledger.key, table)


def seal(
    ledger: Ledger, last: Ledger, trees: Iterable[Path], come: Set[str], gone: Set[str]
) -> None:
    """Note what the system says of the folders of the site and its spare.

    Of a tree that ``last`` knows only those in which files came or went are looked at. What else
    happened to the others meanwhile is not taken note of, so that it is seen when the tree is
    looked at next.
    """
    touched = folders(come | gone)
    for tree in trees:
        with held(tree) as here:
            root = root_of(here)
            known = last.trees.get(root, {})
            inside = folders(ledger.files) if gone or not known else known.keys() | touched
            fresh = _marks(here, touched & inside if known else inside)
            ledger.trees[root] = {path: known[path] for path in known.keys() & inside} | fresh


def undisturbed(ledger: Ledger, tree: Path, inside: Set[str] | None = None) -> bool:
    """Whether nothing came or went in the site or in its spare since it was sealed, or at least
    not in the folders ``inside``.
    """
    try:
        with held(tree) as here:
            return sealed(ledger, here, inside)
    except OSError:
        return False


def sealed(ledger: Ledger, here: int, inside: Set[str] | None = None) -> bool:
    """The same of a tree that is held."""
    known = ledger.trees.get(root_of(here))
    if known is None or inside is None:
        return known is not None and _marks(here, known) == known
    return _marks(here, inside) == {path: known[path] for path in known.keys() & inside}


def hold(tree: Path) -> int:
    """What a tree is at hand by, wherever it is moved meanwhile, until that is closed; OSError."""
    return os.open(tree, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)


@contextmanager
def held(tree: Path) -> Iterator[int]:
    """The same for a while."""
    here = hold(tree)
    try:
        yield here
    finally:
        os.close(here)


def intact(ledger: Ledger, site: Path) -> dict[str, Row] | None:
    """The rows of a site's files as they are now; None where any was changed, added or taken away
    since it was sealed. They are other rows where files were only touched.
    """
    if not undisturbed(ledger, site):
        return None
    found = {}
    try:
        with held(site) as here:
            for path, row in ledger.files.items():
                now = look(path, row, here)
                if now is None:
                    return None
                found[path] = now
    except OSError:
        return None
    return found


def look(path: str, row: Row, here: int | None = None) -> Row | None:
    """The row of a file that is what it was, by the system's word or else by its bytes; OSError.
    The path is one in a tree that is held, or else one of its own.

    Time of change (ctime) included: an edit that puts the time of writing back does not pass.
    """
    found = os.lstat(path, dir_fd=here)
    now = row_of(row[0], found)
    if now == row:
        return row
    if not stat.S_ISREG(found.st_mode) or stat.S_IMODE(found.st_mode) != 0o644:
        return None
    with os.fdopen(os.open(path, os.O_RDONLY, dir_fd=here), "rb") as stream:
        return now if hashlib.file_digest(stream, "sha256").hexdigest() == row[0] else None


def row_of(digest: str, found: os.stat_result) -> Row:
    """With mode, size, inode, times of writing and of change in nanoseconds."""
    return (digest, *_FACTS(found))


def root_of(here: int) -> str:
    """What ``trees`` knows a tree by that is held."""
    return str(os.fstat(here).st_ino)


def _marks(here: int, folders: Iterable[str]) -> Marks:
    """What the system says of those folders of a tree that are there."""
    found = {}
    for path in folders:
        try:
            found[path] = _MARK(os.lstat(path or ".", dir_fd=here))
        except (FileNotFoundError, NotADirectoryError):
            continue
    return found


def folders(paths: Iterable[str]) -> set[str]:
    """The folders of files and those they lie in, the site's own ("") included."""
    found = {""}
    for each in {path.rpartition("/")[0] for path in paths}:
        above = each
        while above not in found:
            found.add(above)
            above = above.rpartition("/")[0]
    return found
