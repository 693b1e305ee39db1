"""Opening every kind of file a site may hold, into the texts a curious reader could get out.

Nothing here raises for a file it cannot open: it says so, as a ``Sealed``, and the caller makes
a finding of it. A file nobody can look into may hold anything.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from generator.publish.stranger import document, packed, picture
from generator.publish.stranger.found import (
    DEEPEST,
    Blob,
    Inner,
    Opened,
    Sealed,
    Text,
    raw_texts,
    words,
)
from generator.publish.stranger.markup import decoded, stripped
from generator.publish.stranger.plain import BREAK

_MARKUP = words(".html .htm .xhtml .xml .svg .rss .atom .rdf .opf .rels .vml")
_CHUNKED = words(".js .mjs .json .map .css .svg")
_OPAQUE = words(
    ".woff .woff2 .ttf .otf .eot .wasm .mp3 .mp4 .m4a .webm .ogg .wav .doc .xls .ppt .wps .et"
)
_PAGEFIND = b"pagefind_dcd"


def open_file(name: str, data: bytes) -> Iterator[Opened]:
    """Everything readable in the file ``name``: texts, digests of what it contains, and seals.

    The file's own digest comes first. ``where`` of each find says how deep it lay.
    """
    return _open(Inner(name, data, ""), DEEPEST)


def _open(inner: Inner, depth: int) -> Iterator[Opened]:
    yield Blob(hashlib.sha256(inner.data).hexdigest(), inner.where)
    if inner.where:
        yield Text(PurePosixPath(inner.name).name, inner.where, raw=True)
    if depth == 0:
        yield Sealed(inner.where, "nested too deep")
        return
    for each in _reader(inner)(inner):
        if isinstance(each, Inner):
            yield from _open(each, depth - 1)
        else:
            yield each


def _reader(inner: Inner) -> Callable[[Inner], Iterator[Opened | Inner]]:
    suffix = PurePosixPath(inner.name).suffix.lower()
    if reader := _by_magic(inner.data, suffix):
        return reader
    if suffix in packed.SUFFIXES or suffix in document.SUFFIXES or suffix in picture.SUFFIXES:
        return _mislabelled
    if inner.data.startswith(_PAGEFIND) or suffix in _OPAQUE:
        return _opaque
    return _text


def _by_magic(data: bytes, suffix: str) -> Callable[[Inner], Iterator[Opened | Inner]] | None:
    if data.startswith(packed.MAGIC) or data[257:262] == b"ustar":
        return packed.open_packed
    if data.startswith(document.MAGIC):
        return document.open_pdf
    return picture.open_picture if picture.is_picture(data, suffix) else None


def _mislabelled(inner: Inner) -> Iterator[Opened]:
    yield from raw_texts(inner)
    yield Sealed(inner.where, "not what its name says")


def _opaque(inner: Inner) -> Iterator[Opened]:
    yield from raw_texts(inner)


def _text(inner: Inner) -> Iterator[Opened | Inner]:
    suffix = PurePosixPath(inner.name).suffix.lower()
    text = _characters(inner.data)
    if text is None:
        yield from raw_texts(inner)
        yield Sealed(inner.where, "neither text nor a known kind of file")
        return
    yield from _views(text, inner.where, suffix)
    if suffix == ".json" and not _is_json(text):
        yield Sealed(inner.where, "broken JSON")
    if suffix in _CHUNKED or "base64," in text:
        yield from packed.chunks(inner, text)


def _views(text: str, where: str, suffix: str) -> Iterator[Text]:
    shown = decoded(text)
    if suffix in _MARKUP:
        yield Text(stripped(text), where)
    elif suffix in (".csv", ".tsv"):
        yield Text(_cells(text, "\t" if suffix == ".tsv" else ","), where)
    yield Text(shown, where, raw=suffix in _MARKUP)
    if "<" in shown and not (suffix in _MARKUP and shown.count("<") == text.count("<")):
        yield Text(stripped(shown), where, raw=True)


def _cells(text: str, comma: str) -> str:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=comma))
    except csv.Error:
        return text
    return BREAK + BREAK.join(cell for row in rows for cell in row) + BREAK


def _is_json(text: str) -> bool:
    try:
        json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return False
    return True


def _characters(data: bytes) -> str | None:
    """The text of ``data``, or None when no encoding in use here makes text of it."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None
