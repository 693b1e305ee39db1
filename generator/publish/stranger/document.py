"""PDF files: page text, every string and readable stream, and embedded files."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    StreamObject,
    TextStringObject,
)

from generator.publish.stranger.found import Inner, Opened, Sealed, Text, raw_texts

MAGIC = (b"%PDF-",)
SUFFIXES = frozenset({".pdf"})
_PAINT = frozenset({"/Image", "/Type1C", "/CIDFontType0C", "/OpenType"})

logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def open_pdf(inner: Inner) -> Iterator[Opened | Inner]:
    """All texts of a PDF. One that is locked or damaged is sealed."""
    try:
        reader = PdfReader(io.BytesIO(inner.data))
        if reader.is_encrypted and not reader.decrypt(""):
            yield Sealed(inner.where, "locked by a password")
            return
        for number, page in enumerate(reader.pages, start=1):
            yield Text(page.extract_text(), inner.place(f"page {number}"))
        for number, generation in _objects(reader):
            found = IndirectObject(number, generation, reader).get_object()
            yield from _object(found, inner.place(f"object {number}"))
        yield from _strings(reader.trailer, inner.place("trailer"))
    except Exception as error:  # pypdf fails in many ways on damage: all mean "not opened"
        yield from raw_texts(inner)
        yield Sealed(inner.where, type(error).__name__)


def _objects(reader: PdfReader) -> list[tuple[int, int]]:
    plain = {(number, gen) for gen, table in reader.xref.items() for number in table}
    inside = {(number, 0) for number in reader.xref_objStm}
    return sorted((number, gen) for number, gen in plain | inside if number and gen < 65535)


def _object(found: object, where: str) -> Iterator[Opened | Inner]:
    yield from _strings(found, where)
    if (
        not isinstance(found, StreamObject)
        or found.get("/Subtype") in _PAINT
        or "/Length1" in found
    ):
        return
    data = found.get_data()
    if isinstance(data, str):
        data = data.encode("utf-8", "replace")
    if found.get("/Type") == "/EmbeddedFile":
        yield Inner("embedded", data, where)
    elif found.get("/Type") not in ("/XRef", "/ObjStm"):
        yield from raw_texts(Inner("", data, where))


def _strings(found: object, where: str) -> Iterator[Text]:
    if isinstance(found, TextStringObject):
        yield Text(str(found), where, raw=True)
    elif isinstance(found, ByteStringObject):
        yield from raw_texts(Inner("", bytes(found), where))
    elif isinstance(found, DictionaryObject):
        for key in found:
            yield Text(str(key), where, raw=True)
            yield from _strings(found.raw_get(key), where)
    elif isinstance(found, ArrayObject):
        for index in range(len(found)):
            yield from _strings(list.__getitem__(found, index), where)
    elif isinstance(found, str):  # a name
        yield Text(str(found), where, raw=True)
