"""Files that builds remember by: whole or not at all, for this user alone.

What lies at their place may be anything a person or a broken disk left there: a folder, a pipe that
never ends, a link to somebody's file. Nothing but a file of its own is read, and nothing is ever
written through what lies there.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import shutil
import stat
from pathlib import Path
from typing import Any

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_MARSHAL = 2
"""The newest version without references, which cost more time here than they save."""


def read_kept(path: Path) -> bytes:
    """The bytes of a file; OSError where there is none, or something else in its place."""
    with os.fdopen(os.open(path, _READ), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError(f"no file: {path.name}")
        return stream.read()


def write_kept(path: Path, data: bytes) -> None:
    """Write a file beside ``path`` and put it in place, whatever lies there; OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    remove(beside)
    with os.fdopen(os.open(beside, _NEW, 0o600), "wb") as stream:
        stream.write(data)
    if path.is_dir():
        remove(path)
    beside.replace(path)


def read_table(path: Path, key: str = "") -> dict[Any, Any]:
    """The table that was kept for ``key`` (for any when empty); OSError, or ValueError where it is
    not whole or another's.
    """
    data = read_kept(path)
    end = data.find(b"\n")
    digest, _, whose = data[: max(end, 0)].decode("ascii", "replace").partition(" ")
    body = memoryview(data)[end + 1 :]  # hundreds of megabytes are not copied
    if digest != hashlib.sha256(body).hexdigest() or key not in {"", whose}:
        raise ValueError(path.name)
    try:
        table = marshal.loads(body)
    except (EOFError, TypeError) as problem:
        raise ValueError(path.name) from problem
    if not isinstance(table, dict):
        raise ValueError(path.name)
    return table


def write_table(path: Path, key: str, table: dict[Any, Any]) -> None:
    """Keep a table of plain values for ``key``, after a line with its digest; OSError."""
    body = marshal.dumps(table, _MARSHAL)
    head = f"{hashlib.sha256(body).hexdigest()} {key}\n".encode("ascii")
    write_kept(path, head + body)


def remove(path: Path) -> None:
    """Remove what lies at a place: a folder with all in it, a link but not what it leads to."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
