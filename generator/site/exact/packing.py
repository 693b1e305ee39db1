"""Numbers to bytes and bytes to script files, the same everywhere: LEB128, deflate, base 91.

A data file is a script that calls one function with its name, its length and its contents. It
loads over https and from a folder alike, needs no fetch, and the page's policy stays
``script-src 'self'``. Base 91 (13 bits in two characters) costs 23 %, base64 would cost 33 %.
"""

from __future__ import annotations

import re
import zlib

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint32]

LETTERS = "".join(chr(code) for code in range(33, 127) if chr(code) not in '"\\<')
"""The 91 characters of the encoding: printable, and free in a script's string."""

TEXT = zlib.Z_DEFAULT_STRATEGY
NUMBERS = zlib.Z_FILTERED
"""Short repetitions of numbers are chance: 3 % are saved by not coding them as such."""

_TO_LETTER = np.frombuffer(LETTERS.encode("ascii"), np.uint8)
_FROM_LETTER = np.zeros(128, np.uint32)
_FROM_LETTER[_TO_LETTER] = np.arange(91)
_TO_LETTERS = np.ascontiguousarray(
    _TO_LETTER[np.stack(divmod(np.arange(1 << 13), 91), axis=1)]
).view(np.uint16)[:, 0]
_WIDE = np.dtype("<u8")
_LOW = np.arange(0, 64, 13, dtype=np.uint64)
_HIGH = np.arange(1, 40, 13, dtype=np.uint64)
"""Where the eight groups of thirteen bits lie in eight bytes and the five after them."""
_SHIFTS = np.array([_LOW[:4], _LOW[:4] + np.uint64(12)])
"""The same for four groups in the first eight of thirteen bytes and four in the last eight."""
_CALL = re.compile(rb'^dwgkData\("([^"]*)",(\d+),"([^"]*)"\)\n$')


def varints(numbers: Numbers) -> bytes:
    """LEB128, seven bits a byte, low first."""
    lengths = _widths(numbers)
    if lengths is None:
        return numbers.astype(np.uint8).tobytes()
    starts = np.cumsum(lengths) - lengths
    out = np.empty(int(starts[-1] + lengths[-1]), np.uint8)
    out[starts] = numbers & 0x7F | (lengths > 1) << 7
    left, place = numbers, 1
    while (longer := np.flatnonzero(lengths > place)).size:
        lengths, starts, left = lengths[longer], starts[longer], left[longer] >> np.uint32(7)
        out[starts + place] = left & 0x7F | (lengths > place + 1) << 7
        place += 1
    return out.tobytes()


def _widths(numbers: Numbers) -> NDArray[np.int64] | None:
    """How many bytes each number takes; None where each takes one."""
    most = int(numbers.max(initial=0))
    if most < 1 << 7:
        return None
    found = np.ones(numbers.shape, np.int64)
    for bits in range(7, most.bit_length(), 7):
        found += numbers >= (1 << bits)
    return found


def from_varints(data: bytes) -> Numbers:
    """The numbers of ``varints``."""
    raw = np.frombuffer(data, np.uint8)
    last = np.flatnonzero(raw < 0x80)
    starts = np.concatenate(([0], last[:-1] + 1)) if last.size else last
    found = (raw[starts] & 0x7F).astype(np.uint32)
    longer, place = np.flatnonzero(last > starts), 1
    while longer.size:
        at = starts[longer] + place
        found[longer] |= (raw[at] & 0x7F).astype(np.uint32) << np.uint32(7 * place)
        longer, place = longer[last[longer] > at], place + 1
    return found


def pack(name: str, data: bytes, dictionary: bytes = b"", noise: bytes = b"") -> bytes:
    """A data file: ``dwgkData("name",length of the data,"the deflated data")``."""
    letters = squeeze(data, dictionary, noise).decode("ascii")
    return f'dwgkData("{name}",{len(data) + len(noise)},"{letters}")\n'.encode("ascii")


def squeeze(
    data: bytes, dictionary: bytes = b"", noise: bytes = b"", strategy: int = TEXT
) -> bytes:
    """Data deflated (RFC 1951, raw), as letters. ``strategy`` says what it is like.

    ``dictionary`` is text that the data resembles, known to the reader before: a preset window.
    ``noise`` follows the data and is stored as it is, for bytes that no coding makes shorter.
    """
    squeezer = zlib.compressobj(8, zlib.DEFLATED, -15, 9, strategy, dictionary)
    squeezed = squeezer.compress(data)
    squeezed += squeezer.flush(zlib.Z_SYNC_FLUSH) + _stored(noise) if noise else squeezer.flush()
    return to_letters(squeezed)


def _stored(data: bytes) -> bytes:
    """Deflate's uncompressed blocks, the last one marked as the end."""
    found = b""
    for begin in range(0, len(data), 0xFFFF):
        part = data[begin : begin + 0xFFFF]
        last = begin + len(part) == len(data)
        size = len(part).to_bytes(2, "little")
        found += bytes([last]) + size + bytes(byte ^ 0xFF for byte in size) + part
    return found


def unpack(file: bytes, name: str, dictionary: bytes = b"") -> bytes:
    """The data of the file that is called so; ValueError when it is not whole or not ours."""
    match = _CALL.match(file)
    if match is None or match[1].decode("ascii") != name:
        raise ValueError(name)
    return expand(match[3], int(match[2]), dictionary)


def expand(letters: bytes, size: int, dictionary: bytes = b"") -> bytes:
    """The data of ``squeeze``, of a length known before; ValueError when it is not that."""
    try:
        engine = zlib.decompressobj(-15, dictionary)
        data = engine.decompress(from_letters(letters))
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if len(data) != size or not engine.eof:
        raise ValueError("not as long as it says")
    return data


def to_letters(data: bytes) -> bytes:
    """Bits, low first, thirteen at a time as two letters; the last ones filled up with zeros."""
    rows = -(-len(data) // 13)
    filled = data + bytes(13 * rows - len(data))
    ends = np.ndarray((rows, 2, 1), _WIDE, filled, strides=(13, 5, 0))  # bytes 0 to 7, 5 to 12
    groups = ends >> _SHIFTS
    groups &= np.uint64(0x1FFF)
    letters: bytes = _TO_LETTERS.take(groups.view(np.int64), mode="clip").tobytes()
    return letters[: 2 * -(-8 * len(data) // 13)]


def from_letters(text: bytes) -> bytes:
    """The bytes of ``to_letters``, with zero bytes after them; ValueError where it is odd."""
    digits = _FROM_LETTER[np.frombuffer(text, np.uint8)].reshape(-1, 2)
    groups = np.zeros((-(-len(digits) // 8), 8), np.uint64)
    groups.reshape(-1)[: len(digits)] = digits[:, 0] * 91 + digits[:, 1]
    wide = np.empty((len(groups), 2), _WIDE)
    wide[:, 0] = np.bitwise_or.reduce(groups[:, :5] << _LOW, axis=1)
    wide[:, 1] = np.bitwise_or.reduce(groups[:, 5:] << _HIGH, axis=1) | groups[:, 4] >> np.uint64(
        12
    )
    return wide.view(np.uint8)[:, :13].tobytes()
