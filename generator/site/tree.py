"""A new site's files: new bytes, or the very file of the last site where it would be the same.

A kept file is a hard link, never a copy; a file that both sites share is never written to, for
every write makes a new one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from generator.site.ledger import Row, same

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


class Tree:
    """The folder ``out`` being filled; ``rows`` maps what is in it to SHA-256 digests (hex)."""

    def __init__(self, out: Path, last: Path | None, files: Mapping[str, Row]) -> None:
        self.out = out
        self.rows: dict[str, str] = {}
        self._root = str(out)
        self._last = str(last)
        self._files = files
        self._made: set[str] = set()

    def keep(self, path: str) -> bool:
        """Take over a file of the last site; False where it is not there or not what it was."""
        if path not in self.rows and self.intact(path):
            with suppress(OSError):  # a file system without links: it is made anew
                os.link(f"{self._last}/{path}", self._place(path))
                self.rows[path] = str(self._files[path][0])
        return path in self.rows

    def intact(self, path: str) -> bool:
        """Whether the last site has a file there that is what it was."""
        row = self._files.get(path)
        try:
            return row is not None and same(f"{self._last}/{path}", row)
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
        with suppress(FileNotFoundError):
            os.unlink(target)  # noqa: PTH108 - a path as text, as everywhere here
        with os.fdopen(os.open(target, _NEW, 0o644), "wb") as stream:
            stream.write(data)
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

    def found(self, folder: str = "", skip: Sequence[str] = ()) -> None:
        """Note all files that others wrote into a folder, by their bytes; not below ``skip``."""
        for place, folders, names in os.walk(f"{self._root}/{folder}".rstrip("/")):
            inside = place.removeprefix(self._root).lstrip("/")
            if not inside:
                folders[:] = [name for name in folders if name not in skip]
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
