"""A new site's files: new bytes, or the very file of the last site where it would be the same.

A kept file is a hard link, never a copy; a file that both sites share is never written to, for
every write makes a new one. Where a spare of the last site is at hand (the same files, linked in
folders of its own), it is filled in its stead, and only what changes is touched.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from generator.site.exact.write import write_new
from generator.site.ledger import Row, same
from generator.site.spare import clear


class Tree:
    """The folder ``out`` being filled; ``rows`` maps what is in it to SHA-256 digests (hex).

    ``spare`` tells that all of the last site's ``files`` are in it already, by links.
    """

    def __init__(
        self, out: Path, last: Path | None, files: Mapping[str, Row], *, spare: bool = False
    ) -> None:
        self.out = out
        self.rows: dict[str, str] = {}
        self.spare = spare
        self._root = str(out)
        self._last = str(last)
        self._files = files
        self._made: set[str] = set()

    def keep(self, path: str) -> bool:
        """Take over a file of the last site; False where it is not there or not what it was."""
        if path not in self.rows and self._intact(self._root if self.spare else self._last, path):
            with suppress(OSError):  # a file system without links: it is made anew
                if not self.spare:
                    os.link(f"{self._last}/{path}", self._place(path))
                self.rows[path] = str(self._files[path][0])
        return path in self.rows

    def intact(self, path: str) -> bool:
        """Whether the last site has a file there that is what it was."""
        return self._intact(self._last, path)

    def _intact(self, root: str, path: str) -> bool:
        row = self._files.get(path)
        try:
            return row is not None and same(f"{root}/{path}", row)
        except OSError:
            return False

    def last(self, path: str) -> bytes:
        """A file of the last site; ValueError or OSError where it is not what it was."""
        if not self.intact(path):
            raise ValueError(path)
        return Path(f"{self._last}/{path}").read_bytes()

    def put(self, path: str, data: bytes) -> None:
        """Write a file, or keep the last one where it has the same bytes."""
        digest = hashlib.sha256(data).hexdigest()
        if self._is(path, digest):
            return
        target = self._place(path)
        try:
            write_new(target, data)
        except FileExistsError:
            os.unlink(target)  # noqa: PTH108 - a path as text, as everywhere here
            write_new(target, data)
        self.rows[path] = digest

    def copy(self, path: str, source: Path, digest: str) -> None:
        """Copy a file whose digest is known, or keep the last one."""
        if not self._is(path, digest):
            target = self._place(path)
            Path(target).unlink(missing_ok=True)
            shutil.copyfile(source, target)
            self.rows[path] = digest

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
                        self.rows[path] = hashlib.file_digest(stream, "sha256").hexdigest()

    def _is(self, path: str, digest: str) -> bool:
        if self.rows.get(path) == digest:
            return True
        return self.has(path, digest) and path not in self.rows and self.keep(path)

    def _place(self, path: str) -> str:
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            os.makedirs(f"{self._root}/{folder}", exist_ok=True)  # noqa: PTH103
            self._made.add(folder)
        return f"{self._root}/{path}"
