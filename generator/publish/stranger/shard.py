"""The search index's own files, opened without the code that wrote them.

A shard is a script of one call, ``dwgkData(name, length, letters)``. The letters stand for bits,
thirteen in two letters of base 91, and the bits for raw deflate. An item's text ("…/t/…") was
deflated with the segment's "words" as preset window; "c…" hold numbers, no text.
"""

from __future__ import annotations

import re
import zlib

import numpy as np

_SHARD = re.compile(rb'dwgkData\("([^"]*)",(\d+),"([!-~]*)"\)\s*')
_NUMBERS = re.compile(r".*/c\d+")
_ALPHABET = bytes(code for code in range(0x21, 0x7F) if code not in b'"\\<')
_DIGIT = bytes.maketrans(_ALPHABET, bytes(range(91)))


class Broken(Exception):
    """A shard that cannot be opened."""


def words_of(path: str) -> str | None:
    """The file whose text is the preset window of the shard at ``path``; None for others."""
    folder, _, rest = path.rpartition("/t/")
    return f"{folder}/words.js" if folder and rest else None


def open_shard(data: bytes, window: bytes = b"") -> bytes | None:
    """The text in a shard, b"" for one of numbers, None when it is no shard; raises Broken."""
    call = _SHARD.fullmatch(data)
    if call is None:
        return None
    if _NUMBERS.fullmatch(call[1].decode("ascii")):
        return b""
    engine = zlib.decompressobj(wbits=-zlib.MAX_WBITS, zdict=window)
    try:
        text = engine.decompress(_bytes(call[3].translate(_DIGIT)))
    except (zlib.error, ValueError) as error:
        raise Broken(str(error)) from None
    if not engine.eof or len(text) != int(call[2]):
        raise Broken("length")
    return text


def _bytes(digits: bytes) -> bytes:
    numbers = np.frombuffer(digits, np.uint8).reshape(-1, 2) @ np.array([91, 1], np.uint16)
    spread = numbers[:, np.newaxis] // (2 ** np.arange(13)) % 2
    return np.packbits(spread.reshape(-1).astype(bool), bitorder="little").tobytes()
