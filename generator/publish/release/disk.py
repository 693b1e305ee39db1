"""Files of a release: found the same, linked, written through to the disk.

Sent to servers with ``agent``: the standard library only, Python 3.8 or later.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

FULL, CLOSED, BROKEN = "D10", "D11", "D12"

_REASONS = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), FULL),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), CLOSED),
}
_NO_LINK = {errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EXDEV}

FILE, PRIVATE, FOLDER = 0o644, 0o600, 0o755
"""Modes, whatever the umask. Who can read at all is said by the mode of the target itself, which
no deployment changes: whoever may not enter it reaches nothing in it.
"""


class Refused(Exception):
    """Why nothing was changed: a code, and the values its message names."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


def refusal(error: OSError) -> Refused:
    """What the machine refused, as people are told it."""
    reason = error.strerror or type(error).__name__
    name = Path(str(error.filename or "")).name
    return Refused(_REASONS.get(error.errno or 0, BROKEN), reason=reason, name=name)


def make_folders(work: Path, files: Iterable[str]) -> None:
    """A new folder ``work`` with ``site`` and every folder that ``files`` in it need."""
    shutil.rmtree(work, ignore_errors=True)
    folders = {work, work / "site"}
    for path in files:
        folders.update((work / "site" / path).parents)
    for folder in sorted(each for each in folders if each == work or work in each.parents):
        folder.mkdir()
        folder.chmod(FOLDER)


def digest(path: Path) -> str:
    """SHA-256 (hex) of an ordinary file; "" of anything else."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ""
        found = hashlib.sha256()
        for block in iter(lambda: stream.read(1 << 20), b""):
            found.update(block)
        return found.hexdigest()


def linked(source: Path, place: Path) -> bool:
    """Whether ``place`` is now the same file; not where the mode is wrong or links are refused."""
    if stat.S_IMODE(source.lstat().st_mode) != FILE:
        return False
    try:
        os.link(source, place, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        return False
    return True


def settle(work: Path, files: Iterable[Path]) -> None:
    """Everything below ``work`` is on disk when this returns; ``files`` are those written.

    One call writes all at once; what follows finds little to do, and tells of each file that
    could not be written.
    """
    descriptor = os.open(work, os.O_RDONLY)
    try:
        ctypes.CDLL(None).syncfs(descriptor)
    finally:
        os.close(descriptor)
    for path in files:
        sync(path)
    for folder, _, _ in os.walk(work):
        sync(Path(folder))


def sync(path: Path) -> None:
    """The content of a file, or the names in a folder, are on disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
