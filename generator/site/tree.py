"""A new site's files: new bytes, or the very file of the last site where it would be the same.

A kept file is a hard link, never a copy; a file that both sites share is never written to, for
every write makes a new one. Where a spare of the last site is at hand (the same files, linked in
folders of its own), it is filled in its stead, and only what changes is touched.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Mapping
from itertools import accumulate
from pathlib import Path

from generator.site.exact.write import write_new
from generator.site.ledger import Row, look
from generator.site.spare import clear

_NONE: Mapping[str, Row] = {}


class Tree:
    """The folder ``out`` being filled; ``rows`` maps what is in it to SHA-256 digests (hex).

    ``spare`` tells that all of the last site's ``files`` are in it already, by links; ``other``
    has the rows of those that are not found as they were, None for what they are not any more; it
    is None where nobody has looked.
    """

    def __init__(
        self,
        out: Path,
        last: Path | None = None,
        files: Mapping[str, Row] = _NONE,
        other: Mapping[str, Row | None] | None = None,
        *,
        spare: bool = False,
    ) -> None:
        self.out = out
        self.rows: dict[str, str] = {}
        self.spare = spare
        self._root = str(out)
        self._last = str(last)
        self._files = files
        self._looked = other is not None
        self._found = dict(other or {})
        self._fresh: set[str] = set()
        self._made: set[str] = set()

    def keep(self, path: str) -> bool:
        """Take over a file of the last site; False where it is not there or not what it was."""
        if path in self.rows:
            return True
        row = self._row(path)
        if row is None:
            return False
        if not self.spare:
            try:
                os.link(f"{self._last}/{path}", self._place(path))
            except OSError:  # a file system without links: it is made anew
                return False
        if not self.spare or row is not self._files[path]:
            self._fresh.add(path)
        self.rows[path] = row[0]
        return True

    def keep_all(self, paths: Collection[str]) -> list[str]:
        """Take over several; those that cannot be."""
        if not (self.spare and self.intact(paths) and self._found.keys().isdisjoint(paths)):
            return [path for path in paths if not self.keep(path)]
        self.rows.update({path: self._files[path][0] for path in paths})
        return []

    def intact(self, paths: Collection[str]) -> bool:
        """Whether there are files to take over that are what they were: each looked at once."""
        if self._looked and self._found.keys().isdisjoint(paths):
            return all(map(self._files.__contains__, paths))
        return all(map(self._row, paths))

    def _row(self, path: str) -> Row | None:
        """The row of a file of the last site as it is now; None where it is not what it was."""
        if path not in self._found:
            if self._looked:
                return self._files.get(path)
            self._found[path] = self._look(self._root if self.spare else self._last, path)
        return self._found[path]

    def _look(self, root: str, path: str) -> Row | None:
        row = self._files.get(path)
        try:
            return None if row is None else look(f"{root}/{path}", row)
        except OSError:
            return None

    def last(self, path: str) -> bytes:
        """A file of the last site; ValueError or OSError where it is not what it was."""
        if not self._look(self._last, path):
            raise ValueError(path)
        return Path(f"{self._last}/{path}").read_bytes()

    def fresh(self) -> set[str]:
        """The files that do not lie in the spare as they lay there, to the system's word: of others
        nothing need be noted or looked at again. A file altered since is not what its row says.
        """
        return set(self._fresh)

    def written(self, rows: Mapping[str, str]) -> None:
        """Note files that another tree wrote here, if only with the bytes that were there before:
        they are other files to the system.
        """
        self.rows.update(rows)
        self._fresh.update(rows)

    def put(self, path: str, data: bytes) -> None:
        """Write a file, or keep the last one where it has the same bytes."""
        digest = hashlib.sha256(data).hexdigest()
        if self._is(path, digest):
            return
        try:
            write_new(self._place(path), data)
        except FileExistsError:
            write_new(self._room(path), data)
        self._note(path, digest)

    def copy(self, path: str, source: Path, digest: str) -> None:
        """Copy a file whose digest is known, or keep the last one."""
        if not self._is(path, digest):
            shutil.copyfile(source, self._room(path))
            self._note(path, digest)

    def has(self, path: str, digest: str) -> bool:
        """Whether the last site's file at ``path`` had these bytes."""
        row = self._files.get(path)
        return row is not None and row[0] == digest

    def prune(self) -> None:
        """Take out of the spare what the last site had and this one has not."""
        if self.spare:
            clear(self.out, self._files.keys() - self.rows.keys())

    def found(self) -> None:
        """Note all files that others wrote, by their bytes."""
        for place, _, names in os.walk(self._root):
            inside = place.removeprefix(self._root).lstrip("/")
            for name in names:
                path = f"{inside}/{name}" if inside else name
                if path not in self.rows:
                    with open(f"{place}/{name}", "rb") as stream:  # noqa: PTH123
                        self._note(path, hashlib.file_digest(stream, "sha256").hexdigest())

    def _note(self, path: str, digest: str) -> None:
        self.rows[path] = digest
        self._fresh.add(path)

    def _is(self, path: str, digest: str) -> bool:
        if self.rows.get(path) == digest:
            return True
        return self.has(path, digest) and path not in self.rows and self.keep(path)

    def _room(self, path: str) -> str:
        """The place for a new file, with nothing of the last site there, be it a folder."""
        target = self._place(path)
        try:
            os.unlink(target)  # noqa: PTH108 - a path as text, as everywhere here
        except FileNotFoundError:
            pass
        except IsADirectoryError:
            shutil.rmtree(target)
        return target

    def _place(self, path: str) -> str:
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            try:
                os.makedirs(f"{self._root}/{folder}", exist_ok=True)  # noqa: PTH103
            except (FileExistsError, NotADirectoryError):  # the last site had a file on the way
                self._clear(folder)
            self._made.add(folder)
        return f"{self._root}/{path}"

    def _clear(self, folder: str) -> None:
        """Make a folder where a file of the last site stands for it or for one above."""
        for above in accumulate(folder.split("/"), lambda one, other: f"{one}/{other}"):
            if os.path.isfile(f"{self._root}/{above}"):  # noqa: PTH113
                Path(f"{self._root}/{above}").unlink(missing_ok=True)  # a helper may be first
        os.makedirs(f"{self._root}/{folder}", exist_ok=True)  # noqa: PTH103
