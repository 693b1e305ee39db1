"""Many small pieces in few files: a file of its own for each would cost more to make and to remove
than what is in it.

A pack is a folder, private to one audience's build. Each process that puts pieces appends them to
a file of its own; whoever looks for one finds it as soon as all of it is there.
"""

from __future__ import annotations

import os
from hashlib import sha256
from io import FileIO
from pathlib import Path
from struct import Struct

_HEAD = Struct(">HI32s")
"""Bytes of the key, bytes of the piece, SHA-256 of both; key and piece follow."""


class Pack:
    """Pieces by their keys. A piece that was cut off or altered is not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own: tuple[int, FileIO] | None = None
        self._files: dict[str, tuple[FileIO, int]] = {}
        self._places: dict[bytes, tuple[FileIO, int]] = {}

    def __reduce__(self) -> tuple[type[Pack], tuple[Path]]:
        """Open files stay in their process."""
        return Pack, (self._folder,)

    def put(self, key: str, data: bytes) -> None:
        """Append a piece."""
        name = key.encode("utf-8")
        piece = name + data
        left = _HEAD.pack(len(name), len(data), sha256(piece).digest()) + piece
        file = self._file()
        while left:
            left = left[file.write(left) :]

    def get(self, key: str) -> bytes | None:
        """A piece that anybody has put; None where there is none."""
        name = key.encode("utf-8")
        if name not in self._places:
            self._look()
        if name not in self._places:
            return None
        file, at = self._places[name]
        _, size, digest = _HEAD.unpack(os.pread(file.fileno(), _HEAD.size, at))
        piece = os.pread(file.fileno(), len(name) + size, at + _HEAD.size)
        return piece[len(name) :] if sha256(piece).digest() == digest else None

    def _file(self) -> FileIO:
        """The file of this process, which a helper forked from it must not write to."""
        process = os.getpid()
        if self._own is None or self._own[0] != process:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            place = f"{self._folder}/{process}"
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
            self._own = process, FileIO(os.open(place, flags, 0o600), "ab")
        return self._own[1]

    def _look(self) -> None:
        """Take note of what came since the last look."""
        names = os.listdir(self._folder) if self._folder.is_dir() else ()  # noqa: PTH208
        for name in names:
            file, at = self._files.get(name) or (FileIO(f"{self._folder}/{name}"), 0)
            end = os.fstat(file.fileno()).st_size
            while at + _HEAD.size <= end:
                length, size, _ = _HEAD.unpack(os.pread(file.fileno(), _HEAD.size, at))
                after = at + _HEAD.size + length + size
                if after > end:
                    break
                self._places[os.pread(file.fileno(), length, at + _HEAD.size)] = file, at
                at = after
            self._files[name] = file, at
