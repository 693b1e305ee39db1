"""One file for a folder: a zip whose every byte follows from the names and contents in it.

Zip, because Explorer opens it on every Windows an archive office has, Chinese names included (bit
11, APPNOTE 4.4.4), where a tar needs a program. Stored, not deflated: what lies in it can be read
even from a damaged file, and no version of a compressor decides its bytes. Written in one pass
with the sizes known beforehand, so that there are no data descriptors, which some readers refuse
for stored files. The standard library's writer fixes neither, hence these few structures.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from struct import pack
from typing import IO

BLOCK = 1 << 20
"""Bytes read at once."""
_BIG, _MANY = 0xFFFFFFFF, 0xFFFF
_TIME = 0
_DAY = 1 << 5 | 1
"""1980-01-01, 0:00: the first moment a zip can name. What was when stands in the contents."""
_UTF8 = 0x800
_OWNER_ONLY = 0o100600 << 16
_UNIX = 3 << 8


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the zip: its path in it, its size in bytes, the CRC-32 of its bytes, and what
    opens it for reading.
    """

    name: str
    size: int
    crc: int
    source: Callable[[], IO[bytes]]


def members(folder: Path) -> Iterator[Member]:
    """The files of a folder, in the order of their names; the folder's own name comes first."""
    found = (each for each in folder.rglob("*") if each.is_file())
    for name in sorted(each.relative_to(folder.parent).as_posix() for each in found):
        path = folder.parent / name
        with path.open("rb") as stream:
            size, crc = measured(stream)
        yield Member(name, size, crc, _opener(path))


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def measured(stream: IO[bytes]) -> tuple[int, int]:
    """Size and CRC-32 of what is left of a stream."""
    size = crc = 0
    for block in blocks(stream):
        size, crc = size + len(block), zlib.crc32(block, crc)
    return size, crc


def blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """What is left of a stream, a piece at a time."""
    while block := stream.read(BLOCK):
        yield block


def packed(files: Iterable[Member]) -> Iterator[bytes]:
    """The bytes of the zip, a piece at a time."""
    for _, shell, each in shells(files):
        yield shell
        if each is not None:
            with each.source() as stream:
                yield from blocks(stream)


def shells(files: Iterable[Member]) -> Iterator[tuple[int, bytes, Member | None]]:
    """All bytes of the zip that are not contents, each piece with its place and the file whose
    contents follow it.
    """
    index: list[bytes] = []
    offset = 0
    for each in files:
        index.append(_entry(each, offset))
        head = _head(each)
        yield offset, head, each
        offset += len(head) + each.size
    start = offset
    for entry in index:
        yield offset, entry, None
        offset += len(entry)
    yield offset, _end(len(index), offset - start, start), None


def _common(each: Member, version: int, extra: bytes) -> bytes:
    """What the header of a file and its entry in the index share."""
    size = min(each.size, _BIG)
    name = each.name.encode("utf-8")
    numbers = (_UTF8, 0, _TIME, _DAY, each.crc, size, size, len(name), len(extra))
    return pack("<5H3L2H", version, *numbers)


def _head(each: Member) -> bytes:
    big = each.size >= _BIG
    extra = pack("<2H2Q", 1, 16, each.size, each.size) if big else b""
    fixed = b"PK\3\4" + _common(each, 45 if big else 20, extra)
    return fixed + each.name.encode("utf-8") + extra


def _entry(each: Member, offset: int) -> bytes:
    large = [each.size, each.size] if each.size >= _BIG else []
    large += [offset] if offset >= _BIG else []
    extra = pack(f"<2H{len(large)}Q", 1, 8 * len(large), *large) if large else b""
    version = 45 if large else 20
    fixed = b"PK\1\2" + pack("<H", _UNIX | version) + _common(each, version, extra)
    rest = pack("<3H2L", 0, 0, 0, _OWNER_ONLY, min(offset, _BIG))
    return fixed + rest + each.name.encode("utf-8") + extra


def _end(count: int, size: int, offset: int) -> bytes:
    """The end of the index; with more files or bytes than old zips can count, the new one too."""
    last = pack(
        "<4s4H2LH", b"PK\5\6", 0, 0, min(count, _MANY), min(count, _MANY),
        min(size, _BIG), min(offset, _BIG), 0,
    )  # fmt: skip
    if count < _MANY and size < _BIG and offset < _BIG:
        return last
    whole = pack("<4sQ2H2L4Q", b"PK\6\6", 44, _UNIX | 45, 45, 0, 0, count, count, size, offset)
    return whole + pack("<4sLQL", b"PK\6\7", 0, offset + size, 1) + last
