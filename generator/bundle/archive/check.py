"""Checking a package as whoever receives it would: from the file alone, without the project.

First the container (every byte of it follows from what it holds), then the bag (BagIt), then our
own promises: both catalogues of files, the envelopes and the files say the same, and the year's
publish log is an unbroken chain. All that is wrong is told at once.
"""

from __future__ import annotations

import errno
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from generator.bundle.archive import bag
from generator.bundle.archive.box import Member, blocks, shells
from generator.bundle.archive.content import filed, problems
from generator.diagnostics import Diagnostic, Span, fault, in_order

CLOSED, SHELL, CHANGED = "A10", "A11", "A12"
_UNFIT = {errno.ENAMETOOLONG, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.EINVAL}


Found = tuple[list[Diagnostic], int]
"""What is wrong, and how many items are filed."""


def check(path: Path) -> Found:
    """What is wrong with a package, or with the folder it was unpacked to; nothing when nothing."""
    if path.is_dir():
        return _opened(path, path.name)
    with tempfile.TemporaryDirectory(prefix="dwgk-") as folder:
        try:
            return _closed(path, Path(folder))
        except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError):
            return [fault(CLOSED, Span(path.name))], 0
        except OSError as error:  # names that no folder can hold, or one inside another
            if error.errno not in _UNFIT:
                raise
            return [fault(CLOSED, Span(path.name))], 0


def _closed(path: Path, folder: Path) -> Found:
    """A package as one file; what is in it is unpacked to ``folder``."""
    faults = []
    with zipfile.ZipFile(path) as box:
        listed = box.infolist()
        tops = {each.filename.partition("/")[0] for each in listed}
        if len(tops) != 1 or not all(_plain(each) for each in listed):
            return [fault(CLOSED, Span(path.name))], 0
        offset = _first_difference(path, listed)
        if offset >= 0:
            faults.append(fault(SHELL, Span(path.name), offset=offset))
        names = {each.filename for each in listed}
        if len(names) < len(listed) or sum(each.file_size for each in listed) > _size(path):
            return faults, 0  # the same bytes listed again and again are not to be unpacked
        for each in listed:
            faults += _unpacked(box, each, folder)
    inside, items = _opened(folder / tops.pop(), path.name)
    return in_order([*faults, *inside]), items


def _plain(info: zipfile.ZipInfo) -> bool:
    """A stored file at a place below the folder it is unpacked to."""
    parts = PurePosixPath(info.filename).parts
    inside = "/".join(parts) == info.filename and not {"..", "/"} & set(parts) and len(parts) > 1
    whole = info.compress_type == zipfile.ZIP_STORED and info.file_size == info.compress_size
    named = "\\" not in info.filename and info.filename.isprintable()
    return inside and whole and named and info.header_offset >= 0


def _first_difference(path: Path, listed: list[zipfile.ZipInfo]) -> int:
    """Where the container first differs from one packed from the same files; -1: nowhere."""
    names = [each.filename for each in listed]
    if names != sorted(set(names)):
        return listed[0].header_offset
    files = (
        Member(each.filename, each.file_size, each.CRC, lambda: path.open("rb")) for each in listed
    )
    end = 0
    with path.open("rb") as stream:
        for offset, wanted, _ in shells(files):
            stream.seek(offset)
            found = stream.read(len(wanted))
            if found != wanted:
                pairs = zip(wanted, found, strict=False)
                same = next((n for n, (a, b) in enumerate(pairs) if a != b), len(found))
                return offset + same
            end = offset + len(wanted)
    return -1 if _size(path) == end else end


def _unpacked(box: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path) -> Iterator[Diagnostic]:
    target = folder / info.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with box.open(info) as stream, target.open("xb") as out:
            for block in blocks(stream):
                out.write(block)
    except zipfile.BadZipFile:
        yield fault(CHANGED, Span(info.filename))


def _opened(folder: Path, name: str) -> Found:
    """The contents, in their folder."""
    if not (folder / "bagit.txt").is_file() or not (folder / "data").is_dir():
        return [fault(CLOSED, Span(name))], 0
    faults = [
        fault(code, Span(f"{folder.name}/{path}"), problem=word)
        for code, path, word in bag.faults(folder)
    ]
    disagreements = [
        fault(code, Span(f"{folder.name}/data/{path}"), None, **values)
        for code, path, values in problems(folder / "data")
    ]
    return in_order([*faults, *disagreements]), filed(folder / "data")


def _size(path: Path) -> int:
    return path.stat().st_size
