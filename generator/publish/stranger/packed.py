"""Packed files: gzip (Pagefind's too), bzip2, xz, zip with Office, tar, and base64 in scripts."""

from __future__ import annotations

import base64
import bz2
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

from generator.publish.stranger.found import (
    LARGEST,
    Inner,
    Opened,
    Sealed,
    Text,
    raw_texts,
    words,
)

MAGIC = (b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06", b"BZh", b"\xfd7zXZ\x00")
SUFFIXES = words(
    ".gz .tgz .bz2 .xz .zip .tar .docx .xlsx .pptx .docm .xlsm .pptm .dotx .odt .ods .odp"
    " .ofd .epub .jar .7z .rar .zst .br .pagefind .pf_fragment .pf_index .pf_meta .pf_filter"
)

_PAGEFIND = b"pagefind_dcd"
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{40,}={0,2}")
_OFFICE_TEXT = re.compile(rb"</(?:w:p|a:p|si|row|c|dc:\w+|cp:\w+|vt:lpwstr|text:p|\w+:comment)>")


class _TooMuch(Exception):
    """A container unpacks to more than ``LARGEST``."""


def open_packed(inner: Inner) -> Iterator[Opened | Inner]:
    """The files packed in ``inner``; a damaged, locked or monstrous one is sealed."""
    try:
        yield from _unpack(inner)
    except _TooMuch:
        yield Sealed(inner.where, "unpacks to too much")
    except Exception as error:  # a damaged container may fail in any way: all mean "not opened"
        yield from raw_texts(inner)
        yield Sealed(inner.where, type(error).__name__)


def _unpack(inner: Inner) -> Iterator[Opened | Inner]:
    data = inner.data
    if data.startswith(b"PK"):
        yield from _zip(inner)
    elif data[257:262] == b"ustar":
        yield from _tar(inner)
    elif data.startswith(b"BZh"):
        yield Inner(
            _without(inner.name), _bounded(bz2.BZ2Decompressor(), data), inner.place("bzip2")
        )
    elif data.startswith(b"\xfd7z"):
        yield Inner(
            _without(inner.name), _bounded(lzma.LZMADecompressor(), data), inner.place("xz")
        )
    else:
        yield from _gzip(inner)


def _without(name: str) -> str:
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.tar" if suffix == "tgz" else stem


def _bounded(engine: bz2.BZ2Decompressor | lzma.LZMADecompressor, data: bytes) -> bytes:
    plain = engine.decompress(data, LARGEST)
    if not engine.eof:
        raise _TooMuch if len(plain) >= LARGEST else EOFError
    return plain


def _gzip(inner: Inner) -> Iterator[Opened | Inner]:
    # The header may name the original file: it stands in the clear before the compressed part.
    yield Text(inner.data[:512].decode("utf-8", "ignore"), inner.place("gzip header"), raw=True)
    plain, rest = b"", inner.data
    while rest:  # a gzip file may hold several members
        engine = zlib.decompressobj(31)
        plain += engine.decompress(rest, LARGEST - len(plain))
        if not engine.eof:
            raise _TooMuch if len(plain) >= LARGEST else EOFError
        rest = engine.unused_data.lstrip(b"\x00")
    if plain.startswith(_PAGEFIND):
        body = plain[len(_PAGEFIND) :]
        name = "fragment.json" if body[:1] == b"{" else "index.wasm"
        yield Inner(name, body, inner.place("pagefind"))
    else:
        yield Inner(_without(inner.name), plain, inner.place("gzip"))


def _zip(inner: Inner) -> Iterator[Opened | Inner]:
    with zipfile.ZipFile(io.BytesIO(inner.data)) as box:
        if box.comment:
            yield from raw_texts(Inner("", box.comment, inner.place("zip comment")))
        if sum(member.file_size for member in box.infolist()) > LARGEST:
            raise _TooMuch
        for member in box.infolist():
            where = inner.place(member.filename)
            yield Text(member.filename, where, raw=True)
            if member.comment:
                yield from raw_texts(Inner("", member.comment, where))
            if not member.is_dir():
                yield from _member(box, member, where)


def _member(box: zipfile.ZipFile, member: zipfile.ZipInfo, where: str) -> Iterator[Opened | Inner]:
    data = box.read(member)
    if member.filename.endswith((".xml", ".rels")) and b"</" in data:
        # A paragraph or a cell ends here: without it the last word of one joins the next.
        data = _OFFICE_TEXT.sub(rb"\g<0>\n", data)
    yield Inner(member.filename, data, where)


def _tar(inner: Inner) -> Iterator[Opened | Inner]:
    with tarfile.open(fileobj=io.BytesIO(inner.data)) as box:
        for member in box:
            where = inner.place(member.name)
            yield Text(
                f"{member.name}\x00{member.linkname}\x00{member.pax_headers}", where, raw=True
            )
            if stream := box.extractfile(member):
                yield Inner(member.name, stream.read(), where)


def chunks(inner: Inner, text: str) -> Iterator[Opened | Inner]:
    """What stands in base64 in a script or a data address, deflated or not."""
    for number, match in enumerate(_BASE64.finditer(text)):
        run = match[0].replace("-", "+").replace("_", "/").rstrip("=")
        data = base64.b64decode(run + "=" * (-len(run) % 4)) if len(run) % 4 != 1 else b""
        if data:
            yield from _chunk(data, inner.place(f"base64 {number + 1}"))


def _chunk(data: bytes, where: str) -> Iterator[Opened | Inner]:
    for bits in (31, 15, -15):
        try:
            engine = zlib.decompressobj(bits)
            plain = engine.decompress(data, LARGEST)
        except zlib.error:
            continue
        if engine.eof and plain:
            yield Inner("chunk.txt" if _is_text(plain) else "chunk.wasm", plain, where)
            return
    if data.startswith((*MAGIC, b"%PDF-", b"\x89PNG", b"\xff\xd8\xff")):
        yield Inner("chunk", data, where)
    else:  # a long word that merely looks like base64, or a small text
        yield Text(data.decode("utf-8", "ignore"), where, raw=True)


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\x00" not in data
