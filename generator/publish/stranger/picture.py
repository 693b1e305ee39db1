"""Pictures: what stands beside the pixels (text chunks, EXIF, XMP, comments, thumbnails)."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import ExifTags, Image

from generator.publish.stranger.found import Inner, Opened, Sealed, Text, raw_texts, words

_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00")
SUFFIXES = words(".png .jpg .jpeg .gif .webp .tif .tiff .bmp .ico .avif")
_MOST_PIXELS = 200_000_000


def is_picture(data: bytes, suffix: str) -> bool:
    """Whether the bytes are those of a picture; the name decides where two letters would."""
    return (
        data.startswith(_MAGIC)
        or (data.startswith(b"BM") and suffix == ".bmp")
        or (data.startswith(b"RIFF") and data[8:12] == b"WEBP")
        or data[4:12] in (b"ftypavif", b"ftypavis")
    )


def open_picture(inner: Inner) -> Iterator[Opened | Inner]:
    """All texts a picture carries; a damaged one is sealed."""
    yield from raw_texts(inner)
    try:
        with Image.open(io.BytesIO(inner.data)) as image:
            if image.width * image.height > _MOST_PIXELS:
                yield Sealed(inner.where, "too many pixels")
                return
            image.load()  # text chunks may follow the pixels
            values = [*_infos(image), *_exif(image)]
    except Exception as error:  # Pillow's plugins fail in many ways: all mean "not opened"
        yield Sealed(inner.where, type(error).__name__)
        return
    for label, value in values:
        yield from _value(inner, label, value)


def _infos(image: Image.Image) -> Iterator[tuple[str, object]]:
    for key, value in [*image.info.items(), *getattr(image, "text", {}).items()]:
        if key not in ("exif", "icc_profile"):
            yield "metadata", key
            yield f"metadata {str(key)[:20]}" if str(key).isascii() else "metadata", value


def _exif(image: Image.Image) -> Iterator[tuple[str, object]]:
    exif = image.getexif()
    for ifd in (exif, *(exif.get_ifd(each) for each in ExifTags.IFD)):
        for tag, value in ifd.items():
            yield f"EXIF {tag}", value


def _value(inner: Inner, label: str, value: object) -> Iterator[Opened | Inner]:
    where = inner.place(label)
    if isinstance(value, bytes):
        yield from raw_texts(Inner("", value, where))
    elif isinstance(value, tuple | list):
        if value and all(isinstance(each, int) and 0 <= each < 256 for each in value):
            yield from raw_texts(Inner("", bytes(value), where))
        for each in value:
            if isinstance(each, str | bytes):
                yield from _value(inner, label, each)
    else:
        yield from _characters(str(value), where)


def _characters(text: str, where: str) -> Iterator[Text]:
    yield Text(text, where, raw=True)
    try:  # EXIF text is Latin-1 by the book and UTF-8 or GBK in life
        data = text.encode("latin-1")
    except UnicodeEncodeError:
        return
    yield from raw_texts(Inner("", data, where))
