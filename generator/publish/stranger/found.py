"""What opening a file yields: texts, digests of contained files, inner files, and seals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

DEEPEST = 6
"""Containers within containers that are opened; beyond, a file counts as sealed."""

LARGEST = 256 * 1024 * 1024
"""Bytes one container may unpack to; beyond, it counts as sealed."""

_ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")


@dataclass(frozen=True, slots=True)
class Text:
    """A text found ``where`` in a file; ``raw`` when no author wrote it to be read so."""

    text: str
    where: str
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Blob:
    """SHA-256 (hex) of the file itself or of a file within it."""

    digest: str
    where: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """Something that could not be looked into, and why (English words, no content)."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Inner:
    """A file, or a file within a file, still to be opened."""

    name: str
    data: bytes
    where: str

    def place(self, label: str) -> str:
        """``where`` of something inside."""
        return f"{self.where} > {label}" if self.where else label


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


Opened = Text | Blob | Sealed


def raw_texts(inner: Inner) -> Iterator[Text]:
    """Bytes read as text in each encoding an office program uses, at both alignments."""
    for encoding in _ENCODINGS:
        for start in (0, 1) if encoding.startswith("utf-16") else (0,):
            yield Text(inner.data[start:].decode(encoding, "ignore"), inner.where, raw=True)
